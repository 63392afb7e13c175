"""Affiliations, transfers and hand-overs on the wire."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.core.wire import Day, Line, Sentence
from app.services.authorities.schemas import AuthorityCode
from app.services.branches.facts import ManagementMode
from app.services.branches.schemas import DepartureReason, Outflow
from app.services.regions.stated import RegionCode, RegionLevelAsked

EXAMPLE: dict[str, Any] = {
    "id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c51",
    "version": 1,
    "branch_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c13",
    "branch_name": "中共云栖科技联合支部委员会",
    "authority_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c12",
    "authority_name": "中共转塘街道工作委员会",
    "authority_code": "033001006003000",
    "management_mode": "territorial",
    "outflow_authority_code": None,
    "valid_from": "2026-02-10",
    "valid_to": None,
    "reason": None,
    "handed_on": None,
    "handed_by": None,
    "received_by": None,
    "handed_items": None,
    "handover_note": None,
    "handover_id": None,
    "region_code": "330106010000",
    "recorded_at": "2026-03-02T01:00:00+00:00",
}


class AffiliationRead(BaseModel):
    """Under whom a branch stood in a period, how it was managed, and how it came there."""

    model_config = ConfigDict(json_schema_extra={"example": EXAMPLE})

    id: UUID
    version: int
    branch_id: UUID
    branch_name: str | None = Field(description="Null where the branch lies outside the caller's scope by now.")
    authority_id: UUID
    authority_name: str | None = Field(description="Null where the authority lies outside the caller's scope.")
    authority_code: AuthorityCode
    management_mode: ManagementMode
    outflow_authority_code: AuthorityCode | None
    valid_from: date
    valid_to: date | None = Field(description="First day on which it no longer stood so; null: it does.")
    reason: str | None = Field(description="Why it came there; null for where it was founded.")
    handed_on: date | None
    handed_by: str | None
    received_by: str | None
    handed_items: str | None
    handover_note: str | None
    handover_id: UUID | None = Field(description="The hand-over of a whole authority that it was part of.")
    region_code: RegionCode
    recorded_at: datetime


class AffiliationFilters(BaseModel):
    """What narrows the list."""

    region: Annotated[RegionCode | None, Field(description="Of branches in this region and below.")] = None
    region_level: RegionLevelAsked = None
    authority: Annotated[AuthorityCode | None, Field(description="Under this authority or one below it, by code.")] = (
        None
    )
    authority_id: Annotated[UUID | None, Field(description="Only under this authority itself.")] = None
    outflow_authority: Annotated[
        AuthorityCode | None, Field(description="Whose members come from the place of this body or one below it.")
    ] = None
    branch_id: Annotated[UUID | None, Field(description="Only of this branch.")] = None
    management_mode: Annotated[ManagementMode | None, Field(description="Only this management mode.")] = None
    handover_id: Annotated[UUID | None, Field(description="Only those that came of this hand-over.")] = None
    on: Annotated[Day | None, Field(description="Only those that held on this day; without it all periods.")] = None
    since: Annotated[Day | None, Field(description="Only those that began on this day or later.")] = None


class HandingOver(BaseModel):
    """What is kept of a hand-over: between which bodies, what was handed over, and when. No names of persons."""

    handed_on: Day | None = Field(default=None, description="When files and tasks were handed over; not after today.")
    handed_by: Line | None = Field(default=None, description="The body, or the post in it, that handed over.")
    received_by: Line | None = Field(default=None, description="The body, or the post in it, that received.")
    handed_items: Sentence | None = Field(default=None, description="What was handed over.")
    handover_note: Sentence | None = Field(default=None, description="What is still open.")


class Transfer(HandingOver):
    """Another superior body, or another way of being managed, from a day on."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "authority_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c15",
                "management_mode": "industry",
                "on": "2026-03-01",
                "reason": "律师事务所党组织归口行业党委管理",
                "handed_on": "2026-03-02",
                "handed_by": "中共转塘街道工作委员会",
                "received_by": "中共西湖区律师行业委员会",
                "handed_items": "党员名册、会议记录、党费台账",
            }
        },
    )

    authority_id: UUID = Field(
        description="The superior body from that day on; the present one where only the mode changes."
    )
    management_mode: ManagementMode
    outflow_authority_code: Outflow = None
    on: Day = Field(
        description="First day; not later than today, not before the present affiliation began. On that very day it"
        " replaces the present one."
    )
    reason: Sentence
    departure_reason: DepartureReason = None


class HandOver(HandingOver):
    """A body's branches, all together, come under another one from a day on."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "successor_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c15",
                "on": "2026-03-01",
                "reason": "职责划转社会工作部",
                "dissolve": True,
                "document": "西委〔2026〕3号",
                "handed_by": "中共西湖区委两新工委",
                "received_by": "中共西湖区委社会工作部",
                "handed_items": "党组织台账 312 份，在办事项 7 件",
            }
        },
    )

    successor_id: UUID
    on: Day = Field(description="First day under the successor; not later than today.")
    reason: Sentence
    dissolve: bool = Field(strict=True, description="Whether the first body ends on that day.")
    document: Line | None = Field(default=None, description="The paper that decides it, by its number (文号).")
    management_mode: ManagementMode | None = Field(
        default=None, description="How the branches are managed from then on; default: each as before."
    )
    departure_reason: DepartureReason = None


class HandOverRead(BaseModel):
    """What one body handed to another."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c42",
                "authority_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c14",
                "authority_name": "中共西湖区委两新工委",
                "successor_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c15",
                "successor_name": "中共西湖区委社会工作部",
                "handed_on": "2024-05-01",
                "reason": "职责划转社会工作部",
                "document": "西委〔2024〕3号",
                "handed_by": "中共西湖区委组织部",
                "received_by": "中共西湖区委社会工作部",
                "handed_items": "党组织台账 312 份，在办事项 7 件",
                "handover_note": None,
                "branches": 312,
                "dissolved": True,
                "recorded_at": "2026-03-02T01:00:00+00:00",
            }
        }
    )

    id: UUID
    authority_id: UUID
    authority_name: str | None = Field(description="Null where it lies outside the caller's scope.")
    successor_id: UUID
    successor_name: str | None = Field(description="Null where it lies outside the caller's scope.")
    handed_on: date
    reason: str
    document: str | None
    handed_by: str | None
    received_by: str | None
    handed_items: str | None
    handover_note: str | None
    branches: int = Field(description="How many branches came under the successor.")
    dissolved: bool = Field(description="Whether the first body ended with it.")
    recorded_at: datetime
