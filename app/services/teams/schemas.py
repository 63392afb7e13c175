"""Terms and posts on the wire."""

from datetime import date, datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from app.core.wire import AllowedAction, Day, Line
from app.services.authorities.schemas import AuthorityCode
from app.services.branches.facts import Election
from app.services.branches.schemas import Departure, Judged
from app.services.privacy.wire import PersonName, Purpose
from app.services.regions.stated import RegionCode, RegionLevelAsked
from app.services.teams.facts import EndKind, PostRole, TermState
from app.services.workers.facts import Qualification, SelectionChannel

MOST_POSTS = 30

TERM: dict[str, Any] = {
    "id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0d11",
    "version": 1,
    "branch_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c13",
    "branch_name": "中共云栖科技联合支部委员会",
    "region_code": "330106010000",
    "authority_code": "033001006003000",
    "number": 1,
    "election": "elected",
    "chosen_on": "2026-02-10",
    "valid_from": "2026-02-10",
    "due_on": "2029-02-10",
    "extended_to": None,
    "valid_to": None,
    "end_kind": None,
    "end_reason": None,
    "state": "current",
    "approval_document": None,
    "posts_held": 2,
    "recorded_at": "2026-03-02T01:00:00+00:00",
}
POST: dict[str, Any] = {
    "id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0d21",
    "version": 1,
    "term_id": TERM["id"],
    "branch_id": TERM["branch_id"],
    "branch_name": TERM["branch_name"],
    "region_code": TERM["region_code"],
    "member_id": None,
    "worker_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0e11",
    "holder_name": "沈若安",
    "role": "secretary",
    "selection_channel": "dispatched",
    "qualifications": ["business_management"],
    "valid_from": "2026-02-10",
    "valid_to": None,
    "end_kind": None,
    "end_reason": None,
    "recorded_at": "2026-03-02T01:00:00+00:00",
}
DRAFT: dict[str, Any] = {
    "holder_name": "沈若安",
    "formal_member": True,
    "role": "secretary",
    "selection_channel": "dispatched",
    "qualifications": ["business_management"],
}

Reason = Annotated[
    Purpose | None,
    Field(
        description="Why a departure from a 'normally' is approved; needed when there is one (a 409 lists them)."
        " It is kept with the term, with who approved it and when."
    ),
]
Approval = Annotated[
    Line | None, Field(description="The superior's approval by its document number, for an early or late election.")
]
Qualifications = Annotated[
    list[Qualification], Field(max_length=len(Qualification), description="What is recorded of the person's fitness.")
]


class TermRead(BaseModel):
    """A team's time in office, without names."""

    model_config = ConfigDict(json_schema_extra={"example": TERM})

    id: UUID
    version: int
    branch_id: UUID
    branch_name: str
    region_code: RegionCode
    authority_code: AuthorityCode
    number: int = Field(description="Which term of the branch it is, as far as they are kept here.")
    election: Election
    chosen_on: date
    valid_from: date = Field(description="First day in office.")
    due_on: date = Field(description="By this day the next team is to be chosen.")
    extended_to: date | None = Field(description="A later day that was approved.")
    valid_to: date | None = Field(description="First day on which it was no longer in office.")
    end_kind: EndKind | None
    end_reason: str | None
    state: TermState = Field(description="Today; how long before its end a term is ending soon is the policy's.")
    approval_document: str | None
    posts_held: int = Field(description="How many posts are held today.")
    recorded_at: datetime


class PostRead(BaseModel):
    """Somebody in a team."""

    model_config = ConfigDict(json_schema_extra={"example": POST})

    id: UUID
    version: int
    term_id: UUID
    branch_id: UUID
    branch_name: str
    region_code: RegionCode
    member_id: UUID | None = Field(description="Null for who stands on no roll here.")
    worker_id: UUID | None = Field(description="The same person as a party worker, with all roles.")
    holder_name: str | None = Field(
        description="Null where the member lies outside the caller's scope, or has been erased."
    )
    role: PostRole
    selection_channel: SelectionChannel
    qualifications: list[Qualification]
    valid_from: date
    valid_to: date | None = Field(description="First day on which the post was no longer held.")
    end_kind: EndKind | None
    end_reason: str | None
    recorded_at: datetime


class TermDetail(TermRead):
    """A term with its posts, the departures approved for it, what the rules say of it today, and what may be done."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": TERM
            | {
                "posts": [POST],
                "departures": [],
                "findings": [],
                "policy_version": "default-2026",
                "allowed_actions": [{"action": "end", "allowed": True, "reason": None}],
            }
        }
    )

    posts: list[PostRead]
    departures: list[Departure]
    findings: list[Judged]
    policy_version: str = Field(description="The policy that `findings` were judged by.")
    allowed_actions: list[AllowedAction]


class PostDraft(BaseModel):
    """Who is to hold which post: a member or a party worker by id, or by name who is neither here."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": DRAFT})

    member_id: UUID | None = None
    worker_id: Annotated[
        UUID | None, Field(description="A party worker who is known here; qualifications recorded of him count too.")
    ] = None
    holder_name: PersonName | None = None
    formal_member: Annotated[
        bool | None,
        Field(strict=True, description="Of somebody named: whether a formal member. Of a member the roll says it."),
    ] = None
    role: PostRole
    selection_channel: SelectionChannel
    qualifications: Qualifications = Field(default_factory=list)

    @model_validator(mode="after")
    def one_holder(self) -> Self:
        """A member, a worker or a name, one of them."""
        if sum(each is not None for each in (self.member_id, self.worker_id, self.holder_name)) != 1:
            raise PydanticCustomError("holder_one_of_two", "one of them")
        if self.holder_name is None and self.formal_member is not None:
            raise PydanticCustomError("holder_stated_twice", "the roll says it")
        return self


