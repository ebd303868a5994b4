# Everything a developer does. Needs Python 3.11 or newer and make; brings the rest itself.
# Variables: PYTHON (to make .venv with), HOST and PORT (make run), WORKERS (tests), ARGS (run, e2e, bench, fuzz).

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
MAKEFLAGS += --no-builtin-rules --no-print-directory

export NPM_CONFIG_UPDATE_NOTIFIER := false

HOST ?= 127.0.0.1
PORT ?= 8000
PYTHON ?= python3.13 python3.12 python3.11 python3
WORKERS ?= 2
ARGS ?=

VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip install --quiet --disable-pip-version-check
MODULES := frontend/node_modules
PAGE_SOURCES := $(shell find frontend -name node_modules -prune -o -name dist -prune -o -type f -print)
PYTEST := $(PY) -m pytest -n $(WORKERS) --dist loadfile

# Node.js 22.12 or newer with npm from PATH, else the one that requirements.txt puts into the virtual environment.
WITH_NODE = if ! { npm --version && node --eval \
	'const [a, b] = process.versions.node.split("."); process.exit(a > 22 || (a == 22 && b >= 12) ? 0 : 1)'; \
	} >/dev/null 2>&1; then PATH="$(CURDIR)/$(VENV)/bin:$$PATH"; export PATH; fi;

.PHONY: help
help: ## This list
	@sed -n 's/^\([a-z0-9-]*\):.*## \(.*\)/  make \1 | \2/p' $(MAKEFILE_LIST) | column -t -s '|' 2>/dev/null \
		|| sed -n 's/^\([a-z0-9-]*\):.*## \(.*\)/  make \1 - \2/p' $(MAKEFILE_LIST)

.PHONY: run
run: $(VENV)/.run var/page/.built ## The service with a demo company, on http://HOST:PORT (127.0.0.1:8000)
	@exec $(PY) manage.py demo --host $(HOST) --port $(PORT) $(ARGS)

.PHONY: test
test: $(VENV)/.dev $(MODULES)/.all build browser ## Every test: the page's, then Python's on SQLite and on PostgreSQL, then e2e
	cd frontend && $(WITH_NODE) npm test
	TEST_DATABASE=sqlite $(PYTEST) -m "not e2e and not fuzz"
	TEST_DATABASE=postgres $(PYTEST) -m "database and not e2e and not fuzz"
	$(PYTEST) -m e2e

.PHONY: e2e
e2e: $(VENV)/.dev build browser ## Only the tests with real servers and a real browser
	$(PYTEST) -m e2e $(ARGS)

.PHONY: screenshots
screenshots: $(VENV)/.dev build browser ## The README's pictures anew, from a lively demo, into docs/screenshots
	$(PY) -m tests.e2e.screenshots

.PHONY: fuzz
fuzz: $(VENV)/.dev ## Random histories on the real engine for FUZZ_MINUTES (10); says how many it survived
	$(PY) -m pytest -m fuzz --capture=no $(ARGS)

.PHONY: bench
bench: $(VENV)/.dev build ## The reference workloads; ARGS names one and its options
	$(PY) -m bench $(ARGS)

.PHONY: lint
lint: $(VENV)/.dev types ## Style, types, import contracts, missing migrations
	$(PY) -m ruff check
	$(PY) -m ruff format --check
	$(VENV)/bin/lint-imports
	SECRET_KEY=lint DATABASE_URL=sqlite://:memory: $(PY) manage.py makemigrations --check --dry-run

.PHONY: types
types: $(VENV)/.dev $(MODULES)/.all ## Type checks: Python's and the page's
	$(PY) -m mypy
	cd frontend && $(WITH_NODE) npm run types

.PHONY: format
format: $(VENV)/.dev ## Put the Python sources into shape
	$(PY) -m ruff check --fix
	$(PY) -m ruff format

.PHONY: schema
schema: $(VENV)/.dev $(MODULES)/.all ## The documents of the wire and the page's types of its frames, from the code
	$(PY) manage.py export_schema
	cd frontend && $(WITH_NODE) npm run --silent generate

.PHONY: build
build: var/page/.built ## The live page, into var/page

.PHONY: browser
browser: $(VENV)/.dev ## A Chromium for the browser tests, where there is none
	@$(PY) -m tests.e2e.browser

.PHONY: clean
clean: ## Remove everything that make made; the data in var/ stays
	rm -rf $(VENV) $(MODULES) var/page var/browser .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Debian's python3 may come without the module that fills a virtual environment: say, or as root run, its remedy.
$(PY):
	@recent() { "$$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }; \
	complete() { "$$1" -c 'import ensurepip, venv' 2>/dev/null; }; \
	found=; \
	for each in $(PYTHON); do if recent "$$each"; then found="$${found:-$$each}"; complete "$$each" && found="$$each" && break; fi; done; \
	if [ -z "$$found" ]; then echo "Switchboard needs Python 3.11 or newer; none of these is: $(PYTHON)." >&2; \
		echo "Name one: make PYTHON=/path/to/python3.12" >&2; exit 1; fi; \
	if ! complete "$$found"; then \
		package=$$("$$found" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])'); \
		if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
			apt-get -q update && DEBIAN_FRONTEND=noninteractive apt-get -q install -y "$$package" </dev/null; \
		else echo "$$found cannot make virtual environments. On Debian and Ubuntu: sudo apt-get install $$package" >&2; exit 1; fi; \
	fi; \
	echo "Making $(VENV) with $$found"; \
	"$$found" -m venv $(VENV) || { rm -rf $(VENV); exit 1; }

# Stamps: what is installed and newer than what asked for it is not looked at again.
$(VENV)/.run: requirements.txt | $(PY)
	@echo "Installing requirements.txt"
	@$(PIP) -r requirements.txt
	@touch $@

$(VENV)/.dev: requirements-dev.txt requirements.txt | $(PY)
	@echo "Installing requirements-dev.txt"
	@$(PIP) -r requirements-dev.txt
	@touch $@ $(VENV)/.run

$(MODULES)/.all: frontend/package-lock.json | $(VENV)/.run
	@echo "Installing the front end's packages"
	@cd frontend && $(WITH_NODE) npm ci --loglevel=error
	@touch $@ $(MODULES)/.build

# `npm ci` empties the folder: packages for development are not thrown out for a build.
$(MODULES)/.build: frontend/package-lock.json | $(VENV)/.run
	@echo "Installing what builds the page"
	@cd frontend && $(WITH_NODE) npm ci --omit=dev --loglevel=error
	@touch $@

var/page/.built: $(PAGE_SOURCES) | $(MODULES)/.build
	@echo "Building the page"
	@cd frontend && $(WITH_NODE) npm run --silent build
	@touch $@
