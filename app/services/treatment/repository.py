"""Honours and conditions as entities: entered, claimed and saved the same way."""

from typing import Any
from uuid import UUID

from app.core.acts import Act


async def add(act: Act, row: Any) -> UUID:
    """Insert a row; its key, and where it stands, are the database's."""
    act.session.add(row)
    await act.session.flush()
    found: UUID = row.id
    return found


async def save(act: Act, row: Any) -> None:
    """Write a claimed row's changes as its next version."""
    row.version += 1
    row.recorded_at = act.now
    await act.session.flush()
