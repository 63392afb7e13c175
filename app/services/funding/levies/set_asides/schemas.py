"""Set-asides on the wire. Money is in integer fen."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from app.core.wire import AllowedAction, Day
from app.services.funding.levies.facts import SetAsideState
from app.services.funding.levies.schemas import COMMITTEE_ID, LEVY_ID, ORGANIZATION_ID, STANDS, OfFirm, OfFirmFilters
from app.services.funding.wire import Currency, PositiveFen
from app.services.privacy.wire import Purpose, Words

EXAMPLE: dict[str, Any] = {
    "id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f7e11",
    "version": 1,
    "levy_id": LEVY_ID,
    "committee_id": COMMITTEE_ID,
    "organization_id": ORGANIZATION_ID,
    "organization_name": "清溪县云岭茶业有限公司",
    "uscc": "91330000MA27U00K3D",
    "year": 2025,
    "amount_fen": 320_000,
    "booked_on": "2025-03-31",
    "business_key": "YL-2025-03",
    "text": "2025年3月计提党建工作经费",
    "reference": "记-0312",
    "entry_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f6c11",
    "posted_by": "person:zhou",
    "state": "posted",
    "reversal_id": None,
    "reversed_on": None,
    **STANDS,
}

BusinessKey = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9A-Za-z._/-]{1,80}$"),
    Field(
        examples=["YL-2025-03"],
        description="What makes the deed known again for ever in the committee's books: a voucher's number, say.",
    ),
]


class SetAsideRead(OfFirm):
    """Money that a firm put aside for a year, with its entry in the books."""

    model_config = ConfigDict(json_schema_extra={"example": EXAMPLE})

    id: UUID
    version: int
    levy_id: UUID
    committee_id: UUID
    organization_id: UUID
    organization_name: str
    uscc: str | None
    year: int = Field(description="The year that it is put aside for.")
    amount_fen: int
    booked_on: date
    business_key: str
    text: str
    reference: str | None = Field(description="The number outside: of the firm's voucher.")
    entry_id: UUID
    posted_by: str
    state: SetAsideState
    reversal_id: UUID | None = Field(description="The entry that took it back.")
    reversed_on: date | None


class SetAsideDetail(SetAsideRead):
    """The same, with what the caller may do."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": EXAMPLE | {"allowed_actions": [{"action": "reverse", "allowed": True, "reason": None}]}
        }
    )

    allowed_actions: list[AllowedAction]


class SetAsideVersion(BaseModel):
    """A set-aside as it was known from `recorded_at` to `recorded_to`."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                **{name: EXAMPLE[name] for name in ("id", "version", "amount_fen", "booked_on", "state")},
                **{name: EXAMPLE[name] for name in ("reversal_id", "reversed_on", "recorded_at")},
                "recorded_to": None,
                "replaced_by": None,
            }
        }
    )

    id: UUID
    version: int
    amount_fen: int
    booked_on: date
    state: SetAsideState
    reversal_id: UUID | None
    reversed_on: date | None
    recorded_at: datetime
    recorded_to: datetime | None
    replaced_by: str | None


class SetAsideCreate(BaseModel):
    """Money that a firm puts aside for a computed levy."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                name: EXAMPLE[name]
                for name in ("levy_id", "amount_fen", "booked_on", "business_key", "text", "reference")
            }
        },
    )

    levy_id: UUID
    amount_fen: PositiveFen
    currency: Currency = "CNY"
    booked_on: Annotated[Day, Field(description="In the levy's year, or in the next before it is settled.")]
    business_key: BusinessKey
    text: Words
    reference: Words | None = None


class SetAsideReverse(BaseModel):
    """Why a set-aside is taken back, and on which day that is booked."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"booked_on": "2025-04-02", "reason": "金额录入有误，冲销重录"}}
    )

    booked_on: Day
    reason: Purpose


class SetAsideFilters(OfFirmFilters):
    """What narrows the set-asides."""

    committee_id: Annotated[UUID | None, Field(description="Only in this committee's books.")] = None
    levy_id: Annotated[UUID | None, Field(description="Only for this levy.")] = None
    state: Annotated[SetAsideState | None, Field(description="Those that stand, or those taken back.")] = None
