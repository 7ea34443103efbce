# Needs make and Python 3.11 or newer with venv; everything else is installed, locked, into $(VENV).
PYTHON ?= python3
VENV ?= .venv
WORKERS ?= 2
LABELS ?= ../shared/gold

BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet --no-input
COMPILE := $(BIN)/uv pip compile --quiet --no-config --universal --python-version 3.11 --upgrade \
	--generate-hashes --custom-compile-command "make lock" pyproject.toml
# ray and local are left out: they are big, and no test needs them.
DEV_EXTRAS := dev eval ocr postgres web

.DELETE_ON_ERROR:
.PHONY: help demo test lint format schema lock bars weights bench clean

help: ## list the targets
	@grep -E '^[a-z]+:.*##' $(firstword $(MAKEFILE_LIST)) | sed -E 's/^([a-z]+):.*## /\1\t/' | expand -t 10

demo: $(VENV)/.run-installed ## summarize the example letters
	$(BIN)/imr summarize $(sort $(wildcard examples/*.pdf))

test: lint ## every check and every test
	$(BIN)/pytest -n $(WORKERS)

lint: $(VENV)/.dev-installed ## style, types and import layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.dev-installed ## put style right where that needs no thought
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

schema: $(VENV)/.dev-installed ## write schemas/determination.schema.json from the models
	$(BIN)/python -m schemas.publish

lock: $(VENV)/.dev-installed ## choose the newest allowed releases and lock them
	$(COMPILE) --group pyproject.toml:build --output-file requirements.lock
	$(COMPILE) $(addprefix --extra ,$(DEV_EXTRAS)) --constraint requirements.lock --output-file requirements-dev.lock

bars: $(VENV)/.dev-installed ## score the gold set against the bars
	$(BIN)/python -m evals.bars

weights: $(VENV)/.dev-installed ## fit the weights of the reasons to labels (LABELS=folder)
	$(BIN)/python -m evals.fit_reasons $(LABELS) --more $(wildcard evals/rationales/*.jsonl) \
		--sentences evals/reason_sentences.csv tests/rules/data/reason_sentences.csv

bench: $(VENV)/.dev-installed ## measure speed
	$(BIN)/python -m benchmarks

clean: ## remove the environment and all caches
	rm -rf $(VENV) build dist .pytest_cache .ruff_cache .mypy_cache .import_linter_cache .hypothesis

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=...")'
	$(PYTHON) -m venv $(VENV)

# Stamps: a second call installs nothing unless a lock, the metadata or the version changed.
$(VENV)/.run-installed: requirements.lock pyproject.toml summarizer/__init__.py | $(VENV)/bin/python
	$(PIP) install --require-hashes --requirement requirements.lock
	$(PIP) install --no-deps --no-build-isolation --editable .
	$(BIN)/python -m compileall -q summarizer schemas evals
	@touch $@

$(VENV)/.dev-installed: requirements-dev.lock pyproject.toml summarizer/__init__.py | $(VENV)/bin/python
	$(PIP) install --require-hashes --requirement requirements-dev.lock
	$(PIP) install --no-deps --no-build-isolation --editable .
	$(BIN)/python -m compileall -q summarizer schemas evals
	@touch $@
