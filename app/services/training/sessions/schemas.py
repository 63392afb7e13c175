"""Training sessions on the wire."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.core.wire import AllowedAction, Day, Instant, absent
from app.services.authorities.schemas import AuthorityCode
from app.services.privacy.wire import Words
from app.services.regions.stated import RegionCode, RegionLevel
from app.services.training.courses.schemas import COURSE
from app.services.training.facts import CourseKind
from app.services.training.wire import RECORDED, VERSIONS, Minutes, Version
from app.services.workers.beside.schemas import Placed

SESSION: dict[str, Any] = {
    "id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f3b11",
    "version": 1,
    "course_id": COURSE["id"],
    "course_title": COURSE["title"],
    "course_kind": COURSE["kind"],
    "starts_at": "2026-02-25T01:00:00+00:00",
    "ends_at": "2026-02-26T09:00:00+00:00",
    "held_on": "2026-02-25",
    "minutes": 720,
    "place": "区委党校二号报告厅",
    "attended": 38,
    "cancel_reason": None,
    "authority_id": None,
    "authority_code": None,
    "region_code": "330106000000",
    "region_level": 3,
    "recorded_at": RECORDED,
}
SAID = ("course_id", "starts_at", "ends_at", "minutes", "place", "region_code")
WRITTEN = {"starts_at": "2026-02-25T09:00:00+08:00", "ends_at": "2026-02-26T17:00:00+08:00"}


class SessionRead(BaseModel):
    """One holding of a course."""

    model_config = ConfigDict(json_schema_extra={"example": SESSION})

    id: UUID
    version: int
    course_id: UUID
    course_title: str
    course_kind: CourseKind
    starts_at: datetime
    ends_at: datetime
    held_on: date = Field(description="The day it starts, in China.")
    minutes: int = Field(description="Minutes of teaching, breaks and nights not counted.")
    place: str
    attended: int = Field(description="How many attended, of those whose work the caller sees.")
    cancel_reason: str | None = Field(description="Why it was not held, or was entered by mistake.")
    authority_id: UUID | None
    authority_code: AuthorityCode | None
    region_code: RegionCode
    region_level: int
    recorded_at: datetime


class SessionDetail(SessionRead):
    """A session with what the caller may do."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": SESSION | {"allowed_actions": [{"action": "cancel", "allowed": True, "reason": None}]}
        }
    )

    allowed_actions: list[AllowedAction]


class SessionCreate(BaseModel):
    """A session to be held, or that was held."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {name: SESSION[name] for name in SAID} | WRITTEN}
    )

    course_id: UUID
    starts_at: Instant
    ends_at: Instant = Field(description="After the start.")
    minutes: Minutes
    place: Words
    authority_id: UUID | None = Field(default=None, description="The body in whose line it is held.")
    region_code: RegionCode
    region_level: RegionLevel = None


class SessionUpdate(BaseModel):
    """What is put right; a field left out stays as it is. Times and minutes stay once attendance has been entered."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"place": "线上"}})

    starts_at: Instant = absent()
    ends_at: Instant = absent()
    minutes: Minutes = absent()
    place: Words = absent()


class SessionVersion(Version):
    """A session as it was known from `recorded_at` to `recorded_to`."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                name: SESSION[name]
                for name in SESSION
                if name not in ("course_title", "course_kind", "attended", "authority_code", "held_on")
            }
            | VERSIONS
        }
    )

    id: UUID
    version: int
    course_id: UUID
    starts_at: datetime
    ends_at: datetime
    minutes: int
    place: str
    cancel_reason: str | None
    authority_id: UUID | None
    region_code: RegionCode
    region_level: int


class SessionFilters(Placed):
    """What narrows the list."""

    course_id: Annotated[UUID | None, Field(description="Only of this course.")] = None
    kind: Annotated[CourseKind | None, Field(description="Only of courses of this kind.")] = None
    since: Annotated[Day | None, Field(description="That start on this day or later.")] = None
    until: Annotated[Day | None, Field(description="That start before this day.")] = None
    cancelled: Annotated[bool | None, Field(description="Only cancelled ones, or only those that count.")] = None
