"""Payments and their accounts on the wire."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from app.core.wire import AllowedAction, Day, Line
from app.services.authorities.schemas import AuthorityCode
from app.services.funding.facts import Purse, Use
from app.services.funding.requests.facts import PaymentState, ReceiptState
from app.services.funding.requests.papers.schemas import EXAMPLE as PAPER
from app.services.funding.requests.papers.schemas import EvidenceRead
from app.services.funding.wire import Currency, Fen, PositiveFen
from app.services.privacy.wire import Purpose, without_number
from app.services.regions.stated import RegionCode, RegionLevelAsked

EXAMPLE: dict[str, Any] = {
    "id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f7e11",
    "version": 1,
    "request_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f7a11",
    "request_title": "三月主题党日活动",
    "committee_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c12",
    "account_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f7b11",
    "branch_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0b11",
    "purse": "fiscal_budget",
    "use": "branch_activities",
    "amount_fen": 180000,
    "returned_fen": 0,
    "spent_fen": 180000,
    "paid_on": "2026-03-05",
    "payee": "某客运有限公司",
    "reference": "GF2026030500123",
    "business_key": "支付凭证-2026-0031",
    "entry_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f7f11",
    "state": "paid",
    "cancel_reason": None,
    "paid_by": "person:qian",
    "receipt_state": "none",
    "receipt_due_on": "2026-04-04",
    "receipt_overdue": False,
    "receipt_by": None,
    "receipt_on": None,
    "receipt_fen": None,
    "receipt_note": None,
    "accepted_by": None,
    "accepted_on": None,
    "region_code": "330106010000",
    "region_level": 4,
    "authority_code": "033001006010000",
    "created_at": "2026-03-05T01:00:00+00:00",
    "recorded_at": "2026-03-05T01:00:00+00:00",
}

Payee = Annotated[Line, AfterValidator(without_number), Field(description="Who is paid. No account numbers.")]
Token = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100, pattern=r"^[^\x00-\x1f]+$")
]
BusinessKey = Annotated[
    Token,
    Field(
        description="Names this deed for ever within the committee's books, as the number of its voucher does: the same"
        " payment under the same key is paid once, another one is refused."
    ),
]
Reference = Annotated[Token, Field(description="The number at the bank or the finance office.")]
BookedOn = Annotated[
    Day | None, Field(description="The day it is booked on, today where none is named. Not before the payment.")
]


class PaymentRead(BaseModel):
    """One payment of an approved request, and how far it is accounted for."""

    model_config = ConfigDict(json_schema_extra={"example": EXAMPLE})

    id: UUID
    version: int
    request_id: UUID
    request_title: str
    committee_id: UUID
    account_id: UUID
    branch_id: UUID | None
    purse: Purse
    use: Use
    amount_fen: int = Field(description="In fen: what was paid.")
    returned_fen: int = Field(description="In fen: what of it came back.")
    spent_fen: int = Field(description="In fen: what of it stands in the books; 0 of a cancelled one.")
    paid_on: date
    payee: str | None = Field(description="Null for those who handle no money: it may be a person.")
    reference: str | None
    business_key: str
    entry_id: UUID = Field(description="The entry that stands for it; of what came back whole, the one reversed.")
    state: PaymentState
    cancel_reason: str | None
    paid_by: str
    receipt_state: ReceiptState
    receipt_due_on: date = Field(description="By when it is accounted for, by the policy `spending`.")
    receipt_overdue: bool = Field(description="Past that day today and not accepted: told by the date alone.")
    receipt_by: str | None
    receipt_on: date | None
    receipt_fen: int | None = Field(description="In fen: what was spent, as it was handed in.")
    receipt_note: str | None = Field(description="What was said with the account, or why it was returned.")
    accepted_by: str | None
    accepted_on: date | None
    region_code: RegionCode
    region_level: int
    authority_code: AuthorityCode
    created_at: datetime
    recorded_at: datetime


class PaymentDetail(PaymentRead):
    """A payment with its papers, and what the caller may do."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": EXAMPLE
            | {
                "evidence": [PAPER | {"payment_id": EXAMPLE["id"], "kind": "invoice"}],
                "allowed_actions": [{"action": "hand_in", "allowed": True, "reason": None}],
            }
        }
    )

    evidence: list[EvidenceRead]
    allowed_actions: list[AllowedAction]


