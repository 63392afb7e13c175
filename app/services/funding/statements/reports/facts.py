"""Frozen values of a year of the books. Amounts are integer fen."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.services.funding.facts import AccountKind, EntryKind, HolderKind, Purse, Use


class Check(StrEnum):
    """What is checked of a year: two figures, told by different rows, that must be the same."""

    year_adds_up = "year_adds_up"
    books_balance = "books_balance"
    handed_on = "handed_on"
    months_add_up = "months_add_up"
    spending_taken_back = "spending_taken_back"
    receipts_taken_back = "receipts_taken_back"
    opening_frozen = "opening_frozen"
    closing_frozen = "closing_frozen"
    held_now = "held_now"
    lines_in = "lines_in"
    lines_out = "lines_out"
    numbers = "numbers"


@dataclass(frozen=True, slots=True)
class AccountYear:
    """An account in a year: what it held before, what came in and went out by days, and what it held at the end.

    `closing_fen` is the evening's balance that the database keeps, never computed from the others. `latest_fen` is the
    last evening of all, `held_fen` the balance now; `begun_fen` and `carried_fen` what was written down when the year
    before and this one were closed, zero where nothing was.
    """

    id: str
    purse: Purse
    kind: AccountKind
    holder_kind: HolderKind
    holder_name: str | None
    use: Use | None
    region_code: int
    opening_fen: int
    in_fen: int
    out_fen: int
    closing_fen: int
    latest_fen: int
    held_fen: int
    begun_fen: int
    carried_fen: int


@dataclass(frozen=True, slots=True)
class MonthSpent:
    """What was spent of a purse for a use in a month, less what was taken back."""

    purse: Purse
    use: Use
    month: int
    fen: int


@dataclass(frozen=True, slots=True)
class TakenBack:
    """Entries of a year that give back or take back: `of` is what a reversal reverses, null for what was given back."""

    purse: Purse
    kind: EntryKind
    of: EntryKind | None
    fen: int


@dataclass(frozen=True, slots=True)
class Recount:
    """All lines of a year in the accounts of one purse, counted one by one."""

    purse: Purse
    in_fen: int
    out_fen: int


@dataclass(frozen=True, slots=True)
class Numbers:
    """How many entries a year has, how many have a number, and the highest number."""

    entries: int
    numbered: int
    highest: int


@dataclass(frozen=True, slots=True)
class Year:
    """A committee's year as the books have it at one moment, up to and with the day `on`.

    `closed` tells whether it is closed, `closed_before` whether the year before it is. `recounted` and `numbers` are
    null where the lines were not counted.
    """

    year: int
    on: date
    closed: bool
    closed_before: bool
    accounts: tuple[AccountYear, ...]
    months: tuple[MonthSpent, ...]
    taken_back: tuple[TakenBack, ...]
    recounted: tuple[Recount, ...] | None
    numbers: Numbers | None


@dataclass(frozen=True, slots=True)
class Moved:
    """What was booked, what of such was taken back in the same year, and what remains."""

    booked_fen: int
    taken_back_fen: int

    @property
    def net_fen(self) -> int:
        """What remains; below zero where more of earlier years was taken back."""
        return self.booked_fen - self.taken_back_fen


@dataclass(frozen=True, slots=True)
class HolderPart:
    """One kind of holder's part of a purse: `received_fen` from outside, `handed_on_fen` from (+) or to (-) others."""

    holder_kind: HolderKind
    accounts: int
    carried_over_fen: int
    received_fen: int
    handed_on_fen: int
    spent_fen: int
    closing_fen: int


@dataclass(frozen=True, slots=True)
class PurseYear:
    """A purse in a year: carried over + income + set aside - given back - spent = closing."""

    purse: Purse
    carried_over_fen: int
    income: Moved
    set_aside: Moved
    given_back: Moved
    spent: Moved
    by_use: tuple[tuple[Use, Moved], ...]
    by_holder: tuple[HolderPart, ...]
    by_month: tuple[MonthSpent, ...]
    closing_fen: int

    @property
    def computed_fen(self) -> int:
        """What must be there at the end."""
        received = self.income.net_fen + self.set_aside.net_fen
        return self.carried_over_fen + received - self.given_back.net_fen - self.spent.net_fen


@dataclass(frozen=True, slots=True)
class Checked:
    """A check with its two figures, in fen, or in entries where it is one of numbers. `purse` is null for all."""

    check: Check
    purse: Purse | None
    left: int
    right: int

    @property
    def holds(self) -> bool:
        """Whether they are the same."""
        return self.left == self.right
