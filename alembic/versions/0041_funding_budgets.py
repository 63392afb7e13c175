"""Yearly budgets by use, and what was changed in them."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import SchemaItem

from alembic import op
from app.core.history import watched
from app.core.rowsecurity import NOW, inside, secured

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

INSTANT = f"coalesce({NOW}, clock_timestamp())"
WHO = "nullif(current_setting('liangxin.actor', true), '')"
YEAR = "year BETWEEN 2012 AND 2200"
MOST = 10_000_000_000_000
USES = "use IN ('member_education', 'branch_activities', 'full_time_pay', 'worker_subsidies')"
PURSES = "purse IN ('fiscal_budget', 'enterprise_levy', 'dues_refund', 'higher_grant')"
STATES = "state IN ('draft', 'approved', 'discarded')"
APPROVED = "num_nonnulls(approved_by, approved_on) = CASE state WHEN 'approved' THEN 2 ELSE 0 END"
BY_ANOTHER = "approved_by <> drafted_by AND approved_by <> ALL (drawn_up_by)"
DISCARDED = "(state = 'discarded') = (discard_reason IS NOT NULL) AND discard_reason <> ''"
OFFICE = inside("region_code", ("authority_code",))

REFUSE = """
CREATE FUNCTION funding_budget_refuse(told text) RETURNS void LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = told, MESSAGE = told;
END $$
"""

# Budgets and adjustments: whoever writes in a draft is among those who drew it up, and only he who approves says so.
# What was approved or discarded stays as it is; where it stands moves with the committee.
HELD = f"""
CREATE FUNCTION funding_budget_held() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    who text := coalesce({WHO}, NEW.drafted_by);
    moving text[] := ARRAY['edition', 'version', 'recorded_at', 'region_code', 'region_level', 'authority_code'];
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.drawn_up_by := ARRAY(SELECT DISTINCT unnest(ARRAY[NEW.drafted_by, who]));
        IF NEW.state <> 'draft' THEN
            PERFORM funding_budget_refuse('ck_' || TG_TABLE_NAME || '_state');
        END IF;
    ELSIF OLD.state <> 'draft' THEN
        IF to_jsonb(NEW) - moving <> to_jsonb(OLD) - moving
           OR NEW.edition IS DISTINCT FROM OLD.edition AND TG_TABLE_NAME <> 'funding_budgets' THEN
            PERFORM funding_budget_refuse('ck_' || TG_TABLE_NAME || '_frozen');
        END IF;
    ELSE
        NEW.drafted_by := OLD.drafted_by;
        NEW.drawn_up_by := OLD.drawn_up_by;
        IF NEW.state = 'draft' AND who <> ALL (OLD.drawn_up_by)
           AND (NEW.region_code, NEW.region_level, NEW.authority_code)
               IS NOT DISTINCT FROM (OLD.region_code, OLD.region_level, OLD.authority_code) THEN
            NEW.drawn_up_by := OLD.drawn_up_by || who;
        ELSIF NEW.state = 'approved' AND NEW.approved_by IS DISTINCT FROM who THEN
            PERFORM funding_budget_refuse('ck_' || TG_TABLE_NAME || '_approved');
        END IF;
    END IF;
    RETURN NEW;
END $$
"""

# What a budget has stands where the budget stands, in its committee's books, purse and year.
STANDS = """
CREATE FUNCTION stand_with_budget() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    narrow text[] := widen_scope();
    told funding_budgets;
BEGIN
    SELECT * INTO told FROM funding_budgets WHERE id = NEW.budget_id FOR SHARE;
    PERFORM narrow_scope(narrow);
    NEW.committee_id := told.committee_id;
    NEW.purse := told.purse;
    NEW.year := told.year;
    NEW.region_code := told.region_code;
    NEW.region_level := told.region_level;
    NEW.authority_code := told.authority_code;
    IF TG_TABLE_NAME = 'funding_budget_adjustments' AND told.state <> 'approved' THEN
        PERFORM funding_budget_refuse('ck_funding_budgets_approved_first');
    END IF;
    RETURN NEW;
END $$
"""
WITH_ADJUSTMENT = """
CREATE FUNCTION stand_with_budget_adjustment() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    narrow text[] := widen_scope();
    told funding_budget_adjustments;
BEGIN
    SELECT * INTO told FROM funding_budget_adjustments WHERE id = NEW.adjustment_id FOR SHARE;
    PERFORM narrow_scope(narrow);
    NEW.budget_id := told.budget_id;
    NEW.committee_id := told.committee_id;
    NEW.region_code := told.region_code;
    NEW.region_level := told.region_level;
    NEW.authority_code := told.authority_code;
    RETURN NEW;
