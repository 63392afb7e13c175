"""Stations, assignments of instructors, and the facts they make."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import SchemaItem

from alembic import op
from app.core.dated import no_overlap
from app.core.history import watched
from app.core.rowsecurity import NOW, inside, secured, seen_further

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

INSTANT = f"coalesce({NOW}, clock_timestamp())"
DAY = f"({INSTANT} AT TIME ZONE 'Asia/Shanghai')::date"
MEANWHILE = f"version = told.version + 1, recorded_at = {INSTANT}"

# The counts that hold, frozen as in 0016.
HELD = "CASE WHEN roll_kept THEN coalesce({counted}, 0) ELSE greatest({reported}, {counted}) END"
WORKING = HELD.format(counted="counted_working", reported="formal_members_working")
RELATION = HELD.format(counted="counted_relation", reported="formal_members_relation")
BANDS = (
    "CASE WHEN {held} IS NULL THEN 0 ELSE 1 + width_bucket(({held})::bigint, ARRAY[1, 2, 3, 7, 50, 100]::bigint[]) END"
)
# As in 0016, but that a liaison who is kept here counts like one who was reported.
FACTS_KEY = (
    "1::bigint | "
    "((CASE kind WHEN 'unclassified' THEN 0 WHEN 'private_enterprise' THEN 1 WHEN 'foreign_invested' THEN 2 "
    "WHEN 'joint_stock_cooperative' THEN 3 WHEN 'self_employed' THEN 4 WHEN 'farmers_cooperative' THEN 5 "
    "WHEN 'social_association' THEN 6 WHEN 'social_service' THEN 7 WHEN 'foundation' THEN 8 WHEN "
    "'intermediary' THEN 9 WHEN 'informal_body' THEN 10 WHEN 'state_owned' THEN 11 WHEN 'collective' THEN 12 "
    "WHEN 'administrative' THEN 13 WHEN 'union_body' THEN 14 WHEN 'branch_office' THEN 15 END)::bigint << 4) | "
    "((CASE status WHEN 'operating' THEN 0 WHEN 'suspended' THEN 1 WHEN 'closed' THEN 2 WHEN 'revoked' THEN "
    "3 END)::bigint << 9) | "
    "((coalesce((ARRAY[0, 6, 1, 2, 3, 4, 7, 5, 7, 0])[1 + width_bucket(substring(industry from "
    "'^[A-T]?([0-9][0-9])')::int, ARRAY[1, 6, 47, 51, 52, 53, 61, 63, 98])], CASE WHEN industry ~ '^[A]' "
    "THEN 6 WHEN industry ~ '^[BCD]' THEN 1 WHEN industry ~ '^[E]' THEN 2 WHEN industry ~ '^[H]' THEN 5 WHEN "
    "industry ~ '^[GIJKLMNOPQRST]' THEN 7 ELSE 0 END))::bigint << 11) | "
    "((CASE WHEN above_scale_reported IS NULL THEN 0 WHEN above_scale_reported THEN 2 ELSE 1 END)::bigint << 14) | "
    "((CASE WHEN fixed_premises IS NULL THEN 0 WHEN fixed_premises THEN 2 ELSE 1 END)::bigint << 16) | "
    "((CASE WHEN revenue_fen IS NULL THEN 0 ELSE 1 + width_bucket(revenue_fen::bigint, ARRAY[200000000, "
    "500000000, 1000000000, 2000000000, 40000000000]::bigint[]) END)::bigint << 18) | "
    "((CASE WHEN staff IS NULL THEN 0 ELSE 1 + width_bucket(staff::bigint, ARRAY[10, 50, 100, 300, "
    "1000]::bigint[]) END)::bigint << 21) | "
    f"(({BANDS.format(held=WORKING)})::bigint << 24) | "
    f"(({BANDS.format(held=RELATION)})::bigint << 27) | "
    "((CASE coverage_mode WHEN 'none' THEN 0 WHEN 'standalone' THEN 1 WHEN 'joint' THEN 2 WHEN 'attached' "
    "THEN 3 WHEN 'territorial' THEN 4 END)::bigint << 30) | "
    "((CASE WHEN has_instructor THEN 1 ELSE 0 END)::bigint << 33) | "
    "((CASE WHEN has_liaison OR kept_liaison THEN 1 ELSE 0 END)::bigint << 34) | "
    "((CASE WHEN has_union THEN 1 ELSE 0 END)::bigint << 35) | "
    "((CASE WHEN has_youth_league THEN 1 ELSE 0 END)::bigint << 36) | "
    "((CASE WHEN has_womens_organisation THEN 1 ELSE 0 END)::bigint << 37) | "
    "((CASE WHEN in_federation THEN 1 ELSE 0 END)::bigint << 38) | "
    "((CASE WHEN community_leads THEN 1 ELSE 0 END)::bigint << 39) | "
    "((CASE uncovered_reason WHEN 'no_members' THEN 1 WHEN 'fewer_than_three' THEN 2 WHEN 'owner_not_ready' "
    "THEN 3 WHEN 'not_operating' THEN 4 WHEN 'just_registered' THEN 5 WHEN 'other' THEN 6 ELSE 0 "
    "END)::bigint << 40) | "
    "((CASE WHEN region_level < 3 THEN 1 ELSE 0 END)::bigint << 43)"
)
# A constant for a default: of the two only the second writes the register anew, and once.
LIAISON = f"""
ALTER TABLE organizations
    ADD COLUMN kept_liaison boolean NOT NULL DEFAULT false,
    ALTER COLUMN facts_key SET EXPRESSION AS ({FACTS_KEY})
