import sys
from typing import Any

from django.core.management.base import BaseCommand

from config.launch import launch


class Command(BaseCommand):
    help = "启动网站、后台任务和私有 Valkey（首次启动自动建库并装入演示数据；DEMO=0 为空库，PORT 改端口）"
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        sys.exit(launch())
