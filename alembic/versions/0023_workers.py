"""Party workers and their dated roles."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from alembic import op
from app.core.history import watched
from app.core.rowsecurity import NOW, inside, rescoped, secured, seen_further

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

INSTANT = f"coalesce({NOW}, clock_timestamp())"
DAY = f"({INSTANT} AT TIME ZONE 'Asia/Shanghai')::date"
MEANWHILE = f"version = told.version + 1, recorded_at = {INSTANT}"
OF_POSTS = "'secretary', 'deputy_secretary', 'committee_member'"
ROLES = f"{OF_POSTS}, 'full_time_worker', 'instructor', 'liaison'"
NOWHERE = "'00000000-0000-0000-0000-000000000000'::uuid"

# A role stands where its branch stands and belongs to its line, else to its organisation's, else to the worker's.
# Looked up past the caller's scope; whether he may write there is then a matter of the policy.
PLACED = """
CREATE FUNCTION worker_roles_placed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.branch_id IS NOT NULL THEN
        SELECT region_code, authority_code, outflow_authority_code
          INTO NEW.region_code, NEW.authority_code, NEW.outflow_authority_code
          FROM branches WHERE id = NEW.branch_id;
    ELSIF NEW.organization_id IS NOT NULL THEN
        SELECT region_code, line_code, NULL INTO NEW.region_code, NEW.authority_code, NEW.outflow_authority_code
          FROM organizations WHERE id = NEW.organization_id;
    ELSE
        SELECT region_code, authority_code, NULL INTO NEW.region_code, NEW.authority_code, NEW.outflow_authority_code
          FROM workers WHERE id = NEW.worker_id;
    END IF;
    RETURN NEW;
END $$
"""

# Whoever is named for a post is a party worker: the one that the member is already, or whom the branch named by this
# name before and who holds no other post there meanwhile; else a new one, kept where the branch stands.
WORKER_OF = f"""
CREATE FUNCTION worker_of_post(post posts) RETURNS uuid LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    found uuid;
BEGIN
    IF post.member_id IS NULL AND post.holder_name IS NULL THEN
        RETURN NULL;
    END IF;
    IF post.member_id IS NULL THEN
        SELECT earlier.worker_id INTO found
          FROM posts AS earlier JOIN workers ON workers.id = earlier.worker_id
         WHERE earlier.branch_id = post.branch_id AND earlier.holder_name = post.holder_name
           AND workers.name = post.holder_name AND workers.state = 'current'
           AND NOT EXISTS (
               SELECT 1 FROM posts AS other
                WHERE other.branch_id = post.branch_id AND other.worker_id = earlier.worker_id
                  AND daterange(other.valid_from, other.valid_to) && daterange(post.valid_from, post.valid_to))
         ORDER BY earlier.valid_from DESC, earlier.id LIMIT 1;
    ELSE
        SELECT id INTO found FROM workers WHERE member_id = post.member_id AND state = 'current';
    END IF;
    IF found IS NULL THEN
        INSERT INTO workers (version, member_id, name, stated_formal, qualifications, authority_id, state, since,
                             region_code, region_level, source, source_time, created_at, recorded_at)
        SELECT 1, post.member_id, post.holder_name, post.stated_formal, post.qualifications, authority_id, 'current',
               post.valid_from, region_code, region_level, 'posts', {INSTANT}, {INSTANT}, {INSTANT}
          FROM branches WHERE id = post.branch_id
            ON CONFLICT (member_id) WHERE member_id IS NOT NULL AND state = 'current' DO NOTHING
        RETURNING id INTO found;
    END IF;
    IF found IS NULL THEN
        SELECT id INTO found FROM workers WHERE member_id = post.member_id AND state = 'current';
    END IF;
    RETURN found;