"""

# As in 0016, and whom the organisation has today of the instructors and liaisons kept here.
REFRESH = f"""
CREATE OR REPLACE FUNCTION refresh_facts(wanted uuid[]) RETURNS integer
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    today date := {DAY};
    narrow text[] := widen_scope();
    refreshed integer;
BEGIN
    PERFORM FROM organizations WHERE id = ANY (wanted) ORDER BY id FOR NO KEY UPDATE;
    UPDATE organizations AS told
       SET coverage_mode = found.mode, covered_by = found.branch_id, line_code = found.authority_code,
           roll_kept = found.roll_kept, counted_working = found.working, counted_relation = found.relation,
           counted_probationary = found.probationary, has_instructor = found.instructed,
           kept_liaison = found.kept_liaison, {MEANWHILE}
      FROM (SELECT asked.id, coalesce(link.formation_mode, 'none') AS mode, link.branch_id, branch.authority_code,
                   coalesce(branch.roll_kept_since <= today, false) AS roll_kept,
                   counted.working, counted.relation, counted.probationary,
                   EXISTS (SELECT FROM assignments WHERE organization_id = asked.id
                              AND valid_from <= today AND valid_to > today) AS instructed,
                   EXISTS (SELECT FROM worker_roles WHERE organization_id = asked.id AND role = 'liaison'
                              AND valid_from <= today AND (valid_to IS NULL OR valid_to > today)) AS kept_liaison
              FROM (SELECT DISTINCT unnest(wanted) AS id) AS asked
              LEFT JOIN branch_organizations AS link
                ON link.organization_id = asked.id AND link.valid_from <= today
               AND (link.valid_to IS NULL OR link.valid_to > today)
              LEFT JOIN branches AS branch ON branch.id = link.branch_id
              LEFT JOIN (SELECT organization_id,
                                (count(*) FILTER (WHERE state = 'current' AND kind = 'formal'))::integer AS working,
                                (count(*) FILTER (WHERE state = 'current' AND kind = 'formal'
                                                    AND branch_id IS NOT NULL))::integer AS relation,
                                (count(*) FILTER (WHERE state = 'current'
                                                    AND kind = 'probationary'))::integer AS probationary
                           FROM members WHERE organization_id = ANY (wanted) GROUP BY organization_id) AS counted
                ON counted.organization_id = asked.id) AS found
     WHERE told.id = found.id
       AND (told.coverage_mode, told.covered_by, told.line_code, told.roll_kept,
            told.counted_working, told.counted_relation, told.counted_probationary,
            told.has_instructor, told.kept_liaison)
           IS DISTINCT FROM (found.mode, found.branch_id, found.authority_code, found.roll_kept,
            found.working, found.relation, found.probationary, found.instructed, found.kept_liaison);
    GET DIAGNOSTICS refreshed = ROW_COUNT;
    PERFORM narrow_scope(narrow);
    RETURN refreshed;
