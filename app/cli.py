"""The command `liangxin`: assembles; decides nothing. Errors are sentences, not tracebacks."""

import asyncio
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from app.core import roles
from app.core.clock import system_clock
from app.core.config import Settings
from app.core.embedded import EmbeddedFailure, stop_on_signals

app = typer.Typer(name="liangxin", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
database = typer.Typer(no_args_is_help=True, help="For the administrator of a real server.")
regions = typer.Typer(no_args_is_help=True, help="The country's regions.")
app.add_typer(database, name="database")
app.add_typer(regions, name="regions")

errors = Console(stderr=True)
out = Console()

GRACE = 10  # seconds that open streams are given when the server ends


@contextmanager
def told() -> Iterator[None]:
    """Turn the failures a person can mend into one sentence and exit status 1."""
    from app.demo.partner import Refused
    from app.demo.served import ServerEnded
    from app.opening import NotReady
    from app.push import PushFailed

    try:
        yield
    except (EmbeddedFailure, NotReady, PushFailed, ServerEnded, Refused) as failure:
        errors.print(f"liangxin: {failure}", highlight=False, markup=False)
        raise typer.Exit(1) from failure


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 8000,
) -> None:
    """Serve the API, on DATABASE_URL or on a PostgreSQL that starts by itself."""
    import uvicorn

    from app.core import logging
    from app.main import create_app
    from app.opening import NotReady, opened

    stop_on_signals()
    settings = Settings.load()
    logging.configure(settings.log_level)
    with told(), opened(settings, errors) as ready:
        application = create_app(ready)
        errors.print(f"Docs: http://{host}:{port}/docs   Token: liangxin token --role officer", highlight=False)
        server = uvicorn.Server(
            uvicorn.Config(
                application, host=host, port=port, log_config=None, access_log=False, timeout_graceful_shutdown=GRACE
            )
        )
        try:
            server.run()
        except SystemExit as ended:  # uvicorn's way to say that it could not start
            raise NotReady(f"Cannot listen on {host}:{port}. Is another service using the port?") from ended


@app.command()
def worker() -> None:
    """Work on pushed batches and periodic jobs until stopped. Needs DATABASE_URL."""
    from app.core import logging
    from app.opening import opened
    from app.worker import run

    stop_on_signals()
    settings = Settings.load()
    logging.configure(settings.log_level)
    with told(), opened(settings, errors) as ready:
        asyncio.run(run(ready, system_clock))


@app.command()
def migrate() -> None:
    """Bring the database of LIANGXIN_MIGRATOR_URL to the newest migration, then load the shipped regions."""
    from app.core import migrations
    from app.opening import NotReady, load_regions

    settings = Settings.load()
    with told():
        if settings.migrator_url is None:
            raise NotReady("LIANGXIN_MIGRATOR_URL names no database. The embedded one migrates by itself in `serve`.")
        try:
            asyncio.run(migrations.upgrade(settings.migrator_url))
        except OSError as error:
            raise NotReady(f"The database does not answer ({error}).") from error
        errors.print(f"The database stands at {migrations.newest()}.", highlight=False)
        if settings.database_url is not None:
            loaded = asyncio.run(load_regions(settings.database_url, errors))
            errors.print(f"Regions: {loaded.written} loaded, {loaded.unchanged} unchanged.", highlight=False)


