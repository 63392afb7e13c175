"""Levies on the wire. Money is in integer fen, ratios are in ten-thousandths of the year's payroll."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.core.wire import AllowedAction
from app.services.authorities.schemas import AuthorityCode
from app.services.branches.schemas import Departure, DepartureReason, Judged
from app.services.funding.facts import FIRST_YEAR, MOST_FEN, Use
from app.services.funding.levies.facts import AdjustmentCause, LevyState, PayrollSource, RatioSource
from app.services.funding.wire import YearAsked
from app.services.organizations.kinds import Kind
from app.services.privacy.wire import Purpose, Words
from app.services.regions.stated import RegionCode, RegionLevelAsked

COMMITTEE_ID = "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c12"
ORGANIZATION_ID = "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0a11"
LEVY_ID = "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f7a11"
STANDS: dict[str, Any] = {
    "branch_id": None,
    "region_code": "330106002000",
    "region_level": 4,
    "authority_code": "033001006000000",
    "recorded_at": "2026-03-02T01:00:00+00:00",
}
EXAMPLE: dict[str, Any] = {
    "id": LEVY_ID,
    "version": 2,
    "committee_id": COMMITTEE_ID,
    "organization_id": ORGANIZATION_ID,
    "organization_name": "清溪县云岭茶业有限公司",
    "uscc": "91330000MA27U00K3D",
    "kind": "private_enterprise",
    "year": 2025,
    "state": "settled",
    "payroll_fen": 480_000_000,
    "staff": 45,
    "members": 5,
    "ratio_permyriad": 80,
    "ratio_source": "filed",
    "limit_permyriad": 100,
    "limit_fen": 4_800_000,
    "planned_fen": 3_840_000,
    "set_aside_fen": 3_840_000,
    "spent_fen": 5_000_000,
    "deductible_fen": 4_800_000,
    "above_fen": 200_000,
    "unspent_fen": 0,
    "adjustments": 0,
    "deductible_now_fen": 4_800_000,
    "above_now_fen": 200_000,
    "settled_on": "2026-03-02",
    **STANDS,
}

Permyriad = Annotated[int, Field(strict=True, ge=1, le=10_000, examples=[100])]
"""Ten-thousandths of a payroll: 100 is one per cent."""
PayrollFen = Annotated[int, Field(strict=True, ge=0, le=MOST_FEN, examples=[480_000_000])]
YearGiven = Annotated[int, Field(strict=True, ge=FIRST_YEAR, le=2200, examples=[2025])]


class OfFirm(BaseModel):
    """Where what is kept of a firm stands: where the firm stands."""

    branch_id: UUID | None = Field(description="The branch that covers the firm.")
    region_code: RegionCode
    region_level: int
    authority_code: AuthorityCode | None = Field(description="That branch's line.")
    recorded_at: datetime


class LevyRead(OfFirm):
    """A firm's levy of a year. Settled, the amounts are those of the settlement; before, what the books say now."""

    model_config = ConfigDict(json_schema_extra={"example": EXAMPLE})

    id: UUID
    version: int
    committee_id: UUID
    organization_id: UUID
    organization_name: str
    uscc: str | None
    kind: Kind
    year: int
    state: LevyState
    payroll_fen: int | None = Field(description="The year's wages; null where nobody has told.")
    staff: int | None
    members: int | None = Field(description="Formal members, counted as the policy says.")
    ratio_permyriad: int | None = Field(description="What is planned by, in ten-thousandths; null: nothing is planned.")
    ratio_source: RatioSource
    limit_permyriad: int = Field(description="What may be deducted at most, in ten-thousandths of the payroll.")
    limit_fen: int | None = Field(description="Of the payroll, rounded down to the fen.")
    planned_fen: int | None = Field(description="Of the payroll by the ratio, rounded down to the fen.")
    set_aside_fen: int = Field(description="What the firm put aside for the year.")
    spent_fen: int = Field(description="What was really spent in the year, less what was taken back of it.")
    deductible_fen: int | None = Field(description="What may be deducted: spent, up to the limit; null: no payroll.")
    above_fen: int | None = Field(description="Spent above the limit: not deductible.")
    unspent_fen: int = Field(description="Set aside and not spent: not deductible either.")
    adjustments: int = Field(description="How often something came after the settlement.")
    deductible_now_fen: int | None = Field(description="After all adjustments.")
    above_now_fen: int | None = Field(description="After all adjustments.")
    settled_on: date | None


