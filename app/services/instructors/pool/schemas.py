"""Instructors on the wire."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.core.wire import AllowedAction, Day
from app.services.authorities.schemas import AuthorityCode
from app.services.instructors.schemas import ASSIGNMENT, AssignmentRead, DepartureReason
from app.services.privacy.wire import Purpose as Reason
from app.services.regions.stated import RegionCode, RegionLevelAsked
from app.services.workers.facts import Background, Qualification, SelectionChannel

MOST_HAND_OVERS = 200

INSTRUCTOR: dict[str, Any] = {
    "id": ASSIGNMENT["worker_id"],
    "version": 1,
    "name": "沈若安",
    "region_code": "330106000000",
    "region_level": 3,
    "authority_code": None,
    "background": "government_organ",
    "selection_channel": "dispatched",
    "sending_body": "西湖区市场监督管理局机关党委",
    "qualifications": ["party_affairs"],
    "industries": ["C", "65"],
    "home_region_code": "330106109000",
    "full_time": False,
    "role_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0e21",
    "term_from": "2026-03-01",
    "term_to": "2028-03-01",
    "load": 3,
    "capacity_left": 2,
    "next_visit_due": "2026-06-01",
    "station_id": None,
    "station_name": None,
}


class InstructorRead(BaseModel):
    """A worker who is an instructor today, and what he has on his hands."""

    model_config = ConfigDict(json_schema_extra={"example": INSTRUCTOR})

    id: UUID = Field(description="The worker's.")
    version: int = Field(description="The worker's, for `If-Match`.")
    name: str | None = Field(description="Null where the member lies outside the caller's scope, or once erased.")
    region_code: RegionCode = Field(description="Who keeps the worker.")
    region_level: int
    authority_code: AuthorityCode | None
    background: Background | None
    selection_channel: SelectionChannel
    sending_body: str | None
    qualifications: list[Qualification]
    industries: list[str] = Field(description="Industry experience: letters or divisions of GB/T 4754-2017.")
    home_region_code: RegionCode | None
    full_time: bool
    role_id: UUID
    term_from: date
    term_to: date = Field(description="First day on which the worker is no longer an instructor.")
    load: int = Field(description="Assignments that run today, also those that the caller does not see.")
    capacity_left: int = Field(description="How many more are usual; never below 0.")
    next_visit_due: date | None = Field(
        description="The first day by which an assignment asks for a visit, see /v1/visit-dues; null: nowhere."
    )
    station_id: UUID | None = Field(description="Null of who belongs to none, and to who does not see it.")
    station_name: str | None


class InstructorDetail(InstructorRead):
    """An instructor with where he is sent now or later, and what the caller may do."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": INSTRUCTOR
            | {
                "assignments": [ASSIGNMENT],
                "most": 5,
                "policy_version": "default-2026",
                "allowed_actions": [{"action": "leave", "allowed": True, "reason": None}],
            }
        }
    )

    assignments: list[AssignmentRead] = Field(description="As far as the caller sees them.")
    most: int = Field(description="How many at one time are usual, by the policy of the worker's region.")
    policy_version: str
    allowed_actions: list[AllowedAction]


class InstructorFilters(BaseModel):
    """What narrows the list of instructors."""

    region: Annotated[
        RegionCode | None,
        Field(description="Kept in this region and below. Its policy says how many assignments are usual."),
    ] = None
    region_level: RegionLevelAsked = None
    authority: Annotated[AuthorityCode | None, Field(description="In the line of this authority, by code.")] = None
    background: Annotated[Background | None, Field(description="Only of this background.")] = None
    selection_channel: Annotated[SelectionChannel | None, Field(description="Only chosen in this way.")] = None
    qualification: Annotated[Qualification | None, Field(description="Only with this recorded.")] = None
    full_time: Annotated[bool | None, Field(description="Only full-time, or only part-time.")] = None
    with_room: Annotated[bool | None, Field(description="Only those who have fewer than usual, or only others.")] = None
    ending_before: Annotated[Day | None, Field(description="Whose term ends before this day.")] = None
    station_id: Annotated[UUID | None, Field(description="Only of this station.")] = None


class Successor(BaseModel):
    """Who takes over one assignment."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {"assignment_id": ASSIGNMENT["id"], "worker_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0e12"}
        },
    )

    assignment_id: UUID
    worker_id: UUID


class InstructorLeave(BaseModel):
    """An instructor leaves: the role, the station and all assignments end on a day; others take them over."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "on": "2026-09-01",
                "reason": "任期未满，调离岗位",
                "hand_overs": [
                    {"assignment_id": ASSIGNMENT["id"], "worker_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0e12"}
                ],
            }
        },
    )

    on: Day = Field(
        description="First day on which the worker is no longer an instructor: tomorrow at the latest, and not before"
        " the day after his last visit."
    )
    reason: Reason
    hand_overs: Annotated[list[Successor], Field(max_length=MOST_HAND_OVERS)] = []
    uncovered_reason: Reason | None = Field(
        default=None, description="Why nobody takes over the rest; needed when there is any (a 409 lists them)."
    )
    departure_reason: DepartureReason = None


class LeaveRead(BaseModel):
    """What became of an instructor's assignments."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "worker_id": ASSIGNMENT["worker_id"],
                "on": "2026-09-01",
                "handed_over": [ASSIGNMENT | {"valid_to": "2026-09-01", "end_kind": "handed_over"}],
                "uncovered": [],
            }
        }
    )

    worker_id: UUID
    on: date
    handed_over: list[AssignmentRead] = Field(description="As they ended; `succeeded_by` names the one that follows.")
    uncovered: list[AssignmentRead] = Field(description="Ended with the role, and nobody took them over.")
