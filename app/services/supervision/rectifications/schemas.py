"""What is to be put right, on the wire."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.core.wire import AllowedAction, Day
from app.services.authorities.schemas import AuthorityCode
from app.services.files.schemas import FileRead
from app.services.regions.stated import RegionCode, RegionLevelAsked
from app.services.supervision.facts import RectificationState, SubjectKind
from app.services.supervision.wording import Words

RECTIFICATION: dict[str, Any] = {
    "id": "019b4f0e-7b1c-7c55-9d3e-3f1f6a1f2011",
    "version": 3,
    "supervision_id": "019b4f0e-7b1c-7c55-9d3e-3f1f6a1f1d11",
    "supervision_title": "2026年第一季度两新组织党建督查",
    "committee_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c12",
    "committee_name": "中共西湖区委两新工委",
    "kind": "authority",
    "body_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c13",
    "subject_name": "中共转塘街道工作委员会",
    "subject_code": "033001006003000",
    "what": "一季度主题党日缺少两次记录",
    "demand": "补齐记录，此后按月开展",
    "issued_on": "2026-03-05",
    "due_on": "2026-03-31",
    "state": "answered",
    "answered_on": "2026-03-20",
    "checked_on": None,
    "sent_back": 0,
    "overdue": False,
    "days_overdue": 0,
    "region_code": "330106010000",
    "region_level": 4,
    "recorded_at": "2026-03-20T01:00:00+00:00",
}
ANSWER = "已补齐一季度记录，建立按月检查制度。"
RESULT = "现场复查，记录完整。"


class RectificationRead(BaseModel):
    """What a subject is to put right by a day."""

    model_config = ConfigDict(json_schema_extra={"example": RECTIFICATION})

    id: UUID
    version: int
    supervision_id: UUID
    supervision_title: str
    committee_id: UUID
    committee_name: str = Field(description="Who demands it.")
    kind: SubjectKind
    body_id: UUID
    subject_name: str | None = Field(description="Null where the body lies outside the caller's scope.")
    subject_code: AuthorityCode | None = Field(description="Of the line that it belongs to.")
    what: str = Field(description="What was found.")
    demand: str
    issued_on: date
    due_on: date = Field(description="The last day that is in time.")
    state: RectificationState
    answered_on: date | None
    checked_on: date | None = Field(description="When it was last looked at again.")
    sent_back: int = Field(description="How often it was not enough.")
    overdue: bool = Field(description="It is the subject's turn, and the day has passed.")
    days_overdue: int
    region_code: RegionCode
    region_level: int
    recorded_at: datetime


class RectificationDetail(RectificationRead):
    """A demand with its ground, the answer and its files, the re-check, and what the caller may do."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                **RECTIFICATION,
                "check_code": "rhythm",
                "basis": "《中国共产党支部工作条例（试行）》（2018年）",
                "finding_id": "019b4f0e-7b1c-7c55-9d3e-3f1f6a1f1f11",
                "answer": ANSWER,
                "answered_by": "person:wang",
                "check_result": None,
                "checked_by": None,
                "handed_on_reason": None,
                "departures": [],
                "files": [],
                "allowed_actions": [{"action": "accept", "allowed": True, "reason": None}],
            }
        }
    )

    check_code: str = Field(description="The line of the checklist.")
    basis: str | None = Field(description="The document that asks for it.")
    finding_id: UUID
    answer: str | None = Field(description="The last one; earlier ones are in the history.")
    answered_by: str | None
    check_result: str | None = Field(description="Of the last re-check.")
    checked_by: str | None
    handed_on_reason: str | None
    departures: list[dict[str, Any]]
    files: list[FileRead]
    allowed_actions: list[AllowedAction]


class RectificationVersion(BaseModel):
    """A demand as it was known from `recorded_at` to `recorded_to`: each answer and each re-check."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                **{name: RECTIFICATION[name] for name in ("id", "version", "demand", "due_on", "state")},
                **{name: RECTIFICATION[name] for name in ("answered_on", "checked_on", "sent_back", "recorded_at")},
                "answer": ANSWER,
                "answered_by": "person:wang",
                "check_result": None,
                "checked_by": None,
                "handed_on_reason": None,
                "recorded_to": None,
                "replaced_by": None,
            }
        }
    )

    id: UUID
    version: int
    demand: str
    due_on: date
    state: RectificationState
    answer: str | None
    answered_on: date | None
    answered_by: str | None
    check_result: str | None
    checked_on: date | None
    checked_by: str | None
    sent_back: int
    handed_on_reason: str | None
    recorded_at: datetime
    recorded_to: datetime | None
    replaced_by: str | None


class RectificationAnswer(BaseModel):
    """What was put right."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"text": ANSWER}})

    text: Words


class RectificationAccept(BaseModel):
    """What the re-check found: it is put right."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"result": RESULT}})

    result: Words


class RectificationSendBack(BaseModel):
    """What the re-check found: it is not put right yet; by when it is to be."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"result": "记录仍缺一次", "due_on": "2026-04-15"}}
    )

    result: Words
    due_on: Day = Field(description="Not earlier than today, nor than the day before.")


class RectificationFilters(BaseModel):
    """What narrows the list."""

    region: Annotated[RegionCode | None, Field(description="Of subjects in this region and below.")] = None
    region_level: RegionLevelAsked = None
    supervision_id: Annotated[UUID | None, Field(description="What this tour demanded.")] = None
    committee_id: Annotated[UUID | None, Field(description="What this committee demanded.")] = None
    authority_id: Annotated[UUID | None, Field(description="Of this authority.")] = None
    department_id: Annotated[UUID | None, Field(description="Of this department.")] = None
    branch_id: Annotated[UUID | None, Field(description="Of this branch.")] = None
    organization_id: Annotated[UUID | None, Field(description="Of this organisation.")] = None
    state: Annotated[RectificationState | None, Field(description="Only in this state.")] = None
    open: Annotated[bool | None, Field(description="Neither accepted nor handed on.")] = None
    overdue: Annotated[bool | None, Field(description="The subject's turn, and past the day.")] = None
    due_before: Annotated[Day | None, Field(description="Due before this day.")] = None
