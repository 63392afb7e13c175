"""Who was supervised how often, on the wire."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.core.wire import Day
from app.services.authorities.facts import AuthorityKind
from app.services.authorities.schemas import AuthorityCode
from app.services.regions.stated import RegionCode, RegionLevelAsked

EARLIEST = date(2000, 1, 1)

SUPERVISED: dict[str, Any] = {
    "authority_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c13",
    "name": "中共转塘街道工作委员会",
    "code": "033001006003000",
    "kind": "township",
    "region_code": "330106010000",
    "region_level": 4,
    "since": "2025-03-03",
    "until": "2026-03-03",
    "times": 2,
    "last_on": "2026-03-05",
    "never": False,
    "open_rectifications": 1,
    "overdue_rectifications": 0,
}


class SupervisedRead(BaseModel):
    """How often a body was looked at by anybody's tour, and what is open there."""

    model_config = ConfigDict(json_schema_extra={"example": SUPERVISED})

    authority_id: UUID
    name: str
    code: AuthorityCode
    kind: AuthorityKind
    region_code: RegionCode
    region_level: int
    since: date = Field(description="From this day on.")
    until: date = Field(description="Before this day.")
    times: int = Field(description="Tours of any committee that looked at it between these days.")
    last_on: date | None = Field(description="The last of them.")
    never: bool = Field(description="No tour looked at it between these days.")
    open_rectifications: int = Field(description="As of now, of any tour: neither accepted nor handed on.")
    overdue_rectifications: int = Field(description="Of these, its turn and past the day.")


class SupervisedFilters(BaseModel):
    """Whom, and between which days."""

    region: Annotated[RegionCode | None, Field(description="Authorities in this region and below.")] = None
    region_level: RegionLevelAsked = None
    kind: Annotated[AuthorityKind | None, Field(description="Only this kind.")] = None
    since: Annotated[Day | None, Field(description="From this day on; a year before `until` where left out.")] = None
    until: Annotated[
        Day | None, Field(ge=EARLIEST, description="Before this day, from 2000 on; tomorrow where left out.")
    ] = None
    never: Annotated[bool | None, Field(description="Only those that no tour looked at, or only the others.")] = None
