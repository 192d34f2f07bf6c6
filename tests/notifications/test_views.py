import pytest
from django.test import Client

from notifications.actions import notify
from notifications.models import Notification
from organization.models import User
from tests.factories.organization import make_user

pytestmark = pytest.mark.django_db
URL = "/notices/"


@pytest.fixture
def user(client: Client) -> User:
    person = make_user("梁思敏")
    client.force_login(person)
    return person


def texts(client: Client, **params: str) -> list[str]:
    return [notice.text for notice in client.get(URL, params).context["notices"]]


def test_two_groups_show_own_messages_only(client: Client, user: User) -> None:
    notify([user], "清单被退回", key="a")
    notify([user], "已进台账", key="b", kind="news", lines=[{"text": "ZG-2026-0001"}])
    notify([make_user("别人")], "别人的事", key="c")
    assert texts(client) == texts(client, group="nonsense") == ["清单被退回"]
    assert texts(client, group="news") == ["已进台账"]
    page = client.get(URL, {"group": "news"}).content.decode()
    assert "ZG-2026-0001" in page
    assert "别人的事" not in page


def test_an_empty_page_says_so(client: Client, user: User) -> None:
    assert "没有要办的事。" in client.get(URL).content.decode()
    assert "没有新的消息。" in client.get(URL, {"group": "news"}).content.decode()


def test_pages_of_twenty(client: Client, user: User) -> None:
    for number in range(21):
        notify([user], f"第{number}条", key=str(number))
    assert len(texts(client)) == 20
    assert texts(client, page="2") == texts(client, page="99") == ["第0条"]


def test_opening_a_message_marks_it_and_leads_on(client: Client, user: User) -> None:
    notify([user], "清单被退回", key="a", url="/my/list/")
    notify([user], "没有页面", key="b", kind="news")
    first, second = Notification.objects.order_by("pk")
    assert client.get(f"{URL}{first.pk}/go/").status_code == 405
    assert client.post(f"{URL}{first.pk}/go/").headers["Location"] == "/my/list/"
    assert client.post(f"{URL}{second.pk}/go/").headers["Location"] == "/notices/?group=news"
    assert not Notification.objects.unread().exists()


def test_reading_one_and_all(client: Client, user: User) -> None:
    for key in "abc":
        notify([user], key, key=key)
    notify([user], "d", key="d", kind="news")
    pk = Notification.objects.get(key="a").pk
    assert client.post(f"{URL}{pk}/read/").headers["Location"] == "/notices/?group=task"
    assert set(Notification.objects.unread().values_list("key", flat=True)) == {"b", "c", "d"}
    said = client.post(f"{URL}read/", {"group": "task"}, follow=True).content.decode()
    assert "2 条已标为已读" in said
    assert set(Notification.objects.unread().values_list("key", flat=True)) == {"d"}
    assert "没有未读的消息" in client.post(f"{URL}read/", follow=True).content.decode()


@pytest.mark.parametrize("step", ["go", "read"])
def test_a_stranger_finds_nothing(client: Client, user: User, step: str) -> None:
    notify([make_user("别人")], "别人的事", key="c")
    foreign = Notification.objects.get()
    assert client.post(f"{URL}{foreign.pk}/{step}/").status_code == 404
    assert Notification.objects.unread().count() == 1