class BasisLine(BaseModel):
    """One step of the reckoning."""

    code: str = Field(description="Code of the label namespace `levy_basis`.", examples=["limit"])
    text: str
    amount_fen: int | None = Field(description="Null where nobody has told, or where it is no amount.")
    permyriad: int | None
    use: Use | None
    rests_on: str | None = Field(description="Who said it, by which paper, or by which rule.")


class LevyDetail(LevyRead):
    """A statement: the levy with its basis line by line, what the rules say, and what the caller may do."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": EXAMPLE
            | {
                "basis": [
                    {
                        "code": "limit", "text": "限额：工资总额的万分之100", "amount_fen": 4_800_000, "permyriad": 100,
                        "use": None, "rests_on": "组通字〔2014〕42号",
                    }
                ],
                "payroll_source": "workforce",
                "payroll_said_at": "2026-02-20T01:00:00+00:00",
                "ratio_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f7b11",
                "band": None,
                "policy_version": "default-2026",
                "computed_by": "person:zhou",
                "computed_at": "2026-03-01T01:00:00+00:00",
                "drawn_by": ["person:zhou"],
                "settled_by": "person:wang",
                "document": "西财税〔2026〕3号",
                "discard_reason": None,
                "departures": [],
                "findings": [],
                "allowed_actions": [{"action": "settle", "allowed": False, "reason": "levy_settled"}],
            }
        }
    )  # fmt: skip

    basis: list[BasisLine]
    payroll_source: PayrollSource | None
    payroll_said_at: datetime | None
    ratio_id: UUID | None
    band: dict[str, int] | None = Field(description="The district's band: staff_from, members_from, permyriad.")
    policy_version: str
    computed_by: str
    computed_at: datetime
    drawn_by: list[str] = Field(description="Everybody who computed it: none of them settles it.")
    settled_by: str | None
    document: str | None
    discard_reason: str | None
    departures: list[Departure]
    findings: list[Judged]
    allowed_actions: list[AllowedAction]


class LevyVersion(BaseModel):
    """A levy as it was known from `recorded_at` to `recorded_to`."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                **{name: EXAMPLE[name] for name in ("id", "version", "state", "payroll_fen", "ratio_permyriad")},
                **{name: EXAMPLE[name] for name in ("ratio_source", "limit_fen", "planned_fen", "set_aside_fen")},
                **{name: EXAMPLE[name] for name in ("spent_fen", "deductible_fen", "above_fen", "adjustments")},
                "computed_by": "person:zhou",
                "settled_by": "person:wang",
                "recorded_at": "2026-03-02T01:00:00+00:00",
                "recorded_to": None,
                "replaced_by": None,
            }
        }
    )

    id: UUID
    version: int
    state: LevyState
    payroll_fen: int | None
    ratio_permyriad: int | None
    ratio_source: RatioSource
    limit_fen: int | None
    planned_fen: int | None
    set_aside_fen: int | None
    spent_fen: int | None
    deductible_fen: int | None
    above_fen: int | None
    adjustments: int
    computed_by: str
    settled_by: str | None
    recorded_at: datetime
    recorded_to: datetime | None
    replaced_by: str | None


