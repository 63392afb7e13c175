"""Coverage: deltas by trigger, tallies and past days by compaction, facts refreshed from links; policies as data."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from alembic import op
from app.core.history import watched
from app.core.rowsecurity import NOW, inside, scoped, secured

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

INSTANT = f"coalesce({NOW}, clock_timestamp())"
DAY = f"({INSTANT} AT TIME ZONE 'Asia/Shanghai')::date"

# Statement triggers, so that COPY and set-wise writes leave one aggregated delta a region and key. In an update the two
# sides of an unchanged organisation cancel out.
TALLY = """
CREATE FUNCTION organizations_{verb}_tally() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO coverage_deltas (day, region_code, region_level, facts_key, n)
    SELECT {day}, region_code, region_level, facts_key, sum(sign)
      FROM ({changes}) AS changes (region_code, region_level, facts_key, sign)
     GROUP BY region_code, region_level, facts_key
    HAVING sum(sign) <> 0
     ORDER BY region_code, region_level, facts_key;
    RETURN NULL;
END $$
"""
MORE = "SELECT region_code, region_level, facts_key, 1 FROM new_rows"
FEWER = "SELECT region_code, region_level, facts_key, -1 FROM old_rows"
VERBS = (
    ("insert", "NEW TABLE AS new_rows", MORE),
    ("update", "OLD TABLE AS old_rows NEW TABLE AS new_rows", f"{MORE} UNION ALL {FEWER}"),
    ("delete", "OLD TABLE AS old_rows", FEWER),
)

LEVELS = "(VALUES (0, 1000000000000), (1, 10000000000), (2, 100000000), (3, 1000000), (4, 1000), (5, 1))"

# One day's committed deltas, taken away and added up for every level from the country down to their own.
TAKEN = f"""WITH taken AS (
            DELETE FROM coverage_deltas WHERE day = folding RETURNING region_code, region_level, facts_key, n
        ), changed AS (
            SELECT levels.level, taken.region_code / levels.width * levels.width AS code, taken.facts_key,
                   sum(taken.n)::integer AS n
              FROM taken JOIN {LEVELS} AS levels (level, width) ON levels.level <= taken.region_level
             GROUP BY 1, 2, 3
            HAVING sum(taken.n) <> 0
        ), tallied AS (
            INSERT INTO coverage_tallies AS tally (region_level, region_code, facts_key, n)
            SELECT level, code, facts_key, n FROM changed ORDER BY level, code, facts_key
            ON CONFLICT (region_level, region_code, facts_key) DO UPDATE SET n = tally.n + excluded.n
            RETURNING region_level, region_code, facts_key, n
        )"""

# Folds the committed deltas into the tallies and into the days. A day's row holds the count at its end: for today that
# is the tally itself. A delta that comes late (recorded before midnight, committed after) makes its own day's row from
# the one before and lifts the later ones. Deltas that are not committed yet stay for the next time, and so do those of
# a server whose clock is a day ahead. One compaction at a time; a second one finds nothing to do.
COMPACT = f"""
CREATE FUNCTION compact_coverage() RETURNS bigint
LANGUAGE plpgsql SET search_path = public, pg_temp SET work_mem = '64MB' AS $$
DECLARE
    today date := {DAY};
    folding date;
    folded bigint := 0;
    these bigint;
BEGIN
    IF NOT pg_try_advisory_xact_lock(7240306) THEN
        RETURN 0;
    END IF;
    FOR folding IN SELECT DISTINCT day FROM coverage_deltas WHERE day < today ORDER BY day LOOP
        {TAKEN}, later AS (
            UPDATE coverage_days AS days SET n = days.n + changed.n
              FROM changed
             WHERE days.region_level = changed.level AND days.region_code = changed.code
               AND days.facts_key = changed.facts_key AND days.day > folding
        ), dated AS (
            INSERT INTO coverage_days (region_level, region_code, facts_key, day, n)
            SELECT level, code, facts_key, folding, n + coalesce(
                       (SELECT before.n FROM coverage_days AS before
                         WHERE before.region_level = changed.level AND before.region_code = changed.code
                           AND before.facts_key = changed.facts_key AND before.day <= folding
                         ORDER BY before.day DESC LIMIT 1), 0)
              FROM changed ORDER BY level, code, facts_key
            ON CONFLICT (region_level, region_code, facts_key, day) DO UPDATE SET n = excluded.n
        )
        SELECT count(*) INTO these FROM taken;
        folded := folded + these;
    END LOOP;
    folding := today;
    {TAKEN}, dated AS (
        INSERT INTO coverage_days (region_level, region_code, facts_key, day, n)
        SELECT region_level, region_code, facts_key, today, n FROM tallied
        ON CONFLICT (region_level, region_code, facts_key, day) DO UPDATE SET n = excluded.n
    )
    SELECT count(*) INTO these FROM taken;
    RETURN folded + these;
END $$
"""

# What other tables say about an organisation becomes plain columns here, set-wise. The rows are locked in the order of
# their ids first and read again in a second statement: without that two writers lose an update.
REFRESH = f"""
CREATE FUNCTION refresh_facts(wanted uuid[]) RETURNS integer LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    today date := {DAY};
    refreshed integer;
