"""Every part of the ledger's filter finds exactly the items it names."""

import datetime as dt

import pytest
from django.http import QueryDict

from core import clock
from organization.models import Unit
from problems.actions.evidence import cite_evidence
from problems.actions.filing import open_checklist
from problems.actions.review import move_checklist
from problems.filters import canonical
from problems.ledger import STATUS, DeadlineKind, State
from problems.models import Item
from problems.models.conditions import lamp_q
from problems.views.desk import desk_of
from tests.factories.problems import (
    ROAD,
    World,
    endorsed_list,
    entered_list,
    item_in,
    make_world,
    submitted_list,
    walk,
    write_item,
    write_list,
)

pytestmark = pytest.mark.django_db


def day(days: int) -> dt.date:
    return clock.today() + dt.timedelta(days=days)


def set_columns(item: Item, **columns: object) -> None:
    """Dates that would take weeks to come about."""
    Item.objects.filter(pk=item.pk).update(**columns)


@pytest.fixture
def world() -> World:
    return make_world()


def found(world: World, query: str, who: str = "office") -> set[str]:
    """Names (the indicator column carries them) of what the address lists for the person."""
    desk = desk_of(world.fresh(who), QueryDict(query))
    names = set(desk.items.values_list("indicator", flat=True))
    assert desk.counts["found"] == len(names)
    return names


def named_list(world: World, who: str, *names: str, **values: object) -> list[Item]:
    """One list with a problem per name, still a draft."""
    checklist = open_checklist(world.campaign, by=world.fresh(who))
    return [write_item(checklist, indicator=name, **values) for name in names]


def enter(world: World, who: str, reviewer: str) -> None:
    checklist = open_checklist(world.campaign, by=world.fresh(who))
    for move, by in (("submit", who), ("endorse", reviewer), ("enter", "office")):
        checklist = move_checklist(checklist, move, by=world.fresh(by))


def reload(item: Item) -> Item:
    return Item.objects.get(pk=item.pk)


@pytest.fixture
def ledger(world: World) -> World:
    """Five items of one cadre, one of a colleague in another section, one of a school, lists at both gates, drafts."""
    late, soon, calm, back, done = named_list(world, "cadre", "late", "soon", "calm", "back", "done")
    enter(world, "cadre", "head")
    set_columns(late, step_due_on=day(-9), step_amber_on=day(-12), entered_on=day(-30), source="masses")
    set_columns(soon, step_due_on=day(0), step_amber_on=day(-2), progress_on=day(-20), problem="食堂价格监测停报两月")
    walk(world, reload(back), ROAD[State.RETURNED])
    set_columns(back, step_due_on=day(5), step_amber_on=day(9))
    walk(world, reload(done), ROAD[State.CLOSED])
    cite_evidence(reload(calm), "收文登记台账", "办公室档案柜", by=world.fresh("cadre"))
    named_list(world, "other_cadre", "lasting", deadline_kind=DeadlineKind.ONGOING, due_on=None)
    enter(world, "other_cadre", "other_head")
    named_list(world, "teacher", "school")
    enter(world, "teacher", "principal")
    named_list(world, "colleague", "first-gate")
    move_checklist(open_checklist(world.campaign, by=world.fresh("colleague")), "submit", by=world.fresh("colleague"))
    named_list(world, "hr", "second-gate")
    checklist = move_checklist(open_checklist(world.campaign, by=world.fresh("hr")), "submit", by=world.fresh("hr"))
    move_checklist(checklist, "endorse", by=world.fresh("other_head"))
    named_list(world, "liaison", "draft")
    return world


IN_SECTIONS = {"late", "soon", "calm", "back", "done", "lasting", "first-gate", "second-gate"}
EVERYTHING = IN_SECTIONS | {"school"}
RUNNING = EVERYTHING - {"done", "lasting"}


