"""Placing an organisation: the deepest region certain from its address, its hints and what other rows taught.

What each source may do:

- A full county name, a hinted county or a street with its level word decides; each of them beats every office code.
- A bare name, the registering office and the organisation's own name decide only together, or where nothing speaks
  against an office of a county or county-level city in force (districts of one city register for each other, so their
  offices count alone only when other rows have shown them to be reliable).
- A retired, divided or city-level office code never decides; it may confirm.
- A road decides when rows that name both it and a region agree on the region.

Where two regions stay possible, the placement is their common ancestor and they are its alternatives.
"""

from typing import Final

from app.services.regions.address import Reading
from app.services.regions.deciding import county_of
from app.services.regions.facts import (
    CITY,
    COUNTY,
    NOWHERE,
    PROVINCE,
    STREET,
    VILLAGE,
    Alternative,
    Hints,
    Placement,
    ancestor,
)
from app.services.regions.gazetteer import Gazetteers
from app.services.regions.matching import EXACT, VARIANT, Codes
from app.services.regions.reading import read
from app.services.regions.roads import RoadBook
from app.services.regions.teaching import division, rest, trusted

MOST_ALTERNATIVES: Final = 5
FIRST_TOWN: Final = 100
"""Digits 7 to 9 of a code: streets below, towns and townships from here."""
DIVIDED: Final = 4
"""So many villages of a street must be found in the same other street before it counts as divided."""


def resolve(
    gazetteers: Gazetteers, address: str | None, hints: Hints = Hints(), book: RoadBook | None = None
) -> Placement:
    """The deepest region that ``address`` and ``hints`` make certain.

    ``address`` may start at any level, be None or empty. ``book`` holds what other rows taught; without one roads say
    nothing. Never raises for any text; unknown places give the deepest ancestor that is known, at worst ``NOWHERE``.
    """
    reading = read(gazetteers, address, hints)
    if not reading.province:
        return NOWHERE
    county, evidence, others = county_of(gazetteers.outline, reading, hints, book)
    if not county:
        return _above(reading, evidence, others)
    return _within(gazetteers, reading, county, evidence, book)


def _above(reading: Reading, evidence: tuple[str, ...], possible: Codes) -> Placement:
    """The placement at city or province, with the counties that stayed possible."""
    office = reading.office
    if reading.city:
        code, level, why = reading.city, CITY, "address_city" if reading.city_named else "hint_city"
    elif office and office.city and office.province == reading.province:
        code, level, why = office.city, CITY, "office_city"
    else:
        code, level, why = reading.province, PROVINCE, "province"
    within = [county for county in possible if level == PROVINCE or ancestor(county, CITY) == code]
    share = 1 / (len(within) + 1)
    options = tuple(Alternative(county, COUNTY, round(share, 3)) for county in within[:MOST_ALTERNATIVES])
    return Placement(code, level, "contradiction" not in evidence, (*evidence, why), options)


def _within(
    gazetteers: Gazetteers, reading: Reading, county: int, evidence: tuple[str, ...], book: RoadBook | None
) -> Placement:
    """The placement in a certain county, as deep as its streets and villages are certain."""
    here = tuple(code for code in reading.streets if ancestor(code, COUNTY) == county)
    if len(here) == 1:
        why = "address_street" if reading.street_strength >= VARIANT else "short_street"
        if why not in evidence:
            evidence = (*evidence, why)
        if reading.village_elsewhere:
            return _divided(reading, county, here[0], evidence, book)
        if reading.village and ancestor(reading.village, STREET) == here[0]:
            why = "address_village" if reading.village_strength == EXACT else "short_village"
            return Placement(reading.village, VILLAGE, True, (*evidence, why))
        return Placement(here[0], STREET, True, evidence)
    if here:
        options = tuple(Alternative(code, STREET, round(1 / len(here), 3)) for code in here[:MOST_ALTERNATIVES])
        return Placement(county, COUNTY, True, evidence, options)
    if book is not None:
        has_streets = any(
            code // 1000 % 1000 < FIRST_TOWN for code in gazetteers.province(reading.province).counties[county].names
        )
        for token in rest(reading):
            street = book.says(county, token)
            outlying = has_streets and street // 1000 % 1000 >= FIRST_TOWN
            if street and trusted(book, token, outlying=outlying):
                if reading.village_strength == EXACT and ancestor(reading.village, STREET) == street:
                    return Placement(reading.village, VILLAGE, True, (*evidence, "road", "address_village"))
                return Placement(street, STREET, True, (*evidence, "road") if "road" not in evidence else evidence)
    if reading.village and ancestor(reading.village, COUNTY) == county and not reading.streets:
        if reading.former_town:
            return Placement(county, COUNTY, True, evidence, (Alternative(reading.village, VILLAGE, 0.8),))
        return Placement(reading.village, VILLAGE, True, (*evidence, "only_village"))
    return Placement(county, COUNTY, True, evidence)


def _divided(reading: Reading, county: int, street: int, evidence: tuple[str, ...], book: RoadBook | None) -> Placement:
    """A street stated with a village that only another street has.

    Where several villages have gone the same way the street was divided, and the village is where it is now. A single
    one may be a namesake: then neither is certain.
    """
    village = reading.village_elsewhere
    if book is not None and book.variety(county, division(street, village)) >= DIVIDED:
        return Placement(village, VILLAGE, True, (*evidence, "divided_street", "address_village"))
    options = (Alternative(street, STREET, 0.5), Alternative(village, VILLAGE, 0.5))
    return Placement(county, COUNTY, True, evidence, options)
