"""Create a campaign from the command line, as the page does, with the local dates from a file."""

import datetime as dt
import json
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from campaign.actions import create_campaign
from core.workflow import MoveRefused

USAGE = "--code ZF2026 --name 作风整顿 --start 2026-03-02 --end 2027-02-28"
FILE_EXAMPLE = '{"events": [{"name": "春季学期结束", "date": "2026-07-10"}]}'
#: Names by which other programs write the usual dates.
KNOWN_NAMES = {
    "term_end": "学期末",
    "spring_term_end": "春季学期结束",
    "autumn_term_end": "秋季学期结束",
    "term_start": "开学",
    "spring_term_start": "春季开学",
    "autumn_term_start": "秋季开学",
    "summer_holiday": "暑假",
    "winter_holiday": "寒假",
    "national_day": "国庆节",
    "spring_festival": "春节",
    "campaign_end": "活动结束",
    "holidays": "假期",
    "start": "开始",
    "end": "结束",
}
Dates = Iterator[tuple[str, dt.date]]


class Command(BaseCommand):
    help = "新建整顿活动：阶段、时间节点、工作日历，并按规则加入参加人员"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--code", help="活动代码，例如 ZF2026")
        parser.add_argument("--name", help="活动名称")
        parser.add_argument("--start", help="开始日期，例如 2026-03-02")
        parser.add_argument("--end", help="结束日期")
        parser.add_argument("--calendar", help=f"时间节点文件（JSON），例如 {FILE_EXAMPLE}")

    def handle(self, *args: Any, **options: Any) -> None:
        missing = [f"--{name}" for name in ("code", "name", "start", "end") if not options[name]]
        if missing:
            refuse(f"缺少参数 {'、'.join(missing)}。例如 {USAGE}")
        start_on, end_on = read_date(options["start"], "--start "), read_date(options["end"], "--end ")
        events = list(read_file(options["calendar"])) if options["calendar"] else []
        try:
            campaign = create_campaign(options["code"], options["name"], start_on, end_on, events=events)
        except MoveRefused as refusal:
            refuse(str(refusal))
        people, units = campaign.participants.count(), campaign.participants.values("unit").distinct().count()
        self.stdout.write(
            f"已新建活动“{campaign.name}”（{campaign.code}）：{campaign.phases.count()} 个阶段，"
            f"{campaign.events.count()} 个时间节点，{people} 人参加，来自 {units} 个单位"
        )


def refuse(text: str) -> None:
    raise CommandError(text, returncode=2)


def read_date(text: Any, where: str) -> dt.date:
    try:
        return dt.date.fromisoformat(str(text)[:10])
    except ValueError as error:
        raise CommandError(f"{where}为“{text}”，不是日期。写成 2026-07-10 的样子", returncode=2) from error


def read_file(name: str) -> Dates:
    try:
        content = json.loads(Path(name).read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise CommandError(f"打不开文件 {name}：{error.strerror}。核对路径后再试", returncode=2) from error
    except ValueError as error:
        raise CommandError(f"文件 {name} 不是 UTF-8 的 JSON（{error}）。例如 {FILE_EXAMPLE}", returncode=2) from error
    if isinstance(content, dict):
        content = content.get("events") or content.get("calendar_events") or content
    if not isinstance(content, dict | list):
        refuse(f"文件 {name} 里没有时间节点。例如 {FILE_EXAMPLE}")
    return read_dates(content, "")


def read_dates(node: Any, label: str) -> Dates:
    """Lists of {"name", "date"}, maps from name to date, and both inside each other."""
    if isinstance(node, dict):
        own = next((node[key] for key in ("date", "on", "day") if key in node), None)
        if own is not None:
            yield event_name(str(node.get("name") or label)), read_date(own, f"“{node.get('name') or label}”")
            return
        named = str(node.get("name") or "")
        for key, value in node.items():
            if key != "name":
                yield from read_dates(value, f"{named or label}{KNOWN_NAMES.get(key, key)}")
    elif isinstance(node, list):
        for place, value in enumerate(node, 1):
            yield from read_dates(value, f"{label}{place}" if isinstance(value, str) else label)
    else:
        yield event_name(label), read_date(node, f"“{label}”")


def event_name(text: str) -> str:
    if not 0 < len(text) <= 40:
        refuse(f"时间节点的名称“{text[:60]}”有 {len(text)} 字，应为 1—40 字")
    return text
