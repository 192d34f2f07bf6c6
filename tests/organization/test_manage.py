"""Pages of units, people and roles: who gets in, what they do, what they refuse."""

import datetime as dt
import re
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from audit.models import AuditEntry
from core.sheets import read_sheets, write_rows
from organization.actions import people, roles, units
from organization.models import Post, RoleAssignment, RosterImport, Unit, User
from organization.roster import read_roster
from organization.scope import Role
from organization.urls import urlpatterns
from tests.factories.organization import PASSWORD, grant, make_bureau, make_school, make_unit, make_user
from tests.organization.test_import import EVERYBODY, HEADER, bring_in

pytestmark = pytest.mark.django_db

TODAY = dt.date.today()
MANAGED = [pattern.name for pattern in urlpatterns if str(pattern.pattern).startswith("manage/")]

OTHERS = tuple(role for role in Role if role not in (Role.OFFICE, Role.HR, Role.ADMIN))


@pytest.fixture
def house() -> SimpleNamespace:
    root = make_bureau(code="JG")
    office, school = (
        make_unit("办公室", root, code="JG01"),
        make_school("云溪县第一小学", code="XX01", short_name="一小"),
    )
    admin = make_user("管理员", staff_no="ADMIN")
    grant(admin, Role.ADMIN, root)
    worker = make_user("整顿办", office, staff_no="OFFICE")
    grant(worker, Role.OFFICE, root)
    person = make_user("梁思敏", office, staff_no="A100", title="科员")
    return SimpleNamespace(root=root, office=office, school=school, admin=admin, worker=worker, person=person)


