# Needs make and Python 3.11 or newer with venv; everything else is installed, locked, into $(VENV).
PYTHON ?= python3
VENV ?= .venv
WORKERS ?= 2
LABELS ?= ../shared/gold
LOCAL_PORT ?= 8081

BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet --no-input
COMPILE := $(BIN)/uv pip compile --quiet --no-config --universal --python-version 3.11 --upgrade \
	--generate-hashes --custom-compile-command "make lock" pyproject.toml
# local and s3 are left out: no test needs them.
DEV_EXTRAS := dev backfill eval ocr postgres ray web
# The server of the local model is compiled, not for this very processor: such a build may crash on a virtual machine.
LLAMA_FLAGS := -DGGML_NATIVE=OFF -DGGML_AVX2=ON -DGGML_FMA=ON -DGGML_F16C=ON

.DELETE_ON_ERROR:
.PHONY: help demo test lint gate format schema lock bars weights bench local-model cassettes clean

help: ## list the targets
	@grep -E '^[a-z-]+:.*##' $(firstword $(MAKEFILE_LIST)) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 13

demo: $(VENV)/.run-installed ## summarize the example letters
	$(BIN)/imr summarize $(sort $(wildcard examples/*.pdf))

test: lint ## every check, every test, and the gate
	$(BIN)/pytest -n $(WORKERS) --dist worksteal
	$(BIN)/imr eval gate

gate: $(VENV)/.dev-installed ## hold this tree against the bounds and baselines of the gold set
	$(BIN)/imr eval gate

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

local-model: $(VENV)/.local-installed ## serve a small real model on this machine (LOCAL_PORT=number)
	$(BIN)/python -m evals.local_model --port $(LOCAL_PORT)

cassettes: $(VENV)/.dev-installed $(VENV)/.local-installed ## record anew what the local model answers in tests
	$(BIN)/python -m evals.local_model --port $(LOCAL_PORT) -- \
		$(BIN)/pytest -n 0 --record-mode=rewrite tests/llm/test_recorded.py

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

# Compiles for some minutes. The locked packages are there by then and stay as they are.
$(VENV)/.local-installed: pyproject.toml | $(VENV)/.run-installed
	CMAKE_ARGS="$(LLAMA_FLAGS)" $(PIP) install --editable '.[local]'
	@touch $@
