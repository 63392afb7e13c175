"""Coordinates, other names of hosts, and the list of proposals which host an organisation sits in."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from alembic import op
from app.core.history import watched
from app.core.rowsecurity import scoped

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

# All three or none, and in China: longitude and latitude that were swapped do not pass.
COORDINATES = (
    "num_nonnulls(longitude_e6, latitude_e6, datum) IN (0, 3)"
    " AND longitude_e6 BETWEEN 73000000 AND 136000000 AND latitude_e6 BETWEEN 3000000 AND 54000000"
    " AND datum IN ('wgs84', 'cgcs2000', 'gcj02', 'bd09')"
)

# A proposal stands where its organisation stands, whoever moves that: also a line's officer, who sees no proposals.
# Moving an organisation was allowed by its own policy; for the proposal's sake alone the scope is the whole country.
FOLLOW = """
CREATE FUNCTION host_matches_follow() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    lo text := current_setting('liangxin.lo', true);
    hi text := current_setting('liangxin.hi', true);
    whole text := current_setting('liangxin.whole', true);
BEGIN
    PERFORM set_config('liangxin.lo', '0', true), set_config('liangxin.hi', '1000000000000', true),
            set_config('liangxin.whole', 't', true);
    UPDATE host_matches SET region_code = NEW.region_code, version = version + 1,
           recorded_at = NEW.recorded_at
     WHERE organization_id = NEW.id AND region_code <> NEW.region_code;
    PERFORM set_config('liangxin.lo', coalesce(lo, ''), true), set_config('liangxin.hi', coalesce(hi, ''), true),
            set_config('liangxin.whole', coalesce(whole, ''), true);
    RETURN NULL;
END $$
"""


def upgrade() -> None:
    for table in ("hosts", "organizations"):
        op.add_column(table, sa.Column("longitude_e6", sa.Integer()))
        op.add_column(table, sa.Column("latitude_e6", sa.Integer()))
        op.add_column(table, sa.Column("datum", sa.Text()))
        # No row has them yet, so that there is nothing to look through.
        op.create_check_constraint("coordinates", table, COORDINATES, postgresql_not_valid=True)
        op.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT ck_{table}_coordinates")
    op.add_column(
        "hosts", sa.Column("aliases", postgresql.ARRAY(sa.Text()), nullable=False, server_default=sa.text("'{}'"))
    )
    op.add_column(
        "hosts", sa.Column("corrected", postgresql.ARRAY(sa.Text()), nullable=False, server_default=sa.text("'{}'"))
    )
    op.create_check_constraint("aliases", "hosts", "cardinality(aliases) <= 20 AND array_position(aliases, '') IS NULL")
    op.create_index("ix_hosts_name", "hosts", ["name"])
    op.create_table(
        "host_matches",
        sa.Column("id", sa.Uuid(), nullable=False, server_default=sa.text("uuidv7()")),
        sa.Column("version", sa.Integer(), nullable=False, server_default=sa.text("1")),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("host_id", sa.Uuid(), nullable=False),
        sa.Column("region_code", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("confidence", sa.SmallInteger(), nullable=False),
        sa.Column("certain", sa.Boolean(), nullable=False),
        sa.Column("matched", sa.Text(), nullable=False),
        sa.Column("reasons", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("decided_by", sa.Text()),
        sa.Column("decided_at", sa.DateTime(timezone=True)),
        sa.Column("reason", sa.Text()),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_host_matches"),
        sa.UniqueConstraint("organization_id", "host_id", name="uq_host_matches_organization_id"),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name="fk_host_matches_organization_id_organizations"
        ),
        sa.ForeignKeyConstraint(["host_id"], ["hosts.id"], name="fk_host_matches_host_id_hosts"),
        sa.CheckConstraint("state IN ('open', 'accepted', 'rejected')", name="state"),
        sa.CheckConstraint("confidence BETWEEN 0 AND 100", name="confidence"),
        sa.CheckConstraint("(state = 'open') = (decided_at IS NULL)", name="decided_at"),
        sa.CheckConstraint("matched <> '' AND cardinality(reasons) > 0", name="reasons"),
        sa.CheckConstraint("region_code BETWEEN 0 AND 999999999999", name="region_code"),
    )
    op.create_index("ix_host_matches_region_code_id", "host_matches", ["region_code", "id"])
    op.create_index("ix_host_matches_host_id", "host_matches", ["host_id"])
    for statement in (
        "CREATE TRIGGER hosts_records_follow AFTER UPDATE ON hosts"
        " REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows"
        " FOR EACH STATEMENT EXECUTE FUNCTION dataset_records_follow()",
        *scoped("host_matches"),
        *watched("host_matches"),
        FOLLOW,
        "CREATE TRIGGER organizations_host_matches_follow AFTER UPDATE OF region_code ON organizations FOR EACH ROW"
        " WHEN (OLD.region_code <> NEW.region_code) EXECUTE FUNCTION host_matches_follow()",
    ):
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("Migrations go forward only; restore a backup instead.")
