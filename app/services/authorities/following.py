"""Authorities follow when the region they stand in is merged into others or divided among them."""

from app.core.acts import Act
from app.core.database import driver
from app.services.regions.placing import Placer
from app.services.regions.succession import LEAVING, Gone, bounds

FOLLOW = f"""
UPDATE authorities SET region_code = $5, region_level = $6, version = version + 1, recorded_at = $7 WHERE {LEAVING}
"""  # noqa: S608  (a constant)


async def follow(act: Act, gone: Gone, _: Placer) -> int:
    """Authorities of a region that is no more stand in the one that has all of its ground now; how many."""
    done = await (await driver(act.session)).execute(FOLLOW, *bounds(gone), *gone.rest, act.now)
    return int(done.rpartition(" ")[2])
