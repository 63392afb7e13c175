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


Industries = Annotated[
    list[Annotated[str, Field(pattern=r"^[A-T]([0-9]{2,4})?$")]],
    Field(
        max_length=50,
        description="Prefixes of GB/T 4754 codes whose organisations its line takes care of: of a lawyers' body L7231.",
        examples=[["L7231", "L7232"]],
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
                "industries": [],
                "founding_document": None,
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
    industries: list[str] = Field(
        description="Prefixes of GB/T 4754 codes whose organisations its line takes care of; empty where it is none's."
    )
    founding_document: str | None = Field(description="The paper that set it up, by its number (文号).")
    founded_on: date | None
    dissolved_on: date | None
    recorded_at: datetime


class AuthorityDetail(AuthorityRead):
    """An authority with the one above it and what the caller may do to it."""

    parent_id: UUID | None = Field(
        description="The nearest body above it in the party's own order, told by the code; null where the caller sees"
        " none."
    )
    allowed_actions: list[AllowedAction]


class AuthorityNode(BaseModel):
    """One body of a line, with its place in it."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c14",
                "code": "033001006003002",
                "kind": "village",
                "name": "中共象山社区委员会",
                "parent_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c12",
                "depth": 1,
                "region_code": "330106010003",
                "region_level": 5,
                "dissolved_on": None,
            }
        }
    )

    id: UUID
    code: AuthorityCode
    kind: AuthorityKind
    name: str
    parent_id: UUID | None = Field(description="The nearest body above it; null for the one the line begins with.")
    depth: int = Field(description="Levels of the code below the body the line begins with, which is 0.")
    region_code: RegionCode
    region_level: int
    dissolved_on: date | None


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
    industries: Industries = Field(default_factory=list)
    founding_document: Line | None = None
    founded_on: Day | None = None


class AuthorityUpdate(BaseModel):
    """What changes; a field left out stays as it is."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"kind": "social_work_department"}})

    kind: AuthorityKind = absent()
    name: Line = absent()
    industries: Industries = absent()
    founding_document: Line | None = None
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
