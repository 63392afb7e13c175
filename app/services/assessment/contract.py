"""What a noun offers to appraisal: indicators, each a figure about one kind of subject over a period.

The engine is told of them by a catalogue that is handed in. A figure is read for many subjects in one statement, from
what is kept, and never from what somebody says about himself; None says that there was nothing to measure it by, which
is not the same as zero.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from app.core.acts import Act


class SubjectKind(StrEnum):
    """Whom a figure is about."""

    worker = "worker"
    department = "department"
    region = "region"


class Unit(StrEnum):
    """What a figure counts. All figures are whole numbers."""

    visits = "visits"
    percent = "percent"  # whole per cent, rounded down: 100 is told only where all of it is
    organizations = "organizations"
    branches = "branches"
    minutes = "minutes"
    tasks = "tasks"
    meetings = "meetings"
    permille = "permille"  # thousandths, rounded down
    workers = "workers"


@dataclass(frozen=True, slots=True)
class Period:
    """The days from `since` up to, and without, `until`."""

    since: date
    until: date

    def __post_init__(self) -> None:
        """Raises ValueError for a period that ends before it begins."""
        if self.until < self.since:
            raise ValueError("a period does not end before it begins")

    @property
    def last(self) -> date:
        """Its last day, by whose policies it is judged."""
        return max(self.since, self.until - timedelta(days=1))


Figures = Mapping[UUID, int | None]
"""A figure for each subject asked about; one that is missing counts as None."""

Read = Callable[[Act, Sequence[UUID], Period], Awaitable[Figures]]


@dataclass(frozen=True, slots=True)
class Indicator:
    """One figure: its code (named in the labels, namespace `indicator`), whom it is about, and how it is read.

    `grows` tells a figure that adds up over time, of which a part of the year asks a part, from one that does not.
    """

    code: str
    subject_kind: SubjectKind
    unit: Unit
    grows: bool
    read: Read


Place = tuple[int, int]
"""A subject that is a place: its 12-digit code and its level, as the code alone is not unique."""

PlacedRead = Callable[[Act, Sequence[Place], Period], Awaitable[Mapping[Place, int | None]]]


@dataclass(frozen=True, slots=True)
class PlacedIndicator:
    """A figure about places, which have no id. One that is a share of something is read by a named basis, as the same
    place has another figure by another one; then there is no reading without.
    """

    code: str
    subject_kind: SubjectKind
    unit: Unit
    grows: bool
    read: PlacedRead | None
    by: Mapping[str, PlacedRead] = field(default_factory=dict)

    @property
    def bases(self) -> tuple[str, ...]:
        """The names of what it can be measured by, none where there is but one way."""
        return tuple(self.by)

    def on(self, basis: str | None) -> PlacedRead:
        """How it is read by a basis. Raises ValueError where it has none of that name, or needs one."""
        found = self.read if basis is None else self.by.get(basis)
        if found is None:
            raise ValueError("the indicator is not read by this basis")
        return found


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The indicators that there are, in the order in which they are shown; those about places stand apart."""

    indicators: tuple[Indicator, ...]
    placed: tuple[PlacedIndicator, ...] = ()

    def __post_init__(self) -> None:
        """Raises ValueError for a code that stands in it twice."""
        codes = [*self.codes, *(each.code for each in self.placed)]
        if len(codes) != len(set(codes)):
            raise ValueError("an indicator stands in the catalogue twice")

    @property
    def shown(self) -> tuple[Indicator | PlacedIndicator, ...]:
        """All of them."""
        return (*self.indicators, *self.placed)

    def of_place(self, code: str) -> PlacedIndicator | None:
        """The indicator about places of a code, None where there is none."""
        return next((each for each in self.placed if each.code == code), None)

    @property
    def codes(self) -> tuple[str, ...]:
        """Their codes, in order."""
        return tuple(indicator.code for indicator in self.indicators)

    def of(self, code: str) -> Indicator | None:
        """The indicator of a code, None where there is none."""
        return next((indicator for indicator in self.indicators if indicator.code == code), None)

    def about(self, kind: SubjectKind) -> tuple[Indicator, ...]:
        """Those about one kind of subject."""
        return tuple(indicator for indicator in self.indicators if indicator.subject_kind is kind)
