# Thin names for what people run. Cargo's output lies outside the checkout, so that every checkout reuses it.
export CARGO_TARGET_DIR ?= $(HOME)/.cache/trainyard/target
PYTHON := $(HOME)/.cache/trainyard/venv/bin/python
DATA ?= $(if $(filter 0,$(shell id -u)),/var/lib/trainyard,$(HOME)/.local/share/trainyard)
LISTEN ?= 127.0.0.1:8080
export TRAINYARD_PYTHON ?= $(PYTHON)

.PHONY: run build spa test lint bench openapi prepare-run prepare-test

run: build  ## build everything and serve; prints a sign-in link
	exec $(CARGO_TARGET_DIR)/release/trainyard serve --data $(DATA) --listen $(LISTEN)

build: prepare-run spa  ## the web pages and the release binary
	cargo build --release --locked --package trainyard

prepare-run:
	scripts/install-postgres
	scripts/check-toolchain

spa: frontend/node_modules/.installed
	cd frontend && npm run build

frontend/node_modules/.installed: frontend/package-lock.json
	cd frontend && npm ci --no-audit --no-fund && touch node_modules/.installed

tests/browser/node_modules/.installed: tests/browser/package-lock.json
	cd tests/browser && npm ci --no-audit --no-fund && touch node_modules/.installed

prepare-test: prepare-run frontend/node_modules/.installed tests/browser/node_modules/.installed
	scripts/prepare-tests

# The one build of the tests makes the binary that the suites after it drive.
test: prepare-test spa  ## every suite: Rust, frontend, package in Python, pages in a browser
	scripts/with-postgres cargo nextest run --locked --workspace --all-features
	cd frontend && npm test
	TRAINYARD_BIN=$(CARGO_TARGET_DIR)/debug/trainyard $(PYTHON) -B -m pytest -q tests/package tests/deploy
	cd tests/browser && TRAINYARD_BIN=$(CARGO_TARGET_DIR)/debug/trainyard npm test

lint: prepare-test  ## formatting, clippy, licences, types, Python
	@command -v c++ >/dev/null || { echo "A C++ compiler is missing, for the fuzz targets: apt-get install build-essential" >&2; exit 1; }
	cargo fmt --all --check
	cargo clippy --locked --workspace --all-features --all-targets -- -D warnings
	cargo deny check bans licenses sources
	$(dir $(PYTHON))ruff check .
	$(dir $(PYTHON))ruff format --check .
	cd frontend && npm run generate && npm run lint && npm run typecheck
	cd tests/browser && npm run lint

bench: build  ## figures, beside scikit-learn's in the same run
	scripts/bench

openapi:  ## write openapi/openapi.json from the code
	cargo run --quiet --locked --package trainyard -- openapi --output openapi/openapi.json
