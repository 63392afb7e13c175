"""Recurrences as RFC 5545 writes them, read strictly and unfolded into days by dateutil.

Only what meetings need and what the RFC and dateutil understand alike: yearly, monthly, weekly, by month, by day of the
month, by weekday with or without its number, by position; and always with an end.
"""

import re
from calendar import isleap
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import MAXYEAR, date, datetime, time
from itertools import islice
from typing import Any, Final, Literal

from dateutil.rrule import MONTHLY, WEEKLY, YEARLY, rrule, weekday

LONGEST_YEARS: Final = 10
MOST: Final = 600
ERA: Final = 400
FREQUENCIES: Final[dict[str, Literal[0, 1, 2]]] = {"YEARLY": YEARLY, "MONTHLY": MONTHLY, "WEEKLY": WEEKLY}
WEEKDAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
NUMBER: Final = re.compile(r"[+-]?[0-9]{1,3}")
WEEKDAY: Final = re.compile(rf"([+-]?[0-9]{{1,2}})?({'|'.join(WEEKDAYS)})")
UNTIL: Final = re.compile(r"[0-9]{8}")


class RecurrenceRefused(ValueError):
    """A recurrence that no series can have; `code` is a label of the namespace `line`, `params` its numbers."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


@dataclass(frozen=True, slots=True)
class Recurrence:
    """A rule, part by part. Weekdays are (0 Monday to 6 Sunday, number or 0); `count` or `until` is there, not both."""

    frequency: str
    interval: int = 1
    months: tuple[int, ...] = ()
    month_days: tuple[int, ...] = ()
    weekdays: tuple[tuple[int, int], ...] = ()
    positions: tuple[int, ...] = ()
    count: int | None = None
    until: date | None = None


def parsed(text: str) -> Recurrence:
    """A rule from its text, with or without the word RRULE before it.

    Raises RecurrenceRefused: `recurrence_invalid` for what cannot be read or is not understood here, naming the part,
    `recurrence_endless` without an end, `recurrence_too_long` for more than 600 times.
    """
    parts = _parts(text.strip().upper().removeprefix("RRULE:"))
    frequency = parts.pop("FREQ", "")
    if frequency not in FREQUENCIES:
        raise _unread("FREQ")
    if parts.pop("WKST", "MO") != "MO":
        raise _unread("WKST")
    told: dict[str, Any] = {}
    for name, (field, read) in READ.items():
        if name in parts:
            told[field] = read(name, parts.pop(name))
    if parts:
        raise _unread(next(iter(parts)))
    rule = Recurrence(frequency, **told)
    _together(rule)
    if rule.count is None and rule.until is None:
        raise RecurrenceRefused("recurrence_endless")
    if rule.count is not None and rule.count > MOST:
        raise _too_long()
    return rule


def _parts(text: str) -> dict[str, str]:
    parts: dict[str, str] = {}
    for part in text.split(";"):
        name, equals, value = part.partition("=")
        if not equals or not value or name in parts:
            raise _unread(name)
        parts[name] = value
    return parts


def _unread(part: str) -> RecurrenceRefused:
    """The part is named only where it is one of the RFC's words: what was sent is not told again."""
    return RecurrenceRefused("recurrence_invalid", part=part if part in KNOWN else "RRULE")


def _too_long() -> RecurrenceRefused:
    return RecurrenceRefused("recurrence_too_long", years=LONGEST_YEARS, times=MOST)


def _whole(low: int, high: int) -> Callable[[str, str], int]:
    def read(name: str, value: str) -> int:
        if not value.isascii() or not value.isdigit() or len(value) > 6 or not low <= int(value) <= high:
            raise _unread(name)
        return int(value)

    return read


def _numbers(high: int, *, signed: bool) -> Callable[[str, str], tuple[int, ...]]:
    def read(name: str, value: str) -> tuple[int, ...]:
        written = value.split(",")
        if not all(NUMBER.fullmatch(each) for each in written):
            raise _unread(name)
        numbers = sorted({int(each) for each in written})
        if 0 in numbers or numbers[-1] > high or numbers[0] < (-high if signed else 1):
            raise _unread(name)
        return tuple(numbers)

    return read


def _weekdays(name: str, value: str) -> tuple[tuple[int, int], ...]:
    found = [WEEKDAY.fullmatch(each) for each in value.split(",")]
    told = {(WEEKDAYS.index(each[2]), int(each[1] or 0)) for each in found if each is not None}
    if None in found or any(each is not None and each[1] is not None and int(each[1]) == 0 for each in found):
        raise _unread(name)
    return tuple(sorted(told))


