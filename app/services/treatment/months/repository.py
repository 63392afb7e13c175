"""Lists: what they are computed from, set-wise, and their lines, set-wise."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

import orjson

from app.core.acts import Act
from app.core.database import driver
from app.services.treatment.facts import Month, Period
from app.services.treatment.models import TreatmentMonth
from app.services.treatment.months import written
from app.services.treatment.months.facts import Changed, Kept, Line

Span = tuple[int, int]

PERIODS = "SELECT * FROM treatment_periods($1, $2, $3)"
LISTED = "SELECT worker_id FROM treatment_listed($1, $2, $3, $4)"
CHANGED = """
SELECT worker_id, for_month, listed_fen, basis::text, known_policies FROM treatment_changed($1, $2, $3, $4)
"""
COVERING = "SELECT treatment_covering($1, $2, $3)"
EARLIER = "SELECT treatment_earlier_open($1)"

GONE = (
    "DELETE FROM treatment_differences WHERE month_id = $1",
    "DELETE FROM treatment_entitlements WHERE month_id = $1",
)
LINES = """
INSERT INTO treatment_entitlements (month_id, month, worker_id, segments, unpaid, region_code, region_level,
                                    authority_code, role, days, own_fen, differences_fen, due_fen, state, basis)
SELECT $1, $2, worker_id, segments::jsonb, unpaid::jsonb, region_code, region_level, authority_code, role, days,
       own_fen, differences_fen, own_fen + differences_fen, 'open', basis::jsonb
  FROM unnest($3::uuid[], $4::text[], $5::text[], $6::bigint[], $7::smallint[], $8::bigint[], $9::text[],
              $10::smallint[], $11::bigint[], $12::bigint[], $13::text[])
       AS told (worker_id, segments, unpaid, region_code, region_level, authority_code, role, days, own_fen,
                differences_fen, basis)
"""
DIFFERENCES = """
INSERT INTO treatment_differences (month_id, month, worker_id, segments, unpaid, region_code, region_level,
                                   authority_code, entitlement_id, for_month, listed_fen, amount_fen, difference_fen)
SELECT line.month_id, line.month, line.worker_id, told.segments::jsonb, told.unpaid::jsonb, line.region_code,
       line.region_level, line.authority_code, line.id, told.for_month, told.listed_fen, told.amount_fen,
       told.amount_fen - told.listed_fen
  FROM unnest($2::uuid[], $3::date[], $4::bigint[], $5::bigint[], $6::text[], $7::text[])
       AS told (worker_id, for_month, listed_fen, amount_fen, segments, unpaid)
  JOIN treatment_entitlements AS line ON line.worker_id = told.worker_id AND line.month_id = $1
"""
SETTLED = """
UPDATE treatment_entitlements
   SET state = CASE WHEN due_fen > 0 THEN 'due' WHEN due_fen < 0 THEN 'owed_back' ELSE 'nothing' END
 WHERE month_id = $1
"""
STORED = """
SELECT line.worker_id, line.own_fen, line.segments::text, line.unpaid::text, line.basis::text,
       coalesce((SELECT jsonb_agg(jsonb_build_array(told.for_month, told.listed_fen, told.amount_fen)
                                  ORDER BY told.for_month)
                   FROM treatment_differences AS told WHERE told.entitlement_id = line.id), '[]')::text
       AS differences
  FROM treatment_entitlements AS line WHERE line.month_id = $1
