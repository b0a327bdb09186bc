# Every target sets itself up first; `make help` lists them.
SHELL := /bin/bash
.DEFAULT_GOAL := help

BIN := .venv/bin
READY := .venv/.ready
# More than there are cores: tests wait for processes of their own about as long as they compute.
WORKERS ?= 4
DEMO ?=
REPLAY ?=
YEAR ?=

# npm fetches GitHub's own descriptions; without it the group that needs them is left out, and said.
ORACLE := $(shell command -v npm >/dev/null && echo yes)

$(READY): scripts/setup.sh pyproject.toml uv.lock
	@scripts/setup.sh
	@touch $@

.PHONY: help
help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):[^#]*## /  make \1\t/' | expand -t 16

.PHONY: setup
setup: $(READY) ## install everything into .venv, and bubblewrap

.PHONY: demo
demo: $(READY) ## the whole story on this machine, without account or key (DEMO="--stay" keeps it up)
	@$(BIN)/evolve demo $(DEMO)

.PHONY: test
test: $(READY) ## all tests; those held to GitHub's own descriptions need npm
ifeq ($(ORACLE),yes)
	@$(BIN)/python -m pytest -q -n $(WORKERS) --dist worksteal
else
	@echo "npm is not installed: the tests held to GitHub's own descriptions (-m oracle) are left out"
	@$(BIN)/python -m pytest -q -n $(WORKERS) --dist worksteal -m "not oracle"
endif

.PHONY: check
check: $(READY) ## ruff, ty and import-linter
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/ty check
	@$(BIN)/lint-imports

.PHONY: bench-context
bench-context: $(READY) ## how long choosing context takes, cold and warm, by size
	@$(BIN)/python bench/context/run.py

.PHONY: bench-budget
bench-budget: $(READY) ## 100,000 generated schedules of reservations: no cap is exceeded
	@$(BIN)/python -m bench.budget.run --schedules 100000

.PHONY: bench-corpus
bench-corpus: $(READY) ## cheats and honest patches in four languages through `evolve gate`
	@$(BIN)/python -m bench.corpus.run

.PHONY: bench-escapes
bench-escapes: $(READY) ## every way out of the sandbox through `evolve sandbox`, and how it ended
	@$(BIN)/python -m bench.escapes.run

.PHONY: bench-memory
bench-memory: $(READY) ## similar failures: precision and recall beside LIKE, look-up time by size
	@$(BIN)/python -m bench.memory.run

.PHONY: bench-telemetry
bench-telemetry: $(READY) ## how long telemetry takes at 1,000 to 100,000 attempts, at first and for one more
	@$(BIN)/python -m bench.telemetry.run

.PHONY: bench-tuning
bench-tuning: $(READY) ## trials of the last phase in an invented installation: adopted, kept, rolled back
	@$(BIN)/python -m bench.tuning.run

.PHONY: bench-year
bench-year: $(READY) ## a year of issues on the forge: what learning is worth (most of an hour; YEAR="--days 60" for less)
	@$(BIN)/python -m bench.year.run $(YEAR)

.PHONY: bench-replay
bench-replay: $(READY) ## a real fix of a clone, made again by the bot: REPO=DIR COMMIT=SHA [REPLAY="--policy F"]
	@$(BIN)/python -m bench.replay.run --repo "$(REPO)" --commit "$(COMMIT)" $(REPLAY)

.PHONY: transcript
transcript: $(READY) ## docs/transcript/: a pull request from red CI to the merge, and pictures of it with chromium
	@$(BIN)/python -m bench.transcript.run

.PHONY: format
format: $(READY) ## let ruff rewrite what it can
	@$(BIN)/ruff check --fix
	@$(BIN)/ruff format

.PHONY: clean
clean: ## remove the environment and every cache
	@rm -rf .venv .cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache dist
