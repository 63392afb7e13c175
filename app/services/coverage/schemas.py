"""Coverage on the wire. Every figure carries what it rests on."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.core.wire import Day, Whole
from app.services.coverage.policy import DenominatorName
from app.services.organizations.facts import CoverageMode
from app.services.policies.schemas import Number

Code = Annotated[str, Field(pattern=r"^[0-9]{12}$", examples=["330106000000"])]
Level = Annotated[int, Field(ge=0, le=5)]
ClassCode = Literal["above_scale", "three_members", "few_members", "no_members"]
Step = Literal["form_own", "join", "enter_above_scale", "reach", "find_out", "own_from_shared"]
By = Literal["child", "kind", "class"]


class RegionQuery(BaseModel):
    """Which region is asked about."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    region: Annotated[
        Code | None, Field(description="12-digit code; absent: the whole of your scope, where that is one region.")
    ] = None
    region_level: Annotated[
        Level | None, Field(description="0 country to 5 village; absent: the shallowest the code's zeros allow.")
    ] = None


class CoverageQuery(RegionQuery):
    """What is asked of coverage."""

    denominator: Annotated[DenominatorName, Field(description="Whom the figures count.")] = "all_operating"
    by: Annotated[By | None, Field(description="Also broken down by the regions below, by kind or by class.")] = None
    as_of: Annotated[
        Day | None, Field(description="How it stood at the end of a past day (Shanghai); absent: now.")
    ] = None
    rules: Annotated[
        Literal["then", "today"], Field(description="Judge a past day by the policy of that day, or by today's.")
    ] = "then"


class HistoryQuery(RegionQuery):
    """A series of past days."""

    denominator: Annotated[DenominatorName, Field(description="Whom the figures count.")] = "all_operating"
    since: Annotated[Day, Field(description="First day.")]
    until: Annotated[Day | None, Field(description="Last day; absent: today.")] = None
    step: Annotated[Literal["day", "month"], Field(description="Every day, or the last day of every month.")] = "day"


class GapFilters(RegionQuery):
    """Which gaps are asked for."""

    step: Annotated[Step | None, Field(description="Only organisations that wait for this step.")] = None


class ShareRead(BaseModel):
    """So many of so many."""

    numerator: int
    denominator: int
    rate: float | None = Field(description="Numerator ÷ denominator, four places; null when there is nobody to count.")


class Shares(BaseModel):
    """The three shares of a set of organisations."""

    organisation_coverage: ShareRead = Field(description="Covered by a branch of any mode.")
    work_coverage: ShareRead = Field(description="Covered by a branch, or reached by a channel the policy counts.")
    standalone_rate: ShareRead = Field(description="With a branch of their own.")


class ClassRead(Shares):
    """One class of full coverage."""

    code: str
    label: str
    goal: str = Field(description="The share that full coverage of this class is measured by.")
    goal_label: str
    reached: ShareRead
    undetermined: int = Field(description="May or may not belong to this class; counted nowhere in it.")


class FiguresRead(Shares):
    """Figures and what stands beside them."""

    organizations: int = Field(description="All organisations known here, counted or not.")
    unclassified: int = Field(description="Whose kind cannot be told, so that they may or may not be counted.")
    unclassified_share: ShareRead = Field(description="The unclassified among all that are or may be counted.")
    undetermined: int = Field(description="Of a counted kind, but a fact the denominator asks for is not known.")
    unplaced: int = Field(description="Known to a city or province at most.")
    classes: list[ClassRead]


class DenominatorRead(BaseModel):
    """Whom the figures count."""

    name: str
    label: str
    kinds: list[str] = Field(description="The kinds it counts.")
    kinds_document: str
    member_basis: str = Field(description="relation: members whose relation is there; working: who work there.")


class PolicyNamed(BaseModel):
    """The policy the figures were judged by."""

    version: str
    id: UUID | None = Field(description="Null: the shipped defaults.")
    valid_from: date | None


class RegionNamed(BaseModel):
    """A region with its name."""

    code: Code
    level: int
    name: str | None


class GroupRead(FiguresRead):
    """One line of a breakdown."""

    code: str | None = Field(description="A region's code, a kind or a class; null: in none of the regions below.")
    level: int | None
    label: str