END $$
"""

# Lines are written while the budget is a draft, by those who draw it up. After that a line that an adjustment brings
# starts from nothing, and only amounts change; `funding_budget_adds_up` asks by what right.
LINES_HELD = f"""
CREATE FUNCTION funding_budget_lines_held() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    narrow text[] := widen_scope();
    told funding_budgets;
    moving text[] := ARRAY['amount_fen', 'version', 'recorded_at'];
BEGIN
    SELECT * INTO told FROM funding_budgets
     WHERE id = CASE TG_OP WHEN 'DELETE' THEN OLD.budget_id ELSE NEW.budget_id END FOR SHARE;
    PERFORM narrow_scope(narrow);
    IF TG_OP = 'INSERT' THEN
        NEW.executed_fen := 0;
    END IF;
    IF told.state = 'draft' THEN
        IF {WHO} <> ALL (told.drawn_up_by) THEN
            PERFORM funding_budget_refuse('ck_funding_budgets_drawn_up');
        END IF;
        IF TG_OP = 'DELETE' THEN
            RETURN OLD;
        END IF;
        NEW.original_fen := NEW.amount_fen;
    ELSIF told.state = 'discarded' OR TG_OP = 'DELETE' THEN
        PERFORM funding_budget_refuse('ck_funding_budgets_frozen');
    ELSIF TG_OP = 'INSERT' THEN
        NEW.original_fen := 0;
    ELSE
        NEW.original_fen := OLD.original_fen;
        IF to_jsonb(NEW) - moving <> to_jsonb(OLD) - moving THEN
            PERFORM funding_budget_refuse('ck_funding_budgets_frozen');
        END IF;
    END IF;
    RETURN NEW;
END $$
"""
CHANGES_HELD = f"""
CREATE FUNCTION funding_budget_changes_held() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    narrow text[] := widen_scope();
    told funding_budget_adjustments;
    linking text[] := ARRAY['budget_line_id', 'version', 'recorded_at'];
BEGIN
    SELECT * INTO told FROM funding_budget_adjustments
     WHERE id = CASE TG_OP WHEN 'DELETE' THEN OLD.adjustment_id ELSE NEW.adjustment_id END FOR SHARE;
    PERFORM narrow_scope(narrow);
    IF told.state <> 'draft' THEN
        PERFORM funding_budget_refuse('ck_funding_budget_adjustments_frozen');
    END IF;
    IF TG_OP = 'DELETE' THEN
        IF {WHO} <> ALL (told.drawn_up_by) THEN
            PERFORM funding_budget_refuse('ck_funding_budget_adjustments_drawn_up');
        END IF;
        RETURN OLD;
    END IF;
    -- Whoever approves links what is new, and changes nothing else.
    IF {WHO} <> ALL (told.drawn_up_by)
       AND (TG_OP = 'INSERT' OR OLD.budget_line_id IS NOT NULL
            OR to_jsonb(NEW) - linking <> to_jsonb(OLD) - linking) THEN
        PERFORM funding_budget_refuse('ck_funding_budget_adjustments_drawn_up');
    END IF;
    RETURN NEW;
END $$
"""

# At the end of a transaction: an approved budget's lines are what was approved first and what adjustments changed, and
# its edition counts them.
ADDS_UP = """
CREATE FUNCTION funding_budget_adds_up() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    narrow text[] := widen_scope();
    wanted uuid;
    wrong boolean;
BEGIN
    IF TG_TABLE_NAME = 'funding_budgets' THEN
        wanted := NEW.id;
    ELSE
        wanted := NEW.budget_id;
    END IF;
    SELECT budget.edition <> 1 + (SELECT count(*) FROM funding_budget_adjustments AS done
                                   WHERE done.budget_id = budget.id AND done.state = 'approved')
        OR EXISTS (
           SELECT FROM funding_budget_lines AS line
            WHERE line.budget_id = budget.id AND line.amount_fen <> line.original_fen + (
                  SELECT coalesce(sum(change.delta_fen), 0)
                    FROM funding_budget_adjustment_lines AS change
                    JOIN funding_budget_adjustments AS done ON done.id = change.adjustment_id
                   WHERE change.budget_line_id = line.id AND done.state = 'approved'))
        OR EXISTS (
           SELECT FROM funding_budget_adjustment_lines AS change
             JOIN funding_budget_adjustments AS done ON done.id = change.adjustment_id
            WHERE done.budget_id = budget.id AND done.state = 'approved' AND change.budget_line_id IS NULL)
      INTO wrong FROM funding_budgets AS budget WHERE budget.id = wanted AND budget.state = 'approved';
    PERFORM narrow_scope(narrow);
    IF wrong THEN
        PERFORM funding_budget_refuse('ck_funding_budgets_adds_up');
    END IF;
    RETURN NULL;
