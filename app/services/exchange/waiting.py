"""Waiting for a batch without holding a transaction: short looks, further and further apart."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.services.exchange import reads
from app.services.exchange.facts import FINISHED

FIRST_LOOK = 0.05
LONGEST_PAUSE = 1.0

Open = Callable[[], AbstractAsyncContextManager[Act]]


async def until_finished(open_act: Open, batch_id: UUID, seconds: float, ending: asyncio.Event) -> dict[str, Any]:
    """The batch when it has ended, or as it stands after about `seconds` or when the process is `ending`."""
    moves = [row async for row in changes(open_act, batch_id, ending, seconds=seconds)]
    return moves[-1]


async def changes(
    open_act: Open, batch_id: UUID, ending: asyncio.Event, seen: str | None = None, seconds: float | None = None
) -> AsyncIterator[dict[str, Any]]:
    """The batch now and whenever it has moved on, until it has ended or `seconds` have passed.

    It stops early when the process is `ending`. A reader who has `seen` this mark skips it. No look is broken off, so
    that no connection is left in mid-statement.
    """
    loop = asyncio.get_running_loop()
    until = None if seconds is None else loop.time() + seconds
    pause = FIRST_LOOK
    while True:
        async with open_act() as act:
            row = await reads.found(act, batch_id)
        if mark(row) != seen:
            seen, pause = mark(row), FIRST_LOOK
            yield row
        if row["state"] in FINISHED or (until is not None and loop.time() >= until):
            return
        if await _set_within(ending, pause if until is None else min(pause, max(until - loop.time(), 0))):
            return
        pause = min(pause * 1.5, LONGEST_PAUSE)


async def _set_within(event: asyncio.Event, seconds: float) -> bool:
    try:
        async with asyncio.timeout(seconds):
            return await event.wait()
    except TimeoutError:
        return False


def mark(row: dict[str, Any]) -> str:
    """Names how far a batch was, for readers that come back."""
    done = sum(row[name] for name in ("created", "updated", "unchanged", "superseded", "rejected", "needs_review"))
    return f"{row['state']}-{done}" + ("-cancelling" if row["cancel_requested"] else "")
