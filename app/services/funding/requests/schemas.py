"""Requests on the wire."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from app.core.wire import AllowedAction, Line, absent
from app.services.access.permissions import Permission
from app.services.authorities.schemas import AuthorityCode
from app.services.branches.schemas import Departure, Judged
from app.services.funding.facts import HolderKind, Purse, Use
from app.services.funding.requests.facts import Decision, RequestState, Tier
from app.services.funding.requests.papers.schemas import EXAMPLE as PAPER
from app.services.funding.requests.papers.schemas import EvidenceRead
from app.services.funding.requests.payments.schemas import EXAMPLE as PAYMENT
from app.services.funding.requests.payments.schemas import PaymentRead
from app.services.funding.wire import Currency, PositiveFen
from app.services.privacy.wire import Purpose, without_number
from app.services.regions.stated import RegionCode, RegionLevelAsked

EXAMPLE: dict[str, Any] = {
    "id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f7a11",
    "version": 3,
    "committee_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c12",
    "committee_name": "中共西湖区委两新组织工作委员会",
    "year": 2026,
    "account_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f7b11",
    "purse": "fiscal_budget",
    "holder_kind": "branch",
    "authority_id": None,
    "branch_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0b11",
    "organization_id": None,
    "use": "branch_activities",
    "budget_line_id": None,
    "title": "三月主题党日活动",
    "reason": "组织党员赴红色教育基地开展主题党日",
    "payee": None,
    "amount_fen": 320000,
    "paid_fen": 0,
    "returned_fen": 0,
    "rest_fen": 320000,
    "state": "submitted",
    "round": 1,
    "tier": "small",
    "steps_needed": 1,
    "steps_taken": 0,
    "policy_version": "default-2026",
    "requested_by": "person:zhou",
    "submitted_on": "2026-03-02",
    "approved_on": None,
    "ended_on": None,
    "end_reason": None,
    "region_code": "330106010000",
    "region_level": 4,
    "authority_code": "033001006010000",
    "created_at": "2026-03-02T01:00:00+00:00",
    "recorded_at": "2026-03-02T01:00:00+00:00",
}
APPROVAL: dict[str, Any] = {
    "id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f7c11",
    "round": 1,
    "step": 1,
    "decision": "approve",
    "permission": "spending_requests:approve",
    "by": "person:chen",
    "at": "2026-03-03T01:00:00+00:00",
    "note": "同意",
}
FINDING: dict[str, Any] = {
    "code": "spending_short",
    "severity": "advice",
    "text": "The account has less than is asked for.",
    "limit": 320000,
    "actual": 150000,
    "citation": "地方两新工委工作口径（默认值）",
}
DEPARTURE: dict[str, Any] = {
    "code": "spending_receipts_overdue",
    "limit": 0,
    "actual": 1,
    "citation": "地方两新工委工作口径（默认值）",
    "policy_version": "default-2026",
    "reason": "上笔发票已寄出，急需启动本次培训",
    "by": "person:zhou",
    "at": "2026-03-02T01:00:00+00:00",
}

Words = Annotated[Line, AfterValidator(without_number)]
Title = Annotated[Words, Field(description="What the money is for, in one line. No numbers of persons.")]
Reason = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=2, max_length=2000, pattern=r"^[^\x00-\x09\x0b-\x1f]+$"),
    AfterValidator(without_number),
    Field(description="Why, of several lines where it must be. No numbers of persons."),
]
Payee = Annotated[Words, Field(description="Who is to be paid, where that is known already. No account numbers.")]
Amount = Annotated[PositiveFen, Field(description="In fen: what may be paid in all.")]


class SpendingRequestRead(BaseModel):
    """Somebody asks for money of one account for one use."""

    model_config = ConfigDict(json_schema_extra={"example": EXAMPLE})

    id: UUID
    version: int
    committee_id: UUID = Field(description="In whose books it is.")
    committee_name: str | None = Field(description="Null where the committee itself is out of sight.")
    year: int = Field(description="In which it was drawn up, or changed last, in Shanghai.")
    account_id: UUID = Field(description="The account that pays.")
    purse: Purse
    holder_kind: HolderKind
    authority_id: UUID | None
    branch_id: UUID | None = Field(description="Whose account it is, or the branch that covers the organisation.")
    organization_id: UUID | None = Field(description="Whose levy pays.")
    use: Use
    budget_line_id: UUID | None = Field(description="The line of the budget that bears it.")
    title: str
    reason: str
    payee: str | None = Field(description="Who is to be paid; null also for those who handle no money.")
    amount_fen: int = Field(description="In fen: what may be paid in all.")
    paid_fen: int = Field(description="In fen: what its standing payments come to.")
    returned_fen: int = Field(description="In fen: what of that came back unspent.")
    rest_fen: int = Field(description="In fen: what may still be paid. What came back is not paid again.")
    state: RequestState
    round: int = Field(description="How often it was handed in.")
    tier: Tier | None = Field(description="How much it is, by the policy of the day on which it was handed in.")
    steps_needed: int | None = Field(description="Approvals, each by another person.")
    steps_taken: int
    policy_version: str | None
    requested_by: str
    submitted_on: date | None
    approved_on: date | None
    ended_on: date | None = Field(description="Since when it is rejected, withdrawn, settled or closed.")
    end_reason: str | None
    region_code: RegionCode
    region_level: int
    authority_code: AuthorityCode
    created_at: datetime
    recorded_at: datetime


class ApprovalRead(BaseModel):
    """What one approver decided."""

    model_config = ConfigDict(json_schema_extra={"example": APPROVAL})

    id: UUID
    round: int
    step: int = Field(description="The number of the approval in its round.")
    decision: Decision
    permission: Permission = Field(description="Under which he decided.")
    by: str
    at: datetime
    note: str | None


class SpendingRequestDetail(SpendingRequestRead):
    """A request with what was decided, paid and laid beside it, what the account has, and what the caller may do."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": EXAMPLE
            | {
                "available_fen": 900000,
                "promised_fen": 150000,
                "next_permission": "spending_requests:approve",
                "approvals": [APPROVAL],
                "payments": [PAYMENT],
                "evidence": [PAPER],
                "findings": [FINDING],
                "departures": [DEPARTURE],
                "allowed_actions": [{"action": "approve", "allowed": True, "reason": None}],
            }
        }
    )

    available_fen: int = Field(description="In fen: what the account has now. Nothing of it is kept for anybody.")
    promised_fen: int = Field(description="In fen: what other approved requests may still be paid from the account.")
    next_permission: Permission | None = Field(description="Which permission the next approval needs; null: none.")
    approvals: list[ApprovalRead] = Field(description="Of all rounds, the oldest first.")
    payments: list[PaymentRead]
    evidence: list[EvidenceRead] = Field(description="Papers of the request; a payment has its own.")
    findings: list[Judged] = Field(description="What is told of it while it is drawn up or waits.")
    departures: list[Departure]
    allowed_actions: list[AllowedAction]


