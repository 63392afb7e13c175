"""Changed targets as they are written."""

from typing import Any
from uuid import UUID

from sqlalchemy import insert

from app.core.acts import Act
from app.services.duties.models import WorkerTarget


async def add(act: Act, values: dict[str, Any]) -> UUID:
    """Enter a target; where it stands is the worker's."""
    entered = await act.session.execute(
        insert(WorkerTarget)
        .values(version=1, set_by=act.by.id, created_at=act.now, recorded_at=act.now, **values)
        .returning(WorkerTarget.id)
    )
    return entered.scalar_one()


async def save(act: Act, row: WorkerTarget) -> None:
    """Write a claimed target's changes as its next version."""
    row.version += 1
    row.recorded_at = act.now
    await act.session.flush()
