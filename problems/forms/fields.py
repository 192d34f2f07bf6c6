"""Fields that keep what was typed and say where, what it is now, and how to mend it."""

from __future__ import annotations

import calendar
import datetime as dt
import re
import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

#: Control characters nobody can see or type; PostgreSQL refuses NUL. Lone surrogates cannot be stored at all.
INVISIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
FULL_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?前?")
SHORT_DATE = re.compile(r"(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?前?")


def tidy(text: str) -> str:
    """The text without invisible characters and with one kind of line end, as the counter in the page counts it."""
    return INVISIBLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def named(field: Any) -> str:
    """As a message calls the field: its full name, or the label without the remark in brackets."""
    return field.called or str(field.label).split("（")[0]


def full_day(day: dt.date) -> str:
    return f"{day.year} 年 {day.month} 月 {day.day} 日"


def short_day(day: dt.date) -> str:
    return f"{day.month} 月 {day.day} 日"


class ClearText(forms.CharField):
    """Text with an upper limit that the server explains; the browser never cuts what was pasted."""

    def __init__(self, *, limit: int, rows: int = 0, at_least: int = 0, called: str = "", **kwargs: Any) -> None:
        if rows:
            kwargs["widget"] = forms.Textarea(attrs={"rows": rows})
        super().__init__(required=False, **kwargs)
        self.called = called
        # Read by the live counter; set after the parent so that no maxlength attribute is written.
        self.max_length, self.min_length = limit, at_least or None

    def to_python(self, value: Any) -> str:
        return tidy(super().to_python(value)).strip()

    def validate(self, value: str) -> None:
        over = len(value) - (self.max_length or 0)
        if over > 0:
            raise ValidationError(f"{named(self)}最多 {self.max_length} 字，现在 {len(value)} 字，请删减 {over} 字")


class PickOne(forms.ChoiceField):
    """One of the offered rows; anything else was not on the page."""

    called = ""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)

    def validate(self, value: str) -> None:
        if value and not self.valid_value(value):
            raise ValidationError(f"{named(self)}选的“{tidy(value)[:20]}”不在可选范围内，请重新选择")


class PickSeveral(forms.MultipleChoiceField):
    called = ""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)

    def validate(self, value: list[str]) -> None:
        if any(not self.valid_value(one) for one in value):
            raise ValidationError(f"{named(self)}里有一项已停用，请重新勾选")


class DayInput(forms.DateInput):
    """The browser's date picker; where there is none the same box takes typed text."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d", attrs={"autocomplete": "off"})


class Day(forms.Field):
    """A day, picked or typed in the ways people write one; without a year the campaign gives it."""

    widget = DayInput

    def __init__(self, *, called: str = "", **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)
        self.called = called
        self.first: dt.date | None = None
        self.last: dt.date | None = None
        self.today: dt.date | None = None

    def within(self, first: dt.date, last: dt.date, today: dt.date) -> None:
        """Bounds that a day without a year is read by."""
        self.first, self.last, self.today = first, last, today

    def to_python(self, value: Any) -> dt.date | None:
        typed = tidy(str(value or "")).strip()
        if not typed:
            return None
        text = unicodedata.normalize("NFKC", typed)
        full, short = FULL_DATE.fullmatch(text), SHORT_DATE.fullmatch(text)
        if full:
            return self.as_day(typed, *map(int, full.groups()))
        if short:
            return self.nearest(typed, *map(int, short.groups()))
        raise ValidationError(f"{named(self)}为“{typed[:20]}”，看不出是哪一天。写成 2026-06-12 或 6月12日")

    def as_day(self, typed: str, year: int, month: int, day: int) -> dt.date:
        if not year >= 1900 or not 1 <= month <= 12:
            raise ValidationError(f"{named(self)}为“{typed[:20]}”，没有这一天。写成 2026-06-12 或 6月12日")
        last = calendar.monthrange(year, month)[1]
        if not 1 <= day <= last:
            raise ValidationError(
                f"{named(self)}为“{typed[:20]}”，{month} 月没有 {day} 日。改为 {year}-{month:02d}-{last} 或其他日期"
            )
        return dt.date(year, month, day)

    def nearest(self, typed: str, month: int, day: int) -> dt.date:
        """The first such day of the campaign that is still ahead, else the first one at all."""
        assert self.first and self.last and self.today
        days = []
        for year in range(self.first.year, self.last.year + 1):
            # 29 February exists in some years only.
            if month != 2 or day != 29 or calendar.isleap(year):
                days.append(self.as_day(typed, year, month, day))
        days = days or [self.as_day(typed, self.first.year, month, day)]
        ahead = [one for one in days if self.today <= one <= self.last]
        return (ahead or days)[0]

    def prepare_value(self, value: Any) -> Any:
        return value.isoformat() if isinstance(value, dt.date) else value
