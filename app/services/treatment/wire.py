"""Types of the wire that the rooms of treatment share."""

from typing import Any

from pydantic import BaseModel, ConfigDict

from app.services.privacy.wire import Purpose

WORKER = "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f2a11"
RECORDED = "2026-03-02T01:00:00+00:00"
VERSIONS: dict[str, Any] = {"recorded_to": None, "replaced_by": None}
REPLACED = "When the next version became known; null for the current one."


class Why(BaseModel):
    """Why something is set aside, or does not count."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"reason": "重复录入"}})

    reason: Purpose


def narrowed(filters: BaseModel) -> list[Any]:
    """A list's filters in a fixed order, which bind its cursor."""
    return [getattr(filters, name) for name in sorted(type(filters).model_fields)]
