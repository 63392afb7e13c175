"""Series of joint meetings on the wire."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.core.wire import AllowedAction, Day, Line, Sentence, absent
from app.services.authorities.schemas import AuthorityCode
from app.services.joint_meetings.schedules.facts import ExceptionKind, MeetingPurpose, Shift
from app.services.joint_meetings.schedules.wire import ClockTime, Minutes, Rule, SeriesDay
from app.services.joint_meetings.schemas import DEPARTURE, Departure, DepartureReason
from app.services.regions.stated import RegionCode, RegionLevelAsked

EXAMPLE: dict[str, Any] = {
    "id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f4b11",
    "version": 1,
    "committee_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c12",
    "committee_name": "西湖区两新工委",
    "region_code": "330106000000",
    "region_level": 3,
    "authority_code": "033001006000000",
    "purpose": "study",
    "title": "两新工作季度研究会议",
    "rrule": "FREQ=MONTHLY;INTERVAL=3;BYDAY=2TU;COUNT=8",
    "first_on": "2026-03-01",
    "last_on": "2027-12-14",
    "starts_at": "14:30",
    "minutes": 90,
    "place": "区委三楼会议室",
    "shift": "next",
    "ended_on": None,
    "end_reason": None,
    "recorded_at": "2026-03-02T01:00:00+00:00",
}
EXCEPTION: dict[str, Any] = {
    "id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f4b21",
    "on_day": "2026-06-09",
    "kind": "moved",
    "moved_to": "2026-06-11",
    "starts_at": None,
    "reason": "与全市两新工作会议冲突",
    "entered_by": "person:li",
}
CREATES = ("committee_id", "purpose", "title", "rrule", "first_on", "starts_at", "minutes", "place", "shift")


class ScheduleRead(BaseModel):
    """A series: when a committee's departments meet for a purpose."""

    model_config = ConfigDict(json_schema_extra={"example": EXAMPLE})

    id: UUID
    version: int
    committee_id: UUID
    committee_name: str | None = Field(description="Null where the committee is not the caller's to see.")
    region_code: RegionCode
    region_level: int
    authority_code: AuthorityCode
    purpose: MeetingPurpose
    title: str
    rrule: str = Field(description="The recurrence, as RFC 5545 writes it.")
    first_on: date = Field(description="No meeting is before this day.")
    last_on: date = Field(description="The last day of the recurrence, before any shifting.")
    starts_at: str = Field(description="Hours and minutes in Shanghai.")
    minutes: int = Field(description="How long a meeting is to take, in minutes.")
    place: str
    shift: Shift = Field(description="Where an occurrence goes that falls on a day off.")
    ended_on: date | None = Field(
        description="From this day on no meeting is held; null where nobody ended the series."
    )
    end_reason: str | None
    recorded_at: datetime


class ExceptionRead(BaseModel):
    """A day of a series that is otherwise."""

    model_config = ConfigDict(json_schema_extra={"example": EXCEPTION})

    id: UUID
    on_day: date = Field(description="The day as the recurrence has it, before any shifting; of an added one its own.")
    kind: ExceptionKind
    moved_to: date | None
    starts_at: str | None = Field(description="Hours and minutes in Shanghai; null where the series' own hold.")
    reason: str
    entered_by: str


class ScheduleDetail(ScheduleRead):
    """A series with the days that are otherwise, what departs from what is normal, and what the caller may do."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": EXAMPLE
            | {
                "next_on": "2026-03-10",
                "exceptions": [EXCEPTION],
                "departures": [DEPARTURE],
                "allowed_actions": [{"action": "update", "allowed": True, "reason": None}],
            }
        }
    )

    next_on: date | None = Field(description="The next day, today included, on which it is held; null when it is over.")
    exceptions: list[ExceptionRead]
    departures: list[Departure]
    allowed_actions: list[AllowedAction]


class ScheduleCreate(BaseModel):
    """A series that is laid down."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {name: EXAMPLE[name] for name in CREATES}})

    committee_id: UUID = Field(description="The work committee whose departments meet.")
    purpose: MeetingPurpose = Field(description="One series for a purpose at a time.")
    title: Line
    rrule: Rule
    first_on: SeriesDay = Field(description="No meeting is before this day; held on it only where the recurrence says.")
    starts_at: ClockTime
    minutes: Minutes
    place: Line
    shift: Shift = Field(description="Where an occurrence goes that falls on a day off; `none`: it stays.")
    departure_reason: DepartureReason = None