class TermCreate(BaseModel):
    """A team that takes office, by election or appointment; the one before it leaves on that day."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "branch_id": TERM["branch_id"],
                "election": "elected",
                "valid_from": "2026-02-10",
                "posts": [DRAFT],
            }
        },
    )

    branch_id: UUID
    election: Election
    valid_from: Day = Field(description="First day in office; not later than today.")
    chosen_on: Day | None = Field(default=None, description="Day of the election or appointment; default: valid_from.")
    due_on: Day | None = Field(default=None, description="Default: after the years that its level sets.")
    approval_document: Approval = None
    departure_reason: Reason = None
    posts: Annotated[list[PostDraft], Field(min_length=1, max_length=MOST_POSTS)]


class PostCreate(PostDraft):
    """Somebody who joins a team that is in office."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": DRAFT | {"valid_from": "2026-03-01"}})

    valid_from: Day = Field(description="First day in the post; within the term and not later than today.")
    departure_reason: Reason = None


class PostUpdate(BaseModel):
    """What is recorded of somebody's fitness now."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"qualifications": ["party_affairs"]}})

    qualifications: Qualifications


class TermEnd(BaseModel):
    """The end of a term or a post by a stated reason. The reason may hold no number of a person."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"valid_to": "2026-03-01", "reason": "工作调动"}}
    )

    valid_to: Day = Field(description="First day on which it is no longer held; not later than today.")
    reason: Purpose


class TermExtend(BaseModel):
    """A later election that was approved."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "until": "2029-08-10",
                "departure_reason": "企业搬迁，经批准延期换届",
                "approval_document": "转党委〔2029〕3号",
            }
        },
    )

    until: Day = Field(description="By this day the next team is to be chosen; after the day it was due on.")
    approval_document: Approval = None
    departure_reason: Reason = None


class TermVersion(BaseModel):
    """A term as it was known from `recorded_at` to `recorded_to`."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                name: TERM[name]
                for name in (
                    "id",
                    "version",
                    "branch_id",
                    "region_code",
                    "number",
                    "election",
                    "chosen_on",
                    "valid_from",
                    "due_on",
                    "extended_to",
                    "valid_to",
                    "end_kind",
                    "end_reason",
                    "approval_document",
                    "recorded_at",
                )
            }
            | {"recorded_to": None, "replaced_by": None}
        }
    )

    id: UUID
    version: int
    branch_id: UUID
    region_code: RegionCode
    number: int
    election: Election
    chosen_on: date
    valid_from: date
    due_on: date
    extended_to: date | None
    valid_to: date | None
    end_kind: EndKind | None
    end_reason: str | None
    approval_document: str | None
    recorded_at: datetime
    recorded_to: datetime | None
    replaced_by: str | None


class TermFilters(BaseModel):
    """What narrows the list of terms."""

    branch_id: Annotated[UUID | None, Field(description="Only this branch's.")] = None
    region: Annotated[RegionCode | None, Field(description="Of branches in this region and below.")] = None
    region_level: RegionLevelAsked = None
    authority: Annotated[AuthorityCode | None, Field(description="Of branches under this authority, by code.")] = None
    state: Annotated[
        TermState | None,
        Field(description="Today. When a term counts as ending soon is set by the policy of the region asked for."),
    ] = None
    in_office: Annotated[bool | None, Field(description="Only those in office, or only those that have ended.")] = None
    election: Annotated[Election | None, Field(description="Only teams chosen in this way.")] = None
    due_before: Annotated[Day | None, Field(description="Due, or prolonged, to a day before this one.")] = None


class PostFilters(BaseModel):
    """What narrows the list of posts."""

    branch_id: Annotated[UUID | None, Field(description="Only this branch's.")] = None
    term_id: Annotated[UUID | None, Field(description="Only this term's.")] = None
    member_id: Annotated[UUID | None, Field(description="Only those this member holds or held.")] = None
    worker_id: Annotated[UUID | None, Field(description="Only those this party worker holds or held.")] = None
    region: Annotated[RegionCode | None, Field(description="Of branches in this region and below.")] = None
    region_level: RegionLevelAsked = None
    authority: Annotated[AuthorityCode | None, Field(description="Of branches under this authority, by code.")] = None
    role: Annotated[PostRole | None, Field(description="Only this role.")] = None
    selection_channel: Annotated[SelectionChannel | None, Field(description="Only chosen in this way.")] = None
    qualification: Annotated[Qualification | None, Field(description="Only with this recorded.")] = None
    held: Annotated[bool | None, Field(description="Only those held today, or only those that have ended.")] = None
