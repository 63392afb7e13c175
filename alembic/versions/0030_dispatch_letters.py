"""Dispatch letters among the documents, along with an instructor's role wherever it goes; which worker a member is."""

from alembic import op
from app.core.rowsecurity import NOW

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

INSTANT = f"coalesce({NOW}, clock_timestamp())"
KINDS = "kind IN ('approval', 'appointment', 'term_reminder', 'dispatch')"
SUBJECTS = "subject_kind IN ('branch_applications', 'terms', 'worker_roles')"
# A term is a branch's and a dispatch letter an instructor's, nothing else.
FITTING = (
    "subject_kind = CASE kind WHEN 'approval' THEN 'branch_applications' WHEN 'dispatch' THEN 'worker_roles'"
    " ELSE 'terms' END"
)
CHECKS = (
    ("number_series", "kind", KINDS),
    ("documents", "kind", KINDS),
    ("documents", "subject_kind", SUBJECTS),
    ("documents", "subject_fits", FITTING),
)

# As in 0022; a dispatch letter stands where the instructor is kept, under his line or, without one, the issuer's.
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

DOCUMENTS_FOLLOW = f"""
CREATE FUNCTION documents_follow_worker_roles() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    moved uuid[] := ARRAY(
        SELECT new_rows.id FROM new_rows JOIN old_rows USING (id)
         WHERE (new_rows.region_code, new_rows.authority_code)
               IS DISTINCT FROM (old_rows.region_code, old_rows.authority_code));
    narrow text[];
BEGIN
    IF moved = '{{}}' THEN
        RETURN NULL;
    END IF;
    narrow := widen_scope();
    UPDATE documents AS paper
       SET region_code = new_rows.region_code,
           authority_code = coalesce(new_rows.authority_code, paper.authority_code),
           version = paper.version + 1, recorded_at = {INSTANT}
      FROM new_rows
     WHERE paper.subject_kind = 'worker_roles' AND paper.subject_id = new_rows.id AND new_rows.id = ANY (moved);
    PERFORM narrow_scope(narrow);
    RETURN NULL;
END $$
"""

# Which current workers these members are, anywhere in the country, as the lookup by identity number tells (0023).
OF_MEMBERS = """
CREATE FUNCTION workers_of_members(wanted uuid[]) RETURNS TABLE (member_id uuid, id uuid, region_code bigint)
LANGUAGE sql STABLE SECURITY DEFINER ROWS 100 SET search_path = public, pg_temp AS $$
    SELECT member_id, id, region_code FROM workers WHERE member_id = ANY (wanted) AND state = 'current'
$$
"""


def upgrade() -> None:
    for table, name, condition in CHECKS:
        constraint = f"ck_{table}_{name}"
        op.execute(f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {constraint}")
        op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {constraint} CHECK ({condition}) NOT VALID")
        op.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT {constraint}")
    for statement in (
        DOCUMENTS_STAND,
        DOCUMENTS_FOLLOW,
        "CREATE TRIGGER documents_follow_worker_roles AFTER UPDATE ON worker_roles REFERENCING OLD TABLE AS old_rows"
        " NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION documents_follow_worker_roles()",
        "SET ROLE liangxin_lookup",
        OF_MEMBERS,
        "REVOKE ALL ON FUNCTION workers_of_members(uuid[]) FROM PUBLIC",
        "GRANT EXECUTE ON FUNCTION workers_of_members(uuid[]) TO liangxin_app",
        "SET ROLE liangxin_owner",
    ):
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("Migrations go forward only; restore a backup instead.")
