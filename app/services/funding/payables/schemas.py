"""Payment runs on the wire. No name of a worker stands here. Amounts are integer fen."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from app.core.wire import AllowedAction, Day
from app.services.authorities.schemas import AuthorityCode
from app.services.funding.facts import Purse, Use
from app.services.funding.payables.facts import RunState
from app.services.privacy.wire import Purpose
from app.services.regions.stated import RegionCode, RegionLevelAsked
from app.services.treatment.months.schemas import MonthName

RunUse = Literal[Use.full_time_pay, Use.worker_subsidies]
Fen = Annotated[int, Field(description="In fen.")]
Count = Annotated[int, Field(description="Items.")]

EXAMPLE: dict[str, Any] = {
    "id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f8a11",
    "version": 3,
    "committee_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c12",
    "committee_name": "某区两新工委",
    "account_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f7b11",
    "purse": "fiscal_budget",
    "month_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f5a11",
    "month": "2026-03",
    "use": "worker_subsidies",
    "budget_line_id": None,
    "state": "paying",
    "computed_by": "person:sun",
    "computed_at": "2026-04-02T01:00:00+00:00",
    "approved_by": "person:qian",
    "approved_at": "2026-04-03T01:00:00+00:00",
    "discard_reason": None,
    "items": 190,
    "waiting_items": 2,
    "paid_items": 187,
    "netted_items": 1,
    "failed_items": 1,
    "returned_items": 1,
    "dropped_items": 0,
    "elsewhere_items": 0,
    "due_fen": 9_155_000,
    "netted_fen": 31_500,
    "total_fen": 9_123_500,
    "paid_fen": 9_030_500,
    "region_code": "330106000000",
    "region_level": 3,
    "authority_code": "033001006000000",
    "created_at": "2026-04-02T01:00:00+00:00",
    "recorded_at": "2026-04-03T02:00:00+00:00",
}


class PaymentRunRead(BaseModel):
    """What one account pays for a closed month and one use; counts and sums are without dropped items."""

    model_config = ConfigDict(json_schema_extra={"example": EXAMPLE})

    id: UUID
    version: int
    committee_id: UUID = Field(description="In whose books.")
    committee_name: str
    account_id: UUID = Field(description="The account that pays.")
    purse: Purse
    month_id: UUID = Field(description="The closed list of `/v1/treatment/months` that it pays.")
    month: MonthName
    use: RunUse
    budget_line_id: UUID | None = Field(description="The budget's line that each payment takes of.")
    state: RunState = Field(description="From the approval on told by the items: `done` once none waits.")
    computed_by: str
    computed_at: datetime
    approved_by: str | None
    approved_at: datetime | None
    discard_reason: str | None
    items: Count
    waiting_items: int = Field(description="Items that are open, failed or returned.")
    paid_items: Count
    netted_items: int = Field(description="Items that went wholly against what was owed back.")
    failed_items: Count
    returned_items: Count
    dropped_items: int = Field(description="Items taken out; they may stand in another run.")
    elsewhere_items: int = Field(description="Lines of the list for this use that stood in a run already.")
    due_fen: int = Field(description="In fen: what the lines are due.")
    netted_fen: int = Field(description="In fen: what of it goes against what is owed back by earlier lists.")
    total_fen: int = Field(description="In fen: what is to be paid out: `due_fen` less `netted_fen`.")
    paid_fen: int = Field(description="In fen: what of it is paid.")
    region_code: RegionCode = Field(description="Where the account stands.")
    region_level: int
    authority_code: AuthorityCode
    created_at: datetime
    recorded_at: datetime


class PaymentRunDetail(PaymentRunRead):
    """A run with what its account holds, and what the caller may do."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": EXAMPLE
            | {
                "available_fen": 12_400_000,
                "allowed_actions": [{"action": "approve", "allowed": False, "reason": "payment_paying"}],
            }
        }
    )

    available_fen: int = Field(description="In fen: what the account holds now.")
    allowed_actions: list[AllowedAction]


