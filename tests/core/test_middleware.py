import datetime as dt

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.http import HttpResponse
from django.test import RequestFactory

from core.middleware import BACKGROUND_HEADER, SEEN, SecurityHeaders

pytestmark = pytest.mark.django_db
NOON = dt.datetime(2026, 3, 2, 4, 0, tzinfo=dt.UTC)
POLLED = {f"HTTP_{BACKGROUND_HEADER.upper().replace('-', '_')}": "1"}


@pytest.fixture
def signed_in(client):
    user = get_user_model().objects.create_user("A100", "张三", must_change_password=False)
    with time_machine.travel(NOON, tick=False):
        client.force_login(user)
        client.get("/healthz")
    return client


def is_signed_in(client) -> bool:
    return "_auth_user_id" in client.session


@pytest.mark.parametrize(("minutes", "stays"), [(1, True), (30, True), (31, False)])
def test_idle_session_ends_after_the_limit(signed_in, minutes, stays):
    with time_machine.travel(NOON + dt.timedelta(minutes=minutes), tick=False):
        signed_in.get("/healthz")
        assert is_signed_in(signed_in) is stays


def test_each_visit_starts_the_limit_anew(signed_in):
    for minutes in (20, 40, 60):
        with time_machine.travel(NOON + dt.timedelta(minutes=minutes), tick=False):
            signed_in.get("/healthz")
            assert is_signed_in(signed_in)


def test_polling_does_not_keep_a_session_alive(signed_in):
    for minutes in (20, 31):
        with time_machine.travel(NOON + dt.timedelta(minutes=minutes), tick=False):
            signed_in.get("/healthz", **POLLED)
            assert is_signed_in(signed_in) is (minutes == 20)


def test_session_is_written_once_a_minute_at_most(signed_in):
    with time_machine.travel(NOON + dt.timedelta(seconds=59), tick=False):
        signed_in.get("/healthz")
        assert signed_in.session[SEEN] == int(NOON.timestamp())
    with time_machine.travel(NOON + dt.timedelta(seconds=60), tick=False):
        signed_in.get("/healthz")
        assert signed_in.session[SEEN] == int(NOON.timestamp()) + 60


def test_limit_is_a_setting(signed_in, settings):
    settings.IDLE_MINUTES = 5
    with time_machine.travel(NOON + dt.timedelta(minutes=6), tick=False):
        signed_in.get("/healthz")
        assert not is_signed_in(signed_in)


def test_pages_of_a_person_are_kept_by_no_cache(signed_in):
    with time_machine.travel(NOON, tick=False):
        assert signed_in.get("/healthz").headers["Cache-Control"] == "private, no-store"


def test_page_that_sets_a_cookie_is_kept_by_no_cache(client, settings):
    get_user_model().objects.create_user("A100", "张三")  # without anybody the login leads to the first set-up
    assert client.get(settings.LOGIN_URL).headers["Cache-Control"] == "private, no-store"


def test_anonymous_page_without_cookie_may_be_kept(client):
    assert "Cache-Control" not in client.get("/healthz").headers


def test_answer_given_before_the_session_is_read_is_left_alone():
    response = SecurityHeaders(lambda request: HttpResponse())(RequestFactory().get("/"))
    assert "Cache-Control" not in response.headers
    assert "Permissions-Policy" in response.headers


def test_headers_of_every_page(client):
    headers = client.get("/healthz").headers
    policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
    assert policy == {
        "default-src": "'self'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "font-src": "'self'",
        "connect-src": "'self'",
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
