"""Calendar feeds on the wire."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.core.wire import AllowedAction, Line, Sentence
from app.services.calendars.facts import FeedKind

SHOWN = "lxc_X2x5b0ZkQm1zZ3VvdGluZy1leGFtcGxlLW9ubHkhISE"
EXAMPLE: dict[str, Any] = {
    "id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f4a11",
    "version": 1,
    "kind": "joint_meetings",
    "subject_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f4b12",
    "owner": "person:li",
    "name": "市场监管局日程",
    "region_code": "330106000000",
    "region_level": 3,
    "last_read_on": "2026-03-02",
    "revoked_at": None,
    "revoke_reason": None,
    "created_at": "2026-03-01T01:00:00+00:00",
    "recorded_at": "2026-03-01T01:00:00+00:00",
}
DETAIL = EXAMPLE | {"allowed_actions": [{"action": "revoke", "allowed": True, "reason": None}]}


class CalendarFeedRead(BaseModel):
    """A calendar that is read by a token alone. The token is nowhere in it."""

    model_config = ConfigDict(json_schema_extra={"example": EXAMPLE})

    id: UUID
    version: int
    kind: FeedKind
    subject_id: UUID = Field(description="What it is read for: a department's liaison, or a grant.")
    owner: str = Field(description="Who made it.")
    name: str
    region_code: str = Field(description="Where its subject stands.")
    region_level: int
    last_read_on: date | None = Field(description="The last day on which a calendar program read it; null: never.")
    revoked_at: datetime | None
    revoke_reason: str | None
    created_at: datetime
    recorded_at: datetime


class CalendarFeedDetail(CalendarFeedRead):
    """A feed with what the caller may do to it."""

    model_config = ConfigDict(json_schema_extra={"example": DETAIL})

    allowed_actions: list[AllowedAction]


class CalendarFeedMade(CalendarFeedDetail):
    """A new feed, with the address that is shown this once."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": DETAIL
            | {"url": f"https://liangxin.example/v1/joint-meeting-schedules/calendar.ics?token={SHOWN}"}
        }
    )

    url: str = Field(
        description="The address for a calendar program, with 256 random bits in it; shown now and never again. Whoever"
        " has it reads the calendar."
    )


class CalendarFeedCreate(BaseModel):
    """A new feed."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {name: EXAMPLE[name] for name in ("kind", "subject_id", "name")}},
    )

    kind: FeedKind
    subject_id: UUID = Field(
        description="For joint_meetings the id of a department's liaison (`/v1/department-liaisons`); for reminders"
        " that of a grant of your own (`/v1/me`)."
    )
    name: Line = Field(description="What it is called in lists and calendars, such as the office. No person's name.")


class CalendarFeedRevoke(BaseModel):
    """Why a feed is taken back."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"reason": "手机遗失"}})

    reason: Sentence


class CalendarFeedFilters(BaseModel):
    """What narrows the list."""

    kind: FeedKind | None = Field(default=None, description="Only this kind of calendar.")
    subject_id: UUID | None = Field(default=None, description="Only what is read for this liaison or grant.")
    mine: bool | None = Field(default=None, description="True: only those that the caller made.")
    revoked: bool | None = Field(default=None, description="Only revoked ones, or only those that are not.")


class CalendarFeedVersion(BaseModel):
    """How a feed stood, and until when."""

    model_config = ConfigDict(
        json_schema_extra={"example": EXAMPLE | {"recorded_to": None, "replaced_by": None}},
    )

    id: UUID
    version: int
    kind: FeedKind
    subject_id: UUID
    owner: str
    name: str
    region_code: str
    region_level: int
    revoked_at: datetime | None
    revoked_by: str | None
    revoke_reason: str | None
    recorded_at: datetime
    recorded_to: datetime | None = Field(description="Until when it stood so; null for the current one.")
    replaced_by: str | None = Field(description="Who replaced it.")
