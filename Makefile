# One door for people, hooks and CI. `make` alone lists the targets.
.DEFAULT_GOAL := help
SHELL := /bin/bash

PYTHON ?= python3
ENVS   := .local/envs
UV     := $(ENVS)/uv/bin/uv
BIN    := .venv/bin
ENGINE := containers/bridge/engine

export UV_PYTHON_DOWNLOADS := never
export PATH := $(CURDIR)/$(BIN):$(PATH)

.PHONY: help
help: ## List the targets
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# ---- what people type

.PHONY: run test check bench soak demo screenshots build publish clean-local
run: setup engine terminal ## Start the whole platform on this machine; Ctrl-C stops it, data stays
	@$(BIN)/janym up

test: setup engine tools terminal browser ## Install what is missing, then check the style and run every test
	@$(MAKE) --no-print-directory check
	@# In the order they are found: the slowest come first, and no worker ends alone with one.
	@$(BIN)/python -m pytest -n 2 --dist loadscope --no-loadscope-reorder

check: setup tools web ## Style, types, walls, templates
	@$(BIN)/ruff format --check . && $(BIN)/ruff check .
	@npm --prefix web run --silent check
	@$(BIN)/pyright
	@PYTHONPATH=shared:. $(BIN)/lint-imports
	@$(BIN)/python -m iac.gate

bench: setup peers ## Measure, beside peers where there are any; table here, figures in build/bench.json
	@$(BIN)/python -m benchmarks $(ARGS)

soak: setup engine terminal browser peers ## The long proofs that `make test` has no time for
	@$(BIN)/python -m pytest tests/soak -p no:xdist
	@CONTROLS=all $(BIN)/python -m pytest -p no:xdist tests/e2e/web/test_every_control.py

demo: setup engine ## Prove the job end to end on a stack of its own; report in build/demo.json
	@$(BIN)/janym demo

screenshots: setup engine terminal browser ## Take the pictures of docs/screenshots anew
	@SCREENSHOTS=1 $(BIN)/python -m pytest -q -p no:xdist -m pictured tests/e2e/web

build: tools ## Build what `sam deploy` uploads
	@PATH=$(CURDIR)/$(ENVS)/uv/bin:$$PATH SAM_CLI_TELEMETRY=0 $(ENVS)/tools/bin/sam build

publish: setup terminal ## Upload the web terminal to a deployed stack: make publish STACK=janym
	@$(BIN)/python -m iac.publish $(STACK)

clean-local: ## Forget the local stack's data; installed environments stay
	@if [ -x $(BIN)/janym ]; then $(BIN)/janym down; fi
	@rm -rf .local/stack

# ---- what developers type

.PHONY: format lock docs
docs: setup web ## Write again what is generated from the code
	@$(BIN)/python -m janym.api.schemas docs/messages
	@$(BIN)/python -m tests.fakes.recorder
	@npm --prefix web run --silent types

format: setup web ## Rewrite the code in the house style
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .
	@npm --prefix web run --silent format

COMPILE := pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q
lock: $(UV) ## Resolve every dependency again, into exact versions and hashes
	@$(UV) $(COMPILE) pyproject.toml shared/pyproject.toml --all-extras --group build --group local --group test --group lint -o uv.lock
	@$(UV) $(COMPILE) shared/pyproject.toml --extra functions -c uv.lock -o shared/requirements.txt
	@$(UV) $(COMPILE) $(ENGINE)/pyproject.toml --override $(ENGINE)/overrides.txt -o $(ENGINE)/uv.lock
	@$(UV) $(COMPILE) iac/tools/pyproject.toml -o iac/tools/uv.lock
	@$(UV) $(COMPILE) benchmarks/peers/pyproject.toml -o benchmarks/peers/uv.lock
	@npm --prefix web run --silent lock

# ---- installing; each step is keyed by the lock it installs, so it runs when the lock changes

lockhash = $(shell cat $(1) 2>/dev/null | cksum | cut -d' ' -f1)
SETUP_STAMP  := .venv/.installed-$(call lockhash,uv.lock)
ENGINE_STAMP := $(ENVS)/engine/.installed-$(call lockhash,$(ENGINE)/uv.lock)
TOOLS_STAMP  := $(ENVS)/tools/.installed-$(call lockhash,iac/tools/uv.lock)

WEB_STAMP    := web/node_modules/.installed-$(call lockhash,web/package-lock.json)

