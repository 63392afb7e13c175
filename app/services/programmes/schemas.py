"""Programmes on the wire."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from app.core.wire import AllowedAction, Line, absent
from app.services.authorities.schemas import AuthorityCode
from app.services.branches.schemas import Departure, DepartureReason, Judged
from app.services.privacy.wire import without_number
from app.services.programmes.facts import FIRST_YEAR, ProgrammeState
from app.services.regions.stated import RegionCode, RegionLevelAsked

COMMITTEE_ID = "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c12"
PROGRAMME_ID = "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f5a11"
STANDS: dict[str, Any] = {
    "region_code": "330106000000",
    "region_level": 3,
    "authority_code": "033001006000000",
    "recorded_at": "2026-03-02T01:00:00+00:00",
}
ITEM: dict[str, Any] = {
    "id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f5b11",
    "code": "三（二）",
    "text": "推进新兴领域党建“两个覆盖”提质",
}
EXAMPLE: dict[str, Any] = {
    "id": PROGRAMME_ID,
    "version": 1,
    "committee_id": COMMITTEE_ID,
    "committee_name": "中共西湖区委两新组织工作委员会",
    "year": 2026,
    "title": "2026年两新组织党建工作计划",
    "plan_title": "2026年全区基层党建工作要点",
    "plan_document": "西组发〔2026〕3号",
    "state": "draft",
    "drafted_by": "person:zhou",
    "approved_by": None,
    "approved_on": None,
    "closed_by": None,
    "closed_on": None,
    **STANDS,
}
COUNTS: dict[str, Any] = {
    "tasks": 12,
    "open": 9,
    "done": 2,
    "dropped": 1,
    "overdue": 1,
    "unlinked": 0,
    "planned": 11,
    "deployed": 10,
    "inspected": 4,
    "appraised": 0,
    "unmarked": 11,
}

Words = Annotated[Line, AfterValidator(without_number)]
YearAsked = Annotated[int, Field(ge=FIRST_YEAR, le=2200, examples=[2026])]


class Stands(BaseModel):
    """Where a row stands: where its committee stands."""

    region_code: RegionCode
    region_level: int
    authority_code: AuthorityCode
    recorded_at: datetime


class ProgrammeRead(Stands):
    """What a committee wants to do in a year, inside a general plan."""

    model_config = ConfigDict(json_schema_extra={"example": EXAMPLE})

    id: UUID
    version: int
    committee_id: UUID
    committee_name: str | None = Field(description="Null where the committee itself is out of sight.")
    year: int
    title: str
    plan_title: str = Field(description="The general plan for the grass roots that it belongs to.")
    plan_document: str | None = Field(description="Number of that plan's paper.")
    state: ProgrammeState
    drafted_by: str
    approved_by: str | None
    approved_on: date | None
    closed_by: str | None
    closed_on: date | None


class PlanItemRead(BaseModel):
    """An item of the general plan."""

    id: UUID
    code: str = Field(description="As the plan numbers it.")
    text: str


class TaskCounts(BaseModel):
    """How many tasks there are, how far they are, and how many bear each mark. Dropped ones bear none here."""

    tasks: int
    open: int
    done: int
    dropped: int
    overdue: int = Field(description="Open, and past their day today.")
    unlinked: int = Field(description="Not dropped, and of no item of the general plan.")
    planned: int
    deployed: int
    inspected: int
    appraised: int
    unmarked: int = Field(description="Not dropped, and lacking one of the four marks at least.")


class ProgrammeDetail(ProgrammeRead):
    """A programme with its items, how far it is, what the rules say of it, and what may be done."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": EXAMPLE
            | {
                "items": [ITEM],
                "counts": COUNTS,
                "frozen": False,
                "as_of": "2026-03-02T01:00:00+00:00",
                "result": None,
                "departures": [],
                "findings": [],
                "policy_version": "default-2026",
                "allowed_actions": [{"action": "approve", "allowed": False, "reason": "programme_own_draft"}],
            }
        }
    )

    items: list[PlanItemRead]
    counts: TaskCounts
    frozen: bool = Field(description="Counts and findings are those it was closed with.")
    as_of: datetime
    result: dict[str, Any] | None = Field(description="Once closed: tasks with their marks, and targets, as they were.")
    departures: list[Departure] = Field(description="What was let pass, with the reasons.")
    findings: list[Judged] = Field(description="What would speak against closing it.")
    policy_version: str
    allowed_actions: list[AllowedAction]


class ProgrammeVersion(BaseModel):
    """A programme as it was known from `recorded_at` to `recorded_to`."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                **{name: EXAMPLE[name] for name in ("id", "version", "year", "title", "plan_title", "plan_document")},
                **{name: EXAMPLE[name] for name in ("state", "approved_on", "closed_on", "recorded_at")},
                "recorded_to": None,
                "replaced_by": None,
            }
        }
    )

    id: UUID
    version: int
    year: int
    title: str
    plan_title: str
    plan_document: str | None
    state: ProgrammeState
    approved_on: date | None
    closed_on: date | None
    recorded_at: datetime
    recorded_to: datetime | None
    replaced_by: str | None


class PlanItemDraft(BaseModel):
    """An item of the general plan, as it is numbered and worded there."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {k: ITEM[k] for k in ("code", "text")}})

    code: Annotated[Words, Field(max_length=40)]
    text: Words


Items = Annotated[list[PlanItemDraft], Field(max_length=100, description="In the plan's order, each code once.")]


class ProgrammeCreate(BaseModel):
    """A year's programme to be drawn up."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                name: EXAMPLE[name] for name in ("committee_id", "year", "title", "plan_title", "plan_document")
            }
            | {"items": [{name: ITEM[name] for name in ("code", "text")}]}
        },
    )

    committee_id: UUID = Field(description="An authority that is a work committee.")
    year: Annotated[int, Field(strict=True, ge=FIRST_YEAR, le=2200)]
    title: Words
    plan_title: Words
    plan_document: Words | None = None
    items: Items = []


class ProgrammeUpdate(BaseModel):
    """A draft is put otherwise; a field left out stays as it is. `items` are all items from then on."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"title": "2026年两新组织党建工作计划（修订稿）"}}
    )

    title: Words = absent()
    plan_title: Words = absent()
    plan_document: Words | None = None
    items: Items = absent()


class ProgrammeStep(BaseModel):
    """A step, with the reason for what departs."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"departure_reason": "两项任务顺延至下一年度计划"}}
    )

    departure_reason: DepartureReason = None


class ProgrammeFilters(BaseModel):
    """What narrows the list."""

    region: Annotated[RegionCode | None, Field(description="Of committees in this region and below.")] = None
    region_level: RegionLevelAsked = None
    authority: Annotated[AuthorityCode | None, Field(description="Of committees under this authority, by code.")] = None
    committee_id: Annotated[UUID | None, Field(description="Only of this committee.")] = None
    year: Annotated[YearAsked | None, Field(description="Only of this year.")] = None
    state: Annotated[ProgrammeState | None, Field(description="Only in this state.")] = None
