"""Signing in, first passwords, lockout, idle end, sessions, preferences, first-run page."""

import datetime as dt
import json
from typing import Any

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from audit.models import AuditEntry
from organization.actions import people, units
from organization.actions.sessions import device_of, last_seen
from organization.models import RoleAssignment, Unit, User, UserSession
from organization.passwords import ActivationCode, PasswordRule, code_hash, new_code
from organization.scope import Role
from tests.factories.organization import PASSWORD, grant, make_bureau, make_unit, make_user

pytestmark = pytest.mark.django_db

NEW = "Xin-mima-2026"
START = dt.datetime(2026, 6, 8, 9, 0, tzinfo=dt.timezone(dt.timedelta(hours=8)))


@pytest.fixture
def person() -> User:
    return make_user("梁思敏", make_unit("办公室"), staff_no="A100")


def login(client: Client, password: str = PASSWORD, staff_no: str = "A100", **more: Any) -> Any:
    return client.post("/login/", {"username": staff_no, "password": password, **more})


def relogin(client: Client, **body: Any) -> Any:
    return client.post("/session/relogin/", json.dumps(body), content_type="application/json")


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def errors(response: Any) -> list[str]:
    return [text for texts in response.context["form"].errors.values() for text in texts]


def test_login_leads_on_and_is_recorded(client: Client, person: User) -> None:
    response = login(client, next="/my/sessions/")
    assert (response.status_code, response.headers["Location"]) == (302, "/my/sessions/")
    assert response.cookies["big"].value == "0"
    entry = AuditEntry.objects.get()
    assert (entry.kind, entry.by_id, entry.object_label) == ("login", person.pk, "A100")
    session = UserSession.objects.get()
    assert (session.user, session.session_key, str(session)) == (
        person,
        client.session.session_key,
        "其他设备 · 其他浏览器",
    )
    assert client.get("/login/").headers["Location"] == "/"


@pytest.mark.parametrize("address", ["https://evil.example/", "//evil.example", "javascript:alert(1)", ""])
def test_login_leads_to_no_other_site(client: Client, person: User, address: str) -> None:
    assert login(client, next=address).headers["Location"] == "/"


def test_login_page(client: Client, person: User) -> None:
    page = client.get("/login/?next=/my/password/")
    assert page.status_code == 200
    assert 'value="/my/password/"' in page.content.decode()


@pytest.mark.parametrize(("staff_no", "password"), [("A100", "wrong"), ("NOBODY", PASSWORD)])
def test_wrong_password_and_unknown_number_read_the_same(
    client: Client, person: User, staff_no: str, password: str
) -> None:
    response = login(client, password, staff_no)
    assert errors(response) == ["工号或密码不对。核对后再试；初始密码由整顿办发放"]
    assert f'value="{staff_no}"' in response.content.decode()
    assert [(entry.kind, entry.object_label) for entry in AuditEntry.objects.all()] == [("login_failed", staff_no)]


def test_blank_login(client: Client, person: User) -> None:
    assert errors(login(client, "", "")) == ["填写工号", "填写密码"]


def test_five_failures_lock_for_a_quarter_of_an_hour(client: Client, person: User) -> None:
    with time_machine.travel(START, tick=False) as clock:
        answers = [login(client, "wrong") for _ in range(5)]
        assert [answer.status_code for answer in answers] == [200, 200, 200, 200, 429]
        clock.shift(dt.timedelta(minutes=14))
        locked = login(client)
        assert locked.status_code == 429
        assert errors(locked) == [
            "密码连续 5 次不对，此账号在这台设备上暂停登录 15 分钟，09:15 后再试。忘记密码请联系整顿办重置"
        ]
        clock.shift(dt.timedelta(minutes=2))
        assert login(client).status_code == 302
    kinds = [entry.kind for entry in AuditEntry.objects.order_by("pk")]
    assert kinds == ["login_failed"] * 4 + ["locked", "locked", "login"]


def test_lock_of_one_person_leaves_the_others_alone(client: Client, person: User) -> None:
    other = make_user("宋立平", person.unit, staff_no="A200")
    for _ in range(6):
        login(client, "wrong")
    assert login(client, staff_no=other.staff_no).status_code == 302


