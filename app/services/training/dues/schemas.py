"""What is due of a year of learning, on the wire."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.services.authorities.schemas import AuthorityCode
from app.services.branches.schemas import Judged
from app.services.regions.stated import RegionCode
from app.services.training.wire import WORKER
from app.services.workers.beside.schemas import Placed
from app.services.workers.facts import WorkerRole

DUE: dict[str, Any] = {
    "worker_id": WORKER,
    "worker_name": "李清",
    "year": 2026,
    "role": "secretary",
    "minutes_due": 2520,
    "minutes_done": 720,
    "minutes_missing": 1800,
    "sessions_due": 1,
    "sessions_done": 1,
    "sessions_missing": 0,
    "practice_days_due": None,
    "practice_days_done": 28,
    "practice_days_missing": 0,
    "last_held_on": "2026-02-25",
    "policy_version": "default-2026",
    "region_code": "330106010000",
    "authority_code": "033001006003000",
}


class TrainingDueRead(BaseModel):
    """What a worker still has to learn in a year, by the roles held in it that the caller sees."""

    model_config = ConfigDict(json_schema_extra={"example": DUE})

    worker_id: UUID
    worker_name: str | None = Field(description="Null where the name is not the caller's to see.")
    year: int
    role: WorkerRole | None = Field(description="The most demanding role held in the year; null: none asks for hours.")
    minutes_due: int = Field(description="Of a role held for a part of the year the part, each day once.")
    minutes_done: int
    minutes_missing: int
    sessions_due: int = Field(description="Trainings to attend, of who belongs to a branch's team long enough.")
    sessions_done: int
    sessions_missing: int
    practice_days_due: int | None = Field(description="Null where the policy asks for none.")
    practice_days_done: int = Field(description="Days of the year on postings, up to today.")
    practice_days_missing: int
    last_held_on: date | None = Field(description="When a training of the year was last attended.")
    policy_version: str = Field(description="The policy `training` that the numbers rest on: of the region asked for.")
    region_code: RegionCode
    authority_code: AuthorityCode | None


class TrainingDueFilters(Placed):
    """What narrows the list."""

    year: Annotated[
        int | None, Field(ge=2000, le=2100, description="The calendar year; by default the one that runs.")
    ] = None
    role: Annotated[WorkerRole | None, Field(description="Only those of whom this role asks most.")] = None
    worker_id: Annotated[UUID | None, Field(description="Only this worker.")] = None
    short: Annotated[
        bool | None, Field(description="Only those who lack hours, trainings or days, or only those who lack none.")
    ] = None


class HeldRole(BaseModel):
    """A role on days of the year, and the hours a year that it asks for."""

    role: WorkerRole
    valid_from: date
    valid_to: date = Field(description="Exclusive; a role without an end is shown to the end of the year.")
    hours: int | None = Field(description="Null: the policy asks for none.")


class TrainingDueDetail(TrainingDueRead):
    """One worker's year: the roles it rests on, and what is short."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": DUE
            | {
                "roles": [{"role": "secretary", "valid_from": "2026-01-01", "valid_to": "2027-01-01", "hours": 56}],
                "minutes_per_hour": 45,
                "findings": [
                    {
                        "code": "training_hours_short",
                        "severity": "advice",
                        "text": "本年应学 2520 分钟，已学 720 分钟。",
                        "limit": 2520,
                        "actual": 720,
                        "citation": "《2019—2023年全国党员教育培训工作规划》",
                    }
                ],
            }
        }
    )

    roles: list[HeldRole]
    minutes_per_hour: int
    findings: list[Judged]
