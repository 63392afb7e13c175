"""A real server, a template built by the real migrations, and a clone of it for whoever asks."""

import asyncio
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fcntl import LOCK_EX, flock
from pathlib import Path
from uuid import uuid4

import asyncpg

from app.core import migrations, roles
from app.core.embedded import Cluster, running
from tests.kit.seed import seed

ROOT = Path(__file__).parents[2]
STATE = ROOT / ".liangxin-tests"
KEPT_TEMPLATES = 4


@dataclass(frozen=True, slots=True)
class Clones:
    """Makes and drops databases that are copies of the template."""

    cluster: Cluster
    template: str

    def url(self, name: str, role: str = "liangxin_app") -> str:
        """SQLAlchemy URL of a clone for a role."""
        return self.cluster.url(role, name)

    async def make(self) -> str:
        """A fresh copy; about 50 ms."""
        name = f"t_{self.template.removeprefix('template_')}_{uuid4().hex[:12]}"
        await self._execute(f'CREATE DATABASE "{name}" TEMPLATE "{self.template}" OWNER liangxin_owner')
        return name

    async def drop(self, name: str) -> None:
        """Remove a copy, whoever is still connected."""
        await self._execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    async def _execute(self, statement: str) -> None:
        connection = await asyncpg.connect(dsn(self.cluster.superuser_url()))
        try:
            await connection.execute(statement)
        finally:
            await connection.close()


def dsn(url: str) -> str:
    """A SQLAlchemy URL as asyncpg takes it."""
    return url.replace("postgresql+asyncpg://", "postgresql://")


@contextmanager
def clones() -> Iterator[Clones]:
    """The test server with its template; built once for each state of migrations, seed and region files."""
    STATE.mkdir(exist_ok=True)
    with running(STATE / "postgres", durable=False) as cluster:
        template = f"template_{_state_of_things()}"
        with (STATE / "template.lock").open("w") as lock:
            flock(lock, LOCK_EX)
            asyncio.run(_build(cluster, template))
        yield Clones(cluster, template)


async def _build(cluster: Cluster, template: str) -> None:
    superuser = await asyncpg.connect(dsn(cluster.superuser_url()))
    try:
        if await superuser.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", template):
            return
        await _sweep(superuser)
        making = f"making_{uuid4().hex[:8]}"
        await roles.ensure(dsn(cluster.superuser_url()), making)
        await migrations.upgrade(cluster.url("liangxin_migrator", making))
        await seed(cluster.url("liangxin_app", making))
        await superuser.execute(f'ALTER DATABASE "{making}" RENAME TO "{template}"')
    finally:
        await superuser.close()


async def _sweep(superuser: "asyncpg.Connection[asyncpg.Record]") -> None:
    """Drop what earlier states of the code left behind; the newest few may belong to runs that are under way."""
    templates = await superuser.fetch(
        "SELECT datname FROM pg_database WHERE datname ~ '^template_[0-9a-f]{16}$' ORDER BY oid DESC"
    )
    kept = {name.removeprefix("template_") for (name,) in templates[:KEPT_TEMPLATES]}
    leftover = "SELECT datname FROM pg_database WHERE datname ~ '^(template_[0-9a-f]{16}|t_.*)$'"
    for (old,) in await superuser.fetch(leftover):
        if old.split("_")[1] not in kept:
            await superuser.execute(f'DROP DATABASE IF EXISTS "{old}" WITH (FORCE)')


def _state_of_things() -> str:
    digest = hashlib.sha256()
    for path in sorted(
        [
            *(ROOT / "alembic").rglob("*.py"),
            *(ROOT / "app" / "core").glob("*.py"),
            *(ROOT / "tests" / "kit").glob("*.py"),
            *(ROOT / "app" / "data" / "regions").glob("*.xz"),
            *(ROOT / "app" / "services").rglob("facts.py"),
        ]
    ):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
