"""Random meeting series, their text, and an answer of their own to the question on which days they are."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from random import Random

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
YEARS = 10


@dataclass(frozen=True)
class Series:
    """A series as it was thrown: parts of a rule, and the first day it may have."""

    first_on: date
    frequency: str
    interval: int
    months: tuple[int, ...] = ()
    month_days: tuple[int, ...] = ()
    weekdays: tuple[tuple[int, int], ...] = ()
    positions: tuple[int, ...] = ()
    count: int | None = None
    until: date | None = None
    order: tuple[int, ...] = field(default=(), compare=False)

    @property
    def text(self) -> str:
        """The rule as RFC 5545 writes it, its parts in a thrown order."""
        days = [f"{number or ''}{WEEKDAYS[day]}" for day, number in self.weekdays]
        parts = {
            "FREQ": self.frequency,
            "INTERVAL": str(self.interval) if self.interval > 1 else "",
            "BYMONTH": ",".join(map(str, self.months)),
            "BYMONTHDAY": ",".join(map(str, self.month_days)),
            "BYDAY": ",".join(days),
            "BYSETPOS": ",".join(map(str, self.positions)),
            "COUNT": "" if self.count is None else str(self.count),
            "UNTIL": "" if self.until is None else f"{self.until:%Y%m%d}",
        }
        told = [f"{name}={value}" for name, value in parts.items() if value]
        return ";".join(sorted(told, key=lambda part: self.order[hash_of(part) % len(self.order)]))


def hash_of(part: str) -> int:
    """The same number for the same text in every process."""
    return sum(part.encode())


def thrown(dice: Random) -> Series:
    """One series of ten years at most, of all the shapes that are understood, empty ones among them."""
    first_on = date(2004, 1, 1) + timedelta(days=dice.randrange(22 * 365))
    frequency = dice.choice(("YEARLY", "MONTHLY", "MONTHLY", "WEEKLY"))
    months = _some(dice, range(1, 13), 4) if dice.random() < 0.4 else ()
    month_days: tuple[int, ...] = ()
    weekdays: tuple[tuple[int, int], ...] = ()
    positions: tuple[int, ...] = ()
    if frequency != "WEEKLY" and dice.random() < 0.4:
        month_days = _some(dice, [*range(1, 32), *range(-31, 0)], 3)
    if dice.random() < 0.6:
        days = _some(dice, range(7), 3)
        numbered = frequency != "WEEKLY" and dice.random() < 0.6
        furthest = 53 if frequency == "YEARLY" and not months else 5
        weekdays = tuple((day, dice.choice((-1, 1)) * dice.randint(1, furthest) if numbered else 0) for day in days)
    if frequency != "WEEKLY" and (months or month_days or weekdays) and dice.random() < 0.3:
        positions = _some(dice, [1, 2, 3, 5, -1, -2, -3], 2)
    interval = dice.choice((1, 1, 1, 2, 3, 6, 12, 26)) if frequency != "YEARLY" else dice.choice((1, 1, 2, 4))
    counted = dice.random() < 0.5
    return Series(
        first_on,
        frequency,
        interval,
        months,
        month_days,
        weekdays,
        positions,
        dice.choice((1, 2, 4, 12, 40, 120)) if counted else None,
        None if counted else first_on + timedelta(days=dice.randrange(3652)),
        tuple(dice.sample(range(8), 8)),
    )


def _some(dice: Random, of: "range | list[int]", most: int) -> tuple[int, ...]:
    return tuple(sorted(dice.sample(list(of), dice.randint(1, min(most, len(of))))))


def walked(series: Series) -> list[date]:
    """The days of a series, found by asking every single day for ten years: nothing here knows of dateutil."""
    days: list[date] = []
    for start, end in _periods(series):
        fit = [day for day in _every(start, end) if _fits(series, day)]
        if series.positions:
            places = {place - 1 if place > 0 else len(fit) + place for place in series.positions}
            fit = [day for place, day in enumerate(fit) if place in places]
        for day in fit:
            if day < series.first_on:
                continue
            if day > last_day(series) or len(days) == series.count:
                return days
            days.append(day)
    return days


def last_day(series: Series) -> date:
    """The last day that a series may have: its own, or ten years on."""
    first = series.first_on
    leap = (first.month, first.day) == (2, 29)
    return series.until or first.replace(year=first.year + YEARS, day=28 if leap else first.day)


def _periods(series: Series) -> Iterator[tuple[date, date]]:
    """Every year, month or week of the series: its first day, and the first after it."""
    first, step = series.first_on, series.interval
    for turn in range(0, 100_000, step):
        if series.frequency == "WEEKLY":
            start = first - timedelta(days=first.weekday()) + timedelta(weeks=turn)
            end = start + timedelta(weeks=1)
        elif series.frequency == "MONTHLY":
            start, end = _month(first, turn), _month(first, turn + 1)
        else:
            start, end = date(first.year + turn, 1, 1), date(first.year + turn + 1, 1, 1)
        if start > last_day(series):
            return
        yield start, end


def _month(first: date, turn: int) -> date:
    years, month = divmod(first.month - 1 + turn, 12)
    return date(first.year + years, month + 1, 1)


def _every(start: date, end: date) -> list[date]:
    return [start + timedelta(days=number) for number in range((end - start).days)]


@cache
def _from_end(day: date) -> int:
    """The day of the month counted from its end, the last being -1."""
    following = (day.replace(day=28) + timedelta(days=4)).replace(day=1)
    return (day - following).days


def _fits(series: Series, day: date) -> bool:
    if series.months and day.month not in series.months:
        return False
    if series.month_days and not {day.day, _from_end(day)} & set(series.month_days):
        return False
    if series.weekdays:
        return any(day.weekday() == wanted and _numbered(series, day, number) for wanted, number in series.weekdays)
    return bool(series.month_days) or _as_first(series, day)


def _numbered(series: Series, day: date, number: int) -> bool:
    """Whether it is the so-manieth of its weekday in the month, or in the year where the rule has no months."""
    if number == 0:
        return True
    if series.frequency == "YEARLY" and not series.months:
        start, end = date(day.year, 1, 1), date(day.year, 12, 31)
    else:
        start, end = day.replace(day=1), day - timedelta(days=_from_end(day) + 1)
    return number == ((day - start).days // 7 + 1 if number > 0 else -((end - day).days // 7 + 1))


def _as_first(series: Series, day: date) -> bool:
    """Without a day in the rule it is the first one's: its weekday, its number, and in a year its month."""
    if series.frequency == "WEEKLY":
        return day.weekday() == series.first_on.weekday()
    same_month = series.frequency == "MONTHLY" or bool(series.months) or day.month == series.first_on.month
    return same_month and day.day == series.first_on.day
