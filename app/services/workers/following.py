"""Party workers follow when the region that keeps them, or their home region, is merged into others or divided.

Those named for posts have gone along with their branches by then; roles without a place go along with the worker.
"""

from app.core.acts import Act
from app.core.database import driver
from app.services.regions.placing import Placer
from app.services.regions.succession import LEAVING, Gone, bounds

FOLLOW = f"""
UPDATE workers SET region_code = $5, region_level = $6, version = version + 1, recorded_at = $7 WHERE {LEAVING}
"""  # noqa: S608  (a constant)
HOMES = f"""
UPDATE workers AS told SET home_region_code = $5, home_region_level = $6, version = told.version + 1, recorded_at = $7
  FROM (SELECT id, home_region_code AS region_code, home_region_level AS region_level FROM workers
         WHERE home_region_code IS NOT NULL) AS home
 WHERE told.id = home.id AND {LEAVING.replace("region_code", "home.region_code").replace("region_level", "home.region_level")}
"""  # noqa: S608, E501  (a constant)


async def follow(act: Act, gone: Gone, _: Placer) -> int:
    """Workers of a region that is no more are kept by the one that has all of its ground now; how many rows."""
    connection = await driver(act.session)
    told = (*bounds(gone), *gone.rest, act.now)
    done = [await connection.execute(statement, *told) for statement in (FOLLOW, HOMES)]
    return sum(int(each.rpartition(" ")[2]) for each in done)
