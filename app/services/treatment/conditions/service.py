"""What can be done with conditions."""

from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.core.errors import FieldError, Invalid
from app.core.history import note
from app.core.pagination import Ask, Page
from app.core.versions import claim
from app.services.treatment import entering, repository
from app.services.treatment import reads as standings
from app.services.treatment.conditions import reads
from app.services.treatment.conditions.schemas import ConditionCreate, ConditionFilters, ConditionUpdate
from app.services.treatment.models import Condition

SUBJECTS = {
    "worker_id": standings.worker,
    "branch_id": standings.branch,
    "organization_id": standings.organization,
}


async def listed(act: Act, filters: ConditionFilters, ask: Ask) -> Page:
    """One page, noted as a list of names."""
    found = await reads.listed(act, filters, ask)
    await note(act, "list", "treatment_conditions", rows=len(found.rows))
    return found


async def shown(act: Act, condition_id: UUID) -> dict[str, Any]:
    """One with the actions the caller may take. Raises NotFound."""
    row = await reads.one(act, condition_id)
    return {**row, "allowed_actions": entering.actions(act, row, ("update",), None)}


async def record(act: Act, draft: ConditionCreate) -> UUID:
    """Enter what is there or lacking.

    Raises Invalid for an unknown or ended subject, for none or two, for a day to come; Forbidden. The database refuses
    a second row of a kind for one subject (Taken): that one is put right instead.
    """
    told = [(name, value) for name in SUBJECTS if (value := getattr(draft, name)) is not None]
    if len(told) != 1:
        raise Invalid(errors=(FieldError("/worker_id", "condition_subject"),))
    ((name, value),) = told
    entering.standing(act, await SUBJECTS[name](act, value), f"/{name}")
    entering.not_future(act, draft.since, "/since")
    row = Condition(version=1, created_at=act.now, recorded_at=act.now, **draft.model_dump())
    return await repository.add(act, row)


async def correct(act: Act, condition_id: UUID, expected: int, change: ConditionUpdate) -> None:
    """Say what has changed. What is already so makes no new version.

    Raises NotFound, StaleVersion, Forbidden, Invalid for a day to come.
    """
    row = await claim(act, Condition, condition_id, expected)
    changed = entering.told(change, row)
    entering.not_future(act, changed.get("since"), "/since")
    for name, value in changed.items():
        setattr(row, name, value)
    if changed:
        await repository.save(act, row)
