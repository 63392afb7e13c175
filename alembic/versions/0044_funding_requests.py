"""Requests to spend, their evidence and their approvals."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.schema import SchemaItem

from alembic import op
from app.core.history import watched
from app.core.rowsecurity import ACTOR, NOW, inside, secured, seen_further

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None

INSTANT = f"coalesce({NOW}, clock_timestamp())"
MOST_FEN = 10_000_000_000_000
PURSES = "'fiscal_budget', 'enterprise_levy', 'dues_refund', 'higher_grant'"
HOLDERS = "'committee', 'authority', 'branch', 'organization'"
USES = "'member_education', 'branch_activities', 'full_time_pay', 'worker_subsidies'"
STATES = "'draft', 'submitted', 'approved', 'rejected', 'withdrawn', 'paid', 'settled', 'closed'"
KINDS = "'plan', 'invoice', 'pay_sheet', 'subsidy_list', 'other'"
LINE = ("authority_code",)
SEE = inside("region_code", LINE, ("branch_id",))
WRITE = inside("region_code", LINE)
SEEN = inside("found_one.region_code", ("found_one.authority_code",), ("found_one.branch_id",))
OF_OFFICE = inside("NEW.region_code", ("NEW.authority_code",))
MASKED = {
    "spending_requests": ("reason", "payee", "end_reason"),
    "spending_approvals": ("note",),
    "spending_payments": ("payee", "cancel_reason", "receipt_note"),
    "spending_evidence": ("title",),
}

# From one state by a verb to another, and whose step it is. As in the room's facts; a test holds the two together.
STEPS = """
CREATE FUNCTION spending_request_steps() RETURNS TABLE (come_from text, verb text, leads_to text, who text)
LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS $$
    VALUES ('draft', 'change', 'draft', 'requester'),
           ('draft', 'submit', 'submitted', 'requester'),
           ('draft', 'withdraw', 'withdrawn', 'requester'),
           ('submitted', 'withdraw', 'withdrawn', 'requester'),
           ('approved', 'withdraw', 'withdrawn', 'requester'),
           ('submitted', 'approve', 'submitted', 'approver'),
           ('submitted', 'approve', 'approved', 'approver'),
           ('submitted', 'reject', 'rejected', 'approver'),
           ('submitted', 'send_back', 'draft', 'approver'),
           ('approved', 'pay', 'paid', 'payer'),
           ('paid', 'pay', 'paid', 'payer'),
           ('paid', 'cancel', 'paid', 'payer'),
           ('paid', 'cancel', 'approved', 'payer'),
           ('paid', 'accept', 'paid', 'payer'),
           ('paid', 'accept', 'settled', 'payer'),
           ('paid', 'give_back', 'paid', 'payer'),
           ('settled', 'give_back', 'settled', 'payer'),
           ('closed', 'give_back', 'closed', 'payer'),
           ('approved', 'close', 'closed', 'payer'),
           ('paid', 'close', 'closed', 'payer')
$$
"""
RECEIPT_STEPS = """
CREATE FUNCTION spending_receipt_steps() RETURNS TABLE (come_from text, verb text, leads_to text)
LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS $$
    VALUES ('none', 'hand_in', 'handed_in'),
           ('handed_in', 'accept', 'accepted'),
           ('handed_in', 'return_receipt', 'none')
$$
"""

# The account as a request needs to know it, for whoever sees it, and for the branch that covers the organisation whose
# account it is: a levy is asked for by that branch.
ACCOUNT = f"""
CREATE FUNCTION spending_account(wanted uuid)
RETURNS TABLE (id uuid, committee_id uuid, purse text, kind text, holder_kind text, authority_id uuid, branch_id uuid,
               organization_id uuid, open boolean, region_code bigint, region_level smallint, authority_code bigint,
               balance_fen bigint)
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE
    narrow text[] := widen_scope();
    found_one record;
