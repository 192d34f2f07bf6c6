"""Working-day arithmetic over a table of exceptions; knows no database and no library."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

ONE_DAY = dt.timedelta(days=1)


class Workdays:
    """``exceptions`` maps a date to whether it is a working day; every other date follows the week."""

    def __init__(self, exceptions: Mapping[dt.date, bool]) -> None:
        self.exceptions = exceptions

    def is_workday(self, day: dt.date) -> bool:
        return self.exceptions.get(day, day.weekday() < 5)

    def add(self, start: dt.date, days: int) -> dt.date:
        """The ``days``-th working day after ``start``; the start itself does not count."""
        day = start
        while days > 0:
            day += ONE_DAY
            days -= self.is_workday(day)
        return day

    def subtract(self, end: dt.date, days: int) -> dt.date:
        """The ``days``-th working day before ``end``."""
        day = end
        while days > 0:
            day -= ONE_DAY
            days -= self.is_workday(day)
        return day

    def between(self, start: dt.date, end: dt.date) -> int:
        """Working days after ``start`` up to and including ``end``; 0 when ``end`` is not later."""
        return sum(self.is_workday(start + ONE_DAY * gone) for gone in range(1, (end - start).days + 1))
