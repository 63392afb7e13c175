"""The economy as the above-scale limits divide it, told from an industry code of GB/T 4754-2017."""

from bisect import bisect_right
from enum import StrEnum


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
