"""Certificates on the wire."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.core.wire import AllowedAction, Day, absent
from app.services.authorities.schemas import AuthorityCode
from app.services.privacy.wire import Words
from app.services.regions.stated import RegionCode
from app.services.training.facts import CertificateKind
from app.services.training.wire import RECORDED, VERSIONS, WORKER, Version
from app.services.workers.beside.schemas import Placed

CERTIFICATE: dict[str, Any] = {
    "id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f3e11",
    "version": 1,
    "worker_id": WORKER,
    "worker_name": "李清",
    "kind": "secretary",
    "number": "西党培字第38号",
    "body": "中共西湖区委党校",
    "issued_on": "2026-02-27",
    "valid_to": "2029-02-27",
    "cancel_reason": None,
    "region_code": "330106010000",
    "authority_code": "033001006003000",
    "recorded_at": RECORDED,
}
SAID = ("worker_id", "kind", "number", "body", "issued_on", "valid_to")


class CertificateRead(BaseModel):
    """A certificate that somebody was given."""

    model_config = ConfigDict(json_schema_extra={"example": CERTIFICATE})

    id: UUID
    version: int
    worker_id: UUID
    worker_name: str | None = Field(description="Null where the name is not the caller's to see.")
    kind: CertificateKind
    number: str | None
    body: str = Field(description="Who issued it.")
    issued_on: date
    valid_to: date | None = Field(description="The first day on which it holds no more; null: for good.")
    cancel_reason: str | None = Field(description="Why it was entered by mistake, or was taken back.")
    region_code: RegionCode
    authority_code: AuthorityCode | None
    recorded_at: datetime


class CertificateDetail(CertificateRead):
    """A certificate with what the caller may do."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": CERTIFICATE | {"allowed_actions": [{"action": "update", "allowed": True, "reason": None}]}
        }
    )

    allowed_actions: list[AllowedAction]


class CertificateCreate(BaseModel):
    """A certificate that was issued."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {name: CERTIFICATE[name] for name in SAID}})

    worker_id: UUID
    kind: CertificateKind
    number: Words | None = Field(default=None, description="As it is written on it; never a number of the person.")
    body: Words = Field(description="Who issued it.")
    issued_on: Day = Field(description="Not later than today.")
    valid_to: Day | None = Field(default=None, description="The first day on which it holds no more.")


class CertificateUpdate(BaseModel):
    """What is put right; a field left out stays as it is."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"valid_to": "2030-02-27"}})

    kind: CertificateKind = absent()
    number: Words | None = None
    body: Words = absent()
    issued_on: Day = absent()
    valid_to: Day | None = None


class CertificateVersion(Version):
    """A certificate as it was known from `recorded_at` to `recorded_to`."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                name: CERTIFICATE[name] for name in CERTIFICATE if name not in ("worker_name", "authority_code")
            }
            | VERSIONS
        }
    )

    id: UUID
    version: int
    worker_id: UUID
    kind: CertificateKind
    number: str | None
    body: str
    issued_on: date
    valid_to: date | None
    cancel_reason: str | None
    region_code: RegionCode


class CertificateFilters(Placed):
    """What narrows the list."""

    worker_id: Annotated[UUID | None, Field(description="Only this worker's.")] = None
    kind: Annotated[CertificateKind | None, Field(description="Only this kind.")] = None
    holds_on: Annotated[Day | None, Field(description="Only those that hold on this day.")] = None
    ends_before: Annotated[Day | None, Field(description="Only those that hold no more before this day.")] = None
    cancelled: Annotated[bool | None, Field(description="Only what was entered by mistake, or only what counts.")] = (
        None
    )