BEGIN
    SELECT account.id, account.committee_id, account.purse, account.kind, account.holder_kind, account.authority_id,
           coalesce(account.branch_id, firm.covered_by) AS branch_id, account.organization_id,
           account.closed_on IS NULL AS open, account.region_code, account.region_level,
           coalesce(account.authority_code, committee.code) AS authority_code,
           coalesce(standing.balance_fen, 0) AS balance_fen
      INTO found_one
      FROM funding_accounts AS account
      JOIN authorities AS committee ON committee.id = account.committee_id
      LEFT JOIN organizations AS firm ON firm.id = account.organization_id
      LEFT JOIN funding_balances AS standing ON standing.account_id = account.id
     WHERE account.id = wanted;
    PERFORM narrow_scope(narrow);
    IF coalesce({SEEN}, false) THEN
        RETURN QUERY SELECT found_one.id, found_one.committee_id, found_one.purse, found_one.kind,
                            found_one.holder_kind, found_one.authority_id, found_one.branch_id,
                            found_one.organization_id, found_one.open, found_one.region_code, found_one.region_level,
                            found_one.authority_code, found_one.balance_fen;
    END IF;
END $$
"""

# A request stands where its account stands. The account pays, and is nobody's source and no use; it is held as it is
# until the row is written. A line of the budget is of the same books, purse, year and use; what was appropriated to a
# branch or a body below was taken of the budget then, and is not taken again.
REQUESTS_STAND = """
CREATE FUNCTION spending_requests_stand() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    narrow text[] := widen_scope();
    account_kind text;
    budget_fits boolean;
BEGIN
    SELECT account.committee_id, account.purse, account.holder_kind, account.authority_id,
           coalesce(account.branch_id, firm.covered_by), account.organization_id, account.region_code,
           account.region_level, coalesce(account.authority_code, committee.code), account.kind
      INTO NEW.committee_id, NEW.purse, NEW.holder_kind, NEW.authority_id, NEW.branch_id, NEW.organization_id,
           NEW.region_code, NEW.region_level, NEW.authority_code, account_kind
      FROM funding_accounts AS account
      JOIN authorities AS committee ON committee.id = account.committee_id
      LEFT JOIN organizations AS firm ON firm.id = account.organization_id
     WHERE account.id = NEW.account_id FOR SHARE OF account;
    budget_fits := NEW.budget_line_id IS NULL OR EXISTS (
        SELECT FROM funding_budget_lines AS line JOIN funding_budgets AS budget ON budget.id = line.budget_id
         WHERE line.id = NEW.budget_line_id AND budget.committee_id = NEW.committee_id AND budget.purse = NEW.purse
           AND budget.year = NEW.year AND line.use = NEW.use AND NEW.holder_kind IN ('committee', 'organization'));
    PERFORM narrow_scope(narrow);
    IF account_kind <> 'funds' THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_spending_requests_account',
                              MESSAGE = 'ck_spending_requests_account';
    END IF;
    IF NOT budget_fits THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_spending_requests_budget_line',
                              MESSAGE = 'ck_spending_requests_budget_line';
    END IF;
    RETURN NEW;
END $$
"""

# Begins as a draft of whoever writes it; goes no other way than the table says; a branch takes its own steps alone. He
# alone who asked says what he asks for and hands it in: so nobody decides on words of his own under another's name.
STEPPED = f"""
CREATE FUNCTION spending_requests_step() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF (NEW.state, NEW.round, NEW.paid_fen, NEW.returned_fen) <> ('draft', 0, 0, 0)
           OR NEW.requested_by <> {ACTOR} THEN
            RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_spending_requests_step',
                                  MESSAGE = 'ck_spending_requests_step';
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.requested_by <> NEW.requested_by
       OR ((OLD.account_id, OLD."use", OLD.budget_line_id, OLD.year, OLD.title, OLD.reason, OLD.payee, OLD.amount_fen)
            IS DISTINCT FROM
           (NEW.account_id, NEW."use", NEW.budget_line_id, NEW.year, NEW.title, NEW.reason, NEW.payee, NEW.amount_fen)
           AND ((OLD.state, NEW.state) <> ('draft', 'draft') OR OLD.requested_by <> {ACTOR}))
       OR ((OLD.round, OLD.tier, OLD.steps_needed, OLD.policy_version, OLD.submitted_on)
            IS DISTINCT FROM (NEW.round, NEW.tier, NEW.steps_needed, NEW.policy_version, NEW.submitted_on)
           AND ((OLD.state, NEW.state) <> ('draft', 'submitted') OR NEW.round <> OLD.round + 1
                OR OLD.requested_by <> {ACTOR}))
       OR (OLD.approved_on IS DISTINCT FROM NEW.approved_on AND (OLD.state, NEW.state) <> ('submitted', 'approved'))
    THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_spending_requests_frozen',
                              MESSAGE = 'ck_spending_requests_frozen';
    END IF;
    IF NEW.state <> OLD.state OR (OLD.steps_taken, OLD.paid_fen, OLD.returned_fen)
                                 IS DISTINCT FROM (NEW.steps_taken, NEW.paid_fen, NEW.returned_fen) THEN
        IF NOT EXISTS (SELECT FROM spending_request_steps() AS step
                        WHERE step.come_from = OLD.state AND step.leads_to = NEW.state
                          AND (step.who = 'requester' OR coalesce({OF_OFFICE}, false))) THEN
            RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_spending_requests_step',
                                  MESSAGE = 'ck_spending_requests_step';
        END IF;
    END IF;
    RETURN NEW;
