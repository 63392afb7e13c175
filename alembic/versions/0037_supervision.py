"""Notices downward, supervision tours, and what is to be put right."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import SchemaItem

from alembic import op
from app.core.history import watched
from app.core.rowsecurity import NOW, SUBJECTS, inside, secured, seen_further

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

INSTANT = f"coalesce({NOW}, clock_timestamp())"

# What is told to somebody stands where he stands, so that his place, his line and he himself find it; the line of the
# committee that told it stands beside. Both are held where they are until the row is written, in or out of sight: that
# a row is written where the writer may write is asked of the row afterwards.
RECIPIENTS_STAND = """
CREATE FUNCTION notice_recipients_stand() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    narrow text[] := widen_scope();
BEGIN
    SELECT code INTO NEW.authority_code FROM authorities WHERE id = NEW.committee_id FOR SHARE;
    IF NEW.authority_id IS NOT NULL THEN
        SELECT region_code, region_level, code INTO NEW.region_code, NEW.region_level, NEW.recipient_code
          FROM authorities WHERE id = NEW.authority_id FOR SHARE;
    ELSE
        SELECT region_code, region_level INTO NEW.region_code, NEW.region_level
          FROM departments WHERE id = NEW.department_id FOR SHARE;
    END IF;
    PERFORM narrow_scope(narrow);
    RETURN NEW;
END $$
"""
RECTIFICATIONS_STAND = """
CREATE FUNCTION rectifications_stand() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    narrow text[] := widen_scope();
BEGIN
    SELECT code INTO NEW.authority_code FROM authorities WHERE id = NEW.committee_id FOR SHARE;
    IF NEW.authority_id IS NOT NULL THEN
        SELECT region_code, region_level, code INTO NEW.region_code, NEW.region_level, NEW.subject_code
          FROM authorities WHERE id = NEW.authority_id FOR SHARE;
    ELSIF NEW.department_id IS NOT NULL THEN
        SELECT region_code, region_level INTO NEW.region_code, NEW.region_level
          FROM departments WHERE id = NEW.department_id FOR SHARE;
    ELSIF NEW.branch_id IS NOT NULL THEN
        SELECT region_code, region_level, authority_code INTO NEW.region_code, NEW.region_level, NEW.subject_code
          FROM branches WHERE id = NEW.branch_id FOR SHARE;
    ELSE
        SELECT region_code, region_level, line_code INTO NEW.region_code, NEW.region_level, NEW.subject_code
          FROM organizations WHERE id = NEW.organization_id FOR SHARE;
    END IF;
    PERFORM narrow_scope(narrow);
    RETURN NEW;
END $$
"""

# What was issued stays as it was issued, whoever writes.
FROZEN = """
CREATE FUNCTION notices_frozen() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF (OLD.committee_id, OLD.title, OLD.number_text, OLD.text, OLD.needs, OLD.due_on, OLD.recipients, OLD.issued_on,
        OLD.issued_by)
       IS DISTINCT FROM
       (NEW.committee_id, NEW.title, NEW.number_text, NEW.text, NEW.needs, NEW.due_on, NEW.recipients, NEW.issued_on,
        NEW.issued_by)
       OR NEW.state = 'draft' OR OLD.state IN ('closed', 'dropped') AND NEW.state <> OLD.state THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_notices_frozen',
                              MESSAGE = 'ck_notices_frozen';
    END IF;
    RETURN NEW;
END $$
"""

# What is to be put right has steps: a correction that was accepted or handed on stays so.
STEPS = """
CREATE FUNCTION rectifications_steps() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF (OLD.state, NEW.state) NOT IN (
        ('issued', 'answered'), ('sent_back', 'answered'), ('answered', 'accepted'), ('answered', 'sent_back'),
        ('issued', 'handed_on'), ('sent_back', 'handed_on'), ('answered', 'handed_on')
    ) THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_rectifications_steps',
                              MESSAGE = 'ck_rectifications_steps';
    END IF;
    RETURN NEW;
