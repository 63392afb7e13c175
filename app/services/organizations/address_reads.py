"""Addresses of the register in bulk, for whoever learns from them."""

from collections.abc import AsyncIterator
from typing import NamedTuple
from uuid import UUID

from app.core.acts import Act
from app.core.database import driver
from app.services.regions.succession import LEAVING

PORTION = 5_000

# Closed organisations teach as well: their roads are still there.
ADDRESSES = (
    "SELECT address, uscc, region_code, region_level FROM organizations"
    " WHERE address IS NOT NULL AND region_level > 0 AND region_code >= $1 AND region_code < $2"
    " AND ($3 = 1 OR hashtextextended(id::text, 0) % $3 = 0)"
)


class Addressed(NamedTuple):
    """What an organisation's row says of where it is."""

    address: str
    uscc: str | None
    region_code: int
    region_level: int


async def addresses(act: Act, low: int, high: int, every: int = 1) -> AsyncIterator[list[Addressed]]:
    """Addresses of organisations in a range of region codes, one in ``every`` drawn by id, a portion at a time."""
    connection = await driver(act.session)
    cursor = await connection.cursor(ADDRESSES, low, high, every)
    while rows := await cursor.fetch(PORTION):
        yield [Addressed(*row) for row in rows]


async def count(act: Act, low: int, high: int) -> int:
    """How many organisations there are in a range of region codes."""
    connection = await driver(act.session)
    found = await connection.fetchval(
        "SELECT count(*) FROM organizations WHERE region_code >= $1 AND region_code < $2", low, high
    )
    return int(found)


async def about_how_many(act: Act) -> int:
    """The size of the register as the planner knows it: cheap, and behind by what came lately."""
    connection = await driver(act.session)
    found = await connection.fetchval(
        "SELECT greatest(reltuples, 0) FROM pg_class WHERE oid = 'organizations'::regclass"
    )
    return int(found)


STANDING_IN = f"""
SELECT id, name, uscc, address, region_code, region_level, placed_by FROM organizations
 WHERE {LEAVING} AND ($5::uuid IS NULL OR id > $5) ORDER BY id LIMIT $6 FOR NO KEY UPDATE
"""  # noqa: S608  (a constant)


class Standing(NamedTuple):
    """An organisation with what may tell where it is."""

    id: UUID
    name: str
    uscc: str | None
    address: str | None
    region_code: int
    region_level: int
    placed_by: str | None


async def standing_in(act: Act, bounds: tuple[int, int, int, str], after: UUID | None) -> list[Standing]:
    """The next organisations of a region's ground (see ``succession.bounds``) by id, locked."""
    rows = await (await driver(act.session)).fetch(
        STANDING_IN,
        *bounds,
        after,
        PORTION,
    )
    return [Standing(*row) for row in rows]
