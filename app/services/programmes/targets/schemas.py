"""Targets of a programme on the wire."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.core.wire import AllowedAction, Day, absent
from app.services.authorities.schemas import AuthorityCode
from app.services.branches.schemas import DepartureReason, Judged
from app.services.privacy.wire import Purpose
from app.services.programmes.facts import Direction
from app.services.programmes.schemas import COMMITTEE_ID, PROGRAMME_ID, STANDS, Stands, YearAsked
from app.services.regions.stated import RegionCode, RegionLevel, RegionLevelAsked

EXAMPLE: dict[str, Any] = {
    "id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f5e11",
    "version": 1,
    "programme_id": PROGRAMME_ID,
    "committee_id": COMMITTEE_ID,
    "year": 2026,
    "indicator": "organization_coverage_permille",
    "basis": "eligible",
    "place_code": "330106000000",
    "place_level": 3,
    "direction": "up",
    "baseline": 700,
    "baseline_on": "2026-01-01",
    "target": 850,
    "from_on": "2026-01-01",
    "due_on": "2026-12-31",
    "withdrawn_reason": None,
    "value": 742,
    "expected": 725,
    "time_permille": 167,
    "progress_permille": 280,
    "reached": False,
    "on_track": True,
    "as_of": "2026-03-02T01:00:00+00:00",
    "basis_version": "default-2026",
    "frozen": False,
    **STANDS,
}
VALUE = "The figure as of `as_of`; of one that adds up what came since `from_on`. Null: nothing to measure it by."
SHARE = "How much of the way from the baseline is done, in thousandths; below 0 where it went the other way."


class ProgrammeTargetRead(Stands):
    """Where a region's figure is to be by a day, where it is, and whether it keeps pace with the days."""

    model_config = ConfigDict(json_schema_extra={"example": EXAMPLE})

    id: UUID
    version: int
    programme_id: UUID
    committee_id: UUID
    year: int
    indicator: str = Field(description="As `GET /v1/indicators` names it.")
    basis: str | None = Field(description="By which denominator it is measured, where there are several.")
    place_code: RegionCode
    place_level: int
    direction: Direction
    baseline: int
    baseline_on: date
    target: int
    from_on: date
    due_on: date = Field(description="The last day on which it may be reached.")
    withdrawn_reason: str | None
    value: int | None = Field(description=VALUE)
    expected: int = Field(description="Where it would be by now if it moved by the same amount every day.")
    time_permille: int = Field(description="How much of its time has passed, in thousandths.")
    progress_permille: int | None = Field(description=SHARE)
    reached: bool | None
    on_track: bool | None = Field(description="Reached, or no further behind its time than the policy lets pass.")
    as_of: datetime
    basis_version: str | None = Field(description="The coverage policy that the figure rests on, where it does.")
    frozen: bool = Field(description="The figures are those that the programme was closed with.")


class ProgrammeTargetDetail(ProgrammeTargetRead):
    """A target with what the rules say of it and what may be done."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": EXAMPLE
            | {
                "findings": [],
                "policy_version": "default-2026",
                "allowed_actions": [{"action": "update", "allowed": True, "reason": None}],
            }
        }
    )

    findings: list[Judged]
    policy_version: str
    allowed_actions: list[AllowedAction]


class ProgrammeTargetVersion(BaseModel):
    """A target as it was known from `recorded_at` to `recorded_to`."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                **{name: EXAMPLE[name] for name in ("id", "version", "indicator", "basis", "baseline", "target")},
                **{name: EXAMPLE[name] for name in ("due_on", "withdrawn_reason", "recorded_at")},
                "recorded_to": None,
                "replaced_by": None,
            }
        }
    )

    id: UUID
    version: int
    indicator: str
    basis: str | None
    baseline: int
    target: int
    due_on: date
    withdrawn_reason: str | None
    recorded_at: datetime
    recorded_to: datetime | None
    replaced_by: str | None


Figure = Annotated[int, Field(strict=True, ge=0, le=100_000_000)]


class ProgrammeTargetCreate(BaseModel):
    """Where a region's figure is to be by a day."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                **{name: EXAMPLE[name] for name in ("programme_id", "indicator", "basis", "baseline", "target")},
                "region_code": "330106000000",
            }
        },
    )

    programme_id: UUID
    indicator: Annotated[str, Field(max_length=60, description="About regions, as `GET /v1/indicators` names it.")]
    basis: Annotated[str | None, Field(max_length=40, description="Needed where the indicator has several.")] = None
    region_code: RegionCode | None = Field(default=None, description="Default: the committee's region.")
    region_level: RegionLevel = None
    direction: Direction = Direction.up
    baseline: Figure | None = Field(
        default=None, description="Where it was; default: as it is now. Of a figure that adds up always 0."
    )
    target: Figure
    from_on: Day | None = Field(default=None, description="Default: the first day of the year.")
    due_on: Day | None = Field(default=None, description="Default: the last day of the year.")
    departure_reason: DepartureReason = None


class ProgrammeTargetUpdate(BaseModel):
    """Another target or another day; a field left out stays as it is."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"target": 800}})

    target: Figure = absent()
    due_on: Day = absent()
    departure_reason: DepartureReason = None


class ProgrammeTargetWithdraw(BaseModel):
    """Why it does not count any more."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"reason": "市里统一调整考核口径"}})

    reason: Purpose
    departure_reason: DepartureReason = None


class ProgrammeTargetFilters(BaseModel):
    """What narrows the list."""

    region: Annotated[RegionCode | None, Field(description="Of committees in this region and below.")] = None
    region_level: RegionLevelAsked = None
    place: Annotated[RegionCode | None, Field(description="About this region and those below.")] = None
    place_level: RegionLevelAsked = None
    authority: Annotated[AuthorityCode | None, Field(description="Of committees under this authority, by code.")] = None
    committee_id: Annotated[UUID | None, Field(description="Only of this committee.")] = None
    programme_id: Annotated[UUID | None, Field(description="Only of this programme.")] = None
    year: Annotated[YearAsked | None, Field(description="Only of this year.")] = None
    indicator: Annotated[str | None, Field(max_length=60, description="Only on this figure.")] = None
    withdrawn: Annotated[bool | None, Field(description="Those that do not count any more, or the others.")] = None
