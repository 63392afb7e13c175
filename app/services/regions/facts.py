"""Frozen values of the regions room: codes as ranges, what is known of an address, and where it was placed.

A region's identity is code + level (the padded code alone is not unique). Levels: 0 country, 1 province, 2 city,
3 county, 4 street or town, 5 village or community.
"""

from dataclasses import dataclass
from typing import Final

COUNTRY: Final = 0
PROVINCE: Final = 1
CITY: Final = 2
COUNTY: Final = 3
STREET: Final = 4
VILLAGE: Final = 5

WIDTHS: Final[tuple[int, ...]] = (10**12, 10**10, 10**8, 10**6, 10**3, 1)
"""How many codes the subtree of a region spans, by level."""


def span(code: int, level: int) -> tuple[int, int]:
    """The half-open range [low, high) of 12-digit codes under the region (code, level)."""
    return code, code + WIDTHS[level]


def ancestor(code: int, level: int) -> int:
    """The 12-digit code of the region of ``level`` that holds ``code`` by its digits."""
    return code // WIDTHS[level] * WIDTHS[level]


def reference(code: str, level: int | None = None) -> tuple[int, int]:
    """The region that a 12-digit code on the wire means, as (code, level).

    Without ``level`` it is the shallowest that the trailing zeros allow (330000000000 is the province). Raises
    ValueError when the code is not 12 digits, the level is not 0 to 5, or the code has digits below its level.
    """
    if len(code) != 12 or not code.isascii() or not code.isdigit():
        raise ValueError("a region code has 12 digits")
    number = int(code)
    if level is None:
        level = next(deep for deep in range(VILLAGE + 1) if number % WIDTHS[deep] == 0)
    if not COUNTRY <= level <= VILLAGE or number % WIDTHS[level]:
        raise ValueError("the level does not fit the code")
    return number, level


def wire(code: int) -> str:
    """A region code as it is written on the wire: 12 digits."""
    return f"{code:012d}"


@dataclass(frozen=True, slots=True)
class Entry:
    """One region as the shipped files or the database hold it.

    ``parent_code``/``parent_level`` name the real parent: for the counties of a municipality, and for the counties
    that a province governs directly, that is the province (their pseudo city is not kept).
    """

    code: int
    level: int
    name: str
    parent_code: int
    parent_level: int


@dataclass(frozen=True, slots=True)
class Successor:
    """One region of today that took over (part of) a retired one."""

    code: int
    level: int


@dataclass(frozen=True, slots=True)
class Retired:
    """A code no longer in force: its last name and who took it over.

    ``successors`` is empty when the change list names none; several mean that the region was split.
    """

    code: int
    level: int
    name: str
    until: str
    successors: tuple[Successor, ...]


@dataclass(frozen=True, slots=True)
class Hints:
    """What a record says beside its address; every field may be missing.

    ``province``, ``city`` and ``county`` are names as stated, with or without their suffix; ``name`` is the
    organisation's own name, which often begins with its place; ``office_code`` is a region code stated for the
    registering office (6 to 12 digits). Digits 3 to 8 of ``uscc`` are read as one more office code.
    """

    uscc: str | None = None
    province: str | None = None
    city: str | None = None
    county: str | None = None
    name: str | None = None
    office_code: str | None = None


@dataclass(frozen=True, slots=True)
class Alternative:
    """A region that stayed possible but was not certain enough; ``score`` in (0, 1] orders them."""

    code: int
    level: int
    score: float


@dataclass(frozen=True, slots=True)
class Placement:
    """The deepest region that is certain, why, and what else it might have been.

    ``certain`` is False when nothing placed the address (code 0, level 0) or its sources contradict each other and the
    placement is their common ancestor. A placement at city level with ``certain`` is sure of the city and silent below.
    ``evidence`` are codes of the label namespace ``evidence``, strongest first.
    """

    code: int
    level: int
    certain: bool
    evidence: tuple[str, ...] = ()
    alternatives: tuple[Alternative, ...] = ()


NOWHERE: Final = Placement(0, COUNTRY, certain=False)
