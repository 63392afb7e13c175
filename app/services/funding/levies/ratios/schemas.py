"""Filed ratios on the wire, in ten-thousandths of a year's payroll."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.core.wire import AllowedAction, Day
from app.services.branches.schemas import Departure, DepartureReason
from app.services.funding.levies.facts import RatioState
from app.services.funding.levies.schemas import ORGANIZATION_ID, STANDS, OfFirm, OfFirmFilters, Permyriad, YearGiven
from app.services.privacy.wire import Purpose, Words

EXAMPLE: dict[str, Any] = {
    "id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f7b11",
    "version": 1,
    "organization_id": ORGANIZATION_ID,
    "organization_name": "清溪县云岭茶业有限公司",
    "uscc": "91330000MA27U00K3D",
    "year": 2025,
    "permyriad": 80,
    "document": "云岭茶业〔2025〕2号",
    "filed_on": "2025-01-20",
    "filed_by": "person:zhou",
    "state": "filed",
    "reason": None,
    **STANDS,
}


class RatioRead(OfFirm):
    """How much of a year's wages a firm puts aside, as it filed it."""

    model_config = ConfigDict(json_schema_extra={"example": EXAMPLE})

    id: UUID
    version: int
    organization_id: UUID
    organization_name: str
    uscc: str | None
    year: int
    permyriad: int = Field(description="Ten-thousandths: 100 is one per cent.")
    document: str = Field(description="The firm's paper.")
    filed_on: date
    filed_by: str = Field(description="Who entered it.")
    state: RatioState
    reason: str | None = Field(description="Why it was withdrawn.")


class RatioDetail(RatioRead):
    """The same, with what was let pass, and what the caller may do."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": EXAMPLE
            | {"departures": [], "allowed_actions": [{"action": "withdraw", "allowed": True, "reason": None}]}
        }
    )

    departures: list[Departure]
    allowed_actions: list[AllowedAction]


class RatioVersion(BaseModel):
    """A filing as it was known from `recorded_at` to `recorded_to`."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                **{name: EXAMPLE[name] for name in ("id", "version", "year", "permyriad", "document", "filed_on")},
                **{name: EXAMPLE[name] for name in ("state", "reason", "recorded_at")},
                "recorded_to": None,
                "replaced_by": None,
            }
        }
    )

    id: UUID
    version: int
    year: int
    permyriad: int
    document: str
    filed_on: date
    state: RatioState
    reason: str | None
    recorded_at: datetime
    recorded_to: datetime | None
    replaced_by: str | None


class RatioCreate(BaseModel):
    """A ratio that a firm files for a year."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                name: EXAMPLE[name] for name in ("organization_id", "year", "permyriad", "document", "filed_on")
            }
        },
    )

    organization_id: UUID
    year: YearGiven
    permyriad: Permyriad
    document: Words
    filed_on: Day
    departure_reason: DepartureReason = None


class RatioWithdraw(BaseModel):
    """Why a filing is withdrawn."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"reason": "企业调整计提比例，重新备案"}})

    reason: Purpose


class RatioFilters(OfFirmFilters):
    """What narrows the filings."""

    state: Annotated[RatioState | None, Field(description="Those that hold, or those withdrawn.")] = None
