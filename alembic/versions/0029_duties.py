"""Yearly targets and reviews of workers, and what bodies answered about them."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import SchemaItem

from alembic import op
from app.core.history import watched
from app.core.rowsecurity import NOW, inside, secured, seen_further

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

INSTANT = f"coalesce({NOW}, clock_timestamp())"
YEAR = "year BETWEEN 2012 AND 2200"
BANDS = "'excellent', 'competent', 'basic', 'incompetent'"

# What is kept of a worker's year stands where the worker stands: copied when it is written.
STANDS = """
CREATE FUNCTION stands_with_worker() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    SELECT region_code, region_level, authority_code
      INTO NEW.region_code, NEW.region_level, NEW.authority_code
      FROM workers WHERE id = NEW.worker_id;
    RETURN NEW;
END $$
"""
OPINION_STANDS = """
CREATE FUNCTION worker_opinions_stand() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    SELECT region_code, authority_code INTO NEW.region_code, NEW.authority_code
      FROM worker_reviews WHERE id = NEW.review_id;
    RETURN NEW;
END $$
"""

# And it goes along when the worker moves, into a region or under an authority that the mover may not see.
FOLLOW = f"""
CREATE FUNCTION workers_duties_follow() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    narrow text[];
    moved uuid[];
BEGIN
    moved := ARRAY(
        SELECT new_rows.id FROM new_rows JOIN old_rows USING (id)
         WHERE (new_rows.region_code, new_rows.region_level, new_rows.authority_code)
               IS DISTINCT FROM (old_rows.region_code, old_rows.region_level, old_rows.authority_code));
    IF moved = '{{}}' THEN
        RETURN NULL;
    END IF;
    narrow := widen_scope();
    UPDATE worker_targets AS told
       SET region_code = new_rows.region_code, region_level = new_rows.region_level,
           authority_code = new_rows.authority_code, version = told.version + 1, recorded_at = {INSTANT}
      FROM new_rows WHERE new_rows.id = told.worker_id AND new_rows.id = ANY (moved);
    UPDATE worker_reviews AS told
       SET region_code = new_rows.region_code, region_level = new_rows.region_level,
           authority_code = new_rows.authority_code, version = told.version + 1, recorded_at = {INSTANT}
      FROM new_rows WHERE new_rows.id = told.worker_id AND new_rows.id = ANY (moved);
    UPDATE worker_opinions AS told
       SET region_code = new_rows.region_code, authority_code = new_rows.authority_code,
           version = told.version + 1, recorded_at = {INSTANT}
      FROM new_rows, worker_reviews
     WHERE worker_reviews.id = told.review_id AND new_rows.id = worker_reviews.worker_id
       AND new_rows.id = ANY (moved);
    PERFORM narrow_scope(narrow);
    RETURN NULL;
END $$
"""

# Of whoever is erased the figures stay, so that sums still hold; what he wrote himself, the targets with their reasons,
# and all earlier versions go. Histories are the owner's to remove.
LEAVE = f"""
CREATE FUNCTION workers_leave_duties() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    narrow text[] := widen_scope();
    reviews uuid[] := ARRAY(SELECT id FROM worker_reviews WHERE worker_id = NEW.id);
    gone uuid[] := reviews || ARRAY(SELECT id FROM worker_targets WHERE worker_id = NEW.id);
BEGIN
    UPDATE worker_reviews
       SET self_report = NULL, self_band = NULL, self_reported_by = NULL, self_reported_on = NULL, on_behalf = NULL,
           version = version + 1, recorded_at = {INSTANT}
     WHERE worker_id = NEW.id AND self_report IS NOT NULL;
    DELETE FROM worker_targets WHERE worker_id = NEW.id;
    DELETE FROM history WHERE subject IN ('worker_reviews', 'worker_targets') AND subject_id = ANY (gone);
    PERFORM narrow_scope(narrow);
    RETURN NULL;
END $$
"""

# What somebody did does not depend on who asks: a visit elsewhere counts as one here. Where he worked is told by ids,
# which are shown to nobody who does not see the rows, and all else by numbers.
PLACES = """
CREATE FUNCTION worker_places(wanted uuid[])
RETURNS TABLE (worker_id uuid, organization_id uuid, branch_id uuid, valid_from date, valid_to date)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT a.worker_id, a.organization_id, a.branch_id, a.valid_from, a.valid_to
      FROM assignments AS a WHERE a.worker_id = ANY (wanted)
    UNION ALL
    SELECT r.worker_id, r.organization_id, r.branch_id, r.valid_from, r.valid_to
      FROM worker_roles AS r WHERE r.worker_id = ANY (wanted) AND num_nonnulls(r.organization_id, r.branch_id) = 1
