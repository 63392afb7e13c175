"""Reading an address: which regions its own words name, from the province down, before anything is judged."""

from dataclasses import dataclass, field
from typing import Final

from app.services.regions.facts import COUNTY, PROVINCE, Hints, ancestor
from app.services.regions.gazetteer import EXACT, SHORT, Codes, Gazetteer, Gazetteers, Match, Office, Outline, street_at
from app.services.regions.names import clean, goes_on, later_street_words, stands_alone, stops, town_end, zone_end

LONGEST_STREET: Final = 6
SURE_NAME: Final = 3
"""Shorter county names (南区, 城区) say nothing without a city."""
HEAD: Final = 4
"""How many names above the street an address is read for (province, city, a repeated city, county)."""
_SKIP: Final = frozenset(",.-;:()/、")
_AFTER_CITY: Final = ("市辖区", "市区", "城区")
_AFTER_COUNTY: Final = ("城关", "城区", "县城", "城")
"""Words for the county's seat that stand before a road; no town is called so where they are skipped."""


@dataclass(slots=True)
class Reading:
    """What was read. Codes are 0 or empty where nothing was; ``at`` is where the unread rest of ``text`` begins."""

    text: str = ""
    at: int = 0
    province: int = 0
    city: int = 0
    city_named: bool = False
    counties: Codes = ()
    county_strength: int = 0
    county_name: str = ""
    county_former: bool = False
    streets: Codes = ()
    street_strength: int = 0
    street_elsewhere: bool = False
    zone: str = ""
    zone_of_city: bool = False
    former_town: str = ""
    village: int = 0
    village_elsewhere: int = 0
    village_strength: int = 0
    office: Office | None = None
    office_digits: int = 0
    contradicted: list[str] = field(default_factory=list)


def office_digits(hints: Hints) -> int:
    """The six digits of the registering office; 0 when the hints carry none."""
    given = hints.office_code
    if not given:
        uscc = hints.uscc
        if not uscc:
            return 0
        given = uscc[2:8] if len(uscc) == 18 else uscc[:6] if len(uscc) == 15 else ""
    digits = given[:6]
    return int(digits) if len(digits) == 6 and digits.isascii() and digits.isdigit() else 0


def read(gazetteers: Gazetteers, address: str | None, hints: Hints) -> Reading:
    """Read ``address``, using the hints only to choose between regions of the same name."""
    outline = gazetteers.outline
    digits = office_digits(hints)
    reading = Reading(text=clean(address) if address else "", office_digits=digits)
    reading.office = outline.office(digits) if digits else None
    _province(outline, reading, hints)
    if not reading.province:
        return reading
    gazetteer = gazetteers.province(reading.province)
    _head(outline, gazetteer, reading)
    _below(outline, gazetteer, reading)
    return reading


def _province(outline: Outline, reading: Reading, hints: Hints) -> None:
    text = reading.text
    if text.startswith("中国") and outline.provinces.at(text, 2)[0]:
        reading.at = 2
    found, end = outline.provinces.at(text, reading.at)
    if found and (text[end - 1] in "省市区" or end == len(text) or _place_follows(outline, found[0], text, end)):
        reading.province, reading.at = found[0], end
    city = hinted_city(outline, hints.city) if hints.city else 0
    if not reading.province:
        named = outline.provinces.get(hints.province) if hints.province else ()
        reading.province = named[0] if named else ancestor(city, PROVINCE)
    if not reading.province:
        counties, end = outline.counties.at(text, 0)
        named = outline.cities.at(text, 0)[0] or (() if goes_on(text, end) or end < SURE_NAME else counties)
        if not named:
            short, end = outline.short_cities.at(text, 0)
            named = tuple(code for code in short if _place_follows(outline, code, text, end))
        above = {ancestor(code, PROVINCE) for code in named}
        reading.province = above.pop() if len(above) == 1 else 0
    if not reading.province and reading.office:
        reading.province = reading.office.province
    if city and ancestor(city, PROVINCE) == reading.province:
        reading.city = city
    elif city:
        reading.contradicted.append("hint_city")


def _place_follows(outline: Outline, above: int, text: str, at: int) -> bool:
    """Whether a city or county of ``above`` stands at ``at``: then a bare name that ends there means ``above``."""
    low, high = (above, above + 10**10) if above % 10**10 == 0 else (above, above + 10**8)
    return any(
        low <= code < high and code != above
        for table in (outline.counties, outline.cities, outline.short_counties, outline.short_cities)
        for code in table.at(text, at)[0]
    )


