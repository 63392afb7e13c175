"""Frozen values of a month's list: whom it is about, what was listed before, and what came of it."""

from dataclasses import dataclass
from uuid import UUID

from app.services.treatment.facts import Basis, Entitlement, Month, Period, Place


@dataclass(frozen=True, slots=True)
class Kept:
    """A worker that a region keeps, with every role he ever held, wherever that was."""

    id: UUID
    place: Place
    authority_code: int | None
    periods: tuple[Period, ...]


@dataclass(frozen=True, slots=True)
class Changed:
    """A closed month of a worker one of whose roles was written since: what all lists say of it together.

    `basis`: what his line was computed from; None: he had none. `known`: the schemes that had been laid down then.
    """

    worker: UUID
    month: Month
    listed_fen: int
    basis: Basis | None
    known: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """What a closed month comes to now, where that is not what was listed."""

    month: Month
    listed_fen: int
    now: Entitlement

    @property
    def fen(self) -> int:
        """What is to be added; negative: taken back."""
        return self.now.amount_fen - self.listed_fen


@dataclass(frozen=True, slots=True)
class Line:
    """What a list says of one worker."""

    worker: Kept
    own: Entitlement
    basis: Basis
    differences: tuple[Difference, ...]

    @property
    def differences_fen(self) -> int:
        """Of all closed months together."""
        return sum(each.fen for each in self.differences)

    @property
    def due_fen(self) -> int:
        """What the list brings him."""
        return self.own.amount_fen + self.differences_fen

    @property
    def days(self) -> int:
        """The days that are paid."""
        return sum(each.days for each in self.own.segments)

    @property
    def role(self) -> str | None:
        """The role that most of the paid days are for, else the first that has no scheme."""
        held: dict[str, int] = {}
        for each in self.own.segments:
            held[each.role] = held.get(each.role, 0) + each.days
        if held:
            return max(held, key=lambda role: held[role])
        return self.own.unpaid[0][0] if self.own.unpaid else None


@dataclass(frozen=True, slots=True)
class ClosingFacts:
    """What decides whether somebody may close a list."""

    own: bool
