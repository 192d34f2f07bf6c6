"""Who sees which rows on which page, against an oracle of plain sets that asks the database nothing."""

import itertools
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from notifications.models import Notification
from problems.actions.filing import open_checklist
from problems.actions.item import move_item
from problems.actions.review import move_checklist
from problems.models import Checklist, Item
from tests.factories.problems import Steps, World, make_world, write_item
from tests.permissions.stage import signed_in

pytestmark = pytest.mark.django_db

MARK = re.compile(r"标记([a-z_]+-\d)号")
REPORT: Steps = [("report_progress", "owner", {"text": "台账已启用"})]
ASK: Steps = [*REPORT, ("request_close", "owner", {"result": "办结率达到九成七"})]
CONFIRM: Steps = [*ASK, ("confirm", "reviewer", {})]
ROADS: dict[str, Steps] = {
    "pending": [],
    "in_progress": REPORT,
    "closure_requested": ASK,
    "unit_confirmed": CONFIRM,
    "verifying": [*CONFIRM, ("take", "supervisor", {})],
    "returned": [*CONFIRM, ("reject", "gate", {"comment": "缺少实施后的数据，请补充"})],
    "closed": [*CONFIRM, ("close", "gate", {"comment": "抽查属实"})],
    "transferred": [("transfer", "discipline", {"comment": "按线索处理"})],
}
#: Owner: his first reviewer, how far his list came, and where each problem stands; * is 吃拿卡要.
LIVES: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "cadre": ("head", "approved", ("pending", "closure_requested", "unit_confirmed", "closed", "returned",
                                   "pending*", "transferred*")),
    "colleague": ("head", "draft", ("listed", "listed*")),
    "head": ("line_leader", "unit_review", ("listed", "listed*")),
    "other_cadre": ("other_head", "approved", ("in_progress", "closure_requested", "closure_requested*")),
    "other_head": ("chief", "office_review", ("listed",)),
    "teacher": ("principal", "approved", ("pending", "verifying", "unit_confirmed*")),
    "principal": ("chief", "returned", ("listed",)),
    "line_leader": ("chief", "approved", ("pending", "closure_requested")),
    "office": ("other_head", "approved", ("unit_confirmed", "pending")),
    "supervisor": ("other_head", "approved", ("unit_confirmed",)),
}  # fmt: skip
UNITS = {
    "cadre": "section", "colleague": "section", "head": "section", "liaison": "section",
    "other_cadre": "other_section", "other_head": "other_section", "office": "other_section",
    "office_two": "other_section", "supervisor": "other_section", "hr": "other_section",
    "teacher": "school", "principal": "school",
    "line_leader": "bureau", "chief": "bureau", "group_member": "bureau", "discipline": "bureau",
}  # fmt: skip
ALL = frozenset({"bureau", "section", "other_section", "school"})
READS = {
    "head": {"section"}, "other_head": {"other_section"}, "principal": {"school"}, "line_leader": {"section"},
    "chief": ALL, "group_member": ALL, "office": ALL, "office_two": ALL, "supervisor": ALL, "auditor": ALL,
}  # fmt: skip
GUARDS = {"office", "office_two", "discipline"}
OFFICE = {"office", "office_two"}
COUNTS_PEOPLE = {**READS, "liaison": {"section"}}
PEOPLE = ("cadre", "colleague", "head", "other_cadre", "other_head", "teacher", "principal", "line_leader", "chief",
          "group_member", "office", "office_two", "supervisor", "discipline", "auditor", "liaison", "hr",
          "admin")  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One problem as the oracle knows it."""

    mark: str
    owner: str
    reviewer: str
    list_state: str
    state: str
    restricted: bool

    @property
    def unit(self) -> str:
        return UNITS[self.owner]

    @property
    def gate(self) -> str:
        return gate_of(self.owner)


def gate_of(owner: str) -> str:
    return "office_two" if owner == "office" else "office"


ROWS = frozenset(
    Row(f"{owner}-{number}", owner, reviewer, list_state, state.rstrip("*"), state.endswith("*"))
    for owner, (reviewer, list_state, states) in LIVES.items()
    for number, state in enumerate(states)
)


# --- the oracle -------------------------------------------------------------------------------------


def sees(who: str, row: Row) -> bool:
    if row.state == "transferred":
        return who == "discipline"
    if who == row.owner:
        return True
    if row.list_state == "draft":
        return False
    if row.restricted:
        return who in GUARDS or who == row.reviewer
    return row.unit in READS.get(who, ()) or who == row.reviewer


def marks(rows: Iterable[Row]) -> set[str]:
    return {row.mark for row in rows}


def visible(who: str) -> set[Row]:
    return {row for row in ROWS if sees(who, row)}


def in_ledger(who: str) -> set[Row]:
    """The ledger has the numbered ones and those whose list waits at a gate."""
    return {row for row in visible(who) if row.state != "listed" or row.list_state in ("unit_review", "office_review")}


def waits_for(who: str, row: Row) -> bool:
    if row.state == "listed":
        at_first = row.list_state == "unit_review" and who == row.reviewer
        return at_first or (row.list_state == "office_review" and who in OFFICE and who != row.owner)
    if row.state in ("pending", "in_progress", "returned"):
        return who == row.owner
    if row.state == "closure_requested":
        return who == row.reviewer
    return row.state in ("unit_confirmed", "verifying") and who in OFFICE and who not in (row.owner, row.reviewer)


def sees_list(who: str, owner: str) -> bool:
    reviewer, state, _ = LIVES[owner]
    return who == owner or (state != "draft" and (UNITS[owner] in READS.get(who, ()) or who == reviewer))


# --- the same lives in the database -------------------------------------------------------------------


@dataclass
class Lived:
    world: World
    items: dict[str, Item]
    clients: dict[str, Client]

    def get(self, who: str, url: str) -> Any:
        return self.clients[who].get(url)


@pytest.fixture
def lived(caplog: pytest.LogCaptureFixture) -> Lived:
    caplog.set_level("CRITICAL", "django.request")
    world = make_world()
    for owner, (reviewer, list_state, states) in LIVES.items():
        live(world, owner, reviewer, list_state, states)
    items = {MARK.search(item.problem)[1]: item for item in Item.objects.select_related("checklist")}
    assert set(items) == marks(ROWS)
    assert {(mark, item.state) for mark, item in items.items()} == {(row.mark, row.state) for row in ROWS}
    return Lived(world, items, {key: signed_in(world.people[key]) for key in PEOPLE})


def live(world: World, owner: str, reviewer: str, list_state: str, states: tuple[str, ...]) -> None:
    checklist = open_checklist(world.campaign, by=world.fresh(owner))
    for number, state in enumerate(states):
        text = f"标记{owner}-{number}号，今年三月有三件学校来文超过五个工作日没有办结，学校多次来电催问"
        write_item(checklist, clue=state.endswith("*"), problem=text)
    roads = {
        "draft": [],
        "unit_review": [("submit", owner, "")],
        "returned": [("submit", owner, ""), ("send_back", reviewer, "根源没有写到本人身上，请补充")],
        "office_review": [("submit", owner, ""), ("endorse", reviewer, "")],
        "approved": [("submit", owner, ""), ("endorse", reviewer, ""), ("enter", gate_of(owner), "")],
    }
    for name, who, comment in roads[list_state]:
        move_checklist(checklist, name, by=world.fresh(who), comment=comment)
    if list_state == "approved":
        for item, state in zip(checklist.items.order_by("order"), states, strict=True):
            walk(world, item, ROADS[state.rstrip("*")], {"owner": owner, "reviewer": reviewer, "gate": gate_of(owner)})


def walk(world: World, item: Item, steps: Steps, names: dict[str, str]) -> None:
    for name, who, data in steps:
        move_item(item, name, by=world.fresh(names.get(who, who)), **data)
        item = Item.objects.get(pk=item.pk)


def shown(response: Any) -> set[str]:
    assert response.status_code == 200
    return set(MARK.findall(response.content.decode()))


# --- pages ------------------------------------------------------------------------------------------


def test_the_stage_has_data_outside_of_every_scope() -> None:
    """Without rows that could leak nothing below would say anything."""
    everything = {who for who in PEOPLE if visible(who) == set(ROWS)}
    nothing = {who for who in PEOPLE if not visible(who)}
    assert (everything, nothing) == (set(), {"liaison", "hr", "admin"})
    idle = {who for who in PEOPLE if not any(waits_for(who, row) for row in ROWS)}
    assert idle == set(PEOPLE) - {"cadre", "head", "other_cadre", "other_head", "teacher", "line_leader", "chief",
                                  "office", "office_two"}  # fmt: skip


def test_the_ledger_shows_what_one_may_read(lived: Lived) -> None:
    pages = {who: lived.get(who, "/ledger/?size=100") for who in PEOPLE}
    assert {who: shown(page) for who, page in pages.items()} == {who: marks(in_ledger(who)) for who in PEOPLE}
    assert {who: int(page.context["total"]) for who, page in pages.items()} == {
        who: len(in_ledger(who)) for who in PEOPLE
    }
    printed = {who: shown(lived.get(who, "/ledger/print/")) for who in PEOPLE}
    assert printed == {who: marks(in_ledger(who)) for who in PEOPLE}


def test_the_tab_of_what_waits_and_its_number(lived: Lived) -> None:
    expected = {who: {row for row in in_ledger(who) if waits_for(who, row)} for who in PEOPLE}
    pages = {who: lived.get(who, "/ledger/?view=mine&size=100") for who in PEOPLE}
    assert {who: shown(page) for who, page in pages.items()} == {who: marks(rows) for who, rows in expected.items()}
    numbers = {who: number_of(page, "待我办理") for who, page in pages.items()}
    assert numbers == {who: len(rows) for who, rows in expected.items()}


def number_of(page: Any, label: str) -> int:
    return next(int(tab["count_text"]) for tab in page.context["views"] if tab["label"] == label)


def test_no_tab_counts_what_it_does_not_show(lived: Lived) -> None:
    for who, view in itertools.product(PEOPLE, ("week", "red", "amber", "returned", "school")):
        page = lived.get(who, f"/ledger/?view={view}&size=100")
        current = next(tab for tab in page.context["views"] if tab["current"])
        found = shown(page)
        assert found <= marks(in_ledger(who)), who
        assert len(found) == int(current["count_text"]), who


def test_a_search_finds_nothing_beyond(lived: Lived) -> None:
    for who in PEOPLE:
        assert shown(lived.get(who, "/ledger/?q=标记&size=100")) == marks(in_ledger(who)), who
    for who in ("colleague", "other_head", "teacher", "discipline", "liaison"):
        for row in ROWS - in_ledger(who):
            item = lived.items[row.mark]
            if item.code:
                assert shown(lived.get(who, f"/ledger/?q={item.code}&open={item.code}")) == set(), (who, row)


def test_every_item_opens_for_its_readers_only(lived: Lived) -> None:
    wrong = {}
    for who in set(PEOPLE) - {"office_two", "group_member", "teacher", "admin"}:
        opened = {row for row in ROWS if lived.get(who, lived.items[row.mark].get_absolute_url()).status_code == 200}
        if opened != visible(who):
            wrong[who] = marks(opened ^ visible(who))
    assert wrong == {}


def test_every_list_opens_for_its_readers_and_hides_what_is_restricted(lived: Lived) -> None:
    lists = {owner: Checklist.objects.get(cadre=lived.world.people[owner]) for owner in LIVES}
    wrong = {}
    for who in PEOPLE:
        for owner, checklist in lists.items():
            page = lived.get(who, checklist.get_absolute_url())
            allowed = sees_list(who, owner)
            if (page.status_code == 200) != allowed:
                wrong[who, owner] = page.status_code
            elif allowed and not shown(page) <= {row.mark for row in visible(who) if row.owner == owner}:
                wrong[who, owner] = shown(page)
    assert wrong == {}


def test_the_queue_of_the_first_gate(lived: Lived) -> None:
    for who in PEOPLE:
        page = lived.get(who, "/section/review/")
        queue = {row["list"].cadre.staff_no for row in page.context["rows"]}
        assert queue == {owner for owner, (first, state, _) in LIVES.items() if (first, state) == (who, "unit_review")}
        asked = {row for row in visible(who) if row.state == "closure_requested" and row.reviewer == who}
        assert shown(lived.get(who, "/section/review/?tab=closures")) == marks(asked), who
        assert {row["item"].pk for row in page.context["closures"]} == {lived.items[row.mark].pk for row in asked}


def test_the_queue_of_the_office(lived: Lived) -> None:
    for who in sorted(OFFICE):
        page = lived.get(who, "/office/review/")
        assert {row["list"].cadre.staff_no for row in page.context["rows"]} == {"other_head"}
        asked = {row for row in ROWS if row.state in ("unit_confirmed", "verifying") and waits_for(who, row)}
        assert shown(lived.get(who, "/office/review/?tab=closures")) == marks(asked), who


def test_pages_of_ones_own_show_ones_own(lived: Lived) -> None:
    for who, path in itertools.product(PEOPLE, ("/my/", "/my/list/")):
        own = {row.mark for row in visible(who) if row.owner == who}
        found = shown(lived.get(who, path))
        assert found <= own, who
        if path == "/my/list/":
            assert found == own, who


HOMES = {
    "/section/": ("head", "other_head", "principal", "chief", "line_leader", "group_member"),
    "/school/": ("principal",),
    "/office/": ("office", "office_two"),
    "/discipline/": ("discipline",),
    "/lanes/restricted/": PEOPLE,
    "/lanes/reopenings/": PEOPLE,
    "/dashboard/": ("line_leader", "group_member", "chief", "office", "office_two", "auditor", "head", "principal"),
}


def test_homes_name_nothing_beyond(lived: Lived) -> None:
    for path, people in HOMES.items():
        for who in people:
            assert shown(lived.get(who, path)) <= marks(visible(who)), (path, who)


def test_numbers_of_the_overview_are_those_of_the_ledger(lived: Lived) -> None:
    for who in HOMES["/dashboard/"]:
        totals = lived.get(who, "/dashboard/").context["found"].totals
        rows = {row for row in in_ledger(who) if row.state != "listed"}
        assert (totals.items, totals.closed) == (len(rows), len([row for row in rows if row.state == "closed"])), who


def test_coverage_counts_the_people_of_ones_units(lived: Lived) -> None:
    for who, units in COUNTS_PEOPLE.items():
        people = {key for key, unit in UNITS.items() if unit in units}
        filed = {key for key in people if key in LIVES and LIVES[key][1] not in ("draft", "returned")}
        total = lived.get(who, "/coverage/").context["board"].total
        assert (total.due, total.filed) == (len(people), len(filed)), who
        rows = lived.get(who, "/coverage/people/?show=due").context["rows"]
        assert {row["person"].staff_no for row in rows} == people, who
        # A liaison sees the standing of a list and no way into it.
        links = {row["person"].staff_no for row in rows if row["list"]}
        assert links == {owner for owner in LIVES if owner in people and sees_list(who, owner)}, who


def test_messages_are_ones_own_and_hold_no_problem_text(lived: Lived) -> None:
    for who in PEOPLE:
        own = Notification.objects.filter(recipient=lived.world.people[who])
        for group in ("task", "news"):
            page = lived.get(who, f"/notices/?group={group}")
            assert {row.pk for row in page.context["notices"]} <= set(own.values_list("pk", flat=True)), who
            assert shown(page) == set()
    assert Notification.objects.exists()
    assert not Notification.objects.filter(text__contains="来文").exists()


def test_a_role_that_ends_ends_with_the_next_request(lived: Lived) -> None:
    chief = lived.world.people["chief"]
    assert shown(lived.get("chief", "/ledger/?size=100"))
    chief.role_assignments.all().delete()
    left = {row.mark for row in in_ledger("chief") if row.owner == "chief"}
    assert shown(lived.get("chief", "/ledger/?size=100")) == left == set()
    assert lived.get("chief", "/dashboard/").status_code == 403
    chief.is_active = False
    chief.save()
    assert lived.get("chief", "/ledger/").status_code == 302
