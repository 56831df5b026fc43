# codeassess: `make` lists what there is. Everything happens in .venv; nothing else is touched.
.DEFAULT_GOAL := help
.PHONY: help demo lab test check format bench quality clean

BIN := .venv/bin
SOURCES := codeassess_core codeassess_ext codeassess_lsp tests benchmarks scripts hatch_build.py

# What the JupyterLab extension is made of: an editable install copies the bundle only once.
FRONT_END := hatch_build.py labextension/package.json labextension/package-lock.json labextension/tsconfig.json \
	$(shell find labextension/src labextension/style labextension/schema -type f)

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.venv/.demo: pyproject.toml scripts/bootstrap
	@echo "Installing codeassess into .venv (once; a minute or two) …"
	@CODEASSESS_SKIP_JS=1 scripts/bootstrap  # the demo needs no JupyterLab; \`make lab\` builds the front end
	@touch $@

.venv/.lab: pyproject.toml scripts/bootstrap $(FRONT_END)
	@echo "Installing codeassess with JupyterLab into .venv (once; some minutes) …"
	@scripts/bootstrap lab
	@touch $@ .venv/.demo

.venv/.dev: pyproject.toml scripts/bootstrap $(FRONT_END)
	@echo "Installing codeassess, its tools and its front end into .venv (once; some minutes) …"
	@scripts/bootstrap dev
	@touch $@ .venv/.demo

demo: .venv/.demo ## play a recorded sitting through a real server, to the report
	@$(BIN)/codeassess demo

lab: .venv/.lab ## open JupyterLab with the extension
	@$(BIN)/jupyter lab $(if $(filter 0,$(shell id -u)),--allow-root)

test: .venv/.dev ## run all tests, against real servers and a real JupyterLab
	@cd labextension && PATH="$(CURDIR)/$(BIN):$$PATH" npm test --silent
	@$(BIN)/python -m pytest

check: .venv/.dev ## format, lint, types, import rules
	@$(BIN)/ruff format --check $(SOURCES)
	@$(BIN)/ruff check $(SOURCES)
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python scripts/generate_wire_types.py --check
	@cd labextension && PATH="$(CURDIR)/$(BIN):$$PATH" npm run check --silent

format: .venv/.dev ## format the sources
	@$(BIN)/ruff format $(SOURCES)
	@$(BIN)/ruff check --fix $(SOURCES)

bench: .venv/.dev ## measure; see benchmarks/README.md
	@$(BIN)/python -m benchmarks

ANSWERS ?=
EDITS ?=
MODEL ?= offline

quality: .venv/.dev ## measure an examiner: MODEL=offline, and ANSWERS=file EDITS=file (docs/quality.md)
	@$(BIN)/codeassess evaluate pairs --model $(MODEL)
	@test -z "$(ANSWERS)" || $(BIN)/codeassess evaluate answers $(ANSWERS) --model $(MODEL)
	@test -z "$(EDITS)" || $(BIN)/codeassess evaluate questions $(EDITS) --model $(MODEL)

clean: ## remove .venv and what tools left behind
	@rm -rf labextension/node_modules labextension/lib labextension/*.tsbuildinfo codeassess_ext/labextension
	@rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis demo-report dist
