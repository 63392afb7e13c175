"""Affiliations, transfers, suggestions and hand-overs on the wire."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.core.wire import Day, Line, Sentence, Whole
from app.services.authorities.facts import AuthorityKind
from app.services.authorities.schemas import AuthorityCode
from app.services.branches.facts import FormationMode, Level, ManagementMode, Stage
from app.services.branches.schemas import DepartureReason, Outflow
from app.services.regions.stated import RegionCode, RegionLevel, RegionLevelAsked

MOST_FIRMS = 500

EXAMPLE: dict[str, Any] = {
    "id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c51",
    "version": 1,
    "branch_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c13",
    "branch_name": "中共云栖科技联合支部委员会",
    "authority_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c12",
    "authority_name": "中共转塘街道工作委员会",
    "authority_code": "033001006003000",
    "management_mode": "territorial",
    "outflow_authority_code": None,
    "valid_from": "2026-02-10",
    "valid_to": None,
    "reason": None,
    "handed_on": None,
    "handed_by": None,
    "received_by": None,
    "handed_items": None,
    "handover_note": None,
    "handover_id": None,
    "region_code": "330106010000",
    "recorded_at": "2026-03-02T01:00:00+00:00",
}


class AffiliationRead(BaseModel):
    """Under whom a branch stood in a period, how it was managed, and how it came there."""

    model_config = ConfigDict(json_schema_extra={"example": EXAMPLE})

    id: UUID
    version: int
    branch_id: UUID
    branch_name: str | None = Field(description="Null where the branch lies outside the caller's scope by now.")
    authority_id: UUID
    authority_name: str | None = Field(description="Null where the authority lies outside the caller's scope.")
    authority_code: AuthorityCode
    management_mode: ManagementMode
    outflow_authority_code: AuthorityCode | None
    valid_from: date
    valid_to: date | None = Field(description="First day on which it no longer stood so; null: it does.")
    reason: str | None = Field(description="Why it came there; null for where it was founded.")
    handed_on: date | None
    handed_by: str | None
    received_by: str | None
    handed_items: str | None
    handover_note: str | None
    handover_id: UUID | None = Field(description="The hand-over of a whole authority that it was part of.")
    region_code: RegionCode
    recorded_at: datetime


class AffiliationFilters(BaseModel):
    """What narrows the list."""

    region: Annotated[RegionCode | None, Field(description="Of branches in this region and below.")] = None
    region_level: RegionLevelAsked = None
    authority: Annotated[AuthorityCode | None, Field(description="Under this authority or one below it, by code.")] = (
        None
    )
    authority_id: Annotated[UUID | None, Field(description="Only under this authority itself.")] = None
    outflow_authority: Annotated[
        AuthorityCode | None, Field(description="Whose members come from the place of this body or one below it.")
    ] = None
    branch_id: Annotated[UUID | None, Field(description="Only of this branch.")] = None
    management_mode: Annotated[ManagementMode | None, Field(description="Only this management mode.")] = None
    handover_id: Annotated[UUID | None, Field(description="Only those that came of this hand-over.")] = None
    on: Annotated[Day | None, Field(description="Only those that held on this day; without it all periods.")] = None
    since: Annotated[Day | None, Field(description="Only those that began on this day or later.")] = None


class HandingOver(BaseModel):
    """What is kept of a hand-over: between which bodies, what was handed over, and when. No names of persons."""

    handed_on: Day | None = Field(default=None, description="When files and tasks were handed over; not after today.")
    handed_by: Line | None = Field(default=None, description="The body, or the post in it, that handed over.")
    received_by: Line | None = Field(default=None, description="The body, or the post in it, that received.")
    handed_items: Sentence | None = Field(default=None, description="What was handed over.")
    handover_note: Sentence | None = Field(default=None, description="What is still open.")


class Transfer(HandingOver):
    """Another superior body, or another way of being managed, from a day on."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "authority_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c15",
                "management_mode": "industry",
                "on": "2026-03-01",
                "reason": "律师事务所党组织归口行业党委管理",
                "handed_on": "2026-03-02",
                "handed_by": "中共转塘街道工作委员会",
                "received_by": "中共西湖区律师行业委员会",
                "handed_items": "党员名册、会议记录、党费台账",
            }
        },
    )

    authority_id: UUID = Field(
        description="The superior body from that day on; the present one where only the mode changes."
    )
    management_mode: ManagementMode
    outflow_authority_code: Outflow = None
    on: Day = Field(
        description="First day; not later than today, not before the present affiliation began. On that very day it"
        " replaces the present one."
    )
    reason: Sentence
    departure_reason: DepartureReason = None


