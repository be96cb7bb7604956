# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
#
# make run     install into .venv, lint the bundled webshop, and hold its tests to their budgets
# make test    install what the tests need and run every check
# make prove   the proofs that take minutes: thousands of simulated machines, windows in real time
# make bench   measure greenlint's own cost, as ratios
# make rivals  greenlint's joules and those of other meters against the truth, on simulated counters
# make axe     axe-core, by which the tests hold pages against WCAG where a Chromium is installed
# make site    the documentation as a site, in docs/_site
# make sbom    build the wheel, and the list of its parts in CycloneDX, in dist
# make clean   remove what these commands made

.DEFAULT_GOAL := run
.PHONY: run budgets test test-second prove bench rivals axe site sbom clean

export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_NO_INPUT := 1
# Where it is set, as in many containers, each process of a test would compile all of greenlint.
unexport PYTHONDONTWRITEBYTECODE

VENV := .venv
BIN := $(VENV)/bin
SHOP := examples/webshop
FIXED := $(VENV)/webshop/fixed
BUDGETS := $(abspath $(VENV)/webshop/bin/python) -m pytest -q -p no:cacheprovider \
	--energy --energy-fail --energy-no-store tests/test_budgets.py
# Most tests run beside one another; those that time something run by themselves.
TOGETHER := -q -n auto --dist loadfile -m 'not alone'
ALONE := -q -m alone
# What differs between Pythons is how code that runs is watched, and how a file is looked at first;
# LibCST reads all of them alike.
AGAIN := -m 'not alone and not once' $(addprefix --ignore=tests/,check rules test_pages.py test_house.py test_docs.py report server \
	benchmarks messages formats)
ALONE_AGAIN := -q -m 'alone and not once' tests/plugin tests/profiler
# What the tests start has no network, where this machine can take it away.
OFFLINE := $(BIN)/python -m tests.offline
AXE := axe-core@4.14.1
OURS := greenlint rules profiler pytest_plugin

# The first of these that runs, and can make a virtual environment, makes .venv; or say PYTHON=...
PYTHON ?= $(shell for python in python3.11 python3 python3.12 python3.13 python3.14; do \
	$$python -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& { echo $$python; break; }; done)

# A second interpreter, of another version than .venv's, for the newer ways of watching code run.
SECOND ?= $(shell for python in python3.13 python3.12 \
	$${PYENV_ROOT:-$$HOME/.pyenv}/versions/3.13.*/bin/python \
	$${PYENV_ROOT:-$$HOME/.pyenv}/versions/3.12.*/bin/python; do \
	$$python -c 'import sys, venv, ensurepip; \
	sys.exit("%d.%d" % sys.version_info[:2] in ("3.11", *sys.argv[1:]))' \
	"$$($(BIN)/python -c 'import sys; print("%d.%d" % sys.version_info[:2])')" 2>/dev/null \
	&& { echo $$python; break; }; done)

run: $(VENV)/.installed $(VENV)/webshop/.energy
	@printf '\n$$ greenlint check %s\n' $(SHOP)
	@$(BIN)/greenlint check $(SHOP); test $$? -le 1
	@printf '\n$$ greenlint check --diff %s\n' $(SHOP)
	@$(BIN)/greenlint check --diff $(SHOP); test $$? -le 1
	@$(MAKE) --no-print-directory budgets
	@printf '\nNext: lint your own code with `%s/greenlint check PATH`, or read why with `%s/greenlint rule CODE`.\n' $(BIN) $(BIN)

# A test over its budget, and the same test once its measure is taken, on a copy.
budgets: $(VENV)/webshop/.energy
	@printf '\n$$ cd %s; pytest --energy --energy-fail tests/test_budgets.py\n' $(SHOP)
	@cd $(SHOP) && $(BUDGETS); test $$? -eq 1
	@printf '\n$$ git apply measures/orders-list.patch; pytest --energy --energy-fail tests/test_budgets.py   # on a copy\n'
	@rm -rf $(FIXED) && cp -R $(SHOP) $(FIXED) && cd $(FIXED) \
		&& GIT_CEILING_DIRECTORIES=$(abspath $(FIXED)/..) git apply measures/orders-list.patch && $(BUDGETS)

test: $(VENV)/.dev $(VENV)/webshop/.installed $(VENV)/webshop/.energy
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/reuse lint --quiet || $(BIN)/reuse lint
	$(BIN)/greenlint check $(OURS)
	@$(MAKE) --no-print-directory site
	cd $(SHOP) && $(CURDIR)/$(VENV)/webshop/bin/python -m pytest -q
	@$(MAKE) --no-print-directory budgets
	@$(MAKE) --no-print-directory test-second
	$(OFFLINE) $(BIN)/python -m pytest $(TOGETHER)
	$(OFFLINE) $(BIN)/python -m pytest $(ALONE)

