"""Stations follow when the region they stand in is merged into others or divided among them."""

from app.core.acts import Act
from app.core.database import driver
from app.services.regions.placing import Placer
from app.services.regions.succession import LEAVING, Gone, bounds

# Two stations of one name that come together in one region are told apart by where they were. Who belongs to them, and
# who is sent where, follows by the database.
FOLLOW = f"""
WITH leaving AS (
    SELECT id, name, closed_on, row_number() OVER (PARTITION BY name, closed_on IS NULL ORDER BY id) AS turn
      FROM stations WHERE {LEAVING}
)
UPDATE stations SET region_code = $5, region_level = $6, version = version + 1, recorded_at = $7,
       name = CASE WHEN leaving.closed_on IS NULL AND (leaving.turn > 1 OR EXISTS (
                            SELECT FROM stations AS there WHERE there.region_code = $5 AND there.closed_on IS NULL
                               AND there.name = leaving.name AND there.id NOT IN (SELECT id FROM leaving)))
                   THEN leaving.name || '（' || $8 || CASE WHEN leaving.turn > 1 THEN leaving.turn::text ELSE '' END
                        || '）'
                   ELSE leaving.name END
  FROM leaving WHERE stations.id = leaving.id
"""  # noqa: S608  (a constant)


async def follow(act: Act, gone: Gone, _: Placer) -> int:
    """Stations of a region that is no more stand in the one that has all of its ground now; how many."""
    done = await (await driver(act.session)).execute(FOLLOW, *bounds(gone), *gone.rest, act.now, gone.name)
    return int(done.rpartition(" ")[2])
