"""A real Chromium over a live server; each page fails its test when the browser reports an error."""

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from playwright.sync_api import Browser, Page, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
OpenPage = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "/tests/browser/" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium(django_db_setup: None) -> Iterator[Browser]:
    program = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if program is None and os.environ.get("REQUIRE_BROWSER"):
        pytest.fail("REQUIRE_BROWSER 已设置，但没有找到 Chromium", pytrace=False)
    if program is None:
        pytest.skip("没有找到 Chromium，不运行浏览器测试")
    # Playwright keeps an event loop in this thread; Django would take our ORM calls for calls from a coroutine.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    # Beside Playwright's loop Django opens another connection; one left open would keep the test database from going.
    connection.close()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield browser
        browser.close()
        connection.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def open_page(chromium: Browser, live_server: Any) -> Iterator[OpenPage]:
    """`open_page(user=None, width=1440, height=900, **context)`: a page of its own session, signed in as user."""
    contexts, complaints = [], []

    def open_(user: Any = None, width: int = 1440, height: int = 900, **options: Any) -> Page:
        context = chromium.new_context(
            base_url=live_server.url, viewport={"width": width, "height": height}, locale="zh-CN", **options
        )
        contexts.append(context)
        if user is not None:
            context.add_cookies([session_cookie(user, live_server.url)])
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
        page.on("console", lambda message: complaints.extend(complaint(message)))
        page.on("request", lambda request: complaints.extend(foreign(request.url, live_server.url)))
        return page

    yield open_
    for context in contexts:
        context.close()
    assert complaints == []


def session_cookie(user: Any, url: str) -> dict[str, str]:
    client = Client()
    client.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    return {"name": name, "value": client.cookies[name].value, "url": url}


def complaint(message: Any) -> list[str]:
    # An expected 404 or 409 is an answer that the journey asserts by itself, not a defect of the page.
    if message.type != "error" or message.text.startswith("Failed to load resource"):
        return []
    return [message.text]


def foreign(url: str, own: str) -> list[str]:
    return [] if url.startswith((own, "data:", "blob:", "about:")) else [f"request to another host: {url}"]
