"""A sheet's numbers and what must hold of them. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class Open:
    """What stands open on one side: how many lines, fen in, fen out (zero or below)."""

    count: int
    received_fen: int
    paid_fen: int

    @property
    def sum_fen(self) -> int:
        """What it comes to."""
        return self.received_fen + self.paid_fen


@dataclass(frozen=True, slots=True)
class Start:
    """Both balances before the account's first statement, and what a person, or a later match, says was under way."""

    books_fen: int
    bank_items_fen: int
    bank_fen: int
    book_items_fen: int


@dataclass(frozen=True, slots=True)
class Before:
    """The statement before: its last day and its closing balance."""

    until_on: date
    closing_fen: int


@dataclass(frozen=True, slots=True)
class SheetFacts:
    """What a sheet rests on. `start` only where no statement before is settled; `turn`: the last line in the books."""

    from_on: date
    until_on: date
    opening_fen: int
    closing_fen: int
    lines_fen: int
    undecided: int
    books_fen: int
    turn: int
    bank_only: Open
    books_only: Open
    oldest_on: date | None
    before: Before | None
    start: Start | None

    @property
    def adjusted_books_fen(self) -> int:
        """What the books come to with what the bank alone has."""
        return self.books_fen + self.bank_only.sum_fen

    @property
    def adjusted_bank_fen(self) -> int:
        """What the statement comes to with what the books alone have."""
        return self.closing_fen + self.books_only.sum_fen

    @property
    def oldest_days(self) -> int:
        """How long the oldest item has been open on the statement's last day."""
        return 0 if self.oldest_on is None else (self.until_on - self.oldest_on).days


def checks(facts: SheetFacts) -> list[dict[str, Any]]:
    """Pairs of numbers that must be the same before a statement is settled, in the order in which one mends them."""
    found = [_check("statement_adds_up", facts.opening_fen + facts.lines_fen, facts.closing_fen)]
    if facts.before is not None:
        found += [
            _check("opening_follows", facts.opening_fen, facts.before.closing_fen),
            _check("period_follows", (facts.from_on - facts.before.until_on).days - 1, 0),
        ]
    if facts.start is not None:
        start = facts.start
        found.append(
            _check("start_agrees", start.books_fen + start.bank_items_fen, start.bank_fen + start.book_items_fen)
        )
    found += [
        _check("lines_decided", facts.undecided, 0),
        _check("balances_agree", facts.adjusted_books_fen, facts.adjusted_bank_fen),
    ]
    return found


def failing(found: list[dict[str, Any]]) -> list[str]:
    """The codes of the checks that fail."""
    return [str(each["code"]) for each in found if not each["passes"]]


def written(facts: SheetFacts) -> Mapping[str, Any]:
    """The sheet as it is told, and as it is frozen."""
    return {
        "on": facts.until_on.isoformat(),
        "books_fen": facts.books_fen,
        "bank_fen": facts.closing_fen,
        "bank_only": _open(facts.bank_only),
        "books_only": _open(facts.books_only),
        "adjusted_books_fen": facts.adjusted_books_fen,
        "adjusted_bank_fen": facts.adjusted_bank_fen,
        "difference_fen": facts.adjusted_books_fen - facts.adjusted_bank_fen,
        "checks": checks(facts),
    }


def _open(told: Open) -> dict[str, int]:
    return {"count": told.count, "received_fen": told.received_fen, "paid_fen": told.paid_fen}


def _check(code: str, left: int, right: int) -> dict[str, Any]:
    return {"code": code, "left": left, "right": right, "passes": left == right}
