"""Departments of the joint meeting: duties, liaisons, what they push."""

import sqlalchemy as sa
from sqlalchemy.schema import SchemaItem

from alembic import op
from app.core.history import watched
from app.core.rowsecurity import HI, LO, NOW, inside, rescoped, secured, seen_further

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

INSTANT = f"coalesce({NOW}, clock_timestamp())"
KINDS = (
    "'organization_department', 'social_work_department', 'united_front', 'union', 'youth_league',"
    " 'womens_federation', 'federation_of_industry', 'market_regulator', 'tax', 'civil_affairs', 'finance', 'justice',"
    " 'human_resources', 'commerce', 'education', 'health', 'transport', 'housing', 'other'"
)
ROLES = (
    "'work_committee_officer', 'region_officer', 'line_officer', 'department_partner', 'department_member',"
    " 'branch_secretary', 'instructor', 'portal_reader', 'auditor', 'system_administrator', 'security_administrator',"
    " 'audit_administrator'"
)

# What a committee has stands where the committee stands, and belongs to its line. The committee is held where it is
# until the row is written: whoever moves it finds the row. It may lie outside the writer's own sight; that a row is
# written where the writer may write is asked of the row afterwards.
COMMITTEE = """
CREATE FUNCTION stand_with_committee() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    narrow text[] := widen_scope();
BEGIN
    SELECT region_code, region_level, code INTO NEW.region_code, NEW.region_level, NEW.authority_code
      FROM authorities WHERE id = NEW.committee_id FOR SHARE;
    PERFORM narrow_scope(narrow);
    RETURN NEW;
END $$
"""
# The same for what a department has: its committee is the department's.
DEPARTMENT = """
CREATE FUNCTION stand_with_department() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    narrow text[] := widen_scope();
BEGIN
    SELECT committee_id, region_code, region_level, authority_code
      INTO NEW.committee_id, NEW.region_code, NEW.region_level, NEW.authority_code
      FROM departments WHERE id = NEW.department_id FOR SHARE;
    PERFORM narrow_scope(narrow);
    RETURN NEW;
END $$
"""

# When a committee's place or code changes, all that it has goes along, into a region that the mover may not see. One
# list of tables; each has committee_id, the three columns and versions. Sealed numbers stand where their rows do.
ALONG = f"""
CREATE FUNCTION committee_moves_along() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    moved uuid[] := ARRAY(
        SELECT n.id FROM new_rows AS n JOIN old_rows AS o USING (id)
         WHERE (n.region_code, n.region_level, n.code) IS DISTINCT FROM (o.region_code, o.region_level, o.code));
    narrow text[];
    moving text;
BEGIN
    IF moved = '{{}}' THEN
        RETURN NULL;
    END IF;
    narrow := widen_scope();
    FOREACH moving IN ARRAY ARRAY['departments', 'department_duties', 'department_liaisons', 'department_datasets'] LOOP
        EXECUTE format(
            'UPDATE %I AS told SET region_code = committee.region_code, region_level = committee.region_level,'
            ' authority_code = committee.code, version = told.version + 1, recorded_at = $2'
            ' FROM authorities AS committee WHERE committee.id = told.committee_id AND committee.id = ANY ($1)',
            moving) USING moved, {INSTANT};
    END LOOP;
    UPDATE personal_values AS held SET region_code = liaison.region_code
      FROM department_liaisons AS liaison
     WHERE held.holder = 'department_liaisons' AND held.row_key = liaison.id::text
       AND liaison.committee_id = ANY (moved);
    PERFORM narrow_scope(narrow);
    RETURN NULL;
END $$
"""

# As in 0023, and a liaison's number is kept by whoever sees the liaison.
LIAISON_SEEN = """
CREATE FUNCTION department_liaison_seen(wanted text) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
BEGIN
    RETURN EXISTS (SELECT 1 FROM department_liaisons WHERE id = wanted::uuid);
END $$
"""
NUMBERS = (
    f"({inside('region_code')} OR (holder = 'members' AND member_seen(row_key))"
    " OR (holder = 'workers' AND worker_seen(row_key))"
    " OR (holder = 'department_liaisons' AND department_liaison_seen(row_key)))"
)
FORGET = """
CREATE OR REPLACE FUNCTION privacy_forget(about text, rows uuid[]) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    gone bigint;
BEGIN
    IF about NOT IN ('contacts', 'review_items', 'members', 'member_relations', 'member_transfers', 'workers',
                     'department_liaisons') THEN
        RAISE EXCEPTION 'the history of % is not about persons', about;
    END IF;
    DELETE FROM history WHERE subject = about AND subject_id = ANY (rows);
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END $$
"""

# A committee's departments are read by whoever sees its place or its line, and by the departments themselves: a grant
# names one, and brings its committee along (see catalogues/places).
LINE = ("authority_code",)
SEE = inside("region_code", LINE, ("id", "committee_id"))
SEE_PARTS = inside("region_code", LINE, ("department_id", "committee_id"))
WRITE = inside("region_code", LINE)
# As in 0010, and a department knows its committee.
ABOVE = (
    f"(region_code <= {LO} AND region_code + CASE region_level WHEN 0 THEN 1000000000000 WHEN 1 THEN 10000000000"
    f" WHEN 2 THEN 100000000 WHEN 3 THEN 1000000 WHEN 4 THEN 1000 ELSE 1 END >= {HI})"
)
AUTHORITIES = f"({inside('region_code', ('code',), ('id',))} OR {ABOVE})"

