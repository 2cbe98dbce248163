# The commands of this project, one each. `make PYTHON=.venv/bin/python` for another interpreter.
PYTHON ?= python3

.PHONY: help test check golden fmt docs site zipapp ci conformance cluster bench

help:       ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*##/\t/'

test:       ## every test but those of packaging
	$(PYTHON) -m pytest -q -n auto -m 'not packaging'

check:      ## lint, format, types, layers
	$(PYTHON) -m ruff check src tests
	$(PYTHON) -m ruff format --check src tests
	$(PYTHON) -m mypy
	$(PYTHON) -c 'import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())'

golden:     ## rewrite every golden file and session; read the diff
	$(PYTHON) -m pytest -q tests/golden tests/cli tests/unit/diagnostics tests/unit/tools tests/meta/test_matrix.py --update-golden

fmt:        ## format, and fix what can be fixed
	$(PYTHON) -m ruff check --fix src tests
	$(PYTHON) -m ruff format src tests

conformance: ## build the engines' own code (needs Go), ask it about everything, and record what it says
	$(MAKE) -C conformance
	$(PYTHON) tests/conformance/ask_hard.py --record
	$(PYTHON) tests/conformance/ask_goldens.py --record
	for engine in k8s policy-api cilium cilium-1.18 calico; do $(PYTHON) tests/conformance/ask_random.py $$engine --count 2000 || exit 1; done

cluster:    ## build an API server with its etcd (needs Go; ten minutes, once), and take snapshots of a real cluster
	$(MAKE) -C conformance apiserver
	$(PYTHON) tests/conformance/cluster/ask_cluster.py

docs:       ## rewrite the pages and manual pages that are made from the code
	$(PYTHON) tools/man.py
	$(PYTHON) tools/pages.py
	$(PYTHON) tools/picture.py

site:       ## build/site: the documentation for a browser (needs the extra `docs`)
	$(PYTHON) tools/site_of_docs.py

zipapp:     ## dist/npconv.pyz: one file, without an install (and without the solver)
	$(PYTHON) tools/pyz.py dist/npconv.pyz

ci:         ## everything, on a clean copy
	.ci/run

bench:      ## measure how fast npconv is, beside what bounds it (an hour; `python -m benchmarks --quick`: minutes)
	$(PYTHON) -m benchmarks --record
