"""Courses on the wire."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.core.wire import AllowedAction, absent
from app.services.authorities.schemas import AuthorityCode
from app.services.privacy.wire import Words
from app.services.regions.stated import RegionCode, RegionLevel
from app.services.training.facts import CourseKind
from app.services.training.wire import RECORDED, VERSIONS, Version
from app.services.workers.beside.schemas import Placed
from app.services.workers.facts import WorkerRole

COURSE: dict[str, Any] = {
    "id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f3a11",
    "version": 1,
    "title": "两新组织党组织书记示范培训班",
    "kind": "party_work",
    "body": "中共西湖区委党校",
    "roles": ["secretary", "deputy_secretary"],
    "withdraw_reason": None,
    "authority_id": None,
    "authority_code": None,
    "region_code": "330106000000",
    "region_level": 3,
    "recorded_at": RECORDED,
}
SAID = ("title", "kind", "body", "roles", "region_code")

Roles = Annotated[list[WorkerRole], Field(max_length=len(WorkerRole), description="Whom it is for; none: everybody.")]


class CourseRead(BaseModel):
    """What is taught, by whom, and for which roles."""

    model_config = ConfigDict(json_schema_extra={"example": COURSE})

    id: UUID
    version: int
    title: str
    kind: CourseKind
    body: str = Field(description="Who gives it.")
    roles: list[WorkerRole] = Field(description="Whom it is for; empty: everybody.")
    withdraw_reason: str | None = Field(description="Why it is not given any more.")
    authority_id: UUID | None = Field(description="The body in whose line it is given.")
    authority_code: AuthorityCode | None
    region_code: RegionCode
    region_level: int
    recorded_at: datetime


class CourseDetail(CourseRead):
    """A course with what the caller may do."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": COURSE | {"allowed_actions": [{"action": "update", "allowed": True, "reason": None}]}
        }
    )

    allowed_actions: list[AllowedAction]


class CourseCreate(BaseModel):
    """A course to be given."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {name: COURSE[name] for name in SAID}})

    title: Words
    kind: CourseKind
    body: Words = Field(description="Who gives it: a party school, an authority, a training base.")
    roles: Roles = []
    authority_id: UUID | None = Field(default=None, description="The body in whose line it is given.")
    region_code: RegionCode
    region_level: RegionLevel = None


class CourseUpdate(BaseModel):
    """What is put right; a field left out stays as it is."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"roles": ["secretary"]}})

    title: Words = absent()
    kind: CourseKind = absent()
    body: Words = absent()
    roles: Roles = absent()


class CourseVersion(Version):
    """A course as it was known from `recorded_at` to `recorded_to`."""

    model_config = ConfigDict(
        json_schema_extra={"example": {name: COURSE[name] for name in COURSE if name != "authority_code"} | VERSIONS}
    )

    id: UUID
    version: int
    title: str
    kind: CourseKind
    body: str
    roles: list[WorkerRole]
    withdraw_reason: str | None
    authority_id: UUID | None
    region_code: RegionCode
    region_level: int


class CourseFilters(Placed):
    """What narrows the list."""

    kind: Annotated[CourseKind | None, Field(description="Only this kind.")] = None
    role: Annotated[WorkerRole | None, Field(description="For this role, or for everybody.")] = None
    title: Annotated[Words | None, Field(description="With this in the title.")] = None
    given: Annotated[bool | None, Field(description="Only those still given, or only those withdrawn.")] = None