END $$
"""

# When a body's place or code changes, all that it told or was told goes along, with its files, into a region that the
# mover may not see.
AUTHORITIES = f"""
CREATE FUNCTION supervision_moves_along() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
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
    FOREACH moving IN ARRAY ARRAY['notices', 'supervisions', 'supervision_subjects', 'supervision_findings'] LOOP
        EXECUTE format(
            'UPDATE %I AS told SET region_code = committee.region_code, region_level = committee.region_level,'
            ' authority_code = committee.code, version = told.version + 1, recorded_at = $2'
            ' FROM authorities AS committee WHERE committee.id = told.committee_id AND committee.id = ANY ($1)',
            moving) USING moved, {INSTANT};
    END LOOP;
    FOREACH moving IN ARRAY ARRAY['notice_recipients', 'rectifications'] LOOP
        EXECUTE format(
            'UPDATE %I AS told SET authority_code = committee.code, version = told.version + 1, recorded_at = $2'
            ' FROM authorities AS committee WHERE committee.id = told.committee_id AND committee.id = ANY ($1)'
            ' AND told.authority_code <> committee.code', moving) USING moved, {INSTANT};
        EXECUTE format(
            'UPDATE %I AS told SET region_code = body.region_code, region_level = body.region_level, %I = body.code,'
            ' version = told.version + 1, recorded_at = $2'
            ' FROM authorities AS body WHERE body.id = told.authority_id AND body.id = ANY ($1)',
            moving, CASE moving WHEN 'rectifications' THEN 'subject_code' ELSE 'recipient_code' END)
          USING moved, {INSTANT};
        EXECUTE format(
            'UPDATE %I AS told SET region_code = body.region_code, region_level = body.region_level,'
            ' version = told.version + 1, recorded_at = $2'
            ' FROM departments JOIN authorities AS body ON body.id = departments.committee_id'
            ' WHERE departments.id = told.department_id AND body.id = ANY ($1)'
            ' AND (told.region_code, told.region_level) <> (body.region_code, body.region_level)', moving)
          USING moved, {INSTANT};
    END LOOP;
    PERFORM narrow_scope(narrow);
    RETURN NULL;
END $$
"""
SUBJECTS_MOVE = f"""
CREATE FUNCTION rectifications_move_along() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    narrow text[] := widen_scope();
    told uuid[];
    line bigint := to_jsonb(NEW) ->> CASE TG_TABLE_NAME WHEN 'branches' THEN 'authority_code' ELSE 'line_code' END;
BEGIN
    told := CASE TG_TABLE_NAME
        WHEN 'branches' THEN ARRAY(SELECT id FROM rectifications WHERE branch_id = NEW.id)
        ELSE ARRAY(SELECT id FROM rectifications WHERE organization_id = NEW.id) END;
    UPDATE rectifications
       SET region_code = NEW.region_code, region_level = NEW.region_level, subject_code = line,
           version = version + 1, recorded_at = {INSTANT}
     WHERE id = ANY (told)
       AND (region_code, region_level, subject_code) IS DISTINCT FROM (NEW.region_code, NEW.region_level, line);
    PERFORM narrow_scope(narrow);
    RETURN NULL;
END $$
"""

# A file of an answer is written by whoever answers, and read by whoever asked: the line that answers stands first, the
# committee's beside it. After files_stand of 0035, by its name.
FILES = """
CREATE FUNCTION files_stand_with_supervision() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    NEW.committee_id := NULL;
    IF NEW.subject_kind = 'rectifications' THEN
        SELECT region_code, coalesce(subject_code, authority_code), authority_code, branch_id, department_id
          INTO NEW.region_code, NEW.authority_code, NEW.outflow_authority_code, NEW.branch_id, NEW.department_id
          FROM rectifications WHERE id = NEW.subject_id;
    ELSE
        SELECT region_code, coalesce(recipient_code, authority_code), authority_code, department_id
          INTO NEW.region_code, NEW.authority_code, NEW.outflow_authority_code, NEW.department_id
          FROM notice_recipients WHERE id = NEW.subject_id;
    END IF;
    RETURN NEW;
