"""The chain beside the audit: seals, checkpoints, day partitions, and who may read."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from alembic import op
from app.core.rowsecurity import HI, LO, RANGES, WHOLE

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

# Truth values as a whole: the planner takes each for a half, not for one row in two hundred as it would a comparison.
READING = "(select current_setting('liangxin.audit', true) = 'read')"
SYSTEM = "(select current_setting('liangxin.actor', true) = 'system')"

# A row is read within the scope: all of it by whoever sees the whole country, else what lies inside the ranges.
WITHIN = (
    f"({WHOLE} AND {LO} <= 0 AND {HI} >= 1000000000000"
    f" OR region_lo >= {LO} AND region_hi < {HI}"
    f" AND ({WHOLE} OR {RANGES} @> int8range(region_lo, region_hi, '[]')))"
)

PREPARE = """
CREATE FUNCTION audit_prepare(ahead integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET lock_timeout = '2s' AS $$
DECLARE
    today date := (now() AT TIME ZONE 'Asia/Shanghai')::date;
    made integer := 0;
    name text;
BEGIN
    IF ahead NOT BETWEEN 0 AND 100 THEN
        RAISE EXCEPTION 'partitions are made for 0 to 100 days ahead';
    END IF;
    FOR step IN 0..ahead LOOP
        name := 'audit_' || to_char(today + step, 'YYYYMMDD');
        CONTINUE WHEN to_regclass(name) IS NOT NULL OR EXISTS (SELECT FROM audit_rest WHERE day = today + step);
        EXECUTE format('CREATE TABLE %I PARTITION OF audit FOR VALUES FROM (%L) TO (%L)',
                       name, today + step, today + step + 1);
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY scope ON %I USING (false) WITH CHECK (false)', name);
        EXECUTE format('REVOKE ALL ON %I FROM liangxin_app, liangxin_reader', name);
        made := made + 1;
    END LOOP;
    RETURN made;
END $$
"""

DROP = """
CREATE FUNCTION audit_drop(gone date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET lock_timeout = '2s' AS $$
BEGIN
    IF gone > (now() AT TIME ZONE 'Asia/Shanghai')::date - 184 THEN
        RAISE EXCEPTION 'the audit is kept for six months at least';
    END IF;
    IF NOT EXISTS (SELECT FROM audit_checkpoints WHERE kind = 'retained' AND body::jsonb -> 'dropped' ? gone::text) THEN
        RAISE EXCEPTION 'no record says that % is dropped', gone;
    END IF;
    EXECUTE format('DROP TABLE IF EXISTS %I', 'audit_' || to_char(gone, 'YYYYMMDD'));
    DELETE FROM audit_rest WHERE day = gone;
    DELETE FROM audit_seals WHERE day = gone;
END $$
"""


def upgrade() -> None:
    op.create_table(
        "audit_seals",
        sa.Column("day", sa.Date(), primary_key=True),
        sa.Column("position", sa.BigInteger(), primary_key=True),
        sa.Column("audit_id", sa.Uuid(), nullable=False),
        sa.Column("digest", postgresql.BYTEA(), nullable=False),
    )
    op.create_index("uq_audit_seals_day_audit_id", "audit_seals", ["day", "audit_id"], unique=True)
    op.create_table(
        "audit_checkpoints",
        sa.Column("number", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("digest", postgresql.BYTEA(), nullable=False),
        sa.Column("signature", postgresql.BYTEA(), nullable=False),
        sa.CheckConstraint("kind IN ('sealed', 'retained', 'restored')", name="kind"),
    )
    for table in ("audit_seals", "audit_checkpoints"):
        for statement in (
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
            f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
            f"CREATE POLICY append ON {table} FOR INSERT WITH CHECK ({SYSTEM})",
            f"CREATE POLICY read ON {table} FOR SELECT USING ({SYSTEM})",
            f"CREATE POLICY keeper ON {table} TO liangxin_owner USING (true)",
            f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM liangxin_app",
            f"REVOKE ALL ON {table} FROM liangxin_reader",
        ):
            op.execute(statement)
    for statement in (
        f"CREATE POLICY read ON audit FOR SELECT USING ({SYSTEM} OR {READING} AND {WITHIN})",
        "REVOKE ALL ON audit FROM liangxin_reader",
        # The two functions below run as the owner, and only they.
        "CREATE POLICY keeper ON audit_rest TO liangxin_owner USING (true)",
        PREPARE,
        DROP,
        "REVOKE EXECUTE ON FUNCTION audit_prepare(integer), audit_drop(date) FROM liangxin_reader, liangxin_lookup",
        "SELECT audit_prepare(14)",
    ):
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("Migrations go forward only; restore a backup instead.")
