"""Working days: what is known of a day, on what basis, and how they are counted. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

DAY = timedelta(days=1)
FRIDAY = 4
FARTHEST = 366
"""Days within which a working day must come: none is looked for beyond."""
LONGEST_REST = 62
"""Days off in a row that a loaded calendar may have: more is a mistake, and would leave days that nothing goes to."""


class DayBasis(StrEnum):
    """What an answer about a day rests on."""

    official = "official"  # the library's copy of the announced calendar
    loaded = "loaded"  # what the operator loaded, with its document
    provisional = "provisional"  # nobody announced it: Monday to Friday, and no more than that


class FeedKind(StrEnum):
    """What a calendar feed tells."""

    joint_meetings = "joint_meetings"
    reminders = "reminders"


@dataclass(frozen=True, slots=True)
class Told:
    """What is announced of a day: whether it is worked, and the holiday that it is off for or makes up for."""

    working: bool
    name: str | None


@dataclass(frozen=True, slots=True)
class Official:
    """The announced calendar: its years, and the days in them that their weekday does not tell."""

    years: frozenset[int]
    days: Mapping[date, Told]


@dataclass(frozen=True, slots=True)
class DayFacts:
    """One day."""

    day: date
    working: bool
    name: str | None
    basis: DayBasis


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """Which days are working days: what is loaded stands over what is official; a make-up day is a working day.

    A year is known when it is official or its operator vouched for it. Days of other years are Monday to Friday and
    provisional, a loaded one among them excepted.
    """

    official: Official
    loaded: Mapping[date, Told]
    loaded_years: frozenset[int]

    def of(self, day: date) -> DayFacts:
        """What is known of a day."""
        told = self.loaded.get(day)
        if told is not None:
            return DayFacts(day, told.working, told.name, DayBasis.loaded)
        told = self.official.days.get(day)
        if told is not None:
            return DayFacts(day, told.working, told.name, DayBasis.official)
        return DayFacts(day, day.weekday() <= FRIDAY, None, self._basis(day.year))

    def is_working(self, day: date) -> bool:
        """Whether a day is worked, as far as anybody knows."""
        return self.of(day).working

    def known(self, year: int) -> bool:
        """Whether a whole year is announced."""
        return year in self.official.years or year in self.loaded_years

    def provisional(self, day: date) -> bool:
        """Whether nobody announced what the day is."""
        return self.of(day).basis is DayBasis.provisional

    def next_working(self, day: date) -> date:
        """The day itself if it is worked, else the first working day after it."""
        return self._first(day, DAY)

    def previous_working(self, day: date) -> date:
        """The day itself if it is worked, else the last working day before it."""
        return self._first(day, -DAY)

    def add(self, day: date, days: int) -> date:
        """The `days`-th working day after a day, itself not counted; before it when negative; itself for 0.

        A public notice of 5 working days that begins on `day` (not counted) ends with `add(day, 5)`.
        """
        step = DAY if days > 0 else -DAY
        for _ in range(abs(days)):
            day = self._first(day + step, step)
        return day

    def rest(self, day: date) -> int:
        """How many days off in a row a day lies among: 0 for a working day, counted no further than is too long."""
        if self.is_working(day):
            return 0
        run = 1
        for step in (DAY, -DAY):
            each = day + step
            while run <= LONGEST_REST and not self.is_working(each):
                run += 1
                each += step
        return run

    def between(self, first: date, last: date) -> Iterator[DayFacts]:
        """Each day from the first to the last, both included."""
        for number in range((last - first).days + 1):
            yield self.of(first + number * DAY)

    def _basis(self, year: int) -> DayBasis:
        if year in self.official.years:
            return DayBasis.official
        return DayBasis.loaded if year in self.loaded_years else DayBasis.provisional

    def _first(self, day: date, step: timedelta) -> date:
        for _ in range(FARTHEST):
            if self.is_working(day):
                return day
            day += step
        raise ValueError("no working day within a year: the loaded calendar is wrong")