class ScheduleUpdate(BaseModel):
    """What is otherwise from now on; a field left out stays as it is."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"place": "社会工作部二楼会议室"}})

    title: Line = absent()
    rrule: Rule = absent()
    first_on: SeriesDay = absent()
    starts_at: ClockTime = absent()
    minutes: Minutes = absent()
    place: Line = absent()
    shift: Shift = absent()
    departure_reason: DepartureReason = None


class ScheduleEnd(BaseModel):
    """The end of a series."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"ended_on": "2026-09-01", "reason": "改为半年一次，另立系列"}}
    )

    ended_on: SeriesDay = Field(description="First day without a meeting: no occurrence from it on is held.")
    reason: Sentence


class ExceptionCreate(BaseModel):
    """A day that is otherwise: it falls out, is moved to another, or is added."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {name: EXCEPTION[name] for name in ("on_day", "kind", "moved_to", "reason")}},
    )

    on_day: SeriesDay = Field(
        description="The day as the recurrence has it, before any shifting; an added one its own."
    )
    kind: ExceptionKind
    moved_to: SeriesDay | None = Field(default=None, description="Of a moved one, and of no other: taken as named.")
    starts_at: ClockTime | None = Field(
        default=None, description="Otherwise than the series; not of one that falls out."
    )
    reason: Sentence
    departure_reason: DepartureReason = None


class ExceptionWithdraw(BaseModel):
    """Why a day is as the series has it after all."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"reason": "冲突会议改期"}})

    reason: Sentence


class OccurrenceRead(BaseModel):
    """One time of a series, with what is due before it."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "original_on": "2026-10-06",
                "day": "2026-10-08",
                "starts_at": "2026-10-08T06:30:00+00:00",
                "state": "standing",
                "moved_by": "day_off",
                "holiday": "国庆节",
                "provisional": False,
                "reason": None,
                "merged_into": None,
                "topics_due_on": "2026-09-30",
                "attendance_due_on": "2026-09-30",
                "meeting_id": None,
                "meeting_on": None,
            }
        }
    )

    original_on: date = Field(description="The day as the recurrence has it.")
    day: date = Field(description="The day on which it is held, or would be.")
    starts_at: datetime
    state: str = Field(description="`held`, `cancelled`, or `merged`: two on one day are one meeting.")
    moved_by: str | None = Field(description="`day_off` or `exception`; null on its own day.")
    holiday: str | None = Field(description="What its own day is off for, where that has a name.")
    provisional: bool = Field(description="The year's days off are not announced: Monday to Friday, and may change.")
    reason: str | None = Field(description="Why the day is otherwise.")
    merged_into: date | None = Field(description="`original_on` of the one that it falls together with.")
    topics_due_on: date = Field(description="The last day for topics, moved back to a working day.")
    attendance_due_on: date = Field(description="The last day for saying who comes, moved back to a working day.")
    meeting_id: UUID | None = Field(description="The meeting that was planned of it.")
    meeting_on: date | None = Field(description="The day of that meeting, which may have been moved since.")


class ScheduleVersion(BaseModel):
    """A series as it was known from `recorded_at` to `recorded_to`."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                name: EXAMPLE[name]
                for name in EXAMPLE
                if name not in ("committee_name", "region_code", "region_level", "authority_code")
            }
            | {"recorded_to": None, "replaced_by": None}
        }
    )

    id: UUID
    version: int
    committee_id: UUID
    purpose: MeetingPurpose
    title: str
    rrule: str
    first_on: date
    last_on: date
    starts_at: str
    minutes: int
    place: str
    shift: Shift
    ended_on: date | None
    end_reason: str | None
    recorded_at: datetime
    recorded_to: datetime | None
    replaced_by: str | None


class ScheduleFilters(BaseModel):
    """What narrows the list."""

    region: Annotated[RegionCode | None, Field(description="Of committees in this region and below.")] = None
    region_level: RegionLevelAsked = None
    authority: Annotated[AuthorityCode | None, Field(description="In the line of this authority, by code.")] = None
    committee_id: Annotated[UUID | None, Field(description="Only this committee's.")] = None
    department_id: Annotated[UUID | None, Field(description="Only those of this department's committee.")] = None
    purpose: Annotated[MeetingPurpose | None, Field(description="Only for this purpose.")] = None
    running_on: Annotated[Day | None, Field(description="Only those that have begun by this day and go on after.")] = (
        None
    )


class OccurrenceFilters(BaseModel):
    """Which stretch of a series is looked at."""

    since: Annotated[SeriesDay | None, Field(description="Held on this day or later; default today.")] = None
    until: Annotated[SeriesDay | None, Field(description="Held before this day; default the end of the series.")] = None
