"""Types of the wire that the rooms of treatment share."""

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict
from pydantic_core import PydanticCustomError

from app.core.wire import Line
from app.services.privacy.facts import holds_number
from app.services.privacy.wire import Purpose

WORKER = "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f2a11"
RECORDED = "2026-03-02T01:00:00+00:00"
VERSIONS: dict[str, Any] = {"recorded_to": None, "replaced_by": None}
REPLACED = "When the next version became known; null for the current one."


def _without_number(text: str) -> str:
    if holds_number(text):
        raise PydanticCustomError("number_in_text", "holds a number")
    return text


Words = Annotated[Line, AfterValidator(_without_number)]
"""One line that holds no number of a person."""


class Why(BaseModel):
    """Why something is set aside, or does not count."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"reason": "重复录入"}})

    reason: Purpose


def narrowed(filters: BaseModel) -> list[Any]:
    """A list's filters in a fixed order, which bind its cursor."""
    return [getattr(filters, name) for name in sorted(type(filters).model_fields)]
