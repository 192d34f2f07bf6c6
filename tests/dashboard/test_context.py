"""What stands around every page, and what it costs."""

import datetime as dt

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.test import Client, RequestFactory

from campaign.models import Campaign
from core import clock
from dashboard.context import pick, shell
from notifications.actions import notify
from organization.models import User
from tests.factories.organization import make_bureau
from tests.factories.problems import World, make_campaign, make_world

DAY = dt.timedelta(days=1)


@pytest.fixture
def world(db: None) -> World:
    return make_world(office_phone="0000-0000001")


def request_of(user: object, path: str = "/my/") -> HttpRequest:
    request = RequestFactory().get(path)
    request.user = user
    return request


def test_three_queries_beyond_the_scope_of_the_person(world: World, django_assert_max_num_queries: object) -> None:
    user = world.fresh("head")
    user.scope  # noqa: B018  # resolved once per request, whoever asks first
    with django_assert_max_num_queries(3):
        shell(request_of(user))


def test_frame_of_a_signed_in_person(world: World) -> None:
    notify([world.head], "有一份清单等初审", key="k1")
    found = shell(request_of(world.fresh("head"), "/section/review/"))
    assert (found["me"], found["my_roles"], found["unread"]) == (world.head, "单位负责人", 1)
    assert (found["org_name"], found["office_phone"], found["demo"]) == ("云溪县教育局", "0000-0000001", False)
    assert [row["label"] for row in found["nav"] if row["current"]] == ["清单初审"]
    assert [(tab["label"], tab.get("count")) for tab in found["tabs"]] == [
        ("首页", None), ("科室台账", None), ("通知", 1), ("我的", None),
    ]  # fmt: skip
    assert [row["label"] for row in found["switches"]] == ["科室初审", "我的整改"]


@pytest.mark.parametrize(
    ("path", "label"), [("/my/", "首页"), ("/my/list/check/", "我的清单"), ("/notices/", "通知"), ("/help/", "")]
)
def test_one_tab_is_current(world: World, path: str, label: str) -> None:
    tabs = shell(request_of(world.fresh("cadre"), path))["tabs"]
    assert [tab["label"] for tab in tabs if tab.get("current")] == ([label] if label else [])


def test_strangers_get_the_frame_only(world: World) -> None:
    found = shell(request_of(AnonymousUser()))
    assert set(found) == {"campaign", "org_name", "office_phone", "demo", "idle_minutes"}
    assert set(shell(RequestFactory().get("/"))) == set(found)


def test_before_any_campaign(db: None) -> None:
    make_bureau("某县教育局")
    found = shell(request_of(AnonymousUser()))
    assert (found["campaign"], found["org_name"], found["demo"]) == (None, "某县教育局", False)


def test_the_running_campaign_before_the_next_one(db: None) -> None:
    make_campaign(code="OLD", start_on=clock.today() - 700 * DAY, archived_on=clock.today() - 300 * DAY)
    assert pick(list(Campaign.objects.all())) is None
    soon = make_campaign(code="SOON", start_on=clock.today() + 30 * DAY, end_on=clock.today() + 400 * DAY)
    make_campaign(code="LATER", start_on=clock.today() + 300 * DAY, end_on=clock.today() + 700 * DAY)
    assert pick(list(Campaign.objects.all())) == soon
    now = make_campaign(code="NOW")
    assert pick(list(Campaign.objects.all())) == now


@pytest.mark.parametrize("url", ["/a11y/", "/feedback/new/"])
def test_pages_that_need_no_login(world: World, url: str) -> None:
    answer = Client().get(url)
    assert answer.status_code == 200
    assert "0000-0000001" in answer.content.decode()


@pytest.mark.parametrize(
    ("who", "heading"), [("cadre", "干部"), ("head", "科室和学校负责人"), ("office", "整顿办"), ("admin", "系统管理员")]
)
def test_help_opens_at_the_page_of_the_role(world: World, who: str, heading: str) -> None:
    client = Client()
    client.force_login(world.people[who])
    assert client.get("/help/").context["heading"] == heading
    for url, label, _ in client.get("/help/").context["guides"]:
        assert client.get(url).context["heading"] == label
    assert client.get("/help/nobody/").status_code == 404


def test_who_sees_what_names_every_role(world: World) -> None:
    client = Client()
    client.force_login(User.objects.get(pk=world.cadre.pk))
    page = client.get("/visibility/").content.decode()
    assert all(label in page for label in ("班子成员", "整顿办", "督查组", "纪检监察", "系统管理员"))
