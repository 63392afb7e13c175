"""Frozen values of budgets: states, and what the rules look at. Amounts are integer fen."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class BudgetState(StrEnum):
    """How far a year's budget has come."""

    draft = "draft"
    approved = "approved"
    discarded = "discarded"


class AdjustmentState(StrEnum):
    """How far an adjustment has come. Approved, it is an edition of its budget."""

    draft = "draft"
    approved = "approved"
    discarded = "discarded"


@dataclass(frozen=True, slots=True)
class HeldLine:
    """A line of a budget as it is spent from: nobody else takes of it until the act ends."""

    id: UUID
    committee_id: UUID
    purse: str
    year: int
    use: str | None
    amount_fen: int
    executed_fen: int
    state: str  # of its budget

    @property
    def left_fen(self) -> int:
        """What may still be taken."""
        return self.amount_fen - self.executed_fen


def yuan(fen: int) -> str:
    """An amount as it is told to people: yuan, with both digits of the fen."""
    sign, rest = ("-", -fen) if fen < 0 else ("", fen)
    return f"{sign}{rest // 100}.{rest % 100:02d}"