def _day(name: str, value: str) -> date:
    try:
        if UNTIL.fullmatch(value) is None:
            raise _unread(name)
        return date(int(value[:4]), int(value[4:6]), int(value[6:]))
    except ValueError as error:
        raise _unread(name) from error


READ: Final[Mapping[str, tuple[str, Callable[[str, str], Any]]]] = {
    "INTERVAL": ("interval", _whole(1, 999)),
    "BYMONTH": ("months", _numbers(12, signed=False)),
    "BYMONTHDAY": ("month_days", _numbers(31, signed=True)),
    "BYDAY": ("weekdays", _weekdays),
    "BYSETPOS": ("positions", _numbers(366, signed=True)),
    "COUNT": ("count", _whole(1, 999_999)),
    "UNTIL": ("until", _day),
}
"""Each part that is understood: the field it fills, and how it is read."""
KNOWN: Final = frozenset({*READ, "FREQ", "WKST", "BYWEEKNO", "BYYEARDAY", "BYHOUR", "BYMINUTE", "BYSECOND"})


def _together(rule: Recurrence) -> None:
    """Refuse parts that do not go together: by the RFC, or since dateutil would read them in another sense."""
    numbers = [number for _, number in rule.weekdays]
    furthest = max((abs(number) for number in numbers), default=0)
    weekly = rule.frequency == "WEEKLY"
    if weekly and rule.month_days:
        raise _unread("BYMONTHDAY")
    if any(numbers) and (weekly or not all(numbers)):
        raise _unread("BYDAY")  # dateutil takes MO,1TU as both at once, the RFC as either
    if furthest > (53 if rule.frequency == "YEARLY" and not rule.months else 5):
        raise _unread("BYDAY")
    if rule.positions and (weekly or not (rule.months or rule.month_days or rule.weekdays)):
        raise _unread("BYSETPOS")  # of a week that the series begins in, dateutil counts a part only
    if rule.count is not None and rule.until is not None:
        raise _unread("UNTIL")


def unfolded(rule: Recurrence, first_on: date) -> tuple[date, ...]:
    """The days of a series that begins on `first_on` at the earliest, in order. That day is one of them only where the
    rule names it, as dateutil has it.

    Raises RecurrenceRefused: `recurrence_empty` without a single day, `recurrence_too_long` for more than 600 or past
    ten years.
    """
    horizon = _years_after(first_on, LONGEST_YEARS)
    if rule.until is not None and rule.until > horizon:
        raise _too_long()
    days = tuple(islice(_days(rule, first_on, rule.until or horizon), min(rule.count or MOST + 1, MOST + 1)))
    if not days:
        raise RecurrenceRefused("recurrence_empty")
    if len(days) > MOST or (rule.count is not None and len(days) < rule.count):
        raise _too_long()
    return days


def windowed(rule: Recurrence, first_on: date, since: date, until: date) -> tuple[date, ...]:
    """The days of a series from `since` to the day before `until`. Raises as `unfolded`."""
    return tuple(day for day in unfolded(rule, first_on) if since <= day < until)


def _years_after(day: date, years: int) -> date:
    """The same day some years later or earlier; of the 29th of February the 28th where there is none."""
    leap = (day.month, day.day) == (2, 29) and not isleap(day.year + years)
    return day.replace(year=day.year + years, day=28 if leap else day.day)


def _days(rule: Recurrence, first_on: date, last: date) -> Iterator[date]:
    """The days without regard to the count, which dateutil takes no end beside.

    It follows a rule that never occurs to the last year it knows, for half a second. The calendar repeats itself,
    weekdays included, every 400 years: so the series is unfolded as late as it can be, where that year is near.
    """
    later = (MAXYEAR - LONGEST_YEARS - first_on.year) // ERA * ERA
    weekdays = [weekday(day, number) if number else weekday(day) for day, number in rule.weekdays]
    unfolding = rrule(
        FREQUENCIES[rule.frequency],
        dtstart=datetime.combine(_years_after(first_on, later), time()),
        until=datetime.combine(_years_after(last, later), time()),
        interval=rule.interval,
        bymonth=rule.months or None,
        bymonthday=rule.month_days or None,
        byweekday=weekdays or None,
        bysetpos=rule.positions or None,
    )
    return (_years_after(moment.date(), -later) for moment in unfolding)
