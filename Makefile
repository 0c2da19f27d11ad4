# Two commands for a fresh machine: `make demo` and `make test`.
# System packages they need: make, python3 (3.11 or newer) and python3-venv.

PORT ?= 8000
PYTHON ?= python3
export PYTHONDONTWRITEBYTECODE =
VENV := .venv
BIN := $(VENV)/bin

.PHONY: help setup static demo test lint rules types check faults outdated load bench clean

help:
	@echo "make demo    set everything up and serve a filled archive on 127.0.0.1:$(PORT)"
	@echo "make test    set everything up and run the test suite"
	@echo "make setup   the environment alone"
	@echo "make bench   measure the search beside other engines (an hour)"
	@echo "make lint    lint, formats, import rules, templates"
	@echo "make rules   the rules of this house, in an environment of their own"
	@echo "make types   strict types"
	@echo "make messages  texts of the interface into the German catalogue (needs gettext)"
	@echo "make faults  kill, tear, fill and cut off a running archive (root: mounts; about 45 minutes)"
	@echo "make outdated  packages of which a newer release is out (asks the package index)"
	@echo "make load    readers and writers at once, bounded, on 127.0.0.1 alone"

setup: $(VENV)/.runtime

$(VENV)/bin/python:
	@command -v $(PYTHON) >/dev/null || { echo "python3 is missing: apt install python3 python3-venv"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Python 3.11 or newer is needed; $(PYTHON) is $$($(PYTHON) --version 2>&1). Try: make PYTHON=python3.11 ..."; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "The venv module is missing: apt install python3-venv"; exit 1; }
	@echo "Making $(VENV) ..."
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: requirements.txt | $(VENV)/bin/python
	@echo "Installing the pinned packages ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

$(VENV)/.dev: requirements-dev.txt | $(VENV)/.runtime
	@echo "Installing the pinned test tools ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

build/static/staticfiles.json: $(VENV)/.runtime $(shell find archive/static catalog/static search/static -type f 2>/dev/null)
	@$(BIN)/python manage.py collectstatic --noinput --settings archive.settings.collect -v 0 \
	  --ignore redoc --ignore 'swagger-ui-es-*' --ignore 'swagger-ui.js*' --ignore 'index.css'
	@touch $@

static: build/static/staticfiles.json

demo: $(VENV)/.runtime build/static/staticfiles.json
	@ARCHIVE_BASE_URL=$${ARCHIVE_BASE_URL:-http://127.0.0.1:$(PORT)} ARCHIVE_INDEXER=inline \
	  $(BIN)/python manage.py demo --serve 127.0.0.1:$(PORT)

test: $(VENV)/.dev build/static/staticfiles.json
	$(BIN)/python -m pytest -q -n auto -m "not slow" $(ARGS)

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/djlint --quiet --lint archive catalog search

build/semgrep/.installed: tests/semgrep/requirements.txt
	@$(PYTHON) -m venv build/semgrep
	@build/semgrep/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

rules: export SEMGREP_SEND_METRICS = off
rules: build/semgrep/.installed
	PATH="$(CURDIR)/build/semgrep/bin:$$PATH" semgrep --test --quiet --config tests/semgrep/house.yml tests/semgrep/house.py
	PATH="$(CURDIR)/build/semgrep/bin:$$PATH" semgrep scan --quiet --error --disable-version-check --config tests/semgrep/house.yml archive catalog search

types: $(VENV)/.dev
	$(BIN)/mypy .

check: $(VENV)/.dev
	$(BIN)/python manage.py check --fail-level WARNING
	$(BIN)/python manage.py makemigrations --check --dry-run

faults: $(VENV)/.dev
	UNDERCROFT_FAULTS=$${UNDERCROFT_FAULTS:-full} $(BIN)/python -m pytest -q tests/faults $(ARGS)

outdated: $(VENV)/.dev
	$(BIN)/python -m tests.outdated

load: $(VENV)/.dev
	$(BIN)/python -m benchmarks.load $(ARGS)

bench: $(VENV)/.runtime
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r benchmarks/requirements.txt
	$(BIN)/python -m benchmarks.compare $(ARGS)

messages: $(VENV)/.runtime
	$(BIN)/python manage.py makemessages -l de --no-wrap --no-location --no-obsolete \
	  $(foreach folder,.venv tests build benchmarks fixtures docs data,--ignore=$(folder))
	$(BIN)/python manage.py compilemessages -l de -v 0

clean:
	rm -rf $(VENV) build .mypy_cache .ruff_cache .pytest_cache
