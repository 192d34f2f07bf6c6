import datetime as dt

import time_machine
from django import forms

from core.templatetags import ui

JUNE = time_machine.travel(dt.datetime(2026, 6, 8, 2, 0, tzinfo=dt.UTC), tick=False)
OPENING = dt.datetime(2026, 6, 2, 16, 30, tzinfo=dt.UTC)


@JUNE
def test_day_reads_as_a_sentence() -> None:
    days = [dt.date(2026, 6, 10), dt.date(2025, 12, 31), OPENING, dt.datetime(2026, 6, 2, 16, 30), None]
    assert [ui.day(day) for day in days] == ["6 月 10 日", "2025-12-31", "6 月 3 日", "6 月 2 日", "--"]


@JUNE
def test_shortday_fits_a_column() -> None:
    assert [ui.shortday(day) for day in (dt.date(2026, 6, 1), dt.date(2025, 12, 31), None)] == [
        "06-01",
        "2025-12-31",
        "--",
    ]


@JUNE
def test_moment_is_local_time() -> None:
    past = OPENING.replace(year=2025)
    assert [ui.moment(value) for value in (OPENING, past, None)] == ["06-03 00:30", "2025-06-03 00:30", "--"]


def test_dash_keeps_zero() -> None:
    assert [ui.dash(value) for value in (0, "", None, "x")] == [0, "--", "--", "x"]


def test_icon_is_silent_unless_named() -> None:
    assert ui.icon("bell") == (
        '<svg class="ic" aria-hidden="true"><use href="/static/vendor/icons/sprite.svg#bell"></use></svg>'
    )
    assert 'role="img" aria-label="通知"' in ui.icon("bell", "通知")


def test_stepbar_marks_done_and_now() -> None:
    assert ui.stepbar(2, 4, "问题表现")["states"] == ["done", "now", "", ""]


def test_length_limits_of_fields_with_and_without() -> None:
    class Short(forms.Form):
        text = forms.CharField(min_length=20, max_length=300)
        free = forms.CharField()

    form = Short()
    assert [ui.length_limits(form[name]) for name in ("text", "free")] == ["20,300", "0,0"]
