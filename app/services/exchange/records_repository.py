"""Set-wise SQL of the engine: each dataset's last records, and what waits for a person."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import orjson

from app.core.acts import Act
from app.core.database import driver

NO_LINE = UUID(int=0)  # the record was not read from a line: no raw line's hash is equal to this one


class LastRecord(NamedTuple):
    """What a dataset last said about one key."""

    key: str
    subject: UUID
    region_code: int
    time: datetime
    values: dict[str, Any] | None
    batch: UUID
    line: int
    partner: str | None


async def by_hash(act: Act, dataset: str, hashes: Sequence[UUID]) -> dict[UUID, LastRecord]:
    """Last records that were read from exactly these raw lines (without their values)."""
    connection = await driver(act.session)
    found = await connection.fetch(
        "SELECT raw_hash, record_key, subject_id, region_code, source_time, batch_id, line, partner"
        " FROM dataset_records WHERE dataset = $1 AND raw_hash = ANY($2)",
        dataset,
        hashes,
    )
    return {row[0]: LastRecord(row[1], row[2], row[3], row[4], None, *row[5:8]) for row in found}


async def last(act: Act, dataset: str, keys: Sequence[str]) -> dict[str, LastRecord]:
    """Last records by key, with their values."""
    connection = await driver(act.session)
    found = await connection.fetch(
        "SELECT record_key, subject_id, region_code, source_time, values::text, batch_id, line, partner"
        " FROM dataset_records WHERE dataset = $1 AND record_key = ANY($2)",
        dataset,
        keys,
    )
    return {row[0]: LastRecord(row[0], row[1], row[2], row[3], orjson.loads(row[4]), *row[5:8]) for row in found}


class NewRecord(NamedTuple):
    """A record to be remembered as its dataset's last one."""

    key: str
    subject: UUID
    region_code: int
    time: datetime
    raw_hash: UUID
    values: dict[str, Any]
    line: int
    partner: str | None = None


async def remember(act: Act, dataset: str, batch: UUID, records: Sequence[NewRecord]) -> None:
    """Store each as the last record of its key."""
    if not records:
        return
    connection = await driver(act.session)
    ordered = sorted(records, key=lambda record: record.key)
    await connection.execute(
        "INSERT INTO dataset_records AS old"
        " (dataset, record_key, subject_id, region_code, source_time, raw_hash, values, batch_id, line, partner)"
        " SELECT $1, key, subject, region, time, hash, said::jsonb, $2, line, partner"
        " FROM unnest($3::text[], $4::uuid[], $5::bigint[], $6::timestamptz[], $7::uuid[], $8::text[], $9::int[],"
        " $10::text[])"
        " AS new (key, subject, region, time, hash, said, line, partner)"
        " ON CONFLICT (dataset, record_key) DO UPDATE SET subject_id = excluded.subject_id,"
        " region_code = excluded.region_code, source_time = excluded.source_time, raw_hash = excluded.raw_hash,"
        " values = excluded.values, batch_id = excluded.batch_id, line = excluded.line,"
        " partner = excluded.partner",
        dataset,
        batch,
        [record.key for record in ordered],
        [record.subject for record in ordered],
        [record.region_code for record in ordered],
        [record.time for record in ordered],
        [record.raw_hash for record in ordered],
        [orjson.dumps(record.values).decode() for record in ordered],
        [record.line for record in ordered],
        [record.partner for record in ordered],
    )


async def confirm(act: Act, dataset: str, keys: Sequence[str], time: datetime) -> None:
    """The same was said again, later: older news must not overtake it."""
    if not keys:
        return
    connection = await driver(act.session)
    await connection.execute(
        "UPDATE dataset_records SET source_time = $3 WHERE dataset = $1 AND record_key = ANY($2) AND source_time < $3",
        dataset,
        sorted(keys),
        time,
    )


async def read_anew(act: Act, dataset: str, key: str) -> None:
    """Let the next line about this key be read, whatever it says."""
    connection = await driver(act.session)
    await connection.execute(
        "UPDATE dataset_records SET raw_hash = $3 WHERE dataset = $1 AND record_key = $2", dataset, key, NO_LINE
    )


async def forget(act: Act, dataset: str) -> None:
    """Remove all records of a dataset's name (the shadow that a validation leaves)."""
    connection = await driver(act.session)
    await connection.execute("DELETE FROM dataset_records WHERE dataset = $1", dataset)


