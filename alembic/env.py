"""Alembic's entry. Connects as the migrator, takes the lock, then creates everything as the owner role."""

import asyncio
import os

from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from alembic import context
from app.core.config import Settings
from app.core.migrations import OWNED_ELSEWHERE, PARTITION
from app.tables import metadata

LOCK = 7_240_301  # one migration at a time, whoever starts it


def _mine(_object: object, name: str | None, kind: str, _reflected: bool, _other: object) -> bool:
    return not (kind == "table" and (name in OWNED_ELSEWHERE or PARTITION.fullmatch(name or "")))


def _run(connection: Connection) -> None:
    connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": LOCK})
    connection.execute(text("SET lock_timeout = '5s'"))
    connection.execute(text("SET ROLE liangxin_owner"))
    connection.commit()
    context.configure(
        connection=connection,
        target_metadata=metadata,
        transaction_per_migration=True,
        include_object=_mine,
        compare_server_default=False,
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.execute(text("RESET ROLE"))
    connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": LOCK})
    connection.commit()


async def _connect() -> None:
    url = Settings.load().migrator_url or os.environ["LIANGXIN_MIGRATOR_URL"]
    engine = create_async_engine(url, poolclass=NullPool)
    async with engine.connect() as connection:
        await connection.run_sync(_run)
    await engine.dispose()


given = context.config.attributes.get("connection")
if given is not None:
    _run(given)
else:
    asyncio.run(_connect())
