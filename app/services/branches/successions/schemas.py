"""Successions on the wire: what is merged, split or formed in another way, and what came of it."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.core.wire import Day, Sentence
from app.services.branches.facts import Stage, SuccessionKind
from app.services.branches.schemas import MOST_COVERED, BranchDraft, DepartureReason

MOST = 20

DRAFT: dict[str, Any] = {
    "name": "中共云栖小镇联合支部委员会",
    "formation_mode": "joint",
    "authority_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c12",
    "region_code": "330106010000",
}
Released = Annotated[
    list[UUID],
    Field(
        default_factory=list,
        max_length=MOST_COVERED,
        description="Organisations that no branch covers from then on. Every organisation is taken over or named here.",
    ),
]
On = Annotated[Day, Field(description="First day of the new order; not later than today.")]


class Known(BaseModel):
    """A branch, and the version of it that the caller knows."""

    model_config = ConfigDict(extra="forbid")

    id: UUID
    version: Annotated[int, Field(strict=True, ge=1, le=999_999_999)]


class SuccessorDraft(BranchDraft):
    """A branch that comes of others. Without `organization_ids` it takes over all that they cover."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": DRAFT})

    stage: Stage = Stage.established
    approved_on: Day | None = Field(default=None, description="When the superior approved it.")


class SplitDraft(SuccessorDraft):
    """A branch that is split off, with the organisations it names and the branches that go with it."""

    child_ids: Annotated[list[UUID], Field(max_length=MOST_COVERED)] = Field(
        default_factory=list,
        description="Branches that belonged to the one split, and belong to this one from then on.",
    )


class BranchMerge(BaseModel):
    """Branches that end, and where they go on: in a new branch, or in one that stands."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "branches": [
                    {"id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c13", "version": 3},
                    {"id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c14", "version": 1},
                ],
                "on": "2026-03-01",
                "reason": "楼宇整合",
                "successor": DRAFT,
            }
        },
    )

    branches: Annotated[list[Known], Field(min_length=1, max_length=MOST)]
    on: On
    reason: Sentence
    successor: SuccessorDraft | None = Field(default=None, description="A new branch that takes over; else `into`.")
    into: Known | None = Field(default=None, description="A branch that stands and takes over; else `successor`.")
    released_organization_ids: Released
    departure_reason: DepartureReason = None


class BranchSplit(BaseModel):
    """One branch becomes several, or gives some of its organisations to new ones and goes on itself."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "on": "2026-03-01",
                "reason": "党员人数增加",
                "remains": True,
                "successors": [{**DRAFT, "organization_ids": ["019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c21"]}],
            }
        },
    )

    on: On
    reason: Sentence
    remains: bool = Field(
        default=False,
        description="It goes on with what is not taken. Else it ends, and members without an employer among the"
        " organisations go to the first of the new branches.",
    )
    successors: Annotated[list[SplitDraft], Field(min_length=1, max_length=MOST)]
    released_organization_ids: Released
    departure_reason: DepartureReason = None


class BranchReform(BaseModel):
    """A branch is formed in another way: it ends, and another goes on with what it covers."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "on": "2026-03-01",
                "reason": "改由园区依托组建",
                "successor": {**DRAFT, "formation_mode": "attached", "host_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c51"},
            }
        },
    )

    on: On
    reason: Sentence
    successor: SuccessorDraft
    released_organization_ids: Released


class Succeeded(BaseModel):
    """What a merger, split or reform has made."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "kind": "merger",
                "succeeded_on": "2026-03-01",
                "ended_ids": ["019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c13", "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c14"],
                "successor_ids": ["019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c15"],
                "organizations_taken_over": 7,
                "members_moved": 12,
            }
        }
    )

    kind: SuccessionKind
    succeeded_on: date
    ended_ids: list[UUID]
    successor_ids: list[UUID]
    organizations_taken_over: int
    members_moved: int


class SuccessionRead(BaseModel):
    """One branch came of another."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c61",
                "kind": "merger",
                "succeeded_on": "2026-03-01",
                "reason": "楼宇整合",
                "predecessor_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c13",
                "predecessor_name": "中共云栖科技联合支部委员会",
                "successor_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c15",
                "successor_name": "中共云栖小镇联合支部委员会",
                "recorded_at": "2026-03-02T01:00:00+00:00",
            }
        }
    )

    id: UUID
    kind: SuccessionKind
    succeeded_on: date
    reason: str
    predecessor_id: UUID
    predecessor_name: str | None = Field(description="Null where it lies outside the caller's scope.")
    successor_id: UUID
    successor_name: str | None
    recorded_at: datetime
