"""What is given to branches: proposals by rule, brand projects."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import SchemaItem

from alembic import op
from app.core.history import watched
from app.core.rowsecurity import ACTOR, LINES, NOW, RANGES, inside, secured, seen_further

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

INSTANT = f"coalesce({NOW}, clock_timestamp())"
YEAR = "year BETWEEN 2012 AND 2200"
PURSE = "purse IN ('fiscal_budget', 'enterprise_levy', 'dues_refund', 'higher_grant')"
STATE = "state IN ('draft', 'approved', 'posted', 'reversed', 'discarded')"
GIVEN = "state IN ('approved', 'posted') AND amount_fen > 0"

# The committee's own, and its line's. A branch's side reads what it was really given, and what it asked for.
OFFICE = inside("region_code", ("authority_code",))
BRANCH = inside("place_code", ("line_code",), ("branch_id",))
SEE_ITEM = f"({OFFICE} OR (state IN ('posted', 'reversed') AND {BRANCH}))"
SEE_PROJECT = f"({OFFICE} OR {BRANCH})"

# Whether a branch is a committee's to give to: it lies in its region, or is managed in its line. The branch is held
# where it is until the row is written.
REACHES = """
CREATE FUNCTION funding_reaches(committee uuid, branch uuid) RETURNS boolean
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    body authorities;
    told branches;
BEGIN
    SELECT * INTO body FROM authorities WHERE id = committee;
    SELECT * INTO told FROM branches WHERE id = branch FOR SHARE;
    RETURN told.region_code >= body.region_code AND told.region_code < body.region_code
               + (ARRAY[1000000000000, 10000000000, 100000000, 1000000, 1000, 1])[body.region_level + 1]
        OR told.authority_code >= body.code AND told.authority_code < body.code
               + CASE WHEN body.code % 1000 <> 0 THEN 1 WHEN body.code % 1000000 <> 0 THEN 1000
                      WHEN body.code % 1000000000 <> 0 THEN 1000000
                      WHEN body.code % 1000000000000 <> 0 THEN 1000000000 ELSE 1000000000000 END;
END $$
"""

# A line stands with its appropriation, which is a draft; a line or a project has the branch's place beside it. Whoever
# writes a line is among those who drew it up.
ITEMS_STAND = f"""
CREATE FUNCTION funding_appropriation_items_stand() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    narrow text[] := widen_scope();
    told funding_appropriations;
BEGIN
    SELECT * INTO told FROM funding_appropriations WHERE id = NEW.appropriation_id FOR SHARE;
    IF told.state <> 'draft' THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_funding_appropriations_draft',
                              MESSAGE = 'ck_funding_appropriations_draft';
    END IF;
    IF NEW.entered_by <> {ACTOR} OR {ACTOR} <> ALL (told.drawn_by) THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_funding_appropriations_drawn_by',
                              MESSAGE = 'ck_funding_appropriations_drawn_by';
    END IF;
    IF NOT funding_reaches(told.committee_id, NEW.branch_id) THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_funding_appropriation_items_reach',
                              MESSAGE = 'ck_funding_appropriation_items_reach';
    END IF;
    NEW.committee_id := told.committee_id;
    NEW.year := told.year;
    NEW.purse := told.purse;
    NEW.state := told.state;
    NEW.region_code := told.region_code;
    NEW.region_level := told.region_level;
    NEW.authority_code := told.authority_code;
    SELECT region_code, region_level, authority_code INTO NEW.place_code, NEW.place_level, NEW.line_code
      FROM branches WHERE id = NEW.branch_id;
    PERFORM narrow_scope(narrow);
    RETURN NEW;
END $$
"""
PROJECTS_STAND = f"""
CREATE FUNCTION funding_brand_projects_stand() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    narrow text[] := widen_scope();
BEGIN
    IF NEW.state <> 'asked' OR NEW.asked_by <> {ACTOR} THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_funding_brand_projects_step',
                              MESSAGE = 'ck_funding_brand_projects_step';
    END IF;
    IF NOT funding_reaches(NEW.committee_id, NEW.branch_id) THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_funding_brand_projects_reach',
                              MESSAGE = 'ck_funding_brand_projects_reach';
    END IF;
    SELECT region_code, region_level, authority_code INTO NEW.place_code, NEW.place_level, NEW.line_code
      FROM branches WHERE id = NEW.branch_id;
    PERFORM narrow_scope(narrow);
    RETURN NEW;
