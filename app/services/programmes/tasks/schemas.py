"""Tasks of a programme on the wire."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from app.core.wire import AllowedAction, Day, absent
from app.services.authorities.schemas import AuthorityCode
from app.services.branches.schemas import DepartureReason
from app.services.privacy.wire import Purpose, without_number
from app.services.programmes.facts import Mark, ProgrammeState, ProgrammeTaskState
from app.services.programmes.schemas import COMMITTEE_ID, ITEM, PROGRAMME_ID, STANDS, Stands, Words, YearAsked
from app.services.regions.stated import RegionCode, RegionLevel, RegionLevelAsked

DEPARTMENT_ID = "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f4d12"
EXAMPLE: dict[str, Any] = {
    "id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f5c11",
    "version": 2,
    "programme_id": PROGRAMME_ID,
    "programme_title": "2026年两新组织党建工作计划",
    "programme_state": "approved",
    "committee_id": COMMITTEE_ID,
    "year": 2026,
    "item_id": ITEM["id"],
    "item_code": ITEM["code"],
    "what": "完成全区规上企业党组织应建未建清零",
    "department_id": DEPARTMENT_ID,
    "authority_id": None,
    "owner_code": None,
    "owner_name": "西湖区市场监督管理局",
    "place_code": "330106000000",
    "place_level": 3,
    "due_on": "2026-09-30",
    "state": "open",
    "progress": 40,
    "done_on": None,
    "drop_reason": None,
    "overdue": False,
    "days_overdue": 0,
    "planned_on": "2026-01-15",
    "deployed_on": "2026-02-20",
    "inspected_on": None,
    "appraised_on": None,
    **STANDS,
}
MARK: dict[str, Any] = {
    "mark": "deployed",
    "marked_on": "2026-02-20",
    "reference": "区委基层党建工作推进会部署",
    "meeting_id": None,
    "notice_id": None,
    "supervision_id": None,
    "entered_by": "person:zhou",
}
REPORT: dict[str, Any] = {
    "id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f5d11",
    "task_id": EXAMPLE["id"],
    "reported_on": "2026-03-02",
    "progress": 40,
    "done": False,
    "text": "已摸排规上企业二十六家，新建党组织四个。",
    "on_behalf": False,
    "entered_by": "person:wu",
}

Told = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=2, max_length=2000, pattern=r"^[^\x00-\x09\x0b-\x1f]+$"),
    AfterValidator(without_number),
    Field(description="What was done, of several lines where it must be. No numbers of persons."),
]
What = Annotated[Words, Field(description="What is to be done, in one line.")]
ITEM_ID = "The item of the general plan that it belongs to; null: none, which is told as a gap."
PLACE = "Where it is to be done; of an authority's task the authority's own region."


class ProgrammeTaskRead(Stands):
    """What a department or an authority is to do in a programme's year, and which of the four marks it bears."""

    model_config = ConfigDict(json_schema_extra={"example": EXAMPLE})

    id: UUID
    version: int
    programme_id: UUID
    programme_title: str | None = Field(description="Null where the programme is out of sight.")
    programme_state: ProgrammeState | None
    committee_id: UUID
    year: int
    item_id: UUID | None = Field(description=ITEM_ID)
    item_code: str | None = Field(description="As that plan numbers it; null also where it is out of sight.")
    what: str
    department_id: UUID | None = Field(description="Whose task it is: a department's of the committee.")
    authority_id: UUID | None = Field(description="Or a superior body's, of a street, say.")
    owner_code: AuthorityCode | None = Field(description="That body's code.")
    owner_name: str | None = Field(description="Null where the owner is out of sight.")
    place_code: RegionCode = Field(description=PLACE)
    place_level: int
    due_on: date
    state: ProgrammeTaskState
    progress: int = Field(description="As last reported, in per cent.")
    done_on: date | None
    drop_reason: str | None
    overdue: bool = Field(description="Open, and past its day today.")
    days_overdue: int = Field(description="Whole days; 0 where it is not overdue.")
    planned_on: date | None = Field(description="同规划: null where the mark is missing.")
    deployed_on: date | None = Field(description="同部署")
    inspected_on: date | None = Field(description="同检查")
    appraised_on: date | None = Field(description="同考核")


class MarkRead(BaseModel):
    """A mark that a task bears, and what shows it."""

    mark: Mark
    marked_on: date
    reference: str | None
    meeting_id: UUID | None
    notice_id: UUID | None
    supervision_id: UUID | None
    entered_by: str


