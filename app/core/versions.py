"""Optimistic locking: `version` is an integer the client sends back in If-Match."""

from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import select

from app.core.acts import Act
from app.core.database import Base
from app.core.errors import Forbidden, NotFound, StaleVersion

Row = TypeVar("Row", bound=Base)


async def claim(act: Act, model: type[Row], row_id: UUID, expected: int) -> Row:
    """Lock one row of a model with columns `id` and `version` for this act and hand it out.

    Raises NotFound when it is absent or out of scope, Forbidden when it may be seen and not written, StaleVersion when
    it has moved on since `expected`.
    """
    versioned: Any = model
    row = await act.session.scalar(select(model).where(versioned.id == row_id).with_for_update(key_share=True))
    if row is None:
        if await act.session.scalar(select(versioned.id).where(versioned.id == row_id)) is not None:
            raise Forbidden(reason="scope")
        raise NotFound()
    current: int = getattr(row, "version")  # noqa: B009  (mypy knows Base, which has none)
    if current != expected:
        raise StaleVersion(current=current)
    return row
