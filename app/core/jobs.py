"""Work apart from requests: a bell that wakes workers, and periodic work by pgqueuer's scheduler.

What is to be done stands in the nouns' own tables; the bell only says that there is something. It is rung in the
transaction that leaves the work, so it sounds when that commits, and whoever misses it looks again by itself.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

import asyncpg
from pgqueuer.adapters.drivers.asyncpg import AsyncpgDriver
from pgqueuer.adapters.persistence.queries import Queries
from pgqueuer.core.sm import SchedulerManager
from sqlalchemy import text

from app.core.acts import Act, Acts

CHANNEL = "liangxin_work"
RECONNECT = 1.0  # seconds between two tries to reach a database that is away
# Internal, since the driver says so when the server ends a connection just as the next statement begins.
LOST = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)

log = logging.getLogger("liangxin.jobs")


@dataclass(frozen=True, slots=True)
class Job:
    """Periodic work: a stable name, when (cron, UTC, by the minute), and what. One worker runs it at a time."""

    name: str
    cron: str
    work: Callable[[Acts], Awaitable[object]]


async def ring(act: Act) -> None:
    """Wake all workers when this act commits. Rung many times in one act it sounds once."""
    await act.session.execute(text("SELECT pg_notify(:channel, '')"), {"channel": CHANNEL})


class Bell:
    """Wakes whoever waits in this process."""

    def __init__(self) -> None:
        self._sounded = asyncio.Event()

    def ring(self) -> None:
        """Wake all who wait now."""
        self._sounded.set()
        self._sounded = asyncio.Event()

    def listen(self) -> asyncio.Event:
        """Begin to listen; look for work after this and before `wait`, so that no ring in between is missed."""
        return self._sounded

    @staticmethod
    async def wait(sound: asyncio.Event, seconds: float) -> None:
        """Wait for the ring, at most so long."""
        try:
            async with asyncio.timeout(seconds):
                await sound.wait()
        except TimeoutError:
            return


async def attend(acts: Acts, bell: Bell, jobs: Sequence[Job]) -> None:
    """Hear the database's bell and run periodic work, on one connection of its own; for ever, through outages."""
    while True:
        try:
            await _attend_once(acts, bell, jobs)
        except LOST as error:
            log.warning("The database is away; trying again.", extra={"kind": type(error).__name__})
        await asyncio.sleep(RECONNECT)


async def _attend_once(acts: Acts, bell: Bell, jobs: Sequence[Job]) -> None:
    url = acts.database.engine.url.set(drivername="postgresql")
    connection = await asyncpg.connect(
        url.render_as_string(hide_password=False), server_settings={"application_name": "liangxin jobs"}
    )
    scheduler = SchedulerManager(Queries(AsyncpgDriver(connection)))
    connection.add_termination_listener(lambda _: scheduler.shutdown.set())
    try:
        await connection.add_listener(CHANNEL, lambda *_: bell.ring())
        bell.ring()  # for what was left while nobody heard
        for job in jobs:
            scheduler.schedule(job.name, job.cron, accepts_context=False)(_run(acts, job))
        await scheduler.run()
    finally:
        await connection.close(timeout=5)


def _run(acts: Acts, job: Job) -> Callable[[Any], Awaitable[None]]:
    async def run(_schedule: Any) -> None:
        log.debug("Periodic work begins.", extra={"job": job.name})
        await job.work(acts)

    return run