END $$
"""

# What is decided, paid and laid beside a request stands where the request stands.
STAND = """
CREATE FUNCTION stand_with_spending_request() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    narrow text[] := widen_scope();
BEGIN
    SELECT committee_id, branch_id, region_code, region_level, authority_code
      INTO NEW.committee_id, NEW.branch_id, NEW.region_code, NEW.region_level, NEW.authority_code
      FROM spending_requests WHERE id = NEW.request_id FOR SHARE;
    PERFORM narrow_scope(narrow);
    RETURN NEW;
END $$
"""
# An approval is of the version that the request has now, tells what became of it, and is said by whoever writes it.
APPROVALS = f"""
CREATE FUNCTION spending_approvals_told() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    narrow text[] := widen_scope();
BEGIN
    SELECT request.requested_by INTO NEW.requested_by
      FROM spending_requests AS request
     WHERE request.id = NEW.request_id AND request.version = NEW.request_version AND request.round = NEW.round
       AND NEW."by" = {ACTOR}
       AND CASE NEW.decision
               WHEN 'approve' THEN request.steps_taken = NEW.step AND request.state IN ('submitted', 'approved')
               WHEN 'reject' THEN request.steps_taken = NEW.step - 1 AND request.state = 'rejected'
               ELSE request.steps_taken = NEW.step - 1 AND request.state = 'draft' END;
    PERFORM narrow_scope(narrow);
    IF NEW.requested_by IS NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_spending_approvals_told',
                              MESSAGE = 'ck_spending_approvals_told';
    END IF;
    RETURN NEW;
END $$
"""
# A payment is of a request that is paid, out of its account, and not before it was approved. What was paid stays as it
# was told; the account of it goes the ways of its own table; a branch hands it in, and does nothing else.
PAYMENTS = f"""
CREATE FUNCTION spending_payments_step() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    narrow text[];
    approved_on date;
BEGIN
    IF TG_OP = 'INSERT' THEN
        narrow := widen_scope();
        SELECT request.account_id, request.purse, request."use", request.title, request.requested_by,
               request.approved_on
          INTO NEW.account_id, NEW.purse, NEW."use", NEW.title, NEW.requested_by, approved_on
          FROM spending_requests AS request WHERE request.id = NEW.request_id AND request.state = 'paid';
        PERFORM narrow_scope(narrow);
        IF approved_on IS NULL OR NEW.paid_on < approved_on OR (NEW.state, NEW.receipt_state) <> ('paid', 'none') THEN
            RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_spending_payments_approved',
                                  MESSAGE = 'ck_spending_payments_approved';
        END IF;
        RETURN NEW;
    END IF;
    IF (OLD.id, OLD.request_id, OLD.account_id, OLD.purse, OLD."use", OLD.title, OLD.amount_fen,
        OLD.paid_on, OLD.payee, OLD.reference, OLD.business_key, OLD.paid_by, OLD.requested_by, OLD.receipt_due_on)
       IS DISTINCT FROM
       (NEW.id, NEW.request_id, NEW.account_id, NEW.purse, NEW."use", NEW.title, NEW.amount_fen,
        NEW.paid_on, NEW.payee, NEW.reference, NEW.business_key, NEW.paid_by, NEW.requested_by, NEW.receipt_due_on)
       OR (OLD.entry_id <> NEW.entry_id AND OLD.returned_fen = NEW.returned_fen)
       OR NEW.returned_fen < OLD.returned_fen
       OR OLD.state = 'cancelled' AND NEW.state <> OLD.state
       OR (NOT coalesce({OF_OFFICE}, false)
           AND ((OLD.state, OLD.entry_id, OLD.returned_fen) <> (NEW.state, NEW.entry_id, NEW.returned_fen)
                OR NEW.receipt_state <> OLD.receipt_state AND NEW.receipt_state <> 'handed_in'))
       OR (OLD.receipt_state <> 'none' AND NEW.receipt_state <> 'none'
           AND (OLD.receipt_by, OLD.receipt_on, OLD.receipt_fen)
               IS DISTINCT FROM (NEW.receipt_by, NEW.receipt_on, NEW.receipt_fen))
       OR (OLD.receipt_state = 'accepted' AND (OLD.accepted_by, OLD.accepted_on)
                                              IS DISTINCT FROM (NEW.accepted_by, NEW.accepted_on)) THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_spending_payments_frozen',
                              MESSAGE = 'ck_spending_payments_frozen';
    END IF;
    IF NEW.receipt_state <> OLD.receipt_state
       AND NOT EXISTS (SELECT FROM spending_receipt_steps() AS step
                        WHERE step.come_from = OLD.receipt_state AND step.leads_to = NEW.receipt_state) THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_spending_payments_step',
                              MESSAGE = 'ck_spending_payments_step';
    END IF;
    RETURN NEW;
