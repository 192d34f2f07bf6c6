"""The bureau of the sample roster on an ordinary day of its campaign, and what a person at a screen does."""

import datetime as dt
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.management import call_command
from playwright.sync_api import Page

from campaign.models import Campaign
from core import clock
from organization.models import Unit, User
from organization.scope import Role
from tests.browser.checks import assert_no_sideways_scrolling, assert_no_violations, take_picture
from tests.factories.organization import PASSWORD, grant

ROSTER = Path(__file__).resolve().parents[1] / "samples" / "青榆县教育体育局机关及学校干部花名册.xlsx"
NAMES = {
    "cadre": "郝振武",
    "colleague": "薛德峰",
    "head": "袁亚英",
    "office": "石红素",
    "office_two": "戴秀娥",
}
WIDTHS = (1440, 360)


@dataclass
class Bureau:
    campaign: Campaign
    people: dict[str, User]

    def __getitem__(self, key: str) -> User:
        return self.people[key]


def open_bureau() -> Bureau:
    """The roster of the workbook, a campaign around today, and two people of 人事股 who run its office."""
    call_command("import_roster", str(ROSTER), "--confirm", "--json", stdout=io.StringIO())
    today = clock.today()
    start, end = today - dt.timedelta(days=30), today + dt.timedelta(days=240)
    call_command(
        "create_campaign", "--code", "ZF2026", "--name", "整治为官不为作风整顿",
        "--start", str(start), "--end", str(end),
    )  # fmt: skip
    people = {key: User.objects.get(name=name) for key, name in NAMES.items()}
    for user in people.values():
        user.set_password(PASSWORD)
        user.must_change_password = False
        user.save()
    root = Unit.objects.get(depth=1)
    for key in ("office", "office_two"):
        grant(people[key], Role.OFFICE, root)
    grant(people["office_two"], Role.DISCIPLINE, root)
    return Bureau(Campaign.objects.get(), people)


def after(days: int) -> str:
    """A day as the browser's date box takes it."""
    return (clock.today() + dt.timedelta(days=days)).isoformat()


def inspect(page: Page, name: str) -> None:
    """What every page of the journey has to pass, on a wide and on a narrow screen."""
    for width in reversed(WIDTHS):
        page.set_viewport_size({"width": width, "height": 900})
        take_picture(page, f"journey-{name}-{width}")
        assert_no_sideways_scrolling(page)
        assert_no_violations(page)


def dialog_of(page: Page, link: str, **options: Any) -> Any:
    """Open the dialog behind a link or button and wait until it stands."""
    page.get_by_role("link", name=link, exact=True, **options).first.click()
    box = page.locator("dialog#dialog[open]")
    box.wait_for()
    return box


SHOWN = """() => { const node = document.activeElement, box = node.getBoundingClientRect();
  const top = document.elementFromPoint(box.left + Math.min(box.width / 2, 20), box.top + Math.min(box.height / 2, 12));
  return node.matches(":focus-visible") && Boolean(top) && (node.contains(top) || top.contains(node)); }"""


def tab_to(page: Page, selector: str, most: int = 80) -> None:
    """Move the focus by the keyboard alone until it stands on the element, and see that it shows."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            # The page may still be scrolling to it.
            page.wait_for_function(SHOWN, timeout=3000)
            return
    raise AssertionError(f"{selector} is not reached by the keyboard")
