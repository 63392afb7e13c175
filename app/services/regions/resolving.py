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
from app.services.regions.gazetteer import EXACT, SHORT, VARIANT, Codes, Gazetteers, Outline
from app.services.regions.names import zone_end
from app.services.regions.reading import Reading, read
from app.services.regions.roads import RoadBook, tokens

OFFICE_SHARE: Final = 0.97
"""How often a district's office must have registered what lies in its own district before it decides alone."""
OFFICE_ROWS: Final = 20
"""The same holds for the name of a divided county: once that many rows have shown whose ground it mostly means."""
DISTRICT_SHARE: Final = 0.6
"""What a district must have of a road's rows in the whole city, where only the city's districts come into question."""
MOST_ALTERNATIVES: Final = 5


def learn(gazetteers: Gazetteers, book: RoadBook, address: str | None, hints: Hints) -> None:
    """Teach ``book`` what one row says of its road and its registering office, if the row itself is beyond doubt."""
    _learn(book, read(gazetteers, address, hints))


def _learn(book: RoadBook, reading: Reading) -> None:
    county, street = _spoken(reading)
    if not county:
        return
    area = reading.city or reading.province
    if reading.office_digits:
        book.learn(reading.office_digits * 10**6, "", county)
    if reading.county_name:
        book.learn(area, f"={reading.county_name}", county)
    for token in tokens(reading.text, reading.at):
        book.learn(area, token, county)
        if street:
            book.learn(county, token, street)


def _spoken(reading: Reading) -> tuple[int, int]:
    """The county and street that the address states in full, 0 each where it does not."""
    streets = reading.streets if reading.street_strength >= VARIANT else ()
    named = {ancestor(code, COUNTY) for code in streets}
    if len(named) == 1 and not reading.street_elsewhere:
        return named.pop(), streets[0] if len(streets) == 1 else 0
    if len(reading.counties) == 1 and reading.county_strength == EXACT and not reading.street_elsewhere:
        return reading.counties[0], 0
    return 0, 0


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
    county, evidence, others = _county(gazetteers.outline, reading, hints, book)
    if not county:
        return _above(reading, evidence, others)
    return _within(reading, county, evidence, book)


def _votes(outline: Outline, reading: Reading, hints: Hints) -> dict[int, list[str]]:
    """Counties that a weak source names, with those sources."""
    votes: dict[int, list[str]] = {}

    def vote(counties: Codes, source: str) -> None:
        for county in counties:
            if not reading.counties or reading.county_strength == SHORT or county in reading.counties:
                votes.setdefault(county, []).append(source)

    if reading.county_strength == SHORT:
        vote(reading.counties, "short_county")
    elif len(reading.counties) > 1:
        vote(reading.counties, "address_county")
    if reading.streets and reading.street_strength == SHORT:
        vote(tuple({ancestor(code, COUNTY) for code in reading.streets}), "short_street")
    office = reading.office
    if office and len(office.counties) == 1 and (not reading.city or office.city == reading.city):
        vote(office.counties, "office_county" if office.plain else "former_office")
    if hints.name:
        vote(_named_by(outline, reading, hints.name), "organization_name")
    return votes


def _named_by(outline: Outline, reading: Reading, name: str) -> Codes:
    """The county with whose name (after its city's) an organisation's name begins."""
    _, at = outline.cities.at(name, 0)
    if not at:
        _, at = outline.short_cities.at(name, 0)
    found = (
        outline.counties.at(name, at)[0] or outline.short_counties.at(name, at)[0] or outline.counties.at(name, 0)[0]
    )
    city_of = outline.city_of
    here = tuple(
        code
        for code in found
        if ancestor(code, PROVINCE) == reading.province and (not reading.city or city_of[code] == reading.city)
    )
    return here if len(here) == 1 else ()


def _county(
    outline: Outline, reading: Reading, hints: Hints, book: RoadBook | None
) -> tuple[int, tuple[str, ...], Codes]:
    """The certain county (0 when there is none), why, and the counties that stayed possible."""
    streets = {ancestor(code, COUNTY) for code in reading.streets} if reading.street_strength >= VARIANT else set()
    named = reading.counties if reading.county_strength == EXACT else ()
    kind = "former_county" if reading.county_former else "address_county"
    if reading.street_elsewhere and named:
        both = (*named, *sorted(streets))
        backed = [code for code in both if reading.office and code in reading.office.counties]
        return (backed[0], ("office_county",), ()) if len(backed) == 1 else (0, ("contradiction",), both)
    if len(named) == 1:
        return named[0], (kind,), ()
    if len(streets) == 1:
        return streets.pop(), (kind, "address_street") if named else ("address_street",), ()
    possible = named or tuple(sorted(streets))
    if not possible and hints.county:
        stated = _stated(outline, reading, hints.county)
        if len(stated) == 1:
            return stated[0], ("hint_county",), ()
        possible = stated
    votes = _votes(outline, reading, hints)
    road = _road_county(outline, reading, book, possible)
    if road:
        against = [code for code, why in votes.items() if code != road and len(why) > 1]
        if not against and not (reading.office and reading.office.plain and road not in reading.office.counties):
            return road, (kind, "road") if named else ("road",), ()
    if road:
        votes.setdefault(road, []).append("road")
    allowed = {code: why for code, why in votes.items() if not possible or code in possible}
    return _elected(outline, reading, allowed, possible, book)


