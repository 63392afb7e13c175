"""Statements of banks and finance offices, held against the books."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import SchemaItem

from alembic import op
from app.core.history import watched
from app.core.rowsecurity import inside, secured, seen_further

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

PURSES = "'fiscal_budget', 'enterprise_levy', 'dues_refund', 'higher_grant'"
LINE_STATES = "'matched', 'suggested', 'unmatched', 'explained', 'discarded'"
EXPLANATIONS = "'to_be_booked', 'bank_error', 'other'"
RULES = "'reference', 'reference_sum', 'reversal', 'amount_and_day', 'by_hand'"
LINE = ("authority_code",)
# A branch may see what the bank says of its own account; who decides is the office.
SEE = inside("region_code", LINE, ("branch_id",))
WRITE = inside("region_code", LINE)

COPY = """
    SELECT committee_id, purse, branch_id, organization_id, region_code, region_level, authority_code
      INTO NEW.committee_id, NEW.purse, NEW.branch_id, NEW.organization_id,
           NEW.region_code, NEW.region_level, NEW.authority_code
      FROM funding_accounts WHERE id = NEW.account_id FOR SHARE;
"""
# What is said of an account stands where the account stands. The account is held until the row is written.
STANDS = f"""
CREATE FUNCTION stand_with_bank_account() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    narrow text[] := widen_scope();
BEGIN
    {COPY}
    PERFORM narrow_scope(narrow);
    RETURN NEW;
END $$
"""
# A line of the books brings its account, day and amount along; nobody tells them otherwise.
LINE_STANDS = f"""
CREATE FUNCTION stand_with_book_line() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    narrow text[] := widen_scope();
BEGIN
    SELECT account_id, booked_on, amount_fen INTO NEW.account_id, NEW.booked_on, NEW.amount_fen
      FROM funding_lines WHERE id = NEW.line_id;
    {COPY}
    PERFORM narrow_scope(narrow);
    RETURN NEW;
END $$
"""

# When the transaction ends, what belongs together is the same on both sides, and as many lines as it says.
ADDS_UP = """
CREATE FUNCTION bank_matches_add_up() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    narrow text[] := widen_scope();
    wanted uuid[];
    wrong uuid;
BEGIN
    CASE TG_TABLE_NAME
        WHEN 'bank_matches' THEN wanted := ARRAY[NEW.id];
        ELSE wanted := array_remove(ARRAY[CASE WHEN TG_OP <> 'DELETE' THEN NEW.match_id END,
                                          CASE WHEN TG_OP <> 'INSERT' THEN OLD.match_id END], NULL);
    END CASE;
    SELECT told.id INTO wrong FROM bank_matches AS told
     CROSS JOIN LATERAL (SELECT count(*) AS lines, coalesce(sum(amount_fen), 0) AS fen, max(on_day) AS day
                           FROM bank_statement_lines WHERE match_id = told.id) AS bank
     CROSS JOIN LATERAL (SELECT count(*) AS lines, coalesce(sum(amount_fen), 0) AS fen, max(booked_on) AS day
                           FROM bank_matched_lines WHERE match_id = told.id) AS books
     WHERE told.id = ANY (wanted)
       AND (bank.fen <> books.fen OR bank.lines <> told.bank_lines OR books.lines <> told.book_lines
            OR greatest(bank.day, books.day) <> told.cleared_on
            OR told.amount_fen <> CASE WHEN told.bank_lines = 0 THEN books.fen ELSE bank.fen END);
    PERFORM narrow_scope(narrow);
    IF wrong IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_bank_matches_adds_up',
                              MESSAGE = 'ck_bank_matches_adds_up';
    END IF;
    RETURN NULL;
END $$
"""

# What a settled statement counted stays: its lines, what they belong with, and what stood open.
FROZEN = """
CREATE FUNCTION bank_settled_frozen() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    narrow text[];
    settled boolean;
BEGIN
    CASE TG_TABLE_NAME
        WHEN 'bank_matches' THEN settled := OLD.settled_with IS NOT NULL;
        ELSE
            narrow := widen_scope();
            settled := EXISTS (SELECT FROM bank_statements WHERE id = OLD.statement_id AND state = 'settled');
            PERFORM narrow_scope(narrow);
    END CASE;
    IF settled THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_bank_statements_frozen',
                              MESSAGE = 'ck_bank_statements_frozen';
    END IF;
    RETURN OLD;
