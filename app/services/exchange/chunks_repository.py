"""Chunks on their way: who works on which, whose turn it is, what came of it. Leases run by the database's clock."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from app.core.acts import Act, Actor
from app.core.database import driver
from app.services.exchange.contract import Applied, BatchFacts, Outcome
from app.services.exchange.facts import FINISHED, written_scope
from app.services.exchange.sealing import Parted, joined

_CLAIMABLE = "(c.state = 'waiting' OR c.state = 'leased' AND c.lease_until < clock_timestamp())"


@dataclass(frozen=True, slots=True)
class Pushed:
    """A batch as its chunks need it."""

    facts: BatchFacts
    owner: str
    owner_name: str
    atomic: str
    header: dict[str, Any] | None
    chunks: int

    def actor(self) -> Actor:
        """Whoever pushed it, with the scope of then."""
        return Actor(self.owner, self.owner_name, frozenset(), self.facts.scope)


@dataclass(frozen=True, slots=True)
class Claimed:
    """A chunk that a worker holds by lease."""

    batch: Pushed
    seq: int
    raw: bytes

    @property
    def key(self) -> tuple[UUID, int]:
        """Names the chunk."""
        return self.batch.facts.id, self.seq


@dataclass(frozen=True, slots=True)
class Turn:
    """How far a batch is, seen under its lock."""

    done: int
    finished: bool
    cancel: bool


async def waiting_batches(act: Act) -> list[UUID]:
    """Unfinished batches that have a chunk to take; those that fewest work on first, then the oldest."""
    found = await (await driver(act.session)).fetch(
        "SELECT b.id FROM batches b WHERE b.state IN ('waiting', 'processing') AND EXISTS ("  # noqa: S608 (constant)
        "SELECT FROM batch_chunks c WHERE c.batch_id = b.id AND c.seq >= b.chunks_done"
        f" AND (b.atomic = 'record' OR c.seq = 0) AND {_CLAIMABLE})"
        " ORDER BY (SELECT count(*) FROM batch_chunks c WHERE c.batch_id = b.id AND c.seq >= b.chunks_done"
        " AND c.state = 'leased' AND c.lease_until >= clock_timestamp()), b.id LIMIT 8"
    )
    return [row[0] for row in found]


async def claim(act: Act, batch_id: UUID, worker: str, lease: float, seq: int | None = None) -> Claimed | None:
    """Take a batch's lowest free chunk, or number `seq` alone; free is also what its worker has kept too long."""
    connection = await driver(act.session)
    chunk = await connection.fetchrow(
        "UPDATE batch_chunks SET state = 'leased', lease_by = $2,"  # noqa: S608 (constant)
        " lease_until = clock_timestamp() + make_interval(secs => $3)"
        " WHERE (batch_id, seq) = (SELECT c.batch_id, c.seq FROM batch_chunks c JOIN batches b ON b.id = c.batch_id"
        " WHERE c.batch_id = $1 AND c.seq >= b.chunks_done AND ($4::int IS NULL OR c.seq = $4)"
        f" AND (b.atomic = 'record' OR c.seq = 0) AND {_CLAIMABLE}"
        " ORDER BY c.seq LIMIT 1 FOR UPDATE OF c SKIP LOCKED) RETURNING seq, raw, sealed, key_id",
        batch_id,
        worker,
        lease,
        seq,
    )
    if chunk is None:
        return None
    batch = await connection.fetchrow(
        "SELECT id, dataset, owner, owner_name, scope, region_code, region_level, mode, atomic, strategy,"
        " header::text AS header, source_time, chunks FROM batches WHERE id = $1",
        batch_id,
    )
    assert batch is not None  # noqa: S101 (its chunk was there in this transaction, and refers to it)
    await connection.execute(
        "UPDATE batches SET state = 'processing', started_at = $2 WHERE id = $1 AND state = 'waiting'",
        batch_id,
        act.now,
    )
    stored = Parted(chunk["raw"], chunk["sealed"], chunk["key_id"])
    return Claimed(_pushed(batch), chunk["seq"], joined(act, batch_id, chunk["seq"], stored))


def _pushed(row: Any) -> Pushed:
    facts = BatchFacts(
        id=row["id"],
        dataset=row["dataset"],
        scope=written_scope(row["scope"]),
        region_code=row["region_code"],
        region_level=row["region_level"],
        strategy=row["strategy"],
        validate_only=row["mode"] == "validate",
        source_time=row["source_time"],
    )
    header = orjson.loads(row["header"]) if row["header"] is not None else None
    return Pushed(facts, row["owner"], row["owner_name"], row["atomic"], header, row["chunks"])


async def raw(act: Act, batch_id: UUID, seq: int) -> bytes:
    """One chunk's records as packed."""
    (found,) = await (await driver(act.session)).fetch(
        "SELECT raw, sealed, key_id FROM batch_chunks WHERE batch_id = $1 AND seq = $2", batch_id, seq
    )
    return joined(act, batch_id, seq, Parted(found["raw"], found["sealed"], found["key_id"]))


