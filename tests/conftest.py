"""Fixtures of the whole suite: the real application on a real PostgreSQL, one cloned database a test."""

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
from fastapi import FastAPI
from fastapi.dependencies import models as dependencies

from app.core.acts import EVERYWHERE, Actor, Acts, Scope
from app.core.config import Settings
from app.core.database import Database
from app.main import create_app
from app.services.access.permissions import ROLES
from tests.kit.databases import Clones, clones, dsn

START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)  # a Monday, nine in the morning in Shanghai


@dataclass
class Hands:
    """A clock moved by hand."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **step: float) -> None:
        """Let time pass: forward(days=1)."""
        self.now += timedelta(**step)


@pytest.fixture(scope="session")
def server() -> Iterator[Clones]:
    """The test server, shared by all workers of a run."""
    with clones() as found:
        yield found


@pytest.fixture
async def database_name(server: Clones) -> AsyncIterator[str]:
    """A database of one's own."""
    name = await server.make()
    yield name
    await server.drop(name)


@pytest.fixture
def clock() -> Hands:
    """The clock that the application reads."""
    return Hands()


@pytest.fixture
def settings(server: Clones, database_name: str, tmp_path: Path) -> Settings:
    """Settings of an application on this test's database; no worker inside unless a test asks."""
    return Settings.load(
        database_url=server.url(database_name),
        state=tmp_path / "state",
        pool_size=5,
        inline_worker=False,
        rate_limit=1_000_000,  # counted like any, and never met: tests ask faster than people
        rate_limit_anonymous=1_000_000,
    )


@pytest.fixture
async def acts(settings: Settings, clock: Hands) -> AsyncIterator[Acts]:
    """Acts without HTTP."""
    assert settings.database_url is not None
    database = Database(settings.database_url, pool_size=5)
    yield Acts(database, clock)
    await database.close()


@pytest.fixture
async def direct(server: Clones, database_name: str, clock: Hands) -> AsyncIterator["asyncpg.Connection[Any]"]:
    """A connection that no policy binds, at the time of the test's clock."""
    connection = await asyncpg.connect(dsn(server.cluster.superuser_url(database_name)))
    await connection.execute("SELECT set_config('liangxin.now', $1, false)", clock().isoformat())
    yield connection
    await connection.close()


def actor(
    identity: str = "tester",
    role: str = "officer",
    scope: Scope = EVERYWHERE,
    datasets: frozenset[str] = frozenset({"*"}),
) -> Actor:
    """Someone with a role in a scope."""
    return Actor(identity, identity, frozenset(ROLES[role]), scope, datasets)


@dataclass
class Api:
    """The running application: clients by identity, role and scope."""

    app: FastAPI
    clock: Hands
    _stack: AsyncExitStack = field(default_factory=AsyncExitStack)

    async def client(
        self,
        identity: str = "tester",
        role: str = "officer",
        ranges: tuple[tuple[int, int], ...] = EVERYWHERE.ranges,
        datasets: tuple[str, ...] = ("*",),
        language: str = "en",
    ) -> httpx.AsyncClient:
        """An authenticated client."""
        token = self.app.state.liangxin.tokens.sign(
            identity, role=role, ranges=ranges, datasets=datasets, now=self.clock(), lifetime=timedelta(days=3650)
        )
        return await self.anonymous({"authorization": f"Bearer {token}", "accept-language": language})

    async def anonymous(self, headers: dict[str, str] | None = None) -> httpx.AsyncClient:
        """A client with these headers alone."""
        transport = httpx.ASGITransport(app=self.app, raise_app_exceptions=False)
        client = httpx.AsyncClient(transport=transport, base_url="http://liangxin", headers=headers)
        return await self._stack.enter_async_context(client)


@asynccontextmanager
async def running(settings: Settings, clock: Hands) -> AsyncIterator[Api]:
    """An application with these settings; for tests that need others than `api` has."""
    app = create_app(settings, clock)
    async with app.router.lifespan_context(app), AsyncExitStack() as stack:
        yield Api(app, clock, stack)
    for remembered in vars(dependencies).values():  # by its pages of documentation it holds every application for good
        if hasattr(remembered, "cache_clear"):
            remembered.cache_clear()


@pytest.fixture
async def api(settings: Settings, clock: Hands) -> AsyncIterator[Api]:
    """The application on this test's database."""
    async with running(settings, clock) as found:
        yield found


@pytest.fixture
async def client(api: Api) -> httpx.AsyncClient:
    """An officer who sees everything, reading English."""
    return await api.client()
