import dataclasses
from types import SimpleNamespace

import pytest

from core.workflow import MoveRefused, StaleState, Transition, Workflow, stale_text


def row(name: str, **fields: object) -> Transition:
    given = {
        "label": "提交", "source": frozenset({"draft"}), "target": "sent",
        "allowed": lambda user, obj: user == obj.owner,
        "who": "本人", "consequence": "转下一步", **fields,
    }  # fmt: skip
    return Transition(name=name, **given)


FLOW = Workflow("试验", (row("submit"), row("note", target="", needs_comment=True)))
THING = SimpleNamespace(state="draft", owner="a", version=1)


def test_rows_are_offered_in_table_order_to_whom_they_belong() -> None:
    assert [found.name for found in FLOW.available(THING, "a")] == ["submit", "note"]
    assert FLOW.available(THING, "b") == []
    assert [found.name for found in FLOW] == ["submit", "note"]


def test_rows_are_found_by_name() -> None:
    assert FLOW.row("submit").label == "提交"
    assert FLOW.get("nothing") is None
    assert (FLOW.row("note").stays, FLOW.row("submit").stays) == (True, False)


def test_two_rows_of_one_name_are_a_mistake() -> None:
    with pytest.raises(ValueError, match="share a name"):
        Workflow("试验", (row("submit"), row("submit")))


def test_refusals_say_whose_move_it_is_and_what_is_missing() -> None:
    with pytest.raises(MoveRefused, match="由本人办理"):
        FLOW.check(THING, "submit", by="b")
    with pytest.raises(MoveRefused, match="写明理由"):
        FLOW.check(THING, "note", by="a", comment=" ")


def test_moved_object_without_history_is_still_explained() -> None:
    sent = SimpleNamespace(state="sent", owner="a", version=2, last_event=lambda: None)
    with pytest.raises(StaleState, match="刷新后重试"):
        FLOW.check(sent, "submit", by="a")


def test_stale_text_names_who_did_what_and_when() -> None:
    event = SimpleNamespace(by_name="宋立平", when_text="3 月 20 日 15:20", label="通过")
    moved = SimpleNamespace(last_event=lambda: event, state_label="待审核")
    assert stale_text(moved).startswith("宋立平 3 月 20 日 15:20 已“通过”，现在是“待审核”")


def test_rows_do_not_change() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        FLOW.row("submit").label = "别的"
