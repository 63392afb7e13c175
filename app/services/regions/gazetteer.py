"""Regions held for reading addresses: the country's upper three levels in outline, provinces in full on demand.

Built from entries of any source (shipped files, database), so that changes loaded by operators count like any other.
Codes are plain integers: what level a code has follows from the table it was found in, its ancestors from its digits.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from app.services.regions.facts import CITY, COUNTY, PROVINCE, STREET, VILLAGE, Entry, Retired, ancestor
from app.services.regions.names import (
    CITY_WORDS,
    COUNTY_WORDS,
    PROVINCE_WORDS,
    STREET_WORDS,
    VILLAGE_WORDS,
    bare,
    clean,
    is_generic,
    street_word,
    village_word,
)

Codes = tuple[int, ...]

VIRTUAL: Final = "虚拟"
"""Communities that exist for statistics only are never matched by name."""

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


@dataclass(frozen=True, slots=True)
class Office:
    """What the code of a registering office says: the counties on its ground now, its city (0 unknown), and how.

    ``plain`` is True only for a county in force that gave nothing away: no retired, split or city-level code.
    """

    counties: Codes
    city: int
    province: int
    plain: bool


class Outline:
    """Provinces, cities and counties of the whole country by name, retired ones included."""

    def __init__(self, entries: Iterable[Entry], retired: Iterable[Retired] = ()) -> None:
        upper = [entry for entry in entries if entry.level <= COUNTY]
        self.names: dict[tuple[int, int], str] = {(entry.code, entry.level): entry.name for entry in upper}
        self.city_of: dict[int, int] = {
            entry.code: entry.parent_code if entry.parent_level == CITY else 0
            for entry in upper
            if entry.level == COUNTY
        }
        self.counties_of: dict[int, Codes] = {}
        for county, city in self.city_of.items():
            self.counties_of[city] = (*self.counties_of.get(city, ()), county)
        levels = {level: [entry for entry in upper if entry.level == level] for level in (PROVINCE, CITY, COUNTY)}
        former = tuple(retired)
        gone = [one for one in former if one.level in (CITY, COUNTY)]
        self.moved = Table(
            (form, to.code)
            for one in former
            if one.level == STREET
            for to in one.successors
            for form in (one.name, bare(one.name, STREET_WORDS))
        )
        """Towns that left their county, to the county they are in or have become."""
        self.split: dict[int, Codes] = {}
        self._split_in: dict[int, str] = {}
        for one in gone:
            if self.names.get((one.code, one.level)) == one.name:
                self.split[one.code] = tuple(to.code for to in one.successors if to.code in self.city_of)
                self._split_in[one.code] = one.until
        self.retired: dict[int, Codes] = {}
        for one in gone:
            if one.level == COUNTY and one.code not in self.city_of:
                self.retired[one.code] = tuple(dict.fromkeys((*self.retired.get(one.code, ()), *self._ground(one))))
        self.provinces = Table(
            (form, entry.code) for entry in levels[PROVINCE] for form in {entry.name, bare(entry.name, PROVINCE_WORDS)}
        )
        self.cities = Table([(e.name, e.code) for e in levels[CITY]] + [*self._old_cities(gone)])
        self.short_cities = Table((bare(entry.name, CITY_WORDS), entry.code) for entry in levels[CITY])
        named = [*self._county_names(levels[COUNTY], gone)]
        self.counties = Table(named)
        self.short_counties = Table((bare(name, COUNTY_WORDS), code) for name, code in named if len(name) > 2)
        self._offices: dict[int, Office | None] = {}

    def _old_cities(self, gone: list[Retired]) -> Iterator[tuple[str, int]]:
        for one in gone:
            for heir in one.successors:
                if heir.level == CITY and (heir.code, CITY) in self.names and one.level == CITY:
                    yield one.name, heir.code

    def _county_names(self, counties: list[Entry], gone: list[Retired]) -> Iterator[tuple[str, int]]:
        """Each county's own name, what else it is called, and the names of those it took over."""
        here = {(self.city_of[entry.code], entry.name) for entry in counties}
        for entry in counties:
            for ground in self.split.get(entry.code, (entry.code,)):
                yield entry.name, ground
            if entry.name.endswith(("自治县", "自治旗")):
                yield bare(entry.name, COUNTY_WORDS) + entry.name[-1], entry.code
            yield from self._without_city(entry)
        for one in gone:
            if one.level != COUNTY:
                continue
            for ground in self._ground(one):
                if (self.city_of[ground], one.name) not in here:
                    yield one.name, ground

    def _without_city(self, entry: Entry) -> Iterator[tuple[str, int]]:
        """The name of a development zone without those of the province and city it begins with."""
        name = entry.name
        for code, level, words in (
            (entry.parent_code // 10**10 * 10**10, PROVINCE, PROVINCE_WORDS),
            (entry.parent_code, CITY, CITY_WORDS),
        ):
            above = self.names.get((code, level))
            for form in (above, bare(above, words)) if above else ():
                if name.startswith(form) and len(name) >= len(form) + 3:
                    name = name[len(form) :]
                    yield name, entry.code
                    break

    def _ground(self, gone: Retired) -> Iterator[int]:
        """The counties on a former county's ground today; an heir divided after it took over counts with its parts."""
        for heir in gone.successors:
            if heir.level == COUNTY and heir.code in self.city_of:
                later = self._split_in.get(heir.code, "") > gone.until
                yield from self.split[heir.code] if later else (heir.code,)

    def is_district(self, county: int) -> bool:
        """Whether a county is a district (区) of its city."""
        return self.names[county, COUNTY].endswith("区")

    def office(self, digits: int) -> Office | None:
        """What the six-digit code of a registering office says; None when no such code is or was in force."""
        if digits not in self._offices:
            self._offices[digits] = self._read_office(digits * 10**6)
        return self._offices[digits]

    def _read_office(self, code: int) -> Office | None:
        province, city = ancestor(code, PROVINCE), ancestor(code, CITY)
        if (province, PROVINCE) not in self.names:
            return None
        if code in self.city_of:
            parts = self.split.get(code)
            return Office(parts or (code,), self.city_of[code], province, plain=parts is None)
        if code in self.retired:
            ground = self.retired[code]
            cities = {self.city_of[county] for county in ground}
            return Office(ground, cities.pop() if len(cities) == 1 else 0, province, plain=False)
        if (city, CITY) in self.names:
            return Office((), city, province, plain=False)
        return Office((), 0, province, plain=False) if code % 10**8 in (0, 10**6) else None


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
