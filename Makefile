# Everything that a newcomer types: make run, make test. Once the dependencies are
# installed, nothing here needs the internet except make lock.

PYTHON ?= python3
VENV ?= .venv
CORPUS ?= corpus
# Where the knowledge base lives; kb reads the same variable.
KB_HOME ?= .kb
export KB_HOME

BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
RUN_STAMP := $(VENV)/.installed
DEV_STAMP := $(VENV)/.installed-dev
SYSTEM_STAMP := $(VENV)/.installed-system
VALIDATOR_STAMP := $(VENV)/.installed-validator
VALIDATOR := $(VENV)/html-validate
FIND_CHROMIUM := for name in chromium chromium-browser google-chrome chrome; do \
    command -v $$name >/dev/null && break; done
FIRST_INGEST := $(KB_HOME)/.corpus-ingested

# A virtual environment whose Python has gone (a system upgrade) is made again.
$(shell test -x $(BIN)/python || rm -f $(RUN_STAMP) $(DEV_STAMP) $(VALIDATOR_STAMP))

.DEFAULT_GOAL := help
.PHONY: help run test lint format messages bench audit lock clean

help: ## Affiche cette liste
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 18

run: $(RUN_STAMP) ## Installe, lit corpus/ au premier démarrage, sert http://127.0.0.1:8000
	@test -e "$(FIRST_INGEST)" || { $(BIN)/kb ingest "$(CORPUS)" && touch "$(FIRST_INGEST)"; } || true
	@$(BIN)/kb serve $(ARGS)

test: $(DEV_STAMP) $(SYSTEM_STAMP) $(VALIDATOR_STAMP) ## Installe ce qu’il faut et lance les tests (ARGS="-k mot" pour choisir)
	@$(FIND_CHROMIUM) || \
	    echo "Laissés de côté : les tests dans un navigateur (sudo apt install chromium)." >&2
	@ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || \
	    echo "Laissés de côté : les tests du catalogue PostgreSQL (sudo apt install postgresql)." >&2
	@test -d "$(VALIDATOR)" || \
	    echo "Laissée de côté : la validité du HTML (sudo apt install npm)." >&2
	@$(BIN)/python -m pytest -q $(ARGS)

lint: $(DEV_STAMP) ## Vérifie le style, les types et les murs entre les modules
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check . || { echo "Run make format." >&2; exit 1; }
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache

format: $(DEV_STAMP) ## Met les fichiers en forme
	@$(BIN)/ruff check --quiet --fix .
	@$(BIN)/ruff format --quiet .

# Functions of web/i18n.py and Flask-Babel that Babel does not know by itself.
KEYWORDS := -k plural:2,3 -k lazy_gettext
TEMPLATE := build/messages.pot
messages: $(DEV_STAMP) ## Relève les phrases du site, met à jour et compile leurs traductions
	@mkdir -p $(dir $(TEMPLATE))
	@$(BIN)/pybabel -q extract -F pyproject.toml $(KEYWORDS) --add-location=file --sort-by-file \
	    --project=Passages -o $(TEMPLATE) web
	@$(BIN)/pybabel -q update --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date \
	    -w 100 -i $(TEMPLATE) -d web/translations
	@$(BIN)/pybabel -q compile --statistics -d web/translations

bench: $(DEV_STAMP) ## Mesure ce que coûte chaque taille de base (ARGS="--passages 100000"), à côté d’autres logiciels
	@$(BIN)/python -m $(if $(filter -k -k%,$(ARGS)),pytest -q -s -m benchmark tests/benchmarks,tests.benchmarks.scale) $(ARGS)

# Kept apart from what is installed for the program: its own dependencies are no one else's.
AUDIT := $(VENV)/.audit
audit: requirements.lock | $(BIN)/python ## Cherche les failles connues des dépendances (il faut internet)
	@test -x "$(AUDIT)/bin/pip-audit" || { \
	    $(PYTHON) -m venv "$(AUDIT)" && \
	    "$(AUDIT)/bin/pip" install --quiet --disable-pip-version-check "pip-audit>=2.9,<3"; } || { \
	    rm -rf "$(AUDIT)"; echo "pip-audit n’a pas pu être installé : il faut internet." >&2; exit 1; }
	@"$(AUDIT)/bin/pip-audit" --requirement requirements.lock --strict --no-deps --disable-pip \
	    --progress-spinner off $(ARGS) || { \
	    echo "Des failles sont connues, ou la liste n’a pas pu être lue (voir plus haut)." >&2; exit 1; }

