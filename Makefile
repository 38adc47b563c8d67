# Two commands do all the set-up: `make build` and `make test`.
PYTHON ?= python3
BIN := .venv/bin
# pip compiles one file after the other; compileall uses all cores, and leaves out the tests of libraries.
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile
PYTEST := $(BIN)/pytest --numprocesses auto --dist worksteal
COMPILE := $(BIN)/python -m compileall -q -j 0 -x '/tests?/' $(CURDIR)/.venv/lib

.PHONY: build test coverage mypy pyright bench lock docs clean

build: .venv/build  ## check the embedded dataset and write its data package to output/union-state
	$(BIN)/communique build data/union-state

test: .venv/test  ## lint, types, tests, and the contents of the wheel
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(MAKE) --no-print-directory --jobs=2 --output-sync mypy pyright
	$(PYTEST)
	$(BIN)/python tests/wheel_contents.py

coverage: .venv/test  ## the same tests, watched, which takes a quarter longer; below 95 % it fails
	$(PYTEST) --cov --cov-report=term

mypy:
	$(BIN)/mypy

pyright:
	$(BIN)/pyright --pythonpath $(BIN)/python

# The stamps say which locked requirements the environment has.
.venv/build: requirements.lock pyproject.toml
	$(PYTHON) -m venv .venv
	$(INSTALL) --require-hashes --requirement requirements.lock
	$(INSTALL) --no-build-isolation --no-deps --editable .
	$(COMPILE)
	touch $@

.venv/test: requirements-dev.lock pyproject.toml
	$(PYTHON) -m venv .venv
	$(INSTALL) --require-hashes --requirement requirements-dev.lock
	$(INSTALL) --no-build-isolation --no-deps --editable .
	$(COMPILE)
	touch $@ .venv/build

# Communique alone, as who uses it has it: what is measured must not import what only its developers need.
.venv/bench: requirements.lock
	$(PYTHON) -m venv $@
	$@/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	touch $@

# Rivals that are not installed are skipped: .venv/bin/pip install -e '.[bench]'
ROWS ?= 1000000
bench: .venv/test .venv/bench  ## measure against rivals and targets; ROWS is the number of participations
	rm -rf build
	.venv/bench/bin/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --force-reinstall .
	$(BIN)/python benchmarks/bench.py --participations $(ROWS) $(BENCH)

docs: .venv/test  ## write the generated pages of docs/
	$(BIN)/python docs/generate.py

# It has an environment of its own: what is tested is what the locks have, and nothing else.
lock:  ## pin every dependency anew
	$(PYTHON) -m venv .venv/lock
	.venv/lock/bin/python -m pip install --quiet --disable-pip-version-check pip-tools
	.venv/lock/bin/pip-compile $(LOCK) --output-file requirements.lock
	.venv/lock/bin/pip-compile $(LOCK) --extra dev --output-file requirements-dev.lock

# setuptools is locked too: the package is built without a download of its own.
LOCK := --quiet --upgrade --no-strip-extras --generate-hashes --allow-unsafe --no-header --no-annotate \
	--no-emit-index-url --no-emit-trusted-host --no-emit-find-links --all-build-deps pyproject.toml

clean:
	rm -rf .venv build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache .coverage
