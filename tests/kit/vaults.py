"""Acts and the superuser's own look, for tests about sealed values."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from app.core import roles
from app.core.acts import Acts
from app.core.clock import Clock
from app.core.config import Settings
from app.core.crypto import Vault
from app.core.database import Database
from app.core.embedded import binaries
from tests.kit.databases import Clones, dsn


@asynccontextmanager
async def sealing_acts(settings: Settings, clock: Clock) -> AsyncIterator[Acts]:
    """Acts with the application's own ring of keys."""
    assert settings.database_url is not None
    database = Database(settings.database_url, pool_size=5)
    try:
        yield Acts(database, clock, Vault.at(settings.key_ring_file, settings.field_cipher))
    finally:
        await database.close()


@asynccontextmanager
async def superuser(server: Clones, database_name: str) -> "AsyncIterator[asyncpg.Connection[asyncpg.Record]]":
    """Whoever sees everything."""
    connection = await asyncpg.connect(dsn(server.cluster.superuser_url(database_name)))
    try:
        yield connection
    finally:
        await connection.close()


async def backup(server: Clones, database_name: str, *more: str) -> bytes:
    """What pg_dump writes as the backup role."""
    return await _ran(server, "pg_dump", "--username", roles.BACKUP, *more, database_name)


async def restore(server: Clones, database_name: str, dump: bytes) -> None:
    """Put a dump of the custom form into a fresh database in the way the operators' page says."""
    await roles.ensure(server.cluster.superuser_url(), database_name)
    words = ("--username", "postgres", "--dbname", database_name, "--exit-on-error")
    await _ran(server, "pg_restore", *words, given=dump)


async def _ran(server: Clones, program: str, *words: str, given: bytes = b"") -> bytes:
    process = await asyncio.create_subprocess_exec(
        str(binaries._wheel() / program),
        *("--host", str(server.cluster.socket), "--port", str(server.cluster.port)),
        *words,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    said, wrong = await process.communicate(given)
    assert process.returncode == 0, wrong.decode()
    return said