END $$
"""

# Assignments and roles that begin, end, or go elsewhere: what they reach learns it in the same transaction.
FACTS = """
CREATE FUNCTION {table}_{verb}_facts() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    touched uuid[];
BEGIN
    touched := ARRAY(SELECT DISTINCT organization_id FROM ({touched}) AS touched
                      WHERE organization_id IS NOT NULL{which} ORDER BY organization_id);
    IF touched <> '{{}}' THEN
        PERFORM refresh_facts(touched);
    END IF;
    RETURN NULL;
END $$
"""
REACHING = (
    ("assignments", "id, organization_id, valid_from, valid_to", ""),
    ("worker_roles", "id, organization_id, valid_from, valid_to, role", " AND role = 'liaison'"),
)
VERBS = (
    ("insert", "NEW TABLE AS new_rows", "SELECT {said} FROM new_rows"),
    (
        "update",
        "OLD TABLE AS old_rows NEW TABLE AS new_rows",
        "(SELECT {said} FROM new_rows EXCEPT SELECT {said} FROM old_rows)"
        " UNION ALL (SELECT {said} FROM old_rows EXCEPT SELECT {said} FROM new_rows)",
    ),
    ("delete", "OLD TABLE AS old_rows", "SELECT {said} FROM old_rows"),
)

# An assignment stands where the organisation or the branch stands and belongs to its line; looked up past the caller's
# scope. Whether he may write there is then a matter of the policy.
PLACED = """
CREATE FUNCTION assignments_placed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.branch_id IS NOT NULL THEN
        SELECT region_code, authority_code, outflow_authority_code
          INTO NEW.region_code, NEW.authority_code, NEW.outflow_authority_code
          FROM branches WHERE id = NEW.branch_id;
    ELSE
        SELECT region_code, line_code, NULL INTO NEW.region_code, NEW.authority_code, NEW.outflow_authority_code
          FROM organizations WHERE id = NEW.organization_id;
    END IF;
    RETURN NEW;
END $$
"""
MEMBER_PLACED = """
CREATE FUNCTION station_members_placed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    SELECT region_code, authority_code INTO NEW.region_code, NEW.authority_code
      FROM stations WHERE id = NEW.station_id;
    RETURN NEW;
END $$
"""

# Assignments go along when the organisation or the branch moves or comes into another line, and end with it: nobody is
# kept busy by what is no more. Both follow from a write that was allowed, so the scope does not bind them.
ENDED = f"valid_to = greatest(told.valid_from, {DAY}), end_kind = coalesce(told.end_kind, 'target_ended'), {MEANWHILE}"
RUNNING = f"told.valid_to > {DAY}"
FOLLOW_BRANCHES = f"""
CREATE FUNCTION branches_assignments_follow() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    narrow text[];
    moved uuid[];
    ended uuid[];
BEGIN
    SELECT coalesce(array_agg(n.id) FILTER (
               WHERE (n.region_code, n.authority_code, n.outflow_authority_code)
                     IS DISTINCT FROM (o.region_code, o.authority_code, o.outflow_authority_code)), '{{}}'),
           coalesce(array_agg(n.id) FILTER (WHERE n.dissolved_on IS NOT NULL AND o.dissolved_on IS NULL), '{{}}')
      INTO moved, ended FROM new_rows AS n JOIN old_rows AS o USING (id);
    IF moved = '{{}}' AND ended = '{{}}' THEN
        RETURN NULL;
    END IF;
    narrow := widen_scope();
    UPDATE assignments AS told SET {ENDED} WHERE told.branch_id = ANY (ended) AND {RUNNING};
    UPDATE assignments AS told SET {MEANWHILE}
      FROM new_rows AS n
     WHERE told.branch_id = n.id AND n.id = ANY (moved)
       AND (told.region_code, told.authority_code, told.outflow_authority_code)
           IS DISTINCT FROM (n.region_code, n.authority_code, n.outflow_authority_code);
    PERFORM narrow_scope(narrow);
    RETURN NULL;
