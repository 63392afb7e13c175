"""What can be done with statements: bring one, look for what belongs together, set it aside."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from app.core.acts import Act
from app.core.errors import Conflict, FieldError, Forbidden, Invalid, Taken
from app.core.history import about, note
from app.core.pagination import Ask, Page
from app.core.spool import Spooled
from app.core.wire import action
from app.services.access.permissions import Permission
from app.services.funding.facts import AccountKind
from app.services.funding.reconciling import matching, reads, repository, sheet
from app.services.funding.reconciling.facts import LINES, LineState, Matched, StatementState, Told, Window, Wish
from app.services.funding.reconciling.models import BankStatement
from app.services.funding.reconciling.repository import Account, New
from app.services.funding.reconciling.schemas import LineFilters, StatementUpload
from app.services.funding.reconciling.sheet import Sheet
from app.services.funding.reconciling.sheets.service import claimed, numbers
from app.services.funding.reconciling.written import WAN

MOST_OPEN = 50_000
"""Open lines of one side that are looked at at once."""
LONGEST_DAYS = 400

P = Permission


def wish(told: StatementUpload) -> Wish:
    """What the request says of its file. Raises Invalid for a period that is none."""
    if told.until_on < told.from_on:
        raise Invalid(errors=(FieldError("/until_on", "statement_period"),))
    if (told.until_on - told.from_on).days > LONGEST_DAYS:
        raise Invalid(errors=(FieldError("/until_on", "statement_period_long", {"most": LONGEST_DAYS}),))
    unit = None if told.unit is None else WAN if told.unit == "ten_thousand_yuan" else 1
    return Wish(told.from_on, told.until_on, told.opening_fen, told.closing_fen, unit, told.debit == "out")


async def bring(act: Act, told: StatementUpload, body: Spooled, rows: Sheet) -> UUID:
    """Enter a statement whole and look for what belongs together; returns its key.

    Raises Invalid for an account that is no visible funds account, a day to come, and all that the file has wrong, by
    its lines; Forbidden; Taken for the same file or days that another statement tells of; Conflict for a statement
    before a settled one, or whose balances do not follow its neighbours'.
    """
    said = wish(told)
    known = await repository.account(act, told.account_id)
    if known is None:
        raise Invalid(errors=(FieldError("/account_id", "reference_unknown"),))
    if not act.scope.holds(known.region_code, [known.authority_code]):
        raise Forbidden(reason="scope")
    if known.kind != AccountKind.funds:
        raise Invalid(errors=(FieldError("/account_id", "statement_account_kind"),))
    if told.until_on > act.today:
        raise Invalid(errors=(FieldError("/until_on", "statement_future"),))
    await repository.hold(act, known.id)
    await _free(act, known, told, body)
    found = await asyncio.to_thread(sheet.read, rows, said)
    await _follows(act, known, told, found)
    row = BankStatement(
        version=1,
        account_id=known.id,
        source=told.source,
        from_on=told.from_on,
        until_on=told.until_on,
        opening_fen=found.opening_fen,
        closing_fen=found.closing_fen,
        lines=len(found.lines),
        state=StatementState.open,
        sha256=body.sha256,
        reading=found.reading,
        uploaded_by=act.by.id,
        created_at=act.now,
        recorded_at=act.now,
    )
    statement_id = await repository.add(act, row, found.lines)
    await _match(act, known)
    return statement_id


async def _free(act: Act, known: Account, told: StatementUpload, body: Spooled) -> None:
    if (same := await repository.same_file(act, known.id, body.sha256)) is not None:
        raise Taken(errors=(FieldError("", "statement_same_file", {"from_on": same.isoformat()}),))
    other = await repository.overlapping(act, known.id, told.from_on, told.until_on)
    if other is not None:
        params = {"from_on": other[0].isoformat(), "until_on": other[1].isoformat()}
        raise Taken(errors=(FieldError("/from_on", "statement_overlaps", params),))
    if (later := await repository.later_settled(act, known.id, told.from_on)) is not None:
        raise Conflict(errors=(FieldError("/from_on", "statement_later_settled", {"from_on": later.isoformat()}),))


async def _follows(act: Act, known: Account, told: StatementUpload, found: Told) -> None:
    """Where another statement ends the day before, or begins the day after, the balances are the same."""
    day = timedelta(1)
    beside = await repository.neighbours(act, known.id, told.from_on, told.until_on)
    before, after = beside.get("before"), beside.get("after")
    wrong = []
    if before is not None and before.until_on + day == told.from_on and before.closing_fen != found.opening_fen:
        wrong.append(FieldError("/opening_fen", "statement_opening_differs", {"until_on": before.until_on.isoformat()}))
    if after is not None and told.until_on + day == after.from_on and after.opening_fen != found.closing_fen:
        wrong.append(FieldError("/closing_fen", "statement_closing_differs", {"from_on": after.from_on.isoformat()}))
    if wrong:
        raise Conflict(errors=tuple(wrong))


async def lines(act: Act, statement_id: UUID, filters: LineFilters, ask: Ask) -> Page:
    """One page of a statement's lines, noted as a list of names: whom money came from or went to. Raises NotFound."""
    found = await reads.lines(act, statement_id, filters, ask)
    await note(act, "list", LINES, rows=len(found.rows), id=str(statement_id))
    return found


