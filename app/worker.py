"""Assembles the worker: the bell, periodic work, chunks of batches; decides nothing."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from app.catalogues.datasets import DATASETS
from app.catalogues.jobs import JOBS
from app.core.acts import Acts
from app.core.clock import Clock
from app.core.config import Settings
from app.core.crypto import Vault
from app.core.database import Database
from app.core.jobs import Bell, attend
from app.services.exchange.processing import Worker

CONNECTIONS = 5  # two seats, each at most two; one for leases


async def work(settings: Settings, acts: Acts) -> None:
    """Work until cancelled."""
    bell = Bell()
    worker = Worker(acts, DATASETS, bell, settings.lease)
    async with asyncio.TaskGroup() as group:
        group.create_task(attend(acts, bell, JOBS))
        group.create_task(worker.run())


async def run(settings: Settings, clock: Clock) -> None:
    """Work on connections of one's own, with no limit to a statement's time, until cancelled."""
    if settings.database_url is None:
        raise ValueError("no database: the command opens one first")
    database = Database(settings.database_url, pool_size=CONNECTIONS)
    try:
        vault = Vault.at(settings.key_ring_file, settings.field_cipher)
        await work(settings, Acts(database, clock, vault))
    finally:
        await database.close()


@asynccontextmanager
async def inline(settings: Settings, acts: Acts) -> AsyncIterator[None]:
    """Run the worker inside the serving process, when the settings say so."""
    if not settings.inline_worker:
        yield
        return
    task = asyncio.create_task(run(settings, acts.clock), name="worker")
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
