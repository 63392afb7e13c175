"""What can be done with departments: let one join, change it, let it leave."""

from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.core.errors import FieldError, Forbidden, Invalid
from app.core.versions import claim
from app.services.access.permissions import Permission
from app.services.departments import entering, reads, repository
from app.services.departments.models import Department
from app.services.departments.schemas import DepartmentCreate, DepartmentUpdate
from app.services.departments.wire import PeriodEnd

ENDED = "department_ended"


async def shown(act: Act, department_id: UUID) -> dict[str, Any]:
    """One department with its seats in the committee and what the caller may do. Raises NotFound."""
    row = await reads.one(act, department_id)
    actions = entering.actions(act, row, Permission.departments_write, ENDED)
    return row | {"seats": await reads.seats(act, department_id), "allowed_actions": actions}


async def create(act: Act, draft: DepartmentCreate) -> dict[str, Any]:
    """Let a department join a committee's meeting.

    Raises Invalid for a body that is unknown or has ended and for a day before the committee, Forbidden for a committee
    that may only be seen; the database refuses a name that is taken (Taken).
    """
    committee = await _body(act, draft.committee_id, "/committee_id")
    if not act.scope.holds(committee.region_code, [committee.code]):
        raise Forbidden(reason="scope")
    if committee.founded_on is not None:
        entering.not_before(draft.valid_from, committee.founded_on, "/valid_from")
    await _also(act, draft.authority_id, draft.committee_id)
    key = await repository.add(
        act, Department(version=1, **draft.model_dump(), created_at=act.now, recorded_at=act.now)
    )
    return await shown(act, key)


async def update(act: Act, department_id: UUID, expected: int, change: DepartmentUpdate) -> dict[str, Any]:
    """Change a department. What is already so makes no new version.

    Raises NotFound, Forbidden, StaleVersion, Conflict, Invalid; the database refuses a name that is taken (Taken).
    """
    department = await claim(act, Department, department_id, expected)
    entering.still(department, ENDED)
    told = change.model_dump(include=change.model_fields_set)
    if told.get("authority_id") not in (None, department.authority_id):
        await _also(act, change.authority_id, department.committee_id)
    if entering.changed(department, told):
        await repository.save(act, department)
    return await shown(act, department_id)


async def end(act: Act, department_id: UUID, expected: int, wish: PeriodEnd) -> dict[str, Any]:
    """Let a department leave the meeting: its duties, liaisons and datasets end with it. From that day on whoever acts
    for it sees nothing any more. Raises NotFound, StaleVersion, Conflict, Invalid.
    """
    department = await claim(act, Department, department_id, expected)
    await entering.end(act, department, wish, ENDED)
    await repository.end_parts(act, department_id, wish.valid_to, wish.reason)
    return await shown(act, department_id)


async def _also(act: Act, authority_id: UUID | None, committee_id: UUID) -> None:
    if authority_id is None:
        return
    if authority_id == committee_id:
        raise Invalid(errors=(FieldError("/authority_id", "department_is_committee"),))
    await _body(act, authority_id, "/authority_id")


async def _body(act: Act, authority_id: UUID, pointer: str) -> repository.Body:
    found = await repository.body(act, authority_id)
    if found is None:
        raise Invalid(errors=(FieldError(pointer, "reference_unknown"),))
    if found.dissolved_on is not None and found.dissolved_on <= act.today:
        raise Invalid(errors=(FieldError(pointer, "reference_ended"),))
    return found
