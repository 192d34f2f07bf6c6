"""What a reviewer reads: the queue of his gate, one list with what changed, and what else waits for him."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils import timezone

from campaign.models import Participant, workdays
from core import clock
from organization.scope import Role
from problems.actions.review import owes_own_list, snapshot_of
from problems.checklist import CHECKLIST, ListState
from problems.lamp import lamp
from problems.models import Checklist, ChecklistEvent, Extension, Item, ItemMark, Round
from problems.models.checklist import first_review_q
from problems.views.differences import compared, kind_of

RETURNING = ("send_back", "return_to_cadre", "return_to_unit")
PASSING = ("endorse", "enter")
#: More rows than this nobody works off in one sitting; the count still tells the whole.
MOST = 100


@dataclass(frozen=True)
class Gate:
    """One of the two gates: what waits there for a person, and what the page is called."""

    key: str
    title: str
    verb: str
    lists: Callable[[Any], QuerySet]
    closures: Callable[[Any], QuerySet]
    extensions: Callable[[Any], QuerySet]
    #: Lists that this person may be told about after they left his queue.
    known: Callable[[Any], QuerySet]

    def address(self, **query: Any) -> str:
        pairs = "&".join(f"{name}={value}" for name, value in query.items())
        return reverse(f"problems:review_{self.key}") + (f"?{pairs}" if pairs else "")


UNIT = Gate(
    key="unit",
    title="清单初审",
    verb="初审",
    lists=lambda user: Checklist.objects.awaiting_first_review(user),
    closures=lambda user: Item.objects.visible_to(user).awaiting_first_review(user),
    extensions=lambda user: Extension.objects.awaiting_first_review(user),
    known=lambda user: Checklist.objects.filter(first_review_q(user)),
)
OFFICE = Gate(
    key="office",
    title="清单审核",
    verb="审核",
    lists=lambda user: Checklist.objects.awaiting_office(user),
    closures=lambda user: Item.objects.visible_to(user).awaiting_verification(user),
    extensions=lambda user: Extension.objects.awaiting_office(user, user.scope.units([Role.OFFICE])),
    known=lambda user: Checklist.objects.visible_to(user),
)
GATES = {gate.key: gate for gate in (UNIT, OFFICE)}


def arrived_at() -> Subquery:
    """When the list came to the desk where it is now."""
    events = ChecklistEvent.objects.filter(checklist=OuterRef("pk")).order_by("-pk")
    return Subquery(events.values("at")[:1])


def queue_of(gate: Gate, user: Any) -> list[Any]:
    """Lists with ``arrived`` and ``problems``, the most urgent first."""
    rows = gate.lists(user).select_related("cadre", "unit").annotate(arrived=arrived_at(), problems=Count("items"))
    return list(rows.order_by("step_due_on", "pk")[:MOST])


def queue_rows(queue: list[Any], gate: Gate, current: Checklist | None) -> list[dict[str, Any]]:
    calendar, today = workdays(), clock.today()
    return [
        {
            "list": row,
            "waited": calendar.between(timezone.localdate(row.arrived), today),
            "lamp": lamp(row.step_due_on, calendar.subtract(row.step_due_on, 2), today) if row.step_due_on else None,
            "url": gate.address(open=row.pk),
            "current": current is not None and row.pk == current.pk,
        }
        for row in queue
    ]


def waiting_items(gate: Gate, user: Any) -> list[dict[str, Any]]:
    today = clock.today()
    rows = gate.closures(user).select_related("cadre", "unit", "problem_type").order_by("step_due_on", "pk")[:MOST]
    return [{"item": row, "lamp": row.lamp(today)} for row in rows]


def waiting_extensions(gate: Gate, user: Any) -> QuerySet:
    rows = gate.extensions(user).filter(item__in=Item.objects.visible_to(user))
    return rows.select_related("item__cadre", "item__unit").order_by("current_due_on", "pk")[:MOST]


def missing_people(user: Any, campaign: Any) -> dict[str, int]:
    """How many of the people under this person's eyes have not filed yet."""
    filed = Checklist.objects.filed().filter(campaign=campaign, kind=Checklist.Kind.PERSONAL).values("cadre")
    due = Participant.objects.covered_by(user).due().filter(campaign=campaign).exclude(user=user)
    return due.aggregate(all=Count("pk"), missing=Count("pk", filter=~Q(user__in=filed)))


def left_the_queue(gate: Gate, user: Any, pk: int) -> str:
    """What became of a list that is no longer here: withdrawn, or decided by somebody else."""
    found = gate.known(user).select_related("cadre").filter(pk=pk).first()
    last = found.last_event() if found else None
    if found is None or last is None or last.by_id == user.pk:
        return ""
    if last.name == "withdraw":
        return f"{found.cadre.name}的清单 {last.when_text} 已被本人撤回，无需处理"
    return f"{found.cadre.name}的清单 {last.when_text} 已由{last.by_name}“{last.label}”，无需处理"


