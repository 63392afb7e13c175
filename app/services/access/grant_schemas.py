"""Grants, access reviews and "who am I" on the wire."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.core.wire import AllowedAction, Day, Sentence
from app.services.access.permissions import Role

State = Literal["future", "in_force", "resting", "ended"]
Verdict = Literal["keep", "end"]

SPAN: dict[str, Any] = {"first": "330106000000", "last": "330106999999"}
HOLDING: dict[str, Any] = {
    "id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c31",
    "role": "region_officer",
    "regions": [SPAN],
    "lines": [],
    "subjects": [],
    "datasets": ["*"],
    "permissions": ["organizations:read", "organizations:write"],
    "ends_on": None,
}
GRANT: dict[str, Any] = {
    "id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c31",
    "version": 1,
    "subject": "person:zhang",
    "role": "region_officer",
    "regions": [SPAN],
    "lines": [],
    "subjects": [],
    "datasets": ["*"],
    "state": "in_force",
    "valid_from": "2026-03-02",
    "valid_to": None,
    "granted_by": "person:li",
    "reason": "任西湖区两新工委办干部",
    "end_reason": None,
    "confirmed_on": "2026-03-02",
    "confirmed_by": "person:li",
    "used_on": "2026-03-02",
    "created_at": "2026-03-02T01:00:00+00:00",
    "recorded_at": "2026-03-02T01:00:00+00:00",
}
REVIEW: dict[str, Any] = {
    "id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c41",
    "version": 1,
    "opened_by": "person:li",
    "opened_on": "2026-03-02",
    "due_on": "2026-04-02",
    "closed_on": None,
    "grants": 12,
    "undecided": 3,
    "recorded_at": "2026-03-02T01:00:00+00:00",
}

Subject = Annotated[
    str,
    Field(
        pattern=r"^(client-[0-9a-f]{32}|person:[^\x00-\x1f]{1,200})$",
        max_length=220,
        description="A client's id, or `person:` and what the provider's subject claim says.",
        examples=["person:zhang"],
    ),
]


class Span(BaseModel):
    """A range of codes, both ends included: a region or an authority with all below it, or neighbours together."""

    model_config = ConfigDict(json_schema_extra={"example": SPAN})

    first: str
    last: str


class GrantRead(BaseModel):
    """A role of a subject, where, and from when to when."""

    model_config = ConfigDict(json_schema_extra={"example": GRANT})

    id: UUID
    version: int
    subject: str
    role: Role
    regions: list[Span]
    lines: list[Span]
    subjects: list[UUID] = Field(
        description="Own objects: a secretary's branches, an instructor's own worker id or organisations, a department."
    )
    datasets: list[str] = Field(description="What it may push; `*` is all.")
    state: State = Field(description="resting: not confirmed for 400 days; holds again when confirmed.")
    valid_from: date
    valid_to: date | None = Field(description="The first day on which it no longer holds.")
    granted_by: str
    reason: str
    end_reason: str | None
    confirmed_on: date
    confirmed_by: str
    used_on: date | None = Field(description="The last day somebody acted under it.")
    created_at: datetime
    recorded_at: datetime


class GrantDetail(GrantRead):
    """A grant with what the caller may do to it."""

    model_config = ConfigDict(
        json_schema_extra={"example": GRANT | {"allowed_actions": [{"action": "end", "allowed": True, "reason": None}]}}
    )

    allowed_actions: list[AllowedAction]


class Place(BaseModel):
    """A region of a grant."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"region_code": "330106000000"}})

    region_code: Annotated[str, Field(pattern=r"^[0-9]{12}$", description="12-digit region code.")]
    region_level: Annotated[
        int | None, Field(ge=0, le=5, description="Where the code alone could mean two; default: the shallowest.")
    ] = None


