"""What every page must pass: axe-core, no sideways scrolling; and a picture for the eye."""

from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PICTURES = Path(__file__).resolve().parents[2] / "var" / "screenshots"


def assert_no_violations(page: Page) -> None:
    result = Axe().run(page, options={"resultTypes": ["violations"], "runOnly": {"type": "tag", "values": TAGS}})
    found = [
        f"{violation['id']}: {violation['help']} {[node['html'][:160] for node in violation['nodes'][:5]]}"
        for violation in result.response["violations"]
    ]
    assert found == [], f"{page.url}\n" + "\n".join(found)


def assert_no_sideways_scrolling(page: Page) -> None:
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{page.url} is {wide} px wider than the screen"


def take_picture(page: Page, name: str) -> Path:
    """Saved under var/screenshots, full page, for review beside the mocks."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    path = PICTURES / f"{name}.png"
    page.screenshot(path=path, full_page=True)
    return path
