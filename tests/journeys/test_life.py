"""One whole life of a problem through the pages, without a browser: every hand-over writes one message, no more."""

import datetime as dt
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from audit.models import AuditEntry
from notifications.models import Notification
from problems.actions.reminders import remind
from problems.models import Checklist, Evidence, Item
from tests.factories.organization import PASSWORD
from tests.factories.problems import World, make_world

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n%%EOF\n"
#: Monday of an ordinary week; the life goes on from here.
START = dt.datetime(2026, 6, 1, 9, 0, tzinfo=dt.timezone(dt.timedelta(hours=8)))
PROBLEM = "今年 3 月收到 42 件学校来文，有 3 件超过 5 个工作日才办结，学校两次打电话来催问进度。"


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


@pytest.fixture
def world(clock: Any) -> World:
    return make_world(head_files_first=True)


class Desk:
    """A person at the screen: opens a page, fills the form that stands there, sends it."""

    def __init__(self, world: World, key: str) -> None:
        self.user, self.client = world.people[key], Client()
        sent = {"username": self.user.staff_no, "password": PASSWORD}
        assert self.client.post("/login/", sent).status_code == 302

    def send(self, url: str, status: int = 302, **data: Any) -> Any:
        answer = self.client.post(url, {"form_token": str(uuid.uuid4()), **data})
        assert answer.status_code == status, (url, answer.status_code)
        return answer

    def page(self, url: str) -> str:
        answer = self.client.get(url)
        assert answer.status_code == 200, (url, answer.status_code)
        return answer.content.decode()


@pytest.fixture
def desks(world: World) -> dict[str, Desk]:
    return {key: Desk(world, key) for key in ("cadre", "colleague", "head", "line_leader", "office", "office_two")}


def messages() -> list[tuple[str, str]]:
    """(who, text), oldest first; what was read before is marked so that each step sees its own."""
    rows = list(Notification.objects.filter(read_at=None).order_by("pk").select_related("recipient"))
    Notification.objects.filter(read_at=None).update(read_at=START)
    return sorted((row.recipient.staff_no, row.text) for row in rows)


def file_list(desk: Desk, count: int = 1) -> Checklist:
    for _ in range(count):
        answer = desk.send("/my/items/new/")
        url = answer["Location"].split("?")[0]
        for step, data in enumerate(pages(desk, url), start=1):
            form = desk.client.get(f"{url}?step={step}").context
            sent = {"version": form["item"].version, "seen": form["seen"], "go": "next", **data}
            desk.send(f"{url}?step={step}", **sent)
    desk.send("/my/list/check/")
    return Checklist.objects.get(cadre=desk.user)


def pages(desk: Desk, url: str) -> list[dict[str, Any]]:
    kind = desk.client.get(url).context["form"].cards()[1]
    return [
        {"problem_type": kind["key"], "manifestations": [kind["rows"][0][0]], "source": "self"},
        {"problem": PROBLEM, "consequence": "学校的申请晚批 9 天"},
        {"cause_1": "没有来文台账", "cause_2": "怕麻烦，没有主动核对"},
        {"goal": "来文 5 个工作日办结率达到 95%", "indicator": "办结率", "before_value": "61%", "target_value": "95%",
         "rect_type": "time_limited", "due_on": "2026-07-10", "measures-1-text": "建立收文登记台账",
         "measures-1-due_on": "2026-06-20"},
    ]  # fmt: skip


def test_a_whole_life(world: World, desks: dict[str, Desk], clock: Any) -> None:
    cadre, head, office = desks["cadre"], desks["head"], desks["office"]
    checklist = file_list(cadre, count=2)
    assert messages() == [("head", "梁思敏提交了问题清单，等初审，6 月 4 日前")]
    gates(world, desks, checklist)
    item = checklist.items.order_by("code").first()
    url = f"/ledger/{item.code}/"
    assert [row.code for row in Item.objects.filter(checklist=checklist).order_by("code")] == [
        "ZG-2026-0001", "ZG-2026-0002"
    ]  # fmt: skip
    extended(desks, url, item)
    closed(desks, url)
    reopened(desks, url)
    assert office.user.pk != head.user.pk
    assert_record(item)


def gates(world: World, desks: dict[str, Desk], checklist: Checklist) -> None:
    """Head first, returned once, changed, passed, entered."""
    cadre, head, office, url = desks["cadre"], desks["head"], desks["office"], f"/lists/{checklist.pk}/"
    returned = {"reasons": ["根源与问题对不上"], "comment": "第一项的根源没有写到本人身上，请补充"}
    assert "先提交本人的问题清单" in head.send(f"{url}send_back/", 409, **returned).content.decode()
    assert messages() == []
    file_list(head)
    assert [who for who, _ in messages()] == ["line_leader"]
    first = checklist.items.order_by("order").first()
    marks = {f"mark_{first.pk}_field": "cause", f"mark_{first.pk}_note": "写到本人身上"}
    head.send(f"{url}send_back/", **returned, **marks)
    assert messages() == [("cadre", "宋立平退回了问题清单，按意见修改后再提交，6 月 8 日前")]
    assert "写到本人身上" in cadre.page("/my/list/")
    form = cadre.client.get(f"/my/items/{first.public_id}/edit/?step=3").context
    cadre.send(f"/my/items/{first.public_id}/edit/?step=3", version=form["item"].version, seen=form["seen"], go="list",
               cause_1="没有来文台账", cause_2="对学校等待的难处体会不深")  # fmt: skip
    cadre.send("/my/list/check/")
    assert [who for who, _ in messages()] == ["head"]
    assert "<ins>" in head.page(f"/section/review/?open={checklist.pk}")
    head.send(f"{url}endorse/")
    assert messages() == [
        (who, "梁思敏的问题清单初审通过，等整顿办审核，6 月 8 日前") for who in ("office", "office_two")
    ]
    office.send(f"{url}enter/")
    assert messages() == [("cadre", "问题清单审核通过，已进台账，可以开始整改")]
    assert world.campaign.checklists.get(pk=checklist.pk).state == "approved"


