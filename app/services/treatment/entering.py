"""What honours and conditions have in common: for whom they are entered, and what may be done to them."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from pydantic import BaseModel

from app.core.acts import Act
from app.core.errors import FieldError, Forbidden, Invalid
from app.core.wire import action
from app.services.access.permissions import Permission
from app.services.treatment.reads import Standing


def standing(act: Act, found: Standing | None, pointer: str) -> None:
    """Raise Invalid for what is not to be seen or has ended, Forbidden for what may only be seen."""
    if found is None:
        raise Invalid(errors=(FieldError(pointer, "reference_unknown"),))
    if not act.scope.holds(found.region_code, [found.authority_code]):
        raise Forbidden(reason="scope")
    if found.ended_on is not None and found.ended_on <= act.today:
        raise Invalid(errors=(FieldError(pointer, "reference_ended"),))


def not_future(act: Act, day: date | None, pointer: str) -> None:
    """Raise Invalid for a day that has not come."""
    if day is not None and day > act.today:
        raise Invalid(errors=(FieldError(pointer, "day_future"),))


def told(change: BaseModel, row: Any) -> dict[str, Any]:
    """What a change says otherwise than the row."""
    return {name: value for name in change.model_fields_set if (value := getattr(change, name)) != getattr(row, name)}


def actions(act: Act, row: Mapping[str, Any], names: Sequence[str], ended: str | None) -> list[dict[str, Any]]:
    """What the caller may do to a row, or why not. `ended`: why nothing can be done to it any more."""
    refusal = None if Permission.treatment_write in act.by.permissions else "permission"
    line = None if row["authority_code"] is None else int(row["authority_code"])
    refusal = refusal or (None if act.scope.holds(int(row["region_code"]), [line]) else "outside_scope")
    return [action(name, refusal or ended) for name in names]
