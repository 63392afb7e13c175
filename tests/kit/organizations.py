"""Organisations straight into the table, for tests that are not about how they get there."""

from itertools import count
from typing import Any
from uuid import UUID

import asyncpg

PLACE = {"region_code": 330106002000, "region_level": 4}
_serial = count(1)


async def add(connection: "asyncpg.Connection[Any]", number: int = 1, **told: Any) -> list[UUID]:
    """So many operating private enterprises in a street of 西湖区, with these columns; their ids in order."""
    name = f"甲{next(_serial)}"
    row: dict[str, Any] = {
        "name": name,
        "name_key": name,
        "name_sort": name,
        "name_bigrams": [],
        "kind": "private_enterprise",
        **PLACE,
        **told,
    }
    names = ", ".join(row)
    places = ", ".join(f"${place}" for place in range(1, len(row) + 1))
    rows = await connection.fetch(
        f"INSERT INTO organizations ({names}) SELECT {places} FROM generate_series(1, {number}) RETURNING id",
        *row.values(),
    )
    return [row["id"] for row in rows]
