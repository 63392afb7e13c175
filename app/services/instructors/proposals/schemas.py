"""Assignment proposals on the wire."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.core.wire import AllowedAction, Day, Line, Sentence, absent
from app.services.branches.schemas import Departure
from app.services.instructors.facts import Purpose
from app.services.instructors.proposals.facts import PairState, ProposalState
from app.services.instructors.schemas import DepartureReason
from app.services.organizations.kinds import Kind
from app.services.regions.stated import RegionCode, RegionLevel, RegionLevelAsked

MOST_AT_ONCE = 5_000
"""Organisations that a request may name."""

OUTCOME: dict[str, Any] = {
    "covered": 412,
    "mean_way": 2310,
    "mean_cost": 8920,
    "load_most": 5,
    "load_least": 2,
    "load_squares": 2112,
}
PROPOSAL: dict[str, Any] = {
    "id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f2c11",
    "version": 1,
    "title": "西湖区党建指导员选派方案",
    "region_code": "330106000000",
    "region_level": 3,
    "purpose": "work_coverage",
    "hand_over_of": None,
    "starts_on": "2026-03-02",
    "state": "computed",
    "options": [{"name": "most", "value": 5, "source": "地方实践"}],
    "figures": {
        "targets": 412,
        "unplaced": 3,
        "instructors": 96,
        "room": 430,
        "left": 0,
        **OUTCOME,
        "proven": True,
        "objective": "37021190412",
        "bound": "37021190412",
        "pairs_priced": 39552,
        "pairs_written": 6592,
        "rounds": 3,
        "nearest_first": OUTCOME,
    },
    "computed_by": "person:li",
    "approved_by": None,
    "approved_at": None,
    "closing_reason": None,
    "created_at": "2026-03-02T01:00:00+00:00",
    "recorded_at": "2026-03-02T01:00:00+00:00",
}
PAIR: dict[str, Any] = {
    "id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f2c12",
    "version": 1,
    "proposal_id": PROPOSAL["id"],
    "turn": 1,
    "organization_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c12",
    "organization_name": "杭州云栖示例科技有限公司",
    "branch_id": None,
    "branch_name": None,
    "worker_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0e11",
    "worker_name": "沈若安",
    "purpose": "work_coverage",
    "replaces": None,
    "way": 1800,
    "cost": 6800,
    "state": "proposed",
    "reasons": [{"code": "way", "text": "相距约 1800 米", "params": {"metres": 1800}}],
    "drop_reason": None,
    "assignment_id": None,
    "region_code": "330106010000",
    "region_level": 4,
    "recorded_at": "2026-03-02T01:00:00+00:00",
}


class ProposalOption(BaseModel):
    """A number the proposal was made by."""

    name: str = Field(
        description="most; in metres: farthest, other_division, other_section, other_background, newcomer."
    )
    value: Any
    source: str | None = Field(description="The document it is cited from; null where the request set it.")


class OutcomeFigures(BaseModel):
    """One way to send people, in figures."""

    model_config = ConfigDict(json_schema_extra={"example": OUTCOME})

    covered: int = Field(description="Organisations and branches that somebody is sent to.")
    mean_way: int | None = Field(description="Metres, of those covered; null when none is.")
    mean_cost: int | None = Field(description="Metres: the way and what a lack of fit counts for, of those covered.")
    load_most: int = Field(description="The most that one instructor then has, with what he has already.")
    load_least: int
    load_squares: int = Field(description="Sum of the squares of all loads: the less, the evener.")


class ProposalFigures(OutcomeFigures):
    """What came of it, with the proof, and beside it what sending to the nearest first would come to."""

    model_config = ConfigDict(json_schema_extra={"example": PROPOSAL["figures"]})

    targets: int = Field(description="Organisations and branches that somebody was looked for.")
    unplaced: int = Field(description="That are known to a city or province at most: nobody was looked for.")
    instructors: int = Field(description="Instructors who were looked at.")
    room: int = Field(description="How many more these can take together; what they have already is left as it is.")
    left: int = Field(description="Organisations and branches that nobody is left for.")
    proven: bool = Field(description="No other way is better: none covers more, or as many with a better fit, or …")
    objective: str = Field(description="All three aims as one whole number; less is better.")
    bound: str = Field(
        description="What no way at all can be below, by prices for the instructors; equal to `objective` when proven."
    )
    pairs_priced: int = Field(description="Pairs that were looked at by these prices: all there are.")
    pairs_written: int = Field(description="Pairs that were solved at once.")
    rounds: int = Field(description="How many times all pairs were looked at.")
    nearest_first: OutcomeFigures = Field(description="What sending to the nearest first would come to.")


class ProposalRead(BaseModel):
    """A proposal of whom to send where."""

    model_config = ConfigDict(json_schema_extra={"example": PROPOSAL})

    id: UUID
    version: int
    title: str
    region_code: RegionCode
    region_level: int
    purpose: Purpose | None = Field(description="What all are sent for; null: as the assignments that are handed over.")
    hand_over_of: UUID | None = Field(description="The instructor whose assignments need successors.")
    starts_on: date = Field(description="The day from which they are sent.")
    state: ProposalState
    options: list[ProposalOption]
    figures: ProposalFigures
    computed_by: str
    approved_by: str | None
    approved_at: datetime | None
    closing_reason: str | None = Field(description="Why it was set aside.")
    created_at: datetime
    recorded_at: datetime


class ProposalDetail(ProposalRead):
    """A proposal with how its pairs stand, and what the caller may do to it."""

    pairs: dict[str, int] = Field(description="How many pairs stand in which state.")
    allowed_actions: list[AllowedAction]


class ProposalVersion(ProposalRead):
    """A proposal as it was known from `recorded_at` to `recorded_to`."""

    recorded_to: datetime | None = Field(description="When the next version became known; null for the current one.")
    replaced_by: str | None = Field(description="Who recorded the next version.")


class ProposalOptions(BaseModel):
    """Other numbers than those in force. What is left out stays as the policy says."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"most": 4, "farthest": 10000}})

    most: Annotated[int, Field(strict=True, ge=1, le=50, description="How many one instructor may then have.")] = (
        absent()
    )
    farthest: Annotated[
        int | None,
        Field(strict=True, ge=0, le=500_000, description="The longest way in metres; null: no limit."),
    ] = None


