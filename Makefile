# The two commands of the README are `make demo` and `make test`; both set everything up on first use.

.DEFAULT_GOAL := help
PYTHON ?= $(shell for python in python3 python3.11 python3.12 python3.13; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
VENV := .venv
RUN := $(VENV)/bin
STAMP := $(VENV)/.installed
CHAT := fixtures/chat_backend

.PHONY: help demo example test check lint mutants bench docs clean

help: ## list these targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1\t/' | expand -t 8

$(STAMP): pyproject.toml constraints.txt
	@test -n "$(PYTHON)" || { echo "make: Python 3.11 or later is needed; set PYTHON=/path/to/python3" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_CONSTRAINT=constraints.txt PIP_BUILD_CONSTRAINT=constraints.txt \
		$(RUN)/pip install --quiet -e '.[dev,demo]'
	@touch $@

demo: $(STAMP) ## start two chat backends, one hardened and one not, and compare their reports
	@$(RUN)/readycheck demo

example: $(STAMP) ## scan the small project in fixtures/projects/notes
	@$(RUN)/readycheck scan fixtures/projects/notes; status=$$?; \
	if [ $$status -eq 1 ]; then \
		echo; echo "The gate failed, as it should: the notes service is not ready. readycheck scan exits 1 for CI."; \
	else exit $$status; fi

lint: $(STAMP)
	$(RUN)/ruff check .
	$(RUN)/ruff format --check .
	$(RUN)/mypy
	$(RUN)/lint-imports
	$(RUN)/readycheck rules test
	$(RUN)/python -m readycheck.cli.reference --check docs
	cd $(CHAT) && $(CURDIR)/$(RUN)/ruff check . && $(CURDIR)/$(RUN)/ruff format --check . && $(CURDIR)/$(RUN)/mypy

check: lint ## style, types, layers, rule self-tests, generated pages, unit tests
	$(RUN)/pytest -n 2 tests/unit tests/rules
	cd $(CHAT) && $(CURDIR)/$(RUN)/pytest -n 2 tests/unit

test: lint ## everything that must hold: check, golden files, end-to-end tests, and those of the chat backend
	$(RUN)/pytest -n 4 --dist loadfile # most end-to-end tests wait; one file shares its fixtures
	cd $(CHAT) && $(CURDIR)/$(RUN)/pytest -n 2

mutants: $(STAMP) ## take each hardening of the chat backend away, one after the other: is it noticed, in code and live?
	$(RUN)/python -m tests.mutants.runner
	$(RUN)/python -m tests.mutants.live

docs: $(STAMP) ## write the generated pages anew
	$(RUN)/python -m readycheck.cli.reference docs

bench: $(STAMP) ## compare readycheck with its peers: half an hour, a gigabyte, needs Node.js
	$(RUN)/python -m benchmarks.corpora
	$(RUN)/python -m benchmarks.peers
	$(RUN)/python -m benchmarks.parity
	$(RUN)/python -m benchmarks.speed
	$(RUN)/python -m benchmarks.chat_backend

clean: ## remove what the other targets made
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis dist build