END $$
"""

# What was approved stays as it was approved, and goes on in the order that money goes: approved, posted, taken back.
# Its lines add up to what it says. Whoever changes a draft is among those who drew it up, and only he who approves says
# so. Only where it stands may follow a move.
FROZEN = f"""
CREATE FUNCTION funding_appropriations_frozen() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    moving text[] := ARRAY['region_code', 'region_level', 'authority_code', 'version', 'recorded_at'];
    going text[] := moving || CASE OLD.state
        WHEN 'approved' THEN ARRAY['state', 'posted_by', 'booked_on', 'entry_id', 'reason']
        WHEN 'posted' THEN ARRAY['state', 'reversed_by', 'reversed_on', 'reason']
        WHEN 'reversed' THEN ARRAY['reversal_id'] ELSE '{{}}' END;
    sums bigint;
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'draft' OR NEW.computed_by <> {ACTOR} THEN
            RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_funding_appropriations_step',
                                  MESSAGE = 'ck_funding_appropriations_step';
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.state <> NEW.state AND (OLD.state, NEW.state) NOT IN (('draft', 'approved'), ('draft', 'discarded'),
           ('approved', 'posted'), ('approved', 'discarded'), ('posted', 'reversed')) THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_funding_appropriations_step',
                              MESSAGE = 'ck_funding_appropriations_step';
    END IF;
    IF OLD.state <> 'draft' AND to_jsonb(OLD) - going IS DISTINCT FROM to_jsonb(NEW) - going
       OR OLD.reversal_id <> NEW.reversal_id OR NOT NEW.drawn_by @> OLD.drawn_by THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_funding_appropriations_frozen',
                              MESSAGE = 'ck_funding_appropriations_frozen';
    END IF;
    IF OLD.state = 'draft' AND NEW.state = 'draft' AND {ACTOR} <> ALL (NEW.drawn_by)
       AND to_jsonb(OLD) - moving IS DISTINCT FROM to_jsonb(NEW) - moving THEN
        NEW.drawn_by := NEW.drawn_by || {ACTOR};
    END IF;
    IF OLD.state = 'draft' AND NEW.state = 'approved' THEN
        SELECT coalesce(sum(amount_fen), 0) INTO sums FROM funding_appropriation_items WHERE appropriation_id = NEW.id;
        IF sums <> NEW.total_fen THEN
            RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_funding_appropriations_sum',
                                  MESSAGE = 'ck_funding_appropriations_sum';
        END IF;
        IF NEW.approved_by IS DISTINCT FROM {ACTOR} THEN
            RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_funding_appropriations_approved',
                                  MESSAGE = 'ck_funding_appropriations_approved';
        END IF;
    END IF;
    IF OLD.state = 'approved' AND NEW.state = 'posted' AND NOT EXISTS (
           SELECT FROM funding_entries AS entry
            WHERE entry.id = NEW.entry_id AND entry.kind = 'appropriation' AND entry.amount_fen = NEW.total_fen
              AND entry.year = NEW.year AND entry.business_key = 'appropriation:' || NEW.id)
       OR NEW.reversal_id IS NOT NULL AND NOT EXISTS (
           SELECT FROM funding_entries WHERE id = NEW.reversal_id AND reverses_id = NEW.entry_id) THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_funding_appropriations_entry',
                              MESSAGE = 'ck_funding_appropriations_entry';
    END IF;
    RETURN NEW;
END $$
"""
# An appropriation's entry is taken back by its appropriation alone: else its lines would go on counting as given.
TAKEN_BACK = """
CREATE FUNCTION funding_entries_of_appropriation() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    narrow text[] := widen_scope();
BEGIN
    IF EXISTS (SELECT FROM funding_appropriations WHERE entry_id = NEW.reverses_id AND state <> 'reversed') THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_funding_appropriations_taken_back',
                              MESSAGE = 'ck_funding_appropriations_taken_back';
    END IF;
    PERFORM narrow_scope(narrow);
    RETURN NEW;
