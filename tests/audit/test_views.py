import datetime as dt

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from audit.actions import record, record_reading
from audit.models import AuditEntry
from organization.models import User
from organization.scope import Role
from tests.factories.organization import grant, make_bureau, make_user

pytestmark = pytest.mark.django_db
URL = "/manage/audit/"


@pytest.fixture
def admin() -> User:
    bureau = make_bureau()
    user = make_user("任杰", bureau)
    grant(user, Role.ADMIN, bureau)
    return user


def said(client: Client, **params: str) -> list[str]:
    entries = client.get(URL, params).context["entries"]
    return [entry.object_label for entry in entries if entry.kind != "read_audit"]


@pytest.mark.parametrize(
    ("role", "status"),
    [(role, 200 if role in {Role.ADMIN, Role.AUDITOR, Role.DISCIPLINE} else 403) for role in Role] + [(None, 403)],
)
def test_the_log_opens_to_three_roles(client: Client, role: Role | None, status: int) -> None:
    bureau = make_bureau()
    user = make_user("韩冬", bureau)
    if role:
        grant(user, role, bureau)
    record("login", object_label="不应看到")
    client.force_login(user)
    response = client.get(URL)
    assert response.status_code == status
    assert ("不应看到" in response.content.decode()) is (status == 200)


def test_filters_narrow_the_log(client: Client, admin: User) -> None:
    other = make_user("沈静")
    with time_machine.travel("2026-03-01 23:30 +0800", tick=False):
        record("role", by=other, object_label="甲")
    with time_machine.travel("2026-03-02 00:10 +0800", tick=False):
        record("role", by=admin, object_label="乙")
        record("login", by=other, object_label="丙")
    client.force_login(admin)
    assert said(client) == ["丙", "乙", "甲"]
    assert said(client, person="沈静") == ["丙", "甲"]
    assert said(client, kind="role") == ["乙", "甲"]
    assert said(client, target="乙") == ["乙"]
    assert said(client, since="2026-03-02") == ["丙", "乙"]
    assert said(client, until="2026-03-01") == ["甲"]
    assert said(client, person="沈静", since="2026-03-02", kind="role") == []
    assert "没有符合筛选的记录" in client.get(URL, {"person": "无"}).content.decode()


@pytest.mark.parametrize(
    ("params", "text"),
    [
        ({"since": "三月"}, "“从”写成 2026-06-12 的样子"),
        ({"since": "2026-03-02", "until": "2026-03-01"}, "“到”（2026-03-01）早于“从”（2026-03-02），请改晚"),
        ({"kind": "x"}, "类别“x”不在列表里"),
    ],
)
def test_a_filter_that_cannot_be_is_explained_and_shows_everything(
    client: Client, admin: User, params: dict, text: str
) -> None:
    record("login", object_label="甲")
    client.force_login(admin)
    assert said(client, **params) == ["甲"]
    assert text in client.get(URL, params).content.decode()


def test_reading_is_recorded_once_an_hour_and_person(admin: User) -> None:
    start = timezone.now()
    written = []
    for minutes in (0, 1, 59, 61):
        with time_machine.travel(start + dt.timedelta(minutes=minutes), tick=False):
            written.append(record_reading(by=admin, request=None))
    with time_machine.travel(start + dt.timedelta(minutes=62), tick=False):
        written.append(record_reading(by=make_user("沈静"), request=None))
    assert written == [True, False, False, True, True]


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow_with_the_log(
    client: Client, admin: User, count: int, django_assert_max_num_queries
) -> None:
    for _ in range(count * 10):
        record("login", by=admin)
    client.force_login(admin)
    client.get(URL)
    with django_assert_max_num_queries(12) as captured:
        client.get(URL)
    test_queries_do_not_grow_with_the_log.seen = getattr(test_queries_do_not_grow_with_the_log, "seen", len(captured))
    assert len(captured) == test_queries_do_not_grow_with_the_log.seen


def test_pages_follow_each_other_and_keep_the_filter(client: Client, admin: User) -> None:
    for number in range(25):
        record("login", by=admin, object_label=f"{number}")
    client.force_login(admin)
    assert said(client, kind="login", page="2") == ["4", "3", "2", "1", "0"]
    assert 'href="?kind=login&amp;page=1"' in client.get(URL, {"kind": "login", "page": "2"}).content.decode()


def test_details_read_as_words() -> None:
    entry = AuditEntry(
        detail={
            "期限": {"原": "7", "现": "10"},
            "名称": {"原": "", "现": None},
            "日期": {"学期末": "2026-07-10", "活动结束": "2027-02-28"},
            "年份": [2026, 2027],
            "空": [],
            "上班": True,
            "停用": False,
            "人数": 0,
        }
    )
    assert entry.lines == [
        "期限：7 → 10",
        "名称：-- → --",
        "日期：学期末 2026-07-10，活动结束 2027-02-28",
        "年份：2026、2027",
        "空：--",
        "上班：是",
        "停用：否",
        "人数：0",
    ]
