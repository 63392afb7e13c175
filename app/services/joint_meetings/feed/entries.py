"""Series and meetings as a department's calendar has them. Pure.

A time of a series has the same entry all along, known by the series and the day of its rule: as long as nothing was
planned of it, when a meeting was, and when that was moved or cancelled. What a client must see makes its number grow:
each part of it has a version that only grows, and so has their sum.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from app.core.clock import SHANGHAI, day_of
from app.core.labels import label
from app.services.calendars.facts import WorkingDays
from app.services.calendars.ics import Event
from app.services.joint_meetings.facts import MeetingState
from app.services.joint_meetings.policy import JointMeetingPolicy
from app.services.joint_meetings.schedules.deadlines import deadlines
from app.services.joint_meetings.schedules.facts import OccurrenceState
from app.services.joint_meetings.schedules.holding import Occurrence
from app.services.joint_meetings.schedules.recurrence import parsed, unfolded
from app.services.joint_meetings.schedules.series import Series

LANGUAGE: Final = "zh-Hans"
"""A calendar is read by a client, which names no language: it has the one that records are kept in."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A meeting. `called` is whether the department is among those that are: None while nobody is."""

    id: UUID
    version: int
    schedule_id: UUID | None
    occurrence_on: date | None
    title: str
    purpose: str
    starts_at: datetime
    minutes: int
    place: str
    state: str
    topics_due_on: date
    attendance_due_on: date
    recorded_at: datetime
    called: bool | None

    @property
    def off(self) -> bool:
        """Whether the department has nothing to come to."""
        return self.state == MeetingState.cancelled or self.called is False


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of days off, how often that has grown (`edition`), and what is due before a meeting."""

    days: WorkingDays
    edition: int
    since: datetime | None
    policy: JointMeetingPolicy


def entries(series: Sequence[Series], meetings: Sequence[Planned], known: Known, since: date) -> list[Event]:
    """All that is on from a day on, and what was and is off: times of series, and meetings for an occasion."""
    planned: dict[tuple[UUID, date], list[Planned]] = {}
    for each in meetings:
        if each.schedule_id is not None and each.occurrence_on is not None:
            planned.setdefault((each.schedule_id, each.occurrence_on), []).append(each)
    found = [event for each in series for event in _of_series(each, planned, known)]
    found += [_for_an_occasion(each) for each in meetings if each.schedule_id is None]
    return [event for event in found if _day(event) >= since]


def _day(event: Event) -> date:
    return day_of(event.starts) if isinstance(event.starts, datetime) else event.starts


def _of_series(series: Series, planned: Mapping[tuple[UUID, date], list[Planned]], known: Known) -> Iterator[Event]:
    shown: set[date] = set()
    for each in series.occurrences(known.days):
        shown.add(each.original_on)
        met = planned.get((series.id, each.original_on), [])
        yield _met(series, each.original_on, met, known) if met else _time(series, each, known)
    for (schedule_id, day), met in planned.items():
        if schedule_id == series.id and day not in shown:
            shown.add(day)
            yield _met(series, day, met, known)
    for day in _gone(series):
        if day not in shown:
            yield _time(series, Occurrence(day, day, OccurrenceState.cancelled), known)


def _gone(series: Series) -> list[date]:
    """Days that the series had: of an earlier recurrence, and after its end."""
    ended = [] if series.ended_on is None else [*unfolded(parsed(series.rrule), series.first_on), *series.otherwise]
    return sorted({*series.dropped, *ended})


def _time(series: Series, each: Occurrence, known: Known) -> Event:
    """A time of which nothing was planned."""
    starts = series.begins(each)
    due = deadlines(known.policy, known.days, each.day)
    return Event(
        uid=_uid(series.id, each.original_on),
        sequence=series.version + known.edition,
        stamped_at=max(series.recorded_at, known.since or series.recorded_at),
        starts=starts,
        ends=starts + timedelta(minutes=series.minutes),
        summary=series.title,
        description=_told(series.purpose, due.topics, due.attendance, each.reason, provisional=each.provisional),
        location=series.place,
        cancelled=each.state is not OccurrenceState.standing,
    )


def _met(series: Series, day: date, met: Sequence[Planned], known: Known) -> Event:
    """A time of which a meeting was planned: the one that stands, else the last that was cancelled."""
    told = max(met, key=lambda each: (each.state != MeetingState.cancelled, each.recorded_at))
    return _meeting(
        told,
        _uid(series.id, day),
        series.version + known.edition + sum(each.version for each in met),
        max((series.recorded_at, *(each.recorded_at for each in met), *((known.since,) if known.since else ()))),
    )


def _for_an_occasion(told: Planned) -> Event:
    return _meeting(told, f"{told.id}@liangxin", told.version, told.recorded_at)


def _meeting(told: Planned, uid: str, sequence: int, stamped_at: datetime) -> Event:
    starts = told.starts_at.astimezone(SHANGHAI)
    return Event(
        uid=uid,
        sequence=sequence,
        stamped_at=stamped_at,
        starts=starts,
        ends=starts + timedelta(minutes=told.minutes),
        summary=told.title,
        description=_told(told.purpose, told.topics_due_on, told.attendance_due_on, None, provisional=False),
        location=told.place,
        cancelled=told.off,
    )


def _uid(schedule_id: UUID, day: date) -> str:
    return f"{schedule_id}.{day}@liangxin"


def _told(purpose: str, topics: date, attendance: date, reason: str | None, *, provisional: bool) -> str:
    lines: Iterable[str | None] = (
        label("meeting_purpose", purpose, LANGUAGE),
        label("calendar_line", "due", LANGUAGE, topics=topics, attendance=attendance),
        reason,
        label("calendar_line", "provisional", LANGUAGE) if provisional else None,
    )
    return "\n".join(line for line in lines if line)
