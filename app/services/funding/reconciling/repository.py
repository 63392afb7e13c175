"""Statements and matches, set-wise; what a sheet rests on. Whoever writes holds the account first (`hold`)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from app.core.acts import Act
from app.core.database import driver
from app.services.funding.reconciling.facts import BankLine, BookLine, Match, StatementState, ToldLine
from app.services.funding.reconciling.models import BankStatement, BankStatementLine

HOLD = "SELECT pg_advisory_xact_lock(hashtextextended('bank:' || $1::text, 0))"
ACCOUNT = """
SELECT id, kind, closed_on, region_code, region_level, authority_code FROM funding_accounts WHERE id = $1
"""
OVERLAPPING = """
SELECT from_on, until_on FROM bank_statements
 WHERE account_id = $1 AND state <> 'discarded' AND daterange(from_on, until_on, '[]') && daterange($2, $3, '[]')
 ORDER BY from_on LIMIT 1
"""
SAME_FILE = "SELECT from_on FROM bank_statements WHERE account_id = $1 AND sha256 = $2 AND state <> 'discarded'"
NEIGHBOURS = """
(SELECT 'before' AS side, from_on, until_on, opening_fen, closing_fen, state FROM bank_statements
  WHERE account_id = $1 AND state <> 'discarded' AND until_on < $2 ORDER BY until_on DESC LIMIT 1)
UNION ALL
(SELECT 'after', from_on, until_on, opening_fen, closing_fen, state FROM bank_statements
  WHERE account_id = $1 AND state <> 'discarded' AND from_on > $3 ORDER BY from_on LIMIT 1)
"""
LINES = """
INSERT INTO bank_statement_lines (version, statement_id, account_id, position, on_day, amount_fen, balance_fen,
                                  reference, serial, counterparty, text, state, created_at, recorded_at)
SELECT 1, $1, $2, told.*, 'unmatched', $11, $11
  FROM unnest($3::integer[], $4::date[], $5::bigint[], $6::bigint[], $7::text[], $8::text[], $9::text[], $10::text[])
       AS told
"""
OPEN_BANK = """
SELECT id, on_day, amount_fen, reference, serial FROM bank_statement_lines
 WHERE account_id = $1 AND state IN ('suggested', 'unmatched', 'explained') ORDER BY on_day, id LIMIT $2
"""
# Only lines that some rule may use: of an amount or a number that stands open at the bank, and what was taken back.
OPEN_BOOKS = """
SELECT told.id, told.entry_id, told.booked_on, told.amount_fen, told.reference, entry.reverses_id
  FROM funding_lines AS told JOIN funding_entries AS entry ON entry.id = told.entry_id
 WHERE told.account_id = $1 AND told.booked_on BETWEEN $2 AND $3
   AND NOT EXISTS (SELECT FROM bank_matched_lines AS other WHERE other.line_id = told.id)
 ORDER BY told.booked_on, told.id LIMIT $4
"""
MATCHES = """
INSERT INTO bank_matches (id, version, account_id, rule, bank_lines, book_lines, amount_fen, cleared_on, note,
                          automatic, matched_by, created_at, recorded_at)
SELECT told.id, 1, $1, told.rule, told.bank_lines, told.book_lines, told.amount_fen, told.cleared_on, $8, $9, $10,
       $11, $11
  FROM unnest($2::uuid[], $3::text[], $4::integer[], $5::integer[], $6::bigint[], $7::date[])
       AS told (id, rule, bank_lines, book_lines, amount_fen, cleared_on)
"""
MATCHED_BANK = """
UPDATE bank_statement_lines AS line
   SET state = 'matched', match_id = told.match_id, cleared_on = told.cleared_on, suggested_line_id = NULL,
       explanation = NULL, explanation_reason = NULL, explained_by = NULL, version = line.version + 1, recorded_at = $4
  FROM unnest($1::uuid[], $2::uuid[], $3::date[]) AS told (id, match_id, cleared_on)
 WHERE line.id = told.id AND line.state IN ('suggested', 'unmatched', 'explained')
