"""Courses, sessions, attendance, practice, certificates."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from alembic import op
from app.core.history import watched
from app.core.rowsecurity import HI, LO, NOW, inside, secured, seen_further

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

INSTANT = f"coalesce({NOW}, clock_timestamp())"
MEANWHILE = f"version = told.version + 1, recorded_at = {INSTANT}"
ROLES = "'secretary', 'deputy_secretary', 'committee_member', 'full_time_worker', 'instructor', 'liaison'"
COURSES = "'theory', 'party_spirit', 'party_work', 'business', 'law_and_policy', 'other'"
PURPOSES = "'enterprise', 'government', 'community', 'model_branch', 'other'"
CERTIFICATES = "'party_work', 'secretary', 'instructor', 'social_worker', 'other'"
LONGEST = 14_400
COUNTS = "cancel_reason IS NULL"
HELD_ON = "((starts_at AT TIME ZONE 'Asia/Shanghai')::date)"
ABOUT_WORKERS = ("attendances", "practice_postings", "certificates")

# What is offered above is offered to those below, as with authorities in 0010; they enter who came.
ABOVE = (
    f"(region_code <= {LO} AND region_code + CASE region_level WHEN 0 THEN 1000000000000 WHEN 1 THEN 10000000000"
    f" WHEN 2 THEN 100000000 WHEN 3 THEN 1000000 WHEN 4 THEN 1000 ELSE 1 END >= {HI})"
)
OFFERED = inside("region_code", ("authority_code",))
SEEN = f"({OFFERED} OR {ABOVE})"
OF_WORKER = inside("region_code", ("authority_code",), ("worker_id",))
ENTERED = inside("region_code", ("authority_code",))

# What hangs on a worker stands where the worker stands. Looked up past the caller's scope; whether he may write there
# is then a matter of the policy.
PLACED = """
CREATE FUNCTION training_placed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    SELECT region_code, authority_code INTO NEW.region_code, NEW.authority_code FROM workers WHERE id = NEW.worker_id;
    RETURN NEW;
END $$
"""

# An attendance at a session copies what the session is, and the session then stays what it is. Both sides ask for the
# session's lock before they look, so that neither misses the other: many may enter attendances at once.
COPIED = f"""
CREATE FUNCTION attendances_copied() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.session_id IS NULL THEN
        RETURN NEW;
    END IF;
    PERFORM pg_advisory_xact_lock_shared(hashtextextended('training_sessions' || NEW.session_id, 0));
    SELECT courses.title, held.held_on, held.starts_at, held.ends_at
      INTO NEW.course_title, NEW.held_on, NEW.starts_at, NEW.ends_at
      FROM training_sessions AS held JOIN courses ON courses.id = held.course_id WHERE held.id = NEW.session_id;
    IF EXISTS (SELECT 1 FROM training_sessions AS held WHERE held.id = NEW.session_id
               AND (held.cancel_reason IS NOT NULL OR held.ends_at > {INSTANT})) THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_attendances_session_not_held',
                              MESSAGE = 'ck_attendances_session_not_held';
    END IF;
    IF EXISTS (SELECT 1 FROM training_sessions AS held WHERE held.id = NEW.session_id
               AND held.minutes < NEW.minutes) THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_attendances_beyond_session',
                              MESSAGE = 'ck_attendances_beyond_session';
    END IF;
    RETURN NEW;
END $$
"""
ATTENDED = """
CREATE FUNCTION training_sessions_attended() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('training_sessions' || NEW.id, 0));
    IF EXISTS (SELECT 1 FROM attendances WHERE session_id = NEW.id AND cancel_reason IS NULL) THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_training_sessions_attended',
                              MESSAGE = 'ck_training_sessions_attended';
    END IF;
    RETURN NEW;
END $$
"""

FOLLOW = f"""
CREATE FUNCTION workers_training_follow() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    narrow text[];
    moved uuid[];