BEGIN
    PERFORM FROM organizations WHERE id = ANY (wanted) ORDER BY id FOR NO KEY UPDATE;
    UPDATE organizations AS told
       SET coverage_mode = found.mode, version = told.version + 1, recorded_at = {INSTANT}
      FROM (SELECT asked.id, coalesce(max(link.formation_mode), 'none') AS mode
              FROM unnest(wanted) AS asked (id)
              LEFT JOIN branch_organizations AS link
                ON link.organization_id = asked.id AND link.valid_from <= today
               AND (link.valid_to IS NULL OR link.valid_to > today)
             GROUP BY asked.id) AS found
     WHERE told.id = found.id AND told.coverage_mode <> found.mode;
    GET DIAGNOSTICS refreshed = ROW_COUNT;
    RETURN refreshed;
END $$
"""

LINKED = """
CREATE FUNCTION branch_organizations_{verb}_facts() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    touched uuid[] := ARRAY({touched});
BEGIN
    IF touched <> '{{}}' THEN
        PERFORM refresh_facts(touched);
    END IF;
    RETURN NULL;
END $$
"""
LINK = "organization_id, formation_mode, valid_from, valid_to"
LINK_VERBS = (
    ("insert", "NEW TABLE AS new_rows", "SELECT DISTINCT organization_id FROM new_rows"),
    (
        "update",
        "OLD TABLE AS old_rows NEW TABLE AS new_rows",
        f"SELECT organization_id FROM (SELECT {LINK} FROM new_rows EXCEPT SELECT {LINK} FROM old_rows) AS new"
        f" UNION SELECT organization_id FROM (SELECT {LINK} FROM old_rows EXCEPT SELECT {LINK} FROM new_rows) AS old",
    ),
    ("delete", "OLD TABLE AS old_rows", "SELECT DISTINCT organization_id FROM old_rows"),
)


def upgrade() -> None:
    _tables()
    for table in ("coverage_deltas", "coverage_tallies", "coverage_days"):
        for statement in scoped(table):
            op.execute(statement)
    # The deltas are a queue: what was folded must be cleared away soon, or reports step over it.
    op.execute(
        "ALTER TABLE coverage_deltas SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000,"
        " autovacuum_vacuum_insert_threshold = -1)"
    )
    op.execute("ALTER TABLE coverage_tallies SET (fillfactor = 40, autovacuum_vacuum_scale_factor = 0.05)")
    for verb, rows, changes in VERBS:
        op.execute(TALLY.format(verb=verb, day=DAY, changes=changes))
        op.execute(_trigger("organizations", verb, rows, "tally"))
    op.execute(COMPACT)
    op.execute(REFRESH)
    for verb, rows, touched in LINK_VERBS:
        op.execute(LINKED.format(verb=verb, touched=touched))
        op.execute(_trigger("branch_organizations", verb, rows, "facts"))
    # A policy of a city binds its counties, so everyone reads all; who may write is a matter of scope.
    for statement in (*secured("policies", "true", inside("region_code")), *watched("policies")):
        op.execute(statement)
    op.execute("REVOKE UPDATE, DELETE, TRUNCATE ON policies FROM liangxin_app")


def _trigger(table: str, verb: str, rows: str, purpose: str) -> str:
    return (
        f"CREATE TRIGGER {table}_{verb}_{purpose} AFTER {verb.upper()} ON {table}"
        f" REFERENCING {rows} FOR EACH STATEMENT EXECUTE FUNCTION {table}_{verb}_{purpose}()"
    )


def _tables() -> None:
    op.create_table(
        "coverage_deltas",
        sa.Column("id", sa.BigInteger(), sa.Identity(), primary_key=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("region_code", sa.BigInteger(), nullable=False),
        sa.Column("region_level", sa.SmallInteger(), nullable=False),
        sa.Column("facts_key", sa.BigInteger(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
    )
    op.create_index("ix_coverage_deltas_region_code", "coverage_deltas", ["region_code"])
    op.create_table(
        "coverage_tallies",
        sa.Column("region_level", sa.SmallInteger(), primary_key=True, autoincrement=False),
        sa.Column("region_code", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("facts_key", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("n", sa.Integer(), nullable=False),
    )
    op.create_table(
        "coverage_days",
        sa.Column("region_level", sa.SmallInteger(), primary_key=True, autoincrement=False),
        sa.Column("region_code", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("facts_key", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("day", sa.Date(), primary_key=True),
        sa.Column("n", sa.Integer(), nullable=False),
    )
    op.create_table(
        "policies",
        sa.Column("id", sa.Uuid(), primary_key=True, server_default=sa.text("uuidv7()")),
        sa.Column("version", sa.Integer(), nullable=False, server_default=sa.text("1")),
        sa.Column("number", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("region_code", sa.BigInteger(), nullable=False),
        sa.Column("region_level", sa.SmallInteger(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("numbers", postgresql.JSONB(), nullable=False),
        sa.Column("changed", postgresql.JSONB(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("kind", "region_level", "region_code", "valid_from"),
        sa.UniqueConstraint("number"),
        sa.CheckConstraint("region_level BETWEEN 0 AND 5", "region_level"),
        sa.CheckConstraint("region_code BETWEEN 0 AND 999999999999", "region_code"),
    )


def downgrade() -> None:
    raise RuntimeError("Migrations go forward only; restore a backup instead.")
