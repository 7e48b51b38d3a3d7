# Two commands matter: `make demo` and `make test`. Each does all the set-up that it needs.
.PHONY: setup demo test check static shown collected bench mutants campaign calibrate lock clean
SHELL := /bin/bash
PY := .venv/bin/python
UV := .tools/bin/uv
# Hundreds of processes are started here: what one compiled, the next need not.
unexport PYTHONDONTWRITEBYTECODE

setup: .venv/.ready

$(UV):
	python3 -m venv .tools
	.tools/bin/pip --quiet --disable-pip-version-check install uv

.venv/.ready: $(UV) requirements.lock pyproject.toml hatch_build.py frontend/package-lock.json \
		$(shell find frontend -path frontend/node_modules -prune -o -type f -print) \
		$(shell find src/asylia/locale -name '*.po' 2>/dev/null)
	test -x $(PY) || $(UV) venv --quiet --python python3 .venv
	$(UV) pip install --quiet --python $(PY) --require-hashes -r requirements.lock
	$(UV) pip install --quiet --python $(PY) --no-deps --no-build-isolation -e .
	touch $@

# FollowTheMoney's own loader, for tests: apart from the rest, since it compiles against ICU.
.venv/.ftm: .venv/.ready requirements-ftm.lock
	tools/need.sh g++ pkg-config libicu-dev
	$(UV) pip install --quiet --python $(PY) --require-hashes -r requirements-ftm.lock
	touch $@

# Spark, for one test and for who links on it: apart, since it weighs 400 MB and needs Java.
.venv/.spark: .venv/.ready requirements-spark.lock
	tools/need.sh default-jre-headless
	$(UV) pip install --quiet --python $(PY) --require-hashes -r requirements-spark.lock
	touch $@

# A rival of our linkage, for the bench alone.
.venv/.rivals: .venv/.ready requirements-rivals.lock
	$(UV) pip install --quiet --python $(PY) --require-hashes -r requirements-rivals.lock
	touch $@

demo: setup
	@command -v openssl >/dev/null || tools/need.sh openssl
	@.venv/bin/asylia demo examples/chechnya-2017 $(if $(ONCE),--once)

check: static shown

static: setup
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/lint-imports
	.venv/bin/mypy

# Every command that README.md shows, run.
shown: setup
	$(PY) tools/check_readme.py

# Each worker of `make test` reads all tests: here they are compiled once, not four times at once.
collected: .venv/.ftm
	@told=$$($(PY) -m pytest --collect-only -qq) || { echo "$$told"; exit 1; }

# Four workers on two cores, since many tests wait for servers; a file stays on one, with what it started.
test: setup .venv/.ftm .venv/.spark
	tools/need.sh chromium openssl postgresql tor tesseract-ocr tesseract-ocr-eng tesseract-ocr-rus
	$(PY) -m pytest -n 4 --dist loadfile --no-loadscope-reorder -q

bench: setup .venv/.rivals
	$(PY) -m bench

# Switches checks off one at a time; each must be noticed by a test.
mutants: setup
	$(PY) tools/mutants.py

# Thousands of steps of a team's life beside a hostile relay; `make test` plays four lives.
campaign: setup
	CAMPAIGNS=$(or $(LIVES),50) $(PY) -m pytest -q --timeout=0 tests/ledger/test_campaign.py

# Simulation-based calibration of samplers: hundreds of worlds from the prior, each sampled anew.
calibrate: setup
	$(PY) -m pytest -q -s -m slow --timeout=0 tests/counts

lock: $(UV)
	$(UV) pip compile --quiet --generate-hashes --no-emit-index-url --no-header --no-annotate \
		--python-version 3.11 --universal --extra dev --extra counting --output-file requirements.lock pyproject.toml
	echo 'followthemoney>=4.11' | $(UV) pip compile --quiet --generate-hashes --no-emit-index-url \
		--no-header --no-annotate --python-version 3.11 --universal --constraint requirements.lock \
		--output-file requirements-ftm.lock -
	echo 'pyspark>=4.1,<4.2' | $(UV) pip compile --quiet --generate-hashes --no-emit-index-url \
		--no-header --no-annotate --python-version 3.11 --universal --constraint requirements.lock \
		--output-file requirements-spark.lock -
	echo 'recordlinkage>=0.16' | $(UV) pip compile --quiet --generate-hashes --no-emit-index-url \
		--no-header --no-annotate --python-version 3.11 --universal --constraint requirements.lock \
		--output-file requirements-rivals.lock -

clean:
	rm -rf .venv .tools frontend/node_modules src/asylia/*/static/built build dist
