"""Frozen values of budgets: states, and what the rules look at. Amounts are integer fen."""

from dataclasses import dataclass
from datetime import date
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


class Pace(StrEnum):
    """How spending stands against the time of the year, by what the policy lets pass."""

    behind = "behind"
    on_pace = "on_pace"
    ahead = "ahead"


@dataclass(frozen=True, slots=True)
class HeldLine:
    """A line as an entry takes of it or gives back: nobody else does until the act ends."""

    id: UUID
    use: str | None
    amount_fen: int
    executed_fen: int
    state: str  # of its budget
    of_line: bool  # the entry is of the line's committee and purse, and of no other use
    of_year: bool  # and booked in its year
    known_fen: int | None  # what the entry took of it (+) or gave back (-) already
    moved_fen: int  # out of the committee's funds by the entry, less what it took of other lines

    @property
    def left_fen(self) -> int:
        """What may still be taken."""
        return self.amount_fen - self.executed_fen


def yuan(fen: int) -> str:
    """An amount as it is told to people: yuan, with both digits of the fen."""
    sign, rest = ("-", -fen) if fen < 0 else ("", fen)
    return f"{sign}{rest // 100}.{rest % 100:02d}"


@dataclass(frozen=True, slots=True)
class BudgetFacts:
    """A budget as the rules look at it before it is approved."""

    own: bool  # whoever asks drew up a part of it
    year_over: bool
    total_fen: int
    reserve_fen: int
    without_basis: int  # lines that do not say how they were computed


@dataclass(frozen=True, slots=True)
class AdjustmentFacts:
    """An adjustment as the rules look at it before it is approved. `total_fen` is what the budget is before it."""

    own: bool
    year_over: bool
    total_fen: int
    original_fen: int  # of the first edition
    changed_fen: int  # what all adjustments added to lines, this one included
    raise_fen: int  # by how much the whole grows; below zero where it shrinks
    document: bool
    short: int  # lines that would be left with less than was executed of them


@dataclass(frozen=True, slots=True)
class ExecutionFacts:
    """How much of an amount was spent by a day of its year."""

    year: int
    on: date
    budgeted_fen: int
    executed_fen: int

    @property
    def days(self) -> tuple[int, int]:
        """How many days of the year have passed by the end of the day, and how many it has."""
        first, last = date(self.year, 1, 1), date(self.year, 12, 31)
        whole = (last - first).days + 1
        return min(max((self.on - first).days + 1, 0), whole), whole

    @property
    def time_permille(self) -> int:
        """How much of the year has passed, day by day."""
        passed, whole = self.days
        return passed * 1000 // whole

    @property
    def expected_fen(self) -> int:
        """What would be spent if every day spent the same; rounded down to the fen."""
        passed, whole = self.days
        return self.budgeted_fen * passed // whole

    @property
    def left_fen(self) -> int:
        """What is left of it."""
        return self.budgeted_fen - self.executed_fen

    @property
    def rate_permille(self) -> int | None:
        """How much of it was spent, rounded down; None where nothing was budgeted."""
        return self.executed_fen * 1000 // self.budgeted_fen if self.budgeted_fen else None
