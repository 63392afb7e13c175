"""The real towns and villages of one county, as the made-up organisations need them."""

from collections.abc import Iterable
from hashlib import blake2b
from typing import Final, NamedTuple

from app.services.regions import shipped
from app.services.regions.facts import Entry

WUJIANG: Final = 320_509_000_000
"""吴江区, Suzhou, Jiangsu: eleven towns and streets, a development zone, a market; a county-level city until 2012."""


class Village(NamedTuple):
    """A village or community; `words` is how an address writes it."""

    code: int
    words: str


class Town(NamedTuple):
    """A street, town, township or zone with its villages (a zone may have none)."""

    code: int
    name: str
    villages: tuple[Village, ...]


class Place(NamedTuple):
    """A county with its names upward and its towns downward; codes have 12 digits."""

    code: int
    province: str
    city: str
    name: str
    towns: tuple[Town, ...]


def words(name: str) -> str:
    """How an address writes a village: without the committee that governs it."""
    for ending in ("居民委员会", "村民委员会", "居委会", "委员会", "委会"):
        if name.endswith(ending):
            return name.removesuffix(ending)
    return name


def arranged(entries: Iterable[Entry], county: int) -> Place:
    """The county with everything above and below it, out of a country's entries. Raises KeyError when it is unknown."""
    names: dict[int, str] = {}
    towns: dict[int, str] = {}
    villages: dict[int, list[Village]] = {}
    for entry in entries:
        if entry.level <= 3:
            names[entry.code] = entry.name
        elif entry.code // 10**6 * 10**6 == county:
            if entry.level == 4:
                towns[entry.code] = entry.name
            elif "虚拟" not in entry.name:
                villages.setdefault(entry.parent_code, []).append(Village(entry.code, words(entry.name)))
    return Place(
        code=county,
        province=names[county // 10**10 * 10**10],
        city=names[county // 10**8 * 10**8],
        name=names[county],
        towns=tuple(Town(code, name, tuple(villages.get(code, ()))) for code, name in sorted(towns.items())),
    )


def found(county: int) -> Place:
    """One county out of the shipped region files. `county` is a 12-digit code; KeyError when no file knows it."""
    return arranged(shipped.entries(county // 10**10 * 10**10), county)


def temper(code: int, salt: str) -> float:
    """A fixed number in [0, 1) for a region: what makes one town unlike the next."""
    digest = blake2b(f"{salt}:{code}".encode(), digest_size=6).digest()
    return int.from_bytes(digest) / 2**48