END $$
"""
# Papers are of a draft, or of a payment that is not accounted for; they are brought and taken away, never changed.
EVIDENCE = """
CREATE FUNCTION spending_evidence_open() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    narrow text[];
    told spending_evidence := CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    fits boolean;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        fits := (OLD.id, OLD.request_id, OLD.payment_id, OLD.kind, OLD.title, OLD.number, OLD.amount_fen,
                 OLD.dated_on, OLD.brought_by)
                IS NOT DISTINCT FROM
                (NEW.id, NEW.request_id, NEW.payment_id, NEW.kind, NEW.title, NEW.number, NEW.amount_fen,
                 NEW.dated_on, NEW.brought_by);
    ELSE
        narrow := widen_scope();
        IF told.payment_id IS NULL THEN
            fits := EXISTS (SELECT FROM spending_requests WHERE id = told.request_id AND state = 'draft');
        ELSE
            fits := EXISTS (SELECT FROM spending_payments
                             WHERE id = told.payment_id AND request_id = told.request_id AND receipt_state = 'none');
        END IF;
        PERFORM narrow_scope(narrow);
    END IF;
    IF NOT fits THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_spending_evidence_open',
                              MESSAGE = 'ck_spending_evidence_open';
    END IF;
    RETURN told;
END $$
"""
# What was decided stays as it was told; where it stands follows the account.
FROZEN = """
CREATE FUNCTION spending_approvals_frozen() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF (OLD.id, OLD.request_id, OLD.request_version, OLD.round, OLD.step, OLD.decision, OLD.permission, OLD."by",
        OLD.requested_by, OLD.at, OLD.note)
       IS DISTINCT FROM
       (NEW.id, NEW.request_id, NEW.request_version, NEW.round, NEW.step, NEW.decision, NEW.permission, NEW."by",
        NEW.requested_by, NEW.at, NEW.note) THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_spending_approvals_frozen',
                              MESSAGE = 'ck_spending_approvals_frozen';
    END IF;
    RETURN NEW;
END $$
"""

# When a transaction commits, a request's sums are those of its payments, its steps those of its approvals, and it is
# accounted for where it says so. The first column named by the trigger is the request.
ADDS_UP = """
CREATE FUNCTION spending_adds_up() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    narrow text[] := widen_scope();
    wanted uuid := (to_jsonb(NEW) ->> TG_ARGV[0])::uuid;
    right_now boolean;
BEGIN
    SELECT request.paid_fen = told.paid AND request.returned_fen = told.returned
           AND request.steps_taken = (SELECT count(*) FROM spending_approvals AS said
                                       WHERE said.request_id = wanted AND said.round = request.round
                                         AND said.decision = 'approve')
           AND (request.state NOT IN ('settled', 'closed') OR told.open = 0)
           AND (request.state = 'paid') = (told.paid > 0 AND request.state NOT IN ('settled', 'closed'))
      INTO right_now
      FROM spending_requests AS request CROSS JOIN LATERAL (
           SELECT coalesce(sum(amount_fen) FILTER (WHERE state = 'paid'), 0) AS paid,
                  coalesce(sum(returned_fen) FILTER (WHERE state = 'paid'), 0) AS returned,
                  count(*) FILTER (WHERE state = 'paid' AND receipt_state <> 'accepted') AS open
             FROM spending_payments WHERE request_id = wanted) AS told
     WHERE request.id = wanted;
    PERFORM narrow_scope(narrow);
    IF NOT right_now THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_spending_requests_adds_up',
                              MESSAGE = 'ck_spending_requests_adds_up';
    END IF;
    RETURN NULL;
