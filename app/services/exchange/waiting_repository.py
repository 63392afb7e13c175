"""SQL on the reviews that wait for a place, for whoever tries them again without a person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import orjson

from app.core.acts import Act
from app.core.database import driver
from app.services.exchange.contract import BatchFacts
from app.services.exchange.facts import covered, written_scope

UNPLACED = (
    "SELECT item.id, item.version, item.record_key, item.subject_id, item.values::text AS said, item.batch_id,"
    " item.region_code, item.region_level, coalesce(record.source_time, item.recorded_at) AS time,"
    " batch.scope, batch.region_code AS batch_code, batch.region_level AS batch_level"
    " FROM review_items AS item"
    " LEFT JOIN dataset_records AS record ON (record.dataset, record.record_key) = (item.dataset, item.record_key)"
    " LEFT JOIN batches AS batch ON batch.id = item.batch_id"
    " WHERE item.state = 'open' AND item.id > $3 AND item.dataset = $1 AND item.reason = ANY ($2)"
    " AND item.subject_id IS NOT NULL ORDER BY item.id LIMIT $4"
)


@dataclass(frozen=True, slots=True)
class Unplaced:
    """A record that stands in the register and waits for its place: in which codes, and what its batch allowed."""

    id: UUID
    version: int
    key: str
    subject: UUID
    values: dict[str, Any]
    time: datetime
    span: tuple[int, int]
    batch: BatchFacts


async def unplaced(act: Act, dataset: str, reasons: Sequence[str], after: UUID, limit: int) -> list[Unplaced]:
    """The next open reviews of a dataset that wait for these reasons, by id. Locks nothing."""
    rows = await (await driver(act.session)).fetch(UNPLACED, dataset, reasons, after, limit)
    return [_unplaced(dataset, row) for row in rows]


def _unplaced(dataset: str, row: Any) -> Unplaced:
    span = covered(row["region_code"], row["region_level"])
    known = row["scope"] is not None  # a batch that is kept no longer allowed what the record waits in
    batch = BatchFacts(
        id=row["batch_id"],
        dataset=dataset,
        scope=written_scope(row["scope"] if known else f"[{span[0]},{span[1]})"),
        region_code=row["batch_code"] if known else row["region_code"],
        region_level=row["batch_level"] if known else row["region_level"],
        strategy="upsert",
        validate_only=False,
        source_time=row["time"],
    )
    values = orjson.loads(row["said"])
    return Unplaced(row["id"], row["version"], row["record_key"], row["subject_id"], values, row["time"], span, batch)


async def held_open(act: Act, ids: Sequence[UUID]) -> dict[UUID, int]:
    """Lock those of these reviews that are open and that nobody else holds; their versions."""
    rows = await (await driver(act.session)).fetch(
        "SELECT id, version FROM review_items WHERE id = ANY ($1) AND state = 'open' ORDER BY id"
        " FOR NO KEY UPDATE SKIP LOCKED",
        ids,
    )
    return {row["id"]: row["version"] for row in rows}


async def pushed_since(act: Act, dataset: str, since: datetime | None) -> int | None:
    """How many records batches that ended since have created or updated; None while a batch is under way."""
    row = await (await driver(act.session)).fetchrow(
        "SELECT coalesce(sum(created + updated), 0) AS pushed,"
        " EXISTS (SELECT FROM batches WHERE state IN ('waiting', 'processing') AND dataset = $1) AS under_way"
        " FROM batches WHERE dataset = $1 AND mode = 'commit' AND ($2::timestamptz IS NULL OR finished_at > $2)",
        dataset,
        since,
    )
    assert row is not None  # noqa: S101  (an aggregate always answers)
    return None if row["under_way"] else int(row["pushed"])


class Question(NamedTuple):
    """A subject whose place a person must name: where it stands meanwhile, and its row if no record tells of it."""

    subject: UUID
    region_code: int
    region_level: int
    values: dict[str, Any]


async def question(
    act: Act, dataset: str, reason: str, asked: Sequence[Question], candidates: Sequence[dict[str, Any]]
) -> None:
    """Open a review for each subject, anew where one was decided: what was decided then holds no longer."""
    await (await driver(act.session)).execute(
        "INSERT INTO review_items AS old (dataset, record_key, owner, region_code, region_level, reason, subject_id,"
        " values, candidates, batch_id, line, state, version, recorded_at)"
        " SELECT $1, coalesce(record.record_key, 'organization:' || subject), $2, region, level, $3, subject,"
        " coalesce(record.values, said::jsonb), $4::text::jsonb, coalesce(record.batch_id, $5),"
        " coalesce(record.line, 0), 'open', 1, $6"
        " FROM unnest($7::uuid[], $8::bigint[], $9::smallint[], $10::text[]) AS new (subject, region, level, said)"
        " LEFT JOIN LATERAL (SELECT record_key, values, batch_id, line FROM dataset_records"
        " WHERE subject_id = subject AND dataset = $1 ORDER BY source_time DESC, record_key LIMIT 1) AS record ON true"
        " ON CONFLICT (dataset, record_key) DO UPDATE SET state = 'open', reason = excluded.reason,"
        " subject_id = excluded.subject_id, region_code = excluded.region_code, region_level = excluded.region_level,"
        " values = excluded.values, candidates = excluded.candidates, decision = NULL, decided_by = NULL,"
        " decided_at = NULL, version = old.version + 1, recorded_at = excluded.recorded_at",
        dataset,
        act.by.id,
        reason,
        orjson.dumps(list(candidates)).decode(),
        UUID(int=0),
        act.now,
        [each.subject for each in asked],
        [each.region_code for each in asked],
        [each.region_level for each in asked],
        [orjson.dumps(each.values).decode() for each in asked],
    )


async def follow(act: Act, span: tuple[int, int], level: int, to: tuple[int, int]) -> int:
    """Open reviews of a region that is no more wait in another one; how many."""
    done = await (await driver(act.session)).execute(
        "UPDATE review_items SET region_code = $4, region_level = $5, version = version + 1, recorded_at = $6"
        " WHERE state = 'open' AND region_code >= $1 AND region_code < $2 AND region_level >= $3",
        *span,
        level,
        *to,
        act.now,
    )
    return int(done.rpartition(" ")[2])