BEGIN
    moved := ARRAY(
        SELECT new_rows.id FROM new_rows JOIN old_rows USING (id)
         WHERE (new_rows.region_code, new_rows.authority_code)
               IS DISTINCT FROM (old_rows.region_code, old_rows.authority_code));
    IF moved = '{{}}' THEN
        RETURN NULL;
    END IF;
    narrow := widen_scope();
{
    "".join(
        f'''    UPDATE {table} AS told
       SET region_code = new_rows.region_code, authority_code = new_rows.authority_code, {MEANWHILE}
      FROM new_rows WHERE told.worker_id = new_rows.id AND new_rows.id = ANY (moved);
'''
        for table in ABOUT_WORKERS
    )
}    PERFORM narrow_scope(narrow);
    RETURN NULL;
END $$
"""

# Whose name is gone leaves no records here, nor their earlier versions, nor what datasets said. Only the owner removes
# from history.
FORGOTTEN = f"""
CREATE FUNCTION workers_training_forgotten() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    narrow text[] := widen_scope();
    gone uuid[];
BEGIN
    gone := ARRAY(SELECT id FROM attendances WHERE worker_id = OLD.id);
    DELETE FROM personal_values AS held USING dataset_records AS said
     WHERE held.holder = 'dataset_records' AND held.row_key = said.dataset || '/' || said.record_key
       AND said.subject_id = ANY (gone);
    DELETE FROM dataset_records WHERE subject_id = ANY (gone);
{
    "".join(
        f'''    gone := ARRAY(SELECT id FROM {table} WHERE worker_id = OLD.id);
    DELETE FROM {table} WHERE id = ANY (gone);
    DELETE FROM history WHERE subject = '{table}' AND subject_id = ANY (gone);
'''
        for table in ABOUT_WORKERS
    )
}    PERFORM narrow_scope(narrow);
    RETURN OLD;
END $$
"""

# How long roles that ask for something were held, each day once: for every limit in `limits` the days in the span on
# which one of its roles was held. What is due is then a sum over the limits, however the roles overlap.
HELD = """
CREATE FUNCTION days_held(periods daterange[], span daterange) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = public, pg_temp AS $$
    SELECT coalesce(sum(upper(part) - lower(part)), 0)::integer
      FROM unnest((SELECT range_agg(period) FROM unnest(periods) AS period) * datemultirange(span)) AS part
