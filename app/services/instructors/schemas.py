"""Assignments on the wire."""

from datetime import date, datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from app.core.wire import AllowedAction, Day
from app.services.authorities.schemas import AuthorityCode
from app.services.branches.schemas import Departure
from app.services.instructors.facts import AssignmentEnd, AssignmentState, Purpose
from app.services.privacy.wire import Purpose as Reason
from app.services.regions.stated import RegionCode, RegionLevelAsked

ASSIGNMENT: dict[str, Any] = {
    "id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0f11",
    "version": 1,
    "worker_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0e11",
    "worker_name": "沈若安",
    "organization_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c12",
    "organization_name": "杭州云栖示例科技有限公司",
    "branch_id": None,
    "branch_name": None,
    "purpose": "guide_formation",
    "valid_from": "2026-03-01",
    "valid_to": "2028-03-01",
    "state": "running",
    "end_kind": None,
    "end_reason": None,
    "succeeded_by": None,
    "proposal_id": None,
    "conflict_of_interest": False,
    "region_code": "330106010000",
    "authority_code": None,
    "recorded_at": "2026-03-02T01:00:00+00:00",
}

DepartureReason = Annotated[
    Reason | None,
    Field(
        description="Why a departure from a 'normally' is approved; needed when there is one (a 409 lists them)."
        " It is kept with the assignment, with who approved it and when."
    ),
]
ConflictNote = Annotated[
    Reason | None,
    Field(description="What interests the instructor has there, of office and not of person; null: none are known."),
]


class AssignmentRead(BaseModel):
    """An instructor sent to one organisation or one branch."""

    model_config = ConfigDict(json_schema_extra={"example": ASSIGNMENT})

    id: UUID
    version: int
    worker_id: UUID
    worker_name: str | None = Field(description="Null where the worker lies outside the caller's scope, or is erased.")
    organization_id: UUID | None
    organization_name: str | None
    branch_id: UUID | None
    branch_name: str | None
    purpose: Purpose
    valid_from: date
    valid_to: date = Field(description="First day on which it no longer holds: planned, until `end_kind` says why.")
    state: AssignmentState = Field(description="Today.")
    end_kind: AssignmentEnd | None
    end_reason: str | None
    succeeded_by: UUID | None = Field(description="The assignment by which somebody took it over.")
    proposal_id: UUID | None = Field(description="The proposal it comes from.")
    conflict_of_interest: bool
    region_code: RegionCode
    authority_code: AuthorityCode | None = Field(description="The line of its branch, or of the organisation's.")
    recorded_at: datetime


class AssignmentDetail(AssignmentRead):
    """An assignment with the departures approved for it, and what the caller may do."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": ASSIGNMENT
            | {
                "conflict_note": None,
                "departures": [],
                "allowed_actions": [{"action": "hand_over", "allowed": True, "reason": None}],
            }
        }
    )

    conflict_note: str | None
    departures: list[Departure]
    allowed_actions: list[AllowedAction]


VERSIONED = (
    *("id", "version", "worker_id", "organization_id", "branch_id", "purpose", "valid_from", "valid_to", "end_kind"),
    *("end_reason", "succeeded_by", "proposal_id", "conflict_of_interest", "region_code", "recorded_at"),
)


class AssignmentVersion(BaseModel):
    """An assignment as it was known from `recorded_at` to `recorded_to`."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {name: ASSIGNMENT[name] for name in VERSIONED} | {"recorded_to": None, "replaced_by": None}
        }
    )

    id: UUID
    version: int
    worker_id: UUID
    organization_id: UUID | None
    branch_id: UUID | None
    purpose: Purpose
    valid_from: date
    valid_to: date
    end_kind: AssignmentEnd | None
    end_reason: str | None
    succeeded_by: UUID | None
    proposal_id: UUID | None
    conflict_of_interest: bool
    region_code: RegionCode
    recorded_at: datetime
    recorded_to: datetime | None = Field(description="When the next version became known; null for the current one.")
    replaced_by: str | None = Field(description="Who recorded the next version.")


class AssignmentCreate(BaseModel):
    """Somebody is sent to one organisation or one branch."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "worker_id": ASSIGNMENT["worker_id"],
                "organization_id": ASSIGNMENT["organization_id"],
                "purpose": "guide_formation",
                "valid_from": "2026-03-01",
            }
        },
    )

    worker_id: UUID
    organization_id: UUID | None = None
    branch_id: UUID | None = None
    purpose: Purpose = Field(description="guide_branch of a branch; the others of an organisation.")
    valid_from: Day = Field(description="First day; the worker is an instructor on it. It may lie ahead.")
    valid_to: Day | None = Field(
        default=None, description="First day no more; default: the end of the instructor's term, and never beyond it."
    )
    conflict_note: ConflictNote = None
    departure_reason: DepartureReason = None

    @model_validator(mode="after")
    def one_target(self) -> Self:
        """An organisation or a branch, not none and not both."""
        if (self.organization_id is None) == (self.branch_id is None):
            raise PydanticCustomError("assignment_one_of_two", "one of two")
        return self


class AssignmentClose(BaseModel):
    """The end of an assignment before its planned day."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"ended_on": "2026-09-01", "reason": "企业已单独组建党支部"}}
    )

    ended_on: Day = Field(description="First day no more; within the assignment, and it may lie ahead.")
    reason: Reason


class AssignmentHandOver(BaseModel):
    """Another instructor takes an assignment over on a day: the old one ends, and a new one begins."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "worker_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0e12",
                "on": "2026-09-01",
                "reason": "原指导员轮岗",
            }
        },
    )

    worker_id: UUID
    on: Day = Field(description="First day of the one who takes over; within the assignment, and it may lie ahead.")
    valid_to: Day | None = Field(
        default=None, description="Default: the old planned end, or the end of the new instructor's term if earlier."
    )
    reason: Reason
    conflict_note: ConflictNote = None
    departure_reason: DepartureReason = None


class AssignmentFilters(BaseModel):
    """What narrows the list of assignments."""

    worker_id: Annotated[UUID | None, Field(description="Only this instructor's.")] = None
    organization_id: Annotated[UUID | None, Field(description="Only to this organisation.")] = None
    branch_id: Annotated[UUID | None, Field(description="Only to this branch.")] = None
    proposal_id: Annotated[UUID | None, Field(description="Only those that come from this proposal.")] = None
    purpose: Annotated[Purpose | None, Field(description="Only for this purpose.")] = None
    state: Annotated[AssignmentState | None, Field(description="Today.")] = None
    conflict_of_interest: Annotated[bool | None, Field(description="Only where interests are known, or not.")] = None
    ending_before: Annotated[Day | None, Field(description="Ending, as planned or ended, before this day.")] = None
    region: Annotated[RegionCode | None, Field(description="In this region and below.")] = None
    region_level: RegionLevelAsked = None
    authority: Annotated[AuthorityCode | None, Field(description="In the line of this authority, by code.")] = None
