# Two commands: `make demo` shows the product over the sample accounts, `make test` checks it.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
DEMO_ARGS ?=

.PHONY: demo test lint bench samples clean

demo: $(VENV)/installed
	$(BIN)/juesuan demo $(DEMO_ARGS)

test: $(VENV)/installed-dev lint
	$(BIN)/python -m pytest
	$(BIN)/juesuan eval --failures

lint: $(VENV)/installed-dev
	$(BIN)/ruff check .
	$(BIN)/mypy assistant ingest ui eval prompts

bench: $(VENV)/installed
	$(BIN)/python -m eval.bench

samples: $(VENV)/installed-dev
	$(BIN)/python -m eval.samples.typeset

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; v = sys.version.split()[0]; sys.exit(sys.version_info < (3, 11) and f"Python 3.11 or newer is needed, $(PYTHON) is {v}; name another one: make PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }

$(VENV)/installed: $(VENV)/bin/python pyproject.toml constraints.txt
	$(BIN)/pip install --quiet --constraint constraints.txt --editable .
	touch $@

$(VENV)/installed-dev: $(VENV)/installed
	$(BIN)/pip install --quiet --constraint constraints.txt --editable '.[dev]'
	touch $@

clean:
	rm -rf $(VENV) build dist *.egg-info
