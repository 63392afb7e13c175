"""Branches on the wire."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.core.wire import AllowedAction, Day, Instant, Line, Sentence, Whole, absent
from app.services.authorities.schemas import AuthorityCode
from app.services.branches.facts import FormationMode, Level, ManagementMode, Stage, TermKind
from app.services.regions.stated import RegionCode, RegionLevel

MOST_COVERED = 500
MOST_AT_ONCE = 200

EXAMPLE: dict[str, Any] = {
    "id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c13",
    "version": 1,
    "name": "中共云栖科技联合支部委员会",
    "level": "branch",
    "formation_mode": "joint",
    "management_mode": "territorial",
    "stage": "established",
    "authority_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c12",
    "authority_name": "中共转塘街道工作委员会",
    "authority_code": "033001006003000",
    "outflow_authority_code": None,
    "host_id": None,
    "host_name": None,
    "parent_id": None,
    "region_code": "330106010000",
    "region_level": 4,
    "term_kind": "regular",
    "ends_on": None,
    "approved_on": "2026-02-03",
    "founded_on": "2026-02-10",
    "filed_on": "2026-02-12",
    "dissolved_on": None,
    "dissolution_reason": None,
    "succeeded": False,
    "formal_members": 4,
    "probationary_members": 0,
    "roll_kept_since": None,
    "organizations_covered": 3,
    "recorded_at": "2026-03-02T01:00:00+00:00",
}

Organizations = Annotated[
    list[UUID],
    Field(max_length=MOST_COVERED, description="The organisations it covers, from its founding day on; each once."),
]
DepartureReason = Annotated[
    Sentence | None,
    Field(
        description="Why a departure from a 'normally' is approved; needed when there is one (a 409 lists them)."
        " It is kept with the branch, with who approved it and when."
    ),
]

Outflow = Annotated[
    AuthorityCode | None,
    Field(
        description="Under dual management: the code of the body at the floating members' place of origin. It need not"
        " lie in the caller's scope, and sees the branch from then on."
    ),
]


class BranchRead(BaseModel):
    """A party organisation in the two-new field."""

    model_config = ConfigDict(json_schema_extra={"example": EXAMPLE})

    id: UUID
    version: int
    name: str
    level: Level
    formation_mode: FormationMode
    management_mode: ManagementMode
    stage: Stage
    authority_id: UUID
    authority_name: str | None = Field(description="Null where the authority lies outside the caller's scope.")
    authority_code: AuthorityCode
    outflow_authority_code: AuthorityCode | None = Field(
        description="The body at the members' place of origin, which sees the branch; only under dual management."
    )
    host_id: UUID | None
    host_name: str | None
    parent_id: UUID | None
    region_code: RegionCode
    region_level: int
    term_kind: TermKind
    ends_on: date | None = Field(description="The planned end of a temporary or project branch.")
    approved_on: date | None = Field(description="When the superior approved it; null where that is not known.")
    founded_on: date
    filed_on: date | None = Field(description="When approval and election were filed; null: not yet, or not known.")
    dissolved_on: date | None = Field(description="First day on which it no longer stands.")
    dissolution_reason: str | None
    succeeded: bool = Field(description="Other branches went on where it ended.")
    formal_members: int
    probationary_members: int
    roll_kept_since: date | None = Field(
        description="From when on every member is entered by name; the two numbers are then counted, not stated."
    )
    organizations_covered: int = Field(description="Organisations covered today that lie in the caller's scope.")
    recorded_at: datetime


class Departure(BaseModel):
    """A finding that was let pass, with its reason."""

    code: str = Field(description="Code of the label namespace `finding`.")
    limit: Any
    actual: Any
    citation: str
    policy_version: str
    reason: str
    by: str
    at: datetime


class Judged(BaseModel):
    """What a rule says about the branch as it is today."""

    code: str
    severity: str = Field(description="hard, departure or advice.")
    text: str
    limit: Any
    actual: Any
    citation: str


class BranchDetail(BranchRead):
    """A branch with the departures approved for it, what the rules say of it today, and what the caller may do."""

    departures: list[Departure]
    findings: list[Judged] | None = Field(description="Null with `as_of`: the rules are asked about today.")
    policy_version: str | None = Field(description="The policy that `findings` were judged by.")
    allowed_actions: list[AllowedAction]


class BranchVersion(BaseModel):
    """A branch as it was known from `recorded_at` to `recorded_to`."""

    id: UUID
    version: int
    name: str
    level: Level
    formation_mode: FormationMode
    management_mode: ManagementMode
    stage: Stage
    authority_id: UUID
    host_id: UUID | None
    parent_id: UUID | None
    region_code: RegionCode
    region_level: int
    term_kind: TermKind
    ends_on: date | None
    approved_on: date | None
    founded_on: date
    filed_on: date | None
    dissolved_on: date | None
    dissolution_reason: str | None
    succeeded: bool
    formal_members: int
    probationary_members: int
    roll_kept_since: date | None
    departures: list[Departure]
    recorded_at: datetime
    recorded_to: datetime | None = Field(description="When the next version became known; null for the current one.")
    replaced_by: str | None = Field(description="Who recorded the next version.")


class BranchDraft(BaseModel):
    """What a branch is to be, whether it is founded, applied for, or comes of another."""

    model_config = ConfigDict(extra="forbid")

    name: Line
    level: Level = Level.branch
    formation_mode: FormationMode
    management_mode: ManagementMode = ManagementMode.territorial
    authority_id: UUID = Field(description="The superior body. No branch stands outside one.")
    outflow_authority_code: Outflow = None
    host_id: UUID | None = Field(default=None, description="What it leans on; expected of attached branches.")
    parent_id: UUID | None = Field(default=None, description="The general branch or committee it belongs to.")
    region_code: Annotated[RegionCode, Field(description="Where it sits.")]
    region_level: RegionLevel = None
    term_kind: TermKind = TermKind.regular
    ends_on: Day | None = Field(default=None, description="The planned end of a temporary or project branch.")
    formal_members: Whole | None = Field(
        default=None, description="Its formal members; default: those of its organisations, by the policy's basis."
    )
    probationary_members: Whole | None = Field(default=None, description="Default: those of its organisations.")
    organization_ids: Organizations = Field(default_factory=list)
    departure_reason: DepartureReason = None


class BranchCreate(BranchDraft):
    """A branch to be founded."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "name": "中共云栖科技联合支部委员会",
                "formation_mode": "joint",
                "authority_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c12",
                "region_code": "330106010000",
                "founded_on": "2026-02-10",
                "organization_ids": [
                    "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c21",
                    "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c22",
                ],
            }
        },
    )

    stage: Stage = Stage.established
    approved_on: Day | None = Field(default=None, description="When the superior approved it.")
    founded_on: Day = Field(description="Not later than today.")
    filed_on: Day | None = Field(default=None, description="When it was filed; for branches taken over.")


