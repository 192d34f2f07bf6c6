from __future__ import annotations

import datetime as dt
import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core import clock
from problems.actions.reminders import Reminded, remind


class Command(BaseCommand):
    help = "发出一天的到期提醒：每人最多一条，重复执行不会重复发；非工作日不发"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--on", default="", help="日期，如 2026-06-08；不填为今天")
        parser.add_argument("--dry-run", action="store_true", help="只说会发给多少人，不写入")
        parser.add_argument("--json", action="store_true", help="最后一行输出 JSON，供程序读取")

    def handle(self, *args: Any, **options: Any) -> None:
        result = remind(day_of(options["on"]), dry_run=options["dry_run"])
        if options["json"]:
            self.stdout.write(
                json.dumps(
                    {
                        "created": result.created,
                        "on": result.on.isoformat(),
                        "people": result.due,
                        "items": result.items,
                        "workday": result.workday,
                        "dry_run": result.dry_run,
                    }
                )
            )
        else:
            self.stdout.write(sentence(result))


def day_of(text: str) -> dt.date:
    if not text:
        return clock.today()
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"--on 的日期“{text}”认不出来，写成 2026-06-08 这样") from error


def sentence(result: Reminded) -> str:
    if not result.workday:
        return f"{result.on} 不是工作日，不发提醒"
    verb = "将发出" if result.dry_run else "已发出"
    return f"{result.on} {result.due} 人有事到期，共 {result.items} 项；{verb} {result.created} 条提醒"
