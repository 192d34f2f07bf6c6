"""State × role × move of the problem list and of the extension, against tables written by hand."""

import pytest

from problems.actions.review import move_checklist
from problems.checklist import CHECKLIST, ListState
from problems.extension import EXTENSION, ExtensionState
from problems.models import Checklist, Extension
from tests.factories.problems import (
    World,
    endorsed_list,
    entered_list,
    extension_in,
    make_world,
    submitted_list,
    write_list,
)

pytestmark = pytest.mark.django_db

LIST_TABLE: dict[str, dict[str, set[str]]] = {
    ListState.DRAFT: {"cadre": {"submit"}},
    ListState.UNIT_REVIEW: {"cadre": {"withdraw"}, "head": {"endorse", "send_back"}},
    ListState.OFFICE_REVIEW: {
        "office": {"enter", "return_to_cadre", "return_to_unit"},
        "office_two": {"enter", "return_to_cadre", "return_to_unit"},
    },
    ListState.RETURNED: {"cadre": {"submit"}},
    ListState.APPROVED: {},
}
EXTENSION_TABLE: dict[str, dict[str, set[str]]] = {
    ExtensionState.UNIT_OPINION: {"cadre": {"withdraw"}, "head": {"sign", "refuse_at_unit"}},
    ExtensionState.OFFICE_DECISION: {
        "cadre": {"withdraw"},
        "office": {"grant", "refuse"},
        "office_two": {"grant", "refuse"},
    },
    ExtensionState.GRANTED: {},
    ExtensionState.REFUSED: {},
    ExtensionState.WITHDRAWN: {},
}


@pytest.fixture
def world() -> World:
    return make_world()


def list_in(world: World, state: str) -> Checklist:
    if state == ListState.RETURNED:
        return move_checklist(submitted_list(world), "send_back", by=world.fresh("head"), comment="写清具体的事")
    make = {
        ListState.DRAFT: write_list,
        ListState.UNIT_REVIEW: submitted_list,
        ListState.OFFICE_REVIEW: endorsed_list,
        ListState.APPROVED: entered_list,
    }
    return make[ListState(state)](world)


@pytest.mark.parametrize("state", list(ListState))
def test_list_moves_by_state_and_role(world: World, state: str) -> None:
    checklist = list_in(world, state)
    found = {who: {row.name for row in CHECKLIST.available(checklist, world.fresh(who))} for who in world.people}
    assert found == {who: LIST_TABLE[state].get(who, set()) for who in world.people}


def test_whoever_passed_the_first_gate_does_not_pass_the_second(world: World) -> None:
    world.people["office"].role_assignments.create(role="unit_head", unit=world.section)
    checklist = endorsed_list(world, reviewer="office")
    found = {
        who: {row.name for row in CHECKLIST.available(checklist, world.fresh(who))} for who in ("office", "office_two")
    }
    assert found == {
        "office": {"return_to_cadre", "return_to_unit"},
        "office_two": {"enter", "return_to_cadre", "return_to_unit"},
    }


@pytest.mark.parametrize("state", list(ExtensionState))
def test_extension_moves_by_state_and_role(world: World, state: str) -> None:
    extension: Extension = extension_in(world, state)
    assert extension.state == state
    found = {who: {row.name for row in EXTENSION.available(extension, world.fresh(who))} for who in world.people}
    assert found == {who: EXTENSION_TABLE[state].get(who, set()) for who in world.people}
