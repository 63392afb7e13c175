"""Departments on the wire: what all their lists and rows share."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.core.wire import Day, Sentence
from app.services.authorities.schemas import AuthorityCode
from app.services.regions.stated import RegionCode, RegionLevelAsked

COMMITTEE_ID = "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c15"
DEPARTMENT_ID = "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f3011"
PERIOD: dict[str, Any] = {"valid_from": "2026-01-01", "valid_to": None, "end_reason": None}
STANDS: dict[str, Any] = {
    "region_code": "330106000000",
    "region_level": 3,
    "authority_code": "033001006000000",
    "recorded_at": "2026-03-02T01:00:00+00:00",
}
SINCE = "First day."
UNTIL = "First day no more; null while it lasts."
COMMITTEES = "Of this committee (an authority)."

End = Annotated[str | None, Field(description="Why it ended.")]


class Standing(BaseModel):
    """Where and since when: of the committee, by dates."""

    valid_from: date = Field(description=SINCE)
    valid_to: date | None = Field(description=UNTIL)
    end_reason: End
    region_code: RegionCode
    region_level: int
    authority_code: AuthorityCode = Field(description="The committee's own code: its line sees this.")
    recorded_at: datetime


class Superseded(BaseModel):
    """What a version has besides."""

    recorded_to: datetime | None = Field(description="When the next version became known; null for the current one.")
    replaced_by: str | None = Field(description="Who recorded the next version.")


class PeriodEnd(BaseModel):
    """The end of a department's time in the meeting, or of something that it has."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"valid_to": "2026-03-01", "reason": "机构改革，职责划出"}}
    )

    valid_to: Day = Field(description="First day no more; at the latest today, or the first day of what has not begun.")
    reason: Sentence


class PartFilters(BaseModel):
    """What narrows a list of what departments have."""

    region: Annotated[RegionCode | None, Field(description="Of committees in this region and below.")] = None
    region_level: RegionLevelAsked = None
    committee_id: Annotated[UUID | None, Field(description=COMMITTEES)] = None
    department_id: Annotated[UUID | None, Field(description="Of this department.")] = None
    on: Annotated[Day | None, Field(description="Only what holds on this day.")] = None