$$
"""
HELD = """
CREATE FUNCTION worker_roles_held(wanted uuid[], since date, until date)
RETURNS TABLE (worker_id uuid, role text, valid_from date, valid_to date)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT r.worker_id, r.role, r.valid_from, r.valid_to FROM worker_roles AS r
     WHERE r.worker_id = ANY (wanted) AND r.valid_from < until
       AND (r.valid_to IS NULL OR (r.valid_to > since AND r.valid_to > r.valid_from))
$$
"""
# How many answered what is told to the worker as well.
ANSWERS = """
CREATE FUNCTION worker_opinions_told(
    review uuid, OUT satisfied integer, OUT basically integer, OUT dissatisfied integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT count(*) FILTER (WHERE answer = 'satisfied'), count(*) FILTER (WHERE answer = 'basically'),
           count(*) FILTER (WHERE answer = 'not')
      FROM worker_opinions WHERE review_id = review
$$
"""
FIGURE = """
CREATE FUNCTION worker_{name}(wanted uuid[]{more}, since date, until date)
RETURNS TABLE (subject uuid, figure integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $${body}$$
"""
SENT = "a.worker_id = ANY (wanted) AND a.valid_from < until AND a.valid_to > since"
TASKS = """
      FROM worker_places(wanted) AS place
      JOIN formation_tasks AS task
        ON (task.organization_id = place.organization_id OR task.branch_id = place.branch_id)"""
STILL = "(place.valid_to IS NULL OR place.valid_to > {day})"
FIGURES = {
    "visits_made": f"""
    SELECT a.worker_id, count(DISTINCT visits.id)::integer
      FROM assignments AS a
      LEFT JOIN visits ON visits.assignment_id = a.id AND visits.cancel_reason IS NULL
                      AND visits.visited_on >= since AND visits.visited_on < until
     WHERE {SENT}
     GROUP BY a.worker_id
""",
    "organizations_assigned": f"""
    SELECT a.worker_id, count(DISTINCT a.organization_id)::integer FROM assignments AS a
     WHERE {SENT}
     GROUP BY a.worker_id
""",
    # Founded over an organisation on a day on which he was assigned to it, or that ended the assignment.
    "branches_founded_with_help": f"""
    SELECT a.worker_id, count(DISTINCT branches.id)::integer
      FROM assignments AS a
      LEFT JOIN branch_organizations AS link
        ON link.organization_id = a.organization_id AND link.valid_from BETWEEN a.valid_from AND a.valid_to
       AND link.valid_from >= since AND link.valid_from < until
      LEFT JOIN branches ON branches.id = link.branch_id AND branches.founded_on = link.valid_from
     WHERE {SENT}
     GROUP BY a.worker_id
""",
    "training_minutes": """
    SELECT one.id, coalesce(sum(attendances.minutes), 0)::integer
      FROM unnest(wanted) AS one (id)
      LEFT JOIN attendances ON attendances.worker_id = one.id AND attendances.cancel_reason IS NULL
                           AND attendances.held_on >= since AND attendances.held_on < until
     GROUP BY one.id
""",
    # A task is his whose organisation or branch was his on the day that counts: of its end, or on which it was due.
    "tasks_done": f"""
    SELECT place.worker_id, count(DISTINCT task.id)::integer {TASKS}
       AND task.state = 'done' AND task.ended_on >= since AND task.ended_on < until
     WHERE place.valid_from <= task.ended_on AND {STILL.format(day="task.ended_on")}
     GROUP BY place.worker_id
""",
    "tasks_on_time_percent": f"""
    SELECT place.worker_id,
           (100 * count(DISTINCT task.id) FILTER (WHERE task.state = 'done' AND task.ended_on <= task.due_on)
            / count(DISTINCT task.id))::integer {TASKS}
       AND task.state <> 'dropped' AND task.due_on >= since AND task.due_on < until
     WHERE place.valid_from <= task.due_on AND {STILL.format(day="task.due_on")}
     GROUP BY place.worker_id
""",
    "branch_meetings_held": """
    SELECT post.worker_id, count(DISTINCT activities.id)::integer
      FROM worker_roles AS post
      LEFT JOIN activities ON activities.branch_id = post.branch_id AND activities.cancel_reason IS NULL
                          AND activities.held_on >= greatest(since, post.valid_from)
                          AND activities.held_on < least(until, post.valid_to)
     WHERE post.worker_id = ANY (wanted) AND post.post_id IS NOT NULL
       AND post.valid_from < until AND (post.valid_to IS NULL OR post.valid_to > since)
     GROUP BY post.worker_id
""",
}
# `days` has for each worker in how many days one visit is due. From its first day an assignment has one such span after
# the other; those that ended in the period and lie whole in the assignment count, each met by one visit or not at all.
DUE_MET = """
    SELECT spans.worker_id, (100 * count(*) FILTER (WHERE met) / count(*))::integer
      FROM (SELECT a.worker_id,
                   EXISTS (SELECT 1 FROM visits
                            WHERE visits.assignment_id = a.id AND visits.cancel_reason IS NULL
                              AND visits.visited_on >= a.valid_from + (number - 1) * asked.days
                              AND visits.visited_on < a.valid_from + number * asked.days) AS met
              FROM unnest(wanted, days) AS asked (worker_id, days)
              JOIN assignments AS a ON a.worker_id = asked.worker_id
             CROSS JOIN generate_series(1, (a.valid_to - a.valid_from) / asked.days) AS number
             WHERE a.valid_from + number * asked.days > since
               AND a.valid_from + number * asked.days <= until) AS spans
     GROUP BY spans.worker_id
"""

SCOPE = inside("region_code", ("authority_code",), ("worker_id",))
# What is asked of a worker he sees and does not set, and of opinions he is told how many answered what, not who.
PLACE = inside("region_code", ("authority_code",))
# As in 0016, and what is a worker's own has earlier versions that are his own as well.
HISTORY = inside(
    "region_code",
    tuple(
        f"(row ->> '{name}')::bigint"
        for name in ("line_code", "authority_code", "outflow_authority_code", "inflow_authority_code")
    ),
    (
        "subject_id",
        *(f"(row ->> '{name}')::uuid" for name in ("covered_by", "branch_id", "inflow_branch_id", "worker_id")),
    ),
)


def upgrade() -> None:
    _targets()
    _reviews()
    _opinions()
    for statement in (
        STANDS,
        OPINION_STANDS,
        *(
            f"CREATE TRIGGER {table}_stands_with_worker BEFORE INSERT ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION stands_with_worker()"
            for table in ("worker_targets", "worker_reviews")
        ),
        "CREATE TRIGGER worker_opinions_stand BEFORE INSERT ON worker_opinions"
        " FOR EACH ROW EXECUTE FUNCTION worker_opinions_stand()",
        *secured("worker_targets", SCOPE),
        *seen_further("worker_targets", SCOPE, PLACE),
        *secured("worker_reviews", SCOPE),
        *secured("worker_opinions", PLACE),
        *watched("worker_targets"),
        *watched("worker_reviews", masked=("self_report",)),
        *watched("worker_opinions"),
        FOLLOW,
        "CREATE TRIGGER workers_duties_follow AFTER UPDATE ON workers REFERENCING OLD TABLE AS old_rows"
        " NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION workers_duties_follow()",
        LEAVE,
        "CREATE TRIGGER workers_leave_duties AFTER UPDATE ON workers FOR EACH ROW"
        " WHEN (NEW.erased AND NOT OLD.erased) EXECUTE FUNCTION workers_leave_duties()",
        f"ALTER POLICY scope ON history USING ({HISTORY}) WITH CHECK (true)",
        *_told(),
    ):
        op.execute(statement)


def _told() -> list[str]:
    """Functions that look past the caller's scope and tell numbers; the app may call them and nobody else."""
    signatures = {f"worker_{name}": "uuid[], date, date" for name in FIGURES}
    signatures |= {
        "worker_places": "uuid[]",
        "worker_roles_held": "uuid[], date, date",
        "worker_opinions_told": "uuid",
        "worker_visits_due_met_percent": "uuid[], integer[], date, date",
    }
    return [
        "SET ROLE liangxin_lookup",
        PLACES,
        HELD,
        ANSWERS,
        *(FIGURE.format(name=name, more="", body=body) for name, body in FIGURES.items()),
        FIGURE.format(name="visits_due_met_percent", more=", days integer[]", body=DUE_MET),
        *(f"REVOKE ALL ON FUNCTION {name}({of}) FROM PUBLIC" for name, of in signatures.items()),
        *(f"GRANT EXECUTE ON FUNCTION {name}({of}) TO liangxin_app" for name, of in signatures.items()),
        "SET ROLE liangxin_owner",
    ]


def _key() -> list[SchemaItem]:
    return [
        sa.Column("id", sa.Uuid(), primary_key=True, server_default=sa.text("uuidv7()")),
        sa.Column("version", sa.Integer(), nullable=False),
    ]


def _stands(*, level: bool = True) -> list[SchemaItem]:
    """The columns of what stands with a worker, with when it was entered."""
    return [
        sa.Column("region_code", sa.BigInteger(), nullable=False),
        *(
            [
                sa.Column("region_level", sa.SmallInteger(), nullable=False),
                sa.CheckConstraint("region_level BETWEEN 0 AND 5", "region_level"),
            ]
            if level
            else []
        ),
        sa.Column("authority_code", sa.BigInteger()),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("region_code BETWEEN 0 AND 999999999999", "region_code"),
    ]


def _targets() -> None:
    op.create_table(
        "worker_targets",
        *_key(),
        sa.Column("worker_id", sa.Uuid(), sa.ForeignKey("workers.id"), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("indicator", sa.Text(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("set_by", sa.Text(), nullable=False),
        sa.Column("withdrawn_reason", sa.Text()),
        *_stands(),
        sa.CheckConstraint(YEAR, "year"),
        sa.CheckConstraint("value BETWEEN 0 AND 1000000", "value"),
        sa.CheckConstraint("reason <> ''", "reason"),
        sa.CheckConstraint("withdrawn_reason <> ''", "withdrawn_reason"),
    )
    op.create_index(
        "uq_worker_targets_worker_id_year_indicator",
        "worker_targets",
        ["worker_id", "year", "indicator"],
        unique=True,
        postgresql_where=sa.text("withdrawn_reason IS NULL"),
    )
    op.create_index("ix_worker_targets_worker_id", "worker_targets", ["worker_id"])
    op.create_index("ix_worker_targets_region_code_id", "worker_targets", ["region_code", "id"])
    op.create_index("ix_worker_targets_authority_code", "worker_targets", ["authority_code", "region_code", "id"])


def _reviews() -> None:
    op.create_table(
        "worker_reviews",
        *_key(),
        sa.Column("worker_id", sa.Uuid(), sa.ForeignKey("workers.id"), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("opened_by", sa.Text(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("self_report", sa.Text()),
        sa.Column("self_band", sa.Text()),
        sa.Column("on_behalf", sa.Boolean()),
        sa.Column("self_reported_by", sa.Text()),
        sa.Column("self_reported_on", sa.Date()),
        sa.Column("band", sa.Text()),
        sa.Column("consequence", sa.Text()),
        sa.Column("decided_by", sa.Text()),
        sa.Column("decided_on", sa.Date()),
        sa.Column("result", postgresql.JSONB()),
        sa.Column("departures", postgresql.JSONB(), nullable=False),
        sa.Column("corrections", postgresql.JSONB(), nullable=False),
        *_stands(),
        sa.CheckConstraint(YEAR, "year"),
        sa.CheckConstraint("state IN ('open', 'self_reported', 'opinions_in', 'decided')", "state"),
        sa.CheckConstraint(f"self_band IS NULL OR self_band IN ({BANDS})", "self_band"),
        sa.CheckConstraint(f"band IN ({BANDS})", "band"),
        sa.CheckConstraint("consequence IN ('continue', 'talk', 'retrain', 'adjust_post')", "consequence"),
        sa.CheckConstraint("self_report <> ''", "self_report"),
        sa.CheckConstraint(
            "num_nonnulls(self_report, self_reported_by, self_reported_on, on_behalf) IN (0, 4)", "self_reported"
        ),
        sa.CheckConstraint(
            "num_nonnulls(band, consequence, decided_by, decided_on, result) IN (0, 5)"
            " AND (state <> 'decided' OR band IS NOT NULL)",
            "decided",
        ),
    )
    op.create_index("uq_worker_reviews_worker_id_year", "worker_reviews", ["worker_id", "year"], unique=True)
    op.create_index("ix_worker_reviews_region_code_id", "worker_reviews", ["region_code", "id"])
    op.create_index("ix_worker_reviews_authority_code", "worker_reviews", ["authority_code", "region_code", "id"])


def _opinions() -> None:
    op.create_table(
        "worker_opinions",
        *_key(),
        sa.Column("review_id", sa.Uuid(), sa.ForeignKey("worker_reviews.id"), nullable=False),
        sa.Column("branch_id", sa.Uuid(), sa.ForeignKey("branches.id")),
        sa.Column("organization_id", sa.Uuid(), sa.ForeignKey("organizations.id")),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=False),
        sa.Column("entered_by", sa.Text(), nullable=False),
        *_stands(level=False),
        sa.CheckConstraint("num_nonnulls(branch_id, organization_id) = 1", "body"),
        sa.CheckConstraint("answer IN ('satisfied', 'basically', 'not')", "answer"),
    )
    for body in ("branch_id", "organization_id"):
        op.create_index(f"uq_worker_opinions_review_id_{body}", "worker_opinions", ["review_id", body], unique=True)
    op.create_index("ix_worker_opinions_region_code_id", "worker_opinions", ["region_code", "id"])


def downgrade() -> None:
    raise RuntimeError("Migrations go forward only; restore a backup instead.")