LOCK := uv pip compile pyproject.toml --quiet --upgrade --universal --python-version 3.11 \
    --no-emit-find-links --no-emit-index-url --custom-compile-command "make lock"
lock: ## Choisit et fige les dernières versions permises (il faut uv)
	@command -v uv >/dev/null || { echo "make lock needs uv: pip install uv" >&2; exit 1; }
	@$(LOCK) --output-file requirements.lock
	@$(LOCK) --extra dev --constraint requirements.lock --output-file requirements-dev.lock

clean: ## Enlève .venv et les caches ; la base de connaissances (.kb) reste
	@rm -rf "$(VENV)" build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis
	@find . -name .git -prune -o -name __pycache__ -type d -prune -exec rm -rf {} +

# Installation: a stamp is newer than the lock that it was made from, or pip runs.

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	    echo "Passages a besoin de Python 3.11 ou plus récent : « $(PYTHON) » ne convient pas." >&2; \
	    echo "Installez-le, ou nommez-en un autre : make $(MAKECMDGOALS) PYTHON=python3.12" >&2; \
	    exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	    echo "Il manque le module venv de Python. Sous Debian ou Ubuntu, installez-le par :" >&2; \
	    echo "    sudo apt install python3-venv" >&2; \
	    exit 1; }
	@$(PYTHON) -m venv "$(VENV)" || { rm -rf "$(VENV)"; exit 1; }

$(RUN_STAMP): requirements.lock pyproject.toml | $(BIN)/python
	@echo "Installation des dépendances (une seule fois, quelques minutes)…"
	@$(PIP) --requirement requirements.lock
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

$(DEV_STAMP): requirements-dev.lock pyproject.toml | $(BIN)/python
	@echo "Installation des dépendances et des outils de test (une seule fois, quelques minutes)…"
	@$(PIP) --requirement requirements-dev.lock
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@ $(RUN_STAMP)

# What tests need beside Python (a browser, a database), where it may be installed. Each is
# tried once; what can't be had (no right, no network) is left out, and "make test" says so.

$(SYSTEM_STAMP): | $(DEV_STAMP)
	@missing=; \
	$(FIND_CHROMIUM) || missing=chromium; \
	command -v npm >/dev/null || missing="$$missing npm"; \
	ls /usr/lib/*/libatomic.so.1 >/dev/null 2>&1 || missing="$$missing libatomic1"; \
	ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing="$$missing postgresql"; \
	if test -n "$$missing" && test "$$(id -u)" = 0 && command -v apt-get >/dev/null; then \
	    echo "Installation de paquets pour les tests (une seule fois) :" $$missing; \
	    export DEBIAN_FRONTEND=noninteractive; apt-get update -qq >/dev/null 2>&1; \
	    for package in $$missing; do \
	        apt-get install -y -qq --no-install-recommends -o DPkg::Lock::Timeout=300 $$package >/dev/null 2>&1 || \
	            echo "Paquet qui n’a pas pu être installé : $$package" >&2; \
	    done; \
	fi; \
	touch $@

$(VALIDATOR_STAMP): tests/browser/validator/package-lock.json | $(DEV_STAMP) $(SYSTEM_STAMP)
	@if command -v node >/dev/null && command -v npm >/dev/null; then \
	    mkdir -p "$(VALIDATOR)"; touch $@; \
	    cp $< $(<D)/package.json "$(VALIDATOR)/"; \
	    npm ci --prefix "$(VALIDATOR)" --ignore-scripts --no-audit --no-fund --loglevel=error \
	        >/dev/null 2>&1 || rm -rf "$(VALIDATOR)"; \
	fi
