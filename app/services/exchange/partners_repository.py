"""Partners' own ids of records, as a crosswalk to the records' keys: an id names one record of its dataset at once."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import orjson

from app.core.acts import Act
from app.core.database import driver
from app.services.exchange.records_repository import NO_LINE


def partner_key(owner: str, record_id: Any) -> str | None:
    """A partner's own id of a record, told apart from the same id of another partner."""
    return None if record_id is None else orjson.dumps([owner, str(record_id)]).decode()


async def by_partner(act: Act, dataset: str, shadow: str, partners: Sequence[str]) -> dict[str, str]:
    """Keys of the records that partners' ids name now; what a validation would leave in its shadow goes first."""
    connection = await driver(act.session)
    found = await connection.fetch(
        "SELECT DISTINCT ON (r.partner) r.partner, r.record_key FROM dataset_records AS r"
        " WHERE r.dataset = ANY(ARRAY[$1, $2]) AND r.partner = ANY($3) AND (r.dataset = $2 OR NOT EXISTS ("
        "SELECT FROM dataset_records AS later WHERE later.dataset = $2 AND later.record_key = r.record_key"
        " AND later.partner IS DISTINCT FROM r.partner)) ORDER BY r.partner, r.dataset = $2 DESC",
        dataset,
        shadow,
        partners,
    )
    return {row[0]: row[1] for row in found}


async def release_partners(act: Act, dataset: str, owners: dict[str, str]) -> None:
    """An id names one record: take it from those it named before, and let their lines be read when they come again.

    `owners` says which key each id names now.
    """
    if not owners:
        return
    connection = await driver(act.session)
    await connection.execute(
        "UPDATE dataset_records AS r SET partner = NULL, raw_hash = $4"
        " FROM unnest($2::text[], $3::text[]) AS now (partner, key)"
        " WHERE r.dataset = $1 AND r.partner = now.partner AND r.record_key <> now.key",
        dataset,
        list(owners),
        list(owners.values()),
        NO_LINE,
    )


async def shadow_release(act: Act, dataset: str, shadow: str, owners: dict[str, str]) -> None:
    """What `release_partners` would do to the dataset's own records, done to copies of them in the shadow."""
    if not owners:
        return
    connection = await driver(act.session)
    await connection.execute(
        "INSERT INTO dataset_records (dataset, record_key, subject_id, region_code, source_time, raw_hash, values,"
        " batch_id, line) SELECT $2, r.record_key, r.subject_id, r.region_code, r.source_time, r.raw_hash, r.values,"
        " r.batch_id, r.line FROM dataset_records AS r JOIN unnest($3::text[], $4::text[]) AS now (partner, key)"
        " ON r.partner = now.partner AND r.record_key <> now.key WHERE r.dataset = $1 ON CONFLICT DO NOTHING",
        dataset,
        shadow,
        list(owners),
        list(owners.values()),
    )


async def partner_ids(act: Act, subject: UUID) -> list[dict[str, str]]:
    """Under which ids of their own partners know a subject."""
    connection = await driver(act.session)
    found = await connection.fetch(
        "SELECT dataset, partner::json ->> 0, partner::json ->> 1 FROM dataset_records"
        " WHERE subject_id = $1 AND partner IS NOT NULL AND dataset NOT LIKE '~%' ORDER BY 1, 2, 3",
        subject,
    )
    return [{"dataset": row[0], "partner": row[1], "record_id": row[2]} for row in found]
