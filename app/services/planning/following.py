"""Plans, their places and tasks follow when the region they stand in is merged into others or divided among them."""

from app.core.acts import Act
from app.core.database import driver
from app.services.regions.placing import Placer
from app.services.regions.succession import LEAVING, Gone, bounds

# Organisations have followed before: what was planned for one stands where it stands now.
LINKS = """
UPDATE plan_place_organizations AS link SET region_code = organizations.region_code
  FROM organizations
 WHERE organizations.id = link.organization_id AND link.region_code <> organizations.region_code
   AND link.region_code >= $1 AND link.region_code < $2
"""
# A place goes where all of its organisations went, if that is one region.
PLACES = f"""
WITH leaving AS (SELECT id FROM plan_places WHERE {LEAVING}),
held AS (
    SELECT link.place_id, min(organizations.region_code) AS code, min(organizations.region_level) AS level
      FROM plan_place_organizations AS link JOIN organizations ON organizations.id = link.organization_id
     WHERE link.place_id IN (SELECT id FROM leaving)
     GROUP BY link.place_id
    HAVING count(DISTINCT (organizations.region_code, organizations.region_level)) = 1
)
UPDATE plan_places AS place SET region_code = coalesce(held.code, $5), region_level = coalesce(held.level, $6),
       version = place.version + 1, recorded_at = $7
  FROM leaving LEFT JOIN held ON held.place_id = leaving.id
 WHERE place.id = leaving.id
"""  # noqa: S608  (a constant)
# A task stands where its place, its organisation or its branch stands.
TASKS = f"""
WITH leaving AS (SELECT id, place_id, organization_id, branch_id FROM formation_tasks WHERE {LEAVING})
UPDATE formation_tasks AS task
   SET region_code = coalesce(place.region_code, organization.region_code, branch.region_code, $5),
       region_level = coalesce(place.region_level, organization.region_level, branch.region_level, $6),
       version = task.version + 1, recorded_at = $7
  FROM leaving LEFT JOIN plan_places AS place ON place.id = leaving.place_id
  LEFT JOIN organizations AS organization ON organization.id = leaving.organization_id
  LEFT JOIN branches AS branch ON branch.id = leaving.branch_id
 WHERE task.id = leaving.id
"""  # noqa: S608  (a constant)
ENTRIES = """
UPDATE formation_task_entries AS entry
   SET region_code = task.region_code, version = entry.version + 1, recorded_at = $3
  FROM formation_tasks AS task
 WHERE task.id = entry.task_id AND entry.region_code <> task.region_code
   AND entry.region_code >= $1 AND entry.region_code < $2
"""
PLANS = f"""
UPDATE plans SET region_code = $5, region_level = $6, version = version + 1, recorded_at = $7 WHERE {LEAVING}
"""  # noqa: S608  (a constant)


async def follow(act: Act, gone: Gone, _: Placer) -> int:
    """What was planned stands where its organisations stand now, else where all of the ground is; how many rows."""
    connection = await driver(act.session)
    low, high = gone.span
    told = (*bounds(gone), *gone.rest, act.now)
    await connection.execute(LINKS, low, high)
    done = [await connection.execute(statement, *told) for statement in (PLACES, TASKS, PLANS)]
    await connection.execute(ENTRIES, low, high, act.now)
    return sum(int(each.rpartition(" ")[2]) for each in done)
