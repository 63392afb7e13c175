"""Eight writers at one action item for a while: `python -m tests.storms.items` goes on for longer."""

import asyncio
from typing import Any

import asyncpg

from app.core.config import Settings
from tests.conftest import Hands, running
from tests.kit import items, meetings
from tests.kit.databases import Clones
from tests.storms.items import WRITERS, raced


async def test_no_change_is_lost_and_each_is_a_step_of_the_table(
    settings: Settings, server: Clones, database_name: str
) -> None:
    wide = settings.model_copy(update={"pool_size": WRITERS})
    race = await raced(wide, server.cluster.superuser_url(database_name), 50, 7)
    assert {"report", "send-back", "carry-over", "supporters"} <= race.changes.keys()
    assert race.refused["412"] > 0


async def test_numbers_have_no_gap_and_stand_once(
    settings: Settings, server: Clones, database_name: str, direct: "asyncpg.Connection[Any]", clock: Hands
) -> None:
    """Entered at once for two committees."""
    wide = settings.model_copy(update={"pool_size": WRITERS})
    async with running(wide, clock) as api:
        office = await api.client()
        places = {"033001006000000": "330106000000", "033001008000000": "330108000000"}
        committees = [await meetings.committee(office, code, region) for code, region in places.items()]
        answerable = {each: await meetings.department(direct, each, "某局") for each in committees}
        told = await asyncio.gather(
            *(items.decided(office, each, answerable[each]) for each in committees for _ in range(WRITERS))
        )
    for committee in committees:
        numbers = sorted(row["number"] for row in told if row["committee_id"] == committee)
        assert numbers == list(range(1, WRITERS + 1))
