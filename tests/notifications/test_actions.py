import pytest

from notifications.actions import mark_read, notify, notify_many
from notifications.facts import Group, groups, unread_count
from notifications.models import Notification
from tests.factories.organization import make_user

pytestmark = pytest.mark.django_db


def rows() -> set[tuple[str, str, str]]:
    return set(Notification.objects.values_list("recipient__name", "key", "text"))


def test_a_key_is_written_once_per_person() -> None:
    one, other = make_user("梁思敏"), make_user("宋立平")
    assert notify([one, one], "清单已退回", key="list-event:1", url="/my/list/") == 1
    assert notify([one, other], "又一次", key="list-event:1", lines=[{"text": "一项"}]) == 1
    assert notify([], "无人", key="x") == 0
    assert rows() == {("梁思敏", "list-event:1", "清单已退回"), ("宋立平", "list-event:1", "又一次")}


def test_many_rows_are_written_once_each() -> None:
    one, other = make_user("梁思敏"), make_user("宋立平")
    notify([one], "旧", key="day:1")

    def prepared() -> list[Notification]:
        return [Notification(recipient=user, key=key, text="新") for user in (one, other) for key in ("day:1", "day:2")]

    assert notify_many(prepared()) == 3
    assert notify_many(prepared()) == 0
    assert rows() == {
        ("梁思敏", "day:1", "旧"),
        ("梁思敏", "day:2", "新"),
        ("宋立平", "day:1", "新"),
        ("宋立平", "day:2", "新"),
    }


def test_reading_touches_only_the_persons_own_messages() -> None:
    one, other = make_user("梁思敏"), make_user("宋立平")
    for number in range(3):
        notify([one, other], "消息", key=f"k{number}", kind="news" if number == 2 else "task")
    foreign = Notification.objects.filter(recipient=other).first()
    assert mark_read(one, foreign.pk) == 0
    assert mark_read(one, Notification.objects.of(one).first().pk) == 1
    assert mark_read(one, kind="task") + mark_read(one, kind="news") == 2
    assert mark_read(one) == 0
    assert (unread_count(one), unread_count(other)) == (0, 3)
    assert groups(other) == [Group("task", "要办的", 2, 2), Group("news", "知道一下", 1, 1)]
    assert groups(make_user("新人")) == [Group("task", "要办的", 0, 0), Group("news", "知道一下", 0, 0)]


@pytest.mark.parametrize(
    ("url", "target"), [("/my/list/", "/my/list/"), ("", ""), ("//evil.example", ""), ("https://evil.example", "")]
)
def test_a_message_leads_into_the_product_only(url: str, target: str) -> None:
    notice = Notification(url=url, text="清单已退回")
    assert (notice.target, str(notice)) == (target, "清单已退回")
