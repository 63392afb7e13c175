"""Figures of many workers on the wire."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.services.authorities.schemas import AuthorityCode
from app.services.duties.facts import Band, ReviewState
from app.services.duties.targets.schemas import YearAsked
from app.services.regions.stated import RegionCode, RegionLevelAsked
from app.services.workers.facts import WorkerRole

EXAMPLE: dict[str, Any] = {
    "worker_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0e11",
    "worker_name": "沈若安",
    "region_code": "330106000000",
    "region_level": 3,
    "authority_code": None,
    "year": 2026,
    "until": "2026-03-03",
    "roles": ["instructor"],
    "visits_made": 6,
    "visits_due_met_percent": 100,
    "organizations_assigned": 3,
    "branches_founded_with_help": 1,
    "training_minutes": 90,
    "tasks_done": 2,
    "tasks_on_time_percent": 100,
    "branch_meetings_held": None,
    "targets_measured": 3,
    "targets_reached": 2,
    "missed": ["training_minutes"],
    "score": 79,
    "band_by_score": "basic",
    "review_id": None,
    "review_state": None,
    "band": None,
}


class WorkerPlaced(BaseModel):
    """A worker with the review of a year, as the rows tell them."""

    worker_id: UUID
    worker_name: str | None = Field(description="Null where the name is not the caller's to see.")
    region_code: RegionCode
    region_level: int
    authority_code: AuthorityCode | None
    review_id: UUID | None = Field(description="The review of that year; null while it is not open.")
    review_state: ReviewState | None
    band: Band | None = Field(description="The band in force.")


class WorkerFiguresRead(WorkerPlaced):
    """What a worker did in a year up to today, by every indicator; null where there was nothing to measure."""

    model_config = ConfigDict(json_schema_extra={"example": EXAMPLE})

    year: int
    until: date = Field(description="First day after the period the figures are about; it begins with the year.")
    roles: list[WorkerRole] = Field(description="Held in the year, each once.")
    visits_made: int | None
    visits_due_met_percent: int | None
    organizations_assigned: int | None
    branches_founded_with_help: int | None
    training_minutes: int | None
    tasks_done: int | None
    tasks_on_time_percent: int | None
    branch_meetings_held: int | None
    targets_measured: int
    targets_reached: int
    missed: list[str] = Field(description="The indicators whose targets were not reached.")
    score: int | None = Field(description="The mean of what was done of each target, in whole per cent.")
    band_by_score: Band | None = Field(description="By the figures alone: what bodies say is in the review.")


class BoardFilters(BaseModel):
    """Whose figures, of which year."""

    region: Annotated[
        RegionCode | None, Field(description="Of workers kept in this region and below; its policies set the targets.")
    ] = None
    region_level: RegionLevelAsked = None
    authority: Annotated[AuthorityCode | None, Field(description="Of workers under this authority, by code.")] = None
    year: Annotated[YearAsked | None, Field(description="A calendar year; default: this one.")] = None
    role: Annotated[
        WorkerRole | None, Field(description="Only of who held this role in the year, where it is in sight.")
    ] = None
