"""Party workers on the wire. Numbers leave masked; in clear only by a reveal."""

from datetime import date, datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from app.core.wire import AllowedAction, Day, Line, absent
from app.services.authorities.schemas import AuthorityCode
from app.services.privacy.wire import IdentityNumber, PersonName, Phone, Purpose
from app.services.regions.stated import RegionCode, RegionLevel, RegionLevelAsked
from app.services.workers.facts import Background, Qualification, SelectionChannel, WorkerRole, WorkerState
from app.services.workers.roles.schemas import ROLE, RoleRead

WORKER: dict[str, Any] = {
    "id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0e11",
    "version": 1,
    "member_id": None,
    "name": "沈若安",
    "formal": True,
    "background": "government_organ",
    "sending_body": "西湖区市场监督管理局机关党委",
    "qualifications": ["party_affairs"],
    "industries": ["C", "65"],
    "home_region_code": "330106109000",
    "home_region_level": 4,
    "full_time": False,
    "authority_id": None,
    "authority_code": None,
    "state": "current",
    "since": "2026-03-01",
    "until": None,
    "roles": ["instructor"],
    "region_code": "330106000000",
    "region_level": 3,
    "source": "officer",
    "source_time": "2026-03-02T01:00:00+00:00",
    "corrected": [],
    "recorded_at": "2026-03-02T01:00:00+00:00",
    "phone": "137****0001",
    "identity_number": "330***********001X",
}

Industries = Annotated[
    list[Annotated[str, StringConstraints(pattern=r"^([A-T]|0[1-9]|[1-8][0-9]|9[0-7])$")]],
    Field(max_length=40, description="Industry experience by GB/T 4754-2017: a letter, or a division of two digits."),
]
Qualifications = Annotated[
    list[Qualification], Field(max_length=len(Qualification), description="What is recorded of the person's fitness.")
]
SendingBody = Annotated[Line | None, Field(description="The body that sent the person, where one did.")]
Authority = Annotated[
    UUID | None, Field(description="The superior body whose line keeps the worker too; null where it is the region's.")
]
Formal = Annotated[
    bool | None,
    Field(strict=True, description="Of somebody named: whether a formal member. Of a member the roll says it."),
]


class WorkerStored(BaseModel):
    """A party worker as the row tells it."""

    id: UUID
    version: int
    member_id: UUID | None = Field(description="Null for who stands on no roll here.")
    name: str | None = Field(description="Null where the member lies outside the caller's scope, or once erased.")
    formal: bool | None = Field(description="Whether a formal member, by the roll or as stated; null: not known.")
    background: Background | None
    sending_body: str | None
    qualifications: list[Qualification]
    industries: list[str]
    home_region_code: RegionCode | None
    home_region_level: int | None
    full_time: bool
    authority_id: UUID | None
    authority_code: AuthorityCode | None
    state: WorkerState
    since: date = Field(description="First day as a party worker here.")
    until: date | None = Field(description="First day no more; null while it lasts.")
    roles: list[WorkerRole] = Field(description="The roles held today, each once.")
    region_code: RegionCode = Field(description="Who keeps the worker.")
    region_level: int
    source: str = Field(description="officer, posts (named for a post), or the dataset that told it.")
    source_time: datetime
    corrected: list[str] = Field(description="Fields an officer has put right; pushes leave them alone.")
    recorded_at: datetime


class WorkerRead(WorkerStored):
    """A party worker with masked numbers."""

    model_config = ConfigDict(json_schema_extra={"example": WORKER})

    phone: str | None = Field(description="Masked; null when none is held.")
    identity_number: str | None = Field(description="Masked; null when none is held. A member's stands on the roll.")


class WorkerDetail(WorkerRead):
    """A party worker with all roles, the present ones first, and what the caller may do."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": WORKER
            | {"held": [ROLE], "allowed_actions": [{"action": "update", "allowed": True, "reason": None}]}
        }
    )

    held: list[RoleRead] = Field(description="Roles held now, before, or from a later day, as far as the caller sees.")
    allowed_actions: list[AllowedAction]


TOLD = (
    *("id", "version", "member_id", "name", "background", "sending_body", "qualifications", "industries"),
    *("full_time", "state", "since", "until", "region_code", "recorded_at"),
)


class WorkerVersion(BaseModel):
    """A party worker as known from one instant to another."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {name: WORKER[name] for name in TOLD}
            | {"stated_formal": True, "recorded_to": None, "replaced_by": None}
        }
    )

    id: UUID
    version: int
    member_id: UUID | None
    name: str | None = Field(description="Of who stands on no roll here.")
    stated_formal: bool | None
    background: Background | None
    sending_body: str | None
    qualifications: list[Qualification]
    industries: list[str]
    full_time: bool
    state: WorkerState
    since: date
    until: date | None
    region_code: RegionCode
    recorded_at: datetime
    recorded_to: datetime | None = Field(description="Null for the version that stands.")
    replaced_by: str | None


