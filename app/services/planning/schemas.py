"""Plans on the wire."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.core.wire import AllowedAction, Line, Sentence, absent
from app.services.planning.facts import Nearness, OwnerKind, PlaceKind, PlaceState, PlanState
from app.services.regions.stated import RegionCode, RegionLevel, RegionLevelAsked

PLAN: dict[str, Any] = {
    "id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f1c11",
    "version": 1,
    "title": "西湖区两新组织党组织组建计划",
    "region_code": "330106000000",
    "region_level": 3,
    "state": "computed",
    "limits": [{"name": "joint_most", "value": 5, "source": "《中国共产党支部工作条例（试行）》（2018年）第五条"}],
    "figures": {
        "organizations": 412,
        "unplaced": 3,
        "kept": 0,
        "steps": {"form_own": 31, "join": 122, "reach": 180},
        "places": {"standalone": 31, "joint": 41, "reach": 22},
        "new_branches": 72,
        "small": 122,
        "covered": 122,
        "coverable": 122,
        "covered_of_bound": 1.0,
        "distance": 61200,
        "least_distance": 60990,
        "distance_of_bound": 1.0034,
        "proven": 0,
        "would_be_covered": 153,
    },
    "computed_by": "person:li",
    "approved_by": None,
    "approved_at": None,
    "closing_reason": None,
    "created_at": "2026-03-02T01:00:00+00:00",
    "recorded_at": "2026-03-02T01:00:00+00:00",
}
PLACE: dict[str, Any] = {
    "id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f1c12",
    "version": 1,
    "plan_id": PLAN["id"],
    "turn": 32,
    "kind": "joint",
    "state": "proposed",
    "region_code": "330106010000",
    "region_level": 4,
    "host_id": None,
    "host_name": None,
    "branch_id": None,
    "branch_name": None,
    "body": None,
    "organizations": 3,
    "members": 4,
    "distance": 1500,
    "nearness": "community",
    "reasons": [{"code": "same_community", "text": "同在一个社区（村）", "params": {}}],
    "drop_reason": None,
    "recorded_at": "2026-03-02T01:00:00+00:00",
}


class PlanLimit(BaseModel):
    """A number the plan was made by."""

    name: str = Field(description="joint_least, joint_most, joint_minimum, branch_most, farthest, territorial_from …")
    value: Any
    source: str | None = Field(
        description="The document it is cited from; null where the request, or what can be computed, set it."
    )


class PlanFigures(BaseModel):
    """What came of it. The two bounds hold for any plan by the same numbers."""

    model_config = ConfigDict(json_schema_extra={"example": PLAN["figures"]})

    organizations: int = Field(description="Organisations with a gap that were planned for.")
    unplaced: int = Field(description="With a gap, but known to a city or province at most: not planned for.")
    kept: int = Field(description="With a gap, and in a place of an approved plan whose task is under way: left as is.")
    steps: dict[str, int]
    places: dict[str, int]
    new_branches: int
    small: int = Field(description="With members too few for a branch of their own, not covered yet.")
    covered: int = Field(description="Of these, how many the plan covers.")
    coverable: int = Field(description="Of these, how many any plan could cover at most (a bound).")
    covered_of_bound: float | None
    distance: int = Field(description="Metres: over all organisations of joint branches the mean way to the others.")
    least_distance: int = Field(description="Metres that any plan costs that covers as many (a bound).")
    distance_of_bound: float | None = Field(
        description="1 is the best there can be; null where there is no way at all."
    )
    proven: int = Field(description="Of the small ones, how many are grouped in a way that is proven the best.")
    would_be_covered: int = Field(description="Organisations that would be covered once all places are carried out.")


class PlanRead(BaseModel):
    """A plan for a region's gaps."""

    model_config = ConfigDict(json_schema_extra={"example": PLAN})

    id: UUID
    version: int
    title: str
    region_code: RegionCode
    region_level: int
    state: PlanState
    limits: list[PlanLimit]
    figures: PlanFigures
    computed_by: str
    approved_by: str | None
    approved_at: datetime | None
    closing_reason: str | None = Field(description="Why it was set aside.")
    created_at: datetime
    recorded_at: datetime


class PlanDetail(PlanRead):
    """A plan with what the caller may do to it."""

    allowed_actions: list[AllowedAction]


class PlanVersion(PlanRead):
    """A plan as it was known from `recorded_at` to `recorded_to`."""

    recorded_to: datetime | None = Field(description="When the next version became known; null for the current one.")
    replaced_by: str | None = Field(description="Who recorded the next version.")