# Compiled once per change of its sources, for all checkouts of this user.
FASTBOOK_HASH  := $(call lockhash,$(sort $(wildcard shared/fastbook/*.* shared/fastbook/src/fastbook/*.p*)))
FASTBOOK_STAMP := .venv/.fastbook-$(FASTBOOK_HASH)
FASTBOOK_CACHE := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/janym/fastbook-$(FASTBOOK_HASH)

WEB_SOURCE   := $(shell find web -path web/node_modules -prune -o -path web/dist -prune -o -type f -print 2>/dev/null | LC_ALL=C sort)
TERMINAL     := web/dist/.built-$(shell cat $(WEB_SOURCE) 2>/dev/null | cksum | cut -d' ' -f1)

PEERS_STAMP  := $(ENVS)/peers/.installed-$(call lockhash,benchmarks/peers/uv.lock)

.PHONY: setup engine tools web terminal peers browser
browser: setup
	@$(BIN)/python -m local.instruments.chromium
peers: $(PEERS_STAMP)
setup: $(SETUP_STAMP) $(FASTBOOK_STAMP)
engine: $(ENGINE_STAMP)
tools: $(TOOLS_STAMP)
web: $(WEB_STAMP)
terminal: $(TERMINAL)

$(UV):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Janym needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) -V). Name another with: make PYTHON=python3.12"; exit 1; }
	@echo "==> uv, the installer"
	@rm -rf $(ENVS)/uv && $(PYTHON) -m venv $(ENVS)/uv && $(ENVS)/uv/bin/pip install --quiet --disable-pip-version-check 'uv==0.13.8'

# Environments are made complete or not at all: the stamp is the last thing written.
define install
	@echo "==> $(2)"
	@rm -rf $(1) && $(UV) venv --quiet --python $(PYTHON) $(1)
	@VIRTUAL_ENV=$(CURDIR)/$(1) $(UV) pip sync --require-hashes $(3) 2> >(grep -vE '^ [-+~] ' >&2)
endef

$(SETUP_STAMP): $(UV) uv.lock
	$(call install,.venv,Janym's own environment,uv.lock)
	@VIRTUAL_ENV=$(CURDIR)/.venv $(UV) pip install --quiet --no-deps --editable shared
	@touch $@

# Without a compiler books are kept in pure Python, and `janym status` says so.
$(FASTBOOK_STAMP): $(SETUP_STAMP)
	@if ! ls $(FASTBOOK_CACHE)/*.whl >/dev/null 2>&1 && ! command -v gcc >/dev/null; then \
		echo "Order books stay in pure Python, ten times slower: the compiled ones need gcc (Debian: apt install gcc)"; exit 0; fi; \
	tag=$$($(BIN)/python -c 'import sys; print(f"cp{sys.version_info.major}{sys.version_info.minor}")') && \
	{ ls $(FASTBOOK_CACHE)/*-$$tag-*.whl >/dev/null 2>&1 || { \
		echo "==> Order books: compiled once per change - about ten seconds" && \
		$(UV) build --quiet --wheel --no-build-isolation --python $(BIN)/python --out-dir $(FASTBOOK_CACHE) shared/fastbook; }; } && \
	VIRTUAL_ENV=$(CURDIR)/.venv $(UV) pip install --quiet --no-deps --no-index --reinstall $(FASTBOOK_CACHE)/*-$$tag-*.whl && \
	touch $@

$(ENGINE_STAMP): $(UV) $(ENGINE)/uv.lock
	@command -v g++ >/dev/null || { echo "Hummingbot is compiled here and needs a C++ compiler: install g++ (Debian: apt install g++)"; exit 1; }
	$(call install,$(ENVS)/engine,Hummingbot: compiled once per lock - about three minutes on two cores,$(ENGINE)/uv.lock)
	@touch $@

$(PEERS_STAMP): $(UV) benchmarks/peers/uv.lock
	$(call install,$(ENVS)/peers,What order books are measured beside,benchmarks/peers/uv.lock)
	@touch $@

$(TOOLS_STAMP): $(SETUP_STAMP) iac/tools/uv.lock
	$(call install,$(ENVS)/tools,SAM and cfn-lint,iac/tools/uv.lock)
	@$(BIN)/pyright --version # fetches its own package the first time
	@touch $@

$(WEB_STAMP): web/package-lock.json
	@command -v npm >/dev/null || { echo "The web terminal needs Node 20.19 or newer with npm: install them"; exit 1; }
	@echo "==> What the web terminal is built with"
	@# Not `ci`: it refuses a lock without the programs of other systems, which a registry may lack.
	@npm --prefix web install --no-save --silent --no-progress
	@touch $@

$(TERMINAL): $(WEB_STAMP)
	@echo "==> The web terminal"
	@npm --prefix web run --silent build -- --logLevel warn
	@touch $@