"""
MATCHED_BOOKS = """
INSERT INTO bank_matched_lines (version, match_id, line_id, account_id, cleared_on, created_at, recorded_at)
SELECT 1, told.match_id, told.line_id, $1, told.cleared_on, $5, $5
  FROM unnest($2::uuid[], $3::uuid[], $4::date[]) AS told (match_id, line_id, cleared_on)
"""
UNSUGGESTED = """
UPDATE bank_statement_lines
   SET state = 'unmatched', suggested_line_id = NULL, version = version + 1, recorded_at = $2
 WHERE account_id = $1 AND state = 'suggested'
   AND ($3::uuid[] IS NULL OR suggested_line_id = ANY ($3) OR id = ANY ($4))
"""
SUGGESTED = """
UPDATE bank_statement_lines AS line
   SET state = 'suggested', suggested_line_id = told.line_id, version = line.version + 1, recorded_at = $3
  FROM unnest($1::uuid[], $2::uuid[]) AS told (id, line_id)
 WHERE line.id = told.id AND line.state = 'unmatched' AND told.line_id <> ALL (line.rejected_lines)
"""
FREED = """
UPDATE bank_statement_lines
   SET state = 'unmatched', match_id = NULL, cleared_on = NULL, version = version + 1, recorded_at = $2
 WHERE match_id = ANY ($1)
"""
UNMATCHED_BOOKS = "DELETE FROM bank_matched_lines WHERE match_id = ANY ($1)"
GONE = "DELETE FROM bank_matches WHERE id = ANY ($1)"
OF_STATEMENT = "SELECT DISTINCT match_id FROM bank_statement_lines WHERE statement_id = $1 AND match_id IS NOT NULL"
DISCARDED = """
UPDATE bank_statement_lines
   SET state = 'discarded', suggested_line_id = NULL, explanation = NULL, explanation_reason = NULL,
       explained_by = NULL, version = version + 1, recorded_at = $2
 WHERE statement_id = $1
"""
START_GONE = "DELETE FROM bank_start_lines WHERE statement_id = $1"
START_LINE = """
INSERT INTO bank_start_lines (version, statement_id, line_id, account_id, reason, entered_by, created_at, recorded_at)
VALUES (1, $1, $2, $3, $4, $5, $6, $6) RETURNING id
"""
START_BANK = """
INSERT INTO bank_statement_lines (version, statement_id, account_id, position, on_day, amount_fen, reference, text,
                                  state, explanation, explanation_reason, explained_by, created_at, recorded_at)
SELECT 1, $1, $2, least(coalesce(min(position), 0), 0) - 1, $3, $4, $5, $6, 'explained', 'to_be_booked', $6, $7, $8, $8
  FROM bank_statement_lines WHERE statement_id = $1
RETURNING id
"""
BOOK_LINES = """
SELECT told.id, told.entry_id, told.account_id, told.booked_on, told.amount_fen, other.match_id
  FROM funding_lines AS told LEFT JOIN bank_matched_lines AS other ON other.line_id = told.id
 WHERE told.id = ANY ($1)
"""
BANK_LINES = """
SELECT id, account_id, on_day, amount_fen, state FROM bank_statement_lines WHERE id = ANY ($1) ORDER BY id FOR UPDATE
"""
DECIDERS = """
SELECT EXISTS (
    SELECT FROM bank_statement_lines AS line LEFT JOIN bank_matches AS pair ON pair.id = line.match_id
     WHERE line.statement_id = $1
       AND (line.explained_by = $2 OR (pair.matched_by = $2 AND NOT pair.automatic)))
    OR EXISTS (SELECT FROM bank_start_lines WHERE statement_id = $1 AND entered_by = $2)
