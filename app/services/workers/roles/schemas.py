"""The roles of party workers on the wire."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.core.wire import AllowedAction, Day
from app.services.authorities.schemas import AuthorityCode
from app.services.branches.schemas import Departure, Judged
from app.services.privacy.wire import Purpose
from app.services.regions.stated import RegionCode, RegionLevelAsked
from app.services.workers.facts import RoleEnd, SelectionChannel, WorkerRole

ROLE: dict[str, Any] = {
    "id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0e21",
    "version": 1,
    "worker_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0e11",
    "worker_name": "沈若安",
    "role": "instructor",
    "selection_channel": "dispatched",
    "branch_id": None,
    "branch_name": None,
    "organization_id": None,
    "organization_name": None,
    "post_id": None,
    "full_time": False,
    "valid_from": "2026-03-01",
    "valid_to": "2028-03-01",
    "end_kind": None,
    "end_reason": None,
    "state": "held",
    "region_code": "330106000000",
    "authority_code": None,
    "recorded_at": "2026-03-02T01:00:00+00:00",
}

Reason = Annotated[
    Purpose | None,
    Field(
        description="Why a departure from a 'normally' is approved; needed when there is one (a 409 lists them)."
        " It is kept with the role, with who approved it and when."
    ),
]


class RoleState(StrEnum):
    """Where a role stands on a day."""

    held = "held"
    ending_soon = "ending_soon"
    ended = "ended"


class RoleRead(BaseModel):
    """A role that somebody holds or held."""

    model_config = ConfigDict(json_schema_extra={"example": ROLE})

    id: UUID
    version: int
    worker_id: UUID
    worker_name: str | None = Field(description="Null where the person lies outside the caller's scope, or was erased.")
    role: WorkerRole
    selection_channel: SelectionChannel
    branch_id: UUID | None
    branch_name: str | None
    organization_id: UUID | None
    organization_name: str | None
    post_id: UUID | None = Field(description="The post of the branch's team that the role follows.")
    full_time: bool
    valid_from: date
    valid_to: date | None = Field(description="First day on which it is no longer held; of an instructor always set.")
    end_kind: RoleEnd | None = Field(description="Null while it runs, and where it ended on the day set beforehand.")
    end_reason: str | None
    state: RoleState = Field(description="Today; how long before its end a role is ending soon is the policy's.")
    region_code: RegionCode = Field(description="The branch's, else the organisation's, else the worker's.")
    authority_code: AuthorityCode | None
    recorded_at: datetime


class RoleDetail(RoleRead):
    """A role with the departures approved for it, what the rules say of it today, and what may be done."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": ROLE
            | {
                "departures": [],
                "findings": [],
                "policy_version": "default-2026",
                "allowed_actions": [{"action": "end", "allowed": True, "reason": None}],
            }
        }
    )

    departures: list[Departure]
    findings: list[Judged]
    policy_version: str = Field(description="The policy that `findings` were judged by.")
    allowed_actions: list[AllowedAction]


class RoleVersion(BaseModel):
    """A role as known from one instant to another."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                name: ROLE[name]
                for name in (
                    *("id", "version", "worker_id", "role", "selection_channel", "branch_id", "organization_id"),
                    *("full_time", "valid_from", "valid_to", "end_kind", "end_reason", "region_code", "recorded_at"),
                )
            }
            | {"recorded_to": None, "replaced_by": None}
        }
    )

    id: UUID
    version: int
    worker_id: UUID
    role: WorkerRole
    selection_channel: SelectionChannel
    branch_id: UUID | None
    organization_id: UUID | None
    full_time: bool
    valid_from: date
    valid_to: date | None
    end_kind: RoleEnd | None
    end_reason: str | None
    region_code: RegionCode
    recorded_at: datetime
    recorded_to: datetime | None = Field(description="Null for the version that stands.")
    replaced_by: str | None


class RoleGive(BaseModel):
    """A role that somebody is given. Secretaries, deputies and committee members are entered with the branch's team.

    An instructor has no branch or organisation here: where he is sent is an assignment. A liaison has an organisation,
    a full-time worker a branch, an organisation, or neither.
    """

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "worker_id": ROLE["worker_id"],
                "role": "instructor",
                "selection_channel": "dispatched",
                "valid_from": "2026-03-01",
            }
        },
    )

    worker_id: UUID
    role: WorkerRole
    selection_channel: SelectionChannel
    branch_id: UUID | None = None
    organization_id: UUID | None = None
    valid_from: Day = Field(description="First day in the role; not later than today.")
    valid_to: Annotated[
        Day | None,
        Field(description="First day no more. Of an instructor by default after the months that the policy sets."),
    ] = None
    full_time: Annotated[bool | None, Field(strict=True, description="Default: as the worker.")] = None
    departure_reason: Reason = None


class RoleEnded(BaseModel):
    """The end of a role by a stated reason, which may hold no number of a person."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"ended_on": "2026-03-01", "reason": "工作调动"}}
    )

    ended_on: Day = Field(description="First day on which it is no longer held; not later than today.")
    reason: Purpose


class RoleExtend(BaseModel):
    """A later end of a role that has one."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"until": "2028-09-01", "departure_reason": "重点项目尚未完成"}},
    )

    until: Day = Field(description="First day on which it is no longer held; after the day it was to end on.")
    departure_reason: Reason = None


class RoleFilters(BaseModel):
    """What narrows the list of roles."""

    worker_id: Annotated[UUID | None, Field(description="Only this worker's.")] = None
    role: Annotated[WorkerRole | None, Field(description="Only this role.")] = None
    selection_channel: Annotated[SelectionChannel | None, Field(description="Only chosen in this way.")] = None
    branch_id: Annotated[UUID | None, Field(description="Only at this branch.")] = None
    organization_id: Annotated[UUID | None, Field(description="Only at this organisation.")] = None
    held_on: Annotated[Day | None, Field(description="Only those held on this day.")] = None
    ends_before: Annotated[
        Day | None, Field(description="Only those whose end is set to a day before this one and is still to come.")
    ] = None
    full_time: Annotated[bool | None, Field(description="Only full-time roles, or only the others.")] = None
    region: Annotated[RegionCode | None, Field(description="In this region and below.")] = None
    region_level: RegionLevelAsked = None
    authority: Annotated[AuthorityCode | None, Field(description="Under this authority, by code.")] = None
