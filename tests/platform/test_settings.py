"""Each setting of ours, changed from outside, does what .env.example says."""

import json
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.contracts.tree import ROOT

KEY = "kQ7-x" * 12
SAFE = {
    "PRODUCTION": "1",
    "SECRET_KEY": KEY,
    "ALLOWED_HOSTS": "zhenggai.example.gov.cn",
    "REDIS_URL": "redis://127.0.0.1:6379/9",
}


def read(environment: dict[str, str], *names: str, **changes: str) -> dict[str, Any]:
    """The named settings as a fresh process with these variables sees them."""
    program = "import json, sys; from django.conf import settings as s; " + (
        "print(json.dumps({name: getattr(s, name) for name in sys.argv[1:]}, default=str))"
    )
    result = subprocess.run(
        [sys.executable, "-c", program, *names],
        cwd=ROOT,
        env={**environment, **changes},
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(result.stdout)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, {"PRODUCTION": False, "DEBUG": False, "SESSION_COOKIE_AGE": 12 * 3600, "IDLE_MINUTES": 30}),
        ({"DEBUG": "1"}, {"DEBUG": True}),
        ({"PRODUCTION": "1"}, {"PRODUCTION": True, "SESSION_COOKIE_SECURE": True, "SECURE_SSL_REDIRECT": True}),
        ({"PRODUCTION": "1", "HTTPS": "0"}, {"SESSION_COOKIE_SECURE": False, "SECURE_SSL_REDIRECT": False}),
        ({"SECRET_KEY": KEY, "SECRET_KEY_FALLBACKS": "old"}, {"SECRET_KEY": KEY, "SECRET_KEY_FALLBACKS": ["old"]}),
        ({"ALLOWED_HOSTS": "a.cn,b.cn"}, {"ALLOWED_HOSTS": ["a.cn", "b.cn"]}),
        ({"CSRF_TRUSTED_ORIGINS": "https://a.cn"}, {"CSRF_TRUSTED_ORIGINS": ["https://a.cn"]}),
        ({"PROXY_COUNT": "1"}, {"AXES_IPWARE_PROXY_COUNT": 1}),
        ({"SESSION_HOURS": "2"}, {"SESSION_COOKIE_AGE": 7200}),
        ({"IDLE_MINUTES": "15"}, {"IDLE_MINUTES": 15}),
        ({"LOCKOUT_FAILURES": "3", "LOCKOUT_MINUTES": "30"}, {"AXES_FAILURE_LIMIT": 3, "AXES_COOLOFF_TIME": 0.5}),
        ({"MAX_UPLOAD_MB": "5"}, {"MAX_UPLOAD_MB": 5}),
        ({"LOG_LEVEL": "ERROR"}, {"LOG_LEVEL": "ERROR"}),
        (
            {"REDIS_URL": "unix:///run/x.sock"},
            {
                "CELERY_BROKER_URL": "redis+socket:///run/x.sock",
                "CELERY_TASK_ALWAYS_EAGER": False,
                "SESSION_ENGINE": "django.contrib.sessions.backends.cached_db",
            },
        ),
        (
            {"REDIS_URL": ""},
            {"CELERY_TASK_ALWAYS_EAGER": True, "SESSION_ENGINE": "django.contrib.sessions.backends.db"},
        ),
    ],
)
def test_setting_from_the_environment(
    environment: dict[str, str], changes: dict[str, str], expected: dict[str, Any]
) -> None:
    assert read(environment, *expected, **changes) == expected


def test_everything_of_the_embedded_run_lives_in_one_directory(environment: dict[str, str]) -> None:
    var = environment["VAR_DIR"]
    answer = read(environment, "DATABASES", "MEDIA_ROOT", "STATIC_ROOT")
    assert answer["DATABASES"]["default"]["NAME"] == f"{var}/db.sqlite3"
    assert (answer["MEDIA_ROOT"], answer["STATIC_ROOT"]) == (f"{var}/files", f"{var}/static")


def test_sqlite_waits_for_the_writer_before_and_takes_the_lock_first(environment: dict[str, str]) -> None:
    options = read(environment, "DATABASES")["DATABASES"]["default"]["OPTIONS"]
    assert (options["transaction_mode"], options["timeout"]) == ("IMMEDIATE", 20)
    assert "journal_mode=WAL" in options["init_command"]


def test_postgresql_gives_up_instead_of_hanging(environment: dict[str, str]) -> None:
    url = "postgres://someone:p%40ss@db.example:5433/ledger"
    database = read(environment, "DATABASES", DATABASE_URL=url)["DATABASES"]["default"]
    assert (database["HOST"], database["PORT"], database["PASSWORD"]) == ("db.example", 5433, "p@ss")
    assert "lock_timeout=3000" in database["OPTIONS"]["options"]
    assert database["CONN_MAX_AGE"] == 300


def test_secret_key_is_made_once_and_for_its_owner_only(environment: dict[str, str]) -> None:
    first = read(environment, "SECRET_KEY")["SECRET_KEY"]
    second = read(environment, "SECRET_KEY")["SECRET_KEY"]
    path = Path(environment["VAR_DIR"]) / "secret_key"
    assert first == second == path.read_text()
    assert len(first) >= 50
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [entry.name for entry in path.parent.iterdir()] == ["secret_key"]


def test_a_safe_production_set_up_passes_djangos_own_review(manage: Any) -> None:
    result = manage("check", "--deploy", "--fail-level", "WARNING", **SAFE)
    assert result.returncode == 0, result.stderr


def test_the_web_server_refuses_it_too(environment: dict[str, str]) -> None:
    result = subprocess.run(
        [sys.executable, "-c", "import config.wsgi"],
        cwd=ROOT,
        env={**environment, **SAFE, "REDIS_URL": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 1
    assert "config.E004" in result.stderr
