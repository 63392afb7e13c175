"""Provinces held in full for reading addresses, loaded when an address first needs them.

Built from entries of any source (shipped files, database), so that changes loaded by operators count like any other.
Codes are plain integers: what level a code has follows from the table it was found in, its ancestors from its digits.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from app.services.regions.facts import CITY, COUNTY, STREET, VILLAGE, Entry, ancestor
from app.services.regions.matching import EXACT, SHORT, VARIANT, Codes, Match, Table
from app.services.regions.names import (
    CITY_WORDS,
    COUNTY_WORDS,
    STREET_WORDS,
    VILLAGE_WORDS,
    bare,
    clean,
    is_generic,
    street_word,
    village_word,
)
from app.services.regions.outline import Outline

VIRTUAL: Final = "虚拟"
"""Communities that exist for statistics only are never matched by name."""


def _forms(name: str, above: tuple[str, ...]) -> Iterator[str]:
    """The bare name of a street, park or farm, also without the name of the county or city it begins with."""
    short = bare(name, STREET_WORDS)
    yield short
    for place in above:
        if name.startswith(place) and len(short) >= len(place) + 2:
            yield short[len(place) :]


class County:
    """Streets and villages of one county by name; the villages' table is made when first asked for."""

    __slots__ = ("_raw", "_twins", "_villages", "code", "names", "streets")

    def __init__(
        self,
        code: int,
        streets: list[tuple[str, int]],
        villages: list[tuple[str, int]],
        above: tuple[str, ...] = (),
    ) -> None:
        self.code = code
        self.names: dict[int, str] = {code: name for name, code in streets}
        self.streets = Table((form, code) for name, code in streets for form in _forms(name, above))
        self._raw: list[tuple[str, int]] = villages
        self._villages: Table | None = None
        self._twins: dict[int, str] = {}

    @property
    def villages(self) -> Table:
        """Bare names of the county's villages and communities."""
        if self._villages is None:
            self._villages = Table((bare(name, VILLAGE_WORDS), code) for name, code in self._raw)
            first: dict[tuple[str, int], tuple[str, int]] = {}
            for name, code in self._raw:
                other, twin = first.setdefault((bare(name, VILLAGE_WORDS), code // 1000), (name, code))
                if twin != code:
                    self._twins[twin], self._twins[code] = other, name
            self._raw = []
        return self._villages

    def _meant(self, codes: Codes, text: str, start: int, end: int) -> Codes:
        """Of a village and a community with one bare name in one street, the one whose full name or kind is written."""
        written = tuple(code for code in codes if text.startswith(self._twins.get(code, "\0"), start))
        if not written:
            kind = text[start : end + 1]
            written = tuple(code for code in codes if self._twins.get(code, "").startswith(kind))
        return written or codes

    def village_at(self, text: str, start: int, street: int = 0) -> Match | None:
        """The villages named at ``start``, in ``street`` if given: EXACT with a level word, else SHORT."""
        weak = None
        for found, end in self.villages.all_at(text, start):
            codes = tuple(code for code in found if code // 1000 * 1000 == street) if street else found
            if not codes:
                continue
            after = village_word(text, end)
            if after:
                return Match(self._meant(codes, text, start, end) if len(codes) > 1 else codes, after, EXACT)
            weak = weak or Match(codes, end, SHORT)
        return weak


def street_at(table: Table, names: dict[int, str], text: str, start: int) -> Match | None:
    """The streets of ``table`` named at ``start``: the closest match, of equal ones the longest."""
    weak = None
    for codes, end in table.all_at(text, start):
        exact = tuple(code for code in codes if text.startswith(names[code], start))
        after = street_word(text, end)
        if exact:
            return Match(exact, max(after, start + len(names[exact[0]])), EXACT)
        if after or all(bare(names[code], STREET_WORDS) == names[code] for code in codes):
            return Match(codes, after or end, VARIANT)
        weak = weak or Match(codes, end, SHORT)
    return weak


class Gazetteer:
    """One province in full: its counties' streets and villages, and every city's streets together."""

    __slots__ = ("cities", "code", "counties", "street_names")

    def __init__(self, code: int, entries: Iterable[Entry]) -> None:
        self.code = code
        streets: dict[int, list[tuple[str, int]]] = {}
        villages: dict[int, list[tuple[str, int]]] = {}
        city_of: dict[int, int] = {}
        above: dict[int, tuple[str, ...]] = {}
        for entry in entries:
            county = ancestor(entry.code, COUNTY)
            name = clean(entry.name)
            if entry.level in (CITY, COUNTY):
                short = bare(entry.name, CITY_WORDS if entry.level == CITY else COUNTY_WORDS)
                above[entry.code + entry.level] = (entry.name, f"{short}{entry.name[-1]}", short)
            if entry.level == COUNTY:
                city_of[entry.code] = entry.parent_code if entry.parent_level == CITY else 0
            elif entry.level == STREET:
                streets.setdefault(county, []).append((name, entry.code))
            elif entry.level == VILLAGE and VIRTUAL not in entry.name:
                villages.setdefault(county, []).append((name, entry.code))
        self.counties = {
            county: County(
                county,
                streets.get(county, []),
                villages.get(county, []),
                (*above[county + COUNTY], *above.get(city_of[county] + CITY, ())),
            )
            for county in city_of
        }
        self.street_names = {code: name for group in streets.values() for name, code in group}
        grouped: dict[int, list[tuple[str, int]]] = {}
        for county, group in streets.items():
            known = ((bare(name, STREET_WORDS), code) for name, code in group if not is_generic(name))
            grouped.setdefault(city_of[county], []).extend(known)
        self.cities = {city: Table(pairs) for city, pairs in grouped.items()}


class Gazetteers:
    """The outline and the few provinces in use; a province is loaded when an address first needs it.

    ``load`` gives a province (its 12-digit code) in full. The ``keep`` provinces used last stay in memory.
    """

    def __init__(self, outline: Outline, load: Callable[[int], Gazetteer], keep: int = 4) -> None:
        self.outline = outline
        self._load = load
        self._keep = keep
        self._held: OrderedDict[int, Gazetteer] = OrderedDict()

    def province(self, code: int) -> Gazetteer:
        """The province ``code`` in full."""
        held = self._held.get(code)
        if held is None:
            held = self._held[code] = self._load(code)
            if len(self._held) > self._keep:
                self._held.popitem(last=False)
        else:
            self._held.move_to_end(code)
        return held
