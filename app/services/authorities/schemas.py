"""Authorities on the wire."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.core.wire import AllowedAction, Day, Line, Sentence, absent
from app.services.authorities.facts import AuthorityKind
from app.services.regions.stated import RegionCode, RegionLevel

AuthorityCode = Annotated[
    str,
    Field(
        pattern=r"^[0-9]{15}$",
        description="The party's own code: 15 digits, three a level, 000 for levels not used.",
        examples=["033001006003000"],
    ),
]


class AuthorityRead(BaseModel):
    """A superior party body that manages branches."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c12",
                "version": 1,
                "code": "033001006003000",
                "kind": "township",
                "name": "中共转塘街道工作委员会",
                "region_code": "330106010000",
                "region_level": 4,
                "founded_on": "2007-05-01",
                "dissolved_on": None,
                "recorded_at": "2026-03-02T01:00:00+00:00",
            }
        }
    )

    id: UUID
    version: int
    code: AuthorityCode
    kind: AuthorityKind
    name: str
    region_code: RegionCode
    region_level: int
    founded_on: date | None
    dissolved_on: date | None
    recorded_at: datetime


class AuthorityDetail(AuthorityRead):
    """An authority with what the caller may do to it."""

    allowed_actions: list[AllowedAction]


class AuthorityVersion(AuthorityRead):
    """An authority as it was known from `recorded_at` to `recorded_to`."""

    recorded_to: datetime | None = Field(description="When the next version became known; null for the current one.")
    replaced_by: str | None = Field(description="Who recorded the next version.")


class AuthorityCreate(BaseModel):
    """A new authority."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "code": "033001006003000",
                "kind": "township",
                "name": "中共转塘街道工作委员会",
                "region_code": "330106010000",
            }
        },
    )

    code: AuthorityCode
    kind: AuthorityKind
    name: Line
    region_code: Annotated[RegionCode, Field(description="The place it answers for.")]
    region_level: RegionLevel = None
    founded_on: Day | None = None


class AuthorityUpdate(BaseModel):
    """What changes; a field left out stays as it is."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"kind": "social_work_department"}})

    kind: AuthorityKind = absent()
    name: Line = absent()
    founded_on: Day | None = None


class AuthorityDissolve(BaseModel):
    """The end of an authority."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"dissolved_on": "2026-02-28", "reason": "职责划转社会工作部"}}
    )

    dissolved_on: Day = Field(description="First day on which it no longer stands; not later than today.")
    reason: Sentence


class AuthorityFilters(BaseModel):
    """What narrows the list."""

    region: Annotated[RegionCode | None, Field(description="Authorities of this region and below.")] = None
    region_level: RegionLevel = None
    under: Annotated[AuthorityCode | None, Field(description="This authority and all under it by code.")] = None
    kind: Annotated[AuthorityKind | None, Field(description="Only this kind.")] = None
    name: Annotated[str | None, Field(min_length=1, max_length=100, description="A part of the name.")] = None
    standing_on: Annotated[Day | None, Field(description="Only those that stand on this day.")] = None
