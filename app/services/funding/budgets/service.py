"""What entries of the books do to a budget: they take of a line what they spend, and give back what they return.

Post first, then take, in the same act: all that spend lock in one order, and an entry that the line cannot bear is not
kept either. The database counts what is executed from these rows alone, and asks that an entry is of the line's
committee, purse, year and use and moved at least as much out of the committee's funds.
"""

from uuid import UUID

from app.core.acts import Act
from app.core.errors import Conflict, FieldError, Invalid
from app.services.funding.budgets import repository
from app.services.funding.budgets.facts import BudgetState, HeldLine, yuan


async def take(act: Act, line_id: UUID, fen: int, *, entry_id: UUID) -> None:
    """An entry spends `fen` of a line. The same entry again takes nothing more.

    Raises Invalid for a line that is not to be seen; Conflict `budget_exceeded` with what is left,
    `budget_not_approved`, `budget_line_reserve`, `budget_entry_foreign`, `budget_money_elsewhere` for more than the
    entry moved out of the committee's funds (what a branch spends was executed when it was handed on), or
    `budget_taken_otherwise` where the entry took another amount of the line before.
    """
    if fen <= 0:
        raise ValueError("an entry takes a positive amount")
    line = await _held(act, line_id, entry_id)
    if line.known_fen is not None:
        _same(line.known_fen, fen)
        return
    if line.state != BudgetState.approved:
        raise Conflict(errors=(FieldError("/budget_line_id", "budget_not_approved"),))
    if line.use is None:
        raise Conflict(errors=(FieldError("/budget_line_id", "budget_line_reserve"),))
    if not (line.of_line and line.of_year):
        raise Conflict(errors=(FieldError("/budget_line_id", "budget_entry_foreign"),))
    if fen > line.moved_fen:
        raise Conflict(errors=(FieldError("/budget_line_id", "budget_money_elsewhere"),))
    if fen > line.left_fen:
        raise Conflict(errors=(FieldError("/amount_fen", "budget_exceeded", {"left": yuan(line.left_fen)}),))
    await repository.execute(act, line_id, entry_id, fen)


async def give_back(act: Act, line_id: UUID, fen: int, *, entry_id: UUID) -> int:
    """An entry returns `fen` that were taken of a line before; how much the line was given back.

    A reversal gives back by itself when the act ends, and here at once; saying so twice gives back once. Money that
    comes back in another year than it was spent in is that year's money: the line of its year stays as it was (0).
    Raises Invalid for a line that is not to be seen; Conflict `budget_entry_foreign`, or `budget_returned_too_much` for
    more than was executed.
    """
    if fen <= 0:
        raise ValueError("an entry gives back a positive amount")
    line = await _held(act, line_id, entry_id)
    if not line.of_line:
        raise Conflict(errors=(FieldError("/budget_line_id", "budget_entry_foreign"),))
    if not line.of_year:
        return 0
    if line.known_fen is not None:
        _same(line.known_fen, -fen)
        return fen
    if fen > line.executed_fen:
        told = {"executed": yuan(line.executed_fen)}
        raise Conflict(errors=(FieldError("/amount_fen", "budget_returned_too_much", told),))
    await repository.execute(act, line_id, entry_id, -fen)
    return fen


async def _held(act: Act, line_id: UUID, entry_id: UUID) -> HeldLine:
    line = await repository.held_line(act, line_id, entry_id)
    if line is None:
        raise Invalid(errors=(FieldError("/budget_line_id", "reference_unknown"),))
    return line


def _same(known: int, fen: int) -> None:
    if known != fen:
        raise Conflict(errors=(FieldError("/amount_fen", "budget_taken_otherwise", {"taken": yuan(known)}),))