END $$
"""

# A file of a paper stands where the paper stands. After files_stand of 0035, by its name.
FILES_STAND = """
CREATE FUNCTION files_stand_with_spending() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    SELECT region_code, authority_code, branch_id, NULL, NULL
      INTO NEW.region_code, NEW.authority_code, NEW.branch_id, NEW.committee_id, NEW.department_id
      FROM spending_evidence WHERE id = NEW.subject_id;
    RETURN NEW;
END $$
"""
FILES_FOLLOW = f"""
CREATE FUNCTION files_follow_spending() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    moved uuid[] := ARRAY(
        SELECT n.id FROM new_rows AS n JOIN old_rows AS o USING (id)
         WHERE (n.region_code, n.authority_code, n.branch_id)
               IS DISTINCT FROM (o.region_code, o.authority_code, o.branch_id));
    narrow text[];
BEGIN
    IF moved = '{{}}' THEN
        RETURN NULL;
    END IF;
    narrow := widen_scope();
    UPDATE files AS kept
       SET region_code = told.region_code, authority_code = told.authority_code, branch_id = told.branch_id,
           version = kept.version + 1, recorded_at = {INSTANT}
      FROM new_rows AS told
     WHERE kept.subject_kind = 'spending_evidence' AND kept.subject_id = told.id AND told.id = ANY (moved);
    PERFORM narrow_scope(narrow);
    RETURN NULL;
END $$
"""

# When an account's place or line changes, all that was asked of it goes along.
FOLLOW = f"""
CREATE FUNCTION spending_follows_accounts() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    moved uuid[] := ARRAY(
        SELECT n.id FROM new_rows AS n JOIN old_rows AS o USING (id)
         WHERE (n.region_code, n.region_level, n.authority_code)
               IS DISTINCT FROM (o.region_code, o.region_level, o.authority_code));
    narrow text[];
    moving text;
BEGIN
    IF moved = '{{}}' THEN
        RETURN NULL;
    END IF;
    narrow := widen_scope();
    UPDATE spending_requests AS asked
       SET region_code = account.region_code, region_level = account.region_level,
           authority_code = account.authority_code, version = asked.version + 1, recorded_at = {INSTANT}
      FROM funding_accounts AS account WHERE account.id = asked.account_id AND account.id = ANY (moved);
    FOREACH moving IN ARRAY ARRAY['spending_approvals', 'spending_payments', 'spending_evidence'] LOOP
        EXECUTE format(
            'UPDATE %I AS told SET region_code = asked.region_code, region_level = asked.region_level,'
            ' authority_code = asked.authority_code, version = told.version + 1, recorded_at = $2'
            ' FROM spending_requests AS asked WHERE asked.id = told.request_id AND asked.account_id = ANY ($1)',
            moving) USING moved, {INSTANT};
    END LOOP;
    PERFORM narrow_scope(narrow);
    RETURN NULL;
