# Python 3.11 or newer and make are all a machine needs: everything else is installed below .venv.
SHELL := /bin/sh
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
PROCESSES ?= auto
INSTALL = $(if $(PYTHON),$(PYTHON),$(error Python 3.11 or newer is needed)) -P bureau/core/embedded/install.py

.DEFAULT_GOAL := help
.PHONY: help run install dev test bench lint fmt clean

help: ## List the targets
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST)

run: ## Start the portal: PORT, VAR_DIR, DATABASE_URL, REDIS_URL
	@$(INSTALL)
	@exec $(BIN)/python -m bureau.core.embedded.portal

install: ## Install what the portal runs on
	@$(INSTALL)

dev: ## Install what tests and checks need as well
	@$(INSTALL) dev

test: dev ## Run every test on real servers and a real browser: TESTS, PROCESSES
	@exec $(BIN)/python -m pytest -n $(PROCESSES) --dist loadfile --no-loadscope-reorder $(TESTS)

bench: dev ## Measure beside the floors of this machine: BENCH_ROWS
	@exec $(BIN)/python -m pytest tests/bench -s

lint: dev ## Check style, types, imports, templates, migrations, translations
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(BIN)/python manage.py check_templates
	$(BIN)/python -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run
	$(BIN)/python manage.py catalogues --check

fmt: dev ## Format the code
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

clean: ## Remove what was installed; data under var/ stays
	rm -rf .venv node_modules var/vendor
