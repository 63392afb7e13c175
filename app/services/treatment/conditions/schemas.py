"""Conditions on the wire."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.core.wire import AllowedAction, Day, absent
from app.services.authorities.schemas import AuthorityCode
from app.services.privacy.wire import Words
from app.services.regions.stated import RegionCode
from app.services.treatment.facts import ConditionKind
from app.services.treatment.wire import RECORDED, REPLACED, VERSIONS
from app.services.workers.beside.schemas import Placed

EXAMPLE: dict[str, Any] = {
    "id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f5c11",
    "version": 1,
    "worker_id": None,
    "worker_name": None,
    "branch_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c13",
    "branch_name": "中共云栖科技联合支部委员会",
    "organization_id": None,
    "organization_name": None,
    "kind": "activity_room",
    "provided": True,
    "since": "2026-01-05",
    "note": "企业提供，60平方米",
    "region_code": "330106010000",
    "authority_code": "033001006003000",
    "recorded_at": RECORDED,
}


class ConditionRead(BaseModel):
    """What a worker, a branch or an organisation has to work with, or lacks, and since when."""

    model_config = ConfigDict(json_schema_extra={"example": EXAMPLE})

    id: UUID
    version: int
    worker_id: UUID | None
    worker_name: str | None
    branch_id: UUID | None
    branch_name: str | None
    organization_id: UUID | None
    organization_name: str | None
    kind: ConditionKind
    provided: bool = Field(description="Whether it is there.")
    since: date = Field(description="Since when it is there, or lacking.")
    note: str | None
    region_code: RegionCode
    authority_code: AuthorityCode | None
    recorded_at: datetime


class ConditionDetail(ConditionRead):
    """One with what the caller may do to it."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": EXAMPLE | {"allowed_actions": [{"action": "update", "allowed": True, "reason": None}]}
        }
    )

    allowed_actions: list[AllowedAction]


class ConditionVersion(BaseModel):
    """One as it was known from `recorded_at` to `recorded_to`."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                name: value
                for name, value in EXAMPLE.items()
                if not name.endswith("_name") and name != "authority_code"
            }
            | VERSIONS
        }
    )

    id: UUID
    version: int
    worker_id: UUID | None
    branch_id: UUID | None
    organization_id: UUID | None
    kind: ConditionKind
    provided: bool
    since: date
    note: str | None
    region_code: RegionCode
    recorded_at: datetime
    recorded_to: datetime | None = Field(description=REPLACED)
    replaced_by: str | None


class ConditionCreate(BaseModel):
    """Of exactly one: a worker, a branch or an organisation."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {name: EXAMPLE[name] for name in ("branch_id", "kind", "provided", "since")}},
    )

    worker_id: UUID | None = None
    branch_id: UUID | None = None
    organization_id: UUID | None = None
    kind: ConditionKind
    provided: bool
    since: Day = Field(description="Not later than today.")
    note: Words | None = None


class ConditionUpdate(BaseModel):
    """What has changed. What is left out stays; what was before stands in the history."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"provided": False, "since": "2026-03-01"}})

    provided: bool = absent()
    since: Day = absent()
    note: Words | None = None


class ConditionFilters(Placed):
    """What narrows the list."""

    worker_id: Annotated[UUID | None, Field(description="Of this worker.")] = None
    branch_id: Annotated[UUID | None, Field(description="Of this branch.")] = None
    organization_id: Annotated[UUID | None, Field(description="Of this organisation.")] = None
    kind: Annotated[ConditionKind | None, Field(description="Only this kind.")] = None
    provided: Annotated[bool | None, Field(description="Only what is there, or only what is lacking.")] = None
