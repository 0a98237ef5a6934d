# The two commands that everyone needs are `make demo` and `make test`; both set up .venv on their first call.
# PYTHON=... chooses the interpreter (3.11 or newer), PYTEST_ARGS=... adds options to pytest,
# FUZZ_SECONDS=... is how long `make fuzz` searches in each reader.

SHELL := /bin/sh

# The first interpreter on the path that is new enough.
PYTHON ?= $(shell for name in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	if $$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then echo $$name; break; fi; done)
VENV := .venv
RUN := $(VENV)/bin/python
PIP := $(RUN) -m pip --disable-pip-version-check --quiet
PYTEST_ARGS ?=
FUZZ_SECONDS ?= 30

.PHONY: demo test check coverage conformance fuzz mutation benchmark docs package help clean

help:
	@echo "make demo         run the children's social care model under two strategies"
	@echo "make test         run the tests"
	@echo "make check        ruff, mypy, layers and tests"
	@echo "make coverage     run the tests and tell the branches that they take, package by package"
	@echo "make conformance  hold our cases and the published ones against expected results and other engines"
	@echo "make fuzz         search for inputs that the readers do not bear, FUZZ_SECONDS=30 for each"
	@echo "make mutation     change rows of functions and the schedule a little, and see that the tests notice"
	@echo "make benchmark    processor time and memory beside another engine"
	@echo "make docs         write the pages that are made from the code"
	@echo "make package      build the wheel and the source archive into dist/"
	@echo "make clean        remove what these commands made"

demo: $(VENV)/.base
	@$(RUN) reference_models/children_social_care/demo.py

test: $(VENV)/.dev
	$(RUN) -m pytest $(PYTEST_ARGS)

check: $(VENV)/.dev
	$(RUN) -m ruff check .
	$(RUN) -m mypy
	$(VENV)/bin/lint-imports --no-cache
	$(RUN) -m pytest $(PYTEST_ARGS)

coverage: $(VENV)/.dev
	$(RUN) -m pytest --cov --cov-report= $(PYTEST_ARGS)
	$(RUN) -m benchmarks.branch_coverage

conformance: $(VENV)/.dev
	$(RUN) -m conformance.social_care_in_xmile
	$(RUN) -m conformance.generated_models --count 200 --seed 1
	$(RUN) -m conformance.generated_for_pysd --count 100 --seed 1
	$(RUN) -m conformance.hostile_inputs
	$(RUN) -m conformance.report
	$(RUN) -m conformance.published_cases
	$(RUN) -m conformance.published_cases --rtol 1e-5 --quiet

fuzz: $(VENV)/.dev
	$(RUN) -m conformance.fuzzing --reader mdl --seconds $(FUZZ_SECONDS)
	$(RUN) -m conformance.fuzzing --reader xmile --seconds $(FUZZ_SECONDS)

mutation: $(VENV)/.dev .peers/mutmut/.made
	$(RUN) -m conformance.mutations
	.peers/mutmut/bin/mutmut run

benchmark: $(VENV)/.dev
	$(RUN) -m benchmarks.growth
	$(RUN) -m benchmarks.large_models
	$(RUN) -m benchmarks.against_simlin

docs: $(VENV)/.base
	$(RUN) docs/generate.py

package: $(VENV)/.dev
	$(RUN) -m hatchling build

clean:
	rm -rf $(VENV) .peers .coverage build dist mutants

# Some systems ship Python without ensurepip; there, the pip beside that Python fills the environment.
$(VENV)/.made:
	@test -n "$(PYTHON)" || { echo "stockflow needs Python 3.11 or newer: make PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -m venv $(VENV) 2>/dev/null || { $(PYTHON) -m venv --clear --without-pip $(VENV) \
		&& $(PYTHON) -m pip --disable-pip-version-check --quiet --python $(RUN) install pip; }
	@touch $@

$(VENV)/.base: $(VENV)/.made pyproject.toml
	@echo "Setting up $(VENV) (once) ..."
	@$(PIP) install -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.made pyproject.toml
	@echo "Setting up $(VENV) with the development tools (once) ..."
	@$(PIP) install -e ".[dev]"
	@touch $@ $(VENV)/.base

.peers/mutmut/.made: pyproject.toml
	@echo "Setting up .peers/mutmut (once) ..."
	@$(RUN) -m venv .peers/mutmut
	@.peers/mutmut/bin/python -m pip --disable-pip-version-check --quiet install -e ".[dev]" mutmut==3.8.1
	@touch $@
