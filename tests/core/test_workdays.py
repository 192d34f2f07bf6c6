import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from core.workdays import Workdays

D = dt.date
#: May Day of 2026: the Saturday 05-09 is worked for the Tuesday 05-05.
MAY = Workdays({D(2026, 5, 1): False, D(2026, 5, 4): False, D(2026, 5, 5): False, D(2026, 5, 9): True})


def test_days_follow_the_week_except_where_the_calendar_says_otherwise() -> None:
    worked = [day for day in range(1, 12) if MAY.is_workday(D(2026, 5, day))]
    assert worked == [6, 7, 8, 9, 11]


def test_counting_on_skips_days_off_and_uses_make_up_days() -> None:
    assert MAY.add(D(2026, 4, 30), 0) == D(2026, 4, 30)
    assert MAY.add(D(2026, 4, 30), 1) == D(2026, 5, 6)
    assert MAY.add(D(2026, 4, 30), 4) == D(2026, 5, 9)
    assert MAY.add(D(2026, 5, 2), 5) == D(2026, 5, 11)


def test_counting_back_skips_days_off_and_uses_make_up_days() -> None:
    assert MAY.subtract(D(2026, 5, 6), 0) == D(2026, 5, 6)
    assert MAY.subtract(D(2026, 5, 6), 1) == D(2026, 4, 30)
    assert MAY.subtract(D(2026, 5, 11), 1) == D(2026, 5, 9)


@given(st.dates(D(2020, 1, 1), D(2030, 1, 1)), st.integers(1, 40), st.dictionaries(st.dates(), st.booleans()))
def test_so_many_working_days_lie_between(start: D, days: int, exceptions: dict[D, bool]) -> None:
    calendar = Workdays(exceptions)
    end = calendar.add(start, days)
    between = [start + dt.timedelta(days=step + 1) for step in range((end - start).days)]
    assert sum(map(calendar.is_workday, between)) == days
    assert calendar.subtract(end + dt.timedelta(days=1), days) == next(filter(calendar.is_workday, between))


def test_working_days_between_two_dates() -> None:
    friday, wednesday = dt.date(2026, 6, 5), dt.date(2026, 6, 10)
    assert Workdays({}).between(friday, wednesday) == 3
    assert Workdays({dt.date(2026, 6, 9): False}).between(friday, wednesday) == 2
    assert Workdays({}).between(wednesday, friday) == Workdays({}).between(friday, friday) == 0
