"""Yearly reviews of workers on the wire."""

from datetime import date, datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from app.core.wire import AllowedAction, Day, absent
from app.services.authorities.schemas import AuthorityCode
from app.services.branches.schemas import Departure, DepartureReason, Judged
from app.services.duties.facts import Answer, Band, Consequence, ReviewState
from app.services.duties.targets.schemas import FIGURE, FigureRead, RoleHeld, Year, YearAsked
from app.services.privacy.wire import Purpose, without_number
from app.services.regions.stated import RegionCode, RegionLevel
from app.services.workers.beside.schemas import Placed
from app.services.workers.facts import WorkerRole

EXAMPLE: dict[str, Any] = {
    "id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0f11",
    "version": 3,
    "worker_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0e11",
    "worker_name": "沈若安",
    "year": 2025,
    "state": "opinions_in",
    "opened_on": "2026-01-05",
    "self_reported_on": "2026-01-08",
    "self_band": "competent",
    "band": None,
    "consequence": None,
    "decided_on": None,
    "region_code": "330106000000",
    "region_level": 3,
    "authority_code": None,
    "recorded_at": "2026-01-12T01:00:00+00:00",
}
OPINION: dict[str, Any] = {
    "body_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c21",
    "organization_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c21",
    "branch_id": None,
    "body_name": "杭州云栖科技有限公司",
    "opinion_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0f21",
    "version": 1,
    "answer": "satisfied",
    "answered_on": "2026-01-09",
    "entered_by": "person:wang",
}
REASON: dict[str, Any] = {
    "code": "review_targets_missed",
    "severity": "advice",
    "text": "2 项可衡量的目标中完成 1 项。",
    "limit": 2,
    "actual": 1,
    "citation": "地方两新工委工作口径（默认值）",
}
COUNTS: dict[str, Any] = {"asked": 3, "satisfied": 2, "basically": 1, "dissatisfied": 0}

Report = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=10, max_length=4000),
    AfterValidator(without_number),
    Field(description="What was done in the year, in the worker's own words; no numbers of persons."),
]
Workers = Annotated[
    list[UUID], Field(min_length=1, max_length=200, description="Only these workers, as far as they are written.")
]


class ReviewsOpen(BaseModel):
    """Open a year's reviews: of all workers kept in a region who held a role in it, or of the workers named."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"year": 2025, "region_code": "330106000000", "region_level": 3}},
    )

    year: Year
    region_code: RegionCode | None = None
    region_level: RegionLevel = None
    worker_ids: Workers | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.region_code is None) == (self.worker_ids is None):
            raise PydanticCustomError("review_whose", "name a region or workers, and not both")
        return self


class ReviewsOpened(BaseModel):
    """How many reviews were opened."""

    model_config = ConfigDict(json_schema_extra={"example": {"year": 2025, "opened": 41, "standing": 3, "idle": 2}})

    year: int
    opened: int
    standing: int = Field(description="Workers whose review of that year was there already.")
    idle: int = Field(description="Workers who held no role in that year: nothing is opened for them.")


class OpinionCounts(BaseModel):
    """How many bodies are to be asked about a worker's year, and how many answered what."""

    model_config = ConfigDict(json_schema_extra={"example": dict(COUNTS)})

    asked: int = Field(description="Branches and organisations that he worked for in the year.")
    satisfied: int
    basically: int
    dissatisfied: int


class Correction(BaseModel):
    """A decision that was taken up again."""

    band: Band
    consequence: Consequence
    decided_by: str
    decided_on: date
    reason: str = Field(description="Why it was taken up again.")
    reopened_by: str
    reopened_at: datetime
    result: dict[str, Any] = Field(description="What that decision rested on, as it was frozen.")


class WorkerReviewRead(BaseModel):
    """A worker's yearly review."""

    model_config = ConfigDict(json_schema_extra={"example": EXAMPLE})

    id: UUID
    version: int
    worker_id: UUID
    worker_name: str | None = Field(description="Null where the name is not the caller's to see.")
    year: int
    state: ReviewState
    opened_on: date
    self_reported_on: date | None
    self_band: Band | None = Field(description="The band that the worker sees himself in.")
    band: Band | None = Field(description="The one in force: kept while a decision is taken up again.")
    consequence: Consequence | None
    decided_on: date | None
    region_code: RegionCode
    region_level: int
    authority_code: AuthorityCode | None
    recorded_at: datetime


