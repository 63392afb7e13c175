"""What is paid: payment runs over what is due to workers."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import SchemaItem

from alembic import op
from app.core.history import watched
from app.core.rowsecurity import ACTOR, NOW, inside, secured

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None

INSTANT = f"coalesce({NOW}, clock_timestamp())"
MOST_FEN = 10_000_000_000_000
OFFICE = inside("region_code", ("authority_code",))
PURSES = "purse IN ('fiscal_budget', 'enterprise_levy', 'dues_refund', 'higher_grant')"
USES = "use IN ('full_time_pay', 'worker_subsidies')"
RUN_STATES = "state IN ('draft', 'approved', 'paying', 'done', 'discarded')"
STATES = "state IN ('open', 'paid', 'failed', 'returned', 'netted', 'dropped')"
COUNTS = ("items", "waiting_items", "paid_items", "netted_items", "failed_items", "returned_items", "dropped_items")
SUMS = ("due_fen", "netted_fen", "total_fen", "paid_fen")
MASKED = {
    "payment_runs": ("discard_reason",),
    "payables": ("worker_id", "entitlement_id", "reference", "return_reason", "drop_reason"),
    "payable_debts": ("worker_id", "entitlement_id"),
}

# From one state of an item to another. As in the room's facts; a test holds the two together.
STEPS = """
CREATE FUNCTION payable_steps() RETURNS TABLE (come_from text, leads_to text)
LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS $$
    VALUES ('open', 'paid'), ('open', 'failed'), ('failed', 'failed'), ('failed', 'paid'), ('paid', 'returned'),
           ('returned', 'paid'), ('returned', 'failed'),
           ('open', 'dropped'), ('failed', 'dropped'), ('returned', 'dropped'), ('netted', 'dropped')
$$
"""

# A run stands where its account stands: the committee's own, or of a body below it, and it holds money. The month's
# list is closed, and closed lists are never opened again. A line of the budget is of the same books, purse and use.
RUNS_STAND = """
CREATE FUNCTION payment_runs_stand() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    narrow text[] := widen_scope();
    pays boolean;
    closed boolean;
    budget_fits boolean;
BEGIN
    SELECT committee_id, purse, region_code, region_level, authority_code,
           kind = 'funds' AND closed_on IS NULL AND holder_kind IN ('committee', 'authority')
      INTO NEW.committee_id, NEW.purse, NEW.region_code, NEW.region_level, NEW.authority_code, pays
      FROM funding_accounts WHERE id = NEW.account_id FOR SHARE;
    SELECT month, state = 'closed' INTO NEW.month, closed FROM treatment_months WHERE id = NEW.month_id;
    budget_fits := NEW.budget_line_id IS NULL OR EXISTS (
        SELECT FROM funding_budget_lines AS line JOIN funding_budgets AS budget ON budget.id = line.budget_id
          JOIN funding_accounts AS account ON account.id = NEW.account_id
         WHERE line.id = NEW.budget_line_id AND budget.committee_id = NEW.committee_id AND budget.purse = NEW.purse
           AND line.use = NEW.use AND account.holder_kind = 'committee');
    PERFORM narrow_scope(narrow);
    IF NOT coalesce(pays, false) THEN
        PERFORM funding_refuse('ck_payment_runs_account');
    END IF;
    IF NOT coalesce(closed, false) THEN
        PERFORM funding_refuse('ck_payment_runs_month_closed');
    END IF;
    IF NOT budget_fits THEN
        PERFORM funding_refuse('ck_payment_runs_budget_line');
    END IF;
    RETURN NEW;
