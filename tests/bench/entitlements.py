"""A month's list of 10,000 party workers: how long it takes, how that grows, and whether every fen of it is right.

Workers have random histories: roles that overlap, in and outside the county, begun and ended in the middle of a month;
schemes of six regions, some from the middle of a month on; reviews. The list is computed, closed by another, then a
tenth of the histories changes backwards (late appointments, earlier ends, workers entered late), schemes are laid down
for the closed month too, and the next month's list is computed. Both are held, worker by worker, against a day-by-day
reckoning by fractions that shares no code with the service. The floor of the time are the same rows read and inserted
by plain SQL, without any reckoning.
"""

import asyncio
import gc
import random
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

import asyncpg

from app.core import migrations, roles
from app.core.acts import EVERYWHERE, Actor, Acts
from app.core.database import Database
from app.core.embedded import running
from app.services.access.permissions import ROLES as OFFICES
from app.services.regions import loading
from app.services.treatment.months import service
from app.services.treatment.months.schemas import MonthCreate
from tests.bench.table import Asked, Row
from tests.kit.databases import dsn
from tests.kit.subsidies import BANDS, ROLES, Scheme, random_schemes
from tests.kit.treated import COUNTY, ELSEWHERE, Population

NAME = "liangxin"
SMALL, LARGE = 2_500, 10_000
MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)
START = datetime(2026, 1, 5, tzinfo=UTC)
PLACES = ((COUNTY, 3), (COUNTY + 2_000, 4), (ELSEWHERE, 3))
ROUNDS = 5
CHANGED = 0.1
LIKE = "CREATE TABLE plain_lines (LIKE treatment_entitlements INCLUDING ALL)"
COPY = "INSERT INTO plain_lines SELECT * FROM treatment_entitlements WHERE month_id = $1"


