"""Coverage of the whole country from tallies, beside a recount of the same rows, in registers of two sizes.

Five hundred sets of facts, as many as real registers were found to hold, drawn so that all of them occur at either
size; places are streets and villages of the whole country. Times in the database are EXPLAIN ANALYZE's, under row-level
security with the whole country as scope; times over HTTP are a real server's on the loopback.
"""

import asyncio
import random
import statistics
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from socket import socket
from typing import Any

import asyncpg
import httpx
import uvicorn
from sqlalchemy import text

from app.core import migrations, roles
from app.core.acts import EVERYWHERE, Actor, Acts
from app.core.clock import system_clock
from app.core.config import Settings
from app.core.database import Database
from app.core.embedded import Cluster, running
from app.main import create_app
from app.services.coverage import reads, repository
from app.services.regions.facts import WIDTHS
from tests.bench.register import FILLER, places
from tests.bench.table import Asked, Row
from tests.kit.databases import dsn

NAME = "liangxin"
SMALL = 20_000
SETS, SLOTS = 500, 5_000
STEPS = 20  # in which a register of either size grows, with a folding after each, as registers do
READER = Actor("system", "system", frozenset(), EVERYWHERE)
RECOUNT = "SELECT facts_key, count(*) AS n FROM organizations GROUP BY facts_key"
FACTS = (
    "kind", "status", "industry", "staff", "revenue_fen", "formal_members_relation", "formal_members_working",
    "fixed_premises", "has_union", "has_liaison", "coverage_mode",
)  # fmt: skip
TYPES = ["text", "text", "text", "int", "bigint", "int", "int", "bool", "bool", "bool", "text"]


def set_of_facts(told: random.Random) -> tuple[Any, ...]:
    """One organisation's facts: most are known by their registration only; the larger ones have members, branches."""
    kind = told.choices(
        ("private_enterprise", "unclassified", "self_employed", "farmers_cooperative", "social_service", "state_owned"),
        (40, 35, 15, 4, 3, 3),
    )[0]
    status = told.choices(("operating", "closed", "suspended"), (90, 7, 3))[0]
    industry = told.choice(("C13", "C33", "F51", "F52", "H62", "L72", "E47", None))
    if kind == "unclassified" or told.random() < 0.5:
        return (kind, status, industry, None, None, None, None, None, None, None, "none")
    staff = told.choices((3, 20, 70, 150, 400), (60, 25, 9, 4, 2))[0]
    members = told.choices((0, 1, 2, 3, 9), (70, 10, 8, 9, 3))[0] if staff > 10 else 0
    mode = "none"
    if members:
        modes = ("standalone", "none", "attached") if members >= 3 else ("joint", "none", "territorial")
        mode = told.choices(modes, (60, 30, 10))[0]
    revenue = 3_000_000_000 if staff > 100 else None
    union = staff > 50 and told.random() < 0.5
    return (kind, status, industry, staff, revenue, members, members, staff > 5, union, told.random() < 0.1, mode)


def slots() -> list[tuple[Any, ...]]:
    """Five thousand draws that hold each of the five hundred commonest sets at least once."""
    told = random.Random(20261124)
    common = Counter(set_of_facts(told) for _ in range(100_000)).most_common(SETS)
    drawn = [facts for facts, _ in common]
    drawn += told.choices(drawn, [number for _, number in common], k=SLOTS - len(drawn))
    told.shuffle(drawn)
    return drawn


