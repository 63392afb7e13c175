"""Optimistic locking: `version` is an integer the client sends back in If-Match."""

from typing import Any, Protocol, TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Mapped

from app.core.acts import Act
from app.core.errors import NotFound, StaleVersion


class Versioned(Protocol):
    """A mapped row with a key and a version."""

    id: Mapped[UUID]
    version: Mapped[int]


Row = TypeVar("Row", bound=Versioned)


async def claim(act: Act, model: type[Row], row_id: UUID, expected: int) -> Row:
    """Lock one row for this act and hand it out.

    Raises NotFound when it is absent or out of scope, StaleVersion when it has moved on since `expected`.
    """
    key: Any = model.id
    row = await act.session.scalar(select(model).where(key == row_id).with_for_update(key_share=True))
    if row is None:
        raise NotFound()
    if row.version != expected:
        raise StaleVersion(current=row.version)
    return row
