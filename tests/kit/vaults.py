"""Acts and the superuser's own look, for tests about sealed values."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from app.core.acts import Acts
from app.core.clock import Clock
from app.core.config import Settings
from app.core.crypto import Vault
from app.core.database import Database
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
