"""Members on the wire. Personal fields leave masked; only `MemberRevealed` holds them in clear."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.core.wire import AllowedAction, Day, Line, Sentence, absent
from app.services.branches.schemas import Departure
from app.services.members.facts import MemberKind, MemberState
from app.services.privacy.wire import IdentityNumber, PersonName, Phone
from app.services.regions.stated import RegionCode, RegionLevelAsked

BRANCH = "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c13"
ORGANIZATION = "01999c3e-7b1a-7c55-9d6f-3f0b6a1c2d3e"
EXAMPLE: dict[str, Any] = {
    "id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c51",
    "version": 1,
    "name": "李清",
    "kind": "formal",
    "admitted_on": "2019-06-28",
    "formal_on": "2020-06-28",
    "branch_id": BRANCH,
    "branch_name": "云栖商务楼宇联合党支部",
    "organization_id": ORGANIZATION,
    "organization_name": "杭州云栖数据有限公司",
    "floating": False,
    "outflow_branch_name": None,
    "outflow_authority_code": None,
    "inflow_branch_id": None,
    "inflow_branch_name": None,
    "state": "current",
    "since": "2024-03-01",
    "until": None,
    "region_code": "330106109000",
    "source": "officer",
    "source_time": "2026-03-02T01:00:00+00:00",
    "corrected": [],
    "recorded_at": "2026-03-02T01:00:00+00:00",
    "phone": "137****0001",
    "identity_number": "330***********001X",
}
OutflowCode = Annotated[
    str | None,
    Field(
        pattern=r"^[0-9]{15}$",
        description="15-digit code of the body at the place of origin, which then sees the member.",
        examples=["330106001000000"],
    ),
]
Place = Annotated[Line | None, Field(description="Name of a branch that is not kept here.")]


class MemberStored(BaseModel):
    """A member as the row tells it."""

    id: UUID
    version: int
    name: str
    kind: MemberKind
    admitted_on: date | None = Field(description="When the member was admitted on probation.")
    formal_on: date | None = Field(description="When the member became a formal one.")
    branch_id: UUID | None = Field(
        description="The branch the relation is with, or was last; null when the relation stands outside the service."
    )
    branch_name: str | None
    organization_id: UUID | None = Field(description="The employer.")
    organization_name: str | None
    floating: bool = Field(description="Takes part elsewhere than the relation is.")
    outflow_branch_name: str | None = Field(description="Where the relation of one who floated in stands.")
    outflow_authority_code: str | None
    inflow_branch_id: UUID | None = Field(description="The branch here in which one who floats takes part.")
    inflow_branch_name: str | None = Field(description="The branch elsewhere in which one who floated out takes part.")
    state: MemberState
    since: date = Field(description="First day of the present relation.")
    until: date | None = Field(description="The day the membership here ended; null while it lasts.")
    region_code: RegionCode = Field(description="The branch's, else the employer's.")
    source: str = Field(description="officer, or the dataset that told it.")
    source_time: datetime
    corrected: list[str] = Field(description="Fields an officer has put right; pushes leave them alone.")
    recorded_at: datetime


class MemberRead(MemberStored):
    """A member with masked numbers."""

    model_config = ConfigDict(json_schema_extra={"example": EXAMPLE})

    phone: str | None = Field(description="Masked; null when none is held.")
    identity_number: str | None = Field(description="Masked; null when none is held.")


class MemberDetail(MemberRead):
    """A member with approved departures and what the caller may do."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": EXAMPLE
            | {"departures": [], "allowed_actions": [{"action": "transfer", "allowed": True, "reason": None}]}
        }
    )

    departures: list[Departure]
    allowed_actions: list[AllowedAction]