class GrantCreate(BaseModel):
    """A new grant. What the role needs must be named; what it cannot have must be left out."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "subject": "person:zhang",
                "role": "region_officer",
                "regions": [{"region_code": "330106000000"}],
                "reason": "任西湖区两新工委办干部",
            }
        },
    )

    subject: Subject
    role: Role
    regions: Annotated[list[Place], Field(max_length=200)] = Field(default_factory=list)
    lines: Annotated[
        list[Annotated[str, Field(pattern=r"^[0-9]{15}$")]],
        Field(max_length=50, description="15-digit codes of authorities; each with all below it."),
    ] = Field(default_factory=list)
    subjects: Annotated[
        list[UUID],
        Field(
            max_length=200,
            description="A secretary's branches. Of an instructor the own worker id: what is assigned to it that day"
            " comes along by itself; or organisations one by one. Of a member of the joint meeting the department: what"
            " its committee's meeting shows comes along while it belongs to it.",
        ),
    ] = Field(default_factory=list)
    datasets: Annotated[list[Annotated[str, Field(max_length=60)]], Field(max_length=50)] = Field(default_factory=list)
    valid_from: Day | None = Field(default=None, description="Default: today.")
    valid_to: Day | None = Field(default=None, description="The first day on which it no longer holds.")
    reason: Sentence


class GrantEnd(BaseModel):
    """The end of a grant."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"reason": "调离岗位"}})

    ends_on: Day | None = Field(default=None, description="The first day on which it no longer holds; default: today.")
    reason: Sentence


class GrantFilters(BaseModel):
    """What narrows the list."""

    subject: Annotated[str | None, Field(max_length=220, description="Only grants of this subject.")] = None
    role: Annotated[Role | None, Field(description="Only this role.")] = None
    state: Annotated[State | None, Field(description="Only grants in this state today.")] = None
    unused_since: Annotated[Day | None, Field(description="Only grants not used on or after this day.")] = None


class AccessReviewRead(BaseModel):
    """A round in which every grant of a place is confirmed or ended."""

    model_config = ConfigDict(json_schema_extra={"example": REVIEW})

    id: UUID
    version: int
    opened_by: str
    opened_on: date
    due_on: date
    closed_on: date | None
    grants: int = Field(description="How many grants are looked at.")
    undecided: int
    recorded_at: datetime


class AccessReviewDetail(AccessReviewRead):
    """An access review with what the caller may do to it."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": REVIEW | {"allowed_actions": [{"action": "close", "allowed": False, "reason": "review_open"}]}
        }
    )

    allowed_actions: list[AllowedAction]


class AccessReviewOpen(BaseModel):
    """A new round over all grants that the caller's scope holds."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"due_on": "2026-04-02"}})

    due_on: Day


class AccessReviewItemRead(GrantRead):
    """A grant of a round: who has what, since when, last used; and what was decided."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": GRANT
            | {"verdict": "keep", "decision_reason": None, "decided_by": "person:li", "decided_at": None}
        }
    )

    verdict: Verdict | None = Field(description="Null while undecided.")
    decision_reason: str | None = Field(description="Why it was decided so; `reason` is why it was given.")
    decided_by: str | None
    decided_at: datetime | None


class GrantDecision(BaseModel):
    """What becomes of one grant."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"grant_id": GRANT["id"], "verdict": "keep"}}
    )

    grant_id: UUID
    verdict: Verdict
    reason: Sentence | None = None


class GrantDecisions(BaseModel):
    """Decisions about several grants, each taken or refused on its own."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"items": [{"grant_id": GRANT["id"], "verdict": "keep"}]}}
    )

    items: Annotated[list[GrantDecision], Field(min_length=1, max_length=200)]


class HoldingRead(BaseModel):
    """A grant of the caller that holds today."""

    model_config = ConfigDict(json_schema_extra={"example": HOLDING})

    id: UUID | None = Field(description="Send it as `Liangxin-Grant`; null for a grant that the token itself carries.")
    role: str | None
    regions: list[Span]
    lines: list[Span]
    subjects: list[UUID] = Field(
        description="Own objects; of an instructor with the organisations and branches assigned today."
    )
    datasets: list[str]
    permissions: list[str]
    ends_on: date | None


class Me(BaseModel):
    """Who the caller is and what they hold."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"subject": "person:zhang", "name": "张明", "grants": [HOLDING], "resting": []}}
    )

    subject: str
    name: str
    grants: list[HoldingRead] = Field(description="Those that hold today; with several, name one in each request.")
    resting: list[UUID] = Field(description="Grants that were not confirmed in time and wait for the review.")
