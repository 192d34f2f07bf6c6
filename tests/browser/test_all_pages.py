"""Every page of every role in a real Chromium, wide and narrow: axe finds nothing, nothing scrolls sideways.

The demo is told once for the module; these tests only read, so they share it and its server.
"""

import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from playwright.sync_api import Browser, BrowserContext
from pytest_django.live_server_helper import LiveServer

from campaign.models import CalendarDay, Campaign, Participant
from organization.models import User
from organization.scope import Role
from problems.checklist import ListState
from problems.ledger import DONE, State
from problems.models import Checklist, Extension, Item
from tests.browser.checks import assert_no_sideways_scrolling, assert_no_violations
from tests.browser.conftest import complaint, foreign, session_cookie

pytestmark = pytest.mark.django_db(transaction=True)

WIDTHS = (1440, 360)
ANYONE = ("/login/", "/a11y/", "/feedback/new/")
COMMON = ("/notices/", "/notices/?group=news", "/my/password/", "/my/preferences/", "/my/sessions/")
FILING = tuple(f"/my/items/{{draft}}/edit/?step={step}" for step in range(1, 6))
MOVES = ("report_progress", "request_close", "request_extension")
OFFICE_FORMS = ("edit", "phases", "events", "participants", "participants/sync", "participants/{participant}/exempt")
PERSON_FORMS = ("", "edit/", "move/", "deactivate/", "password/", "posts/new/")
PAGES = {
    "": ANYONE,
    "cadre": (
        "/my/", "/my/list/", *COMMON, "/help/", "/visibility/", "/campaign/", "/office/", "/nowhere/",
        "/ledger/{own}/", "/ledger/{own}/print/", "/ledger/{own}/evidence/add/",
        *(f"/ledger/{{own}}/{move}/" for move in MOVES),
    ),
    "author": (*FILING, "/my/list/", "/my/list/check/", "/my/items/{draft}/remove/"),
    "beginner": ("/my/", "/my/list/"),
    "head": (
        "/section/", "/section/review/", "/section/review/?tab=closures", "/section/review/?tab=extensions",
        "/ledger/", "/coverage/", "/help/leader/",
    ),
    "principal": ("/school/",),
    "office": (
        "/office/", "/office/review/", "/office/review/?tab=closures", "/office/review/?tab=extensions", "/ledger/",
        "/ledger/?q=没有这样的事", "/ledger/?open={closure}", "/ledger/print/", "/ledger/views/save/",
        "/ledger/{closure}/", "/ledger/{closure}/close/", "/ledger/{closure}/reject/", "/ledger/{closed}/",
        "/ledger/{waiting}/", "/lists/{list}/", "/lanes/reopenings/", "/coverage/", "/coverage/people/",
        "/dashboard/", "/dashboard/?scope=schools", "/campaign/", "/campaign/new/", "/campaign/{campaign}/",
        "/campaign/types/", "/campaign/types/new/", "/campaign/types/inaction/", "/campaign/workdays/",
        "/campaign/workdays/new/", "/campaign/workdays/{workday}/",
        *(f"/campaign/{{campaign}}/{form}/" for form in OFFICE_FORMS),
    ),
    "leader": ("/dashboard/", "/section/review/"),
    "chief": ("/dashboard/",),
    "supervisor": ("/ledger/", "/help/"),
    "discipline": ("/discipline/", "/ledger/{restricted}/"),
    "hr": (
        "/manage/org/", "/manage/people/import/", "/manage/people/new/",
        *(f"/manage/people/{{person}}/{form}" for form in PERSON_FORMS),
    ),
    "liaison": ("/coverage/", "/coverage/people/"),
    "auditor": ("/coverage/", "/ledger/{closed}/"),
    "admin": (
        "/manage/", "/manage/org/new/", "/manage/org/{unit}/edit/", "/manage/org/{unit}/close/", "/manage/roles/",
        "/manage/audit/", "/manage/audit/?since=x", "/manage/people/{person}/roles/new/", "/help/",
    ),
}  # fmt: skip
CASES = [(role, path) for role, paths in PAGES.items() for path in paths]
#: Refused on purpose: the pages that say so are pages, too.
REFUSED = {("cadre", "/office/"): 403, ("cadre", "/nowhere/"): 404}
ROLES = {
    "head": "科室负责人", "principal": "学校负责人", "office": "整顿办", "leader": "分管领导", "chief": "局长",
    "supervisor": "督查组", "discipline": "纪检监察", "hr": "人事", "liaison": "联络员", "auditor": "上级查阅",
    "admin": "系统管理员", "cadre": "干部",
}  # fmt: skip