END $$
"""
FOLLOW_ORGANIZATIONS = f"""
CREATE FUNCTION organizations_assignments_follow() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    narrow text[] := widen_scope();
BEGIN
    IF NEW.status IN ('closed', 'revoked') THEN
        UPDATE assignments AS told SET {ENDED} WHERE told.organization_id = NEW.id AND {RUNNING};
    END IF;
    UPDATE assignments AS told SET {MEANWHILE}
     WHERE told.organization_id = NEW.id
       AND (told.region_code, told.authority_code) IS DISTINCT FROM (NEW.region_code, NEW.line_code);
    PERFORM narrow_scope(narrow);
    RETURN NULL;
END $$
"""
FOLLOW_STATIONS = f"""
CREATE FUNCTION stations_members_follow() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    narrow text[] := widen_scope();
BEGIN
    UPDATE station_members AS told SET {MEANWHILE} WHERE told.station_id = NEW.id;
    PERFORM narrow_scope(narrow);
    RETURN NULL;
END $$
"""

# Nobody is sent where his term does not reach, whichever of the two is written, and by whom. Of two who write at once
# the one that is checked last sees what the other did: the roles are held while an assignment is checked.
WITHIN_ROLE = """
CREATE FUNCTION assignments_within_role() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    narrow text[] := widen_scope();
    who uuid := CASE WHEN TG_OP = 'DELETE' THEN OLD.worker_id ELSE NEW.worker_id END;
BEGIN
    IF TG_TABLE_NAME = 'assignments' THEN
        -- As good as always one term holds all of it.
        PERFORM FROM worker_roles
          WHERE worker_id = who AND role = 'instructor' AND valid_from <= NEW.valid_from AND valid_to >= NEW.valid_to
            FOR SHARE;
        IF FOUND THEN
            PERFORM narrow_scope(narrow);
            RETURN NULL;
        END IF;
        PERFORM FROM worker_roles WHERE worker_id = who AND role = 'instructor' ORDER BY id FOR SHARE;
    END IF;
    IF EXISTS (
        SELECT FROM assignments AS told
         WHERE told.worker_id = who AND told.valid_to > told.valid_from
           AND (TG_TABLE_NAME <> 'assignments' OR told.id = NEW.id)
           AND NOT coalesce((SELECT range_agg(daterange(valid_from, valid_to)) FROM worker_roles
                              WHERE worker_id = who AND role = 'instructor'), '{}')
                   @> daterange(told.valid_from, told.valid_to)) THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_assignments_within_role',
                              MESSAGE = 'ck_assignments_within_role';
    END IF;
    PERFORM narrow_scope(narrow);
    RETURN NULL;
END $$
"""

# Of whoever is erased the note on his interests goes, in earlier versions too; that there were some stays. Histories
# are the owner's to remove.
LEAVE = f"""
CREATE FUNCTION workers_leave_assignments() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    narrow text[] := widen_scope();
    noted uuid[] := ARRAY(SELECT id FROM assignments WHERE worker_id = NEW.id AND conflict_note IS NOT NULL);
BEGIN
    UPDATE assignments AS told SET conflict_note = NULL, {MEANWHILE} WHERE id = ANY (noted);
    DELETE FROM history WHERE subject = 'assignments' AND subject_id = ANY (noted);
    PERFORM narrow_scope(narrow);
    RETURN NULL;
END $$
"""

# What somebody has on his hands does not depend on who asks: where he is sent beyond the caller's scope counts too.
# Days alone are told, and keys that lead nowhere.
TIMES = """
CREATE FUNCTION instructor_times(workers uuid[], since date)
RETURNS TABLE (worker_id uuid, assignment_id uuid, valid_from date, valid_to date)
LANGUAGE sql STABLE SECURITY DEFINER ROWS 100 SET search_path = public, pg_temp AS $$
    SELECT worker_id, id, valid_from, valid_to FROM assignments
     WHERE worker_id = ANY (workers) AND valid_to > greatest(since, valid_from)
$$
"""
LOAD = """
CREATE FUNCTION instructor_load(worker uuid, day date) RETURNS integer
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT count(*)::integer FROM assignments WHERE worker_id = worker AND valid_from <= day AND valid_to > day
$$
"""
# Whether somebody is a formal member, wherever the roll is kept; NULL: nobody has said.
FORMAL = """
CREATE FUNCTION workers_formal(wanted uuid[]) RETURNS TABLE (worker_id uuid, formal boolean)
LANGUAGE sql STABLE SECURITY DEFINER ROWS 100 SET search_path = public, pg_temp AS $$
    SELECT workers.id, CASE WHEN workers.member_id IS NULL THEN workers.stated_formal
                            ELSE members.kind = 'formal' AND members.state = 'current' END
      FROM workers LEFT JOIN members ON members.id = workers.member_id
     WHERE workers.id = ANY (wanted)