def test_logout_leaves_nothing(client: Client, person: User) -> None:
    login(client)
    response = client.post("/logout/")
    assert response.headers["Location"] == "/login/"
    assert response.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert not signed_in(client)
    assert UserSession.objects.count() == 0
    assert [entry.kind for entry in AuditEntry.objects.order_by("pk")] == ["login", "logout"]
    client.post("/logout/")
    assert AuditEntry.objects.count() == 2


def test_deactivated_person_is_out_at_once(client: Client, person: User) -> None:
    login(client)
    admin = make_user("管理员", person.unit)
    people.deactivate_person(person, on=dt.date(2026, 6, 8), by=admin)
    assert client.get("/my/sessions/").status_code == 302
    assert login(client).status_code == 200
    assert UserSession.objects.count() == 0


def test_role_change_counts_at_the_next_request(client: Client, person: User) -> None:
    login(client)
    assert client.get("/manage/org/").status_code == 403
    assert AuditEntry.objects.filter(kind="denied", by_id=person.pk, object_label="/manage/org/").count() == 1
    given = grant(person, Role.OFFICE, Unit.objects.get(depth=1))
    assert client.get("/manage/org/").status_code == 200
    people.end_grant(given, dt.date.today())
    assert client.get("/manage/org/").status_code == 403


def test_first_password_has_to_be_replaced(client: Client, person: User) -> None:
    code = people.reset_password(person, by=make_user("管理员", person.unit))
    login(client, code)
    assert client.get("/my/sessions/").headers["Location"] == "/my/password/"
    htmx = client.get("/my/sessions/", headers={"HX-Request": "true"})
    assert (htmx.status_code, htmx.headers["HX-Redirect"]) == (403, "/my/password/")
    page = client.get("/my/password/").content.decode()
    assert "设置自己的密码" in page
    assert "现在的密码" not in page
    assert client.get("/nowhere/").status_code == 404
    assert client.post("/my/password/", {"new": NEW, "again": NEW}).headers["Location"] == "/"
    assert client.get("/my/sessions/").status_code == 200
    client.post("/logout/")
    assert login(client, code).status_code == 200
    assert login(client, NEW).status_code == 302


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("Ab1-", "新密码现在 4 位，至少要 10 位"),
        ("abcdefgh12", "新密码要含大写字母、小写字母、数字、符号中的三种，补上后再提交"),
        ("梁思敏-Abc-2026", "新密码里有姓名或工号，换成别的内容"),
        ("Xy-a100-2026", "新密码里有姓名或工号，换成别的内容"),
        (PASSWORD, "新密码和现在的一样，换一个"),
    ],
)
def test_weak_passwords(client: Client, person: User, password: str, reason: str) -> None:
    login(client)
    response = client.post("/my/password/", {"old": PASSWORD, "new": password, "again": password})
    assert errors(response) == [reason]


def test_common_password_and_mistyped_ones(client: Client, person: User) -> None:
    login(client)
    response = client.post("/my/password/", {"old": "wrong", "new": NEW, "again": "other"})
    assert errors(response) == ["现在的密码不对，核对后再输入", "两次输入的新密码不一样，重新输入"]
    assert errors(client.post("/my/password/", {"old": ""})) == ["填写现在的密码", "填写新密码", "再输一次新密码"]


def test_rule_without_a_person() -> None:
    PasswordRule().validate(NEW)
    assert PasswordRule().get_help_text().startswith("至少 10 位")
    with pytest.raises(ValidationError):
        PasswordRule().validate("short")


def test_code_hash() -> None:
    code = new_code()
    assert len(code) == 14
    encoded = code_hash(code)
    hasher = ActivationCode()
    assert hasher.decode(encoded)["algorithm"] == "activation"
    assert (hasher.verify(code, encoded), hasher.verify("x", encoded)) == (True, False)
    assert hasher.safe_summary(encoded) == {"算法": "activation"}
    assert not hasher.must_update(encoded)


def test_new_password_ends_the_other_sessions(client: Client, person: User) -> None:
    other = Client()
    login(other)
    login(client)
    client.post("/my/password/", {"old": PASSWORD, "new": NEW, "again": NEW})
    assert client.get("/my/sessions/").status_code == 200
    assert other.get("/my/sessions/").status_code == 302
    assert [row.session_key for row in person.sessions.all()] == [client.session.session_key]


