"""Bringing a database to the newest migration, from inside a running program."""

import re
from collections.abc import Callable
from pathlib import Path

from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from alembic import command

SCRIPTS = Path(__file__).parents[2] / "alembic"
OWNED_ELSEWHERE = frozenset(
    {"pgqueuer", "pgqueuer_log", "pgqueuer_statistics", "pgqueuer_schedules"}  # tables of the job library
)

PARTITION = re.compile(r"audit_(rest|\d{8})")
"""Tables that are a part of another one, made by a job."""


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    if connection is not None:
        config.attributes["connection"] = connection
    return config


async def upgrade(url: str, revision: str = "head") -> None:
    """Run all missing migrations as the migrator role. Safe to call twice, and by two programs at once."""
    await _with(url, lambda connection: command.upgrade(_config(connection), revision))


async def check(url: str) -> None:
    """Raise when the models and the migrated database differ."""
    await _with(url, lambda connection: command.check(_config(connection)))


async def _with(url: str, work: Callable[[Connection], None]) -> None:
    engine = create_async_engine(url, poolclass=NullPool)
    try:
        async with engine.connect() as connection:
            await connection.run_sync(work)
    finally:
        await engine.dispose()


def newest() -> str:
    """The newest revision this program knows."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    if head is None:
        raise RuntimeError(f"no migrations under {SCRIPTS}")
    return head


async def current(url: str) -> str | None:
    """The revision a database stands at; None before the first migration."""
    engine = create_async_engine(url, poolclass=NullPool)
    try:
        async with engine.connect() as connection:
            known = await connection.scalar(text("SELECT to_regclass('alembic_version')"))
            return await connection.scalar(text("SELECT version_num FROM alembic_version")) if known else None
    finally:
        await engine.dispose()
