"""What coverage rests on: an organisation's few discrete facts, packed into one whole number, the facts key.

This is the one home of the bit layout. `LAYOUT` is read by `pack` and `unpack` and by `sql_expression`, which writes
the expression of the STORED column `organizations.facts_key`; a test holds the two together on a real server. Codes
inside a tuple are only ever appended: a code's place is what stored keys and kept tallies contain.
"""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any, Protocol

from app.services.organizations.bands import MEMBERS, REVENUE, STAFF, Band, Scale
from app.services.organizations.kinds import Kind

LAYOUT_VERSION = 1
VERSION_BITS = 4


class Status(StrEnum):
    """Whether the organisation is at work."""

    operating = "operating"
    suspended = "suspended"
    closed = "closed"
    revoked = "revoked"


class Sector(StrEnum):
    """The economy as the above-scale limits divide it (GB/T 4754-2017)."""

    unknown = "unknown"
    industry = "industry"
    construction = "construction"
    wholesale = "wholesale"
    retail = "retail"
    lodging_catering = "lodging_catering"
    agriculture = "agriculture"
    services = "services"


class CoverageMode(StrEnum):
    """How a branch covers the organisation, if one does."""

    none = "none"
    standalone = "standalone"
    joint = "joint"
    attached = "attached"
    territorial = "territorial"


class UncoveredReason(StrEnum):
    """Why an organisation has no branch, as stated by those who know it (未建原因)."""

    no_members = "no_members"
    fewer_than_three = "fewer_than_three"
    owner_not_ready = "owner_not_ready"
    not_operating = "not_operating"
    just_registered = "just_registered"
    other = "other"


@dataclass(frozen=True, slots=True)
class OrganizationFacts:
    """One organisation's facts as the facts key holds them; numbers are bands, None means not known."""

    kind: Kind
    status: Status
    sector: Sector
    above_scale_reported: bool | None
    fixed_premises: bool | None
    revenue: Band  # yuan a year
    staff: Band
    formal_members_working: Band
    formal_members_relation: Band
    coverage_mode: CoverageMode
    has_instructor: bool
    has_liaison: bool
    has_union: bool
    has_youth_league: bool
    has_womens_organisation: bool
    in_federation: bool
    community_leads: bool
    uncovered_reason: UncoveredReason | None
    unplaced: bool  # known to a city or province at most


class Encoding(Protocol):
    """How one fact is written into its bits, in Python and in SQL alike."""

    @property
    def column(self) -> str:
        """The plain column the fact is taken from."""

    def encode(self, value: Any) -> int:
        """The number to store for a fact."""

    def decode(self, number: int) -> Any:
        """The fact behind a stored number. Raises ValueError for a number that nothing is stored as."""

    def observe(self, row: Mapping[str, Any]) -> Any:
        """The fact as the plain columns of a row tell it."""

    def sql(self) -> str:
        """An immutable SQL expression over the plain columns that gives the number to store."""


@dataclass(frozen=True, slots=True)
class Coded:
    """A text column with a closed list of codes; `nothing` adds a first place for NULL."""

    column: str
    codes: tuple[StrEnum, ...]
    nothing: bool = False

    def encode(self, value: Any) -> int:
        return 0 if value is None and self.nothing else self.codes.index(value) + self.nothing

    def decode(self, number: int) -> Any:
        if number == 0 and self.nothing:
            return None
        if number - self.nothing >= len(self.codes):
            raise ValueError(f"{self.column}: no code at {number}")
        return self.codes[number - self.nothing]

    def observe(self, row: Mapping[str, Any]) -> Any:
        value = row[self.column]
        return None if value is None and self.nothing else type(self.codes[0])(value)

    def sql(self) -> str:
        whens = " ".join(f"WHEN '{code}' THEN {place}" for place, code in enumerate(self.codes, start=self.nothing))
        # Without an ELSE an unknown code gives NULL, and the column's NOT NULL then refuses the row.
        return f"CASE {self.column} {whens}{' ELSE 0' if self.nothing else ''} END"


