"""How one fact is written into the bits of a facts key, in Python and in SQL alike."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from app.services.organizations.bands import Scale
from app.services.organizations.sectors import DIVISIONS, LETTERS, SECTORS, Sector, sector_of


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


def _within(number: int, size: int, name: str) -> int:
    if number >= size:
        raise ValueError(f"{name}: nothing is stored as {number}")
    return number
