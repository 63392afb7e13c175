"""The year's overall plan."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import SchemaItem

from alembic import op
from app.core.history import watched
from app.core.rowsecurity import HI, LINES, LO, NOW, RANGES, SUBJECTS, inside, secured, seen_further

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

INSTANT = f"coalesce({NOW}, clock_timestamp())"
YEAR = "year BETWEEN 2012 AND 2200"
LINE = ("authority_code",)
OFFICE = inside("region_code", LINE)
# What a committee has approved is known to the regions below it; they find tasks of their own in it.
ABOVE = (
    f"(state <> 'draft' AND region_code <= {LO} AND region_code + CASE region_level WHEN 0 THEN 1000000000000"
    " WHEN 1 THEN 10000000000 WHEN 2 THEN 100000000 WHEN 3 THEN 1000000 WHEN 4 THEN 1000 ELSE 1 END"
    f" >= {HI})"
)
SEE_PROGRAMME = f"({inside('region_code', LINE, ('committee_id',))} OR {ABOVE})"
SEE_PART = inside("region_code", LINE, ("committee_id",))
SEE_TARGET = f"({SEE_PART} OR {inside('place_code')})"
SEE_TASK = (
    f"({inside('region_code', (*LINE, 'owner_code'), ('department_id', 'committee_id'))} OR {inside('place_code')})"
)
# A department or an authority reports on what it owns; all else is the committee's.
OWNER = (
    f"(department_id = ANY ({SUBJECTS}::uuid[]) OR {LINES} @> owner_code"
    f" OR (owner_code IS NOT NULL AND {inside('place_code')}))"
)
REPORT = f"({OFFICE} OR {OWNER})"

# What a programme has stands where the programme stands. The programme is held until the row is written: whoever closes
# it waits, or the row finds it closed.
STANDS = """
CREATE FUNCTION stand_with_programme() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    narrow text[] := widen_scope();
    told programmes;
BEGIN
    SELECT * INTO told FROM programmes WHERE id = NEW.programme_id FOR SHARE;
    PERFORM narrow_scope(narrow);
    IF told.state = 'closed' THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_programmes_closed',
                              MESSAGE = 'ck_programmes_closed';
    END IF;
    NEW.committee_id := told.committee_id;
    NEW.region_code := told.region_code;
    NEW.region_level := told.region_level;
    NEW.authority_code := told.authority_code;
    IF TG_TABLE_NAME <> 'general_plan_items' THEN
        NEW.year := told.year;
    END IF;
    RETURN NEW;
END $$
"""

# An authority's task lies where the authority lies.
OWNED = """
CREATE FUNCTION programme_tasks_owned() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    narrow text[] := widen_scope();
BEGIN
    NEW.owner_code := NULL;
    IF NEW.authority_id IS NOT NULL THEN
        SELECT code, region_code, region_level INTO NEW.owner_code, NEW.place_code, NEW.place_level
          FROM authorities WHERE id = NEW.authority_id FOR SHARE;
    END IF;
    PERFORM narrow_scope(narrow);
    RETURN NEW;
END $$
"""
OWNER_MOVES = f"""
CREATE FUNCTION programme_owner_moves_along() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    moved uuid[] := ARRAY(
        SELECT n.id FROM new_rows AS n JOIN old_rows AS o USING (id)
         WHERE (n.region_code, n.region_level, n.code) IS DISTINCT FROM (o.region_code, o.region_level, o.code));
    narrow text[];
BEGIN
    IF moved = '{{}}' THEN
        RETURN NULL;
    END IF;
    narrow := widen_scope();
    UPDATE programme_tasks AS told
       SET owner_code = body.code, place_code = body.region_code, place_level = body.region_level,
           version = told.version + 1, recorded_at = {INSTANT}
      FROM authorities AS body WHERE body.id = told.authority_id AND body.id = ANY (moved);
    PERFORM narrow_scope(narrow);
    RETURN NULL;
END $$
"""

# Whoever owns a task without being the committee says how far it is, and changes nothing else.
ONLY_PROGRESS = f"""
CREATE FUNCTION programme_tasks_only_progress() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    told text[] := ARRAY['progress', 'state', 'done_on', 'version', 'recorded_at'];
BEGIN
    IF NOT coalesce({inside("OLD.region_code", ("OLD.authority_code",))}, false)
       AND (to_jsonb(NEW) - told <> to_jsonb(OLD) - told OR NEW.state = 'dropped' OR OLD.state = 'dropped') THEN
        RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege', MESSAGE = 'programme_tasks_only_progress';
    END IF;
    RETURN NEW;