END $$
"""

# Begins as a draft; whoever computes it is among those who drew it up, and only he who approves says so. How far an
# approved run is, its items say. What was approved stays as it was; where it stands follows the account.
RUNS_STEP = f"""
CREATE FUNCTION payment_runs_step() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    who text := {ACTOR};
    fixed boolean;
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.drawn_up_by := ARRAY[NEW.computed_by];
        IF NEW.state <> 'draft' OR NEW.computed_by IS DISTINCT FROM who
           OR num_nonnulls({", ".join(f"nullif(NEW.{each}, 0)" for each in (*COUNTS, *SUMS))}) > 0 THEN
            PERFORM funding_refuse('ck_payment_runs_step');
        END IF;
        RETURN NEW;
    END IF;
    NEW.drawn_up_by := OLD.drawn_up_by;
    IF OLD.computed_by <> NEW.computed_by AND NEW.computed_by <> ALL (OLD.drawn_up_by) THEN
        NEW.drawn_up_by := OLD.drawn_up_by || NEW.computed_by;
    END IF;
    IF NEW.state IN ('approved', 'paying', 'done') THEN
        NEW.state := CASE WHEN NEW.waiting_items = 0 THEN 'done'
                          WHEN NEW.paid_items + NEW.failed_items + NEW.returned_items > 0 THEN 'paying'
                          ELSE 'approved' END;
    END IF;
    fixed := (OLD.id, OLD.account_id, OLD.month_id, OLD.use, OLD.budget_line_id, OLD.created_at)
             IS NOT DISTINCT FROM (NEW.id, NEW.account_id, NEW.month_id, NEW.use, NEW.budget_line_id, NEW.created_at);
    IF NOT fixed
       OR (OLD.computed_by, OLD.computed_at, OLD.elsewhere_items)
          IS DISTINCT FROM (NEW.computed_by, NEW.computed_at, NEW.elsewhere_items)
          AND ((OLD.state, NEW.state) <> ('draft', 'draft') OR NEW.computed_by IS DISTINCT FROM who)
       OR (OLD.approved_by, OLD.approved_at) IS DISTINCT FROM (NEW.approved_by, NEW.approved_at)
          AND (OLD.state <> 'draft' OR NEW.approved_by IS DISTINCT FROM who OR NEW.items = 0)
       OR OLD.state = 'discarded' AND (NEW.state, NEW.discard_reason) <> (OLD.state, OLD.discard_reason)
       OR OLD.state <> 'draft' AND NEW.state = 'draft' THEN
        PERFORM funding_refuse('ck_payment_runs_frozen');
    END IF;
    RETURN NEW;
END $$
"""

# An item is drawn up in a draft: of a line of the run's own list that brings something. What it is due stands there. It
# says itself what it is for, so that lists of items look at no run.
ITEMS_STAND = """
CREATE FUNCTION payables_stand() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    narrow text[] := widen_scope();
    right_now boolean;
BEGIN
    SELECT run.committee_id, run.account_id, run.purse, run.use, run.month, run.region_code, run.region_level,
           run.authority_code, line.worker_id, line.role, line.due_fen, line.due_fen - NEW.netted_fen,
           run.state = 'draft' AND list.state = 'closed' AND line.state = 'due'
      INTO NEW.committee_id, NEW.account_id, NEW.purse, NEW.use, NEW.month, NEW.region_code, NEW.region_level,
           NEW.authority_code, NEW.worker_id, NEW.role, NEW.due_fen, NEW.amount_fen, right_now
      FROM payment_runs AS run
      JOIN treatment_entitlements AS line ON line.month_id = run.month_id AND line.id = NEW.entitlement_id
      JOIN treatment_months AS list ON list.id = line.month_id
     WHERE run.id = NEW.run_id;
    PERFORM narrow_scope(narrow);
    IF NOT coalesce(right_now, false) OR NEW.state NOT IN ('open', 'netted') THEN
        PERFORM funding_refuse('ck_payables_due');
    END IF;
    RETURN NEW;
END $$
"""

# An item goes no other way than the table says; it is paid when an entry of its run's books says so under its own key,
# booked by him who pays and who did not draw it up; what came back was reversed. A draft's items may be drawn up anew.
ITEMS_STEP = f"""
CREATE FUNCTION payables_step() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    narrow text[] := widen_scope();
    run payment_runs;
    booked boolean := true;
    taken_back boolean := true;
