"""An optional language model: it may say what a question means and word an answer, and never gives a figure.

`endpoint` asks it, `choices` lists what a question may be about, `parsing` puts a question again by its choice,
`vetoes` with `words.yaml` says what speaks against that, `wording` has an answer said in other words, `skeleton`
compares these with the answer. Off by default.
"""

from assistant.language_model.endpoint import METHODS, Endpoint, EndpointError, EndpointSettings, Unreachable
from assistant.language_model.model import Help, LanguageModel, from_environment
from assistant.language_model.parsing import Restatement

__all__ = [
    "METHODS", "Endpoint", "EndpointError", "EndpointSettings", "Help", "LanguageModel", "Restatement", "Unreachable",
    "from_environment",
]  # fmt: skip
