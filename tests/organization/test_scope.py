"""Who sees, oversees and heads what: by tree, by role, by date."""

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from organization import facts, scope
from organization.models import Post, RoleAssignment, Unit, User
from organization.scope import READING_ROLES, Role, ScopedQuerySet, resolve
from tests.factories.organization import grant, make_bureau, make_school, make_unit, make_user

DAY = dt.date(2026, 6, 8)
TREE = [(1, "0001"), (2, "00010001"), (3, "00010002"), (4, "000100010001")]


class PostsAsRows(ScopedQuerySet):
    """Posts are rows about a person in a unit, like the lists of the apps above."""

    owner = "user"


def test_resolve_reaches_down_the_tree() -> None:
    resolved = resolve([(Role.UNIT_HEAD, 2), (Role.OFFICE, 1), (Role.UNIT_HEAD, 3)], TREE)
    assert resolved.direct == {Role.UNIT_HEAD: {2, 3}, Role.OFFICE: {1}}
    assert resolved.reach == {Role.UNIT_HEAD: {2, 3, 4}, Role.OFFICE: {1, 2, 3, 4}}
    assert resolved.units([Role.UNIT_HEAD, Role.LEADER]) == {2, 3, 4}
    assert (resolved.holds(Role.OFFICE), resolved.holds(Role.LEADER), resolved.holds()) == (True, False, False)


@pytest.fixture
def bureau(db: None) -> SimpleNamespace:
    root = make_bureau()
    office, school = make_unit("办公室", root), make_school("第一小学")
    grade = make_unit("一年级", school)
    people = {name: make_user(name, unit) for name, unit in
              {"局长": root, "主任": office, "科员": office, "校长": school, "教师": grade}.items()}  # fmt: skip
    return SimpleNamespace(root=root, office=office, school=school, grade=grade, **people)


def seen(user: User) -> set[str]:
    user.__dict__.pop("scope", None)
    return {post.user.name for post in PostsAsRows(Post).visible_to(user)}


def test_without_a_role_only_own_rows(bureau: Any) -> None:
    assert seen(bureau.科员) == {"科员"}


@pytest.mark.parametrize("role", list(Role))
def test_role_on_a_school_reads_it_and_what_lies_below(bureau: Any, role: Role) -> None:
    grant(bureau.主任, role, bureau.school)
    assert seen(bureau.主任) == ({"主任", "校长", "教师"} if role in READING_ROLES else {"主任"})


def test_role_on_the_root_reads_everything(bureau: Any) -> None:
    grant(bureau.局长, Role.OFFICE, bureau.root)
    assert seen(bureau.局长) == {"局长", "主任", "科员", "校长", "教师"}


def test_people_who_report_directly_are_seen(bureau: Any) -> None:
    bureau.教师.superior_override = bureau.科员
    bureau.教师.save()
    assert seen(bureau.科员) == {"科员", "教师"}


@pytest.mark.parametrize(
    ("start", "end", "holds"),
    [(-10, None, True), (0, 0, True), (-10, -1, False), (1, None, False)],
)
def test_grant_counts_on_its_days_only(bureau: Any, start: int, end: int | None, holds: bool) -> None:
    today = dt.date.today()
    until = today + dt.timedelta(days=end) if end is not None else None
    grant(bureau.主任, Role.UNIT_HEAD, bureau.office, start_on=today + dt.timedelta(days=start), end_on=until)
    assert bureau.主任.oversees(bureau.office.pk, Role.UNIT_HEAD) is holds
    assert seen(bureau.主任) == ({"主任", "科员"} if holds else {"主任"})


def test_oversees_reaches_down_and_heads_does_not(bureau: Any) -> None:
    grant(bureau.校长, Role.UNIT_HEAD, bureau.school)
    person = bureau.校长
    assert [person.oversees(unit.pk, Role.UNIT_HEAD) for unit in (bureau.school, bureau.grade, bureau.office)] == [
        True,
        True,
        False,
    ]
    assert [person.heads(unit.pk, Role.UNIT_HEAD) for unit in (bureau.school, bureau.grade)] == [True, False]
    assert (person.oversees(None, Role.UNIT_HEAD), person.heads(bureau.school.pk, Role.LEADER)) == (False, False)


def test_holding_names_active_people_of_that_day(bureau: Any) -> None:
    grant(bureau.校长, Role.UNIT_HEAD, bureau.school, start_on=DAY)
    grant(bureau.教师, Role.UNIT_HEAD, bureau.school, start_on=DAY, end_on=DAY)
    grant(make_user("停用", bureau.school, is_active=False), Role.UNIT_HEAD, bureau.school, start_on=DAY)
    assert {user.name for user in User.objects.holding(Role.UNIT_HEAD, [bureau.school.pk], DAY)} == {"校长", "教师"}
    tomorrow = DAY + dt.timedelta(days=1)
    assert {user.name for user in User.objects.holding(Role.UNIT_HEAD, [bureau.school.pk], tomorrow)} == {"校长"}


def test_requires_opens_to_its_roles(bureau: Any, rf: Any) -> None:
    view = scope.requires(Role.OFFICE, Role.ADMIN)(lambda request: "open")
    request = rf.get("/")
    request.user = bureau.科员
    with pytest.raises(PermissionDenied, match="这里只对整顿办、系统管理员开放"):
        view(request)
    grant(bureau.科员, Role.ADMIN, bureau.root)
    assert view(request) == "open"
    assert view.rule == "角色：整顿办、系统管理员"


def test_declared_rules() -> None:
    def view() -> None: ...

    assert scope.scoped(view).rule == "按数据范围，范围外为 404"
    assert scope.own(view).rule == "仅本人"
    assert scope.signed_in(view).rule == "登录即可"
    opened = scope.public(view)
    assert (opened.rule, opened.login_required) == ("公开", False)


