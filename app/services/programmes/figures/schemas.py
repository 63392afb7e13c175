"""Figures about regions on the wire."""

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from app.core.wire import Day
from app.services.coverage.policy import DenominatorName
from app.services.regions.stated import RegionCode, RegionLevelAsked

EXAMPLE: dict[str, Any] = {
    "region_code": "330106000000",
    "region_level": 3,
    "region_name": "西湖区",
    "since": "2026-01-01",
    "until": "2026-03-03",
    "as_of": "2026-03-02T01:00:00+00:00",
    "denominator": "eligible",
    "policy_version": "default-2026",
    "organization_coverage_permille": 742,
    "work_coverage_permille": 951,
    "organizations_uncovered": 23,
    "branches_founded": 6,
    "branches_standing": 71,
    "instructors": 18,
    "training_minutes_of_workers": 5400,
    "formation_tasks_on_time_percent": 83,
}


class RegionFiguresRead(BaseModel):
    """What is counted of a region. Null: there was nothing to measure it by, which is not 0."""

    model_config = ConfigDict(json_schema_extra={"example": EXAMPLE})

    region_code: RegionCode
    region_level: int
    region_name: str
    since: date = Field(description="From this day on.")
    until: date = Field(description="Before this day.")
    as_of: datetime = Field(description="Coverage stands as of this time, whatever the period.")
    denominator: DenominatorName = Field(description="Which organisations the three figures of coverage count.")
    policy_version: str = Field(description="The coverage policy in force there, by which they are judged.")
    organization_coverage_permille: int | None = Field(description="Thousandths of the denominator, rounded down.")
    work_coverage_permille: int | None = Field(description="Thousandths of the denominator, rounded down.")
    organizations_uncovered: int | None = Field(description="Of the denominator, those that no branch covers.")
    branches_founded: int | None = Field(description="Founded in the period.")
    branches_standing: int | None = Field(description="On the period's last day.")
    instructors: int | None = Field(description="People who are instructors there on the period's last day.")
    training_minutes_of_workers: int | None = Field(description="Attended in the period by workers kept there.")
    formation_tasks_on_time_percent: int | None = Field(description="Of those due in the period; whole per cent.")


class RegionFigureFilters(BaseModel):
    """Which regions, and over which days."""

    region: Annotated[
        RegionCode | None, Field(description="This region and those directly below it; default: the caller's own.")
    ] = None
    region_level: RegionLevelAsked = None
    since: Annotated[Day | None, Field(description="From this day on; default: the first of the year.")] = None
    until: Annotated[Day | None, Field(description="Before this day; default: tomorrow.")] = None
    denominator: Annotated[DenominatorName, Field(description="Which organisations count.")] = "eligible"
