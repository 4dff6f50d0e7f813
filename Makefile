# `make` lists the targets. Those that need Python set the environments up first: nothing to do, nothing done.
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
MINUTES ?= 60
AWS := RELAY_TARGET=$${RELAY_TARGET:-aws} SAM_CLI_TELEMETRY=0

.PHONY: help setup demo up down test slow check fmt lint types bench soak pictures docs flows proof mutation fuzz fuzz-api lock build deploy clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' Makefile

setup: ## make the four environments equal to their locks
	@$(PYTHON) tools/bootstrap.py

demo: setup ## approve, decline and undo payments on the real template, on this machine
	@$(BIN)/payrelay demo

up: setup ## start the local world and leave it running
	@$(BIN)/payrelay up --detach

down: setup ## stop it
	@$(BIN)/payrelay down

test: setup ## every test but the slow stories
	@$(BIN)/python -m tools.check core house laboratory rules worlds

check: setup ## exactly what CI runs: format, lint, types, arrows, spelling, template, tests
	@$(BIN)/python -m tools.check

slow: setup ## power cuts, the horizon, every workflow on the engine; CI has no time for them
	@$(BIN)/pytest -m 'engine and slow'

lint: setup ## format, lint, arrows, spelling and template, without tests
	@$(BIN)/python -m tools.check format lint arrows spelling template

types: setup ## mypy --strict on code and tests
	@$(BIN)/python -m tools.check types

fmt: setup ## put the code into its one format
	@$(BIN)/ruff check --quiet --fix-only .
	@$(BIN)/ruff format .

bench: setup ## measure, each against its peer in the same run; minutes (benchmarks/RESULTS.md)
	@$(BIN)/python -m benchmarks

soak: setup ## sell while lines close and processes are killed, then compare all books; MINUTES=60
	@$(BIN)/python -m benchmarks.soak --minutes $(MINUTES)

pictures: ## draw what was measured, into docs/pictures
	@$(PYTHON) tools/bootstrap.py pictures
	@.venv-pictures/bin/python -m benchmarks.pictures

docs: setup ## write the generated pages again
	@$(BIN)/python -m tools.generate

flows: setup ## play the stories of docs/flows on a real world and draw them; three minutes
	@$(BIN)/python -m tools.flows

fuzz: setup ## ten million damaged telegrams; hours, with progress
	@$(BIN)/python -m tools.fuzz --mutations 10000000

fuzz-api: setup ## 200,000 hostile requests against the gateway; minutes, with progress
	@$(BIN)/python -m tools.fuzz_api --cases 200000

proof: setup ## the whole model, a million fault schedules and every planted bug; hours, with progress
	@$(BIN)/python -m tools.proof

mutation: setup ## change the rules and the codec one thing at a time: would a test notice? an hour
	@$(BIN)/python -m tools.mutation

lock: setup ## write the hashed locks again after a change of dependencies (docs/adr/0002)
	@$(BIN)/python -m tools.lock

build: setup ## what would be deployed, by `sam build`, without Docker
	@$(AWS) $(BIN)/sam build

deploy: build ## send the build to AWS: make deploy PARAMETERS="HangangAddress=van.example:9100"
	@$(AWS) $(BIN)/sam deploy --parameter-overrides $(PARAMETERS) \
		CodeHash=$$($(AWS) $(BIN)/python -m tools.build hash $(PARAMETERS))

clean: ## remove what builds and tests left behind; environments stay
	@rm -rf .aws-sam .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

# `sam build` calls this with ARTIFACTS_DIR, once per function and layer (Metadata.BuildMethod: makefile).
build-%:
	@$(AWS) $(BIN)/python -m tools.build one $* $(ARTIFACTS_DIR)
