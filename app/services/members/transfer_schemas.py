"""Transfers of relations on the wire."""

from datetime import date, datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from app.core.wire import AllowedAction, Day, Line
from app.services.members.facts import TransferState
from app.services.privacy.wire import Purpose
from app.services.regions.stated import RegionCode

EXAMPLE: dict[str, Any] = {
    "id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c53",
    "version": 1,
    "member_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c51",
    "name": "李清",
    "from_branch_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c13",
    "from_branch_name": "云栖商务楼宇联合党支部",
    "to_branch_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c14",
    "to_branch_name": None,
    "destination": None,
    "effective_on": "2026-03-01",
    "reason": "工作调动",
    "state": "pending",
    "asked_by": "officer",
    "decided_by": None,
    "decided_at": None,
    "decision_reason": None,
    "region_code": "330106109000",
    "to_region_code": "330108001000",
    "recorded_at": "2026-03-02T01:00:00+00:00",
}


class TransferRead(BaseModel):
    """The transfer of a relation, seen at both ends. A branch's name is null where the caller does not see it."""

    model_config = ConfigDict(json_schema_extra={"example": EXAMPLE})

    id: UUID
    version: int
    member_id: UUID
    name: str
    from_branch_id: UUID | None = Field(description="Null for one whose relation stood outside the service.")
    from_branch_name: str | None
    to_branch_id: UUID | None = Field(description="Null for one who leaves the service.")
    to_branch_name: str | None
    destination: str | None = Field(description="Where the relation goes to outside the service.")
    effective_on: date
    reason: str
    state: TransferState
    asked_by: str
    decided_by: str | None
    decided_at: datetime | None
    decision_reason: str | None
    region_code: RegionCode
    to_region_code: RegionCode | None
    recorded_at: datetime


class TransferDetail(TransferRead):
    """A transfer with what the caller may do."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": EXAMPLE | {"allowed_actions": [{"action": "accept", "allowed": True, "reason": None}]}
        }
    )

    allowed_actions: list[AllowedAction]


class TransferAsk(BaseModel):
    """Where a relation is to go: a branch kept here, or a place outside the service."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {"to_branch_id": EXAMPLE["to_branch_id"], "effective_on": "2026-03-01", "reason": "工作调动"}
        },
    )

    to_branch_id: Annotated[
        UUID | None, Field(description="It need not lie in the caller's scope; the other side then accepts.")
    ] = None
    destination: Line | None = None
    effective_on: Day
    reason: Purpose

    @model_validator(mode="after")
    def one_of_two(self) -> Self:
        """A branch or a place outside, not none and not both."""
        if (self.to_branch_id is None) == (self.destination is None):
            raise PydanticCustomError("transfer_target", "one of two")
        return self


class TransferDecision(BaseModel):
    """Why a transfer is refused or withdrawn."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"reason": "本人尚未报到"}})

    reason: Purpose


class TransferFilters(BaseModel):
    """What narrows the list."""

    state: Annotated[TransferState | None, Field(description="Only transfers in this state.")] = None
    branch_id: Annotated[UUID | None, Field(description="Only those that come from or go to this branch.")] = None
    member_id: Annotated[UUID | None, Field(description="Only those of this member.")] = None