"""


LATER = "SELECT from_on FROM bank_statements WHERE account_id = $1 AND state = 'settled' AND from_on > $2 LIMIT 1"
STATE = "SELECT state FROM bank_statements WHERE id = $1"


class Account(NamedTuple):
    """An account as statements know it."""

    id: UUID
    kind: str
    closed_on: date | None
    region_code: int
    region_level: int
    authority_code: int | None


class Neighbour(NamedTuple):
    """The statement before or after."""

    from_on: date
    until_on: date
    opening_fen: int
    closing_fen: int
    state: str


@dataclass(frozen=True, slots=True)
class Known:
    """A line of either side as it is asked for by its key."""

    id: UUID
    account_id: UUID
    day: date
    amount_fen: int
    free: bool


async def hold(act: Act, account_id: UUID) -> None:
    """Until this act ends nobody else brings statements of the account or decides on them; postings go on."""
    await (await driver(act.session)).execute(HOLD, str(account_id))


async def account(act: Act, account_id: UUID) -> Account | None:
    """An account that may be seen."""
    row = await (await driver(act.session)).fetchrow(ACCOUNT, account_id)
    return None if row is None else Account(*row)


async def same_file(act: Act, account_id: UUID, sha256: bytes) -> date | None:
    """The first day of the statement that came as the very same bytes."""
    day: date | None = await (await driver(act.session)).fetchval(SAME_FILE, account_id, sha256)
    return day


async def overlapping(act: Act, account_id: UUID, from_on: date, until_on: date) -> tuple[date, date] | None:
    """The period of a statement that tells of some of these days."""
    row = await (await driver(act.session)).fetchrow(OVERLAPPING, account_id, from_on, until_on)
    return None if row is None else (row["from_on"], row["until_on"])


async def neighbours(act: Act, account_id: UUID, from_on: date, until_on: date) -> dict[str, Neighbour]:
    """The statements `before` and `after` a period."""
    rows = await (await driver(act.session)).fetch(NEIGHBOURS, account_id, from_on, until_on)
    return {row["side"]: Neighbour(*tuple(row)[1:]) for row in rows}


async def later_settled(act: Act, account_id: UUID, from_on: date) -> date | None:
    """The first day of a later statement that is settled."""
    day: date | None = await (await driver(act.session)).fetchval(LATER, account_id, from_on)
    return day


async def add(act: Act, row: BankStatement, lines: Sequence[ToldLine]) -> UUID:
    """Insert a statement with its lines, set-wise. Returns its key."""
    act.session.add(row)
    await act.session.flush()
    columns = list(
        zip(
            *(
                (
                    line.position,
                    line.on_day,
                    line.amount_fen,
                    line.balance_fen,
                    line.reference,
                    line.serial,
                    line.counterparty,
                    line.text,
                )
                for line in lines
            ),
            strict=True,
        )
    )
    if lines:
        await (await driver(act.session)).execute(LINES, row.id, row.account_id, *map(list, columns), act.now)
    return row.id


async def save(act: Act, row: BankStatement | BankStatementLine) -> None:
    """Write a claimed row's changes as its next version."""
    row.version += 1
    row.recorded_at = act.now
    await act.session.flush()


async def open_bank(act: Act, account_id: UUID, most: int) -> list[BankLine]:
    """The account's statement lines that belong to nothing yet, the oldest first."""
    rows = await (await driver(act.session)).fetch(OPEN_BANK, account_id, most)
    return [
        BankLine(
            row["id"],
            row["on_day"],
            row["amount_fen"],
            frozenset(each for each in (row["reference"], row["serial"]) if each),
        )
        for row in rows
    ]


async def open_books(act: Act, account_id: UUID, first: date, last: date, most: int) -> list[BookLine]:
    """The account's lines of the books between two days that belong to nothing yet."""
    rows = await (await driver(act.session)).fetch(OPEN_BOOKS, account_id, first, last, most)
    return [BookLine(*row) for row in rows]


class New(NamedTuple):
    """A match to be written, under the key that it will have."""

    id: UUID
    match: Match
    amount_fen: int


async def write(act: Act, account_id: UUID, new: Sequence[New], note: str | None, *, automatic: bool) -> None:
    """Write matches set-wise; suggestions of their lines of the books, for whatever other line, fall away."""
    if not new:
        return
    books = [(each.id, line, each.match.cleared_on) for each in new for line in sorted(each.match.books)]
    bank = [(line, each.id, each.match.cleared_on) for each in new for line in sorted(each.match.bank)]
    raw = await driver(act.session)
    await raw.execute(UNSUGGESTED, account_id, act.now, [line for _, line, _ in books], [line for line, _, _ in bank])
    await raw.execute(
        MATCHES,
        account_id,
        [each.id for each in new],
        [str(each.match.rule) for each in new],
        [len(each.match.bank) for each in new],
        [len(each.match.books) for each in new],
        [each.amount_fen for each in new],
        [each.match.cleared_on for each in new],
        note,
        automatic,
        act.by.id,
        act.now,
    )
    await raw.execute(MATCHED_BANK, *_turned(bank, 3), act.now)
    await raw.execute(MATCHED_BOOKS, account_id, *_turned(books, 3), act.now)


