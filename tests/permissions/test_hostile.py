"""Addresses and forms that no honest page sends: nothing fails, nothing happens twice, nothing foreign is changed."""

import datetime as dt
import re
import uuid
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from notifications.models import Notification
from problems.ledger import State
from problems.models import Checklist, Draft, Evidence, Item, ItemEvent, Progress
from tests.factories.problems import EXTENSION_FORM, World, item_in, make_world, submitted_list, write_list
from tests.permissions.stage import PDF, Stage, make_stage, signed_in
from tests.permissions.test_urls import reader

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]

LEDGER = ("q", "status", "unit", "type", "due", "lamp", "source", "returned", "evidence", "stale", "level", "view")
#: Page → what it reads from its address.
PARAMETERS = {
    "organization:login": ("next",),
    "organization:org": ("unit", "show", "q", "page"),
    "organization:people": ("unit", "show", "q", "page"),
    "organization:unit_new": ("parent",),
    "organization:person_new": ("unit",),
    "organization:roles": ("role", "page"),
    "organization:roster_preview": ("page",),
    "notifications:list": ("group", "page"),
    "audit:list": ("person", "kind", "target", "since", "until", "page", "size"),
    "campaign:workdays": ("year",),
    "campaign:participants": ("q", "unit", "exempt", "page"),
    "problems:my_list": ("list",),
    "problems:list_check": ("list",),
    "problems:list_done": ("list",),
    "problems:item_edit": ("step", "back"),
    "problems:review_unit": ("open", "tab"),
    "problems:review_office": ("open", "tab"),
    "problems:checklist": ("round", "queue"),
    "problems:ledger": (*LEDGER, "sort", "page", "size", "open"),
    "problems:ledger_print": (*LEDGER, "sort"),
    "problems:view_save": ("q", "view", "sort", "unit"),
    "problems:bulk": ("pk", "all", "filter"),
    "problems:item": ("panel",),
    "problems:evidence_add": ("measure", "replaces"),
    "dashboard:leadership": ("scope",),
    "dashboard:lane": ("page",),
    "dashboard:coverage": ("campaign", "kind", "missing"),
    "dashboard:coverage_people": ("campaign", "kind", "unit", "level", "show", "page"),
}
#: Sent as they are: some cannot be written as text.
SHARP = {
    "huge": "9" * 40,
    "nul": "%00",
    "surrogate": "%ED%A0%80",
    "digit that is none": quote("²"),
}
NASTY = {
    **SHARP,
    "quotes": quote("'\"><script>alert(1)</script>"),
    "year 0": "0000",
    "negative": "-1",
    "bytes": "%FF%FE",
    "long": "a" * 10_000,
    "date 0": "0000-00-00",
    "date 9999": "9999-12-31",
    "other digits": quote("１２٣"),
    "emoji": quote("😀👩‍👩‍👧"),
    "brackets": "%5B%5D",
    "percent": "%",
    "path": quote("../../etc/passwd"),
    "sql": quote("1) OR 1=1 --"),
    "template": quote("{{7*7}}{% debug %}"),
    "float": "NaN",
    "line": "%0d%0aSet-Cookie:%20a=b",
}


