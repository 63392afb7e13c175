"""Commands that do something in the database: one act by the operator at the terminal, and failures in plain words."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from getpass import getuser
from typing import Any, TypeVar

from rich.console import Console
from rich.table import Table

from app.cli.opening import opened
from app.cli.telling import Unready
from app.core.acts import EVERYWHERE, Act, Actor, Acts
from app.core.clock import system_clock
from app.core.config import Settings
from app.core.crypto import Vault
from app.core.database import Database
from app.core.errors import Failure
from app.core.labels import label
from app.services.access.permissions import Permission

Done = TypeVar("Done")


def operator() -> Actor:
    """Whoever has the machine: everywhere, and by the name of the login, so that the audit says who."""
    name = f"operator:{getuser()}"
    return Actor(name, name, frozenset(Permission), EVERYWHERE)


def doing(settings: Settings, by: Actor, work: Callable[[Act], Awaitable[Done]]) -> Done:
    """Run one act in the database of these settings. Raises Unready for what the service refuses."""
    with opened(settings, filled=False) as ready:
        try:
            return asyncio.run(_one(ready, by, work))
        except Failure as failure:
            raise Unready(in_words(failure)) from failure


async def _one(settings: Settings, by: Actor, work: Callable[[Act], Awaitable[Done]]) -> Done:
    if settings.database_url is None:
        raise ValueError("no database: it is opened before")
    database = Database(settings.database_url, pool_size=1)
    vault = Vault.at(settings.key_ring_file, settings.ring_to_make)
    try:
        async with Acts(database, system_clock, vault).open(by) as act:
            return await work(act)
    finally:
        await database.close()


def in_words(failure: Failure) -> str:
    """A failure as a person at a terminal needs it."""
    lines = [label("problem", failure.slug, "en") + "."]
    for error in failure.errors:
        lines.append(f"{error.pointer} {label('line', error.code, 'en', **error.params)}".strip())
    for finding in getattr(failure, "findings", ()):
        lines.append(label("finding", finding.code, "en", limit=finding.limit, actual=finding.actual))
    return "\n".join(lines)


def show(title: str, columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> None:
    """Rows as a table on standard output."""
    table = Table(*columns, title=title, title_justify="left")
    for row in rows:
        table.add_row(*(_cell(row[name]) for name in columns))
    Console(soft_wrap=True).print(table)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return ", ".join(f"{each['first']}-{each['last']}" if isinstance(each, dict) else str(each) for each in value)
    return str(value)
