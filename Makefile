# The one door for people. `make` alone says what there is.

PORT ?= 8000
SEED ?= 1
RUNS ?= 100

PYTHON := .venv/bin/python
MESSAGES := $(patsubst %.po,%.mo,$(wildcard locale/*/LC_MESSAGES/messages.po))

# `make test NO_BROWSER=1 YIZHAN_SEED=7` reaches the tests as well as the environment does.
export NO_BROWSER NO_SPEECH YIZHAN_SEED

.DEFAULT_GOAL := help
.PHONY: help run test check bench faults crawl pictures messages speech setup setup-test clean

help: ## Say what there is.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: setup ## Start the sample network (hub, stations, touchscreens) on PORT (8000).
	@exec $(PYTHON) -m deploy.run --port $(PORT)

test: setup-test ## Run every test; YIZHAN_SEED=n repeats a run, NO_BROWSER=1 leaves Chromium out.
	@$(PYTHON) -m pytest --junitxml=test-results/pytest.xml

check: setup-test ## Check style, types and the rules of the house.
	@$(PYTHON) -m ruff check
	@$(PYTHON) -m ruff format --check
	@$(PYTHON) -m mypy
	@.venv/bin/lint-imports
	@$(PYTHON) -m pytest tests/architecture --quiet

bench: setup-test ## Measure: runs every command of tests/bench, one after the other.
	@set -e; for file in $$(grep -l '^if __name__' tests/bench/*.py); do \
	    name=tests.bench.$$(basename "$$file" .py); echo "== $$name"; $(PYTHON) -m "$$name"; \
	done

faults: setup-test ## Run RUNS (100) random faults from SEED (1), RUNS/50 with processes; prints what fails.
	@$(PYTHON) -m tests.faults $(SEED) $(RUNS)
	@$(PYTHON) -m tests.faults $(SEED) $(RUNS) --processes

crawl: setup-test ## Look at every screen of the touchscreen at three sizes, in both languages (10 min).
	@$(PYTHON) -m pytest -m crawl tests/browser/crawl -o faulthandler_timeout=900

pictures: setup-test ## Take the pictures of docs/pictures from the running product.
	@YIZHAN_PICTURES=docs/pictures $(PYTHON) -m pytest tests/browser/journeys --quiet

messages: setup ## Collect the sentences of code and pages into locale/, ready to be translated.
	@set -e; found=$$(mktemp); trap 'rm -f "$$found"' EXIT; \
	.venv/bin/pybabel --quiet extract --mapping-file=babel.cfg --keyword=N_ --omit-header \
	    --sort-by-file --add-location=file --no-wrap --output-file="$$found" .; \
	.venv/bin/pybabel --quiet update --input-file="$$found" --output-dir=locale \
	    --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date --no-wrap

speech: setup ## Fetch the voice and render the fixed prompts; `make run` does it by itself.
	@$(PYTHON) -m deploy.setup.speech --prompts

setup: $(MESSAGES) ## Make this machine ready for `make run`; quick when nothing changed.
	@deploy/setup/venv.sh run
	@deploy/setup/vendor.sh run

setup-test: $(MESSAGES) ## Make this machine ready for `make test`: the same with tools and Chromium.
	@deploy/setup/venv.sh test
	@deploy/setup/vendor.sh test
	@deploy/setup/browser.sh
	@$(PYTHON) -m deploy.setup.speech

clean: ## Remove what the other commands built; the data in var/ stays.
	rm -rf .venv .speech node_modules static/vendor test-results *.egg-info $(MESSAGES)
	rm -rf .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

%.mo: %.po
	@deploy/setup/venv.sh run
	@.venv/bin/pybabel --quiet compile --input-file=$< --output-file=$@
