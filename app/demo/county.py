"""The made-up county: organisations one after another, never all at once in memory."""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final, NamedTuple

from app.demo import dirt
from app.demo.codes import maker
from app.demo.kinds import Form, drawn
from app.demo.party import Known
from app.demo.places import WUJIANG, Place, found, temper
from app.demo.truth import Organization, Row
from app.demo.words import FIRST, LAST, MIDDLE, ROAD_HEADS, ROAD_TAILS, SURNAMES, YARDS

SLOTS: Final = 4096
BRANDS: Final = len(FIRST) * len(MIDDLE) * len(LAST)
TURNS: Final = 8
"""How often a brand is used, each time with another trade."""
OFFICE: Final = "320509"
CITY_OFFICE: Final = "320500"
RETIRED_OFFICE: Final = "320584"
"""The county's code while it was a county-level city, until 2012; codes of that time keep it."""
RETIRED_UNTIL: Final = date(2012, 9, 1)
FIRST_DAY: Final = date(1986, 1, 1)
LAST_DAY: Final = date(2026, 6, 30)


class Spot(NamedTuple):
    """Where an organisation may sit: a village, or a town's area outside its villages."""

    town: str
    village: str
    roads: tuple[str, ...]
    code: int
    level: int


def roads_of(index: int) -> tuple[str, ...]:
    """The dozen roads of the town at `index` (below 30). No road is in two: it can be learnt to mean its town."""
    heads, tails = len(ROAD_HEADS), len(ROAD_TAILS)
    turns = range(index * 12, index * 12 + 12)
    return tuple(ROAD_HEADS[k % heads] + ROAD_TAILS[(k // heads + k) % tails] for k in turns)


def spots(place: Place) -> list[Spot]:
    """`SLOTS` places to draw from; towns differ in size, and a third of the addresses name no village."""
    weights = {town.code: (len(town.villages) + 6) * (0.4 + 2 * temper(town.code, "size")) for town in place.towns}
    total = sum(weights.values())
    filled: list[Spot] = []
    reached = 0.0
    for index, town in enumerate(place.towns):
        reached += weights[town.code]
        roads = roads_of(index)
        here = [Spot(town.name, village.words, roads, village.code, 5) for village in town.villages]
        plain = Spot(town.name, "", roads, town.code, 4)
        while len(filled) < round(reached / total * SLOTS):
            turn = len(filled)
            filled.append(here[turn * 7 % len(here)] if here and turn % 3 else plain)
    return filled


def days() -> list[tuple[str, bool]]:
    """Registration days to draw from, later years more often, each with whether the county still had its old code."""
    span = (LAST_DAY - FIRST_DAY).days
    chosen = (FIRST_DAY + timedelta(days=int(span * (n / 8192) ** 0.45)) for n in range(8192))
    return [(day.isoformat(), day < RETIRED_UNTIL) for day in chosen]


CAPITALS: Final[dict[str, tuple[str, ...]]] = {
    "none": ("N/A",),
    "small": ("10万人民币", "30万人民币", "50万人民币", "50(万元人民币)", "100万人民币", "20.00(万)", "N/A"),
    "middle": (
        "100万人民币",
        "200(万元人民币)",
        "500万人民币",
        "508.8(万元人民币)",
        "1,000(万元人民币)",
        "300.0000(万)",
    ),
    "large": ("1,000万人民币", "2000(万元人民币)", "5,000(万元人民币)", "120(万美元)", "12000万人民币", "3,500(万)"),
    "yuan": ("N/A", "2万人民币", "5(万元人民币)", "80000人民币元", "10.00(万)", "N/A"),
}


def brand(number: int) -> str:
    """A three-syllable name; numbers below `BRANDS` (about 127,000) give different ones."""
    number, last = divmod(number, len(LAST))
    number, middle = divmod(number, len(MIDDLE))
    return FIRST[number % len(FIRST)] + MIDDLE[middle] + LAST[last]


def organizations(place: Place, count: int, seed: int) -> Iterator[Organization]:
    """`count` organisations. Codes never repeat; names do not either below six million organisations."""
    draw = random.Random(f"county {seed}").random  # noqa: S311 - made-up data needs repeatable numbers, not secret ones
    code = maker(seed)
    forms, where, when = drawn(SLOTS), spots(place), days()
    aboves = aboves_of(place)
    city, province = place.city.removesuffix("市"), place.province.removesuffix("省")
    for number in range(count):
        form: Form = forms[int(draw() * SLOTS)]
        spot = where[int(draw() * SLOTS)]
        since, early = when[int(draw() * 8192)]
        x = int(draw() * (1 << 30))
        walk, place_in_walk = divmod(number, BRANDS * TURNS)
        turn, low = divmod((place_in_walk * 50_021 + seed) % (BRANDS * TURNS), BRANDS)
        trade = form.trades[(low * 31 + turn) % len(form.trades)]
        # A trade list too short to tell eight turns apart, or a second walk: one more syllable keeps names different.
        more = "" if walk == 0 and len(form.trades) >= TURNS else MIDDLE[(walk * TURNS + turn) % len(MIDDLE)]
        name = form.pattern.format(
            province=province,
            city=city,
            place=place.name,
            short=place.name[:-1],
            town=spot.town,
            brand=brand(low) + more,
            surname=SURNAMES[x % len(SURNAMES)],
            trade=trade.word,
        )
        office = CITY_OFFICE if x % 17 == 0 else RETIRED_OFFICE if early else OFFICE
        capitals = CAPITALS[form.capital]
        door = f"{spot.roads[(x >> 4) % 12]}{(x >> 8) % 899 + 1}号"
        if x % 11 == 0:
            door += f"{YARDS[(x >> 5) % len(YARDS)]}{(x >> 9) % 18 + 1}幢"
        yield Organization(
            uscc=code(form.prefix + office, number),
            name=name,
            kind=form.kind,
            industry=trade.industry,
            since=since,
            registered=form.registered,
            capital=capitals[(x >> 6) % len(capitals)],
            business=trade.scope,
            above=aboves[(x >> 12) % len(aboves)],
            town=spot.town,
            village=spot.village,
            door=door,
            region_code=spot.code,
            region_level=spot.level,
        )


def aboves_of(place: Place) -> tuple[str, ...]:
    """The ways a register writes what stands above the town, in proportion."""
    full = place.province + place.city + place.name
    from_city = place.city + place.name
    return (full, full, full, from_city, from_city, from_city, from_city, place.name)


class County(NamedTuple):
    """A made-up county of `size` organisations."""

    place: Place
    size: int
    seed: int

    def organizations(self) -> Iterator[Organization]:
        """What is true, in the order of the file."""
        return organizations(self.place, self.size, self.seed)

    def known(self) -> Iterator[Known]:
        """The same organisations, as party facts and branches are invented from them."""
        for o in self.organizations():
            yield Known(o.uscc, o.name, o.kind, o.industry, o.region_code, o.region_level)

    def registrations(self) -> Iterator[Row]:
        """The rows of the market regulator's file, dirt included, in the order of `truth.HEADERS`."""
        province = self.place.province.removesuffix("省")
        city = self.place.city.removesuffix("市")
        return dirt.soiled(self.organizations(), province, city, self.seed)

    def dirt(self) -> dict[str, int]:
        """How many rows of each sort of dirt `registrations` holds."""
        return dirt.counted(self.size, self.seed)

    def rows(self) -> int:
        """How many rows `registrations` gives: repeated ones come on top of the organisations."""
        return self.size + sum(number for sort, number in self.dirt().items() if sort in dirt.REPEATING)


def make(size: int, seed: int) -> County:
    """A county of `size` organisations; equal arguments give equal bytes."""
    return County(found(WUJIANG), size, seed)
