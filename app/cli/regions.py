"""`liangxin regions`: administrative divisions, their changes, and what the register teaches about them."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from app.cli.telling import Plain, Unready, errors
from app.core.acts import Act, Acts
from app.core.config import Settings
from app.core.errors import Failure, Invalid

app = typer.Typer(cls=Plain, no_args_is_help=True, help="Administrative divisions.")

Done = TypeVar("Done")


@app.command()
def load() -> None:
    """Load the shipped regions; what is there already stays."""
    from app.cli.opening import load_regions, opened

    with opened(begin(), filled=False) as ready:
        done = load_regions(ready)
    errors.print(f"{done.written} regions written, {done.unchanged} unchanged.", markup=False)


@app.command()
def change(file: Annotated[Path, typer.Argument(help="CSV of changes in UTF-8; see docs/operators.md.")]) -> None:
    """Put changes of regions in force; organisations, hosts, branches and authorities in them follow."""
    from app.catalogues.following import FOLLOWERS
    from app.cli.acting import doing, operator
    from app.core.acts import SYSTEM
    from app.core.history import about
    from app.services.regions import changing

    settings = begin()
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except OSError as error:
        raise Unready(f"{file} cannot be read: {error.strerror or error}.") from error
    except UnicodeDecodeError as error:
        raise Unready(f"{file} is not UTF-8 text. Save it as CSV in UTF-8.") from error

    async def put(act: Act) -> tuple[changing.Changes, int]:
        try:
            changes = changing.parsed(lines)
            await about(act, by=operator().id, file=file.name)
            return changes, await changing.change(act, changes, FOLLOWERS)
        except Invalid as wrong:
            raise Unready(_sentences(file, wrong)) from wrong

    changes, moved = doing(settings, SYSTEM, put)
    errors.print(
        f"{len(changes.entries)} regions put in force, {len(changes.retired)} retired or divided;"
        f" {moved} rows followed.",
        markup=False,
    )


@app.command()
def learn() -> None:
    """Learn roads from the register now, and place what waits for its place; the worker does so by itself."""
    from app.catalogues.roads import learn_and_place

    taught = _with_acts(begin(), learn_and_place)
    errors.print(
        f"{taught.counts} counts of roads kept. {taught.asked.placed} of {taught.asked.waited} organisations"
        " that waited for their place are placed.",
        markup=False,
    )


def begin() -> Settings:
    """Settings, logs and signals, as for every command that runs for a while."""
    from app.core.embedded import stop_on_signals
    from app.core.logging import configure

    settings = Settings.load()
    configure(settings.log_level)
    stop_on_signals()
    return settings


def _with_acts(settings: Settings, work: Callable[[Acts], Awaitable[Done]]) -> Done:
    """Work of several transactions in the database of these settings."""
    from app.cli.opening import opened
    from app.core.clock import system_clock
    from app.core.database import Database

    async def run(url: str) -> Done:
        database = Database(url, pool_size=1)
        try:
            return await work(Acts(database, system_clock))
        finally:
            await database.close()

    with opened(settings, filled=False) as ready:
        if ready.database_url is None:
            raise ValueError("no database: it is opened before")
        return asyncio.run(run(ready.database_url))


def _sentences(file: Path, wrong: Failure) -> str:
    """What is wrong with a file of changes, a line each."""
    from app.core.labels import label

    told = [f"{file} is not put in force; nothing was changed."]
    for error in wrong.errors:
        place, _, column = error.pointer.strip("/").partition("/")
        where = (f"Region {place}" if len(place) == 12 else f"Line {place}") + (f", {column}" if column else "")
        told.append(f"{where}: {label('line', error.code, 'en', **error.params)}")
    return "\n".join(told)
