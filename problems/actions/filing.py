"""Writing a problem list: items, drafts, and what keeps a list from being submitted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Max

from campaign.models import Campaign
from core.workflow import MoveRefused
from organization.models import Unit
from problems.facts import lists_to_write, reviewer_of
from problems.ledger import DeadlineKind, State
from problems.models import Checklist, Draft, Item, Measure

#: Columns of an item that its author writes; everything else is set by moves.
AUTHOR_FIELDS = frozenset(
    {
        "problem_type", "problem", "happened", "consequence", "source", "cause", "goal", "indicator", "before_value",
        "target_value", "responsible_leader", "rect_type", "deadline_kind", "deadline_raw", "due_on", "cadre",
    }
)  # fmt: skip
MIN_PROBLEM, MAX_PROBLEM, MAX_MEASURES = 20, 300, 5


class VersionConflict(Exception):
    """Somebody saved the item meanwhile; ``item`` is as it stands now."""

    def __init__(self, item: Item) -> None:
        super().__init__("这一项已在别处修改过，两个版本都保留着，选一个或合并")
        self.item = item


class DraftConflict(Exception):
    """Another window saved the draft meanwhile; ``draft`` is as it stands now."""

    def __init__(self, draft: Draft) -> None:
        super().__init__("另一个窗口刚保存过这一页")
        self.draft = draft


@dataclass(frozen=True)
class Fault:
    """What keeps a list from being submitted: where it is and how to mend it."""

    item: Item | None
    step: int
    field: str
    text: str


@transaction.atomic
def open_checklist(
    campaign: Campaign, *, by: Any, kind: str = Checklist.Kind.PERSONAL, unit: Unit | None = None
) -> Checklist:
    """The person's list of this kind in the campaign, begun when there is none yet."""
    unit = unit or by.unit
    if unit is None:
        raise MoveRefused("账号还没有所在单位，请联系系统管理员补上单位后再填报")
    key: dict[str, Any] = {"campaign": campaign, "kind": kind}
    key |= {"cadre": by} if kind == Checklist.Kind.PERSONAL else {"unit": unit}
    found = Checklist.objects.filter(**key).first()
    if found:
        return found
    if kind != Checklist.Kind.PERSONAL and (kind, unit) not in [(one.kind, one.unit) for one in lists_to_write(by)]:
        raise MoveRefused("单位清单由单位负责人填报，领导班子清单由班子成员填报")
    role, review_unit = reviewer_of(by, unit)
    checklist, _ = Checklist.objects.get_or_create(
        **key, defaults={"cadre": by, "unit": unit, "review_role": role, "review_unit_id": review_unit}
    )
    return checklist


def require_author(checklist: Checklist, by: Any) -> None:
    if checklist.cadre_id != by.pk:
        raise MoveRefused("这份清单由填报人本人修改")
    if not checklist.is_editable:
        raise MoveRefused(f"清单现在是“{checklist.state_label}”，不能修改。需要修改时先撤回，或请审核人退回")


@transaction.atomic
def add_item(checklist: Checklist, *, by: Any) -> Item:
    """A blank problem at the end of the list."""
    require_author(checklist, by)
    last = checklist.items.aggregate(last=Max("order"))["last"] or 0
    return Item.objects.create(
        campaign_id=checklist.campaign_id,
        checklist=checklist,
        cadre=by,
        unit_id=checklist.unit_id,
        review_role=checklist.review_role,
        review_unit_id=checklist.review_unit_id,
        order=last + 1,
    )


@transaction.atomic
def save_item(
    item: Item,
    values: dict[str, Any],
    *,
    by: Any,
    version: int,
    measures: list[dict[str, Any]] | None = None,
    manifestations: Any = None,
    step: int | None = None,
) -> Item:
    """Store what its author wrote; ``version`` is the one he saw.

    The server draft of the page ``step`` is done with; without a step those of all pages are.
    """
    require_author(item.checklist, by)
    unknown = set(values) - AUTHOR_FIELDS
    if unknown:
        raise ValueError(f"not written by the author: {sorted(unknown)}")
    if "problem_type" in values:
        values = values | {"restricted": bool(values["problem_type"] and values["problem_type"].clue_prone)}
    saved = Item.objects.filter(pk=item.pk, version=version, state=State.LISTED).update(
        **values, version=F("version") + 1
    )
    item.refresh_from_db()
    if not saved:
        raise VersionConflict(item)
    if manifestations is not None:
        item.manifestations.set(manifestations)
    if measures is not None:
        item.measures.all().delete()
        Measure.objects.bulk_create(
            Measure(item=item, order=order, **measure) for order, measure in enumerate(measures, start=1)
        )
    drafts = Draft.objects.filter(user=by, form="problem-item", key__startswith=f"{item.public_id}-{step or ''}")
    drafts.delete()
    return item