@dataclass(frozen=True, slots=True)
class YesNoUnknown:
    """A boolean column in which NULL is a fact of its own: not known."""

    column: str

    def encode(self, value: Any) -> int:
        return 0 if value is None else 1 + bool(value)

    def decode(self, number: int) -> Any:
        return (None, False, True)[_within(number, 3, self.column)]

    def observe(self, row: Mapping[str, Any]) -> Any:
        return row[self.column]

    def sql(self) -> str:
        return f"CASE WHEN {self.column} IS NULL THEN 0 WHEN {self.column} THEN 2 ELSE 1 END"


@dataclass(frozen=True, slots=True)
class Flag:
    """A boolean column in which NULL counts as no: nobody has reported it."""

    column: str

    def encode(self, value: Any) -> int:
        return int(value)

    def decode(self, number: int) -> Any:
        return number == 1

    def observe(self, row: Mapping[str, Any]) -> Any:
        return bool(row[self.column])

    def sql(self) -> str:
        return f"CASE WHEN {self.column} THEN 1 ELSE 0 END"


@dataclass(frozen=True, slots=True)
class Below:
    """Whether a number column, never NULL, stays below a limit."""

    column: str
    limit: int

    def encode(self, value: Any) -> int:
        return int(value)

    def decode(self, number: int) -> Any:
        return number == 1

    def observe(self, row: Mapping[str, Any]) -> Any:
        return row[self.column] < self.limit

    def sql(self) -> str:
        return f"CASE WHEN {self.column} < {self.limit} THEN 1 ELSE 0 END"