END $$
"""
# By a worker's id the post is given to him, under the name he has here and with what is recorded of his fitness. What
# is recorded with a post is recorded of him, and a later word on whether he is a formal member holds.
NAMED = f"""
CREATE FUNCTION posts_worker() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    narrow text[] := widen_scope();
BEGIN
    IF NEW.worker_id IS NULL THEN
        NEW.worker_id := worker_of_post(NEW);
    ELSE
        SELECT member_id, name, stated_formal,
               ARRAY(SELECT DISTINCT unnest(qualifications || NEW.qualifications) ORDER BY 1)
          INTO NEW.member_id, NEW.holder_name, NEW.stated_formal, NEW.qualifications
          FROM workers WHERE id = NEW.worker_id;
    END IF;
    UPDATE workers AS told
       SET qualifications = ARRAY(SELECT DISTINCT unnest(told.qualifications || NEW.qualifications) ORDER BY 1),
           stated_formal = coalesce(NEW.stated_formal, told.stated_formal), since = least(told.since, NEW.valid_from),
           {MEANWHILE}
     WHERE id = NEW.worker_id
       AND NOT (told.qualifications @> NEW.qualifications AND told.since <= NEW.valid_from
                AND coalesce(NEW.stated_formal, told.stated_formal) IS NOT DISTINCT FROM told.stated_formal);
    PERFORM narrow_scope(narrow);
    RETURN NEW;
END $$
"""

# The role follows the post, whatever way that is written.
TAKEN = f"""
CREATE FUNCTION posts_insert_roles() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    narrow text[] := widen_scope();
BEGIN
    INSERT INTO worker_roles (version, worker_id, role, selection_channel, branch_id, post_id, full_time, valid_from,
                              valid_to, end_kind, end_reason, departures, created_at, recorded_at)
    SELECT 1, worker_id, role, selection_channel, branch_id, new_rows.id, workers.full_time, valid_from,
           valid_to, end_kind, end_reason, '[]', {INSTANT}, {INSTANT}
      FROM new_rows JOIN workers ON workers.id = worker_id ORDER BY new_rows.id;
    PERFORM narrow_scope(narrow);
    RETURN NULL;
END $$
"""
HELD = f"""
CREATE FUNCTION posts_update_roles() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    narrow text[] := widen_scope();
BEGIN
    UPDATE worker_roles AS told
       SET role = new_rows.role, selection_channel = new_rows.selection_channel, valid_from = new_rows.valid_from,
           valid_to = new_rows.valid_to, end_kind = new_rows.end_kind, end_reason = new_rows.end_reason, {MEANWHILE}
      FROM new_rows
     WHERE told.post_id = new_rows.id
       AND (told.role, told.selection_channel, told.valid_from, told.valid_to, told.end_kind, told.end_reason)
           IS DISTINCT FROM (new_rows.role, new_rows.selection_channel, new_rows.valid_from, new_rows.valid_to,
                             new_rows.end_kind, new_rows.end_reason);
    UPDATE workers AS told
       SET qualifications = found.now, {MEANWHILE}
      FROM (SELECT workers.id, ARRAY(
                       SELECT each FROM unnest(workers.qualifications) AS each WHERE each <> ALL (old_rows.qualifications)
                        UNION SELECT unnest(new_rows.qualifications) ORDER BY 1) AS now
              FROM new_rows JOIN old_rows USING (id) JOIN workers ON workers.id = new_rows.worker_id
             WHERE new_rows.qualifications <> old_rows.qualifications) AS found
     WHERE told.id = found.id AND told.qualifications <> found.now;
    PERFORM narrow_scope(narrow);
    RETURN NULL;
END $$
"""  # noqa: E501  (one condition)

# Of who is erased nothing stays that tells who it was: numbers, what datasets said, and the name in earlier versions,
# which for posts are kept otherwise. Asked with the whole country in scope: a post may stand elsewhere.
UNNAMED = """
CREATE FUNCTION forget_names(wanted uuid[]) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    UPDATE history SET row = row || '{"holder_name": null}'
     WHERE subject = 'posts' AND subject_id IN (SELECT id FROM posts WHERE worker_id = ANY (wanted))
       AND row ->> 'holder_name' IS NOT NULL
