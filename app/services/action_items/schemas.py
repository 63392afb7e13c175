"""Action items on the wire."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from app.core.wire import AllowedAction, Day, Line
from app.services.action_items.facts import ActionItemState, Verb
from app.services.authorities.schemas import AuthorityCode
from app.services.files.schemas import EXAMPLE as FILE
from app.services.files.schemas import FileRead
from app.services.privacy.wire import Purpose, without_number
from app.services.regions.stated import RegionCode, RegionLevelAsked

EXAMPLE: dict[str, Any] = {
    "id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f4c11",
    "version": 2,
    "committee_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c12",
    "committee_name": "中共西湖区委两新组织工作委员会",
    "year": 2026,
    "number": 7,
    "meeting_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f4a11",
    "agenda_item_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f4e11",
    "what": "摸清全区外卖骑手中党员底数，建立台账",
    "department_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f4d12",
    "department_name": "西湖区市场监督管理局",
    "decided_on": "2026-03-30",
    "due_on": "2026-06-30",
    "state": "open",
    "reported_on": None,
    "settled_on": None,
    "overdue": False,
    "days_overdue": 0,
    "region_code": "330106000000",
    "region_level": 3,
    "authority_code": "033001006000000",
    "recorded_at": "2026-03-30T01:00:00+00:00",
}
SUPPORTER: dict[str, Any] = {
    "department_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f4d13",
    "department_name": "西湖区总工会",
}
ENTRY: dict[str, Any] = {
    "id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f4f11",
    "action_item_id": EXAMPLE["id"],
    "item_version": 2,
    "kind": "report",
    "from_state": "open",
    "to_state": "reported",
    "text": "已排查骑手驿站十二处，登记党员三十一名，台账附后。",
    "due_on": "2026-06-30",
    "on_behalf": False,
    "department_id": EXAMPLE["department_id"],
    "by": "person:zhou",
    "at": "2026-06-18T02:00:00+00:00",
}

Words = Annotated[Line, AfterValidator(without_number)]
What = Annotated[Words, Field(description="What is to be done, in one line. No numbers of persons.")]
Supporters = Annotated[list[UUID], Field(max_length=50, description="Departments of the committee that help.")]
Report = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=2, max_length=2000, pattern=r"^[^\x00-\x09\x0b-\x1f]+$"),
    AfterValidator(without_number),
    Field(description="What was done, of several lines where it must be. No numbers of persons."),
]


class ActionItemRead(BaseModel):
    """What was decided, for one department to do by a day."""

    model_config = ConfigDict(json_schema_extra={"example": EXAMPLE})

    id: UUID
    version: int
    committee_id: UUID
    committee_name: str | None = Field(description="Null where the committee itself is out of sight.")
    year: int = Field(description="In which it was entered, in Shanghai.")
    number: int = Field(description="Running, within the committee and the year.")
    meeting_id: UUID | None = Field(description="The meeting that decided it; null: it came from elsewhere.")
    agenda_item_id: UUID | None
    what: str
    department_id: UUID = Field(description="The one department that answers for it.")
    department_name: str | None
    decided_on: date
    due_on: date
    state: ActionItemState
    reported_on: date | None = Field(description="Day of the report that is being judged, or was accepted.")
    settled_on: date | None = Field(description="Since when it is accepted or withdrawn.")
    overdue: bool = Field(description="Past its day today, while the department has it: told by the date alone.")
    days_overdue: int = Field(description="Whole days; 0 where it is not overdue.")
    region_code: RegionCode
    region_level: int
    authority_code: AuthorityCode
    recorded_at: datetime


class SupporterRead(BaseModel):
    """A department that helps."""

    department_id: UUID
    department_name: str


class ActionItemDetail(ActionItemRead):
    """An item with who helps, its evidence, and what the caller may do."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": EXAMPLE
            | {
                "supporters": [SUPPORTER],
                "evidence": [FILE | {"subject_kind": "action_items", "purpose": "attachment"}],
                "allowed_actions": [{"action": "report", "allowed": True, "reason": None}],
            }
        }
    )

    supporters: list[SupporterRead]
    evidence: list[FileRead]
    allowed_actions: list[AllowedAction]


