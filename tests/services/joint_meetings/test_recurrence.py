"""Recurrences: ours are dateutil's, and those of somebody who asks every day; nobody meets on a known day off."""

import os
from datetime import date, datetime, timedelta
from random import Random

import pytest
from dateutil.rrule import rrulestr

from app.services.calendars.facts import Told, WorkingDays
from app.services.calendars.official import official
from app.services.joint_meetings.schedules.facts import ExceptionKind, MovedBy, OccurrenceState, Shift
from app.services.joint_meetings.schedules.holding import Otherwise, due_before, held, working_day
from app.services.joint_meetings.schedules.recurrence import RecurrenceRefused, parsed, unfolded, windowed
from app.services.joint_meetings.schedules.rules import widest_months
from tests.kit.series import Series, last_day, thrown, walked

CASES = int(os.environ.get("LIANGXIN_SERIES", "10000"))
PARTS = 10


OFFICIAL = WorkingDays(official(), {}, frozenset())


def from_dateutil(series: Series) -> list[date]:
    """What dateutil itself makes of the text, up to ten years."""
    rule = rrulestr(series.text, dtstart=datetime.combine(series.first_on, datetime.min.time()))
    last = datetime.combine(last_day(series), datetime.min.time())
    days: list[date] = []
    for moment in rule:
        if moment > last:
            break
        days.append(moment.date())
    return days


def ours(series: Series, dice: Random) -> list[date]:
    """The same by our path: text, parts, and windows of thrown widths one after the other; none where it is refused."""
    rule = parsed(series.text)
    since, found = series.first_on - timedelta(days=dice.randrange(400)), list[date]()
    while since <= last_day(series):
        until = since + timedelta(days=dice.choice((1500, 4000, 4000)))
        found += windowed(rule, series.first_on, since, until)
        since = until
    return found