class LevyCompute(BaseModel):
    """Whose levies of a year are to be computed, or computed again."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"committee_id": COMMITTEE_ID, "year": 2025}}
    )

    committee_id: UUID = Field(description="An authority that is a work committee.")
    year: YearGiven
    organization_ids: Annotated[
        list[UUID] | None,
        Field(
            min_length=1,
            max_length=500,
            description="Only these firms; else all in reach that have a payroll, a ratio or a levy account.",
        ),
    ] = None


class LeftOut(BaseModel):
    """A firm without a levy, and why."""

    organization_id: UUID
    organization_name: str
    code: str
    text: str
    citation: str | None


class LevyComputed(BaseModel):
    """What a computation came to."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "committee_id": COMMITTEE_ID,
                "year": 2025,
                "policy_version": "default-2026",
                "computed": 118,
                "changed": 3,
                "unchanged": 40,
                "payroll_missing": 2,
                "limit_fen": 512_400_000,
                "planned_fen": 401_000_000,
                "left_out": 1,
                "left_out_first": [
                    {
                        "organization_id": ORGANIZATION_ID,
                        "organization_name": "清溪县水务有限公司",
                        "code": "levy_state_owned",
                        "text": "国有企业党组织工作经费另有规定，不适用本办法。",
                        "citation": "组通字〔2017〕38号",
                    }
                ],
            }
        }
    )

    committee_id: UUID
    year: int
    policy_version: str
    computed: int = Field(description="Levies that came into being.")
    changed: int
    unchanged: int
    payroll_missing: int = Field(description="Of all of these, those whose payroll nobody has told.")
    limit_fen: int = Field(description="The sum of what may be deducted at most.")
    planned_fen: int = Field(description="The sum of what is planned.")
    left_out: int
    left_out_first: list[LeftOut] = Field(description="The first two hundred of them, by id.")


class LevySettle(BaseModel):
    """A settlement, with the paper it is sent with and the reason for what departs."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"document": "西财税〔2026〕3号"}})

    document: Words | None = None
    departure_reason: DepartureReason = None


class LevyDiscard(BaseModel):
    """Why a levy is set aside."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"reason": "企业已迁出本县"}})

    reason: Purpose


class AdjustmentRead(BaseModel):
    """What came after the settlement, and what it changes. In fen; the settlement itself stays."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f7d11",
                "levy_id": LEVY_ID,
                "turn": 1,
                "cause": "payroll",
                "entry_id": None,
                "why": "workforce",
                "payroll_before_fen": 480_000_000,
                "payroll_after_fen": 500_000_000,
                "limit_before_fen": 4_800_000,
                "limit_after_fen": 5_000_000,
                "set_aside_before_fen": 3_840_000,
                "set_aside_after_fen": 3_840_000,
                "spent_before_fen": 5_000_000,
                "spent_after_fen": 5_000_000,
                "deductible_before_fen": 4_800_000,
                "deductible_after_fen": 5_000_000,
                "above_before_fen": 200_000,
                "above_after_fen": 0,
                "recorded_by": "partner:tax",
                "recorded_at": "2026-06-02T01:00:00+00:00",
            }
        }
    )

    id: UUID
    levy_id: UUID
    turn: int
    cause: AdjustmentCause
    entry_id: UUID | None = Field(description="The entry of the books that came; null for a payroll.")
    why: str
    payroll_before_fen: int
    payroll_after_fen: int
    limit_before_fen: int
    limit_after_fen: int
    set_aside_before_fen: int
    set_aside_after_fen: int
    spent_before_fen: int
    spent_after_fen: int
    deductible_before_fen: int
    deductible_after_fen: int
    above_before_fen: int
    above_after_fen: int
    recorded_by: str
    recorded_at: datetime


class OfFirmFilters(BaseModel):
    """What narrows a list of what is kept of firms."""

    region: Annotated[RegionCode | None, Field(description="Of firms in this region and below.")] = None
    region_level: RegionLevelAsked = None
    authority: Annotated[AuthorityCode | None, Field(description="Of firms that this line's branches cover.")] = None
    organization_id: Annotated[UUID | None, Field(description="Only of this firm.")] = None
    branch_id: Annotated[UUID | None, Field(description="Only of firms that this branch covers.")] = None
    year: Annotated[YearAsked | None, Field(description="Only of this year.")] = None


class LevyFilters(OfFirmFilters):
    """What narrows the levies."""

    committee_id: Annotated[UUID | None, Field(description="Only in this committee's books.")] = None
    state: Annotated[LevyState | None, Field(description="`settled`: the list for the tax department.")] = None
    ratio_source: Annotated[RatioSource | None, Field(description="Only planned by such a ratio.")] = None
    adjusted: Annotated[bool | None, Field(description="Only those adjusted after the settlement, or not.")] = None
    payroll: Annotated[
        Literal["missing", "zero", "told"] | None, Field(description="By what is known of the payroll.")
    ] = None