$$
"""
LOOKED_UP = ("instructor_times(uuid[], date)", "instructor_load(uuid, date)", "workers_formal(uuid[])")

# As in 0005, 0013 and 0016, but for how it is found that no row has moved: joined and asked whether one is there, the
# old and the new rows were compared each with each, and a whole proposal took minutes.
MOVED = (
    "moved uuid[] := ARRAY(SELECT id FROM ("
    "SELECT id, region_code FROM new_rows EXCEPT SELECT id, region_code FROM old_rows) AS changed);"
)
LINKS_FOLLOW = f"""
CREATE OR REPLACE FUNCTION branch_organizations_follow() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    {MOVED}
BEGIN
    IF moved <> '{{}}' THEN
        UPDATE branch_organizations AS told SET region_code = new_rows.region_code, {MEANWHILE}
          FROM new_rows WHERE told.organization_id = new_rows.id AND new_rows.id = ANY (moved);
    END IF;
    RETURN NULL;
END $$
"""
RECORDS_FOLLOW = f"""
CREATE OR REPLACE FUNCTION dataset_records_follow() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    {MOVED}
BEGIN
    IF moved <> '{{}}' THEN
        UPDATE dataset_records AS said SET region_code = new_rows.region_code
          FROM new_rows WHERE said.subject_id = new_rows.id AND new_rows.id = ANY (moved);
    END IF;
    RETURN NULL;
END $$
"""
VALUES_FOLLOW = f"""
CREATE OR REPLACE FUNCTION members_values_follow() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    narrow text[];
    {MOVED}
BEGIN
    IF moved <> '{{}}' THEN
        narrow := widen_scope();
        UPDATE personal_values AS held SET region_code = new_rows.region_code
          FROM new_rows
         WHERE held.holder = 'members' AND held.row_key = new_rows.id::text AND new_rows.id = ANY (moved);
        PERFORM narrow_scope(narrow);
    END IF;
    RETURN NULL;
