"""Hosts on the wire."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.core.wire import AllowedAction, Day, Line, Sentence, absent
from app.services.hosts.facts import HostKind
from app.services.regions.stated import RegionCode, RegionLevel


class HostRead(BaseModel):
    """A place or body that branches lean on."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c11",
                "version": 1,
                "kind": "park",
                "name": "云栖小镇",
                "region_code": "330106010000",
                "region_level": 4,
                "address": "转塘街道云栖路 1 号",
                "opened_on": "2015-03-01",
                "closed_on": None,
                "recorded_at": "2026-03-02T01:00:00+00:00",
            }
        }
    )

    id: UUID
    version: int
    kind: HostKind
    name: str
    region_code: RegionCode
    region_level: int
    address: str | None
    opened_on: date | None
    closed_on: date | None = Field(description="From this day on nothing new leans on it.")
    recorded_at: datetime


class HostDetail(HostRead):
    """A host with what the caller may do to it."""

    allowed_actions: list[AllowedAction]


class HostVersion(HostRead):
    """A host as it was known from `recorded_at` to `recorded_to`."""

    recorded_to: datetime | None = Field(description="When the next version became known; null for the current one.")
    replaced_by: str | None = Field(description="Who recorded the next version.")


class HostCreate(BaseModel):
    """A new host."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"kind": "park", "name": "云栖小镇", "region_code": "330106010000"}},
    )

    kind: HostKind
    name: Line
    region_code: RegionCode
    region_level: RegionLevel = None
    address: Line | None = None
    opened_on: Day | None = None


class HostUpdate(BaseModel):
    """What changes; a field left out stays as it is."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"address": "转塘街道云栖路 2 号"}})

    kind: HostKind = absent()
    name: Line = absent()
    address: Line | None = None
    opened_on: Day | None = None


class HostClose(BaseModel):
    """The end of a host."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"closed_on": "2026-02-28", "reason": "园区整体搬迁"}}
    )

    closed_on: Day = Field(description="First day on which it is no longer there; not later than today.")
    reason: Sentence


class HostFilters(BaseModel):
    """What narrows the list."""

    region: Annotated[RegionCode | None, Field(description="Hosts in this region and below.")] = None
    region_level: RegionLevel = None
    kind: Annotated[HostKind | None, Field(description="Only this kind.")] = None
    name: Annotated[str | None, Field(min_length=1, max_length=100, description="A part of the name.")] = None
    open_on: Annotated[Day | None, Field(description="Only those open on this day.")] = None
