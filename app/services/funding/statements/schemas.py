"""Statements, balances and spending on the wire. Money is in integer fen."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.core.wire import Day
from app.services.authorities.schemas import AuthorityCode
from app.services.funding.facts import AccountKind, EntryKind, HolderKind, Purse, Use
from app.services.regions.stated import RegionCode, RegionLevelAsked

COMMITTEE_ID = "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c12"
ACCOUNT_ID = "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f7a21"
ENTRY_ID = "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f7a31"
HELD: dict[str, Any] = {
    "account_id": ACCOUNT_ID,
    "committee_id": COMMITTEE_ID,
    "purse": "fiscal_budget",
    "kind": "funds",
    "holder_kind": "branch",
    "holder_name": "西湖软件园联合党支部",
    "authority_id": None,
    "branch_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f2b11",
    "organization_id": None,
    "use": None,
    "region_code": "330106000000",
    "region_level": 3,
    "authority_code": "033001006000000",
}
LINE: dict[str, Any] = {
    "entry_id": ENTRY_ID,
    "number": 17,
    "turn": 1,
    "booked_on": "2026-03-02",
    "kind": "appropriation",
    "text": "2026年党建经费拨付",
    "reference": "西财拨〔2026〕12号",
    "amount_fen": 360_000,
    "balance_fen": 360_000,
}

Region = Annotated[RegionCode | None, Field(description="Only what stands in this region.")]


class Held(BaseModel):
    """Whose an account is, what it counts, and where its holder stands."""

    account_id: UUID
    committee_id: UUID
    purse: Purse
    kind: AccountKind
    holder_kind: HolderKind
    holder_name: str | None = Field(description="Null where the holder itself is out of sight.")
    authority_id: UUID | None
    branch_id: UUID | None
    organization_id: UUID | None
    use: Use | None
    region_code: RegionCode
    region_level: int
    authority_code: AuthorityCode


class AccountLineRead(BaseModel):
    """One line of an account, and what the account held after it."""

    model_config = ConfigDict(json_schema_extra={"example": LINE})

    entry_id: UUID
    number: int | None = Field(description="The voucher's number in the year; null until it is given, within minutes.")
    turn: int = Field(description="The line's place in the order in which the account's lines were written.")
    booked_on: date
    kind: EntryKind
    text: str
    reference: str | None = Field(description="The number outside: a bank's, a document's.")
    amount_fen: int = Field(description="Into the account (+) or out of it (-).")
    balance_fen: int = Field(description="What it held after this line, by day and turn.")


class AccountStatement(Held):
    """An account from one day to another: what it held before, line by line, and in the evening of the last day.

    All pages are of one moment: what is posted while they are read does not move them. `in_fen` − `out_fen` is
    `closing_fen` − `opening_fen`.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "example": HELD
            | {
                "since": "2026-01-01",
                "until": "2026-03-31",
                "as_of": "2026-03-02T01:00:00+00:00",
                "turn": 1,
                "opening_fen": 0,
                "in_fen": 360_000,
                "out_fen": 0,
                "closing_fen": 360_000,
                "items": [LINE],
                "next_cursor": None,
            }
        }
    )

    since: date
    until: date
    as_of: datetime
    turn: int = Field(description="How many lines the account had at that moment, of any day.")
    opening_fen: int
    in_fen: int
    out_fen: int
    closing_fen: int
    items: list[AccountLineRead]
    next_cursor: str | None = Field(description="Send as `cursor` for the next page; null on the last.")


class StatementQuery(BaseModel):
    """From one day to another, both of them in it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    since: Annotated[Day | None, Field(description="Default: 1 January of the last day's year.")] = None
    until: Annotated[Day | None, Field(description="Default: today.")] = None
    limit: Annotated[int, Field(ge=1, le=200, description="Rows a page.")] = 50
    cursor: Annotated[str | None, Field(max_length=500, description="`next_cursor` of the page before.")] = None


class BalanceFilters(BaseModel):
    """Narrow the balances."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    on: Annotated[Day | None, Field(description="In the evening of this day; default: now.")] = None
    committee_id: Annotated[UUID | None, Field(description="Only in this committee's books.")] = None
    purse: Annotated[Purse | None, Field(description="Only of this purse.")] = None
    kind: Annotated[AccountKind | None, Field(description="Only accounts of this kind.")] = None
    holder_kind: Annotated[HolderKind | None, Field(description="Only of holders of this kind.")] = None
    branch_id: Annotated[UUID | None, Field(description="Only of this branch.")] = None
    organization_id: Annotated[UUID | None, Field(description="Only of this organisation.")] = None
    use: Annotated[Use | None, Field(description="Only for this use.")] = None
    region: Region = None
    region_level: RegionLevelAsked = None


class BalanceRead(Held):
    """What an account holds."""

    model_config = ConfigDict(
        json_schema_extra={"example": HELD | {"on": "2026-03-31", "balance_fen": 360_000, "closed_on": None}}
    )

    on: date
    balance_fen: int = Field(description="A source's is negative: so much came from it.")
    closed_on: date | None
