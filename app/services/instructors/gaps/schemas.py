"""Where nobody is in charge, on the wire."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.services.authorities.schemas import AuthorityCode
from app.services.instructors.facts import GapKind
from app.services.regions.stated import RegionCode, RegionLevelAsked

GAP: dict[str, Any] = {
    "id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c12",
    "kind": "no_instructor",
    "about": "organization",
    "name": "杭州云栖示例科技有限公司",
    "worker_id": None,
    "worker_name": None,
    "organization_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c12",
    "branch_id": None,
    "region_code": "330106010000",
    "authority_code": None,
    "due_on": None,
}


class About(StrEnum):
    """What a gap is about: the noun that its id leads to."""

    branch = "branch"
    organization = "organization"
    worker_role = "worker_role"  # an instructor's term
    assignment = "assignment"
    term = "term"  # a branch's team


class StaffingGapRead(BaseModel):
    """Somebody in charge is missing, or will be soon."""

    model_config = ConfigDict(json_schema_extra={"example": GAP})

    id: UUID = Field(description="Of what it is `about`.")
    kind: GapKind
    about: About
    name: str | None = Field(description="Of the branch or the organisation; null of an instructor's term.")
    worker_id: UUID | None
    worker_name: str | None = Field(description="Whose time ends; null where it is nobody's, or out of scope.")
    organization_id: UUID | None
    branch_id: UUID | None
    region_code: RegionCode
    authority_code: AuthorityCode | None
    due_on: date | None = Field(description="term_ending: the first day on which it is over.")


class GapFilters(BaseModel):
    """What narrows the list of gaps."""

    kind: Annotated[
        GapKind | None,
        Field(
            description="no_secretary: a branch that stands. no_instructor: a two-new organisation at work that no"
            " branch covers. term_ending: of teams, instructors and assignments that nothing follows."
        ),
    ] = None
    region: Annotated[
        RegionCode | None, Field(description="In this region and below. Its policy says what is soon.")
    ] = None
    region_level: RegionLevelAsked = None
    authority: Annotated[AuthorityCode | None, Field(description="In the line of this authority, by code.")] = None
