"""What was told to whom, on the wire."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.core.wire import AllowedAction, Day
from app.services.authorities.schemas import AuthorityCode
from app.services.files.schemas import FileRead
from app.services.regions.stated import RegionCode, RegionLevelAsked
from app.services.supervision.facts import Needs
from app.services.supervision.wording import Words

RECIPIENT: dict[str, Any] = {
    "id": "019b3f0e-7b1c-7c55-9d3e-3f1f6a1f1e11",
    "version": 2,
    "notice_id": "019b3f0e-7b1c-7c55-9d3e-3f1f6a1f1d11",
    "notice_title": "关于开展两新组织党建工作自查的通知",
    "notice_number": "西两新〔2026〕3号",
    "committee_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c12",
    "committee_name": "中共西湖区委两新工委",
    "authority_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c13",
    "department_id": None,
    "recipient_name": "中共转塘街道工作委员会",
    "recipient_code": "033001006003000",
    "needs": "report",
    "due_on": "2026-03-31",
    "state": "received",
    "received_on": "2026-03-03",
    "answered_on": None,
    "late": False,
    "days_late": 0,
    "chased": 1,
    "last_chased_on": "2026-03-20",
    "closed_on": None,
    "region_code": "330106010000",
    "region_level": 4,
    "recorded_at": "2026-03-20T01:00:00+00:00",
}
ANSWER = "已对照任务清单完成自查，发现问题两项，均已整改。"


class RecipientState(StrEnum):
    """How far a recipient is."""

    waiting = "waiting"
    received = "received"
    answered = "answered"


class RecipientRead(BaseModel):
    """One notice to one body."""

    model_config = ConfigDict(json_schema_extra={"example": RECIPIENT})

    id: UUID
    version: int
    notice_id: UUID
    notice_title: str
    notice_number: str | None
    committee_id: UUID
    committee_name: str = Field(description="Who issued it.")
    authority_id: UUID | None
    department_id: UUID | None
    recipient_name: str | None = Field(description="Null where the body lies outside the caller's scope.")
    recipient_code: AuthorityCode | None = Field(description="Of an authority.")
    needs: Needs
    due_on: date
    state: RecipientState
    received_on: date | None
    answered_on: date | None
    late: bool = Field(description="What it needs is missing past the day, or came after it.")
    days_late: int = Field(description="Days past `due_on`, until what it needs came; 0 when in time.")
    chased: int = Field(description="How often this body was reminded.")
    last_chased_on: date | None
    closed_on: date | None = Field(description="When the committee stopped waiting.")
    region_code: RegionCode
    region_level: int
    recorded_at: datetime


class RecipientDetail(RecipientRead):
    """A notice as its recipient reads it, with the answer, its files and what the caller may do."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                **RECIPIENT,
                "text": "请各单位对照年度任务开展自查，按期报送书面报告。",
                "issued_on": "2026-03-02",
                "received_by": "person:wang",
                "answer": None,
                "answered_by": None,
                "files": [],
                "allowed_actions": [{"action": "answer", "allowed": True, "reason": None}],
            }
        }
    )

    text: str
    issued_on: date
    received_by: str | None
    answer: str | None
    answered_by: str | None
    files: list[FileRead]
    allowed_actions: list[AllowedAction]


class RecipientVersion(BaseModel):
    """One notice to one body as it was known from `recorded_at` to `recorded_to`."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                **{name: RECIPIENT[name] for name in ("id", "version", "received_on", "answered_on", "chased")},
                **{name: RECIPIENT[name] for name in ("last_chased_on", "closed_on", "recorded_at")},
                "answer": None,
                "recorded_to": None,
                "replaced_by": None,
            }
        }
    )

    id: UUID
    version: int
    received_on: date | None
    answer: str | None
    answered_on: date | None
    chased: int
    last_chased_on: date | None
    closed_on: date | None
    recorded_at: datetime
    recorded_to: datetime | None
    replaced_by: str | None


class NoticeAnswer(BaseModel):
    """What was done."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"text": ANSWER}})

    text: Words


class RecipientFilters(BaseModel):
    """What narrows the list."""

    region: Annotated[RegionCode | None, Field(description="Recipients in this region and below.")] = None
    region_level: RegionLevelAsked = None
    notice_id: Annotated[UUID | None, Field(description="Recipients of this notice.")] = None
    committee_id: Annotated[UUID | None, Field(description="What this committee issued.")] = None
    authority_id: Annotated[UUID | None, Field(description="What this authority was told.")] = None
    department_id: Annotated[UUID | None, Field(description="What this department was told.")] = None
    needs: Annotated[Needs | None, Field(description="Only notices that need this.")] = None
    state: Annotated[RecipientState | None, Field(description="Only in this state.")] = None
    waiting: Annotated[bool | None, Field(description="Whether what it needs is still waited for.")] = None
    late: Annotated[bool | None, Field(description="Past the day, or given after it.")] = None
    due_before: Annotated[Day | None, Field(description="Due before this day.")] = None
