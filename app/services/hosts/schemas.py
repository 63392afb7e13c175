"""Hosts on the wire."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from app.core.wire import AllowedAction, Day, Line, Sentence, absent
from app.services.hosts.facts import HostKind
from app.services.regions.pointing import LATITUDE, LONGITUDE, TOLD_IN, Coordinates
from app.services.regions.stated import RegionCode, RegionLevel, RegionLevelAsked

Aliases = Annotated[
    list[Line],
    Field(max_length=20, description="Other names it goes by in addresses.", examples=[["云栖科技园"]]),
    AfterValidator(lambda names: list(dict.fromkeys(names))),
]


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
                "aliases": ["云栖科技园"],
                "longitude_e6": 120082714,
                "latitude_e6": 30133458,
                "coordinates_told_in": "cgcs2000",
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
    aliases: list[str] = Field(description="Other names it goes by in addresses.")
    longitude_e6: int | None = Field(description=LONGITUDE)
    latitude_e6: int | None = Field(description=LATITUDE)
    coordinates_told_in: str | None = Field(description=TOLD_IN)
    opened_on: date | None
    closed_on: date | None = Field(description="From this day on nothing new leans on it.")
    recorded_at: datetime


class HostDetail(HostRead):
    """A host with what the caller may do to it."""

    corrected: list[str] = Field(description="Fields an officer has put right; pushes leave them alone.")
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
    aliases: Aliases = []
    coordinates: Coordinates | None = None
    opened_on: Day | None = None


class HostUpdate(BaseModel):
    """What changes; a field left out stays as it is."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"address": "转塘街道云栖路 2 号"}})

    kind: HostKind = absent()
    name: Line = absent()
    address: Line | None = None
    aliases: Aliases = absent()
    coordinates: Coordinates | None = None
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
    region_level: RegionLevelAsked = None
    kind: Annotated[HostKind | None, Field(description="Only this kind.")] = None
    name: Annotated[str | None, Field(min_length=1, max_length=100, description="A part of a name.")] = None
    near: Annotated[
        str | None,
        Field(
            pattern=r"^[0-9]{8,9},[0-9]{7,8}$",
            description="Only those about a place: longitude and latitude on WGS-84, in millionths of a degree.",
            examples=["120153576,30287459"],
        ),
    ] = None
    within_metres: Annotated[int, Field(ge=1, le=50_000, description="How far from `near`.")] = 1000
    open_on: Annotated[Day | None, Field(description="Only those open on this day.")] = None
