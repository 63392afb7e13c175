"""Types of the wire that training shares."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from app.services.privacy.wire import Purpose
from app.services.training.facts import LONGEST
from app.services.workers.beside.schemas import Placed

WORKER = "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f2a11"
RECORDED = "2026-03-02T01:00:00+00:00"
VERSIONS: dict[str, Any] = {"recorded_to": None, "replaced_by": None}


Minutes = Annotated[int, Field(strict=True, ge=1, le=LONGEST, description="Minutes of teaching.")]


class Withdrawal(BaseModel):
    """Why something does not hold any more, or was entered by mistake."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"reason": "重复录入"}})

    reason: Purpose


class Version(BaseModel):
    """What every version tells beside its own fields."""

    recorded_at: datetime
    recorded_to: datetime | None
    replaced_by: str | None


def narrowed(schema: type[Placed], filters: Placed) -> list[Any]:
    """What narrows a list, by its schema's own fields: that binds its cursor, the paging beside it does not."""
    return [getattr(filters, name) for name in schema.model_fields]
