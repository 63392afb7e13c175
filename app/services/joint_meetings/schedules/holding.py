"""On which days a series is held: what is otherwise by a stated exception, then off days off, never two on one day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from typing import Final, Protocol

from app.services.joint_meetings.schedules.facts import ExceptionKind, MovedBy, OccurrenceState, Shift

DAY: Final = timedelta(days=1)


class Days(Protocol):
    """A calendar of working days."""

    def is_working(self, day: date) -> bool:
        """Whether people work on that day; make-up days count."""

    def provisional(self, day: date) -> bool:
        """Whether the day's year has not been announced, so that it may still change."""

    def next_working(self, day: date) -> date:
        """The day itself when people work, else the first such day after it."""

    def previous_working(self, day: date) -> date:
        """The day itself when people work, else the last such day before it."""


@dataclass(frozen=True, slots=True)
class Otherwise:
    """What is otherwise with a day: see ExceptionKind."""

    kind: ExceptionKind
    moved_to: date | None
    starts_at: time | None
    reason: str


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One time of a series: the day as its rule has it, and the day on which it is held.

    One that falls together with another is not held by itself: `merged_into` is the rule's day of that other.
    """

    original_on: date
    day: date
    state: OccurrenceState
    moved_by: MovedBy | None = None
    provisional: bool = False
    starts_at: time | None = None  # otherwise than the series
    reason: str | None = None
    merged_into: date | None = None


def working_day(day: date, shift: Shift, days: Days) -> date:
    """Where a day goes: itself when people work, else by `shift`. Of two as near the later."""
    if shift is Shift.none or days.is_working(day):
        return day
    if shift is Shift.next:
        return days.next_working(day)
    if shift is Shift.previous:
        return days.previous_working(day)
    ahead, back = days.next_working(day), days.previous_working(day)
    return back if day - back < ahead - day else ahead


def held(
    originals: Sequence[date], otherwise: Mapping[date, Otherwise], shift: Shift, days: Days
) -> tuple[Occurrence, ...]:
    """The occurrences of a series by their rule's days (`originals`, in order) and the days that are added.

    Where two come to lie on one day they are one meeting: it is the one that somebody laid there by hand, else the one
    whose own day it is, else the earlier; the other falls together with it.
    """
    own = set(originals)
    added = (day for day, told in otherwise.items() if told.kind is ExceptionKind.added and day not in own)
    found = [
        *(_stated(day, otherwise[day], shift, days) if day in otherwise else _shifted(day, shift, days) for day in own),
        *(_stated(day, otherwise[day], shift, days) for day in added),
    ]
    return tuple(sorted(_apart(found), key=lambda each: (each.day, each.original_on)))


def _shifted(day: date, shift: Shift, days: Days) -> Occurrence:
    to = working_day(day, shift, days)
    moved = None if to == day else MovedBy.day_off
    unsure = days.provisional(day) or days.provisional(to)
    return Occurrence(day, to, OccurrenceState.standing, moved, unsure)


def _stated(day: date, told: Otherwise, shift: Shift, days: Days) -> Occurrence:
    """A day that somebody named is taken as named: it is not shifted again."""
    if told.kind is ExceptionKind.cancelled:
        return replace(_shifted(day, shift, days), state=OccurrenceState.cancelled, reason=told.reason)
    if told.kind is ExceptionKind.moved and told.moved_to is not None:
        to, moved = told.moved_to, MovedBy.exception
    else:
        to, moved = day, None
    return Occurrence(
        day, to, OccurrenceState.standing, moved, days.provisional(to), starts_at=told.starts_at, reason=told.reason
    )


def _apart(found: Sequence[Occurrence]) -> list[Occurrence]:
    taken: dict[date, date] = {}
    apart = []
    for each in sorted(found, key=_claim):
        if each.state is OccurrenceState.cancelled or each.day not in taken:
            if each.state is OccurrenceState.standing:
                taken[each.day] = each.original_on
            apart.append(each)
        else:
            apart.append(replace(each, state=OccurrenceState.merged, merged_into=taken[each.day]))
    return apart


def _claim(each: Occurrence) -> tuple[int, date]:
    by_hand = each.moved_by is MovedBy.exception or each.reason is not None
    return (0 if by_hand else 1 if each.moved_by is None else 2), each.original_on


def due_before(day: date, ahead: int, days: Days) -> date:
    """The day by which something is due `ahead` days before another, moved back to a working day."""
    return days.previous_working(day - ahead * DAY)
