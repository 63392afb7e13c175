"""Lines of appropriations on the wire. Money is in integer fen."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.services.authorities.schemas import AuthorityCode
from app.services.funding.appropriations.facts import AppropriationState, ItemKind
from app.services.funding.appropriations.schemas import APPROPRIATION_ID, BRANCH_ID, COMMITTEE_ID, EXPLAINED
from app.services.funding.facts import Purse
from app.services.funding.wire import YearAsked
from app.services.regions.stated import RegionCode, RegionLevelAsked

EXAMPLE: dict[str, Any] = {
    "id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f8b11",
    "version": 2,
    "appropriation_id": APPROPRIATION_ID,
    "committee_id": COMMITTEE_ID,
    "year": 2026,
    "purse": "fiscal_budget",
    "state": "posted",
    "booked_on": "2026-03-04",
    "kind": "per_member",
    "branch_id": BRANCH_ID,
    "branch_name": "中共云栖科技联合支部委员会",
    "project_id": None,
    "turn": 1,
    "supplement": False,
    "members": 14,
    "due_fen": 420_000,
    "granted_fen": 0,
    "amount_fen": 420_000,
    "explanation": EXPLAINED,
    "text": "14名党员 × 300.00元 = 4,200.00元",
    "reason": None,
    "entered_by": "person:zhou",
    "place_code": "330106010000",
    "place_level": 4,
    "line_code": "033001006010000",
    "recorded_at": "2026-03-02T01:00:00+00:00",
}


class AppropriationItemRead(BaseModel):
    """What one branch is given for one reason, with how it was computed."""

    model_config = ConfigDict(json_schema_extra={"example": EXAMPLE})

    id: UUID
    version: int
    appropriation_id: UUID
    committee_id: UUID
    year: int
    purse: Purse
    state: AppropriationState = Field(description="The appropriation's.")
    booked_on: date | None = Field(description="The day it was posted.")
    kind: ItemKind
    branch_id: UUID
    branch_name: str = Field(description="As it was.")
    project_id: UUID | None
    turn: int = Field(description="By members: the how manyth line of the branch's year.")
    supplement: bool = Field(description="It adds to what the branch had before.")
    members: int | None
    due_fen: int = Field(description="The branch's whole right, in fen; 0 for a line by hand.")
    granted_fen: int = Field(description="What it has had of that, in fen, through those that went on in it too.")
    amount_fen: int = Field(description="What it gets, in fen; below 0 only for a line by hand.")
    explanation: dict[str, Any] = Field(
        description="The numbers of it. By members: `members`, `formal`, `probationary`, `counted_on`, `basis`,"
        " `rate_fen`, `given_fen`, `inherited_fen`; for a founding `approved_on`, `rate_fen`; for a project `title`,"
        " `approved_fen`, `ceiling_fen`; each with its `document`. Of what was shared out: `shared_fen` of"
        " `shared_of_fen`, by the largest remainder."
    )
    text: str = Field(description="The same in words.")
    reason: str | None = Field(description="Of a line by hand.")
    entered_by: str
    place_code: RegionCode = Field(description="Where the branch stands.")
    place_level: int
    line_code: AuthorityCode = Field(description="The authority that manages the branch.")
    recorded_at: datetime


class AppropriationItemFilters(BaseModel):
    """What narrows the list."""

    region: Annotated[RegionCode | None, Field(description="Of branches in this region and below.")] = None
    region_level: RegionLevelAsked = None
    authority: Annotated[AuthorityCode | None, Field(description="Of branches under this authority, by code.")] = None
    appropriation_id: Annotated[UUID | None, Field(description="Only of this appropriation.")] = None
    committee_id: Annotated[UUID | None, Field(description="Only of this committee.")] = None
    branch_id: Annotated[UUID | None, Field(description="Only of this branch.")] = None
    year: Annotated[YearAsked | None, Field(description="Only of this year.")] = None
    purse: Annotated[Purse | None, Field(description="Only of this purse.")] = None
    kind: Annotated[ItemKind | None, Field(description="Only for this reason.")] = None
    state: Annotated[AppropriationState | None, Field(description="Only in this state.")] = None