# How old a dataset's newest data is, is told to whoever sees the department, whoever pushed it: times and a count
# alone. Where no client is named, it is what came for the committee's region, for a part of it or for one around it.
PUSHED = """
CREATE FUNCTION datasets_last_pushed(wanted uuid[])
RETURNS TABLE (id uuid, source_time timestamptz, finished_at timestamptz, records integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT told.id, last.source_time, last.finished_at, last.records
      FROM department_datasets AS told CROSS JOIN LATERAL (
        SELECT b.source_time, b.finished_at, b.records FROM batches AS b
         WHERE b.state = 'done' AND b.mode = 'commit' AND b.dataset = told.dataset AND b.owner = told.client_id
         ORDER BY b.source_time DESC LIMIT 1) AS last
     WHERE told.id = ANY (wanted) AND told.client_id IS NOT NULL
    UNION ALL
    SELECT told.id, last.source_time, last.finished_at, last.records
      FROM department_datasets AS told CROSS JOIN LATERAL (
        SELECT near.* FROM (
            (SELECT b.source_time, b.finished_at, b.records FROM batches AS b
              WHERE b.state = 'done' AND b.mode = 'commit' AND b.dataset = told.dataset
                AND b.region_code >= told.region_code
                AND b.region_code < told.region_code + CASE told.region_level WHEN 0 THEN 1000000000000
                    WHEN 1 THEN 10000000000 WHEN 2 THEN 100000000 WHEN 3 THEN 1000000 WHEN 4 THEN 1000 ELSE 1 END
              ORDER BY b.source_time DESC LIMIT 1)
            UNION ALL
            SELECT wide.* FROM (VALUES (0, 1000000000000), (1, 10000000000), (2, 100000000), (3, 1000000), (4, 1000))
                AS up (level, width) CROSS JOIN LATERAL (
                SELECT b.source_time, b.finished_at, b.records FROM batches AS b
                 WHERE b.state = 'done' AND b.mode = 'commit' AND b.dataset = told.dataset
                   AND b.region_code = told.region_code / up.width * up.width AND b.region_level = up.level
                 ORDER BY b.source_time DESC LIMIT 1) AS wide
             WHERE up.level < told.region_level) AS near
         ORDER BY near.source_time DESC LIMIT 1) AS last
     WHERE told.id = ANY (wanted) AND told.client_id IS NULL
$$
"""

# As in 0029, and of what a committee or a department has, whoever they are.
HISTORY = inside(
    "region_code",
    tuple(
        f"(row ->> '{name}')::bigint"
        for name in ("line_code", "authority_code", "outflow_authority_code", "inflow_authority_code")
    ),
    (
        "subject_id",
        *(f"(row ->> '{name}')::uuid" for name in ("covered_by", "branch_id", "inflow_branch_id", "worker_id")),
        *(f"(row ->> '{name}')::uuid" for name in ("department_id", "committee_id")),
    ),
)
PARTS = ("department_duties", "department_liaisons", "department_datasets")


def upgrade() -> None:
    op.drop_constraint("role", "grants", type_="check")
    op.create_check_constraint("role", "grants", f"role IN ({ROLES})")
    _departments()
    _duties()
    _liaisons()
    _datasets()
    for statement in (
        COMMITTEE,
        DEPARTMENT,
        "CREATE TRIGGER departments_stand BEFORE INSERT OR UPDATE OF committee_id ON departments FOR EACH ROW"
        " EXECUTE FUNCTION stand_with_committee()",
        *secured("departments", SEE),
        *seen_further("departments", SEE, WRITE),
        *watched("departments"),
        # A department belongs to the meeting once at a time, by its name.
        "ALTER TABLE departments ADD CONSTRAINT ex_departments_name EXCLUDE USING gist"
        " (committee_id WITH =, name WITH =, daterange(valid_from, valid_to) WITH &&)",
    ):
        op.execute(statement)
    for table in PARTS:
        for statement in (
            f"CREATE TRIGGER {table}_stand BEFORE INSERT OR UPDATE OF department_id ON {table} FOR EACH ROW"
            " EXECUTE FUNCTION stand_with_department()",
            *secured(table, SEE_PARTS),
            *seen_further(table, SEE_PARTS, WRITE),
            *watched(table, masked=("name", "post") if table == "department_liaisons" else ()),
        ):
            op.execute(statement)
    for statement in (
        "ALTER TABLE department_liaisons ADD CONSTRAINT ex_department_liaisons_main EXCLUDE USING gist"
        " (department_id WITH =, daterange(valid_from, valid_to) WITH &&) WHERE (main)",
        "ALTER TABLE department_datasets ADD CONSTRAINT ex_department_datasets_dataset EXCLUDE USING gist"
        " (department_id WITH =, dataset WITH =, coalesce(client_id, '') WITH =,"
        " daterange(valid_from, valid_to) WITH &&)",
        ALONG,
        "CREATE TRIGGER committee_moves_along AFTER UPDATE ON authorities REFERENCING OLD TABLE AS old_rows"
        " NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION committee_moves_along()",
        LIAISON_SEEN,
        *rescoped("personal_values", NUMBERS),
        f"ALTER POLICY scope ON history USING ({HISTORY}) WITH CHECK (true)",
        FORGET,
        *rescoped("authorities", AUTHORITIES, inside("region_code")),
        "SET ROLE liangxin_lookup",
        PUSHED,
        "REVOKE ALL ON FUNCTION datasets_last_pushed(uuid[]) FROM PUBLIC",
        "GRANT EXECUTE ON FUNCTION datasets_last_pushed(uuid[]) TO liangxin_app",
        "SET ROLE liangxin_owner",
    ):
        op.execute(statement)


