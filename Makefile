# make demo · make test · make torture · make serve · make bench · make package: see README.md. Each creates .venv if it's missing.
PYTHON ?= python3
PORT ?= 9999
VENV := .venv
PY := $(VENV)/bin/python
STAMP := $(VENV)/.installed
MODULES := node_modules/.installed

# STASH_BIN: a Stash binary to start on temporary folders. STASH_VERSION: without a binary, the release that the fake server
# behaves like. STASH_URL, STASH_API_KEY: a running Stash, for the tests that only read.
export STASH_BIN STASH_VERSION STASH_URL STASH_API_KEY
# Tests wait for servers and browsers, so three workers keep two cores busy.
WORKERS ?= $(shell echo $$(( $$(getconf _NPROCESSORS_ONLN) * 3 / 2 )))
# Options of the benchmark, such as BENCH='--images 100000 read'.
BENCH ?=

.PHONY: setup browser test torture demo serve record bench package clean
.DEFAULT_GOAL := setup

setup: $(STAMP) $(MODULES)

$(STAMP): requirements.txt requirements-dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10) and "Python 3.10 or later is required, this is " + sys.version.split()[0])'
	$(PYTHON) -m venv $(VENV)
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

$(MODULES): $(STAMP) package-lock.json
	$(VENV)/bin/npm ci --silent
	@# A clone may be in Stash's plugins folder, and Stash loads each of these as a plugin.
	@find $(VENV) node_modules -name '*.yml' -delete
	@touch $@

browser: $(STAMP)
	@sh .ci/chromium.sh

test: $(STAMP)
	@$(MAKE) --no-print-directory --jobs=2 $(MODULES) browser
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(VENV)/bin/codespell
	$(VENV)/bin/mypy
	$(VENV)/bin/node node_modules/.bin/eslint
	$(VENV)/bin/node node_modules/.bin/tsc
	$(PY) -m pytest --numprocesses $(WORKERS) --dist loadfile

torture: $(STAMP)
	TORTURE=1 $(PY) -m pytest tests/faults --numprocesses 4 --dist worksteal --session-timeout=2400

demo: $(STAMP)
	$(PY) -m tools.demo

serve: $(STAMP) $(MODULES)
	$(PY) -m tools.serve --port $(PORT)

record: $(STAMP)
	$(PY) -m tools.record --stash-bin "$(STASH_BIN)"

package: $(STAMP)
	$(PY) -m tools.package.build

bench: $(STAMP)
	$(PY) -m tools.bench $(BENCH)

clean:
	rm -rf $(VENV) node_modules .mypy_cache .pytest_cache .ruff_cache .hypothesis build dist vendor