END $$
"""
FILES_FOLLOW = f"""
CREATE FUNCTION files_follow_supervision() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    answering text := CASE TG_TABLE_NAME WHEN 'rectifications' THEN 'subject_code' ELSE 'recipient_code' END;
    narrow text[];
BEGIN
    IF NOT EXISTS (
        SELECT FROM new_rows AS n JOIN old_rows AS o USING (id)
         WHERE (n.region_code, n.authority_code, to_jsonb(n) ->> answering)
               IS DISTINCT FROM (o.region_code, o.authority_code, to_jsonb(o) ->> answering)) THEN
        RETURN NULL;
    END IF;
    narrow := widen_scope();
    UPDATE files AS kept
       SET region_code = told.region_code,
           authority_code = coalesce((to_jsonb(told) ->> answering)::bigint, told.authority_code),
           outflow_authority_code = told.authority_code, version = kept.version + 1, recorded_at = {INSTANT}
      FROM new_rows AS told
     WHERE kept.subject_kind = TG_TABLE_NAME AND kept.subject_id = told.id;
    PERFORM narrow_scope(narrow);
    RETURN NULL;
END $$
"""

# Whoever sees what was told to somebody is told what it was: the notice lies with the committee, often above him. And
# how often a body was supervised does not depend on who asks.
TOLD = """
CREATE FUNCTION notices_told(wanted uuid[])
RETURNS TABLE (id uuid, title text, number_text text, body text, state text, issued_on date, committee_name text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp ROWS 50 AS $$
    SELECT notices.id, notices.title, notices.number_text, notices.text, notices.state, notices.issued_on,
           authorities.name
      FROM notices JOIN authorities ON authorities.id = notices.committee_id
     WHERE notices.id = ANY (wanted) AND notices.state <> 'draft'
$$
"""
DEMANDED = """
CREATE FUNCTION rectifications_told(wanted uuid[])
RETURNS TABLE (id uuid, tour text, check_code text, what text, basis text, committee_name text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp ROWS 50 AS $$
    SELECT told.id, tour.title, found.check_code, found.what,
           (SELECT line ->> 'basis' FROM jsonb_array_elements(tour.checklist) AS line
             WHERE line ->> 'code' = found.check_code LIMIT 1), authorities.name
      FROM rectifications AS told
      JOIN supervision_findings AS found ON found.id = told.finding_id
      JOIN supervisions AS tour ON tour.id = told.supervision_id
      JOIN authorities ON authorities.id = told.committee_id
     WHERE told.id = ANY (wanted)
$$
"""
SUPERVISED = """
CREATE FUNCTION supervised(bodies uuid[], since date, until date, today date)
RETURNS TABLE (authority_id uuid, times bigint, last_on date, open_rectifications bigint, overdue bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp ROWS 50 AS $$
    SELECT body.id, count(seen.id), max(seen.visited_on),
           (SELECT count(*) FROM rectifications AS told WHERE told.authority_id = body.id
               AND told.state IN ('issued', 'answered', 'sent_back')),
           (SELECT count(*) FROM rectifications AS told WHERE told.authority_id = body.id
               AND told.state IN ('issued', 'sent_back') AND told.due_on < today)
      FROM unnest(bodies) AS body (id)
      LEFT JOIN supervision_subjects AS seen
        ON seen.authority_id = body.id AND seen.visited_on >= since AND seen.visited_on < until
     GROUP BY body.id
$$
"""
WAS = """
CREATE FUNCTION was_supervised(body uuid, since date, until date) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM supervision_subjects
                    WHERE authority_id = body AND visited_on >= since AND visited_on < until)
$$
"""
LOOKED_UP = (
    "notices_told(uuid[])",
    "rectifications_told(uuid[])",
    "supervised(uuid[], date, date, date)",
    "was_supervised(uuid, date, date)",
)

# What is the committee's own is read by its place and line, a tour also by the department that leads it. What is told
# to somebody is read further: by his place, his line, and by himself.
LINE = ("authority_code",)
MINE = f"{SUBJECTS}::uuid[]"
WRITE = inside("region_code", LINE)
LED = inside("region_code", LINE, ("lead_department_id",))
TOLD_LINES = ("authority_code", "recipient_code")
SUBJECT_LINES = ("authority_code", "subject_code")
SUBJECT_IDS = ("department_id", "lead_department_id", "branch_id", "organization_id")
SCOPES = {
    "notices": (WRITE, WRITE),
    "notice_recipients": (
        inside("region_code", TOLD_LINES, ("department_id",)),
        inside("region_code", TOLD_LINES, ("department_id",)),
    ),
    "supervisions": (LED, WRITE),
    "supervision_subjects": (LED, WRITE),
    "supervision_findings": (LED, WRITE),
    "rectifications": (
        inside("region_code", SUBJECT_LINES, SUBJECT_IDS),
        f"({inside('region_code', SUBJECT_LINES)} OR department_id = ANY ({MINE}) OR branch_id = ANY ({MINE}))",
    ),
}
# As in 0032, and of what somebody was told.
HISTORY = inside(
    "region_code",
    tuple(
        f"(row ->> '{name}')::bigint"
        for name in (
            *("line_code", "authority_code", "outflow_authority_code", "inflow_authority_code"),
            *("recipient_code", "subject_code"),
        )
    ),
    (
        "subject_id",
        *(f"(row ->> '{name}')::uuid" for name in ("covered_by", "branch_id", "inflow_branch_id", "worker_id")),
        *(f"(row ->> '{name}')::uuid" for name in ("department_id", "committee_id", "lead_department_id")),
    ),
)
OF_COMMITTEE = ("notices", "supervisions", "supervision_subjects", "supervision_findings")


def upgrade() -> None:
    _notices()
    _recipients()
    _supervisions()
    _subjects()
    _findings()
    _rectifications()
    for table, (see, write) in SCOPES.items():
        stand = "stand_with_committee" if table in OF_COMMITTEE else f"{table}_stand"
        for statement in (
            *((RECIPIENTS_STAND,) if table == "notice_recipients" else ()),
            *((RECTIFICATIONS_STAND,) if table == "rectifications" else ()),
            f"CREATE TRIGGER {table}_stand BEFORE INSERT OR UPDATE OF committee_id ON {table}"
            f" FOR EACH ROW EXECUTE FUNCTION {stand}()",
            *secured(table, see),
            *seen_further(table, see, write),
            *watched(table),
        ):
            op.execute(statement)
    along = "REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION"
    for statement in (
        FROZEN,
        "CREATE TRIGGER notices_frozen BEFORE UPDATE ON notices FOR EACH ROW WHEN (OLD.state <> 'draft')"
        " EXECUTE FUNCTION notices_frozen()",
        STEPS,
        "CREATE TRIGGER rectifications_steps BEFORE UPDATE ON rectifications FOR EACH ROW"
        " WHEN (OLD.state <> NEW.state) EXECUTE FUNCTION rectifications_steps()",
        AUTHORITIES,
        f"CREATE TRIGGER supervision_moves_along AFTER UPDATE ON authorities {along} supervision_moves_along()",
        SUBJECTS_MOVE,
        "CREATE TRIGGER branches_rectifications_follow AFTER UPDATE ON branches FOR EACH ROW"
        " WHEN ((OLD.region_code, OLD.region_level, OLD.authority_code)"
        " IS DISTINCT FROM (NEW.region_code, NEW.region_level, NEW.authority_code))"
        " EXECUTE FUNCTION rectifications_move_along()",
        "CREATE TRIGGER organizations_rectifications_follow AFTER UPDATE ON organizations FOR EACH ROW"
        " WHEN ((OLD.region_code, OLD.region_level, OLD.line_code)"
        " IS DISTINCT FROM (NEW.region_code, NEW.region_level, NEW.line_code))"
        " EXECUTE FUNCTION rectifications_move_along()",
        FILES,
        "CREATE TRIGGER files_stand_with_supervision BEFORE INSERT ON files FOR EACH ROW"
        " WHEN (NEW.subject_kind IN ('rectifications', 'notice_recipients'))"
        " EXECUTE FUNCTION files_stand_with_supervision()",
        FILES_FOLLOW,
        *(
            f"CREATE TRIGGER files_follow_supervision AFTER UPDATE ON {table} {along} files_follow_supervision()"
            for table in ("rectifications", "notice_recipients")
        ),
        f"REVOKE DELETE, TRUNCATE ON {', '.join(SCOPES)} FROM liangxin_app",
        "GRANT DELETE ON supervision_subjects TO liangxin_app",  # of a tour that has not started
        f"ALTER POLICY scope ON history USING ({HISTORY}) WITH CHECK (true)",
        "SET ROLE liangxin_lookup",
        TOLD,
        DEMANDED,
        SUPERVISED,
        WAS,
        *(f"REVOKE ALL ON FUNCTION {each} FROM PUBLIC" for each in LOOKED_UP),
        *(f"GRANT EXECUTE ON FUNCTION {each} TO liangxin_app" for each in LOOKED_UP),
        "SET ROLE liangxin_owner",
    ):
        op.execute(statement)


def _row() -> tuple[SchemaItem, ...]:
    return (
        sa.Column("id", sa.Uuid(), primary_key=True, server_default=sa.text("uuidv7()")),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("committee_id", sa.Uuid(), sa.ForeignKey("authorities.id"), nullable=False),
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


def _found(table: str) -> None:
    op.create_index(f"ix_{table}_region_code_id", table, ["region_code", "id"])
    op.create_index(f"ix_{table}_authority_code", table, ["authority_code", "region_code", "id"])
    op.create_index(f"ix_{table}_committee_id", table, ["committee_id"])


def _notices() -> None:
    op.create_table(
        "notices",
        *_row(),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("number_text", sa.Text()),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("needs", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("recipients", postgresql.JSONB(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("issued_on", sa.Date()),
        sa.Column("issued_by", sa.Text()),
        sa.Column("closed_on", sa.Date()),
        sa.Column("close_reason", sa.Text()),
        sa.Column("created_by", sa.Text(), nullable=False),
        *_stands(),
        sa.CheckConstraint("state IN ('draft', 'issued', 'closed', 'dropped')", "state"),
        sa.CheckConstraint("needs IN ('receipt', 'report')", "needs"),
        sa.CheckConstraint("title <> '' AND text <> '' AND number_text <> '' AND close_reason <> ''", "texts"),
        sa.CheckConstraint("(state IN ('issued', 'closed')) = (issued_on IS NOT NULL)", "issued_on"),
        sa.CheckConstraint("(issued_on IS NULL) = (issued_by IS NULL)", "issued_by"),
        sa.CheckConstraint("(state IN ('closed', 'dropped')) = (closed_on IS NOT NULL)", "closed_on"),
        sa.CheckConstraint("due_on >= issued_on", "due_on"),
    )
    _found("notices")


def _recipients() -> None:
    op.create_table(
        "notice_recipients",
        *_row(),
        sa.Column("notice_id", sa.Uuid(), sa.ForeignKey("notices.id"), nullable=False),
        sa.Column("authority_id", sa.Uuid(), sa.ForeignKey("authorities.id")),
        sa.Column("department_id", sa.Uuid(), sa.ForeignKey("departments.id")),
        sa.Column("recipient_code", sa.BigInteger()),
        sa.Column("needs", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("received_on", sa.Date()),
        sa.Column("received_by", sa.Text()),
        sa.Column("answer", sa.Text()),
        sa.Column("answered_on", sa.Date()),
        sa.Column("answered_by", sa.Text()),
        sa.Column("chased", sa.Integer(), nullable=False),
        sa.Column("last_chased_on", sa.Date()),
        sa.Column("closed_on", sa.Date()),
        *_stands(),
        sa.UniqueConstraint("notice_id", "authority_id"),
        sa.UniqueConstraint("notice_id", "department_id"),
        sa.CheckConstraint("num_nonnulls(authority_id, department_id) = 1", "recipient"),
        sa.CheckConstraint("needs IN ('receipt', 'report')", "needs"),
        sa.CheckConstraint("num_nonnulls(received_on, received_by) IN (0, 2)", "received"),
        sa.CheckConstraint("num_nonnulls(answer, answered_on, answered_by) IN (0, 3) AND answer <> ''", "answered"),
        sa.CheckConstraint("answered_on IS NULL OR received_on <= answered_on", "answered_on"),
        sa.CheckConstraint("chased >= 0 AND (chased = 0) = (last_chased_on IS NULL)", "chased"),
    )
    _found("notice_recipients")
    op.create_index("ix_notice_recipients_recipient_code", "notice_recipients", ["recipient_code", "region_code", "id"])
    for column in ("authority_id", "department_id"):
        op.create_index(
            f"ix_notice_recipients_{column}",
            "notice_recipients",
            [column],
            postgresql_where=sa.text(f"{column} IS NOT NULL"),
        )
    op.create_index(
        "ix_notice_recipients_waiting",
        "notice_recipients",
        ["due_on", "id"],
        postgresql_where=sa.text("closed_on IS NULL AND answered_on IS NULL"),
    )


def _supervisions() -> None:
    op.create_table(
        "supervisions",
        *_row(),
        sa.Column("lead_department_id", sa.Uuid(), sa.ForeignKey("departments.id")),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("basis", sa.Text()),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("template", sa.Text()),
        sa.Column("checklist", postgresql.JSONB(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("started_on", sa.Date()),
        sa.Column("closed_on", sa.Date()),
        sa.Column("close_reason", sa.Text()),
        sa.Column("departures", postgresql.JSONB(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        *_stands(),
        sa.CheckConstraint("state IN ('planned', 'under_way', 'closed', 'cancelled')", "state"),
        sa.CheckConstraint("ends_on >= starts_on", "ends_on"),
        sa.CheckConstraint("title <> '' AND basis <> '' AND template <> '' AND close_reason <> ''", "texts"),
        sa.CheckConstraint("(state IN ('under_way', 'closed')) = (started_on IS NOT NULL)", "started_on"),
        sa.CheckConstraint("(state IN ('closed', 'cancelled')) = (closed_on IS NOT NULL)", "closed_on"),
        sa.CheckConstraint("jsonb_typeof(checklist) = 'array' AND jsonb_array_length(checklist) > 0", "checklist"),
    )
    _found("supervisions")
    _led("supervisions")


def _led(table: str) -> None:
    op.create_index(
        f"ix_{table}_lead_department_id",
        table,
        ["lead_department_id"],
        postgresql_where=sa.text("lead_department_id IS NOT NULL"),
    )


def _about() -> tuple[SchemaItem, ...]:
    return (
        sa.Column("supervision_id", sa.Uuid(), sa.ForeignKey("supervisions.id"), nullable=False),
        sa.Column("lead_department_id", sa.Uuid(), sa.ForeignKey("departments.id")),
    )


def _bodies() -> tuple[SchemaItem, ...]:
    return (
        sa.Column("authority_id", sa.Uuid(), sa.ForeignKey("authorities.id")),
        sa.Column("department_id", sa.Uuid(), sa.ForeignKey("departments.id")),
        sa.Column("branch_id", sa.Uuid(), sa.ForeignKey("branches.id")),
        sa.Column("organization_id", sa.Uuid(), sa.ForeignKey("organizations.id")),
        sa.CheckConstraint("num_nonnulls(authority_id, department_id, branch_id, organization_id) = 1", "subject"),
    )


def _found_by_body(table: str) -> None:
    for column in ("authority_id", "department_id", "branch_id", "organization_id"):
        op.create_index(f"ix_{table}_{column}", table, [column], postgresql_where=sa.text(f"{column} IS NOT NULL"))


def _subjects() -> None:
    op.create_table(
        "supervision_subjects",
        *_row(),
        *_about(),
        *_bodies(),
        sa.Column("visited_on", sa.Date()),
        *_stands(),
        *(
            sa.UniqueConstraint("supervision_id", column)
            for column in ("authority_id", "department_id", "branch_id", "organization_id")
        ),
    )
    _found("supervision_subjects")
    _led("supervision_subjects")
    _found_by_body("supervision_subjects")


def _findings() -> None:
    op.create_table(
        "supervision_findings",
        *_row(),
        *_about(),
        sa.Column("subject_id", sa.Uuid(), sa.ForeignKey("supervision_subjects.id"), nullable=False),
        sa.Column("check_code", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("found_on", sa.Date(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("entered_by", sa.Text(), nullable=False),
        *_stands(),
        sa.CheckConstraint("severity IN ('ok', 'remind', 'rectify')", "severity"),
        sa.CheckConstraint("check_code <> '' AND what <> ''", "texts"),
    )
    _found("supervision_findings")
    _led("supervision_findings")
    op.create_index("ix_supervision_findings_supervision_id", "supervision_findings", ["supervision_id", "id"])
    op.create_index("ix_supervision_findings_subject_id", "supervision_findings", ["subject_id"])


def _rectifications() -> None:
    op.create_table(
        "rectifications",
        *_row(),
        *_about(),
        sa.Column("finding_id", sa.Uuid(), sa.ForeignKey("supervision_findings.id"), nullable=False),
        *_bodies(),
        sa.Column("subject_code", sa.BigInteger()),
        sa.Column("demand", sa.Text(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text()),
        sa.Column("answered_on", sa.Date()),
        sa.Column("answered_by", sa.Text()),
        sa.Column("check_result", sa.Text()),
        sa.Column("checked_on", sa.Date()),
        sa.Column("checked_by", sa.Text()),
        sa.Column("sent_back", sa.Integer(), nullable=False),
        sa.Column("handed_on_reason", sa.Text()),
        sa.Column("departures", postgresql.JSONB(), nullable=False),
        *_stands(),
        sa.UniqueConstraint("finding_id"),
        sa.CheckConstraint("state IN ('issued', 'answered', 'sent_back', 'accepted', 'handed_on')", "state"),
        sa.CheckConstraint("due_on >= issued_on", "due_on"),
        sa.CheckConstraint("demand <> '' AND answer <> '' AND check_result <> '' AND handed_on_reason <> ''", "texts"),
        sa.CheckConstraint("num_nonnulls(answer, answered_on, answered_by) IN (0, 3)", "answered"),
        sa.CheckConstraint("num_nonnulls(check_result, checked_on, checked_by) IN (0, 3)", "checked"),
        sa.CheckConstraint("state NOT IN ('answered', 'sent_back', 'accepted') OR answer IS NOT NULL", "answer"),
        sa.CheckConstraint("state NOT IN ('sent_back', 'accepted') OR check_result IS NOT NULL", "check_result"),
        sa.CheckConstraint("(state = 'handed_on') = (handed_on_reason IS NOT NULL)", "handed_on_reason"),
        sa.CheckConstraint("sent_back >= 0", "sent_back"),
    )
    _found("rectifications")
    _led("rectifications")
    _found_by_body("rectifications")
    op.create_index("ix_rectifications_supervision_id", "rectifications", ["supervision_id", "id"])
    op.create_index("ix_rectifications_subject_code", "rectifications", ["subject_code", "region_code", "id"])
    op.create_index(
        "ix_rectifications_waiting",
        "rectifications",
        ["due_on", "id"],
        postgresql_where=sa.text("state IN ('issued', 'answered', 'sent_back')"),
    )


def downgrade() -> None:
    raise RuntimeError("Migrations go forward only; restore a backup instead.")
