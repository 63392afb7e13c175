"""Budgets on the wire. Money is in integer fen, shares are in thousandths."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.core.wire import AllowedAction, Day, absent
from app.services.authorities.schemas import AuthorityCode
from app.services.branches.schemas import Departure, DepartureReason, Judged
from app.services.funding.budgets.facts import BudgetState, Pace
from app.services.funding.facts import FIRST_YEAR, Purse, Use
from app.services.funding.wire import Currency, PositiveFen, YearAsked
from app.services.privacy.wire import Purpose, Words
from app.services.regions.stated import RegionCode, RegionLevelAsked

COMMITTEE_ID = "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c12"
BUDGET_ID = "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f6a11"
LINE_ID = "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f6b11"
ENTRY_ID = "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f6c11"
STANDS: dict[str, Any] = {
    "region_code": "330106000000",
    "region_level": 3,
    "authority_code": "033001006000000",
    "recorded_at": "2026-03-02T01:00:00+00:00",
}
COUNTED: dict[str, Any] = {
    "budgeted_fen": 50_000_000,
    "executed_fen": 6_000_000,
    "left_fen": 44_000_000,
    "rate_permille": 120,
}
PACED: dict[str, Any] = {"on": "2026-03-02", "time_permille": 167, "expected_fen": 8_356_164, "pace": "on_pace"}
EXAMPLE: dict[str, Any] = {
    "id": BUDGET_ID,
    "version": 3,
    "committee_id": COMMITTEE_ID,
    "committee_name": "中共西湖区委两新组织工作委员会",
    "year": 2026,
    "purse": "fiscal_budget",
    "state": "approved",
    "edition": 1,
    "title": "2026年两新组织党建经费预算",
    "document": "西财预〔2026〕8号",
    "drafted_by": "person:zhou",
    "approved_by": "person:wang",
    "approved_on": "2026-01-15",
    **COUNTED,
    **STANDS,
}
LINE: dict[str, Any] = {
    "id": LINE_ID,
    "version": 1,
    "use": "branch_activities",
    "title": "党组织活动经费",
    "basis": "党员1,000名，每人每年300元",
    "original_fen": 30_000_000,
    "budgeted_fen": 30_000_000,
    "executed_fen": 6_000_000,
    "left_fen": 24_000_000,
    "rate_permille": 200,
}
DRAFTED: dict[str, Any] = {
    "use": "branch_activities",
    "title": "党组织活动经费",
    "basis": "党员1,000名，每人每年300元",
    "amount_fen": 30_000_000,
}

Rate = Annotated[int | None, Field(description="Executed of budgeted, in thousandths, rounded down; null where 0.")]


class Stands(BaseModel):
    """Where a row stands: where its committee stands."""

    region_code: RegionCode
    region_level: int
    authority_code: AuthorityCode
    recorded_at: datetime


class BudgetRead(Stands):
    """What a committee plans to spend of a purse in a year, and what it has spent of it."""

    model_config = ConfigDict(json_schema_extra={"example": EXAMPLE})

    id: UUID
    version: int
    committee_id: UUID
    committee_name: str | None = Field(description="Null where the committee itself is out of sight.")
    year: int
    purse: Purse
    state: BudgetState
    edition: int = Field(description="0 before the approval, 1 as approved first, one more for each adjustment.")
    title: str
    document: str | None = Field(description="Number of the paper it was fixed by.")
    drafted_by: str
    approved_by: str | None
    approved_on: date | None
    budgeted_fen: int = Field(description="The sum of its lines, in fen.")
    executed_fen: int = Field(
        description="What entries of the books took of its lines, less what was given back, in fen."
    )
    left_fen: int
    rate_permille: Rate


class BudgetLineRead(BaseModel):
    """An amount for one use."""

    id: UUID
    version: int
    use: Use | None = Field(description="Null for the reserve: it is moved to a use before it is spent.")
    title: str
    basis: str | None = Field(description="How the amount was computed.")
    original_fen: int = Field(description="As approved first, in fen; 0 for a line that an adjustment brought.")
    budgeted_fen: int = Field(description="As it stands now, in fen.")
    executed_fen: int
    left_fen: int
    rate_permille: Rate


class Paced(BaseModel):
    """How spending stands against the time of the year."""

    on: date = Field(description="Up to the end of this day.")
    time_permille: int = Field(description="How much of the year has passed, in thousandths.")
    expected_fen: int = Field(description="What every day spending the same would have spent, rounded down.")
    pace: Pace = Field(description="Behind or ahead by more than the policy lets pass.")


class BudgetDetail(BudgetRead, Paced):
    """A budget with its lines, what came in for it, what the rules say, and what the caller may do."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": EXAMPLE
            | PACED
            | {
                "lines": [LINE],
                "drawn_up_by": ["person:zhou"],
                "discard_reason": None,
                "received_fen": 20_000_000,
                "departures": [],
                "findings": [],
                "policy_version": "default-2026",
                "allowed_actions": [{"action": "adjust", "allowed": True, "reason": None}],
            }
        }
    )

    lines: list[BudgetLineRead]
    drawn_up_by: list[str] = Field(description="Everybody who wrote in the draft: none of them approves it.")
    discard_reason: str | None
    received_fen: int = Field(
        description="What came into the purse from outside in the year, less what went back, in fen: a budget plans,"
        " money comes by entries."
    )
    departures: list[Departure] = Field(description="What was let pass at the approval, with the reasons.")
    findings: list[Judged] = Field(
        description="Of a draft: what speaks against approving it. Then: how it is executed."
    )
    policy_version: str
    allowed_actions: list[AllowedAction]


