"""Meetings on the wire."""

from datetime import UTC, date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from app.core.wire import AllowedAction, Day, Instant, Line, Sentence, absent
from app.services.authorities.schemas import AuthorityCode
from app.services.joint_meetings.facts import MeetingKind, MeetingPurpose, MeetingState
from app.services.joint_meetings.schemas import DEPARTURE, Departure, DepartureReason
from app.services.regions.stated import RegionCode, RegionLevelAsked

EXAMPLE: dict[str, Any] = {
    "id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f4a11",
    "version": 1,
    "committee_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c12",
    "committee_name": "西湖区两新工委",
    "region_code": "330106000000",
    "region_level": 3,
    "authority_code": "033001006000000",
    "kind": "regular",
    "purpose": "study",
    "title": "2026年第一季度两新工作联席会议",
    "held_on": "2026-03-30",
    "starts_at": "2026-03-30T06:30:00+00:00",
    "minutes": 90,
    "place": "区委三楼会议室",
    "convener_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f4d11",
    "convener_name": "西湖区委社会工作部",
    "state": "planned",
    "schedule_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f4b11",
    "occurrence_on": "2026-03-30",
    "parent_id": None,
    "topics_due_on": "2026-03-23",
    "attendance_due_on": "2026-03-27",
    "cancel_reason": None,
    "recorded_at": "2026-03-02T01:00:00+00:00",
}
START = datetime(2000, 1, 1, tzinfo=UTC)
END = datetime(2100, 1, 1, tzinfo=UTC)


def _within_the_century(at: datetime) -> datetime:
    if not START <= at < END:
        raise PydanticCustomError("value_wrong", "lies outside the calendar")
    return at


Begins = Annotated[
    Instant, AfterValidator(_within_the_century), Field(description="When it begins, from 2000 to the end of 2099.")
]
Title = Annotated[Line, Field(description="What the meeting is called.")]
Minutes = Annotated[int, Field(strict=True, ge=10, le=1440, description="How long it is to take, in minutes.")]
Place = Annotated[Line, Field(description="Where it is held.")]


class MeetingRead(BaseModel):
    """A joint meeting."""

    model_config = ConfigDict(json_schema_extra={"example": EXAMPLE})

    id: UUID
    version: int
    committee_id: UUID
    committee_name: str | None = Field(description="Null where the committee is not the caller's to see.")
    region_code: RegionCode
    region_level: int
    authority_code: AuthorityCode
    kind: MeetingKind
    purpose: MeetingPurpose
    title: str
    held_on: date = Field(description="The day in Shanghai on which it begins.")
    starts_at: datetime
    minutes: int = Field(description="How long it is to take, in minutes.")
    place: str
    convener_id: UUID | None = Field(description="The department that convenes it; null: the committee itself.")
    convener_name: str | None
    state: MeetingState
    schedule_id: UUID | None
    occurrence_on: date | None = Field(description="The day as the series has it, before any shifting.")
    parent_id: UUID | None = Field(description="The meeting before which the liaisons meet.")
    topics_due_on: date = Field(description="The last day on which departments may propose topics.")
    attendance_due_on: date = Field(description="The last day for answering the invitation in time.")
    cancel_reason: str | None
    recorded_at: datetime