class CandidateRead(BaseModel):
    """A body that might manage the branch."""

    authority_id: UUID
    code: AuthorityCode
    name: str
    kind: AuthorityKind
    region_code: RegionCode
    region_level: int
    of_trade: bool = Field(description="Whether it takes care of the trade that the suggestion rests on.")


class SuggestionRead(BaseModel):
    """A management mode that fits, why, and who might manage in it, the best first."""

    management_mode: ManagementMode
    reason: str = Field(description="Code of the label namespace `finding`.")
    text: str = Field(description="The reason in the reader's language.")
    limit: Any = Field(description="The policy's number.")
    actual: Any = Field(description="The figure it met.")
    citation: str
    certain: bool = Field(description="False where it rests on a fact that nobody has told.")
    trade: str | None = Field(description="The trade whose line is looked for, as a prefix of a GB/T 4754 code.")
    outflow_authority_code: AuthorityCode | None = Field(
        description="Under dual management: the body at the place most of the floating members came from."
    )
    candidates: list[CandidateRead] = Field(description="Up to five that stand today; none where there is none.")


class Suggestions(BaseModel):
    """Management modes for a branch, the best first; by the territory always fits."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "suggestions": [
                    {
                        "management_mode": "industry",
                        "reason": "affiliation_trade",
                        "text": "100% of its organisations are of a trade with a line of its own (from 50%).",
                        "limit": 50,
                        "actual": 100,
                        "citation": "中共中央办公厅《关于加强社会组织党的建设工作的意见（试行）》（2015年）",
                        "certain": True,
                        "trade": "L7231",
                        "outflow_authority_code": None,
                        "candidates": [
                            {
                                "authority_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c15",
                                "code": "033001006997000",
                                "name": "中共西湖区律师行业委员会",
                                "kind": "industry_department",
                                "region_code": "330106000000",
                                "region_level": 3,
                                "of_trade": True,
                            }
                        ],
                    }
                ],
                "policy_version": "default-2026",
                "current": {
                    "management_mode": "territorial",
                    "authority_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c12",
                    "agrees": False,
                },
            }
        }
    )

    class Current(BaseModel):
        """How it is now."""

        management_mode: ManagementMode
        authority_id: UUID
        agrees: bool = Field(description="Whether the mode is the first suggestion's.")

    suggestions: list[SuggestionRead]
    policy_version: str
    current: Current | None = Field(description="Null for a branch that is yet to be founded.")


class FloatingDraft(BaseModel):
    """Floating members from one place."""

    model_config = ConfigDict(extra="forbid")

    outflow_authority_code: AuthorityCode | None = None
    members: Whole


class SuggestionDraft(BaseModel):
    """A branch that may be founded."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "region_code": "330106010000",
                "organization_ids": ["019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c21"],
                "formal_members": 4,
            }
        },
    )

    region_code: Annotated[RegionCode, Field(description="Where it would sit.")]
    region_level: RegionLevel = None
    organization_ids: Annotated[
        list[UUID], Field(max_length=MOST_FIRMS, description="The organisations it would cover; each once.")
    ]
    formal_members: Whole | None = Field(default=None, description="Default: none known.")
    floating: Annotated[list[FloatingDraft], Field(default_factory=list, max_length=100)]
    directly_registered: bool | None = Field(
        default=None,
        description="Whether its social organisations are registered directly, without a supervising department.",
    )


class Figure(BaseModel):
    """How many branches, and of what."""

    branches: int
    stages: dict[Stage, int]
    management_modes: dict[ManagementMode, int]
    formation_modes: dict[FormationMode, int]
    levels: dict[Level, int]
    formal_members: int
    probationary_members: int
    organizations: int = Field(description="Organisations covered today.")


