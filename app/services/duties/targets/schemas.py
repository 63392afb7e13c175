"""Duties, what is asked of workers in a year, and targets changed for one of them, on the wire."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.core.wire import AllowedAction, absent
from app.services.assessment.contract import Unit
from app.services.authorities.schemas import AuthorityCode
from app.services.duties.facts import TargetSource, WorkerDuty
from app.services.privacy.wire import Purpose
from app.services.regions.stated import RegionCode, RegionLevelAsked
from app.services.workers.beside.schemas import Placed
from app.services.workers.facts import WorkerRole

EXAMPLE: dict[str, Any] = {
    "id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0f01",
    "version": 1,
    "worker_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0e11",
    "worker_name": "沈若安",
    "year": 2026,
    "indicator": "tasks_on_time_percent",
    "value": 80,
    "reason": "本年度新接手三家企业",
    "set_by": "person:wang",
    "withdrawn_reason": None,
    "region_code": "330106000000",
    "region_level": 3,
    "authority_code": None,
    "recorded_at": "2026-03-02T01:00:00+00:00",
}
ASKED: dict[str, Any] = {
    "indicator": "visits_due_met_percent",
    "unit": "percent",
    "value": 100,
    "citation": "《关于加强和改进非公有制企业党的建设工作的意见（试行）》（中办发〔2012〕11号）",
}
FIGURE: dict[str, Any] = {
    "indicator": "visits_due_met_percent",
    "unit": "percent",
    "value": 50,
    "target": 100,
    "due": 100,
    "percent": 50,
    "role": "instructor",
    "source": "policy",
    "citation": ASKED["citation"],
}

Year = Annotated[int, Field(strict=True, ge=2012, le=2200, description="A calendar year.", examples=[2026])]
YearAsked = Annotated[int, Field(ge=2012, le=2200, description="A calendar year.", examples=[2026])]
Value = Annotated[
    int, Field(strict=True, ge=0, le=1_000_000, description="For the whole year, in the indicator's unit.")
]


class AskedRead(BaseModel):
    """What a policy asks of a role in a whole year, by one indicator."""

    model_config = ConfigDict(json_schema_extra={"example": ASKED})

    indicator: str = Field(description="Code of the catalogue GET /v1/indicators.")
    unit: Unit
    value: int
    citation: str


class RoleDuties(BaseModel):
    """What a role obliges to, and what is asked of it in a year."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "role": "instructor",
                "duties": ["visit_organizations", "guide_formation"],
                "asked": [ASKED],
            }
        }
    )

    role: WorkerRole
    duties: list[WorkerDuty] = Field(description="Codes of the label namespace `worker_duty`.")
    asked: list[AskedRead]


class Duties(BaseModel):
    """The duties of each role under the policies of a region."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "region_code": "330106000000",
                "region_level": 3,
                "on": "2026-03-02",
                "roles": [{"role": "instructor", "duties": ["visit_organizations"], "asked": [ASKED]}],
                "policy_version": "default-2026",
            }
        }
    )

    region_code: RegionCode
    region_level: int
    on: date
    roles: list[RoleDuties]
    policy_version: str = Field(description="The policies that it is asked by.")


class DutiesAsked(BaseModel):
    """Whose duties."""

    region: Annotated[RegionCode | None, Field(description="By its policies; default: the country's.")] = None
    region_level: RegionLevelAsked = None
    role: Annotated[WorkerRole | None, Field(description="Only this role's.")] = None


class FigureRead(BaseModel):
    """A figure of a worker's period beside what is asked of it."""

    model_config = ConfigDict(json_schema_extra={"example": FIGURE})

    indicator: str = Field(description="Code of the catalogue GET /v1/indicators.")
    unit: Unit
    value: int | None = Field(description="Null where there was nothing to measure.")
    target: int | None = Field(description="For the whole year, as roles are held in it; null: nothing is asked.")
    due: int | None = Field(description="The part of the target that falls into the period.")
    percent: int | None = Field(description="How much of what is due was done, at most 100.")
    role: WorkerRole | None = Field(description="The role that asks the most; null for a target changed for him.")
    source: TargetSource | None
    citation: str | None = Field(description="The document, or the reason of a changed target.")


