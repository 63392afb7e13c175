"""Rows of training as entities: entered, claimed and saved the same way whatever they are."""

from collections.abc import Iterable
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select

from app.core.acts import Act
from app.services.workers.models import Worker


async def add(act: Act, row: Any) -> UUID:
    """Insert a row; its key, and what it copies of others, are the database's."""
    act.session.add(row)
    await act.session.flush()
    found: UUID = row.id
    return found


async def save(act: Act, row: Any) -> None:
    """Write a claimed row's changes as its next version."""
    row.version += 1
    row.recorded_at = act.now
    await act.session.flush()


class Standing(NamedTuple):
    """A worker that may be written: where he stands, and whether he has been erased."""

    id: UUID
    region_code: int
    region_level: int
    authority_code: int | None
    erased: bool


async def workers(act: Act, ids: Iterable[UUID]) -> dict[UUID, Standing]:
    """Visible workers, locked in the order of their ids: until the act ends none of them moves to another place."""
    query = (
        select(Worker.id, Worker.region_code, Worker.region_level, Worker.authority_code, Worker.erased)
        .where(Worker.id.in_(set(ids)))
        .order_by(Worker.id)
        .with_for_update(read=True)
    )
    return {row[0]: Standing(*row) for row in await act.session.execute(query)}
