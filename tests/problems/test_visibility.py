"""Who sees which list and which item: whole sets, written by hand."""

import pytest

from problems.actions.item import move_item
from problems.ledger import State
from problems.models import Checklist, Item
from tests.factories.problems import World, item_in, make_world, submitted_list, write_list

pytestmark = pytest.mark.django_db

READERS = {"head", "line_leader", "chief", "group_member", "office", "office_two", "supervisor", "auditor"}
UP_THE_LINE = {"cadre", "head", "office", "office_two", "discipline"}


@pytest.fixture
def world() -> World:
    return make_world()


def who_sees(world: World, queryset: object) -> set[str]:
    return {who for who in world.people if queryset.visible_to(world.fresh(who)).exists()}


def test_draft_belongs_to_its_author_alone(world: World) -> None:
    write_list(world)
    assert who_sees(world, Checklist.objects.all()) == {"cadre"}
    assert who_sees(world, Item.objects.all()) == {"cadre"}


def test_filed_list_is_read_up_the_line(world: World) -> None:
    submitted_list(world)
    assert who_sees(world, Checklist.objects.all()) == {"cadre", *READERS}
    assert who_sees(world, Item.objects.all()) == {"cadre", *READERS}


@pytest.mark.parametrize("state", [state for state in State if state not in (State.LISTED, State.TRANSFERRED)])
def test_ledger_item_is_read_up_the_line_in_every_state(world: World, state: str) -> None:
    item_in(world, state)
    assert who_sees(world, Item.objects.all()) == {"cadre", *READERS}


@pytest.mark.parametrize("state", [State.LISTED, State.IN_PROGRESS, State.CLOSED])
def test_restricted_item_is_read_only_up_the_line(world: World, state: str) -> None:
    item_in(world, state, clue=True)
    assert who_sees(world, Item.objects.all()) == UP_THE_LINE


def test_restricted_draft_belongs_to_its_author_alone(world: World) -> None:
    write_list(world, clue=True)
    assert who_sees(world, Item.objects.all()) == {"cadre"}


def test_transferred_item_is_seen_by_discipline_alone(world: World) -> None:
    item_in(world, State.TRANSFERRED)
    assert who_sees(world, Item.objects.all()) == {"discipline"}


def test_restricted_item_of_a_head_is_read_by_the_level_above(world: World) -> None:
    submitted_list(world, "head", clue=True)
    assert who_sees(world, Item.objects.all()) == {"head", "line_leader", "office", "office_two", "discipline"}


def test_list_of_the_chief_is_not_reviewed_sideways(world: World) -> None:
    checklist = submitted_list(world, "chief")
    assert (checklist.review_role, checklist.review_unit_id) == ("leader", world.bureau.pk)
    waiting = {who for who in world.people if Checklist.objects.awaiting_first_review(world.fresh(who)).exists()}
    assert waiting == {"group_member"}


def test_successor_sees_the_item_that_he_is_asked_to_take(world: World) -> None:
    item = item_in(world, State.IN_PROGRESS)
    move_item(item, "hand_over", by=world.fresh("office"), comment="岗位调整", to=world.people["other_cadre"])
    assert who_sees(world, Item.objects.all()) == {"cadre", "other_cadre", *READERS}


def test_named_superior_sees_the_people_who_report_to_him(world: World) -> None:
    cadre = world.people["cadre"]
    cadre.superior_override = world.people["teacher"]
    cadre.save()
    submitted_list(world)
    assert who_sees(world, Item.objects.all()) == {"cadre", "teacher", *READERS}
