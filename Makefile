# Everyday jobs of ELCA Tracker; `make help` names them.

PYTHON  ?= python3
HOST    ?= 127.0.0.1
PORT    ?= 8000
WORKERS ?= 2
STRICT  ?=

VENV    := .venv
RUNTIME := $(VENV)/.runtime
DEV     := $(VENV)/.dev
PY      := $(VENV)/bin/python
PIP     := $(PY) -m pip install --quiet --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help run test check bench messages pictures clean

help:
	@echo 'make run       start the tracker on this machine (HOST=127.0.0.1 PORT=8000)'
	@echo 'make test      run every test: databases, browser, office, gettext (STRICT=1: none left out)'
	@echo 'make check     lint, types, settings, migrations, templates'
	@echo 'make bench     measure how long the costly jobs take'
	@echo 'make messages  collect and compile the translations (needs gettext)'
	@echo 'make pictures  take the pictures of the documents anew (needs chromium)'
	@echo 'make clean     remove what tools made; your data (var/) and settings (.env) stay'

# The environment. It is made once, and filled again only when the lists of packages change.

$(PY):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	    echo 'ELCA Tracker needs Python 3.11 or newer. Name one: make PYTHON=python3.11 ...' >&2; \
	    exit 1; }
	@echo 'Making a Python environment in $(VENV) ...'
	@$(PYTHON) -m venv --clear $(VENV) || { rm -rf $(VENV); exit 1; }

$(RUNTIME): requirements.txt | $(PY)
	@echo 'Installing packages ...'
	@$(PIP) -r requirements.txt
	@touch $@

$(DEV): requirements-dev.txt requirements.txt | $(PY)
	@echo 'Installing packages for tests and checks ...'
	@$(PIP) -r requirements-dev.txt
	@touch $(RUNTIME) $@

# Running on this machine: plain http, one SQLite file, example data on the first start.

define LOCAL_SETTINGS
# Settings of this machine, made by `make run`; yours to change. elca_tracker/settings.py says more.
ALLOWED_HOSTS=localhost,127.0.0.1
DATABASE_URL=sqlite:///var/elca.sqlite3
# Plain http, good enough for this machine alone. Remove the line where others sign in.
HTTPS=off
endef
export LOCAL_SETTINGS

.env: | $(RUNTIME)
	@umask 077 && { printf '%s\n' "$$LOCAL_SETTINGS" \
	    && $(PY) -c 'import secrets; print(f"SECRET_KEY={secrets.token_urlsafe(64)}")'; } > $@.new \
	    && mv $@.new $@

define PORT_IS_FREE
import socket, sys
try:
    socket.create_server(("$(HOST)", $(PORT))).close()
except OSError as error:
    reason = error.strerror.split(" (")[0]
    sys.exit(f"Cannot use port $(PORT) of $(HOST): {reason}. Try another: make run PORT=8001")
endef
export PORT_IS_FREE

run: $(RUNTIME) .env
	@$(PY) -c "$$PORT_IS_FREE"
	@mkdir -p -m 700 var
	@$(PY) manage.py migrate --no-input --verbosity 0
	@$(PY) manage.py collectstatic --no-input --verbosity 0
	@if [ -e var/.demo ]; then $(PY) manage.py demo_users --show; else \
	    $(PY) manage.py load_elca && $(PY) manage.py demo_users && touch var/.demo; fi
	@echo 'ELCA Tracker is at http://$(HOST):$(PORT)/ (Ctrl-C stops it).'
	@$(PY) -m gunicorn elca_tracker.wsgi --bind $(HOST):$(PORT) --workers $(WORKERS) --threads 4 --timeout 180 \
	    --log-level warning --no-control-socket

test: $(DEV)
	@$(PY) tests/run_all.py $(if $(STRICT),--strict)

check: $(DEV)
	@$(PY) tests/run_checks.py

bench: $(DEV)
	@if [ -e tests/bench.py ]; then $(PY) tests/bench.py; else echo 'No measurements here.'; fi

messages: $(DEV)
	@$(PY) -m elca_tracker.messages

pictures: $(DEV)
	@$(PY) -m tests.pictures
	@$(PY) -m tests.gallery

clean:
	rm -rf $(VENV) staticfiles .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
