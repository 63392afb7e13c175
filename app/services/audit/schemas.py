"""The audit on the wire."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.core.wire import Instant

EXAMPLE: dict[str, Any] = {
    "id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c31",
    "at": "2026-03-02T01:00:00+00:00",
    "actor": "li.fang",
    "origin": "10.20.3.4",
    "request_id": "0f8fad5bd9cb469fa16570867728950e",
    "verb": "update",
    "subject": "organizations",
    "count": 1,
    "ids": ["01999c3e-7b1a-7c55-9d6f-3f0b6a1c2d3e"],
    "reason": None,
    "detail": {"changes": {"01999c3e-7b1a-7c55-9d6f-3f0b6a1c2d3e": {"status": ["operating", "suspended"]}}},
}
Word = Annotated[str, Field(pattern=r"^[a-z_]{1,60}$")]
Said = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f]+$")]


class AuditRead(BaseModel):
    """One row: who did what to which rows, when, from where, and why."""

    model_config = ConfigDict(json_schema_extra={"example": EXAMPLE})

    id: UUID
    at: datetime = Field(description="When it was done; UTC.")
    actor: str = Field(description="Who did it: the subject of the token; system for the service itself.")
    origin: str | None = Field(description="The address it came from; null for what the service does by itself.")
    request_id: str | None = Field(description="The request, as in the answer's X-Request-Id and in the logs.")
    verb: str = Field(description="What was done; texts under the label namespace audit_verb.")
    subject: str = Field(description="To what kind of thing; texts under the label namespace audit_subject.")
    count: int = Field(description="How many rows.")
    ids: list[UUID] | None = Field(description="Which rows, up to 100; a larger write names its batch in detail.")
    reason: str | None = Field(description="The stated reason.")
    detail: dict[str, Any] | None = Field(
        description="What else: `changes` by id and column as [before, after] (*** for a personal field, ... for a long"
        " one), `batch` of a push, `code` and `route` of a refusal, `rows` and `form` of an export."
    )


class AuditFilters(BaseModel):
    """Which rows."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    actor: Annotated[Said | None, Field(description="Who did it.", examples=["li.fang"])] = None
    verb: Annotated[Word | None, Field(description="What was done.", examples=["reveal"])] = None
    subject: Annotated[Word | None, Field(description="To what kind of thing.", examples=["contacts"])] = None
    subject_id: Annotated[UUID | None, Field(description="To which row. Writes of more than 100 are not found so.")] = (
        None
    )
    request_id: Annotated[
        str | None, Field(pattern=r"^[0-9a-f]{32}$", description="In which request.", examples=[EXAMPLE["request_id"]])
    ] = None
    since: Annotated[
        Instant | None,
        Field(description="Not before this instant; makes it fast.", examples=["2026-03-01T00:00:00+08:00"]),
    ] = None
    until: Annotated[
        Instant | None, Field(description="Before this instant.", examples=["2026-03-08T00:00:00+08:00"])
    ] = None