def _elected(
    outline: Outline, reading: Reading, votes: dict[int, list[str]], possible: Codes, book: RoadBook | None
) -> tuple[int, tuple[str, ...], Codes]:
    """The county on which at least two weak sources agree, or for which one office speaks alone."""
    ranked = sorted(votes.items(), key=lambda item: (-len(item[1]), item[0]))
    others = possible or tuple(code for code, _ in ranked)
    if not ranked:
        return 0, (), others
    best, why = ranked[0]
    if len(ranked) > 1 and len(ranked[1][1]) == len(why):
        return 0, (), others
    if len(why) > 1:
        return best, tuple(why), ()
    if len(ranked) == 1 and (
        (why == ["office_county"] and _reliable(outline, reading, best, book))
        or (why == ["short_county"] and not outline.is_district(best))
        or (why == ["short_street"] and reading.city_named and zone_end(reading.text, reading.at))
    ):
        return best, tuple(why), ()
    return 0, tuple(why), others


def _reliable(outline: Outline, reading: Reading, county: int, book: RoadBook | None) -> bool:
    """Whether the office of ``county`` registers nearly only what lies in its county."""
    share, rows = book.share(reading.office_digits * 10**6, "", county) if book else (0.0, 0)
    if rows >= OFFICE_ROWS:
        return share >= OFFICE_SHARE
    return not outline.is_district(county)


def _stated(outline: Outline, reading: Reading, name: str) -> Codes:
    found = outline.counties.get(name) or outline.short_counties.get(name)
    return tuple(
        code
        for code in found
        if ancestor(code, PROVINCE) == reading.province and (not reading.city or outline.city_of[code] == reading.city)
    )


def _road_county(outline: Outline, reading: Reading, book: RoadBook | None, possible: Codes) -> int:
    """The county that other rows taught for the road: of the possible ones, else of the city's districts, else of all.

    Only districts come into question where an address names nothing below the city and a district's or the city's own
    office registered it: who sits in a county or county-level city of the city says so.
    """
    if book is None:
        return 0
    area, office = reading.city or reading.province, reading.office
    among: Codes = ()
    if reading.city_named and not reading.streets and office and all(map(outline.is_district, office.counties)):
        among = tuple(filter(outline.is_district, outline.counties_of.get(reading.city, ())))
    for token in tokens(reading.text, reading.at):
        county = book.says(area, token, possible) or (0 if possible else book.says(area, token))
        if not county and among and not possible:
            county = book.says(area, token, among)
            if county and book.share(area, token, county)[0] < DISTRICT_SHARE:
                county = 0
        if county:
            return county
    if len(possible) > 1 and reading.county_name:
        return _mostly(book, area, f"={reading.county_name}", possible)
    return 0


def _mostly(book: RoadBook, area: int, token: str, possible: Codes) -> int:
    """Which of ``possible`` nearly all rows with ``token`` were in; 0 when too few were or they differ."""
    for county in possible:
        share, rows = book.share(area, token, county)
        if rows >= OFFICE_ROWS and share >= OFFICE_SHARE:
            return county
    return 0


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


def _within(reading: Reading, county: int, evidence: tuple[str, ...], book: RoadBook | None) -> Placement:
    """The placement in a certain county, as deep as its streets and villages are certain."""
    here = tuple(code for code in reading.streets if ancestor(code, COUNTY) == county)
    if len(here) == 1:
        why = "address_street" if reading.street_strength >= VARIANT else "short_street"
        if why not in evidence:
            evidence = (*evidence, why)
        if reading.village and ancestor(reading.village, STREET) == here[0]:
            why = "address_village" if reading.village_strength == EXACT else "short_village"
            return Placement(reading.village, VILLAGE, True, (*evidence, why))
        return Placement(here[0], STREET, True, evidence)
    if here:
        options = tuple(Alternative(code, STREET, round(1 / len(here), 3)) for code in here[:MOST_ALTERNATIVES])
        return Placement(county, COUNTY, True, evidence, options)
    if book is not None:
        for token in tokens(reading.text, reading.at):
            street = book.says(county, token)
            if street:
                return Placement(street, STREET, True, (*evidence, "road") if "road" not in evidence else evidence)
    if reading.village and ancestor(reading.village, COUNTY) == county and not reading.streets:
        return Placement(county, COUNTY, True, evidence, (Alternative(reading.village, VILLAGE, 0.9),))
    return Placement(county, COUNTY, True, evidence)
