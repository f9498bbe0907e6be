# make demo    set everything up, ingest FOLDER (samples/library) and serve the page
# make test    set everything up and run all tests
# make torture run the tests that take minutes: many more kills, at random moments, of a larger library
# make lint    check style, types, and that all installs on every Python;  make fix  mend what can be mended
# make messages  put new texts of the page into the catalogues of translations; ARGS=fr begins another one
# make bench   print the figures of docs/benchmarks.md; DATA is a collection in BEIR layout

PYTHON ?= python3
FOLDER ?= samples/library
# Options for pip, say where to find a smaller build of torch: make demo PIP_ARGS="--extra-index-url ..."
PIP_ARGS ?=

# Installing compiles nothing (scripts/install.sh), so every process would compile all that it imports, which
# takes a second.
unexport PYTHONDONTWRITEBYTECODE

BIN := .venv/bin
RUN := .venv/installed
DEV := .venv/installed-dev

.DEFAULT_GOAL := help
.PHONY: help demo test torture lint fix messages bench browser clean

help:
	@sed -n 's/^# make/make/p' Makefile

demo: $(RUN)
	$(BIN)/semsearch up "$(FOLDER)"

# Three processes, each with an engine of its own: many tests wait, so two would leave half of two cores idle.
# A file is run by one of them: what is read into an engine for the tests of a file stays there for as long.
# ARGS="-n 0" runs all in one process, say for a debugger.
test: $(DEV) browser
	$(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder $(ARGS)

torture: $(DEV)
	$(BIN)/python -m pytest -m torture $(ARGS)

lint: $(DEV)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python scripts/pythons.py

fix: $(DEV)
	$(BIN)/python scripts/api_tables.py
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

messages: $(RUN)
	$(BIN)/python scripts/messages.py $(ARGS)

bench: $(DEV)
	$(BIN)/python -m benchmarks.scifact $(DATA) $(ARGS)
	$(BIN)/python -m benchmarks.text_model $(DATA)/corpus.jsonl

# A Chromium for the tests of the pages: one that is there, else Debian's where this user may install it.
browser:
	@sh scripts/browser.sh

clean:
	rm -rf .venv build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis

# Files stand for "installed": made anew only when pyproject.toml has changed, so that a second run
# costs nothing.
$(RUN): pyproject.toml
	@PYTHON="$(PYTHON)" PIP_ARGS="$(PIP_ARGS)" sh scripts/install.sh ".[mcp]"
	@touch $@

$(DEV): pyproject.toml
	@PYTHON="$(PYTHON)" PIP_ARGS="$(PIP_ARGS)" sh scripts/install.sh ".[dev]"
	@touch $@ $(RUN)
