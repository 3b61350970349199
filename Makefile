# The two commands of a newcomer are `make ask` and `make test`.

PYTHON ?= python3
VENV ?= .venv
export QUESTION ?= When does the military base deal expire?

INSTALL = $(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

.PHONY: ask chat telegram test check clean

ask: $(VENV)/.installed  ## answer QUESTION from the seed article
	@$(VENV)/bin/saidwhat ask "$$QUESTION"

chat telegram: $(VENV)/.installed
	@$(VENV)/bin/saidwhat $@

test: $(VENV)/.installed-dev
	$(VENV)/bin/python -m pytest --numprocesses 2 --dist loadfile --cov --cov-report=term:skip-covered

check: $(VENV)/.installed-dev  ## style, types, and who may import whom
	$(VENV)/bin/ruff check
	$(VENV)/bin/ruff format --check
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports

$(VENV)/.installed: pyproject.toml constraints.txt
	@echo "Installing into $(VENV): a few minutes and about 2 GB, the first time only."
	$(PYTHON) -m venv $(VENV)
	$(INSTALL) --editable .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	$(INSTALL) --editable '.[dev]'
	@touch $@

clean:
	rm -rf $(VENV) dist .coverage htmlcov
