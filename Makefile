# GNU make only. Paths are relative throughout, so a folder with spaces in its name is fine.
SHELL := /bin/sh
.DELETE_ON_ERROR:
.PHONY: help setup setup-dev run test lint bench lock clean

VENV := .venv
PYTHON_IN_VENV := $(VENV)/bin/python
MANAGE := $(PYTHON_IN_VENV) manage.py
COMPILED := $(patsubst %.po,%.mo,$(wildcard locale/*/LC_MESSAGES/*.po compliance/ui/theme_locale/*/LC_MESSAGES/*.po))
PORT ?= 8000
ARGS ?=

help:
	@echo 'make run     everything a fresh machine needs, then the console on 127.0.0.1:8000 (PORT=...)'
	@echo 'make test    everything a fresh machine needs, then all tests (ARGS="-k name")'
	@echo 'make setup   virtual environment, embedded database, migrations'
	@echo 'make lint    style, types, package contracts, missing migrations, the obligation matrix'
	@echo 'make bench   benchmarks as ratios against their limit (ARGS="...")'
	@echo 'make lock    resolve requirements*.in into requirements*.txt (ARGS=--upgrade)'
	@echo 'make clean   remove the virtual environment; the data in .heyan stays'

setup: $(VENV)/.runtime-installed $(COMPILED)
	@$(MANAGE) migrate --database owner --verbosity 0

setup-dev: $(VENV)/.dev-installed $(COMPILED)

# Compiles all that are out of date at once, so further files find nothing left to do.
%.mo: %.po
	@$(MANAGE) compile_locale

# Notices that the demo writes lead to the console that is about to run.
run: export HEYAN_PUBLIC_BASE_URL ?= http://127.0.0.1:$(PORT)
run: setup
	@$(MANAGE) load_demo --if-empty
	@exec $(MANAGE) serve --port $(PORT) --with-starter

test: setup-dev
	@$(PYTHON_IN_VENV) -m pytest -n auto --dist worksteal $(ARGS)

lint: setup-dev
	$(PYTHON_IN_VENV) -m ruff check .
	$(PYTHON_IN_VENV) -m ruff format --check .
	$(PYTHON_IN_VENV) -m mypy
	$(VENV)/bin/lint-imports
	$(MANAGE) makemigrations --check --dry-run
	$(MANAGE) obligations --check

bench: setup-dev
	@$(PYTHON_IN_VENV) -m bench $(ARGS)

lock: $(VENV)/.dev-installed
	@$(PYTHON_IN_VENV) -m devtools.lock $(ARGS)

clean:
	rm -rf $(VENV)

# The first Python that is new enough and can make virtual environments; PYTHON=... overrules.
$(VENV)/.made:
	@for candidate in $(PYTHON) python3 python3.13 python3.12 python3.11 python3.14 python; do \
	    if "$$candidate" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	        echo "Making $(VENV) with $$candidate"; \
	        "$$candidate" -m venv --clear $(VENV) && touch $@ && exit 0; \
	    fi; \
	done; \
	echo 'No suitable Python found: 3.11 or later with the modules venv and ensurepip is needed' >&2; \
	echo '(on Debian and Ubuntu: apt-get install python3-venv), or name one: make PYTHON=/path/to/python3' >&2; \
	exit 1

$(VENV)/.runtime-installed: requirements.txt $(VENV)/.made
	@echo 'Installing what the console needs'
	@$(PYTHON_IN_VENV) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

$(VENV)/.dev-installed: requirements-dev.txt $(VENV)/.runtime-installed
	@echo 'Installing what tests and checks need'
	@$(PYTHON_IN_VENV) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@