END $$
"""
# What the bank said is never written over; only what is thought of it changes.
SAID = """
CREATE FUNCTION bank_statement_lines_said() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF (NEW.statement_id, NEW.account_id, NEW.position, NEW.on_day, NEW.amount_fen, NEW.balance_fen, NEW.reference,
        NEW.serial, NEW.counterparty, NEW.text)
       IS DISTINCT FROM (OLD.statement_id, OLD.account_id, OLD.position, OLD.on_day, OLD.amount_fen, OLD.balance_fen,
        OLD.reference, OLD.serial, OLD.counterparty, OLD.text) THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_bank_statement_lines_said',
                              MESSAGE = 'ck_bank_statement_lines_said';
    END IF;
    RETURN NEW;
END $$
"""

BOOKS = """
CREATE FUNCTION bank_books(account uuid, until date) RETURNS bigint
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT coalesce((SELECT balance_fen FROM funding_account_days
                      WHERE account_id = account AND day <= until ORDER BY day DESC LIMIT 1), 0)
$$
"""
# Until the transaction ends nothing is booked in the account: its sheet is of one moment.
HOLD = """
CREATE FUNCTION bank_hold_books(account uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM FROM funding_balances WHERE account_id = account FOR NO KEY UPDATE;
END $$
"""
# What stands open on the last day of a statement, on either side. It goes on from what the last settled statement left
# open, so that its cost grows with what happened since. Before the first statement nothing is open but what a person
# said, and what later turned out to belong to the bank's lines. Asked under the caller's own sight.
OPEN = """
CREATE FUNCTION bank_open(wanted uuid)
RETURNS TABLE (side text, statement_line_id uuid, line_id uuid, on_day date, amount_fen bigint)
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
DECLARE
    told bank_statements;
    last bank_statements;
    since date;
BEGIN
    SELECT * INTO told FROM bank_statements WHERE id = wanted;
    SELECT * INTO last FROM bank_statements AS earlier
     WHERE earlier.account_id = told.account_id AND earlier.state = 'settled' AND earlier.until_on < told.from_on
     ORDER BY earlier.until_on DESC LIMIT 1;
    since := coalesce(last.until_on + 1, (SELECT min(from_on) FROM bank_statements AS first
                                           WHERE first.account_id = told.account_id AND first.state <> 'discarded'));
    RETURN QUERY
        SELECT 'bank', line.id, NULL::uuid, line.on_day, line.amount_fen FROM bank_statement_lines AS line
         WHERE line.account_id = told.account_id AND line.on_day <= told.until_on AND line.state <> 'discarded'
           AND (line.cleared_on IS NULL OR line.cleared_on > told.until_on)
           AND line.on_day >= CASE WHEN last.id IS NULL THEN '-infinity' ELSE since END;
    RETURN QUERY
        SELECT 'books', NULL::uuid, line.id, line.booked_on, line.amount_fen FROM funding_lines AS line
          LEFT JOIN bank_matched_lines AS pair ON pair.line_id = line.id AND pair.cleared_on <= told.until_on
         WHERE line.account_id = told.account_id AND line.booked_on BETWEEN since AND told.until_on
           AND pair.id IS NULL;
    IF last.id IS NULL THEN
        RETURN QUERY
            SELECT 'books', NULL::uuid, line.line_id, line.booked_on, line.amount_fen FROM bank_start_lines AS line
              LEFT JOIN bank_matched_lines AS pair ON pair.line_id = line.line_id
             WHERE line.account_id = told.account_id AND pair.id IS NULL
            UNION ALL
            SELECT 'books', NULL::uuid, pair.line_id, pair.booked_on, pair.amount_fen FROM bank_matched_lines AS pair
             WHERE pair.account_id = told.account_id AND pair.booked_on < since AND pair.cleared_on > told.until_on;
    ELSE
        RETURN QUERY
            SELECT 'bank', line.id, NULL::uuid, line.on_day, line.amount_fen
              FROM bank_open_items AS item JOIN bank_statement_lines AS line ON line.id = item.statement_line_id
             WHERE item.statement_id = last.id AND (line.cleared_on IS NULL OR line.cleared_on > told.until_on);
        RETURN QUERY
            SELECT 'books', NULL::uuid, item.line_id, item.on_day, item.amount_fen FROM bank_open_items AS item
              LEFT JOIN bank_matched_lines AS pair ON pair.line_id = item.line_id AND pair.cleared_on <= told.until_on
             WHERE item.statement_id = last.id AND item.line_id IS NOT NULL AND pair.id IS NULL
            UNION ALL
            SELECT 'books', NULL::uuid, line.id, line.booked_on, line.amount_fen FROM funding_lines AS line
              LEFT JOIN bank_matched_lines AS pair ON pair.line_id = line.id AND pair.cleared_on <= told.until_on
             WHERE line.account_id = told.account_id AND line.turn > last.turn AND line.booked_on < since
               AND pair.id IS NULL;
    END IF;
END $$
"""


def upgrade() -> None:
    _statements()
    _matches()
    _lines()
    _matched_lines()
    _start_lines()
    _open_items()
    for statement in (
        STANDS,
        LINE_STANDS,
        ADDS_UP,
        FROZEN,
        SAID,
        BOOKS,
        OPEN,
        *(
            f"CREATE TRIGGER {table}_stand BEFORE INSERT OR UPDATE OF account_id ON {table} FOR EACH ROW"
            " EXECUTE FUNCTION stand_with_bank_account()"
            for table in ("bank_statements", "bank_statement_lines", "bank_matches", "bank_open_items")
        ),
        *(
            f"CREATE TRIGGER {table}_stand BEFORE INSERT OR UPDATE OF line_id, account_id ON {table} FOR EACH ROW"
            " EXECUTE FUNCTION stand_with_book_line()"
            for table in ("bank_matched_lines", "bank_start_lines")
        ),
        "CREATE CONSTRAINT TRIGGER bank_matches_add_up AFTER INSERT ON bank_matches"
        " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION bank_matches_add_up()",
        "CREATE CONSTRAINT TRIGGER bank_matches_add_up AFTER INSERT OR UPDATE OR DELETE ON bank_matched_lines"
        " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION bank_matches_add_up()",
        "CREATE CONSTRAINT TRIGGER bank_matches_add_up AFTER UPDATE OF match_id ON bank_statement_lines"
        " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.match_id IS DISTINCT FROM OLD.match_id)"
        " EXECUTE FUNCTION bank_matches_add_up()",
        *(
            f"CREATE TRIGGER {table}_frozen BEFORE DELETE ON {table} FOR EACH ROW"
            " EXECUTE FUNCTION bank_settled_frozen()"
            for table in ("bank_matches", "bank_statement_lines", "bank_start_lines", "bank_open_items")
        ),
        "CREATE TRIGGER bank_statement_lines_said BEFORE UPDATE ON bank_statement_lines FOR EACH ROW"
        " EXECUTE FUNCTION bank_statement_lines_said()",
        # No two statements tell of the same days of an account.
        "ALTER TABLE bank_statements ADD CONSTRAINT ex_bank_statements_period EXCLUDE USING gist"
        " (account_id WITH =, daterange(from_on, until_on, '[]') WITH &&) WHERE (state <> 'discarded')",
    ):
        op.execute(statement)
    for table, masked in (
        ("bank_statements", ()),
        ("bank_statement_lines", ("counterparty", "text")),
        ("bank_matches", ()),
        ("bank_matched_lines", ()),
        ("bank_start_lines", ()),
        ("bank_open_items", ()),
    ):
        for statement in (*secured(table, SEE), *seen_further(table, SEE, WRITE), *watched(table, masked=masked)):
            op.execute(statement)
    for statement in (
        "REVOKE DELETE, TRUNCATE ON bank_statements FROM liangxin_app",
        HOLD,
        "REVOKE ALL ON FUNCTION bank_hold_books(uuid) FROM PUBLIC",
        "GRANT EXECUTE ON FUNCTION bank_hold_books(uuid) TO liangxin_app",
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
        sa.Column("committee_id", sa.Uuid(), nullable=False),
        sa.Column("purse", sa.Text(), nullable=False),
        sa.Column("branch_id", sa.Uuid()),
        sa.Column("organization_id", sa.Uuid()),
        sa.Column("region_code", sa.BigInteger(), nullable=False),
        sa.Column("region_level", sa.SmallInteger(), nullable=False),
        sa.Column("authority_code", sa.BigInteger()),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("region_level BETWEEN 0 AND 5", "region_level"),
        sa.CheckConstraint("region_code BETWEEN 0 AND 999999999999", "region_code"),
    )


def _found(table: str, *, listed: bool = False) -> None:
    if listed:
        op.create_index(f"ix_{table}_region_code_id", table, ["region_code", "id"])
        op.create_index(f"ix_{table}_authority_code", table, ["authority_code", "region_code", "id"])
    op.create_index(f"ix_{table}_committee_id", table, ["committee_id"])
    for name in ("branch_id", "organization_id"):
        _partial(table, name)


def _partial(table: str, name: str, *, unique: bool = False) -> None:
    op.create_index(
        f"{'uq' if unique else 'ix'}_{table}_{name}",
        table,
        [name],
        unique=unique,
        postgresql_where=sa.text(f"{name} IS NOT NULL"),
    )


def _of_statement(column: str = "statement_id") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column, "account_id"], ["bank_statements.id", "bank_statements.account_id"])


def _of_match() -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["match_id", "account_id"], ["bank_matches.id", "bank_matches.account_id"])


def _statements() -> None:
    op.create_table(
        "bank_statements",
        *_key(),
        _to("account_id", "funding_accounts"),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("opening_fen", sa.BigInteger(), nullable=False),
        sa.Column("closing_fen", sa.BigInteger(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("sha256", postgresql.BYTEA(), nullable=False),
        sa.Column("reading", postgresql.JSONB(), nullable=False),
        sa.Column("uploaded_by", sa.Text(), nullable=False),
        sa.Column("settled_by", sa.Text()),
        sa.Column("settled_on", sa.Date()),
        sa.Column("sheet", postgresql.JSONB()),
        sa.Column("turn", sa.BigInteger()),
        sa.Column("discard_reason", sa.Text()),
        *_stands(),
        sa.UniqueConstraint("id", "account_id"),
        sa.CheckConstraint("state IN ('open', 'settled', 'discarded')", "state"),
        sa.CheckConstraint("source IN ('bank', 'finance_office')", "source"),
        sa.CheckConstraint(f"purse IN ({PURSES})", "purse"),
        sa.CheckConstraint("until_on >= from_on", "period"),
        sa.CheckConstraint("lines >= 0", "lines"),
        sa.CheckConstraint(
            "num_nonnulls(settled_by, settled_on, sheet, turn) = CASE state WHEN 'settled' THEN 4 ELSE 0 END", "settled"
        ),
        sa.CheckConstraint("settled_by <> uploaded_by", "settled_by"),
        sa.CheckConstraint(
            "(state = 'discarded') = (discard_reason IS NOT NULL) AND discard_reason <> ''", "discarded"
        ),
    )
    _found("bank_statements", listed=True)
    op.create_index("ix_bank_statements_account_id", "bank_statements", ["account_id", "from_on", "id"])
    op.create_index(
        "uq_bank_statements_account_id_sha256",
        "bank_statements",
        ["account_id", "sha256"],
        unique=True,
        postgresql_where=sa.text("state <> 'discarded'"),
    )


def _matches() -> None:
    op.create_table(
        "bank_matches",
        *_key(),
        _to("account_id", "funding_accounts"),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("bank_lines", sa.Integer(), nullable=False),
        sa.Column("book_lines", sa.Integer(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("cleared_on", sa.Date(), nullable=False),
        sa.Column("note", sa.Text()),
        sa.Column("automatic", sa.Boolean(), nullable=False),
        sa.Column("matched_by", sa.Text(), nullable=False),
        sa.Column("settled_with", sa.Uuid()),
        *_stands(),
        _of_statement("settled_with"),
        sa.UniqueConstraint("id", "account_id"),
        sa.CheckConstraint(f"rule IN ({RULES})", "rule"),
        sa.CheckConstraint("bank_lines >= 0 AND book_lines >= 0 AND bank_lines + book_lines >= 2", "lines"),
        sa.CheckConstraint("note <> ''", "note"),
    )
    _found("bank_matches")
    op.create_index("ix_bank_matches_account_id", "bank_matches", ["account_id", "cleared_on", "id"])
    _partial("bank_matches", "settled_with")


def _lines() -> None:
    table = "bank_statement_lines"
    op.create_table(
        table,
        *_key(),
        sa.Column("statement_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("balance_fen", sa.BigInteger()),
        sa.Column("reference", sa.Text()),
        sa.Column("serial", sa.Text()),
        sa.Column("counterparty", sa.Text()),
        sa.Column("text", sa.Text()),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("match_id", sa.Uuid()),
        sa.Column("cleared_on", sa.Date()),
        _to("suggested_line_id", "funding_lines", nullable=True),
        sa.Column("rejected_lines", postgresql.ARRAY(sa.Uuid()), nullable=False, server_default=sa.text("'{}'")),
        sa.Column("explanation", sa.Text()),
        sa.Column("explanation_reason", sa.Text()),
        sa.Column("explained_by", sa.Text()),
        *_stands(),
        _of_statement(),
        _of_match(),
        sa.UniqueConstraint("statement_id", "position"),
        sa.CheckConstraint(f"state IN ({LINE_STATES})", "state"),
        sa.CheckConstraint("position <> 0", "position"),
        sa.CheckConstraint("amount_fen <> 0", "amount_fen"),
        sa.CheckConstraint("reference <> '' AND serial <> '' AND text <> '' AND counterparty <> ''", "texts"),
        sa.CheckConstraint("num_nonnulls(match_id, cleared_on) = CASE state WHEN 'matched' THEN 2 ELSE 0 END", "match"),
        sa.CheckConstraint("(state = 'suggested') = (suggested_line_id IS NOT NULL)", "suggested"),
        sa.CheckConstraint(
            "num_nonnulls(explanation, explanation_reason, explained_by) ="
            f" CASE state WHEN 'explained' THEN 3 ELSE 0 END AND explanation IN ({EXPLANATIONS})"
            " AND explanation_reason <> ''",
            "explained",
        ),
    )
    _found(table)
    op.create_index(f"ix_{table}_account_id", table, ["account_id", "on_day", "id"])
    op.create_index(
        f"ix_{table}_open",
        table,
        ["account_id", "on_day", "id"],
        postgresql_where=sa.text("state IN ('suggested', 'unmatched', 'explained')"),
    )
    _partial(table, "match_id")
    _partial(table, "suggested_line_id", unique=True)


def _matched_lines() -> None:
    op.create_table(
        "bank_matched_lines",
        *_key(),
        sa.Column("match_id", sa.Uuid(), nullable=False),
        _to("line_id", "funding_lines"),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("cleared_on", sa.Date(), nullable=False),
        *_stands(),
        _of_match(),
        sa.UniqueConstraint("line_id"),
    )
    _found("bank_matched_lines")
    op.create_index("ix_bank_matched_lines_match_id", "bank_matched_lines", ["match_id"])
    op.create_index("ix_bank_matched_lines_account_id", "bank_matched_lines", ["account_id", "cleared_on"])


def _start_lines() -> None:
    op.create_table(
        "bank_start_lines",
        *_key(),
        sa.Column("statement_id", sa.Uuid(), nullable=False),
        _to("line_id", "funding_lines"),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("entered_by", sa.Text(), nullable=False),
        *_stands(),
        _of_statement(),
        sa.UniqueConstraint("line_id"),
        sa.CheckConstraint("reason <> ''", "reason"),
    )
    _found("bank_start_lines")
    for name in ("statement_id", "account_id"):
        op.create_index(f"ix_bank_start_lines_{name}", "bank_start_lines", [name])


def _open_items() -> None:
    op.create_table(
        "bank_open_items",
        *_key(),
        sa.Column("statement_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("side", sa.Text(), nullable=False),
        _to("statement_line_id", "bank_statement_lines", nullable=True),
        _to("line_id", "funding_lines", nullable=True),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        *_stands(),
        _of_statement(),
        sa.CheckConstraint("side IN ('bank', 'books')", "side"),
        sa.CheckConstraint("(side = 'bank') = (statement_line_id IS NOT NULL)", "statement_line_id"),
        sa.CheckConstraint("(side = 'books') = (line_id IS NOT NULL)", "line_id"),
    )
    _found("bank_open_items")
    op.create_index("ix_bank_open_items_statement_id", "bank_open_items", ["statement_id", "on_day", "id"])
    for name in ("statement_line_id", "line_id"):
        _partial("bank_open_items", name)


def downgrade() -> None:
    raise RuntimeError("Migrations go forward only; restore a backup instead.")