$$
"""
FORGOTTEN = """
CREATE FUNCTION forget_workers(wanted uuid[]) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    DELETE FROM personal_values WHERE holder = 'workers' AND row_key = ANY (wanted::text[]);
    WITH said AS (
        DELETE FROM dataset_records WHERE subject_id = ANY (wanted) RETURNING dataset || '/' || record_key AS key
    )
    DELETE FROM personal_values USING said WHERE holder = 'dataset_records' AND row_key = said.key;
    PERFORM forget_names(wanted);
END $$
"""

# Where a worker goes, roles without a place of their own and the sealed numbers go too, and posts say the name he has.
FOLLOWED = f"""
CREATE FUNCTION workers_followed() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    narrow text[];
    moved uuid[];
    known uuid[];
    timed uuid[];
    erased uuid[];
BEGIN
    SELECT coalesce(array_agg(n.id) FILTER (WHERE (n.region_code, n.authority_code)
                                             IS DISTINCT FROM (o.region_code, o.authority_code)), '{{}}'),
           coalesce(array_agg(n.id) FILTER (WHERE (n.member_id, n.name, n.stated_formal)
                                             IS DISTINCT FROM (o.member_id, o.name, o.stated_formal)), '{{}}'),
           coalesce(array_agg(n.id) FILTER (WHERE n.full_time <> o.full_time), '{{}}'),
           coalesce(array_agg(n.id) FILTER (WHERE n.erased AND NOT o.erased), '{{}}')
      INTO moved, known, timed, erased
      FROM new_rows AS n JOIN old_rows AS o USING (id);
    IF moved = '{{}}' AND known = '{{}}' AND timed = '{{}}' AND erased = '{{}}' THEN
        RETURN NULL;
    END IF;
    narrow := widen_scope();
    UPDATE worker_roles AS told SET {MEANWHILE}
     WHERE worker_id = ANY (moved) AND branch_id IS NULL AND organization_id IS NULL;
    UPDATE personal_values AS held SET region_code = new_rows.region_code
      FROM new_rows
     WHERE held.holder = 'workers' AND held.row_key = new_rows.id::text AND new_rows.id = ANY (moved)
       AND held.region_code <> new_rows.region_code;
    UPDATE posts AS told
       SET member_id = new_rows.member_id, holder_name = new_rows.name, stated_formal = new_rows.stated_formal,
           {MEANWHILE}
      FROM new_rows
     WHERE told.worker_id = new_rows.id AND new_rows.id = ANY (known)
       AND (told.member_id, told.holder_name, told.stated_formal)
           IS DISTINCT FROM (new_rows.member_id, new_rows.name, new_rows.stated_formal);
    UPDATE worker_roles AS told SET full_time = new_rows.full_time, {MEANWHILE}
      FROM new_rows
     WHERE told.worker_id = new_rows.id AND new_rows.id = ANY (timed) AND told.post_id IS NOT NULL
       AND told.end_kind IS NULL AND told.full_time <> new_rows.full_time;
    IF erased <> '{{}}' THEN
        PERFORM forget_workers(erased);
    END IF;
    PERFORM narrow_scope(narrow);
    RETURN NULL;
END $$
"""

# When a branch moves or comes under another authority, its roles follow, and those who are workers for its posts alone;
# when it is dissolved its roles end. (Those of posts end with the posts, as in 0018.)
BRANCHES_FOLLOWED = f"""
CREATE FUNCTION branches_workers_follow() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    narrow text[];
    moved uuid[];
    ended uuid[];
