"""Set-wise SQL of the sealed values, their keys and the ledger of erasures."""

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

from app.core.acts import Act
from app.core.database import driver
from app.services.privacy.contract import SealedColumn


class Stored(NamedTuple):
    """One sealed value as it is stored."""

    row_key: str
    field: str
    region_code: int
    sealed: bytes
    key_id: int
    blind: bytes
    index_id: int


async def put(act: Act, holder: str, values: Sequence[Stored]) -> None:
    """Store values, in key order; what stands at their places is replaced."""
    if not values:
        return
    ordered = sorted(values, key=lambda value: value[:2])
    await (await driver(act.session)).execute(
        "INSERT INTO personal_values (holder, row_key, field, region_code, sealed, key_id, blind, index_id)"
        " SELECT $1, * FROM"
        " unnest($2::text[], $3::text[], $4::bigint[], $5::bytea[], $6::int[], $7::bytea[], $8::int[])"
        " ON CONFLICT (holder, row_key, field) DO UPDATE SET region_code = excluded.region_code,"
        " sealed = excluded.sealed, key_id = excluded.key_id, blind = excluded.blind, index_id = excluded.index_id",
        holder,
        *map(list, zip(*ordered, strict=True)),
    )


async def get(act: Act, holder: str, row_keys: Sequence[str]) -> list[tuple[str, str, bytes]]:
    """Row, field and sealed value of what these rows hold."""
    if not row_keys:
        return []
    found = await (await driver(act.session)).fetch(
        "SELECT row_key, field, sealed FROM personal_values WHERE holder = $1 AND row_key = ANY($2)", holder, row_keys
    )
    return [(row[0], row[1], row[2]) for row in found]


async def drop(act: Act, holder: str, row_keys: Sequence[str], fields: Sequence[str] | None = None) -> None:
    """Remove what these rows hold; of each row the field at the same place of `fields`, or all of its fields."""
    if not row_keys:
        return
    connection = await driver(act.session)
    if fields is None:
        await connection.execute(
            "DELETE FROM personal_values WHERE holder = $1 AND row_key = ANY($2)", holder, row_keys
        )
        return
    await connection.execute(
        "DELETE FROM personal_values WHERE holder = $1"
        " AND (row_key, field) IN (SELECT * FROM unnest($2::text[], $3::text[]))",
        holder,
        row_keys,
        fields,
    )


async def drop_under(act: Act, holder: str, prefix: str) -> None:
    """Remove what rows hold whose keys begin like this."""
    await (await driver(act.session)).execute(
        "DELETE FROM personal_values WHERE holder = $1 AND row_key ^@ $2", holder, prefix
    )


HOLDING = (
    "SELECT row_key FROM personal_values WHERE blind = ANY($3) AND holder = $1 AND field = $2"
    " ORDER BY row_key LIMIT 1000"
)


async def holding(act: Act, holder: str, field: str, blinds: Sequence[bytes]) -> list[str]:
    """Keys of the visible rows whose field has one of these index values, at most a thousand."""
    found = await (await driver(act.session)).fetch(HOLDING, holder, field, blinds)
    return [row[0] for row in found]


async def key_ids(act: Act, column: SealedColumn) -> list[int]:
    """Numbers of the keys that a column's values are sealed by; one index probe each."""
    return await _distinct(act, column.table, "key_id", "sealed IS NOT NULL")


async def index_ids(act: Act, column: SealedColumn) -> list[int]:
    """Numbers of the index keys that a column's values are found by."""
    return [] if column.blind is None else await _distinct(act, column.table, "index_id", "true")


async def _distinct(act: Act, table: str, number: str, where: str) -> list[int]:
    found = await (await driver(act.session)).fetch(
        f"WITH RECURSIVE used AS (SELECT min({number}) AS id FROM {table} WHERE {where}"  # noqa: S608 (from a catalogue)
        f" UNION ALL SELECT (SELECT min({number}) FROM {table} WHERE {number} > used.id AND {where})"
        " FROM used WHERE used.id IS NOT NULL) SELECT id FROM used WHERE id IS NOT NULL"
    )
    return [row[0] for row in found]


async def sample(act: Act, column: SealedColumn, key_id: int) -> tuple[str, bytes] | None:
    """The place and the sealed value of any one row sealed by this key."""
    row = await (await driver(act.session)).fetchrow(
        f"SELECT {column.place}, sealed FROM {column.table}"  # noqa: S608 (from a catalogue)
        " WHERE key_id = $1 AND sealed IS NOT NULL LIMIT 1",
        key_id,
    )
    return None if row is None else (row[0], row[1])


async def outdated(act: Act, column: SealedColumn, number: str, stale: Sequence[int], limit: int) -> list[Any]:
    """Some rows whose `number` (key_id or index_id) is a stale one, locked, those that others hold left out.

    Each row: the primary key's columns, then place, sealed value and domain. By equality, so that the index on the
    number hands out the next rows without walking over those that are done.
    """
    return list(
        await (await driver(act.session)).fetch(
            f"SELECT {', '.join(column.keys)}, {column.place} AS place, sealed,"  # noqa: S608 (from a catalogue)
            f" {column.blind or 'NULL::text'} AS domain FROM {column.table}"
            f" WHERE sealed IS NOT NULL AND {number} = ANY($1) LIMIT $2 FOR UPDATE SKIP LOCKED",
            stale,
            limit,
        )
    )


async def reseal(act: Act, column: SealedColumn, rows: Sequence[tuple[Any, ...]]) -> None:
    """Put new sealed values in the place of old ones: primary key, sealed, key number, and where there is one index."""
    names = ("sealed", "key_id") if column.blind is None else ("sealed", "key_id", "blind", "index_id")
    keys = " AND ".join(f"{key} = ${place}" for place, key in enumerate(column.keys, 1))
    sets = ", ".join(f"{name} = ${place}" for place, name in enumerate(names, 1 + len(column.keys)))
    await (await driver(act.session)).executemany(
        f"UPDATE {column.table} SET {sets} WHERE {keys}",  # noqa: S608 (from a catalogue)
        rows,
    )


async def enter(act: Act, erasures: Sequence[tuple[Any, ...]]) -> None:
    """Enter erasures into the ledger: id, holder, row, region, ground, why, at, by. What stands there stays."""
    await (await driver(act.session)).executemany(
        "INSERT INTO erasures (id, holder, row_id, region_code, ground, why, erased_at, erased_by)"
        " VALUES (coalesce($1, uuidv7()), $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING",
        erasures,
    )


async def entered(act: Act) -> list[tuple[UUID, str, UUID, int, str, str, Any, str]]:
    """The whole ledger, the oldest first."""
    found = await (await driver(act.session)).fetch(
        "SELECT id, holder, row_id, region_code, ground, why, erased_at, erased_by FROM erasures ORDER BY erased_at, id"
    )
    return [tuple(row) for row in found]


async def forget(act: Act, subject: str, ids: Sequence[UUID]) -> None:
    """Remove the earlier versions of erased rows."""
    await (await driver(act.session)).execute("SELECT privacy_forget($1, $2)", subject, ids)
