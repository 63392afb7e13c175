"""Reading an address below its county: street, village, and what else stands where a street might.

Names that match closely are preferred to bare ones, the county to the city, the head of the rest to what comes later.
"""

from typing import Final

from app.services.regions.address import Reading
from app.services.regions.facts import CITY, COUNTY, ancestor
from app.services.regions.gazetteer import Gazetteer, street_at
from app.services.regions.matching import EXACT, SHORT, Codes, Match
from app.services.regions.names import SKIPPED, later_street_words, stands_alone, stops, town_end, zone_end
from app.services.regions.outline import Outline

LONGEST_STREET: Final = 6
_AFTER_COUNTY: Final = ("城关", "城区", "县城", "城")
"""Words for the county's seat that stand before a road; no town is called so where they are skipped."""


def read_below(outline: Outline, gazetteer: Gazetteer, reading: Reading) -> None:
    """Read the street and the village; the rest begins after them, or at the road where there are none."""
    text, at = reading.text, reading.at
    while at < len(text) and text[at] in SKIPPED:
        at += 1
    reading.at = at
    if len(reading.counties) > 1 and _moved(outline, reading):
        return
    match = _street(outline, gazetteer, reading, at)
    if match is None and reading.counties and reading.city:
        named, end = outline.short_cities.at(text, at)
        if reading.city in named and zone_end(text, end):
            reading.at, reading.zone_of_city = end, True
            at = end
    if match is None and (zone := zone_end(text, at)):
        beyond = _street(outline, gazetteer, reading, zone)
        if beyond and beyond.strength > SHORT:
            match, reading.zone = beyond, text[at:zone]
    if match:
        reading.streets, reading.street_strength, reading.at = match.codes, match.strength, match.end
        reading.street_elsewhere = bool(reading.counties) and all(
            ancestor(code, COUNTY) not in reading.counties for code in match.codes
        )
    elif reading.counties:
        if len(reading.counties) > 1:
            reading.mentioned = _mentioned(gazetteer, reading)
        _skip_seat(outline, gazetteer, reading)
        if not reading.streets and not _further_on(gazetteer, reading):
            _former_town(reading)
    _village(gazetteer, reading)


def _skip_seat(outline: Outline, gazetteer: Gazetteer, reading: Reading) -> None:
    """Step over a word for the county's seat; a street may follow it by its bare name."""
    for word in _AFTER_COUNTY:
        if reading.text.startswith(word, reading.at):
            reading.at += len(word)
            match = _street(outline, gazetteer, reading, reading.at)
            if match and len(match.codes) == 1 and len(reading.counties) == 1:
                reading.streets, reading.street_strength, reading.at = match.codes, match.strength, match.end
            return


def _mentioned(gazetteer: Gazetteer, reading: Reading) -> Codes:
    """The counties, of those possible, whose streets the rest of the address names anywhere, with or without word."""
    table = gazetteer.cities.get(reading.city)
    if table is None:
        return ()
    found = {
        ancestor(code, COUNTY)
        for start in range(reading.at, len(reading.text) - 1)
        for code in table.at(reading.text, start)[0]
    }
    return tuple(code for code in reading.counties if code in found)


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


def _is_above(outline: Outline, reading: Reading, word: str) -> bool:
    """Whether a bare name is also that of the city or a county read: a street so called is not meant by it alone."""
    short = outline.short
    return word == short.get((reading.city, CITY)) or any(word == short[code, COUNTY] for code in reading.counties)


def _street(outline: Outline, gazetteer: Gazetteer, reading: Reading, at: int) -> Match | None:
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
    if match is None or match.strength > SHORT:
        return match
    if _is_above(outline, reading, text[at : match.end]):
        return None
    if stands_alone(text, match.end):
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
