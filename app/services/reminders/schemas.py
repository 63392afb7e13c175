"""What is due, on the wire."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.core.wire import Day

REMINDER: dict[str, Any] = {
    "kind": "formation_task",
    "id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f2c11",
    "title": "某某科技有限公司",
    "due_on": "2026-03-31",
    "overdue": False,
    "days_left": 29,
    "region_code": "330106010000",
    "path": "/v1/formation-tasks/019a3f0e-7b1c-7c55-9d3e-3f1f6a1f2c11",
}


class ReminderRead(BaseModel):
    """One thing that falls due."""

    model_config = ConfigDict(json_schema_extra={"example": REMINDER})

    kind: str = Field(description="What falls due; labels: `reminder`.")
    id: UUID = Field(description="Whose day it is: the id of what `path` shows.")
    title: str | None = Field(description="What it is called or whom it is about, never a person's name; may be null.")
    due_on: date = Field(description="The last day for it.")
    overdue: bool = Field(description="Whether that day has passed.")
    days_left: int = Field(description="Days until that day; negative when it has passed.")
    region_code: str = Field(pattern=r"^[0-9]{12}$", description="Where it stands.")
    path: str = Field(description="Where more of it is read.")


class ReminderFilters(BaseModel):
    """What narrows the list."""

    until: Annotated[
        Day | None, Field(description="The last day that is looked at; default: 30 days from today, at most 731.")
    ] = None
    kind: Annotated[str | None, Field(max_length=40, description="Only this kind of reminder.")] = None
    overdue: Annotated[bool | None, Field(description="Only what is overdue, or only what is not yet.")] = None
    region: Annotated[
        str | None, Field(pattern=r"^[0-9]{12}$", description="What stands in this region and below.")
    ] = None
    region_level: Annotated[
        int | None,
        Field(ge=0, le=5, description="0 country to 5 village; default: the shallowest that the code's zeros allow."),
    ] = None


class ReminderCount(BaseModel):
    """How many of a kind are due."""

    kind: str
    name: str = Field(description="In the reader's language.")
    due: int = Field(description="Due up to the day asked for, what is overdue among it.")
    overdue: int
    next_on: date = Field(description="The earliest day of all of them.")


class ReminderCounts(BaseModel):
    """What is due, counted by kind; kinds of which nothing is due are left out."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "until": "2026-04-01",
                "items": [
                    {"kind": "formation_task", "name": "组建任务", "due": 12, "overdue": 3, "next_on": "2026-02-20"}
                ],
            }
        }
    )

    until: date
    items: list[ReminderCount]
