"""Papers on the wire."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from app.core.wire import AllowedAction, Day, Line
from app.services.files.schemas import EXAMPLE as FILE
from app.services.files.schemas import FileRead
from app.services.funding.requests.facts import EVIDENCE, EvidenceKind
from app.services.funding.wire import Currency, PositiveFen
from app.services.privacy.wire import without_number

EXAMPLE: dict[str, Any] = {
    "id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f7d11",
    "version": 1,
    "request_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f7a11",
    "payment_id": None,
    "kind": "plan",
    "title": "三月主题党日活动方案",
    "number": None,
    "amount_fen": None,
    "dated_on": "2026-03-01",
    "brought_by": "person:zhou",
    "files": [FILE | {"subject_kind": EVIDENCE, "purpose": "attachment"}],
    "created_at": "2026-03-02T01:00:00+00:00",
}

Title = Annotated[Line, AfterValidator(without_number), Field(description="What the paper is called.")]
Number = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=40, pattern=r"^[0-9A-Za-z\-]+$"),
    Field(description="The number on the paper. An invoice is used once in a committee's books."),
]


class EvidenceRead(BaseModel):
    """One paper with its files; without a file it counts for nothing."""

    model_config = ConfigDict(json_schema_extra={"example": EXAMPLE})

    id: UUID
    version: int
    request_id: UUID
    payment_id: UUID | None = Field(description="Null: of the request itself.")
    kind: EvidenceKind
    title: str
    number: str | None
    amount_fen: int | None = Field(description="In fen: what the paper proves.")
    dated_on: date | None
    brought_by: str
    files: list[FileRead]
    created_at: datetime


class EvidenceDetail(EvidenceRead):
    """A paper, and what the caller may do with it."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": EXAMPLE | {"allowed_actions": [{"action": "remove", "allowed": True, "reason": None}]}
        }
    )

    allowed_actions: list[AllowedAction]


class EvidenceCreate(BaseModel):
    """A paper; its file follows. What proves an amount names it, and an invoice has its number."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "kind": "invoice",
                "title": "大巴租赁发票",
                "number": "25332000000012345678",
                "amount_fen": 180000,
                "dated_on": "2026-03-20",
                "currency": "CNY",
            }
        },
    )

    kind: EvidenceKind
    title: Title
    number: Number | None = None
    amount_fen: Annotated[PositiveFen | None, Field(description="In fen: what the paper proves.")] = None
    dated_on: Annotated[Day | None, Field(description="The day on the paper.")] = None
    currency: Currency | None = None