async def decisions(act: Act, dataset: str, keys: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Decisions that were taken about these keys and are remembered."""
    connection = await driver(act.session)
    found = await connection.fetch(
        "SELECT record_key, decision::text FROM review_items"
        " WHERE dataset = $1 AND record_key = ANY($2) AND state = 'decided'",
        dataset,
        keys,
    )
    return {row[0]: orjson.loads(row[1]) for row in found}


class NewReview(NamedTuple):
    """A record that waits for a person."""

    key: str
    reason: str
    region_code: int
    region_level: int
    subject: UUID | None
    values: dict[str, Any]
    candidates: list[dict[str, Any]]
    line: int


async def ask(act: Act, dataset: str, batch: UUID, owner: str, reviews: Sequence[NewReview]) -> None:
    """Open a review for each key, or bring the open one up to date. Decided ones stay decided."""
    if not reviews:
        return
    connection = await driver(act.session)
    ordered = sorted({review.key: review for review in reviews}.values(), key=lambda review: review.key)
    await connection.execute(
        "INSERT INTO review_items AS old (dataset, record_key, owner, region_code, region_level, reason, subject_id,"
        " values, candidates, batch_id, line, state, version, recorded_at)"
        " SELECT $1, key, $2, region, level, reason, subject, said::jsonb, candidates::jsonb, $3, line, 'open', 1, $4"
        " FROM unnest($5::text[], $6::bigint[], $7::smallint[], $8::text[], $9::uuid[], $10::text[], $11::text[],"
        " $12::int[]) AS new (key, region, level, reason, subject, said, candidates, line)"
        " ON CONFLICT (dataset, record_key) DO UPDATE SET reason = excluded.reason, values = excluded.values,"
        " candidates = excluded.candidates, subject_id = excluded.subject_id, region_code = excluded.region_code,"
        " region_level = excluded.region_level, batch_id = excluded.batch_id, line = excluded.line,"
        " version = old.version + 1, recorded_at = excluded.recorded_at"
        " WHERE old.state = 'open' AND (old.values, old.reason) IS DISTINCT FROM (excluded.values, excluded.reason)",
        dataset,
        owner,
        batch,
        act.now,
        [review.key for review in ordered],
        [review.region_code for review in ordered],
        [review.region_level for review in ordered],
        [review.reason for review in ordered],
        [review.subject for review in ordered],
        [orjson.dumps(review.values).decode() for review in ordered],
        [orjson.dumps(review.candidates).decode() for review in ordered],
        [review.line for review in ordered],
    )


async def settle(act: Act, dataset: str, keys: Sequence[str], decision: dict[str, Any]) -> None:
    """Close open reviews whose question the data has answered meanwhile."""
    if not keys:
        return
    connection = await driver(act.session)
    await connection.execute(
        "UPDATE review_items SET state = 'decided', decision = $3::text::jsonb, decided_by = $4, decided_at = $5,"
        " version = version + 1, recorded_at = $5"
        " WHERE dataset = $1 AND record_key = ANY($2) AND state = 'open'",
        dataset,
        sorted(keys),
        orjson.dumps(decision).decode(),
        act.by.id,
        act.now,
    )


class Said(NamedTuple):
    """A last record with what it is about."""

    dataset: str
    key: str
    subject: UUID
    time: datetime
    values: dict[str, Any]


async def about(act: Act, subjects: Sequence[UUID]) -> list[Said]:
    """Last records about these subjects, without what is kept apart."""
    found = await (await driver(act.session)).fetch(
        "SELECT dataset, record_key, subject_id, source_time, values::text FROM dataset_records"
        " WHERE subject_id = ANY($1) ORDER BY dataset, record_key",
        subjects,
    )
    return [Said(row[0], row[1], row[2], row[3], orjson.loads(row[4])) for row in found]


async def remove_about(act: Act, subjects: Sequence[UUID]) -> list[tuple[str, str]]:
    """Remove the last records about these subjects; which they were."""
    found = await (await driver(act.session)).fetch(
        "DELETE FROM dataset_records WHERE subject_id = ANY($1) RETURNING dataset, record_key", subjects
    )
    return [(row[0], row[1]) for row in found]


class Waiting(NamedTuple):
    """A review item, as far as a person's rights go."""

    id: UUID
    region_code: int
    dataset: str
    key: str


async def remove_reviews_about(act: Act, subjects: Sequence[UUID]) -> list[Waiting]:
    """Remove reviews about these subjects; which they were."""
    return await _reviews(
        act,
        "DELETE FROM review_items WHERE subject_id = ANY($1) RETURNING id, region_code, dataset, record_key",
        subjects,
    )


async def remove_reviews(act: Act, ids: Sequence[UUID]) -> list[Waiting]:
    """Remove these reviews; which they were."""
    return await _reviews(
        act, "DELETE FROM review_items WHERE id = ANY($1) RETURNING id, region_code, dataset, record_key", ids
    )


async def reviews_by_id(act: Act, ids: Sequence[UUID]) -> list[Waiting]:
    """Those of these reviews that are visible."""
    return await _reviews(
        act, "SELECT id, region_code, dataset, record_key FROM review_items WHERE id = ANY($1) ORDER BY id", ids
    )


async def reviews_by_key(act: Act, keys: Sequence[str]) -> list[Waiting]:
    """Visible reviews by dataset/key."""
    pairs = [key.partition("/") for key in keys]
    return await _reviews(
        act,
        "SELECT id, region_code, dataset, record_key FROM review_items"
        " WHERE (dataset, record_key) IN (SELECT * FROM unnest($1::text[], $2::text[])) ORDER BY id",
        [pair[0] for pair in pairs],
        [pair[2] for pair in pairs],
    )


async def _reviews(act: Act, statement: str, *given: Any) -> list[Waiting]:
    return [Waiting(*row) for row in await (await driver(act.session)).fetch(statement, *given)]


async def undecided_since(act: Act, datasets: Sequence[str], before: datetime, limit: int) -> list[UUID]:
    """Some open reviews of these datasets that have not changed since."""
    found = await (await driver(act.session)).fetch(
        "SELECT id FROM review_items WHERE state = 'open' AND dataset = ANY($1) AND recorded_at < $2"
        " ORDER BY id LIMIT $3",
        datasets,
        before,
        limit,
    )
    return [row[0] for row in found]


async def expire_raw(act: Act, before: datetime, limit: int) -> int:
    """Remove the sealed part of some chunks whose batches ended before; how many."""
    done = await (await driver(act.session)).fetch(
        "UPDATE batch_chunks SET sealed = NULL WHERE (batch_id, seq) IN (SELECT c.batch_id, c.seq FROM batch_chunks c"
        " JOIN batches b ON b.id = c.batch_id WHERE c.sealed IS NOT NULL AND b.finished_at < $1 LIMIT $2)"
        " RETURNING seq",
        before,
        limit,
    )
    return len(done)