class ProgrammeTaskDetail(ProgrammeTaskRead):
    """A task with its marks and what the caller may do."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": EXAMPLE
            | {"marks": [MARK], "allowed_actions": [{"action": "report", "allowed": True, "reason": None}]}
        }
    )

    marks: list[MarkRead]
    allowed_actions: list[AllowedAction]


class ProgrammeTaskVersion(BaseModel):
    """A task as it was known from `recorded_at` to `recorded_to`."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                **{name: EXAMPLE[name] for name in ("id", "version", "what", "item_id", "department_id")},
                **{name: EXAMPLE[name] for name in ("authority_id", "due_on", "state", "progress", "done_on")},
                "drop_reason": None,
                "recorded_at": EXAMPLE["recorded_at"],
                "recorded_to": None,
                "replaced_by": None,
            }
        }
    )

    id: UUID
    version: int
    what: str
    item_id: UUID | None
    department_id: UUID | None
    authority_id: UUID | None
    due_on: date
    state: ProgrammeTaskState
    progress: int
    done_on: date | None
    drop_reason: str | None
    recorded_at: datetime
    recorded_to: datetime | None
    replaced_by: str | None


class ReportRead(BaseModel):
    """What was reported of a task on a day."""

    model_config = ConfigDict(json_schema_extra={"example": REPORT})

    id: UUID
    task_id: UUID
    reported_on: date
    progress: int
    done: bool
    text: str
    on_behalf: bool = Field(description="The committee's office entered what the owner handed in.")
    entered_by: str


class ProgrammeTaskCreate(BaseModel):
    """A task of a programme: one department's, or one authority's."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {name: EXAMPLE[name] for name in ("programme_id", "item_id", "what", "department_id", "due_on")}
        },
    )

    programme_id: UUID
    item_id: UUID | None = Field(default=None, description=ITEM_ID)
    what: What
    department_id: UUID | None = Field(default=None, description="A department of the committee today.")
    authority_id: UUID | None = Field(default=None, description="Or a superior body that the caller sees.")
    region_code: RegionCode | None = Field(default=None, description=PLACE + " Default: the committee's region.")
    region_level: RegionLevel = None
    due_on: Day = Field(description="Inside the programme's year.")
    departure_reason: DepartureReason = None


class ProgrammeTaskUpdate(BaseModel):
    """A task is put otherwise; a field left out stays as it is."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"due_on": "2026-11-30"}})

    item_id: UUID | None = None
    what: What = absent()
    due_on: Day = absent()
    departure_reason: DepartureReason = None


class ProgrammeTaskReportCreate(BaseModel):
    """How far a task is."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {name: REPORT[name] for name in ("progress", "text")}}
    )

    progress: Annotated[int, Field(strict=True, ge=0, le=100, description="In per cent; 100 with `done`.")]
    text: Told
    done: Annotated[bool, Field(strict=True, description="It is done.")] = False


class ProgrammeTaskDrop(BaseModel):
    """Why it is not done."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"reason": "并入另一项任务一体推进"}})

    reason: Purpose
    departure_reason: DepartureReason = None


class MarkSet(BaseModel):
    """On which day a task was planned, deployed, inspected or appraised together with the rest, and what shows it."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {name: MARK[name] for name in ("mark", "marked_on", "reference")}},
    )

    mark: Mark
    marked_on: Day = Field(description="Not in the future.")
    reference: Words | None = Field(default=None, description="In words; needed where nothing else is named.")
    meeting_id: UUID | None = Field(default=None, description="The joint meeting that did it.")
    notice_id: UUID | None = Field(default=None, description="Or the notice.")
    supervision_id: UUID | None = Field(default=None, description="Or the supervision.")


class MarkRemove(BaseModel):
    """A mark was set by mistake."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"mark": "appraised", "reason": "误记"}})

    mark: Mark
    reason: Purpose


class ProgrammeTaskFilters(BaseModel):
    """What narrows the list."""

    region: Annotated[RegionCode | None, Field(description="Of committees in this region and below.")] = None
    region_level: RegionLevelAsked = None
    place: Annotated[RegionCode | None, Field(description="To be done in this region and below.")] = None
    place_level: RegionLevelAsked = None
    authority: Annotated[AuthorityCode | None, Field(description="Of committees under this authority, by code.")] = None
    committee_id: Annotated[UUID | None, Field(description="Only of this committee.")] = None
    programme_id: Annotated[UUID | None, Field(description="Only of this programme.")] = None
    item_id: Annotated[UUID | None, Field(description="Only of this item of the general plan.")] = None
    department_id: Annotated[UUID | None, Field(description="Only this department's.")] = None
    authority_id: Annotated[UUID | None, Field(description="Only this authority's.")] = None
    year: Annotated[YearAsked | None, Field(description="Only of this year.")] = None
    state: Annotated[ProgrammeTaskState | None, Field(description="Only in this state.")] = None
    missing: Annotated[Mark | None, Field(description="Only those not dropped that lack this mark: the gaps.")] = None
    linked: Annotated[bool | None, Field(description="Of an item of the general plan, or of none.")] = None
    overdue: Annotated[bool | None, Field(description="Open and past their day today, or the others.")] = None
    due_before: Annotated[Day | None, Field(description="Due before this day.")] = None
