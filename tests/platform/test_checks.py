import json

import pytest
from django.contrib.auth import get_user_model

from config.checks import demo_accounts_present, unsafe_settings

pytestmark = pytest.mark.django_db
SAFE = {
    "PRODUCTION": True,
    "SECRET_KEY": "kQ7-x" * 12,
    "DEBUG": False,
    "ALLOWED_HOSTS": ["zhenggai.example.gov.cn"],
    "REDIS_URL": "redis://127.0.0.1:6379/9",
    "IDLE_MINUTES": 30,
}


def set_all(settings, **changes) -> None:
    for name, value in {**SAFE, **changes}.items():
        setattr(settings, name, value)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"SECRET_KEY": "short"}, ["config.E001"]),
        ({"SECRET_KEY": "django-insecure-" + "kQ7-x" * 12}, ["config.E001"]),
        ({"DEBUG": True}, ["config.E002"]),
        ({"ALLOWED_HOSTS": ["a.cn", "*"]}, ["config.E003"]),
        ({"REDIS_URL": ""}, ["config.E004"]),
        ({"IDLE_MINUTES": 600}, ["config.E005"]),
        ({"DEBUG": True, "REDIS_URL": ""}, ["config.E002", "config.E004"]),
        ({"PRODUCTION": False, "DEBUG": True, "ALLOWED_HOSTS": ["*"], "SECRET_KEY": "short"}, []),
    ],
)
def test_unsafe_production_settings_are_errors(settings, changes, expected):
    set_all(settings, **changes)
    found = unsafe_settings(None)
    assert [message.id for message in found] == expected
    assert all(message.hint for message in found)


@pytest.fixture
def accounts_file(settings, tmp_path):
    settings.PRODUCTION = True
    settings.VAR_DIR = tmp_path
    path = tmp_path / "demo-accounts.json"
    path.write_text(json.dumps([{"role": "整顿办", "username": "D001"}]), encoding="utf-8")
    return path


def findings() -> list[str]:
    return [message.id for message in demo_accounts_present(None, databases=["default"])]


def test_demo_account_in_production_is_refused(accounts_file):
    get_user_model().objects.create_user("D001", "演示")
    assert findings() == ["config.E006"]


def test_demo_account_that_was_closed_is_no_danger(accounts_file):
    get_user_model().objects.create_user("D001", "演示", is_active=False)
    assert findings() == []


def test_account_of_another_name_is_no_demo_account(accounts_file):
    get_user_model().objects.create_user("A100", "张三")
    assert findings() == []


def test_demo_account_outside_production_is_allowed(accounts_file, settings):
    settings.PRODUCTION = False
    get_user_model().objects.create_user("D001", "演示")
    assert findings() == []


def test_without_the_file_nothing_is_asked(accounts_file):
    get_user_model().objects.create_user("D001", "演示")
    accounts_file.unlink()
    assert findings() == []


def test_database_is_asked_only_when_named(accounts_file):
    get_user_model().objects.create_user("D001", "演示")
    assert demo_accounts_present(None, databases=None) == []
