"""Visits on the wire."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from app.core.wire import AllowedAction, Day, absent
from app.services.authorities.schemas import AuthorityCode
from app.services.planning.facts import OwnerKind
from app.services.planning.tasks.facts import TaskState
from app.services.planning.tasks.schemas import Deeds, TaskOwner
from app.services.privacy.wire import Purpose
from app.services.regions.stated import RegionCode, RegionLevelAsked
from app.services.visits.facts import VisitDeed, VisitKind

EXAMPLE: dict[str, Any] = {
    "id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f2e11",
    "version": 1,
    "assignment_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f2c11",
    "worker_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f2a11",
    "worker_name": "示例指导员",
    "organization_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c14",
    "organization_name": "杭州云栖示例科技有限公司",
    "branch_id": None,
    "branch_name": None,
    "region_code": "330106010000",
    "visited_on": "2026-03-02",
    "kind": "on_site",
    "did": ["explained_policy", "counted_members"],
    "note": "核实在册党员三名",
    "follows": "下次带组建申请表",
    "next_on": "2026-04-15",
    "cancel_reason": None,
    "entered_by": "person:li",
    "recorded_at": "2026-03-02T01:00:00+00:00",
}
PROBLEM: dict[str, Any] = {
    "task_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f1d12",
    "what": "活动场所未落实",
    "owner_kind": "community",
    "owner_name": "云栖社区",
    "due_on": "2026-04-30",
    "state": "open",
}


def _each_once(deeds: list[VisitDeed]) -> list[VisitDeed]:
    if len(set(deeds)) < len(deeds):
        raise PydanticCustomError("listed_twice", "stands there twice")
    return deeds


Did = Annotated[
    list[VisitDeed],
    Field(min_length=1, max_length=len(VisitDeed), description="What was done, each deed once."),
    AfterValidator(_each_once),
]
Follows = Annotated[Deeds, Field(description="What is to follow from it. No names, and nobody's opinion.")]
NextOn = Annotated[Day, Field(description="The day agreed for the next one, after this visit.")]


class VisitRead(BaseModel):
    """What an instructor did on a day for an organisation or a branch assigned to him."""

    model_config = ConfigDict(json_schema_extra={"example": EXAMPLE})

    id: UUID
    version: int
    assignment_id: UUID
    worker_id: UUID
    worker_name: str | None = Field(description="Null where the worker lies outside the caller's scope.")
    organization_id: UUID | None
    organization_name: str | None = Field(description="Null where the organisation is not the caller's to see.")
    branch_id: UUID | None
    branch_name: str | None
    region_code: RegionCode
    visited_on: date
    kind: VisitKind
    did: list[VisitDeed]
    note: str | None
    follows: str | None
    next_on: date | None
    cancel_reason: str | None = Field(description="Why it does not count; null while it does.")
    entered_by: str
    recorded_at: datetime


class VisitProblem(BaseModel):
    """A problem found by a visit, and the task it became."""

    task_id: UUID
    what: str
    owner_kind: OwnerKind
    owner_name: str | None
    due_on: date
    state: TaskState


class VisitDetail(VisitRead):
    """A visit with the problems it found, and what the caller may do."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": EXAMPLE
            | {"problems": [PROBLEM], "allowed_actions": [{"action": "update", "allowed": True, "reason": None}]}
        }
    )

    problems: list[VisitProblem]
    allowed_actions: list[AllowedAction]


class VisitCreate(BaseModel):
    """A visit that was made."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {name: EXAMPLE[name] for name in ("assignment_id", "visited_on", "kind", "did", "follows")}
        },
    )

    assignment_id: UUID
    visited_on: Day = Field(description="While the assignment ran, and not later than today.")
    kind: VisitKind
    did: Did
    note: Deeds | None = None
    follows: Follows | None = None
    next_on: NextOn | None = None


class VisitUpdate(BaseModel):
    """What is put right; a field left out stays as it is."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"did": ["met_owner"]}})

    visited_on: Day = absent()
    kind: VisitKind = absent()
    did: Did = absent()
    note: Deeds | None = None
    follows: Follows | None = None
    next_on: NextOn | None = None


class VisitCancel(BaseModel):
    """Why a visit does not count."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"reason": "重复录入"}})

    reason: Purpose


class ProblemCreate(TaskOwner):
    """A problem that a visit found: what is to be solved, by whom, by which day."""

    model_config = ConfigDict(
        json_schema_extra={"example": {name: PROBLEM[name] for name in PROBLEM if name not in ("task_id", "state")}}
    )

    what: Annotated[Deeds, Field(description="What is to be solved. No names, and nobody's opinion.")]
    due_on: Day


class VisitVersion(BaseModel):
    """A visit as it was known from `recorded_at` to `recorded_to`."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {name: EXAMPLE[name] for name in EXAMPLE if not name.endswith("_name")}
            | {"recorded_to": None, "replaced_by": None}
        }
    )

    id: UUID
    version: int
    assignment_id: UUID
    worker_id: UUID
    organization_id: UUID | None
    branch_id: UUID | None
    region_code: RegionCode
    visited_on: date
    kind: VisitKind
    did: list[VisitDeed]
    note: str | None
    follows: str | None
    next_on: date | None
    cancel_reason: str | None
    entered_by: str
    recorded_at: datetime
    recorded_to: datetime | None
    replaced_by: str | None


class VisitFilters(BaseModel):
    """What narrows the list."""

    region: Annotated[RegionCode | None, Field(description="Of visits in this region and below.")] = None
    region_level: RegionLevelAsked = None
    authority: Annotated[AuthorityCode | None, Field(description="In the line of this authority, by code.")] = None
    assignment_id: Annotated[UUID | None, Field(description="Only this assignment's.")] = None
    worker_id: Annotated[UUID | None, Field(description="Only this instructor's.")] = None
    organization_id: Annotated[UUID | None, Field(description="Only to this organisation.")] = None
    branch_id: Annotated[UUID | None, Field(description="Only to this branch.")] = None
    kind: Annotated[VisitKind | None, Field(description="Only this kind.")] = None
    did: Annotated[VisitDeed | None, Field(description="Only where this was done.")] = None
    since: Annotated[Day | None, Field(description="Made on this day or later.")] = None
    until: Annotated[Day | None, Field(description="Made before this day.")] = None
    cancelled: Annotated[bool | None, Field(description="Only what was entered by mistake, or only what counts.")] = (
        None
    )