class WorkerCreate(BaseModel):
    """A new party worker: a member by id, or somebody who stands on no roll here by name."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "name": "沈若安",
                "formal_member": True,
                "identity_number": "11010519491231002X",
                "background": "government_organ",
                "sending_body": "西湖区市场监督管理局机关党委",
                "qualifications": ["party_affairs"],
                "industries": ["C", "65"],
                "home_region_code": "330106109000",
                "region_code": "330106000000",
                "since": "2026-03-01",
            }
        },
    )

    member_id: UUID | None = None
    name: PersonName | None = None
    formal_member: Formal = None
    identity_number: IdentityNumber | None = None
    phone: Phone | None = None
    background: Background | None = None
    sending_body: SendingBody = None
    qualifications: Qualifications = Field(default_factory=list)
    industries: Industries = Field(default_factory=list)
    home_region_code: RegionCode | None = None
    home_region_level: RegionLevel = None
    full_time: Annotated[bool, Field(strict=True)] = False
    authority_id: Authority = None
    region_code: RegionCode
    region_level: RegionLevel = None
    since: Annotated[Day | None, Field(description="First day as a party worker; default today.")] = None

    @model_validator(mode="after")
    def one_person(self) -> Self:
        """A member or a name, not none and not both; what the roll says is not stated again."""
        if (self.member_id is None) == (self.name is None):
            raise PydanticCustomError("holder_one_of_two", "one of two")
        if self.member_id is not None and self.formal_member is not None:
            raise PydanticCustomError("holder_stated_twice", "the roll says it")
        if self.member_id is not None and self.identity_number is not None:
            raise PydanticCustomError("number_on_roll", "the roll has it")
        return self


class WorkerUpdate(BaseModel):
    """What is put right; a field left out stays as it is. `member_id` says who on the roll this is."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"qualifications": ["party_affairs"]}})

    member_id: UUID | None = None
    name: PersonName | None = None
    formal_member: Formal = None
    identity_number: IdentityNumber | None = None
    phone: Phone | None = None
    background: Background | None = None
    sending_body: SendingBody = None
    qualifications: Qualifications = absent()
    industries: Industries = absent()
    home_region_code: RegionCode | None = None
    home_region_level: RegionLevel = None
    full_time: Annotated[bool, Field(strict=True)] = absent()
    authority_id: Authority = None
    region_code: RegionCode = absent()
    region_level: RegionLevel = None
    since: Day = absent()


class WorkerEnd(BaseModel):
    """Somebody is a party worker no more from this day; roles that are held end with it."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"ended_on": "2026-03-01", "reason": "工作调动"}}
    )

    ended_on: Day = Field(description="First day no more; not later than today.")
    reason: Purpose


class WorkersFound(BaseModel):
    """The visible party workers with the number that was sought."""

    model_config = ConfigDict(json_schema_extra={"example": {"items": [WORKER]}})

    items: list[WorkerRead]


class WorkerFilters(BaseModel):
    """What narrows the list. There is no filter by name or number here: see the search."""

    state: Annotated[WorkerState, Field(description="current, or those who are no more.")] = WorkerState.current
    role: Annotated[WorkerRole | None, Field(description="Only who holds this role on `role_on`.")] = None
    role_on: Annotated[Day | None, Field(description="The day that `role` and `selection_channel` ask about.")] = None
    selection_channel: Annotated[
        SelectionChannel | None, Field(description="Only who holds a role by this channel on `role_on`.")
    ] = None
    background: Annotated[Background | None, Field(description="Only of this background.")] = None
    qualification: Annotated[Qualification | None, Field(description="Only with this recorded.")] = None
    full_time: Annotated[bool | None, Field(description="Only who works full time, or only the others.")] = None
    member_id: Annotated[UUID | None, Field(description="Only this member.")] = None
    region: Annotated[RegionCode | None, Field(description="Kept in this region and below.")] = None
    region_level: RegionLevelAsked = None
    authority: Annotated[AuthorityCode | None, Field(description="Kept by the line of this authority.")] = None
