"""Execution of budgets on the wire. Money is in integer fen, shares are in thousandths."""

from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.core.wire import Day
from app.services.authorities.schemas import AuthorityCode
from app.services.funding.budgets.schemas import (
    BUDGET_ID,
    COMMITTEE_ID,
    COUNTED,
    LINE_ID,
    PACED,
    Paced,
    Rate,
)
from app.services.funding.facts import Purse, Use
from app.services.funding.wire import YearAsked
from app.services.regions.stated import RegionCode, RegionLevelAsked

EXAMPLE: dict[str, Any] = {
    "id": LINE_ID,
    "budget_id": BUDGET_ID,
    "committee_id": COMMITTEE_ID,
    "committee_name": "中共西湖区委两新组织工作委员会",
    "year": 2026,
    "purse": "fiscal_budget",
    "use": "branch_activities",
    "title": "党组织活动经费",
    **COUNTED,
    **PACED,
    "region_code": "330106000000",
    "region_level": 3,
    "authority_code": "033001006000000",
}
TOTAL: dict[str, Any] = {
    "key": "branch_activities",
    "name": None,
    "year": 2026,
    "budgets": 13,
    "lines": 21,
    **COUNTED,
    **PACED,
}


class Counted(BaseModel):
    """What was planned and what was spent of it."""

    budgeted_fen: int = Field(description="As it stood at the end of the day, in fen.")
    executed_fen: int = Field(description="By entries booked up to the day, less what was given back, in fen.")
    left_fen: int
    rate_permille: Rate


class BudgetExecutionRead(Counted, Paced):
    """A line of an approved budget, and how much of it was spent by a day."""

    model_config = ConfigDict(json_schema_extra={"example": EXAMPLE})

    id: UUID = Field(description="Of the line.")
    budget_id: UUID
    committee_id: UUID
    committee_name: str | None = Field(description="Null where the committee itself is out of sight.")
    year: int
    purse: Purse
    use: Use | None = Field(description="Null for the reserve, which nothing is spent from.")
    title: str
    region_code: RegionCode
    region_level: int
    authority_code: AuthorityCode


class ExecutionFilters(BaseModel):
    """What narrows the lines."""

    region: Annotated[RegionCode | None, Field(description="Of committees in this region and below.")] = None
    region_level: RegionLevelAsked = None
    authority: Annotated[AuthorityCode | None, Field(description="Of committees under this authority, by code.")] = None
    committee_id: Annotated[UUID | None, Field(description="Only of this committee.")] = None
    budget_id: Annotated[UUID | None, Field(description="Only of this budget.")] = None
    year: Annotated[YearAsked | None, Field(description="Only of this year.")] = None
    purse: Annotated[Purse | None, Field(description="Only of this purse.")] = None
    use: Annotated[Use | None, Field(description="Only for this use.")] = None
    on: Annotated[
        Day | None, Field(description="As it stood at the end of this day, by days of approval and booking; today.")
    ] = None


class GroupBy(StrEnum):
    """What execution is summed by."""

    committee = "committee"
    purse = "purse"
    use = "use"
    region = "region"


class BudgetTotalRead(Counted, Paced):
    """Lines of approved budgets of one year, summed. The parts of a list add up to the whole."""

    model_config = ConfigDict(json_schema_extra={"example": TOTAL})

    key: str = Field(description="Id of the committee, code of the purse or use (`reserve` for none), or region code.")
    name: str | None = Field(description="Of the committee or region; null for codes, and for what is out of sight.")
    year: int
    budgets: int = Field(description="How many budgets have lines in it.")
    lines: int


class TotalFilters(BaseModel):
    """What is summed, and by what."""

    group_by: Annotated[GroupBy, Field(description="By region: the next level below `region`, or provinces.")]
    year: Annotated[YearAsked, Field(description="Of this year.")]
    region: Annotated[RegionCode | None, Field(description="Of committees in this region and below.")] = None
    region_level: RegionLevelAsked = None
    authority: Annotated[AuthorityCode | None, Field(description="Of committees under this authority, by code.")] = None
    committee_id: Annotated[UUID | None, Field(description="Only of this committee.")] = None
    purse: Annotated[Purse | None, Field(description="Only of this purse.")] = None
    use: Annotated[Use | None, Field(description="Only for this use.")] = None
    on: Annotated[
        Day | None, Field(description="As it stood at the end of this day, by days of approval and booking; today.")
    ] = None