BEGIN
    SELECT * INTO run FROM payment_runs WHERE id = OLD.run_id;
    IF TG_OP = 'UPDATE' AND NEW.entry_id IS DISTINCT FROM OLD.entry_id THEN
        booked := NEW.state = 'paid' AND NEW.paid_by = {ACTOR} AND NEW.paid_by <> ALL (run.drawn_up_by) AND EXISTS (
            SELECT FROM funding_entries AS entry
             WHERE entry.id = NEW.entry_id AND entry.committee_id = run.committee_id AND entry.purse = run.purse
               AND entry.kind = 'spending' AND entry.use = run.use AND entry.amount_fen = NEW.amount_fen
               AND entry.booked_on = NEW.paid_on
               AND entry.business_key = 'treatment:' || NEW.entitlement_id || ':' || NEW.attempt);
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.reversal_id IS DISTINCT FROM OLD.reversal_id AND NEW.reversal_id IS NOT NULL THEN
        taken_back := NEW.state = 'returned' AND EXISTS (
            SELECT FROM funding_entries AS entry
             WHERE entry.id = NEW.reversal_id AND entry.reverses_id = OLD.entry_id
               AND entry.booked_on = NEW.returned_on);
    END IF;
    PERFORM narrow_scope(narrow);
    IF TG_OP = 'DELETE' THEN
        IF run.state <> 'draft' THEN
            PERFORM funding_refuse('ck_payables_frozen');
        END IF;
        RETURN OLD;
    END IF;
    IF (OLD.id, OLD.run_id, OLD.position, OLD.entitlement_id, OLD.role, OLD.due_fen, OLD.netted_fen, OLD.amount_fen,
        OLD.account_id, OLD.purse, OLD.use, OLD.month, OLD.created_at)
       IS DISTINCT FROM
       (NEW.id, NEW.run_id, NEW.position, NEW.entitlement_id, NEW.role, NEW.due_fen, NEW.netted_fen, NEW.amount_fen,
        NEW.account_id, NEW.purse, NEW.use, NEW.month, NEW.created_at)
       OR NEW.attempt <> OLD.attempt + (OLD.reversal_id IS NOT NULL AND NEW.state = 'paid')::integer
       OR (OLD.state, NEW.state) = ('paid', 'paid')
          AND (OLD.entry_id, OLD.paid_on, OLD.paid_by, OLD.reference)
              IS DISTINCT FROM (NEW.entry_id, NEW.paid_on, NEW.paid_by, NEW.reference) THEN
        PERFORM funding_refuse('ck_payables_frozen');
    END IF;
    IF NEW.state <> OLD.state AND NOT EXISTS (
        SELECT FROM payable_steps() AS step WHERE step.come_from = OLD.state AND step.leads_to = NEW.state)
       OR NEW.state IN ('paid', 'failed', 'returned') AND run.state NOT IN ('approved', 'paying', 'done')
       OR (NEW.state = 'paid' AND OLD.state <> 'paid' AND NEW.entry_id IS NOT DISTINCT FROM OLD.entry_id)
       OR NOT booked OR NOT taken_back THEN
        PERFORM funding_refuse('ck_payables_step');
    END IF;
    RETURN NEW;
END $$
"""

# A payment's entry is taken back by its item alone: else it would go on standing as paid, and its money be there again.
TAKEN_BACK = """
CREATE FUNCTION funding_entries_of_payables() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    narrow text[] := widen_scope();
    standing boolean := EXISTS (SELECT FROM payables WHERE entry_id = NEW.reverses_id AND state = 'paid');
BEGIN
    PERFORM narrow_scope(narrow);
    IF standing THEN
        PERFORM funding_refuse('ck_payables_taken_back');
    END IF;
    RETURN NULL;