def hinted_city(outline: Outline, name: str) -> int:
    """The city that a hint names, with or without its level word; 0 when there is none or several."""
    found = outline.cities.get(name) or outline.short_cities.get(name)
    return found[0] if len(found) == 1 else 0


def _inside(outline: Outline, found: Codes, province: int, city: int) -> Codes:
    city_of = outline.city_of
    return tuple(code for code in found if code // 10**10 * 10**10 == province and (not city or city_of[code] == city))


def _head(outline: Outline, gazetteer: Gazetteer, reading: Reading) -> None:
    """Read city and county names, full ones first; a bare county name is kept but not yet believed."""
    text, province = reading.text, reading.province
    at = reading.at
    for _ in range(HEAD):
        while at < len(text) and text[at] in _SKIP:
            at += 1
        found, end = outline.cities.at(text, at)
        counties, beyond = outline.counties.at(text, at)
        if found and beyond <= end and found[0] // 10**10 * 10**10 == province:
            reading.city, reading.city_named, at = found[0], True, end
            for word in _AFTER_CITY:
                if text.startswith(word, at) and not outline.counties.at(text, at)[0]:
                    at += len(word)
            continue
        if counties and not goes_on(text, beyond) and _county(outline, reading, counties, text[at:beyond]):
            at = beyond
            again, end = outline.counties.at(text, at)
            if again == counties and not _street_follows(gazetteer, reading.counties, text, at):
                at = end
            break
        found, end = outline.short_cities.at(text, at)
        if found and found[0] // 10**10 * 10**10 == province and _city_meant(outline, reading, found[0], end):
            if not reading.city_named:
                reading.city, reading.city_named = found[0], True
            at = end
            continue
        found, end = outline.short_counties.at(text, at)
        here = _inside(outline, found, province, reading.city) if found else ()
        if here and (stands_alone(text, end) or _street_follows(gazetteer, here, text, end)):
            reading.counties, reading.county_strength, at = here, SHORT, end
        break
    reading.at = at


def _city_meant(outline: Outline, reading: Reading, city: int, end: int) -> bool:
    """Whether a city's bare name that ends at ``end`` means the city: stated elsewhere, or a place of it follows."""
    if reading.city == city:
        return stands_alone(reading.text, end)
    return _place_follows(outline, city, reading.text, end) or bool(zone_end(reading.text, end))


def _street_follows(gazetteer: Gazetteer, counties: Codes, text: str, at: int) -> bool:
    """Whether a street of one of ``counties`` stands at ``at`` with its level word."""
    for code in counties:
        county = gazetteer.counties[code]
        match = street_at(county.streets, county.names, text, at)
        if match and match.strength > SHORT:
            return True
    return False


def _county(outline: Outline, reading: Reading, found: Codes, name: str) -> bool:
    """Take the counties of a full name if they are in the city; the name wins over a city that was only hinted."""
    here = _inside(outline, found, reading.province, reading.city)
    if not here and not reading.city_named:
        here = _inside(outline, found, reading.province, 0)
        cities = {outline.city_of[code] for code in here}
        if len(cities) == 1 and reading.city:
            reading.city = cities.pop()
            reading.contradicted.append("hint_city")
    if not here:
        return False
    reading.counties, reading.county_strength, reading.county_name = here, EXACT, name
    reading.county_former = all(outline.names[code, COUNTY] != name for code in here)
    if len(here) == 1 and not reading.city:
        reading.city = outline.city_of[here[0]]
    return True


def _below(outline: Outline, gazetteer: Gazetteer, reading: Reading) -> None:
    """Read the street and the village; the rest begins after them, or at the road where there are none."""
    text, at = reading.text, reading.at
    while at < len(text) and text[at] in _SKIP:
        at += 1
    reading.at = at
    if len(reading.counties) > 1 and _moved(outline, reading):
        return
    match = _street(gazetteer, reading, at)
    if match is None and reading.counties and reading.city:
        named, end = outline.short_cities.at(text, at)
        if reading.city in named and zone_end(text, end):
            reading.at, reading.zone_of_city = end, True
            at = end
    if match is None and (zone := zone_end(text, at)):
        beyond = _street(gazetteer, reading, zone)
        if beyond and beyond.strength > SHORT:
            match, reading.zone = beyond, text[at:zone]
    if match:
        reading.streets, reading.street_strength, reading.at = match.codes, match.strength, match.end
        reading.street_elsewhere = bool(reading.counties) and all(
            ancestor(code, COUNTY) not in reading.counties for code in match.codes
        )
    elif reading.counties:
        for word in _AFTER_COUNTY:
            if text.startswith(word, at):
                reading.at = at + len(word)
                break
        if not _further_on(gazetteer, reading):
            _former_town(reading)
    _village(gazetteer, reading)


def _further_on(gazetteer: Gazetteer, reading: Reading) -> bool:
    """Read a street of the county that stands further on with its level word: after a repeated name, in brackets."""
    if len(reading.counties) != 1 or reading.county_strength != EXACT:
        return False
    text, county = reading.text, gazetteer.counties[reading.counties[0]]
    for word in later_street_words(text, reading.at):
        for start in range(max(reading.at, word - LONGEST_STREET), word - 1):
            match = street_at(county.streets, county.names, text, start)
            if match and match.strength == EXACT and match.end > word:
                reading.streets, reading.street_strength, reading.at = match.codes, EXACT, match.end
                return True
    return False


def _former_town(reading: Reading) -> None:
    """Read a town or street that no list holds any more; what it became, other rows may teach."""
    end = town_end(reading.text, reading.at)
    if end:
        reading.former_town, reading.at = reading.text[reading.at : end], end


def _moved(outline: Outline, reading: Reading) -> bool:
    """Read a town that left its county, or became one."""
    moved, end = outline.moved.at(reading.text, reading.at)
    here = tuple(code for code in moved if code in reading.counties)
    if here:
        reading.counties, reading.county_strength, reading.at = here, EXACT, end
    return bool(here)


def _street(gazetteer: Gazetteer, reading: Reading, at: int) -> Match | None:
    """The street named at ``at``, in the county if there is one, else in the city; a bare name must stand alone."""
    text = reading.text
    match = None
    if len(reading.counties) == 1:
        county = gazetteer.counties[reading.counties[0]]
        match = street_at(county.streets, county.names, text, at)
    if match is None or match.strength == SHORT:
        wider = _street_in_city(gazetteer, reading, at)
        if wider and (match is None or wider.strength == EXACT):
            match = wider
    if match is None or match.strength > SHORT or stands_alone(text, match.end):
        return match
    if len(match.codes) == 1:
        village = gazetteer.counties[ancestor(match.codes[0], COUNTY)].village_at(text, match.end, match.codes[0])
        if village and village.strength == EXACT:
            return match
    return None


def _street_in_city(gazetteer: Gazetteer, reading: Reading, at: int) -> Match | None:
    """A street at ``at``, looked for in the whole city (in the province when no city is known)."""
    text, cities = reading.text, gazetteer.cities
    tables = [cities[reading.city]] if reading.city in cities else list(cities.values())
    found = [match for table in tables if (match := street_at(table, gazetteer.street_names, text, at))]
    if not found:
        return None
    best = max(match.strength for match in found)
    end = max(match.end for match in found if match.strength == best)
    codes = tuple(code for match in found if match.strength == best for code in match.codes)
    if reading.counties:
        within = tuple(code for code in codes if ancestor(code, COUNTY) in reading.counties)
        if within:
            return Match(within, end, best)
        if best < EXACT:
            return None
    return Match(codes, end, best)


def _village(gazetteer: Gazetteer, reading: Reading) -> None:
    """Read the village in its street, else in the county, else in whichever of the possible counties has its name.

    A village that its street does not have but one other street of the county does is kept apart: the street may have
    been divided since, or its own village of that name is gone.
    """
    text, at = reading.text, reading.at
    if len(reading.streets) == 1:
        street = reading.streets[0]
        match = gazetteer.counties[ancestor(street, COUNTY)].village_at(text, at, street)
        if match and len(match.codes) == 1 and (match.strength == EXACT or stops(text, match.end)):
            reading.village, reading.village_strength = match.codes[0], match.strength
        elif match is None:
            wider = gazetteer.counties[ancestor(street, COUNTY)].village_at(text, at)
            if wider and wider.strength == EXACT and len(wider.codes) == 1:
                reading.village_elsewhere = wider.codes[0]
    elif reading.counties and reading.county_strength == EXACT and not reading.streets:
        found = [match for code in reading.counties if (match := gazetteer.counties[code].village_at(text, at))]
        codes = [code for match in found if match.strength == EXACT for code in match.codes]
        if len(codes) == 1:
            reading.village, reading.village_strength = codes[0], EXACT