def extended(desks: dict[str, Desk], url: str, item: Item) -> None:
    cadre, head, office = desks["cadre"], desks["head"], desks["office"]
    cadre.send(f"{url}report_progress/", text="台账已启用，登记 12 件", files=SimpleUploadedFile("台账.pdf", PDF))
    assert messages() == []
    evidence = Evidence.objects.get()
    answer = cadre.client.get(f"{url}evidence/{evidence.pk}/")
    assert b"".join(answer) == PDF
    assert desks["colleague"].client.get(f"{url}evidence/{evidence.pk}/").status_code == 404
    cadre.send(f"{url}request_extension/", requested_due_on="2026-07-31", reason_kind="conditions", reason="学校放假",
               progress="已回访两所学校", plan="开学后两周内回访完")  # fmt: skip
    assert [who for who, _ in messages()] == ["head"]
    asked = f"{url}extension/{item.extensions.get().pk}/"
    head.send(f"{asked}sign/")
    assert [who for who, _ in messages()] == ["office", "office_two"]
    office.send(f"{asked}grant/", granted_due_on="2026-07-31")
    assert messages() == [("cadre", f"{item.code} 已批准延期，7 月 31 日前")]
    item.refresh_from_db()
    assert (str(item.due_on), str(item.original_due_on)) == ("2026-07-31", "2026-07-10")
    assert "原定 7 月 10 日，延至 7 月 31 日" in cadre.page(url)


def closed(desks: dict[str, Desk], url: str) -> None:
    cadre, head, office, two = (desks[key] for key in ("cadre", "head", "office", "office_two"))
    measure = Item.objects.get(code="ZG-2026-0001").measures.get()
    asked = {"result": "连续四周办结率 97%", "after_value": "97%"}
    assert "还有 1 条措施没有勾选" in cadre.send(f"{url}request_close/", 422, **asked).content.decode()
    cadre.send(f"{url}request_close/", **asked, measures_done=[measure.pk])
    assert [who for who, _ in messages()] == ["head"]
    head.send(f"{url}confirm/")
    assert [who for who, _ in messages()] == ["office", "office_two"]
    office.send(f"{url}reject/", comment="没有 5 月的办结数据，请补充一个月的统计", supplement_by="2026-06-10")
    assert [who for who, _ in messages()] == ["cadre"]
    cadre.send(f"{url}request_close/", **asked)
    head.send(f"{url}confirm/")
    assert [who for who, _ in messages()] == ["head", "office", "office_two"]
    two.send(f"{url}take/")
    office.send(f"{url}close/", comment="现场抽查 10 件，全部按期办结")
    assert messages() == [("cadre", "ZG-2026-0001 已验收销号")]
    assert cadre.client.post(f"{url}report_progress/", {"text": "还想补一句"}).status_code == 409


def reopened(desks: dict[str, Desk], url: str) -> None:
    """Two persons of the office; the first one cannot be the second."""
    office, two = desks["office"], desks["office_two"]
    office.send(f"{url}propose_reopen/", comment="回访发现又有超期")
    assert ("office_two", "沈静提出重开 ZG-2026-0001，等另一人确认") in messages()
    assert office.client.post(f"{url}reopen/", {"comment": "情况属实", "due_on": "2026-08-20"}).status_code == 404
    two.send(f"{url}reopen/", comment="情况属实", due_on="2026-08-20")
    assert [who for who, _ in messages()] == ["cadre"]


def assert_record(item: Item) -> None:
    """The history tells all of it, and every sign-in stands in the log."""
    names = list(item.events.order_by("pk").values_list("name", flat=True))
    assert names == [
        "enter", "report_progress", "request_extension", "extension_sign", "extension_grant", "request_close",
        "confirm", "reject", "request_close", "confirm", "take", "close", "propose_reopen", "reopen",
    ]  # fmt: skip
    assert AuditEntry.objects.filter(kind="login").count() == 6
    assert Notification.objects.count() == len(set(Notification.objects.values_list("recipient", "key")))


def test_reminders_come_once_a_day_and_not_on_days_off(world: World, desks: dict[str, Desk], clock: Any) -> None:
    checklist = file_list(desks["cadre"], count=2)
    file_list(desks["head"])
    desks["head"].send(f"/lists/{checklist.pk}/endorse/")
    desks["office"].send(f"/lists/{checklist.pk}/enter/")
    Notification.objects.update(read_at=START)
    assert remind(dt.date(2026, 7, 2)).created == 0  # eight days before
    found = {}
    for day in range(13):
        on = dt.date(2026, 7, 3) + dt.timedelta(days=day)
        found[on.isoformat()] = [remind(on).created for _ in range(2)]
    weekend = {"2026-07-04", "2026-07-05", "2026-07-11", "2026-07-12"}
    assert found == {day: [0, 0] if day in weekend else [1, 0] for day in found}
    latest = Notification.objects.filter(read_at=None).order_by("pk").last()
    assert (latest.recipient.staff_no, latest.text) == ("cadre", "今天有 2 项要办：2 项已逾期")
    assert "今天有 2 项要办" in desks["cadre"].page("/notices/")
