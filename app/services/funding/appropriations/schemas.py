"""Appropriations on the wire. Money is in integer fen."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from app.core.wire import AllowedAction, Day, Line, absent
from app.services.authorities.schemas import AuthorityCode
from app.services.branches.schemas import Judged
from app.services.funding.appropriations.facts import AppropriationState, ItemKind, LeftOut
from app.services.funding.facts import FIRST_YEAR, Purse
from app.services.funding.wire import Currency, Fen, PositiveFen, YearAsked
from app.services.privacy.wire import Purpose, Words
from app.services.regions.stated import RegionCode, RegionLevelAsked

COMMITTEE_ID = "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c12"
APPROPRIATION_ID = "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f8a11"
BRANCH_ID = "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0b11"
STANDS: dict[str, Any] = {
    "region_code": "330106000000",
    "region_level": 3,
    "authority_code": "033001006000000",
    "recorded_at": "2026-03-02T01:00:00+00:00",
}
EXAMPLE: dict[str, Any] = {
    "id": APPROPRIATION_ID,
    "version": 3,
    "committee_id": COMMITTEE_ID,
    "committee_name": "中共西湖区委两新组织工作委员会",
    "year": 2026,
    "purse": "fiscal_budget",
    "budget_line_id": None,
    "title": "2026年两新党组织党建工作经费",
    "document": "西两新〔2026〕6号",
    "state": "posted",
    "kinds": ["per_member", "founding"],
    "facts_on": "2026-02-28",
    "wished_fen": None,
    "due_fen": 1_280_000,
    "total_fen": 1_280_000,
    "branches": 3,
    "lines": 4,
    "computed_by": "person:zhou",
    "computed_at": "2026-03-02T01:00:00+00:00",
    "policy_version": "default-2026",
    "approved_by": "person:wang",
    "approved_on": "2026-03-03",
    "posted_by": "person:zhou",
    "booked_on": "2026-03-04",
    "entry_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f6c11",
    "reversed_by": None,
    "reversed_on": None,
    "reversal_id": None,
    "reason": None,
    **STANDS,
}
EXPLAINED: dict[str, Any] = {
    "members": 14,
    "formal": 12,
    "probationary": 2,
    "counted_on": "2026-02-28",
    "basis": "formal_and_probationary",
    "rate_fen": 30_000,
    "given_fen": 0,
    "inherited_fen": 0,
    "document": "地方两新组织党建工作经费财政补助标准（默认值，以当地文件为准）",
}


def _each_once(kinds: list[ItemKind]) -> list[ItemKind]:
    if len(set(kinds)) < len(kinds):
        raise PydanticCustomError("listed_twice", "a kind is there twice")
    return sorted(kinds)


Proposable = Literal[ItemKind.per_member, ItemKind.founding, ItemKind.brand_project]
Kinds = Annotated[
    list[Proposable],
    Field(min_length=1, max_length=3, description="What is proposed, each once; lines by hand come afterwards."),
    AfterValidator(_each_once),
]
WishedFen = Annotated[
    PositiveFen | None,
    Field(
        description="What there is to give, in fen, where that is less than the rules ask for: shared out in proportion"
        " by the largest remainder, so that the parts add up to it. More than they ask for is refused."
    ),
]
Days = Annotated[
    Day | None,
    Field(description="The day of the members, in the year or the one before, not to come; default: today."),
]


class AppropriationRead(BaseModel):
    """What a committee gives its branches at once, from one purse."""

    model_config = ConfigDict(json_schema_extra={"example": EXAMPLE})

    id: UUID
    version: int
    committee_id: UUID
    committee_name: str | None = Field(description="Null where the committee itself is out of sight.")
    year: int
    purse: Purse
    budget_line_id: UUID | None = Field(description="The budget's line that it takes when it is posted.")
    title: str
    document: str | None = Field(description="Number of the paper it rests on.")
    state: AppropriationState
    kinds: list[ItemKind]
    facts_on: date = Field(description="The day of the members.")
    wished_fen: int | None = Field(description="What was shared out, in fen; null where all that is due is given.")
    due_fen: int = Field(description="What the rules ask for, in fen.")
    total_fen: int = Field(description="The sum of its lines, in fen.")
    branches: int = Field(description="How many branches have lines.")
    lines: int
    computed_by: str
    computed_at: datetime
    policy_version: str
    approved_by: str | None
    approved_on: date | None
    posted_by: str | None
    booked_on: date | None
    entry_id: UUID | None = Field(description="The entry of the books that it made.")
    reversed_by: str | None
    reversed_on: date | None
    reversal_id: UUID | None
    reason: str | None = Field(description="Why it was set aside or taken back.")
    region_code: RegionCode
    region_level: int
    authority_code: AuthorityCode
    recorded_at: datetime


class KindSum(BaseModel):
    """The lines of one kind."""

    kind: ItemKind
    lines: int
    amount_fen: int


class LeftOutRead(BaseModel):
    """A branch without a line of a kind that was asked for."""

    kind: ItemKind
    branch_id: UUID
    branch_name: str
    why: LeftOut
    text: str


class AppropriationDetail(AppropriationRead):
    """A proposal with what it rests on, who got no line, what the rules say, and what the caller may do."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": EXAMPLE
            | {
                "drawn_by": ["person:zhou"],
                "policy": {"member_year_fen": {"value": 30_000, "document": EXPLAINED["document"]}},
                "sums": [{"kind": "per_member", "lines": 3, "amount_fen": 1_080_000}],
                "left_out": [
                    {
                        "kind": "founding",
                        "branch_id": BRANCH_ID,
                        "branch_name": "中共云栖科技联合支部委员会",
                        "why": "founding_given",
                        "text": "启动经费此前已经拨付，只拨一次。",
                    }
                ],
                "findings": [],
                "allowed_actions": [{"action": "reverse", "allowed": True, "reason": None}],
            }
        }
    )

    drawn_by: list[str] = Field(description="Everybody who had a hand in it: none of them approves it.")
    policy: dict[str, Any] = Field(description="The numbers it was computed by, each with its document, as they stood.")
    sums: list[KindSum] = Field(description="What its lines come to, by kind.")
    left_out: list[LeftOutRead]
    findings: list[Judged] = Field(description="What stands against approving a draft, and what is worth knowing.")
    allowed_actions: list[AllowedAction]


