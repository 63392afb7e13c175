"""The wire of organizations: what goes in, what comes out."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from app.core.wire import AllowedAction, Day, Line, Sentence, Whole, absent
from app.services.organizations.facts import Status, UncoveredReason
from app.services.organizations.kinds import Kind
from app.services.regions.pointing import LATITUDE, LONGITUDE, TOLD_IN, Coordinates
from app.services.regions.schemas import RegionRef
from app.services.regions.stated import RegionCode, RegionLevel

Fen = Annotated[int, Field(strict=True, ge=0, le=10**16, examples=[1_200_000_00])]
Flag = Annotated[bool, Field(strict=True)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=5000)]
Code = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]
Industry = Annotated[
    str, Field(pattern=r"^([A-T][0-9]{0,4}|[0-9]{2,4})$", examples=["C1751"], description="GB/T 4754-2017.")
]

EXAMPLE: dict[str, Any] = {
    "id": "01999c3e-7b1a-7c55-9d6f-3f0b6a1c2d3e",
    "version": 3,
    "uscc": "91330102MA27XL0T1N",
    "name": "杭州澄若拓纺织有限公司",
    "kind": "private_enterprise",
    "status": "operating",
    "region_code": "330102001000",
    "region_level": 4,
    "industry": "C1751",
    "staff": 46,
    "above_scale_reported": False,
    "formal_members_working": 4,
    "formal_members_relation": 3,
    "members_working": 4,
    "members_relation": 3,
    "coverage_mode": "standalone",
    "uncovered_reason": None,
    "has_instructor": False,
    "recorded_at": "2026-03-02T01:00:00Z",
}
RECORD_EXAMPLE: dict[str, Any] = EXAMPLE | {
    "registration_number": None,
    "kind_source": "derived",
    "registered_type": "有限责任公司(自然人投资或控股)",
    "status_since": None,
    "established_on": "2016-05-11",
    "closed_on": None,
    "placed_by": "address",
    "address": "清波街道定安路 1 号",
    "host_id": None,
    "longitude_e6": 120153576,
    "latitude_e6": 30287459,
    "coordinates_told_in": "cgcs2000",
    "fixed_premises": True,
    "payroll_fen": None,
    "revenue_fen": 1_830_000_000,
    "registered_capital_fen": 500_000_000,
    "business_scope": "化纤织物、棉布、服装面料织造、销售",
    "probationary_members": 0,
    "members_probationary": 0,
    "counted_working": 2,
    "counted_relation": 2,
    "counted_probationary": 0,
    "roll_kept": False,
    "has_union": True,
    "has_youth_league": None,
    "has_womens_organisation": None,
    "in_federation": None,
    "has_liaison": True,
    "kept_liaison": False,
    "community_leads": None,
    "created_at": "2026-03-01T00:00:00Z",
}


class OrganizationItem(BaseModel):
    """One organisation in a list."""

    model_config = ConfigDict(json_schema_extra={"example": EXAMPLE})

    id: UUID
    version: int
    uscc: str | None = Field(description="Unified social credit code; null for bodies that have none.")
    name: str
    kind: str = Field(description="Label namespace `kind`.")
    status: str = Field(description="Label namespace `status`.")
    region_code: str
    region_level: int = Field(description="Below 3 the organisation is not placed in a county yet.")
    industry: str | None
    staff: int | None
    above_scale_reported: bool | None
    formal_members_working: int | None = Field(description="Reported: formal members who work there; null: not told.")
    formal_members_relation: int | None = Field(description="Reported: formal members whose relation is there.")
    members_working: int | None = Field(
        description="What rules go by: the larger of reported and counted; where the roll is kept, counted."
    )
    members_relation: int | None = Field(description="The same of members whose relation is there.")
    coverage_mode: str = Field(description="Label namespace `coverage_mode`; kept by the branches that cover it.")
    uncovered_reason: str | None
    has_instructor: bool = Field(description="Whether an instructor is sent there today, see /v1/assignments.")
    recorded_at: datetime


class Provenance(BaseModel):
    """Who said a field's value, and when by that source's clock."""

    source: str = Field(examples=["registrations"], description="A dataset's name, or officer.")
    stated_at: datetime


class OrganizationRecord(OrganizationItem):
    """All that is recorded of one organisation at one time."""

    model_config = ConfigDict(json_schema_extra={"example": RECORD_EXAMPLE})

    registration_number: str | None
    kind_source: str
    registered_type: str | None
    status_since: date | None
    established_on: date | None
    closed_on: date | None
    placed_by: str | None
    address: str | None
    host_id: UUID | None
    longitude_e6: int | None = Field(description=LONGITUDE)
    latitude_e6: int | None = Field(description=LATITUDE)
    coordinates_told_in: str | None = Field(description=TOLD_IN)
    fixed_premises: bool | None
    payroll_fen: int | None
    revenue_fen: int | None
    registered_capital_fen: int | None
    business_scope: str | None
    probationary_members: int | None = Field(description="Reported.")
    members_probationary: int | None = Field(description="What rules and figures go by.")
    counted_working: int | None = Field(description="Formal members entered here by name; null: nobody ever was.")
    counted_relation: int | None = Field(description="Those of them whose relation is with a branch.")
    counted_probationary: int | None
    roll_kept: bool | None = Field(
        description="Whether the branch that covers it says its roll is complete. Null in versions older than rolls."
    )
    has_union: bool | None
    has_youth_league: bool | None
    has_womens_organisation: bool | None
    in_federation: bool | None
    has_liaison: bool | None = Field(description="Reported.")
    kept_liaison: bool | None = Field(
        description="Whether a liaison kept here is there today; either of the two counts. Null in older versions."
    )
    community_leads: bool | None
    created_at: datetime


class PartnerId(BaseModel):
    """Under which id of its own a partner knows the organisation."""

    dataset: str = Field(examples=["registrations"])
    partner: str = Field(description="The client that pushed it.", examples=["market-regulator"])
    record_id: str = Field(examples=["SCJG-2026-000123"])


class OrganizationRead(OrganizationRecord):
    """One organisation, with where it lies, who said what, and what the caller may do."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": RECORD_EXAMPLE
            | {
                "region_path": [{"code": "330000000000", "level": 1, "name": "浙江省"}],
                "partner_ids": [
                    {"dataset": "registrations", "partner": "market-regulator", "record_id": "SCJG-2026-000123"}
                ],
                "provenance": {"name": {"source": "registrations", "stated_at": "2026-03-01T00:00:00Z"}},
                "allowed_actions": [{"action": "close", "allowed": True, "reason": None}],
            }
        }
    )

    region_path: list[RegionRef] = Field(description="From the province down to the organisation's own region.")
    partner_ids: list[PartnerId] = Field(description="Ids of their own under which partners know it.")
    provenance: dict[str, Provenance] = Field(
        description="By field; `region` stands for region_code, region_level and placed_by, `coordinates` for three."
    )
    allowed_actions: list[AllowedAction]


