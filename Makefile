# `make run` on a fresh machine (Python 3.11+, pip, make): builds .venv, solves the 11 pilot circles, verifies the runs.

PYTHON   ?= python3
VENV     := .venv
BIN      := $(VENV)/bin
OUT      ?= results
SCENARIO ?= base
CIRCLES  := C01 C02 C03 C04 C05 C06 C07 C08 C09 C10 C11
WHEELHOUSE ?= wheelhouse
DIST     ?= dist
TESTS    ?= -m 'not slow'
PIP_ARGS ?=
PIP      := $(BIN)/python -m pip install --disable-pip-version-check -qq $(PIP_ARGS)

APP := $(VENV)/.installed
DEV := $(VENV)/.installed-dev

.DEFAULT_GOAL := help
.PHONY: help run verify test lint wheelhouse dist clean

help:
	@echo 'make run      build .venv, run the 11 pilot circles into $(OUT)/, verify every run'
	@echo 'make verify   recompute the finished runs of $(OUT)/$(SCENARIO)/ from their input tables'
	@echo 'make test     run the tests, except those marked slow'
	@echo 'make lint     ruff, mypy and the import rules'
	@echo 'make wheelhouse   fill $(WHEELHOUSE)/ with all wheels, for machines without network'
	@echo 'make dist     build the sdist, and the wheel from it, into $(DIST)/'
	@echo 'make clean    remove .venv and the caches; results stay'
	@echo
	@echo 'Variables: PYTHON=$(PYTHON) OUT=$(OUT) SCENARIO=$(SCENARIO)'

# Exit code 5 says that a limit stopped a level before its proof: the plans are written, so they are verified too.
run: $(APP)
	@code=0; $(BIN)/siting run --all --scenario '$(SCENARIO)' --out '$(OUT)' || code=$$?; \
	test $$code -eq 0 || test $$code -eq 5 || exit $$code; \
	$(BIN)/siting verify $(CIRCLES:%='$(OUT)/$(SCENARIO)/%') || exit $$?; \
	exit $$code

verify: $(APP)
	@$(BIN)/siting verify $(CIRCLES:%='$(OUT)/$(SCENARIO)/%')

test: $(DEV)
	$(BIN)/python -m pytest -n auto --dist loadscope $(TESTS)

lint: $(DEV)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# build/ goes first: setuptools would pack what an older build left there.
wheelhouse: | $(VENV)/bin/python
	@rm -rf build '$(WHEELHOUSE)'/living_circle_siting-*.whl
	@$(BIN)/python -m pip wheel --disable-pip-version-check -qq --wheel-dir '$(WHEELHOUSE)' .
	@echo 'there: python3 -m venv .venv && .venv/bin/pip install --no-index --find-links $(WHEELHOUSE) living-circle-siting'

dist: $(DEV)
	@rm -rf build '$(DIST)'
	@$(BIN)/python -m build --outdir '$(DIST)' .

clean:
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	rm -rf .import_linter_cache .grimp_cache
	find models scenarios siting tests -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/bin/python:
	@command -v '$(PYTHON)' >/dev/null 2>&1 || \
		{ echo 'error: $(PYTHON) not found; install Python 3.11 or newer, or say make PYTHON=/path/to/python3' >&2; exit 1; }
	@'$(PYTHON)' -c 'import sys; v = sys.version_info; v >= (3, 11) or sys.exit( \
		"error: Python 3.11 or newer is needed, $(PYTHON) is %d.%d; say make PYTHON=python3.11" % v[:2])'
	@'$(PYTHON)' -m venv $(VENV) || { rm -rf $(VENV); \
		echo 'error: no virtual environment could be made (on Debian or Ubuntu: apt install python3-venv)' >&2; exit 1; }

$(APP): pyproject.toml | $(VENV)/bin/python
	@echo 'installing into $(VENV) …'
	@$(PIP) -e .
	@touch $@

$(DEV): pyproject.toml | $(VENV)/bin/python
	@echo 'installing into $(VENV), with the tools of development …'
	@$(PIP) -e '.[dev]'
	@touch $(APP) $@
