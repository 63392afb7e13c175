"""Monthly lists and their lines follow when the region they stand in is merged into others or divided among them.

Recognition and conditions go with whom they are of; that is the database's.
"""

from app.core.acts import Act
from app.core.database import driver
from app.services.regions.facts import span
from app.services.regions.placing import Placer
from app.services.regions.succession import LEAVING, Gone, bounds

# Workers have followed before. A line goes where its worker went, as long as that is inside of what has all the
# ground; who has left for elsewhere since takes no earlier month along.
LINES = """
UPDATE {table} AS line
   SET region_code = CASE WHEN {went} THEN workers.region_code ELSE $5 END,
       region_level = CASE WHEN {went} THEN workers.region_level ELSE $6 END
  FROM workers
 WHERE workers.id = line.worker_id AND line.id IN (SELECT id FROM {table} WHERE {leaving})
"""
WENT = "workers.region_code >= $7 AND workers.region_code < $8"
MONTHS = f"""
UPDATE treatment_months SET region_code = $5, region_level = $6, version = version + 1, recorded_at = $7
 WHERE {LEAVING}
"""  # noqa: S608  (a constant)


async def follow(act: Act, gone: Gone, _: Placer) -> int:
    """What was listed for a region that is no more stands where its workers stand; how many rows."""
    connection = await driver(act.session)
    where = (*bounds(gone), *gone.rest)
    done = [
        await connection.execute(LINES.format(table=table, went=WENT, leaving=LEAVING), *where, *span(*gone.rest))
        for table in ("treatment_differences", "treatment_entitlements")
    ]
    done.append(await connection.execute(MONTHS, *where, act.now))
    return sum(int(each.rpartition(" ")[2]) for each in done)