VERSION = ("id", "version", "title", "amount_fen", "paid_fen", "returned_fen", "state", "round", "tier")
TAKEN = ("steps_needed", "steps_taken", "submitted_on", "approved_on", "ended_on", "recorded_at")


class SpendingRequestVersion(BaseModel):
    """A request as it was known from `recorded_at` to `recorded_to`."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {name: EXAMPLE[name] for name in (*VERSION, *TAKEN)} | {"recorded_to": None, "replaced_by": None}
        }
    )

    id: UUID
    version: int
    title: str
    amount_fen: int
    paid_fen: int
    returned_fen: int
    state: RequestState
    round: int
    tier: Tier | None
    steps_needed: int | None
    steps_taken: int
    submitted_on: date | None
    approved_on: date | None
    ended_on: date | None
    recorded_at: datetime
    recorded_to: datetime | None
    replaced_by: str | None


class SpendingRequestCreate(BaseModel):
    """What is asked for. It is a draft until it is handed in."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {name: EXAMPLE[name] for name in ("account_id", "use", "title", "reason", "amount_fen")}
            | {"currency": "CNY"}
        },
    )

    account_id: UUID = Field(
        description="The account that is to pay: the caller's own, or of the organisation that his branch covers."
    )
    use: Use
    title: Title
    reason: Reason
    amount_fen: Amount
    payee: Payee | None = None
    budget_line_id: UUID | None = Field(
        default=None,
        description="The line of the committee's budget that bears it. What was appropriated to a branch has none.",
    )
    currency: Currency | None = None


class SpendingRequestUpdate(BaseModel):
    """What a draft asks for from now on; what is left out stays."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"amount_fen": 300000, "title": "三月主题党日活动（调整）"}}
    )

    use: Use = absent()
    title: Title = absent()
    reason: Reason = absent()
    amount_fen: Amount = absent()
    payee: Payee | None = None
    budget_line_id: UUID | None = None
    currency: Currency | None = None


class SpendingRequestSubmit(BaseModel):
    """That it is handed in; a reason where something is otherwise than it should be."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"departure_reason": DEPARTURE["reason"]}})

    departure_reason: Purpose | None = None


class SpendingApprove(BaseModel):
    """That one approves."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"note": "同意"}})

    note: Purpose | None = None


class SpendingReason(BaseModel):
    """Why."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"reason": "预算明细不清，请补充后再报"}})

    reason: Purpose


class SpendingRequestFilters(BaseModel):
    """What narrows the list."""

    region: Annotated[RegionCode | None, Field(description="Of accounts in this region and below.")] = None
    region_level: RegionLevelAsked = None
    authority: Annotated[AuthorityCode | None, Field(description="Of accounts under this authority, by code.")] = None
    committee_id: Annotated[UUID | None, Field(description="Only in this committee's books.")] = None
    account_id: Annotated[UUID | None, Field(description="Only of this account.")] = None
    branch_id: Annotated[
        UUID | None, Field(description="Only this branch's, or what it asks for a firm it covers.")
    ] = None
    organization_id: Annotated[UUID | None, Field(description="Only of this organisation's levy.")] = None
    purse: Annotated[Purse | None, Field(description="Only of this purse.")] = None
    use: Annotated[Use | None, Field(description="Only for this use.")] = None
    year: Annotated[int | None, Field(ge=2012, le=2200, description="Only those of this year.")] = None
    state: Annotated[RequestState | None, Field(description="Only in this state.")] = None
    tier: Annotated[Tier | None, Field(description="Only of this size.")] = None
    mine: Annotated[bool | None, Field(description="Only what the caller asked for, or only what others did.")] = None
    under_way: Annotated[bool | None, Field(description="Neither ended nor accounted for, or the others.")] = None
