"""Proposals which host an organisation sits in, on the wire."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.core.wire import AllowedAction, Sentence
from app.services.matching.facts import LEAST, MatchState
from app.services.regions.stated import RegionCode, RegionLevel, RegionLevelAsked

ROW: dict[str, Any] = {
    "id": "019b2c34-6f00-7a11-8a55-2f6f0c1d9e02",
    "version": 1,
    "organization_id": "01999c3e-7b1a-7c55-9d6f-3f0b6a1c2d3e",
    "host_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c11",
    "region_code": "330106002000",
    "state": "open",
    "confidence": 100,
    "certain": True,
    "matched": "翡翠大厦",
    "reasons": ["name_in_address", "same_house", "same_street"],
    "decided_by": None,
    "decided_at": None,
    "reason": None,
    "recorded_at": "2026-03-02T01:00:00+00:00",
}
EXAMPLE: dict[str, Any] = ROW | {
    "organization_name": "杭州澄若拓纺织有限公司",
    "organization_address": "西湖区北山街道文三路12号翡翠大厦3楼",
    "host_name": "翡翠大厦",
    "host_kind": "commercial_building",
}


class HostMatchRow(BaseModel):
    """A proposal alone, without what it is about."""

    id: UUID
    version: int
    organization_id: UUID
    host_id: UUID
    region_code: str = Field(description="Where the organisation stands.")
    state: MatchState
    confidence: int = Field(description="0 to 100, the sum of what each reason weighs.")
    certain: bool = Field(description="Its full name, which the county has once, and its street or house agree.")
    matched: str = Field(description="The words of the address that say so.")
    reasons: list[str] = Field(description="Why, and what stands against it. Label namespace `match_reason`.")
    decided_by: str | None
    decided_at: datetime | None
    reason: str | None = Field(description="Why it was decided so.")
    recorded_at: datetime


class HostMatchRead(HostMatchRow):
    """An organisation may sit in a host."""

    model_config = ConfigDict(json_schema_extra={"example": EXAMPLE})

    organization_name: str
    organization_address: str | None
    host_name: str | None = Field(description="Null when the host stands outside the caller's scope.")
    host_kind: str | None


class HostMatchDetail(HostMatchRead):
    """A proposal with what the caller may do."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": EXAMPLE | {"allowed_actions": [{"action": "accept", "allowed": True, "reason": None}]}
        }
    )

    allowed_actions: list[AllowedAction]


class HostMatchVersion(HostMatchRow):
    """A proposal as it was known from `recorded_at` to `recorded_to`."""

    model_config = ConfigDict(json_schema_extra={"example": ROW | {"recorded_to": None, "replaced_by": None}})

    recorded_to: datetime | None = Field(description="When the next version became known; null for the current one.")
    replaced_by: str | None = Field(description="Who recorded the next version.")


class HostMatchFilters(BaseModel):
    """What narrows the list."""

    region: Annotated[RegionCode | None, Field(description="Organisations in this region and below.")] = None
    region_level: RegionLevelAsked = None
    state: Annotated[MatchState | None, Field(description="What waits, or what has been decided.")] = MatchState.open
    host_id: Annotated[UUID | None, Field(description="Only those of this host.")] = None
    organization_id: Annotated[UUID | None, Field(description="Only those of this organisation.")] = None
    certain: Annotated[bool | None, Field(description="Only certain ones, or only the others.")] = None
    least_confidence: Annotated[int, Field(ge=0, le=100, description="Only those at least so sure.")] = 0


class MatchRun(BaseModel):
    """Where organisations are to be compared with hosts."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, json_schema_extra={"example": {"region": "330106000000", "apply": "none"}}
    )

    region: RegionCode
    region_level: RegionLevel = None
    apply: Literal["none", "certain"] = Field(
        default="none", description="certain: organisations get the one host that is certain at once."
    )


class MatchFigures(BaseModel):
    """What a comparison came to."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "region_code": "330106000000",
                "region_level": 3,
                "as_of": "2026-03-02T01:00:00+00:00",
                "hosts": 412,
                "organizations": 9120,
                "without_address": 31,
                "matched": 1711,
                "proposed": 1902,
                "changed": 0,
                "withdrawn": 12,
                "applied": 0,
            }
        }
    )

    region_code: str
    region_level: int
    as_of: datetime
    hosts: int = Field(description="Open hosts of the counties that the region is in.")
    organizations: int = Field(description="Those at work in the region that have no host yet.")
    without_address: int = Field(description="Those of them with nothing to compare.")
    matched: int = Field(description=f"Those of them with a proposal of at least {LEAST}.")
    proposed: int = Field(description="New proposals.")
    changed: int = Field(description="Open proposals that look otherwise now.")
    withdrawn: int = Field(description="Open proposals that are none any more.")
    applied: int = Field(description="Organisations that got their certain host at once.")


class MatchDecision(BaseModel):
    """What a person says of one proposal."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: UUID
    version: int = Field(strict=True, ge=1, le=2**31 - 1, description="The version that was read.")
    verdict: Literal["accept", "reject"]
    reason: Sentence | None = None


class MatchDecisions(BaseModel):
    """Several decisions, each taken or refused on its own."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        json_schema_extra={
            "example": {"items": [{"id": "019b2c34-6f00-7a11-8a55-2f6f0c1d9e02", "version": 1, "verdict": "accept"}]}
        },
    )

    items: Annotated[list[MatchDecision], Field(min_length=1, max_length=200)]