def _departments() -> None:
    op.create_table(
        "departments",
        *_key(),
        sa.Column("committee_id", sa.Uuid(), sa.ForeignKey("authorities.id"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("authority_id", sa.Uuid(), sa.ForeignKey("authorities.id")),
        *_period(),
        *_stands(),
        sa.CheckConstraint(f"kind IN ({KINDS})", "kind"),
        sa.CheckConstraint("name <> ''", "name"),
        sa.CheckConstraint("authority_id <> committee_id", "authority_id"),
    )
    op.create_index("ix_departments_committee_id", "departments", ["committee_id", "valid_from", "id"])
    op.create_index(
        "ix_departments_authority_id",
        "departments",
        ["authority_id"],
        postgresql_where=sa.text("authority_id IS NOT NULL"),
    )
    _found_by_place("departments")


def _duties() -> None:
    op.create_table(
        "department_duties",
        *_key(),
        *_part(),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        *_period(),
        *_stands(),
        sa.CheckConstraint("text <> '' AND source <> ''", "texts"),
    )
    _found_by_department("department_duties")


def _liaisons() -> None:
    op.create_table(
        "department_liaisons",
        *_key(),
        *_part(),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("post", sa.Text(), nullable=False),
        sa.Column("main", sa.Boolean(), nullable=False),
        *_period(),
        *_stands(),
        sa.CheckConstraint("name <> '' AND post <> ''", "texts"),
    )
    _found_by_department("department_liaisons")


def _datasets() -> None:
    op.create_table(
        "department_datasets",
        *_key(),
        *_part(),
        sa.Column("dataset", sa.Text(), nullable=False),
        sa.Column("client_id", sa.Text()),
        sa.Column("every_days", sa.Integer(), nullable=False),
        *_period(),
        *_stands(),
        sa.CheckConstraint("dataset <> '' AND client_id <> ''", "texts"),
        sa.CheckConstraint("every_days BETWEEN 1 AND 1000", "every_days"),
    )
    _found_by_department("department_datasets")
    # The newest data that came of a dataset: from one pusher, or from anyone in a region.
    for name, whose in (("ix_batches_done_region_code", "region_code"), ("ix_batches_done_owner", "owner")):
        op.create_index(name, "batches", ["dataset", whose, "source_time"], postgresql_where=sa.text("state = 'done'"))


def _key() -> tuple[SchemaItem, ...]:
    return (
        sa.Column("id", sa.Uuid(), primary_key=True, server_default=sa.text("uuidv7()")),
        sa.Column("version", sa.Integer(), nullable=False),
    )


def _part() -> tuple[SchemaItem, ...]:
    return (
        sa.Column("department_id", sa.Uuid(), sa.ForeignKey("departments.id"), nullable=False),
        sa.Column("committee_id", sa.Uuid(), sa.ForeignKey("authorities.id"), nullable=False),
    )


def _period() -> tuple[SchemaItem, ...]:
    return (
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date()),
        sa.Column("end_reason", sa.Text()),
        sa.CheckConstraint("valid_to >= valid_from", "period"),
        sa.CheckConstraint("end_reason <> '' AND (end_reason IS NULL OR valid_to IS NOT NULL)", "end_reason"),
    )


def _stands() -> tuple[SchemaItem, ...]:
    return (
        sa.Column("region_code", sa.BigInteger(), nullable=False),
        sa.Column("region_level", sa.SmallInteger(), nullable=False),
        sa.Column("authority_code", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("region_level BETWEEN 0 AND 5", "region_level"),
        sa.CheckConstraint("region_code BETWEEN 0 AND 999999999999", "region_code"),
    )


def _found_by_place(table: str) -> None:
    op.create_index(f"ix_{table}_region_code_id", table, ["region_code", "id"])
    op.create_index(f"ix_{table}_authority_code", table, ["authority_code", "region_code", "id"])


def _found_by_department(table: str) -> None:
    op.create_index(f"ix_{table}_department_id", table, ["department_id", "valid_from", "id"])
    op.create_index(f"ix_{table}_committee_id", table, ["committee_id"])
    _found_by_place(table)


def downgrade() -> None:
    raise RuntimeError("Migrations go forward only; restore a backup instead.")
