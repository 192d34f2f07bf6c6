"""How each row names itself, and the last resort of the ladder of reviewers."""

import pytest

from organization.models import RoleAssignment
from organization.scope import Role
from problems.actions.evidence import cite_evidence
from problems.actions.review import move_checklist
from problems.actions.saved import save_view
from problems.extension import ExtensionState
from problems.facts import reviewer_of
from problems.ledger import State
from problems.models import Draft, ItemMark, Sequence
from tests.factories.problems import extension_in, item_in, make_world, submitted_list

pytestmark = pytest.mark.django_db


def test_rows_of_a_list_name_themselves() -> None:
    world = make_world()
    checklist = submitted_list(world)
    item = checklist.items.get()
    marks = [{"item": item, "field": "cause", "note": "写到制度上"}]
    move_checklist(checklist, "send_back", by=world.fresh("head"), comment="写清具体的事", marks=marks)
    names = [
        checklist,
        checklist.events.first(),
        checklist.rounds.get(),
        ItemMark.objects.get(),
        Sequence.objects.get(),
    ]
    assert [str(row) for row in names] == [
        "梁思敏的个人问题清单",
        "宋立平 退回",
        "第 1 次提交",
        "写到制度上",
        f"QD-{world.campaign.year}-0001",
    ]
    assert (str(Draft(form="problem-item", key="k")), str(item)) == ("problem-item k", item.problem)


def test_rows_of_an_item_name_themselves() -> None:
    world = make_world()
    item = item_in(world, State.CLOSED)
    assert str(item) == item.code
    assert [
        str(row) for row in (item.events.first(), item.measures.get(), item.progress.get(), item.closures.get())
    ] == [
        "沈静 通过销号",
        "建立收文登记台账",
        "台账已启用",
        "第 1 次申请",
    ]


def test_extension_evidence_and_view_name_themselves() -> None:
    world = make_world()
    extension = extension_in(world, ExtensionState.UNIT_OPINION)
    evidence = cite_evidence(extension.item, "收文台账", "办公室", by=world.fresh("cadre"))
    view = save_view("红灯", "lamp=red", False, by=world.fresh("cadre"))
    assert [str(row) for row in (extension, evidence, view)] == [
        f"{extension.item.code} 延至 {extension.requested_due_on}",
        "收文台账",
        "红灯",
    ]


def test_where_every_place_is_vacant_the_office_reviews() -> None:
    world = make_world()
    RoleAssignment.objects.all().delete()
    assert reviewer_of(world.people["cadre"], world.section) == (Role.OFFICE, world.bureau.pk)
