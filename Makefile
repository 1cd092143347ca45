# Two commands for a new user: `make demo` and `make test`.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: install install-data cluster-deps demo test lint clean

install: $(STAMP)

$(STAMP): pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade "pip>=24"
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable ".[train,eval,deepspeed,dev]"
	touch $(STAMP)

# Data preparation alone: no torch, no NeMo; this is what a Mac needs.
install-data:
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade "pip>=24"
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable ".[dev]"

# Slurm, Docker and OpenSSH of Debian, for the tests that launch on real ones; without them those tests are skipped.
cluster-deps:
	@PYTHON=$(PYTHON) tests/cluster/install.sh

demo: $(STAMP)
	$(BIN)/lexatron demo $(if $(FORMEX),--formex $(FORMEX))

test: $(STAMP)
	$(BIN)/python -m pytest --numprocesses 2 --dist loadscope --no-loadscope-reorder

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/hadolint docker/Dockerfile docker/Dockerfile.cpu

clean:
	rm -rf $(VENV) runs build dist