class Facts(BaseModel):
    """What a caller may state of an organisation. Null withdraws a statement."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    registration_number: Code | None = Field(default=None, description="The number of before the USCC.")
    registered_type: Code | None = None
    established_on: Day | None = None
    address: Line | None = None
    host_id: UUID | None = Field(default=None, description="The host it leans on, see /v1/hosts.")
    coordinates: Coordinates | None = None
    industry: Industry | None = None
    fixed_premises: Flag | None = None
    staff: Whole | None = None
    payroll_fen: Fen | None = None
    revenue_fen: Fen | None = Field(default=None, description="Main revenue of a year, in fen.")
    registered_capital_fen: Fen | None = None
    business_scope: Text | None = None
    above_scale_reported: Flag | None = None
    formal_members_working: Whole | None = None
    formal_members_relation: Whole | None = None
    probationary_members: Whole | None = None
    has_union: Flag | None = None
    has_youth_league: Flag | None = None
    has_womens_organisation: Flag | None = None
    in_federation: Flag | None = None
    has_liaison: Flag | None = None
    community_leads: Flag | None = None
    uncovered_reason: UncoveredReason | None = Field(default=None, description="Why it has no branch (未建原因).")


class OrganizationCreate(Facts):
    """An organisation entered by hand. Bodies without a USCC (a delivery station, a riders' point) are welcome."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "name": "清波门骑手驿站",
                "region_code": "330102001000",
                "address": "清波街道定安路 1 号",
                "formal_members_working": 2,
                "has_liaison": True,
            }
        }
    )

    name: Line
    uscc: Code | None = Field(default=None, description="GB 32100-2015; its check character is verified.")
    region_code: RegionCode
    region_level: RegionLevel = None
    kind: Kind | None = Field(default=None, description="Default: derived from USCC, registered type and name.")
    status: Literal[Status.operating, Status.suspended] = Status.operating
    status_since: Day | None = None


class OrganizationUpdate(Facts):
    """What to change: a field left out stays, a null withdraws what was stated."""

    model_config = ConfigDict(json_schema_extra={"example": {"staff": 51, "uncovered_reason": "owner_not_ready"}})

    name: Line = absent()
    uscc: Code | None = None
    region_code: RegionCode = absent()
    region_level: RegionLevel = absent()
    kind: Kind | None = Field(default=None, description="Null gives the kind back to derivation.")
    status: Literal[Status.operating, Status.suspended] = absent()
    status_since: Day | None = None


class OrganizationClose(BaseModel):
    """The end of an organisation."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        json_schema_extra={"example": {"status": "closed", "closed_on": "2026-03-01", "reason": "依申请注销"}},
    )

    status: Literal[Status.closed, Status.revoked] = Status.closed
    closed_on: Day = Field(description="Not after today, not before it was established.")
    reason: Sentence
    departure_reason: Sentence | None = Field(
        default=None, description="Why it closes although a branch still covers it. Required then, and recorded."
    )


class OrganizationReopen(BaseModel):
    """A closing taken back."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        json_schema_extra={"example": {"reopened_on": "2026-03-02", "reason": "注销系误报"}},
    )

    reopened_on: Day = Field(description="Not after today, not before the closing.")
    reason: Sentence


class OrganizationVersion(OrganizationRecord):
    """An organisation as it was known from `recorded_at` to `recorded_to`."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": RECORD_EXAMPLE | {"recorded_to": "2026-03-05T02:00:00Z", "replaced_by": "officer-7"}
        }
    )

    recorded_to: datetime | None = Field(description="When the next version became known; null for the current one.")
    replaced_by: str | None = Field(description="Who recorded the next version.")