async def renew(act: Act, worker: str, held: Collection[tuple[UUID, int]], lease: float) -> None:
    """Keep what this worker holds."""
    await (await driver(act.session)).execute(
        "UPDATE batch_chunks SET lease_until = clock_timestamp() + make_interval(secs => $4)"
        " WHERE (batch_id, seq) IN (SELECT * FROM unnest($1::uuid[], $2::int[]))"
        " AND state = 'leased' AND lease_by = $3",
        [batch for batch, _ in held],
        [seq for _, seq in held],
        worker,
        lease,
    )


async def release(act: Act, worker: str, held: Collection[tuple[UUID, int]]) -> None:
    """Give back what this worker holds and has not finished."""
    await (await driver(act.session)).execute(
        "UPDATE batch_chunks SET state = 'waiting', lease_by = NULL, lease_until = NULL"
        " WHERE (batch_id, seq) IN (SELECT * FROM unnest($1::uuid[], $2::int[]))"
        " AND state = 'leased' AND lease_by = $3",
        [batch for batch, _ in held],
        [seq for _, seq in held],
        worker,
    )


async def turn(act: Act, batch_id: UUID) -> Turn:
    """Lock the batch until the act ends, and see whose turn it is. Waits while another chunk of it is applied."""
    row = await (await driver(act.session)).fetchrow(
        "SELECT state, cancel_requested, chunks_done FROM batches WHERE id = $1 FOR NO KEY UPDATE", batch_id
    )
    if row is None:
        return Turn(0, finished=True, cancel=False)
    return Turn(row["chunks_done"], row["state"] in FINISHED, row["cancel_requested"])


async def cancelling(act: Act, batch_id: UUID) -> bool:
    """Whether someone has asked that the batch stop, without waiting for its lock."""
    return bool(
        await (await driver(act.session)).fetchval("SELECT cancel_requested FROM batches WHERE id = $1", batch_id)
    )


async def finish(act: Act, batch: Pushed, seq: int, applied: Applied) -> bool:
    """Store what came of a chunk and give the turn to the next; whether it was the last. Needs the batch's lock."""
    connection = await driver(act.session)
    identity = batch.facts.id
    await connection.execute(
        "UPDATE batch_chunks SET state = 'done', outcomes = $3, subjects = $4, finished_at = $5,"
        " lease_until = NULL, lease_by = NULL WHERE batch_id = $1 AND seq = $2",
        identity,
        seq,
        applied.outcomes,
        applied.subjects,
        act.now,
    )
    if applied.findings:
        await _keep_findings(act, batch, seq, applied)
    counts = applied.counts()
    done: bool = await connection.fetchval(
        "UPDATE batches SET chunks_done = chunks_done + 1, created = created + $2, updated = updated + $3,"
        " unchanged = unchanged + $4, superseded = superseded + $5, rejected = rejected + $6,"
        " needs_review = needs_review + $7,"
        " state = CASE WHEN chunks_done + 1 = chunks AND state = 'processing' THEN 'done' ELSE state END,"
        " finished_at = CASE WHEN chunks_done + 1 = chunks THEN coalesce(finished_at, $8) ELSE finished_at END"
        " WHERE id = $1 RETURNING state = 'done'",
        identity,
        *(counts[outcome.name] for outcome in Outcome),
        act.now,
    )
    return done


async def _keep_findings(act: Act, batch: Pushed, seq: int, applied: Applied) -> None:
    positions: list[int] = []
    line, position = None, 0
    for finding in applied.findings:
        position = position + 1 if finding.line == line else 0
        line = finding.line
        positions.append(position)
    await (await driver(act.session)).execute(
        "INSERT INTO batch_findings (batch_id, owner, seq, line, position, outcome, pointer, code, params)"
        " SELECT $1, $2, $3, line, position, outcome, pointer, code, params::jsonb"
        " FROM unnest($4::bigint[], $5::smallint[], $6::text[], $7::text[], $8::text[], $9::text[])"
        " AS new (line, position, outcome, pointer, code, params)",
        batch.facts.id,
        batch.owner,
        seq,
        [finding.line for finding in applied.findings],
        positions,
        [finding.outcome.name for finding in applied.findings],
        [finding.error.pointer for finding in applied.findings],
        [finding.error.code for finding in applied.findings],
        [orjson.dumps(finding.error.params, default=str).decode() for finding in applied.findings],
    )


async def end(act: Act, batch_id: UUID, state: str, at: datetime, failure: dict[str, Any] | None = None) -> None:
    """End a batch that will not come to its last chunk, unless it has ended."""
    await (await driver(act.session)).execute(
        "UPDATE batches SET state = $2, finished_at = $3, failure = $4::text::jsonb"
        " WHERE id = $1 AND state IN ('waiting', 'processing')",
        batch_id,
        state,
        at,
        orjson.dumps(failure).decode() if failure else None,
    )