class AppropriationVersion(BaseModel):
    """A proposal as it was known from `recorded_at` to `recorded_to`."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                **{name: EXAMPLE[name] for name in ("id", "version", "year", "purse", "title", "state", "facts_on")},
                **{name: EXAMPLE[name] for name in ("wished_fen", "due_fen", "total_fen", "computed_by")},
                **{name: EXAMPLE[name] for name in ("approved_by", "approved_on", "booked_on", "recorded_at")},
                "recorded_to": None,
                "replaced_by": None,
            }
        }
    )

    id: UUID
    version: int
    year: int
    purse: Purse
    title: str
    state: AppropriationState
    facts_on: date
    wished_fen: int | None
    due_fen: int
    total_fen: int
    computed_by: str
    approved_by: str | None
    approved_on: date | None
    booked_on: date | None
    recorded_at: datetime
    recorded_to: datetime | None
    replaced_by: str | None


class AppropriationCreate(BaseModel):
    """A proposal to be computed from what is so on the day."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                **{name: EXAMPLE[name] for name in ("committee_id", "year", "purse", "title", "kinds")},
                "on": "2026-02-28",
            }
        },
    )

    committee_id: UUID = Field(description="An authority that is a work committee.")
    year: Annotated[int, Field(strict=True, ge=FIRST_YEAR, le=2200)]
    purse: Purse = Field(description="Any but the levy, which is the organisations' own.")
    title: Annotated[Words, Field(max_length=100)]
    document: Words | None = None
    budget_line_id: UUID | None = Field(default=None, description="Of the committee's budget of this year and purse.")
    kinds: Kinds
    on: Days = None
    total_wished_fen: WishedFen = None
    currency: Currency = "CNY"


class AppropriationUpdate(BaseModel):
    """A draft is named otherwise; a field left out stays as it is. What it gives is changed by `refresh`."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"document": "西两新〔2026〕6号"}})

    title: Annotated[Words, Field(max_length=100)] = absent()
    document: Words | None = None
    budget_line_id: UUID | None = None


class AppropriationRefresh(BaseModel):
    """A draft is computed again; a field left out stays as it is. Lines written by hand stay."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"on": "2026-03-02", "total_wished_fen": 1_000_000}}
    )

    kinds: Kinds = absent()
    on: Day = absent()
    total_wished_fen: WishedFen = None
    currency: Currency = "CNY"


class AdjustmentCreate(BaseModel):
    """A line written by hand into a draft, with its reason."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {"branch_id": BRANCH_ID, "amount_fen": 50_000, "reason": "承办区级党建观摩会，追加场地经费"}
        },
    )

    branch_id: UUID
    amount_fen: Fen = Field(description="In fen, not 0; below 0 it lessens what the branch's other lines give.")
    reason: Purpose
    currency: Currency = "CNY"


class AppropriationPost(BaseModel):
    """How a proposal is entered into the books."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"booked_on": "2026-03-04", "reference": "国库支付2026-0217"}}
    )

    booked_on: Day = Field(description="A day of the appropriation's year, not to come.")
    reference: Line | None = Field(default=None, description="Number of the payment outside.")


class AppropriationReverse(BaseModel):
    """How what was posted is taken back."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"booked_on": "2026-03-10", "reason": "支部名单有误，整批冲回后重新下拨"}},
    )

    booked_on: Day = Field(description="A day of an open year.")
    reason: Purpose


class AppropriationDiscard(BaseModel):
    """Why a proposal is set aside."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"reason": "党员数核实后重新测算"}})

    reason: Purpose


class AppropriationFilters(BaseModel):
    """What narrows the list."""

    region: Annotated[RegionCode | None, Field(description="Of committees in this region and below.")] = None
    region_level: RegionLevelAsked = None
    authority: Annotated[AuthorityCode | None, Field(description="Of committees under this authority, by code.")] = None
    committee_id: Annotated[UUID | None, Field(description="Only of this committee.")] = None
    year: Annotated[YearAsked | None, Field(description="Only of this year.")] = None
    purse: Annotated[Purse | None, Field(description="Only of this purse.")] = None
    state: Annotated[AppropriationState | None, Field(description="Only in this state.")] = None