END $$
"""

# Marks and reports stand where their task stands, and go along with it. Only while its programme runs; what is planned
# together is marked in the draft already.
WITH_TASK = """
CREATE FUNCTION stand_with_programme_task() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    narrow text[] := widen_scope();
    told programme_tasks;
BEGIN
    SELECT * INTO told FROM programme_tasks WHERE id = NEW.task_id;
    PERFORM FROM programmes
      WHERE id = told.programme_id
        AND (state = 'approved' OR (state = 'draft' AND TG_TABLE_NAME = 'programme_marks')) FOR SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_programmes_running',
                              MESSAGE = 'ck_programmes_running';
    END IF;
    PERFORM narrow_scope(narrow);
    NEW.committee_id := told.committee_id;
    NEW.department_id := told.department_id;
    NEW.owner_code := told.owner_code;
    NEW.place_code := told.place_code;
    NEW.region_code := told.region_code;
    NEW.region_level := told.region_level;
    NEW.authority_code := told.authority_code;
    RETURN NEW;
END $$
"""
PARTS_FOLLOW = f"""
CREATE FUNCTION programme_tasks_take_along() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    narrow text[] := widen_scope();
    part text;
BEGIN
    FOREACH part IN ARRAY ARRAY['programme_marks', 'programme_task_reports'] LOOP
        EXECUTE format(
            'UPDATE %I SET department_id = $2, owner_code = $3, place_code = $4, version = version + 1,'
            ' recorded_at = $5 WHERE task_id = $1', part)
          USING NEW.id, NEW.department_id, NEW.owner_code, NEW.place_code, {INSTANT};
    END LOOP;
    PERFORM narrow_scope(narrow);
    RETURN NULL;