END $$
"""
ITEMS_FROZEN = f"""
CREATE FUNCTION funding_appropriation_items_frozen() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    going text[] := ARRAY['state', 'booked_on', 'place_code', 'place_level', 'line_code', 'region_code', 'region_level',
                          'authority_code', 'version', 'recorded_at'];
    narrow text[] := widen_scope();
    told funding_appropriations;
BEGIN
    SELECT * INTO told FROM funding_appropriations WHERE id = OLD.appropriation_id;
    PERFORM narrow_scope(narrow);
    IF TG_OP = 'DELETE' THEN
        IF told.state <> 'draft' OR {ACTOR} <> ALL (told.drawn_by) THEN
            RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_funding_appropriations_draft',
                                  MESSAGE = 'ck_funding_appropriations_draft';
        END IF;
        RETURN OLD;
    END IF;
    IF to_jsonb(OLD) - going IS DISTINCT FROM to_jsonb(NEW) - going
       OR (NEW.state, NEW.booked_on) IS DISTINCT FROM (told.state, told.booked_on) THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_funding_appropriations_frozen',
                              MESSAGE = 'ck_funding_appropriations_frozen';
    END IF;
    RETURN NEW;
END $$
"""

# The lines bear the appropriation's state, by which nothing is given twice; a project that was paid out says so, and
# may be paid out again when that is taken back.
ALONG = f"""
CREATE FUNCTION funding_appropriations_take_along() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    narrow text[] := widen_scope();
BEGIN
    UPDATE funding_appropriation_items
       SET state = NEW.state, booked_on = NEW.booked_on, version = version + 1, recorded_at = {INSTANT}
     WHERE appropriation_id = NEW.id;
    IF NEW.state IN ('posted', 'reversed') THEN
        UPDATE funding_brand_projects AS project
           SET state = CASE NEW.state WHEN 'posted' THEN 'appropriated' ELSE 'approved' END,
               version = project.version + 1, recorded_at = {INSTANT}
          FROM funding_appropriation_items AS line
         WHERE line.appropriation_id = NEW.id AND line.project_id = project.id AND line.amount_fen > 0;
    END IF;
    PERFORM narrow_scope(narrow);
    RETURN NULL;
END $$
"""

# Whoever asked words it and may withdraw it while nobody has decided; the rest is the committee's. What was asked and
# what was decided stay once it is decided: nobody decides on words of his own under another's name.
PROJECTS_KEPT = f"""
CREATE FUNCTION funding_brand_projects_kept() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    moving text[] := ARRAY['place_code', 'place_level', 'line_code', 'region_code', 'region_level', 'authority_code',
                           'version', 'recorded_at'];
BEGIN
    IF (OLD.title, OLD.purpose, OLD.asked_fen, OLD.asked_by, OLD.branch_id, OLD.committee_id, OLD.year) IS DISTINCT FROM
       (NEW.title, NEW.purpose, NEW.asked_fen, NEW.asked_by, NEW.branch_id, NEW.committee_id, NEW.year)
       AND ((OLD.state, NEW.state) <> ('asked', 'asked') OR OLD.asked_by <> {ACTOR}
            OR NEW.asked_by <> OLD.asked_by) THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_funding_brand_projects_frozen',
                              MESSAGE = 'ck_funding_brand_projects_frozen';
    END IF;
    IF OLD.state <> 'asked' AND to_jsonb(OLD) - moving - '{{state}}'::text[]
           IS DISTINCT FROM to_jsonb(NEW) - moving - '{{state}}'::text[]
       OR OLD.state <> NEW.state AND (OLD.state, NEW.state) NOT IN (('asked', 'approved'), ('asked', 'refused'),
           ('asked', 'withdrawn'), ('approved', 'appropriated'), ('appropriated', 'approved')) THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_funding_brand_projects_step',
                              MESSAGE = 'ck_funding_brand_projects_step';
    END IF;
    IF OLD.state = 'asked' AND NEW.decided_by IS NOT NULL AND NEW.decided_by <> {ACTOR} THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_funding_brand_projects_decided',
                              MESSAGE = 'ck_funding_brand_projects_decided';
    END IF;
    IF NEW.state NOT IN ('asked', 'withdrawn') AND to_jsonb(OLD) - moving IS DISTINCT FROM to_jsonb(NEW) - moving
       AND NOT coalesce({inside("OLD.region_code", ("OLD.authority_code",))}, false) THEN
        RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege', MESSAGE = 'funding_brand_projects_decided_by_office';
    END IF;
    RETURN NEW;