@pytest.mark.parametrize("part", range(PARTS))
def test_ours_are_dateutils_and_the_walkers(part: int) -> None:
    """Ten thousand series over ten years. What is refused is empty, or has not all its times within them."""
    dice = Random(part)
    met = refused = 0
    for _ in range(CASES // PARTS):
        series = thrown(dice)
        reference = walked(series)
        code = refusal(series, reference)
        if code is None:
            met += 1
            found = ours(series, dice)
            assert found == from_dateutil(series) == reference, (series.text, series.first_on)
            assert_held(series, found, dice)
        else:
            refused += 1
            with pytest.raises(RecurrenceRefused, match=f"^{code}$"):
                ours(series, dice)
    assert met > refused > 0


def refusal(series: Series, reference: list[date]) -> str | None:
    """The code with which a series must be refused: without a day, or with more of them than ten years or we hold."""
    if not reference:
        return "recurrence_empty"
    beyond = len(reference) > 600 or (series.count is not None and len(reference) < series.count)
    return "recurrence_too_long" if beyond else None


def assert_held(series: Series, days: list[date], dice: Random) -> None:
    """After shifting nothing lies on a day off of an announced year, and no two on one day; nothing is lost."""
    shift = dice.choice((Shift.next, Shift.previous, Shift.nearest))
    occurrences = held(days, {}, shift, OFFICIAL)
    standing = [each for each in occurrences if each.state is OccurrenceState.standing]
    assert {each.original_on for each in occurrences} == set(days)
    assert len({each.day for each in standing}) == len(standing)
    assert {each.merged_into for each in occurrences} - {None} <= {each.original_on for each in standing}
    for each in occurrences:
        assert OFFICIAL.is_working(each.day), (series.text, each)
        assert (each.moved_by is MovedBy.day_off) == (not OFFICIAL.is_working(each.original_on))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("FREQ=MONTHLY", "recurrence_endless"),
        ("FREQ=YEARLY;BYMONTH=3,9;BYDAY=2TU", "recurrence_endless"),
        ("FREQ=DAILY;COUNT=3", "recurrence_invalid"),
        ("FREQ=HOURLY;COUNT=3", "recurrence_invalid"),
        ("", "recurrence_invalid"),
        ("每季度一次", "recurrence_invalid"),
        ("COUNT=3", "recurrence_invalid"),
        ("FREQ=MONTHLY;COUNT=3;COUNT=4", "recurrence_invalid"),
        ("FREQ=MONTHLY;COUNT=", "recurrence_invalid"),
        ("FREQ=MONTHLY;COUNT=0", "recurrence_invalid"),
        ("FREQ=MONTHLY;COUNT=-1", "recurrence_invalid"),
        ("FREQ=MONTHLY;COUNT=４", "recurrence_invalid"),
        ("FREQ=MONTHLY;INTERVAL=0;COUNT=3", "recurrence_invalid"),
        ("FREQ=MONTHLY;BYMONTH=13;COUNT=3", "recurrence_invalid"),
        ("FREQ=MONTHLY;BYMONTHDAY=0;COUNT=3", "recurrence_invalid"),
        ("FREQ=MONTHLY;BYMONTHDAY=-32;COUNT=3", "recurrence_invalid"),
        ("FREQ=MONTHLY;BYDAY=6MO;COUNT=3", "recurrence_invalid"),
        ("FREQ=MONTHLY;BYDAY=0MO;COUNT=3", "recurrence_invalid"),
        ("FREQ=MONTHLY;BYDAY=MO,1TU;COUNT=3", "recurrence_invalid"),
        ("FREQ=MONTHLY;BYDAY=XX;COUNT=3", "recurrence_invalid"),
        ("FREQ=WEEKLY;BYDAY=1MO;COUNT=3", "recurrence_invalid"),
        ("FREQ=WEEKLY;BYMONTHDAY=1;COUNT=3", "recurrence_invalid"),
        ("FREQ=WEEKLY;BYDAY=MO,WE;BYSETPOS=1;COUNT=3", "recurrence_invalid"),
        ("FREQ=MONTHLY;BYSETPOS=1;COUNT=3", "recurrence_invalid"),
        ("FREQ=MONTHLY;BYEASTER=1;COUNT=3", "recurrence_invalid"),
        ("FREQ=MONTHLY;BYHOUR=9;COUNT=3", "recurrence_invalid"),
        ("FREQ=MONTHLY;WKST=SU;COUNT=3", "recurrence_invalid"),
        ("FREQ=MONTHLY;UNTIL=20261301", "recurrence_invalid"),
        ("FREQ=MONTHLY;UNTIL=20261231T160000Z", "recurrence_invalid"),
        ("FREQ=MONTHLY;COUNT=3;UNTIL=20261231", "recurrence_invalid"),
        ("FREQ=MONTHLY;COUNT=601", "recurrence_too_long"),
        ("FREQ=MONTHLY;COUNT=122", "recurrence_too_long"),
        ("FREQ=YEARLY;UNTIL=20360303", "recurrence_too_long"),
        ("FREQ=WEEKLY;BYDAY=MO,TU;UNTIL=20360302", "recurrence_too_long"),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=3", "recurrence_empty"),
        ("FREQ=MONTHLY;BYDAY=1MO;BYMONTHDAY=20;UNTIL=20301231", "recurrence_empty"),
        ("FREQ=MONTHLY;UNTIL=20260301", "recurrence_empty"),
    ],
)
def test_what_is_no_series_is_refused_with_its_code(text: str, code: str) -> None:
    """Each with the code of its own."""
    with pytest.raises(RecurrenceRefused) as refused:
        unfolded(parsed(text), date(2026, 3, 2))
    assert refused.value.code == code
    assert text == "" or text not in str(refused.value.params)


def test_rhythms_that_committees_have() -> None:
    """Half-yearly, quarterly, monthly, the n-th weekday; with the word before it, and in small letters."""
    first = date(2026, 1, 1)
    half = unfolded(parsed("RRULE:FREQ=YEARLY;BYMONTH=3,9;BYDAY=2TU;COUNT=4"), first)
    assert half == (date(2026, 3, 10), date(2026, 9, 8), date(2027, 3, 9), date(2027, 9, 14))
    quarterly = unfolded(parsed("freq=monthly;interval=3;bymonthday=-1;until=20261231"), first)
    assert quarterly == (date(2026, 1, 31), date(2026, 4, 30), date(2026, 7, 31), date(2026, 10, 31))
    assert (widest_months(half), widest_months(quarterly), widest_months(half[:1])) == (6, 3, 0)
    assert unfolded(parsed("FREQ=YEARLY;COUNT=3"), date(2024, 2, 29))[1:] == (date(2028, 2, 29), date(2032, 2, 29))