END $$
"""

LINES = ("authority_code", "outflow_authority_code")
SEE = inside("region_code", LINES, ("worker_id", "organization_id", "branch_id"))
WRITE = inside("region_code", ("authority_code",))
MEMBER_SEE = inside("region_code", ("authority_code",), ("worker_id",))


def upgrade() -> None:
    op.execute(LIAISON)
    _stations()
    _assignments()
    for statement in (
        *secured("stations", inside("region_code", ("authority_code",))),
        *watched("stations"),
        *secured("station_members", MEMBER_SEE),
        *seen_further("station_members", MEMBER_SEE, WRITE),
        *no_overlap("station_members", "worker_id"),
        *watched("station_members"),
        *secured("assignments", SEE),
        *seen_further("assignments", SEE, WRITE),
        *watched("assignments", masked=("conflict_note",)),
        "ALTER TABLE assignments ADD CONSTRAINT ck_assignments_period CHECK (valid_to >= valid_from)",
        *(
            f"ALTER TABLE assignments ADD CONSTRAINT ex_assignments_{target} EXCLUDE USING gist"
            f" (worker_id WITH =, {target}_id WITH =, daterange(valid_from, valid_to) WITH &&)"
            f" WHERE ({target}_id IS NOT NULL)"
            for target in ("organization", "branch")
        ),
        REFRESH,
        LINKS_FOLLOW,
        RECORDS_FOLLOW,
        VALUES_FOLLOW,
        "CREATE TRIGGER stations_authority_code BEFORE INSERT OR UPDATE OF authority_id, authority_code"
        " ON stations FOR EACH ROW EXECUTE FUNCTION branches_authority_code()",
        "SET ROLE liangxin_lookup",
        PLACED,
        MEMBER_PLACED,
        *(
            f"{verb} ALL ON FUNCTION {name}() {whom}"
            for name in ("assignments_placed", "station_members_placed")
            for verb, whom in (("REVOKE", "FROM PUBLIC"), ("GRANT", "TO liangxin_owner"))
        ),
        TIMES,
        LOAD,
        FORMAL,
        *(f"REVOKE ALL ON FUNCTION {each} FROM PUBLIC" for each in LOOKED_UP),
        *(f"GRANT EXECUTE ON FUNCTION {each} TO liangxin_app" for each in LOOKED_UP),
        "SET ROLE liangxin_owner",
        *(
            f"CREATE TRIGGER {table}_placed BEFORE INSERT OR UPDATE ON {table} FOR EACH ROW"
            f" EXECUTE FUNCTION {table}_placed()"
            for table in ("assignments", "station_members")
        ),
        FOLLOW_BRANCHES,
        "CREATE TRIGGER branches_assignments_follow AFTER UPDATE ON branches REFERENCING OLD TABLE AS old_rows"
        " NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION branches_assignments_follow()",
        FOLLOW_ORGANIZATIONS,
        "CREATE TRIGGER organizations_assignments_follow AFTER UPDATE ON organizations FOR EACH ROW"
        " WHEN (OLD.region_code IS DISTINCT FROM NEW.region_code OR OLD.line_code IS DISTINCT FROM NEW.line_code"
        " OR OLD.status <> NEW.status) EXECUTE FUNCTION organizations_assignments_follow()",
        FOLLOW_STATIONS,
        "CREATE TRIGGER stations_members_follow AFTER UPDATE ON stations FOR EACH ROW"
        " WHEN (OLD.region_code <> NEW.region_code OR OLD.authority_code IS DISTINCT FROM NEW.authority_code)"
        " EXECUTE FUNCTION stations_members_follow()",
        LEAVE,
        "CREATE TRIGGER workers_leave_assignments AFTER UPDATE ON workers FOR EACH ROW"
        " WHEN (NEW.erased AND NOT OLD.erased) EXECUTE FUNCTION workers_leave_assignments()",
        WITHIN_ROLE,
        "CREATE CONSTRAINT TRIGGER ck_assignments_within_role AFTER INSERT OR UPDATE OF worker_id, valid_from, valid_to"
        " ON assignments DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION assignments_within_role()",
        "CREATE CONSTRAINT TRIGGER worker_roles_keep_assignments AFTER UPDATE OF worker_id, role, valid_from, valid_to"
        " OR DELETE ON worker_roles DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (OLD.role = 'instructor')"
        " EXECUTE FUNCTION assignments_within_role()",
    ):
        op.execute(statement)
    for table, said, which in REACHING:
        for verb, rows, touched in VERBS:
            op.execute(FACTS.format(table=table, verb=verb, touched=touched.format(said=said), which=which))
            op.execute(
                f"CREATE TRIGGER {table}_{verb}_facts AFTER {verb.upper()} ON {table}"
                f" REFERENCING {rows} FOR EACH STATEMENT EXECUTE FUNCTION {table}_{verb}_facts()"
            )


def _row() -> list[SchemaItem]:
    return [
        sa.Column("id", sa.Uuid(), primary_key=True, server_default=sa.text("uuidv7()")),
        sa.Column("version", sa.Integer(), nullable=False),
    ]


def _stands() -> list[SchemaItem]:
    return [
        sa.Column("region_code", sa.BigInteger(), nullable=False),
        sa.Column("authority_code", sa.BigInteger()),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("region_code BETWEEN 0 AND 999999999999", "region_code"),
    ]


def _stations() -> None:
    op.create_table(
        "stations",
        *_row(),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("host_id", sa.Uuid(), sa.ForeignKey("hosts.id")),
        sa.Column("address", sa.Text()),
        sa.Column("longitude_e6", sa.Integer()),
        sa.Column("latitude_e6", sa.Integer()),
        sa.Column("datum", sa.Text()),
        sa.Column("authority_id", sa.Uuid(), sa.ForeignKey("authorities.id")),
        sa.Column("opened_on", sa.Date()),
        sa.Column("closed_on", sa.Date()),
        sa.Column("region_level", sa.SmallInteger(), nullable=False),
        *_stands(),
        sa.CheckConstraint("name <> ''", "name"),
        sa.CheckConstraint("closed_on >= opened_on", "closed_on"),
        sa.CheckConstraint("region_level BETWEEN 0 AND 5", "region_level"),
        sa.CheckConstraint(
            "num_nonnulls(longitude_e6, latitude_e6, datum) IN (0, 3)"
            " AND longitude_e6 BETWEEN 73000000 AND 136000000 AND latitude_e6 BETWEEN 3000000 AND 54000000"
            " AND datum IN ('wgs84', 'cgcs2000', 'gcj02', 'bd09')",
            "coordinates",
        ),
    )
    op.create_index(
        "uq_stations_region_code_name",
        "stations",
        ["region_code", "name"],
        unique=True,
        postgresql_where=sa.text("closed_on IS NULL"),
    )
    op.create_index("ix_stations_region_code_id", "stations", ["region_code", "id"])
    op.create_index("ix_stations_authority_code", "stations", ["authority_code", "region_code", "id"])
    op.create_index("ix_stations_host_id", "stations", ["host_id"], postgresql_where=sa.text("host_id IS NOT NULL"))
    op.create_table(
        "station_members",
        *_row(),
        sa.Column("station_id", sa.Uuid(), sa.ForeignKey("stations.id"), nullable=False),
        sa.Column("worker_id", sa.Uuid(), sa.ForeignKey("workers.id"), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date()),
        *_stands(),
    )
    op.create_index("ix_station_members_station_id", "station_members", ["station_id", "valid_from"])
    op.create_index("ix_station_members_worker_id", "station_members", ["worker_id"])
    op.create_index("ix_station_members_region_code", "station_members", ["region_code"])


def _assignments() -> None:
    op.create_table(
        "assignments",
        *_row(),
        sa.Column("worker_id", sa.Uuid(), sa.ForeignKey("workers.id"), nullable=False),
        sa.Column("organization_id", sa.Uuid(), sa.ForeignKey("organizations.id")),
        sa.Column("branch_id", sa.Uuid(), sa.ForeignKey("branches.id")),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("end_kind", sa.Text()),
        sa.Column("end_reason", sa.Text()),
        sa.Column("succeeded_by", sa.Uuid(), sa.ForeignKey("assignments.id")),
        sa.Column("proposal_id", sa.Uuid()),
        sa.Column("conflict_of_interest", sa.Boolean(), nullable=False, server_default=sa.text("false")),
        sa.Column("conflict_note", sa.Text()),
        sa.Column("departures", postgresql.JSONB(), nullable=False),
        sa.Column("outflow_authority_code", sa.BigInteger()),
        *_stands(),
        sa.CheckConstraint("num_nonnulls(organization_id, branch_id) = 1", "target"),
        sa.CheckConstraint("purpose IN ('guide_formation', 'guide_branch', 'work_coverage')", "purpose"),
        sa.CheckConstraint("end_kind IN ('ended', 'handed_over', 'role_ended', 'target_ended')", "end_kind"),
        sa.CheckConstraint("end_kind NOT IN ('ended', 'role_ended') OR end_reason IS NOT NULL", "end_reason"),
        sa.CheckConstraint(
            "(end_kind IS NOT DISTINCT FROM 'handed_over') = (succeeded_by IS NOT NULL)", "succeeded_by"
        ),
        sa.CheckConstraint("conflict_of_interest OR conflict_note IS NULL", "conflict_note"),
    )
    op.create_index("ix_assignments_region_code_id", "assignments", ["region_code", "id"])
    op.create_index("ix_assignments_authority_code", "assignments", ["authority_code", "region_code", "id"])
    op.create_index("ix_assignments_worker_id", "assignments", ["worker_id", "valid_to"])
    for column in ("organization_id", "branch_id"):
        op.create_index(
            f"ix_assignments_{column}",
            "assignments",
            [column, "valid_to"],
            postgresql_where=sa.text(f"{column} IS NOT NULL"),
        )
    for column in ("outflow_authority_code", "succeeded_by", "proposal_id"):
        op.create_index(
            f"ix_assignments_{column}", "assignments", [column], postgresql_where=sa.text(f"{column} IS NOT NULL")
        )


def downgrade() -> None:
    raise RuntimeError("Migrations go forward only; restore a backup instead.")