def test_idle_end_and_going_on_in_place(client: Client, person: User) -> None:
    with time_machine.travel(START, tick=False) as clock:
        login(client)
        clock.shift(dt.timedelta(minutes=29))
        assert client.post("/session/keep/").status_code == 204
        clock.shift(dt.timedelta(minutes=31))
        expired = client.get("/my/sessions/", headers={"Accept": "application/json"})
        assert expired.status_code == 401
        wrong = relogin(client, password="wrong")
        assert (wrong.status_code, wrong.json()["error"][:8]) == (400, "工号或密码不对。")
        answer = relogin(client, username="A100", password=PASSWORD)
        assert answer.status_code == 200
        assert set(answer.json()) == {"csrf"}
        assert client.get("/my/sessions/").status_code == 200


def test_poller_does_not_keep_the_session(client: Client, person: User) -> None:
    with time_machine.travel(START, tick=False) as clock:
        login(client)
        for _ in range(4):
            clock.shift(dt.timedelta(minutes=10))
            client.get("/my/sessions/", headers={"X-Background": "1"})
        assert not signed_in(client)


def test_absolute_end_after_twelve_hours(client: Client, person: User) -> None:
    with time_machine.travel(START, tick=False) as clock:
        login(client)
        for _ in range(48):
            clock.shift(dt.timedelta(minutes=15))
            assert client.get("/my/sessions/").status_code == 200
        clock.shift(dt.timedelta(minutes=1))
        assert client.get("/my/sessions/").status_code == 302


def test_page_is_continued_by_its_owner_only(client: Client, person: User) -> None:
    make_user("宋立平", person.unit, staff_no="A200")
    login(client)
    answer = relogin(client, username="A200", password=PASSWORD)
    assert (answer.status_code, answer.json()) == (400, {"error": "页面属于另一个账号，请到登录页换账号登录"})
    assert relogin(client, password=PASSWORD).status_code == 200


def test_relogin_without_a_trace_of_the_session(client: Client, person: User) -> None:
    assert relogin(client, password=PASSWORD).status_code == 400
    assert relogin(client, username="A100", password=PASSWORD).status_code == 200


@pytest.mark.parametrize("body", ["", "[]", "{}", '{"password": ""}', '{"password": "a\\u0000b"}', "\xff"])
def test_relogin_with_nonsense(client: Client, person: User, body: str) -> None:
    response = client.post("/session/relogin/", body.encode("latin-1"), content_type="application/json")
    assert (response.status_code, response.json()) == (400, {"error": "输入密码后继续"})


def test_relogin_is_locked_like_the_login(client: Client, person: User) -> None:
    login(client)
    codes = [relogin(client, password="wrong").status_code for _ in range(6)]
    assert codes == [400, 400, 400, 400, 429, 429]


def test_session_list_shows_and_ends_own_devices(client: Client, person: User) -> None:
    phone = Client(headers={"User-Agent": "Mozilla/5.0 (Linux; Android 13) MicroMessenger/8.0 Chrome/110"})
    login(phone)
    login(client)
    page = client.get("/my/sessions/")
    assert {(row["session"].device, row["current"]) for row in page.context["rows"]} == {
        ("Android · 微信", False),
        ("其他设备 · 其他浏览器", True),
    }
    other = person.sessions.get(device="Android · 微信")
    assert client.post(reverse("organization:session_end", args=[other.pk])).status_code == 302
    assert phone.get("/my/sessions/").status_code == 302
    login(phone)
    client.post("/my/sessions/end-others/")
    assert phone.get("/my/sessions/").status_code == 302
    assert client.post("/my/sessions/end-others/", follow=True).context["rows"][0]["current"]


def test_session_of_somebody_else_does_not_exist(client: Client, person: User) -> None:
    victim = Client()
    make_user("宋立平", person.unit, staff_no="A200")
    login(victim, staff_no="A200")
    login(client)
    session = UserSession.objects.get(user__staff_no="A200")
    assert client.post(reverse("organization:session_end", args=[session.pk])).status_code == 404
    assert victim.get("/my/sessions/").status_code == 200


