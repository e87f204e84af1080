# Two commands do all the work: `make demo` and `make test`. Everything they need is made on the way.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Recorded candles for `make demo` and `make study`: a folder of freqtrade feather files; empty = simulated market.
DATA ?=
# What draws the documents' pictures.
CHROMIUM ?= chromium
# A pointer that can hover: without one a figure shows its buttons all the time.
POINTER := --blink-settings=primaryHoverType=2,availableHoverTypes=2,primaryPointerType=4,availablePointerTypes=4

# maturin and uv would install into a virtual environment that is active here.
unexport VIRTUAL_ENV CONDA_PREFIX

# One flavour of PyO3, which polars depends on, for the extension and for cargo's tests: polars is built once.
# maturin writes what it found of Python into a file and has PyO3 read that.
export PYO3_BUILD_EXTENSION_MODULE := 1
export PYO3_PYTHON := $(abspath $(BIN)/python)
CARGO = env PYO3_CONFIG_FILE=$$(ls -t $(CURDIR)/target/maturin/pyo3-config-*.txt | head -n 1) cargo --locked
# Tests and extension agree in the features of what they share, so that nothing is built twice.
CRATES := -p hyperphysics-kernels -p hyperphysics-engine -p hyperphysics-market -p hyperphysics-python -p hyperphysics-rdna2
NEXTEST := $(shell cargo nextest --version >/dev/null 2>&1 && echo yes)

# Test processes at once: one more than processors, for some wait for a bot's clock. freqtrade's own come on top.
WORKERS ?= $(shell expr $$(nproc) + 1)

# Says how long a step took.
STAGE := .ci/stage

RUST_SOURCES := $(shell find rust -name '*.rs' -o -name '*.wgsl' -o -name Cargo.toml) Cargo.toml Cargo.lock
EXTENSION := strategies/hyperphysics/_engine.abi3.so

.PHONY: help build demo study test test-rust test-python drill check check-rust check-python lint-python rust-tests fmt bench pictures lock clean
help:
	@echo 'make demo [DATA=DIR]  build, start the simulated exchange, run the real freqtrade, show its table'
	@echo 'make study [DATA=DIR] what the direction was worth, model by model'
	@echo 'make test             all checks and tests'
	@echo 'make drill            the long form of tests that are short in make test'
	@echo 'make check            formatters, linters, type checkers'
	@echo 'make bench            kernels (criterion); hyperphysics bench into docs/ and benches/'
	@echo 'make pictures DATA=DIR the pictures of the documents; needs Chromium'
	@echo 'make lock             renew the Python lock'

$(VENV)/.installed: requirements.lock requirements-uv.lock
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-uv.lock
	$(STAGE) 'Python packages' $(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements.lock
	touch $@

$(EXTENSION): $(VENV)/.installed pyproject.toml $(RUST_SOURCES)
	$(STAGE) 'build the extension' $(BIN)/maturin develop --release --locked --uv --quiet
	touch $@

$(VENV)/.package: $(EXTENSION)
	touch $@

build: $(VENV)/.package

demo: build
	$(BIN)/hyperphysics demo $(if $(DATA),--data $(DATA))

study: build
	$(BIN)/hyperphysics study signal $(if $(DATA),--data $(DATA))

test: check test-rust test-python

ifneq (,$(filter test,$(MAKECMDGOALS)))
# One after the other with `make -j2` too; only Python's checkers run beside cargo, which leaves a core idle at times.
check-rust: rust-tests
test-rust: check-rust
test-python: test-rust check-python
endif

rust-tests: build
	$(STAGE) 'build the Rust tests' $(CARGO) test --release --no-run --quiet $(CRATES)

test-rust: rust-tests
ifdef NEXTEST
	$(STAGE) 'Rust tests' $(CARGO) nextest run --release --no-fail-fast --status-level fail $(CRATES)
# which nextest leaves out
	$(STAGE) 'Rust examples' $(CARGO) test --release --doc --quiet $(CRATES)
else
	$(STAGE) 'Rust tests' $(CARGO) test --release $(CRATES)
endif

test-python: build
	$(STAGE) 'Python tests' $(BIN)/python -m pytest --numprocesses $(WORKERS)

# Long forms: the same tests with more candles and pairs.
drill: export HYPERPHYSICS_DRILL := 1
drill: build
	$(STAGE) 'Python drill' $(BIN)/python -m pytest --numprocesses $(WORKERS)

check: check-rust check-python

check-rust: build
	cargo fmt --all --check
	$(STAGE) 'clippy' $(CARGO) clippy --release --workspace --all-targets --quiet -- -D warnings
	if cargo deny --version >/dev/null 2>&1; then cargo deny --offline check bans licenses sources; else echo 'cargo-deny is not installed: bans, licences and sources not checked'; fi

check-python: lint-python build
	$(STAGE) 'stubtest' $(BIN)/python -m mypy.stubtest hyperphysics._engine
	$(STAGE) 'documents' $(BIN)/hyperphysics docs --check
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

lint-python: $(VENV)/.installed
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(STAGE) 'mypy' $(BIN)/mypy

fmt: $(VENV)/.installed
	cargo fmt --all
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: build
	$(CARGO) bench -p hyperphysics-bench
	$(BIN)/hyperphysics bench --json benches/cpu.json --into docs/results/speed.md

pictures: build
	@command -v $(CHROMIUM) >/dev/null || { echo 'make pictures needs Chromium: set CHROMIUM to its command'; exit 1; }
	@test -n '$(DATA)' || { echo 'make pictures needs candles: DATA=DIR, with BTC_USDT-1h.feather in it'; exit 1; }
	$(BIN)/hyperphysics picture --data $(DATA) --pair BTC/USDT --end 2024-01-01 --device cpu --out build/picture.html
	$(CHROMIUM) --headless --no-sandbox --disable-gpu --hide-scrollbars --virtual-time-budget=5000 $(POINTER) --window-size=1400,760 --screenshot=docs/images/picture.png file://$(CURDIR)/build/picture.html 2>build/chromium.log

lock: $(VENV)/.installed
	$(BIN)/uv pip compile --quiet --upgrade --generate-hashes --no-annotate --no-header --no-emit-index-url --python-version 3.11 --extra freqai --extra freqtrade --extra postgresql --extra study --group dev pyproject.toml -o requirements.lock

clean:
	cargo clean
	rm -rf $(VENV) build $(EXTENSION)
