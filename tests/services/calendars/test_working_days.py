"""Working days: equal to the library where it knows, the operator's word over it, provisional beyond."""

from datetime import date, timedelta

import chinese_calendar
import pytest

from app.services.calendars.facts import DayBasis, Official, Told, WorkingDays
from app.services.calendars.official import official

PLAIN = WorkingDays(official(), {}, frozenset())


def test_every_official_day_is_what_the_library_says() -> None:
    days = [
        date(2004, 1, 1) + number * timedelta(days=1) for number in range((date(2027, 1, 1) - date(2004, 1, 1)).days)
    ]
    assert [day for day in days if PLAIN.is_working(day) != chinese_calendar.is_workday(day)] == []
    assert all(PLAIN.known(day.year) and not PLAIN.provisional(day) for day in days)
    off, name = chinese_calendar.get_holiday_detail(date(2026, 2, 14))
    made_up = PLAIN.of(date(2026, 2, 14))  # a Saturday
    assert (off, name, made_up.working, made_up.name) == (False, "Spring Festival", True, "春节")


def test_an_unknown_year_is_monday_to_friday_and_says_so() -> None:
    new_year = max(PLAIN.official.years) + 1
    first = date(new_year, 1, 1)
    assert not PLAIN.known(new_year)
    week = [PLAIN.of(first + timedelta(days=number)) for number in range(7)]
    assert {day.basis for day in week} == {DayBasis.provisional}
    assert [day.working for day in week] == [day.day.weekday() < 5 for day in week]
    assert not PLAIN.known(2003)


def test_a_loaded_day_stands_over_the_library_and_alone_makes_no_year_known() -> None:
    told = {date(2026, 2, 16): Told(True, None), date(2031, 1, 1): Told(False, "元旦")}
    days = WorkingDays(official(), told, frozenset())
    assert days.of(date(2026, 2, 16)).basis is DayBasis.loaded
    assert days.is_working(date(2026, 2, 16))
    assert not days.is_working(date(2031, 1, 1))
    assert not days.provisional(date(2031, 1, 1))
    assert days.provisional(date(2031, 1, 2))
    vouched = WorkingDays(official(), told, frozenset({2031}))
    assert vouched.known(2031)
    assert vouched.of(date(2031, 1, 2)).basis is DayBasis.loaded


@pytest.mark.parametrize(
    ("day", "before", "after"),
    [
        (date(2026, 10, 1), date(2026, 9, 30), date(2026, 10, 8)),  # seven days off
        (date(2026, 10, 10), date(2026, 10, 10), date(2026, 10, 10)),  # a Saturday that makes up for them
        (date(2026, 10, 11), date(2026, 10, 10), date(2026, 10, 12)),
    ],
)
def test_nearest_working_days(day: date, before: date, after: date) -> None:
    assert (PLAIN.previous_working(day), PLAIN.next_working(day)) == (before, after)


def test_counting_working_days_leaves_out_the_day_itself() -> None:
    """A notice of five working days over the national holidays of 2026."""
    assert PLAIN.add(date(2026, 9, 30), 0) == date(2026, 9, 30)
    assert PLAIN.add(date(2026, 9, 30), 5) == date(2026, 10, 13)
    assert PLAIN.add(date(2026, 10, 13), -5) == date(2026, 9, 30)
    for number in range(1, 60):
        there = PLAIN.add(date(2026, 1, 30), number)
        assert sum(day.working for day in PLAIN.between(date(2026, 1, 31), there)) == number


def test_a_calendar_without_a_working_day_ends_instead_of_running_on() -> None:
    never = {date(2031, 1, 1) + timedelta(days=number): Told(False, None) for number in range(400)}
    with pytest.raises(ValueError, match="no working day"):
        WorkingDays(Official(frozenset(), {}), never, frozenset()).next_working(date(2031, 1, 1))
