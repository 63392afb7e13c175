"""Adjustments and editions of budgets on the wire. Money is in integer fen."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.core.wire import AllowedAction, absent
from app.services.authorities.schemas import AuthorityCode
from app.services.branches.schemas import Departure, Judged
from app.services.funding.budgets.facts import AdjustmentState
from app.services.funding.budgets.schemas import BUDGET_ID, COMMITTEE_ID, LINE_ID, STANDS, Stands
from app.services.funding.facts import Purse, Use
from app.services.funding.wire import Currency, Fen, YearAsked
from app.services.privacy.wire import Purpose, Words
from app.services.regions.stated import RegionCode, RegionLevelAsked

ADJUSTMENT_ID = "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f7a11"
EXAMPLE: dict[str, Any] = {
    "id": ADJUSTMENT_ID,
    "version": 1,
    "budget_id": BUDGET_ID,
    "budget_title": "2026年两新组织党建经费预算",
    "committee_id": COMMITTEE_ID,
    "year": 2026,
    "purse": "fiscal_budget",
    "state": "draft",
    "edition": None,
    "reason": "年中新成立党组织较多，从预备费调剂启动经费",
    "document": "西财预〔2026〕31号",
    "drafted_by": "person:zhou",
    "approved_by": None,
    "approved_on": None,
    "raise_fen": 0,
    "moved_fen": 1_000_000,
    **STANDS,
}
MOVED: dict[str, Any] = {"budget_line_id": LINE_ID, "delta_fen": 1_000_000}
CHANGE: dict[str, Any] = {
    "id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f7b11",
    "budget_line_id": LINE_ID,
    "use": "branch_activities",
    "title": "党组织活动经费",
    "basis": "新成立党组织5个，每个2,000元",
    "delta_fen": 1_000_000,
    "budgeted_fen": 30_000_000,
    "executed_fen": 6_000_000,
    "after_fen": 31_000_000,
}


class BudgetAdjustmentRead(Stands):
    """What is to be changed in an approved budget, or was."""

    model_config = ConfigDict(json_schema_extra={"example": EXAMPLE})

    id: UUID
    version: int
    budget_id: UUID
    budget_title: str
    committee_id: UUID
    year: int
    purse: Purse
    state: AdjustmentState
    edition: int | None = Field(description="Which edition of its budget it made; null before the approval.")
    reason: str
    document: str | None = Field(description="Number of the paper it was decided by.")
    drafted_by: str
    approved_by: str | None
    approved_on: date | None
    raise_fen: int = Field(description="By how much the whole grows, in fen; below zero where it shrinks.")
    moved_fen: int = Field(description="What is added to lines in all, in fen.")


class BudgetChangeRead(BaseModel):
    """By how much one line is changed."""

    id: UUID
    budget_line_id: UUID | None = Field(description="Null for a line that is still to come.")
    use: Use | None = Field(description="Null for the reserve.")
    title: str
    basis: str | None
    delta_fen: int
    budgeted_fen: int = Field(description="Before the change, in fen; before it is approved: as the line stands now.")
    executed_fen: int = Field(description="Of the line today, in fen.")
    after_fen: int = Field(description="After the change, in fen.")


class BudgetAdjustmentDetail(BudgetAdjustmentRead):
    """An adjustment with its lines, what speaks against approving it, and what the caller may do."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": EXAMPLE
            | {
                "lines": [CHANGE],
                "drawn_up_by": ["person:zhou"],
                "discard_reason": None,
                "departures": [],
                "findings": [],
                "policy_version": "default-2026",
                "allowed_actions": [{"action": "approve", "allowed": False, "reason": "budget_own_draft"}],
            }
        }
    )

    lines: list[BudgetChangeRead]
    drawn_up_by: list[str] = Field(description="Everybody who wrote in the draft: none of them approves it.")
    discard_reason: str | None
    departures: list[Departure] = Field(description="What was let pass at the approval, with the reasons.")
    findings: list[Judged] = Field(description="What speaks against approving a draft; then none.")
    policy_version: str
    allowed_actions: list[AllowedAction]


