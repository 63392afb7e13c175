"""Years of the books on the wire. Money is in integer fen."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.core.wire import AllowedAction, Sentence
from app.services.authorities.schemas import AuthorityCode
from app.services.funding.facts import HolderKind, Purse
from app.services.funding.ledger.facts import YearState
from app.services.funding.ledger.schemas import ACCOUNT_ID, COMMITTEE_ID, STANDS, YEAR_ID, Region
from app.services.funding.wire import YearAsked
from app.services.regions.stated import RegionCode, RegionLevelAsked

EXAMPLE: dict[str, Any] = {
    "id": YEAR_ID,
    "version": 1,
    "committee_id": COMMITTEE_ID,
    "committee_name": "中共西湖区委两新组织工作委员会",
    "year": 2026,
    "state": "open",
    "opened_by": "person:zhou",
    "closed_by": None,
    "closed_at": None,
    "close_note": None,
    **STANDS,
    "region_level": 3,
    "recorded_at": "2026-03-02T01:00:00+00:00",
}


class YearRead(BaseModel):
    """A committee's books of a calendar year."""

    model_config = ConfigDict(json_schema_extra={"example": EXAMPLE})

    id: UUID
    version: int
    committee_id: UUID
    committee_name: str | None
    year: int
    state: YearState
    opened_by: str
    closed_by: str | None
    closed_at: datetime | None
    close_note: str | None
    region_code: RegionCode
    region_level: int
    authority_code: AuthorityCode
    recorded_at: datetime


class YearDetail(YearRead):
    """A year with how many entries it has, how many of them are numbered, and what the caller may do."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": EXAMPLE
            | {
                "entries": 17,
                "numbered": 16,
                "allowed_actions": [{"action": "close", "allowed": False, "reason": "year_not_over"}],
            }
        }
    )

    entries: int
    numbered: int = Field(description="The last voucher's number: numbers have no gap.")
    allowed_actions: list[AllowedAction]


class YearVersion(BaseModel):
    """A version of a year."""

    version: int
    state: YearState
    closed_by: str | None
    closed_at: datetime | None
    close_note: str | None
    region_code: RegionCode
    region_level: int
    authority_code: AuthorityCode
    recorded_at: datetime
    recorded_to: datetime | None
    replaced_by: str | None


class YearCreate(BaseModel):
    """Whose books, of which year: not before one that is closed, at most the next one."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"committee_id": COMMITTEE_ID, "year": 2026}}
    )

    committee_id: UUID
    year: Annotated[int, Field(strict=True, ge=2012, le=2200)]


class YearClose(BaseModel):
    """How a year ends: what the accounts hold goes on into the next one, but for what the committee gives back."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"give_back": ["fiscal_budget"], "note": "财政结余按规定交回"}},
    )

    give_back: Annotated[
        list[Purse],
        Field(
            max_length=4,
            description="Purses of which the committee's own funds are given back to where they came from, by an entry"
            " on 31 December. What branches hold is carried over.",
        ),
    ] = []
    note: Sentence | None = None


class YearFilters(BaseModel):
    """Narrow the years."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    committee_id: Annotated[UUID | None, Field(description="Only this committee's.")] = None
    year: Annotated[YearAsked | None, Field(description="Only this year.")] = None
    state: Annotated[YearState | None, Field(description="Whether it may be booked in.")] = None
    region: Region = None
    region_level: RegionLevelAsked = None


class CarryOverRead(BaseModel):
    """What an account held when its year was closed: what the next year begins with."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "account_id": ACCOUNT_ID,
                "year": 2026,
                "purse": "fiscal_budget",
                "holder_kind": "branch",
                "holder_name": "西湖软件园联合党支部",
                "balance_fen": 183_500,
                "on": "2026-12-31",
                "region_code": "330106000000",
            }
        }
    )

    account_id: UUID
    year: int
    purse: Purse
    holder_kind: HolderKind
    holder_name: str | None
    balance_fen: int
    on: date
    region_code: RegionCode
