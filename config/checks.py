"""A production start refuses what is harmless on a laptop and dangerous in an office."""

import json
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.checks import CheckMessage, Error
from django.db import DatabaseError

SHORTEST_KEY = 50
LONGEST_IDLE = 60
PLACEHOLDERS = ("django-insecure", "change-me", "changeme", "secret", "请替换")


def unsafe_settings(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    if not settings.PRODUCTION:
        return []
    key = settings.SECRET_KEY
    findings = [
        (
            len(key) < SHORTEST_KEY or key.startswith(PLACEHOLDERS),
            ("E001", "SECRET_KEY 太短或仍是示例值", "换成至少 50 个随机字符，或删去该项由系统生成"),
        ),
        (settings.DEBUG, ("E002", "正式环境开着 DEBUG", "删去 DEBUG=1")),
        (
            "*" in settings.ALLOWED_HOSTS,
            ("E003", "ALLOWED_HOSTS 含 *", "写明对外的主机名，多个以英文逗号隔开"),
        ),
        (
            not settings.REDIS_URL,
            ("E004", "正式环境没有设置 REDIS_URL", "填写 Redis 或 Valkey 的地址，如 redis://127.0.0.1:6379/0"),
        ),
        (
            settings.IDLE_MINUTES > LONGEST_IDLE,
            ("E005", f"IDLE_MINUTES 现为 {settings.IDLE_MINUTES}", f"闲置退出时间不得超过 {LONGEST_IDLE} 分钟"),
        ),
    ]
    return [Error(text, hint=hint, id=f"config.{number}") for found, (number, text, hint) in findings if found]


def demo_accounts_present(app_configs: Any, databases: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Demo passwords are printed on the screen and stand in a file; nobody may sign in with them in an office."""
    path = settings.VAR_DIR / "demo-accounts.json"
    if not settings.PRODUCTION or not databases or not path.exists():
        return []
    names = [row["username"] for row in json.loads(path.read_text(encoding="utf-8"))]
    user = get_user_model()
    try:
        present = user.objects.filter(**{f"{user.USERNAME_FIELD}__in": names, "is_active": True}).exists()
    except DatabaseError:
        # No table yet: nothing to sign in to.
        return []
    hint = f"停用演示账号或换一个空数据库，然后删除 {path}"
    return [Error("正式环境的数据库里还有演示账号", hint=hint, id="config.E006")] if present else []
