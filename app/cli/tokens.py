"""Signing tokens from the command line."""

from datetime import timedelta

from app.cli.telling import Unready
from app.core.acts import EVERYWHERE
from app.core.clock import system_clock
from app.core.config import Settings
from app.services.access.permissions import ROLES
from app.services.access.tokens import Tokens, load_key
from app.services.regions.facts import reference, span


def signed(
    settings: Settings, role: str, *, name: str | None, regions: list[str], datasets: list[str], days: float
) -> str:
    """A token for a role in regions (none: everywhere). Raises Unready for an unknown role or region code."""
    if role not in ROLES:
        raise Unready(f"There is no role {role!r}; there are {', '.join(ROLES)}.")
    try:
        ranges = tuple(sorted(span(*reference(code)) for code in regions)) or EVERYWHERE.ranges
    except ValueError as error:
        raise Unready(f"A region is a code of 12 digits, for example 330110000000: {error}") from error
    tokens = Tokens(load_key(settings.token_key, settings.state), settings.issuer, settings.audience)
    return tokens.sign(
        name or role,
        role=role,
        ranges=ranges,
        datasets=tuple(datasets) or ("*",),
        now=system_clock(),
        lifetime=timedelta(days=days),
    )
