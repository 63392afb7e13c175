"""Invitations on the wire. Names of delegates are shown to those alone whose work needs them."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.core.wire import AllowedAction, Day, Line
from app.services.authorities.schemas import AuthorityCode
from app.services.joint_meetings.facts import Answer, MeetingState, Presence
from app.services.joint_meetings.schemas import Words
from app.services.privacy.wire import PersonName
from app.services.regions.stated import RegionCode, RegionLevelAsked

EXAMPLE: dict[str, Any] = {
    "id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f4f11",
    "version": 2,
    "meeting_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f4a11",
    "meeting_title": "2026年第一季度两新工作联席会议",
    "meeting_state": "invited",
    "held_on": "2026-03-30",
    "starts_at": "2026-03-30T06:30:00+00:00",
    "committee_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c12",
    "region_code": "330106000000",
    "department_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f4d12",
    "department_name": "西湖区市场监督管理局",
    "invited_on": "2026-03-16",
    "attendance_due_on": "2026-03-27",
    "answer": "substitute",
    "answered_on": "2026-03-26",
    "late": False,
    "delegate_named": True,
    "delegate_name": "示例代表",
    "delegate_post": "党建科科长",
    "absence_reason": None,
    "present": None,
    "recorded_at": "2026-03-26T01:00:00+00:00",
}
NAMES = "Null also for those who may not read liaisons."


class InvitationRead(BaseModel):
    """A department's invitation to a meeting."""

    model_config = ConfigDict(json_schema_extra={"example": EXAMPLE})

    id: UUID
    version: int
    meeting_id: UUID
    meeting_title: str
    meeting_state: MeetingState
    held_on: date
    starts_at: datetime
    committee_id: UUID
    region_code: RegionCode
    department_id: UUID
    department_name: str
    invited_on: date
    attendance_due_on: date = Field(description="The last day for an answer in time.")
    answer: Answer | None
    answered_on: date | None
    late: bool = Field(description="Answered after that day.")
    delegate_named: bool = Field(description="Whether a delegate is named.")
    delegate_name: str | None = Field(description=f"Who comes instead. {NAMES}")
    delegate_post: str | None = Field(description=NAMES)
    absence_reason: str | None = Field(description=NAMES)
    present: Presence | None = Field(description="Who was there; null until the meeting is held.")
    recorded_at: datetime


class InvitationDetail(InvitationRead):
    """An invitation, and what the caller may do."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": EXAMPLE | {"allowed_actions": [{"action": "answer", "allowed": True, "reason": None}]}
        }
    )

    allowed_actions: list[AllowedAction]


class InvitationVersion(BaseModel):
    """What was known of an invitation at a time."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                **{name: EXAMPLE[name] for name in ("id", "version", "answer", "answered_on", "late")},
                **{name: EXAMPLE[name] for name in ("delegate_name", "delegate_post", "absence_reason", "present")},
                "recorded_at": EXAMPLE["recorded_at"],
                "recorded_to": None,
                "replaced_by": None,
            }
        }
    )

    id: UUID
    version: int
    answer: Answer | None
    answered_on: date | None
    late: bool
    delegate_name: str | None = Field(description=NAMES)
    delegate_post: str | None = Field(description=NAMES)
    absence_reason: str | None = Field(description=NAMES)
    present: Presence | None
    recorded_at: datetime
    recorded_to: datetime | None
    replaced_by: str | None


class InvitationAnswer(BaseModel):
    """What a department answers."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {name: EXAMPLE[name] for name in ("answer", "delegate_name", "delegate_post")},
        },
    )

    answer: Answer
    delegate_name: PersonName | None = Field(default=None, description="Who comes instead; of a substitute, needed.")
    delegate_post: Annotated[Line | None, Field(description="The delegate's post; of a substitute.")] = None
    absence_reason: Annotated[Words | None, Field(description="Why nobody comes; of an absence, and needed.")] = None


class Invite(BaseModel):
    """Who is called: all departments of the committee on the meeting's day, or the chosen ones."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"department_ids": None}})

    department_ids: Annotated[
        list[UUID] | None,
        Field(min_length=1, max_length=200, description="Null: all. Who is invited already stays as he is."),
    ] = None


class Attendance(BaseModel):
    """Who was there for a department."""

    model_config = ConfigDict(extra="forbid")

    department_id: UUID
    present: Presence
    delegate_name: PersonName | None = Field(default=None, description="Who was there instead, where not named before.")
    delegate_post: Line | None = None


class Hold(BaseModel):
    """Who was there. A department that is not named was not, unless that was entered before."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"attendance": [{"department_id": EXAMPLE["department_id"], "present": "own"}]}},
    )

    attendance: Annotated[list[Attendance], Field(max_length=200)]


class InvitationFilters(BaseModel):
    """What narrows the list."""

    region: Annotated[RegionCode | None, Field(description="Of committees in this region and below.")] = None
    region_level: RegionLevelAsked = None
    authority: Annotated[AuthorityCode | None, Field(description="In the line of this authority, by code.")] = None
    committee_id: Annotated[UUID | None, Field(description="Only this committee's.")] = None
    meeting_id: Annotated[UUID | None, Field(description="Only this meeting's.")] = None
    department_id: Annotated[UUID | None, Field(description="Only this department's.")] = None
    answer: Annotated[Answer | None, Field(description="Only with this answer.")] = None
    present: Annotated[Presence | None, Field(description="Only where so attended.")] = None
    answered: Annotated[bool | None, Field(description="Whether it has been answered.")] = None
    late: Annotated[bool | None, Field(description="Whether the answer came late.")] = None
    since: Annotated[Day | None, Field(description="Of meetings on this day or later.")] = None
    until: Annotated[Day | None, Field(description="Of meetings before this day.")] = None
