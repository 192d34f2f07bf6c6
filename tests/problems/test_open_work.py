import pytest

from organization.facts import open_work
from problems.actions.item import move_item
from problems.ledger import State
from tests.factories.problems import item_in, make_world

pytestmark = pytest.mark.django_db


def test_open_items_and_offered_ones_hang_on_a_person() -> None:
    world = make_world()
    item = item_in(world, State.IN_PROGRESS)
    move_item(item, "hand_over", by=world.fresh("office"), comment="岗位调整", to=world.people["other_cadre"])
    assert open_work(world.fresh("cadre")) == {"名下未销号的问题，需要交接": 1}
    assert open_work(world.fresh("other_cadre")) == {"等本人接手的问题": 1}
    assert open_work(world.fresh("colleague")) == {}
