"""What ends with an organisation ends on the same day everywhere; a role that ends leaves no place in a station."""

from alembic import op
from app.core.rowsecurity import NOW

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

INSTANT = f"coalesce({NOW}, clock_timestamp())"
DAY = f"({INSTANT} AT TIME ZONE 'Asia/Shanghai')::date"
MEANWHILE = f"version = told.version + 1, recorded_at = {INSTANT}"

# As in 0024, but on the day on which roles end too (0023): that of the closing, not the one on which it is recorded. It
# was the end of what had been ended or handed over for a later day as well. Visits made meanwhile stand.
ENDED = (
    "valid_to = greatest(told.valid_from, {day}), end_kind = 'target_ended', succeeded_by = NULL, " + MEANWHILE,
    "told.valid_to > greatest(told.valid_from, {day})",
)
FOLLOW_BRANCHES = f"""
CREATE OR REPLACE FUNCTION branches_assignments_follow() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
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
    UPDATE assignments AS told SET {ENDED[0].format(day="n.dissolved_on")}
      FROM new_rows AS n
     WHERE told.branch_id = n.id AND n.id = ANY (ended) AND {ENDED[1].format(day="n.dissolved_on")};
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
CREATE OR REPLACE FUNCTION organizations_assignments_follow() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    narrow text[] := widen_scope();
    closed date := least(coalesce(NEW.closed_on, {DAY}), {DAY});
BEGIN
    IF NEW.status IN ('closed', 'revoked') THEN
        UPDATE assignments AS told SET {ENDED[0].format(day="closed")}
         WHERE told.organization_id = NEW.id AND {ENDED[1].format(day="closed")};
    END IF;
    UPDATE assignments AS told SET {MEANWHILE}
     WHERE told.organization_id = NEW.id
       AND (told.region_code, told.authority_code) IS DISTINCT FROM (NEW.region_code, NEW.line_code);
    PERFORM narrow_scope(narrow);
    RETURN NULL;
END $$
"""

# Who is no instructor any more belongs to no station, whoever ends the role and by what. A term that is over as planned
# is written by nobody: whoever asks who belongs to a station asks who is an instructor, wherever he is kept.
LEAVE_STATIONS = f"""
CREATE FUNCTION worker_roles_leave_stations() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    narrow text[] := widen_scope();
    last date := (SELECT max(valid_to) FROM worker_roles
                   WHERE worker_id = OLD.worker_id AND role = 'instructor' AND valid_to > valid_from);
BEGIN
    UPDATE station_members AS told SET valid_to = greatest(told.valid_from, last), {MEANWHILE}
     WHERE told.worker_id = OLD.worker_id
       AND coalesce(told.valid_to > greatest(told.valid_from, last), true);
    PERFORM narrow_scope(narrow);
    RETURN NULL;
END $$
"""
INSTRUCTOR_ON = """
CREATE FUNCTION instructor_on(worker uuid, day date) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM worker_roles
                    WHERE worker_id = worker AND role = 'instructor' AND valid_from <= day AND valid_to > day)
$$
"""

# Whoever writes a post of a member has the branch and needs the member; whoever erases the member has him and needs the
# branch. So the one who writes asks for the member first, whatever lies in his scope: he may still be changed then, but
# an erasure waits.
HOLD = """
CREATE FUNCTION hold_members(wanted uuid[], employed uuid[]) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    narrow text[] := widen_scope();
BEGIN
    PERFORM FROM members
      WHERE id = ANY (wanted) OR id IN (SELECT member_id FROM workers WHERE workers.id = ANY (employed))
      ORDER BY id FOR KEY SHARE;
    PERFORM narrow_scope(narrow);
END $$
"""


def upgrade() -> None:
    for statement in (
        FOLLOW_BRANCHES,
        FOLLOW_ORGANIZATIONS,
        HOLD,
        LEAVE_STATIONS,
        "CREATE TRIGGER worker_roles_leave_stations AFTER UPDATE OF valid_to ON worker_roles FOR EACH ROW"
        " WHEN (OLD.role = 'instructor' AND NEW.end_kind IS NOT NULL AND NEW.valid_to < OLD.valid_to)"
        " EXECUTE FUNCTION worker_roles_leave_stations()",
        "CREATE TRIGGER worker_roles_removed_leave_stations AFTER DELETE ON worker_roles FOR EACH ROW"
        " WHEN (OLD.role = 'instructor') EXECUTE FUNCTION worker_roles_leave_stations()",
        "SET ROLE liangxin_lookup",
        INSTRUCTOR_ON,
        "REVOKE ALL ON FUNCTION instructor_on(uuid, date) FROM PUBLIC",
        "GRANT EXECUTE ON FUNCTION instructor_on(uuid, date) TO liangxin_app",
        "SET ROLE liangxin_owner",
    ):
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("Migrations go forward only; restore a backup instead.")