async def match_again(act: Act, statement_id: UUID, expected: int) -> None:
    """Look anew for what belongs together, among all open lines of the account; what a person decided stays.

    Raises NotFound, Forbidden, StaleVersion, Conflict.
    """
    row = await claimed(act, statement_id, expected)
    known = await repository.account(act, row.account_id)
    assert known is not None  # noqa: S101  (the statement stands where it stands)
    await _match(act, known)
    await repository.save(act, row)


async def _match(act: Act, known: Account) -> None:
    """Matches that stand by rule, and suggestions: for all open lines of the account, in a fixed number of statements.

    What was explained is matched when the books have it under its number; nothing is suggested for it.
    """
    policy = await numbers(act, known.region_code, known.region_level)
    window = Window(policy.books_ahead_days.value, policy.books_behind_days.value)
    bank = await repository.open_bank(act, known.id, MOST_OPEN + 1)
    if not bank:
        return
    first, last = bank[0].on_day - timedelta(window.before), bank[-1].on_day + timedelta(window.after)
    books = await repository.open_books(act, known.id, first, last, MOST_OPEN + 1)
    if max(len(bank), len(books)) > MOST_OPEN:  # a pair that seems the only one may not be it
        raise Conflict(errors=(FieldError("", "statement_too_many_open", {"most": MOST_OPEN}),))
    found: Matched = await asyncio.to_thread(matching.matched, bank, books, window)
    amounts = {line.id: line.amount_fen for line in bank} | {line.id: line.amount_fen for line in books}
    new = [
        New(uuid4(), match, sum(amounts[line] for line in match.bank or match.books))
        for match in sorted(found.matches, key=lambda each: (each.cleared_on, sorted(each.bank), sorted(each.books)))
    ]
    await repository.write(act, known.id, new, None, automatic=True)
    await repository.suggest(act, known.id, found.suggested)


async def discard(act: Act, statement_id: UUID, expected: int, reason: str) -> None:
    """Set an open statement aside, with a reason; what its lines belong with is taken apart.

    Raises NotFound, Forbidden, StaleVersion, Conflict.
    """
    row = await claimed(act, statement_id, expected)
    await about(act, reason)
    await repository.discard(act, statement_id)
    row.state, row.discard_reason = StatementState.discarded, reason
    await repository.save(act, row)


async def shown(act: Act, statement_id: UUID) -> dict[str, Any]:
    """One statement with how far its lines are and what the caller may do. Raises NotFound."""
    row = await reads.one(act, statement_id)
    code = row["authority_code"]
    inside = act.scope.holds(int(row["region_code"]), [None if code is None else int(code)])
    may_write = None if P.funding_write in act.by.permissions else "permission"
    may_settle = None if P.funding_approve in act.by.permissions else "permission"
    place = None if inside else "outside_scope"
    opened = None if row["state"] == StatementState.open else f"statement_{row['state']}"
    settled = None if row["state"] == StatementState.settled else f"statement_{row['state']}"
    own = "own_reconciliation" if row["uploaded_by"] == act.by.id else None
    counts = await reads.counts(act, statement_id)
    undecided = counts[LineState.suggested] + counts[LineState.unmatched]
    actions = [
        action("match_again", may_write or place or opened),
        action("add_start_item", may_write or place or opened),
        action("settle", may_settle or place or opened or own or ("statement_undecided" if undecided else None)),
        action("reopen", may_settle or place or settled),
        action("discard", may_write or place or opened),
    ]
    return {**row, "counts": counts, "allowed_actions": actions}
