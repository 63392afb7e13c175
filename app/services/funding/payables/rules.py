"""What of a closed list is payable by whom, and what of it goes against what is owed back. All of it is pure.

A line is paid for one use, by the role that most of its paid days are for. What a worker owes back is taken from the
next lines that the same committee pays out of the same purse for the same use: money of one purse does not settle what
another one overpaid, and no use is told less, or more, than was spent on it. Sums are whole fen throughout, so nothing
is rounded here.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final
from uuid import UUID

from app.core.findings import Cited, Finding
from app.services.funding.facts import Use
from app.services.funding.payables.facts import PAID_BY_ROLE, Books, Debt, Item, Line, Owed, RunFacts
from app.services.treatment.policy import ACCOUNTING, ROLES

SEPARATION: Final = Cited(True, ACCOUNTING)
"""Whoever handles a matter does not approve it."""


def use_of(role: str | None, shares: Mapping[str, int]) -> Use | None:
    """For which use a line is paid: by its role, else by the role of most days of the months it corrects.

    None where neither is known: everything was taken back.
    """
    if role is None:
        if not shares:
            return None
        role = max(ROLES, key=lambda each: shares.get(each, 0))  # of two alike the earlier one
    return PAID_BY_ROLE.get(role, Use.worker_subsidies)


def payable(lines: Iterable[Line], use: Use) -> tuple[list[Line], int]:
    """The lines that are paid for a use, and how many of that use stand in a run already."""
    of_use = [line for line in lines if (use_of(line.role, line.shares) or Use.worker_subsidies) is use]
    mine = [line for line in of_use if not line.elsewhere]
    return mine, len(of_use) - len(mine)


def takes_back(owed: Owed, books: Books) -> bool:
    """Whether these books take it back: those that do already, else those that paid the worker last for its use, else
    whichever pay him for it next.
    """
    if owed.bound is not None:
        return owed.bound == books
    use = use_of(owed.role, owed.shares)
    if use is None:
        return not owed.last or owed.last.get(books.use) == books
    return use is books.use and owed.last.get(use, books) == books


def items(lines: Sequence[Line], debts: Iterable[Debt]) -> list[Item]:
    """What each line pays: what is due, less what is owed back, the oldest debt first and never more than is due."""
    owing: dict[UUID, list[Debt]] = {}
    for debt in sorted(debts, key=lambda each: (each.month, each.id)):
        owing.setdefault(debt.worker, []).append(debt)
    left = {debt.id: debt.left_fen for each in owing.values() for debt in each}
    made = []
    for line in lines:
        rest, netted = line.due_fen, []
        for debt in owing.get(line.worker, ()):
            taken = min(rest, left[debt.id])
            if taken:
                netted.append((debt.id, taken))
                left[debt.id] -= taken
                rest -= taken
        made.append(Item(line, tuple(netted)))
    return made


def approved_by_another(facts: RunFacts, _: None) -> Finding | None:
    """Nobody approves what he drew up."""
    return SEPARATION.hard("payment_own_run", True) if facts.own else None


def paid_by_another(facts: RunFacts, _: None) -> Finding | None:
    """Nobody pays what he drew up."""
    return SEPARATION.hard("payment_own_payment", True) if facts.own else None


Judging = Callable[[RunFacts, None], Finding | None]
APPROVING: Final[tuple[Judging, ...]] = (approved_by_another,)
"""What is looked at when somebody approves."""
PAYING: Final[tuple[Judging, ...]] = (paid_by_another,)
"""What is looked at when somebody pays. That neither is the other's is no number: no place may lay down otherwise."""
