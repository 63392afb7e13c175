"""Assembles the worker: the bell, periodic work, chunks of batches; decides nothing."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import partial

from app.catalogues.datasets import DATASETS
from app.catalogues.jobs import JOBS
from app.catalogues.personal import SEALED
from app.core.acts import SYSTEM, Acts
from app.core.clock import Clock
from app.core.config import Settings
from app.core.contention import away
from app.core.crypto import UnfitRing, Vault
from app.core.database import Database
from app.core.jobs import Bell, Job, attend
from app.services.audit.keeping import Keeper
from app.services.audit.sealing import Sealer
from app.services.audit.signing import AuditKey
from app.services.audit.witness import Witness
from app.services.exchange.processing import Worker
from app.services.files import service as files
from app.services.files.storing import storage_of
from app.services.privacy import ledger, resealing

log = logging.getLogger("liangxin.worker")

CONNECTIONS = 6  # two seats, each at most two; one for leases, one for the audit


async def work(settings: Settings, acts: Acts) -> None:
    """Work until cancelled."""
    bell = Bell()
    keep_ledger = Job("keep_ledger", "*/5 * * * *", partial(ledger.keep, path=settings.erasures_file))
    storage = storage_of(settings)
    sweep_files = Job("sweep_files", "50 18 * * *", partial(files.sweep, storage=storage))
    worker = Worker(acts, DATASETS, bell, settings.lease)
    key, witness = AuditKey.at(settings.audit_key_file), Witness(settings.audit_witness_file)
    sealer = Sealer(acts, key, witness, settings.audit_hash)
    async with asyncio.TaskGroup() as group:
        group.create_task(attend(acts, bell, (*JOBS, keep_ledger, sweep_files)))
        group.create_task(worker.run())
        group.create_task(sealer.run())
        group.create_task(Keeper(sealer, settings.audit_days).run())


async def fit(acts: Acts) -> None:
    """Raise UnfitRing when the database needs a key that the ring lacks. A database that is away is not waited for."""
    try:
        async with acts.open(SYSTEM) as act:
            await resealing.check(act, SEALED)
    except UnfitRing as unfit:
        log.critical(str(unfit))
        raise
    except Exception as error:
        if not away(error):
            raise
        log.warning("The database is away: whether the key ring fits is not known yet.")


async def run(settings: Settings, clock: Clock) -> None:
    """Work on connections of one's own, with no limit to a statement's time, until cancelled."""
    if settings.database_url is None:
        raise ValueError("no database: the command opens one first")
    database = Database(settings.database_url, pool_size=CONNECTIONS)
    try:
        vault = Vault.at(settings.key_ring_file, settings.ring_to_make)
        acts = Acts(database, clock, vault)
        await fit(acts)
        await work(settings, acts)
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
