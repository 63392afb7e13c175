"""Work committees on the wire: who sits in one, and which counties lack one."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.core.wire import Day, Line, Sentence
from app.services.authorities.facts import Department, Duty
from app.services.regions.stated import RegionCode, RegionLevelAsked

SEAT: dict[str, Any] = {
    "id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c41",
    "version": 1,
    "department": "organization",
    "department_name": "西湖区委组织部",
    "duty": "chair",
    "post": "副部长",
    "valid_from": "2024-03-01",
    "valid_to": None,
    "end_reason": None,
    "recorded_at": "2026-03-02T01:00:00+00:00",
}


class SeatRead(BaseModel):
    """A department's seat in a work committee. Its holder is told by the post, not by name."""

    model_config = ConfigDict(json_schema_extra={"example": SEAT})

    id: UUID
    version: int
    department: Department
    department_name: str
    duty: Duty
    post: str
    valid_from: date
    valid_to: date | None = Field(description="First day on which the seat is no longer held so.")
    end_reason: str | None
    recorded_at: datetime


class SeatCreate(BaseModel):
    """A seat that is taken from a day on."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "department": "organization",
                "department_name": "西湖区委组织部",
                "duty": "chair",
                "post": "副部长",
                "valid_from": "2024-03-01",
            }
        },
    )

    department: Department
    department_name: Annotated[Line, Field(description="The department's own name.")]
    duty: Duty
    post: Annotated[Line, Field(description="The post by which the seat is held, never a person's name.")]
    valid_from: Day = Field(description="Not later than today, nor before the committee's founding.")


class SeatEnd(BaseModel):
    """The end of a seat."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"valid_to": "2026-03-01", "reason": "机构改革，职责划出"}}
    )

    valid_to: Day = Field(description="First day on which it is no longer held; not later than today.")
    reason: Sentence


class SeatFilters(BaseModel):
    """What narrows the seats of a committee."""

    on: Annotated[Day | None, Field(description="Only those held on this day; without it all periods.")] = None


class Lacking(StrEnum):
    """What a place lacks of a work committee."""

    committee = "committee"  # there is none
    chair = "chair"  # there is one, and nobody in its chair


class CommitteeGap(BaseModel):
    """A county or city that lacks a work committee, or whose committee lacks its head."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "region_code": "330106000000",
                "region_level": 3,
                "region_name": "西湖区",
                "lacking": "committee",
                "authority_id": None,
                "dissolved_on": "2024-05-01",
                "social_work_department_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c15",
            }
        }
    )

    region_code: RegionCode
    region_level: int
    region_name: str
    lacking: Lacking
    authority_id: UUID | None = Field(description="The committee whose chair is empty; null where there is none.")
    dissolved_on: date | None = Field(description="When the last one ended, where there was one.")
    social_work_department_id: UUID | None = Field(
        description="The social-work department standing there that day, which may have taken the work over."
    )


class CommitteeGapFilters(BaseModel):
    """Where and when work committees are looked for."""

    region: Annotated[
        RegionCode | None, Field(description="In this region and below; default: the caller's, where it is one.")
    ] = None
    region_level: RegionLevelAsked = None
    at_level: Annotated[int, Field(ge=1, le=3, description="Regions of which level must have one: 3, counties.")] = 3
    on: Annotated[Day | None, Field(description="As they stood on this day; default today.")] = None
