"""The register's list and search over HTTP, beside a bare FastAPI and asyncpg endpoint with the same SQL.

Both are real servers of one process each on the loopback, asked by the same eight connections, one after the other.
"""

import asyncio
import json
import os
import random
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import asyncpg
from fastapi import FastAPI

from app.core import migrations, roles
from app.core.acts import EVERYWHERE, Acts
from app.core.clock import system_clock
from app.core.config import Settings
from app.core.database import Database
from app.core.embedded import Cluster, running
from app.core.pagination import Ask
from app.demo.words import FIRST, MIDDLE
from app.main import create_app
from app.services.access.tokens import Tokens, load_key
from app.services.organizations import reads
from app.services.organizations.filters import OrganizationFilters
from app.services.regions import shipped
from app.services.regions.facts import CITY
from tests.bench.register import FILLER, fill
from tests.bench.table import Asked, Row
from tests.kit.databases import dsn
from tests.kit.plans import sending

NAME = "liangxin"
WHAT = {"list": "list (filter + page of 50)", "search": "search (two characters, page of 50)"}
CONNECTIONS = 8
REQUESTS = 4_000
VARIANTS = 60
DEAR = {  # indexes that are quicker to build at the end than to keep up to date row by row
    "ix_organizations_name_bigrams": "USING gin (name_bigrams)",
    "ix_organizations_name_key": "USING hash (name_key)",
}


@dataclass(frozen=True, slots=True)
class Load:
    """What a server did under load: answers a second, and milliseconds within which half and 99 % of them came."""

    rate: float
    p50: float
    p99: float


def questions() -> dict[str, list[dict[str, str]]]:
    """Sixty lists of a city under two conditions, and sixty searches of two characters in the whole country."""
    told = random.Random(7)
    cities = [
        entry.code for province in shipped.provinces() for entry in shipped.entries(province) if entry.level == CITY
    ]
    return {
        "list": [
            {"region": f"{code:012d}", "kind": "private_enterprise", "covered": "false", "limit": "50"}
            for code in told.sample(cities, VARIANTS)
        ],
        "search": [{"search": told.choice(FIRST) + told.choice(MIDDLE), "limit": "50"} for _ in range(VARIANTS)],
    }


async def ask(host: str, port: int, paths: list[str], headers: str, requests: int) -> list[float]:
    """One connection's requests, one after another; milliseconds of each. Raises on any answer but 200."""
    reader, writer = await asyncio.open_connection(host, port)
    times = []
    for number in range(requests):
        path = paths[number % len(paths)]
        began = time.perf_counter()
        writer.write(f"GET {path} HTTP/1.1\r\nhost: {host}\r\n{headers}\r\n".encode())
        head = await reader.readuntil(b"\r\n\r\n")
        status, *lines = head.decode("latin-1").split("\r\n")
        if " 200 " not in status:
            raise RuntimeError(status)
        length = next(line for line in lines if line.lower().startswith("content-length:"))
        await reader.readexactly(int(length.partition(":")[2]))
        times.append((time.perf_counter() - began) * 1000)
    writer.close()
    return times


