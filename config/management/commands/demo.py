from __future__ import annotations

import datetime as dt
import random
import tomllib
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction

import config.demo
from campaign.actions import create_campaign
from campaign.models import Campaign, Participant, workdays
from config.demo.accounts import open_accounts
from config.demo.book import Book, Clock
from config.demo.bureau import Builder, Bureau
from config.demo.files import attach_files
from config.demo.lists import Filing, Writer
from config.demo.plan import exempt, plan
from core import clock
from organization.models import User

PROBLEMS = Path(config.demo.__file__).with_name("problems.toml")
#: Long enough ago that lists are in and most problems are closed, with four months still to go.
BEGAN, LENGTH = 200, 364


class Command(BaseCommand):
    help = "装入演示数据：虚构的示例县教育局和一次进行中的整顿活动（数据库须为空，正式环境不可用）"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--items", type=int, default=1200, help="台账事项数量，默认 1200")
        parser.add_argument("--seed", type=int, default=1, help="同一种子生成同样的数据")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("正式环境不装演示数据。演示请另建一个空数据库，不设 PRODUCTION")
        if User.objects.exists():
            raise CommandError("数据库里已有人员。演示数据只装入空数据库：换一个 VAR_DIR 或 DATABASE_URL 再试")
        with transaction.atomic():
            bureau, book = build(options["items"], options["seed"], clock.today())
            settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
            rows = open_accounts(bureau, settings.VAR_DIR / "demo-accounts.json")
        with connection.cursor() as cursor:
            # So many rows at once: without statistics the planner reads a thousand closed items to find three.
            cursor.execute("ANALYZE")
        self.stdout.write(
            f"演示数据已装入：{len(bureau.people)} 人，{len(bureau.sections)} 个科室，{len(bureau.schools)} 所学校，"
            f"{sum(1 for item in book.items if item.entered_on)} 项台账事项，{len(rows)} 个演示账号"
        )


def build(items: int, seed: int, today: dt.date) -> tuple[Bureau, Book]:
    rng = random.Random(seed)
    start = today - dt.timedelta(days=BEGAN)
    bureau = Builder(rng, start - dt.timedelta(days=400)).build()
    campaign = begin_campaign(bureau, start)
    times = Clock(rng, workdays(), today)
    book = Book(campaign)
    filings = plan(bureau, items, rng)
    writer = Writer(book, times, bureau, rng, tomllib.loads(PROBLEMS.read_text(encoding="utf-8"))["problem"])
    for filing in filings:
        writer.tell(filing)
    excuse(campaign, bureau, filings)
    book.write(times, {"office": bureau.office})
    attach_files(book, rng)
    return bureau, book


def begin_campaign(bureau: Bureau, start: dt.date) -> Campaign:
    """Begun on a Monday, as such things are."""
    start -= dt.timedelta(days=start.weekday())
    end = start + dt.timedelta(days=LENGTH)
    chief, first = bureau.chief, bureau.leaders[1]
    return create_campaign(
        f"ZF{start.year}",
        "整治“为官不为”机关作风整顿",
        start,
        end,
        by=bureau.extra["admin"],
        theme="治懒、治庸、治散、治拖",
        parent_name="示例县机关作风整顿活动",
        basis="《关于在县级机关开展作风整顿的实施意见》（示例）",
        leading_group=f"组长：{chief.name}\n副组长：{first.name}、{bureau.leaders[5].name}\n成员：各科室负责人",
        office_phone="0000-0000001（示例）",
        office_unit=bureau.sections[0],
        is_demo=True,
    )


def excuse(campaign: Campaign, bureau: Bureau, filings: list[Filing]) -> None:
    people = exempt(bureau, filings)
    Participant.objects.filter(campaign=campaign, user__in=people).update(
        exempt_reason="长期病假，由单位出具证明", exempted_by=bureau.office[0]
    )
