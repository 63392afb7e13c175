"""Errors as a person at a terminal needs them: what happened and what to do, without a traceback."""

import sys
from typing import Any

import typer
from rich.console import Console
from typer.core import TyperGroup

from app.core.contention import away, sqlstate
from app.core.crypto.ring import UnfitRing
from app.core.embedded import EmbeddedFailure
from app.core.roles import UnfitServer
from app.services.audit.signing import UnfitKey

errors = Console(stderr=True, highlight=False, soft_wrap=True)

ADVICE = {
    "28P01": "The database refuses the password. Look at DATABASE_URL or LIANGXIN_MIGRATOR_URL.",
    "28000": "The database refuses this user. Look at DATABASE_URL, and at the server's pg_hba.conf.",
    "3D000": "The database does not exist. `liangxin database roles` prints the statements that make it.",
    "42501": "The role lacks a right. `liangxin database roles` prints the statements that give it.",
    "53300": "The server takes no more connections. Raise its max_connections or lower LIANGXIN_POOL_SIZE.",
    "42P01": "A table is missing: run `liangxin migrate` first.",
}


class Unready(Exception):
    """Something must be done first; the text says what."""


class Plain(TyperGroup):
    """A command group that tells the failures it knows in plain words and ends with status 1."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except Exception as error:
            words = in_plain_words(error)
            if words is None:
                raise
            _tell(words)
        raise typer.Exit(1)


def in_plain_words(error: Exception) -> str | None:
    """What happened and what to do; None for what nobody expected."""
    if isinstance(error, EmbeddedFailure | UnfitKey | UnfitRing | UnfitServer | Unready):
        return str(error)
    advice = ADVICE.get(sqlstate(error) or "")
    if advice is None and away(error):
        return f"The database cannot be reached ({type(error).__name__}). Look at DATABASE_URL."
    return advice


def _tell(text: str) -> None:
    sys.stdout.flush()
    errors.print(text, markup=False, style="red")
