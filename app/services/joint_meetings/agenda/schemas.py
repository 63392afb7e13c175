"""Items of an agenda on the wire."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.core.wire import AllowedAction, Day, Sentence, absent
from app.services.authorities.schemas import AuthorityCode
from app.services.files.schemas import EXAMPLE as FILE
from app.services.files.schemas import FileRead
from app.services.joint_meetings.facts import AgendaKind, AgendaState
from app.services.joint_meetings.schemas import Departure, DepartureReason, Text, Words
from app.services.regions.stated import RegionCode, RegionLevelAsked

EXAMPLE: dict[str, Any] = {
    "id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f4e11",
    "version": 1,
    "meeting_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f4a11",
    "committee_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c12",
    "region_code": "330106000000",
    "position": 3,
    "kind": "study",
    "title": "外卖骑手党员流动管理",
    "summary": "通报骑手驿站党员排查情况，研究挂靠方案。",
    "department_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f4d12",
    "department_name": "西湖区市场监督管理局",
    "action_item_id": None,
    "state": "proposed",
    "decline_reason": None,
    "proposed_on": "2026-03-16",
    "proposed_by": "person:li",
    "recorded_at": "2026-03-16T01:00:00+00:00",
}


Proposed = Literal[AgendaKind.study, AgendaKind.bulletin, AgendaKind.supervision, AgendaKind.other]
"""What is carried over is entered by the service itself."""


class AgendaItemRead(BaseModel):
    """What a meeting is to talk about."""

    model_config = ConfigDict(json_schema_extra={"example": EXAMPLE})

    id: UUID
    version: int
    meeting_id: UUID
    committee_id: UUID
    region_code: RegionCode
    position: int = Field(description="Its place on the agenda, from 1 on; what is carried over comes first.")
    kind: AgendaKind
    title: str
    summary: str | None
    department_id: UUID | None = Field(description="The department that proposed it; null: the committee itself.")
    department_name: str | None
    action_item_id: UUID | None = Field(description="Of one that is carried over: the action item.")
    state: AgendaState
    decline_reason: str | None
    proposed_on: date
    proposed_by: str
    recorded_at: datetime


class AgendaItemDetail(AgendaItemRead):
    """An item with its papers, and what the caller may do."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": EXAMPLE
            | {
                "departures": [],
                "papers": [FILE | {"subject_kind": "agenda_items", "purpose": "attachment"}],
                "allowed_actions": [{"action": "accept", "allowed": True, "reason": None}],
            }
        }
    )

    departures: list[Departure]
    papers: list[FileRead]
    allowed_actions: list[AllowedAction]


class AgendaItemVersion(BaseModel):
    """What was known of an item at a time."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                **{name: EXAMPLE[name] for name in ("id", "version", "position", "kind", "title", "summary")},
                **{name: EXAMPLE[name] for name in ("state", "decline_reason", "recorded_at")},
                "recorded_to": None,
                "replaced_by": None,
            }
        }
    )

    id: UUID
    version: int
    position: int
    kind: AgendaKind
    title: str
    summary: str | None
    state: AgendaState
    decline_reason: str | None
    recorded_at: datetime
    recorded_to: datetime | None
    replaced_by: str | None


class AgendaItemCreate(BaseModel):
    """A topic for a meeting."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {name: EXAMPLE[name] for name in ("kind", "title", "summary", "department_id")}},
    )

    kind: Proposed
    title: Words
    summary: Text | None = None
    department_id: UUID | None = Field(
        default=None, description="The department that proposes it; a department names itself. Null: the committee."
    )
    departure_reason: DepartureReason = None


class AgendaItemUpdate(BaseModel):
    """What is otherwise; a field left out stays as it is."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"title": "外卖、快递骑手党员流动管理"}})

    kind: Proposed = absent()
    title: Words = absent()
    summary: Text | None = absent()


class AgendaItemDecline(BaseModel):
    """Why it is not taken up."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"reason": "上次会议已研究，本次不再列入"}})

    reason: Sentence


class AgendaOrder(BaseModel):
    """All items of the agenda in their new order."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"item_ids": [EXAMPLE["id"]]}})

    item_ids: Annotated[
        list[UUID],
        Field(min_length=1, max_length=500, description="Every item once; what is carried over stays at the head."),
    ]


class AgendaItemFilters(BaseModel):
    """What narrows the list."""

    region: Annotated[RegionCode | None, Field(description="Of committees in this region and below.")] = None
    region_level: RegionLevelAsked = None
    authority: Annotated[AuthorityCode | None, Field(description="In the line of this authority, by code.")] = None
    committee_id: Annotated[UUID | None, Field(description="Only this committee's.")] = None
    meeting_id: Annotated[UUID | None, Field(description="Only this meeting's, in their order.")] = None
    department_id: Annotated[UUID | None, Field(description="Only what this department proposed.")] = None
    action_item_id: Annotated[UUID | None, Field(description="Only where this action item was carried over to.")] = None
    kind: Annotated[AgendaKind | None, Field(description="Only this kind.")] = None
    state: Annotated[AgendaState | None, Field(description="Only in this state.")] = None
    since: Annotated[Day | None, Field(description="Proposed on this day or later.")] = None
