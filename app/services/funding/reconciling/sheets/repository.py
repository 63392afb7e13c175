"""What a sheet rests on, in one statement so that it is of one moment; and what is frozen with it."""

from datetime import date
from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.core.database import driver
from app.services.funding.reconciling.models import BankStatement
from app.services.funding.reconciling.sheets.facts import Before, Open, SheetFacts, Start

FACTS = """
SELECT told.from_on, told.until_on, told.opening_fen, told.closing_fen,
       lines.fen AS lines_fen, lines.undecided, bank_books(told.account_id, told.until_on) AS books_fen,
       coalesce((SELECT max(turn) FROM funding_lines WHERE account_id = told.account_id), 0) AS turn,
       items.*, before.until_on AS before_on, before.closing_fen AS before_fen,
       start.settled_before, start.books_fen AS start_books_fen, start.bank_items_fen, start.bank_fen AS start_bank_fen,
       start.book_items_fen
  FROM bank_statements AS told
 CROSS JOIN LATERAL (
    SELECT coalesce(sum(amount_fen) FILTER (WHERE position > 0), 0)::bigint AS fen,
           count(*) FILTER (WHERE state IN ('suggested', 'unmatched'))::integer AS undecided
      FROM bank_statement_lines WHERE statement_id = told.id) AS lines
 CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE side = 'bank')::integer AS bank_count,
           coalesce(sum(amount_fen) FILTER (WHERE side = 'bank' AND amount_fen > 0), 0)::bigint AS bank_received,
           coalesce(sum(amount_fen) FILTER (WHERE side = 'bank' AND amount_fen < 0), 0)::bigint AS bank_paid,
           count(*) FILTER (WHERE side = 'books')::integer AS books_count,
           coalesce(sum(amount_fen) FILTER (WHERE side = 'books' AND amount_fen > 0), 0)::bigint AS books_received,
           coalesce(sum(amount_fen) FILTER (WHERE side = 'books' AND amount_fen < 0), 0)::bigint AS books_paid,
           min(on_day) AS oldest_on
      FROM bank_open(told.id)) AS items
  LEFT JOIN LATERAL (
    SELECT earlier.until_on, earlier.closing_fen FROM bank_statements AS earlier
     WHERE earlier.account_id = told.account_id AND earlier.state <> 'discarded' AND earlier.until_on < told.from_on
     ORDER BY earlier.until_on DESC LIMIT 1) AS before ON true
 CROSS JOIN LATERAL (
    SELECT EXISTS (SELECT FROM bank_statements AS earlier
                    WHERE earlier.account_id = told.account_id AND earlier.state = 'settled'
                      AND earlier.until_on < told.from_on) AS settled_before,
           bank_books(told.account_id, first.from_on - 1) AS books_fen,
           first.opening_fen AS bank_fen,
           (SELECT coalesce(sum(amount_fen), 0)::bigint FROM bank_statement_lines
             WHERE statement_id = first.id AND position < 0) AS bank_items_fen,
           (SELECT coalesce(sum(amount_fen), 0)::bigint FROM (
                SELECT line_id, amount_fen FROM bank_start_lines WHERE account_id = told.account_id
                UNION
                SELECT line_id, amount_fen FROM bank_matched_lines
                 WHERE account_id = told.account_id AND booked_on < first.from_on) AS early) AS book_items_fen
      FROM bank_statements AS first
     WHERE first.account_id = told.account_id AND first.state <> 'discarded' ORDER BY first.from_on LIMIT 1) AS start
 WHERE told.id = $1
"""
SINCE = "SELECT bank_books(account_id, until_on) FROM bank_statements WHERE id = $1"
LOCK = "SELECT bank_hold_books($1)"
FREEZE = """
INSERT INTO bank_open_items (version, statement_id, account_id, side, statement_line_id, line_id, on_day, amount_fen,
                             created_at, recorded_at)
SELECT 1, $1, $2, side, statement_line_id, line_id, on_day, amount_fen, $3, $3 FROM bank_open($1)
"""
COUNTED = """
UPDATE bank_matches SET settled_with = $1, version = version + 1, recorded_at = $4
 WHERE account_id = $2 AND settled_with IS NULL AND cleared_on <= $3
"""
EARLIER = """
SELECT from_on FROM bank_statements
 WHERE account_id = $1 AND state = 'open' AND until_on < $2 ORDER BY from_on LIMIT 1
"""
THAW = (
    "UPDATE bank_matches SET settled_with = NULL, version = version + 1, recorded_at = $2 WHERE settled_with = $1",
    "DELETE FROM bank_open_items WHERE statement_id = $1",
)


async def facts(act: Act, statement_id: UUID) -> SheetFacts:
    """The sheet of a visible statement that is not discarded, as of now."""
    row = await (await driver(act.session)).fetchrow(FACTS, statement_id)
    assert row is not None  # noqa: S101  (whoever asks has seen it)
    return _facts(row)


def _facts(row: Any) -> SheetFacts:
    before = None if row["before_on"] is None else Before(row["before_on"], row["before_fen"])
    start = None
    if not row["settled_before"]:
        start = Start(row["start_books_fen"], row["bank_items_fen"], row["start_bank_fen"], row["book_items_fen"])
    return SheetFacts(
        from_on=row["from_on"],
        until_on=row["until_on"],
        opening_fen=row["opening_fen"],
        closing_fen=row["closing_fen"],
        lines_fen=row["lines_fen"],
        undecided=row["undecided"],
        books_fen=row["books_fen"],
        turn=row["turn"],
        bank_only=Open(row["bank_count"], row["bank_received"], row["bank_paid"]),
        books_only=Open(row["books_count"], row["books_received"], row["books_paid"]),
        oldest_on=row["oldest_on"],
        before=before,
        start=start,
    )


async def books_now(act: Act, statement_id: UUID) -> int:
    """The books' balance on a statement's last day, as it is now."""
    fen: int = await (await driver(act.session)).fetchval(SINCE, statement_id)
    return fen


async def lock(act: Act, account_id: UUID) -> None:
    """Until this act ends nothing is posted to the account: its sheet is of one moment."""
    await (await driver(act.session)).execute(LOCK, account_id)


async def freeze(act: Act, row: BankStatement) -> None:
    """Keep what stands open, and the matches that the sheet counts as cleared."""
    raw = await driver(act.session)
    await raw.execute(FREEZE, row.id, row.account_id, act.now)
    await raw.execute(COUNTED, row.id, row.account_id, row.until_on, act.now)


async def thaw(act: Act, row: BankStatement) -> None:
    """Let go of what was kept; the statement is open already."""
    raw = await driver(act.session)
    matches, items = THAW
    await raw.execute(matches, row.id, act.now)
    await raw.execute(items, row.id)


async def earlier_open(act: Act, row: BankStatement) -> date | None:
    """The first day of an earlier statement that is not settled."""
    day: date | None = await (await driver(act.session)).fetchval(EARLIER, row.account_id, row.from_on)
    return day
