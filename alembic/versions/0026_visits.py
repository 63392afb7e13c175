"""Visits of instructors, and problems as tasks."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from alembic import op
from app.core.history import watched
from app.core.rowsecurity import NOW, SUBJECTS, inside, secured, seen_further

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

INSTANT = f"coalesce({NOW}, clock_timestamp())"
KINDS = "'on_site', 'by_phone', 'meeting', 'training_given', 'other'"
DEEDS = (
    "'explained_policy', 'guided_formation', 'guided_recruitment', 'guided_meeting', 'gave_lesson', 'counted_members',"
    " 'checked_records', 'met_owner', 'gave_material', 'solved_problem', 'other'"
)
TASKS = "'form', 'take_in', 'recruit', 'transfer', 'guide', 'reach', 'find_out', 'talk', 'publicity', 'solve'"

# Who went, whom they visited and where that stands is the assignment's, copied when the visit is written; and it was
# made while the assignment ran. A new visit holds the assignment, which an instructor himself may not: nobody cuts it
# short meanwhile.
STANDS = """
CREATE FUNCTION visits_stand_with_assignment() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    narrow text[];
    told assignments;
BEGIN
    IF TG_OP = 'INSERT' THEN
        narrow := widen_scope();
        PERFORM FROM assignments WHERE id = NEW.assignment_id FOR SHARE;
        PERFORM narrow_scope(narrow);
    END IF;
    SELECT * INTO told FROM assignments WHERE id = NEW.assignment_id;
    NEW.worker_id := told.worker_id;
    NEW.organization_id := told.organization_id;
    NEW.branch_id := told.branch_id;
    NEW.region_code := told.region_code;
    NEW.authority_code := told.authority_code;
    NEW.outflow_authority_code := told.outflow_authority_code;
    IF NEW.visited_on < told.valid_from OR NEW.visited_on >= told.valid_to THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_visits_within_assignment',
                              MESSAGE = 'ck_visits_within_assignment';
    END IF;
    RETURN NEW;
END $$
"""

# Nor is an assignment cut short of a visit that stands: whoever was there was sent there. Where the organisation or the
# branch ends, what was done that day stands too. A visit that is being put right is waited for.
KEPT = """
CREATE FUNCTION assignments_keep_visits() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    narrow text[] := widen_scope();
BEGIN
    PERFORM FROM visits WHERE assignment_id = NEW.id AND cancel_reason IS NULL ORDER BY id FOR SHARE;
    IF EXISTS (SELECT FROM visits WHERE assignment_id = NEW.id AND cancel_reason IS NULL
                  AND (visited_on < NEW.valid_from OR visited_on >= NEW.valid_to)) THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_assignments_keep_visits',
                              MESSAGE = 'ck_assignments_keep_visits';
    END IF;
    PERFORM narrow_scope(narrow);
    RETURN NULL;
END $$
"""

# And it goes along when the assignment's organisation or branch moves: what follows from a write that was allowed.
ALONG = f"""
CREATE FUNCTION assignments_take_visits_along() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    narrow text[];
    moved uuid[];
BEGIN
    moved := ARRAY(
        SELECT new_rows.id FROM new_rows JOIN old_rows USING (id)
         WHERE (new_rows.region_code, new_rows.authority_code, new_rows.outflow_authority_code)
               IS DISTINCT FROM (old_rows.region_code, old_rows.authority_code, old_rows.outflow_authority_code));
    IF moved = '{{}}' THEN
        RETURN NULL;
    END IF;
    narrow := widen_scope();
    UPDATE visits AS told
       SET region_code = new_rows.region_code, authority_code = new_rows.authority_code,
           outflow_authority_code = new_rows.outflow_authority_code, version = told.version + 1, recorded_at = {INSTANT}
      FROM new_rows WHERE told.assignment_id = new_rows.id AND new_rows.id = ANY (moved);
    PERFORM narrow_scope(narrow);
    RETURN NULL;
END $$
"""

# Whoever sees an assignment sees its visits, so the last one is looked up past the policies: asked row by row, theirs
# would make the planner read the whole region for each assignment.
LAST = """
CREATE FUNCTION last_visits(assignments uuid[]) RETURNS TABLE (assignment_id uuid, visited_on date, next_on date)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT told.id, last.visited_on, last.next_on
      FROM unnest(assignments) AS told (id)
     CROSS JOIN LATERAL (SELECT visits.visited_on, visits.next_on FROM visits
                          WHERE visits.assignment_id = told.id AND visits.cancel_reason IS NULL
                          ORDER BY visits.visited_on DESC, visits.kind DESC LIMIT 1) AS last
