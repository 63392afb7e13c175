"""Courses and sessions follow when the region they stand in is merged into others or divided among them.

What hangs on workers stands with them, and follows them by the database.
"""

from app.core.acts import Act
from app.core.database import driver
from app.services.regions.placing import Placer
from app.services.regions.succession import LEAVING, Gone, bounds

FOLLOW = f"""
UPDATE {{table}} SET region_code = $5, region_level = $6, version = version + 1, recorded_at = $7 WHERE {LEAVING}
"""  # noqa: S608  (a constant, and names from here)


async def follow(act: Act, gone: Gone, _: Placer) -> int:
    """Courses and sessions of a region that is no more stand in the one that has all of its ground now; how many."""
    connection = await driver(act.session)
    told = (*bounds(gone), *gone.rest, act.now)
    done = [await connection.execute(FOLLOW.format(table=table), *told) for table in ("courses", "training_sessions")]
    return sum(int(each.rpartition(" ")[2]) for each in done)