@dataclass(frozen=True, slots=True)
class Banded:
    """A number column stored as a band; `per_unit` column units make one unit of the scale (100 fen a yuan)."""

    column: str
    scale: Scale
    per_unit: int = 1

    def encode(self, value: Any) -> int:
        return self.scale.bands.index(value)

    def decode(self, number: int) -> Any:
        return self.scale.bands[_within(number, len(self.scale.bands), self.column)]

    def observe(self, row: Mapping[str, Any]) -> Any:
        number = row[self.column]
        return self.scale.band(None if number is None else number // self.per_unit)

    def sql(self) -> str:
        cuts = ", ".join(str(cut * self.per_unit) for cut in self.scale.cuts)
        known = f"1 + width_bucket({self.column}::bigint, ARRAY[{cuts}]::bigint[])"
        return f"CASE WHEN {self.column} IS NULL THEN 0 ELSE {known} END"


# The first division of GB/T 4754-2017 from which a sector runs; letters tell the same where no division is given
# (F alone does not: wholesale is division 51, retail 52).
DIVISIONS: tuple[tuple[int, Sector], ...] = (
    (1, Sector.agriculture),
    (6, Sector.industry),
    (47, Sector.construction),
    (51, Sector.wholesale),
    (52, Sector.retail),
    (53, Sector.services),
    (61, Sector.lodging_catering),
    (63, Sector.services),
    (98, Sector.unknown),
)
LETTERS: tuple[tuple[str, Sector], ...] = (
    ("A", Sector.agriculture),
    ("BCD", Sector.industry),
    ("E", Sector.construction),
    ("H", Sector.lodging_catering),
    ("GIJKLMNOPQRST", Sector.services),
)
SECTORS: tuple[Sector, ...] = tuple(Sector)


def sector_of(industry: str | None) -> Sector:
    """The sector of a GB/T 4754 code: a letter, two to four digits, or both ("C", "13", "1361", "C1361")."""
    if not industry:
        return Sector.unknown
    digits = industry[1:3] if "A" <= industry[0] <= "T" else industry[:2]
    if len(digits) == 2 and digits.isascii() and digits.isdigit():
        place = bisect_right(DIVISIONS, int(digits), key=lambda entry: entry[0])
        return DIVISIONS[place - 1][1] if place else Sector.unknown
    return next((sector for letters, sector in LETTERS if industry[0] in letters), Sector.unknown)


@dataclass(frozen=True, slots=True)
class FromIndustry:
    """The sector, taken from the industry column."""

    column: str = "industry"

    def encode(self, value: Any) -> int:
        return SECTORS.index(value)

    def decode(self, number: int) -> Any:
        return SECTORS[_within(number, len(SECTORS), self.column)]

    def observe(self, row: Mapping[str, Any]) -> Any:
        return sector_of(row[self.column])

    def sql(self) -> str:
        # The pattern takes two ASCII digits only, so the cast cannot fail.
        division = f"substring({self.column} from '^[A-T]?([0-9][0-9])')::int"
        starts = ", ".join(str(first) for first, _ in DIVISIONS)
        places = ", ".join(str(self.encode(sector)) for sector in (Sector.unknown, *(s for _, s in DIVISIONS)))
        by_division = f"(ARRAY[{places}])[1 + width_bucket({division}, ARRAY[{starts}])]"
        by_letter = " ".join(
            f"WHEN {self.column} ~ '^[{letters}]' THEN {self.encode(sector)}" for letters, sector in LETTERS
        )
        return f"coalesce({by_division}, CASE {by_letter} ELSE 0 END)"


@dataclass(frozen=True, slots=True)
class Field:
    """One fact's place: its name in OrganizationFacts, how many bits it has, how it is written."""

    name: str
    bits: int
    encoding: Encoding


# From the low bits up, behind the layout version; the rest of the 63 bits is spare.
LAYOUT: tuple[Field, ...] = (
    Field("kind", 5, Coded("kind", tuple(Kind))),
    Field("status", 2, Coded("status", tuple(Status))),
    Field("sector", 3, FromIndustry()),
    Field("above_scale_reported", 2, YesNoUnknown("above_scale_reported")),
    Field("fixed_premises", 2, YesNoUnknown("fixed_premises")),
    Field("revenue", 3, Banded("revenue_fen", REVENUE, per_unit=100)),
    Field("staff", 3, Banded("staff", STAFF)),
    Field("formal_members_working", 3, Banded("formal_members_working", MEMBERS)),
    Field("formal_members_relation", 3, Banded("formal_members_relation", MEMBERS)),
    Field("coverage_mode", 3, Coded("coverage_mode", tuple(CoverageMode))),
    Field("has_instructor", 1, Flag("has_instructor")),
    Field("has_liaison", 1, Flag("has_liaison")),
    Field("has_union", 1, Flag("has_union")),
    Field("has_youth_league", 1, Flag("has_youth_league")),
    Field("has_womens_organisation", 1, Flag("has_womens_organisation")),
    Field("in_federation", 1, Flag("in_federation")),
    Field("community_leads", 1, Flag("community_leads")),
    Field("uncovered_reason", 3, Coded("uncovered_reason", tuple(UncoveredReason), nothing=True)),
    Field("unplaced", 1, Below("region_level", limit=3)),
)


def pack(facts: OrganizationFacts) -> int:
    """The facts key of these facts."""
    key, shift = LAYOUT_VERSION, VERSION_BITS
    for field in LAYOUT:
        key |= field.encoding.encode(getattr(facts, field.name)) << shift
        shift += field.bits
    return key


def unpack(key: int) -> OrganizationFacts:
    """The facts behind a key. Raises ValueError for another layout's key or one that nothing packs to."""
    version = key & ((1 << VERSION_BITS) - 1)
    if version != LAYOUT_VERSION:
        raise ValueError(f"facts key of layout {version}, this is layout {LAYOUT_VERSION}")
    rest, told = key >> VERSION_BITS, {}
    for field in LAYOUT:
        told[field.name] = field.encoding.decode(rest & ((1 << field.bits) - 1))
        rest >>= field.bits
    if rest:
        raise ValueError("facts key with more bits than the layout has")
    return OrganizationFacts(**told)


def observe(row: Mapping[str, Any]) -> OrganizationFacts:
    """The facts that a row's plain columns tell: what the database stores as the row's key, unpacked."""
    return OrganizationFacts(**{field.name: field.encoding.observe(row) for field in LAYOUT})


@cache
def sql_expression() -> str:
    """The immutable SQL expression for `facts_key bigint GENERATED ALWAYS AS (…) STORED`; NULL for an unknown code."""
    parts, shift = [f"{LAYOUT_VERSION}::bigint"], VERSION_BITS
    for field in LAYOUT:
        parts.append(f"(({field.encoding.sql()})::bigint << {shift})")
        shift += field.bits
    return " | ".join(parts)


def columns() -> tuple[str, ...]:
    """The plain columns the key is made from, in the layout's order."""
    return tuple(field.encoding.column for field in LAYOUT)


def _within(number: int, size: int, name: str) -> int:
    if number >= size:
        raise ValueError(f"{name}: nothing is stored as {number}")
    return number
