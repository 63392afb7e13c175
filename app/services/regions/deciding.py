"""Which county an address lies in: what decides alone, what only together, and what stays possible."""

from typing import Final, NamedTuple

from app.services.regions.address import Reading
from app.services.regions.facts import COUNTY, PROVINCE, Hints, ancestor
from app.services.regions.matching import EXACT, SHORT, VARIANT, Codes
from app.services.regions.names import zone_end
from app.services.regions.outline import Outline
from app.services.regions.roads import RoadBook
from app.services.regions.teaching import rest, townless, trusted

OFFICE_SHARE: Final = 0.97
"""How often a district's office must have registered what lies in its own district before it decides alone."""
OFFICE_ROWS: Final = 20
"""The same holds for the name of a divided county: once that many rows have shown whose ground it mostly means."""
DISTRICT_SHARE: Final = 0.6
"""What a district must have of a road's rows in the whole city, where only the city's districts come into question."""
LEAST_ROWS: Final = 2
"""What names only a city needs more than one row to know its county, however small the place."""
LEANING: Final = 0.8
"""The share of a road's rows that makes it one weak source among others."""


class Judged(NamedTuple):
    """The certain county (0 when there is none), why, and the counties that stayed possible."""

    county: int
    evidence: tuple[str, ...]
    possible: Codes


def county_of(outline: Outline, reading: Reading, hints: Hints, book: RoadBook | None) -> Judged:
    """The certain county, from the strongest source down to the agreement of weak ones."""
    streets = {ancestor(code, COUNTY) for code in reading.streets} if reading.street_strength >= VARIANT else set()
    named = reading.counties if reading.county_strength == EXACT else ()
    kind = "former_county" if reading.county_former else "address_county"
    if reading.street_elsewhere and named:
        both = (*named, *sorted(streets))
        backed = [code for code in both if reading.office and code in reading.office.counties]
        return Judged(backed[0], ("office_county",), ()) if len(backed) == 1 else Judged(0, ("contradiction",), both)
    if len(named) == 1:
        return Judged(named[0], (kind,), ())
    if len(streets) == 1:
        return Judged(streets.pop(), (kind, "address_street") if named else ("address_street",), ())
    only = outline.counties_of.get(reading.city, ())
    if reading.city and len(only) == 1:
        return Judged(only[0], ("only_county",), ())
    possible = named or tuple(sorted(streets))
    if not possible and hints.county:
        stated = _stated(outline, reading, hints.county)
        if len(stated) == 1:
            return Judged(stated[0], ("hint_county",), ())
        possible = stated
    votes = _votes(outline, reading, hints)
    road, lean = _road(outline, reading, book, possible)
    if road:
        against = [code for code, why in votes.items() if code != road and len(why) > 1]
        if not against and not (reading.office and reading.office.plain and road not in reading.office.counties):
            return Judged(road, (kind, "road") if named else ("road",), ())
    if lean:
        votes.setdefault(lean, []).append("road")
    allowed = {code: why for code, why in votes.items() if not possible or code in possible}
    return _elected(outline, reading, allowed, possible, book)


def _elected(
    outline: Outline, reading: Reading, votes: dict[int, list[str]], possible: Codes, book: RoadBook | None
) -> Judged:
    """The county on which at least two weak sources agree, or for which one office speaks alone."""
    ranked = sorted(votes.items(), key=lambda item: (-len(item[1]), item[0]))
    others = possible or tuple(code for code, _ in ranked)
    if not ranked:
        return Judged(0, (), others)
    best, why = ranked[0]
    if len(ranked) > 1 and len(ranked[1][1]) == len(why):
        return Judged(0, (), others)
    if len(why) > 1:
        return Judged(best, tuple(why), ())
    if len(ranked) == 1 and (
        (why == ["office_county"] and _reliable(outline, reading, best, book))
        or (why == ["short_county"] and not outline.is_district(best))
        or (why == ["short_street"] and zone_end(reading.text, reading.at))
    ):
        return Judged(best, tuple(why), ())
    return Judged(0, tuple(why), others)


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
    elif len(reading.mentioned) == 1:
        vote(reading.mentioned, "short_street")
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


def _road(outline: Outline, reading: Reading, book: RoadBook | None, possible: Codes) -> tuple[int, int]:
    """The county that other rows taught for the road, and the one they merely lean to; 0 each where they do not.

    Asked are the possible counties, else the city's districts, else all. Only districts come into question where an
    address names nothing below the city and a district's or the city's own office registered it: who sits in a county
    or county-level city of the city says so.
    """
    if book is None:
        return 0, 0
    area, office, lean = reading.city or reading.province, reading.office, 0
    districts: Codes = ()
    if reading.city_named and not reading.streets and office and all(map(outline.is_district, office.counties)):
        districts = tuple(filter(outline.is_district, outline.counties_of.get(reading.city, ())))
    for token in rest(reading):
        county = book.says(area, token, possible or (() if token.endswith("区") else districts))
        if not county and districts and not possible:
            county = book.says(area, token, districts, fewer=1)
        share, rows = book.share(area, token, county) if county else (0.0, 0)
        if county and not possible and (rows < LEAST_ROWS or share < DISTRICT_SHARE):
            county = 0
        if county and (trusted(book, token) or rows >= OFFICE_ROWS):
            return county, county
        lean = lean or book.leans(area, token, LEANING, possible or districts)
    if townless(reading):
        return _mostly(book, area, f"={reading.county_name}-", possible), lean
    if len(possible) > 1 and reading.county_name:
        return _mostly(book, area, f"={reading.county_name}", possible), lean
    return 0, lean


def _mostly(book: RoadBook, area: int, token: str, possible: Codes) -> int:
    """Which of ``possible`` nearly all rows with ``token`` were in; 0 when too few were or they differ."""
    for county in possible:
        share, rows = book.share(area, token, county)
        if rows >= OFFICE_ROWS and share >= OFFICE_SHARE:
            return county
    return 0