async def suggest(act: Act, account_id: UUID, pairs: Iterable[tuple[UUID, UUID]]) -> None:
    """These suggestions and no others stand for the account."""
    raw = await driver(act.session)
    await raw.execute(UNSUGGESTED, account_id, act.now, None, None)
    await raw.execute(SUGGESTED, *_turned(sorted(pairs), 2), act.now)


async def undo(act: Act, matches: Sequence[UUID]) -> None:
    """Take matches apart: their lines are open again."""
    raw = await driver(act.session)
    await raw.execute(FREED, matches, act.now)
    await raw.execute(UNMATCHED_BOOKS, matches)
    await raw.execute(GONE, matches)


async def discard(act: Act, statement_id: UUID) -> None:
    """What a statement's lines belong with is taken apart; the lines count for nothing any more."""
    raw = await driver(act.session)
    await undo(act, [row["match_id"] for row in await raw.fetch(OF_STATEMENT, statement_id)])
    await raw.execute(START_GONE, statement_id)
    await raw.execute(DISCARDED, statement_id, act.now)


async def bank_lines(act: Act, wanted: Sequence[UUID]) -> dict[UUID, Known]:
    """Statement lines by key, as they are until this act ends."""
    rows = await (await driver(act.session)).fetch(BANK_LINES, wanted)
    return {
        row["id"]: Known(
            row["id"],
            row["account_id"],
            row["on_day"],
            row["amount_fen"],
            row["state"] in ("suggested", "unmatched", "explained"),
        )
        for row in rows
    }


async def book_lines(act: Act, wanted: Sequence[UUID]) -> dict[UUID, Known]:
    """Lines of the books by key."""
    rows = await (await driver(act.session)).fetch(BOOK_LINES, wanted)
    return {
        row["id"]: Known(row["id"], row["account_id"], row["booked_on"], row["amount_fen"], row["match_id"] is None)
        for row in rows
    }


async def decided(act: Act, statement_id: UUID, by: str) -> bool:
    """Whether somebody decided on a line of a statement."""
    return bool(await (await driver(act.session)).fetchval(DECIDERS, statement_id, by))


async def settled(act: Act, statement_id: UUID) -> bool:
    """Whether a statement is settled."""
    state: str | None = await (await driver(act.session)).fetchval(STATE, statement_id)
    return state == StatementState.settled


async def start_line(act: Act, statement_id: UUID, known: Known, reason: str) -> UUID:
    """A line of the books that the bank did not have before the first statement."""
    raw = await driver(act.session)
    row: UUID = await raw.fetchval(START_LINE, statement_id, known.id, known.account_id, reason, act.by.id, act.now)
    return row


async def start_bank(
    act: Act, row: BankStatement, on_day: date, amount_fen: int, reference: str | None, reason: str
) -> UUID:
    """What the bank had before the first statement, and the books did not."""
    raw = await driver(act.session)
    new: UUID = await raw.fetchval(
        START_BANK, row.id, row.account_id, on_day, amount_fen, reference, reason, act.by.id, act.now
    )
    return new


async def remove_start(act: Act, statement_id: UUID, item_id: UUID) -> bool:
    """Whether an item of the start was there and is no more."""
    raw = await driver(act.session)
    for table, more in (("bank_start_lines", ""), ("bank_statement_lines", " AND position < 0 AND match_id IS NULL")):
        query = f"DELETE FROM {table} WHERE id = $1 AND statement_id = $2{more} RETURNING id"  # noqa: S608  (two tables)
        if await raw.fetchval(query, item_id, statement_id) is not None:
            return True
    return False


def _turned(rows: Sequence[tuple[Any, ...]], width: int) -> list[list[Any]]:
    return [[row[at] for row in rows] for at in range(width)]