BEGIN
    SELECT coalesce(array_agg(n.id) FILTER (
               WHERE (n.region_code, n.region_level, n.authority_id, n.authority_code, n.outflow_authority_code)
                     IS DISTINCT FROM
                     (o.region_code, o.region_level, o.authority_id, o.authority_code, o.outflow_authority_code)),
               '{{}}'),
           coalesce(array_agg(n.id) FILTER (WHERE n.dissolved_on IS NOT NULL AND o.dissolved_on IS NULL), '{{}}')
      INTO moved, ended FROM new_rows AS n JOIN old_rows AS o USING (id);
    IF moved = '{{}}' AND ended = '{{}}' THEN
        RETURN NULL;
    END IF;
    narrow := widen_scope();
    UPDATE worker_roles AS told
       SET valid_to = greatest(told.valid_from, new_rows.dissolved_on), end_kind = 'dissolved', {MEANWHILE}
      FROM new_rows
     WHERE told.branch_id = new_rows.id AND new_rows.id = ANY (ended) AND told.post_id IS NULL
       AND (told.valid_to IS NULL OR told.valid_to > new_rows.dissolved_on);
    UPDATE worker_roles AS told SET {MEANWHILE} WHERE branch_id = ANY (moved);
    UPDATE workers AS told
       SET region_code = new_rows.region_code, region_level = new_rows.region_level,
           authority_id = new_rows.authority_id, {MEANWHILE}
      FROM new_rows JOIN old_rows USING (id)
     WHERE new_rows.id = ANY (moved) AND told.source = 'posts'
       AND (told.region_code, told.region_level) = (old_rows.region_code, old_rows.region_level)
       AND told.authority_id IS NOT DISTINCT FROM old_rows.authority_id
       AND (told.region_code, told.region_level, told.authority_id)
           IS DISTINCT FROM (new_rows.region_code, new_rows.region_level, new_rows.authority_id)
       AND EXISTS (SELECT 1 FROM posts WHERE posts.worker_id = told.id AND posts.branch_id = new_rows.id);
    PERFORM narrow_scope(narrow);
    RETURN NULL;
END $$
"""
# And where an organisation goes; when it is closed its roles end on the day it was, or today when no day is known.
EMPLOYERS_FOLLOWED = f"""
CREATE FUNCTION organizations_workers_follow() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    narrow text[] := widen_scope();
    closed date := least(coalesce(NEW.closed_on, {DAY}), {DAY});
BEGIN
    IF NEW.status IN ('closed', 'revoked') THEN
        UPDATE worker_roles AS told
           SET valid_to = greatest(told.valid_from, closed), end_kind = 'closed', {MEANWHILE}
         WHERE organization_id = NEW.id AND (told.valid_to IS NULL OR told.valid_to > closed)
           AND told.valid_from IS DISTINCT FROM told.valid_to;
    END IF;
    UPDATE worker_roles AS told SET {MEANWHILE}
     WHERE organization_id = NEW.id
       AND (told.region_code, told.authority_code) IS DISTINCT FROM (NEW.region_code, NEW.line_code);
    PERFORM narrow_scope(narrow);
    RETURN NULL;
END $$
"""

# Who is erased as a member is erased as a worker: it is one person.
LEAVE = f"""
CREATE FUNCTION members_leave_workers() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    narrow text[] := widen_scope();
    gone uuid[];
BEGIN
    gone := ARRAY(SELECT id FROM workers WHERE member_id = OLD.id);
    UPDATE workers AS told
       SET member_id = NULL, stated_formal = NULL, background = NULL, sending_body = NULL, home_region_code = NULL,
           home_region_level = NULL, qualifications = '{{}}', industries = '{{}}', corrected = '{{}}', erased = true,
           until = coalesce(told.until, greatest(told.since, {DAY})), state = 'ended', {MEANWHILE}
     WHERE id = ANY (gone);
    PERFORM privacy_forget('workers', gone);
    PERFORM narrow_scope(narrow);
    RETURN OLD;
