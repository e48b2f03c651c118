# `make run` and `make test` do all the set-up; everything else is for developers.
PYTHON ?= python3.11
BIN := .venv/bin
LOCK_FLAGS := --universal --generate-hashes --no-emit-index-url --no-emit-find-links --python-version 3.11 --quiet

.PHONY: help run demo setup setup-dev browser test check format lint types contracts tests bench evaluate screenshots docs sample lock clean

help:            ## what can be made
	@grep -E '^[a-z-]+: .*##|^[a-z-]+:  +##' $(MAKEFILE_LIST) | sed -E 's/:.*##/\t/' | expand -t 16

run: setup       ## the monitor: scheduler, pipeline and dashboard on http://127.0.0.1:8050
	$(BIN)/undercut up

setup: .venv/installed  ## the program and its libraries, from requirements.lock

setup-dev: .venv/installed-dev

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/installed: requirements.lock pyproject.toml | .venv/bin/python
	$(BIN)/pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

.venv/installed-dev: requirements-dev.lock .venv/installed
	$(BIN)/pip install --quiet --require-hashes -r requirements-dev.lock
	@touch $@

browser:         ## Debian's chromium for the browser tests, where it may be installed
	@command -v chromium >/dev/null 2>&1 || { \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then \
	    echo "installing chromium for the browser tests"; \
	    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium fonts-noto-cjk fonts-dejavu-core; } >/dev/null 2>&1 \
	      || echo "chromium could not be installed: the browser tests will be left out"; \
	  else echo "no chromium and no right to install it: the browser tests will be left out"; fi; }

test: setup-dev browser check  ## everything: format, lint, types, import contracts, tests; says what it left out

check: format lint types contracts tests

format:
	$(BIN)/ruff format --check --quiet .

lint:
	$(BIN)/ruff check --quiet .

types:
	$(BIN)/mypy

contracts:
	@$(BIN)/lint-imports --no-cache | tail -n 3

tests:
	$(BIN)/python -m pytest -q --numprocesses auto --dist worksteal

bench: setup-dev ## ratios against named peers and floors, measured in one run
	$(BIN)/python -m tests.bench

evaluate: setup-dev ## the large tables of precision and recall, with seeds, into docs/evaluation.md
	$(BIN)/python -m tests.evaluation

screenshots: setup-dev browser ## pictures of every page, into docs/screenshots/
	$(BIN)/python -m tests.end_to_end.screenshots

docs: setup-dev  ## the generated pages: data dictionary, table of sources
	$(BIN)/python -m pipeline.jobs.documents docs

sample: setup    ## the sample ledger in data/sample, from the ledger in data/
	$(BIN)/undercut sample

lock: setup-dev  ## requirements.lock and requirements-dev.lock: pins with hashes, no addresses
	$(BIN)/uv pip compile $(LOCK_FLAGS) --no-header pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile $(LOCK_FLAGS) --no-header --extra dev -c requirements.lock pyproject.toml -o requirements-dev.lock

clean:           ## what tools leave behind; never the ledger
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build *.egg-info
