"""The command `liangxin`: assembles, decides nothing. Long imports wait until a command needs them."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from app.cli import calendar, clients, grants, keys, regions
from app.cli.audit import audit
from app.cli.privacy import privacy
from app.cli.telling import Plain, Unready, errors
from app.core.config import Settings
from app.core.embedded import stop_on_signals
from app.core.logging import configure

app = typer.Typer(
    cls=Plain,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Back office of a committee for two-new organisations.",
)
database = typer.Typer(cls=Plain, no_args_is_help=True, help="For a database administrator.")
app.add_typer(database, name="database")
app.add_typer(regions.app, name="regions")
app.add_typer(calendar.app, name="calendar")
app.add_typer(keys.app, name="keys")
app.add_typer(clients.app, name="clients")
app.add_typer(grants.app, name="grants")
app.add_typer(grants.reviews, name="access-reviews")
app.add_typer(privacy, name="privacy")
app.add_typer(audit, name="audit")

Days = Annotated[float, typer.Option(help="How long the token holds.")]
Regions = Annotated[
    list[str] | None, typer.Option("--region", help="12-digit code; may be repeated. None: everywhere.")
]


def begin() -> Settings:
    """Settings, logs and signals, the same for every command that runs for a while."""
    settings = Settings.load()
    configure(settings.log_level)
    stop_on_signals()
    return settings


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="Address to listen at.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen at.", min=1, max=65535)] = 8000,
    filled: Annotated[bool, typer.Option("--regions/--no-regions", help="Load the shipped regions if missing.")] = True,
) -> None:
    """Serve the API; without DATABASE_URL with a database of its own, and a token to try it with."""
    from app.cli import serving, tokens
    from app.cli.opening import opened

    settings = begin()
    with serving.door(host, port) as bound, opened(settings, filled=filled) as ready:
        shown = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104  (only shown)
        errors.print(f"Docs:  http://{shown}:{port}/docs", markup=False)
        if settings.database_url is None:  # somebody tries it out; elsewhere this stands in a log that others read
            made = tokens.signed(settings, "officer", name=None, regions=[], datasets=[], days=1)
            token = tokens.recorded_beside(ready, made, "liangxin serve")
            errors.print(f"Token: {token}", markup=False, soft_wrap=True)
            errors.print("       (an officer for one day; others: liangxin token --help)", markup=False)
        else:
            errors.print("Token: liangxin token --help", markup=False)
        serving.serve(ready, bound)


@app.command()
def worker() -> None:
    """Work on batches and periodic jobs until told to end; any number may run."""
    import asyncio

    from app.cli.opening import opened
    from app.core.clock import system_clock
    from app.worker import run

    settings = begin()
    with opened(settings, filled=False) as ready:
        errors.print("Working. Ctrl-C ends it.", markup=False)
        asyncio.run(run(ready, system_clock))


@app.command()
def token(
    role: Annotated[str, typer.Option(help="officer, partner or reader.")] = "officer",
    name: Annotated[str | None, typer.Option(help="Who it is for; default: the role.")] = None,
    region: Regions = None,
    dataset: Annotated[list[str] | None, typer.Option(help="Datasets a partner may push; none: all.")] = None,
    days: Days = 30,
    reason: Annotated[str | None, typer.Option(help="The reason; it stands in the audit.")] = None,
    unrecorded: Annotated[
        bool, typer.Option("--unrecorded", help="In need, when the database is away: no row.")
    ] = False,
) -> None:
    """Print a signed token. That it was signed stands in the audit; without the database none is."""
    from app.cli import tokens

    settings = Settings.load()
    made = tokens.signed(settings, role, name=name, regions=region or [], datasets=dataset or [], days=days)
    if unrecorded:
        errors.print(tokens.UNRECORDED, markup=False, style="yellow")
    print(made.text if unrecorded else tokens.recorded(settings, made, reason))  # noqa: T201  (for a pipe)


@app.command()
def push(
    file: Annotated[Path, typer.Argument(help="CSV, NDJSON or JSON, also as .gz.")],
    dataset: Annotated[str, typer.Option(help="registrations or party_facts.")] = "registrations",
    url: Annotated[str, typer.Option(help="Where the service is.")] = "http://127.0.0.1:8000",
    token: Annotated[str | None, typer.Option(help="A token; default: LIANGXIN_TOKEN, else one signed here.")] = None,
    validate: Annotated[bool, typer.Option("--validate", help="Say what would happen; change nothing.")] = False,
    atomic: Annotated[bool, typer.Option("--atomic", help="All or nothing.")] = False,
    strategy: Annotated[str | None, typer.Option(help="upsert, create, update or fill_empty.")] = None,
    language: Annotated[str | None, typer.Option(help="zh-Hans, zh-Hant or en; default: the terminal's.")] = None,
) -> None:
    """Push a file to a running service, wait for its end and print the counts."""
    from rich.console import Console

    from app import push as pushing
    from app.cli import tokens
    from app.core.labels import language_of_locale

    settings = begin()
    asked = {"mode": "validate" if validate else None, "atomic": "batch" if atomic else None, "strategy": strategy}
    spoken = language_of_locale(os.environ if language is None else {"LANG": language})
    query = {name: value for name, value in asked.items() if value is not None}
    wish = pushing.Wish(file, dataset, query, spoken)
    try:
        with wish.open():  # no token is signed for a file that cannot be read
            held = token or os.environ.get("LIANGXIN_TOKEN")
        if held is None:
            made = tokens.signed(settings, "partner", name="push", regions=[], datasets=[dataset], days=1)
            held = tokens.recorded(settings, made, "liangxin push")
        with pushing.client_for(url, held, spoken) as client:
            batch = pushing.push(client, wish, Console())
    except pushing.PushFailed as failure:
        raise Unready(str(failure)) from failure
    if batch["state"] != "done":
        raise typer.Exit(1)


@app.command()
def demo(
    organizations: Annotated[int, typer.Option(help="How many the made-up county has.", min=50)] = 2_000,
    data: Annotated[Path | None, typer.Option(help="A real register file instead.")] = None,
    serve: Annotated[bool, typer.Option("--serve", help="Go on serving afterwards.")] = False,
) -> None:
    """The main job: a register goes in over HTTP, its coverage comes out."""
    from app.cli import tokens
    from app.cli.opening import opened
    from app.core.streams import FileRefused
    from app.demo.partner import Refused
    from app.demo.run import Demo, run
    from app.demo.served import ServerEnded

    settings = begin()

    try:
        with opened(settings) as ready:

            def sign(role: str, regions: list[str]) -> str:
                made = tokens.signed(settings, role, name=f"demo-{role}", regions=regions, datasets=[], days=1)
                return tokens.recorded_beside(ready, made, "liangxin demo")

            run(Demo(organizations, data, serve), ready, sign)
    except (ServerEnded, Refused) as failure:
        raise Unready(str(failure)) from failure
    except FileRefused as refused:
        raise Unready(f"{data} cannot be read as a register: {refused.code} {refused.facts or ''}") from refused
    except OSError as error:
        raise Unready(f"{error.filename or data}: {error.strerror or error}") from error


@app.command()
def migrate() -> None:
    """Bring the tables up to date, as the migrator role (LIANGXIN_MIGRATOR_URL) or in the embedded database."""
    import asyncio

    from app.cli.opening import opened
    from app.core import migrations

    settings = begin()
    if settings.migrator_url is not None:
        asyncio.run(migrations.upgrade(settings.migrator_url))
    elif settings.database_url is not None:
        raise Unready("Set LIANGXIN_MIGRATOR_URL: the app role of DATABASE_URL may not change tables.")
    else:
        with opened(settings, filled=False):
            pass
    errors.print(f"The tables stand at migration {migrations.newest()}.", markup=False)


@database.command("roles")
def database_roles(name: Annotated[str, typer.Option(help="The database's name.")] = "liangxin") -> None:
    """Print the statements that make roles and database; a database administrator gives them to psql."""
    from app.core import roles

    print("\n".join(roles.statements(name)))  # noqa: T201


@database.command("remove")
def database_remove(
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Delete the embedded database of the state folder, wherever its files lie. There is no way back."""
    from app.core import embedded

    settings = begin()
    if not yes:
        typer.confirm(f"Delete all data of {settings.state.resolve()}?", abort=True)
    embedded.remove(settings.state)
    settings.audit_witness_file.unlink(missing_ok=True)  # else a new database would look like one cut short
    errors.print("Removed.", markup=False)


@app.command()
def openapi() -> None:
    """Print the API's description as JSON."""
    from app.cli.description import text

    sys.stdout.write(text())
