"""Policies on the wire."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.core.wire import Day, Line, Sentence

Code = Annotated[str, Field(pattern=r"^[0-9]{12}$", examples=["330106000000"])]


class Number(BaseModel):
    """A number and where it is laid down."""

    model_config = ConfigDict(extra="forbid")

    value: Any = Field(description="A number, a code or a list, as the field takes it; null only where that means off.")
    document: Line = Field(description="The document it is taken from.")


class PolicyCreate(BaseModel):
    """Lay down numbers for a region from a day on. Fields left out stay as they are in force there on that day."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "kind": "coverage",
                "region_code": "330106000000",
                "region_level": 3,
                "valid_from": "2026-04-01",
                "numbers": {"above_scale_staff": {"value": 100, "document": "某区委两新工委〔2026〕3号"}},
                "reason": "区委两新工委会议决定",
            }
        },
    )

    kind: Annotated[str, Field(max_length=40)]
    region_code: Code
    region_level: Annotated[int, Field(strict=True, ge=0, le=5)]
    valid_from: Day
    numbers: Annotated[dict[str, Number], Field(min_length=1, max_length=60)]
    reason: Sentence


class PolicyRead(BaseModel):
    """A policy as laid down: whole, with what this version changed."""

    id: UUID
    version: int
    policy_version: str = Field(description="Named by every figure judged by it.", examples=["coverage-12"])
    kind: str
    region_code: Code
    region_level: int
    valid_from: date
    numbers: dict[str, Number]
    changed: dict[str, Number]
    reason: str
    decided_by: str
    recorded_at: datetime


class PolicyInForce(BaseModel):
    """The numbers that hold at a place on a day, and who laid them down."""

    kind: str
    policy_version: str
    id: UUID | None = Field(description="Null: the shipped defaults.")
    region_code: Code = Field(description="The region it was laid down for.")
    region_level: int
    valid_from: date | None
    numbers: dict[str, Number]
