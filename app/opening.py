"""The database a command works on: that of DATABASE_URL, or the embedded one, brought up to date first."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from app.core import embedded, migrations, roles
from app.core.acts import Acts
from app.core.clock import system_clock
from app.core.config import Settings
from app.core.database import Database
from app.services.regions import loading

NAME = "liangxin"


class NotReady(Exception):
    """What to tell the person at the terminal: what is missing, and what to do."""


@contextmanager
def opened(settings: Settings, console: Console) -> Iterator[Settings]:
    """Settings with a database that stands at the newest migration. Raises NotReady or EmbeddedFailure."""
    if settings.database_url is not None:
        _require_newest(settings.database_url)
        yield settings
        return
    with embedded.running(settings.state / "postgres") as cluster:
        url = cluster.url("liangxin_app", NAME)
        asyncio.run(_brought_up(cluster, url, console))
        yield settings.model_copy(update={"database_url": url})


def _require_newest(url: str) -> None:
    try:
        found = asyncio.run(migrations.current(url))
    except OSError as error:
        raise NotReady(f"The database does not answer ({error}). Is it running, and is DATABASE_URL right?") from error
    if found != migrations.newest():
        raise NotReady(
            f"The database stands at {found or 'nothing'}, not at {migrations.newest()}: `liangxin migrate`."
        )


async def _brought_up(cluster: embedded.Cluster, url: str, console: Console) -> None:
    superuser = cluster.superuser_url().replace("postgresql+asyncpg://", "postgresql://")
    await roles.ensure(superuser, NAME)
    await migrations.upgrade(cluster.url("liangxin_migrator", NAME))
    await load_regions(url, console)


async def load_regions(url: str, console: Console) -> loading.Loaded:
    """Load the shipped regions where they are missing or have changed, with a progress bar."""
    database = Database(url, pool_size=2)
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    try:
        with Progress(*columns, console=console, transient=True) as bars:
            task = bars.add_task("regions 行政区划", total=None)
            return await loading.load(
                Acts(database, system_clock), lambda done, total: bars.update(task, completed=done, total=total)
            )
    finally:
        await database.close()
