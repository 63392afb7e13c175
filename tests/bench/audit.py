"""Sealing and verifying the audit, beside counting the same rows.

The rows are like those of small writes: about a kilobyte, with what changed. The floor is `count(*)` over them under
the same policies, which reads every page and does nothing else.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import asyncpg
from sqlalchemy import text

from app.core import migrations, roles
from app.core.acts import SYSTEM, Acts
from app.core.clock import system_clock
from app.core.database import Database
from app.core.embedded import running
from app.services.audit.sealing import Sealer
from app.services.audit.signing import AuditKey
from app.services.audit.verifying import verify
from app.services.audit.witness import Witness
from tests.bench.table import Asked, Row
from tests.kit.databases import dsn

NAME = "liangxin"
ROWS = 200_000
TOGETHER = 200  # rows of one transaction
STEP = 50  # rows of a few seconds of ordinary work
REPEATS = 9

FILL = """
INSERT INTO audit (at, actor, request_id, origin, verb, subject, count, ids, region_lo, region_hi, detail)
SELECT clock_timestamp(), 'officer' || n % 97, md5(n::text), '10.0.0.' || n % 250, 'update', 'organizations', 1,
       ARRAY[id], 330102001000, 330102001000,
       jsonb_build_object('changes', jsonb_build_object(id, jsonb_build_object(
           'staff', jsonb_build_array(n % 100, n % 100 + 1), 'address',
           jsonb_build_array(md5(n::text), repeat('x', 60)),
           'status', jsonb_build_array('operating', 'suspended'))))
  FROM generate_series(1, {rows}) AS n, LATERAL (SELECT uuidv7() AS id WHERE n > 0) AS one
"""


def run(asked: Asked) -> list[Row]:
    """Measure."""
    with running(asked.scratch / "audit", durable=False) as cluster:
        asyncio.run(roles.ensure(dsn(cluster.superuser_url()), NAME))
        asyncio.run(migrations.upgrade(cluster.url(roles.MIGRATOR, NAME)))
        return asyncio.run(_measured(cluster.superuser_url(NAME), cluster.url(roles.APP, NAME), asked.scratch))


async def _measured(superuser: str, url: str, scratch: Path) -> list[Row]:
    keeper = await asyncpg.connect(dsn(superuser))
    database = Database(url, pool_size=3)
    try:
        acts = Acts(database, system_clock)
        sealer = Sealer(acts, AuditKey.at(scratch / "key.pem"), Witness(scratch / "witness.json"))
        for _ in range(ROWS // TOGETHER):
            await keeper.execute(FILL.format(rows=TOGETHER))
        await keeper.execute("VACUUM ANALYZE audit")
        counting = min([await _timed(lambda: _count(acts)) for _ in range(3)])
        sealing = await _timed(sealer.seal)
        verifying = await _timed(lambda: verify(acts, sealer.key, sealer.witness))
        steps = []
        for _ in range(REPEATS):
            await keeper.execute(FILL.format(rows=STEP))
            steps.append(await _timed(sealer.seal))
        report = await verify(acts, sealer.key, sealer.witness)
        if report.breaks or report.rows != ROWS + REPEATS * STEP:
            raise AssertionError(report)
    finally:
        await keeper.close()
        await database.close()
    return [
        _row("audit: rows sealed per second", sealing, counting),
        _row("audit: rows verified per second", verifying, counting),
        Row(f"audit: sealing of {STEP} more rows", sorted(steps)[REPEATS // 2] * 1000, "ms", None, None, "lower"),
    ]


def _row(name: str, seconds: float, counting: float) -> Row:
    return Row(name, ROWS / seconds, "1/s", ROWS / counting, counting / seconds, "higher")


async def _count(acts: Acts) -> None:
    async with acts.open(SYSTEM) as act:
        await act.session.scalar(text("SELECT count(*) FROM audit WHERE detail IS NOT NULL"))


async def _timed(work: Callable[[], Awaitable[Any]]) -> float:
    began = time.perf_counter()
    await work()
    return time.perf_counter() - began
