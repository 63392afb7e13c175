"""Signing tokens from the command line. Every one leaves an audit row, unless somebody says that it cannot."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from app.cli.acting import operator
from app.cli.opening import opened
from app.cli.telling import Unready, in_plain_words
from app.core.acts import EVERYWHERE, SYSTEM, Acts
from app.core.clock import system_clock
from app.core.config import Settings
from app.core.database import Database
from app.core.history import note
from app.services.access.permissions import ROLES
from app.services.access.tokens import Tokens, load_key
from app.services.regions.facts import reference, span

REFUSED = (
    "No token was signed: each leaves an audit row, and the database could not take it. In need,"
    " `liangxin token --unrecorded` signs one without."
)
UNRECORDED = "No audit row says that this token was signed: write down who has it, and why."


@dataclass(frozen=True, slots=True)
class Signed:
    """A token, and what the audit is told of it: never the token itself."""

    text: str
    id: UUID
    told: dict[str, Any]


def signed(
    settings: Settings, role: str, *, name: str | None, regions: list[str], datasets: list[str], days: float
) -> Signed:
    """A token for a role in regions (none: everywhere). Raises Unready for an unknown role or region code.

    It is nobody's before `recorded` has its row.
    """
    if role not in ROLES:
        raise Unready(f"There is no role {role!r}; there are {', '.join(ROLES)}.")
    try:
        ranges = tuple(sorted(span(*reference(code)) for code in regions)) or EVERYWHERE.ranges
    except ValueError as error:
        raise Unready(f"A region is a code of 12 digits, for example 330110000000: {error}") from error
    if name == SYSTEM.id:
        raise Unready("That is the service's own name, and nobody else's.")
    now, lifetime, key = system_clock(), timedelta(days=days), uuid4()
    text = Tokens(load_key(settings.token_key, settings.state), settings.issuer, settings.audience).sign(
        name or role,
        role=role,
        ranges=ranges,
        datasets=tuple(datasets) or ("*",),
        now=now,
        lifetime=lifetime,
        token_id=key,
    )
    return Signed(text, key, _told(name or role, role, ranges, datasets, now + lifetime))


def recorded(settings: Settings, token: Signed, reason: str | None) -> str:
    """The token's text, once its audit row is committed. Raises Unready where the database cannot take the row.

    Settings without a database, or with one that nobody has looked at, have it brought up first.
    """
    try:
        with opened(settings, filled=False) as ready:
            asyncio.run(_note(ready, token, reason))
    except Exception as error:
        words = in_plain_words(error)
        if words is None:
            raise
        raise Unready(f"{words}\n{REFUSED}") from error
    return token.text


def recorded_beside(settings: Settings, token: Signed, reason: str) -> str:
    """The same for a database that is open already, also from inside a running loop."""
    with ThreadPoolExecutor(max_workers=1) as pool:  # a loop of its own: the caller's may be at work
        pool.submit(asyncio.run, _note(settings, token, reason)).result()
    return token.text


def _told(
    holder: str, role: str, ranges: tuple[tuple[int, int], ...], datasets: list[str], until: datetime
) -> dict[str, Any]:
    return {
        "holder": holder,
        "role": role,
        "regions": [{"first": f"{low:012d}", "last": f"{high - 1:012d}"} for low, high in ranges],
        "datasets": datasets or ["*"],
        "until": until.isoformat(timespec="seconds"),
    }


async def _note(settings: Settings, token: Signed, reason: str | None) -> None:
    if settings.database_url is None:
        raise ValueError("no database: it is opened before")
    database = Database(settings.database_url, pool_size=1)
    try:
        async with Acts(database, system_clock).open(operator()) as act:
            await note(act, "sign", "tokens", why=reason, id=str(token.id), **token.told)
    finally:
        await database.close()
