"""The audit as the chain needs it: rows in their fixed order, seals, checkpoints. Only the system's acts see them."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import text

from app.core.acts import Act
from app.core.database import driver
from app.services.audit.chain import Sealed
from app.services.audit.statement import Statement, digest_of_text

ONE_AT_A_TIME = 7_260_012  # the advisory lock of whoever lengthens the chain

# What is hashed of a row. The number in front is this layout's; times are microseconds since 1970.
CONTENT = (
    "jsonb_build_array(1, a.day, a.id, a.transaction, (extract(epoch FROM a.at) * 1000000)::bigint, a.actor,"
    " a.request_id, a.origin, a.verb, a.subject, a.count, a.ids, a.region_lo, a.region_hi, a.why, a.detail)::text"
)
_HORIZON = "pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
_SEAL = "FROM audit_seals s WHERE s.day = a.day AND s.audit_id = a.id"


@dataclass(frozen=True, slots=True)
class Row:
    """An audit row as it is hashed."""

    day: date
    id: UUID
    transaction: int
    content: str


@dataclass(frozen=True, slots=True)
class Stored:
    """A checkpoint as it stands in the table."""

    number: int
    body: str
    digest: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class Place:
    """A seal, and what the row it names holds now; None: the row is gone."""

    position: int
    audit_id: UUID
    digest: bytes
    content: str | None


async def alone(act: Act) -> bool:
    """Take the chain until the act ends; False while somebody else has it."""
    return bool(await act.session.scalar(text("SELECT pg_try_advisory_xact_lock(:lock)"), {"lock": ONE_AT_A_TIME}))


async def wait_alone(act: Act) -> None:
    """Take the chain until the act ends, waiting for whoever has it."""
    await act.session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": ONE_AT_A_TIME})


async def database(act: Act) -> str:
    """The database's name."""
    return str(await act.session.scalar(text("SELECT current_database()")))


async def horizon(act: Act) -> int:
    """The oldest transaction that still runs: all below have ended, and what they wrote can be seen."""
    return int(await act.session.scalar(text(f"SELECT {_HORIZON}")) or 0)


async def newest(act: Act) -> Stored | None:
    """The last checkpoint."""
    rows = await checkpoints(act, descending=True, limit=1)
    return rows[0] if rows else None


async def checkpoints(act: Act, after: int = 0, limit: int = 2000, *, descending: bool = False) -> list[Stored]:
    """Checkpoints by number."""
    order = "DESC" if descending else "ASC"
    found = await (await driver(act.session)).fetch(
        f"SELECT number, body, digest, signature FROM audit_checkpoints WHERE number > $1 ORDER BY number {order}"  # noqa: S608 (constant)
        " LIMIT $2",
        after,
        limit,
    )
    return [Stored(*row) for row in found]


async def naming(act: Act, day: date) -> Stored | None:
    """The last checkpoint that tells a day's head: for days that the newest one no longer tells."""
    found = await (await driver(act.session)).fetchrow(
        "SELECT number, body, digest, signature FROM audit_checkpoints"
        " WHERE body::jsonb -> 'days' ? $1 ORDER BY number DESC LIMIT 1",
        day.isoformat(),
    )
    return None if found is None else Stored(*found)


async def unsealed(act: Act, since: int, limit: int, *, everything: bool = False) -> tuple[int, list[Row]]:
    """The horizon and the first unsealed rows below it in the chain's order: by transaction, then by id.

    One statement, so that horizon and rows are of one snapshot. `everything` takes all that can be seen. Each row's
    seal is looked up by key: nearly none is there, and a join would read them all.
    """
    below = "" if everything else f"AND a.transaction < {_HORIZON}"
    found = await (await driver(act.session)).fetch(
        f"SELECT {_HORIZON} AS horizon, r.* FROM (VALUES (1)) AS one LEFT JOIN ("  # noqa: S608 (constants)
        f"SELECT a.day, a.id, a.transaction, {CONTENT} AS content FROM audit a"
        f" WHERE a.transaction >= $1 {below} AND (SELECT s.position {_SEAL}) IS NULL"
        " ORDER BY a.transaction, a.id LIMIT $2) AS r ON true"
        " ORDER BY r.transaction, r.id",
        since,
        limit,
    )
    rows = [Row(row["day"], row["id"], row["transaction"], row["content"]) for row in found if row["id"] is not None]
    return found[0]["horizon"], rows


async def append(act: Act, seals: Sequence[Sealed], statement: Statement, signature: bytes) -> bytes:
    """Write seals and the checkpoint over them; its digest."""
    connection = await driver(act.session)
    if seals:
        await connection.execute(
            "INSERT INTO audit_seals (day, position, audit_id, digest)"
            " SELECT * FROM unnest($1::date[], $2::bigint[], $3::uuid[], $4::bytea[])",
            [seal.day for seal in seals],
            [seal.position for seal in seals],
            [seal.audit_id for seal in seals],
            [seal.digest for seal in seals],
        )
    body = statement.written()
    digest = digest_of_text(body)
    await connection.execute(
        "INSERT INTO audit_checkpoints (number, kind, at, body, digest, signature) VALUES ($1, $2, $3, $4, $5, $6)",
        statement.number,
        statement.kind,
        statement.at,
        body,
        digest,
        signature,
    )
    return digest


