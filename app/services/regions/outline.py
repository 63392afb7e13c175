"""The country's upper three levels by name, in force and retired, and what registering offices' codes say."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from app.services.regions.facts import CITY, COUNTY, PROVINCE, STREET, Entry, Retired, ancestor
from app.services.regions.matching import Codes, Table
from app.services.regions.names import CITY_WORDS, COUNTY_WORDS, PROVINCE_WORDS, STREET_WORDS, bare


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
        words = {PROVINCE: PROVINCE_WORDS, CITY: CITY_WORDS, COUNTY: COUNTY_WORDS}
        self.short: dict[tuple[int, int], str] = {
            (entry.code, entry.level): bare(entry.name, words[entry.level]) for entry in upper if entry.level in words
        }
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
