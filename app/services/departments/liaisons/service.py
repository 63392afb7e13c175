"""What can be done with liaisons: enter, put right, show the phone with a purpose, dismiss."""

from datetime import datetime
from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.core.history import note
from app.core.pagination import Ask, Page
from app.core.versions import claim
from app.core.wire import action
from app.services.access.permissions import Permission
from app.services.departments import entering, repository
from app.services.departments.facts import HOLDER, PERSONAL
from app.services.departments.liaisons import reads
from app.services.departments.liaisons.schemas import DepartmentLiaisonCreate, DepartmentLiaisonUpdate
from app.services.departments.models import DepartmentLiaison
from app.services.departments.wire import PartFilters, PeriodEnd
from app.services.privacy import keeping, revealing
from app.services.privacy.contract import Held
from app.services.privacy.schemas import NumberReveal

ENDED = "liaison_ended"


async def listed(act: Act, filters: PartFilters, ask: Ask) -> Page:
    """One page of liaisons; that a list of names was read is noted."""
    found = await reads.listed(act, filters, ask)
    await note(act, "list", HOLDER, rows=len(found.rows))
    return found


async def history(act: Act, liaison_id: UUID, ask: Ask) -> Page:
    """All versions of a liaison; that the names were read is noted. Raises NotFound."""
    found = await reads.history(act, liaison_id, ask)
    await note(act, "list", HOLDER, id=str(liaison_id), rows=len(found.rows), what="history")
    return found


async def shown(act: Act, liaison_id: UUID) -> dict[str, Any]:
    """One liaison with what the caller may do. Raises NotFound."""
    row = await reads.one(act, liaison_id)
    actions = entering.actions(act, row, Permission.liaisons_write, ENDED)
    refusal = None if Permission.liaisons_reveal in act.by.permissions else "permission"
    return row | {"allowed_actions": [*actions, action("reveal", refusal)]}


async def create(act: Act, draft: DepartmentLiaisonCreate) -> dict[str, Any]:
    """Enter a liaison. Raises Invalid, Forbidden, Conflict; the database refuses a second main one (Taken)."""
    department = await entering.seated(act, draft.department_id, draft.valid_from)
    stored = draft.model_dump(exclude=set(PERSONAL))
    row = DepartmentLiaison(version=1, **stored, created_at=act.now, recorded_at=act.now)
    key = await repository.add(act, row)
    values = {field: value for field in PERSONAL if (value := getattr(draft, field)) is not None}
    await keeping.keep(act, HOLDER, [Held(str(key), department.region_code, values)])
    return await shown(act, key)


async def update(act: Act, liaison_id: UUID, expected: int, change: DepartmentLiaisonUpdate) -> dict[str, Any]:
    """Put a liaison right. What is already so makes no new version. Raises NotFound, Forbidden, StaleVersion, Conflict;
    the database refuses a second main one (Taken).
    """
    liaison = await claim(act, DepartmentLiaison, liaison_id, expected)
    entering.still(liaison, ENDED)
    key = str(liaison_id)
    held = (await keeping.opened(act, HOLDER, [key])).get(key, {})
    told = change.model_dump(include=change.model_fields_set)
    numbers = {field: told.pop(field) for field in PERSONAL if field in told}
    numbers = {field: value for field, value in numbers.items() if value != held.get(field)}
    if numbers:
        await keeping.keep(act, HOLDER, [Held(key, liaison.region_code, numbers)])
    if entering.changed(liaison, told) or numbers:
        await repository.save(act, liaison)
        await note(act, "correct", HOLDER, id=key, fields=sorted({*told, *numbers}))
    return await shown(act, liaison_id)


async def end(act: Act, liaison_id: UUID, expected: int, wish: PeriodEnd) -> dict[str, Any]:
    """Dismiss a liaison. Raises NotFound, Forbidden, StaleVersion, Conflict, Invalid."""
    await entering.end(act, await claim(act, DepartmentLiaison, liaison_id, expected), wish, ENDED)
    return await shown(act, liaison_id)


async def reveal(act: Act, liaison_id: UUID, wish: NumberReveal) -> dict[str, Any]:
    """The phone in clear, and one audit row with the purpose in the same transaction. Raises NotFound."""
    await reads.one(act, liaison_id)
    return await revealing.revealed(act, HOLDER, liaison_id, wish)


async def outlived(act: Act, before: datetime, limit: int) -> list[UUID]:
    """Some liaisons who were dismissed before this instant's day."""
    return await reads.outlived(act, before.date(), limit)