class ActionItemVersion(BaseModel):
    """An item as it was known from `recorded_at` to `recorded_to`."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                **{name: EXAMPLE[name] for name in ("id", "version", "what", "department_id", "due_on", "state")},
                **{name: EXAMPLE[name] for name in ("reported_on", "settled_on", "recorded_at")},
                "recorded_to": None,
                "replaced_by": None,
            }
        }
    )

    id: UUID
    version: int
    what: str
    department_id: UUID
    due_on: date
    state: ActionItemState
    reported_on: date | None
    settled_on: date | None
    recorded_at: datetime
    recorded_to: datetime | None
    replaced_by: str | None


class EntryRead(BaseModel):
    """One step of an item: each version has one."""

    model_config = ConfigDict(json_schema_extra={"example": ENTRY})

    id: UUID
    action_item_id: UUID
    item_version: int = Field(description="The version of the item that the step made.")
    kind: Verb
    from_state: ActionItemState | None = Field(description="Null of the first: it was decided.")
    to_state: ActionItemState
    text: str | None = Field(description="The report, or the reason.")
    due_on: date = Field(description="The item's day from then on.")
    on_behalf: bool = Field(description="The committee's office entered what the department handed in.")
    department_id: UUID = Field(description="Who answered for it from then on.")
    by: str
    at: datetime


class ActionItemCreate(BaseModel):
    """What is to be done, decided without a meeting: after a supervision, say."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {name: EXAMPLE[name] for name in ("committee_id", "what", "department_id", "due_on")}
            | {"supporters": [SUPPORTER["department_id"]]}
        },
    )

    committee_id: UUID
    what: What
    department_id: UUID = Field(description="The one department that answers for it; of the committee today.")
    supporters: Supporters = []
    due_on: Day = Field(description="Not before today.")


class ActionItemReport(BaseModel):
    """What the responsible department did."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"text": ENTRY["text"]}})

    text: Report


class ActionItemAccept(BaseModel):
    """That it is done."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"remark": "台账齐全，同意办结"}})

    remark: Purpose | None = None


class ActionItemReason(BaseModel):
    """Why."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"reason": "缺少街道明细，请补充"}})

    reason: Purpose


class ActionItemCarryOver(BaseModel):
    """Why it takes longer, and until when."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"reason": "平台企业数据尚未移交", "due_on": "2026-09-30"}}
    )

    reason: Purpose
    due_on: Day = Field(description="Later than its day so far, and not past.")


class SupportersSet(BaseModel):
    """Who helps from now on: all of them."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"supporters": [SUPPORTER["department_id"]]}}
    )

    supporters: Supporters


class ActionItemFilters(BaseModel):
    """What narrows the list."""

    region: Annotated[RegionCode | None, Field(description="Of committees in this region and below.")] = None
    region_level: RegionLevelAsked = None
    authority: Annotated[AuthorityCode | None, Field(description="Of committees under this authority, by code.")] = None
    committee_id: Annotated[UUID | None, Field(description="Only of this committee.")] = None
    department_id: Annotated[UUID | None, Field(description="Only what this department answers for.")] = None
    supporter_id: Annotated[UUID | None, Field(description="Only what this department helps with.")] = None
    meeting_id: Annotated[UUID | None, Field(description="Only what this meeting decided.")] = None
    year: Annotated[int | None, Field(ge=2012, le=2200, description="Only those numbered in this year.")] = None
    state: Annotated[ActionItemState | None, Field(description="Only in this state.")] = None
    settled: Annotated[bool | None, Field(description="Accepted or withdrawn, or neither yet.")] = None
    overdue: Annotated[bool | None, Field(description="Past their day today while the department has them.")] = None
    due_before: Annotated[Day | None, Field(description="Due before this day.")] = None