class ProposalCreate(BaseModel):
    """Where somebody is to be looked for, and what for."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"region_code": "330106000000", "title": "西湖区党建指导员选派方案"}},
    )

    region_code: RegionCode
    region_level: RegionLevel = None
    title: Line | None = Field(default=None, description="Default: what kind of proposal it is.")
    purpose: Purpose | None = Field(
        default=None, description="Default: work_coverage. Not with `hand_over_of`; not guide_branch without it."
    )
    hand_over_of: UUID | None = Field(
        default=None,
        description="An instructor who leaves: successors are looked for, for all he has in the region. Without it,"
        " for organisations at work that no branch covers and nobody is sent to.",
    )
    organization_ids: Annotated[list[UUID], Field(min_length=1, max_length=MOST_AT_ONCE)] | None = Field(
        default=None, description="Only these of them."
    )
    kinds: Annotated[list[Kind], Field(min_length=1, max_length=16)] | None = Field(
        default=None, description="Only organisations of these kinds."
    )
    instructors_region: RegionCode | None = Field(
        default=None, description="Where instructors come from: their roles stand here. Default: the region itself."
    )
    starts_on: Day | None = Field(default=None, description="Default: today; not before.")
    options: ProposalOptions = Field(default_factory=ProposalOptions)


class ProposalApprove(BaseModel):
    """Why departures are approved, where there are any."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {}})

    departure_reason: DepartureReason = None


class ProposalDiscard(BaseModel):
    """Why a proposal is set aside."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"reason": "指导员名单有调整"}})

    reason: Sentence


class ProposalFilters(BaseModel):
    """What narrows the list."""

    region: Annotated[RegionCode | None, Field(description="Proposals for this region and below.")] = None
    region_level: RegionLevelAsked = None
    state: Annotated[ProposalState | None, Field(description="Only proposals that have come this far.")] = None
    hand_over_of: Annotated[UUID | None, Field(description="Proposals of successors for this instructor.")] = None


class PairReason(BaseModel):
    """Why this one."""

    code: str = Field(description="Code of the label namespace `pair_reason`.")
    text: str
    params: dict[str, Any]


class PairRead(BaseModel):
    """An organisation or branch, who is to be sent there, and why."""

    model_config = ConfigDict(json_schema_extra={"example": PAIR})

    id: UUID
    version: int
    proposal_id: UUID
    turn: int = Field(description="Its place in the proposal, from 1: by region.")
    organization_id: UUID | None
    organization_name: str | None
    branch_id: UUID | None
    branch_name: str | None
    worker_id: UUID | None = Field(description="Null: nobody is left.")
    worker_name: str | None
    purpose: Purpose
    replaces: UUID | None = Field(description="The assignment that is handed over.")
    way: int | None = Field(description="Metres.")
    cost: int | None = Field(description="Metres: the way and what a lack of fit counts for.")
    state: PairState
    reasons: list[PairReason]
    drop_reason: str | None
    assignment_id: UUID | None = Field(description="The assignment that came of it.")
    region_code: RegionCode
    region_level: int
    recorded_at: datetime


class PairDetail(PairRead):
    """A pair with the departures approved for it, and what the caller may do to it."""

    departures: list[Departure]
    allowed_actions: list[AllowedAction]


class PairUpdate(BaseModel):
    """Who is to be sent instead."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"worker_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0e12"}}
    )

    worker_id: UUID
    departure_reason: DepartureReason = None


class PairDrop(BaseModel):
    """Why nobody is sent there."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"reason": "企业即将搬迁"}})

    reason: Sentence


class PairFilters(BaseModel):
    """What narrows the list of pairs."""

    state: Annotated[PairState | None, Field(description="Only pairs in this state.")] = None
    worker_id: Annotated[UUID | None, Field(description="Where this instructor is to be sent.")] = None
    organization_id: Annotated[UUID | None, Field(description="Who is to be sent to this organisation.")] = None
    left: Annotated[bool | None, Field(description="true: only those that nobody is left for; false: the others.")] = (
        None
    )
    region: Annotated[RegionCode | None, Field(description="In this region and below.")] = None
    region_level: RegionLevelAsked = None
