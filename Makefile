# catalog watcher: set-up and every-day commands. `make` alone prints them.
#
# Everything runs in .venv, made from the hash-locked requirements; nothing unlocked is fetched.
# Choose an interpreter with `make test PYTHON=/path/to/python3.12`; it takes effect when .venv is made (`make clean` first).

.DEFAULT_GOAL := help
.NOTPARALLEL:
.DELETE_ON_ERROR:
.PHONY: help fuzz demo run install test lint format dist sbom audit lock clean

PYTHON ?=
VENV := .venv
BIN := $(VENV)/bin
AUDIT := .venv-audit
LOCKS := requirements.txt requirements-dev.txt requirements-audit.txt
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input --quiet --quiet
# Wheels only: building a source distribution would fetch its build requirements unlocked.
INSTALL := $(PIP) install --require-hashes --no-deps --only-binary :all:

help: ## print this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{ printf "%-16s%s\n", $$1, $$2 }'

demo: $(VENV)/.watcher ## all four kinds of alert in seconds, offline, from a simulated catalog
	@$(BIN)/watcher demo

run: $(VENV)/.watcher ## watch the live catalog: config.example.yaml, state in ./state, alerts on the terminal
	@$(BIN)/watcher run -c config.example.yaml

# Where `make install` puts things; the unit's own place leaves /etc/systemd/system to you.
PREFIX ?= /opt/watcher
BINDIR ?= /usr/local/bin
UNITDIR ?= /usr/local/lib/systemd/system

