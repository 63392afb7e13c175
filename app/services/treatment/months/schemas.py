"""Monthly lists and their lines on the wire. Amounts are integer fen."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.core.wire import AllowedAction
from app.services.authorities.schemas import AuthorityCode
from app.services.duties.facts import Band
from app.services.policies.schemas import Number
from app.services.regions.stated import RegionCode, RegionLevel, RegionLevelAsked
from app.services.treatment.facts import EntitlementState, MonthState
from app.services.treatment.wire import RECORDED, REPLACED, VERSIONS, WORKER
from app.services.workers.beside.schemas import Placed
from app.services.workers.facts import WorkerRole

MonthName = Annotated[
    str,
    Field(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$", description="A calendar month.", examples=["2026-03"]),
]
Fen = Annotated[int, Field(description="Fen.")]

SCHEME: dict[str, Any] = {
    "policy_version": "treatment-7",
    "region_code": "330106000000",
    "region_level": 3,
    "valid_from": "2026-01-01",
    "numbers": {"secretary_fen": {"value": 50000, "document": "某区委两新工委〔2026〕3号"}},
}
FIGURES: dict[str, Any] = {
    "workers": 214,
    "own_fen": 9_120_000,
    "differences_fen": 31_500,
    "due_fen": 9_155_000,
    "owed_back_fen": 3_500,
    "due": 190,
    "owed_back": 1,
    "differences": 2,
    "without_scheme": 23,
    "listed_elsewhere": 4,
}
MONTH: dict[str, Any] = {
    "id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f5a11",
    "version": 1,
    "month": "2026-03",
    "region_code": "330106000000",
    "region_level": 3,
    "state": "open",
    "computed_by": "person:li",
    "computed_at": RECORDED,
    "closed_by": None,
    "closed_at": None,
    "discard_reason": None,
    "figures": FIGURES,
    "recorded_at": RECORDED,
}
SEGMENT: dict[str, Any] = {
    "role_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f2b11",
    "role": "secretary",
    "start": "2026-03-01",
    "days": 31,
    "region_code": "330106010000",
    "region_level": 4,
    "policy_version": "treatment-7",
    "rate_fen": 50000,
    "band": "excellent",
    "percent": 120,
    "share_fen": 60000,
}
LINE: dict[str, Any] = {
    "id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f5a12",
    "business_key": f"treatment:2026-03:{WORKER}",
    "month_id": MONTH["id"],
    "month": "2026-03",
    "worker_id": WORKER,
    "worker_name": "王某",
    "role": "secretary",
    "days": 31,
    "own_fen": 60000,
    "differences_fen": -1500,
    "due_fen": 58500,
    "state": "due",
    "region_code": "330106010000",
    "region_level": 4,
    "authority_code": "033001006003000",
}


class MonthFigures(BaseModel):
    """The sums of a list."""

    model_config = ConfigDict(json_schema_extra={"example": FIGURES})

    workers: int = Field(description="Lines: everybody who held a role in the month or is owed a difference.")
    own_fen: Fen = Field(description="Fen for the month itself.")
    differences_fen: Fen = Field(description="Fen by which closed months would be listed otherwise now.")
    due_fen: Fen = Field(description="Fen of the lines that bring something.")
    owed_back_fen: Fen = Field(description="Fen of the lines that take something back.")
    due: int = Field(description="Lines that bring something.")
    owed_back: int = Field(description="Lines that take something back.")
    differences: int = Field(description="Closed months, of all workers together, that come to something else now.")
    without_scheme: int = Field(description="Workers with days that no scheme pays, each told as a finding.")
    listed_elsewhere: int = Field(description="Workers of the region who stand in another list of the month.")


class SchemeRead(BaseModel):
    """A scheme that paid, as it stood when the list was computed."""

    model_config = ConfigDict(json_schema_extra={"example": SCHEME})

    policy_version: str
    region_code: RegionCode
    region_level: int
    valid_from: date
    numbers: dict[str, Number]


class MonthRead(BaseModel):
    """The list of a region for a month."""

    model_config = ConfigDict(json_schema_extra={"example": MONTH})

    id: UUID
    version: int
    month: MonthName
    region_code: RegionCode
    region_level: int
    state: MonthState
    computed_by: str
    computed_at: datetime = Field(description="As of when the roles, the schemes and the reviews were read.")
    closed_by: str | None
    closed_at: datetime | None
    discard_reason: str | None
    figures: MonthFigures
    recorded_at: datetime


class MonthDetail(MonthRead):
    """A list with the schemes that paid, and what the caller may do to it."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": MONTH
            | {"schemes": [SCHEME], "allowed_actions": [{"action": "close", "allowed": False, "reason": "own_list"}]}
        }
    )

    schemes: list[SchemeRead]
    allowed_actions: list[AllowedAction]


