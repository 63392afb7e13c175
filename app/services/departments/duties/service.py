"""What can be done with duties of departments."""

from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.core.versions import claim
from app.services.access.permissions import Permission
from app.services.departments import entering, repository
from app.services.departments.duties import reads
from app.services.departments.duties.schemas import DepartmentDutyCreate, DepartmentDutyUpdate
from app.services.departments.models import DepartmentDuty
from app.services.departments.wire import PeriodEnd

ENDED = "duty_ended"


async def shown(act: Act, duty_id: UUID) -> dict[str, Any]:
    """One duty with what the caller may do. Raises NotFound."""
    row = await reads.one(act, duty_id)
    return row | {"allowed_actions": entering.actions(act, row, Permission.departments_write, ENDED)}


async def create(act: Act, draft: DepartmentDutyCreate) -> dict[str, Any]:
    """Enter a duty. Raises Invalid, Forbidden, Conflict."""
    await entering.seated(act, draft.department_id, draft.valid_from)
    duty = DepartmentDuty(version=1, **draft.model_dump(), created_at=act.now, recorded_at=act.now)
    return await shown(act, await repository.add(act, duty))


async def update(act: Act, duty_id: UUID, expected: int, change: DepartmentDutyUpdate) -> dict[str, Any]:
    """Put a duty right. What is already so makes no new version. Raises NotFound, Forbidden, StaleVersion, Conflict."""
    duty = await claim(act, DepartmentDuty, duty_id, expected)
    entering.still(duty, ENDED)
    if entering.changed(duty, change.model_dump(include=change.model_fields_set)):
        await repository.save(act, duty)
    return await shown(act, duty_id)


async def end(act: Act, duty_id: UUID, expected: int, wish: PeriodEnd) -> dict[str, Any]:
    """End a duty on a day. Raises NotFound, Forbidden, StaleVersion, Conflict, Invalid."""
    await entering.end(act, await claim(act, DepartmentDuty, duty_id, expected), wish, ENDED)
    return await shown(act, duty_id)
