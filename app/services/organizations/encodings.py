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
        """The column the fact is read from."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The plain columns it is made from: that one, unless it is generated itself."""

    def encode(self, value: Any) -> int:
        """The number to store for a fact."""

    def decode(self, number: int) -> Any:
        """The fact behind a stored number. Raises ValueError for a number that nothing is stored as."""

    def observe(self, row: Mapping[str, Any]) -> Any:
        """The fact as the plain columns of a row tell it."""

    def sql(self) -> str:
        """An immutable SQL expression over the plain columns that gives the number to store."""


class OneColumn:
    """What is made from the column it is read from."""

    __slots__ = ()
    column: str

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.column,)


@dataclass(frozen=True, slots=True)
class Coded(OneColumn):
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
class YesNoUnknown(OneColumn):
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
class Flag(OneColumn):
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
class Either:
    """A flag that was reported in one column or is known here, by another: one of the two is enough."""

    column: str
    kept: str

    @property
    def columns(self) -> tuple[str, ...]:
        return self.column, self.kept

    def encode(self, value: Any) -> int:
        return int(value)

    def decode(self, number: int) -> Any:
        return number == 1

    def observe(self, row: Mapping[str, Any]) -> Any:
        return bool(row[self.column]) or bool(row[self.kept])

    def sql(self) -> str:
        return f"CASE WHEN {self.column} OR {self.kept} THEN 1 ELSE 0 END"


@dataclass(frozen=True, slots=True)
class Below(OneColumn):
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
class Banded(OneColumn):
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
class Held:
    """A count that was reported and one that is kept name by name here; what holds is a generated column of its own.

    Where the roll is kept, the names are counted and nothing else; elsewhere the list of names may be short, and the
    larger of the two holds. NULL is not known.
    """

    column: str
    reported: str
    counted: str
    scale: Scale
    complete: str = "roll_kept"

    @property
    def columns(self) -> tuple[str, ...]:
        return self.reported, self.counted, self.complete

    def encode(self, value: Any) -> int:
        return self.scale.bands.index(value)

    def decode(self, number: int) -> Any:
        return self.scale.bands[_within(number, len(self.scale.bands), self.column)]

    def observe(self, row: Mapping[str, Any]) -> Any:
        return self.scale.band(self.number(row))

    def number(self, row: Mapping[str, Any]) -> int | None:
        """The count that holds, as the plain columns of a row tell it."""
        if row[self.complete]:
            return row[self.counted] or 0
        return max((told for name in (self.reported, self.counted) if (told := row[name]) is not None), default=None)

    def number_sql(self) -> str:
        """The immutable SQL expression for the count that holds. A generated column cannot be made from another."""
        return (
            f"CASE WHEN {self.complete} THEN coalesce({self.counted}, 0)"
            f" ELSE greatest({self.reported}, {self.counted}) END"
        )

    def sql(self) -> str:
        cuts = ", ".join(map(str, self.scale.cuts))
        known = f"1 + width_bucket(({self.number_sql()})::bigint, ARRAY[{cuts}]::bigint[])"
        return f"CASE WHEN {self.number_sql()} IS NULL THEN 0 ELSE {known} END"


@dataclass(frozen=True, slots=True)
class FromIndustry(OneColumn):
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