@app.command()
def token(
    role: Annotated[str, typer.Option(help="officer, partner or reader.")] = "officer",
    subject: Annotated[str, typer.Option(help="Who the token is for.")] = "",
    region: Annotated[list[str] | None, typer.Option(help="12-digit code; may be repeated. Default: all.")] = None,
    dataset: Annotated[list[str] | None, typer.Option(help="Dataset it may push; may be repeated.")] = None,
    days: Annotated[float, typer.Option(min=0.01, max=366, help="How long it holds.")] = 1,
) -> None:
    """Print a signed token for the API."""
    from app.core.acts import EVERYWHERE
    from app.services.access.permissions import ROLES
    from app.services.access.tokens import Tokens, load_key
    from app.services.regions.facts import reference, span

    if role not in ROLES:
        raise typer.BadParameter(f"roles are {', '.join(ROLES)}", param_hint="--role")
    try:
        ranges = tuple(sorted(span(*reference(code, None)) for code in region or ())) or EVERYWHERE.ranges
    except ValueError as error:
        raise typer.BadParameter("a region is 12 digits, such as 330100000000", param_hint="--region") from error
    settings = Settings.load()
    tokens = Tokens(load_key(settings.token_key, settings.state), settings.issuer, settings.audience)
    signed = tokens.sign(
        subject or role,
        role=role,
        ranges=ranges,
        datasets=tuple(dataset or ("*",)),
        now=datetime.now(UTC),
        lifetime=timedelta(days=days),
    )
    sys.stdout.write(signed + "\n")


@app.command()
def push(
    path: Annotated[Path, typer.Argument(metavar="FILE", help=".csv, .ndjson or .json, also with .gz behind.")],
    dataset: Annotated[str, typer.Option(help="Where it belongs: GET /v1/datasets lists them.")],
    url: Annotated[str, typer.Option(envvar="LIANGXIN_URL", help="The service.")] = "http://127.0.0.1:8000",
    bearer: Annotated[str, typer.Option("--token", envvar="LIANGXIN_TOKEN", help="Holds the dataset.")] = "",
    mode: Annotated[str, typer.Option(help="commit or validate.")] = "commit",
    atomic: Annotated[str, typer.Option(help="record or batch.")] = "record",
    strategy: Annotated[str, typer.Option(help="upsert, create, update or fill_empty.")] = "upsert",
    source_time: Annotated[str, typer.Option(help="When the data was true, with offset; default: now.")] = "",
) -> None:
    """Push a file of records, follow it to its end, and save what was rejected with the reasons."""
    from app.push import PushFailed, Wish, client_for
    from app.push import push as pushed

    query = {"mode": mode, "atomic": atomic, "strategy": strategy}
    if source_time:
        query["source_time"] = source_time
    with told():
        if not bearer:
            raise PushFailed("no token: --token, or LIANGXIN_TOKEN; `liangxin token --role partner` signs one")
        with client_for(url, bearer) as client:
            pushed(client, Wish(path, dataset, query), out)


@app.command()
def demo(
    organizations: Annotated[int, typer.Option(min=50, help="Organisations of the made-up county.")] = 2000,
    data: Annotated[Path | None, typer.Option(exists=True, dir_okay=False, help="A real register file.")] = None,
    serve_on: Annotated[bool, typer.Option("--serve", help="Go on serving when the demo is over.")] = False,
) -> None:
    """Push a made-up county (or a real register file) over HTTP and show how well it is covered."""
    from app.demo.run import Demo, run

    with told():
        run(Demo(organizations, data, serve_on), Settings.load())


@app.command()
def openapi() -> None:
    """Print the OpenAPI document."""
    from app.main import create_app

    described = create_app(Settings.load(database_url="postgresql+asyncpg://none@/none")).openapi()
    sys.stdout.write(json.dumps(described, ensure_ascii=False, indent=1, sort_keys=True) + "\n")


@database.command("roles")
def database_roles(name: Annotated[str, typer.Option(help="The database's name.")] = "liangxin") -> None:
    """Print the statements that create roles and database, for psql as a superuser."""
    sys.stdout.write("\n".join(roles.statements(name)) + "\n")


@regions.command("load")
def regions_load() -> None:
    """Load the shipped regions into the database where they are missing or have changed."""
    from app.opening import load_regions, opened

    with told(), opened(Settings.load(), errors) as ready:
        loaded = asyncio.run(load_regions(str(ready.database_url), errors))
        out.print(f"{loaded.written} loaded, {loaded.unchanged} unchanged", highlight=False)


if __name__ == "__main__":
    app()
