"""A year of the books on the wire. Money is in integer fen."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.services.authorities.schemas import AuthorityCode
from app.services.funding.facts import HolderKind, Purse, Use
from app.services.funding.ledger.facts import YearState
from app.services.funding.statements.reports.facts import Check
from app.services.regions.stated import RegionCode

MOVED: dict[str, Any] = {"booked_fen": 180_000_000, "taken_back_fen": 0, "net_fen": 180_000_000}
NOTHING: dict[str, Any] = {"booked_fen": 0, "taken_back_fen": 0, "net_fen": 0}
SPENT: dict[str, Any] = {"booked_fen": 151_250_000, "taken_back_fen": 250_000, "net_fen": 151_000_000}
PURSE: dict[str, Any] = {
    "purse": "fiscal_budget",
    "carried_over_fen": 3_600_000,
    "income": MOVED,
    "set_aside": NOTHING,
    "given_back": NOTHING,
    "spent": SPENT,
    "closing_fen": 32_600_000,
    "by_use": [{"use": "branch_activities", **SPENT}],
    "by_month": [{"month": 3, "use": "branch_activities", "spent_fen": 151_000_000}],
    "by_holder": [
        {
            "holder_kind": "committee",
            "accounts": 3,
            "carried_over_fen": 3_600_000,
            "received_fen": 180_000_000,
            "handed_on_fen": -160_000_000,
            "spent_fen": 0,
            "closing_fen": 23_600_000,
        },
        {
            "holder_kind": "branch",
            "accounts": 412,
            "carried_over_fen": 0,
            "received_fen": 0,
            "handed_on_fen": 160_000_000,
            "spent_fen": 151_000_000,
            "closing_fen": 9_000_000,
        },
    ],
}
CHECKED: dict[str, Any] = {
    "check": "year_adds_up",
    "purse": "fiscal_budget",
    "left": 32_600_000,
    "right": 32_600_000,
    "difference": 0,
    "holds": True,
}
EXAMPLE: dict[str, Any] = {
    "year_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f7a01",
    "committee_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c12",
    "committee_name": "中共西湖区委两新组织工作委员会",
    "year": 2026,
    "state": "closed",
    "closed_at": "2027-01-12T02:00:00+00:00",
    "on": "2026-12-31",
    "as_of": "2027-01-15T01:00:00+00:00",
    "region_code": "330106000000",
    "region_level": 3,
    "authority_code": "033001006000000",
    "accounts": 415,
    "recounted": False,
    "reconciles": True,
    "purses": [PURSE],
    "checks": [CHECKED],
}


class ReportQuery(BaseModel):
    """How a year is reported."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    recount: Annotated[
        bool,
        Field(
            description="Count all lines and numbers of the year one by one as well, and check them against the days: "
            "the only part whose cost grows with the number of entries."
        ),
    ] = False


class MovedRead(BaseModel):
    """What was booked in the year, what of such was taken back in it, and what remains: booked - taken back."""

    booked_fen: int
    taken_back_fen: int = Field(description="By reversals booked in this year, of entries of any year.")
    net_fen: int


class UseYear(MovedRead):
    """What was spent for one use."""

    use: Use


class MonthYear(BaseModel):
    """What was spent for a use in a month, less what was taken back in it."""

    month: int
    use: Use
    spent_fen: int


class HolderYear(BaseModel):
    """One kind of holder in a year: carried over + received + handed on - spent = closing."""

    holder_kind: HolderKind
    accounts: int
    carried_over_fen: int
    received_fen: int = Field(description="From outside, less what was given or taken back.")
    handed_on_fen: int = Field(description="Got from other kinds of holders (+) or given to them (-); in all zero.")
    spent_fen: int
    closing_fen: int


class PurseYearRead(BaseModel):
    """A purse in a year: carried over + income + set aside - given back - spent = closing, each of them net."""

    model_config = ConfigDict(json_schema_extra={"example": PURSE})

    purse: Purse
    carried_over_fen: int = Field(description="What all holders had in the last evening of the year before.")
    income: MovedRead
    set_aside: MovedRead = Field(description="What organisations set aside: all that comes into the levy's purse.")
    given_back: MovedRead = Field(description="Given back to where it came from; taken back where that was reversed.")
    spent: MovedRead
    closing_fen: int = Field(description="What all holders had in the evening of `on`, as the books keep it.")
    by_use: list[UseYear]
    by_month: list[MonthYear] = Field(description="Months and uses with spending, in their order.")
    by_holder: list[HolderYear]


class CheckedRead(BaseModel):
    """Two figures that must be the same, each from rows of its own. In fen; those of `numbers` count entries."""

    model_config = ConfigDict(json_schema_extra={"example": CHECKED})

    check: Check
    purse: Purse | None = Field(description="Null for a check of the whole year.")
    left: int
    right: int
    difference: int = Field(description="left - right.")
    holds: bool


class YearReportRead(BaseModel):
    """A committee's year by purse, and whether it reconciles to the ledger.

    It rests on the days of the accounts that the caller sees, read at one moment. Accounts out of sight, or books that
    are wrong, make a check fail, which is shown as failing.
    """

    model_config = ConfigDict(json_schema_extra={"example": EXAMPLE})

    year_id: UUID
    committee_id: UUID
    committee_name: str | None = Field(description="Null where the committee itself is out of sight.")
    year: int
    state: YearState = Field(description="Of an open year the report is provisional.")
    closed_at: datetime | None
    on: date = Field(description="The last day of the year, or today while it lasts.")
    as_of: datetime
    region_code: RegionCode
    region_level: int
    authority_code: AuthorityCode
    accounts: int = Field(description="How many accounts it rests on.")
    recounted: bool = Field(description="Whether the year's lines were counted one by one as well.")
    reconciles: bool = Field(description="Whether every check holds.")
    purses: list[PurseYearRead] = Field(description="All purses, those without an account too.")
    checks: list[CheckedRead]
