# Everything a newcomer needs; `make help` lists it.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps
TYPED := core organization $(filter-out organization/%,$(wildcard */actions */actions.py */facts.py */notices.py))
DEMO ?= 1
export DEMO

.DEFAULT_GOAL := help
.PHONY: run test check fmt docs demo help

run: $(VENV)/.run ## 启动整套系统（首次自动安装、建库、装入演示数据；DEMO=0 为空库，PORT 改端口）
	@exec $(BIN)/python -m config.launch --follow-parent

test: $(VENV)/.dev ## 运行全部测试（ARGS 传给 pytest；没有 Chromium 或 TEST_DATABASE_URL 时跳过相应测试）
	@$(BIN)/python -m pytest -n auto --dist loadfile $(ARGS)

check: $(VENV)/.dev ## 提交前的全部检查：格式、类型、分层、迁移、生成的文档、测试与覆盖率
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy $(TYPED)
	$(BIN)/lint-imports
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python manage.py docs --check
	$(BIN)/python -m pytest -q -n auto --dist loadfile --cov --cov-report= $(ARGS)
	$(BIN)/coverage json -q -o coverage.json
	$(BIN)/python scripts/coverage_gate.py coverage.json

fmt: $(VENV)/.dev ## 整理代码格式，改掉能自动改的问题
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: $(VENV)/.run ## 由流程表和角色表重新生成 docs/states.md 与 docs/permissions.md
	$(BIN)/python manage.py docs

demo: $(VENV)/.run ## 向数据库装入演示数据（ITEMS 为事项数量）
	$(BIN)/python manage.py migrate --verbosity 0
	$(BIN)/python manage.py demo $(if $(ITEMS),--items $(ITEMS))

help: ## 列出全部命令
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1	\2/p' $(MAKEFILE_LIST)

# The stamps carry no content: they are newer than the lock that they were installed from.
$(VENV)/.run: requirements.lock | $(BIN)/pip
	@echo "正在安装依赖……" && $(PIP) -r $<
	@touch $@

$(VENV)/.dev: requirements-dev.lock | $(BIN)/pip
	@echo "正在安装依赖（含测试工具）……" && $(PIP) -r $<
	@touch $@ $(VENV)/.run

$(BIN)/pip:
	@test -n "$(PYTHON)" || { echo "没有找到 Python 3.11 或更新的版本"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "需要 Python 3.11 或更新的版本"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "Python 缺少 venv 模块（Debian、Ubuntu：apt install python3-venv）"; exit 1; }
