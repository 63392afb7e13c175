"""Activities on the wire."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.core.wire import AllowedAction, Day, absent
from app.services.activities.facts import ActivityKind
from app.services.authorities.schemas import AuthorityCode
from app.services.privacy.wire import Purpose, Words
from app.services.regions.stated import RegionCode, RegionLevelAsked

EXAMPLE: dict[str, Any] = {
    "id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0e11",
    "version": 1,
    "branch_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c13",
    "branch_name": "中共云栖科技联合支部委员会",
    "region_code": "330106010000",
    "authority_code": "033001006003000",
    "kind": "theme_day",
    "held_on": "2026-02-20",
    "topic": "学习支部工作条例",
    "attended": 4,
    "expected": 5,
    "cancel_reason": None,
    "recorded_at": "2026-03-02T01:00:00+00:00",
}
RHYTHM: dict[str, Any] = {
    "branch_id": EXAMPLE["branch_id"],
    "branch_name": EXAMPLE["branch_name"],
    "region_code": EXAMPLE["region_code"],
    "founded_on": "2025-02-10",
    "members_meeting_last": "2026-01-15",
    "members_meeting_before": True,
    "members_meeting_now": True,
    "committee_meeting_last": None,
    "committee_meeting_before": False,
    "committee_meeting_now": False,
    "lecture_last": "2025-12-20",
    "lecture_before": True,
    "lecture_now": False,
    "theme_day_last": "2026-02-20",
    "theme_day_before": True,
    "theme_day_now": False,
}


Topic = Annotated[Words, Field(description="What it was about. No names, no numbers of persons.")]
Heads = Annotated[int, Field(strict=True, ge=1, le=100_000)]


class ActivityRead(BaseModel):
    """Something a branch held: numbers, no names."""

    model_config = ConfigDict(json_schema_extra={"example": EXAMPLE})

    id: UUID
    version: int
    branch_id: UUID
    branch_name: str
    region_code: RegionCode
    authority_code: AuthorityCode
    kind: ActivityKind
    held_on: date
    topic: str
    attended: int
    expected: int | None
    cancel_reason: str | None = Field(description="Why it was entered by mistake; it counts for nothing then.")
    recorded_at: datetime


class ActivityDetail(ActivityRead):
    """An activity with what the caller may do."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": EXAMPLE | {"allowed_actions": [{"action": "cancel", "allowed": True, "reason": None}]}
        }
    )

    allowed_actions: list[AllowedAction]


class ActivityCreate(BaseModel):
    """Something that was held."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {name: EXAMPLE[name] for name in ("branch_id", "kind", "held_on", "topic", "attended")}
        },
    )

    branch_id: UUID
    kind: ActivityKind
    held_on: Day = Field(description="While the branch stood, and not later than today.")
    topic: Topic
    attended: Heads
    expected: Heads | None = Field(default=None, description="How many were to come.")


class ActivityUpdate(BaseModel):
    """What is put right; a field left out stays as it is."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"attended": 5}})

    held_on: Day = absent()
    topic: Topic = absent()
    attended: Heads = absent()
    expected: Heads | None = None


class ActivityCancel(BaseModel):
    """Why an activity does not count."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"reason": "重复录入"}})

    reason: Purpose


class ActivityVersion(BaseModel):
    """An activity as it was known from `recorded_at` to `recorded_to`."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {name: EXAMPLE[name] for name in EXAMPLE if name not in ("branch_name", "authority_code")}
            | {"recorded_to": None, "replaced_by": None}
        }
    )

    id: UUID
    version: int
    branch_id: UUID
    region_code: RegionCode
    kind: ActivityKind
    held_on: date
    topic: str
    attended: int
    expected: int | None
    cancel_reason: str | None
    recorded_at: datetime
    recorded_to: datetime | None
    replaced_by: str | None


class ActivityFilters(BaseModel):
    """What narrows the list."""

    branch_id: Annotated[UUID | None, Field(description="Only this branch's.")] = None
    region: Annotated[RegionCode | None, Field(description="Of branches in this region and below.")] = None
    region_level: RegionLevelAsked = None
    authority: Annotated[AuthorityCode | None, Field(description="Of branches under this authority, by code.")] = None
    kind: Annotated[ActivityKind | None, Field(description="Only this kind.")] = None
    since: Annotated[Day | None, Field(description="Held on this day or later.")] = None
    until: Annotated[Day | None, Field(description="Held before this day.")] = None
    cancelled: Annotated[bool | None, Field(description="Only what was entered by mistake, or only what counts.")] = (
        None
    )


class RhythmFilters(BaseModel):
    """What narrows the rhythm."""

    region: Annotated[
        RegionCode | None, Field(description="Branches in this region and below; its policy sets the periods.")
    ] = None
    region_level: RegionLevelAsked = None
    authority: Annotated[AuthorityCode | None, Field(description="Branches under this authority, by code.")] = None
    lacking: Annotated[
        ActivityKind | None,
        Field(description="Only those that stood all through the last full period and did not hold this in it."),
    ] = None


class RhythmRead(BaseModel):
    """How a branch that stands keeps each kind up: `before` in the last full period, `now` in the one that runs."""

    model_config = ConfigDict(json_schema_extra={"example": RHYTHM})

    branch_id: UUID
    branch_name: str
    region_code: RegionCode
    founded_on: date
    members_meeting_last: date | None = Field(description="The last one; null when none is recorded.")
    members_meeting_before: bool
    members_meeting_now: bool
    committee_meeting_last: date | None
    committee_meeting_before: bool
    committee_meeting_now: bool
    lecture_last: date | None
    lecture_before: bool
    lecture_now: bool
    theme_day_last: date | None
    theme_day_before: bool
    theme_day_now: bool
