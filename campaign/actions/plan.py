"""The campaign itself: its dates, limits, stages and local dates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import transaction

from campaign.actions.participants import sync_participants
from campaign.actions.trail import changed, note, refuse_archived
from campaign.actions.workdays import seed_workdays
from campaign.models import CalendarEvent, Campaign, Phase, PhaseTemplate, workdays
from core import clock
from core.workflow import MoveRefused

CAMPAIGN_END = "活动结束"
# These stand in the address where a campaign's code stands.
RESERVED_CODES = frozenset({"new", "types", "workdays"})


@transaction.atomic
def create_campaign(
    code: str,
    name: str,
    start_on: dt.date,
    end_on: dt.date,
    *,
    by: Any = None,
    template: PhaseTemplate | None = None,
    events: Iterable[tuple[str, dt.date]] = (),
    **fields: Any,
) -> Campaign:
    """A campaign with its stages, local dates, working calendar and participants by the rule.

    ``fields``: any other column of Campaign. Without a template the first one in use gives stages and due dates.
    """
    _check(code, start_on, end_on)
    seed_workdays(range(start_on.year, end_on.year + 1), by=by)
    template = template or PhaseTemplate.objects.filter(active=True).first()
    dues = _due_dates(template, start_on, end_on) if template else {}
    given = {column: value for column, value in fields.items() if value is not None}
    campaign = Campaign.objects.create(code=code, name=name, start_on=start_on, end_on=end_on, **{**dues, **given})
    if template:
        _replace_phases(campaign, planned_phases(template, start_on, end_on))
    _replace_events(campaign, {CAMPAIGN_END: end_on, **dict(events)})
    note(f"新建活动 {name}", {"代码": code, "日期": f"{start_on}—{end_on}"}, by=by)
    sync_participants(campaign, by=by)
    return campaign


def _check(code: str, start_on: dt.date, end_on: dt.date) -> None:
    if not code or len(code) > 20 or not code.replace("-", "").replace("_", "").isalnum():
        raise MoveRefused(f"活动代码“{code}”只能由字母、数字和连字符组成，最多 20 个，例如 ZF2026")
    if code in RESERVED_CODES:
        raise MoveRefused(f"活动代码不能用“{code}”，改用年份加简称，例如 ZF2026")
    if Campaign.objects.filter(code=code).exists():
        raise MoveRefused(f"活动代码“{code}”已被使用，换一个，例如 {code}-2")
    if end_on < start_on:
        raise MoveRefused(f"结束日期（{end_on}）早于开始日期（{start_on}），请改晚")


def _due_dates(template: PhaseTemplate, start_on: dt.date, end_on: dt.date) -> dict[str, dt.date]:
    """The last working day of the week named by the template."""
    calendar = workdays()
    weeks = {
        "lists_due_on": template.lists_due_week,
        "leaders_lists_due_on": template.leaders_lists_due_week,
    }
    days = {name: template.last_day_of(week, start_on, end_on) for name, week in weeks.items()}
    return {name: max(start_on, calendar.subtract(day + dt.timedelta(days=1), 1)) for name, day in days.items()}


def planned_phases(template: PhaseTemplate, start_on: dt.date, end_on: dt.date) -> list[dict[str, Any]]:
    return [
        {
            "name": stage.name,
            "start_on": template.day_of_week(stage.from_week, start_on, end_on),
            "end_on": template.last_day_of(stage.to_week, start_on, end_on),
        }
        for stage in template.stages.all()
    ]


def _replace_phases(campaign: Campaign, rows: Iterable[dict[str, Any]]) -> None:
    campaign.phases.all().delete()
    Phase.objects.bulk_create(Phase(campaign=campaign, order=place, **row) for place, row in enumerate(rows, 1))


def _replace_events(campaign: Campaign, dates: dict[str, dt.date]) -> None:
    campaign.events.all().delete()
    CalendarEvent.objects.bulk_create(CalendarEvent(campaign=campaign, name=name, on=on) for name, on in dates.items())


@transaction.atomic
def update_campaign(campaign: Campaign, values: dict[str, Any], *, by: Any) -> dict[str, dict[str, str]]:
    """Change dates, texts and limits; what changed is kept with its old value. Running clocks keep their dates."""
    refuse_archived(campaign)
    found = changed(campaign, values)
    if found:
        campaign.save()
        note(f"活动 {campaign.name}", found, by=by)
    return found


@transaction.atomic
def save_phases(campaign: Campaign, rows: Iterable[dict[str, Any]], *, by: Any) -> None:
    """``rows``: {"name", "start_on", "end_on"} in the order to show; they replace all stages."""
    refuse_archived(campaign)
    before = [_line(phase) for phase in campaign.phases.all()]
    _replace_phases(campaign, rows)
    after = [_line(phase) for phase in campaign.phases.all()]
    if before != after:
        note(f"{campaign.name} 阶段", {"原": before, "现": after}, by=by)


def _line(phase: Phase) -> str:
    return f"{phase.name} {phase.start_on}—{phase.end_on}"


@transaction.atomic
def apply_template(campaign: Campaign, template: PhaseTemplate, *, by: Any) -> None:
    """Lay the stages out anew by the template; due dates already announced stay."""
    save_phases(campaign, planned_phases(template, campaign.start_on, campaign.end_on), by=by)


@transaction.atomic
def save_events(campaign: Campaign, rows: Iterable[tuple[str, dt.date]], *, by: Any) -> None:
    """``rows``: (name, date) of all local dates that deadlines refer to; they replace the old ones."""
    refuse_archived(campaign)
    before = {event.name: str(event.on) for event in campaign.events.all()}
    dates = dict(rows)
    _replace_events(campaign, dates)
    after = {name: str(on) for name, on in dates.items()}
    if before != after:
        note(f"{campaign.name} 时间节点", {"原": before, "现": after}, by=by)


@transaction.atomic
def archive_campaign(campaign: Campaign, *, by: Any) -> None:
    """From now on everybody reads it and nobody changes it."""
    refuse_archived(campaign)
    campaign.archived_on = clock.today()
    campaign.save(update_fields=["archived_on"])
    note(f"归档活动 {campaign.name}", {}, by=by)


@transaction.atomic
def reopen_campaign(campaign: Campaign, *, by: Any) -> None:
    if not campaign.is_archived:
        raise MoveRefused(f"“{campaign.name}”没有归档")
    before = str(campaign.archived_on)
    campaign.archived_on = None
    campaign.save(update_fields=["archived_on"])
    note(f"取消归档 {campaign.name}", {"原归档日期": before}, by=by)
