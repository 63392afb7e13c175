"""Tables of names, matched at a place in a text."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

Codes = tuple[int, ...]

EXACT: Final = 3
"""The name as the region bears it."""
VARIANT: Final = 2
"""The bare name with another level word (the town that has become a street)."""
SHORT: Final = 1
"""The bare name alone."""


class Table:
    """Names to codes, matched at a place in a text, longest first."""

    __slots__ = ("_lengths", "_names")

    def __init__(self, pairs: Iterable[tuple[str, int]]) -> None:
        names: dict[str, Codes] = {}
        lengths: dict[str, set[int]] = {}
        for name, code in pairs:
            codes = names.get(name, ())
            if code not in codes:
                names[name] = (*codes, code)
            lengths.setdefault(name[0], set()).add(len(name))
        self._names = names
        self._lengths = {first: tuple(sorted(found, reverse=True)) for first, found in lengths.items()}

    def get(self, name: str) -> Codes:
        """The codes of exactly this name."""
        return self._names.get(name, ())

    def at(self, text: str, start: int) -> tuple[Codes, int]:
        """The codes of the longest name that begins at ``start`` and where it ends; ``((), start)`` when none does."""
        for length in self._lengths.get(text[start : start + 1], ()):
            codes = self._names.get(text[start : start + length])
            if codes is not None and start + length <= len(text):
                return codes, start + length
        return (), start

    def all_at(self, text: str, start: int) -> Iterator[tuple[Codes, int]]:
        """Every name that begins at ``start``, longest first, with where it ends."""
        for length in self._lengths.get(text[start : start + 1], ()):
            codes = self._names.get(text[start : start + length])
            if codes is not None and start + length <= len(text):
                yield codes, start + length


@dataclass(frozen=True, slots=True)
class Match:
    """Regions whose name begins at a place in a text, where it ends, and how closely it is theirs."""

    codes: Codes
    end: int
    strength: int
