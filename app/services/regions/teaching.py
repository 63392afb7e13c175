"""What one row teaches: its road and its office, if the row itself is beyond doubt where it is."""

from collections.abc import Iterator
from typing import Final

from app.services.regions.address import Reading
from app.services.regions.facts import COUNTY, STREET, Hints, ancestor
from app.services.regions.gazetteer import Gazetteers
from app.services.regions.matching import EXACT, VARIANT
from app.services.regions.reading import read
from app.services.regions.roads import ZONES, RoadBook, road_of, tokens

COMMON: Final = 5
EVERYWHERE: Final = 12
"""A road's name known in so many areas (counties and cities) is no evidence, or not even with a house number."""
COUNTYS: Final = "县"


def learn(gazetteers: Gazetteers, book: RoadBook, address: str | None, hints: Hints) -> None:
    """Teach ``book`` what one row says of its road and its registering office; call ``book.settle`` after the last."""
    reading = read(gazetteers, address, hints)
    area = reading.city or reading.province
    county, street = _spoken(reading)
    if not county:
        if townless(reading):
            book.wait(area, reading.county_name, reading.counties, tuple(rest(reading)))
        return
    if reading.office_digits:
        book.learn(reading.office_digits * 10**6, "", county)
    if reading.county_name:
        book.learn(area, f"={reading.county_name}", county)
    if reading.village_elsewhere:
        book.learn(county, division(street, reading.village_elsewhere), reading.village_elsewhere)
    for token in rest(reading):
        book.learn(area, token, county)
        if street and not reading.village_elsewhere:
            book.learn(county, token, street)


def division(street: int, village: int) -> str:
    """The token under which villages are counted that addresses still give to ``street``."""
    return f"{street}>{ancestor(village, STREET)}"


def rest(reading: Reading) -> Iterator[str]:
    """What the rest of the address names, the most telling first.

    Under a town of the past its roads are its own, and so is the town. A county's development zone is another than the
    city's of the same kind: it is marked.
    """
    town = reading.former_town
    mark = town or (COUNTYS if reading.counties and not reading.zone_of_city else "")
    for token in tokens(reading.text, reading.at, city_wide=not reading.counties):
        yield f"{mark}{token}" if town or token[-1] in ZONES else token
    if town:
        yield town
    if reading.zone:
        yield f"{mark}{reading.zone}"


def trusted(book: RoadBook, token: str, *, outlying: bool = False) -> bool:
    """Whether a token may decide for an address that names nothing below.

    Rows teach a road by naming its town; rows that name no town are mostly in the seat. So a road's name that many
    counties have says little, and neither a road nor a block leads to an ``outlying`` town: only a house number does.
    """
    road = road_of(token)
    if not road:
        return True
    if token[-1] == "号":
        return not book.is_common(road, EVERYWHERE)
    return not outlying and not book.is_common(road, COMMON)


def townless(reading: Reading) -> bool:
    """Whether the address names a divided county and no town of it, of today or of the past."""
    return (
        len(reading.counties) > 1
        and bool(reading.county_name)
        and not (reading.streets or reading.former_town or reading.mentioned)
    )


def _spoken(reading: Reading) -> tuple[int, int]:
    """The county and street that the address states in full, 0 each where it does not.

    A town of the past is in the street of its village, if only one street of the county has a village of this name.
    """
    streets = reading.streets if reading.street_strength >= VARIANT else ()
    named = {ancestor(code, COUNTY) for code in streets}
    if len(named) == 1 and not reading.street_elsewhere:
        return named.pop(), streets[0] if len(streets) == 1 else 0
    in_village = reading.former_town and reading.village_strength == EXACT
    if len(reading.counties) == 1 and reading.county_strength == EXACT and not reading.street_elsewhere:
        return reading.counties[0], ancestor(reading.village, STREET) if in_village else 0
    if in_village and reading.county_strength == EXACT:
        return ancestor(reading.village, COUNTY), ancestor(reading.village, STREET)
    return 0, 0
