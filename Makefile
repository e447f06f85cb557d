# Every verb sets up what it needs in .venv by itself.
BIN := .venv/bin
SETUP := scripts/setup.sh
INPUTS := pyproject.toml constraints.txt $(SETUP)

# Some machines have it set: each start of the program would then compile all of it anew, of which a suite has hundreds.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo test lint types imports schemas unit test-plugins chaos determinism record bench format clean

help:  ## List the verbs
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

.venv/.ready: $(INPUTS)
	@$(SETUP)

.venv/.ready-dev: $(INPUTS) scripts/editor.sh tests/editor/package-lock.json scripts/browser.sh tests/browser/package-lock.json
	@$(SETUP) dev

demo: .venv/.ready  ## Draw the quickstart's contact sheet (no key, no GPU, no network but PyPI)
	@$(BIN)/teststrip run recipes/quickstart.yaml

# The packages of plugins/ wait for pip at first, and mypy keeps one processor: so these go side by side.
test: .venv/.ready-dev  ## Everything that has to pass
	@$(MAKE) --no-print-directory -j 2 lint types imports schemas test-plugins
	@$(MAKE) --no-print-directory unit

lint: .venv/.ready-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/.ready-dev
	$(BIN)/mypy

imports: .venv/.ready-dev
	$(BIN)/lint-imports

schemas: .venv/.ready-dev
	$(BIN)/teststrip schema build --check

unit: .venv/.ready-dev
	$(BIN)/pytest -n 3 --dist worksteal

test-plugins: .venv/.ready-dev  ## Install each package of plugins/ into a fresh environment, and test it there
	scripts/plugins.sh example optuna brisque a1111

chaos: .venv/.ready-dev  ## Kill runs under 200 schedules of faults, and hold the money against the ledger
	$(BIN)/pytest tests/chaos -m "chaos or not chaos" -n 2

determinism: .venv/.ready  ## Draw under NumPy and Pillow old and new, as several processors would: the same pixels
	scripts/determinism.sh

record: .venv/.ready-dev  ## Record the cassettes of tests/recorded again, from the emulator
	$(BIN)/pytest tests/recorded --record-mode=rewrite

bench: .venv/.ready-dev  ## Measure speed against named rivals, in one process
	$(BIN)/python benchmarks

format: .venv/.ready-dev  ## Format the code, and mend what ruff can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:  ## Remove .venv and caches; runs stay, for they hold what was paid for
	rm -rf .venv tests/editor/node_modules tests/browser/node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