def test_every_filter_finds_its_items(ledger: World) -> None:
    unit = Unit.objects.get(name="人事科").pk
    gates = {"first-gate", "second-gate"}
    # Today plus the reviewers' working days decides whether a gate is due this week, so those are left out there.
    expected = {
        "": EVERYTHING,
        "status=pending": {"late", "soon", "calm", "lasting", "school"},
        "status=returned&status=closed": {"back", "done"},
        "status=unit_review": {"first-gate"},
        "status=office_review": {"second-gate"},
        "status=open": EVERYTHING - gates - {"done"},
        f"unit={unit}": {"lasting", "second-gate"},
        "unit=sections": IN_SECTIONS,
        "unit=schools": {"school"},
        f"unit=schools&unit={unit}": {"school", "lasting", "second-gate"},
        "type=test-plain": EVERYTHING,
        "lamp=red": {"late"},
        "lamp=grey": {"lasting"},
        "due=late": {"late"},
        "due=late1": set(),
        "due=late8": {"late"},
        "due=late16": set(),
        "due=late31": set(),
        "due=today": {"soon"},
        "due=none": {"lasting"},
        "source=masses": {"late"},
        "source=self": EVERYTHING - {"late"},
        "returned=1": {"back"},
        "evidence=yes": {"calm"},
        "evidence=no": EVERYTHING - {"calm"},
        "stale=1": {"late", "soon"},
        "level=mid_level": {"school"},
        "q=食堂": {"soon"},
        "q=食堂+监测": {"soon"},
        "q=食堂+没有这个词": set(),
        "q=何志远": {"school"},
        f"q={Item.objects.get(indicator='calm').code}": {"calm"},
        "view=red": {"late"},
        "view=returned": {"back"},
        "view=school": {"school"},
        "view=red&unit=schools": set(),
    }
    assert {query: found(ledger, query) for query in expected} == expected


def test_days_ahead(ledger: World) -> None:
    today, sunday = clock.today(), day(6 - clock.today().weekday())
    due = dict(Item.objects.filter(indicator__in=RUNNING).values_list("indicator", "step_due_on"))
    assert found(ledger, "due=d7") == {name for name, on in due.items() if today <= on <= day(7)}
    assert found(ledger, "due=week") == {name for name, on in due.items() if today <= on <= sunday}
    assert found(ledger, "view=week") == {name for name, on in due.items() if on <= sunday}


def test_lamps_of_many_rows_are_those_of_each(ledger: World) -> None:
    walk(ledger, Item.objects.get(indicator="calm"), ROAD[State.SUSPENDED])
    on = clock.today()
    lamps = {item.indicator: item.lamp(on) for item in Item.objects.all()}
    for color in ("red", "amber", "green", "grey"):
        rows = set(Item.objects.filter(lamp_q(color, on)).values_list("indicator", flat=True))
        assert rows == {name for name, lamp in lamps.items() if lamp and lamp.color == color}


def test_tabs_count_what_they_list(ledger: World) -> None:
    for who in ("office", "head", "cadre", "principal", "chief", "supervisor"):
        counts = desk_of(ledger.fresh(who), QueryDict("")).counts
        for view in ("all", "week", "mine", "red", "amber", "returned", "school"):
            assert counts[view] == len(found(ledger, f"view={view}", who)), (who, view)


def test_mine_is_what_waits_for_me(ledger: World) -> None:
    walk(ledger, Item.objects.get(indicator="calm"), ROAD[State.CLOSURE_REQUESTED])
    expected = {
        "cadre": {"late", "soon", "back"},
        "head": {"calm", "first-gate"},
        "other_head": set(),
        "office": {"second-gate"},
        "teacher": {"school"},
        "supervisor": set(),
    }
    assert {who: found(ledger, "view=mine", who) for who in expected} == expected


def test_each_reader_sees_his_part(ledger: World) -> None:
    own = {"late", "soon", "calm", "back", "done"}
    expected = {
        "cadre": own,
        "colleague": {"first-gate"},
        "head": own | {"first-gate"},
        "other_head": {"lasting", "second-gate"},
        "principal": {"school"},
        "line_leader": own | {"first-gate"},
        "office": EVERYTHING,
        "supervisor": EVERYTHING,
        "auditor": EVERYTHING,
        "liaison": set(),
        "hr": {"second-gate"},
        "admin": set(),
        "discipline": set(),
    }
    assert {who: found(ledger, "", who) for who in expected} == expected


