"""Where a visit is due, on the wire."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.core.wire import Day
from app.services.authorities.schemas import AuthorityCode
from app.services.instructors.facts import Purpose
from app.services.regions.stated import RegionCode, RegionLevelAsked

DUE: dict[str, Any] = {
    "assignment_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f2c11",
    "worker_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f2a11",
    "worker_name": "示例指导员",
    "organization_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c14",
    "organization_name": "杭州云栖示例科技有限公司",
    "branch_id": None,
    "branch_name": None,
    "region_code": "330106010000",
    "purpose": "guide_formation",
    "valid_from": "2025-09-01",
    "valid_to": "2027-09-01",
    "last_visit_on": "2025-11-20",
    "next_on": None,
    "due_on": "2026-02-20",
    "overdue": True,
}


class VisitDueRead(BaseModel):
    """An assignment that runs, and the last day for its next visit."""

    model_config = ConfigDict(json_schema_extra={"example": DUE})

    assignment_id: UUID
    worker_id: UUID
    worker_name: str | None = Field(description="Null where the worker lies outside the caller's scope.")
    organization_id: UUID | None
    organization_name: str | None
    branch_id: UUID | None
    branch_name: str | None
    region_code: RegionCode
    purpose: Purpose
    valid_from: date
    valid_to: date = Field(description="The first day on which the assignment no longer runs.")
    last_visit_on: date | None = Field(description="The last visit that counts; null when there was none.")
    next_on: date | None = Field(description="The day that the last visit agreed on.")
    due_on: date = Field(description="So many days after the last visit, or after the assignment's first day.")
    overdue: bool


class VisitDueFilters(BaseModel):
    """What narrows the list."""

    region: Annotated[
        RegionCode | None, Field(description="Assignments in this region and below; its policy sets the days.")
    ] = None
    region_level: RegionLevelAsked = None
    authority: Annotated[AuthorityCode | None, Field(description="In the line of this authority, by code.")] = None
    worker_id: Annotated[UUID | None, Field(description="Only this instructor's.")] = None
    due_before: Annotated[
        Day | None, Field(description="Due before this day; default: today, which leaves what is overdue.")
    ] = None