class PaymentRunVersion(BaseModel):
    """A run as it was known from `recorded_at` to `recorded_to`."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                **{name: EXAMPLE[name] for name in ("id", "version", "state", "items", "waiting_items", "paid_items")},
                **{name: EXAMPLE[name] for name in ("total_fen", "paid_fen", "computed_by", "approved_by")},
                "recorded_at": EXAMPLE["recorded_at"],
                "recorded_to": None,
                "replaced_by": None,
            }
        }
    )

    id: UUID
    version: int
    state: RunState
    items: int
    waiting_items: int
    paid_items: int
    total_fen: Fen
    paid_fen: Fen
    computed_by: str
    approved_by: str | None
    recorded_at: datetime
    recorded_to: datetime | None
    replaced_by: str | None


class PaymentRunCreate(BaseModel):
    """Which list is paid, out of which account, for which use."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {name: EXAMPLE[name] for name in ("account_id", "month_id", "use")}},
    )

    account_id: Annotated[UUID, Field(description="Holds funds: the committee's own, or of a body below it.")]
    month_id: Annotated[UUID, Field(description="A closed list.")]
    use: RunUse
    budget_line_id: Annotated[
        UUID | None, Field(description="A line of an approved budget; only where the committee itself pays.")
    ] = None


class PaymentRunReason(BaseModel):
    """Why."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"reason": "改由街道账户发放"}})

    reason: Purpose


Reference = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=100, pattern=r"^[^\x00-\x1f]+$"),
    Field(description="The number of the batch at the bank or the finance office."),
]


class PaymentRunPay(BaseModel):
    """What is booked as paid now: whatever waits and did not come back, or the items that are named."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"paid_on": "2026-04-03", "reference": "DF20260403007"}}
    )

    paid_on: Annotated[Day, Field(description="Neither before the approval nor later than today.")]
    reference: Reference | None = None
    payable_ids: Annotated[
        list[UUID] | None,
        Field(min_length=1, max_length=500, description="Only these. What the bank returned is paid when named."),
    ] = None
    limit: Annotated[int, Field(strict=True, ge=1, le=500, description="At most so many items in one call.")] = 200


PAID: dict[str, Any] = {
    "payable_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f8b11",
    "outcome": "failed",
    "amount_fen": 58_500,
    "entry_id": None,
    "code": "overdraft",
    "detail": "The account has less than that: 300.00 yuan.",
}


class ItemPaid(BaseModel):
    """What became of one item in this call."""

    model_config = ConfigDict(json_schema_extra={"example": PAID})

    payable_id: UUID
    outcome: Literal["paid", "failed", "paid_before", "not_payable"] = Field(
        description="`paid_before`: it was paid already, by whomever, and nothing was done. `not_payable`: it is of"
        " another run, dropped, or netted."
    )
    amount_fen: int | None = Field(description="In fen; null where it is of another run.")
    entry_id: UUID | None = Field(description="The entry that stands for it in the books.")
    code: str | None = Field(description="Why the books refused it.")
    detail: str | None


class RunPaid(BaseModel):
    """What a call of `pay` did, item by item, and what is left."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "items": [PAID],
                "paid": 0,
                "failed": 1,
                "paid_fen": 0,
                "left_items": 1,
                "left_fen": 58_500,
                "state": "paying",
            }
        }
    )

    items: list[ItemPaid]
    paid: int = Field(description="Items that were paid by this call.")
    failed: int = Field(description="Items that the books refused in this call.")
    paid_fen: int = Field(description="In fen: what was paid by this call.")
    left_items: int = Field(description="Items of the run that still wait, failed and returned ones among them.")
    left_fen: int = Field(description="In fen: what of the run is not paid.")
    state: RunState


class PaymentRunFilters(BaseModel):
    """What narrows the list."""

    region: Annotated[RegionCode | None, Field(description="Of accounts in this region and below.")] = None
    region_level: RegionLevelAsked = None
    authority: Annotated[AuthorityCode | None, Field(description="Of accounts under this authority, by code.")] = None
    committee_id: Annotated[UUID | None, Field(description="Only in this committee's books.")] = None
    account_id: Annotated[UUID | None, Field(description="Only out of this account.")] = None
    month_id: Annotated[UUID | None, Field(description="Only of this list.")] = None
    month: Annotated[MonthName | None, Field(description="Only of this month.")] = None
    year: Annotated[int | None, Field(ge=2012, le=2200, description="Only of months of this year.")] = None
    purse: Annotated[Purse | None, Field(description="Only of this purse.")] = None
    use: Annotated[RunUse | None, Field(description="Only for this use.")] = None
    state: Annotated[RunState | None, Field(description="Only in this state.")] = None
