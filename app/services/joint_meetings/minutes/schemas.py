"""Minutes on the wire."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.core.wire import AllowedAction, Sentence, absent
from app.services.joint_meetings.facts import MinutesState
from app.services.joint_meetings.schemas import Text, Words

PARAGRAPH: dict[str, Any] = {
    "heading": "一、通报上次议定事项办理情况",
    "text": "上次会议议定事项两项，办结一项，一项延期办理。",
    "agenda_item_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f4e11",
}
DECIDED: dict[str, Any] = {
    "action_item_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f4c11",
    "year": 2026,
    "number": 7,
    "agenda_item_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f4e11",
    "what": "摸清全区外卖骑手中党员底数，建立台账",
    "department_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f4d12",
    "department_name": "西湖区市场监督管理局",
    "supporters": ["西湖区总工会"],
    "due_on": "2026-06-30",
}
EXAMPLE: dict[str, Any] = {
    "id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f4911",
    "version": 2,
    "meeting_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f4a11",
    "edition": 1,
    "state": "approved",
    "paragraphs": [PARAGRAPH],
    "correction_reason": None,
    "written_by": ["person:li"],
    "approved_by": "person:wang",
    "approved_at": "2026-04-01T01:00:00+00:00",
    "decisions": [DECIDED],
    "recorded_at": "2026-04-01T01:00:00+00:00",
}


class Paragraph(BaseModel):
    """One paragraph."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": PARAGRAPH})

    heading: Words | None = None
    text: Text
    agenda_item_id: UUID | None = Field(default=None, description="The item of this meeting's agenda that it is about.")


class ParagraphRead(BaseModel):
    """One paragraph, as it was written."""

    heading: str | None
    text: str
    agenda_item_id: UUID | None


class Decided(BaseModel):
    """A decision as it stood when the minutes were approved, whatever became of it."""

    action_item_id: UUID
    year: int
    number: int
    agenda_item_id: UUID | None
    what: str
    department_id: UUID
    department_name: str | None
    supporters: list[str] = Field(description="Names of the departments that help.")
    due_on: date = Field(description="The day that the meeting set, also where the item was carried over since.")


class MinutesRead(BaseModel):
    """An edition of a meeting's minutes."""

    model_config = ConfigDict(json_schema_extra={"example": EXAMPLE})

    id: UUID
    version: int
    meeting_id: UUID
    edition: int
    state: MinutesState
    paragraphs: list[ParagraphRead]
    correction_reason: str | None = Field(description="Of a later edition: why it corrects the one before it.")
    written_by: list[str] = Field(description="All who wrote in it.")
    approved_by: str | None
    approved_at: datetime | None
    decisions: list[Decided] | None = Field(description="Null until it is approved.")
    recorded_at: datetime


class MinutesDetail(MinutesRead):
    """An edition, and what the caller may do."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": EXAMPLE | {"allowed_actions": [{"action": "approve", "allowed": False, "reason": "permission"}]}
        }
    )

    allowed_actions: list[AllowedAction]


Paragraphs = Annotated[list[Paragraph], Field(min_length=1, max_length=300)]


class MinutesCreate(BaseModel):
    """A new edition, as a draft."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"paragraphs": [PARAGRAPH]}})

    paragraphs: Paragraphs
    correction_reason: Sentence | None = Field(
        default=None, description="Needed where an edition is approved already: why it is corrected."
    )


class MinutesUpdate(BaseModel):
    """What the draft says now; a field left out stays as it is."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"paragraphs": [PARAGRAPH]}})

    paragraphs: Paragraphs = absent()
    correction_reason: Sentence = absent()
