"""Trades of GB/T 4754-2017 as numbers that can be compared: section, division, group."""

from functools import cache

# The first division of each section from A on; divisions are numbered through.
FIRST = (1, 6, 13, 44, 47, 51, 53, 61, 63, 66, 70, 71, 73, 76, 80, 83, 84, 86, 91, 97)

Trade = tuple[int | None, int | None, int | None]


@cache
def trade_of(industry: str | None) -> Trade:
    """Section, division and group of a code such as "C", "13", "136", "C1361"; None for what it does not tell."""
    if not industry:
        return None, None, None
    letter = ord(industry[0]) - ord("A") if "A" <= industry[0] <= "T" else None
    digits = industry[1:] if letter is not None else industry
    if len(digits) < 2 or not digits.isascii() or not digits.isdigit():
        return letter, None, None
    division = int(digits[:2])
    section = sum(first <= division for first in FIRST) - 1 if 1 <= division <= 97 else None
    return section, division, int(digits[:3]) if len(digits) >= 3 else None