$$
"""

# A visit is read by whoever sees its place or line, and by the three it is about. By a region or a line it is written;
# as one's own by its instructor alone, while the organisation or the branch is assigned to him.
SEE = inside("region_code", ("authority_code", "outflow_authority_code"), ("worker_id", "organization_id", "branch_id"))
MINE = f"{SUBJECTS}::uuid[]"
WRITE = (
    f"({inside('region_code', ('authority_code',))} OR (worker_id = ANY ({MINE})"
    f" AND (organization_id = ANY ({MINE}) OR branch_id = ANY ({MINE}))))"
)


def upgrade() -> None:
    _visits()
    _tasks()
    for statement in (
        STANDS,
        "CREATE TRIGGER visits_stand_with_assignment BEFORE INSERT OR UPDATE OF assignment_id, visited_on ON visits"
        " FOR EACH ROW EXECUTE FUNCTION visits_stand_with_assignment()",
        *secured("visits", SEE),
        *seen_further("visits", SEE, WRITE),
        *watched("visits", masked=("note", "follows")),
        KEPT,
        "CREATE TRIGGER assignments_keep_visits AFTER UPDATE OF valid_from, valid_to ON assignments FOR EACH ROW"
        " WHEN ((NEW.valid_from > OLD.valid_from OR NEW.valid_to < OLD.valid_to)"
        " AND NEW.end_kind IS DISTINCT FROM 'target_ended') EXECUTE FUNCTION assignments_keep_visits()",
        ALONG,
        "CREATE TRIGGER assignments_take_visits_along AFTER UPDATE ON assignments REFERENCING OLD TABLE AS old_rows"
        " NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION assignments_take_visits_along()",
        "SET ROLE liangxin_lookup",
        LAST,
        "REVOKE ALL ON FUNCTION last_visits(uuid[]) FROM PUBLIC",
        "GRANT EXECUTE ON FUNCTION last_visits(uuid[]) TO liangxin_app",
        "SET ROLE liangxin_owner",
    ):
        op.execute(statement)


def _visits() -> None:
    op.create_table(
        "visits",
        sa.Column("id", sa.Uuid(), primary_key=True, server_default=sa.text("uuidv7()")),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("assignment_id", sa.Uuid(), sa.ForeignKey("assignments.id"), nullable=False),
        sa.Column("worker_id", sa.Uuid(), sa.ForeignKey("workers.id"), nullable=False),
        sa.Column("organization_id", sa.Uuid(), sa.ForeignKey("organizations.id")),
        sa.Column("branch_id", sa.Uuid(), sa.ForeignKey("branches.id")),
        sa.Column("visited_on", sa.Date(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("did", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("note", sa.Text()),
        sa.Column("follows", sa.Text()),
        sa.Column("next_on", sa.Date()),
        sa.Column("cancel_reason", sa.Text()),
        sa.Column("entered_by", sa.Text(), nullable=False),
        sa.Column("region_code", sa.BigInteger(), nullable=False),
        sa.Column("authority_code", sa.BigInteger()),
        sa.Column("outflow_authority_code", sa.BigInteger()),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(f"kind IN ({KINDS})", "kind"),
        sa.CheckConstraint(f"cardinality(did) >= 1 AND did <@ ARRAY[{DEEDS}]", "did"),
        sa.CheckConstraint("num_nonnulls(organization_id, branch_id) = 1", "about"),
        sa.CheckConstraint("note <> '' AND follows <> '' AND cancel_reason <> ''", "texts"),
        sa.CheckConstraint("next_on > visited_on", "next_on"),
        sa.CheckConstraint("region_code BETWEEN 0 AND 999999999999", "region_code"),
    )
    op.create_index("ix_visits_region_code_id", "visits", ["region_code", "id"])
    op.create_index("ix_visits_authority_code", "visits", ["authority_code", "region_code", "id"])
    # The last visit of an assignment is looked up here as well.
    op.create_index(
        "uq_visits_assignment_id_visited_on_kind",
        "visits",
        ["assignment_id", "visited_on", "kind"],
        unique=True,
        postgresql_where=sa.text("cancel_reason IS NULL"),
    )
    op.create_index("ix_visits_worker_id", "visits", ["worker_id", "visited_on"])
    for column in ("organization_id", "branch_id"):
        op.create_index(
            f"ix_visits_{column}", "visits", [column, "visited_on"], postgresql_where=sa.text(f"{column} IS NOT NULL")
        )


def _tasks() -> None:
    op.drop_constraint("kind", "formation_tasks", type_="check")
    op.create_check_constraint("kind", "formation_tasks", f"kind IN ({TASKS})")
    op.add_column("formation_tasks", sa.Column("what", sa.Text()))
    op.add_column("formation_tasks", sa.Column("visit_id", sa.Uuid()))
    op.create_foreign_key(None, "formation_tasks", "visits", ["visit_id"], ["id"])
    op.create_check_constraint("what", "formation_tasks", "(kind = 'solve') = (what IS NOT NULL) AND what <> ''")
    op.create_check_constraint("visit_id", "formation_tasks", "visit_id IS NULL OR kind = 'solve'")
    op.create_index(
        "ix_formation_tasks_visit_id", "formation_tasks", ["visit_id"], postgresql_where=sa.text("visit_id IS NOT NULL")
    )


def downgrade() -> None:
    raise RuntimeError("Migrations go forward only; restore a backup instead.")
