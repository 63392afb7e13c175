"""What people decide: that lines belong together, that a suggestion is right or not, why a line is not in the books."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID, uuid4

from app.core.acts import Act
from app.core.errors import Conflict, FieldError, Forbidden, Invalid
from app.core.pagination import Ask, Page
from app.core.versions import claim
from app.core.wire import action
from app.services.access.permissions import Permission
from app.services.funding.reconciling import reads, repository
from app.services.funding.reconciling.facts import LineState, Match, MatchRule
from app.services.funding.reconciling.models import BankMatch, BankStatementLine
from app.services.funding.reconciling.repository import Known, New
from app.services.funding.reconciling.schemas import CandidateFilters, Explain
from app.services.funding.reconciling.sheet_schemas import MatchCreate

OPEN = (LineState.suggested, LineState.unmatched, LineState.explained)


async def shown(act: Act, line_id: UUID) -> dict[str, Any]:
    """One line with the line of the books that is suggested and what the caller may do. Raises NotFound."""
    row = await reads.line(act, line_id)
    suggested = row["suggested_line_id"]
    settled = await repository.settled(act, row["statement_id"])
    state = LineState(row["state"])
    stands = f"line_{state}"
    frozen = "statement_settled" if settled else None
    actions = [
        action("confirm", _may(act, row) or (None if state is LineState.suggested else stands)),
        action("reject", _may(act, row) or (None if state is LineState.suggested else stands)),
        action("match", _may(act, row) or (None if state in OPEN else stands)),
        action("explain", _may(act, row) or frozen or (None if state in OPEN else stands)),
        action("withdraw_explanation", _may(act, row) or frozen or (None if state is LineState.explained else stands)),
    ]
    line = None if suggested is None else await reads.book_line(act, suggested)
    return {**row, "suggested_line": line, "allowed_actions": actions}


def _may(act: Act, row: Mapping[str, Any]) -> str | None:
    if Permission.funding_write not in act.by.permissions:
        return "permission"
    code = row["authority_code"]
    inside = act.scope.holds(int(row["region_code"]), [None if code is None else int(code)])
    return None if inside else "outside_scope"


async def candidates(act: Act, line_id: UUID, filters: CandidateFilters, ask: Ask) -> Page:
    """One page of lines of the books that a statement's line may be. Raises NotFound."""
    row = await reads.line(act, line_id)
    return await reads.candidates(act, row, ask, same_amount=filters.same_amount)


async def confirm(act: Act, line_id: UUID, expected: int) -> None:
    """A suggestion is right: the two lines belong together. Raises NotFound, Forbidden, StaleVersion, Conflict."""
    line = await _claimed(act, line_id, expected, (LineState.suggested,))
    assert line.suggested_line_id is not None  # noqa: S101  (of a suggestion, by the table's check)
    books = await repository.book_lines(act, [line.suggested_line_id])
    bank = await repository.bank_lines(act, [line_id])
    await _together(act, list(bank.values()), list(books.values()), MatchRule.amount_and_day, None)


async def reject(act: Act, line_id: UUID, expected: int) -> None:
    """A suggestion is wrong, and is not made again: the line belongs to nothing. Raises as `confirm`."""
    line = await _claimed(act, line_id, expected, (LineState.suggested,))
    assert line.suggested_line_id is not None  # noqa: S101  (of a suggestion, by the table's check)
    line.rejected_lines = [*line.rejected_lines, line.suggested_line_id]
    line.state, line.suggested_line_id = LineState.unmatched, None
    await repository.save(act, line)


async def explain(act: Act, line_id: UUID, expected: int, told: Explain) -> None:
    """Say why a line is not in the books; it stays open in the sheet, and may be matched later.

    Raises as `confirm`; Conflict for a line of a settled statement.
    """
    line = await _claimed(act, line_id, expected, OPEN, open_statement=True)
    line.state, line.suggested_line_id = LineState.explained, None
    line.explanation, line.explanation_reason, line.explained_by = told.kind, told.reason, act.by.id
    await repository.save(act, line)


async def withdraw_explanation(act: Act, line_id: UUID, expected: int) -> None:
    """Take back why a line is not in the books. Raises as `explain`."""
    line = await _claimed(act, line_id, expected, (LineState.explained,), open_statement=True)
    line.state = LineState.unmatched
    line.explanation = line.explanation_reason = line.explained_by = None
    await repository.save(act, line)