install: ## for all of this machine, as root: the command in /usr/local/bin, and a systemd unit
	@install -d $(PREFIX) $(BINDIR) $(UNITDIR) || { echo "Install it as root: sudo make install" >&2; exit 1; }
	@$(MAKE) --no-print-directory VENV=$(PREFIX) PYTHON="$(or $(PYTHON),$(wildcard /usr/bin/python3))" $(PREFIX)/bin/python
	@case "$$(readlink -f $(PREFIX)/bin/python)" in /home/*|/root/*) rm -rf $(PREFIX); \
	  echo "The Python that was found is in a home directory, which the unit cannot see. Name another: make install PYTHON=/usr/bin/python3" >&2; \
	  exit 1;; esac
	@$(MAKE) --no-print-directory VENV=$(PREFIX) $(PREFIX)/.runtime
	@$(PREFIX)/bin/python -m pip --disable-pip-version-check --no-input --quiet --quiet \
	  install --no-deps --no-build-isolation --no-index --force-reinstall .
	@ln -sf $(PREFIX)/bin/watcher $(BINDIR)/watcher
	@install -m 0644 systemd/watcher.service $(UNITDIR)/watcher.service
	@[ ! -d /run/systemd/system ] || systemctl daemon-reload
	@echo "$(BINDIR)/watcher and $(UNITDIR)/watcher.service are in place. Now:"
	@echo "  sudo install -D -m 0644 config.example.yaml /etc/watcher/config.yaml     # and make it yours; or: watcher init"
	@echo "  sudo systemctl enable --now watcher       (after an upgrade: sudo systemctl restart watcher)"

test: lint ## every check and every test
	@$(BIN)/pytest --cov --numprocesses=auto --dist=loadgroup

fuzz: $(VENV)/.dev ## hours of random catalogs, configurations and damage: FUZZ=100 times the examples of the tests
	@FUZZ=$(or $(FUZZ),100) $(BIN)/pytest tests/faults/test_properties.py tests/config/test_any_text.py tests/store/test_damage.py

lint: $(VENV)/.dev ## formatting, lint, types and the layers of imports
	@$(BIN)/ruff format --check
	@$(BIN)/ruff check
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: $(VENV)/.dev ## format the code and mend what ruff can mend
	@$(BIN)/ruff check --fix-only
	@$(BIN)/ruff format

dist: sbom ## a wheel, its bill of materials and their checksums, in dist/
	@rm -f dist/*.whl
	@$(BIN)/python -m flit_core.wheel --outdir dist >/dev/null
	@cd dist && sha256sum -- *.whl *.json >SHA256SUMS && cat SHA256SUMS

sbom: $(VENV)/.dev ## what an installation is made of, with hashes and licences: dist/sbom.cdx.json (CycloneDX)
	@mkdir -p dist
	@$(BIN)/python -m tests.sbom requirements.txt >dist/sbom.cdx.json
	@echo "dist/sbom.cdx.json is made."

# Asks PyPI for the advisories on every locked package. It is no part of `make test`: what PyPI learns tomorrow must not break today's
# commit, and who has no way to PyPI must be able to test. Without an answer there is no verdict, and the goal fails (--strict).
audit: $(AUDIT)/.tools ## ask PyPI for known vulnerabilities of all that is locked (needs the network)
	@for lock in $(LOCKS); do echo "$$lock:"; $(AUDIT)/bin/pip-audit --strict --require-hashes --disable-pip \
	  --progress-spinner off --requirement $$lock || exit 1; done

clean: ## remove .venv and every cache; your state stays
	@rm -rf $(VENV) $(AUDIT) build dist htmlcov .coverage .coverage.* .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	@find watcher tests -name __pycache__ -type d -prune -exec rm -rf {} +

# The lock is resolved for every supported Python and platform at once (uv --universal), and holds the hashes of all files of each
# release. uv comes from a throwaway environment, is told to ignore this machine's configuration, and writes no index URL.
# UPGRADE=--upgrade takes the newest releases; without it only what pyproject.toml asks for changes.
UPGRADE ?=
LOCK := uv pip compile --quiet --no-config --default-index https://pypi.org/simple --universal --python-version 3.11 \
	--generate-hashes --custom-compile-command 'make lock' $(UPGRADE)

lock: $(BIN)/python ## refresh the locked requirements (UPGRADE=--upgrade: to the newest releases)
	@set -eu; tools=$$(mktemp -d); trap 'rm -rf "$$tools"' EXIT; \
	$(BIN)/python -m venv "$$tools"; "$$tools/bin/pip" install --quiet uv; PATH="$$tools/bin:$$PATH"; \
	$(LOCK) pyproject.toml --group build --output-file requirements.txt; \
	$(LOCK) --group dev --constraints requirements.txt --output-file requirements-dev.txt; \
	$(LOCK) --group audit --constraints requirements.txt --constraints requirements-dev.txt --output-file requirements-audit.txt
	@echo "$(LOCKS) are fresh."

# Each stamp says what .venv holds; a changed lock or pyproject.toml, or an upgraded interpreter, makes its step run again.
$(VENV)/.dev: $(VENV)/.watcher requirements-dev.txt
	@echo "Installing the development tools into $(VENV) …"
	@$(INSTALL) --requirement requirements.txt --requirement requirements-dev.txt
	@touch $@

$(AUDIT)/.tools: $(BIN)/python requirements-audit.txt
	@echo "Installing the auditor into $(AUDIT) …"
	@$(BIN)/python -m venv --clear $(AUDIT)
	@$(AUDIT)/bin/python -m pip --disable-pip-version-check --no-input --quiet --quiet install --require-hashes --no-deps \
	  --only-binary :all: --requirement requirements-audit.txt
	@touch $@

$(VENV)/.watcher: $(VENV)/.runtime pyproject.toml
	@$(PIP) install --no-deps --no-build-isolation --no-index --editable .
	@$(BIN)/python -m compileall -q watcher  # else each start does, under PYTHONDONTWRITEBYTECODE: 0.3 s
	@touch $@

$(VENV)/.runtime: $(BIN)/python requirements.txt
	@echo "Installing the locked requirements into $(VENV) (once, under a minute) …"
	@$(INSTALL) --requirement requirements.txt
	@touch $@

# The newest Python from 3.11 to 3.14 that runs (a pyenv shim may be there and not run) and can make environments.
$(BIN)/python:
	@lacking=; for python in $(or $(PYTHON),python3.14 python3.13 python3.12 python3.11 python3); do \
	  version=$$($$python -c 'import sys; v = sys.version_info; (3, 11) <= v < (3, 15) and print(f"{v[0]}.{v[1]}")' 2>/dev/null); \
	  [ -n "$$version" ] || continue; \
	  if $$python -c 'import ensurepip, venv' 2>/dev/null; then \
	    echo "Making $(VENV) with Python $$version …"; exec $$python -m venv --clear $(VENV); \
	  fi; \
	  lacking="$$lacking $$version"; \
	done; \
	if [ -n "$$lacking" ]; then set -- $$lacking; \
	  echo "Python $$1 is here, but not its venv module. On Debian: sudo apt-get install python3-venv (or python$$1-venv), then make again." >&2; \
	else \
	  echo "No Python from 3.11 to 3.14 runs here$(if $(PYTHON), as $(PYTHON)). On Debian: sudo apt-get install python3 python3-venv, then make again." >&2; \
	fi; exit 1
