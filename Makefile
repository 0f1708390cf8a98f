# Every common task of Klankbord is one word. Needs Python 3.11 or newer and make; all else goes into .venv.
# ARGS is passed on:  make demo ARGS="--port 8600"   make test ARGS="-k bands"
# Test files run side by side in WORKERS processes, in their order, for the long ones come first; 0: in one process.
PYTHON ?= python3
WORKERS ?= 2
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input install --quiet
COMPILE := $(BIN)/uv pip compile --quiet --system-certs --universal --python-version 3.11 --fork-strategy fewest \
	--generate-hashes --no-header --no-annotate --extra build $(UPGRADE)

export HYPOTHESIS_STORAGE_DIRECTORY := .cache/hypothesis

.DEFAULT_GOAL := help
.PHONY: help demo test check docs bench prove screens lock release clean

help: ## list these words
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' Makefile | expand -t 16

demo: .venv/.ready ## fictional board, imported, published and shown on 127.0.0.1
	$(BIN)/klankbord demo $(ARGS)

test: .venv/.ready-dev ## every test (the browser ones need Debian's chromium and poppler-utils)
	$(BIN)/pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(ARGS)

check: .venv/.ready-dev ## style, types, import rules, SQL, docs; changes nothing
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --cache-dir .cache/import_linter
	$(BIN)/sqlfluff lint --disable-progress-bar sql
	$(BIN)/pytest --quiet tests/contract/test_house.py tests/contract/test_readable.py tests/contract/test_docs.py

docs: .venv/.ready-dev ## write the generated pages of docs/ anew
	$(BIN)/python -m tests.contract.generated_docs

bench: .venv/.ready-dev ## speed, as ratios and medians within one run
	@for script in tests/bench/bench_*.py; do $(BIN)/python $$script || exit 1; done

prove: .venv/.ready-dev ## the long proofs, one table each
	@for script in tests/bench/prove_*.py; do $(BIN)/python $$script || exit 1; done

screens: .venv/.ready-dev ## pictures of every page, to look at: .cache/screens
	$(BIN)/python -m tests.browser.screens $(ARGS)

lock: .venv/.ready-dev ## resolve the dependencies anew; UPGRADE=--upgrade takes newer versions
	$(COMPILE) --output-file requirements.lock pyproject.toml
	$(COMPILE) --output-file requirements-dev.lock --extra dev --extra agency --constraint requirements.lock pyproject.toml

release: .venv/.ready-dev ## sdist, wheel, bill of materials and sums of this commit: dist
	$(BIN)/python -m tests.release.make

clean: ## remove the environment and all caches; data/ stays
	rm -rf .venv .cache build dist *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The environment is made anew when the lock changes, so it never holds more than the lock names.
.venv/.packages: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Klankbord needs Python 3.11 or newer. Name one: make PYTHON=python3.12")'
	@echo "Installing what requirements.lock names into .venv; this takes about a minute, once."
	@$(PYTHON) -m venv --clear .venv
	@$(PIP) --require-hashes --only-binary :all: --requirement requirements.lock
	@touch $@

.venv/.ready: .venv/.packages pyproject.toml
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.ready-dev: .venv/.ready requirements-dev.lock
	@echo "Adding the tools for development and tests."
	@$(PIP) --require-hashes --only-binary :all: --requirement requirements-dev.lock
	@touch $@
