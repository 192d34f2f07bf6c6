"""Two people at once, and twenty: on a real database file or server, with real connections."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, connections

from core.workflow import StaleState
from problems.actions.filing import VersionConflict, save_item
from problems.actions.item import move_item
from problems.actions.review import move_checklist
from problems.ledger import State
from problems.models import Item, ItemEvent, Progress
from tests.factories.problems import World, endorsed_list, entered_list, item_in, make_world, write_list

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world() -> World:
    return make_world()


def ready(world: World, who: str) -> Any:
    """The person with roles resolved before the race, as in the middle of a request."""
    person = world.fresh(who)
    person.__dict__["scope"] = person.scope
    return person


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Run all acts at the same moment, each on its own connection; returns results or exceptions."""
    barrier, results = threading.Barrier(len(acts)), [None] * len(acts)

    def run(place: int, act: Callable[[], Any]) -> None:
        try:
            barrier.wait(timeout=30)
            results[place] = act()
        except Exception as problem:  # noqa: BLE001  # every failure is part of the result
            results[place] = problem
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return results


def test_of_two_verifiers_one_wins_and_the_other_reads_who_did_what(world: World) -> None:
    item = item_in(world, State.UNIT_CONFIRMED)
    office, other = ready(world, "office"), ready(world, "office_two")
    seen_by_one, seen_by_other = Item.objects.get(pk=item.pk), Item.objects.get(pk=item.pk)
    results = at_once(
        lambda: move_item(seen_by_one, "close", by=office, comment="抽查属实"),
        lambda: move_item(seen_by_other, "reject", by=other, comment="缺少实施后的数据"),
    )
    lost = [result for result in results if isinstance(result, StaleState)]
    assert len(lost) == 1
    item.refresh_from_db()
    winner = item.events.first()
    assert winner.by_name in str(lost[0])
    assert winner.label in str(lost[0])
    assert ItemEvent.objects.filter(item=item, name__in=["close", "reject"]).count() == 1


def test_double_click_moves_once(world: World) -> None:
    item = item_in(world, State.UNIT_CONFIRMED)
    office = ready(world, "office")
    copies = [Item.objects.get(pk=item.pk) for _ in range(2)]
    results = at_once(*(lambda copy=copy: move_item(copy, "close", by=office, comment="属实") for copy in copies))
    assert sum(isinstance(result, StaleState) for result in results) == 1
    assert item.events.filter(name="close").count() == 1


def test_two_windows_of_the_author_lose_nothing(world: World) -> None:
    item = write_list(world).items.get()
    cadre = world.fresh("cadre")
    copies = [Item.objects.select_related("checklist").get(pk=item.pk) for _ in range(2)]
    texts = ["一号窗口写的目标", "二号窗口写的目标"]
    results = at_once(
        *(
            lambda copy=copy, text=text: save_item(copy, {"goal": text}, by=cadre, version=copy.version)
            for copy, text in zip(copies, texts, strict=True)
        )
    )
    lost = [result for result in results if isinstance(result, VersionConflict)]
    assert len(lost) == 1
    item.refresh_from_db()
    assert lost[0].item.goal == item.goal
    assert item.goal in texts


def test_twenty_writers_at_once_lose_nothing(world: World) -> None:
    items = list(entered_list(world, count=20).items.order_by("order"))
    cadre = world.fresh("cadre")
    results = at_once(*(lambda item=item: write_three_times(item, cadre) for item in items))
    assert [result for result in results if isinstance(result, Exception)] == []
    assert Progress.objects.count() == 60
    assert ItemEvent.objects.filter(name="report_progress").count() == 60
    assert connection.vendor in ("sqlite", "postgresql")


def write_three_times(item: Item, cadre: Any) -> None:
    for number in range(3):
        fresh = Item.objects.get(pk=item.pk)
        move_item(fresh, "report_progress", by=cadre, text=f"第 {number + 1} 次进展")


def test_two_lists_entered_at_once_share_no_number(world: World) -> None:
    lists = [endorsed_list(world, "cadre", count=3), endorsed_list(world, "colleague", count=3)]
    officers = [ready(world, "office"), ready(world, "office_two")]
    results = at_once(
        *(lambda pair=pair: move_checklist(pair[0], "enter", by=pair[1]) for pair in zip(lists, officers, strict=True))
    )
    assert [result for result in results if isinstance(result, Exception)] == []
    codes = list(Item.objects.values_list("code", flat=True))
    assert len(set(codes)) == 6
