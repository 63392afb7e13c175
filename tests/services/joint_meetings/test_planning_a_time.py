"""A time of a series that is about to be planned stays until it is: who changes the series waits, and the reverse."""

from collections.abc import Awaitable, Callable
from datetime import date
from uuid import UUID

import httpx
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.core.acts import Act, Acts
from app.services.joint_meetings.schedules import service
from tests.conftest import actor
from tests.kit import meetings
from tests.kit.schedules import laid

DAY = date(2026, 6, 9)


async def waits(acts: Acts, work: Callable[[Act], Awaitable[object]]) -> bool:
    """Whether somebody else has to wait with this."""
    try:
        async with acts.open(actor("another")) as act:
            await act.session.execute(text("SET LOCAL lock_timeout = '100ms'"))
            await work(act)
    except DBAPIError as error:
        if "lock timeout" not in str(error):
            raise
        return True
    return False


async def test_planning_and_changing_wait_for_each_other(client: httpx.AsyncClient, acts: Acts) -> None:
    row = await laid(client, await meetings.committee(client))
    key = UUID(row["id"])

    async def plan(act: Act) -> object:
        return await service.due(act, key, DAY)

    async def change(act: Act) -> object:
        return await service.claimed(act, key, 1)

    async with acts.open(actor("plans")) as act:
        told = await service.due(act, key, DAY)
        assert (told.starts_at.isoformat(), told.minutes) == ("2026-06-09T14:30:00+08:00", 90)
        assert not await waits(acts, plan)
        assert await waits(acts, change)
    async with acts.open(actor("changes")) as act:
        await service.claimed(act, key, 1)
        assert await waits(acts, plan)
    assert not await waits(acts, change)
