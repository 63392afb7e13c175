"""Frozen values of the treatment room: months, who held which role when, and what came of it."""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

Place = tuple[int, int]
"""A region: code and level."""

Bands = Sequence[tuple[date, str]]
"""Appraisal bands by the day from which each holds, in order of days; a later one takes the place of the one before."""


class HonourKind(StrEnum):
    """What political recognition a worker has."""

    delegate = "delegate"  # 党代表、人大代表、政协委员
    committee_member = "committee_member"  # 兼任上级党组织委员等职务
    honour = "honour"  # 表彰奖励


class ConditionKind(StrEnum):
    """What somebody has to work with."""

    office = "office"
    equipment = "equipment"
    insurance = "insurance"
    activity_room = "activity_room"
    books = "books"


class MonthState(StrEnum):
    """How far a month's list has come."""

    open = "open"
    closed = "closed"
    discarded = "discarded"


class EntitlementState(StrEnum):
    """What is to be done about a line: nothing is paid while its list is open."""

    open = "open"
    due = "due"
    owed_back = "owed_back"  # earlier months were listed too high by more than this month brings
    nothing = "nothing"


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A calendar month."""

    first: date

    def __post_init__(self) -> None:
        """Raises ValueError for a day that is not a first."""
        if self.first.day != 1:
            raise ValueError("a month begins on its first day")

    @classmethod
    def of(cls, day: date) -> "Month":
        """The month that a day lies in."""
        return cls(day.replace(day=1))

    @property
    def days(self) -> int:
        """How many days it has."""
        return _days(self.first)

    @property
    def end(self) -> date:
        """The first day after it."""
        return self.first + timedelta(days=_days(self.first))

    @property
    def last(self) -> date:
        """Its last day."""
        return self.end - timedelta(days=1)

    @property
    def name(self) -> str:
        """As it is written on the wire: 2026-03."""
        return self.first.isoformat()[:7]


@lru_cache(maxsize=256)
def _days(first: date) -> int:
    return monthrange(first.year, first.month)[1]  # asked for several times a worker, and not for free


class Period(NamedTuple):
    """A role held from one day until another (exclusive; None: still), at a place whose scheme pays it.

    There are tens of thousands in a list: a tuple is quick to make and soon out of the collector's sight.
    """

    key: UUID
    role: str
    start: date
    end: date | None
    place: Place


@dataclass(frozen=True, slots=True)
class Segment:
    """Days in a row that are paid alike: for which role, by which scheme, and what part of the amount they are."""

    key: UUID
    role: str
    start: date
    days: int
    place: Place
    policy: str
    rate_fen: int  # a whole month of the role
    band: str | None
    percent: int
    share_fen: int


@dataclass(frozen=True, slots=True)
class Entitlement:
    """What a month brings a worker. `unpaid`: days on which none of the roles held has a scheme, by role."""

    amount_fen: int
    segments: tuple[Segment, ...]
    unpaid: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Basis:
    """What a list was computed from for one worker and month, so that it can be computed again: frozen with it."""

    periods: tuple[Period, ...]
    bands: Bands
