"""Stations on the wire."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.core.wire import AllowedAction, Day, Line, Sentence, absent
from app.services.authorities.schemas import AuthorityCode
from app.services.regions.pointing import LATITUDE, LONGITUDE, TOLD_IN, Coordinates
from app.services.regions.stated import RegionCode, RegionLevel, RegionLevelAsked

STATION: dict[str, Any] = {
    "id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f1011",
    "version": 1,
    "name": "云栖小镇党建指导站",
    "region_code": "330106010000",
    "region_level": 4,
    "host_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c11",
    "host_name": "云栖小镇",
    "address": "转塘街道云栖路 1 号",
    "longitude_e6": 120082714,
    "latitude_e6": 30133458,
    "coordinates_told_in": "cgcs2000",
    "authority_id": None,
    "authority_code": None,
    "opened_on": "2026-01-01",
    "closed_on": None,
    "members": 4,
    "recorded_at": "2026-03-02T01:00:00+00:00",
}
MEMBER: dict[str, Any] = {
    "id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f1021",
    "version": 1,
    "station_id": STATION["id"],
    "worker_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0e11",
    "worker_name": "沈若安",
    "valid_from": "2026-03-01",
    "valid_to": None,
    "recorded_at": "2026-03-02T01:00:00+00:00",
}

Running = Annotated[
    UUID | None, Field(description="The superior body that runs it, whose line sees it; null: the region's own.")
]


class StationRead(BaseModel):
    """A group of instructors that works from one place."""

    model_config = ConfigDict(json_schema_extra={"example": STATION})

    id: UUID
    version: int
    name: str
    region_code: RegionCode
    region_level: int
    host_id: UUID | None = Field(description="The place it leans on.")
    host_name: str | None
    address: str | None
    longitude_e6: int | None = Field(description=LONGITUDE)
    latitude_e6: int | None = Field(description=LATITUDE)
    coordinates_told_in: str | None = Field(description=TOLD_IN)
    authority_id: UUID | None
    authority_code: AuthorityCode | None
    opened_on: date | None
    closed_on: date | None = Field(description="First day on which it is no longer there.")
    members: int = Field(description="Instructors who belong to it today.")
    recorded_at: datetime


class StationDetail(StationRead):
    """A station with what the caller may do to it."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": STATION | {"allowed_actions": [{"action": "update", "allowed": True, "reason": None}]}
        }
    )

    allowed_actions: list[AllowedAction]


VERSIONED = (
    *("id", "version", "name", "region_code", "region_level", "host_id", "address", "longitude_e6", "latitude_e6"),
    *("coordinates_told_in", "authority_id", "opened_on", "closed_on", "recorded_at"),
)


class StationVersion(BaseModel):
    """A station as it was known from `recorded_at` to `recorded_to`."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {name: STATION[name] for name in VERSIONED} | {"recorded_to": None, "replaced_by": None}
        }
    )

    id: UUID
    version: int
    name: str
    region_code: RegionCode
    region_level: int
    host_id: UUID | None
    address: str | None
    longitude_e6: int | None = Field(description=LONGITUDE)
    latitude_e6: int | None = Field(description=LATITUDE)
    coordinates_told_in: str | None = Field(description=TOLD_IN)
    authority_id: UUID | None
    opened_on: date | None
    closed_on: date | None
    recorded_at: datetime
    recorded_to: datetime | None = Field(description="When the next version became known; null for the current one.")
    replaced_by: str | None = Field(description="Who recorded the next version.")


class StationCreate(BaseModel):
    """A new station."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"name": "云栖小镇党建指导站", "region_code": "330106010000"}},
    )

    name: Line
    region_code: RegionCode
    region_level: RegionLevel = None
    host_id: UUID | None = None
    address: Line | None = None
    coordinates: Coordinates | None = None
    authority_id: Running = None
    opened_on: Day | None = None


class StationUpdate(BaseModel):
    """What changes; a field left out stays as it is."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"address": "转塘街道云栖路 2 号"}})

    name: Line = absent()
    host_id: UUID | None = None
    address: Line | None = None
    coordinates: Coordinates | None = None
    authority_id: Running = None


class StationClose(BaseModel):
    """The end of a station: whoever belongs to it no longer does."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"closed_on": "2026-02-28", "reason": "与邻近指导站合并"}}
    )

    closed_on: Day = Field(description="First day on which it is no longer there; not later than today.")
    reason: Sentence


class StationMemberRead(BaseModel):
    """Somebody's time in a station."""

    model_config = ConfigDict(json_schema_extra={"example": MEMBER})

    id: UUID
    version: int
    station_id: UUID
    worker_id: UUID
    worker_name: str | None = Field(description="Null where the worker lies outside the caller's scope, or is erased.")
    valid_from: date
    valid_to: date | None = Field(description="First day no more; null while it lasts.")
    recorded_at: datetime


class StationJoin(BaseModel):
    """A worker joins a station."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"worker_id": MEMBER["worker_id"], "valid_from": "2026-03-01"}}
    )

    worker_id: UUID
    valid_from: Day = Field(description="First day; not later than today.")


class StationLeave(BaseModel):
    """A worker leaves a station."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"valid_to": "2026-09-01"}})

    valid_to: Day = Field(description="First day no more; not later than today.")


class StationFilters(BaseModel):
    """What narrows the list of stations."""

    region: Annotated[RegionCode | None, Field(description="In this region and below.")] = None
    region_level: RegionLevelAsked = None
    authority: Annotated[AuthorityCode | None, Field(description="In the line of this authority, by code.")] = None
    host_id: Annotated[UUID | None, Field(description="Only those that lean on this place.")] = None
    open_on: Annotated[Day | None, Field(description="Only those open on this day.")] = None


class StationMemberFilters(BaseModel):
    """What narrows the list of a station's workers."""

    on: Annotated[Day | None, Field(description="Only the instructors of this day who belong to it.")] = None
