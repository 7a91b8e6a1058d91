# Every habit of this project. `make help` explains them. All paths are relative, so the checkout may lie anywhere,
# also under a path with spaces; nothing here needs more than Python 3.11, make and a package registry.

PYTHON ?= python3
PY := .venv/bin/python
UV := .venv/bin/uv
COMPILE := $(UV) pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-annotate \
	--no-emit-index-url --no-emit-find-links --no-header

# The development set holds the run set, so once it is there `make run` is content with it.
DEVELOPMENT := .venv/.development
RUN := $(if $(wildcard $(DEVELOPMENT)),$(DEVELOPMENT),.venv/.run)

CATALOGUES := $(wildcard peergang/translations/*/LC_MESSAGES/messages.po)
COMPILED := $(CATALOGUES:.po=.mo)

# Plug-ins are named because looking for them costs over two seconds in every process.
PYTEST := PYTEST_DISABLE_PLUGIN_AUTOLOAD=1 $(PY) -m pytest -p xdist -p hypothesispytest -p time_machine -p randomly -p rerunfailures

# As many tests at once as there are cores. Each process has a database of its own.
AT_ONCE ?= $(shell $(PYTHON) -c "import os; print(max(2, os.cpu_count() or 2))")

# Compiled modules halve the start; some shells switch them off.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run worker test fast lint fix migrate check bench requirements translate translations browser clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile

run: $(RUN) translations ## Start everything, with demo data, and print the address; stop with Ctrl-C
	@exec $(PY) -m peergang.cli up

worker: $(RUN) ## Run one more worker beside `make run`
	@exec $(PY) -m peergang.supervisor celery -A workers.app worker --pool threads --concurrency 2 --loglevel INFO

test: $(DEVELOPMENT) translations browser ## Run all tests (installs a browser where it may)
	@$(PYTEST) -n $(AT_ONCE) $(ARGS)

fast: $(DEVELOPMENT) translations ## Run the tests that need no database, in a few seconds
	@$(PYTEST) -q -n $(AT_ONCE) --dist loadfile --hypothesis-profile quick -m "not database and not browser and not slow" \
		tests/unit tests/house $(ARGS)

lint: $(DEVELOPMENT) ## Say what ruff and mypy dislike
	@$(PY) -m ruff check . && $(PY) -m ruff format --check . && $(PY) -m mypy

fix: $(DEVELOPMENT) ## Repair what can be repaired by itself: order of imports, format
	@$(PY) -m ruff check --fix . ; $(PY) -m ruff format .

migrate: $(RUN) ## Bring the local database up to date
	@$(PY) -m peergang.supervisor alembic upgrade head

check: $(DEVELOPMENT) translations ## Run every check that is not a test, each with its name and time
	@$(PY) .ci/check.py

bench: $(DEVELOPMENT) translations ## Measure against floors from the same run; writes var/bench/latest.json
	@$(PY) -m tests.benchmarks $(ARGS)

translate: $(DEVELOPMENT) ## Take new messages into the English catalogue
	@$(PY) .ci/translations.py update

requirements: $(DEVELOPMENT) ## Compile the pinned and hashed requirements anew
	@echo uv | $(COMPILE) - -o requirements/build.txt
	@$(COMPILE) pyproject.toml -o requirements/production.txt
	@$(COMPILE) --extra build --extra embedded pyproject.toml -o requirements/run.txt
	@$(COMPILE) --extra build --extra embedded --extra dev pyproject.toml -o requirements/development.txt

translations: $(COMPILED)

browser:
	@sh .ci/browser.sh

clean: ## Remove the installed packages and caches, and keep var/
	@rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache

%.mo: %.po | $(RUN)
	@$(PY) -m babel.messages.frontend --quiet compile -i $< -o $@

.venv/.run: requirements/build.txt requirements/run.txt pyproject.toml .ci/install.sh
	@# Make chose its targets before anything was installed; the development set may have come in the meantime.
	@test -f $(DEVELOPMENT) || PYTHON="$(PYTHON)" sh .ci/install.sh requirements/run.txt
	@touch $@

$(DEVELOPMENT): requirements/build.txt requirements/development.txt pyproject.toml .ci/install.sh
	@PYTHON="$(PYTHON)" sh .ci/install.sh requirements/development.txt
	@touch $@
