"""State × role × move against a table written here by hand, not read from the code."""

import pytest

from problems.actions.item import move_item
from problems.ledger import LEDGER, State
from tests.factories.problems import World, item_in, make_world

pytestmark = pytest.mark.django_db

OWNER, HEAD, OFFICE, OFFICE_TWO = "cadre", "head", "office", "office_two"
WATCHER, GROUP, GUARD = "supervisor", "group_member", "discipline"
NOBODY_ELSE = (
    "colleague", "other_cadre", "other_head", "principal", "teacher", "line_leader", "chief", "auditor", "liaison",
    "hr", "admin",
)  # fmt: skip

IN_HAND_MOVES = {
    OWNER: {"report_progress", "request_close", "request_extension"},
    HEAD: {"hand_over", "urge"},
    OFFICE: {"suspend", "hand_over", "urge", "void"},
    OFFICE_TWO: {"suspend", "hand_over", "urge", "void"},
}
# The office person who closes is not the one who confirmed; here the head confirmed.
TABLE: dict[str, dict[str, set[str]]] = {
    State.LISTED: {},
    State.PENDING: {**IN_HAND_MOVES, OWNER: {"report_progress", "request_extension"}},
    State.IN_PROGRESS: IN_HAND_MOVES,
    State.RETURNED: IN_HAND_MOVES,
    State.REOPENED: IN_HAND_MOVES,
    State.CLOSURE_REQUESTED: {OWNER: {"withdraw_close"}, HEAD: {"confirm", "send_back"}},
    State.UNIT_CONFIRMED: {
        OFFICE: {"take", "close", "reject"},
        OFFICE_TWO: {"take", "close", "reject"},
        WATCHER: {"take", "reject"},
    },
    State.VERIFYING: {OFFICE: {"close", "reject"}, OFFICE_TWO: {"close", "reject"}, WATCHER: {"reject"}},
    State.CLOSED: {OFFICE: {"propose_reopen"}, OFFICE_TWO: {"propose_reopen"}, WATCHER: {"propose_reopen"}},
    State.STAGED_CLOSED: {
        OWNER: {"report_standing"},
        OFFICE: {"close_finally", "propose_reopen"},
        OFFICE_TWO: {"close_finally", "propose_reopen"},
        WATCHER: {"propose_reopen"},
    },
    State.SUSPENDED: {
        HEAD: {"hand_over"},
        OFFICE: {"resume", "hand_over", "void"},
        OFFICE_TWO: {"resume", "hand_over", "void"},
    },
    State.TRANSFERRED: {},
    State.VOID: {},
}


@pytest.fixture
def world() -> World:
    return make_world()


def test_table_names_every_state() -> None:
    assert set(TABLE) == set(State)


@pytest.mark.parametrize("state", list(State))
def test_moves_by_state_and_role(world: World, state: str) -> None:
    item = item_in(world, state)
    found = {who: {row.name for row in LEDGER.available(item, world.fresh(who))} for who in world.people}
    assert found == {who: TABLE[state].get(who, set()) for who in world.people}


def test_everybody_is_in_the_table(world: World) -> None:
    assert set(world.people) == {OWNER, HEAD, OFFICE, OFFICE_TWO, WATCHER, GROUP, GUARD, *NOBODY_ELSE}


RESTRICTED_TRANSFER = (
    State.LISTED, State.PENDING, State.IN_PROGRESS, State.CLOSURE_REQUESTED, State.UNIT_CONFIRMED, State.VERIFYING,
    State.RETURNED, State.REOPENED, State.SUSPENDED,
)  # fmt: skip


@pytest.mark.parametrize("state", list(State))
def test_discipline_transfers_open_restricted_items_only(world: World, state: str) -> None:
    item = item_in(world, state, clue=True)
    expected = {"transfer"} if state in RESTRICTED_TRANSFER else set()
    assert {row.name for row in LEDGER.available(item, world.fresh(GUARD))} == expected


def test_staged_kind_closes_by_stage_only(world: World) -> None:
    item = item_in(world, State.UNIT_CONFIRMED, deadline_kind="DATE_THEN_ONGOING")
    assert {row.name for row in LEDGER.available(item, world.fresh(OFFICE))} == {"take", "close_stage", "reject"}


def test_immediate_item_may_ask_for_closing_at_once(world: World) -> None:
    item = item_in(world, State.PENDING, rect_type="immediate", deadline_kind="IMMEDIATE")
    assert "request_close" in {row.name for row in LEDGER.available(item, world.fresh(OWNER))}


def test_lasting_item_without_date_has_nothing_to_extend(world: World) -> None:
    item = item_in(world, State.PENDING, rect_type="ongoing", deadline_kind="ONGOING", due_on=None)
    assert "request_extension" not in {row.name for row in LEDGER.available(item, world.fresh(OWNER))}


def test_pending_hand_over_is_answered_by_the_successor_alone(world: World) -> None:
    item = item_in(world, State.IN_PROGRESS)
    move_item(item, "hand_over", by=world.fresh(HEAD), comment="岗位调整", to=world.colleague)
    found = {who: {row.name for row in LEDGER.available(item, world.fresh(who))} for who in world.people}
    with_answer = {
        **IN_HAND_MOVES,
        HEAD: {"urge"},
        OFFICE: {"suspend", "urge", "void"},
        OFFICE_TWO: {"suspend", "urge", "void"},
        "colleague": {"accept_hand_over", "decline_hand_over"},
    }
    assert found == {who: with_answer.get(who, set()) for who in world.people}


def test_proposed_reopening_is_decided_by_another_person(world: World) -> None:
    item = item_in(world, State.CLOSED)
    move_item(item, "propose_reopen", by=world.fresh(OFFICE), comment="回访发现反弹")
    found = {who: {row.name for row in LEDGER.available(item, world.fresh(who))} for who in world.people}
    deciders = {OFFICE_TWO, GROUP, "line_leader"}
    assert found == {who: {"reopen", "decline_reopen"} if who in deciders else set() for who in world.people}
