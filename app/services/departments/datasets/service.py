"""What can be done with the datasets that departments have to push."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.core.errors import FieldError, Invalid
from app.core.pagination import Ask, Page
from app.core.versions import claim
from app.services.access.ledger import reads as ledger
from app.services.access.permissions import Permission
from app.services.departments import entering, repository
from app.services.departments import reads as departments
from app.services.departments.datasets import reads
from app.services.departments.datasets.schemas import DepartmentDatasetCreate, DepartmentDatasetUpdate, FreshnessFilters
from app.services.departments.models import DepartmentDataset
from app.services.departments.wire import PeriodEnd

ENDED = "department_dataset_ended"


async def shown(act: Act, row_id: UUID) -> dict[str, Any]:
    """One dataset of a department with what the caller may do. Raises NotFound."""
    row = await reads.one(act, row_id)
    return row | {"allowed_actions": entering.actions(act, row, Permission.departments_write, ENDED)}


async def create(act: Act, draft: DepartmentDatasetCreate, known: Collection[str]) -> dict[str, Any]:
    """Say what a department has to push; `known` are the names of the product's datasets.

    Raises Invalid for a dataset or a client that is not known, Forbidden, Conflict; the database refuses the same
    twice at a time (Taken).
    """
    if draft.dataset not in known:
        raise Invalid(errors=(FieldError("/dataset", "dataset_unknown"),))
    await entering.seated(act, draft.department_id, draft.valid_from)
    await _client(act, draft.client_id)
    row = DepartmentDataset(version=1, **draft.model_dump(), created_at=act.now, recorded_at=act.now)
    return await shown(act, await repository.add(act, row))


async def update(act: Act, row_id: UUID, expected: int, change: DepartmentDatasetUpdate) -> dict[str, Any]:
    """Change how often, or by which client. What is already so makes no new version.

    Raises NotFound, Forbidden, StaleVersion, Conflict, Invalid.
    """
    row = await claim(act, DepartmentDataset, row_id, expected)
    entering.still(row, ENDED)
    told = change.model_dump(include=change.model_fields_set)
    if told.get("client_id") != row.client_id:
        await _client(act, told.get("client_id"))
    if entering.changed(row, told):
        await repository.save(act, row)
    return await shown(act, row_id)


async def end(act: Act, row_id: UUID, expected: int, wish: PeriodEnd) -> dict[str, Any]:
    """End what a department has to push. Raises NotFound, Forbidden, StaleVersion, Conflict, Invalid."""
    await entering.end(act, await claim(act, DepartmentDataset, row_id, expected), wish, ENDED)
    return await shown(act, row_id)


async def freshness_of(act: Act, department_id: UUID, ask: Ask) -> Page:
    """How fresh one department's datasets are. Raises NotFound."""
    await departments.one(act, department_id)
    return await reads.freshness(act, FreshnessFilters(department_id=department_id), ask)


async def _client(act: Act, client_id: str | None) -> None:
    if client_id is None:
        return
    wrong = await ledger.client_state(act, client_id)
    if wrong is not None:
        code = wrong if wrong == "subject_unknown" else "client_disabled"
        raise Invalid(errors=(FieldError("/client_id", code),))
