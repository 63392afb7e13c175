"""Eight writers at one action item for a while: `python -m tests.storms.items` goes on for longer."""

from app.core.config import Settings
from tests.kit.databases import Clones
from tests.storms.items import WRITERS, raced


async def test_no_change_is_lost_and_each_is_a_step_of_the_table(
    settings: Settings, server: Clones, database_name: str
) -> None:
    wide = settings.model_copy(update={"pool_size": WRITERS})
    race = await raced(wide, server.cluster.superuser_url(database_name), 50, 7)
    assert {"report", "send-back", "carry-over", "supporters"} <= race.changes.keys()
    assert race.refused["412"] > 0