END $$
"""

# What a run comes to is counted from its items, whoever writes them.
SUM_UP = """
CREATE FUNCTION payables_sum_up() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    narrow text[] := widen_scope();
BEGIN
    UPDATE payment_runs AS run
       SET items = told.items, waiting_items = told.waiting, paid_items = told.paid, netted_items = told.netted,
           failed_items = told.failed, returned_items = told.returned, dropped_items = told.dropped,
           due_fen = told.due_fen, netted_fen = told.netted_fen, total_fen = told.total_fen, paid_fen = told.paid_fen
      FROM (SELECT one.id,
                   count(item.id) FILTER (WHERE item.state <> 'dropped') AS items,
                   count(*) FILTER (WHERE item.state IN ('open', 'failed', 'returned')) AS waiting,
                   count(*) FILTER (WHERE item.state = 'paid') AS paid,
                   count(*) FILTER (WHERE item.state = 'netted') AS netted,
                   count(*) FILTER (WHERE item.state = 'failed') AS failed,
                   count(*) FILTER (WHERE item.state = 'returned') AS returned,
                   count(*) FILTER (WHERE item.state = 'dropped') AS dropped,
                   coalesce(sum(item.due_fen) FILTER (WHERE item.state <> 'dropped'), 0) AS due_fen,
                   coalesce(sum(item.netted_fen) FILTER (WHERE item.state <> 'dropped'), 0) AS netted_fen,
                   coalesce(sum(item.amount_fen) FILTER (WHERE item.state <> 'dropped'), 0) AS total_fen,
                   coalesce(sum(item.amount_fen) FILTER (WHERE item.state = 'paid'), 0) AS paid_fen
              FROM (SELECT DISTINCT run_id AS id FROM changed) AS one
              LEFT JOIN payables AS item ON item.run_id = one.id
             GROUP BY one.id) AS told
     WHERE run.id = told.id;
    PERFORM narrow_scope(narrow);
    RETURN NULL;
END $$
"""

# What is owed back is a closed list's line that says so; how much of it was taken, the items' rows say.
DEBTS_STAND = """
CREATE FUNCTION payable_debts_owed() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    narrow text[] := widen_scope();
    owed boolean;
BEGIN
    SELECT line.worker_id, line.month, -line.due_fen, 0, line.state = 'owed_back' AND list.state = 'closed'
      INTO NEW.worker_id, NEW.month, NEW.owed_fen, NEW.taken_fen, owed
      FROM treatment_entitlements AS line JOIN treatment_months AS list ON list.id = line.month_id
     WHERE line.id = NEW.entitlement_id;
    PERFORM narrow_scope(narrow);
    IF NOT coalesce(owed, false) THEN
        PERFORM funding_refuse('ck_payable_debts_owed');
    END IF;
    RETURN NEW;
END $$
"""
DEBTS_FROZEN = """
CREATE FUNCTION payable_debts_frozen() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF (OLD.id, OLD.entitlement_id, OLD.month, OLD.committee_id, OLD.purse, OLD.use, OLD.owed_fen)
       IS DISTINCT FROM (NEW.id, NEW.entitlement_id, NEW.month, NEW.committee_id, NEW.purse, NEW.use, NEW.owed_fen)
       OR OLD.taken_fen <> NEW.taken_fen AND pg_trigger_depth() < 2 THEN
        PERFORM funding_refuse('ck_payable_debts_frozen');
    END IF;
    RETURN NEW;
END $$
"""
NETTED = f"""
CREATE FUNCTION payable_nettings_taken() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    narrow text[] := widen_scope();
    fits boolean;
BEGIN
    IF TG_OP = 'DELETE' THEN
        fits := EXISTS (SELECT FROM payables AS item JOIN payment_runs AS run ON run.id = item.run_id
                         WHERE item.id = OLD.payable_id AND (item.state = 'dropped' OR run.state = 'draft'));
        UPDATE payable_debts AS debt
           SET taken_fen = taken_fen - OLD.fen, version = version + 1, recorded_at = {INSTANT} WHERE id = OLD.debt_id;
    ELSE
        SELECT run.region_code, run.authority_code,
               run.state = 'draft' AND debt.worker_id = item.worker_id
               AND (debt.committee_id, debt.purse, debt.use) = (run.committee_id, run.purse, run.use)
          INTO NEW.region_code, NEW.authority_code, fits
          FROM payables AS item JOIN payment_runs AS run ON run.id = item.run_id
          JOIN payable_debts AS debt ON debt.id = NEW.debt_id
         WHERE item.id = NEW.payable_id;
        UPDATE payable_debts AS debt
           SET taken_fen = taken_fen + NEW.fen, version = version + 1, recorded_at = {INSTANT} WHERE id = NEW.debt_id;
    END IF;
    PERFORM narrow_scope(narrow);
    IF NOT coalesce(fits, false) THEN
        PERFORM funding_refuse('ck_payable_nettings_of');
    END IF;
    RETURN coalesce(NEW, OLD);
END $$
"""
ADDS_UP = """
CREATE FUNCTION payable_nettings_add_up() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    narrow text[] := widen_scope();
    wanted uuid := (to_jsonb(coalesce(NEW, OLD)) ->> TG_ARGV[0])::uuid;
    right_now boolean;
