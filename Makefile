# Works from a clean clone: each target makes what it needs, inside this folder. The packages come from the registry.
.POSIX:

PYTHON = python3
VENV = .venv
BIN = $(VENV)/bin
CODE = readiness checks tests benchmarks
SIZE = 256MB

.PHONY: help demo test wheel lint format docs bench simulate clean

help: ## Show this list
	@sed -n 's/^\([a-z]*\):.*## /\1 /p' Makefile | while read -r name what; do printf '  make %-8s %s\n' "$$name" "$$what"; done

demo: $(VENV)/.installed ## Install readiness and show one release judged, from evidence to scorecard
	$(BIN)/readiness demo

test: $(VENV)/.installed-dev ## Run the tests
	$(BIN)/python -m pytest -q -n auto --maxprocesses 8 --dist worksteal -m 'not packaging'

wheel: $(VENV)/.installed-dev ## Build the distributions, install them, and try them with a plugin (slow)
	$(BIN)/python -m pytest -q -m packaging

lint: $(VENV)/.installed-dev ## Check style, types and layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --strict
	$(BIN)/lint-imports

format: $(VENV)/.installed-dev ## Put the code into the style of the house
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: $(VENV)/.installed-dev ## Write docs/checks.md again, from the docstrings of the checks
	$(BIN)/python -m readiness.explain > docs/checks.md.new
	mv docs/checks.md.new docs/checks.md

bench: $(VENV)/.installed-dev ## Measure start-up, a small gate, endpoints, manifests, and load tests of SIZE, against their aims
	$(BIN)/python -m benchmarks
	$(BIN)/python -m benchmarks.large_files $(SIZE)

simulate: $(VENV)/.installed-dev ## Measure how often the checks of load tests err (the tables of docs/statistics.md; minutes)
	$(BIN)/python -m benchmarks.simulations

clean: ## Remove what these targets made
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(0 if v >= (3, 11) else "readiness needs Python 3.11 or later, and $(PYTHON) is %d.%d; try: make PYTHON=python3.12" % v[:2])'
	$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }

# The folders are installed as they stand: only what these files say makes another installation necessary.
$(VENV)/.installed: $(VENV)/bin/python pyproject.toml setup.py
	$(BIN)/python -m pip install --quiet --editable .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/bin/python pyproject.toml setup.py
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	@touch $@ $(VENV)/.installed
