"""Accounts and entries on the wire. Money is in integer fen: into an account (+) or out of it (-)."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from app.core.wire import AllowedAction, Day, Line, Sentence
from app.services.authorities.schemas import AuthorityCode
from app.services.funding.facts import AccountKind, EntryKind, HolderKind, Purse, Use
from app.services.funding.wire import Currency, Fen, YearAsked
from app.services.regions.stated import RegionCode, RegionLevelAsked

COMMITTEE_ID = "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c12"
ACCOUNT_ID = "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f7a21"
OTHER_ID = "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f7a22"
ENTRY_ID = "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f7a31"
YEAR_ID = "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f7a11"
STANDS: dict[str, Any] = {"region_code": "330106000000", "authority_code": "033001006000000"}
ACCOUNT: dict[str, Any] = {
    "id": ACCOUNT_ID,
    "version": 1,
    "committee_id": COMMITTEE_ID,
    "purse": "fiscal_budget",
    "kind": "funds",
    "holder_kind": "branch",
    "holder_name": "西湖软件园联合党支部",
    "authority_id": None,
    "branch_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f2b11",
    "organization_id": None,
    "use": None,
    "balance_fen": 360_000,
    "lines": 1,
    "closed_on": None,
    **STANDS,
    "region_level": 3,
    "recorded_at": "2026-03-02T01:00:00+00:00",
}
ENTRY: dict[str, Any] = {
    "id": ENTRY_ID,
    "committee_id": COMMITTEE_ID,
    "year_id": YEAR_ID,
    "year": 2026,
    "number": 17,
    "purse": "fiscal_budget",
    "kind": "income",
    "use": None,
    "booked_on": "2026-03-02",
    "business_key": "2026-财政-第一季度",
    "text": "第一季度党建经费到账",
    "reference": "西财拨〔2026〕12号",
    "amount_fen": 50_000_000,
    "reverses_id": None,
    "reversed_by_id": None,
    "posted_by": "person:zhou",
    "posted_at": "2026-03-02T01:00:00+00:00",
    **STANDS,
}
PARTS: list[dict[str, Any]] = [
    {"account_id": OTHER_ID, "amount_fen": -50_000_000, "text": "第一季度党建经费到账", "turn": 1},
    {"account_id": ACCOUNT_ID, "amount_fen": 50_000_000, "text": "第一季度党建经费到账", "turn": 1},
]

BusinessKey = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=200),
    Field(
        description="Names the deed in the committee's books for ever: the same deed again is the same entry, another"
        " one under the same key is refused.",
        examples=["2026-财政-第一季度"],
    ),
]
Region = Annotated[RegionCode | None, Field(description="Only what stands in this region.")]


class AccountRead(BaseModel):
    """What one holder has, has spent for a use, or got from outside, of one purse in one committee's books."""

    model_config = ConfigDict(json_schema_extra={"example": ACCOUNT})

    id: UUID
    version: int
    committee_id: UUID
    purse: Purse
    kind: AccountKind
    holder_kind: HolderKind
    holder_name: str | None = Field(description="Null where the holder itself is out of sight.")
    authority_id: UUID | None
    branch_id: UUID | None
    organization_id: UUID | None
    use: Use | None
    balance_fen: int = Field(description="What it holds now; a source's is negative: so much came from it.")
    lines: int
    closed_on: date | None
    region_code: RegionCode
    region_level: int
    authority_code: AuthorityCode
    recorded_at: datetime


class AccountDetail(AccountRead):
    """An account and what the caller may do with it."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": ACCOUNT
            | {"allowed_actions": [{"action": "close", "allowed": False, "reason": "account_holds_money"}]}
        }
    )

    allowed_actions: list[AllowedAction]


class AccountVersion(BaseModel):
    """A version of an account."""

    version: int
    closed_on: date | None
    region_code: RegionCode
    region_level: int
    authority_code: AuthorityCode
    recorded_at: datetime
    recorded_to: datetime | None
    replaced_by: str | None


class AccountCreate(BaseModel):
    """Whose account it is, of which purse, and what it counts. A holder is the committee itself, a body, a branch or a
    firm below it; the levy stays with its firm."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "committee_id": COMMITTEE_ID,
                "purse": "fiscal_budget",
                "kind": "funds",
                "holder_kind": "branch",
                "holder_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f2b11",
            }
        },
    )

    committee_id: UUID
    purse: Purse
    kind: AccountKind
    holder_kind: HolderKind
    holder_id: UUID = Field(description="An authority's, branch's or organisation's id; the committee's own id.")
    use: Use | None = Field(default=None, description="Of a use account, and of no other.")


