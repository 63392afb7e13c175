"""Bringing a database up for a command: the embedded one with everything in it, or the given one as it is."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from app.cli.telling import Unready, errors
from app.core import embedded, migrations, roles
from app.core.acts import Acts
from app.core.clock import system_clock
from app.core.config import Settings
from app.core.database import Database
from app.services.regions import loading

DATABASE = "liangxin"


@contextmanager
def opened(settings: Settings, *, filled: bool = True) -> Iterator[Settings]:
    """Settings whose database can be reached for the length of the block.

    Without DATABASE_URL the embedded server runs meanwhile: roles, migrations and (`filled`) regions are seen to.
    A given database is only looked at. Raises Unready when it lacks migrations, EmbeddedFailure.
    """
    if settings.database_url is not None:
        asyncio.run(_migrated(settings.database_url))
        yield settings
        return
    with embedded.running(settings.state, log=_say) as cluster:
        asyncio.run(_prepared(cluster))
        ready = settings.model_copy(update={"database_url": cluster.url(roles.APP, DATABASE)})
        if filled:
            load_regions(ready)
        yield ready


def load_regions(settings: Settings) -> loading.Loaded:
    """Load the shipped regions where they are not there yet, with a bar."""
    bar = Progress(
        TextColumn("Regions of the country"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=errors,
        transient=True,
    )
    with bar:
        task = bar.add_task("regions", total=None, visible=False)

        def seen(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total, visible=True)

        return asyncio.run(_load(settings, seen))


async def _load(settings: Settings, seen: loading.Progress) -> loading.Loaded:
    assert settings.database_url is not None  # noqa: S101 (opened before)
    database = Database(settings.database_url, pool_size=1)
    try:
        return await loading.load(Acts(database, system_clock), seen)
    finally:
        await database.close()


async def _prepared(cluster: embedded.Cluster) -> None:
    await roles.ensure(cluster.superuser_url(), DATABASE)
    url = cluster.url(roles.MIGRATOR, DATABASE)
    if await migrations.current(url) != migrations.newest():
        _say("Bringing the tables up to date.")
        await migrations.upgrade(url)


async def _migrated(url: str) -> None:
    found = await migrations.current(url)
    if found != migrations.newest():
        raise Unready(
            f"The database stands at migration {found or 'none'}; this program needs {migrations.newest()}."
            " Run `liangxin migrate` first."
        )


def _say(line: str) -> None:
    errors.print(line, markup=False)