class RoleHeld(BaseModel):
    """A role held in the year."""

    role: WorkerRole
    since: date
    until: date | None = Field(description="First day no more; null while it lasts.")


class WorkerYear(BaseModel):
    """What a worker must do in a year, and how far he has come."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "worker_id": EXAMPLE["worker_id"],
                "worker_name": "沈若安",
                "year": 2026,
                "since": "2026-01-01",
                "until": "2026-03-03",
                "roles": [{"role": "instructor", "since": "2026-01-01", "until": "2028-01-01"}],
                "duties": ["visit_organizations", "guide_formation"],
                "figures": [FIGURE],
                "policy_version": "default-2026",
            }
        }
    )

    worker_id: UUID
    worker_name: str | None = Field(description="Null where the name is not the caller's to see.")
    year: int
    since: date = Field(description="First day of the period the figures are about.")
    until: date = Field(description="First day after it: the day after today, or the end of the year.")
    roles: list[RoleHeld]
    duties: list[WorkerDuty]
    figures: list[FigureRead]
    policy_version: str


class TargetCreate(BaseModel):
    """Another target for one worker than his roles have by policy."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {name: EXAMPLE[name] for name in ("worker_id", "year", "indicator", "value", "reason")}
        },
    )

    worker_id: UUID
    year: Year
    indicator: Annotated[str, Field(min_length=1, max_length=60, description="Code of GET /v1/indicators.")]
    value: Value
    reason: Purpose


class TargetUpdate(BaseModel):
    """A changed target is changed again, with the reason."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"value": 85, "reason": "下半年任务减少"}})

    value: Value = absent()
    reason: Purpose


class TargetWithdraw(BaseModel):
    """Why what the policy asks holds again."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"reason": "恢复正常分工"}})

    reason: Purpose


class TargetRead(BaseModel):
    """A target that was changed for one worker."""

    model_config = ConfigDict(json_schema_extra={"example": EXAMPLE})

    id: UUID
    version: int
    worker_id: UUID
    worker_name: str | None = Field(description="Null where the name is not the caller's to see.")
    year: int
    indicator: str
    value: int = Field(description="For the whole year, in the indicator's unit.")
    reason: str
    set_by: str
    withdrawn_reason: str | None = Field(description="Why it does not count any more.")
    region_code: RegionCode
    region_level: int
    authority_code: AuthorityCode | None
    recorded_at: datetime


class TargetDetail(TargetRead):
    """A changed target, and what the caller may do to it."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": EXAMPLE | {"allowed_actions": [{"action": "update", "allowed": True, "reason": None}]}
        }
    )

    allowed_actions: list[AllowedAction]


class TargetVersion(BaseModel):
    """A changed target as it was known from `recorded_at` to `recorded_to`."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                name: EXAMPLE[name]
                for name in EXAMPLE
                if name not in ("worker_name", "region_code", "region_level", "authority_code")
            }
            | {"recorded_to": None, "replaced_by": None}
        }
    )

    id: UUID
    version: int
    worker_id: UUID
    year: int
    indicator: str
    value: int
    reason: str
    set_by: str
    withdrawn_reason: str | None
    recorded_at: datetime
    recorded_to: datetime | None
    replaced_by: str | None


class TargetFilters(Placed):
    """What narrows the list, beside where the workers are kept."""

    worker_id: Annotated[UUID | None, Field(description="Only this worker's.")] = None
    year: Annotated[YearAsked | None, Field(description="Only of this year.")] = None
    indicator: Annotated[str | None, Field(max_length=60, description="Only by this indicator.")] = None
    withdrawn: Annotated[bool | None, Field(description="Only those that count no more, or only those that do.")] = None
