"""Recognition on the wire."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.core.wire import AllowedAction, Day, absent
from app.services.authorities.schemas import AuthorityCode
from app.services.privacy.wire import Words
from app.services.regions.stated import RegionCode
from app.services.treatment.facts import HonourKind
from app.services.treatment.wire import RECORDED, REPLACED, VERSIONS, WORKER
from app.services.workers.beside.schemas import Placed

EXAMPLE: dict[str, Any] = {
    "id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f5b11",
    "version": 1,
    "worker_id": WORKER,
    "worker_name": "王某",
    "kind": "honour",
    "title": "优秀党务工作者",
    "body": "中共某区委",
    "awarded_on": "2026-01-15",
    "valid_from": None,
    "valid_to": None,
    "document": "某区委〔2026〕5号",
    "cancel_reason": None,
    "region_code": "330106010000",
    "authority_code": "033001006003000",
    "recorded_at": RECORDED,
}


class HonourRead(BaseModel):
    """A seat that a worker holds, or an honour he was given."""

    model_config = ConfigDict(json_schema_extra={"example": EXAMPLE})

    id: UUID
    version: int
    worker_id: UUID
    worker_name: str | None = Field(description="Null where the name is not the caller's to see.")
    kind: HonourKind
    title: str
    body: str = Field(description="The congress, committee or body that it is of.")
    awarded_on: date | None = Field(description="Of an honour: the day it was given.")
    valid_from: date | None = Field(description="Of a seat: its first day.")
    valid_to: date | None = Field(description="Of a seat: the first day no more; null: still held.")
    document: str | None
    cancel_reason: str | None = Field(description="Why it was entered by mistake; it counts for nothing then.")
    region_code: RegionCode
    authority_code: AuthorityCode | None
    recorded_at: datetime


class HonourDetail(HonourRead):
    """One with what the caller may do to it."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": EXAMPLE | {"allowed_actions": [{"action": "update", "allowed": True, "reason": None}]}
        }
    )

    allowed_actions: list[AllowedAction]


class HonourVersion(BaseModel):
    """One as it was known from `recorded_at` to `recorded_to`."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {name: value for name, value in EXAMPLE.items() if name not in ("worker_name", "authority_code")}
            | VERSIONS
        }
    )

    id: UUID
    version: int
    worker_id: UUID
    kind: HonourKind
    title: str
    body: str
    awarded_on: date | None
    valid_from: date | None
    valid_to: date | None
    document: str | None
    cancel_reason: str | None
    region_code: RegionCode
    recorded_at: datetime
    recorded_to: datetime | None = Field(description=REPLACED)
    replaced_by: str | None


class HonourCreate(BaseModel):
    """An honour has `awarded_on`; a seat has `valid_from`, and `valid_to` once it is given up."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                name: EXAMPLE[name] for name in ("worker_id", "kind", "title", "body", "awarded_on", "document")
            }
        },
    )

    worker_id: UUID
    kind: HonourKind
    title: Words
    body: Words
    awarded_on: Day | None = Field(default=None, description="Not later than today.")
    valid_from: Day | None = None
    valid_to: Day | None = Field(default=None, description="The first day no more.")
    document: Words | None = None


class HonourUpdate(BaseModel):
    """What was entered wrongly, or the end of a seat. What is left out stays."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"document": "某区委〔2026〕6号"}})

    title: Words = absent()
    body: Words = absent()
    awarded_on: Day = absent()
    valid_from: Day = absent()
    valid_to: Day | None = Field(default=None, description="The first day no more; null: still held.")
    document: Words | None = None


class HonourFilters(Placed):
    """What narrows the list."""

    worker_id: Annotated[UUID | None, Field(description="Of this worker.")] = None
    kind: Annotated[HonourKind | None, Field(description="Only this kind.")] = None
    held_on: Annotated[Day | None, Field(description="Seats held on this day, and honours given by then.")] = None
    cancelled: Annotated[bool | None, Field(description="Only what was entered by mistake, or only what counts.")] = (
        None
    )
