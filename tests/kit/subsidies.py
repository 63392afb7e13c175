"""A slow, separate reckoning of subsidies: a day at a time, by fractions, from the words of the rules.

It shares no code with the application: neither how a scheme is found, nor how days are counted, nor how is rounded.
Also random histories to hold the two against each other.
"""

import random
from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from math import floor
from uuid import UUID

ROLES = ("secretary", "deputy_secretary", "committee_member", "full_time_worker", "instructor", "liaison")
BANDS = ("excellent", "competent", "basic", "incompetent")
WIDTH = {0: 12, 1: 10, 2: 8, 3: 6, 4: 3, 5: 0}  # digits below a level


@dataclass(frozen=True, slots=True)
class Scheme:
    """A scheme as somebody laid it down: for a region, from a day on."""

    name: str
    region: tuple[int, int]
    since: date
    fen: Mapping[str, int | None]
    percent: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Held:
    """A role held, the last day excluded."""

    key: UUID
    role: str
    since: date
    until: date | None
    region: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Reckoned:
    """What came of a month."""

    fen: int
    paid: Mapping[date, tuple[UUID, str]]  # which role by which scheme
    unpaid: Mapping[str, int]


def scheme_of(schemes: Sequence[Scheme], region: tuple[int, int], day: date) -> Scheme | None:
    """The newest one of the deepest region around a place that had one by the day."""
    code, level = region
    best: Scheme | None = None
    for each in schemes:
        theirs, depth = each.region
        unit = 10 ** WIDTH[depth]
        if depth > level or code // unit * unit != theirs or each.since > day:
            continue
        if best is None or (depth, each.since) > (best.region[1], best.since):
            best = each
    return best


def band_of(bands: Sequence[tuple[date, str]], day: date) -> str:
    """The band of the last review that was decided by a day."""
    told = "unreviewed"
    for since, band in sorted(bands):
        if since <= day:
            told = band
    return told


def reckon(
    held: Sequence[Held], bands: Sequence[tuple[date, str]], year: int, month: int, schemes: Sequence[Scheme]
) -> Reckoned:
    """One worker's month."""
    length = monthrange(year, month)[1]
    total = Fraction(0)
    paid: dict[date, tuple[UUID, str]] = {}
    unpaid: dict[str, int] = {}
    for number in range(1, length + 1):
        day = date(year, month, number)
        today = [each for each in held if each.since <= day and (each.until is None or day < each.until)]
        offers = []
        for each in today:
            scheme = scheme_of(schemes, each.region, day)
            fen = None if scheme is None else scheme.fen[each.role]
            if scheme is not None and fen is not None:
                worth = Fraction(fen * scheme.percent[band_of(bands, day)], 100)
                offers.append((worth, -ROLES.index(each.role), -each.key.int, each.key, scheme.name))
        if offers:
            worth, _, _, key, name = max(offers)
            total += worth / length
            paid[day] = (key, name)
        else:
            for role in {each.role for each in today}:
                unpaid[role] = unpaid.get(role, 0) + 1
    return Reckoned(floor(total + Fraction(1, 2)), paid, unpaid)


COUNTY = 330106000000
REGIONS = ((0, 0), (330000000000, 1), (330100000000, 2), (COUNTY, 3), (330108000000, 3), (COUNTY + 1000, 4))


def random_schemes(told: random.Random, around: date, count: int) -> list[Scheme]:
    """Schemes of some regions, some from a day in the middle of a month, some that leave roles out."""
    found: dict[tuple[tuple[int, int], date], Scheme] = {}
    for number in range(count):
        region = told.choice(REGIONS)
        since = around + timedelta(days=told.randrange(-200, 60))
        found[region, since] = Scheme(
            f"treatment-{number + 1}",
            region,
            since,
            {role: told.choice((None, 0, told.randrange(1, 300_000), 50_000)) for role in ROLES},
            {band: told.choice((0, 50, 80, 100, 120, 133)) for band in (*BANDS, "unreviewed")},
        )
    return list(found.values())


def random_held(told: random.Random, around: date, most: int) -> list[Held]:
    """Roles that overlap, begin and end in the middle of a month, or still run."""
    found = []
    for _ in range(told.randrange(most + 1)):
        since = around + timedelta(days=told.randrange(-120, 70))
        until = None if told.random() < 0.3 else since + timedelta(days=told.randrange(0, 150))
        key = UUID(int=told.getrandbits(128))
        found.append(Held(key, told.choice(ROLES), since, until, told.choice(REGIONS)))
    return found


def random_bands(told: random.Random, around: date, most: int) -> list[tuple[date, str]]:
    """Reviews decided on different days."""
    days = {around + timedelta(days=told.randrange(-400, 60)) for _ in range(told.randrange(most + 1))}
    return [(day, told.choice(BANDS)) for day in sorted(days)]