END $$
"""

# An entry takes of a line that was approved, in its own committee, purse, year and use, at most what it moved out of
# the committee's funds (an organisation's own where the purse is its levy). A reversal gives back what was taken.
TAKEN = """
CREATE FUNCTION funding_budget_taken() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    narrow text[] := widen_scope();
    line funding_budget_lines;
    entry funding_entries;
    moved bigint;
    known bigint;
BEGIN
    SELECT * INTO line FROM funding_budget_lines WHERE id = NEW.budget_line_id FOR NO KEY UPDATE;
    SELECT * INTO entry FROM funding_entries WHERE id = NEW.entry_id;
    NEW.committee_id := line.committee_id;
    NEW.purse := line.purse;
    NEW.year := line.year;
    NEW.booked_on := entry.booked_on;
    NEW.region_code := line.region_code;
    NEW.region_level := line.region_level;
    NEW.authority_code := line.authority_code;
    IF NOT EXISTS (SELECT FROM funding_budgets WHERE id = line.budget_id AND state = 'approved') THEN
        PERFORM funding_budget_refuse('ck_funding_budgets_approved_first');
    ELSIF line.use IS NULL THEN
        PERFORM funding_budget_refuse('ck_funding_budget_lines_reserve');
    ELSIF (entry.committee_id, entry.purse, entry.year) IS DISTINCT FROM (line.committee_id, line.purse, line.year)
       OR entry.use <> line.use THEN
        PERFORM funding_budget_refuse('ck_funding_budget_executions_entry');
    ELSIF entry.reverses_id IS NOT NULL THEN
        IF NOT EXISTS (SELECT FROM funding_budget_executions AS taken
                        WHERE taken.entry_id = entry.reverses_id AND taken.budget_line_id = line.id
                          AND taken.amount_fen = -NEW.amount_fen) THEN
            PERFORM funding_budget_refuse('ck_funding_budget_executions_entry');
        END IF;
    ELSE
        SELECT -coalesce(sum(told.amount_fen), 0) INTO moved
          FROM funding_lines AS told JOIN funding_accounts AS account ON account.id = told.account_id
         WHERE told.entry_id = entry.id AND account.kind = 'funds'
           AND account.holder_kind IN ('committee', 'organization');
        SELECT coalesce(sum(taken.amount_fen), 0) + NEW.amount_fen INTO known
          FROM funding_budget_executions AS taken
         WHERE taken.entry_id = entry.id AND taken.budget_line_id <> line.id;
        IF known NOT BETWEEN least(moved, 0) AND greatest(moved, 0) THEN
            PERFORM funding_budget_refuse('ck_funding_budget_executions_moved');
        END IF;
    END IF;
    PERFORM narrow_scope(narrow);
    RETURN NEW;
END $$
"""
EXECUTED = f"""
CREATE FUNCTION funding_budget_executed() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    narrow text[] := widen_scope();
BEGIN
    UPDATE funding_budget_lines
       SET executed_fen = executed_fen + NEW.amount_fen, version = version + 1, recorded_at = {INSTANT}
     WHERE id = NEW.budget_line_id;
    PERFORM narrow_scope(narrow);
    RETURN NULL;
END $$
"""
COUNTED = """
CREATE FUNCTION funding_budget_counted() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM funding_budget_refuse('ck_funding_budget_lines_counted');
    RETURN NULL;
END $$
"""
# Whoever takes an entry back gives back what it took, in the year it took it in: a closed year stays as it was. At the
# end of the transaction, after the balances: whoever posts and takes goes the same way.
REVERSED = f"""
CREATE FUNCTION funding_budget_reversed() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    narrow text[] := widen_scope();
BEGIN
    INSERT INTO funding_budget_executions (budget_line_id, entry_id, amount_fen, taken_by, recorded_at)
    SELECT taken.budget_line_id, NEW.id, -taken.amount_fen, coalesce({WHO}, 'system'), {INSTANT}
      FROM funding_budget_executions AS taken
     WHERE taken.entry_id = NEW.reverses_id AND taken.year = NEW.year
       AND NOT EXISTS (SELECT FROM funding_budget_executions AS known
                        WHERE known.entry_id = NEW.id AND known.budget_line_id = taken.budget_line_id)
     ORDER BY taken.budget_line_id;
    PERFORM narrow_scope(narrow);
    RETURN NULL;