class PaymentVersion(BaseModel):
    """A payment as it was known from `recorded_at` to `recorded_to`."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                **{name: EXAMPLE[name] for name in ("id", "version", "amount_fen", "returned_fen", "entry_id")},
                **{name: EXAMPLE[name] for name in ("state", "receipt_state", "receipt_fen", "accepted_on")},
                "recorded_at": EXAMPLE["recorded_at"],
                "recorded_to": None,
                "replaced_by": None,
            }
        }
    )

    id: UUID
    version: int
    amount_fen: int
    returned_fen: int
    entry_id: UUID
    state: PaymentState
    receipt_state: ReceiptState
    receipt_fen: int | None
    accepted_on: date | None
    recorded_at: datetime
    recorded_to: datetime | None
    replaced_by: str | None


class PaymentCreate(BaseModel):
    """What is paid, to whom, and when."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {name: EXAMPLE[name] for name in ("amount_fen", "paid_on", "payee", "reference", "business_key")}
            | {"currency": "CNY"}
        },
    )

    amount_fen: Annotated[PositiveFen, Field(description="In fen; with what was paid already at most the request's.")]
    paid_on: Annotated[Day, Field(description="Neither before the approval nor later than today.")]
    payee: Payee
    reference: Reference | None = None
    business_key: BusinessKey
    currency: Currency | None = None


class PaymentCancel(BaseModel):
    """That a payment does not stand: a wrong payee, or the bank returned it."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"reason": "收款账户已销户，银行退汇", "booked_on": "2026-03-09"}}
    )

    reason: Purpose
    booked_on: BookedOn = None


class ReceiptHandIn(BaseModel):
    """What of a payment was spent. Its papers have been laid beside it."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"spent_fen": 176500, "note": "余款三十五元已交回", "currency": "CNY"}},
    )

    spent_fen: Annotated[Fen, Field(ge=0, description="In fen; at most what was paid. The rest comes back.")]
    note: Purpose | None = None
    currency: Currency | None = None


class ReceiptAccept(BaseModel):
    """That the account does; what was not spent is booked back."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"booked_on": "2026-03-30"}})

    booked_on: BookedOn = None


class PaymentReason(BaseModel):
    """Why."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"reason": "发票抬头有误，请重开"}})

    reason: Purpose


class PaymentGiveBack(BaseModel):
    """What comes back later, after the account was accepted."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {"amount_fen": 5000, "reason": "场地方退还押金", "booked_on": "2026-05-06", "currency": "CNY"}
        },
    )

    amount_fen: Annotated[PositiveFen, Field(description="In fen; at most what of the payment still stands.")]
    reason: Purpose
    booked_on: BookedOn = None
    currency: Currency | None = None


class PaymentFilters(BaseModel):
    """What narrows the list."""

    region: Annotated[RegionCode | None, Field(description="Of accounts in this region and below.")] = None
    region_level: RegionLevelAsked = None
    authority: Annotated[AuthorityCode | None, Field(description="Of accounts under this authority, by code.")] = None
    committee_id: Annotated[UUID | None, Field(description="Only in this committee's books.")] = None
    branch_id: Annotated[UUID | None, Field(description="Only this branch's.")] = None
    request_id: Annotated[UUID | None, Field(description="Only of this request.")] = None
    account_id: Annotated[UUID | None, Field(description="Only out of this account.")] = None
    purse: Annotated[Purse | None, Field(description="Only of this purse.")] = None
    use: Annotated[Use | None, Field(description="Only for this use.")] = None
    year: Annotated[int | None, Field(ge=2012, le=2200, description="Only what was paid in this year.")] = None
    state: Annotated[PaymentState | None, Field(description="Only in this state.")] = None
    receipt_state: Annotated[ReceiptState | None, Field(description="Only accounted for so far.")] = None
    receipt_overdue: Annotated[bool | None, Field(description="Past the day of their account today, or not.")] = None
    business_key: Annotated[str | None, Field(max_length=100, description="The one with this key.")] = None
