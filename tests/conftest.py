"""Rules of the whole suite: one database per run, no test of the other database, no leftovers between tests."""

import os
from collections import Counter
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.core.cache import cache
from django.db import connection, connections
from django.db.models.signals import post_migrate

REFERENCE_DATA = import_module("campaign.migrations.0002_reference_data")


def on_postgres() -> bool:
    return bool(os.environ.get("TEST_DATABASE_URL"))


def pytest_configure(config: pytest.Config) -> None:
    if os.environ.get("REQUIRE_POSTGRES") and not on_postgres():
        pytest.exit("REQUIRE_POSTGRES 已设置，但没有 TEST_DATABASE_URL：没有可用的 PostgreSQL", returncode=1)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """SQLite's own tests are left out on PostgreSQL; PostgreSQL's are skipped with a reason where there is none."""
    left_out = [item for item in items if item.get_closest_marker("sqlite") and on_postgres()]
    # The full run visits both databases in turn, so there a test of the other one is no omission.
    if os.environ.get("REQUIRE_BROWSER") and not on_postgres():
        left_out += [item for item in items if item.get_closest_marker("postgres")]
    elif not on_postgres():
        for item in items:
            if item.get_closest_marker("postgres"):
                item.add_marker(pytest.mark.skip(reason="没有设置 TEST_DATABASE_URL，不运行 PostgreSQL 测试"))
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """One line for each reason to skip, however many tests it concerns."""
    skipped = terminalreporter.stats.get("skipped", [])
    for reason, count in Counter(report.longrepr[2].removeprefix("Skipped: ") for report in skipped).items():
        terminalreporter.line(f"跳过 {count} 项：{reason}")


@pytest.fixture(autouse=True)
def _files_of_one_test(settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.MEDIA_ROOT = tmp_path / "files"
    yield
    cache.clear()


def keep_reference_data(using: str, **kwargs: Any) -> None:
    """Tests that commit empty the tables afterwards; the rows that migrations laid down come back at once."""
    REFERENCE_DATA.fill(apps, SimpleNamespace(connection=connections[using]))


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> None:
    """Tests that commit are emptied by DELETE on SQLite, which the log refuses; its own tests put the guard back."""
    with django_db_blocker.unblock():
        if connection.vendor == "sqlite":
            connection.cursor().execute("DROP TRIGGER IF EXISTS audit_entry_no_delete")
    post_migrate.connect(keep_reference_data, sender=apps.get_app_config("campaign"))