class MemberVersion(BaseModel):
    """A member as known from one instant to another."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                **{name: EXAMPLE[name] for name in ("id", "version", "name", "kind", "admitted_on", "formal_on")},
                **{name: EXAMPLE[name] for name in ("branch_id", "organization_id", "floating", "state", "since")},
                "until": None,
                "region_code": "330106109000",
                "recorded_at": "2026-03-02T01:00:00+00:00",
                "recorded_to": None,
                "replaced_by": None,
            }
        }
    )

    id: UUID
    version: int
    name: str
    kind: MemberKind
    admitted_on: date | None
    formal_on: date | None
    branch_id: UUID | None
    organization_id: UUID | None
    floating: bool
    state: MemberState
    since: date
    until: date | None
    region_code: RegionCode
    recorded_at: datetime
    recorded_to: datetime | None = Field(description="Null for the version that stands.")
    replaced_by: str | None


class MemberRelationRead(BaseModel):
    """The relation was with this branch from one day until another (exclusive)."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c52",
                "branch_id": BRANCH,
                "branch_name": "云栖商务楼宇联合党支部",
                "valid_from": "2024-03-01",
                "valid_to": None,
            }
        }
    )

    id: UUID
    branch_id: UUID
    branch_name: str | None = Field(description="Null for a branch the caller does not see.")
    valid_from: date
    valid_to: date | None


class MemberCreate(BaseModel):
    """A new member. At least one of branch and employer."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "name": "李清",
                "kind": "formal",
                "identity_number": "11010519491231002X",
                "branch_id": BRANCH,
                "organization_id": ORGANIZATION,
                "admitted_on": "2019-06-28",
                "formal_on": "2020-06-28",
                "since": "2024-03-01",
            }
        },
    )

    name: PersonName
    kind: MemberKind
    identity_number: IdentityNumber | None = None
    phone: Phone | None = None
    admitted_on: Day | None = None
    formal_on: Day | None = None
    branch_id: UUID | None = None
    organization_id: UUID | None = None
    floating: bool = False
    outflow_branch_name: Place = None
    outflow_authority_code: OutflowCode = None
    inflow_branch_id: UUID | None = None
    inflow_branch_name: Place = None
    since: Annotated[Day | None, Field(description="First day of the relation; default today.")] = None


class MemberUpdate(BaseModel):
    """What is put right; a field left out stays as it is. The branch changes by transfer, the kind by confirmation."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"phone": "13900139000"}})

    name: PersonName = absent()
    kind: Annotated[
        Literal[MemberKind.probationary], Field(description="Puts right one entered as formal by mistake.")
    ] = absent()
    identity_number: IdentityNumber | None = None
    phone: Phone | None = None
    admitted_on: Day | None = None
    formal_on: Day | None = None
    organization_id: UUID | None = None
    floating: bool = absent()
    outflow_branch_name: Place = None
    outflow_authority_code: OutflowCode = None
    inflow_branch_id: UUID | None = None
    inflow_branch_name: Place = None
    since: Day = absent()


class MemberConfirm(BaseModel):
    """A probationary member becomes a formal one."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"formal_on": "2026-03-01"}})

    formal_on: Day
    departure_reason: Annotated[Sentence | None, Field(description="Needed when the probation was shorter.")] = None


class MemberEnd(BaseModel):
    """The membership ended on this day. Why is not kept here."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"ended_on": "2026-03-01"}})

    ended_on: Day


class MembersFound(BaseModel):
    """The visible members with the number that was sought."""

    model_config = ConfigDict(json_schema_extra={"example": {"items": [EXAMPLE]}})

    items: list[MemberRead]


class MemberFilters(BaseModel):
    """What narrows the list. There is no filter by number here: see the search."""

    state: Annotated[MemberState, Field(description="current, or those who have left.")] = MemberState.current
    branch_id: Annotated[UUID | None, Field(description="Only members whose relation is with this branch.")] = None
    organization_id: Annotated[UUID | None, Field(description="Only members who work in this organisation.")] = None
    inflow_branch_id: Annotated[UUID | None, Field(description="Only those who float into this branch.")] = None
    region: Annotated[RegionCode | None, Field(description="Members who stand in this region and below.")] = None
    region_level: RegionLevelAsked = None
    kind: Annotated[MemberKind | None, Field(description="Only this kind.")] = None
    floating: Annotated[bool | None, Field(description="Only floating members, or only the others.")] = None