class BudgetVersion(BaseModel):
    """A budget as it was known from `recorded_at` to `recorded_to`."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                **{name: EXAMPLE[name] for name in ("id", "version", "year", "purse", "state", "edition", "title")},
                **{name: EXAMPLE[name] for name in ("document", "approved_by", "approved_on", "recorded_at")},
                "recorded_to": None,
                "replaced_by": None,
            }
        }
    )

    id: UUID
    version: int
    year: int
    purse: Purse
    state: BudgetState
    edition: int
    title: str
    document: str | None
    approved_by: str | None
    approved_on: date | None
    recorded_at: datetime
    recorded_to: datetime | None
    replaced_by: str | None


class BudgetLineDraft(BaseModel):
    """An amount for one use, and how it was computed."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": DRAFTED})

    use: Use | None = Field(default=None, description="Left out for the reserve.")
    title: Annotated[Words, Field(max_length=100)]
    basis: Words | None = None
    amount_fen: PositiveFen


Lines = Annotated[
    list[BudgetLineDraft], Field(max_length=100, description="In their order, each title once for a use. In fen.")
]


class BudgetCreate(BaseModel):
    """A year's budget to be drawn up."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {name: EXAMPLE[name] for name in ("committee_id", "year", "purse", "title", "document")}
            | {"lines": [DRAFTED]}
        },
    )

    committee_id: UUID = Field(description="An authority that is a work committee.")
    year: Annotated[int, Field(strict=True, ge=FIRST_YEAR, le=2200)]
    purse: Purse
    title: Words
    document: Words | None = None
    currency: Currency = "CNY"
    lines: Lines = []


class BudgetUpdate(BaseModel):
    """A draft is put otherwise; a field left out stays as it is. `lines` are all lines from then on."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"title": "2026年两新组织党建经费预算（修订稿）"}}
    )

    title: Words = absent()
    document: Words | None = None
    lines: Lines = absent()


class BudgetStep(BaseModel):
    """A step, with the reason for what departs."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"departure_reason": "区委会议研究同意，预备费用于年中新成立党组织"}},
    )

    departure_reason: DepartureReason = None


class BudgetDiscard(BaseModel):
    """Why a draft is set aside."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"reason": "口径调整，重新编制"}})

    reason: Purpose


class BudgetFilters(BaseModel):
    """What narrows the list."""

    region: Annotated[RegionCode | None, Field(description="Of committees in this region and below.")] = None
    region_level: RegionLevelAsked = None
    authority: Annotated[AuthorityCode | None, Field(description="Of committees under this authority, by code.")] = None
    committee_id: Annotated[UUID | None, Field(description="Only of this committee.")] = None
    year: Annotated[YearAsked | None, Field(description="Only of this year.")] = None
    purse: Annotated[Purse | None, Field(description="Only of this purse.")] = None
    state: Annotated[BudgetState | None, Field(description="Only in this state.")] = None


class BudgetTakingRead(BaseModel):
    """What one entry of the books took of a line, or gave back to it."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f6d11",
                "budget_line_id": LINE_ID,
                "line_title": "党组织活动经费",
                "use": "branch_activities",
                "entry_id": ENTRY_ID,
                "text": "拨付党组织活动经费",
                "booked_on": "2026-02-10",
                "amount_fen": 6_000_000,
                "taken_by": "person:zhou",
                "recorded_at": "2026-02-10T01:00:00+00:00",
            }
        }
    )

    id: UUID
    budget_line_id: UUID
    line_title: str
    use: Use | None
    entry_id: UUID
    text: str | None = Field(description="What the entry says; null where it is out of sight.")
    booked_on: date
    amount_fen: int = Field(description="In fen; below zero where it was given back.")
    taken_by: str
    recorded_at: datetime


class TakingFilters(BaseModel):
    """What narrows the takings of a budget."""

    budget_line_id: Annotated[UUID | None, Field(description="Only of this line.")] = None
    since: Annotated[Day | None, Field(description="Booked on this day or later.")] = None
    until: Annotated[Day | None, Field(description="Booked on this day or earlier.")] = None
