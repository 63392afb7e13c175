"""Proposals and their pairs follow when the region they stand in is merged into others or divided among them."""

from app.core.acts import Act
from app.core.database import driver
from app.services.regions.placing import Placer
from app.services.regions.succession import LEAVING, Gone, bounds

# Organisations and branches have followed before: a pair stands where its own stands now.
PAIRS = f"""
WITH leaving AS (SELECT id, organization_id, branch_id FROM assignment_proposal_pairs WHERE {LEAVING})
UPDATE assignment_proposal_pairs AS pair
   SET region_code = coalesce(organization.region_code, branch.region_code, $5),
       region_level = coalesce(organization.region_level, branch.region_level, $6),
       version = pair.version + 1, recorded_at = $7
  FROM leaving LEFT JOIN organizations AS organization ON organization.id = leaving.organization_id
  LEFT JOIN branches AS branch ON branch.id = leaving.branch_id
 WHERE pair.id = leaving.id
"""  # noqa: S608  (a constant)
PROPOSALS = f"""
UPDATE assignment_proposals SET region_code = $5, region_level = $6, version = version + 1, recorded_at = $7
 WHERE {LEAVING}
"""  # noqa: S608  (a constant)


async def follow(act: Act, gone: Gone, _: Placer) -> int:
    """What was proposed stands where its organisations stand now, else where all of the ground is; how many rows."""
    connection = await driver(act.session)
    told = (*bounds(gone), *gone.rest, act.now)
    done = [await connection.execute(statement, *told) for statement in (PAIRS, PROPOSALS)]
    return sum(int(each.rpartition(" ")[2]) for each in done)