class MonthVersion(MonthRead):
    """A list as it was known from `recorded_at` to `recorded_to`."""

    model_config = ConfigDict(json_schema_extra={"example": MONTH | VERSIONS})

    recorded_to: datetime | None = Field(description=REPLACED)
    replaced_by: str | None = Field(description="Who recorded the next version.")


class MonthCreate(BaseModel):
    """For which region and month; not later than the month that runs."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"region_code": "330106000000", "month": "2026-03"}}
    )

    region_code: RegionCode
    region_level: RegionLevel = None
    month: MonthName


class MonthFilters(BaseModel):
    """What narrows the lists."""

    region: Annotated[RegionCode | None, Field(description="Lists of this region and below.")] = None
    region_level: RegionLevelAsked = None
    month: Annotated[MonthName | None, Field(description="Lists of this month.")] = None
    state: Annotated[MonthState | None, Field(description="Only lists that have come this far.")] = None


class EntitlementRead(BaseModel):
    """What a month brings one worker. `business_key` is for ever: whoever pays by it pays once."""

    model_config = ConfigDict(json_schema_extra={"example": LINE})

    id: UUID
    business_key: str = Field(description="treatment:MONTH:WORKER; a worker stands in one list a month.")
    month_id: UUID
    month: MonthName
    worker_id: UUID
    worker_name: str | None = Field(description="Null where the name is not the caller's to see, and of the erased.")
    role: WorkerRole | None = Field(description="What most of the paid days are for; null: earlier months alone.")
    days: int = Field(description="Days of the month that are paid; no day is paid twice.")
    own_fen: Fen = Field(description="Fen for the month itself.")
    differences_fen: Fen = Field(description="Fen that closed months come to more, or less, than was listed.")
    due_fen: Fen = Field(description="Fen: both together. Below zero: to be given back.")
    state: EntitlementState = Field(description="`due`: to be paid; nothing is, while the list is `open`.")
    region_code: RegionCode = Field(description="Where the worker stood when it was computed.")
    region_level: int
    authority_code: AuthorityCode | None


class SegmentRead(BaseModel):
    """Days in a row that are paid alike. All `share_fen` of an amount add up to it."""

    model_config = ConfigDict(json_schema_extra={"example": SEGMENT})

    role_id: UUID
    role: WorkerRole
    start: date
    days: int
    region_code: RegionCode = Field(description="Whose scheme pays: where the role is held.")
    region_level: int
    policy_version: str
    rate_fen: Fen = Field(description="Fen a whole month of the role.")
    band: Band | None = Field(description="Of the last review decided by then; null: none was.")
    percent: int = Field(description="Of the rate, by the band.")
    share_fen: Fen = Field(description="Fen of the amount.")


class Unpaid(BaseModel):
    """A finding: days on which somebody held roles, and nobody has laid down what they are paid."""

    code: str = Field(description="Code of the label namespace `finding`.", examples=["no_scheme"])
    severity: str
    text: str
    role: WorkerRole
    days: int


class DifferenceRead(BaseModel):
    """A closed month that comes to something else now, by the schemes of its time."""

    for_month: MonthName
    listed_fen: Fen = Field(description="Fen that were listed for it, in all lists.")
    amount_fen: Fen = Field(description="Fen that it comes to by the roles as known now.")
    difference_fen: Fen
    segments: list[SegmentRead]
    findings: list[Unpaid]


class EntitlementDetail(EntitlementRead):
    """A line explained day by day."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": LINE
            | {
                "segments": [SEGMENT],
                "findings": [],
                "differences": [
                    {
                        "for_month": "2026-02", "listed_fen": 60000, "amount_fen": 58500, "difference_fen": -1500,
                        "segments": [], "findings": [],
                    }
                ],
            }
        }
    )  # fmt: skip

    segments: list[SegmentRead]
    findings: list[Unpaid]
    differences: list[DifferenceRead]


class EntitlementFilters(Placed):
    """What narrows the lines."""

    month_id: Annotated[UUID | None, Field(description="Lines of this list.")] = None
    month: Annotated[MonthName | None, Field(description="Lines of this month.")] = None
    worker_id: Annotated[UUID | None, Field(description="Lines of this worker.")] = None
    state: Annotated[EntitlementState | None, Field(description="`due`: what is to be paid.")] = None
    without_scheme: Annotated[
        bool | None, Field(description="Only those with days that no scheme pays, or without.")
    ] = None
