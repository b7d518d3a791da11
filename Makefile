# Everything needs only make, Python 3.11+ and the package index. The environment is .venv, made on first use.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
FRESH := build/fresh
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt
SOURCES := ecom_fixtures tests scripts benchmarks conftest.py

.DEFAULT_GOAL := help
.PHONY: help bench test lint format measure describe screenshot constraints clean

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

bench: $(VENV)/installed ## run the reference agent on every task, 3 trials each; no key, no network
	$(BIN)/python -m pytest --count=3

test: lint ## check style and types, then run every test under tests/
	# File by file, so that what a file's tests share is made once; tests/validity puts the long ones first.
	$(BIN)/python -m pytest tests -n 2 --dist=loadfile --no-loadscope-reorder

lint: $(VENV)/installed-dev ## check style and types only
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/mypy

format: $(VENV)/installed-dev ## put the code into its one form
	$(BIN)/ruff check --fix $(SOURCES)
	$(BIN)/ruff format $(SOURCES)

measure: $(VENV)/installed-dev ## measure what the harness costs; AGAINST=../old measures that checkout beside it
	$(BIN)/python benchmarks/harness_cost.py $(if $(AGAINST),--checkout $(AGAINST)) --checkout .

describe: $(VENV)/installed ## write the README's part on the dataset and docs/dataset.svg anew
	$(BIN)/python scripts/describe_dataset.py

screenshot: $(VENV)/installed-dev ## draw docs/report.png anew; needs Chromium
	$(BIN)/python scripts/screenshot.py

constraints: ## write constraints.txt anew from a fresh environment with the latest releases
	$(PYTHON) -m venv --clear $(FRESH)
	$(FRESH)/bin/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	{ grep '^#' constraints.txt; $(FRESH)/bin/python -m pip freeze --exclude-editable; } > $(FRESH)/constraints.txt
	mv $(FRESH)/constraints.txt constraints.txt
	rm -rf $(FRESH)

clean: ## remove the environment and caches; reports/ stays
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache
	find $(SOURCES) -name __pycache__ -prune -exec rm -rf {} +

# The stamps lie inside the environment, so that a new one is always filled anew.
$(VENV)/installed: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv --clear $(VENV)
	$(INSTALL) --editable .
	@touch $@

$(VENV)/installed-dev: $(VENV)/installed
	$(INSTALL) --editable '.[dev]'
	@touch $@