@pytest.fixture
def _django_db_helper() -> None:
    """Here a test does not empty the tables after itself: the module does, once."""


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[dict[str, Any]]:
    """People by role and the objects that the addresses name; the database is as before afterwards."""
    was, settings.VAR_DIR = settings.VAR_DIR, tmp_path_factory.mktemp("demo")
    was_media, settings.MEDIA_ROOT = settings.MEDIA_ROOT, settings.VAR_DIR / "files"
    with django_db_blocker.unblock():
        restore()
        call_command("demo", "--items", "120", stdout=io.StringIO())
        yield {"people": cast(), "places": places()}
        restore()
    settings.VAR_DIR, settings.MEDIA_ROOT = was, was_media


def restore() -> None:
    """Empty but for what the migrations put in."""
    call_command("flush", interactive=False, verbosity=0, inhibit_post_migrate=False)


def cast() -> dict[str, User]:
    rows = json.loads((settings.VAR_DIR / "demo-accounts.json").read_text(encoding="utf-8"))
    numbers = {row["role"]: row["username"] for row in rows}
    people = {key: User.objects.get(staff_no=numbers[role]) for key, role in ROLES.items()}
    draft = drafts().first()
    people["author"] = draft.cadre
    people["beginner"] = beginner()
    User.objects.update(must_change_password=False)
    return people


def drafts() -> Any:
    return Checklist.objects.filter(state=ListState.DRAFT, kind=Checklist.Kind.PERSONAL).order_by("pk")


def beginner() -> User:
    """Somebody who takes part and has not begun."""
    begun = Checklist.objects.values("cadre")
    return Participant.objects.exclude(user__in=begun).filter(exempt_reason="").order_by("pk").first().user


def places() -> dict[str, Any]:
    own = Item.objects.filter(cadre__staff_no="SL0011", state=State.IN_PROGRESS, due_on__isnull=False)
    return {
        "own": own.order_by("pk").first().slug,
        "draft": drafts().first().items.order_by("order").first().public_id,
        "closure": Item.objects.filter(state=State.UNIT_CONFIRMED, restricted=False).order_by("pk").first().slug,
        "closed": Item.objects.filter(state__in=DONE, restricted=False).order_by("pk").first().slug,
        "waiting": Extension.objects.waiting().order_by("pk").first().item.slug,
        "restricted": Item.objects.filter(state=State.TRANSFERRED).order_by("pk").first().slug,
        "list": Checklist.objects.filter(state=ListState.OFFICE_REVIEW).order_by("pk").first().pk,
        "participant": Participant.objects.filter(user__staff_no="SL0011").get().pk,
        "campaign": Campaign.objects.get().code,
        "workday": CalendarDay.objects.order_by("day").first().pk,
        "person": "SL0011",
        "unit": "SL01",
    }


@pytest.fixture(scope="module")
def server(demo: dict[str, Any]) -> Iterator[LiveServer]:
    running = LiveServer("localhost")
    running._live_server_modified_settings.enable()
    yield running
    running.stop()
    running._live_server_modified_settings.disable()


@pytest.fixture(scope="module")
def contexts(chromium: Browser, server: LiveServer, demo: dict[str, Any]) -> Iterator[dict[str, BrowserContext]]:
    """One session a role."""
    opened = {}
    for role in PAGES:
        opened[role] = chromium.new_context(base_url=server.url, locale="zh-CN")
        if role:
            opened[role].add_cookies([session_cookie(demo["people"][role], server.url)])
    yield opened
    for context in opened.values():
        context.close()


@pytest.mark.parametrize(("role", "path"), CASES, ids=[f"{role or 'anyone'}:{path}" for role, path in CASES])
def test_page_is_accessible_and_fits(
    role: str, path: str, contexts: dict[str, BrowserContext], demo: dict[str, Any], server: LiveServer
) -> None:
    complaints: list[str] = []
    page = contexts[role].new_page()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.extend(complaint(message)))
    page.on("request", lambda request: complaints.extend(foreign(request.url, server.url)))
    answer = page.goto(path.format(**demo["places"]))
    assert answer is not None
    assert answer.status == REFUSED.get((role, path), 200)
    assert page.locator("h1").count() == 1
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert_no_sideways_scrolling(page)
        assert_no_violations(page)
    assert complaints == []
    page.close()


def test_every_role_has_its_pages() -> None:
    """A new role of the product does not go unseen."""
    holders = {"leader", "office", "supervisor", "head", "liaison", "hr", "discipline", "auditor", "admin"}
    assert len(holders) == len(Role.values)
    assert holders <= set(PAGES)
