"""Wages of firms by year on the wire. Money is in integer fen."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.core.wire import AllowedAction, Whole, absent
from app.services.funding.levies.facts import PayrollSource
from app.services.funding.levies.schemas import (
    ORGANIZATION_ID,
    STANDS,
    OfFirm,
    OfFirmFilters,
    PayrollFen,
    YearGiven,
)
from app.services.funding.wire import Currency
from app.services.privacy.wire import Words

EXAMPLE: dict[str, Any] = {
    "id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f7c11",
    "version": 1,
    "organization_id": ORGANIZATION_ID,
    "organization_name": "清溪县云岭茶业有限公司",
    "uscc": "91330000MA27U00K3D",
    "year": 2025,
    "payroll_fen": 480_000_000,
    "staff": 45,
    "source": "workforce",
    "said_at": "2026-02-20T01:00:00+00:00",
    "reported_fen": 480_000_000,
    "reported_staff": 45,
    "reported_at": "2026-02-20T01:00:00+00:00",
    "document": None,
    "entered_by": "partner:tax",
    **STANDS,
}


class PayrollRead(OfFirm):
    """A firm's wages of a year with its average staff. `reported_*` is what partners said last."""

    model_config = ConfigDict(json_schema_extra={"example": EXAMPLE})

    id: UUID
    version: int
    organization_id: UUID
    organization_name: str
    uscc: str | None
    year: int
    payroll_fen: int | None = Field(description="What counts, in fen; null where nobody has told.")
    staff: int | None = Field(description="On average over the year.")
    source: PayrollSource = Field(description="Whose word counts: an officer's stands against later files.")
    said_at: datetime
    reported_fen: int | None
    reported_staff: int | None
    reported_at: datetime | None
    document: str | None = Field(description="The paper that an officer entered it by.")
    entered_by: str


class PayrollDetail(PayrollRead):
    """The same, with what the caller may do."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": EXAMPLE | {"allowed_actions": [{"action": "update", "allowed": True, "reason": None}]}
        }
    )

    allowed_actions: list[AllowedAction]


class PayrollVersion(BaseModel):
    """A payroll as it was known from `recorded_at` to `recorded_to`."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                **{name: EXAMPLE[name] for name in ("id", "version", "year", "payroll_fen", "staff", "source")},
                **{name: EXAMPLE[name] for name in ("said_at", "document", "entered_by", "recorded_at")},
                "recorded_to": None,
                "replaced_by": None,
            }
        }
    )

    id: UUID
    version: int
    year: int
    payroll_fen: int | None
    staff: int | None
    source: PayrollSource
    said_at: datetime
    document: str | None
    entered_by: str
    recorded_at: datetime
    recorded_to: datetime | None
    replaced_by: str | None


class PayrollCreate(BaseModel):
    """A firm's wages of a year, by a paper."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {name: EXAMPLE[name] for name in ("organization_id", "year", "payroll_fen", "staff")}
            | {"document": "2025年度企业所得税汇算清缴申报表"}
        },
    )

    organization_id: UUID
    year: YearGiven
    payroll_fen: PayrollFen
    staff: Whole | None = None
    document: Words
    currency: Currency = "CNY"


class PayrollUpdate(BaseModel):
    """Other wages, by a paper: from then on an officer's word stands. A field left out stays as it is."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"payroll_fen": 500_000_000, "document": "更正申报表"}}
    )

    payroll_fen: PayrollFen = absent()
    staff: Whole | None = None
    document: Words
    currency: Currency = "CNY"


class PayrollFilters(OfFirmFilters):
    """What narrows the payrolls."""

    source: Annotated[PayrollSource | None, Field(description="By whose word counts.")] = None
    differing: Annotated[
        bool | None, Field(description="Only those of which partners report another figure than counts, or not.")
    ] = None