BEGIN
    SELECT (SELECT coalesce(sum(fen), 0) FROM payable_nettings WHERE payable_id = item.id)
           = CASE WHEN item.state = 'dropped' THEN 0 ELSE item.netted_fen END
      INTO right_now FROM payables AS item WHERE item.id = wanted;
    PERFORM narrow_scope(narrow);
    IF NOT coalesce(right_now, true) THEN
        PERFORM funding_refuse('ck_payable_nettings_add_up');
    END IF;
    RETURN NULL;
END $$
"""

# The lines of a closed list that bring something, and what their workers owe back by closed lists, wherever those were
# made: only to whoever acts for the whole of the place. Told is no more than what the reckoning needs.
LINES = """
CREATE FUNCTION payable_lines(list uuid, low bigint, high bigint, line_low bigint, line_high bigint)
RETURNS TABLE (entitlement_id uuid, worker_id uuid, role text, due_fen bigint, shares jsonb, elsewhere boolean,
               attempt integer)
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE
    narrow text[];
BEGIN
    IF NOT coalesce(nullif(current_setting('liangxin.ranges', true), '')::int8multirange @> int8range(low, high), false)
    THEN
        RETURN;
    END IF;
    narrow := widen_scope();
    RETURN QUERY
    SELECT line.id, line.worker_id, line.role, line.due_fen,
           CASE WHEN line.role IS NULL THEN payable_shares(line.id) ELSE '{}'::jsonb END,
           coalesce(told.live, false), coalesce(told.attempts, 0) + 1
      FROM treatment_entitlements AS line
      JOIN treatment_months AS month ON month.id = line.month_id AND month.state = 'closed'
      LEFT JOIN LATERAL (
        SELECT bool_or(item.state <> 'dropped') AS live,
               max(CASE WHEN item.entry_id IS NULL THEN item.attempt - 1 ELSE item.attempt END) AS attempts
          FROM payables AS item WHERE item.entitlement_id = line.id) AS told ON true
     WHERE line.month_id = list AND line.state = 'due' AND line.region_code >= low AND line.region_code < high
       AND (line_low IS NULL OR line.authority_code >= line_low AND line.authority_code < line_high)
     ORDER BY line.region_code, line.id;
    PERFORM narrow_scope(narrow);
END $$
"""
SHARES = """
CREATE FUNCTION payable_shares(line uuid) RETURNS jsonb LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT coalesce(jsonb_object_agg(each.role, each.days), '{}')
      FROM (SELECT segment ->> 'role' AS role, sum((segment ->> 'days')::integer) AS days
              FROM treatment_differences AS told, jsonb_array_elements(told.segments) AS segment
             WHERE told.entitlement_id = line GROUP BY 1) AS each
$$
"""
OWED = """
CREATE FUNCTION payable_owed(list uuid, low bigint, high bigint)
RETURNS TABLE (entitlement_id uuid, worker_id uuid, month date, owed_fen bigint, role text, shares jsonb,
               committee_id uuid, purse text, use text, last jsonb)
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE
    narrow text[];
BEGIN
    IF NOT coalesce(nullif(current_setting('liangxin.ranges', true), '')::int8multirange @> int8range(low, high), false)
    THEN
        RETURN;
    END IF;
    narrow := widen_scope();
    RETURN QUERY
    SELECT owing.id, owing.worker_id, owing.month, -owing.due_fen, owing.role,
           CASE WHEN owing.role IS NULL THEN payable_shares(owing.id) ELSE '{}'::jsonb END,
           debt.committee_id, debt.purse, debt.use,
           (SELECT coalesce(jsonb_object_agg(paid.use, jsonb_build_array(paid.committee_id, paid.purse)), '{}')
              FROM (SELECT DISTINCT ON (run.use) run.use, run.committee_id, run.purse
                      FROM payables AS item JOIN payment_runs AS run ON run.id = item.run_id
                     WHERE item.worker_id = owing.worker_id AND item.state <> 'dropped' AND run.month < owing.month
                     ORDER BY run.use, run.month DESC, item.id) AS paid)
      FROM treatment_entitlements AS line
      JOIN treatment_entitlements AS owing ON owing.worker_id = line.worker_id AND owing.state = 'owed_back'
      LEFT JOIN payable_debts AS debt ON debt.entitlement_id = owing.id
     WHERE line.month_id = list AND line.state = 'due' AND line.region_code >= low AND line.region_code < high
       AND (debt.id IS NULL OR debt.taken_fen < debt.owed_fen)
     ORDER BY owing.month, owing.id;
    PERFORM narrow_scope(narrow);