# --- one list ---------------------------------------------------------------------------------------


def with_people(lists: QuerySet) -> QuerySet:
    return lists.select_related("cadre", "unit", "campaign", "review_unit", "endorsed_by", "entered_by")


def problems_of(checklist: Checklist, user: Any) -> list[Item]:
    """The problems of the list that this person may read, in its order."""
    rows = Item.objects.visible_to(user).filter(checklist=checklist).select_related("problem_type", "checklist")
    return list(rows.prefetch_related("manifestations", "measures").order_by("order", "pk"))


def number_now(checklist: Checklist, rounds: list[Round]) -> int:
    """The round that the list as it stands belongs to; 0 where comparing has come to an end."""
    if checklist.state == ListState.APPROVED or not rounds:
        return 0
    return rounds[0].number + checklist.is_editable


def before_of(rounds: list[Round], number: int) -> dict[str, dict[str, Any]]:
    """The problems of the round before this one, by identifier."""
    earlier = next((row for row in rounds if row.number == number - 1), None)
    return {row["public_id"]: row for row in earlier.snapshot["items"]} if earlier else {}


def problem_rows(
    items: list[Item], snapshots: list[dict[str, Any]], before: dict[str, dict[str, Any]], events: list[ChecklistEvent]
) -> list[dict[str, Any]]:
    """One row per problem: its five fields, each with its change and the marks of the last return."""
    marks = last_marks(events)
    shown = {str(item.public_id): item for item in items}
    rows = []
    for number, snapshot in enumerate((row for row in snapshots if row["public_id"] in shown), start=1):
        item, old = shown[snapshot["public_id"]], before.get(snapshot["public_id"])
        fields = compared(snapshot, old)
        own = [mark for mark in marks if mark.item_id == item.pk]
        for field in fields:
            field["marks"] = [mark.note for mark in own if mark.field == field["key"]]
        named = {field["key"] for field in fields}
        rows.append(
            {
                "number": number,
                "item": item,
                "kind": kind_of(snapshot),
                "source": snapshot["source"],
                "fields": fields,
                "marks": [mark.note for mark in own if mark.field not in named],
                "is_new": bool(before) and old is None,
                "changed": bool(old) and any(field["parts"] for field in fields),
            }
        )
    return rows


def last_marks(events: list[ChecklistEvent]) -> list[ItemMark]:
    returned = next((event for event in events if event.name in RETURNING), None)
    return list(returned.marks.all()) if returned else []


def events_of(checklist: Checklist) -> list[ChecklistEvent]:
    return list(checklist.events.prefetch_related(Prefetch("marks", ItemMark.objects.select_related("item"))))


def removed_count(snapshots: list[dict[str, Any]], before: dict[str, dict[str, Any]]) -> int:
    return len(set(before) - {row["public_id"] for row in snapshots})


def list_context(checklist: Checklist, user: Any, *, number: int = 0, queue: str = "") -> dict[str, Any]:
    """One list as a reader sees it, compared with the round before; ``number`` picks an earlier round."""
    items, rounds, events = problems_of(checklist, user), list(checklist.rounds.all()), events_of(checklist)
    chosen = next((row for row in rounds if row.number == number), None)
    if chosen is None and checklist.is_editable and checklist.cadre_id != user.pk:
        # What the author is still changing is nobody else's to read.
        chosen = rounds[0] if rounds else None
    snapshots = chosen.snapshot["items"] if chosen else [snapshot_of(item) for item in items]
    before = before_of(rounds, chosen.number if chosen else number_now(checklist, rounds))
    rows = {row.name: row for row in CHECKLIST.available(checklist, user)}
    return {
        "checklist": checklist,
        "problems": problem_rows(items, snapshots, before, events),
        "removed": removed_count(snapshots, before),
        "hidden": max(0, checklist.items.count() - len(items)) if not chosen else 0,
        "rounds": rounds,
        "round": chosen,
        "events": events,
        "returns": [event for event in events if event.name in RETURNING],
        "passing": [row for name, row in rows.items() if name in PASSING],
        "returning": [row for name, row in rows.items() if name in RETURNING],
        "others": [row for name, row in rows.items() if name not in (*PASSING, *RETURNING, "submit")],
        "queue": queue,
        "restricted": any(item.restricted for item in items),
    }


def owes_first(checklist: Checklist, user: Any) -> bool:
    """The page says in advance what the action would refuse."""
    return checklist.state == ListState.UNIT_REVIEW and owes_own_list(checklist.campaign, user)
