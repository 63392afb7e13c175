"""What follows when regions change: a dataset's last words move with their organisation; reference rows are the
system's to remove as well as to write; and when roads were learnt last."""

import sqlalchemy as sa

from alembic import op
from app.core.rowsecurity import ACTOR, inside, seen_further

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

SYSTEM = f"{ACTOR} = 'system'"

# A dataset's last word is seen where its organisation or contact stands: else whoever may push about it would not see
# what was said of it last, and could not say anything either.
FOLLOW = """
CREATE FUNCTION dataset_records_follow() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM old_rows JOIN new_rows USING (id) WHERE old_rows.region_code <> new_rows.region_code) THEN
        UPDATE dataset_records AS said SET region_code = new_rows.region_code
          FROM new_rows JOIN old_rows USING (id)
         WHERE said.subject_id = new_rows.id AND old_rows.region_code <> new_rows.region_code;
    END IF;
    RETURN NULL;
END $$
"""

# One policy with a condition for reading and another for new rows leaves removal to the first: everyone.
REFERENCE = ("regions", "retired_regions", "region_provinces", "region_roads", "access_uses")


def upgrade() -> None:
    op.add_column("region_provinces", sa.Column("learnt_at", sa.DateTime(timezone=True)))
    op.execute(FOLLOW)
    for table in ("organizations", "contacts"):
        op.execute(
            f"CREATE TRIGGER {table}_records_follow AFTER UPDATE ON {table}"
            " REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows"
            " FOR EACH STATEMENT EXECUTE FUNCTION dataset_records_follow()"
        )
    for table in REFERENCE:
        for statement in seen_further(table, "true", SYSTEM):
            op.execute(statement)
    for statement in seen_further("policies", "true", inside("region_code")):
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("Migrations go forward only; restore a backup instead.")
