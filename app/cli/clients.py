"""`liangxin clients`: machines that sign in by themselves."""

from datetime import timedelta
from typing import Annotated, Any

import typer

from app.cli.telling import Plain, errors
from app.core.acts import Act
from app.core.config import Settings

app = typer.Typer(cls=Plain, no_args_is_help=True, help="Machines that sign in by themselves.")

ClientId = Annotated[str, typer.Argument(help="The client's id: client-…")]


@app.command("list")
def list_clients() -> None:
    """Show the clients."""
    from app.cli.acting import doing, operator, show
    from app.core.pagination import Ask
    from app.services.access.ledger import reads

    async def read(act: Act) -> list[dict[str, Any]]:
        return (await reads.clients(act, Ask(limit=10_000))).rows

    rows = doing(Settings.load(), operator(), read)
    show("Clients", ("client_id", "name", "created_at", "disabled_at"), rows)


@app.command()
def create(name: Annotated[str, typer.Argument(help="Whose machine it is.")]) -> None:
    """Enter a client; its id and its secret go to standard output, this once."""
    from app.cli.acting import doing, operator
    from app.services.access import clients

    async def make(act: Act) -> dict[str, Any]:
        return await clients.create(act, name)

    _tell(doing(Settings.load(), operator(), make))


@app.command()
def rotate(
    client_id: ClientId,
    hours: Annotated[float | None, typer.Option(help="End the old secret in so many hours; none: by hand.")] = 168,
) -> None:
    """Add the second secret of a change-over; it goes to standard output, this once."""
    from app.cli.acting import doing, operator
    from app.services.access import clients
    from app.services.access.ledger import reads

    async def make(act: Act) -> dict[str, Any]:
        row, version = await reads.client_named(act, client_id)
        ends = None if hours is None else act.now + timedelta(hours=hours)
        return await clients.add_secret(act, row, version, ends)

    _tell(doing(Settings.load(), operator(), make))


@app.command()
def disable(
    client_id: ClientId, reason: Annotated[str, typer.Option(help="The reason; it stands in the audit.")]
) -> None:
    """Let a client in no more."""
    from app.cli.acting import doing, operator
    from app.services.access import clients
    from app.services.access.ledger import reads

    async def stop(act: Act) -> None:
        row, version = await reads.client_named(act, client_id)
        await clients.disable(act, row, version, reason)

    doing(Settings.load(), operator(), stop)
    errors.print("Disabled; every process refuses it within seconds.", markup=False)


def _tell(made: dict[str, Any]) -> None:
    print(f"client_id={made['client_id']}\nclient_secret={made['secret']}")  # noqa: T201  (for a pipe)
