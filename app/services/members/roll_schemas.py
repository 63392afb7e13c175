"""Rolls, and what differs between counted and reported members, on the wire."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.core.wire import Day
from app.services.regions.stated import RegionCode, RegionLevelAsked


class MemberFact(StrEnum):
    """A number of members that is stated or reported, and counted."""

    formal_members_working = "formal_members_working"
    formal_members_relation = "formal_members_relation"
    probationary_members = "probationary_members"
    branch_formal_members = "branch_formal_members"
    branch_probationary_members = "branch_probationary_members"


class CountedSubject(StrEnum):
    """Whose members differ."""

    organization = "organization"
    branch = "branch"


class KeepRoll(BaseModel):
    """From when on every member of the branch is entered by name."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"since": "2026-03-01"}})

    since: Annotated[Day | None, Field(description="Default today.")] = None


class MemberDifference(BaseModel):
    """One number that is told in two ways: to clear up."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "id": "01999c3e-7b1a-7c55-9d6f-3f0b6a1c2d3e/formal_members_relation",
                "subject": "organization",
                "subject_id": "01999c3e-7b1a-7c55-9d6f-3f0b6a1c2d3e",
                "name": "杭州云栖数据有限公司",
                "region_code": "330106109000",
                "fact": "formal_members_relation",
                "reported": 5,
                "reported_by": "party_facts",
                "reported_at": "2026-03-01T00:00:00+00:00",
                "counted": 3,
                "holds": 5,
            }
        }
    )

    id: str = Field(description="The subject's id and the fact.")
    subject: CountedSubject
    subject_id: UUID
    name: str
    region_code: RegionCode
    fact: MemberFact
    reported: int = Field(description="What a dataset or an officer says; of a branch, what is stated with it.")
    reported_by: str = Field(description="officer, or the dataset that told it.")
    reported_at: datetime | None = Field(description="The source's own time; null for a branch's stated number.")
    counted: int = Field(description="Members entered by name.")
    holds: int = Field(description="The number that rules and figures go by today.")


class DifferenceFilters(BaseModel):
    """What narrows the list."""

    region: Annotated[RegionCode | None, Field(description="Only organisations and branches here and below.")] = None
    region_level: RegionLevelAsked = None
    subject: Annotated[CountedSubject | None, Field(description="Only organisations, or only branches.")] = None
