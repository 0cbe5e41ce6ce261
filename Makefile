# `make run` and `make test` do all the set-up that they need.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
HOST ?= 127.0.0.1
PORT ?= 8000
CATALOGUES := $(wildcard trainer/translations/*/LC_MESSAGES/messages.po)
export HOST PORT

.PHONY: run test check bench screenshots clean

run: $(VENV)/installed
	@$(BIN)/trainer db upgrade
	@$(BIN)/trainer demo --if-empty
	@$(BIN)/trainer serve

test: $(VENV)/tested
	@$(BIN)/python tests/machine.py
	@$(MAKE) --no-print-directory check
	$(BIN)/pytest -n 2 --dist loadgroup

check: $(VENV)/tested
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/tested
	@for file in benchmarks/bench_*.py; do $(BIN)/python -m benchmarks.$$(basename $$file .py) || exit 1; done

screenshots: $(VENV)/tested
	TRAINER_SCREENSHOTS=docs/screenshots $(BIN)/pytest tests/browser/test_screenshots.py

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/installed: $(VENV)/bin/python requirements.txt pyproject.toml $(CATALOGUES)
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --editable .
	$(BIN)/pybabel --quiet compile --directory trainer/translations
	@touch $@

$(VENV)/tested: $(VENV)/installed requirements-test.txt
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-test.txt
	@touch $@

clean:
	rm -rf $(VENV) build .mypy_cache .ruff_cache .pytest_cache
