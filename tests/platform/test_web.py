import pytest
from django.contrib.auth import get_user_model
from django.db import connections

from config import web

pytestmark = pytest.mark.django_db


@pytest.fixture
def commands(monkeypatch, settings, tmp_path):
    """Names of the commands that a start calls; static files count as collected."""
    called = []
    settings.STATIC_ROOT = tmp_path
    monkeypatch.setattr(web, "call_command", lambda name, **options: called.append(name))
    monkeypatch.setattr(connections, "close_all", lambda: None)
    return called


def test_first_start_loads_the_demo(commands, monkeypatch, capsys):
    monkeypatch.delenv("DEMO", raising=False)
    web.prepare()
    assert commands == ["collectstatic", "demo"]
    assert capsys.readouterr().out == "首次启动：正在装入演示数据……\n"


def test_second_start_has_nothing_to_do(commands, monkeypatch):
    monkeypatch.delenv("DEMO", raising=False)
    get_user_model().objects.create_user("A100", "张三")
    web.prepare()
    web.prepare()
    assert commands == ["collectstatic"]


def test_demo_0_stays_empty(commands, monkeypatch):
    monkeypatch.setenv("DEMO", "0")
    web.prepare()
    assert commands == ["collectstatic"]


def test_missing_migrations_are_applied(commands, monkeypatch, capsys):
    monkeypatch.setenv("DEMO", "0")
    monkeypatch.setattr(web.MigrationExecutor, "migration_plan", lambda self, targets: ["0002"])
    web.prepare()
    assert commands == ["migrate", "collectstatic"]
    assert capsys.readouterr().out == "正在建立数据库……\n"


def test_changed_static_file_is_collected_again(commands, settings, tmp_path, monkeypatch):
    monkeypatch.setenv("DEMO", "0")
    source = tmp_path / "source"
    source.mkdir()
    settings.STATICFILES_DIRS = [source]
    web.get_finders.__globals__["get_finder"].cache_clear()
    web.prepare()
    (source / "new.css").write_text("a{}")
    web.prepare()
    web.prepare()
    web.get_finders.__globals__["get_finder"].cache_clear()
    assert commands == ["collectstatic", "collectstatic"]
