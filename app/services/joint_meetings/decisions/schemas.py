"""Decisions on the wire."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.core.wire import Day, Sentence, absent
from app.services.action_items.facts import ActionItemState
from app.services.joint_meetings.schemas import Words

EXAMPLE: dict[str, Any] = {
    "id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f4c11",
    "version": 1,
    "year": 2026,
    "number": 7,
    "agenda_item_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f4e11",
    "what": "摸清全区外卖骑手中党员底数，建立台账",
    "department_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f4d12",
    "department_name": "西湖区市场监督管理局",
    "supporters": ["019a3f0e-7b1c-7c55-9d3e-3f1f6a1f4d13"],
    "due_on": "2026-06-30",
    "state": "open",
}

What = Annotated[Words, Field(description="What is to be done.")]
Supporters = Annotated[list[UUID], Field(max_length=50, description="Departments of the committee that help.")]


class DecisionRead(BaseModel):
    """What a meeting decided, as the action item stands."""

    model_config = ConfigDict(json_schema_extra={"example": EXAMPLE})

    id: UUID = Field(description="The action item.")
    version: int
    year: int
    number: int = Field(description="Of the committee in that year.")
    agenda_item_id: UUID | None
    what: str
    department_id: UUID = Field(description="The one department that answers for it.")
    department_name: str | None
    supporters: list[UUID]
    due_on: date
    state: ActionItemState


class DecisionCreate(BaseModel):
    """A decision: one responsible department and a day."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {name: EXAMPLE[name] for name in ("agenda_item_id", "what", "department_id", "due_on")}
        },
    )

    agenda_item_id: UUID | None = Field(default=None, description="The item of the agenda that it is about.")
    what: What
    department_id: UUID | None = Field(
        default=None, description="Needed: a decision without a responsible department is refused."
    )
    supporters: Supporters = []
    due_on: Day = Field(description="Not before the meeting.")


class DecisionUpdate(BaseModel):
    """What is otherwise; a field left out stays as it is."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"due_on": "2026-07-31"}})

    what: What = absent()
    department_id: UUID | None = absent()
    supporters: Supporters = absent()
    due_on: Day = absent()


class DecisionWithdraw(BaseModel):
    """Why it does not stand."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"reason": "与第三项重复，合并办理"}})

    reason: Sentence
