"""Unified social credit codes for organisations that do not exist.

Source: GB 32100-2015 (18 characters, check character 31 - sum(value * 3^(i-1) mod 31) mod 31) and GB 11714 (the nine
characters 9 to 17 are an organisation code with its own check). Real organisation codes begin with digits or with M;
these begin with YQ, so that a made-up code never names a real organisation.
"""

from collections.abc import Callable
from typing import Final

ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS: Final = tuple(pow(3, place, 31) for place in range(17))
ORGANISATION_WEIGHTS: Final = (3, 7, 9, 10, 5, 8, 4, 2)
HEAD: Final = "YQ"
BODIES: Final = len(ALPHABET) ** 6
STEP: Final = 387_420_489 * 2 + 1  # coprime to 31, so that counting walks through all bodies without repeating


def weighted(text: str, start: int) -> int:
    """The part of the GB 32100 sum that `text` adds when its first character stands at place `start` (from 0)."""
    return sum(ALPHABET.index(sign) * WEIGHTS[start + place] for place, sign in enumerate(text))


def organisation_weighted(text: str, start: int) -> int:
    """The part of the GB 11714 sum that `text` adds at place `start` (from 0); letters count from A = 10."""
    return sum(int(sign, 36) * ORGANISATION_WEIGHTS[start + place] for place, sign in enumerate(text))


def triples(place: int) -> list[tuple[str, int, int]]:
    """All three-character texts with their parts of both sums, when they stand `place` characters into the body."""
    return [
        (text, weighted(text, 8 + place), organisation_weighted(text, place))
        for text in (a + b + c for a in ALPHABET for b in ALPHABET for c in ALPHABET)
    ]


def maker(seed: int) -> Callable[[str, int], str]:
    """A function from (prefix of 8 characters, running number) to a valid code.

    The prefix is category and registering office, for example `91320509`. Codes differ when the running numbers do
    (below 31^6, about 887 million), whatever the prefix.
    """
    upper, lower = triples(2), triples(5)
    heads: dict[str, int] = {}
    start = seed * 7_368_787 % BODIES
    head_sum = organisation_weighted(HEAD, 0)

    def code(prefix: str, number: int) -> str:
        body = (start + number * STEP) % BODIES
        first, second = upper[body // 29791], lower[body % 29791]
        check = (11 - (head_sum + first[2] + second[2]) % 11) % 11
        own = "X" if check == 10 else str(check)
        if prefix not in heads:
            heads[prefix] = weighted(prefix + HEAD, 0)
        total = heads[prefix] + first[1] + second[1] + ALPHABET.index(own) * WEIGHTS[16]
        return f"{prefix}{HEAD}{first[0]}{second[0]}{own}{ALPHABET[-total % 31]}"

    return code


def spoiled(code: str) -> str:
    """The same code with another, wrong check character."""
    return code[:17] + ALPHABET[(ALPHABET.index(code[17]) + 7) % 31]