END $$
"""


def upgrade() -> None:
    _runs()
    _payables()
    _debts()
    _nettings()
    for statement in (
        *(
            STEPS,
            RUNS_STAND,
            RUNS_STEP,
            ITEMS_STAND,
            ITEMS_STEP,
            TAKEN_BACK,
            SUM_UP,
            DEBTS_STAND,
            DEBTS_FROZEN,
            NETTED,
            ADDS_UP,
        ),
        *(SHARES, LINES, OWED),
    ):
        op.execute(statement)
    for table, masked in MASKED.items():
        for statement in (*secured(table, OFFICE), *watched(table, masked=masked)):
            op.execute(statement)
    for statement in secured("payable_nettings", OFFICE):
        op.execute(statement)
    for table, name, when in (
        ("payment_runs", "payment_runs_a_stand", "INSERT OR UPDATE OF account_id, month_id, use, budget_line_id"),
        ("payment_runs", "payment_runs_step", "INSERT OR UPDATE"),
        ("payables", "payables_stand", "INSERT"),
        ("payables", "payables_step", "UPDATE OR DELETE"),
        ("payable_debts", "payable_debts_owed", "INSERT"),
        ("payable_debts", "payable_debts_frozen", "UPDATE"),
        ("payable_nettings", "payable_nettings_taken", "INSERT OR DELETE"),
    ):
        function = name.replace("_a_stand", "_stand")
        op.execute(f"CREATE TRIGGER {name} BEFORE {when} ON {table} FOR EACH ROW EXECUTE FUNCTION {function}()")
    for verb, rows in (("insert", "NEW"), ("update", "NEW"), ("delete", "OLD")):
        op.execute(
            f"CREATE TRIGGER payables_a_{verb}_sum_up AFTER {verb.upper()} ON payables"
            f" REFERENCING {rows} TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION payables_sum_up()"
        )
    for statement in (
        "CREATE TRIGGER payable_debts_a_stand BEFORE INSERT OR UPDATE OF committee_id ON payable_debts FOR EACH ROW"
        " EXECUTE FUNCTION stand_with_committee()",
        "CREATE CONSTRAINT TRIGGER payables_add_up AFTER INSERT OR UPDATE ON payables DEFERRABLE INITIALLY DEFERRED"
        " FOR EACH ROW WHEN (NEW.netted_fen > 0) EXECUTE FUNCTION payable_nettings_add_up('id')",
        "CREATE CONSTRAINT TRIGGER payable_nettings_add_up AFTER INSERT OR DELETE ON payable_nettings"
        " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION payable_nettings_add_up('payable_id')",
        "CREATE CONSTRAINT TRIGGER payables_taken_back AFTER INSERT ON funding_entries DEFERRABLE INITIALLY DEFERRED"
        " FOR EACH ROW WHEN (NEW.reverses_id IS NOT NULL) EXECUTE FUNCTION funding_entries_of_payables()",
        "REVOKE DELETE, TRUNCATE ON payment_runs, payable_debts FROM liangxin_app",
        "REVOKE TRUNCATE ON payables FROM liangxin_app",
        "REVOKE UPDATE, TRUNCATE ON payable_nettings FROM liangxin_app",
    ):
        op.execute(statement)


def _key() -> tuple[SchemaItem, ...]:
    return (
        sa.Column("id", sa.Uuid(), primary_key=True, server_default=sa.text("uuidv7()")),
        sa.Column("version", sa.Integer(), nullable=False),
    )


def _reference(column: str, to: str, *, nullable: bool = False) -> "sa.Column[object]":
    return sa.Column(column, sa.Uuid(), sa.ForeignKey(f"{to}.id"), nullable=nullable)


def _fen(column: str, *, zero: bool = False) -> "sa.Column[object]":
    return sa.Column(column, sa.BigInteger(), nullable=False, server_default=sa.text("0") if zero else None)


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


def _found_by_place(table: str) -> None:
    op.create_index(f"ix_{table}_region_code_id", table, ["region_code", "id"])
    op.create_index(f"ix_{table}_authority_code", table, ["authority_code", "region_code", "id"])


def _runs() -> None:
    table = "payment_runs"
    op.create_table(
        table,
        *_key(),
        _reference("committee_id", "authorities"),
        _reference("account_id", "funding_accounts"),
        sa.Column("purse", sa.Text(), nullable=False),
        _reference("month_id", "treatment_months"),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("use", sa.Text(), nullable=False),
        _reference("budget_line_id", "funding_budget_lines", nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("computed_by", sa.Text(), nullable=False),
        sa.Column("drawn_up_by", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("computed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_by", sa.Text()),
        sa.Column("approved_at", sa.DateTime(timezone=True)),
        sa.Column("discard_reason", sa.Text()),
        sa.Column("elsewhere_items", sa.Integer(), nullable=False),
        *(sa.Column(column, sa.Integer(), nullable=False, server_default=sa.text("0")) for column in COUNTS),
        *(_fen(column, zero=True) for column in SUMS),
        *_stands(),
        sa.CheckConstraint("month = date_trunc('month', month)::date", "month"),
        sa.CheckConstraint(PURSES, "purse"),
        sa.CheckConstraint(USES, "use"),
        sa.CheckConstraint(RUN_STATES, "state"),
        sa.CheckConstraint("num_nulls(approved_by, approved_at) IN (0, 2)", "approved"),
        sa.CheckConstraint("state NOT IN ('approved', 'paying', 'done') OR approved_by IS NOT NULL", "approved_first"),
        sa.CheckConstraint("state <> 'draft' OR approved_by IS NULL", "draft"),
        sa.CheckConstraint("approved_by <> computed_by AND approved_by <> ALL (drawn_up_by)", "own"),
        sa.CheckConstraint("(state = 'discarded') = (discard_reason IS NOT NULL)", "discard_reason"),
        sa.CheckConstraint("discard_reason <> ''", "reason"),
        sa.CheckConstraint("state <> 'discarded' OR paid_items = 0", "discarded"),
        sa.CheckConstraint("state <> 'done' OR waiting_items = 0", "done"),
        sa.CheckConstraint(f"least({', '.join((*COUNTS, *SUMS))}) >= 0", "counts"),
        sa.CheckConstraint("total_fen = due_fen - netted_fen AND paid_fen <= total_fen", "sums"),
        sa.CheckConstraint("elsewhere_items >= 0", "elsewhere_items"),
    )
    _found_by_place(table)
    op.create_index("ix_payment_runs_committee_id", table, ["committee_id", "month", "id"])
    op.create_index("ix_payment_runs_account_id", table, ["account_id", "month"])
    op.create_index("ix_payment_runs_month_id", table, ["month_id"])


def _payables() -> None:
    table = "payables"
    op.create_table(
        table,
        *_key(),
        _reference("run_id", "payment_runs"),
        sa.Column("position", sa.Integer(), nullable=False),
        _reference("entitlement_id", "treatment_entitlements"),
        _reference("worker_id", "workers"),
        sa.Column("role", sa.Text()),
        *(_fen(column) for column in ("due_fen", "netted_fen", "amount_fen")),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempt", sa.SmallInteger(), nullable=False),
        _reference("entry_id", "funding_entries", nullable=True),
        sa.Column("paid_on", sa.Date()),
        sa.Column("paid_by", sa.Text()),
        sa.Column("reference", sa.Text()),
        sa.Column("failure", postgresql.JSONB()),
        _reference("reversal_id", "funding_entries", nullable=True),
        sa.Column("returned_on", sa.Date()),
        sa.Column("return_reason", sa.Text()),
        sa.Column("drop_reason", sa.Text()),
        _reference("account_id", "funding_accounts"),
        sa.Column("purse", sa.Text(), nullable=False),
        sa.Column("use", sa.Text(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        _reference("committee_id", "authorities"),
        *_stands(),
        sa.UniqueConstraint("run_id", "position"),
        sa.UniqueConstraint("entry_id"),
        sa.UniqueConstraint("reversal_id"),
        sa.CheckConstraint("position > 0", "position"),
        sa.CheckConstraint(STATES, "state"),
        sa.CheckConstraint(f"due_fen BETWEEN 1 AND {MOST_FEN} AND netted_fen BETWEEN 0 AND due_fen", "due_fen"),
        sa.CheckConstraint("amount_fen = due_fen - netted_fen", "amount_fen"),
        sa.CheckConstraint(
            "CASE state WHEN 'netted' THEN amount_fen = 0 WHEN 'dropped' THEN true ELSE amount_fen > 0 END", "netted"
        ),
        sa.CheckConstraint("attempt > 0", "attempt"),
        sa.CheckConstraint("num_nulls(entry_id, paid_on, paid_by) IN (0, 3)", "paid"),
        sa.CheckConstraint("state <> 'paid' OR (entry_id IS NOT NULL AND reversal_id IS NULL)", "paid_once"),
        sa.CheckConstraint("state NOT IN ('open', 'netted') OR entry_id IS NULL", "unpaid"),
        sa.CheckConstraint("(state = 'failed') = (failure IS NOT NULL)", "failure"),
        sa.CheckConstraint("num_nulls(reversal_id, returned_on, return_reason) IN (0, 3)", "returned"),
        sa.CheckConstraint("state <> 'returned' OR reversal_id IS NOT NULL", "returned_first"),
        sa.CheckConstraint("reversal_id IS NULL OR entry_id IS NOT NULL", "reversed"),
        sa.CheckConstraint("returned_on >= paid_on", "returned_on"),
        sa.CheckConstraint("return_reason <> '' AND reference <> '' AND drop_reason <> ''", "texts"),
        sa.CheckConstraint("(state = 'dropped') = (drop_reason IS NOT NULL)", "drop_reason"),
    )
    _found_by_place(table)
    op.create_index("ix_payables_run_id", table, ["run_id", "state", "position"])
    op.create_index("ix_payables_worker_id", table, ["worker_id", "id"])
    op.create_index("ix_payables_entitlement_id", table, ["entitlement_id"])
    op.create_index(
        "uq_payables_entitlement_id",
        table,
        ["entitlement_id"],
        unique=True,
        postgresql_where=sa.text("state <> 'dropped'"),
    )


def _debts() -> None:
    table = "payable_debts"
    op.create_table(
        table,
        *_key(),
        _reference("entitlement_id", "treatment_entitlements"),
        _reference("worker_id", "workers"),
        sa.Column("month", sa.Date(), nullable=False),
        _reference("committee_id", "authorities"),
        sa.Column("purse", sa.Text(), nullable=False),
        sa.Column("use", sa.Text(), nullable=False),
        _fen("owed_fen"),
        _fen("taken_fen"),
        *_stands(),
        sa.UniqueConstraint("entitlement_id"),
        sa.CheckConstraint(PURSES, "purse"),
        sa.CheckConstraint(USES, "use"),
        sa.CheckConstraint("month = date_trunc('month', month)::date", "month"),
        sa.CheckConstraint("owed_fen > 0 AND taken_fen BETWEEN 0 AND owed_fen", "taken_fen"),
    )
    _found_by_place(table)
    op.create_index("ix_payable_debts_worker_id", table, ["worker_id", "month"])
    op.create_index("ix_payable_debts_committee_id", table, ["committee_id", "month", "id"])


def _nettings() -> None:
    op.create_table(
        "payable_nettings",
        sa.Column("payable_id", sa.Uuid(), sa.ForeignKey("payables.id"), primary_key=True),
        sa.Column("debt_id", sa.Uuid(), sa.ForeignKey("payable_debts.id"), primary_key=True),
        _fen("fen"),
        sa.Column("region_code", sa.BigInteger(), nullable=False),
        sa.Column("authority_code", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("fen > 0", "fen"),
    )
    op.create_index("ix_payable_nettings_debt_id", "payable_nettings", ["debt_id"])
    op.create_index("ix_payable_nettings_region_code", "payable_nettings", ["region_code"])


def downgrade() -> None:
    raise RuntimeError("Migrations go forward only; restore a backup instead.")