$$
"""


def upgrade() -> None:
    _courses()
    _sessions()
    _attendances()
    _postings()
    _certificates()
    for table in ("courses", "training_sessions"):
        for statement in (
            *secured(table, SEEN),
            *seen_further(table, SEEN, OFFERED),
            *watched(table),
            f"CREATE TRIGGER {table}_authority_code BEFORE INSERT OR UPDATE OF authority_id, authority_code"
            f" ON {table} FOR EACH ROW EXECUTE FUNCTION branches_authority_code()",
        ):
            op.execute(statement)
    for statement in (
        "SET ROLE liangxin_lookup",
        PLACED,
        COPIED,
        ATTENDED,
        *(
            f"{verb} ALL ON FUNCTION {name}() {whom}"
            for name in ("training_placed", "attendances_copied", "training_sessions_attended")
            for verb, whom in (("REVOKE", "FROM PUBLIC"), ("GRANT", "TO liangxin_owner"))
        ),
        "SET ROLE liangxin_owner",
    ):
        op.execute(statement)
    for table in ABOUT_WORKERS:
        for statement in (
            *secured(table, OF_WORKER),
            *seen_further(table, OF_WORKER, ENTERED),
            *watched(table, masked=("number", "note") if table != "attendances" else ()),
            f"CREATE TRIGGER {table}_placed BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION training_placed()",
        ):
            op.execute(statement)
    for statement in (
        "CREATE TRIGGER attendances_copied BEFORE INSERT OR UPDATE OF session_id, minutes ON attendances"
        " FOR EACH ROW EXECUTE FUNCTION attendances_copied()",
        "CREATE TRIGGER training_sessions_attended BEFORE UPDATE ON training_sessions FOR EACH ROW"
        " WHEN ((NEW.course_id, NEW.starts_at, NEW.ends_at, NEW.minutes)"
        " IS DISTINCT FROM (OLD.course_id, OLD.starts_at, OLD.ends_at, OLD.minutes)"
        " OR NEW.cancel_reason IS DISTINCT FROM OLD.cancel_reason)"
        " EXECUTE FUNCTION training_sessions_attended()",
        FOLLOW,
        "CREATE TRIGGER workers_training_follow AFTER UPDATE ON workers REFERENCING OLD TABLE AS old_rows"
        " NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION workers_training_follow()",
        FORGOTTEN,
        "REVOKE ALL ON FUNCTION workers_training_forgotten() FROM PUBLIC",
        "CREATE TRIGGER workers_training_gone BEFORE DELETE ON workers FOR EACH ROW"
        " EXECUTE FUNCTION workers_training_forgotten()",
        "CREATE TRIGGER workers_training_forgotten AFTER UPDATE ON workers FOR EACH ROW"
        " WHEN (num_nonnulls(NEW.member_id, NEW.name) = 0 AND num_nonnulls(OLD.member_id, OLD.name) > 0)"
        " EXECUTE FUNCTION workers_training_forgotten()",
        "CREATE TRIGGER attendances_records_follow AFTER UPDATE ON attendances REFERENCING OLD TABLE AS old_rows"
        " NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION dataset_records_follow()",
        HELD,
        "ALTER TABLE attendances ADD CONSTRAINT ex_attendances_period EXCLUDE USING gist"
        f" (worker_id WITH =, tstzrange(starts_at, ends_at) WITH &&) WHERE (session_id IS NOT NULL AND {COUNTS})",
        "ALTER TABLE practice_postings ADD CONSTRAINT ex_practice_postings_period EXCLUDE USING gist"
        f" (worker_id WITH =, daterange(valid_from, valid_to) WITH &&) WHERE ({COUNTS})",
    ):
        op.execute(statement)


def _head() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("id", sa.Uuid(), primary_key=True, server_default=sa.text("uuidv7()")),
        sa.Column("version", sa.Integer(), nullable=False),
    )


def _tail() -> tuple[sa.Column[object] | sa.CheckConstraint, ...]:
    return (
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("region_code BETWEEN 0 AND 999999999999", "region_code"),
    )


def _stands() -> tuple[sa.Column[object] | sa.CheckConstraint, ...]:
    """A place of its own, and the body of a line where there is one."""
    return (
        sa.Column("authority_id", sa.Uuid(), sa.ForeignKey("authorities.id")),
        sa.Column("authority_code", sa.BigInteger()),
        sa.Column("region_code", sa.BigInteger(), nullable=False),
        sa.Column("region_level", sa.SmallInteger(), nullable=False),
        sa.CheckConstraint("region_level BETWEEN 0 AND 5", "region_level"),
    )


def _of_worker() -> tuple[sa.Column[object] | sa.CheckConstraint, ...]:
    return (
        sa.Column("cancel_reason", sa.Text()),
        sa.Column("region_code", sa.BigInteger(), nullable=False),
        sa.Column("authority_code", sa.BigInteger()),
        sa.CheckConstraint("cancel_reason <> ''", "cancel_reason"),
    )


def _indexed(table: str) -> None:
    op.create_index(f"ix_{table}_region_code_id", table, ["region_code", "id"])
    op.create_index(f"ix_{table}_authority_code", table, ["authority_code", "region_code", "id"])


def _courses() -> None:
    op.create_table(
        "courses",
        *_head(),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("roles", postgresql.ARRAY(sa.Text()), nullable=False, server_default="{}"),
        sa.Column("withdraw_reason", sa.Text()),
        *_stands(),
        *_tail(),
        sa.CheckConstraint("title <> ''", "title"),
        sa.CheckConstraint(f"kind IN ({COURSES})", "kind"),
        sa.CheckConstraint("body <> ''", "body"),
        sa.CheckConstraint(f"roles <@ ARRAY[{ROLES}]", "roles"),
        sa.CheckConstraint("withdraw_reason <> ''", "withdraw_reason"),
    )
    _indexed("courses")


def _sessions() -> None:
    op.create_table(
        "training_sessions",
        *_head(),
        sa.Column("course_id", sa.Uuid(), sa.ForeignKey("courses.id"), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "held_on",
            sa.Date(),
            sa.Computed(HELD_ON, persisted=True),
            nullable=False,
        ),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("cancel_reason", sa.Text()),
        *_stands(),
        *_tail(),
        sa.CheckConstraint("ends_at > starts_at", "ends_at"),
        sa.CheckConstraint(
            f"minutes BETWEEN 1 AND {LONGEST} AND minutes * interval '1 minute' <= ends_at - starts_at", "minutes"
        ),
        sa.CheckConstraint("place <> ''", "place"),
        sa.CheckConstraint("cancel_reason <> ''", "cancel_reason"),
    )
    _indexed("training_sessions")
    op.create_index("ix_training_sessions_course_id", "training_sessions", ["course_id"])
    op.create_index("ix_training_sessions_held_on", "training_sessions", ["held_on"])


def _attendances() -> None:
    op.create_table(
        "attendances",
        *_head(),
        sa.Column("worker_id", sa.Uuid(), sa.ForeignKey("workers.id"), nullable=False),
        sa.Column("session_id", sa.Uuid(), sa.ForeignKey("training_sessions.id")),
        sa.Column("course_title", sa.Text(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True)),
        sa.Column("ends_at", sa.DateTime(timezone=True)),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_time", sa.DateTime(timezone=True), nullable=False),
        *_of_worker(),
        *_tail(),
        sa.CheckConstraint("course_title <> ''", "course_title"),
        sa.CheckConstraint(f"minutes BETWEEN 1 AND {LONGEST}", "minutes"),
        sa.CheckConstraint("(session_id IS NULL) = (starts_at IS NULL)", "starts_at"),
        sa.CheckConstraint("(starts_at IS NULL) = (ends_at IS NULL)", "ends_at"),
    )
    _indexed("attendances")
    op.create_index("ix_attendances_session_id", "attendances", ["session_id"])
    for name, columns, where in (
        ("uq_attendances_worker_id_session_id", ["worker_id", "session_id"], COUNTS),
        (
            "uq_attendances_worker_id_held_on_course_title",
            ["worker_id", "held_on", "course_title"],
            f"session_id IS NULL AND {COUNTS}",
        ),
    ):
        op.create_index(name, "attendances", columns, unique=True, postgresql_where=sa.text(where))
    op.create_index(
        "ix_attendances_worker_id_held_on",
        "attendances",
        ["worker_id", "held_on"],
        postgresql_include=["minutes"],
        postgresql_where=sa.text(COUNTS),
    )


def _postings() -> None:
    op.create_table(
        "practice_postings",
        *_head(),
        sa.Column("worker_id", sa.Uuid(), sa.ForeignKey("workers.id"), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("note", sa.Text()),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date()),
        *_of_worker(),
        *_tail(),
        sa.CheckConstraint("body <> ''", "body"),
        sa.CheckConstraint(f"purpose IN ({PURPOSES})", "purpose"),
        sa.CheckConstraint("note <> ''", "note"),
        sa.CheckConstraint("valid_to > valid_from", "period"),
    )
    _indexed("practice_postings")
    op.create_index("ix_practice_postings_worker_id", "practice_postings", ["worker_id"])


def _certificates() -> None:
    op.create_table(
        "certificates",
        *_head(),
        sa.Column("worker_id", sa.Uuid(), sa.ForeignKey("workers.id"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("number", sa.Text()),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date()),
        *_of_worker(),
        *_tail(),
        sa.CheckConstraint(f"kind IN ({CERTIFICATES})", "kind"),
        sa.CheckConstraint("number <> ''", "number"),
        sa.CheckConstraint("body <> ''", "body"),
        sa.CheckConstraint("valid_to > issued_on", "valid_to"),
    )
    _indexed("certificates")
    op.create_index(
        "uq_certificates_worker_id_kind_issued_on",
        "certificates",
        ["worker_id", "kind", "issued_on"],
        unique=True,
        postgresql_where=sa.text(COUNTS),
    )


def downgrade() -> None:
    raise RuntimeError("Migrations go forward only; restore a backup instead.")
