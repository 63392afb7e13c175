"""Reading an address: which regions its own words name, from the province down, before anything is judged."""

from typing import Final

from app.services.regions.address import Reading
from app.services.regions.facts import COUNTY, PROVINCE, Hints, ancestor
from app.services.regions.gazetteer import Gazetteer, Gazetteers, street_at
from app.services.regions.matching import EXACT, SHORT, Codes
from app.services.regions.names import SKIPPED, clean, goes_on, stands_alone, zone_end
from app.services.regions.outline import Outline
from app.services.regions.streets import read_below

SURE_NAME: Final = 3
"""Shorter county names (南区, 城区) say nothing without a city."""
HEAD: Final = 4
"""How many names above the street an address is read for (province, city, a repeated city, county)."""
_AFTER_CITY: Final = ("市辖区", "市区", "城区")


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
    read_below(outline, gazetteer, reading)
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
        while at < len(text) and text[at] in SKIPPED:
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
        if here and _park_begins(gazetteer, reading.city, text, at, end):
            break
        if here and (stands_alone(text, end) or _street_follows(gazetteer, here, text, end)):
            reading.counties, reading.county_strength, at = here, SHORT, end
        break
    reading.at = at


def _city_meant(outline: Outline, reading: Reading, city: int, end: int) -> bool:
    """Whether a city's bare name that ends at ``end`` means the city: stated elsewhere, or a place of it follows."""
    if reading.city == city:
        return stands_alone(reading.text, end)
    return _place_follows(outline, city, reading.text, end) or bool(zone_end(reading.text, end))


def _park_begins(gazetteer: Gazetteer, city: int, text: str, at: int, end: int) -> bool:
    """Whether a street or park of the city, by its full name, begins with what might be a county's bare name."""
    table = gazetteer.cities.get(city)
    match = street_at(table, gazetteer.street_names, text, at) if table else None
    return match is not None and match.strength == EXACT and match.end > end


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
