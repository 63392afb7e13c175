"""Frozen values of reconciling: states, what both sides say, and what was found to belong together."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

LINES: Final = "bank_statement_lines"
"""What the audit calls them."""


class StatementState(StrEnum):
    """Settled: its sheet adds up and is frozen. Discarded: it was the wrong file, and counts for nothing."""

    open = "open"
    settled = "settled"
    discarded = "discarded"


class StatementSource(StrEnum):
    """Who keeps the account that the statement is of."""

    bank = "bank"
    finance_office = "finance_office"


class LineState(StrEnum):
    """What is known of a statement's line."""

    matched = "matched"
    suggested = "suggested"
    unmatched = "unmatched"
    explained = "explained"
    discarded = "discarded"  # with its statement


class ExplanationKind(StrEnum):
    """Why a line of the statement is not in the books."""

    to_be_booked = "to_be_booked"
    bank_error = "bank_error"
    other = "other"


class MatchRule(StrEnum):
    """Why lines belong together; what is by amount and day alone is a suggestion first."""

    reference = "reference"
    reference_sum = "reference_sum"
    reversal = "reversal"
    amount_and_day = "amount_and_day"
    by_hand = "by_hand"


class Passed(StrEnum):
    """Why a row of the file is no line of the statement."""

    total = "total"
    summary = "summary"  # brought forward, carried over, of a day or a month
    zero = "zero"


class Side(StrEnum):
    """Whose line an open item is: the bank has it and the books do not, or the other way round."""

    bank = "bank"
    books = "books"


@dataclass(frozen=True, slots=True)
class Wish:
    """What whoever brings a statement says of it. None: the file says it.

    `unit`: yuan that a number without a word means. `debit_out`: a debit is money out of the account, as banks write.
    """

    from_on: date
    until_on: date
    opening_fen: int | None
    closing_fen: int | None
    unit: int | None
    debit_out: bool


@dataclass(frozen=True, slots=True)
class ToldLine:
    """One line of a statement as its file tells it; `position` is its line, or its row, in the file."""

    position: int
    on_day: date
    amount_fen: int
    balance_fen: int | None
    reference: str | None
    serial: str | None
    counterparty: str | None
    text: str | None


@dataclass(frozen=True, slots=True)
class Told:
    """A statement as read: its lines, its two balances, and how the file was read, with every row that is no line."""

    lines: tuple[ToldLine, ...]
    opening_fen: int
    closing_fen: int
    reading: dict[str, Any]


@dataclass(frozen=True, slots=True)
class BankLine:
    """One line of a statement: fen into (+) or out of (-) the account; `references`: the voucher's number, its own."""

    id: UUID
    on_day: date
    amount_fen: int
    references: frozenset[str]


@dataclass(frozen=True, slots=True)
class BookLine:
    """One line of the account in the books. `reverses` is the entry that this line's entry takes back."""

    id: UUID
    entry_id: UUID
    booked_on: date
    amount_fen: int
    reference: str | None
    reverses: UUID | None


@dataclass(frozen=True, slots=True)
class Match:
    """Lines that belong together: of both sides the same sum, at least two lines in all, each line in one match."""

    rule: MatchRule
    bank: frozenset[UUID]
    books: frozenset[UUID]
    cleared_on: date


@dataclass(frozen=True, slots=True)
class Matched:
    """What was found: matches that stand, and pairs (bank, books) that somebody is asked about."""

    matches: frozenset[Match]
    suggested: frozenset[tuple[UUID, UUID]]


@dataclass(frozen=True, slots=True)
class Window:
    """How many days before and after the bank's day a line may stand in the books."""

    before: int
    after: int

    def holds(self, bank: date, books: date) -> bool:
        """Whether the two days may tell of the same deed."""
        return -self.before <= (books - bank).days <= self.after
