"""Requests broken off in mid-transaction: tasks cancelled, statements timed out by the server, streams dropped.

A plain handler is not cancelled when its client leaves, so the storm cancels the task itself. Between the broken ones
whole requests of other scopes run over the same few connections: each must see its own rows and no others.
"""

import asyncio
import logging
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, MutableMapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

import asyncpg
import httpx
from fastapi import FastAPI
from sqlalchemy import event, text

from app.core.acts import Act, Actor, Acts, Scope
from app.core.config import Settings
from app.main import create_app
from tests.access.cast import Cast, client, on_stage
from tests.kit.databases import Clones, clones, dsn
from tests.kit.organizations import add

AT_ONCE = 6
COUNTIES = {"shangcheng": 330102000000, "xihu": 330106000000, "xingqing": 640104000000}
BATCH = (
    "INSERT INTO batches (dataset, owner, owner_name, scope, region_code, region_level, mode, atomic, strategy, format,"
    " encoding, source_time, size_bytes, sha256, state, created_at) VALUES ('registrations', $1, $1, '{}', 0, 0,"
    " 'commit', 'record', 'upsert', 'csv', 'utf-8', now(), 1, '', 'waiting', now()) RETURNING id"
)


class Watched(Acts):
    """Acts that know which tasks are inside a transaction of theirs."""

    def __init__(self, acts: Acts) -> None:
        super().__init__(acts.database, acts.clock, acts.keys)
        self.inside: set[Any] = set()
        self._entering: dict[Any, asyncio.Event] = {}

    def entering(self, task: Any) -> asyncio.Event:
        """Set as soon as the task's transaction has begun."""
        return self._entering.setdefault(task, asyncio.Event())

    @asynccontextmanager
    async def open(self, by: Actor, *rest: Any) -> AsyncIterator[Act]:
        """As ever, and note the task."""
        task = asyncio.current_task()
        async with super().open(by, *rest) as act:
            self.inside.add(task)
            self._entering.pop(task, asyncio.Event()).set()
            try:
                yield act
            finally:
                self.inside.discard(task)


@dataclass
class Storm:
    """One application, callers of several counties, and what became of their requests."""

    app: FastAPI
    acts: Watched
    cast: Cast
    chance: random.Random
    batches: dict[str, UUID] = field(default_factory=dict)
    ended: "Counter[str]" = field(default_factory=Counter)
    leaks: list[str] = field(default_factory=list)
    usual: float = 0.02
    """Seconds that a request took of late."""
    timeout: int = 0
    """Milliseconds that the server gives the statements of the next connection taken; 0: as configured."""

    @property
    def broken(self) -> int:
        """How many requests were broken off in mid-transaction. Dropped streams hold none, and are not counted."""
        return self.ended["cancelled"] + self.ended["timed out"]

    async def rage(self, wanted: int) -> None:
        """Break requests off, a few at a time, until there were enough."""
        while self.broken < wanted:
            await asyncio.gather(*(self._one() for _ in range(AT_ONCE)))

    async def _one(self) -> None:
        county = self.chance.choice(list(COUNTIES))
        way = self.chance.choices((self._cancelled, self._timed_out, self._dropped), (6, 3, 1))[0]
        await way(county)
        await self._whole(self.chance.choice(list(COUNTIES)))

    def _request(self, county: str) -> tuple[str, str, dict[str, Any]]:
        listing = {"params": {"facets": "true", "count": "exact"}}
        entry = {"json": {"name": f"{county}新企业", "region_code": f"{COUNTIES[county]:012d}"}}
        choices = (("GET", "/v1/organizations", listing), ("POST", "/v1/organizations", entry))
        return self.chance.choice(choices)

    async def _send(self, county: str) -> httpx.Response:
        method, path, sent = self._request(county)
        async with client(self.app, county) as by:
            return await by.request(method, path, **sent)

    async def _cancelled(self, county: str) -> None:
        task = asyncio.create_task(self._send(county))
        entered = asyncio.create_task(self.acts.entering(task).wait())
        await asyncio.wait({task, entered}, return_when=asyncio.FIRST_COMPLETED)
        entered.cancel()
        await asyncio.wait({task}, timeout=self.chance.uniform(0, 0.3 * self.usual))
        inside = task in self.acts.inside
        task.cancel()
        with suppress(asyncio.CancelledError):
            self._check(county, await task)
        self.ended["cancelled" if inside and task.cancelled() else "too late"] += 1

    async def _timed_out(self, county: str) -> None:
        self.timeout = self.chance.choice((1, 1, 2, 3, 5))
        answer = await self._send(county)
        self.ended["timed out" if answer.status_code == 503 else "in time"] += 1
        self._check(county, answer)

    async def _dropped(self, county: str) -> None:
        """A reader of a stream that goes away after its first bytes, or before them."""
        path = f"/v1/batches/{self.batches[county]}/{self.chance.choice(('events', 'rejects.csv'))}"
        patience = self.chance.randrange(0, 3)
        left = asyncio.Event()

        async def receive() -> dict[str, Any]:
            await left.wait()
            return {"type": "http.disconnect"}

        async def send(message: MutableMapping[str, Any]) -> None:
            nonlocal patience
            patience -= 1
            if patience <= 0:
                left.set()
                raise OSError("the reader has gone")

        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "path": path,
            "raw_path": path.encode(), "query_string": b"", "root_path": "", "scheme": "http",
            "headers": [(b"authorization", f"Bearer {county}".encode())], "client": ("127.0.0.1", 1),
            "server": ("liangxin", 80), "state": {},
        }  # fmt: skip
        task = asyncio.ensure_future(self.app(scope, receive, send))
        with suppress(Exception):
            await asyncio.wait_for(task, 5)
        self.ended["dropped"] += 1

    async def _whole(self, county: str) -> None:
        began = time.monotonic()
        async with client(self.app, county) as by:
            answer = await by.get("/v1/organizations", params={"limit": 200})
        self.usual = 0.9 * self.usual + 0.1 * (time.monotonic() - began)
        self.ended["whole"] += answer.status_code == 200
        self._check(county, answer)

    def _check(self, county: str, answer: httpx.Response) -> None:
        """Whatever was answered names no other county's organisations."""
        for other in COUNTIES:
            if other != county and other in answer.text:
                self.leaks.append(f"{county} was shown {other}: {answer.text[:200]}")

    async def settle(self) -> dict[str, int]:
        """When all is over: connections not given back, sessions left in a transaction, settings left on them."""
        pool = self.acts.database.engine.pool
        size: int = pool.size()  # type: ignore[attr-defined]  # a QueuePool has one
        out: int = pool.checkedout()  # type: ignore[attr-defined]
        left = 0
        connections = [await self.acts.database.engine.connect() for _ in range(size)]
        for connection in connections:
            row = (
                await connection.execute(
                    text(
                        "SELECT coalesce(current_setting('liangxin.lo', true), '') AS lo,"
                        " coalesce(current_setting('liangxin.subjects', true), '') AS own,"
                        " (SELECT count(*) FROM organizations) AS seen"
                    )
                )
            ).one()
            left += (row.lo, row.own, row.seen) != ("", "", 0)
            await connection.close()
        async with self.acts.database.engine.connect() as connection:
            waiting = await connection.scalar(
                text(
                    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                    " AND usename = current_user AND state LIKE 'idle in transaction%'"
                )
            )
            sessions = await connection.scalar(
                text(
                    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                    " AND usename = current_user"
                )
            )
        return {
            "not given back": out,
            "in a transaction": int(waiting or 0),
            "with settings": left,
            "beyond the pool": max(0, int(sessions or 0) - size),
        }