@pytest.mark.parametrize(("role", "staff"), [(Role.ADMIN, True), (Role.OFFICE, True), (Role.UNIT_HEAD, False)])
def test_reference_data_serves_office_and_administrators(bureau: Any, role: Role, staff: bool) -> None:
    grant(bureau.主任, role, bureau.root)
    person = bureau.主任
    assert (person.is_staff, person.has_perm("any"), person.has_module_perms("organization")) == (staff, staff, staff)


def test_unit_names_and_texts(bureau: Any) -> None:
    unit = make_unit("人事股", bureau.root, short_name="人事", aliases=["人事科"], code="JG09")
    assert unit.names == {"人事股", "人事", "人事科", "JG09"}
    assert (str(unit), str(bureau.office), str(bureau.科员)) == ("人事", "办公室", "科员")
    assert set(Unit.objects.sections()) == {bureau.office, bureau.grade, unit}
    assert set(Unit.objects.schools()) == {bureau.school}
    unit.closed_on = DAY
    unit.save()
    assert unit not in Unit.objects.open()
    assert str(grant(bureau.科员, Role.LIAISON, unit)) == "科员 联络员 人事"
    assert bureau.科员.get_absolute_url() == f"/manage/people/{bureau.科员.staff_no}/"
    assert User.objects.get_by_natural_key(bureau.科员.staff_no) == bureau.科员


def test_database_refuses_impossible_rows(bureau: Any) -> None:
    person = bureau.科员
    refused = [
        lambda: User.objects.filter(pk=person.pk).update(superior_override=person),
        lambda: User.objects.filter(pk=person.pk).update(left_on=DAY),
        lambda: Post.objects.create(user=person, unit=bureau.office, title="二"),
        lambda: Post.objects.filter(user=person).update(start_on=DAY, end_on=DAY - dt.timedelta(days=1)),
        lambda: RoleAssignment.objects.create(
            user=person, role=Role.HR, unit=bureau.root, start_on=DAY, end_on=dt.date(2026, 1, 1)
        ),
    ]
    for write in refused:
        with pytest.raises(IntegrityError), transaction.atomic():
            write()


def superiors(bureau: Any) -> dict[str, str | None]:
    people = [bureau.局长, bureau.主任, bureau.科员, bureau.校长, bureau.教师]
    above = facts.direct_superiors(people)
    return {person.name: above[person.pk].name if above[person.pk] else None for person in people}


def test_direct_superior_follows_the_tree(bureau: Any) -> None:
    deputy = make_user("副局长", bureau.root)
    assert superiors(bureau) == dict.fromkeys(["局长", "主任", "科员", "校长", "教师"])
    grant(bureau.局长, Role.UNIT_HEAD, bureau.root)
    grant(bureau.局长, Role.LEADER, bureau.root)
    grant(bureau.主任, Role.UNIT_HEAD, bureau.office)
    grant(deputy, Role.LEADER, bureau.office)
    grant(bureau.校长, Role.UNIT_HEAD, bureau.school)
    assert superiors(bureau) == {"局长": None, "主任": "副局长", "科员": "主任", "校长": "局长", "教师": "局长"}
    assert facts.direct_superior(deputy) == bureau.局长
    bureau.科员.superior_override = deputy
    assert facts.direct_superior(bureau.科员) == deputy
    assert facts.unit_heads([bureau.office.pk, bureau.grade.pk]) == {
        bureau.office.pk: [bureau.主任],
        bureau.grade.pk: [],
    }


def test_head_who_left_is_no_superior(bureau: Any) -> None:
    grant(bureau.主任, Role.UNIT_HEAD, bureau.office)
    User.objects.filter(pk=bureau.主任.pk).update(is_active=False)
    assert facts.direct_superior(bureau.科员) is None


@pytest.mark.parametrize("count", [1, 5])
def test_superiors_of_many_take_a_fixed_number_of_queries(
    bureau: Any, count: int, django_assert_num_queries: Any
) -> None:
    people = [make_user(f"人{number}", bureau.office) for number in range(count)]
    grant(bureau.主任, Role.UNIT_HEAD, bureau.office)
    with django_assert_num_queries(3):
        facts.direct_superiors(people)


def test_open_work_counts_what_the_apps_above_name(bureau: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(facts, "OPEN_WORK", {"未销号的问题": lambda user: 2, "待初审": lambda user: 0})
    assert facts.open_work(bureau.主任) == {"未销号的问题": 2}
    bureau.科员.superior_override = bureau.主任
    bureau.科员.save()
    assert facts.open_work(bureau.主任) == {"未销号的问题": 2, "指定以此人为直接上级的人员": 1}


def test_tree_counts_people_of_each_unit(bureau: Any) -> None:
    [top] = facts.tree_rows()
    assert (top.unit, top.people) == (bureau.root, 1)
    assert [(row.unit.name, row.people, [child.unit.name for child in row.children]) for row in top.children] == [
        ("办公室", 2, []),
        ("第一小学", 1, ["一年级"]),
    ]


def test_cards_of_people(bureau: Any) -> None:
    Post.objects.filter(user=bureau.教师).update(department="教导处", title="主任")
    Post.objects.filter(user=bureau.校长).delete()
    grant(bureau.校长, Role.UNIT_HEAD, bureau.school)
    rows = [(card.person.name, card.post, card.roles) for card in facts.cards([bureau.教师, bureau.校长])]
    assert rows == [("教师", "教导处 主任", []), ("校长", "", ["第一小学 单位负责人"])]
