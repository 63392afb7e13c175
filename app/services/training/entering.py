"""What everything entered here has in common: whose it is, by whom it is given, and what may be done to it."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from app.core.acts import Act
from app.core.errors import Conflict, FieldError, Forbidden, Invalid
from app.core.wire import action
from app.services.access.permissions import Permission
from app.services.training import reads, repository
from app.services.training.repository import Standing


async def worker(act: Act, worker_id: UUID) -> Standing:
    """The worker that something is entered for, who stays where he stands until the act ends.

    Raises Invalid for one that is not to be seen or has been erased, Forbidden for one that may only be seen.
    """
    found = (await repository.workers(act, [worker_id])).get(worker_id)
    if found is None or found.erased:
        raise Invalid(errors=(FieldError("/worker_id", "reference_unknown"),))
    if not act.scope.holds(found.region_code, [found.authority_code]):
        raise Forbidden(reason="scope")
    return found


async def body(act: Act, authority_id: UUID | None) -> None:
    """Raise Invalid for an authority that is not to be seen or has ended."""
    if authority_id is None:
        return
    found = await reads.authority(act, authority_id)
    if found is None:
        raise Invalid(errors=(FieldError("/authority_id", "reference_unknown"),))
    if found.dissolved_on is not None and found.dissolved_on <= act.today:
        raise Invalid(errors=(FieldError("/authority_id", "reference_ended"),))


def not_future(act: Act, day: date, pointer: str) -> None:
    """Raise Invalid for a day that has not come."""
    if day > act.today:
        raise Invalid(errors=(FieldError(pointer, "day_future"),))


def still_holds(reason: str | None, code: str) -> None:
    """Raise Conflict with this code for what, for a reason, does not hold any more."""
    if reason is not None:
        raise Conflict(errors=(FieldError("", code),))


def told(change: BaseModel, row: Any) -> dict[str, Any]:
    """What a change says otherwise than the row."""
    return {name: value for name in change.model_fields_set if (value := getattr(change, name)) != getattr(row, name)}


def actions(act: Act, row: Mapping[str, Any], names: Sequence[str], ended: str | None) -> list[dict[str, Any]]:
    """What the caller may do to a row, or why not. `ended`: why nothing can be done to it any more."""
    refusal = None if Permission.training_write in act.by.permissions else "permission"
    line = None if row["authority_code"] is None else int(row["authority_code"])
    refusal = refusal or (None if act.scope.holds(int(row["region_code"]), [line]) else "outside_scope")
    return [action(name, refusal or ended) for name in names]