async def fill(connection: "asyncpg.Connection[Any]", acts: Acts, already: int, count: int) -> float:
    """Grow the register to `count` organisations through every trigger, folding as it grows; deltas folded a second."""
    names = ", ".join(FACTS)
    if not already:
        typed = ", ".join(f"{name} {kind}" for name, kind in zip(FACTS, TYPES, strict=True))
        await connection.execute(f"CREATE TABLE bench_slots (slot int PRIMARY KEY, {typed})")
        await connection.copy_records_to_table(
            "bench_slots", records=[(slot, *facts) for slot, facts in enumerate(slots())]
        )
        await connection.execute("CREATE TABLE bench_places (place int PRIMARY KEY, code bigint, level smallint)")
        spots = [(code, level) for code, level, _ in places()][::13]
        await connection.copy_records_to_table(
            "bench_places", records=[(place, *spot) for place, spot in enumerate(spots)]
        )
    spread = await connection.fetchval("SELECT count(*) FROM bench_places")
    folded, took = 0, 0.0
    step = max(1, (count - already) // STEPS)
    for start in range(already, count, step):
        await connection.execute(
            "INSERT INTO organizations (name, name_key, name_sort, name_bigrams, region_code, region_level,"
            f" {names}) SELECT 'n' || i, 'n' || i, 'n', '{{}}', code, level, {names}"
            " FROM generate_series($1::bigint, $2::bigint) AS i"
            f" JOIN bench_slots ON slot = i * 2654435761 % {SLOTS}"
            f" JOIN bench_places ON place = i * 40503 / 7 % {spread}",
            start, min(start + step, count) - 1, timeout=600,
        )  # fmt: skip
        began = time.perf_counter()
        async with acts.open(FILLER) as act:
            folded += await repository.compact(act)
        took += time.perf_counter() - began
    return folded / took


async def in_database(acts: Acts, statement: str, rounds: int) -> tuple[float, int, int]:
    """Median execution time in ms, pages touched, rows."""
    times, touched, rows = [], 0, 0
    for _ in range(rounds):
        async with acts.open(READER) as act:
            plan = await act.session.scalar(text(f"EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) {statement}"))
        times.append(plan[0]["Execution Time"])
        touched = plan[0]["Plan"]["Shared Hit Blocks"] + plan[0]["Plan"]["Shared Read Blocks"]
        rows = plan[0]["Plan"]["Actual Rows"]
    return statistics.median(times), touched, int(rows)


def tally_of_the_country() -> str:
    """The report's own statement, for the whole country."""
    statement = str(reads.TALLY_NOW.text)
    for name, value in (("code", 0), ("level", 0), ("width", WIDTHS[0])):
        statement = statement.replace(f":{name}", str(value))
    return statement


class Announcing(uvicorn.Server):
    """A server that tells when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.up = asyncio.Event()

    async def startup(self, sockets: list[socket] | None = None) -> None:
        """Start, and say so."""
        await super().startup(sockets)
        self.up.set()


@asynccontextmanager
async def served(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """The application behind a real socket, and a client with a reader's token."""
    app = create_app(settings)
    config = uvicorn.Config(app, port=0, log_level="error", access_log=False)
    server = Announcing(config)
    task = asyncio.create_task(server.serve())
    await server.up.wait()
    port = server.servers[0].sockets[0].getsockname()[1]
    token = app.state.liangxin.tokens.sign(
        "bench", role="reader", ranges=EVERYWHERE.ranges, datasets=(), now=system_clock(), lifetime=timedelta(days=1)
    )
    async with httpx.AsyncClient(
        base_url=f"http://127.0.0.1:{port}", headers={"authorization": f"Bearer {token}"}
    ) as client:
        yield client
    server.should_exit = True
    await task


async def over_http(client: httpx.AsyncClient, path: str, rounds: int = 200) -> float:
    """Median milliseconds of an answer about the whole country."""
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        answer = await client.get(path, params={"region": "000000000000"})
        times.append((time.perf_counter() - began) * 1000)
        answer.raise_for_status()
    return statistics.median(times[rounds // 10 :])


async def measure(cluster: Cluster, asked: Asked) -> list[Row]:
    """Both sizes in one database, the small one first."""
    await roles.ensure(cluster.superuser_url(), NAME)
    await migrations.upgrade(cluster.url(roles.MIGRATOR, NAME))
    superuser = await asyncpg.connect(dsn(cluster.superuser_url(NAME)))
    url = cluster.url(roles.APP, NAME)
    database = Database(url, pool_size=2, statement_timeout=600)
    acts = Acts(database, system_clock)
    settings = Settings.load(database_url=url, state=asked.scratch, inline_worker=False, rate_limit=0)
    try:
        found = {}
        already = 0
        for size in (SMALL, asked.organizations):
            folding = await fill(superuser, acts, already, size)
            await superuser.execute("VACUUM ANALYZE organizations, coverage_deltas, coverage_tallies", timeout=600)
            async with served(settings) as client:
                report = await in_database(acts, tally_of_the_country(), 51)
                recount = await in_database(acts, RECOUNT, 5)
                http = await over_http(client, "/v1/coverage")
                gaps = await over_http(client, "/v1/coverage/gaps", 50)
                found[size] = (report, recount, http, gaps, folding)
            already = size
        tallies = await superuser.fetchval("SELECT count(*) FROM coverage_tallies")
    finally:
        await database.close()
        await superuser.close()
    (small, _, small_http, small_gaps, _), (report, recount, http, gaps, folding) = (
        found[SMALL],
        found[asked.organizations],
    )
    at = f"{asked.organizations:,} organizations, {report[2]} sets of facts"
    return [
        Row(f"coverage: the country from tallies, recount as floor ({at})", report[0], "ms", recount[0],
            recount[0] / report[0], "higher"),
        Row(f"coverage: pages touched, {SMALL:,} organizations as floor", report[1], "pages", small[1],
            report[1] / small[1], "lower"),
        Row(f"coverage over HTTP, {SMALL:,} organizations as floor", http, "ms", small_http, http / small_http,
            "lower"),
        Row(f"coverage: first page of gaps over HTTP, {SMALL:,} organizations as floor", gaps, "ms", small_gaps,
            gaps / small_gaps, "lower"),
        Row(f"coverage: deltas folded ({tallies:,} tally rows)", folding, "/s", None, None, "higher"),
    ]  # fmt: skip


def run(asked: Asked) -> list[Row]:
    """The rows of this measurement."""
    with running(asked.scratch / "postgres", durable=False) as cluster:
        return asyncio.run(measure(cluster, asked))
