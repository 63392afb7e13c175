"""Practice postings on the wire."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.core.wire import AllowedAction, Day, absent
from app.services.authorities.schemas import AuthorityCode
from app.services.privacy.wire import Words
from app.services.regions.stated import RegionCode
from app.services.training.facts import PracticePurpose
from app.services.training.wire import RECORDED, VERSIONS, WORKER, Version
from app.services.workers.beside.schemas import Placed

POSTING: dict[str, Any] = {
    "id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f3d11",
    "version": 1,
    "worker_id": WORKER,
    "worker_name": "李清",
    "body": "云栖小镇联合党委",
    "purpose": "model_branch",
    "note": "跟班学习联合党委换届选举全过程",
    "valid_from": "2026-02-02",
    "valid_to": "2026-03-02",
    "cancel_reason": None,
    "region_code": "330106010000",
    "authority_code": "033001006003000",
    "recorded_at": RECORDED,
}
SAID = ("worker_id", "body", "purpose", "valid_from", "valid_to")


class PracticeRead(BaseModel):
    """Somebody is posted somewhere to learn by doing."""

    model_config = ConfigDict(json_schema_extra={"example": POSTING})

    id: UUID
    version: int
    worker_id: UUID
    worker_name: str | None = Field(description="Null where the name is not the caller's to see.")
    body: str = Field(description="Where to.")
    purpose: PracticePurpose
    note: str | None
    valid_from: date
    valid_to: date | None = Field(description="The first day no more; null while no end is set.")
    cancel_reason: str | None = Field(description="Why it was entered by mistake; it counts for nothing then.")
    region_code: RegionCode
    authority_code: AuthorityCode | None
    recorded_at: datetime


class PracticeDetail(PracticeRead):
    """A posting with what the caller may do."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": POSTING | {"allowed_actions": [{"action": "update", "allowed": True, "reason": None}]}
        }
    )

    allowed_actions: list[AllowedAction]


class PracticeCreate(BaseModel):
    """A posting, which may lie ahead; of one worker no two at a time."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {name: POSTING[name] for name in SAID}})

    worker_id: UUID
    body: Words = Field(description="Where to: an enterprise, an office, a community, a branch.")
    purpose: PracticePurpose
    note: Words | None = Field(default=None, description="What is to be learned or done. No names, no opinions.")
    valid_from: Day
    valid_to: Day | None = Field(default=None, description="The first day no more.")


class PracticeUpdate(BaseModel):
    """What is put right; a field left out stays as it is."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"valid_to": "2026-04-01"}})

    body: Words = absent()
    purpose: PracticePurpose = absent()
    note: Words | None = None
    valid_from: Day = absent()
    valid_to: Day | None = None


class PracticeVersion(Version):
    """A posting as it was known from `recorded_at` to `recorded_to`."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {name: POSTING[name] for name in POSTING if name not in ("worker_name", "authority_code")}
            | VERSIONS
        }
    )

    id: UUID
    version: int
    worker_id: UUID
    body: str
    purpose: PracticePurpose
    note: str | None
    valid_from: date
    valid_to: date | None
    cancel_reason: str | None
    region_code: RegionCode


class PracticeFilters(Placed):
    """What narrows the list."""

    worker_id: Annotated[UUID | None, Field(description="Only this worker's.")] = None
    purpose: Annotated[PracticePurpose | None, Field(description="Only for this purpose.")] = None
    on: Annotated[Day | None, Field(description="Only postings that run on this day.")] = None
    cancelled: Annotated[bool | None, Field(description="Only what was entered by mistake, or only what counts.")] = (
        None
    )