async def gathered(app: FastAPI, direct: "asyncpg.Connection[Any]", seed: int) -> Storm:
    """A storm over an application whose lifespan has begun, on an empty register."""
    cast = on_stage(app)
    acts = Watched(app.state.liangxin.acts)
    app.state.liangxin = replace(app.state.liangxin, acts=acts)
    storm = Storm(app, acts, cast, random.Random(seed))
    for county, code in COUNTIES.items():
        cast.put(county, "officer", Scope(((code, code + 1_000_000),)))
        await add(direct, 20, name=f"{county}企业", name_key=f"{county}企业", region_code=code, region_level=3)
        storm.batches[county] = await direct.fetchval(BATCH, county)

    @event.listens_for(acts.database.engine.sync_engine, "checkout")
    def shorten(connection: Any, _record: Any, _proxy: Any) -> None:
        """Give this connection's statements the storm's time, once."""
        given, storm.timeout = storm.timeout, 0
        cursor = connection.cursor()
        cursor.execute(f"SET statement_timeout = '{given or 30_000}ms'")
        cursor.close()
        connection.commit()

    return storm


def broken_off(wanted: int, seed: int) -> str:
    """The large storm on a database of its own; what happened. Raises AssertionError for a leak, a lost connection."""
    logging.disable(logging.CRITICAL)  # each of thousands would tell its own story
    with clones() as server:
        storm, left = asyncio.run(_alone(server, wanted, seed))
    assert not storm.leaks, storm.leaks[:5]
    assert set(left.values()) == {0}, left
    logging.disable(logging.NOTSET)
    ended = ", ".join(f"{number} {what}" for what, number in storm.ended.items())
    return f"{storm.broken} requests broken off ({ended}): 0 leaks, 0 connections lost"


async def _alone(server: Clones, wanted: int, seed: int) -> tuple[Storm, dict[str, int]]:
    name = await server.make()
    direct = await asyncpg.connect(dsn(server.cluster.superuser_url(name)))
    try:
        with TemporaryDirectory(prefix="liangxin-cancels-") as folder:
            settings = Settings.load(
                database_url=server.url(name),
                state=Path(folder),
                pool_size=5,
                inline_worker=False,
                rate_limit=1_000_000,
                rate_limit_anonymous=1_000_000,
            )
            app = create_app(settings)
            async with app.router.lifespan_context(app):
                storm = await gathered(app, direct, seed)
                await storm.rage(wanted)
                return storm, await storm.settle()
    finally:
        await direct.close()
        await server.drop(name)
