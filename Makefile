# Every target prepares what it needs on a machine that has only Python >= 3.11 and make.
# `make` alone lists the targets.

SHELL := /bin/sh
.DEFAULT_GOAL := help

PYTHON ?= python3
BIN := .venv/bin
WORKERS ?= 2

# Settings of demo and bench; empty means the command's own default.
N ?=
DATA ?=
SERVE ?=
ARGS ?=

CASES ?=

.PHONY: help demo serve test lint format bench crash fuzz openapi requirements image python runtime dev clean

help: ## list the targets
	@echo "Liangxin. Two commands to begin with: make demo, make test"
	@echo
	@awk 'BEGIN { FS = ":.*## " } /^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))
	@echo
	@echo "  make demo N=20000            a made-up county of 20,000 organisations"
	@echo "  make demo DATA=FILE.csv.gz   a real register file instead"
	@echo "  make demo SERVE=1            go on serving afterwards"
	@echo "  make PYTHON=python3.13 demo  another Python (3.11 or later)"

demo: runtime ## the main job: a register goes in over HTTP, its coverage comes out
	@$(BIN)/liangxin demo $(if $(N),--organizations $(N)) $(if $(DATA),--data "$(DATA)") $(if $(SERVE),--serve) $(ARGS)

serve: runtime ## serve the API with a database of its own; prints the docs' address and a token
	@$(BIN)/liangxin serve $(ARGS)

test: dev ## all tests
	@$(BIN)/python -m pytest -q -n $(WORKERS) $(ARGS)

lint: dev ## ruff, mypy, import contracts, and a look at what is committed
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python scripts/committed_tree.py

format: dev ## let ruff rewrite the layout
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

bench: dev ## the measurements; writes docs/benchmarks.json and the README's table (DATA=FILE, N=organisations)
	@LIANGXIN_REGISTER_FILE="$${LIANGXIN_REGISTER_FILE:-$(DATA)}" $(BIN)/python -m tests.bench $(if $(N),--organizations $(N)) $(ARGS)

crash: dev ## long storms: requests broken off, keys and secrets changed under load, fifty kills of a push
	@$(BIN)/python -m tests.storms $(ARGS)

fuzz: dev ## generated requests, good and bad, with a token of each role (CASES=cases of each operation)
	@$(BIN)/python -m tests.fuzz $(if $(CASES),--cases $(CASES)) $(ARGS)

openapi: runtime ## rewrite openapi.json from the code
	@$(BIN)/liangxin openapi > openapi.json.new && mv openapi.json.new openapi.json

requirements: dev ## pin requirements*.txt anew from pyproject.toml (needs an index)
	@$(BIN)/python -m pip install --quiet "pip-tools>=7.5"
	@$(BIN)/python scripts/pin_requirements.py

image: ## build the container image (needs docker or podman under that name)
	@docker build --file docker/Dockerfile --tag liangxin:local .

clean: ## remove .venv and the tools' caches (never data)
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis ./*.egg-info

python:
	@command -v "$(PYTHON)" >/dev/null 2>&1 || { \
	  echo "No $(PYTHON) here. Install Python 3.11 or later, or name one: make PYTHON=python3.13 $(MAKECMDGOALS)" >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "$(PYTHON) is $$("$(PYTHON)" -V 2>&1); Python 3.11 or later is needed. Name one: make PYTHON=python3.13 $(MAKECMDGOALS)" >&2; exit 1; }
	@"$(PYTHON)" -c 'import venv, ensurepip' 2>/dev/null || { \
	  echo "$(PYTHON) lacks the venv module. On Debian or Ubuntu: apt-get install $$("$(PYTHON)" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')" >&2; exit 1; }

runtime: python
	@"$(PYTHON)" scripts/environment.py runtime

dev: python
	@"$(PYTHON)" scripts/environment.py runtime
	@"$(PYTHON)" scripts/environment.py dev
