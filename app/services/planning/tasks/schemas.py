"""Formation tasks on the wire."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.core.wire import AllowedAction, Day, Line, Sentence, absent
from app.services.authorities.schemas import AuthorityCode
from app.services.planning.facts import OwnerKind
from app.services.planning.tasks.facts import Deed, TaskKind, TaskState
from app.services.privacy.wire import Words
from app.services.regions.stated import RegionCode, RegionLevel, RegionLevelAsked

TASK: dict[str, Any] = {
    "id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f1d11",
    "version": 1,
    "kind": "form",
    "what": None,
    "visit_id": None,
    "plan_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f1c11",
    "place_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f1c12",
    "organization_id": None,
    "organization_name": None,
    "branch_id": None,
    "branch_name": None,
    "owner_kind": "authority",
    "owner_name": "中共转塘街道工作委员会",
    "authority_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c12",
    "authority_code": "033001006003000",
    "due_on": "2026-06-30",
    "overdue": False,
    "state": "open",
    "ended_on": None,
    "end_reason": None,
    "region_code": "330106010000",
    "region_level": 4,
    "recorded_at": "2026-03-02T01:00:00+00:00",
}
ENTRY: dict[str, Any] = {
    "id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f1e11",
    "task_id": TASK["id"],
    "organization_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c14",
    "done_on": "2026-03-02",
    "did": "explained_policy",
    "note": "送达政策问答手册",
    "entered_by": "person:li",
    "recorded_at": "2026-03-02T01:00:00+00:00",
}


Deeds = Annotated[Words, Field(description="What was done. No names, and nobody's opinion.")]


class TaskRead(BaseModel):
    """What somebody is to do by a day."""

    model_config = ConfigDict(json_schema_extra={"example": TASK})

    id: UUID
    version: int
    kind: TaskKind
    what: str | None = Field(description="The problem that is to be solved; of `solve` alone.")
    visit_id: UUID | None = Field(description="The visit that found the problem.")
    plan_id: UUID | None
    place_id: UUID | None = Field(description="The place of the plan: its organisations are the task's.")
    organization_id: UUID | None = Field(description="The one organisation it is about, where it has no place.")
    organization_name: str | None
    branch_id: UUID | None = Field(description="The branch that it is about, or that came of it.")
    branch_name: str | None
    owner_kind: OwnerKind
    owner_name: str | None = Field(description="Null where the authority lies outside the caller's scope.")
    authority_id: UUID | None
    authority_code: AuthorityCode | None
    due_on: date
    overdue: bool
    state: TaskState
    ended_on: date | None
    end_reason: str | None
    region_code: RegionCode
    region_level: int
    recorded_at: datetime


class TaskOrganization(BaseModel):
    """An organisation that a task is about, and how far it is with it."""

    organization_id: UUID
    name: str
    region_code: RegionCode
    coverage_mode: str
    last_done_on: date | None = Field(description="When something was last done for it in this task.")
    reached: bool = Field(description="This task's owner has reported that it went in.")


class TaskDetail(TaskRead):
    """A task with its organisations, and what the caller may do."""

    items: list[TaskOrganization]
    allowed_actions: list[AllowedAction]


class TaskVersion(BaseModel):
    """A task as it was known from `recorded_at` to `recorded_to`."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                **{name: TASK[name] for name in ("id", "version", "kind", "owner_kind", "authority_id", "due_on")},
                **{name: TASK[name] for name in ("state", "ended_on", "end_reason", "branch_id", "recorded_at")},
                "owner_name": None,
                "recorded_to": None,
                "replaced_by": None,
            }
        }
    )

    id: UUID
    version: int
    kind: TaskKind
    owner_kind: OwnerKind
    owner_name: str | None = Field(description="Of a body that is no authority.")
    authority_id: UUID | None
    due_on: date
    state: TaskState
    ended_on: date | None
    end_reason: str | None
    branch_id: UUID | None
    recorded_at: datetime
    recorded_to: datetime | None
    replaced_by: str | None


class TaskOwner(BaseModel):
    """Who does it: an authority by its id, any other body by its name."""

    model_config = ConfigDict(extra="forbid")

    owner_kind: OwnerKind
    authority_id: UUID | None = Field(default=None, description="Of an authority, and of nobody else.")
    owner_name: Line | None = Field(default=None, description="Of a body that is no authority.")


class TaskCreate(TaskOwner):
    """A task that no plan handed out: a talk, publicity, a visit, a problem to be solved."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "kind": "publicity",
                "owner_kind": "federation",
                "owner_name": "区工商联",
                "region_code": "330106010000",
                "due_on": "2026-04-30",
            }
        }
    )

    kind: TaskKind
    what: Annotated[
        Deeds | None, Field(description="The problem that is to be solved; of `solve`, and of nothing else.")
    ] = None
    organization_id: UUID | None = Field(
        default=None, description="The organisation it is about; else a branch or a region."
    )
    branch_id: UUID | None = Field(default=None, description="The branch it is about.")
    region_code: RegionCode | None = None
    region_level: RegionLevel = None
    due_on: Day


class TaskUpdate(BaseModel):
    """Another owner or another day; a field left out stays as it is."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"due_on": "2026-07-31"}})

    due_on: Day = absent()
    owner: TaskOwner = absent()


class TaskEntryCreate(BaseModel):
    """What was done on a day, for which of its organisations."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"done_on": "2026-03-02", "did": "went_in"}}
    )

    done_on: Day
    did: Deed = Field(description="`went_in`: party work has reached the organisation; its facts say so from then on.")
    organization_id: UUID | None = Field(default=None, description="Needed where the task is about several.")
    note: Deeds | None = None


class TaskEntryRead(BaseModel):
    """What was done."""

    model_config = ConfigDict(json_schema_extra={"example": ENTRY})

    id: UUID
    task_id: UUID
    organization_id: UUID | None
    done_on: date
    did: Deed
    note: str | None
    entered_by: str
    recorded_at: datetime


class TaskFinish(BaseModel):
    """That it is done."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"ended_on": "2026-03-02", "branch_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c13"}},
    )

    ended_on: Day
    branch_id: UUID | None = Field(
        default=None, description="The branch that covers them now; needed for form, take_in."
    )
    reason: Sentence | None = None


class TaskDrop(BaseModel):
    """Why it is not done."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"reason": "企业已迁出本区"}})

    reason: Sentence


class TaskFilters(BaseModel):
    """What narrows the list."""

    region: Annotated[RegionCode | None, Field(description="Tasks in this region and below.")] = None
    region_level: RegionLevelAsked = None
    authority: Annotated[AuthorityCode | None, Field(description="Tasks of this authority and those below it.")] = None
    kind: Annotated[TaskKind | None, Field(description="Only this kind.")] = None
    visit_id: Annotated[UUID | None, Field(description="Only problems that this visit found.")] = None
    branch_id: Annotated[UUID | None, Field(description="Tasks about this branch, or that it came of.")] = None
    owner_kind: Annotated[OwnerKind | None, Field(description="Only tasks of this kind of owner.")] = None
    state: Annotated[TaskState | None, Field(description="Only tasks in this state.")] = None
    plan_id: Annotated[UUID | None, Field(description="Tasks that this plan handed out.")] = None
    organization_id: Annotated[UUID | None, Field(description="Tasks about this organisation, by place or alone.")] = (
        None
    )
    overdue: Annotated[bool | None, Field(description="Past their day and not ended.")] = None
    due_before: Annotated[Day | None, Field(description="Due before this day.")] = None