class AccountFilters(BaseModel):
    """Narrow the accounts."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    committee_id: Annotated[UUID | None, Field(description="Only in this committee's books.")] = None
    purse: Annotated[Purse | None, Field(description="Only of this purse.")] = None
    kind: Annotated[AccountKind | None, Field(description="Only of this kind.")] = None
    holder_kind: Annotated[HolderKind | None, Field(description="Only of holders of this kind.")] = None
    authority_id: Annotated[UUID | None, Field(description="Only of this committee or body.")] = None
    branch_id: Annotated[UUID | None, Field(description="Only of this branch.")] = None
    organization_id: Annotated[UUID | None, Field(description="Only of this organisation.")] = None
    use: Annotated[Use | None, Field(description="Only for this use.")] = None
    open: Annotated[bool | None, Field(description="Whether it is open.")] = None
    region: Region = None
    region_level: RegionLevelAsked = None


class LineCreate(BaseModel):
    """One account's part of an entry."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"account_id": ACCOUNT_ID, "amount_fen": 50_000_000}}
    )

    account_id: UUID
    amount_fen: Fen = Field(description="Into the account (+) or out of it (-), not zero.")
    text: Line | None = Field(default=None, description="Default: the entry's.")


class EntryCreate(BaseModel):
    """One deed in a committee's books, of one purse; its lines sum to zero."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "committee_id": COMMITTEE_ID,
                "purse": "fiscal_budget",
                "kind": "income",
                "booked_on": "2026-03-02",
                "business_key": "2026-财政-第一季度",
                "text": "第一季度党建经费到账",
                "reference": "西财拨〔2026〕12号",
                "lines": [
                    {"account_id": OTHER_ID, "amount_fen": -50_000_000},
                    {"account_id": ACCOUNT_ID, "amount_fen": 50_000_000},
                ],
            }
        },
    )

    committee_id: UUID
    purse: Purse
    kind: EntryKind = Field(description="What it tells; `reversal` is made by `reverse` alone.")
    booked_on: Day | None = Field(default=None, description="In an open year, not later than today; default: today.")
    business_key: BusinessKey
    text: Line
    reference: Line | None = Field(default=None, description="The number outside: a bank's, a document's.")
    currency: Currency = "CNY"
    lines: Annotated[list[LineCreate], Field(min_length=2, max_length=1_000)]


class EntryReverse(BaseModel):
    """Why an entry is taken back, and on which day."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"reason": "金额录错，重新入账", "booked_on": "2026-03-03"}}
    )

    reason: Sentence
    booked_on: Day | None = Field(
        default=None, description="In an open year, not before the entry's own day; default: today."
    )


class EntryRead(BaseModel):
    """One deed in the books."""

    model_config = ConfigDict(json_schema_extra={"example": ENTRY})

    id: UUID
    committee_id: UUID
    year_id: UUID
    year: int
    number: int | None = Field(description="The voucher's number in the year; null until it is given, within minutes.")
    purse: Purse
    kind: EntryKind
    use: Use | None
    booked_on: date
    business_key: str
    text: str
    reference: str | None
    amount_fen: int = Field(description="What it moves: the sum of its positive lines.")
    reverses_id: UUID | None = Field(description="The entry that it takes back.")
    reversed_by_id: UUID | None = Field(description="The entry that takes it back.")
    posted_by: str
    posted_at: datetime
    region_code: RegionCode
    authority_code: AuthorityCode


class LineRead(BaseModel):
    """One account's part of an entry."""

    account_id: UUID
    amount_fen: int
    text: str
    turn: int = Field(description="Its place in the order in which the account's lines were written.")


class EntryDetail(EntryRead):
    """An entry with its lines, and what the caller may do with it."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": ENTRY
            | {"lines": PARTS, "allowed_actions": [{"action": "reverse", "allowed": True, "reason": None}]}
        }
    )

    lines: list[LineRead]
    allowed_actions: list[AllowedAction]


class EntryFilters(BaseModel):
    """Narrow the entries."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    committee_id: Annotated[UUID | None, Field(description="Only in this committee's books.")] = None
    year: Annotated[YearAsked | None, Field(description="Only of this year.")] = None
    purse: Annotated[Purse | None, Field(description="Only of this purse.")] = None
    kind: Annotated[EntryKind | None, Field(description="Only of this kind.")] = None
    use: Annotated[Use | None, Field(description="Only for this use.")] = None
    since: Annotated[Day | None, Field(description="Booked on this day or later.")] = None
    until: Annotated[Day | None, Field(description="Booked on this day or earlier.")] = None
    business_key: Annotated[str | None, Field(max_length=200, description="Only the one under this key.")] = None
    reference: Annotated[str | None, Field(max_length=200, description="Only of this number outside.")] = None
    region: Region = None
    region_level: RegionLevelAsked = None
