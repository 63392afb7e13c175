"""Applications follow when the region they are made for is merged into others or divided among them."""

from app.core.acts import Act
from app.core.database import driver
from app.services.regions.facts import span
from app.services.regions.placing import Placer
from app.services.regions.succession import LEAVING, Gone, bounds

# After organisations and branches: an application goes where its branch has gone, or where all that it is to cover has.
FOLLOW = f"""
WITH leaving AS (SELECT id, branch_id, organization_ids FROM branch_applications WHERE {LEAVING}),
gone AS (
    SELECT leaving.id, min(heir.code) AS code, min(heir.level) AS level
      FROM leaving
      JOIN organizations ON organizations.id = ANY (leaving.organization_ids)
      LEFT JOIN unnest($8::bigint[], $9::smallint[], $10::bigint[]) AS heir (code, level, until)
        ON organizations.region_code >= heir.code AND organizations.region_code < heir.until
     GROUP BY leaving.id
    HAVING count(DISTINCT heir.code) = 1 AND count(heir.code) = count(*)
)
UPDATE branch_applications AS told
   SET region_code = coalesce(branches.region_code, gone.code, $5),
       region_level = coalesce(branches.region_level, gone.level, $6),
       version = told.version + 1, recorded_at = $7
  FROM leaving
  LEFT JOIN gone ON gone.id = leaving.id
  LEFT JOIN branches ON branches.id = leaving.branch_id
 WHERE told.id = leaving.id
"""  # noqa: S608  (a constant)


async def follow(act: Act, gone: Gone, _: Placer) -> int:
    """Applications go where their branches or organisations went, else to what has all of the ground now; how many."""
    done = await (await driver(act.session)).execute(
        FOLLOW,
        *bounds(gone),
        *gone.rest,
        act.now,
        [heir.code for heir in gone.heirs],
        [heir.level for heir in gone.heirs],
        [span(heir.code, heir.level)[1] for heir in gone.heirs],
    )
    return int(done.rpartition(" ")[2])
