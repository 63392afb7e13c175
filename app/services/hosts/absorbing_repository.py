"""Set-wise SQL of the hosts' merge."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

import orjson

from app.core.acts import Act
from app.core.database import driver

# Column and type of all that a merge may write, beside id, version, recorded_at.
WRITTEN: Mapping[str, str] = {
    "kind": "text",
    "name": "text",
    "region_code": "bigint",
    "region_level": "smallint",
    "address": "text",
    "aliases": "text[]",
    "longitude_e6": "integer",
    "latitude_e6": "integer",
    "datum": "text",
    "opened_on": "date",
    "corrected": "text[]",
}
Row = dict[str, Any]


class Namesake(NamedTuple):
    """An open host by what it is known by."""

    id: UUID
    kind: str
    name: str
    region_code: int
    region_level: int


async def namesakes(act: Act, names: Sequence[str]) -> list[Namesake]:
    """Visible open hosts of these names, by id."""
    if not names:
        return []
    found = await (await driver(act.session)).fetch(
        "SELECT id, kind, name, region_code, region_level FROM hosts"
        " WHERE name = ANY ($1) AND closed_on IS NULL ORDER BY id",
        names,
    )
    return [Namesake(*row) for row in found]


async def standing(act: Act, ids: Sequence[UUID]) -> dict[UUID, Row]:
    """Visible hosts by id, closed ones too, locked in key order until the act ends; days as on the wire."""
    if not ids:
        return {}
    found = await (await driver(act.session)).fetch(
        f"SELECT id, closed_on, {', '.join(WRITTEN)} FROM hosts WHERE id = ANY ($1)"  # noqa: S608  (from WRITTEN)
        " ORDER BY id FOR NO KEY UPDATE",
        ids,
    )
    return {row["id"]: dict(row) | {"opened_on": _written(row["opened_on"])} for row in found}


async def new_ids(act: Act, count: int) -> list[UUID]:
    """Fresh keys, in order."""
    found = await (await driver(act.session)).fetch("SELECT uuidv7() FROM generate_series(1, $1)", count)
    return [row[0] for row in found]


async def insert(act: Act, rows: Sequence[Row]) -> int:
    """Found hosts (each row with an `id`); how many went in: fewer when another transaction was first with one."""
    names = [name for name in WRITTEN if any(row.get(name) is not None for row in rows)]
    tag = await (await driver(act.session)).execute(
        f"INSERT INTO hosts (id, version, {', '.join(names)}, created_at, recorded_at)"  # noqa: S608  (from WRITTEN)
        f" SELECT id, 1, {', '.join(_taken(name) for name in names)}, $2, $2"
        f" FROM jsonb_to_recordset($1::text::jsonb) AS new ({_typed(names)}) ORDER BY region_code, kind, name"
        " ON CONFLICT (region_code, kind, name) WHERE closed_on IS NULL DO NOTHING",
        orjson.dumps(rows, default=str).decode(),
        act.now,
    )
    return int(tag.rpartition(" ")[2])


async def update(act: Act, rows: Sequence[Row]) -> None:
    """Write the given columns of hosts (each row with `id`, all with the same columns) as next versions."""
    names = [name for name in WRITTEN if name in rows[0]]
    assigned = ", ".join(f"{name} = {_taken(name, 'new.')}" for name in names)
    await (await driver(act.session)).execute(
        f"UPDATE hosts SET {assigned}, version = hosts.version + 1, recorded_at = $2"  # noqa: S608  (from WRITTEN)
        f" FROM jsonb_to_recordset($1::text::jsonb) AS new ({_typed(names)}) WHERE hosts.id = new.id",
        orjson.dumps(sorted(rows, key=lambda row: str(row["id"])), default=str).decode(),
        act.now,
    )


def _typed(names: Sequence[str]) -> str:
    return ", ".join(["id uuid", *(f"{name} {WRITTEN[name]}" for name in names)])


def _taken(name: str, source: str = "") -> str:
    return f"coalesce({source}{name}, '{{}}')" if WRITTEN[name] == "text[]" else f"{source}{name}"


def _written(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