END $$
"""

TABLES = (
    "funding_budgets",
    "funding_budget_lines",
    "funding_budget_adjustments",
    "funding_budget_adjustment_lines",
    "funding_budget_executions",
)
WRITTEN = "budget_id, position, use, title, basis, original_fen, amount_fen"


def upgrade() -> None:
    _budgets()
    _lines()
    _adjustments()
    _changes()
    _executions()
    for statement in (
        REFUSE,
        HELD,
        STANDS,
        WITH_ADJUSTMENT,
        LINES_HELD,
        CHANGES_HELD,
        ADDS_UP,
        TAKEN,
        EXECUTED,
        COUNTED,
        REVERSED,
        "CREATE TRIGGER funding_budgets_stand BEFORE INSERT OR UPDATE OF committee_id ON funding_budgets FOR EACH ROW"
        " EXECUTE FUNCTION stand_with_committee()",
        *(
            f"CREATE TRIGGER {table}_stand BEFORE INSERT OR UPDATE OF budget_id ON {table} FOR EACH ROW"
            " EXECUTE FUNCTION stand_with_budget()"
            for table in ("funding_budget_lines", "funding_budget_adjustments")
        ),
        "CREATE TRIGGER funding_budget_adjustment_lines_stand BEFORE INSERT OR UPDATE OF adjustment_id"
        " ON funding_budget_adjustment_lines FOR EACH ROW EXECUTE FUNCTION stand_with_budget_adjustment()",
        *(
            f"CREATE TRIGGER {table}_held BEFORE INSERT OR UPDATE ON {table} FOR EACH ROW"
            " EXECUTE FUNCTION funding_budget_held()"
            for table in ("funding_budgets", "funding_budget_adjustments")
        ),
        f"CREATE TRIGGER funding_budget_lines_held BEFORE INSERT OR DELETE OR UPDATE OF {WRITTEN}"
        " ON funding_budget_lines FOR EACH ROW EXECUTE FUNCTION funding_budget_lines_held()",
        "CREATE TRIGGER funding_budget_adjustment_lines_held BEFORE INSERT OR DELETE OR UPDATE OF"
        " adjustment_id, position, budget_line_id, use, title, basis, delta_fen"
        " ON funding_budget_adjustment_lines FOR EACH ROW EXECUTE FUNCTION funding_budget_changes_held()",
        *(
            f"CREATE CONSTRAINT TRIGGER {table}_adds_up AFTER INSERT OR UPDATE OF {columns} ON {table}"
            " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION funding_budget_adds_up()"
            for table, columns in (
                ("funding_budgets", "state, edition"),
                ("funding_budget_lines", "original_fen, amount_fen"),
                ("funding_budget_adjustments", "state, edition"),
            )
        ),
        "CREATE TRIGGER funding_budget_executions_taken BEFORE INSERT ON funding_budget_executions FOR EACH ROW"
        " EXECUTE FUNCTION funding_budget_taken()",
        "CREATE TRIGGER funding_budget_executions_executed AFTER INSERT ON funding_budget_executions FOR EACH ROW"
        " EXECUTE FUNCTION funding_budget_executed()",
        # What is executed is counted from executions, by nobody else.
        "CREATE TRIGGER funding_budget_lines_counted BEFORE UPDATE OF executed_fen ON funding_budget_lines"
        " FOR EACH ROW WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION funding_budget_counted()",
        "CREATE CONSTRAINT TRIGGER funding_entries_give_back AFTER INSERT ON funding_entries"
        " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.reverses_id IS NOT NULL)"
        " EXECUTE FUNCTION funding_budget_reversed()",
        *(statement for table in TABLES for statement in secured(table, OFFICE)),
        *(statement for table in TABLES[:-1] for statement in watched(table)),
        "REVOKE UPDATE, DELETE, TRUNCATE ON funding_budget_executions FROM liangxin_app",
        "GRANT UPDATE (region_code, region_level, authority_code) ON funding_budget_executions TO liangxin_app",
    ):
        op.execute(statement)


def _id() -> "sa.Column[object]":
    return sa.Column("id", sa.Uuid(), primary_key=True, server_default=sa.text("uuidv7()"))


def _key() -> tuple[SchemaItem, ...]:
    return (_id(), sa.Column("version", sa.Integer(), nullable=False))


def _of_year() -> tuple[SchemaItem, ...]:
    return (
        sa.Column("purse", sa.Text(), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
    )


def _of_budget(table: str) -> SchemaItem:
    told = ("committee_id", "purse", "year")
    return sa.ForeignKeyConstraint(
        ["budget_id", *told],
        ["funding_budgets.id", *(f"funding_budgets.{column}" for column in told)],
        name=f"fk_{table}_budget_id",
    )


def _decided() -> tuple[SchemaItem, ...]:
    return (
        sa.Column("drafted_by", sa.Text(), nullable=False),
        sa.Column("drawn_up_by", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("approved_by", sa.Text()),
        sa.Column("approved_on", sa.Date()),
        sa.Column("discard_reason", sa.Text()),
        sa.Column("departures", postgresql.JSONB(), nullable=False),
        sa.CheckConstraint(STATES, "state"),
        sa.CheckConstraint(APPROVED, "approved"),
        sa.CheckConstraint(BY_ANOTHER, "approved_by_another"),
        sa.CheckConstraint(DISCARDED, "discarded"),
    )


def _stands(*, created: bool = True) -> tuple[SchemaItem, ...]:
    instants = ("created_at", "recorded_at") if created else ("recorded_at",)
    return (
        sa.Column("region_code", sa.BigInteger(), nullable=False),
        sa.Column("region_level", sa.SmallInteger(), nullable=False),
        sa.Column("authority_code", sa.BigInteger(), nullable=False),
        *(sa.Column(name, sa.DateTime(timezone=True), nullable=False) for name in instants),
        sa.CheckConstraint("region_level BETWEEN 0 AND 5", "region_level"),
        sa.CheckConstraint("region_code BETWEEN 0 AND 999999999999", "region_code"),
    )


def _found(table: str, committee: tuple[str, ...], *, listed: bool = True) -> None:
    if listed:
        op.create_index(f"ix_{table}_region_code_id", table, ["region_code", "id"])
        op.create_index(f"ix_{table}_authority_code", table, ["authority_code", "region_code", "id"])
    if committee:
        op.create_index(f"ix_{table}_committee_id", table, list(committee))


def _budgets() -> None:
    op.create_table(
        "funding_budgets",
        *_key(),
        sa.Column("committee_id", sa.Uuid(), sa.ForeignKey("authorities.id"), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("purse", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("document", sa.Text()),
        *_decided(),
        *_stands(),
        sa.UniqueConstraint("id", "committee_id", "purse", "year"),
        sa.CheckConstraint(YEAR, "year"),
        sa.CheckConstraint(PURSES, "purse"),
        sa.CheckConstraint("(state = 'approved') = (edition > 0) AND edition >= 0", "edition"),
        sa.CheckConstraint("title <> '' AND document <> ''", "texts"),
    )
    _found("funding_budgets", ())
    op.create_index(
        "uq_funding_budgets_committee_id",
        "funding_budgets",
        ["committee_id", "year", "purse"],
        unique=True,
        postgresql_where=sa.text("state <> 'discarded'"),
    )


def _lines() -> None:
    op.create_table(
        "funding_budget_lines",
        *_key(),
        sa.Column("budget_id", sa.Uuid(), nullable=False),
        sa.Column("committee_id", sa.Uuid(), nullable=False),
        *_of_year(),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("use", sa.Text()),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("basis", sa.Text()),
        sa.Column("original_fen", sa.BigInteger(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("executed_fen", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        *_stands(),
        _of_budget("funding_budget_lines"),
        sa.UniqueConstraint("budget_id", "use", "title", postgresql_nulls_not_distinct=True),
        sa.UniqueConstraint("id", "budget_id", name="uq_funding_budget_lines_of_budget"),
        sa.UniqueConstraint("id", "committee_id", "purse", "year", name="uq_funding_budget_lines_of_purse"),
        sa.CheckConstraint(YEAR, "year"),
        sa.CheckConstraint(USES, "use"),
        sa.CheckConstraint("title <> '' AND basis <> ''", "texts"),
        sa.CheckConstraint(f"original_fen BETWEEN 0 AND {MOST}", "original_fen"),
        sa.CheckConstraint(f"amount_fen BETWEEN 0 AND {MOST}", "amount_fen"),
        sa.CheckConstraint("executed_fen BETWEEN 0 AND amount_fen", "executed_fen"),
        sa.CheckConstraint("use IS NOT NULL OR executed_fen = 0", "reserve"),
    )
    _found("funding_budget_lines", ("committee_id", "year"))


def _adjustments() -> None:
    op.create_table(
        "funding_budget_adjustments",
        *_key(),
        sa.Column("budget_id", sa.Uuid(), nullable=False),
        sa.Column("committee_id", sa.Uuid(), nullable=False),
        *_of_year(),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("edition", sa.Integer()),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("document", sa.Text()),
        *_decided(),
        *_stands(),
        _of_budget("funding_budget_adjustments"),
        sa.UniqueConstraint("budget_id", "edition"),
        sa.UniqueConstraint("id", "budget_id", name="uq_funding_budget_adjustments_of_budget"),
        sa.CheckConstraint(YEAR, "year"),
        sa.CheckConstraint("(state = 'approved') = (edition IS NOT NULL) AND edition > 1", "edition"),
        sa.CheckConstraint("reason <> '' AND document <> ''", "texts"),
    )
    _found("funding_budget_adjustments", ("committee_id", "year"))
    op.create_index("ix_funding_budget_adjustments_budget_id", "funding_budget_adjustments", ["budget_id", "id"])


def _changes() -> None:
    op.create_table(
        "funding_budget_adjustment_lines",
        *_key(),
        sa.Column("adjustment_id", sa.Uuid(), nullable=False),
        sa.Column("budget_id", sa.Uuid(), nullable=False),
        sa.Column("committee_id", sa.Uuid(), sa.ForeignKey("authorities.id"), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("budget_line_id", sa.Uuid()),
        sa.Column("use", sa.Text()),
        sa.Column("title", sa.Text()),
        sa.Column("basis", sa.Text()),
        sa.Column("delta_fen", sa.BigInteger(), nullable=False),
        *_stands(),
        sa.ForeignKeyConstraint(
            ["adjustment_id", "budget_id"],
            ["funding_budget_adjustments.id", "funding_budget_adjustments.budget_id"],
            name="fk_funding_budget_adjustment_lines_adjustment_id",
        ),
        sa.ForeignKeyConstraint(
            ["budget_line_id", "budget_id"],
            ["funding_budget_lines.id", "funding_budget_lines.budget_id"],
            name="fk_funding_budget_adjustment_lines_budget_line_id",
        ),
        sa.UniqueConstraint("adjustment_id", "budget_line_id"),
        sa.CheckConstraint(f"delta_fen <> 0 AND delta_fen BETWEEN -{MOST} AND {MOST}", "delta_fen"),
        sa.CheckConstraint(USES, "use"),
        sa.CheckConstraint("title <> '' AND basis <> ''", "texts"),
        sa.CheckConstraint("budget_line_id IS NOT NULL OR (title IS NOT NULL AND delta_fen > 0)", "line"),
    )
    _found("funding_budget_adjustment_lines", ("committee_id",), listed=False)
    op.create_index(
        "ix_funding_budget_adjustment_lines_budget_line_id", "funding_budget_adjustment_lines", ["budget_line_id"]
    )


def _executions() -> None:
    told = ("committee_id", "purse")
    op.create_table(
        "funding_budget_executions",
        _id(),
        sa.Column("budget_line_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("committee_id", sa.Uuid(), nullable=False),
        *_of_year(),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("taken_by", sa.Text(), nullable=False),
        *_stands(created=False),
        sa.ForeignKeyConstraint(
            ["budget_line_id", *told, "year"],
            ["funding_budget_lines.id", *(f"funding_budget_lines.{column}" for column in (*told, "year"))],
            name="fk_funding_budget_executions_budget_line_id",
        ),
        sa.ForeignKeyConstraint(
            ["entry_id", *told],
            ["funding_entries.id", *(f"funding_entries.{column}" for column in told)],
            name="fk_funding_budget_executions_entry_id",
        ),
        sa.UniqueConstraint("entry_id", "budget_line_id"),
        sa.CheckConstraint(f"amount_fen <> 0 AND amount_fen BETWEEN -{MOST} AND {MOST}", "amount_fen"),
    )
    _found("funding_budget_executions", ("committee_id", "year"), listed=False)
    op.create_index(
        "ix_funding_budget_executions_budget_line_id",
        "funding_budget_executions",
        ["budget_line_id", "booked_on", "id"],
    )


def downgrade() -> None:
    raise RuntimeError("Migrations go forward only; restore a backup instead.")
