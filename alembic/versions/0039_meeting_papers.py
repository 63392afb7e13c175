"""Minutes and notices among the documents; what stands with a committee moves with it."""

from alembic import op
from app.core.rowsecurity import NOW

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

INSTANT = f"coalesce({NOW}, clock_timestamp())"

# All that stands with its committee and is moved by nobody else: notices and supervision have their own (0037).
STANDING = (
    *("departments", "department_duties", "department_liaisons", "department_datasets"),
    *("meeting_schedules", "schedule_exceptions"),
    *("joint_meetings", "agenda_items", "meeting_invitations", "meeting_minutes"),
    *("action_items", "action_item_supporters", "action_item_entries"),
    *("programmes", "general_plan_items", "programme_tasks", "programme_marks", "programme_task_reports"),
    "programme_targets",
)
# As in 0032, for all of them.
ALONG = f"""
CREATE OR REPLACE FUNCTION committee_moves_along() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
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
    FOREACH moving IN ARRAY ARRAY[{", ".join(f"'{table}'" for table in STANDING)}] LOOP
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

KINDS = "kind IN ('approval', 'appointment', 'term_reminder', 'dispatch', 'minutes', 'rectification_notice', 'notice')"
SUBJECTS = (
    "subject_kind IN ('branch_applications', 'terms', 'worker_roles', 'meeting_minutes', 'rectifications', 'notices')"
)
FITTING = (
    "subject_kind = CASE kind WHEN 'approval' THEN 'branch_applications' WHEN 'dispatch' THEN 'worker_roles'"
    " WHEN 'minutes' THEN 'meeting_minutes' WHEN 'rectification_notice' THEN 'rectifications'"
    " WHEN 'notice' THEN 'notices' ELSE 'terms' END"
)
CHECKS = (
    ("number_series", "kind", KINDS),
    ("documents", "kind", KINDS),
    ("documents", "subject_kind", SUBJECTS),
    ("documents", "subject_fits", FITTING),
)

# As in 0030; a committee's paper stands where the committee's row stands. What is to be put right stands with whoever
# is to do so, under the committee's line, which writes it; the line of whoever is told stands beside and reads.
DOCUMENTS_STAND = """
CREATE OR REPLACE FUNCTION documents_stand() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.subject_kind = 'terms' THEN
        SELECT branch_id INTO NEW.branch_id FROM terms WHERE id = NEW.subject_id;
    ELSIF NEW.subject_kind = 'worker_roles' THEN
        SELECT role.region_code, coalesce(role.authority_code, issuer.code)
          INTO NEW.region_code, NEW.authority_code
          FROM worker_roles AS role LEFT JOIN authorities AS issuer ON issuer.id = NEW.issuer_id
         WHERE role.id = NEW.subject_id;
    ELSIF NEW.subject_kind = 'meeting_minutes' THEN
        SELECT region_code, authority_code INTO NEW.region_code, NEW.authority_code
          FROM meeting_minutes WHERE id = NEW.subject_id;
    ELSIF NEW.subject_kind = 'notices' THEN
        SELECT region_code, authority_code INTO NEW.region_code, NEW.authority_code
          FROM notices WHERE id = NEW.subject_id;
    ELSIF NEW.subject_kind = 'rectifications' THEN
        SELECT region_code, authority_code, subject_code
          INTO NEW.region_code, NEW.authority_code, NEW.outflow_authority_code
          FROM rectifications WHERE id = NEW.subject_id;
    ELSE
        SELECT branch_id, region_code, authority_code INTO NEW.branch_id, NEW.region_code, NEW.authority_code
          FROM branch_applications WHERE id = NEW.subject_id;
    END IF;
    IF NEW.branch_id IS NOT NULL THEN
        SELECT region_code, authority_code, outflow_authority_code
          INTO NEW.region_code, NEW.authority_code, NEW.outflow_authority_code
          FROM branches WHERE id = NEW.branch_id;
    END IF;
    RETURN NEW;
END $$
"""

# For the three tables, as the statement trigger of each; only what is to be put right has a subject's line.
DOCUMENTS_FOLLOW = f"""
CREATE FUNCTION documents_follow_committee() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    moved uuid[] := ARRAY(
        SELECT n.id FROM new_rows AS n JOIN old_rows AS o USING (id)
         WHERE (n.region_code, n.authority_code, to_jsonb(n) ->> 'subject_code')
               IS DISTINCT FROM (o.region_code, o.authority_code, to_jsonb(o) ->> 'subject_code'));
    narrow text[];
BEGIN
    IF moved = '{{}}' THEN
        RETURN NULL;
    END IF;
    narrow := widen_scope();
    UPDATE documents AS paper
       SET region_code = told.region_code, authority_code = told.authority_code,
           outflow_authority_code = (to_jsonb(told) ->> 'subject_code')::bigint,
           version = paper.version + 1, recorded_at = {INSTANT}
      FROM new_rows AS told
     WHERE paper.subject_kind = TG_TABLE_NAME AND paper.subject_id = told.id AND told.id = ANY (moved);
    PERFORM narrow_scope(narrow);
    RETURN NULL;
END $$
"""

# A demand's paper is read by whoever is told and written by those alone who see the tour that it came from.
DEMANDED = (
    "(subject_kind <> 'rectifications' OR EXISTS (SELECT FROM rectifications AS told"
    " JOIN supervisions AS tour ON tour.id = told.supervision_id WHERE told.id = documents.subject_id))"
)

# A notice names all whom it was issued to, or is not written: how many there are does not depend on who asks.
SENT = """
CREATE FUNCTION notice_sent(wanted uuid) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT count(*) FROM notice_recipients WHERE notice_id = wanted
$$
"""


def upgrade() -> None:
    for table, name, condition in CHECKS:
        constraint = f"ck_{table}_{name}"
        op.execute(f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {constraint}")
        op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {constraint} CHECK ({condition}) NOT VALID")
        op.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT {constraint}")
    for statement in (
        ALONG,
        DOCUMENTS_STAND,
        DOCUMENTS_FOLLOW,
        *(
            f"CREATE TRIGGER documents_follow_committee AFTER UPDATE ON {table} REFERENCING OLD TABLE AS old_rows"
            " NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION documents_follow_committee()"
            for table in ("meeting_minutes", "notices", "rectifications")
        ),
        f"CREATE POLICY demanded_insert ON documents AS RESTRICTIVE FOR INSERT WITH CHECK ({DEMANDED})",
        f"CREATE POLICY demanded_update ON documents AS RESTRICTIVE FOR UPDATE USING ({DEMANDED})",
        "SET ROLE liangxin_lookup",
        SENT,
        "REVOKE ALL ON FUNCTION notice_sent(uuid) FROM PUBLIC",
        "GRANT EXECUTE ON FUNCTION notice_sent(uuid) TO liangxin_app",
        "SET ROLE liangxin_owner",
    ):
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("Migrations go forward only; restore a backup instead.")
