"""What all that departments have is asked when it is entered, and how it ends."""

from datetime import date
from uuid import UUID

from app.core.acts import Act
from app.core.errors import Conflict, FieldError, Forbidden, Invalid
from app.core.wire import action
from app.services.access.permissions import Permission
from app.services.departments import reads, repository
from app.services.departments.models import Department
from app.services.departments.repository import Dated
from app.services.departments.wire import PeriodEnd

Row = dict[str, object]


async def seated(act: Act, department_id: UUID, valid_from: date) -> Department:
    """A department that something is to be entered for from a day on.

    Raises Invalid for one that is not seen or a day before it came, Forbidden for one that may only be seen, Conflict
    for one that has left.
    """
    department = await repository.held(act, department_id)
    if department is None:
        if await reads.known(act, department_id):
            raise Forbidden(reason="scope")
        raise Invalid(errors=(FieldError("/department_id", "reference_unknown"),))
    still(department, "department_ended")
    not_before(valid_from, department.valid_from, "/valid_from")
    return department


def still(row: Dated, code: str) -> None:
    """Raises Conflict where a row has ended."""
    if row.valid_to is not None:
        raise Conflict(errors=(FieldError("", code),))


async def end(act: Act, row: Dated, wish: PeriodEnd, code: str) -> None:
    """End a claimed row; what has not begun yet ends on its first day, and never was.

    Raises Conflict where it has ended, Invalid for a day to come or one before it began.
    """
    still(row, code)
    if wish.valid_to > max(act.today, row.valid_from):
        raise Invalid(errors=(FieldError("/valid_to", "day_future"),))
    not_before(wish.valid_to, row.valid_from, "/valid_to")
    row.valid_to, row.end_reason = wish.valid_to, wish.reason
    await repository.save(act, row)


def not_before(day: date, earliest: date, pointer: str) -> None:
    """Raises Invalid for a day before another."""
    if day < earliest:
        raise Invalid(errors=(FieldError(pointer, "day_too_early", {"earliest": earliest.isoformat()}),))


def changed(row: Dated, told: dict[str, object]) -> bool:
    """Set what is told otherwise than it stands; whether anything was."""
    wanted = {name: value for name, value in told.items() if value != getattr(row, name)}
    for name, value in wanted.items():
        setattr(row, name, value)
    return bool(wanted)


def actions(
    act: Act, row: Row, permission: Permission, ended: str, names: tuple[str, ...] = ("update", "end")
) -> list[dict[str, object]]:
    """What the caller may do to a row that has a place, a line and a period."""
    refusal = None if permission in act.by.permissions else "permission"
    inside = act.scope.holds(int(str(row["region_code"])), [int(str(row["authority_code"]))])
    refusal = refusal or (None if inside else "outside_scope")
    refusal = refusal or (ended if row["valid_to"] is not None else None)
    return [action(name, refusal) for name in names]
