"""Rules of the whole suite: one database per run, no test of the other database, no leftovers between tests."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.cache import cache


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
                item.add_marker(pytest.mark.skip(reason="没有设置 TEST_DATABASE_URL：跳过 PostgreSQL 测试"))
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


@pytest.fixture(autouse=True)
def _files_of_one_test(settings: pytest.FixtureRequest, tmp_path: Path) -> Iterator[None]:
    settings.MEDIA_ROOT = tmp_path / "files"
    yield
    cache.clear()
