"""Departments on the wire."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.core.wire import AllowedAction, Day, Line, absent
from app.services.authorities.facts import Duty
from app.services.departments.facts import DepartmentKind
from app.services.departments.wire import (
    COMMITTEE_ID,
    COMMITTEES,
    DEPARTMENT_ID,
    PERIOD,
    STANDS,
    Standing,
    Superseded,
)
from app.services.regions.stated import RegionCode, RegionLevelAsked

DEPARTMENT: dict[str, Any] = {
    "id": DEPARTMENT_ID,
    "version": 1,
    "committee_id": COMMITTEE_ID,
    "committee_name": "西湖区两新工委",
    "kind": "market_regulator",
    "name": "西湖区市场监督管理局",
    "authority_id": None,
    "authority_name": None,
    **PERIOD,
    **STANDS,
}
SEAT: dict[str, Any] = {"duty": "member", "post": "副局长"}
NAMED = ("committee_name", "authority_name")
ALSO = "The superior body that the department is as well, with a line of its own; null: none."


class DepartmentRead(Standing):
    """A department's time in a committee's joint meeting."""

    model_config = ConfigDict(json_schema_extra={"example": DEPARTMENT})

    id: UUID
    version: int
    committee_id: UUID
    committee_name: str | None = Field(description="Null where the committee lies outside the caller's sight.")
    kind: DepartmentKind
    name: str
    authority_id: UUID | None = Field(description=ALSO)
    authority_name: str | None


class DepartmentSeat(BaseModel):
    """A seat in the committee that the department fills, by the post."""

    model_config = ConfigDict(json_schema_extra={"example": SEAT})

    duty: Duty
    post: str


class DepartmentDetail(DepartmentRead):
    """A department with its seats and what the caller may do."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": DEPARTMENT
            | {"seats": [SEAT], "allowed_actions": [{"action": "update", "allowed": True, "reason": None}]}
        }
    )

    seats: list[DepartmentSeat] = Field(
        description="Seats of the work committee that a department of this name holds today."
    )
    allowed_actions: list[AllowedAction]


class DepartmentVersion(Standing, Superseded):
    """A department as it was known from `recorded_at` to `recorded_to`."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {name: value for name, value in DEPARTMENT.items() if name not in NAMED}
            | {"recorded_to": None, "replaced_by": None}
        }
    )

    id: UUID
    version: int
    committee_id: UUID
    kind: DepartmentKind
    name: str
    authority_id: UUID | None


class DepartmentCreate(BaseModel):
    """A department that belongs to a committee's joint meeting from a day on."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "committee_id": COMMITTEE_ID,
                "kind": "market_regulator",
                "name": "西湖区市场监督管理局",
                "valid_from": "2026-01-01",
            }
        },
    )

    committee_id: UUID = Field(description="The authority whose joint meeting it is.")
    kind: DepartmentKind
    name: Annotated[Line, Field(description="The department's own name; once at a time in a committee.")]
    authority_id: Annotated[UUID | None, Field(description=ALSO)] = None
    valid_from: Day = Field(description="First day; not before the committee was founded.")


class DepartmentUpdate(BaseModel):
    """What changes; a field left out stays as it is."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"name": "西湖区市场监管局"}})

    kind: DepartmentKind = absent()
    name: Line = absent()
    authority_id: Annotated[UUID | None, Field(description=ALSO)] = None


class DepartmentFilters(BaseModel):
    """What narrows the list of departments."""

    region: Annotated[RegionCode | None, Field(description="Of committees in this region and below.")] = None
    region_level: RegionLevelAsked = None
    committee_id: Annotated[UUID | None, Field(description=COMMITTEES)] = None
    kind: Annotated[DepartmentKind | None, Field(description="Only this kind.")] = None
    on: Annotated[Day | None, Field(description="Only those that belong to the meeting on this day.")] = None