async def days(act: Act) -> list[date]:
    """Every day that has audit rows or seals, in order; found by stepping from day to day."""
    found = await (await driver(act.session)).fetch(
        "WITH RECURSIVE step AS ("
        " SELECT least((SELECT min(day) FROM audit), (SELECT min(day) FROM audit_seals)) AS day"
        " UNION ALL"
        " SELECT least((SELECT min(day) FROM audit WHERE day > step.day),"
        " (SELECT min(day) FROM audit_seals WHERE day > step.day)) FROM step WHERE step.day IS NOT NULL)"
        " SELECT day FROM step WHERE day IS NOT NULL"
    )
    return [row["day"] for row in found]


async def places(act: Act, day: date, page: int = 20_000) -> AsyncIterator[list[Place]]:
    """A day's seals in their order with the rows they name, page by page."""
    connection = await driver(act.session)
    after = 0
    while True:
        found = await connection.fetch(
            f"SELECT s.position, s.audit_id, s.digest, CASE WHEN a.id IS NOT NULL THEN {CONTENT} END AS content"  # noqa: S608 (constant)
            " FROM (SELECT * FROM audit_seals WHERE day = $1 AND position > $2 ORDER BY position LIMIT $3) AS s"
            " LEFT JOIN audit a ON a.day = s.day AND a.id = s.audit_id AND a.day = $1 ORDER BY s.position",
            day,
            after,
            page,
        )
        if not found:
            return
        yield [Place(*row) for row in found]
        after = found[-1]["position"]


async def loose(act: Act, day: date) -> list[tuple[UUID, int]]:
    """A day's rows without a seal: id and transaction."""
    found = await (await driver(act.session)).fetch(
        f"SELECT a.id, a.transaction FROM audit a WHERE a.day = $1 AND NOT EXISTS (SELECT {_SEAL})"  # noqa: S608 (constant)
        " ORDER BY a.transaction, a.id",
        day,
    )
    return [(row["id"], row["transaction"]) for row in found]


async def prepare(act: Act, ahead: int) -> int:
    """Make the partitions of today and of so many days to come; how many were missing."""
    return int(await act.session.scalar(text("SELECT audit_prepare(:ahead)"), {"ahead": ahead}) or 0)


async def partitions(act: Act) -> list[date]:
    """The days that have a partition, in order."""
    found = await (await driver(act.session)).fetch(
        "SELECT to_date(substr(c.relname, 7), 'YYYYMMDD') AS day FROM pg_inherits i"
        " JOIN pg_class c ON c.oid = i.inhrelid"
        " WHERE i.inhparent = 'audit'::regclass AND c.relname <> 'audit_rest' ORDER BY 1"
    )
    return [row["day"] for row in found]


async def first_needed(act: Act, since: date) -> int | None:
    """The first checkpoint that proves days from `since` on; None when none is older, so that nothing can go.

    It is the one before the first that tells the head of such a day, so that the first link is kept whole. Where none
    tells one, it is the newest.
    """
    found = await (await driver(act.session)).fetchrow(
        "SELECT (SELECT min(number) FROM audit_checkpoints) AS oldest, coalesce("
        " (SELECT max(number) FROM audit_checkpoints WHERE number < (SELECT number FROM audit_checkpoints"
        " WHERE EXISTS (SELECT FROM jsonb_object_keys(body::jsonb -> 'days') AS head(day) WHERE head.day >= $1)"
        " ORDER BY number LIMIT 1)),"
        " (SELECT max(number) FROM audit_checkpoints WHERE NOT EXISTS (SELECT FROM audit_checkpoints"
        " WHERE EXISTS (SELECT FROM jsonb_object_keys(body::jsonb -> 'days') AS head(day) WHERE head.day >= $1)))"
        ") AS needed",
        since.isoformat(),
    )
    if found is None or found["needed"] is None or found["needed"] <= found["oldest"]:
        return None
    return int(found["needed"])


async def prune(act: Act, first: int) -> int:
    """Remove checkpoints before `first`; how many. The database refuses what is younger or stands in no record."""
    return int(await (await driver(act.session)).fetchval("SELECT audit_prune($1)", first))


async def rows_of(act: Act, day: date) -> list[UUID]:
    """All rows of a day, sealed or not."""
    return [row["id"] for row in await (await driver(act.session)).fetch("SELECT id FROM audit WHERE day = $1", day)]


async def drop(act: Act, day: date) -> None:
    """Remove a day's rows and seals. The database refuses what is younger than six months or stands in no record."""
    await (await driver(act.session)).execute("SELECT audit_drop($1)", day)
