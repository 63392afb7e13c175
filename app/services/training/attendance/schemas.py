"""Attendances on the wire."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.core.wire import AllowedAction, Day, absent
from app.services.authorities.schemas import AuthorityCode
from app.services.privacy.wire import Words
from app.services.regions.stated import RegionCode
from app.services.training.sessions.schemas import SESSION
from app.services.training.wire import RECORDED, VERSIONS, WORKER, Minutes, Version
from app.services.workers.beside.schemas import Placed

ATTENDANCE: dict[str, Any] = {
    "id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f3c11",
    "version": 1,
    "worker_id": WORKER,
    "worker_name": "李清",
    "session_id": SESSION["id"],
    "course_title": SESSION["course_title"],
    "held_on": SESSION["held_on"],
    "starts_at": SESSION["starts_at"],
    "ends_at": SESSION["ends_at"],
    "minutes": 720,
    "source": "officer",
    "cancel_reason": None,
    "region_code": "330106010000",
    "authority_code": "033001006003000",
    "recorded_at": RECORDED,
}
SHEET: dict[str, Any] = {
    "session_id": SESSION["id"],
    "records": 3,
    "created": 1,
    "updated": 0,
    "unchanged": 1,
    "rejected": 1,
    "blank_rows": 0,
    "lines": [
        {"line": 2, "outcome": "created", "attendance_id": ATTENDANCE["id"], "errors": []},
        {"line": 3, "outcome": "unchanged", "attendance_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f3c12", "errors": []},
        {
            "line": 4,
            "outcome": "rejected",
            "attendance_id": None,
            "errors": [{"pointer": "/identity_number", "code": "worker_unknown", "detail": "没有这位党务工作者。"}],
        },
    ],
}


class AttendanceRead(BaseModel):
    """Somebody attended so many minutes."""

    model_config = ConfigDict(json_schema_extra={"example": ATTENDANCE})

    id: UUID
    version: int
    worker_id: UUID
    worker_name: str | None = Field(description="Null where the name is not the caller's to see.")
    session_id: UUID | None = Field(description="Null where a partner, or an officer, told of a course on a day.")
    course_title: str = Field(description="As it was called when this was entered.")
    held_on: date
    starts_at: datetime | None
    ends_at: datetime | None
    minutes: int
    source: str = Field(description="`officer`, or the dataset that told of it.")
    cancel_reason: str | None = Field(description="Why it was entered by mistake; it counts for nothing then.")
    region_code: RegionCode
    authority_code: AuthorityCode | None
    recorded_at: datetime


class AttendanceDetail(AttendanceRead):
    """An attendance with what the caller may do."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": ATTENDANCE | {"allowed_actions": [{"action": "cancel", "allowed": True, "reason": None}]}
        }
    )

    allowed_actions: list[AllowedAction]


class AttendanceCreate(BaseModel):
    """Who attended: at a session, or of a course elsewhere on a day (`course_title`, `held_on` and `minutes`)."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {name: ATTENDANCE[name] for name in ("worker_id", "session_id", "minutes")}},
    )

    worker_id: UUID
    session_id: UUID | None = None
    minutes: Minutes | None = Field(default=None, description="Minutes attended; at a session by default all of it.")
    course_title: Words | None = Field(default=None, description="Where there is no session here.")
    held_on: Day | None = Field(default=None, description="Where there is no session here; not later than today.")


class AttendanceUpdate(BaseModel):
    """What is put right."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"minutes": 360}})

    minutes: Minutes = absent()


class AttendanceVersion(Version):
    """An attendance as it was known from `recorded_at` to `recorded_to`."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {name: ATTENDANCE[name] for name in ATTENDANCE if name not in ("worker_name", "authority_code")}
            | VERSIONS
        }
    )

    id: UUID
    version: int
    worker_id: UUID
    session_id: UUID | None
    course_title: str
    held_on: date
    starts_at: datetime | None
    ends_at: datetime | None
    minutes: int
    source: str
    cancel_reason: str | None
    region_code: RegionCode


class AttendanceFilters(Placed):
    """What narrows the list."""

    worker_id: Annotated[UUID | None, Field(description="Only this worker's.")] = None
    session_id: Annotated[UUID | None, Field(description="Only at this session.")] = None
    since: Annotated[Day | None, Field(description="Held on this day or later.")] = None
    until: Annotated[Day | None, Field(description="Held before this day.")] = None
    cancelled: Annotated[bool | None, Field(description="Only what was entered by mistake, or only what counts.")] = (
        None
    )


class SheetError(BaseModel):
    """Why a line was not taken."""

    pointer: str = Field(description="The field; empty for the line as a whole.")
    code: str
    detail: str


class SheetLine(BaseModel):
    """What became of one line."""

    line: int
    outcome: Literal["created", "updated", "unchanged", "rejected"]
    attendance_id: UUID | None
    errors: list[SheetError]


class SheetTaken(BaseModel):
    """What became of an attendance list, line by line: records = created + updated + unchanged + rejected."""

    model_config = ConfigDict(json_schema_extra={"example": SHEET})

    session_id: UUID
    records: int
    created: int
    updated: int
    unchanged: int
    rejected: int
    blank_rows: int
    lines: list[SheetLine]