class CoverageRead(FiguresRead):
    """Coverage of a region."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "organizations": 2104,
                "unclassified": 611,
                "unclassified_share": {"numerator": 611, "denominator": 1791, "rate": 0.3412},
                "undetermined": 0,
                "unplaced": 37,
                "organisation_coverage": {"numerator": 402, "denominator": 1180, "rate": 0.3407},
                "work_coverage": {"numerator": 655, "denominator": 1180, "rate": 0.5551},
                "standalone_rate": {"numerator": 120, "denominator": 1180, "rate": 0.1017},
                "classes": [],
                "region": {"code": "330106000000", "level": 3, "name": "西湖区"},
                "as_of": "2026-03-02T01:00:00Z",
                "denominator": {
                    "name": "all_operating",
                    "label": "All operating two-new organisations",
                    "kinds": ["private_enterprise", "foundation"],
                    "kinds_document": "《中国共产党党内统计公报》",
                    "member_basis": "relation",
                },
                "policy": {"version": "default-2026", "id": None, "valid_from": None},
                "by": None,
                "groups": [],
            }
        }
    )

    region: RegionNamed
    as_of: datetime = Field(description="The instant, or the end of the day, that the figures show.")
    denominator: DenominatorRead
    policy: PolicyNamed
    by: str | None
    groups: list[GroupRead] = Field(description="Empty unless `by` asks for a breakdown.")


class HistoryPoint(Shares):
    """How it stood at the end of one day."""

    day: date
    organizations: int
    unclassified: int
    undetermined: int
    unplaced: int
    policy_version: str


class HistoryRead(BaseModel):
    """A series, each day judged by the policy in force on it."""

    region: RegionNamed
    denominator: str
    points: list[HistoryPoint]


class GapRead(BaseModel):
    """An organisation that something is missing for, and what comes next."""

    id: UUID
    name: str
    uscc: str | None
    kind: str
    region_code: Code
    region_level: int
    coverage_mode: str
    uncovered_reason: str | None
    formal_members_relation: int | None = Field(description="Reported.")
    formal_members_working: int | None = Field(description="Reported.")
    members_relation: int | None = Field(description="What the rules go by: reported, or counted by name.")
    members_working: int | None
    staff: int | None
    step: str = Field(description="What it waits for; easier steps come first.")
    reason: str = Field(description="Why it stands where it does, in the reader's language.")


class MoveIn(BaseModel):
    """What if so many went from one mode to another?"""

    model_config = ConfigDict(extra="forbid")

    count: Annotated[Whole, Field(ge=1)]
    from_mode: CoverageMode
    to_mode: CoverageMode
    of_class: Annotated[ClassCode | None, Field(description="Only organisations of this class.")] = None


class WhatIf(BaseModel):
    """Another policy, moved organisations, or both. Nothing is written."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "region": "330106000000",
                "denominator": "eligible",
                "policy": {"branch_minimum": {"value": 7, "document": "试算"}},
                "moves": [{"count": 20, "from_mode": "none", "to_mode": "joint", "of_class": "few_members"}],
            }
        },
    )

    region: Code | None = None
    region_level: Level | None = None
    denominator: DenominatorName = "all_operating"
    policy: Annotated[dict[str, Number], Field(max_length=60)] = {}
    moves: Annotated[list[MoveIn], Field(max_length=50)] = []


class WhatIfRead(BaseModel):
    """Figures as they are and as they would be."""

    region: RegionNamed
    as_of: datetime
    denominator: DenominatorRead
    denominator_then: DenominatorRead
    now: FiguresRead
    then: FiguresRead


class FindingTold(BaseModel):
    """What a rule found."""

    code: str
    severity: str
    text: str
    limit: Any
    actual: Any
    citation: str


class Membership(BaseModel):
    """Whether the organisation is counted."""

    code: str
    label: str
    answer: bool | None = Field(description="Null: a fact is missing.")


class ClassMembership(Membership):
    """Whether the organisation belongs to a class, and has what that class is to have."""

    goal: str
    reached: bool


class GapTold(BaseModel):
    """What comes next for it."""

    step: str
    reason: str


class OrganizationCoverageRead(BaseModel):
    """One verdict, explained."""

    id: UUID
    name: str
    region: RegionNamed
    as_of: datetime
    policy: PolicyNamed
    facts: dict[str, Any] = Field(description="The facts the rules see; numbers as bands such as `3-6`, `?` unknown.")
    numbers: dict[str, Any] = Field(description="The numbers behind the bands, as recorded.")
    organisation_covered: bool
    work_covered: bool
    standalone: bool
    channels: list[str] = Field(description="Channels of party work that reach it.")
    denominators: list[Membership]
    classes: list[ClassMembership]
    findings: list[FindingTold]
    gap: GapTold | None