END $$
"""

# Who is a worker anywhere in the country, by the index of the identity number, as for members.
HOLDING = """
CREATE FUNCTION workers_holding_identity(wanted bytea[])
RETURNS TABLE (blind bytea, id uuid, region_code bigint)
LANGUAGE sql STABLE SECURITY DEFINER ROWS 100 SET search_path = public, pg_temp AS $$
    SELECT held.blind, workers.id, workers.region_code
      FROM personal_values AS held JOIN workers ON workers.id = held.row_key::uuid
     WHERE held.blind = ANY (wanted) AND held.holder = 'workers' AND held.field = 'identity_number'
       AND workers.state = 'current'
$$
"""
HOLD = """
CREATE FUNCTION workers_hold_identity(wanted bytea[]) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    one bytea;
BEGIN
    FOR one IN SELECT DISTINCT unnest(wanted) AS blind ORDER BY blind LOOP
        PERFORM pg_advisory_xact_lock(hashtextextended('workers.identity_number' || encode(one, 'hex'), 0));
    END LOOP;
END $$
"""
ONCE = """
CREATE FUNCTION workers_identity_once() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM workers_hold_identity(ARRAY[NEW.blind]);
    IF EXISTS (SELECT 1 FROM workers WHERE id = NEW.row_key::uuid AND state = 'current') AND EXISTS (
        SELECT 1 FROM personal_values AS held JOIN workers ON workers.id = held.row_key::uuid
         WHERE held.blind = NEW.blind AND held.holder = 'workers' AND held.field = 'identity_number'
           AND held.row_key <> NEW.row_key AND workers.state = 'current') THEN
        RAISE EXCEPTION USING ERRCODE = 'unique_violation', CONSTRAINT = 'uq_workers_identity_number',
                              MESSAGE = 'uq_workers_identity_number';
    END IF;
    RETURN NULL;
END $$
"""

FORGET = """
CREATE OR REPLACE FUNCTION privacy_forget(about text, rows uuid[]) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    gone bigint;
BEGIN
    IF about NOT IN ('contacts', 'review_items', 'members', 'member_relations', 'member_transfers', 'workers') THEN
        RAISE EXCEPTION 'the history of % is not about persons', about;
    END IF;
    DELETE FROM history WHERE subject = about AND subject_id = ANY (rows);
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END $$
"""

# As in 0016, and a worker's numbers are kept by whoever sees the worker.
WORKER_SEEN = """
CREATE FUNCTION worker_seen(wanted text) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
BEGIN
    RETURN EXISTS (SELECT 1 FROM workers WHERE id = wanted::uuid);
END $$
"""
NUMBERS = (
    f"({inside('region_code')} OR (holder = 'members' AND member_seen(row_key))"
    " OR (holder = 'workers' AND worker_seen(row_key)))"
)

# Those who held posts before there were workers, in the order in which they took office. Of whom no post stands any
# more, the work here has ended.
FILL = f"""
DO $$
DECLARE
    post posts;
BEGIN
    FOR post IN SELECT * FROM posts ORDER BY valid_from, id LOOP
        UPDATE posts SET worker_id = worker_of_post(post) WHERE id = post.id;
    END LOOP;
    UPDATE workers SET qualifications = ARRAY(
        SELECT DISTINCT unnest(posts.qualifications) FROM posts WHERE posts.worker_id = workers.id ORDER BY 1);
    UPDATE workers SET state = 'ended', until = held.until
      FROM (SELECT worker_id, max(valid_to) AS until FROM posts GROUP BY worker_id HAVING bool_and(valid_to IS NOT NULL))
        AS held
     WHERE held.worker_id = workers.id;
    INSERT INTO worker_roles (version, worker_id, role, selection_channel, branch_id, post_id, valid_from, valid_to,
                              end_kind, end_reason, departures, created_at, recorded_at)
    SELECT 1, worker_id, role, selection_channel, branch_id, id, valid_from, valid_to, end_kind, end_reason, '[]',
           {INSTANT}, {INSTANT}
      FROM posts WHERE worker_id IS NOT NULL ORDER BY id;