test-second:
	@second='$(SECOND)'; if [ -n "$$second" ]; then \
		$(MAKE) --no-print-directory $(VENV)/second/.dev SECOND="$$second" \
		&& echo "$(VENV)/second/bin/python -m pytest   # `$(VENV)/second/bin/python --version`" \
		&& $(OFFLINE) $(VENV)/second/bin/python -m pytest -p no:cacheprovider $(TOGETHER) $(AGAIN) \
		&& $(OFFLINE) $(VENV)/second/bin/python -m pytest -p no:cacheprovider $(ALONE_AGAIN); \
	else \
		echo 'No second Python (3.12 or 3.13) on this machine: its run of the tests is skipped.'; \
	fi

prove: $(VENV)/.dev
	GREENLINT_PROVE=1 $(BIN)/python -m pytest -rs -s tests/profiler/test_scenarios.py tests/profiler/test_live.py

bench: $(VENV)/.dev
	$(BIN)/python -m benchmarks.bench

rivals: $(VENV)/.dev
	$(BIN)/python -m benchmarks.rivals

axe: $(VENV)/axe/.installed

site: $(VENV)/site/.installed
	$(VENV)/site/bin/sphinx-build --quiet --fail-on-warning --nitpicky -b dirhtml docs docs/_site

# The environment holds greenlint and what it needs, from the wheel: what a user gets.
sbom: $(VENV)/.installed
	rm -rf dist $(VENV)/bare $(VENV)/sbom
	@$(BIN)/python -m venv $(VENV)/sbom && $(VENV)/sbom/bin/pip install --quiet build cyclonedx-bom
	@$(BIN)/python -m venv --without-pip $(VENV)/bare
	$(VENV)/sbom/bin/python -m build --quiet --outdir dist .
	@$(BIN)/pip --python $(VENV)/bare/bin/python install --quiet dist/*.whl
	$(VENV)/sbom/bin/cyclonedx-py environment --pyproject pyproject.toml --output-reproducible \
		--of JSON -o dist/greenlint.cdx.json $(VENV)/bare/bin/python

clean:
	rm -rf $(VENV) .greenlint .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage build dist docs/_site docs/rules
	find $(OURS) tests examples benchmarks -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true

# Environments.  Each stamp is made last, so that an interrupted install is done again.

$(BIN)/pip:
	@test -n '$(PYTHON)' || { echo 'greenlint needs Python 3.11 or newer with its venv module, and none was found.'; \
		echo 'On Debian and Ubuntu: apt-get install python3 python3-venv. Elsewhere: make run PYTHON=/path/to/python3.'; exit 1; }
	@echo 'Making $(VENV) with $(PYTHON) ...'
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml | $(BIN)/pip
	@echo 'Installing greenlint into $(VENV) ...'
	@$(BIN)/pip install --quiet --editable .
	@touch $@

$(VENV)/.dev: pyproject.toml | $(BIN)/pip
	@echo 'Installing greenlint and what its tests need into $(VENV) ...'
	@$(BIN)/pip install --quiet --editable '.[dev]'
	@touch $@ $(VENV)/.installed

$(VENV)/webshop/.installed: $(SHOP)/requirements.txt | $(BIN)/pip
	@echo 'Installing what the webshop needs into $(VENV)/webshop ...'
	@$(BIN)/python -m venv $(VENV)/webshop
	@$(VENV)/webshop/bin/pip install --quiet -r $(SHOP)/requirements.txt
	@touch $@

$(VENV)/webshop/.energy: pyproject.toml $(VENV)/webshop/.installed
	@echo 'Installing greenlint beside the webshop, for its pytest plugin ...'
	@$(VENV)/webshop/bin/pip install --quiet --editable .
	@touch $@

$(VENV)/second/.dev: pyproject.toml | $(BIN)/pip
	@echo 'Installing greenlint and what its tests need into $(VENV)/second, with $(SECOND) ...'
	@$(SECOND) -m venv $(VENV)/second
	@$(VENV)/second/bin/pip install --quiet --editable '.[dev]'
	@touch $@

$(VENV)/axe/.installed:
	@echo 'Installing axe-core with npm into $(VENV)/axe ...'
	@npm install --silent --no-audit --no-fund --prefix $(VENV)/axe $(AXE)
	@touch $@

$(VENV)/site/.installed: pyproject.toml | $(BIN)/pip
	@echo 'Installing what the site is made with into $(VENV)/site ...'
	@$(BIN)/python -m venv $(VENV)/site
	@$(VENV)/site/bin/pip install --quiet --editable '.[docs]'
	@touch $@
