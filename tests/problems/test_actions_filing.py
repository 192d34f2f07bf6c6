import datetime as dt

import pytest

from core import clock
from core.workflow import MoveRefused
from organization.models import User
from problems.actions.filing import (
    DraftConflict,
    VersionConflict,
    add_item,
    discard_draft,
    faults_of,
    open_checklist,
    remove_item,
    save_draft,
    save_item,
)
from problems.actions.item import move_item
from problems.actions.review import move_checklist
from problems.checklist import ListState
from problems.ledger import State
from problems.models import Checklist, Draft, Item
from tests.factories.problems import (
    PROBLEM,
    World,
    clue_type,
    entered_list,
    make_world,
    plain_type,
    submitted_list,
    write_item,
    write_list,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def faults(checklist: Checklist) -> set[tuple[int, str]]:
    return {(fault.step, fault.field) for fault in faults_of(checklist)}


def test_opening_twice_gives_the_same_list(world: World) -> None:
    cadre = world.fresh("cadre")
    assert open_checklist(world.campaign, by=cadre) == open_checklist(world.campaign, by=cadre)
    assert Checklist.objects.count() == 1


def test_collective_list_is_one_for_the_unit(world: World) -> None:
    first = open_checklist(world.campaign, by=world.fresh("head"), kind="section")
    again = open_checklist(world.campaign, by=world.fresh("colleague"), kind="section", unit=world.section)
    assert (first, first.cadre, first.unit) == (again, world.people["head"], world.section)


def test_person_without_unit_cannot_open_a_list(world: World) -> None:
    with pytest.raises(MoveRefused, match="没有所在单位"):
        open_checklist(world.campaign, by=world.fresh("admin"))


def test_saving_stores_text_measures_and_manifestations_and_counts_the_version(world: World) -> None:
    item = write_list(world).items.get()
    assert (item.problem, item.version, item.restricted) == (PROBLEM, 2, False)
    assert list(item.measures.values_list("order", "text")) == [(1, "建立收文登记台账")]
    assert list(item.manifestations.values_list("text", flat=True)) == ["工作不用心"]


def test_clue_prone_type_restricts_and_another_type_lifts_it(world: World) -> None:
    item = write_list(world, clue=True).items.get()
    assert item.restricted
    save_item(item, {"problem_type": plain_type()}, by=world.fresh("cadre"), version=item.version)
    assert not item.restricted
    save_item(item, {"problem_type": None}, by=world.fresh("cadre"), version=item.version)
    assert not item.restricted
    assert clue_type().clue_prone


def test_stale_version_is_a_conflict_and_writes_nothing(world: World) -> None:
    item = write_list(world).items.get()
    with pytest.raises(VersionConflict) as clash:
        save_item(item, {"goal": "另一个目标"}, by=world.fresh("cadre"), version=item.version - 1)
    assert clash.value.item.goal == "来文五个工作日办结率达到九成五"


def test_columns_set_by_moves_are_not_written_by_the_author(world: World) -> None:
    item = write_list(world).items.get()
    with pytest.raises(ValueError, match="state"):
        save_item(item, {"state": State.CLOSED}, by=world.fresh("cadre"), version=item.version)


def test_only_the_author_writes_and_only_while_editable(world: World) -> None:
    checklist = submitted_list(world)
    item = checklist.items.get()
    with pytest.raises(MoveRefused, match="本人"):
        add_item(checklist, by=world.fresh("colleague"))
    with pytest.raises(MoveRefused, match="待初审"):
        save_item(item, {"goal": "x"}, by=world.fresh("cadre"), version=item.version)


def test_removed_item_is_gone_with_its_drafts(world: World) -> None:
    checklist = write_list(world, count=2)
    item, other = checklist.items.order_by("order")
    save_draft("problem-item", f"{item.public_id}-2", {"problem": ["写了一半"]}, by=world.fresh("cadre"), version=0)
    remove_item(item, by=world.fresh("cadre"))
    assert (list(checklist.items.all()), Draft.objects.count()) == ([other], 0)


def test_transferred_item_is_not_removed_with_the_list(world: World) -> None:
    checklist = submitted_list(world, clue=True)
    move_item(checklist.items.get(), "transfer", by=world.fresh("discipline"), comment="按线索处理")
    move_checklist(checklist, "withdraw", by=world.fresh("cadre"))
    with pytest.raises(MoveRefused, match="不能删除"):
        remove_item(Item.objects.get(), by=world.fresh("cadre"))


def test_draft_is_kept_as_typed_and_versions_count(world: World) -> None:
    cadre = world.fresh("cadre")
    first = save_draft("problem-item", "k", {"problem": ["半"]}, by=cadre, version=0)
    second = save_draft("problem-item", "k", {"problem": ["一半"]}, by=cadre, version=first.version)
    assert (second.version, Draft.objects.get().data) == (2, {"problem": ["一半"]})


def test_second_window_gets_the_other_version(world: World) -> None:
    cadre = world.fresh("cadre")
    save_draft("problem-item", "k", {"problem": ["一号"]}, by=cadre, version=0)
    with pytest.raises(DraftConflict) as fresh:
        save_draft("problem-item", "k", {"problem": ["二号"]}, by=cadre, version=0)
    with pytest.raises(DraftConflict) as stale:
        save_draft("problem-item", "k", {"problem": ["二号"]}, by=cadre, version=7)
    assert fresh.value.draft.data == stale.value.draft.data == {"problem": ["一号"]}


def test_draft_saved_after_the_form_was_sent_starts_anew(world: World) -> None:
    draft = save_draft("problem-item", "k", {"problem": ["晚到"]}, by=world.fresh("cadre"), version=3)
    assert draft.version == 4


def test_discarded_draft_is_gone_and_only_the_own_one(world: World) -> None:
    for who in ("cadre", "colleague"):
        save_draft("problem-item", "k", {}, by=world.fresh(who), version=0)
    discard_draft("problem-item", "k", by=world.fresh("cadre"))
    assert list(Draft.objects.values_list("user__name", flat=True)) == ["罗启明"]


def test_saving_the_item_ends_its_drafts(world: World) -> None:
    item = write_list(world).items.get()
    cadre = world.fresh("cadre")
    save_draft("problem-item", f"{item.public_id}-3", {}, by=cadre, version=0)
    save_item(item, {"cause": "没有台账"}, by=cadre, version=item.version)
    assert Draft.objects.count() == 0


def test_ready_list_has_no_faults(world: World) -> None:
    assert faults_of(write_list(world, count=2)) == []


def test_empty_list_says_what_to_do(world: World) -> None:
    checklist = open_checklist(world.campaign, by=world.fresh("cadre"))
    assert [fault.text for fault in faults_of(checklist)] == ["清单里还没有问题。对照五类表现，至少列出一项"]


def test_blank_item_names_every_missing_place(world: World) -> None:
    checklist = open_checklist(world.campaign, by=world.fresh("cadre"))
    add_item(checklist, by=world.fresh("cadre"))
    assert faults(checklist) == {
        (1, "problem_type"), (2, "problem"), (3, "cause"), (4, "goal"), (4, "due_on"), (4, "measures"),
    }  # fmt: skip


FAULTY = [
    ({"problem": "不够具体"}, {(2, "problem")}),
    ({"problem": "长" * 301}, {(2, "problem")}),
    ({"due_on": dt.date(2099, 1, 1)}, {(4, "due_on")}),
    ({"due_on": clock.today() + dt.timedelta(days=5)}, {(4, "measures")}),
    ({"problem": "建立收文登记台账" * 3}, set()),
]


@pytest.mark.parametrize(("values", "expected"), FAULTY)
def test_each_fault_is_found_where_it_is(world: World, values: dict, expected: set) -> None:
    assert faults(write_list(world, **values)) == expected


def test_measure_that_repeats_the_problem_is_a_fault(world: World) -> None:
    checklist = open_checklist(world.campaign, by=world.fresh("cadre"))
    item = write_item(checklist)
    save_item(item, {}, by=world.fresh("cadre"), version=item.version, measures=[{"text": PROBLEM}])
    assert [fault.text for fault in faults_of(checklist)] == ["第 1 条措施与问题表现相同，写清准备怎么改"]


@pytest.mark.parametrize("kind", ["IMMEDIATE", "IMMEDIATE_THEN_ONGOING", "ONGOING"])
def test_date_is_not_asked_where_the_kind_gives_it(world: World, kind: str) -> None:
    assert faults_of(write_list(world, deadline_kind=kind, due_on=None)) == []


def test_list_that_entered_the_ledger_cannot_be_edited(world: World) -> None:
    checklist = entered_list(world)
    assert (checklist.state, checklist.is_editable) == (ListState.APPROVED, False)
    with pytest.raises(MoveRefused, match="已进台账"):
        add_item(checklist, by=User.objects.get(staff_no="cadre"))