def test_the_national_day_and_its_make_up_days() -> None:
    """2025: off from the 1st to the 8th of October, and people work on Sunday the 28th of September and on the 11th."""
    off = date(2025, 10, 3)
    assert working_day(off, Shift.next, OFFICIAL) == date(2025, 10, 9)
    assert working_day(off, Shift.previous, OFFICIAL) == date(2025, 9, 30)
    assert working_day(off, Shift.nearest, OFFICIAL) == date(2025, 9, 30)
    assert working_day(date(2025, 10, 4), Shift.nearest, OFFICIAL) == date(2025, 9, 30)
    assert working_day(date(2025, 10, 5), Shift.nearest, OFFICIAL) == date(2025, 10, 9)
    assert working_day(off, Shift.none, OFFICIAL) == off
    assert working_day(date(2025, 10, 11), Shift.next, OFFICIAL) == date(2025, 10, 11)  # a Saturday of work
    assert due_before(date(2025, 10, 10), 7, OFFICIAL) == date(2025, 9, 30)
    assert due_before(date(2025, 10, 15), 7, OFFICIAL) == date(2025, 9, 30)


def test_two_on_one_day_are_one_meeting() -> None:
    """Saturday and Sunday go to Monday, which has one of its own: it keeps the day, and they fall together with it."""
    days = [date(2026, 3, 7), date(2026, 3, 8), date(2026, 3, 9)]
    sat, sun, mon = sorted(held(days, {}, Shift.next, OFFICIAL), key=lambda each: each.original_on)
    assert (mon.state, mon.day, mon.moved_by) == (OccurrenceState.standing, date(2026, 3, 9), None)
    assert (sat.state, sun.state) == (OccurrenceState.merged, OccurrenceState.merged)
    assert sat.merged_into == sun.merged_into == date(2026, 3, 9)
    first, second = held(days[:2], {}, Shift.next, OFFICIAL)
    assert (first.state, second.merged_into) == (OccurrenceState.standing, date(2026, 3, 7))


def test_a_day_that_is_otherwise() -> None:
    """One falls out, one is moved, one is added; what is named by hand is not shifted, and keeps a day from others."""
    days = [date(2026, 3, 2), date(2026, 4, 6), date(2026, 5, 4)]
    told = {
        date(2026, 3, 2): Otherwise(ExceptionKind.cancelled, None, None, "暂停"),
        date(2026, 5, 4): Otherwise(ExceptionKind.moved, date(2026, 4, 7), None, "提前"),
        date(2026, 6, 6): Otherwise(ExceptionKind.added, None, None, "加开"),
        date(2026, 7, 1): Otherwise(ExceptionKind.moved, date(2026, 7, 2), None, "序列已无此日"),
    }
    found = {each.original_on: each for each in held(days, told, Shift.next, OFFICIAL)}
    assert set(found) == {*days, date(2026, 6, 6)}
    assert found[date(2026, 3, 2)].state is OccurrenceState.cancelled
    assert (found[date(2026, 5, 4)].day, found[date(2026, 5, 4)].moved_by) == (date(2026, 4, 7), MovedBy.exception)
    assert found[date(2026, 4, 6)].merged_into == date(2026, 5, 4)  # Qingming: it would go to the day that was named
    assert found[date(2026, 6, 6)].day == date(2026, 6, 6)  # a Saturday, as somebody said


def test_years_that_are_not_announced_are_provisional() -> None:
    """Monday to Friday there, and said so; also where only the day it goes to lies in such a year."""
    known, unknown = held([date(2026, 12, 31), date(2027, 1, 4)], {}, Shift.next, OFFICIAL)
    assert (known.provisional, unknown.provisional) == (False, True)
    year_end = {date(2026, 12, number): Told(False, None) for number in range(26, 32)}
    (across,) = held([date(2026, 12, 26)], {}, Shift.next, WorkingDays(official(), year_end, frozenset()))
    assert (across.day, across.provisional) == (date(2027, 1, 1), True)
