# The course lab kit. `make` alone explains the targets.
PYTHON ?= python3
BIN := .venv/bin
PORT ?= 8000

.DEFAULT_GOAL := help
.PHONY: help setup sandbox demo test check book book-solutions book-pdf bench serve clean

help: ## Say what each target does
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: .venv/ready ## Make .venv with the kit and all that it needs (once, minutes)

.venv/ready: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "labkit needs Python 3.11 or newer: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet -r requirements.txt -e .
	@touch $@

# Grading runs what students wrote in a sandbox. Only root can install it from here.
sandbox:
	@command -v bwrap >/dev/null || \
	  { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && \
	    apt-get update -qq && apt-get install -y -qq bubblewrap; } || \
	  echo "Grading isolates students' code with bubblewrap: apt install bubblewrap"

demo: setup sandbox ## Release the labs, grade a class of simulated students, build the book
	@$(BIN)/python benchmarks/demo.py
	@$(MAKE) --no-print-directory book
	@echo "The class is in demo/class, its feedback in demo/class/feedback,"
	@echo "the book in _build/html/index.html (make serve shows it in a browser)."

test: setup sandbox ## Run the tests (minutes; no GPU, no network; pytest -m slow runs the long ones)
	$(BIN)/python -m pytest -n auto

check: setup ## Format, lint, types, and that notebooks/ is up to date
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/labkit release --check

book: setup ## Build the book, strictly, into _build/html
	@$(BIN)/python book/build.py

book-solutions: setup ## Build the instructor's edition, with all solutions, into _build/solutions
	@$(BIN)/python book/build.py --solutions

book-pdf: setup ## Print the book into _build/book.pdf (needs chromium)
	@$(BIN)/python book/build.py --pdf

bench: setup ## Measure what the README's figures say
	$(BIN)/python benchmarks/training.py
	$(BIN)/python benchmarks/grading.py compare torch_lab lab1_mlp
	$(BIN)/python benchmarks/grading.py curve 50 200 1000
	$(BIN)/python benchmarks/grading.py scale
	$(BIN)/python benchmarks/grading.py kill

serve: book ## Build the book and show it at http://localhost:8000
	$(BIN)/python -m http.server --bind 127.0.0.1 --directory _build/html $(PORT)

clean: ## Delete what was built (not .venv)
	rm -rf _build demo .pytest_cache .mypy_cache .ruff_cache .hypothesis