async def _claimed(
    act: Act, line_id: UUID, expected: int, states: Sequence[LineState], *, open_statement: bool = False
) -> BankStatementLine:
    row = await reads.line(act, line_id)
    await _hold(act, row)
    line = await claim(act, BankStatementLine, line_id, expected)
    if line.state not in states:
        raise Conflict(errors=(FieldError("", f"line_{line.state}"),))
    if open_statement and await repository.settled(act, line.statement_id):
        raise Conflict(errors=(FieldError("", "statement_settled"),))
    return line


async def _hold(act: Act, row: Mapping[str, Any]) -> None:
    if _may(act, row) == "outside_scope":
        raise Forbidden(reason="scope")
    await repository.hold(act, row["account_id"])


async def match(act: Act, told: MatchCreate) -> UUID:
    """Put lines together by hand; returns the match's key.

    Raises Invalid for lines that are not to be seen, of several accounts, told twice or too few, Forbidden, Conflict
    for a line that belongs to something already and where the two sums differ (by how much is told).
    """
    _apart(told)
    bank = await repository.bank_lines(act, told.statement_lines)
    books = await repository.book_lines(act, told.book_lines)
    wrong = [
        FieldError(f"/{name}/{at}", "reference_unknown")
        for name, wanted, found in (
            ("statement_lines", told.statement_lines, bank),
            ("book_lines", told.book_lines, books),
        )
        for at, each in enumerate(wanted)
        if each not in found
    ]
    if wrong:
        raise Invalid(errors=tuple(wrong))
    accounts = {each.account_id for each in (*bank.values(), *books.values())}
    if len(accounts) > 1:
        raise Invalid(errors=(FieldError("", "match_accounts"),))
    account = await repository.account(act, accounts.pop())
    if account is None or not act.scope.holds(account.region_code, [account.authority_code]):
        raise Forbidden(reason="scope")
    await repository.hold(act, account.id)
    bank = await repository.bank_lines(act, told.statement_lines)
    books = await repository.book_lines(act, told.book_lines)
    return await _together(act, list(bank.values()), list(books.values()), MatchRule.by_hand, told.note)


def _apart(told: MatchCreate) -> None:
    wrong = [
        FieldError(f"/{name}/{at}", "listed_twice")
        for name, wanted in (("statement_lines", told.statement_lines), ("book_lines", told.book_lines))
        for at, each in enumerate(wanted)
        if each in wanted[:at]
    ]
    if len(told.statement_lines) + len(told.book_lines) < 2:
        wrong.append(FieldError("", "match_too_few"))
    if wrong:
        raise Invalid(errors=tuple(wrong))


async def _together(act: Act, bank: Sequence[Known], books: Sequence[Known], rule: MatchRule, note: str | None) -> UUID:
    taken = [each for each in (*bank, *books) if not each.free]
    if taken:
        raise Conflict(errors=(FieldError("", "match_taken", {"lines": len(taken)}),))
    difference = sum(each.amount_fen for each in bank) - sum(each.amount_fen for each in books)
    if difference:
        raise Conflict(errors=(FieldError("", "match_differs", {"difference_fen": difference}),))
    days = [each.day for each in (*bank, *books)]
    found = Match(rule, frozenset(each.id for each in bank), frozenset(each.id for each in books), max(days))
    new = New(uuid4(), found, sum(each.amount_fen for each in bank or books))
    await repository.write(act, (bank or books)[0].account_id, [new], note, automatic=False)
    return new.id


async def match_shown(act: Act, match_id: UUID) -> dict[str, Any]:
    """One match with its lines and what the caller may do. Raises NotFound."""
    row = await reads.match(act, match_id)
    settled = None if row["settled_with"] is None else "match_settled"
    return {**row, "allowed_actions": [action("undo", _may(act, row) or settled)]}


async def undo(act: Act, match_id: UUID, expected: int) -> None:
    """Take a match apart: its lines are open again. Raises NotFound, Forbidden, StaleVersion; Conflict once settled."""
    row = await reads.match(act, match_id)
    await _hold(act, row)
    found = await claim(act, BankMatch, match_id, expected)
    if found.settled_with is not None:
        raise Conflict(errors=(FieldError("", "match_settled"),))
    await repository.undo(act, [match_id])
