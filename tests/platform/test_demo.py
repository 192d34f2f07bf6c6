"""The demo is told in rows; they have to be the rows that real moves would have written."""

import datetime as dt
import json
import random
from collections import Counter
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client
from django.utils import timezone

from campaign.models import Campaign, Participant
from config.demo.plan import story_deck
from config.demo.stories import STORIES
from config.management.commands.demo import build
from core import clock
from organization.models import Unit, User
from organization.scope import Role
from problems.checklist import CHECKLIST, ListState
from problems.extension import EXTENSION, ExtensionState
from problems.facts import reviewer_of
from problems.ledger import LEDGER, State
from problems.models import Checklist, ChecklistEvent, Closure, Evidence, Extension, Item, ItemEvent, Progress
from tests.factories.problems import item_in, make_world

pytestmark = pytest.mark.django_db


def load(settings: Any, tmp_path: Path, *arguments: str) -> list[dict[str, str]]:
    settings.VAR_DIR = tmp_path
    call_command("demo", *arguments, stdout=StringIO())
    return json.loads((tmp_path / "demo-accounts.json").read_text(encoding="utf-8"))


@pytest.fixture
def accounts(settings: Any, tmp_path: Path) -> list[dict[str, str]]:
    return load(settings, tmp_path, "--items", "200")


def test_a_whole_bureau_marked_as_invented(accounts: list[dict[str, str]]) -> None:
    campaign = Campaign.objects.get()
    assert campaign.is_demo
    assert campaign.office_phone == "0000-0000001（示例）"
    assert (Unit.objects.sections().count(), Unit.objects.schools().count()) == (10, 25)
    assert 300 <= User.objects.count() <= 340
    assert Item.objects.in_ledger().count() >= 200
    assert set(Checklist.objects.values_list("state", flat=True)) == set(ListState.values)
    assert Participant.objects.exclude(exempt_reason="").count() == 2
    assert not Path("demo-accounts.json").exists()


def test_one_login_per_role_and_nobody_else(accounts: list[dict[str, str]]) -> None:
    assert [row["role"] for row in accounts] == [
        "干部", "科室负责人", "学校负责人", "整顿办", "整顿办（第二人）", "分管领导", "局长", "督查组", "纪检监察",
        "人事", "联络员", "上级查阅", "系统管理员",
    ]  # fmt: skip
    assert all(set(row) == {"role", "username", "password", "name", "unit"} for row in accounts)
    names = {row["username"] for row in accounts}
    assert {user.staff_no for user in User.objects.all() if user.has_usable_password()} == names
    assert not User.objects.filter(must_change_password=True).exists()
    answer = Client().post("/login/", {"username": accounts[0]["username"], "password": accounts[0]["password"]})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")


def test_everybody_with_a_login_finds_something_waiting(accounts: list[dict[str, str]]) -> None:
    landings = {}
    for row in accounts:
        client = Client()
        client.force_login(User.objects.get(staff_no=row["username"]))
        landings[row["role"]] = client.get("/").headers["Location"]
    assert landings == {
        "干部": "/my/", "科室负责人": "/section/", "学校负责人": "/school/", "整顿办": "/office/",
        "整顿办（第二人）": "/office/", "分管领导": "/dashboard/", "局长": "/dashboard/", "督查组": "/ledger/",
        "纪检监察": "/discipline/", "人事": "/my/", "联络员": "/coverage/", "上级查阅": "/ledger/",
        "系统管理员": "/manage/",
    }  # fmt: skip


def test_every_state_of_an_item_and_of_an_extension(settings: Any, tmp_path: Path) -> None:
    load(settings, tmp_path, "--items", "1200")
    assert set(Item.objects.values_list("state", flat=True)) == set(State.values)
    granted = {
        ExtensionState.GRANTED,
        ExtensionState.REFUSED,
        ExtensionState.UNIT_OPINION,
        ExtensionState.OFFICE_DECISION,
    }
    assert set(Extension.objects.values_list("state", flat=True)) == granted
    assert Item.objects.in_ledger().count() == 1200
    assert Evidence.objects.exclude(file="").count() == 6
    red = Item.objects.overdue(clock.today()).count()
    amber = Item.objects.amber(clock.today()).count()
    assert 20 <= red <= 50
    assert 40 <= amber <= 110


