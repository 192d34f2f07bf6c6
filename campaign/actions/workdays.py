"""The working calendar: statutory days from the library, local exceptions by hand."""

from __future__ import annotations

import datetime as dt
import importlib
from collections.abc import Iterable
from typing import Any

from django.db import transaction

from campaign.actions.trail import note
from campaign.models import CalendarDay
from core.workflow import MoveRefused

Source = CalendarDay.Source
#: Years that the library knows; beyond them it would raise.
FIRST_YEAR, LAST_YEAR = 2001, 2100


def statutory_days(year: int) -> dict[dt.date, CalendarDay]:
    """Days off and make-up working days of one year. Years without a published notice are estimates."""
    library = importlib.import_module("holidays")  # slow to load and needed about once a year
    calendar = library.country_holidays("CN", years=[year, year + 1], language="zh_CN")
    made_up = {day for day in calendar.weekend_workdays if day.year == year}
    source = Source.OFFICIAL if made_up else Source.ESTIMATED
    days = {
        day: CalendarDay(day=day, is_workday=False, name=name[:40], source=source)
        for day, name in calendar.items()
        if day.year == year
    }
    days |= {day: CalendarDay(day=day, is_workday=True, name="调休上班", source=source) for day in made_up}
    return days


@transaction.atomic
def seed_workdays(years: Iterable[int], *, by: Any = None) -> int:
    """Write the statutory days of these years; rows made by hand stay. Returns how many rows are new or changed."""
    changes = 0
    for year in sorted(set(years)):
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise MoveRefused(f"没有 {year} 年的放假安排，可用的年份是 {FIRST_YEAR}—{LAST_YEAR}")
        changes += _seed_year(year)
    if changes:
        note("工作日历", {"载入年份": sorted(set(years)), "变动": changes}, by=by)
    return changes


def _seed_year(year: int) -> int:
    given = statutory_days(year)
    stored = {row.day: row for row in CalendarDay.objects.filter(day__year=year)}
    outdated = {
        day: row.pk
        for day, row in stored.items()
        if row.source != Source.MANUAL and (day not in given or not _same(row, given[day]))
    }
    new = {day: row for day, row in given.items() if day not in stored or day in outdated}
    CalendarDay.objects.filter(pk__in=outdated.values()).delete()
    CalendarDay.objects.bulk_create(new.values())
    return len(new.keys() | outdated.keys())


def _same(one: CalendarDay, other: CalendarDay) -> bool:
    return (one.is_workday, one.name, one.source) == (other.is_workday, other.name, other.source)


@transaction.atomic
def save_day(values: dict[str, Any], *, by: Any, day: CalendarDay | None = None) -> CalendarDay:
    """Add or change one exception by hand; from then on no notice overwrites it."""
    row = day or CalendarDay(day=values["day"])
    row.day, row.is_workday, row.name = values["day"], values["is_workday"], values["name"]
    row.source = Source.MANUAL
    row.save()
    note(f"工作日历 {row.day}", {"上班": row.is_workday, "名称": row.name}, by=by)
    return row


@transaction.atomic
def remove_day(day: CalendarDay, *, by: Any) -> None:
    """Take back an exception made by hand: the date follows the statutory plan, or else the week, again."""
    if day.source != Source.MANUAL:
        raise MoveRefused(f"{day.day}“{day.name}”来自放假安排，不能删除。当天情况不同时，改为上班或休息")
    note(f"工作日历 {day.day}", {"删除": str(day)}, by=by)
    day.delete()
    statutory = statutory_days(day.day.year).get(day.day)
    if statutory:
        statutory.save()
