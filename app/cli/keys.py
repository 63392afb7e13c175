"""`liangxin keys`: the keys that sign tokens of /oauth/token."""

from datetime import timedelta
from typing import Annotated, Any

import typer

from app.cli.telling import Plain, errors
from app.core.acts import SYSTEM, Act
from app.core.config import Settings

app = typer.Typer(cls=Plain, no_args_is_help=True, help="Keys that sign tokens of /oauth/token.")


@app.command("list")
def list_keys() -> None:
    """Show the keys: since when each signs, and until when its tokens are accepted."""
    from app.cli.acting import doing, show
    from app.services.access import reads

    async def read(act: Act) -> list[dict[str, Any]]:
        return [
            {"kid": row.times.kid, "signs_from": row.times.active_from, "accepted_until": row.times.verify_until}
            for row in await reads.keys(act)
        ]

    show("Signing keys", ("kid", "signs_from", "accepted_until"), doing(Settings.load(), SYSTEM, read))


@app.command()
def rotate(
    at_once: Annotated[
        bool, typer.Option("--at-once", help="Let it sign now, before everybody has read it: after a leak.")
    ] = False,
) -> None:
    """Make the next signing key. It is published at once and signs after LIANGXIN_KEY_LEAD seconds."""
    from app.cli.acting import doing
    from app.services.access import keys

    settings = Settings.load()
    terms = keys.Terms(timedelta(seconds=settings.key_lead), timedelta(seconds=settings.token_lifetime))

    async def make(act: Act) -> str:
        return await keys.rotate(act, act.vault, terms, at_once=at_once)

    kid = doing(settings, SYSTEM, make)
    errors.print(f"Key {kid} signs {'now' if at_once else f'in {settings.key_lead:.0f} seconds'}.", markup=False)


@app.command()
def withdraw(
    kid: Annotated[str, typer.Argument(help="The key's id, as `liangxin keys list` shows it.")],
    reason: Annotated[str, typer.Option(help="The reason; it stands in the audit.")],
) -> None:
    """Accept no token of this key any more: it may be known to others."""
    from app.cli.acting import doing
    from app.cli.telling import Unready
    from app.services.access import keys

    async def drop(act: Act) -> bool:
        return await keys.withdraw(act, kid, reason)

    if not doing(Settings.load(), SYSTEM, drop):
        raise Unready(f"There is no signing key {kid!r}; `liangxin keys list` shows them.")
    errors.print("Withdrawn; every process refuses its tokens within half a minute.", markup=False)
