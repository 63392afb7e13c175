"""Items of payment runs, and what is owed back, on the wire: lists of persons. Amounts are integer fen."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.core.wire import AllowedAction, Day
from app.services.authorities.schemas import AuthorityCode
from app.services.funding.facts import Purse
from app.services.funding.payables.facts import PayableState
from app.services.funding.payables.schemas import EXAMPLE as RUN
from app.services.funding.payables.schemas import RunUse
from app.services.privacy.wire import Purpose
from app.services.regions.stated import RegionCode, RegionLevelAsked
from app.services.treatment.months.schemas import MonthName
from app.services.treatment.wire import WORKER
from app.services.workers.facts import WorkerRole

EXAMPLE: dict[str, Any] = {
    "id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f8b11",
    "version": 2,
    "run_id": RUN["id"],
    "position": 17,
    "committee_id": RUN["committee_id"],
    "account_id": RUN["account_id"],
    "purse": "fiscal_budget",
    "use": "worker_subsidies",
    "month": "2026-03",
    "entitlement_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f5a12",
    "worker_id": WORKER,
    "worker_name": "王某",
    "role": "secretary",
    "due_fen": 60_000,
    "netted_fen": 1_500,
    "amount_fen": 58_500,
    "state": "paid",
    "business_key": "treatment:019a3f0e-7b1c-7c55-9d3e-3f1f6a1f5a12:1",
    "attempt": 1,
    "entry_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f7f11",
    "paid_on": "2026-04-03",
    "paid_by": "person:zhou",
    "reference": "DF20260403007",
    "failure": None,
    "reversal_id": None,
    "returned_on": None,
    "return_reason": None,
    "drop_reason": None,
    "region_code": "330106000000",
    "region_level": 3,
    "authority_code": "033001006000000",
    "created_at": "2026-04-02T01:00:00+00:00",
    "recorded_at": "2026-04-03T02:00:00+00:00",
}
DEBT: dict[str, Any] = {
    "id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f8c11",
    "entitlement_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f5a13",
    "worker_id": WORKER,
    "worker_name": "王某",
    "month": "2026-02",
    "committee_id": RUN["committee_id"],
    "purse": "fiscal_budget",
    "use": "worker_subsidies",
    "owed_fen": 4_500,
    "taken_fen": 1_500,
    "left_fen": 3_000,
    "region_code": "330106000000",
    "region_level": 3,
    "authority_code": "033001006000000",
    "recorded_at": "2026-04-02T01:00:00+00:00",
}


class PayableRead(BaseModel):
    """One worker's line of a closed list in a run. `business_key` names its entry in the books, for ever."""

    model_config = ConfigDict(json_schema_extra={"example": EXAMPLE})

    id: UUID
    version: int
    run_id: UUID
    position: int = Field(description="In the run, from 1.")
    committee_id: UUID
    account_id: UUID
    purse: Purse
    use: RunUse
    month: MonthName
    entitlement_id: UUID = Field(description="The line of `/v1/treatment/entitlements`.")
    worker_id: UUID
    worker_name: str | None = Field(description="Null where the name is not the caller's to see, and of the erased.")
    role: WorkerRole | None
    due_fen: int = Field(description="In fen: what the line is due.")
    netted_fen: int = Field(description="In fen: what of it goes against what the worker owes back.")
    amount_fen: int = Field(description="In fen: what is paid out.")
    state: PayableState
    business_key: str = Field(description="treatment:ENTITLEMENT:ATTEMPT")
    attempt: int = Field(description="Of its payments; a second one follows only on one that the bank returned.")
    entry_id: UUID | None = Field(description="The entry of the last payment; of one returned, the one reversed.")
    paid_on: date | None
    paid_by: str | None
    reference: str | None
    failure: str | None = Field(description="Code of why the books refused it last; its text in the detail.")
    reversal_id: UUID | None
    returned_on: date | None
    return_reason: str | None
    drop_reason: str | None
    region_code: RegionCode = Field(description="Where the account stands.")
    region_level: int
    authority_code: AuthorityCode
    created_at: datetime
    recorded_at: datetime


