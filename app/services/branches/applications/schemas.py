"""Applications for branches on the wire."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.core.wire import AllowedAction, Day, Line, Sentence, Whole, absent
from app.services.authorities.schemas import AuthorityCode
from app.services.branches.facts import ApplicationState, Election, FormationMode, Level, ManagementMode, TermKind
from app.services.branches.schemas import BranchDraft, Departure, DepartureReason, Judged, Organizations, Outflow
from app.services.regions.stated import RegionCode, RegionLevel

EXAMPLE: dict[str, Any] = {
    "id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c41",
    "version": 1,
    "state": "applied",
    "name": "中共云栖科技联合支部委员会",
    "level": "branch",
    "formation_mode": "joint",
    "management_mode": "territorial",
    "term_kind": "regular",
    "authority_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c12",
    "authority_name": "中共转塘街道工作委员会",
    "authority_code": "033001006003000",
    "region_code": "330106010000",
    "region_level": 4,
    "applied_on": "2026-02-02",
    "due_on": "2026-03-02",
    "overdue": False,
    "decided_on": None,
    "founded_on": None,
    "branch_id": None,
    "filed_on": None,
    "recorded_at": "2026-02-02T01:00:00+00:00",
}
DRAFT_EXAMPLE: dict[str, Any] = {
    "name": "中共云栖科技联合支部委员会",
    "formation_mode": "joint",
    "authority_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c12",
    "region_code": "330106010000",
    "applied_on": "2026-02-02",
    "organization_ids": ["019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c21", "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c22"],
}


class ApplicationCreate(BranchDraft):
    """An application to a superior for a branch."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": DRAFT_EXAMPLE})

    applied_on: Day | None = Field(default=None, description="When it was put to the superior; default: today.")


class ApplicationUpdate(BaseModel):
    """What changes in the draft; a field left out stays as it is."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"name": "中共云栖科技联合支部委员会"}})

    name: Line = absent()
    level: Level = absent()
    formation_mode: FormationMode = absent()
    management_mode: ManagementMode = absent()
    authority_id: UUID = absent()
    outflow_authority_code: Outflow = None
    host_id: UUID | None = None
    parent_id: UUID | None = None
    region_code: RegionCode = absent()
    region_level: RegionLevel = None
    term_kind: TermKind = absent()
    ends_on: Day | None = None
    formal_members: Whole | None = None
    probationary_members: Whole | None = None
    organization_ids: Organizations = absent()
    departure_reason: DepartureReason = None


class ApplicationRead(BaseModel):
    """An application for a branch."""

    model_config = ConfigDict(json_schema_extra={"example": EXAMPLE})

    id: UUID
    version: int
    state: ApplicationState
    name: str
    level: Level
    formation_mode: FormationMode
    management_mode: ManagementMode
    term_kind: TermKind
    authority_id: UUID
    authority_name: str | None = Field(description="Null where the authority lies outside the caller's scope.")
    authority_code: AuthorityCode
    region_code: RegionCode
    region_level: int
    applied_on: date
    due_on: date = Field(description="By when the superior normally answers.")
    overdue: bool = Field(description="Not answered, and the day has passed.")
    decided_on: date | None
    founded_on: date | None
    branch_id: UUID | None
    filed_on: date | None
    recorded_at: datetime


class ApplicationDetail(ApplicationRead):
    """An application with its draft, the departures asked for or let pass, what the rules say, and what may be done."""

    outflow_authority_code: AuthorityCode | None
    host_id: UUID | None
    parent_id: UUID | None
    ends_on: date | None
    formal_members: int | None
    probationary_members: int | None
    organization_ids: list[UUID]
    departure_reason: str | None
    applied_by: str = Field(description="Who put it forward last; somebody else approves it.")
    decided_by: str | None
    decision_reason: str | None
    election: Election | None
    departures: list[Departure]
    findings: list[Judged] | None = Field(
        description="What the rules say today; null once it is founded or withdrawn, and where not all of its"
        " organisations lie in the caller's scope."
    )
    policy_version: str | None = Field(description="The policy that `findings` were judged by.")
    allowed_actions: list[AllowedAction]


class ApplicationVersion(BaseModel):
    """An application as it was known from `recorded_at` to `recorded_to`."""

    id: UUID
    version: int
    state: ApplicationState
    name: str
    level: Level
    formation_mode: FormationMode
    authority_id: UUID
    region_code: RegionCode
    region_level: int
    organization_ids: list[UUID]
    applied_by: str
    applied_on: date
    due_on: date
    decided_by: str | None
    decided_on: date | None
    decision_reason: str | None
    departures: list[Departure]
    election: Election | None
    founded_on: date | None
    branch_id: UUID | None
    filed_on: date | None
    recorded_at: datetime
    recorded_to: datetime | None = Field(description="When the next version became known; null for the current one.")
    replaced_by: str | None = Field(description="Who recorded the next version.")


class ApplicationApprove(BaseModel):
    """The superior's approval."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"decided_on": "2026-02-20"}})

    decided_on: Day | None = Field(default=None, description="The day of the reply; default: today.")
    remark: Sentence | None = None
    departure_reason: DepartureReason = None


class ApplicationReturn(BaseModel):
    """The superior sends it back to be amended."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"decided_on": "2026-02-20", "reason": "党员人数需核实"}}
    )

    decided_on: Day | None = Field(default=None, description="Default: today.")
    reason: Sentence


class ApplicationResubmit(BaseModel):
    """A returned application is put forward again."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"applied_on": "2026-02-24"}})

    applied_on: Day | None = Field(default=None, description="Default: today. The month begins anew.")
    departure_reason: DepartureReason = None


class ApplicationWithdraw(BaseModel):
    """It is no longer wanted."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"reason": "企业迁出"}})

    reason: Sentence


class ApplicationFound(BaseModel):
    """The founding meeting has been held: the branch stands."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"founded_on": "2026-02-26", "election": "elected"}}
    )

    founded_on: Day = Field(description="Not before the approval, not later than today.")
    election: Election
    formal_members: Whole | None = Field(default=None, description="Default: as applied for.")
    probationary_members: Whole | None = Field(default=None, description="Default: as applied for.")
    departure_reason: DepartureReason = None


class Filing(BaseModel):
    """Approval and election are filed with the organisation department above."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"filed_on": "2026-03-02"}})

    filed_on: Day | None = Field(default=None, description="Not before the founding; default: today.")


class ApplicationFilters(BaseModel):
    """What narrows the list."""

    region: Annotated[RegionCode | None, Field(description="For branches in this region and below.")] = None
    region_level: RegionLevel = None
    state: Annotated[ApplicationState | None, Field(description="Only in this state.")] = None
    authority: Annotated[AuthorityCode | None, Field(description="To this authority or one below it, by code.")] = None
    overdue: Annotated[bool | None, Field(description="True: not answered and past the day; false: all others.")] = None
    due_before: Annotated[Day | None, Field(description="Not answered yet, and due before this day.")] = None
    name: Annotated[str | None, Field(min_length=1, max_length=100, description="A part of the name.")] = None
