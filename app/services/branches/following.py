"""Branches follow when the region they stand in is merged into others or divided among them."""

from app.core.acts import Act
from app.core.database import driver
from app.services.regions.facts import span
from app.services.regions.placing import Placer
from app.services.regions.succession import LEAVING, Gone, bounds

# A branch goes where all that it covers has gone, if that is one heir; its links have followed their organisations.
FOLLOW = f"""
WITH leaving AS (SELECT id FROM branches WHERE {LEAVING}),
covering AS (
    SELECT link.branch_id, min(heir.code) AS code, min(heir.level) AS level
      FROM branch_organizations AS link
      LEFT JOIN unnest($8::bigint[], $9::smallint[], $10::bigint[]) AS heir (code, level, until)
        ON link.region_code >= heir.code AND link.region_code < heir.until
     WHERE link.branch_id IN (SELECT id FROM leaving) AND link.valid_to IS NULL
     GROUP BY link.branch_id
    HAVING count(DISTINCT heir.code) = 1 AND count(heir.code) = count(*)
)
UPDATE branches SET region_code = coalesce(covering.code, $5), region_level = coalesce(covering.level, $6),
       version = version + 1, recorded_at = $7
  FROM leaving LEFT JOIN covering ON covering.branch_id = leaving.id
 WHERE branches.id = leaving.id
"""  # noqa: S608  (a constant)


async def follow(act: Act, gone: Gone, _: Placer) -> int:
    """Branches go where all they cover went, else to the region that has all of the ground now; how many."""
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
