"""Whether a statement adds up: from its opening balance over its lines to its closing one, and line by line. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.core.errors import FieldError, Invalid
from app.services.funding.reconciling.facts import ToldLine, Wish

SHOWN = 20


@dataclass(slots=True)
class Sides:
    """A statement's two balances, as far as they are told, and the rows that stand in the file more than once."""

    opening_fen: int | None
    closing_fen: int | None
    repeated: list[int]


@dataclass(frozen=True, slots=True)
class Balanced:
    """A statement that adds up. `repeated`: rows that are the same as an earlier one, and count all the same."""

    opening_fen: int
    closing_fen: int
    repeated: list[int]


def added_up(lines: Sequence[ToldLine], wish: Wish, told: Sides, raws: Sequence[bytes]) -> Balanced:
    """The two balances, by the wish, by a row that brings one forward, or by the running balances of the lines.

    A row that stands there twice is a line like another where the statement adds up with it. Raises Invalid: balances
    that nothing tells or that contradict each other, a running balance that breaks (by its line), debit and credit the
    other way round, a sum that does not come out (with the repeated rows, where it would without them).
    """
    forward = _forward(lines)
    errors = _breaks(forward)
    told_twice = sum(line.balance_fen is not None for line in forward) > 2  # one step alone may fit by chance
    if errors and told_twice and not _breaks(_turned(forward)):
        raise Invalid(errors=(FieldError("/debit", "statement_sides_swapped"),))
    if errors:
        raise Invalid(errors=tuple(errors[:SHOWN]))
    opening = _one("/opening_fen", wish.opening_fen, told.opening_fen, _before(forward))
    total = sum(line.amount_fen for line in lines)
    closing = _one("/closing_fen", wish.closing_fen, told.closing_fen, _after(forward))
    if opening is None and closing is None:
        raise Invalid(errors=(FieldError("/opening_fen", "statement_balance_missing"),))
    opening = closing - total if opening is None and closing is not None else opening
    assert opening is not None  # noqa: S101  (told above)
    if closing is None:
        raise Invalid(errors=(FieldError("/closing_fen", "statement_balance_missing"),))
    repeated = _repeated(lines, raws)
    if opening + total != closing:
        raise Invalid(errors=_why(lines, repeated, opening + total - closing))
    return Balanced(opening, closing, sorted(repeated))


def _one(pointer: str, *told: int | None) -> int | None:
    found = {each for each in told if each is not None}
    if len(found) > 1:
        raise Invalid(errors=(FieldError(pointer, "statement_balance_contradicts"),))
    return found.pop() if found else None


def _forward(lines: Sequence[ToldLine]) -> list[ToldLine]:
    """The lines as time went: banks list the latest first as often as last."""
    turned = list(reversed(lines))
    if not lines or lines[0].on_day < lines[-1].on_day:
        return list(lines)
    if lines[0].on_day > lines[-1].on_day:
        return turned
    return turned if len(_breaks(turned)) < len(_breaks(lines)) else list(lines)


def _turned(lines: Sequence[ToldLine]) -> list[ToldLine]:
    return [
        ToldLine(
            line.position,
            line.on_day,
            -line.amount_fen,
            line.balance_fen,
            line.reference,
            line.serial,
            line.counterparty,
            line.text,
        )
        for line in lines
    ]


def _breaks(lines: Sequence[ToldLine]) -> list[FieldError]:
    """The lines whose running balance is not the one before and their amount."""
    errors: list[FieldError] = []
    standing: int | None = None
    for line in lines:
        expected = None if standing is None else standing + line.amount_fen
        if expected is not None and line.balance_fen is not None and expected != line.balance_fen:
            errors.append(FieldError(f"/lines/{line.position}/balance", "statement_balance_breaks"))
        standing = line.balance_fen if line.balance_fen is not None else expected
    return errors


def _before(lines: Sequence[ToldLine]) -> int | None:
    """What the first running balance says of the time before the first line."""
    passed = 0
    for line in lines:
        passed += line.amount_fen
        if line.balance_fen is not None:
            return line.balance_fen - passed
    return None


def _after(lines: Sequence[ToldLine]) -> int | None:
    later = 0
    for line in reversed(lines):
        if line.balance_fen is not None:
            return line.balance_fen + later
        later += line.amount_fen
    return None


def _repeated(lines: Sequence[ToldLine], raws: Sequence[bytes]) -> dict[int, int]:
    """Rows that say the same as an earlier one, by its line: the same bytes, or day, amount and the bank's number."""
    seen: dict[object, int] = {}
    repeated = {}
    for line, raw in zip(lines, raws, strict=True):
        keys: list[object] = [raw]
        if line.serial is not None:
            keys.append((line.serial, line.on_day, line.amount_fen))
        first = next((seen[key] for key in keys if key in seen), None)
        if first is not None:
            repeated[line.position] = first
        for key in keys:
            seen.setdefault(key, line.position)
    return repeated


def _why(lines: Sequence[ToldLine], repeated: dict[int, int], difference: int) -> tuple[FieldError, ...]:
    twice = sum(line.amount_fen for line in lines if line.position in repeated)
    if repeated and twice == difference:
        return tuple(
            FieldError(f"/lines/{line}", "statement_line_repeated", {"first": first})
            for line, first in list(repeated.items())[:SHOWN]
        )
    return (FieldError("/closing_fen", "statement_adds_up_not", {"difference_fen": difference}),)
