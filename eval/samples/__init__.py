"""The sample accounts: data and wording from which `python -m eval.samples.typeset` sets ten PDFs."""
