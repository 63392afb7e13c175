"""What the checks of access cost a reader: list and coverage, with and without them, by turns in one run.

"With" is the application as it is served, asked by a machine with a token of /oauth/token: the token verified, the
grant looked up, the client counted, the head measured, headers for browsers added. "Without" is the same application
over the same database with these taken out: who asks, and under what, is known beforehand, and of the door only the log
line is left. Row-level security binds both. Neither has a socket, so that the checks weigh more than in service.
"""

import asyncio
import statistics
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import cast
from unittest.mock import patch

import asyncpg
import httpx
from fastapi import FastAPI

from app.core import roles
from app.core.acts import EVERYWHERE, SYSTEM, Actor, Acts
from app.core.clock import system_clock
from app.core.config import Settings
from app.core.database import Database
from app.core.embedded import Cluster, running
from app.main import create_app
from app.services.access.authenticating import Access, Known
from app.services.coverage import repository
from app.services.regions import loading
from app.web.rates import Counters, Rates
from app.web.trace import Trace
from tests.bench.organizations import NAME, grow
from tests.bench.table import Asked, Row
from tests.kit.databases import dsn

QUESTIONS = {
    "list": "/v1/organizations?region=330000000000&kind=private_enterprise&limit=50",
    "coverage": "/v1/coverage?region=330000000000",
}
MOST, ROUNDS, TURN = 100_000, 60, 10
REGIONS = [{"region_code": "330000000000"}]


@dataclass(frozen=True, slots=True)
class Expected:
    """Someone who is waved through."""

    actor_: Actor

    async def known(self, *_: object) -> Known:
        """Who it is, without a look at the token."""
        return Known(self.actor_.id, self.actor_.name, inside=self.actor_)

    async def actor(self, *_: object) -> Actor:
        """Under what, without a look at the grants."""
        return self.actor_


def doorless(app: FastAPI, _: Settings) -> None:
    """Only the log line."""
    app.state.rates = Counters(Rates("client", 0), Rates("address", 0))
    app.add_middleware(Trace)


@asynccontextmanager
async def up(app: FastAPI, token: str = "") -> AsyncIterator[httpx.AsyncClient]:
    """A client of a running application."""
    transport = httpx.ASGITransport(app=app)
    headers = {"authorization": f"Bearer {token}"}
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://liangxin", headers=headers, timeout=60) as client,
    ):
        yield client


async def signed_in(app: FastAPI, client: httpx.AsyncClient) -> str:
    """The token of a new machine with one grant."""

    async def by(role: str, path: str, body: dict[str, object]) -> dict[str, str]:
        tokens = app.state.liangxin.tokens
        token = tokens.sign(
            role, role=role, ranges=EVERYWHERE.ranges, datasets=(), now=system_clock(), lifetime=timedelta(hours=1)
        )
        answer = await client.post(path, json=body, headers={"authorization": f"Bearer {token}"})
        found: dict[str, str] = answer.raise_for_status().json()
        return found

    machine = await by("system_administrator", "/v1/clients", {"name": "bench"})
    subject = machine["client_id"]
    wish: dict[str, object] = {"subject": subject, "role": "portal_reader", "regions": REGIONS, "reason": "bench"}
    await by("security_administrator", "/v1/grants", wish)
    form = {"grant_type": "client_credentials"}
    answer = (await client.post("/oauth/token", data=form, auth=(subject, machine["secret"]))).raise_for_status()
    return str(answer.json()["access_token"])


async def turn(client: httpx.AsyncClient, path: str, times: list[float]) -> None:
    """A few answers, in milliseconds."""
    for _ in range(TURN):
        began = time.perf_counter()
        answer = await client.get(path)
        times.append((time.perf_counter() - began) * 1000)
        answer.raise_for_status()


async def measure(cluster: Cluster, asked: Asked) -> list[Row]:
    """Both applications, the questions one after the other."""
    count = min(asked.organizations, MOST)
    await grow(cluster, count)
    url = cluster.url(roles.APP, NAME)
    database = Database(url, pool_size=1, statement_timeout=600)
    acts = Acts(database, system_clock)
    await loading.load(acts, provinces=("33",))
    async with acts.open(SYSTEM) as act:
        await repository.compact(act)
    await database.close()
    keeper = await asyncpg.connect(dsn(cluster.superuser_url(NAME)))
    await keeper.execute("VACUUM ANALYZE", timeout=600)
    await keeper.close()
    settings = Settings.load(database_url=url, state=asked.scratch, inline_worker=False, rate_limit=10**9, pool_size=2)
    served = create_app(settings)
    with patch("app.main.door.install", doorless):
        bare = create_app(settings)
    rows = []
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(up(served))
        client.headers["authorization"] = f"Bearer {await signed_in(served, client)}"
        access: Access = served.state.liangxin.access
        actor = await access.actor(await access.known(client.headers["authorization"][7:], None), None)
        object.__setattr__(bare.state.liangxin, "access", cast(Access, Expected(actor)))
        waved = await stack.enter_async_context(up(bare, "anything"))
        for kind, path in QUESTIONS.items():
            with_: list[float] = []
            without: list[float] = []
            for _ in range(ROUNDS):
                await turn(client, path, with_)
                await turn(waved, path, without)
            found, floor = (statistics.median(times[TURN * 5 :]) for times in (with_, without))
            at = f"checks: {kind}, {count:,} organizations, without checks as floor"
            rows.append(Row(at, found, "ms", floor, found / floor, "lower"))
    return rows


def run(asked: Asked) -> list[Row]:
    """The rows of this measurement."""
    with running(asked.scratch / "postgres", durable=False) as cluster:
        return asyncio.run(measure(cluster, asked))
