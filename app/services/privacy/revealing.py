"""Numbers of persons in use: rows found by one, and numbers told in clear. Either leaves an audit row with the deed."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, get_args
from uuid import UUID

from app.core.acts import Act
from app.core.history import note
from app.services.privacy import keeping
from app.services.privacy.facts import PersonalKind
from app.services.privacy.schemas import NumberReveal, NumberSearch

Row = dict[str, Any]
Reading = Callable[[Act, Sequence[UUID]], Awaitable[list[Row]]]


async def found(act: Act, holder: str, sought: NumberSearch, read: Reading) -> list[Row]:
    """Visible rows with exactly this number, as `read` tells them; the search is noted, the number is not."""
    field, value = sought.sought
    keys = await keeping.holding(act, holder, field, value)
    rows = await read(act, [UUID(key) for key in keys])
    await note(act, "search", holder, field=field, rows=len(rows))
    return rows


async def revealed(act: Act, holder: str, row_id: UUID, wish: NumberReveal) -> Row:
    """A row's numbers in clear, and one audit row with the purpose in the same transaction.

    That the row may be seen is for the caller to have asked.
    """
    key = str(row_id)
    fields = sorted(set(wish.fields))
    await note(act, "reveal", holder, why=wish.purpose, id=key, fields=fields)
    held = (await keeping.opened(act, holder, [key])).get(key, {})
    return {"id": row_id} | {field: held.get(field) if field in fields else None for field in get_args(PersonalKind)}