END $$
"""  # noqa: E501  (one sub-select)

SCOPE = inside("region_code", ("authority_code",), ("id",))
SEE = inside("region_code", ("authority_code", "outflow_authority_code"), ("worker_id", "branch_id", "organization_id"))
WRITE = inside("region_code", ("authority_code",), ("worker_id", "branch_id"))


def upgrade() -> None:
    _workers()
    op.add_column("posts", sa.Column("worker_id", sa.Uuid(), sa.ForeignKey("workers.id")))
    op.create_index("ix_posts_worker_id", "posts", ["worker_id"], postgresql_where=sa.text("worker_id IS NOT NULL"))
    op.create_index("ix_posts_branch_id", "posts", ["branch_id"])
    _roles()
    for statement in (
        "SET ROLE liangxin_lookup",
        PLACED,
        "REVOKE ALL ON FUNCTION worker_roles_placed() FROM PUBLIC",
        "GRANT EXECUTE ON FUNCTION worker_roles_placed() TO liangxin_owner",
        "SET ROLE liangxin_owner",
        "CREATE TRIGGER worker_roles_placed BEFORE INSERT OR UPDATE ON worker_roles FOR EACH ROW"
        " EXECUTE FUNCTION worker_roles_placed()",
        "CREATE TRIGGER workers_authority_code BEFORE INSERT OR UPDATE OF authority_id, authority_code ON workers"
        " FOR EACH ROW EXECUTE FUNCTION branches_authority_code()",
        WORKER_OF,
    ):
        op.execute(statement)
    _fill()
    for statement in (
        *secured("workers", SCOPE),
        *watched("workers", masked=("name",)),
        *secured("worker_roles", SEE),
        *seen_further("worker_roles", SEE, WRITE),
        *watched("worker_roles"),
        "ALTER TABLE worker_roles ADD CONSTRAINT ex_worker_roles_period EXCLUDE USING gist (worker_id WITH =,"
        f" role WITH =, coalesce(branch_id, organization_id, {NOWHERE}) WITH =, daterange(valid_from, valid_to)"
        " WITH &&)",
        "ALTER TABLE posts ADD CONSTRAINT ex_posts_worker EXCLUDE USING gist"
        " (branch_id WITH =, worker_id WITH =, daterange(valid_from, valid_to) WITH &&) WHERE (worker_id IS NOT NULL)",
        NAMED,
        # By its name it comes after posts_stands_with_branch, and so sees where the post stands.
        "CREATE TRIGGER posts_worker BEFORE INSERT ON posts FOR EACH ROW EXECUTE FUNCTION posts_worker()",
        TAKEN,
        "CREATE TRIGGER posts_insert_roles AFTER INSERT ON posts REFERENCING NEW TABLE AS new_rows"
        " FOR EACH STATEMENT EXECUTE FUNCTION posts_insert_roles()",
        HELD,
        _on_update("posts", "posts_update_roles"),
        UNNAMED,
        "REVOKE ALL ON FUNCTION forget_names(uuid[]) FROM PUBLIC",
        "GRANT EXECUTE ON FUNCTION forget_names(uuid[]) TO liangxin_app",
        FORGOTTEN,
        FOLLOWED,
        _on_update("workers", "workers_followed"),
        _on_update("workers", "dataset_records_follow"),
        BRANCHES_FOLLOWED,
        _on_update("branches", "branches_workers_follow"),
        EMPLOYERS_FOLLOWED,
        "CREATE TRIGGER organizations_workers_follow AFTER UPDATE ON organizations FOR EACH ROW"
        " WHEN (OLD.region_code IS DISTINCT FROM NEW.region_code OR OLD.line_code IS DISTINCT FROM NEW.line_code"
        " OR OLD.status <> NEW.status) EXECUTE FUNCTION organizations_workers_follow()",
        LEAVE,
        "CREATE TRIGGER members_leave_workers BEFORE DELETE ON members"
        " FOR EACH ROW EXECUTE FUNCTION members_leave_workers()",
        HOLD,
        WORKER_SEEN,
        *rescoped("personal_values", NUMBERS),
        FORGET,
        "SET ROLE liangxin_lookup",
        HOLDING,
        "REVOKE ALL ON FUNCTION workers_holding_identity(bytea[]) FROM PUBLIC",
        "GRANT EXECUTE ON FUNCTION workers_holding_identity(bytea[]) TO liangxin_app",
        ONCE,
        "REVOKE ALL ON FUNCTION workers_identity_once() FROM PUBLIC",
        "GRANT EXECUTE ON FUNCTION workers_identity_once() TO liangxin_owner",
        "SET ROLE liangxin_owner",
        "CREATE TRIGGER workers_identity_once AFTER INSERT OR UPDATE OF blind ON personal_values FOR EACH ROW"
        " WHEN (NEW.holder = 'workers' AND NEW.field = 'identity_number')"
        " EXECUTE FUNCTION workers_identity_once()",
    ):
        op.execute(statement)


def _on_update(table: str, function: str) -> str:
    return (
        f"CREATE TRIGGER {function} AFTER UPDATE ON {table} REFERENCING OLD TABLE AS old_rows"
        f" NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION {function}()"
    )


def _fill() -> None:
    """Posts that stand already. The migrator itself sees every row, the owner does not; what is derived is no news and
    leaves no trail.
    """
    op.execute("RESET ROLE")
    op.execute("ALTER TABLE posts DISABLE TRIGGER posts_update_trail")
    op.execute(FILL)
    op.execute("ALTER TABLE posts ENABLE TRIGGER posts_update_trail")
    op.execute("SET ROLE liangxin_owner")


def _workers() -> None:
    op.create_table(
        "workers",
        sa.Column("id", sa.Uuid(), primary_key=True, server_default=sa.text("uuidv7()")),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Uuid(), sa.ForeignKey("members.id")),
        sa.Column("name", sa.Text()),
        sa.Column("stated_formal", sa.Boolean()),
        sa.Column("erased", sa.Boolean(), nullable=False, server_default=sa.text("false")),
        sa.Column("background", sa.Text()),
        sa.Column("sending_body", sa.Text()),
        sa.Column("qualifications", postgresql.ARRAY(sa.Text()), nullable=False, server_default=sa.text("'{}'")),
        sa.Column("industries", postgresql.ARRAY(sa.Text()), nullable=False, server_default=sa.text("'{}'")),
        sa.Column("home_region_code", sa.BigInteger()),
        sa.Column("home_region_level", sa.SmallInteger()),
        sa.Column("full_time", sa.Boolean(), nullable=False, server_default=sa.text("false")),
        sa.Column("authority_id", sa.Uuid(), sa.ForeignKey("authorities.id")),
        sa.Column("authority_code", sa.BigInteger()),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date()),
        sa.Column("region_code", sa.BigInteger(), nullable=False),
        sa.Column("region_level", sa.SmallInteger(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_time", sa.DateTime(timezone=True), nullable=False),
        sa.Column("corrected", postgresql.ARRAY(sa.Text()), nullable=False, server_default=sa.text("'{}'")),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("name <> ''", "name"),
        sa.CheckConstraint("num_nonnulls(member_id, name) <= 1", "person"),
        sa.CheckConstraint("NOT erased OR num_nonnulls(member_id, name) = 0", "erased"),
        sa.CheckConstraint(
            "background IN ('government_organ', 'enterprise_institution_committee', 'veteran', 'other')", "background"
        ),
        sa.CheckConstraint("state IN ('current', 'ended')", "state"),
        sa.CheckConstraint("(until IS NULL) = (state = 'current') AND until >= since", "until"),
        sa.CheckConstraint("(home_region_code IS NULL) = (home_region_level IS NULL)", "home_region"),
        sa.CheckConstraint("home_region_level BETWEEN 0 AND 5", "home_region_level"),
        sa.CheckConstraint("region_level BETWEEN 0 AND 5", "region_level"),
        sa.CheckConstraint("region_code BETWEEN 0 AND 999999999999", "region_code"),
    )
    op.create_index(
        "uq_workers_member_id",
        "workers",
        ["member_id"],
        unique=True,
        postgresql_where=sa.text("member_id IS NOT NULL AND state = 'current'"),
    )
    for column in ("member_id", "home_region_code"):
        op.create_index(f"ix_workers_{column}", "workers", [column], postgresql_where=sa.text(f"{column} IS NOT NULL"))
    op.create_index("ix_workers_region_code_id", "workers", ["region_code", "id"])
    op.create_index("ix_workers_authority_code", "workers", ["authority_code", "region_code", "id"])


def _roles() -> None:
    op.create_table(
        "worker_roles",
        sa.Column("id", sa.Uuid(), primary_key=True, server_default=sa.text("uuidv7()")),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("worker_id", sa.Uuid(), sa.ForeignKey("workers.id"), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("selection_channel", sa.Text(), nullable=False),
        sa.Column("branch_id", sa.Uuid(), sa.ForeignKey("branches.id")),
        sa.Column("organization_id", sa.Uuid(), sa.ForeignKey("organizations.id")),
        sa.Column("post_id", sa.Uuid(), sa.ForeignKey("posts.id")),
        sa.Column("full_time", sa.Boolean(), nullable=False, server_default=sa.text("false")),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date()),
        sa.Column("end_kind", sa.Text()),
        sa.Column("end_reason", sa.Text()),
        sa.Column("departures", postgresql.JSONB(), nullable=False),
        sa.Column("region_code", sa.BigInteger(), nullable=False),
        sa.Column("authority_code", sa.BigInteger()),
        sa.Column("outflow_authority_code", sa.BigInteger()),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(f"role IN ({ROLES})", "role"),
        sa.CheckConstraint("selection_channel IN ('internal', 'external', 'dispatched')", "selection_channel"),
        sa.CheckConstraint("end_kind IN ('ended', 'replaced', 'dissolved', 'closed', 'worker_ended')", "end_kind"),
        sa.CheckConstraint("end_kind IS NULL OR valid_to IS NOT NULL", "ended"),
        sa.CheckConstraint(f"(role IN ({OF_POSTS})) = (post_id IS NOT NULL)", "post_id"),
        sa.CheckConstraint("num_nonnulls(branch_id, organization_id) <= 1", "place"),
        sa.CheckConstraint("post_id IS NULL OR branch_id IS NOT NULL", "branch_id"),
        sa.CheckConstraint(
            "role <> 'instructor' OR (valid_to IS NOT NULL AND num_nonnulls(branch_id, organization_id) = 0)",
            "instructor",
        ),
        sa.CheckConstraint("role <> 'liaison' OR organization_id IS NOT NULL", "liaison"),
        sa.CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", "period"),
        sa.CheckConstraint("region_code BETWEEN 0 AND 999999999999", "region_code"),
    )
    op.create_index("uq_worker_roles_post_id", "worker_roles", ["post_id"], unique=True)
    op.create_index("ix_worker_roles_worker_id", "worker_roles", ["worker_id"])
    op.create_index("ix_worker_roles_region_code_id", "worker_roles", ["region_code", "id"])
    op.create_index("ix_worker_roles_authority_code", "worker_roles", ["authority_code", "region_code", "id"])
    op.create_index("ix_worker_roles_role", "worker_roles", ["role", "region_code", "id"])
    for column in ("branch_id", "organization_id", "outflow_authority_code"):
        op.create_index(
            f"ix_worker_roles_{column}", "worker_roles", [column], postgresql_where=sa.text(f"{column} IS NOT NULL")
        )


def downgrade() -> None:
    raise RuntimeError("Migrations go forward only; restore a backup instead.")