def test_the_events_tell_one_story(accounts: list[dict[str, str]]) -> None:
    """Every event leaves where the one before arrived, by the rows of the workflow, and never in the future."""
    now = timezone.now()
    for item in Item.objects.in_ledger().prefetch_related("events"):
        events = sorted(item.events.all(), key=lambda event: event.pk)
        state, at = State.LISTED, dt.datetime.min.replace(tzinfo=dt.UTC)
        for event in events:
            assert (event.from_state, event.at >= at) == (state, True), (item, event)
            row = LEDGER.get(event.name) or EXTENSION.get(event.name.removeprefix("extension_"))
            assert event.name == "enter" or row is not None
            state, at = event.to_state, event.at
        assert (item.state, at <= now) == (state, True)


def test_each_gate_is_held_by_whom_the_rules_name(accounts: list[dict[str, str]]) -> None:
    for checklist in Checklist.objects.select_related("cadre__unit"):
        assert (checklist.review_role, checklist.review_unit_id) == reviewer_of(checklist.cadre, checklist.cadre.unit)
    for event in ChecklistEvent.objects.all():
        assert event.to_state == CHECKLIST.row(event.name).target
    office = set(User.objects.holding(Role.OFFICE, [Unit.objects.get(depth=1).pk]))
    deciding = ItemEvent.objects.filter(
        name__in=["enter", "close", "close_stage", "suspend", "void", "extension_grant"]
    )
    assert {event.by for event in deciding.select_related("by")} == office


def filled(item: Item) -> set[str]:
    """Columns that hold something, and what hangs on the item."""
    columns = {
        field.attname for field in Item._meta.concrete_fields if getattr(item, field.attname) not in (None, "", 0)
    }
    rows = {"measures": item.measures, "events": item.events, "closures": item.closures, "progress": item.progress}
    return columns | {name for name, manager in rows.items() if manager.exists()}


#: Texts that the form offers and a hurried author leaves empty; the factories are in a hurry.
OPTIONAL = {
    "happened", "consequence", "indicator", "before_value", "target_value", "after_value", "responsible_leader_id",
    "deadline_raw", "restricted", "returned_count", "extended_count", "reopened_count", "hand_over_to_id",
}  # fmt: skip


def test_each_state_has_the_columns_that_real_moves_set(settings: Any, tmp_path: Path) -> None:
    walked = {}
    for state in State.values:
        with transaction.atomic():
            walked[state] = filled(item_in(make_world(), state)) - OPTIONAL
            transaction.set_rollback(True)
    _, book = build(1200, 1, clock.today())
    for state, columns in walked.items():
        told = [filled(item) - OPTIONAL for item in book.items if item.state == state and not item.extended_count][:3]
        assert told
        # 立行立改 gets its date only when it enters the ledger.
        expected = columns - {"progress", "progress_on"} - ({"due_on"} if state == State.LISTED else set())
        assert all(expected <= found for found in told), (state, [expected - found for found in told])
        allowed = columns | {
            "progress",
            "progress_on",
            "closures",
            "confirmed_by_id",
            "due_on",
            "reopen_proposed_by_id",
        }
        assert all(found - allowed <= {"step_due_on", "step_amber_on", "original_due_on"} for found in told), state


def test_the_same_seed_tells_the_same(settings: Any, tmp_path: Path) -> None:
    def story() -> list[Any]:
        return list(
            Item.objects.order_by("code", "pk").values_list("code", "state", "problem", "due_on", "cadre__name")
        )

    load(settings, tmp_path, "--items", "60", "--seed", "7")
    first = story()
    for model in (Evidence, Closure, Progress):
        assert model.objects.exists()
    assert len(first) > 60
    assert story_deck(100, random.Random(3)) == story_deck(100, random.Random(3))
    assert Counter(story_deck(1000, random.Random(1)))["closed"] >= 400
    assert sum(weight for _, weight in STORIES.values()) == pytest.approx(1000, abs=60)


def test_only_an_empty_database_that_is_not_in_production(settings: Any, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="正式环境不装演示数据"):
        call_command("demo")
    settings.PRODUCTION = False
    User.objects.create_user("1", "某人")
    with pytest.raises(CommandError, match="数据库里已有人员"):
        call_command("demo")
    assert not (tmp_path / "demo-accounts.json").exists()