@transaction.atomic
def remove_item(item: Item, *, by: Any) -> None:
    """Take a problem out of a list that has never been submitted or was returned."""
    require_author(item.checklist, by)
    if item.state != State.LISTED:
        raise MoveRefused("这一项已经进入台账，不能删除")
    Draft.objects.filter(form="problem-item", key__startswith=f"{item.public_id}-").delete()
    item.events.all().delete()
    item.delete()
    # The following ones move up: a person counts what stands in the list.
    item.checklist.items.filter(order__gt=item.order).update(order=F("order") - 1)


@transaction.atomic
def save_draft(form: str, key: str, data: dict[str, Any], *, by: Any, version: int) -> Draft:
    """Keep what was typed, as typed. ``version`` is the last one that this window saw, 0 for none."""
    mine = Draft.objects.filter(user=by, form=form, key=key)
    if version == 0:
        try:
            with transaction.atomic():
                return Draft.objects.create(user=by, form=form, key=key, data=data)
        except IntegrityError as clash:
            raise DraftConflict(mine.get()) from clash
    draft = mine.select_for_update().first()
    if draft is None:
        return Draft.objects.create(user=by, form=form, key=key, data=data, version=version + 1)
    if draft.version != version:
        raise DraftConflict(draft)
    draft.data, draft.version = data, version + 1
    draft.save()
    return draft


@transaction.atomic
def discard_draft(form: str, key: str, *, by: Any) -> None:
    Draft.objects.filter(user=by, form=form, key=key).delete()


def faults_of(checklist: Checklist) -> list[Fault]:
    """Everything that prevents submission, in the user's words; empty when the list is ready."""
    listed = checklist.items.filter(state=State.LISTED).order_by("order")
    items = list(listed.select_related("problem_type").prefetch_related("measures"))
    if not items:
        return [Fault(None, 1, "", "清单里还没有问题。对照五类表现，至少列出一项")]
    return [fault for item in items for fault in item_faults(item, checklist.campaign)]


def item_faults(item: Item, campaign: Campaign) -> list[Fault]:
    def fault(step: int, field: str, text: str) -> Fault:
        return Fault(item, step, field, text)

    faults = []
    length = len(item.problem.strip())
    if item.problem_type is None:
        faults.append(fault(1, "problem_type", "选择问题类型，看看更接近哪一种表现"))
    if length < MIN_PROBLEM:
        faults.append(
            fault(
                2, "problem", f"问题表现至少写 {MIN_PROBLEM} 字，现在 {length} 字，写清什么事、什么时候、造成什么影响"
            )
        )
    if length > MAX_PROBLEM:
        faults.append(
            fault(2, "problem", f"问题表现最多 {MAX_PROBLEM} 字，现在 {length} 字，请删减 {length - MAX_PROBLEM} 字")
        )
    if not item.cause.strip():
        faults.append(fault(3, "cause", "填写原因分析，写清这个问题为什么会发生"))
    if not item.goal.strip():
        faults.append(fault(4, "goal", "填写整改目标，写清改到什么程度"))
    return faults + [fault(4, *rest) for rest in [*deadline_faults(item, campaign), *measure_faults(item)]]


def deadline_faults(item: Item, campaign: Campaign) -> list[tuple[str, str]]:
    if item.due_on is None:
        if item.deadline_kind in (DeadlineKind.DATE, DeadlineKind.DATE_THEN_ONGOING):
            return [("due_on", "填写整改时限，具体到某一天")]
        return []
    if item.due_on > campaign.end_on:
        end = campaign.end_on
        return [("due_on", f"整改时限不能晚于 {end.year} 年 {end.month} 月 {end.day} 日（整顿结束日）")]
    return []


def measure_faults(item: Item) -> list[tuple[str, str]]:
    measures = list(item.measures.all())
    if not measures:
        return [("measures", "至少写一条整改措施，写清做什么、哪天完成")]
    faults = []
    for number, measure in enumerate(measures, start=1):
        if measure.text.strip() == item.problem.strip():
            faults.append(("measures", f"第 {number} 条措施与问题表现相同，写清准备怎么改"))
        if measure.due_on and item.due_on and measure.due_on > item.due_on:
            faults.append(
                (
                    "measures",
                    f"第 {number} 条措施的完成日期（{measure.due_on.month} 月 {measure.due_on.day} 日）晚于整改时限"
                    f"（{item.due_on.month} 月 {item.due_on.day} 日），请改早或把整改时限改晚",
                )
            )
    return faults
