"""Terms of instructors in pushed records, and what stands against them. Pure."""

from calendar import monthrange
from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple, Self

from app.core.errors import FieldError


class Term(NamedTuple):
    """From the first day until another (exclusive)."""

    first: date
    end: date

    @classmethod
    def lasting(cls, first: date, months: int) -> Self:
        """A term of so many months."""
        return cls(first, _later(first, months))

    @property
    def last_day(self) -> str:
        """The last day in office, as lists write it."""
        return (self.end - timedelta(days=1)).isoformat()


def months_between(term: Term) -> int:
    """How many months a term takes, one that has begun counted whole."""
    months = (term.end.year - term.first.year) * 12 + term.end.month - term.first.month
    return months + (_later(term.first, months) < term.end)


def _later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


class Standing(NamedTuple):
    """A term that stands here already, or the whole time of somebody who has left (`left`)."""

    first: date
    end: date
    left: bool = False
    ended: bool = False


def unfit(term: Term, standing: Sequence[Standing]) -> FieldError | None:
    """Why a pushed term cannot stand beside those that do; None when it can.

    It may be one of them, or prolong one of them; it neither shortens one nor lies across one, and somebody who has
    left is not back before he left.
    """
    for each in standing:
        if each.left:
            if term.first < each.end:
                return FieldError("/term_from", "term_before_leaving", {"left_on": each.end.isoformat()})
        elif each.first == term.first:
            if term.end < each.end or (each.ended and term.end > each.end):
                code = "term_over" if each.ended else "term_shortened"
                return FieldError("/term_last_day", code, {"last_day": Term(each.first, each.end).last_day})
        elif term.first < each.end and each.first < term.end:
            last = Term(each.first, each.end).last_day
            return FieldError("/term_from", "term_overlaps", {"first": each.first.isoformat(), "last_day": last})
    return None