class MeetingDetail(MeetingRead):
    """A meeting with what belongs to it in figures, and what the caller may do."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": EXAMPLE
            | {
                "departures": [DEPARTURE],
                "agenda_items": 4,
                "carried_over": 2,
                "invited": 12,
                "answered": 9,
                "present": 0,
                "decisions": 0,
                "minutes_editions": 0,
                "allowed_actions": [{"action": "update", "allowed": True, "reason": None}],
            }
        }
    )

    departures: list[Departure]
    agenda_items: int = Field(description="Items of the agenda that were not declined.")
    carried_over: int = Field(description="Those of them that are action items of earlier meetings.")
    invited: int = Field(description="Departments that are invited.")
    answered: int = Field(description="Those of them that have answered.")
    present: int = Field(description="Those of them that were there, by themselves or by a substitute.")
    decisions: int = Field(description="Action items that it decided.")
    minutes_editions: int = Field(description="Editions of its minutes that are approved.")
    allowed_actions: list[AllowedAction]


class MeetingVersion(BaseModel):
    """What was known of a meeting at a time."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                **{name: EXAMPLE[name] for name in ("id", "version", "title", "held_on", "starts_at", "minutes")},
                **{name: EXAMPLE[name] for name in ("place", "convener_id", "state", "topics_due_on")},
                **{name: EXAMPLE[name] for name in ("attendance_due_on", "cancel_reason", "recorded_at")},
                "recorded_to": None,
                "replaced_by": None,
            }
        }
    )

    id: UUID
    version: int
    title: str
    held_on: date
    starts_at: datetime
    minutes: int
    place: str
    convener_id: UUID | None
    state: MeetingState
    topics_due_on: date
    attendance_due_on: date
    cancel_reason: str | None
    recorded_at: datetime
    recorded_to: datetime | None
    replaced_by: str | None


class MeetingCreate(BaseModel):
    """A meeting: an occurrence of a series, one of the liaisons before another, or one for an occasion."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "committee_id": EXAMPLE["committee_id"],
                "purpose": "supervision",
                "title": "平台企业党建专题督查会",
                "starts_at": "2026-04-15T14:30:00+08:00",
                "minutes": 90,
                "place": "区委三楼会议室",
            }
        },
    )

    schedule_id: UUID | None = Field(default=None, description="Of an occurrence: its series.")
    occurrence_on: Day | None = Field(default=None, description="Of an occurrence: the day as the series has it.")
    parent_id: UUID | None = Field(default=None, description="Of one of the liaisons: the meeting that it is before.")
    committee_id: UUID | None = Field(default=None, description="Of one for an occasion: whose meeting it is.")
    purpose: MeetingPurpose | None = Field(default=None, description="Of one for an occasion.")
    title: Title | None = Field(default=None, description="Of an occurrence the title of the series unless told.")
    starts_at: Begins | None = Field(default=None, description="Of an occurrence the series says when.")
    minutes: Minutes | None = None
    place: Place | None = None
    convener_id: UUID | None = Field(default=None, description="A department of the committee on that day.")
    departure_reason: DepartureReason = None


class MeetingUpdate(BaseModel):
    """What is otherwise; a field left out stays as it is. Another day moves what is due before it."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"place": "区行政中心二楼"}})

    title: Title = absent()
    starts_at: Begins = absent()
    minutes: Minutes = absent()
    place: Place = absent()
    convener_id: UUID | None = absent()
    departure_reason: DepartureReason = absent()


class MeetingCancel(BaseModel):
    """Why it is not held."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"reason": "与全区大会冲突，另行安排"}})

    reason: Sentence


class MeetingFilters(BaseModel):
    """What narrows the list."""

    region: Annotated[RegionCode | None, Field(description="Meetings of committees in this region and below.")] = None
    region_level: RegionLevelAsked = None
    authority: Annotated[AuthorityCode | None, Field(description="In the line of this authority, by code.")] = None
    committee_id: Annotated[UUID | None, Field(description="Only this committee's.")] = None
    department_id: Annotated[UUID | None, Field(description="Only those that this department is invited to.")] = None
    schedule_id: Annotated[UUID | None, Field(description="Only occurrences of this series.")] = None
    parent_id: Annotated[UUID | None, Field(description="Only meetings of the liaisons before this one.")] = None
    kind: Annotated[MeetingKind | None, Field(description="Only this kind.")] = None
    purpose: Annotated[MeetingPurpose | None, Field(description="Only for this purpose.")] = None
    state: Annotated[MeetingState | None, Field(description="Only in this state.")] = None
    since: Annotated[Day | None, Field(description="Held on this day or later.")] = None
    until: Annotated[Day | None, Field(description="Held before this day.")] = None
