# codeassess: `make` lists what there is. Everything happens in .venv; nothing else is touched.
.DEFAULT_GOAL := help
.PHONY: help demo lab lock wheel vsix docs test test-fast test-pythons coverage check format bench faults quality clean

# Without compiled files each of hundreds of servers compiles all its libraries at its start.
unexport PYTHONDONTWRITEBYTECODE

BIN := .venv/bin
SOURCES := codeassess_core codeassess_ext codeassess_lsp tests benchmarks scripts hatch_build.py

# Test files that run at once: they wait for servers and browsers more than they compute.
WORKERS ?= 3

FAST := $(addprefix tests/core/,exports reports sandbox triggers examiner/text examiner/offline/test_questions.py \
	documents/test_edits.py documents/test_lines.py documents/test_renames.py live/test_rate_limit.py test_scoring.py \
	test_settings.py test_escaping.py test_documented_commands.py) tests/lsp/test_percent.py tests/lsp/test_outbox.py \
	tests/test_recipes.py tests/ext/test_protocol_page.py tests/ext/test_openapi.py::test_it_describes_every_route_and_no_other

# What the JupyterLab extension is made of: an editable install copies the bundle only once.
FRONT_END := hatch_build.py labextension/package.json labextension/package-lock.json labextension/tsconfig.json \
	$(shell find labextension/src labextension/page labextension/style labextension/schema -type f)

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.venv/.demo: pyproject.toml constraints.txt scripts/bootstrap
	@echo "Installing codeassess into .venv (once; a minute or two) …"
	@CODEASSESS_SKIP_JS=1 scripts/bootstrap  # the demo needs no JupyterLab; \`make lab\` builds the front end
	@touch $@

.venv/.lab: pyproject.toml constraints.txt scripts/bootstrap $(FRONT_END)
	@echo "Installing codeassess with JupyterLab into .venv (once; some minutes) …"
	@scripts/bootstrap lab
	@touch $@ .venv/.demo

.venv/.dev: pyproject.toml constraints.txt scripts/bootstrap vscode/package-lock.json $(FRONT_END)
	@echo "Installing codeassess, its tools and its front end into .venv (once; some minutes) …"
	@scripts/bootstrap dev
	@touch $@ .venv/.demo

lock: .venv/.demo ## renew constraints.txt: the newest versions that pyproject.toml allows
	@$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --no-emit-index-url --no-annotate \
		--no-header --extra dev --extra lab pyproject.toml --output-file constraints.txt

demo: .venv/.demo ## play a recorded session through a real server, to the report
	@$(BIN)/codeassess demo

lab: .venv/.lab ## open JupyterLab with the extension
	@$(BIN)/jupyter lab $(if $(filter 0,$(shell id -u)),--allow-root)

wheel: .venv/.demo ## build what pip installs elsewhere, into dist/
	@$(BIN)/pip wheel --quiet --disable-pip-version-check --no-deps --wheel-dir dist .
	@ls dist/codeassess-*.whl

vsix: wheel ## build the VS Code extension with the wheel inside, vscode/codeassess.vsix
	@cd vscode && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error && npm run package --silent

docs: .venv/.dev ## build the documentation as a site, dist/docs/index.html; needs no network
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

test: .venv/.dev ## run all tests, against real servers and a real JupyterLab
	@cd labextension && PATH="$(CURDIR)/$(BIN):$$PATH" npm test --silent
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder --durations=20

test-fast: .venv/.dev ## run 1,900 tests that need no server and no browser (75 s)
	@$(BIN)/python -m pytest -q -n 2 --dist worksteal $(FAST)

coverage: .venv/.dev ## run the tests without a browser, and tell which lines they reach
	@$(BIN)/coverage erase
	@$(BIN)/coverage run -m pytest -q -n $(WORKERS) --dist loadfile --no-loadscope-reorder tests/core tests/ext tests/lsp
	@$(BIN)/coverage combine --quiet
	@$(BIN)/coverage report --skip-covered --sort=cover

test-pythons: .venv/.demo ## play a short whole session on each Python that is on this machine
	@$(BIN)/python scripts/check_pythons.py

check: .venv/.dev docs ## format, lint, types, import rules, sizes, documentation
	@$(BIN)/ruff format --check $(SOURCES)
	@$(BIN)/ruff check $(SOURCES)
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python scripts/check_budget.py
	@$(BIN)/python scripts/generate_wire_types.py --check
	@$(BIN)/python scripts/generate_schemas.py --check
	@cd labextension && PATH="$(CURDIR)/$(BIN):$$PATH" npm run check --silent
	@cd vscode && PATH="$(CURDIR)/$(BIN):$$PATH" npm run check --silent

format: .venv/.dev ## format the sources
	@$(BIN)/ruff format $(SOURCES)
	@$(BIN)/ruff check --fix $(SOURCES)
	@for front_end in labextension vscode; do (cd $$front_end && PATH="$(CURDIR)/$(BIN):$$PATH" npm run format --silent); done

bench: .venv/.dev ## measure; see benchmarks/README.md
	@$(BIN)/python -m benchmarks

faults: .venv/.dev ## measure what trouble of one session costs the others (20 minutes)
	@$(BIN)/python -m benchmarks faults

ANSWERS ?=
EDITS ?=
MODEL ?= offline

quality: .venv/.dev ## measure an examiner: MODEL=offline, and ANSWERS=file EDITS=file (docs/quality.md)
	@$(BIN)/codeassess evaluate pairs --model $(MODEL)
	@test -z "$(ANSWERS)" || $(BIN)/codeassess evaluate answers $(ANSWERS) --model $(MODEL)
	@test -z "$(EDITS)" || $(BIN)/codeassess evaluate questions $(EDITS) --model $(MODEL)

clean: ## remove .venv and what tools left behind
	@rm -rf labextension/node_modules vscode/node_modules labextension/lib labextension/*.tsbuildinfo codeassess_ext/labextension codeassess_ext/page
	@rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis .coverage .coverage.* demo-report dist
