"""A series as it is unfolded: what its rule says, what is otherwise, and when each time begins. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from app.core.clock import SHANGHAI
from app.services.joint_meetings.schedules.facts import OccurrenceState, Shift
from app.services.joint_meetings.schedules.holding import Days, Occurrence, Otherwise, held
from app.services.joint_meetings.schedules.recurrence import parsed, unfolded


@dataclass(frozen=True, slots=True)
class Series:
    """What the days of a series follow from."""

    id: UUID
    version: int
    committee_id: UUID
    purpose: str
    title: str
    rrule: str
    first_on: date
    starts_at: time
    minutes: int
    place: str
    shift: Shift
    ended_on: date | None
    dropped: tuple[date, ...]
    region_code: int
    region_level: int
    recorded_at: datetime
    otherwise: Mapping[date, Otherwise]

    def originals(self) -> tuple[date, ...]:
        """The days of the rule, up to its end."""
        days = unfolded(parsed(self.rrule), self.first_on)
        return days if self.ended_on is None else tuple(day for day in days if day < self.ended_on)

    def occurrences(self, days: Days) -> tuple[Occurrence, ...]:
        """Every time of the series in the order of the days on which it is held."""
        added = {day: told for day, told in self.otherwise.items() if self.ended_on is None or day < self.ended_on}
        return held(self.originals(), added, self.shift, days)

    def begins(self, each: Occurrence) -> datetime:
        """When a time of it begins."""
        return datetime.combine(each.day, each.starts_at or self.starts_at, SHANGHAI)


def off_days(occurrences: tuple[Occurrence, ...], days: Days) -> int:
    """How many are held on a day off of an announced year, other than a day that somebody named before."""
    return sum(
        each.state is OccurrenceState.standing
        and each.reason is None
        and not days.is_working(each.day)
        and not days.provisional(each.day)
        for each in occurrences
    )
