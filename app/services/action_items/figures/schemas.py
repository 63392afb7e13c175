"""Figures of many departments on the wire."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.core.wire import Day
from app.services.authorities.schemas import AuthorityCode
from app.services.departments.facts import DepartmentKind
from app.services.regions.stated import RegionCode, RegionLevelAsked

EARLIEST = date(2000, 1, 1)

EXAMPLE: dict[str, Any] = {
    "department_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f4d12",
    "department_name": "西湖区市场监督管理局",
    "kind": "market_regulator",
    "committee_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c12",
    "region_code": "330106000000",
    "region_level": 3,
    "authority_code": "033001006000000",
    "since": "2026-01-01",
    "until": "2026-07-01",
    "action_items_due": 4,
    "action_items_done_percent": 75,
    "action_items_on_time_percent": 50,
    "items_overdue": 1,
    "attendance_percent": 100,
}


class DepartmentPlaced(BaseModel):
    """A department in its committee's joint meeting, as the rows tell it."""

    department_id: UUID
    department_name: str
    kind: DepartmentKind
    committee_id: UUID
    region_code: RegionCode
    region_level: int
    authority_code: AuthorityCode = Field(description="The committee's own.")


class DepartmentFiguresRead(DepartmentPlaced):
    """What a department did in a period, by every indicator; null where there was nothing to measure."""

    model_config = ConfigDict(json_schema_extra={"example": EXAMPLE})

    since: date
    until: date = Field(description="First day after the period.")
    action_items_due: int | None = Field(description="That fall due in the period and were not withdrawn.")
    action_items_done_percent: int | None = Field(description="Of these accepted, in whole per cent, rounded down.")
    action_items_on_time_percent: int | None = Field(description="Of these accepted and reported by their day.")
    items_overdue: int | None = Field(description="With the department past their day, as of the period's last day.")
    attendance_percent: int | None = Field(
        description="Of the meetings of the period that it was called to, those at which somebody was there."
    )


class DepartmentFigureFilters(BaseModel):
    """Whose figures, over which days."""

    region: Annotated[RegionCode | None, Field(description="Of committees in this region and below.")] = None
    region_level: RegionLevelAsked = None
    authority: Annotated[AuthorityCode | None, Field(description="Of committees under this authority, by code.")] = None
    committee_id: Annotated[UUID | None, Field(description="Only of this committee.")] = None
    kind: Annotated[DepartmentKind | None, Field(description="Only of this kind.")] = None
    since: Annotated[Day | None, Field(description="First day; default: the first of the year of `until`.")] = None
    until: Annotated[
        Day | None, Field(ge=EARLIEST, description="First day after it, from 2000 on; default: tomorrow.")
    ] = None