END $$
"""

# Figures about regions are told past the caller's sight of single rows: numbers alone, of regions that he has whole, or
# that a target is on which he sees. Cost goes with the rows inside, of organisations with their distinct facts.
ASKED = f"""(
        SELECT wanted.code, wanted.level FROM unnest(codes, levels) AS wanted (code, level)
         WHERE {RANGES} @> int8range(wanted.code, wanted.code
               + (ARRAY[1000000000000, 10000000000, 100000000, 1000000, 1000, 1])[wanted.level + 1])
            OR EXISTS (
               SELECT FROM programme_targets AS aim
                WHERE aim.place_code = wanted.code AND aim.place_level = wanted.level
                  AND (aim.committee_id = ANY ({SUBJECTS}::uuid[]) OR {LINES} @> aim.authority_code))) AS asked"""
WIDTH = "(ARRAY[1000000000000, 10000000000, 100000000, 1000000, 1000, 1])[asked.level + 1]"
INSIDE = f"{{row}}.region_code >= asked.code AND {{row}}.region_code < asked.code + {WIDTH}"
TALLIES = f"""
CREATE FUNCTION region_tallies(codes bigint[], levels smallint[])
RETURNS TABLE (code bigint, level smallint, facts_key bigint, n bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT asked.code, asked.level, told.facts_key, sum(told.n)::bigint
      FROM {ASKED}
     CROSS JOIN LATERAL (
        SELECT tally.facts_key, tally.n FROM coverage_tallies AS tally
         WHERE tally.region_level = asked.level AND tally.region_code = asked.code
        UNION ALL
        SELECT delta.facts_key, delta.n FROM coverage_deltas AS delta
         WHERE {INSIDE.format(row="delta")} AND delta.region_level >= asked.level) AS told
     GROUP BY asked.code, asked.level, told.facts_key HAVING sum(told.n) <> 0
$$
"""
FIGURE = f"""
CREATE FUNCTION region_{{name}}(codes bigint[], levels smallint[], since date, until date)
RETURNS TABLE (code bigint, level smallint, figure integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT asked.code, asked.level, found.figure FROM {ASKED} CROSS JOIN LATERAL ({{body}}) AS found (figure)
$$
"""
FIGURES = {
    "branches_founded": f"""
        SELECT count(*)::integer FROM branches
         WHERE {INSIDE.format(row="branches")} AND branches.founded_on >= since AND branches.founded_on < until""",
    "branches_standing": f"""
        SELECT count(*)::integer FROM branches
         WHERE {INSIDE.format(row="branches")} AND branches.founded_on < until
           AND (branches.dissolved_on IS NULL OR branches.dissolved_on >= until)""",
    "instructors": f"""
        SELECT count(DISTINCT held.worker_id)::integer FROM worker_roles AS held
         WHERE {INSIDE.format(row="held")} AND held.role = 'instructor' AND held.valid_from < until
           AND (held.valid_to IS NULL OR held.valid_to >= until)""",
    "training_minutes_of_workers": f"""
        SELECT coalesce(sum(attended.minutes), 0)::integer FROM attendances AS attended
         WHERE {INSIDE.format(row="attended")} AND attended.cancel_reason IS NULL
           AND attended.held_on >= since AND attended.held_on < until""",
    "formation_tasks_on_time_percent": f"""
        SELECT (100 * count(*) FILTER (WHERE task.state = 'done' AND task.ended_on <= task.due_on)
                / nullif(count(*), 0))::integer
          FROM formation_tasks AS task
         WHERE {INSIDE.format(row="task")} AND task.state <> 'dropped'
           AND task.due_on >= since AND task.due_on < until""",
}
SIGNATURES = {
    "region_tallies": "bigint[], smallint[]",
    **{f"region_{name}": "bigint[], smallint[], date, date" for name in FIGURES},
}


def upgrade() -> None:
    _programmes()
    _items()
    _tasks()
    _marks()
    _reports()
    _targets()
    for statement in (
        STANDS,
        OWNED,
        OWNER_MOVES,
        ONLY_PROGRESS,
        WITH_TASK,
        PARTS_FOLLOW,
        "CREATE TRIGGER programmes_stand BEFORE INSERT OR UPDATE OF committee_id ON programmes FOR EACH ROW"
        " EXECUTE FUNCTION stand_with_committee()",
        *(
            f"CREATE TRIGGER {table}_stand BEFORE INSERT OR UPDATE OF programme_id ON {table} FOR EACH ROW"
            " EXECUTE FUNCTION stand_with_programme()"
            for table in ("general_plan_items", "programme_tasks", "programme_targets")
        ),
        *(
            f"CREATE TRIGGER {table}_stand BEFORE INSERT OR UPDATE OF task_id ON {table} FOR EACH ROW"
            " EXECUTE FUNCTION stand_with_programme_task()"
            for table in ("programme_marks", "programme_task_reports")
        ),
        "CREATE TRIGGER programme_tasks_owned BEFORE INSERT OR UPDATE OF authority_id ON programme_tasks FOR EACH ROW"
        " EXECUTE FUNCTION programme_tasks_owned()",
        "CREATE TRIGGER programme_tasks_only_progress BEFORE UPDATE ON programme_tasks FOR EACH ROW"
        " EXECUTE FUNCTION programme_tasks_only_progress()",
        "CREATE TRIGGER programme_tasks_take_along AFTER UPDATE ON programme_tasks FOR EACH ROW"
        " WHEN ((NEW.department_id, NEW.owner_code, NEW.place_code)"
        " IS DISTINCT FROM (OLD.department_id, OLD.owner_code, OLD.place_code))"
        " EXECUTE FUNCTION programme_tasks_take_along()",
        "CREATE TRIGGER programme_owner_moves_along AFTER UPDATE ON authorities REFERENCING OLD TABLE AS old_rows"
        " NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION programme_owner_moves_along()",
    ):
        op.execute(statement)
    for table, see, write in (
        ("programmes", SEE_PROGRAMME, OFFICE),
        ("general_plan_items", SEE_PART, OFFICE),
        ("programme_tasks", SEE_TASK, REPORT),
        ("programme_marks", SEE_TASK, OFFICE),
        ("programme_task_reports", SEE_TASK, REPORT),
        ("programme_targets", SEE_TARGET, OFFICE),
    ):
        for statement in (*secured(table, see), *seen_further(table, see, write), *watched(table)):
            op.execute(statement)
    for statement in (
        f"ALTER POLICY scope_insert ON programme_tasks WITH CHECK ({OFFICE})",
        f"ALTER POLICY scope_delete ON programme_tasks USING ({OFFICE})",
        "REVOKE DELETE, TRUNCATE ON programme_task_reports FROM liangxin_app",
        "SET ROLE liangxin_lookup",
        TALLIES,
        *(FIGURE.format(name=name, body=body) for name, body in FIGURES.items()),
        *(f"REVOKE ALL ON FUNCTION {name}({of}) FROM PUBLIC" for name, of in SIGNATURES.items()),
        *(f"GRANT EXECUTE ON FUNCTION {name}({of}) TO liangxin_app" for name, of in SIGNATURES.items()),
        "SET ROLE liangxin_owner",
    ):
        op.execute(statement)


def _key() -> tuple[SchemaItem, ...]:
    return (
        sa.Column("id", sa.Uuid(), primary_key=True, server_default=sa.text("uuidv7()")),
        sa.Column("version", sa.Integer(), nullable=False),
    )


def _to(column: str, table: str, *, nullable: bool = False) -> "sa.Column[object]":
    return sa.Column(column, sa.Uuid(), sa.ForeignKey(f"{table}.id"), nullable=nullable)


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


def _placed() -> tuple[SchemaItem, ...]:
    return (
        sa.Column("place_code", sa.BigInteger(), nullable=False),
        sa.Column("place_level", sa.SmallInteger(), nullable=False),
        sa.CheckConstraint("place_level BETWEEN 0 AND 5", "place_level"),
        sa.CheckConstraint("place_code BETWEEN 0 AND 999999999999", "place_code"),
    )


def _found(table: str, *, committee: bool = True, placed: bool = False) -> None:
    op.create_index(f"ix_{table}_region_code_id", table, ["region_code", "id"])
    op.create_index(f"ix_{table}_authority_code", table, ["authority_code", "region_code", "id"])
    if committee:
        op.create_index(f"ix_{table}_committee_id", table, ["committee_id"])
    if placed:
        op.create_index(f"ix_{table}_place_code", table, ["place_code", "id"])


def _programmes() -> None:
    op.create_table(
        "programmes",
        *_key(),
        _to("committee_id", "authorities"),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("plan_title", sa.Text(), nullable=False),
        sa.Column("plan_document", sa.Text()),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("drafted_by", sa.Text(), nullable=False),
        sa.Column("approved_by", sa.Text()),
        sa.Column("approved_on", sa.Date()),
        sa.Column("closed_by", sa.Text()),
        sa.Column("closed_on", sa.Date()),
        sa.Column("result", postgresql.JSONB()),
        sa.Column("departures", postgresql.JSONB(), nullable=False),
        *_stands(),
        sa.UniqueConstraint("committee_id", "year"),
        sa.CheckConstraint(YEAR, "year"),
        sa.CheckConstraint("state IN ('draft', 'approved', 'closed')", "state"),
        sa.CheckConstraint("title <> '' AND plan_title <> '' AND plan_document <> ''", "texts"),
        sa.CheckConstraint(
            "num_nonnulls(approved_by, approved_on) = CASE state WHEN 'draft' THEN 0 ELSE 2 END", "approved"
        ),
        sa.CheckConstraint(
            "num_nonnulls(closed_by, closed_on, result) = CASE state WHEN 'closed' THEN 3 ELSE 0 END", "closed"
        ),
    )
    _found("programmes", committee=False)


def _items() -> None:
    op.create_table(
        "general_plan_items",
        *_key(),
        _to("programme_id", "programmes"),
        _to("committee_id", "authorities"),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        *_stands(),
        sa.UniqueConstraint("programme_id", "code"),
        sa.CheckConstraint("code <> '' AND text <> ''", "texts"),
    )
    _found("general_plan_items")


def _tasks() -> None:
    op.create_table(
        "programme_tasks",
        *_key(),
        _to("programme_id", "programmes"),
        _to("committee_id", "authorities"),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        _to("item_id", "general_plan_items", nullable=True),
        sa.Column("what", sa.Text(), nullable=False),
        _to("department_id", "departments", nullable=True),
        _to("authority_id", "authorities", nullable=True),
        sa.Column("owner_code", sa.BigInteger()),
        *_placed(),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("progress", sa.SmallInteger(), nullable=False),
        sa.Column("done_on", sa.Date()),
        sa.Column("drop_reason", sa.Text()),
        sa.Column("entered_by", sa.Text(), nullable=False),
        *_stands(),
        sa.CheckConstraint(YEAR, "year"),
        sa.CheckConstraint("what <> ''", "what"),
        sa.CheckConstraint("state IN ('open', 'done', 'dropped')", "state"),
        sa.CheckConstraint("num_nonnulls(department_id, authority_id) = 1", "owner"),
        sa.CheckConstraint("(authority_id IS NULL) = (owner_code IS NULL)", "owner_code"),
        sa.CheckConstraint("progress BETWEEN 0 AND 100", "progress"),
        sa.CheckConstraint("(state = 'done') = (done_on IS NOT NULL) AND (state <> 'done' OR progress = 100)", "done"),
        sa.CheckConstraint("(state = 'dropped') = (drop_reason IS NOT NULL) AND drop_reason <> ''", "dropped"),
    )
    _found("programme_tasks", placed=True)
    op.create_index("ix_programme_tasks_programme_id", "programme_tasks", ["programme_id", "due_on", "id"])
    op.create_index(
        "ix_programme_tasks_open", "programme_tasks", ["due_on", "id"], postgresql_where=sa.text("state = 'open'")
    )
    for name, columns in (
        ("item_id", ["item_id"]),
        ("department_id", ["department_id", "due_on"]),
        ("owner_code", ["owner_code", "id"]),
        ("authority_id", ["authority_id"]),
    ):
        op.create_index(
            f"ix_programme_tasks_{name}", "programme_tasks", columns, postgresql_where=sa.text(f"{name} IS NOT NULL")
        )


def _marks() -> None:
    op.create_table(
        "programme_marks",
        *_key(),
        _to("task_id", "programme_tasks"),
        _to("committee_id", "authorities"),
        sa.Column("department_id", sa.Uuid()),
        sa.Column("owner_code", sa.BigInteger()),
        sa.Column("place_code", sa.BigInteger(), nullable=False),
        sa.Column("mark", sa.Text(), nullable=False),
        sa.Column("marked_on", sa.Date(), nullable=False),
        sa.Column("reference", sa.Text()),
        _to("meeting_id", "joint_meetings", nullable=True),
        _to("notice_id", "notices", nullable=True),
        _to("supervision_id", "supervisions", nullable=True),
        sa.Column("entered_by", sa.Text(), nullable=False),
        *_stands(),
        sa.UniqueConstraint("task_id", "mark"),
        sa.CheckConstraint("mark IN ('planned', 'deployed', 'inspected', 'appraised')", "mark"),
        sa.CheckConstraint("reference <> ''", "reference"),
        sa.CheckConstraint(
            "num_nonnulls(meeting_id, notice_id, supervision_id) <= 1"
            " AND num_nonnulls(reference, meeting_id, notice_id, supervision_id) >= 1",
            "evidence",
        ),
    )
    op.create_index("ix_programme_marks_committee_id", "programme_marks", ["committee_id"])  # read by the task alone


def _reports() -> None:
    op.create_table(
        "programme_task_reports",
        *_key(),
        _to("task_id", "programme_tasks"),
        _to("committee_id", "authorities"),
        sa.Column("department_id", sa.Uuid()),
        sa.Column("owner_code", sa.BigInteger()),
        sa.Column("place_code", sa.BigInteger(), nullable=False),
        sa.Column("reported_on", sa.Date(), nullable=False),
        sa.Column("progress", sa.SmallInteger(), nullable=False),
        sa.Column("done", sa.Boolean(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("on_behalf", sa.Boolean(), nullable=False),
        sa.Column("entered_by", sa.Text(), nullable=False),
        *_stands(),
        sa.CheckConstraint("progress BETWEEN 0 AND 100", "progress"),
        sa.CheckConstraint("text <> ''", "text"),
    )
    op.create_index(
        "ix_programme_task_reports_committee_id", "programme_task_reports", ["committee_id"]
    )  # read by the task alone
    op.create_index("ix_programme_task_reports_task_id", "programme_task_reports", ["task_id", "id"])


def _targets() -> None:
    op.create_table(
        "programme_targets",
        *_key(),
        _to("programme_id", "programmes"),
        _to("committee_id", "authorities"),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("indicator", sa.Text(), nullable=False),
        sa.Column("basis", sa.Text()),
        *_placed(),
        sa.Column("direction", sa.Text(), nullable=False),
        sa.Column("baseline", sa.Integer(), nullable=False),
        sa.Column("baseline_on", sa.Date(), nullable=False),
        sa.Column("target", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("withdrawn_reason", sa.Text()),
        sa.Column("entered_by", sa.Text(), nullable=False),
        *_stands(),
        sa.CheckConstraint(YEAR, "year"),
        sa.CheckConstraint("direction IN ('up', 'down')", "direction"),
        sa.CheckConstraint("due_on >= from_on", "due_on"),
        sa.CheckConstraint("CASE direction WHEN 'up' THEN target >= baseline ELSE target <= baseline END", "target"),
        sa.CheckConstraint("withdrawn_reason <> ''", "withdrawn_reason"),
    )
    _found("programme_targets", placed=True)
    op.create_index(
        "uq_programme_targets_programme_id",
        "programme_targets",
        ["programme_id", "indicator", sa.text("coalesce(basis, '')"), "place_code", "place_level"],
        unique=True,
        postgresql_where=sa.text("withdrawn_reason IS NULL"),
    )


def downgrade() -> None:
    raise RuntimeError("Migrations go forward only; restore a backup instead.")
