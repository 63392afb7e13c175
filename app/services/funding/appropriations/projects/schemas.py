"""Brand projects on the wire. Money is in integer fen."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.core.wire import AllowedAction, absent
from app.services.authorities.schemas import AuthorityCode
from app.services.branches.schemas import Departure, DepartureReason, Judged
from app.services.funding.appropriations.facts import ProjectState
from app.services.funding.appropriations.schemas import BRANCH_ID, COMMITTEE_ID
from app.services.funding.facts import FIRST_YEAR
from app.services.funding.wire import Currency, PositiveFen, YearAsked
from app.services.privacy.wire import Purpose, Words
from app.services.regions.stated import RegionCode, RegionLevelAsked

EXAMPLE: dict[str, Any] = {
    "id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f8c11",
    "version": 2,
    "committee_id": COMMITTEE_ID,
    "branch_id": BRANCH_ID,
    "branch_name": "中共云栖科技联合支部委员会",
    "year": 2026,
    "title": "红链云栖",
    "purpose": "产业链上下游党组织结对共建，举办技术攻关擂台",
    "document": "西两新〔2026〕9号",
    "asked_fen": 8_000_000,
    "approved_fen": 6_000_000,
    "state": "approved",
    "asked_by": "person:li",
    "decided_by": "person:wang",
    "decided_on": "2026-03-05",
    "decision_reason": None,
    "place_code": "330106010000",
    "place_level": 4,
    "line_code": "033001006010000",
    "region_code": "330106000000",
    "region_level": 3,
    "authority_code": "033001006000000",
    "recorded_at": "2026-03-05T01:00:00+00:00",
}


class BrandProjectRead(BaseModel):
    """A brand project that a branch asks money for."""

    model_config = ConfigDict(json_schema_extra={"example": EXAMPLE})

    id: UUID
    version: int
    committee_id: UUID = Field(description="The committee that is asked.")
    branch_id: UUID
    branch_name: str | None = Field(description="Null where the branch itself is out of sight.")
    year: int
    title: str
    purpose: str
    document: str | None = Field(description="Number of the paper it was approved by.")
    asked_fen: int
    approved_fen: int | None = Field(description="At most what was asked; null while it is not approved. In fen.")
    state: ProjectState = Field(description="`appropriated` once an appropriation with it is posted.")
    asked_by: str
    decided_by: str | None
    decided_on: date | None
    decision_reason: str | None = Field(description="Why it was refused or withdrawn.")
    place_code: RegionCode = Field(description="Where the branch stands.")
    place_level: int
    line_code: AuthorityCode = Field(description="The authority that manages the branch.")
    region_code: RegionCode = Field(description="Where the committee stands.")
    region_level: int
    authority_code: AuthorityCode
    recorded_at: datetime


class BrandProjectDetail(BrandProjectRead):
    """A project with what the rules say of it as it was asked, and what the caller may do."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": EXAMPLE
            | {
                "ceiling_fen": 10_000_000,
                "appropriation_item_id": None,
                "departures": [],
                "findings": [],
                "policy_version": "default-2026",
                "allowed_actions": [{"action": "withdraw", "allowed": False, "reason": "brand_project_approved"}],
            }
        }
    )

    ceiling_fen: int = Field(description="What a project is given at most, in fen.")
    appropriation_item_id: UUID | None = Field(description="The line that pays it out, approved or posted.")
    departures: list[Departure] = Field(description="What was let pass at the approval, with the reasons.")
    findings: list[Judged] = Field(description="While it is asked for: what stands against approving all of it.")
    policy_version: str
    allowed_actions: list[AllowedAction]


class BrandProjectVersion(BaseModel):
    """A project as it was known from `recorded_at` to `recorded_to`."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                **{name: EXAMPLE[name] for name in ("id", "version", "year", "title", "purpose", "asked_fen")},
                **{name: EXAMPLE[name] for name in ("approved_fen", "state", "decided_on", "recorded_at")},
                "recorded_to": None,
                "replaced_by": None,
            }
        }
    )

    id: UUID
    version: int
    year: int
    title: str
    purpose: str
    asked_fen: int
    approved_fen: int | None
    state: ProjectState
    decided_on: date | None
    recorded_at: datetime
    recorded_to: datetime | None
    replaced_by: str | None


class BrandProjectCreate(BaseModel):
    """A branch asks a committee for money for a project."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                name: EXAMPLE[name] for name in ("committee_id", "branch_id", "year", "title", "purpose", "asked_fen")
            }
        },
    )

    committee_id: UUID = Field(description="The work committee in whose region or line the branch is.")
    branch_id: UUID
    year: Annotated[int, Field(strict=True, ge=FIRST_YEAR, le=2200)]
    title: Annotated[Words, Field(max_length=100)]
    purpose: Purpose
    asked_fen: PositiveFen
    currency: Currency = "CNY"


class BrandProjectUpdate(BaseModel):
    """What is asked for is put otherwise, by whoever asked; a field left out stays as it is."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"asked_fen": 7_000_000}})

    title: Annotated[Words, Field(max_length=100)] = absent()
    purpose: Purpose = absent()
    asked_fen: PositiveFen = absent()
    currency: Currency = "CNY"


class BrandProjectApprove(BaseModel):
    """How much of it is approved."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"approved_fen": 6_000_000, "document": "西两新〔2026〕9号"}}
    )

    approved_fen: PositiveFen
    document: Words | None = None
    currency: Currency = "CNY"
    departure_reason: DepartureReason = None


class BrandProjectEnd(BaseModel):
    """Why a project is refused or withdrawn."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"reason": "与上年度项目内容重复"}})

    reason: Purpose


class BrandProjectFilters(BaseModel):
    """What narrows the list."""

    region: Annotated[RegionCode | None, Field(description="Of branches in this region and below.")] = None
    region_level: RegionLevelAsked = None
    authority: Annotated[AuthorityCode | None, Field(description="Of branches under this authority, by code.")] = None
    committee_id: Annotated[UUID | None, Field(description="Only of this committee.")] = None
    branch_id: Annotated[UUID | None, Field(description="Only of this branch.")] = None
    year: Annotated[YearAsked | None, Field(description="Only of this year.")] = None
    state: Annotated[ProjectState | None, Field(description="Only in this state.")] = None