def test_sessions_that_are_over_are_forgotten_at_the_next_login(client: Client, person: User) -> None:
    login(client)
    old = UserSession.objects.get()
    Session.objects.all().delete()
    assert last_seen(old) is None
    other = Client()
    login(other)
    assert [row.session_key for row in person.sessions.all()] == [other.session.session_key]


@pytest.mark.parametrize(
    ("agent", "device"),
    [
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/90.0 Safari/537.36", "Windows · Chrome"),
        ("Mozilla/5.0 (X11; Linux x86_64; UOS) Firefox/102", "国产系统 · Firefox"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 15) Safari/604", "iPhone / iPad · Safari"),
        ("", "其他设备 · 其他浏览器"),
    ],
)
def test_device(agent: str, device: str) -> None:
    assert device_of(agent) == device


def test_large_type_for_a_guest_and_for_a_person(client: Client, person: User) -> None:
    guest = client.post("/my/preferences/", {"big": "1", "next": "/login/"})
    assert (guest.headers["Location"], guest.cookies["big"].value) == ("/login/", "1")
    assert client.get("/my/preferences/").headers["Location"] == "/login/"
    login(client)
    client.post("/my/preferences/", {"big": "1"})
    person.refresh_from_db()
    assert (person.large_type, person.shortcuts) == (True, True)
    page = client.get("/my/preferences/")
    assert page.context["form"].initial == {"big": True, "shortcuts": True}
    saved = client.post("/my/preferences/", {"shortcuts_shown": "1"})
    assert saved.cookies["big"].value == "0"
    person.refresh_from_db()
    assert (person.large_type, person.shortcuts) == (False, False)


SETUP = {"bureau": "云溪县教育局", "code": "JG", "name": "管理员", "staff_no": "admin", "password": NEW, "again": NEW}


def test_first_run_page_makes_the_bureau_and_its_administrator(client: Client) -> None:
    assert client.get("/login/").headers["Location"] == "/setup/"
    assert client.get("/setup/").status_code == 200
    assert client.post("/setup/", SETUP).headers["Location"] == "/manage/people/import/"
    root, admin = Unit.objects.get(), User.objects.get()
    assert (root.name, root.code, root.kind) == ("云溪县教育局", "JG", "bureau")
    assert (admin.staff_no, admin.must_change_password) == ("admin", False)
    granted = RoleAssignment.objects.get()
    assert (granted.user, granted.role, granted.unit) == (admin, Role.ADMIN, root)
    assert client.get("/manage/people/import/").status_code == 200
    assert Client().get("/setup/").status_code == 404
    assert Client().post("/setup/", {**SETUP, "staff_no": "second"}).status_code == 404
    assert User.objects.count() == 1


def test_first_run_page_takes_a_bureau_that_is_there(client: Client) -> None:
    root = make_bureau()
    client.post("/setup/", SETUP)
    assert RoleAssignment.objects.get().unit == root


@pytest.mark.parametrize(
    ("data", "reasons"),
    [
        ({"password": "short", "again": "short"}, ["新密码现在 5 位，至少要 10 位"]),
        ({"again": "other"}, ["两次输入的密码不一样，重新输入"]),
        ({"staff_no": "工 号"}, ["工号只能是字母、数字和短横，最多 30 位"]),
        ({"password": "", "again": ""}, ["填写密码", "再输一次密码"]),
    ],
)
def test_first_run_page_refuses(client: Client, data: dict[str, str], reasons: list[str]) -> None:
    response = client.post("/setup/", {**SETUP, **data})
    assert errors(response) == reasons
    assert (User.objects.count(), Unit.objects.count()) == (0, 0)


@pytest.mark.parametrize("name", ["logout", "keep", "relogin", "session_end_others"])
def test_get_changes_nothing(client: Client, person: User, name: str) -> None:
    login(client)
    assert client.get(reverse(f"organization:{name}")).status_code == 405


def test_first_run_closes_as_soon_as_there_is_a_person(person: User) -> None:
    data = {name: value for name, value in SETUP.items() if name != "again"}
    with pytest.raises(units.MoveRefused, match="首次设置不再开放"):
        units.set_up(**data)
    assert User.objects.count() == 1
