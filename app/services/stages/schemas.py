"""Stages on the wire: the checklist, the steps taken, and branches that are hollow."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.core.findings import Severity
from app.core.wire import AllowedAction
from app.services.activities.facts import ActivityKind
from app.services.authorities.schemas import AuthorityCode
from app.services.branches.facts import FormationMode, Level, Stage
from app.services.branches.schemas import DepartureReason
from app.services.privacy.wire import Purpose
from app.services.regions.stated import RegionCode, RegionLevelAsked
from app.services.stages.facts import HollowReason

BRANCH = "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c13"
ITEM: dict[str, Any] = {
    "code": "stage_members",
    "severity": "hard",
    "met": True,
    "text": "正式党员不少于 3 人",
    "limit": 3,
    "actual": 5,
    "citation": "《中国共产党章程》（2022年修改）第三十条",
}
HOLLOW: dict[str, Any] = {
    "id": BRANCH,
    "name": "中共云栖科技联合支部委员会",
    "level": "branch",
    "formation_mode": "joint",
    "stage": "established",
    "region_code": "330106010000",
    "authority_code": "033001006003000",
    "founded_on": "2024-02-10",
    "formal_members": 0,
    "probationary_members": 0,
    "organizations_covered": 2,
    "organizations_at_work": 2,
    "last_held_on": "2024-06-30",
    "reasons": ["no_members", "nothing_held"],
}
STEP: dict[str, Any] = {
    "id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0f11",
    "branch_id": BRANCH,
    "stage_before": "established",
    "stage": "consolidated",
    "taken_on": "2026-03-02",
    "taken_by": "officer-1",
    "reason": None,
    "policy_version": "default-2026",
    "checklist": [{name: value for name, value in ITEM.items() if name != "text"}],
    "recorded_at": "2026-03-02T01:00:00+00:00",
}


class ChecklistItem(BaseModel):
    """One thing that a stage asks for."""

    model_config = ConfigDict(json_schema_extra={"example": ITEM})

    code: str = Field(description="Code of the label namespaces `checklist` and `finding`.")
    severity: Severity = Field(description="What it is when it is not met: hard refuses, a departure needs a reason.")
    met: bool
    text: str = Field(description="What is asked, or, when it is not met, what is missing.")
    limit: Any
    actual: Any
    citation: str


class Kept(BaseModel):
    """How a branch keeps one kind of activity up."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {"kind": "lecture", "last_held_on": "2025-12-20", "period_months": 3, "periods": [True, False]}
        }
    )

    kind: ActivityKind
    last_held_on: date | None
    period_months: int = Field(description="Length of a period: calendar months counted from January.")
    periods: list[bool] = Field(description="Whether it was held in each of the last full periods, the newest last.")


class StageReview(BaseModel):
    """How far a branch has come, and what the next stage still lacks: all of it from what is kept here."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "id": BRANCH,
                "version": 3,
                "name": HOLLOW["name"],
                "stage": "established",
                "next_stage": "consolidated",
                "asked_for": "consolidated",
                "on": "2026-03-02",
                "ready": True,
                "unmet": 0,
                "checklist": [ITEM],
                "rhythm": [],
                "hollow": [],
                "policy_version": "default-2026",
                "allowed_actions": [{"action": "advance", "allowed": True, "reason": None}],
            }
        }
    )

    id: UUID
    version: int = Field(description="The branch's version, as `If-Match` of the verbs wants it.")
    name: str
    stage: Stage
    next_stage: Stage | None = Field(description="Null at the last one.")
    asked_for: Stage = Field(description="The stage whose checklist this is: the next one, else the present one.")
    on: date = Field(description="The day it was judged on.")
    ready: bool = Field(description="Whether nothing is missing but what is only advised.")
    unmet: int = Field(description="How many lines are not met, advice included.")
    checklist: list[ChecklistItem]
    rhythm: list[Kept]
    hollow: list[HollowReason] = Field(description="Why it is hollow; empty when it is not.")
    policy_version: str = Field(description="The policies that it was judged by.")
    allowed_actions: list[AllowedAction]


class Advance(BaseModel):
    """The stage a branch has reached."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"stage": "consolidated"}})

    stage: Stage = Field(description="The one after the present one.")
    departure_reason: DepartureReason = None


class StepBack(BaseModel):
    """An earlier stage that a branch is found to stand at, and why."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"stage": "established", "reason": "班子长期不健全，重新巩固"}}
    )

    stage: Stage
    reason: Purpose


class StepItem(BaseModel):
    """A line of the checklist as it was when the step was taken."""

    code: str
    severity: Severity
    met: bool
    limit: Any
    actual: Any
    citation: str


class StepRead(BaseModel):
    """A step that a branch took, with the checklist of that day."""

    model_config = ConfigDict(json_schema_extra={"example": STEP})

    id: UUID
    branch_id: UUID
    stage_before: Stage
    stage: Stage
    taken_on: date
    taken_by: str
    reason: str | None = Field(description="Why what was missing was let pass, or why it went back.")
    policy_version: str
    checklist: list[StepItem]
    recorded_at: datetime


class HollowRead(BaseModel):
    """A branch that stands with nothing behind it."""

    model_config = ConfigDict(json_schema_extra={"example": HOLLOW})

    id: UUID
    name: str
    level: Level
    formation_mode: FormationMode
    stage: Stage
    region_code: RegionCode
    authority_code: AuthorityCode
    founded_on: date
    formal_members: int
    probationary_members: int
    organizations_covered: int = Field(description="Today, wherever they lie.")
    organizations_at_work: int = Field(description="Of these, those that operate or have only suspended business.")
    last_held_on: date | None = Field(description="The last activity recorded.")
    reasons: list[HollowReason]


class HollowFilters(BaseModel):
    """What narrows the hollow branches."""

    region: Annotated[
        RegionCode | None, Field(description="In this region and below; its policy says for how long nothing was held.")
    ] = None
    region_level: RegionLevelAsked = None
    authority: Annotated[AuthorityCode | None, Field(description="Under this authority, by code.")] = None
    reason: Annotated[HollowReason | None, Field(description="Only for this reason.")] = None
    stage: Annotated[Stage | None, Field(description="Only at this stage.")] = None