def test_restricted_items_stay_up_the_line(world: World) -> None:
    entered_list(world, clue=True, indicator="clue")
    everybody = ("cadre", "colleague", "head", "office", "supervisor", "auditor", "principal", "admin", "discipline")
    seen = {who for who in everybody if found(world, "", who) == {"clue"}}
    assert seen == {"cadre", "head", "office", "discipline"}
    assert found(world, "q=来文", "supervisor") == set()


def test_another_campaign_stays_out(world: World) -> None:
    item = item_in(world, State.PENDING, indicator="old")
    old = type(world.campaign).objects.create(
        code="ZF2025", name="上一年", start_on=day(-400), end_on=day(-100), archived_on=day(-90)
    )
    set_columns(item, campaign=old)
    assert found(world, "") == set()


def test_without_a_campaign_the_ledger_is_empty(world: World) -> None:
    world.campaign.archived_on = day(0)
    world.campaign.save()
    assert found(world, "") == set()


NOT_UNDERSTOOD = {
    "unit=99999": ["单位"],
    "unit=abc&unit=sections": ["单位"],
    "unit=" + "9" * 10_000: ["单位"],
    "status=%00": ["状态"],
    "type=nothing": ["类型"],
    "due=tomorrow": ["时限"],
    "due=%00": ["时限"],
    "q=" + "x" * 10_000: ["搜索"],
    "q=%00": ["搜索"],
    "lamp=blue&level=king": ["亮灯", "责任层级"],
    "evidence=maybe&returned=9&stale=x": ["退回", "佐证", "久未更新"],
    "view=nothing": ["视图"],
    "sort=password": ["排序"],
    "status=pending&due=&q=": [],
}


def test_what_is_not_understood_is_left_out(world: World) -> None:
    item_in(world, State.PENDING, indicator="here")
    office = world.fresh("office")
    for query, ignored in NOT_UNDERSTOOD.items():
        desk = desk_of(office, QueryDict(query))
        assert desk.ignored == ignored
        assert desk.counts["found"] == desk.items.count() == 1, query[:40]


def test_a_unit_beyond_the_scope_is_not_understood(world: World) -> None:
    desk = desk_of(world.fresh("head"), QueryDict(f"unit={world.school.pk}"))
    assert desk.ignored == ["单位"]


def test_the_same_filter_reads_the_same() -> None:
    one = canonical(QueryDict("status=returned&page=3&unit=7&status=closed&open=ZG-1&q=&view=all&size=50&other=1"))
    assert one == canonical(QueryDict("unit=7&status=closed&status=returned"))
    assert one == "status=closed&status=returned&unit=7"
    assert canonical(QueryDict("view=red&sort=-due")) == "sort=-due&view=red"


def test_words_of_a_filter(ledger: World) -> None:
    desk = desk_of(ledger.fresh("office"), QueryDict("view=red&unit=schools&q=食堂&status=returned"))
    assert desk.words() == "红灯 + 食堂 + 已退回 + 学校"
    assert STATUS[State.RETURNED].label == "已退回"


def test_lists_that_were_never_filed_are_not_in_the_ledger(world: World) -> None:
    write_list(world, "cadre", indicator="draft")
    checklist = submitted_list(world, "colleague", indicator="withdrawn")
    move_checklist(checklist, "withdraw", by=world.fresh("colleague"))
    endorsed = endorsed_list(world, "liaison", indicator="sent back")
    move_checklist(endorsed, "return_to_cadre", by=world.fresh("office"), comment="写具体些")
    assert {who: found(world, "", who) for who in ("cadre", "colleague", "liaison", "head", "office")} == {
        "cadre": set(), "colleague": set(), "liaison": set(), "head": set(), "office": set(),
    }  # fmt: skip