@pytest.fixture(autouse=True)
def _quiet(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("CRITICAL", "django.request")


@pytest.fixture
def world() -> World:
    return make_world()


def test_the_table_names_every_parameter_that_a_view_reads() -> None:
    pattern = re.compile(r"""GET(?:\.get|\.getlist|\[)\(?["'](\w+)["']""")
    views = [*ROOT.glob("*/views/*.py"), *ROOT.glob("*/views.py")]
    read = {name for path in views for name in pattern.findall(path.read_text(encoding="utf-8"))}
    assert read <= {name for names in PARAMETERS.values() for name in names}
    assert len(NASTY) >= 12


def answer(stage: Stage, name: str, query: str) -> int:
    key = "" if name == "organization:login" else "admin" if name == "audit:list" else reader(name)
    # The query goes through untouched; the client would write it anew.
    response = stage.clients[key].get(stage.url(name), QUERY_STRING=query)
    assert "Set-Cookie: a=b" not in str(response.headers)
    return response.status_code


def test_no_address_makes_a_page_fail() -> None:
    stage, wrong = make_stage(), {}
    for name, parameters in PARAMETERS.items():
        queries = {kind: "&".join(f"{one}={value}" for one in parameters) for kind, value in NASTY.items()}
        queries |= {f"{kind} in {one}": f"{one}={SHARP[kind]}" for kind in ("huge", "surrogate") for one in parameters}
        queries["odd names"] = "&".join(f"{one}[]=1&{one}%00=1&{one}.x=1&%ED%A0%80=1" for one in parameters)
        answers = {label: answer(stage, name, query) for label, query in queries.items()}
        wrong |= {(name, label): status for label, status in answers.items() if status not in (200, 302, 400, 404)}
    assert wrong == {}


def test_no_part_of_a_path_makes_a_page_fail(world: World) -> None:
    office, wrong = signed_in(world.people["office"]), {}
    paths = ("/ledger/{}/", "/ledger/{}/print/", "/ledger/views/{}/delete/", "/ledger/bulk/{}/", "/lists/{}/",
             "/lists/{}/enter/", "/manage/org/{}/edit/", "/manage/people/{}/", "/manage/people/import/{}/",
             "/campaign/{}/", "/campaign/types/{}/", "/campaign/workdays/{}/", "/lanes/{}/", "/help/{}/",
             "/notices/{}/go/", "/api/drafts/problem-item/{}/", "/my/items/{}/edit/")  # fmt: skip
    for path in paths:
        for value in SHARP.values():
            for method in ("get", "post"):
                status = getattr(office, method)(path.format(value)).status_code
                if status not in (302, 400, 404, 405):
                    wrong[path, value, method] = status
    assert wrong == {}


def test_a_nul_sign_in_the_address_is_answered_by_a_page(client: Client) -> None:
    for address in ("/login/?next=%00", "/help/%00/"):
        answer = client.get(address)
        assert (answer.status_code, "这次提交不完整" in answer.content.decode()) == (400, True)
        assert "Content-Security-Policy" in answer.headers


# --- twice ------------------------------------------------------------------------------------------


def twice(client: Client, url: str, **data: Any) -> list[int]:
    sent = {**data, "form_token": str(uuid.uuid4())}
    return [client.post(url, sent).status_code for _ in range(2)]


def test_a_new_problem_is_begun_once(world: World) -> None:
    assert twice(signed_in(world.people["cadre"]), "/my/items/new/") == [302, 302]
    assert Item.objects.count() == 1


def test_a_list_is_submitted_once(world: World) -> None:
    checklist = write_list(world)
    assert twice(signed_in(world.people["cadre"]), "/my/list/check/") == [302, 302]
    checklist.refresh_from_db()
    assert (checklist.state, checklist.rounds.count(), checklist.events.count()) == ("unit_review", 1, 1)
    assert Notification.objects.filter(recipient=world.people["head"]).count() == 1


def test_a_list_passes_the_gate_once(world: World) -> None:
    checklist = submitted_list(world)
    assert twice(signed_in(world.people["head"]), f"/lists/{checklist.pk}/endorse/") == [302, 302]
    checklist.refresh_from_db()
    assert (checklist.state, checklist.events.filter(name="endorse").count()) == ("office_review", 1)


def test_progress_is_reported_once(world: World) -> None:
    item = item_in(world, State.IN_PROGRESS)
    client, url = signed_in(world.people["cadre"]), f"/ledger/{item.code}/report_progress/"
    before = Progress.objects.count()
    assert twice(client, url, text="又登记了 12 件来文") == [302, 302]
    assert Progress.objects.count() == before + 1


def test_an_extension_is_asked_and_signed_once(world: World) -> None:
    item = item_in(world, State.IN_PROGRESS)
    until = item.due_on + dt.timedelta(days=20)
    asked = {"requested_due_on": str(until), **EXTENSION_FORM}
    assert twice(signed_in(world.people["cadre"]), f"/ledger/{item.code}/request_extension/", **asked) == [302, 302]
    extension = item.extensions.get()
    url = f"/ledger/{item.code}/extension/{extension.pk}/sign/"
    assert twice(signed_in(world.people["head"]), url) == [302, 302]
    assert ItemEvent.objects.filter(item=item, name="extension_sign").count() == 1


def test_a_batch_is_urged_once(world: World) -> None:
    item = item_in(world, State.IN_PROGRESS)
    client = signed_in(world.people["office"])
    assert twice(client, "/ledger/bulk/urge/", pk=[item.pk]) == [302, 302]
    assert ItemEvent.objects.filter(name="urge").count() == 1


def test_a_refused_form_may_be_sent_again_with_the_same_mark(world: World) -> None:
    item = item_in(world, State.IN_PROGRESS)
    client, token = signed_in(world.people["cadre"]), str(uuid.uuid4())
    url = f"/ledger/{item.code}/report_progress/"
    answers = [client.post(url, {"text": text, "form_token": token}).status_code for text in ("", "已登记 12 件")]
    assert answers == [422, 302]


# --- what a form does not offer -----------------------------------------------------------------------

FOREIGN_FIELDS = {
    "state": "closed",
    "code": "ZG-2026-9999",
    "closed_on": "2026-01-01",
    "restricted": "on",
    "review_role": "office",
    "original_due_on": "2030-01-01",
    "returned_count": "7",
    "confirmed_by": "1",
    "closed_by": "1",
    "campaign": "1",
    "checklist": "1",
    "order": "9",
    "public_id": str(uuid.uuid4()),
}


def columns(item: Item, *but: str) -> dict[str, Any]:
    fresh = Item.objects.get(pk=item.pk)
    kept = {field.attname: getattr(fresh, field.attname) for field in Item._meta.concrete_fields}
    return {name: value for name, value in kept.items() if name not in but}


def test_the_problem_form_writes_its_own_fields_only(world: World) -> None:
    item = write_list(world).items.get()
    client, before = signed_in(world.people["cadre"]), columns(item, "cause", "version", "updated_at")
    foreign = {**FOREIGN_FIELDS, "cadre": world.people["colleague"].pk, "unit": world.other_section.pk,
               "problem": "不是这一页的内容"}  # fmt: skip
    page = client.get(f"/my/items/{item.public_id}/edit/?step=3")
    sent = {**foreign, "cause_1": "没有人核对", "version": item.version, "seen": page.context["seen"], "go": "list"}
    assert client.post(f"/my/items/{item.public_id}/edit/?step=3", sent).status_code == 302
    assert Item.objects.get(pk=item.pk).cause == "没有人核对"
    assert columns(item, "cause", "version", "updated_at") == before


def test_the_form_of_a_move_writes_its_own_fields_only(world: World) -> None:
    item = item_in(world, State.IN_PROGRESS)
    changed = ("version", "updated_at", "progress_on", "latest", "state_on")
    client, before = signed_in(world.people["cadre"]), columns(item, *changed)
    foreign = {**FOREIGN_FIELDS, "cadre": world.people["colleague"].pk, "unit": world.other_section.pk,
               "due_on": "2031-01-01", "by": world.people["office"].pk}  # fmt: skip
    answer = client.post(f"/ledger/{item.code}/report_progress/", {**foreign, "text": "已登记 12 件"})
    assert answer.status_code == 302
    assert columns(item, *changed) == before
    assert ItemEvent.objects.filter(item=item).first().by == world.people["cadre"]


def test_another_list_is_no_place_for_measures_files_or_marks(world: World) -> None:
    """Ids of strangers in a form of one's own: refused, and nothing of theirs changes."""
    mine, theirs = item_in(world, State.IN_PROGRESS), write_list(world, "other_cadre").items.get()
    client, measure = signed_in(world.people["cadre"]), theirs.measures.get()
    sent = {"text": "已登记 12 件", "measures_done": [measure.pk]}
    assert client.post(f"/ledger/{mine.code}/report_progress/", sent).status_code == 422
    upload = SimpleUploadedFile("台账.pdf", PDF)
    answer = client.post(f"/ledger/{mine.code}/evidence/add/?measure={measure.pk}", {"files": upload})
    assert answer.status_code == 404
    measure.refresh_from_db()
    assert (measure.done_on, Evidence.objects.count()) == (None, 0)


def test_a_draft_of_another_is_neither_read_nor_written(world: World) -> None:
    item = write_list(world).items.get()
    url = reverse("problems:draft", args=["problem-item", f"{item.public_id}-2"])
    body = {"version": 0, "data": {"problem": ["别人写的"]}}
    for key in ("colleague", "head", "office", "chief", "admin", "discipline"):
        client = signed_in(world.people[key])
        assert client.get(url).status_code == 404
        assert client.put(url, body, content_type="application/json").status_code == 404
    assert Draft.objects.count() == 0
    assert signed_in(world.people["cadre"]).put(url, body, content_type="application/json").status_code == 200


def test_ids_of_others_in_a_batch_are_left_out(world: World) -> None:
    item = item_in(world, State.IN_PROGRESS)
    client = signed_in(world.people["other_head"])
    client.post("/ledger/bulk/urge/", {"pk": [item.pk], "form_token": str(uuid.uuid4())})
    assert not ItemEvent.objects.filter(name="urge").exists()
    assert Checklist.objects.get().cadre == world.people["cadre"]
