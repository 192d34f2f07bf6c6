"""Event and message of every act, written in its transaction."""

from __future__ import annotations

import datetime as dt
from typing import Any

from core.workflow import Transition
from notifications.actions import notify
from organization.scope import Role
from problems.models import Checklist, ChecklistEvent, Extension, Item, ItemEvent, Sequence
from problems.notices import EXTENSION_NOTICES, ITEM_NOTICES, LIST_NOTICES, Notice


def day_text(day: dt.date | None) -> str:
    return f"，{day.month} 月 {day.day} 日前" if day else ""


def next_numbers(prefix: str, count: int) -> list[str]:
    """``count`` new numbers such as ZG-2026-0502; the row is locked until the transaction ends."""
    sequence, _ = Sequence.objects.select_for_update().get_or_create(prefix=prefix)
    first = sequence.last + 1
    sequence.last += count
    sequence.save(update_fields=["last"])
    return [f"{prefix}-{number:04d}" for number in range(first, first + count)]


#: Capacities in which somebody other than the person himself acts, by the role that gives them.
CAPACITIES = (Role.DISCIPLINE, Role.OFFICE, Role.SUPERVISOR, Role.LEADER)


def acting_as(row: Transition, by: Any, obj: Any) -> str:
    """The capacity in which the person acted: the part of the row's “who” that is his."""
    for role in CAPACITIES:
        if role.label in row.who and by.pk != obj.cadre_id and by.oversees(obj.unit_id, role):
            return role.label
    if "上一级" in row.who or Role.UNIT_HEAD.label in row.who:
        return Role(obj.review_role).label
    return row.who.split("（")[0]


def told(row: Transition, obj: Any, *, by: Any, was: str, comment: str, detail: dict | None) -> dict[str, Any]:
    """The columns that every event has, whatever it happened to."""
    return {
        "by": by,
        "by_name": by.name,
        "by_role": acting_as(row, by, obj),
        "name": row.name,
        "label": row.label,
        "comment": comment,
        "from_state": was,
        "to_state": obj.state,
        "detail": detail or {},
    }


def record_list_event(
    checklist: Checklist, row: Transition, *, by: Any, was: str, comment: str = "", detail: dict | None = None
) -> ChecklistEvent:
    columns = told(row, checklist, by=by, was=was, comment=comment, detail=detail)
    event = ChecklistEvent.objects.create(checklist=checklist, **columns)
    own = row.name in ("submit", "send_back", "return_to_cadre", "enter")
    what = "问题清单" if own else f"{checklist.cadre.name}的问题清单"
    notice, key = LIST_NOTICES.get(row.name), f"list-event:{event.pk}"
    send(notice, checklist, by=by, what=what, due=checklist.step_due_on, key=key)
    return event


def record_item_event(
    item: Item, row: Transition, *, by: Any, was: str, comment: str = "", detail: dict | None = None
) -> ItemEvent:
    columns = told(row, item, by=by, was=was, comment=comment, detail=detail)
    event = ItemEvent.objects.create(item=item, **columns)
    what = item.code or "一项限制查看的问题"
    send(ITEM_NOTICES.get(row.name), item, by=by, what=what, due=item.step_due_on, key=f"item-event:{event.pk}")
    return event


def record_extension_event(extension: Extension, row: Transition, *, by: Any, comment: str) -> ItemEvent:
    """Extensions are told in the history of their item."""
    item = extension.item
    detail = {"extension": extension.pk, "until": str(extension.granted_due_on or extension.requested_due_on)}
    columns = told(row, item, by=by, was=item.state, comment=comment, detail=detail)
    event = ItemEvent.objects.create(
        item=item, **columns | {"name": f"extension_{row.name}", "label": f"延期：{row.label}"}
    )
    send(
        EXTENSION_NOTICES.get(row.name),
        item,
        by=by,
        what=item.code or "",
        due=extension.granted_due_on,
        key=f"item-event:{event.pk}",
    )
    return event


def send(notice: Notice | None, obj: Any, *, by: Any, what: str, due: dt.date | None, key: str) -> None:
    if notice is None:
        return
    text = notice.text.format(what=what, who=by.name, cadre=obj.cadre.name, due=day_text(due))
    people = [person for person in notice.people(obj) if person.pk != by.pk]
    notify(people, text, url=obj.get_absolute_url(), key=key, kind=notice.kind)