async def load(port: int, paths: list[str], headers: str = "") -> Load:
    """Ask for these paths over all connections, after a round to warm up."""
    await asyncio.gather(*(ask("127.0.0.1", port, paths, headers, VARIANTS) for _ in range(CONNECTIONS)))
    began = time.perf_counter()
    turned = [paths[shift:] + paths[:shift] for shift in range(0, VARIANTS, VARIANTS // CONNECTIONS)][:CONNECTIONS]
    each = REQUESTS // CONNECTIONS
    times = await asyncio.gather(*(ask("127.0.0.1", port, mine, headers, each) for mine in turned))
    took = time.perf_counter() - began
    found = sorted(time for mine in times for time in mine)
    return Load(len(found) / took, statistics.median(found), found[int(len(found) * 0.99)])


async def statements(url: str, asked: dict[str, list[dict[str, str]]]) -> dict[str, tuple[str, list[list[object]]]]:
    """For each kind of question the statement that the application sends, and the arguments of each variant."""
    database = Database(url, pool_size=1)
    acts = Acts(database, system_clock)
    found = {}
    for kind, variants in asked.items():
        texts, arguments = set(), []
        for variant in variants:
            filters = OrganizationFilters(**{name: value for name, value in variant.items() if name != "limit"})
            async with sending(acts) as sent, acts.open(FILLER) as act:
                await reads.listed(act, filters, Ask())
            texts.add(sent[-1].statement)
            arguments.append(list(sent[-1].arguments))
        (statement,) = texts
        found[kind] = (statement, arguments)
    await database.close()
    return found


@contextmanager
def served(application: list[str], environment: dict[str, str]) -> Iterator[int]:
    """An application as uvicorn's process; its port. It is handed a listening socket, so that early callers wait."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(64)
        number = listening.fileno()
        command = ["uvicorn", *application, "--fd", str(number), "--log-level", "error", "--no-access-log"]
        process = subprocess.Popen([sys.executable, "-m", *command], env=os.environ | environment, pass_fds=(number,))
        try:
            yield int(listening.getsockname()[1])
        finally:
            process.terminate()
            process.wait(30)


def application() -> FastAPI:
    """The service as its server assembles it, without a worker inside and without a quota."""
    return create_app(Settings.load(inline_worker=False, rate_limit=0))


async def grow(cluster: Cluster, count: int) -> None:
    """A migrated database with a register of so many organisations, as autovacuum leaves it."""
    await roles.ensure(dsn(cluster.superuser_url()), NAME)
    await migrations.upgrade(cluster.url(roles.MIGRATOR, NAME))
    keeper = await asyncpg.connect(dsn(cluster.superuser_url(NAME)))
    for name in DEAR:
        await keeper.execute(f"DROP INDEX {name}")
    await fill(cluster.url(roles.APP, NAME), count)
    await keeper.execute("SET maintenance_work_mem = '512MB'")
    for name, how in DEAR.items():
        await keeper.execute(f"CREATE INDEX {name} ON organizations {how}", timeout=1200)
    await keeper.execute("VACUUM ANALYZE organizations", timeout=1200)
    await keeper.close()


def run(asked: Asked) -> list[Row]:
    """The rows of this measurement."""
    put = questions()
    rows = []
    with running(asked.scratch / "postgres", durable=False) as cluster:
        asyncio.run(grow(cluster, asked.organizations))
        url = cluster.url(roles.APP, NAME)
        given = asked.scratch / "bare.json"
        told = asyncio.run(statements(url, put))
        given.write_text(json.dumps({"dsn": dsn(url), **told}, default=str), encoding="utf-8")
        settings = Settings.load(state=asked.scratch / "state")
        token = Tokens(load_key(None, settings.state), settings.issuer, settings.audience).sign(
            "bench",
            role="officer",
            ranges=EVERYWHERE.ranges,
            datasets=(),
            now=datetime.now(UTC),
            lifetime=timedelta(days=1),
        )
        headers = f"authorization: Bearer {token}\r\n"
        ours = served(
            ["--factory", "tests.bench.organizations:application"],
            {"DATABASE_URL": url, "LIANGXIN_STATE": str(settings.state)},
        )
        with served(["tests.bench.bare:app"], {"LIANGXIN_BENCH_BARE": str(given)}) as bare_port, ours as port:
            for kind, variants in put.items():
                paths = [f"/v1/organizations?{urlencode(variant)}" for variant in variants]
                floor = asyncio.run(load(bare_port, [f"/{kind}/{place}" for place in range(VARIANTS)]))
                found = asyncio.run(load(port, paths, headers))
                at = f"{WHAT[kind]}, {asked.organizations:,} organizations"
                rows += [
                    Row(at, found.rate, "requests/s", floor.rate, found.rate / floor.rate, "higher"),
                    Row(f"{at}: p99", found.p99, "ms", floor.p99, found.p99 / floor.p99, "lower"),
                ]
    return rows