class PayableTaken(BaseModel):
    """What of an item went against which month's debt."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"debt_id": DEBT["id"], "month": "2026-02", "taken_fen": 1_500}}
    )

    debt_id: UUID
    month: MonthName
    taken_fen: int = Field(description="In fen.")


class PayableDetail(PayableRead):
    """An item with what it was netted with, why it failed, and what the caller may do."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": EXAMPLE
            | {
                "netted_with": [{"debt_id": DEBT["id"], "month": "2026-02", "taken_fen": 1_500}],
                "failure_detail": None,
                "allowed_actions": [{"action": "return", "allowed": True, "reason": None}],
            }
        }
    )

    netted_with: list[PayableTaken]
    failure_detail: str | None
    allowed_actions: list[AllowedAction]


class PayableVersion(BaseModel):
    """An item as it was known from `recorded_at` to `recorded_to`: each payment and each return stands here."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                **{name: EXAMPLE[name] for name in ("id", "version", "state", "amount_fen", "attempt", "entry_id")},
                **{name: EXAMPLE[name] for name in ("paid_on", "reversal_id", "returned_on", "recorded_at")},
                "recorded_to": None,
                "replaced_by": None,
            }
        }
    )

    id: UUID
    version: int
    state: PayableState
    amount_fen: int = Field(description="In fen.")
    attempt: int
    entry_id: UUID | None
    paid_on: date | None
    reversal_id: UUID | None
    returned_on: date | None
    recorded_at: datetime
    recorded_to: datetime | None
    replaced_by: str | None


class PayableReturn(BaseModel):
    """That the bank sent a payment back."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"returned_on": "2026-04-08", "reason": "户名不符，银行退汇"}}
    )

    returned_on: Annotated[Day, Field(description="Neither before the payment nor later than today.")]
    reason: Purpose


class PayableDrop(BaseModel):
    """Why an item is taken out of its run."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"reason": "改由街道账户发放"}})

    reason: Purpose


class PayableFilters(BaseModel):
    """What narrows the list."""

    region: Annotated[RegionCode | None, Field(description="Of accounts in this region and below.")] = None
    region_level: RegionLevelAsked = None
    authority: Annotated[AuthorityCode | None, Field(description="Of accounts under this authority, by code.")] = None
    committee_id: Annotated[UUID | None, Field(description="Only in this committee's books.")] = None
    run_id: Annotated[UUID | None, Field(description="Only of this run: the list for the bank.")] = None
    worker_id: Annotated[UUID | None, Field(description="Only of this worker.")] = None
    entitlement_id: Annotated[UUID | None, Field(description="Only of this line.")] = None
    state: Annotated[PayableState | None, Field(description="Only in this state.")] = None
    waiting: Annotated[bool | None, Field(description="Neither paid nor given up, or the others.")] = None


class PayableDebtRead(BaseModel):
    """A closed list's line that takes something back, in the books that take it back, and what is left of it."""

    model_config = ConfigDict(json_schema_extra={"example": DEBT})

    id: UUID
    entitlement_id: UUID
    worker_id: UUID
    worker_name: str | None = Field(description="Null where the name is not the caller's to see, and of the erased.")
    month: MonthName
    committee_id: UUID
    purse: Purse
    use: RunUse
    owed_fen: int = Field(description="In fen: what the list takes back.")
    taken_fen: int = Field(description="In fen: what runs have netted, drafts among them.")
    left_fen: int = Field(description="In fen: what is still owed.")
    region_code: RegionCode
    region_level: int
    authority_code: AuthorityCode
    recorded_at: datetime


class PayableDebtFilters(BaseModel):
    """What narrows the list."""

    region: Annotated[RegionCode | None, Field(description="Of committees in this region and below.")] = None
    region_level: RegionLevelAsked = None
    committee_id: Annotated[UUID | None, Field(description="Only in this committee's books.")] = None
    worker_id: Annotated[UUID | None, Field(description="Only of this worker.")] = None
    purse: Annotated[Purse | None, Field(description="Only of this purse.")] = None
    use: Annotated[RunUse | None, Field(description="Only of this use.")] = None
    left: Annotated[bool | None, Field(description="Only what is still owed, or what is not.")] = None