class BranchBulk(BaseModel):
    """Branches to be founded one by one in one request."""

    model_config = ConfigDict(extra="forbid")

    items: Annotated[list[BranchCreate], Field(min_length=1, max_length=MOST_AT_ONCE)]


class BranchUpdate(BaseModel):
    """What changes; a field left out stays as it is. How it was formed and where it sits do not change.

    Whom it stands under is dated, and changes by a transfer.
    """

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"name": "中共云栖科技联合支部委员会"}})

    name: Line = absent()
    level: Level = absent()
    host_id: UUID | None = None
    parent_id: UUID | None = None
    formal_members: Whole = absent()
    probationary_members: Whole = absent()
    departure_reason: DepartureReason = None


class BranchDissolve(BaseModel):
    """The end of a branch. Its organisations are no longer covered from that day on."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"dissolved_on": "2026-03-01", "reason": "企业注销"}}
    )

    dissolved_on: Day = Field(description="First day on which it no longer stands; not later than today.")
    reason: Sentence
    members_to: UUID | None = Field(
        default=None, description="The branch that takes over the members on its roll; without one it must have none."
    )


class BranchExtend(BaseModel):
    """Another planned end of a temporary or project branch."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"ends_on": "2026-12-31", "reason": "工程延期"}}
    )

    ends_on: Day = Field(description="The day by which its task is to be done.")
    reason: Sentence
    departure_reason: DepartureReason = None


class Cover(BaseModel):
    """One more organisation for a branch."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {"organization_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c23", "valid_from": "2026-03-01"}
        },
    )

    organization_id: UUID
    valid_from: Day = Field(description="First day of being covered; not before the branch's founding.")
    departure_reason: DepartureReason = None


class Uncover(BaseModel):
    """The end of covering an organisation."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"valid_to": "2026-03-01", "reason": "企业迁出"}}
    )

    valid_to: Day = Field(description="First day on which it is no longer covered.")
    reason: Sentence


class CoveredOrganization(BaseModel):
    """An organisation that a branch covers or covered."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c31",
                "organization_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c21",
                "organization_name": "杭州澄若拓纺织有限公司",
                "uscc": "91330106MA27XL0T1A",
                "region_code": "330106010000",
                "valid_from": "2026-02-10",
                "valid_to": None,
                "end_reason": None,
            }
        }
    )

    id: UUID
    organization_id: UUID
    organization_name: str
    uscc: str | None
    region_code: RegionCode
    valid_from: date
    valid_to: date | None
    end_reason: str | None


class BranchFilters(BaseModel):
    """What narrows the list."""

    region: Annotated[RegionCode | None, Field(description="Branches in this region and below.")] = None
    region_level: RegionLevel = None
    level: Annotated[Level | None, Field(description="Only this level.")] = None
    formation_mode: Annotated[FormationMode | None, Field(description="Only this formation mode.")] = None
    management_mode: Annotated[ManagementMode | None, Field(description="Only this management mode.")] = None
    stage: Annotated[Stage | None, Field(description="Only this stage.")] = None
    authority_id: Annotated[UUID | None, Field(description="Only under this authority itself.")] = None
    authority: Annotated[AuthorityCode | None, Field(description="Under this authority or one below it, by code.")] = (
        None
    )
    host_id: Annotated[UUID | None, Field(description="Only those that lean on this host.")] = None
    parent_id: Annotated[UUID | None, Field(description="Only those that belong to this branch.")] = None
    organization_id: Annotated[UUID | None, Field(description="Those that cover or covered this organisation.")] = None
    name: Annotated[str | None, Field(min_length=1, max_length=100, description="A part of the name.")] = None
    standing_on: Annotated[Day | None, Field(description="Only those that stand on this day.")] = None
    term_kind: Annotated[TermKind | None, Field(description="Only regular, temporary or project branches.")] = None
    ends_before: Annotated[
        Day | None, Field(description="Those still standing whose planned end lies before this day.")
    ] = None
    as_of: Annotated[
        Instant | None, Field(description="As it was known at this time: what a reader was told then.")
    ] = None