class BudgetAdjustmentVersion(BaseModel):
    """An adjustment as it was known from `recorded_at` to `recorded_to`."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                **{name: EXAMPLE[name] for name in ("id", "version", "state", "edition", "reason", "document")},
                **{name: EXAMPLE[name] for name in ("approved_by", "approved_on", "recorded_at")},
                "recorded_to": None,
                "replaced_by": None,
            }
        }
    )

    id: UUID
    version: int
    state: AdjustmentState
    edition: int | None
    reason: str
    document: str | None
    approved_by: str | None
    approved_on: date | None
    recorded_at: datetime
    recorded_to: datetime | None
    replaced_by: str | None


class BudgetChangeDraft(BaseModel):
    """More or less for a line that there is, by `budget_line_id`; or a new line, by `title` and `use`."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": MOVED})

    budget_line_id: UUID | None = None
    use: Use | None = Field(default=None, description="Of a new line; left out for a reserve.")
    title: Annotated[Words | None, Field(max_length=100, description="Of a new line.")] = None
    basis: Words | None = Field(default=None, description="How the change was computed.")
    delta_fen: Fen = Field(description="In fen, not 0; above 0 for a new line.")


Changes = Annotated[
    list[BudgetChangeDraft], Field(min_length=1, max_length=100, description="Each line once. In fen, more or less.")
]


class BudgetAdjustmentCreate(BaseModel):
    """What is to be changed in an approved budget."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {name: EXAMPLE[name] for name in ("budget_id", "reason", "document")} | {"lines": [MOVED]}
        },
    )

    budget_id: UUID
    reason: Purpose
    document: Words | None = None
    currency: Currency = "CNY"
    lines: Changes


class BudgetAdjustmentUpdate(BaseModel):
    """A draft is put otherwise; a field left out stays as it is. `lines` are all changes from then on."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"reason": "年中新成立党组织五个"}})

    reason: Purpose = absent()
    document: Words | None = None
    lines: Changes = absent()


class BudgetAdjustmentFilters(BaseModel):
    """What narrows the list."""

    region: Annotated[RegionCode | None, Field(description="Of committees in this region and below.")] = None
    region_level: RegionLevelAsked = None
    authority: Annotated[AuthorityCode | None, Field(description="Of committees under this authority, by code.")] = None
    committee_id: Annotated[UUID | None, Field(description="Only of this committee.")] = None
    budget_id: Annotated[UUID | None, Field(description="Only of this budget.")] = None
    year: Annotated[YearAsked | None, Field(description="Only of this year.")] = None
    purse: Annotated[Purse | None, Field(description="Only of this purse.")] = None
    state: Annotated[AdjustmentState | None, Field(description="Only in this state.")] = None


class EditionLine(BaseModel):
    """A line as an edition had it."""

    budget_line_id: UUID
    use: Use | None
    title: str
    amount_fen: int


class BudgetEditionRead(BaseModel):
    """A budget as it was approved at some time."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "edition": 1,
                "adjustment_id": None,
                "approved_by": "person:wang",
                "approved_on": "2026-01-15",
                "document": "西财预〔2026〕8号",
                "reason": None,
                "total_fen": 30_000_000,
                "lines": [
                    {
                        "budget_line_id": LINE_ID,
                        "use": "branch_activities",
                        "title": "党组织活动经费",
                        "amount_fen": 30_000_000,
                    }
                ],
            }
        }
    )

    edition: int
    adjustment_id: UUID | None = Field(description="What made it; null for the first.")
    approved_by: str
    approved_on: date
    document: str | None
    reason: str | None = Field(description="Of the adjustment; null for the first.")
    total_fen: int
    lines: list[EditionLine]
