"""Types of the wire that all nouns share, stricter than pydantic where a silent misreading would be possible."""

import re
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, BeforeValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

SHAPE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _written(value: Any) -> Any:
    if isinstance(value, date) or (isinstance(value, str) and SHAPE.fullmatch(value)):
        return value
    # pydantic would read a number, also one in quotes, as seconds since 1970.
    raise PydanticCustomError("date_parsing", "must be a date such as 2026-01-31")


Day = Annotated[date, BeforeValidator(_written), Field(examples=["2026-03-02"])]
"""A plain date, written as text."""

TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt].+")


def _told(value: Any) -> Any:
    if isinstance(value, datetime) or (isinstance(value, str) and TIME.fullmatch(value)):
        return value
    raise PydanticCustomError("datetime_parsing", "must be a time with offset")


Instant = Annotated[AwareDatetime, BeforeValidator(_told), Field(examples=["2026-03-02T09:00:00+08:00"])]
"""A time with its offset, written as text (RFC 3339)."""

Line = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=r"^[^\x00-\x1f]+$")
]
"""One line of text: a name, an address."""

Sentence = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=500)]
"""A stated reason."""

Whole = Annotated[int, Field(strict=True, ge=0, le=10_000_000)]
"""A count."""


def absent() -> Any:
    """The default of an update's field that may be left out but not be null: not validated, and not advertised."""
    return Field(default=None, json_schema_extra=_unadvertised)


def _unadvertised(schema: dict[str, Any]) -> None:
    schema.pop("default", None)


class AllowedAction(BaseModel):
    """Whether the caller may do something to this object now, and if not, why not."""

    action: str = Field(examples=["update"])
    allowed: bool
    reason: str | None = Field(description="Code of the label namespace `action_reason`; null when allowed.")


def action(name: str, refusal: str | None) -> dict[str, Any]:
    """An AllowedAction as a row: `refusal` is why not, None when it is allowed."""
    return {"action": name, "allowed": refusal is None, "reason": refusal}