"""


async def kept(act: Act, span: Span, month: Month) -> list[Kept]:
    """The workers a region keeps who ever held a role before the month ended, with all of their roles."""
    connection = await driver(act.session)
    found: dict[UUID, tuple[Any, list[Period]]] = {}
    for row in await connection.fetch(PERIODS, *span, month.end):
        _, periods = found.setdefault(row["worker_id"], (row, []))
        place = (row["place_code"], row["place_level"])
        periods.append(Period(row["role_id"], row["role"], row["valid_from"], row["valid_to"], place))
    return [
        Kept(key, (row["region_code"], row["region_level"]), row["authority_code"], tuple(periods))
        for key, (row, periods) in found.items()
    ]


async def listed(act: Act, span: Span, month: Month, beside: UUID | None) -> set[UUID]:
    """The workers of a region who stand in another list of the month."""
    connection = await driver(act.session)
    return {row["worker_id"] for row in await connection.fetch(LISTED, *span, month.first, beside)}


async def changed(act: Act, span: Span, before: Month, beside: UUID | None) -> dict[UUID, list[Changed]]:
    """Closed months before this one that may come to something else now, by worker."""
    connection = await driver(act.session)
    found: dict[UUID, list[Changed]] = defaultdict(list)
    for row in await connection.fetch(CHANGED, *span, before.first, beside):
        told = None if row["basis"] is None else written.read_basis(orjson.loads(row["basis"]))
        known = tuple(row["known_policies"])
        each = Changed(row["worker_id"], Month(row["for_month"]), row["listed_fen"], told, known)
        found[each.worker].append(each)
    return found


async def covering(act: Act, span: Span, month: Month) -> int:
    """How many lists of the month there are for this region or for one around it."""
    connection = await driver(act.session)
    return int(await connection.fetchval(COVERING, *span, month.first))


async def earlier_open(act: Act, month_id: UUID) -> int:
    """How many open lists of earlier months hold one of this list's workers."""
    connection = await driver(act.session)
    return int(await connection.fetchval(EARLIER, month_id))


async def add(act: Act, row: TreatmentMonth) -> None:
    """Enter a list; its lines come after it."""
    act.session.add(row)
    await act.session.flush()


async def save(act: Act, row: TreatmentMonth) -> None:
    """Write a claimed list's changes as its next version."""
    row.version += 1
    row.recorded_at = act.now
    await act.session.flush()


async def clear(act: Act, month_id: UUID) -> None:
    """Take away the lines of an open list."""
    connection = await driver(act.session)
    for statement in GONE:
        await connection.execute(statement, month_id)


async def write(act: Act, row: TreatmentMonth, lines: Sequence[Line]) -> None:
    """Write the lines of an open list."""
    connection = await driver(act.session)
    await connection.execute(
        LINES,
        row.id,
        row.month,
        [line.worker.id for line in lines],
        [_json(written.segments(line.own)) for line in lines],
        [_json(written.unpaid(line.own)) for line in lines],
        [line.worker.place[0] for line in lines],
        [line.worker.place[1] for line in lines],
        [line.worker.authority_code for line in lines],
        [line.role for line in lines],
        [line.days for line in lines],
        [line.own.amount_fen for line in lines],
        [line.differences_fen for line in lines],
        [_json(written.basis(line.basis)) for line in lines],
    )
    told = [(line.worker.id, each) for line in lines for each in line.differences]
    if told:
        await connection.execute(
            DIFFERENCES,
            row.id,
            [key for key, _ in told],
            [each.month.first for _, each in told],
            [each.listed_fen for _, each in told],
            [each.now.amount_fen for _, each in told],
            [_json(written.segments(each.now)) for _, each in told],
            [_json(written.unpaid(each.now)) for _, each in told],
        )


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()


async def settle(act: Act, month_id: UUID) -> None:
    """What is to be done about each line of a list that is about to be closed."""
    connection = await driver(act.session)
    await connection.execute(SETTLED, month_id)


async def otherwise(act: Act, month_id: UUID, lines: Iterable[Line]) -> int:
    """How many workers' lines would be written otherwise than they stand."""
    connection = await driver(act.session)
    stored = {
        row["worker_id"]: (
            row["own_fen"],
            *(orjson.loads(row[name]) for name in ("segments", "unpaid", "basis", "differences")),
        )
        for row in await connection.fetch(STORED, month_id)
    }
    now: Mapping[UUID, tuple[Any, ...]] = {
        line.worker.id: (
            line.own.amount_fen,
            written.segments(line.own),
            written.unpaid(line.own),
            written.basis(line.basis),
            [[each.month.first.isoformat(), each.listed_fen, each.now.amount_fen] for each in line.differences],
        )
        for line in lines
    }
    return sum(stored.get(key) != now.get(key) for key in stored.keys() | now.keys())