class LineRow(BaseModel):
    """One part of a line."""

    key: str = Field(description="The code of a body directly below (15 digits) or of a region (12).")
    id: UUID | None = Field(
        description="That body, where the caller sees it; null of regions and of codes without one."
    )
    name: str | None
    figure: Figure


NUMBERS: dict[str, Any] = {
    "branches": 12,
    "stages": {"established": 7, "consolidated": 4, "standardized": 1},
    "management_modes": {"territorial": 0, "industry": 12, "entrusted": 0, "dual": 0},
    "formation_modes": {"standalone": 8, "joint": 4, "attached": 0, "territorial": 0},
    "levels": {"branch": 11, "general_branch": 1, "committee": 0},
    "formal_members": 96,
    "probationary_members": 5,
    "organizations": 21,
}


class LineFigures(BaseModel):
    """A line's branches in figures: under a body and all below it by code, as far as the caller sees them."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "authority_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c15",
                "code": "033001006997000",
                "name": "中共西湖区律师行业委员会",
                "day": "2026-03-02",
                "total": NUMBERS,
                "outflow": 3,
                "by": "region",
                "rows": [{"key": "330106010000", "id": None, "name": "转塘街道", "figure": NUMBERS}],
            }
        }
    )

    authority_id: UUID
    code: AuthorityCode
    name: str
    day: date = Field(description="The day the figures stand for: today.")
    total: Figure
    outflow: int = Field(description="Branches elsewhere whose floating members come from here, under dual management.")
    by: Literal["child", "region"]
    rows: list[LineRow]


class FigureFilters(BaseModel):
    """How a line is divided, and what narrows it."""

    by: Annotated[Literal["child", "region"], Field(description="By the bodies directly below, or by region.")] = (
        "child"
    )
    at_level: Annotated[int, Field(ge=1, le=5, description="By regions of which level: 3, counties.")] = 3
    region: Annotated[RegionCode | None, Field(description="Only branches in this region and below.")] = None
    region_level: RegionLevelAsked = None


class HandOver(HandingOver):
    """A body's branches, all together, come under another one from a day on."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "successor_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c15",
                "on": "2026-03-01",
                "reason": "职责划转社会工作部",
                "dissolve": True,
                "document": "西委〔2026〕3号",
                "handed_by": "中共西湖区委两新工委",
                "received_by": "中共西湖区委社会工作部",
                "handed_items": "党组织台账 312 份，在办事项 7 件",
            }
        },
    )

    successor_id: UUID
    on: Day = Field(description="First day under the successor; not later than today.")
    reason: Sentence
    dissolve: bool = Field(description="Whether the first body ends on that day.")
    document: Line | None = Field(default=None, description="The paper that decides it, by its number (文号).")
    management_mode: ManagementMode | None = Field(
        default=None, description="How the branches are managed from then on; default: each as before."
    )
    departure_reason: DepartureReason = None


class HandOverRead(BaseModel):
    """What one body handed to another."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c42",
                "authority_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c14",
                "authority_name": "中共西湖区委两新工委",
                "successor_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c15",
                "successor_name": "中共西湖区委社会工作部",
                "handed_on": "2024-05-01",
                "reason": "职责划转社会工作部",
                "document": "西委〔2024〕3号",
                "handed_by": "中共西湖区委组织部",
                "received_by": "中共西湖区委社会工作部",
                "handed_items": "党组织台账 312 份，在办事项 7 件",
                "handover_note": None,
                "branches": 312,
                "dissolved": True,
                "recorded_at": "2026-03-02T01:00:00+00:00",
            }
        }
    )

    id: UUID
    authority_id: UUID
    authority_name: str | None = Field(description="Null where it lies outside the caller's scope.")
    successor_id: UUID
    successor_name: str | None = Field(description="Null where it lies outside the caller's scope.")
    handed_on: date
    reason: str
    document: str | None
    handed_by: str | None
    received_by: str | None
    handed_items: str | None
    handover_note: str | None
    branches: int = Field(description="How many branches came under the successor.")
    dissolved: bool = Field(description="Whether the first body ended with it.")
    recorded_at: datetime
