"""Set-wise SQL of the merge: find and lock by USCC, read what stands, insert and update many rows at once."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import orjson

from app.core.acts import Act
from app.core.database import driver

# Column and type of all that a merge may write, beside id, version, recorded_at.
WRITTEN: Mapping[str, str] = {
    "uscc": "text",
    "registration_number": "text",
    "name": "text",
    "name_key": "text",
    "name_sort": "text",
    "name_bigrams": "text[]",
    "kind": "text",
    "registered_type": "text",
    "status": "text",
    "status_since": "date",
    "established_on": "date",
    "closed_on": "date",
    "region_code": "bigint",
    "region_level": "smallint",
    "placed_by": "text",
    "address": "text",
    "longitude_e6": "integer",
    "latitude_e6": "integer",
    "datum": "text",
    "host_id": "uuid",
    "industry": "text",
    "fixed_premises": "boolean",
    "staff": "integer",
    "payroll_fen": "bigint",
    "revenue_fen": "bigint",
    "registered_capital_fen": "bigint",
    "business_scope": "text",
    "above_scale_reported": "boolean",
    "formal_members_working": "integer",
    "formal_members_relation": "integer",
    "probationary_members": "integer",
    "has_union": "boolean",
    "has_youth_league": "boolean",
    "has_womens_organisation": "boolean",
    "in_federation": "boolean",
    "has_liaison": "boolean",
    "community_leads": "boolean",
    "uncovered_reason": "text",
    "provenance": "jsonb",
}
Row = dict[str, Any]

# Pieces of a name travel as one text: the driver looks at every element of an array, which cost more than the rest.
PARTED = "\x1f"
SENT = {**WRITTEN, "name_bigrams": "text"}
TAKEN = {name: f"string_to_array({name}, E'\\x1f')" if name == "name_bigrams" else name for name in WRITTEN}


async def locked_by_uscc(act: Act, codes: Sequence[str]) -> dict[str, tuple[UUID, int]]:
    """Who holds these codes, anywhere; rows inside the scope are locked in key order until the act ends."""
    connection = await driver(act.session)
    found = await connection.fetch("SELECT uscc, id, region_code FROM organizations_holding_uscc($1)", codes)
    holders = {row[0]: (row[1], row[2]) for row in found}
    if holders:
        ids = sorted(subject for subject, _ in holders.values())
        locked = await connection.fetch(
            "SELECT uscc, id, region_code FROM organizations WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE", ids
        )
        holders |= {row[0]: (row[1], row[2]) for row in locked if row[0] in holders}
    return holders


async def standing(act: Act, ids: Sequence[UUID]) -> dict[UUID, Row]:
    """The merge's columns of rows that stand, with version and kind_source."""
    connection = await driver(act.session)
    columns = ", ".join(name for name in WRITTEN if name not in ("provenance", "name_bigrams"))
    found = await connection.fetch(
        f"SELECT id, version, kind_source, provenance::text AS provenance, {columns}"  # noqa: S608  (names from WRITTEN)
        " FROM organizations WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE",
        ids,
    )
    return {row["id"]: dict(row) | {"provenance": orjson.loads(row["provenance"])} for row in found}


async def new_ids(act: Act, count: int) -> list[UUID]:
    """Fresh keys, in order."""
    connection = await driver(act.session)
    return [row[0] for row in await connection.fetch("SELECT uuidv7() FROM generate_series(1, $1)", count)]


async def insert(act: Act, rows: Sequence[Row]) -> int:
    """Insert rows (each with an `id`); how many went in: fewer when another transaction was first with a USCC."""
    names = [name for name in WRITTEN if any(row.get(name) is not None for row in rows)]
    await _load(act, ["id", *names], rows)
    connection = await driver(act.session)
    tag = await connection.execute(
        f"INSERT INTO organizations (id, {', '.join(names)}, created_at, recorded_at)"  # noqa: S608  (from WRITTEN)
        f" SELECT id, {', '.join(TAKEN[name] for name in names)}, $1, $1 FROM incoming ON CONFLICT (uscc) DO NOTHING",
        act.now,
    )
    return int(tag.rpartition(" ")[2])


async def update(act: Act, rows: Sequence[Row]) -> None:
    """Write the given columns of rows that stand (each with `id`, all with the same columns)."""
    names = [name for name in WRITTEN if name in rows[0]]
    await _load(act, ["id", *names], rows)
    connection = await driver(act.session)
    assignments = ", ".join(f"{name} = {TAKEN[name].replace(name, f'incoming.{name}')}" for name in names)
    await connection.execute(
        f"UPDATE organizations AS o SET {assignments}, version = o.version + 1, recorded_at = $1"  # noqa: S608
        " FROM incoming WHERE o.id = incoming.id",
        act.now,
    )


async def _load(act: Act, names: Sequence[str], rows: Sequence[Row]) -> None:
    """COPY rows into the act's temporary table `incoming`."""
    connection = await driver(act.session)
    columns = ", ".join(f"{name} {'uuid' if name == 'id' else SENT[name]}" for name in names)
    await connection.execute("DROP TABLE IF EXISTS pg_temp.incoming")
    await connection.execute(f"CREATE TEMPORARY TABLE incoming ({columns}) ON COMMIT DROP")
    await connection.copy_records_to_table(
        "incoming", schema_name=None, columns=list(names), records=[tuple(map(row.get, names)) for row in rows]
    )


async def same_name(act: Act, keys: Sequence[str]) -> dict[str, list[Row]]:
    """Visible organisations by name key, at most five a name: whom an uncertain record may mean."""
    connection = await driver(act.session)
    found = await connection.fetch(
        "SELECT wanted.key, o.id, o.name, o.uscc, o.region_code, o.region_level"
        " FROM unnest($1::text[]) AS wanted (key) CROSS JOIN LATERAL"
        " (SELECT id, name, uscc, region_code, region_level FROM organizations"
        " WHERE name_key = wanted.key ORDER BY id LIMIT 5) AS o",
        keys,
    )
    named: dict[str, list[Row]] = {}
    for row in found:
        named.setdefault(row[0], []).append(
            {
                "organization_id": str(row[1]),
                "name": row[2],
                "uscc": row[3],
                "region_code": f"{row[4]:012d}",
                "region_level": row[5],
            }
        )
    return named
