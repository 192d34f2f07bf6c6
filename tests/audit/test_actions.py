import uuid

import pytest
from django.db import IntegrityError
from django.test import RequestFactory

from audit.actions import once, record
from audit.models import AuditEntry, FormToken
from core.workflow import MoveRefused
from tests.factories.organization import make_user

pytestmark = pytest.mark.django_db


def test_record_keeps_who_what_and_whence() -> None:
    user = make_user("沈静")
    request = RequestFactory().get("/", REMOTE_ADDR="10.1.2.3")
    record("role", by=user, object_label="x" * 300, detail={"role": "office"}, request=request)
    record("login_failed")
    rows = list(AuditEntry.objects.order_by("pk").values_list("kind", "by_id", "by_name", "detail", "address"))
    assert rows == [
        ("role", user.pk, "沈静", {"role": "office"}, "10.1.2.3"),
        ("login_failed", None, "", {}, ""),
    ]
    assert len(AuditEntry.objects.earliest("pk").object_label) == 200
    assert str(AuditEntry.objects.earliest("pk")).startswith("角色变更 沈静 xx")


def test_once_runs_the_first_time_only() -> None:
    user, token, ran = make_user("沈静"), uuid.uuid4(), []
    assert once(token, by=user, call=lambda: ran.append(1)) is True
    assert once(str(token), by=user, call=lambda: ran.append(2)) is False
    assert once(token, by=None, call=lambda: ran.append(3)) is False
    assert ran == [1]
    assert list(FormToken.objects.values_list("token", "by_id")) == [(token, user.pk)]
    assert str(FormToken.objects.get()) == str(token)


def test_once_gives_the_token_back_when_the_call_is_refused() -> None:
    token, ran = uuid.uuid4(), []

    def refused() -> None:
        record("import")
        raise MoveRefused("不能办理")

    with pytest.raises(MoveRefused):
        once(token, by=None, call=refused)
    assert (FormToken.objects.count(), AuditEntry.objects.count()) == (0, 0)
    assert once(token, by=None, call=lambda: ran.append(1)) is True
    assert ran == [1]


def test_once_does_not_take_the_calls_own_conflict_for_a_used_token() -> None:
    token = uuid.uuid4()
    with pytest.raises(IntegrityError):
        once(token, by=None, call=lambda: FormToken.objects.create(token=token))
    assert FormToken.objects.count() == 0


@pytest.mark.parametrize("token", ["", "not-a-uuid"])
def test_once_without_a_proper_token_still_does_the_work(token: str) -> None:
    ran: list[int] = []
    assert once(token, by=None, call=lambda: ran.append(1)) is True
    assert once(token, by=None, call=lambda: ran.append(2)) is True
    assert ran == [1, 2]
    assert FormToken.objects.count() == 0