class WhatIfLimits(BaseModel):
    """Other numbers than those in force, to see what would come of them. What is left out stays as the policy says."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"joint_most": 4, "farthest": 3000}})

    joint_most: Annotated[int, Field(strict=True, ge=2, le=8, description="Organisations in a joint branch.")] = (
        absent()
    )
    farthest: Annotated[
        int | None,
        Field(strict=True, ge=0, le=200_000, description="Metres between any two of a joint branch; null: no limit."),
    ] = None
    territorial_from: Annotated[
        int | None,
        Field(strict=True, ge=2, le=500, description="Small organisations of one host; null: no such branches."),
    ] = None


class PlanCreate(BaseModel):
    """What to plan for."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"region_code": "330106000000", "title": "西湖区两新组织党组织组建计划"}},
    )

    region_code: RegionCode
    region_level: RegionLevel = None
    title: Line
    limits: WhatIfLimits = Field(default_factory=WhatIfLimits)


class PlanApprove(BaseModel):
    """From which day the tasks run, and who has those that no community or mass organisation has."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"authority_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c12", "due_on": "2026-06-30"}},
    )

    authority_id: UUID = Field(description="The superior body that owns the tasks of founding.")
    due_on: date | None = Field(default=None, description="Default: as many days from today as the policy says.")


class PlanDiscard(BaseModel):
    """Why a plan is set aside."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"reason": "数据更新后重新编制"}})

    reason: Sentence


class PlanFilters(BaseModel):
    """What narrows the list."""

    region: Annotated[RegionCode | None, Field(description="Plans for this region and below.")] = None
    region_level: RegionLevelAsked = None
    state: Annotated[PlanState | None, Field(description="Only plans that have come this far.")] = None


class PlanReason(BaseModel):
    """Why these, or why this."""

    code: str = Field(description="Code of the label namespace `plan_reason`.")
    text: str
    params: dict[str, Any]


class PlanPlaceRead(BaseModel):
    """One place of a plan: what is proposed for which organisations, and why."""

    model_config = ConfigDict(json_schema_extra={"example": PLACE})

    id: UUID
    version: int
    plan_id: UUID
    turn: int = Field(description="Its place in the order of easy first, from 1.")
    kind: PlaceKind
    state: PlaceState
    region_code: RegionCode
    region_level: int = Field(description="With the code, the smallest region that holds all of its organisations.")
    host_id: UUID | None
    host_name: str | None
    branch_id: UUID | None = Field(description="The standing branch that takes them in.")
    branch_name: str | None
    body: OwnerKind | None = Field(description="Who goes in or asks first.")
    organizations: int
    members: int | None
    distance: int | None = Field(description="Metres: over its organisations the mean way to the others.")
    nearness: Nearness | None
    reasons: list[PlanReason]
    drop_reason: str | None
    recorded_at: datetime


class PlacedOrganization(BaseModel):
    """An organisation of a place."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "organization_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c14",
                "name": "杭州某科技有限公司",
                "uscc": "91330106MA27YFTX0A",
                "members": 2,
                "region_code": "330106010005",
                "industry": "I65",
                "address": None,
            }
        }
    )

    organization_id: UUID
    name: str
    uscc: str | None
    members: int | None = Field(description="Formal members by the count that the policy goes by, when it was planned.")
    region_code: RegionCode
    industry: str | None
    address: str | None


class PlaceDetail(PlanPlaceRead):
    """A place with its organisations, and what the caller may do to it."""

    items: list[PlacedOrganization]
    departures: list[dict[str, Any]]
    allowed_actions: list[AllowedAction]


class PlaceUpdate(BaseModel):
    """Which organisations it shall have. One that stands in another place of the plan moves here."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "organization_ids": [
                    "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c14",
                    "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c15",
                ]
            }
        },
    )

    organization_ids: Annotated[list[UUID], Field(min_length=1, max_length=200)]
    departure_reason: Sentence | None = Field(
        default=None, description="Why a departure from a 'normally' is approved; a 409 lists them."
    )


class PlaceDrop(BaseModel):
    """Why nothing is done here."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"reason": "企业即将搬迁"}})

    reason: Sentence


class PlaceFilters(BaseModel):
    """What narrows the list of places."""

    kind: Annotated[PlaceKind | None, Field(description="Only what is proposed in this way.")] = None
    state: Annotated[PlaceState | None, Field(description="Only places in this state.")] = None
    region: Annotated[RegionCode | None, Field(description="Places in this region and below.")] = None
    region_level: RegionLevelAsked = None
    organization_id: Annotated[UUID | None, Field(description="The place that holds this organisation.")] = None


class CompareAsked(BaseModel):
    """Which two plans."""

    model_config = ConfigDict(extra="forbid")

    a: Annotated[UUID, Field(description="One plan.")]
    b: Annotated[UUID, Field(description="The plan to set beside it.")]


class Compared(BaseModel):
    """Two plans side by side."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "a": PLAN,
                "b": PLAN,
                "difference": {"covered": 0, "distance": 0, "new_branches": 0},
                "same": 41,
            }
        }
    )

    a: PlanRead
    b: PlanRead
    difference: dict[str, int] = Field(description="Of the figures that are whole numbers: b less a.")
    same: int = Field(description="Places that hold the same organisations in both.")