def as_user(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def post(client: Client, page: str, *args: Any, follow: bool = False, **data: Any) -> Any:
    return client.post(reverse(f"organization:{page}", args=args), data, follow=follow)


def errors(response: Any) -> list[str]:
    return [text for texts in response.context["form"].errors.values() for text in texts]


def address(name: str, house: Any) -> str:
    batch = RosterImport.objects.create(file_name="名册.xlsx", report={"full": False})
    pattern = next(str(pattern.pattern) for pattern in urlpatterns if pattern.name == name)
    number = {"post_end": Post.objects.first().pk, "role_revoke": RoleAssignment.objects.first().pk}.get(name, batch.pk)
    return "/" + pattern.replace("<str:staff_no>", "A100").replace("<str:code>", "JG01").replace(
        "<int:pk>", str(number)
    )


@pytest.mark.parametrize("name", MANAGED)
@pytest.mark.parametrize("roles", [(), OTHERS], ids=["none", "all others"])
def test_stranger_is_kept_out(house: Any, name: str, roles: tuple[Role, ...]) -> None:
    for role in roles:
        grant(house.person, role, house.root)
    client = as_user(house.person)
    url = address(name, house)
    before = list(User.objects.values()), list(RoleAssignment.objects.values()), list(Unit.objects.values())
    answers = {client.get(url).status_code, client.post(url).status_code}
    assert answers <= {403, 405}
    assert 403 in answers
    assert before == (list(User.objects.values()), list(RoleAssignment.objects.values()), list(Unit.objects.values()))


def test_roles_are_not_granted_by_hr(house: Any) -> None:
    hr = make_user("人事", house.office)
    grant(hr, Role.HR, house.root)
    client = as_user(hr)
    assert client.get(reverse("organization:person", args=["A100"])).status_code == 200
    assert client.get(reverse("organization:role_new", args=["A100"])).status_code == 403


@pytest.mark.parametrize(
    ("name", "args"),
    [("person", ["NOBODY"]), ("person_edit", ["NOBODY"]), ("unit_edit", ["NOWHERE"]), ("unit_close", ["NOWHERE"]),
     ("roster_preview", [999]), ("post_end", ["A100", 999]), ("role_revoke", ["A100", 999])],
)  # fmt: skip
def test_what_does_not_exist(house: Any, name: str, args: list[Any]) -> None:
    assert as_user(house.admin).get(reverse(f"organization:{name}", args=args)).status_code == 404


def listed(client: Client, **query: str) -> set[str]:
    return {card.person.name for card in client.get("/manage/org/", query).context["cards"]}


def test_people_by_unit_search_and_state(house: Any) -> None:
    make_user("张校长", house.school, staff_no="X1")
    make_user("停用者", house.school, staff_no="X2", is_active=False)
    make_user("新来的", staff_no="Z9")
    client = as_user(house.admin)
    assert listed(client) == {"管理员", "整顿办", "梁思敏", "张校长", "新来的"}
    assert listed(client, unit="XX01") == {"张校长"}
    assert listed(client, unit="JG") == {"整顿办", "梁思敏", "张校长"}
    assert listed(client, q="x1") == {"张校长"}
    # Accounts that only run the system need no unit.
    assert listed(client, show="none") == {"新来的"}
    assert listed(client, show="left") == {"停用者"}
    page = client.get("/manage/org/", {"q": "没有此人"}).content.decode()
    assert "没有符合条件的人员" in page
    assert "没有负责人" in client.get("/manage/org/", {"unit": "XX01"}).content.decode()


def test_long_lists_have_pages_that_keep_the_filter(house: Any) -> None:
    for number in range(25):
        make_user(f"教师{number:02d}", house.school)
    page = as_user(house.admin).get("/manage/org/", {"unit": "XX01", "page": "2"})
    assert len(page.context["cards"]) == 5
    assert "?unit=XX01&amp;page=1" in page.content.decode()


@pytest.mark.parametrize("count", [1, 10])
def test_list_takes_a_fixed_number_of_queries(house: Any, count: int, django_assert_max_num_queries: Any) -> None:
    for number in range(count):
        make_user(f"教师{number}", house.school)
    client = as_user(house.admin)
    with django_assert_max_num_queries(26):
        client.get("/manage/org/", {"unit": "XX01"})


def test_empty_state_of_a_filter(house: Any) -> None:
    page = as_user(house.admin).get("/manage/org/", {"show": "left"}).content.decode()
    assert "没有符合条件的人员" in page


UNIT = {
    "kind": "section",
    "name": "人事股",
    "short_name": "人事",
    "aliases": "人事科、组织人事股",
    "code": "JG02",
    "order": "2",
}


def test_new_unit(house: Any) -> None:
    client = as_user(house.admin)
    assert client.get(reverse("organization:unit_new"), {"parent": "JG"}).status_code == 200
    assert post(client, "unit_new", parent=house.root.pk, **UNIT).headers["Location"] == "/manage/org/?unit=JG02"
    unit = Unit.objects.get(code="JG02")
    assert (unit.name, unit.path[:4], unit.aliases) == ("人事股", house.root.path, ["人事科", "组织人事股"])
    assert AuditEntry.objects.filter(kind="setting", by_id=house.admin.pk).count() == 1


@pytest.mark.parametrize(
    ("data", "reasons"),
    [
        ({"name": ""}, ["填写全称"]),
        ({"code": "JG01"}, ["这个单位代码已被其他单位使用，换一个"]),
        ({"code": "甲"}, ["单位代码只能是字母、数字和短横，现在是“甲”"]),
        ({"kind": ""}, ["选择类别"]),
        ({"kind": "bureau"}, None),
        ({"short_name": "一小"}, ["“一小”已是云溪县第一小学的名称或别名，名册会分不清。换一个写法"]),
        ({"parent": "99"}, ["这个单位不存在或已撤并，重新选择"]),
    ],
)
def test_new_unit_refused_with_everything_kept(house: Any, data: dict[str, str], reasons: list[str] | None) -> None:
    response = post(as_user(house.admin), "unit_new", **{"parent": house.root.pk, **UNIT, **data})
    assert errors(response) == reasons or reasons is None
    assert "组织人事股" in response.content.decode()
    assert Unit.objects.count() == 3


def test_renamed_unit_keeps_its_old_name_as_an_alias(house: Any) -> None:
    client = as_user(house.admin)
    assert "一小" in client.get(reverse("organization:unit_edit", args=["XX01"])).content.decode()
    post(
        client, "unit_edit", "XX01", name="云溪县实验小学", short_name="一小", aliases="县一小", code="XX01", order="3"
    )
    unit = Unit.objects.get(code="XX01")
    assert (unit.name, unit.aliases, unit.kind) == ("云溪县实验小学", ["县一小", "云溪县第一小学"], "school")
    post(
        client, "unit_edit", "XX01", name="云溪县实验小学", short_name="一小", aliases="县一小", code="XX01", order="3"
    )
    unit.refresh_from_db()
    assert unit.aliases == ["县一小"]
    assert errors(post(client, "unit_edit", "XX01", name="", code="XX01", order="1")) == ["填写全称"]


def test_unit_is_closed_when_nobody_is_left(house: Any) -> None:
    client = as_user(house.admin)
    grade = make_unit("一年级", house.school)
    teacher = make_user("张校长", house.school)
    Post.objects.create(user=house.person, unit=house.school, title="挂职", is_main=False)
    grant(house.worker, Role.LEADER, house.school, start_on=dt.date(2026, 1, 1))
    page = client.get(reverse("organization:unit_close", args=["XX01"])).content.decode()
    assert "还有 1 人在此单位" in page
    refused = post(client, "unit_close", "XX01", on=TODAY)
    assert errors(refused) == ["还有 1 人在此单位，先调动或停用；还有 1 个兼任岗位，先结束；下面还有 1 个单位，先撤并"]
    assert errors(post(client, "unit_close", "XX01", on="后天")) == ["日期写成 2026-06-12 的样子"]
    people.move_person(teacher, unit=house.office, title="科员", department="", on=TODAY, by=house.admin)
    Post.objects.filter(title="挂职").update(end_on=TODAY)
    units.close_unit(grade, on=TODAY, by=house.admin)
    assert post(client, "unit_close", "XX01", on=TODAY).status_code == 302
    assert Unit.objects.get(code="XX01").closed_on == TODAY
    assert not RoleAssignment.objects.current().filter(unit=house.school).exists()
    assert "已撤并" in client.get("/manage/org/", {"unit": "XX01"}).content.decode()
    with pytest.raises(units.MoveRefused, match="已撤并，不能在下面新增"):
        units.create_unit(
            parent=Unit.objects.get(code="XX01"),
            kind="section",
            code="N",
            name="新",
            short_name="",
            aliases=[],
            order=1,
            by=house.admin,
        )
    post(client, "unit_reopen", "XX01")
    assert Unit.objects.get(code="XX01").closed_on is None
    assert post(client, "unit_reopen", "XX01").status_code == 404


def test_new_unit_below_a_unit_closed_meanwhile(house: Any) -> None:
    house.root.closed_on = TODAY
    with pytest.raises(units.MoveRefused):
        units.create_unit(
            parent=house.root, kind="section", code="N", name="新", short_name="", aliases=[], order=1, by=house.admin
        )


PERSON = {"name": "吴新", "staff_no": "N1", "title": "科员", "personnel_category": "civil_servant", "level": "staff"}


def test_new_person_gets_a_code_once(house: Any) -> None:
    client = as_user(house.worker)
    assert client.get(reverse("organization:person_new"), {"unit": "JG01"}).status_code == 200
    assert post(client, "person_new", unit=house.office.pk, phone="154 0000 0001", **PERSON).status_code == 302
    person = User.objects.get(staff_no="N1")
    assert (person.unit, person.phone, person.has_usable_password()) == (house.office, "15400000001", False)
    assert [(item.title, item.is_main) for item in person.posts.all()] == [("科员", True)]
    assert "重置密码" not in client.get(person.get_absolute_url()).content.decode()
    assert "生成初始密码" in client.get(reverse("organization:person_password", args=["N1"])).content.decode()
    code = re.search(r'code-big">([^<]+)<', post(client, "person_password", "N1").content.decode())
    assert code
    person.refresh_from_db()
    assert (person.check_password(code[1]), person.must_change_password) == (True, True)


@pytest.mark.parametrize(
    ("data", "reasons"),
    [
        ({"staff_no": "A100"}, ["这个工号已有人使用，核对后改正"]),
        ({"staff_no": "工 1"}, ["工号只能是字母、数字和短横，现在是“工 1”"]),
        ({"phone": "1540000"}, ["手机号是 11 位，现在是“1540000”，共 7 位，补正或留空"]),
        ({"email": "不是邮箱"}, ["邮箱的写法是“名称@域名”，改正或留空"]),
        ({"title": ""}, ["填写职务"]),
    ],
)
def test_new_person_refused(house: Any, data: dict[str, str], reasons: list[str]) -> None:
    response = post(as_user(house.worker), "person_new", **{"unit": house.office.pk, **PERSON, **data})
    assert errors(response) == reasons
    assert User.objects.count() == 3


def edit(client: Client, **data: Any) -> Any:
    base = {"name": "梁思敏", "personnel_category": "civil_servant", "level": "staff"}
    return post(client, "person_edit", "A100", **{**base, **data})


def test_superior_is_named_by_number_or_name(house: Any) -> None:
    client = as_user(house.admin)
    assert edit(client, superior_override="整顿办", rank="一级科员").status_code == 302
    edit(client, superior_override="OFFICE", rank="一级科员")
    house.person.refresh_from_db()
    assert (house.person.superior_override, house.person.rank) == (house.worker, "一级科员")
    assert 'value="OFFICE"' in client.get(reverse("organization:person_edit", args=["A100"])).content.decode()
    assert "指定" in client.get(house.person.get_absolute_url()).content.decode()
    edit(client, superior_override="")
    house.person.refresh_from_db()
    assert house.person.superior_override is None
    detail = AuditEntry.objects.filter(object_label="修改人员 梁思敏 A100").first().detail
    assert detail == {"before": {"rank": "一级科员", "superior": "整顿办"}}


def test_superior_refused(house: Any) -> None:
    client = as_user(house.admin)
    twin = make_user("整顿办", house.school, staff_no="TWIN")
    assert errors(edit(client, superior_override="整顿办")) == [
        f"“整顿办”有 2 人：OFFICE（办公室）、{twin.staff_no}（一小），改写工号"
    ]
    assert errors(edit(client, superior_override="查无此人")) == ["没有找到在用人员“查无此人”，写工号或全名"]
    assert errors(edit(client, superior_override="A100")) == ["直接上级不能是本人，另选一人或留空"]
    house.worker.superior_override = house.person
    house.worker.save()
    assert errors(edit(client, superior_override="OFFICE")) == [
        "整顿办的上级链条里已有梁思敏，不能再作梁思敏的直接上级。另选一人"
    ]


def test_circle_above_does_not_hang(house: Any) -> None:
    first, second = make_user("甲", house.office), make_user("乙", house.office)
    first.superior_override, second.superior_override = second, first
    first.save()
    second.save()
    assert not people.reaches(first, house.person)


def test_move_ends_post_and_roles_of_the_unit(house: Any) -> None:
    Post.objects.filter(user=house.person).update(start_on=dt.date(2026, 1, 1))
    grant(house.person, Role.LIAISON, house.office, start_on=dt.date(2026, 1, 1))
    grant(house.person, Role.SUPERVISOR, house.office, start_on=dt.date(2026, 1, 1))
    client = as_user(house.admin)
    assert 'value="科员"' in client.get(reverse("organization:person_move", args=["A100"])).content.decode()
    same = {"unit": house.office.pk, "title": "科员", "on": TODAY}
    assert errors(post(client, "person_move", "A100", **same)) == ["单位、部门和职务都没有变，改动其中一项后再提交"]
    early = {"unit": house.school.pk, "title": "主任", "on": "2025-12-01"}
    assert errors(post(client, "person_move", "A100", **early)) == [
        "调动日期 2025-12-01 早于现岗位的任职日期 2026-01-01，改晚后再提交"
    ]
    post(client, "person_move", "A100", unit=house.school.pk, title="主任", department="教导处", on=TODAY)
    house.person.refresh_from_db()
    assert house.person.unit == house.school
    yesterday = TODAY - dt.timedelta(days=1)
    assert [(row.title, row.end_on) for row in house.person.posts.order_by("start_on")] == [
        ("科员", yesterday),
        ("主任", None),
    ]
    assert set(house.person.role_assignments.current().values_list("role", flat=True)) == {"supervisor"}
    post(client, "person_move", "A100", unit=house.school.pk, title="副校长", on=TODAY)
    assert house.person.posts.filter(end_on=None).get().title == "副校长"


def test_move_of_somebody_without_a_post(house: Any) -> None:
    lone = make_user("无岗", staff_no="LONE")
    client = as_user(house.admin)
    assert client.get(reverse("organization:person_move", args=["LONE"])).status_code == 200
    assert "没有单位" in client.get(lone.get_absolute_url()).content.decode()
    post(client, "person_move", "LONE", unit=house.office.pk, title="科员", on=TODAY)
    assert lone.posts.get().unit == house.office


def test_deactivation_and_return(house: Any) -> None:
    teacher = make_user("下属", house.office, superior_override=house.person)
    grant(house.person, Role.LIAISON, house.office, start_on=dt.date(2026, 1, 1))
    client = as_user(house.admin)
    assert (
        "指定以此人为直接上级的人员：1"
        in client.get(reverse("organization:person_deactivate", args=["A100"])).content.decode()
    )
    post(client, "person_deactivate", "A100", on=TODAY)
    house.person.refresh_from_db()
    teacher.refresh_from_db()
    assert (house.person.is_active, house.person.left_on, teacher.superior_override) == (False, TODAY, None)
    assert not house.person.role_assignments.current().exists()
    assert house.person.posts.get().end_on == TODAY
    assert "账号已停用" in client.get(house.person.get_absolute_url()).content.decode()
    post(client, "person_reactivate", "A100")
    house.person.refresh_from_db()
    assert (house.person.is_active, house.person.left_on) == (True, None)


def test_nobody_closes_himself_or_the_last_administrator(house: Any) -> None:
    assert errors(post(as_user(house.worker), "person_deactivate", "OFFICE", on=TODAY)) == [
        "不能停用本人的账号，请其他管理员办理"
    ]
    assert errors(post(as_user(house.worker), "person_deactivate", "ADMIN", on=TODAY)) == [
        "管理员是唯一的系统管理员，先把系统管理员角色授予他人"
    ]


@pytest.mark.parametrize(
    ("by", "target", "reason"),
    [
        ("worker", "OFFICE", "本人的密码在“修改密码”里改"),
        ("worker", "ADMIN", "管理员持有“系统管理员”角色，由系统管理员重置密码"),
        ("admin", "GONE", "停用者的账号已停用，先恢复账号"),
    ],
)
def test_password_is_not_reset(house: Any, by: str, target: str, reason: str) -> None:
    make_user("停用者", house.office, staff_no="GONE", is_active=False)
    page = post(as_user(getattr(house, by)), "person_password", target).content.decode()
    assert reason in page
    assert "code-big" not in page
    assert User.objects.get(staff_no=target).check_password(PASSWORD)


def test_second_post_from_start_to_end(house: Any) -> None:
    client = as_user(house.admin)
    assert client.get(reverse("organization:post_new", args=["A100"])).status_code == 200
    form = {"unit": house.school.pk, "title": "督学", "duties": "责任督学", "start_on": "2026-03-01"}
    token = re.search(
        r'form_token" value="([^"]+)"', client.get(reverse("organization:post_new", args=["A100"])).content.decode()
    )
    assert token
    for _ in range(2):
        post(client, "post_new", "A100", form_token=token[1], **form)
    second = house.person.posts.get(is_main=False)
    assert (second.unit, second.duties) == (house.school, "责任督学")
    assert "督学" in client.get(house.person.get_absolute_url()).content.decode()
    assert errors(post(client, "post_end", "A100", second.pk, on="2026-02-01")) == [
        "离任日期 2026-02-01 早于任职日期 2026-03-01，改晚后再提交"
    ]
    post(client, "post_end", "A100", second.pk, on="2026-06-01")
    second.refresh_from_db()
    assert second.end_on == dt.date(2026, 6, 1)
    main = house.person.posts.get(is_main=True)
    assert errors(post(client, "post_end", "A100", main.pk, on=TODAY)) == ["主要岗位用“调动”或“停用”结束"]


GRANT = {"role": "supervisor", "start_on": TODAY, "reason": "抽调督查"}


def test_role_from_grant_to_revocation(house: Any) -> None:
    client = as_user(house.worker)
    page = client.get(reverse("organization:role_new", args=["A100"])).content.decode()
    assert "系统管理员" not in re.findall(r"<option.*?</option>", page)
    assert post(client, "role_new", "A100", unit=house.root.pk, **GRANT).status_code == 302
    granted = house.person.role_assignments.get()
    assert (granted.granted_by, granted.reason) == (house.worker, "抽调督查")
    assert "抽调督查" in client.get(house.person.get_absolute_url()).content.decode()
    assert "抽调督查" in client.get("/manage/roles/", {"role": "supervisor"}).content.decode()
    assert "还没有人担任这个角色" in client.get("/manage/roles/", {"role": "auditor"}).content.decode()
    RoleAssignment.objects.filter(pk=granted.pk).update(start_on=dt.date(2026, 1, 1))
    assert errors(post(client, "role_revoke", "A100", granted.pk, reason="")) == ["写明事由"]
    post(client, "role_revoke", "A100", granted.pk, reason="抽调结束")
    granted.refresh_from_db()
    assert granted.end_on == TODAY - dt.timedelta(days=1)
    labels = list(AuditEntry.objects.filter(kind="role").order_by("pk").values_list("object_label", "detail__理由"))
    assert labels == [("授予 梁思敏 督查组 云溪县教育局", "抽调督查"), ("收回 梁思敏 督查组 云溪县教育局", "抽调结束")]
    assert "不在期限内" in client.get(house.person.get_absolute_url()).content.decode()


def test_role_that_began_today_leaves_no_row(house: Any) -> None:
    given = grant(house.person, Role.HR, house.root)
    roles.revoke_role(given, reason="误授", by=house.admin)
    assert not house.person.role_assignments.exists()


@pytest.mark.parametrize(
    ("by", "target", "data", "reason"),
    [
        ("worker", "OFFICE", {}, "不能给本人授予或收回角色，请其他管理员或整顿办办理"),
        ("worker", "A100", {"role": "admin"}, "这个角色由系统管理员授予，另选一个"),
        ("worker", "A100", {"end_on": "2020-01-01"}, f"止 2020-01-01 早于起 {TODAY}，改晚或留空"),
        ("worker", "A100", {"reason": ""}, "写明事由，如：整顿办抽调"),
        ("admin", "GONE", {}, "停用者的账号已停用，不能授予角色"),
        ("admin", "OFFICE", {"role": "admin"}, "系统管理员不看问题内容，不能与“整顿办”由同一账号担任。另建一个账号"),
        ("worker", "ADMIN", {}, "系统管理员不看问题内容，不能与“系统管理员”由同一账号担任。另建一个账号"),
        ("worker", "A100", {"role": "liaison"}, "梁思敏在云溪县教育局这段时间已有此角色，改日期或先收回原来的"),
    ],
)
def test_role_refused(house: Any, by: str, target: str, data: dict[str, str], reason: str) -> None:
    make_user("停用者", house.office, staff_no="GONE", is_active=False)
    grant(house.person, Role.LIAISON, house.root)
    before = RoleAssignment.objects.count()
    response = post(as_user(getattr(house, by)), "role_new", target, **{"unit": house.root.pk, **GRANT, **data})
    assert errors(response) == [reason]
    assert RoleAssignment.objects.count() == before


def test_role_on_a_closed_unit(house: Any) -> None:
    house.school.closed_on = TODAY
    with pytest.raises(roles.MoveRefused, match="已撤并"):
        roles.grant_role(
            house.person, role="hr", unit=house.school, start_on=TODAY, end_on=None, reason="", by=house.admin
        )


def test_only_administrators_touch_administrators(house: Any) -> None:
    given = house.admin.role_assignments.get()
    refused = post(as_user(house.worker), "role_revoke", "ADMIN", given.pk, reason="试")
    assert errors(refused) == ["“系统管理员”由系统管理员授予和收回"]
    second = make_user("管理员二", staff_no="ADMIN2")
    roles.grant_role(second, role="admin", unit=house.root, start_on=TODAY, end_on=None, reason="备份", by=house.admin)
    second.__dict__.pop("scope", None)
    roles.revoke_role(given, reason="轮换", by=second)
    house.admin.__dict__.pop("scope", None)
    third = make_user("管理员三")
    grant(third, Role.ADMIN, house.office, end_on=TODAY - dt.timedelta(days=1), start_on=dt.date(2026, 1, 1))
    mover = make_user("管理员四")
    mover.scope.reach[Role.ADMIN] = frozenset({house.root.pk})
    with pytest.raises(roles.MoveRefused, match="唯一的系统管理员"):
        roles.revoke_role(second.role_assignments.get(), reason="试", by=mover)
    assert people.grantable_by(house.person) == []


def upload(client: Client, data: bytes, name: str = "名册.xlsx", **more: str) -> Any:
    return client.post("/manage/people/import/", {"file": SimpleUploadedFile(name, data), **more})


def test_import_from_upload_to_first_passwords(house: Any) -> None:
    client = as_user(house.worker)
    assert "还没有导入过名册" in client.get("/manage/people/import/").content.decode()
    Unit.objects.filter(code="JG").update(name="云溪县教育局")
    page = client.get(upload(client, write_rows("名册", HEADER, EVERYBODY)).headers["Location"])
    text = page.content.decode()
    assert "确认导入" in text
    assert User.objects.count() == 3
    batch = RosterImport.objects.get()
    assert (batch.uploaded_by, str(batch)) == (house.worker, "名册.xlsx")
    done = post(client, "roster_confirm", batch.pk, follow=True)
    assert "6 个新增账号还没有登录过" in done.content.decode()
    file = post(client, "roster_passwords", batch.pk)
    assert file.headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''")
    again = post(client, "roster_confirm", batch.pk, follow=True).content.decode()
    assert "已经处理过" in again
    User.objects.update(last_login=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    assert "没有需要生成的初始密码" in post(client, "roster_passwords", batch.pk, follow=True).content.decode()
    assert "名册.xlsx" in client.get("/manage/people/import/").content.decode()


def test_import_shows_errors_full_roster_and_nothing_to_do(house: Any) -> None:
    client = as_user(house.admin)
    rows = [["局长", "C1", house.root.name, "局领导", "局长", "公务员", "154", "", "", "是", "是", ""]]
    page = client.get(upload(client, write_rows("名册", HEADER, rows), full="on").headers["Location"]).content.decode()
    assert "按全量名册处理" in page
    assert "名册 第 2 行 G 列“手机”" in page
    bring_in(*rows)
    page = client.get(upload(client, write_rows("名册", HEADER, rows)).headers["Location"]).content.decode()
    assert "没有差别，不用导入" in page
    batch = RosterImport.objects.first()
    post(client, "roster_discard", batch.pk)
    batch.refresh_from_db()
    assert batch.state == "discarded"
    assert "已放弃的名册" in client.get(reverse("organization:roster_preview", args=[batch.pk])).content.decode()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"no workbook", "“名册.xlsx”没有导入：这不是 Excel 文件"),
        (b"", "文件是空的，重新选择文件"),
        (b"x" * (20 * 1024 * 1024 + 1), "“名册.xlsx”没有导入：文件有 20 MB，最多 20 MB"),
    ],
    ids=["text", "empty", "large"],
)
def test_import_refuses_a_file(house: Any, data: bytes, reason: str) -> None:
    response = upload(as_user(house.admin), data)
    assert errors(response)[0].startswith(reason)
    assert RosterImport.objects.count() == 0


def test_template_can_be_read_back(house: Any) -> None:
    data = as_user(house.admin).get("/manage/people/import/template/").content
    [sheet] = read_roster(read_sheets(data, "名册模板.xlsx")).sheets
    assert sheet.header
    assert (sheet.understood, sheet.header.extra) == (True, {})
