"""A levy reckoned the slow way, from the words of the rule alone: fractions, step by step, no shared code."""

from fractions import Fraction
from typing import Any, NamedTuple


class Reckoned(NamedTuple):
    """What the slow way comes to; None where it cannot be said."""

    permyriad: int | None
    source: str
    limit_fen: int | None
    planned_fen: int | None


def whole_fen_below(amount: Fraction) -> int:
    """The largest whole number of fen that is no more than the amount, found by looking for it."""
    low, high = 0, amount.numerator + 1
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if Fraction(middle) <= amount else (low, middle)
    return low


def levy(
    payroll_fen: int | None,
    staff: int | None,
    members: int | None,
    filed: int | None,
    bands: list[tuple[int, int, int]],
    default: int,
    limit: int,
) -> Reckoned:
    """A firm's plan and limit. `bands`: staff from, members from, ten-thousandths."""
    permyriad: int | None = None
    source = "none"
    if default > 0:
        permyriad, source = default, "default"
    for staff_from, members_from, told in sorted(bands):  # the last that fits is that of the largest size
        fits_staff = staff_from == 0 or (staff is not None and staff >= staff_from)
        fits_members = members_from == 0 or (members is not None and members >= members_from)
        if fits_staff and fits_members:
            permyriad, source = told, "band"
    if filed is not None:
        permyriad, source = filed, "filed"
    if payroll_fen is None:
        return Reckoned(permyriad, source, None, None)
    planned = None
    if permyriad is not None:
        planned = whole_fen_below(Fraction(payroll_fen) * Fraction(permyriad, 10_000))
    return Reckoned(permyriad, source, whole_fen_below(Fraction(payroll_fen) * Fraction(limit, 10_000)), planned)


class Told(NamedTuple):
    """What a year's statement says in the end, fen."""

    set_aside: int
    spent: int
    deductible: int
    above: int


def statement(events: list[dict[str, Any]], year: int, limit_fen: int) -> Told:
    """What events come to, each a `deed` of a `year` with fen; what was taken back counts as if it had never been."""
    set_aside = spent = 0
    for event in events:
        if event["taken_back"] or event["year"] != year:
            continue
        if event["deed"] == "set_aside":
            set_aside += event["fen"]
        else:
            spent += event["fen"]
    if spent > limit_fen:
        return Told(set_aside, spent, limit_fen, spent - limit_fen)
    return Told(set_aside, spent, spent, 0)
