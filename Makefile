# Larder: `make run` is all that a first look needs. Every target installs what it needs into .venv.
PYTHON := .venv/bin/python
PYTEST := $(PYTHON) -m pytest -n 2 --dist loadgroup
TESTED := not browser
BENCH_VAR := $(abspath $(or $(LARDER_VAR),var))/bench
# What a production machine would say, so that its settings can be checked without one.
PRODUCTION := DJANGO_ENV=production DATABASE_URL=postgresql://larder@127.0.0.1/larder \
	REDIS_URL=redis://127.0.0.1/0 ALLOWED_HOSTS=larder.example.com ERPNEXT_URL=https://erp.example.com \
	ERPNEXT_API_KEY=key ERPNEXT_API_SECRET=secret TRUSTED_PROXIES=1

.PHONY: help run test test-browser check bench lock venv venv-dev
.DEFAULT_GOAL := help

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: venv ## start Larder on this machine (PORT=8000); Ctrl-C stops everything
	@exec $(PYTHON) -m config.run

test: venv-dev ## run all tests but those in a browser
	@$(PYTEST) -m '$(TESTED)'; code=$$?; \
		DJANGO_ENV=test $(PYTHON) manage.py services stop >/dev/null; exit $$code

test-browser: venv-dev ## run the tests in a real Chromium, where there is one
	@EVERY_LOOK=1 $(PYTEST) -m browser; code=$$?; \
		DJANGO_ENV=test $(PYTHON) manage.py services stop >/dev/null; exit $$code

check: venv-dev ## format, lint, types, layers, templates, migrations, deployment
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m ruff check .
	$(PYTHON) -m mypy
	.venv/bin/lint-imports
	.venv/bin/djlint templates --lint --quiet
	$(PYTHON) -m pip check
	$(PYTHON) manage.py check --fail-level WARNING
	$(PYTHON) manage.py makemigrations --check --dry-run
	@echo "check --deploy, as production"
	@$(PRODUCTION) SECRET_KEY="$$($(PYTHON) -c 'import secrets; print(secrets.token_urlsafe(50))')" \
		$(PYTHON) manage.py check --deploy --fail-level WARNING

bench: venv-dev ## measure, in services of its own
	@LARDER_VAR='$(BENCH_VAR)' $(PYTHON) -m bench; code=$$?; \
		LARDER_VAR='$(BENCH_VAR)' $(PYTHON) manage.py services stop >/dev/null; exit $$code

lock: venv-dev ## pin anew what the .in files ask for (needs the network)
	@for name in requirements requirements-dev; do \
		.venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
			--no-emit-index-url --no-annotate $$name.in -o $$name.txt || exit 1; \
	done

venv:
	@.ci/venv requirements.txt

venv-dev:
	@.ci/venv requirements-dev.txt