END $$
"""


def upgrade() -> None:
    _requests()
    _approvals()
    _payments()
    _evidence()
    for statement in (STEPS, RECEIPT_STEPS, ACCOUNT, REQUESTS_STAND, STEPPED, STAND, APPROVALS, PAYMENTS, EVIDENCE):
        op.execute(statement)
    for table, masked in MASKED.items():
        writing = WRITE if table == "spending_approvals" else SEE  # a branch writes what is its own
        for statement in (
            *secured(table, SEE),
            *seen_further(table, SEE, writing),
            *watched(table, masked=masked),
        ):
            op.execute(statement)
    for table in ("spending_approvals", "spending_payments", "spending_evidence"):
        op.execute(
            f"CREATE TRIGGER {table}_a_stand BEFORE INSERT OR UPDATE OF request_id ON {table} FOR EACH ROW"
            " EXECUTE FUNCTION stand_with_spending_request()"
        )
    for statement in (
        FROZEN,
        ADDS_UP,
        FILES_STAND,
        FILES_FOLLOW,
        FOLLOW,
        "CREATE TRIGGER spending_follows_accounts AFTER UPDATE ON funding_accounts REFERENCING OLD TABLE AS old_rows"
        " NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION spending_follows_accounts()",
        "CREATE TRIGGER spending_requests_a_stand BEFORE INSERT OR UPDATE OF account_id, budget_line_id, use, year"
        " ON spending_requests FOR EACH ROW EXECUTE FUNCTION spending_requests_stand()",
        "CREATE TRIGGER spending_requests_step BEFORE INSERT OR UPDATE ON spending_requests FOR EACH ROW"
        " EXECUTE FUNCTION spending_requests_step()",
        "CREATE TRIGGER spending_approvals_told BEFORE INSERT ON spending_approvals FOR EACH ROW"
        " EXECUTE FUNCTION spending_approvals_told()",
        "CREATE TRIGGER spending_approvals_frozen BEFORE UPDATE ON spending_approvals FOR EACH ROW"
        " EXECUTE FUNCTION spending_approvals_frozen()",
        "CREATE TRIGGER spending_payments_step BEFORE INSERT OR UPDATE ON spending_payments FOR EACH ROW"
        " EXECUTE FUNCTION spending_payments_step()",
        "CREATE TRIGGER spending_evidence_open BEFORE INSERT OR UPDATE OR DELETE ON spending_evidence FOR EACH ROW"
        " EXECUTE FUNCTION spending_evidence_open()",
        *(
            f"CREATE CONSTRAINT TRIGGER {table}_adds_up AFTER INSERT OR UPDATE ON {table} DEFERRABLE INITIALLY DEFERRED"
            f" FOR EACH ROW EXECUTE FUNCTION spending_adds_up('{key}')"
            for table, key in (
                ("spending_requests", "id"),
                ("spending_approvals", "request_id"),
                ("spending_payments", "request_id"),
            )
        ),
        "CREATE TRIGGER files_stand_with_spending BEFORE INSERT ON files FOR EACH ROW"
        " WHEN (NEW.subject_kind = 'spending_evidence') EXECUTE FUNCTION files_stand_with_spending()",
        "CREATE TRIGGER files_follow_spending AFTER UPDATE ON spending_evidence REFERENCING OLD TABLE AS old_rows"
        " NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION files_follow_spending()",
        "REVOKE DELETE, TRUNCATE ON spending_requests, spending_approvals, spending_payments FROM liangxin_app",
    ):
        op.execute(statement)


def _key() -> tuple[SchemaItem, ...]:
    return (
        sa.Column("id", sa.Uuid(), primary_key=True, server_default=sa.text("uuidv7()")),
        sa.Column("version", sa.Integer(), nullable=False),
    )


def _reference(column: str, to: str, *, nullable: bool = False) -> "sa.Column[object]":
    return sa.Column(column, sa.Uuid(), sa.ForeignKey(f"{to}.id"), nullable=nullable)


def _stands() -> tuple[SchemaItem, ...]:
    return (
        _reference("committee_id", "authorities"),
        _reference("branch_id", "branches", nullable=True),
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
    op.create_index(
        f"ix_{table}_branch_id", table, ["branch_id", "id"], postgresql_where=sa.text("branch_id IS NOT NULL")
    )


def _requests() -> None:
    table = "spending_requests"
    op.create_table(
        table,
        *_key(),
        _reference("account_id", "funding_accounts"),
        sa.Column("purse", sa.Text(), nullable=False),
        sa.Column("holder_kind", sa.Text(), nullable=False),
        _reference("authority_id", "authorities", nullable=True),
        _reference("organization_id", "organizations", nullable=True),
        sa.Column("use", sa.Text(), nullable=False),
        _reference("budget_line_id", "funding_budget_lines", nullable=True),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("payee", sa.Text()),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("paid_fen", sa.BigInteger(), nullable=False),
        sa.Column("returned_fen", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("round", sa.SmallInteger(), nullable=False),
        sa.Column("tier", sa.Text()),
        sa.Column("steps_needed", sa.SmallInteger()),
        sa.Column("steps_taken", sa.SmallInteger(), nullable=False),
        sa.Column("policy_version", sa.Text()),
        sa.Column("departures", JSONB(), nullable=False),
        sa.Column("requested_by", sa.Text(), nullable=False),
        sa.Column("submitted_on", sa.Date()),
        sa.Column("approved_on", sa.Date()),
        sa.Column("ended_on", sa.Date()),
        sa.Column("end_reason", sa.Text()),
        *_stands(),
        sa.CheckConstraint(f"purse IN ({PURSES})", "purse"),
        sa.CheckConstraint(f"holder_kind IN ({HOLDERS})", "holder_kind"),
        sa.CheckConstraint("holder_kind <> 'organization' OR purse = 'enterprise_levy'", "levy"),
        sa.CheckConstraint(f"use IN ({USES})", "use"),
        sa.CheckConstraint(f"amount_fen BETWEEN 1 AND {MOST_FEN}", "amount_fen"),
        sa.CheckConstraint("paid_fen BETWEEN 0 AND amount_fen", "paid_fen"),
        sa.CheckConstraint("returned_fen BETWEEN 0 AND paid_fen", "returned_fen"),
        sa.CheckConstraint("title <> '' AND reason <> ''", "title"),
        sa.CheckConstraint(f"state IN ({STATES})", "state"),
        sa.CheckConstraint("tier IN ('small', 'middle', 'large')", "tier"),
        sa.CheckConstraint("(round = 0) = (tier IS NULL)", "round"),
        sa.CheckConstraint(
            "num_nulls(tier, steps_needed, policy_version, submitted_on) IN (0, 4) AND steps_needed BETWEEN 1 AND 2",
            "submitted",
        ),
        sa.CheckConstraint("steps_taken BETWEEN 0 AND coalesce(steps_needed, 0)", "steps_taken"),
        sa.CheckConstraint(
            "state NOT IN ('approved', 'paid', 'settled', 'closed')"
            " OR (steps_taken = steps_needed AND approved_on IS NOT NULL)",
            "approved",
        ),
        sa.CheckConstraint("state NOT IN ('draft', 'submitted', 'rejected') OR paid_fen = 0", "unpaid"),
        sa.CheckConstraint("state <> 'settled' OR paid_fen = amount_fen", "settled"),
        sa.CheckConstraint(
            "(state IN ('rejected', 'withdrawn', 'settled', 'closed')) = (ended_on IS NOT NULL)", "ended_on"
        ),
    )
    _found_by_place(table)
    op.create_index("ix_spending_requests_account_id", table, ["account_id", "use", "submitted_on"])
    op.create_index("ix_spending_requests_committee_id", table, ["committee_id", "year", "id"])
    op.create_index("ix_spending_requests_created_at", table, ["created_at", "id"])
    for column in ("organization_id", "authority_id", "budget_line_id"):
        op.create_index(
            f"ix_spending_requests_{column}", table, [column], postgresql_where=sa.text(f"{column} IS NOT NULL")
        )
    op.create_index(
        "ix_spending_requests_submitted",
        table,
        ["region_code", "submitted_on", "id"],
        postgresql_where=sa.text("state = 'submitted'"),
    )


def _approvals() -> None:
    table = "spending_approvals"
    op.create_table(
        table,
        *_key(),
        _reference("request_id", "spending_requests"),
        sa.Column("request_version", sa.Integer(), nullable=False),
        sa.Column("round", sa.SmallInteger(), nullable=False),
        sa.Column("step", sa.SmallInteger(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("permission", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("requested_by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.Text()),
        *_stands(),
        sa.UniqueConstraint("request_id", "request_version"),
        sa.CheckConstraint("decision IN ('approve', 'reject', 'send_back')", "decision"),
        sa.CheckConstraint("round > 0 AND step BETWEEN 1 AND 2", "step"),
        sa.CheckConstraint('"by" <> requested_by', "own"),
        sa.CheckConstraint("note <> '' AND (decision = 'approve' OR note IS NOT NULL)", "note"),
    )
    _found_by_place(table)
    for column in ("step", "by"):
        op.create_index(
            f"uq_spending_approvals_{column}",
            table,
            ["request_id", "round", column],
            unique=True,
            postgresql_where=sa.text("decision = 'approve'"),
        )
    op.create_index("ix_spending_approvals_committee_id", table, ["committee_id"])


def _payments() -> None:
    table = "spending_payments"
    op.create_table(
        table,
        *_key(),
        _reference("request_id", "spending_requests"),
        _reference("account_id", "funding_accounts"),
        sa.Column("purse", sa.Text(), nullable=False),
        sa.Column("use", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("returned_fen", sa.BigInteger(), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=False),
        sa.Column("payee", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text()),
        sa.Column("business_key", sa.Text(), nullable=False),
        _reference("entry_id", "funding_entries"),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("cancel_reason", sa.Text()),
        sa.Column("paid_by", sa.Text(), nullable=False),
        sa.Column("requested_by", sa.Text(), nullable=False),
        sa.Column("receipt_state", sa.Text(), nullable=False),
        sa.Column("receipt_due_on", sa.Date(), nullable=False),
        sa.Column("receipt_by", sa.Text()),
        sa.Column("receipt_on", sa.Date()),
        sa.Column("receipt_fen", sa.BigInteger()),
        sa.Column("receipt_note", sa.Text()),
        sa.Column("accepted_by", sa.Text()),
        sa.Column("accepted_on", sa.Date()),
        *_stands(),
        sa.UniqueConstraint("committee_id", "business_key"),
        sa.CheckConstraint(f"purse IN ({PURSES})", "purse"),
        sa.CheckConstraint(f"use IN ({USES})", "use"),
        sa.CheckConstraint(f"amount_fen BETWEEN 1 AND {MOST_FEN}", "amount_fen"),
        sa.CheckConstraint("returned_fen BETWEEN 0 AND amount_fen", "returned_fen"),
        sa.CheckConstraint("payee <> '' AND business_key <> ''", "payee"),
        sa.CheckConstraint("state IN ('paid', 'cancelled')", "state"),
        sa.CheckConstraint("(state = 'cancelled') = (cancel_reason IS NOT NULL)", "cancel_reason"),
        sa.CheckConstraint("state = 'paid' OR receipt_state = 'none'", "cancelled"),
        sa.CheckConstraint("receipt_state IN ('none', 'handed_in', 'accepted')", "receipt_state"),
        sa.CheckConstraint(
            "(receipt_state = 'none') = (receipt_by IS NULL) AND num_nulls(receipt_by, receipt_on, receipt_fen)"
            " IN (0, 3)",
            "receipt",
        ),
        sa.CheckConstraint("receipt_fen BETWEEN 0 AND amount_fen", "receipt_fen"),
        sa.CheckConstraint(
            "(receipt_state = 'accepted') = (accepted_by IS NOT NULL)"
            " AND num_nulls(accepted_by, accepted_on) IN (0, 2)",
            "accepted",
        ),
        sa.CheckConstraint("accepted_by <> receipt_by AND accepted_by <> requested_by", "own"),
        sa.CheckConstraint("receipt_state <> 'accepted' OR returned_fen >= amount_fen - receipt_fen", "unspent"),
        sa.CheckConstraint("returned_fen = 0 OR receipt_state = 'accepted'", "returned"),
        sa.CheckConstraint("receipt_due_on >= paid_on", "receipt_due_on"),
    )
    _found_by_place(table)
    op.create_index("ix_spending_payments_request_id", table, ["request_id", "id"])
    op.create_index("ix_spending_payments_entry_id", table, ["entry_id"])
    op.create_index("ix_spending_payments_account_id", table, ["account_id", "receipt_due_on"])
    op.create_index("ix_spending_payments_paid_on", table, ["paid_on", "id"])
    op.create_index(
        "ix_spending_payments_due",
        table,
        ["region_code", "receipt_due_on", "id"],
        postgresql_where=sa.text("receipt_state <> 'accepted' AND state = 'paid'"),
    )


def _evidence() -> None:
    table = "spending_evidence"
    op.create_table(
        table,
        *_key(),
        _reference("request_id", "spending_requests"),
        _reference("payment_id", "spending_payments", nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("number", sa.Text()),
        sa.Column("amount_fen", sa.BigInteger()),
        sa.Column("dated_on", sa.Date()),
        sa.Column("brought_by", sa.Text(), nullable=False),
        *_stands(),
        sa.CheckConstraint(f"kind IN ({KINDS})", "kind"),
        sa.CheckConstraint("title <> ''", "title"),
        sa.CheckConstraint("number <> ''", "number"),
        sa.CheckConstraint(f"amount_fen BETWEEN 1 AND {MOST_FEN}", "amount_fen"),
        sa.CheckConstraint("kind NOT IN ('invoice', 'pay_sheet', 'subsidy_list') OR amount_fen IS NOT NULL", "proving"),
        sa.CheckConstraint("kind <> 'invoice' OR number IS NOT NULL", "invoice"),
    )
    _found_by_place(table)
    op.create_index(
        "uq_spending_evidence_number",
        table,
        ["committee_id", "number"],
        unique=True,
        postgresql_where=sa.text("kind = 'invoice'"),
    )
    op.create_index("ix_spending_evidence_request_id", table, ["request_id", "id"])
    op.create_index(
        "ix_spending_evidence_payment_id", table, ["payment_id"], postgresql_where=sa.text("payment_id IS NOT NULL")
    )


def downgrade() -> None:
    raise RuntimeError("Migrations go forward only; restore a backup instead.")