@dataclass
class Clock:
    """Told by hand."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now


def officer(name: str) -> Actor:
    """Somebody who may make lists everywhere."""
    return Actor(name, name, frozenset(OFFICES["officer"]), EVERYWHERE)


def run(asked: Asked) -> list[Row]:
    """Measure."""
    with running(asked.scratch / "entitlements", durable=False) as cluster:
        asyncio.run(roles.ensure(dsn(cluster.superuser_url()), NAME))
        asyncio.run(migrations.upgrade(cluster.url(roles.MIGRATOR, NAME)))
        return asyncio.run(_measured(cluster.superuser_url(NAME), cluster.url(roles.APP, NAME)))


async def _measured(superuser: str, url: str) -> list[Row]:
    keeper = await asyncpg.connect(dsn(superuser))
    database = Database(url, pool_size=3)
    clock = Clock(START)
    acts = Acts(database, clock)
    try:
        await loading.load(acts, provinces=("33",))
        large = await _grown(keeper)
        gc.collect()
        gc.freeze()  # the people that this measurement holds are none of the service's
        clock.now = datetime(2026, 3, 20, 1, tzinfo=UTC)
        seconds = {SMALL: await _timed(acts, ELSEWHERE), LARGE: await _timed(acts, COUNTY)}
        months: dict[date, Sequence[Scheme]] = {MARCH: list(large.schemes)}
        key, _ = await _create(acts, COUNTY, MARCH)
        plain = await _plain(keeper, key)
        closing = await _close(acts, key)
        wrong = await large.wrong(months)
        clock.now = datetime(2026, 4, 20, 1, tzinfo=UTC)
        await large.change(CHANGED, MARCH, clock.now)
        for scheme in random_schemes(large.told, MARCH, 3):
            await large.lay_down(scheme, clock.now)
        months[APRIL] = list(large.schemes)
        key, later = await _create(acts, COUNTY, APRIL)
        differences = int(await keeper.fetchval("SELECT count(*) FROM treatment_differences WHERE month_id = $1", key))
        wrong_later = await large.wrong(months)
        people = len(large.held)
    finally:
        await keeper.close()
        await database.close()
    if wrong or wrong_later:
        raise AssertionError((wrong[:3], wrong_later[:3]))
    each, floor = seconds[LARGE] / LARGE, seconds[SMALL] / SMALL
    return [
        Row(f"entitlements: a month's list of {LARGE:,} workers, its rows read and inserted by plain SQL as floor",
            seconds[LARGE], "s", plain, seconds[LARGE] / plain, "lower"),
        Row(f"entitlements: for each worker, {LARGE:,} workers, {SMALL:,} as floor", each * 1e6, "µs", floor * 1e6,
            each / floor, "lower"),
        Row(f"entitlements: closing the list of {LARGE:,} (computed again, compared, frozen)", closing, "s", None,
            None, "lower"),
        Row(f"entitlements: worker-months equal to a day-by-day reckoning, of a list of {LARGE:,}", LARGE, "", LARGE,
            1.0, "higher"),
        Row(f"entitlements: the next month's list, {differences:,} closed months come to something else", later, "s",
            None, None, "lower"),
        Row("entitlements: worker-months equal to a day-by-day reckoning, after late changes to a tenth", 2 * people,
            "", 2 * people, 1.0, "higher"),
    ]  # fmt: skip


async def _grown(keeper: "asyncpg.Connection[asyncpg.Record]") -> Population:
    """The larger county's people; the smaller one's have the same bodies and schemes."""
    told = random.Random(1)
    large = Population(keeper, told, COUNTY)
    await large.settle(PLACES, 400)
    small = Population(keeper, told, ELSEWHERE, large.bodies, schemes=large.schemes)
    for scheme in [*_everywhere(), *random_schemes(told, MARCH, 8)]:
        await large.lay_down(scheme, START)
    for people, size in ((small, SMALL), (large, LARGE)):
        await people.arrive(size, MARCH, START)
        await people.review(0.7, [date(2026, 1, 20), date(2026, 3, 9)], START, 2025)
    await keeper.execute("VACUUM ANALYZE workers, worker_roles, worker_reviews, branches, organizations")
    return large


def _everywhere() -> Sequence[Scheme]:
    """One that pays all roles, so that nobody is left out for want of one."""
    return [
        Scheme("", (0, 0), date(2020, 1, 1), dict.fromkeys(ROLES, 40_000), dict.fromkeys((*BANDS, "unreviewed"), 100))
    ]


async def _create(acts: Acts, county: int, month: date) -> tuple[UUID, float]:
    draft = MonthCreate(region_code=f"{county:012d}", region_level=3, month=month.isoformat()[:7])
    began = time.perf_counter()
    async with acts.open(officer("li")) as act:
        key = await service.create(act, draft)
    return key, time.perf_counter() - began


async def _timed(acts: Acts, county: int) -> float:
    """Computed from nothing several times; the median."""
    found = []
    for _ in range(ROUNDS):
        key, took = await _create(acts, county, MARCH)
        found.append(took)
        async with acts.open(officer("li")) as act:
            await service.discard(act, key, 1, "再算一次")
    return statistics.median(found)


async def _close(acts: Acts, key: UUID) -> float:
    began = time.perf_counter()
    async with acts.open(officer("wang")) as act:
        await service.close(act, key, 1)
    return time.perf_counter() - began


async def _plain(keeper: "asyncpg.Connection[asyncpg.Record]", key: UUID) -> float:
    """The same rows read and inserted, nothing reckoned."""
    await keeper.execute("SELECT set_config('liangxin.ranges', '{[0,1000000000000)}', false)")
    await keeper.execute(LIKE)
    found = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        await keeper.fetch("SELECT * FROM treatment_periods($1, $2, $3)", COUNTY, COUNTY + 1_000_000, APRIL)
        await keeper.execute(COPY, key)
        found.append(time.perf_counter() - began)
        await keeper.execute("TRUNCATE plain_lines")
    await keeper.execute("DROP TABLE plain_lines")
    return statistics.median(found)