class ReviewDetail(WorkerReviewRead):
    """A review with its figures: live until it is decided, and as they were then from then on."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": EXAMPLE
            | {
                "opened_by": "person:wang",
                "self_report": "走访企业二十四次，协助组建联合党支部一个。",
                "self_reported_by": "person:wang",
                "on_behalf": True,
                "decided_by": None,
                "frozen": False,
                "since": "2025-01-01",
                "until": "2026-01-01",
                "as_of": "2026-01-12T01:00:00+00:00",
                "roles": [{"role": "instructor", "since": "2025-01-01", "until": "2027-01-01"}],
                "figures": [FIGURE],
                "opinions": COUNTS,
                "score": 50,
                "suggested_band": "incompetent",
                "reasons": [REASON],
                "policy_version": "default-2026",
                "departures": [],
                "corrections": [],
                "allowed_actions": [{"action": "decide", "allowed": True, "reason": None}],
            }
        }
    )

    opened_by: str
    self_report: str | None
    self_reported_by: str | None
    on_behalf: bool | None = Field(description="Whether somebody else entered what the worker handed in.")
    decided_by: str | None
    frozen: bool = Field(description="Whether the figures are those of the decision; else they are of now.")
    since: date = Field(description="First day of the period the figures are about.")
    until: date = Field(description="First day after it.")
    as_of: datetime = Field(description="When the figures were read.")
    roles: list[RoleHeld]
    figures: list[FigureRead]
    opinions: OpinionCounts
    score: int | None = Field(
        description="The mean of what was done of each target, in whole per cent; null when nothing could be measured."
    )
    suggested_band: Band | None = Field(description="The band that the numbers point to; people decide.")
    reasons: list[Judged] = Field(description="What speaks against a better band.")
    policy_version: str
    departures: list[Departure] = Field(description="What was let pass, with the reasons.")
    corrections: list[Correction] = Field(description="Decisions that were taken up again, the oldest first.")
    allowed_actions: list[AllowedAction]


class SelfReport(BaseModel):
    """What the worker reports on his year."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"report": "走访企业二十四次，协助组建联合党支部一个。", "band": "competent"}},
    )

    report: Report
    band: Band | None = Field(default=None, description="The band the worker sees himself in.")
    own: bool = Field(
        default=False,
        strict=True,
        description="It is the caller's own year, which somebody else decides. Known where the grant names the worker.",
    )


class OpinionsClose(BaseModel):
    """No more answers are waited for."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"departure_reason": "一家企业已搬迁，无法征求意见"}}
    )

    departure_reason: DepartureReason = None


class ReviewDecision(BaseModel):
    """How the year is appraised, and what follows."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"band": "competent", "consequence": "continue"}}
    )

    band: Band
    consequence: Consequence
    departure_reason: DepartureReason = None


class Reopening(BaseModel):
    """Why a decision is taken up again."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"reason": "补录了去年第四季度的走访记录"}})

    reason: Purpose


class OpinionCreate(BaseModel):
    """What a body answered when it was asked whether it is content with a worker."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"organization_id": OPINION["organization_id"], "answer": "satisfied"}},
    )

    branch_id: UUID | None = None
    organization_id: UUID | None = Field(default=None, description="The owner of this organisation was asked.")
    answer: Answer
    answered_on: Day | None = Field(default=None, description="Default: today.")

    @model_validator(mode="after")
    def _one_body(self) -> Self:
        if (self.branch_id is None) == (self.organization_id is None):
            raise PydanticCustomError("opinion_body", "name a branch or an organisation, and not both")
        return self


class OpinionUpdate(BaseModel):
    """An answer is put right."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"answer": "basically"}})

    answer: Answer = absent()
    answered_on: Day = absent()


class OpinionRead(BaseModel):
    """A body that is to be asked about a worker's year, and its answer; bodies out of sight are left out."""

    model_config = ConfigDict(json_schema_extra={"example": OPINION})

    body_id: UUID
    branch_id: UUID | None
    organization_id: UUID | None
    body_name: str
    opinion_id: UUID | None = Field(description="Null while it has not answered.")
    version: int | None = Field(description="As `If-Match` of the opinion wants it.")
    answer: Answer | None
    answered_on: date | None
    entered_by: str | None


class ReviewVersion(BaseModel):
    """A review as it was known from `recorded_at` to `recorded_to`."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                name: EXAMPLE[name]
                for name in EXAMPLE
                if name not in ("worker_name", "region_code", "region_level", "authority_code")
            }
            | {"self_report": None, "decided_by": None, "departures": [], "recorded_to": None, "replaced_by": None}
        }
    )

    id: UUID
    version: int
    worker_id: UUID
    year: int
    state: ReviewState
    opened_on: date
    self_report: str | None
    self_reported_on: date | None
    self_band: Band | None
    band: Band | None
    consequence: Consequence | None
    decided_by: str | None
    decided_on: date | None
    departures: list[Departure]
    recorded_at: datetime
    recorded_to: datetime | None
    replaced_by: str | None


class ReviewFilters(Placed):
    """What narrows the list, beside where the workers are kept."""

    worker_id: Annotated[UUID | None, Field(description="Only this worker's.")] = None
    year: Annotated[YearAsked | None, Field(description="Only of this year.")] = None
    role: Annotated[
        WorkerRole | None, Field(description="Only of workers who held this role in the year, where it is in sight.")
    ] = None
    state: Annotated[ReviewState | None, Field(description="Only in this state.")] = None
    band: Annotated[Band | None, Field(description="Only with this band in force.")] = None
    consequence: Annotated[Consequence | None, Field(description="Only with this consequence.")] = None