END $$
"""

# What a branch was given does not depend on who asks: it may have come from elsewhere. Numbers alone are told.
BEFORE = """
CREATE FUNCTION funding_given(wanted uuid[], of_year integer)
RETURNS TABLE (branch_id uuid, given_fen bigint, turns integer, founding boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT line.branch_id,
           coalesce(sum(line.amount_fen) FILTER (WHERE line.kind = 'per_member' AND line.year = of_year), 0)::bigint,
           coalesce(max(line.turn) FILTER (WHERE line.kind = 'per_member' AND line.year = of_year), 0)::integer,
           bool_or(line.kind = 'founding')
      FROM funding_appropriation_items AS line
     WHERE line.branch_id = ANY (wanted) AND line.state IN ('approved', 'posted') AND line.amount_fen > 0
     GROUP BY line.branch_id
$$
"""
# Which branches went on in these during the year, step by step, and in whom else: with the members that these have now.
PASSED = """
CREATE FUNCTION funding_passings(wanted uuid[], of_year integer)
RETURNS TABLE (predecessor_id uuid, successor_id uuid, succeeded_on date, formal integer, probationary integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH RECURSIVE earlier (id) AS (
        SELECT told.predecessor_id FROM branch_successions AS told
         WHERE told.successor_id = ANY (wanted)
           AND told.succeeded_on BETWEEN make_date(of_year, 1, 1) AND make_date(of_year, 12, 31)
        UNION
        SELECT told.predecessor_id FROM earlier JOIN branch_successions AS told ON told.successor_id = earlier.id
         WHERE told.succeeded_on BETWEEN make_date(of_year, 1, 1) AND make_date(of_year, 12, 31)
    )
    SELECT told.predecessor_id, told.successor_id, told.succeeded_on, heir.formal_members, heir.probationary_members
      FROM earlier JOIN branch_successions AS told ON told.predecessor_id = earlier.id
      JOIN branches AS heir ON heir.id = told.successor_id
     WHERE told.succeeded_on BETWEEN make_date(of_year, 1, 1) AND make_date(of_year, 12, 31)
$$
"""
# The branches of a committee that stand, whoever manages them: what is proposed does not depend on which of them the
# caller sees, as long as he sees the committee. Members as they were known at an instant, or first afterwards.
BRANCHES = f"""
CREATE FUNCTION funding_branches(committee uuid, at timestamptz, today date)
RETURNS TABLE (branch_id uuid, name text, formal integer, probationary integer, approved_on date, founded_on date,
               known_at timestamptz, came_of boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH body AS (
        SELECT region_code AS low, code AS line_low,
               region_code + (ARRAY[1000000000000, 10000000000, 100000000, 1000000, 1000, 1])[region_level + 1] AS high,
               code + CASE WHEN code % 1000 <> 0 THEN 1 WHEN code % 1000000 <> 0 THEN 1000
                           WHEN code % 1000000000 <> 0 THEN 1000000
                           WHEN code % 1000000000000 <> 0 THEN 1000000000 ELSE 1000000000000 END AS line_high
          FROM authorities WHERE id = committee AND ({RANGES} @> region_code OR {LINES} @> code)
    ), near AS (
        SELECT branches.id FROM body, branches
         WHERE branches.region_code >= body.low AND branches.region_code < body.high
        UNION
        SELECT branches.id FROM body, branches
         WHERE branches.authority_code >= body.line_low AND branches.authority_code < body.line_high
    ), told AS (
        SELECT branches.* FROM near JOIN branches USING (id) WHERE dissolved_on IS NULL OR dissolved_on > today
    ), known AS (
        SELECT id, formal_members AS formal, probationary_members AS probationary, recorded_at FROM told
        UNION ALL
        SELECT told.id, (was.row ->> 'formal_members')::integer, (was.row ->> 'probationary_members')::integer,
               was.recorded_from
          FROM told JOIN history AS was
            ON was.subject = 'branches' AND was.subject_id = told.id AND was.recorded_to > at
    )
    SELECT DISTINCT ON (told.id) told.id, told.name, known.formal, known.probationary,
           coalesce(told.approved_on, told.founded_on), told.founded_on, known.recorded_at,
           EXISTS (SELECT FROM branch_successions AS past
                    WHERE past.successor_id = told.id AND past.succeeded_on <= told.founded_on)
      FROM told JOIN known USING (id) ORDER BY told.id, known.recorded_at
$$
"""
# Lines of an appropriation whose branch has ended or gone elsewhere since; the others are held as they are.
UNFIT = """
CREATE FUNCTION funding_appropriation_unfit(wanted uuid, today date)
RETURNS TABLE (item_id uuid, branch_name text, why text)
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    narrow text[] := widen_scope();
BEGIN
    RETURN QUERY
        SELECT item.id, item.branch_name,
               CASE WHEN branch.dissolved_on <= today THEN 'branch_dissolved' ELSE 'branch_moved_away' END
          FROM (SELECT told.* FROM funding_appropriation_items AS told
                 WHERE told.appropriation_id = wanted ORDER BY told.branch_id) AS item
          JOIN branches AS branch ON branch.id = item.branch_id
         WHERE branch.dissolved_on <= today OR NOT funding_reaches(item.committee_id, item.branch_id);
    PERFORM narrow_scope(narrow);
END $$
"""
# Whoever sees a branch may ask a committee that gives to it, without seeing the committee.
ASKED = """
CREATE FUNCTION funding_committee(committee uuid, branch uuid)
RETURNS TABLE (kind text, region_code bigint, region_level smallint, code bigint, dissolved_on date)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT body.kind, body.region_code, body.region_level, body.code, body.dissolved_on
      FROM authorities AS body, branches AS told
     WHERE body.id = committee AND told.id = branch
       AND (told.region_code >= body.region_code AND told.region_code < body.region_code
                + (ARRAY[1000000000000, 10000000000, 100000000, 1000000, 1000, 1])[body.region_level + 1]
            OR told.authority_code >= body.code AND told.authority_code < body.code
                + CASE WHEN body.code % 1000 <> 0 THEN 1 WHEN body.code % 1000000 <> 0 THEN 1000
                       WHEN body.code % 1000000000 <> 0 THEN 1000000
                       WHEN body.code % 1000000000000 <> 0 THEN 1000000000 ELSE 1000000000000 END)
$$
"""
SIGNATURES = (
    "funding_committee(uuid, uuid)",
    "funding_branches(uuid, timestamptz, date)",
    "funding_given(uuid[], integer)",
    "funding_passings(uuid[], integer)",
)


def upgrade() -> None:
    _appropriations()
    _projects()
    _items()
    for statement in (
        REACHES,
        ITEMS_STAND,
        PROJECTS_STAND,
        FROZEN,
        TAKEN_BACK,
        ITEMS_FROZEN,
        ALONG,
        PROJECTS_KEPT,
        UNFIT,
        "CREATE TRIGGER funding_appropriations_stand BEFORE INSERT OR UPDATE OF committee_id ON funding_appropriations"
        " FOR EACH ROW EXECUTE FUNCTION stand_with_committee()",
        "CREATE TRIGGER funding_appropriations_frozen BEFORE INSERT OR UPDATE ON funding_appropriations"
        " FOR EACH ROW EXECUTE FUNCTION funding_appropriations_frozen()",
        "CREATE TRIGGER funding_appropriations_take_along AFTER UPDATE ON funding_appropriations FOR EACH ROW"
        " WHEN (OLD.state <> NEW.state) EXECUTE FUNCTION funding_appropriations_take_along()",
        "CREATE TRIGGER funding_appropriation_items_stand BEFORE INSERT ON funding_appropriation_items"
        " FOR EACH ROW EXECUTE FUNCTION funding_appropriation_items_stand()",
        "CREATE TRIGGER funding_appropriation_items_frozen BEFORE UPDATE OR DELETE ON funding_appropriation_items"
        " FOR EACH ROW EXECUTE FUNCTION funding_appropriation_items_frozen()",
        "CREATE TRIGGER funding_entries_of_appropriation BEFORE INSERT ON funding_entries FOR EACH ROW"
        " WHEN (NEW.reverses_id IS NOT NULL) EXECUTE FUNCTION funding_entries_of_appropriation()",
        "CREATE TRIGGER funding_brand_projects_committee BEFORE INSERT ON funding_brand_projects"
        " FOR EACH ROW EXECUTE FUNCTION stand_with_committee()",
        "CREATE TRIGGER funding_brand_projects_stand BEFORE INSERT ON funding_brand_projects"
        " FOR EACH ROW EXECUTE FUNCTION funding_brand_projects_stand()",
        "CREATE TRIGGER funding_brand_projects_kept BEFORE UPDATE ON funding_brand_projects"
        " FOR EACH ROW EXECUTE FUNCTION funding_brand_projects_kept()",
    ):
        op.execute(statement)
    for table, see, write in (
        ("funding_appropriations", OFFICE, OFFICE),
        ("funding_appropriation_items", SEE_ITEM, OFFICE),
        ("funding_brand_projects", SEE_PROJECT, SEE_PROJECT),
    ):
        further = seen_further(table, see, write) if see != write else []
        for statement in (*secured(table, see), *further, *watched(table)):
            op.execute(statement)
    for statement in (
        "REVOKE DELETE, TRUNCATE ON funding_appropriations, funding_brand_projects FROM liangxin_app",
        "SET ROLE liangxin_lookup",
        ASKED,
        BRANCHES,
        BEFORE,
        PASSED,
        *(f"REVOKE ALL ON FUNCTION {of} FROM PUBLIC" for of in SIGNATURES),
        *(f"GRANT EXECUTE ON FUNCTION {of} TO liangxin_app" for of in SIGNATURES),
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


def _fen(column: str, *, nullable: bool = False) -> "sa.Column[object]":
    return sa.Column(column, sa.BigInteger(), nullable=nullable)


def _text(column: str, *, nullable: bool = False) -> "sa.Column[object]":
    return sa.Column(column, sa.Text(), nullable=nullable)


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
        sa.Column("line_code", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("place_level BETWEEN 0 AND 5", "place_level"),
        sa.CheckConstraint("place_code BETWEEN 0 AND 999999999999", "place_code"),
    )


def _found(table: str, *, placed: bool = False) -> None:
    op.create_index(f"ix_{table}_region_code_id", table, ["region_code", "id"])
    op.create_index(f"ix_{table}_authority_code", table, ["authority_code", "region_code", "id"])
    op.create_index(f"ix_{table}_committee_id", table, ["committee_id", "year", "id"])
    if placed:
        op.create_index(f"ix_{table}_place_code", table, ["place_code", "id"])
        op.create_index(f"ix_{table}_line_code", table, ["line_code", "id"])
        op.create_index(f"ix_{table}_branch_id", table, ["branch_id", "year", "id"])


def _appropriations() -> None:
    table = "funding_appropriations"
    op.create_table(
        table,
        *_key(),
        _to("committee_id", "authorities"),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        _text("purse"),
        sa.Column("budget_line_id", sa.Uuid()),
        _text("title"),
        _text("document", nullable=True),
        _text("state"),
        sa.Column("kinds", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("facts_on", sa.Date(), nullable=False),
        _fen("wished_fen", nullable=True),
        _fen("due_fen"),
        _fen("total_fen"),
        sa.Column("branches", sa.Integer(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("drawn_by", postgresql.ARRAY(sa.Text()), nullable=False),
        _text("computed_by"),
        sa.Column("computed_at", sa.DateTime(timezone=True), nullable=False),
        _text("policy_version"),
        sa.Column("policy", postgresql.JSONB(), nullable=False),
        sa.Column("left_out", postgresql.JSONB(), nullable=False),
        _text("approved_by", nullable=True),
        sa.Column("approved_on", sa.Date()),
        _text("posted_by", nullable=True),
        sa.Column("booked_on", sa.Date()),
        sa.Column("entry_id", sa.Uuid()),
        _text("reversed_by", nullable=True),
        sa.Column("reversed_on", sa.Date()),
        sa.Column("reversal_id", sa.Uuid()),
        _text("reason", nullable=True),
        *_stands(),
        sa.CheckConstraint(YEAR, "year"),
        sa.CheckConstraint(PURSE, "purse"),
        sa.CheckConstraint("purse <> 'enterprise_levy'", "levy"),
        sa.CheckConstraint(STATE, "state"),
        sa.CheckConstraint("title <> '' AND document <> '' AND reason <> ''", "texts"),
        sa.CheckConstraint(
            "kinds <@ ARRAY['per_member', 'founding', 'brand_project'] AND cardinality(kinds) > 0", "kinds"
        ),
        sa.CheckConstraint(
            "due_fen >= 0 AND total_fen >= 0 AND wished_fen > 0 AND branches >= 0 AND lines >= 0", "amounts"
        ),
        sa.CheckConstraint("state IN ('draft', 'discarded') OR total_fen > 0", "total"),
        sa.CheckConstraint("computed_by = ANY (drawn_by)", "drawn_by"),
        sa.CheckConstraint("NOT approved_by = ANY (drawn_by)", "approved_by_another"),
        sa.CheckConstraint(
            "CASE state WHEN 'draft' THEN num_nonnulls(approved_by, approved_on) = 0"
            " WHEN 'discarded' THEN num_nonnulls(approved_by, approved_on) IN (0, 2)"
            " ELSE num_nonnulls(approved_by, approved_on) = 2 END",
            "approved",
        ),
        sa.CheckConstraint(
            "num_nonnulls(posted_by, booked_on, entry_id)"
            " = CASE WHEN state IN ('posted', 'reversed') THEN 3 ELSE 0 END",
            "posted",
        ),
        sa.CheckConstraint(
            "num_nonnulls(reversed_by, reversed_on) = CASE state WHEN 'reversed' THEN 2 ELSE 0 END"
            " AND (reversal_id IS NULL OR state = 'reversed')",
            "reversed",
        ),
        sa.CheckConstraint("(state IN ('discarded', 'reversed')) = (reason IS NOT NULL)", "reason"),
        sa.ForeignKeyConstraint(
            ["budget_line_id", "committee_id", "purse", "year"],
            [f"funding_budget_lines.{column}" for column in ("id", "committee_id", "purse", "year")],
            name="fk_funding_appropriations_budget_line_id",
        ),
        *(
            sa.ForeignKeyConstraint(
                [column, "committee_id", "purse"],
                [f"funding_entries.{of}" for of in ("id", "committee_id", "purse")],
                name=f"fk_funding_appropriations_{column}",
            )
            for column in ("entry_id", "reversal_id")
        ),
    )
    _found(table)
    op.create_index(f"uq_{table}_entry_id", table, ["entry_id"], unique=True)
    op.create_index(
        f"ix_{table}_budget_line_id",
        table,
        ["budget_line_id"],
        postgresql_where=sa.text("budget_line_id IS NOT NULL"),
    )


def _projects() -> None:
    table = "funding_brand_projects"
    op.create_table(
        table,
        *_key(),
        _to("committee_id", "authorities"),
        _to("branch_id", "branches"),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        _text("title"),
        _text("purpose"),
        _text("document", nullable=True),
        _fen("asked_fen"),
        _fen("approved_fen", nullable=True),
        _text("state"),
        _text("asked_by"),
        _text("decided_by", nullable=True),
        sa.Column("decided_on", sa.Date()),
        _text("decision_reason", nullable=True),
        sa.Column("departures", postgresql.JSONB(), nullable=False),
        *_placed(),
        *_stands(),
        sa.CheckConstraint(YEAR, "year"),
        sa.CheckConstraint("state IN ('asked', 'approved', 'refused', 'withdrawn', 'appropriated')", "state"),
        sa.CheckConstraint("title <> '' AND purpose <> '' AND decision_reason <> '' AND document <> ''", "texts"),
        sa.CheckConstraint("asked_fen > 0", "asked_fen"),
        sa.CheckConstraint("approved_fen > 0 AND approved_fen <= asked_fen", "approved_fen"),
        sa.CheckConstraint("(state IN ('approved', 'appropriated')) = (approved_fen IS NOT NULL)", "approved"),
        sa.CheckConstraint("decided_by <> asked_by", "decided_by_another"),
        sa.CheckConstraint(
            "num_nonnulls(decided_by, decided_on)"
            " = CASE WHEN state IN ('approved', 'appropriated', 'refused') THEN 2 ELSE 0 END",
            "decided",
        ),
        sa.CheckConstraint("state NOT IN ('refused', 'withdrawn') OR decision_reason IS NOT NULL", "decision_reason"),
    )
    _found(table, placed=True)
    op.create_index(
        f"uq_{table}_title",
        table,
        ["branch_id", "year", "title"],
        unique=True,
        postgresql_where=sa.text("state NOT IN ('refused', 'withdrawn')"),
    )


def _items() -> None:
    table = "funding_appropriation_items"
    op.create_table(
        table,
        *_key(),
        _to("appropriation_id", "funding_appropriations"),
        _to("committee_id", "authorities"),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        _text("purse"),
        _text("state"),
        sa.Column("booked_on", sa.Date()),
        _text("kind"),
        _to("branch_id", "branches"),
        _text("branch_name"),
        _to("project_id", "funding_brand_projects", nullable=True),
        sa.Column("turn", sa.SmallInteger(), nullable=False),
        sa.Column("members", sa.Integer()),
        _fen("due_fen"),
        _fen("granted_fen"),
        _fen("amount_fen"),
        sa.Column("explanation", postgresql.JSONB(), nullable=False),
        _text("reason", nullable=True),
        _text("entered_by"),
        *_placed(),
        *_stands(),
        sa.CheckConstraint(YEAR, "year"),
        sa.CheckConstraint(PURSE, "purse"),
        sa.CheckConstraint(STATE, "state"),
        sa.CheckConstraint("kind IN ('per_member', 'founding', 'brand_project', 'adjustment')", "kind"),
        sa.CheckConstraint("branch_name <> '' AND reason <> ''", "texts"),
        sa.CheckConstraint("granted_fen >= 0 AND due_fen >= granted_fen AND turn > 0 AND members > 0", "numbers"),
        sa.CheckConstraint(
            "CASE kind WHEN 'adjustment' THEN amount_fen <> 0 AND due_fen = 0"
            " ELSE amount_fen BETWEEN 0 AND due_fen - granted_fen END",
            "amount_fen",
        ),
        sa.CheckConstraint("(kind = 'per_member') = (members IS NOT NULL)", "members"),
        sa.CheckConstraint("(kind = 'brand_project') = (project_id IS NOT NULL)", "project_id"),
        sa.CheckConstraint("(kind = 'adjustment') = (reason IS NOT NULL)", "reason"),
        sa.CheckConstraint("(state IN ('posted', 'reversed')) = (booked_on IS NOT NULL)", "booked_on"),
    )
    _found(table, placed=True)
    op.create_index(f"ix_{table}_appropriation_id", table, ["appropriation_id", "id"])
    op.create_index(
        f"uq_{table}_line",
        table,
        ["appropriation_id", "kind", "branch_id", "project_id"],
        unique=True,
        postgresql_nulls_not_distinct=True,
        postgresql_where=sa.text("kind <> 'adjustment'"),
    )
    for name, columns, kind in (
        ("founding", ["branch_id"], "founding"),
        ("per_member", ["branch_id", "year", "turn"], "per_member"),
        ("project_id", ["project_id"], "brand_project"),
    ):
        op.create_index(
            f"uq_{table}_{name}",
            table,
            columns,
            unique=True,
            postgresql_where=sa.text(f"kind = '{kind}' AND {GIVEN}"),
        )


def downgrade() -> None:
    raise RuntimeError("Migrations go forward only; restore a backup instead.")
