"""The plan: how near to the best small organisations are grouped, how long that takes, beside plain greedy by street.

Counties of 10,000 and 50,000 generated organisations, 18 in a hundred with one or two members; half have coordinates,
which are spread around their community. Of a real register file the county with the most organisations, its members
made up; it has no coordinates. Times are processor seconds of one core: the solver uses one.
"""

import random
import time
import tracemalloc
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

from app.services.planning.costs import ground
from app.services.planning.facts import Limits, Small
from app.services.planning.solving import solve
from app.services.regions.facts import COUNTY, STREET, VILLAGE, ancestor
from app.services.regions.resolving import resolve
from app.services.regions.roads import RoadBook
from app.services.regions.teaching import learn
from tests.bench.place_resolution import gazetteers, records
from tests.bench.table import Asked, Row

SIZES = (10_000, 50_000)
FEW = 0.18  # of organisations have one or two members
LIMITS = Limits()
NEAR = Limits(farthest=700)  # a community and a little more: many then have nobody to join with
FIRST_COUNTY = 330106000000
TRADES = ("C131", "C135", "C171", "C331", "C348", "F513", "F517", "F521", "H621", "I651", "L725", "M748", "O811", None)


def generated(size: int, seed: int = 1, county: int = FIRST_COUNTY) -> list[Small]:
    """The small organisations of a county of so many: a street holds about 1,500, a community 120, a building 12."""
    told = random.Random(seed)
    streets = max(4, size // 1_500)
    weights = [1 / (place + 2) for place in range(streets)]
    found = []
    for _ in range(int(size * FEW)):
        (street,) = told.choices(range(streets), weights)
        community = told.randrange(12)
        code = county + (street + 1) * 1_000
        known = told.random() < 0.8
        host = (code + community) * 100 + told.randrange(8) if known and told.random() < 0.3 else None
        across, up = street % 6 * 0.05 + community % 4 * 0.01, street // 6 * 0.05 + community // 4 * 0.01
        placed = told.random() < 0.5
        found.append(
            Small(
                told.choice((1, 1, 1, 2, 2)), county, code, code + community + 1 if known else None, host,
                told.choice(TRADES),
                120 + across + told.gauss(0, 0.003) if placed else None,
                30 + up + told.gauss(0, 0.003) if placed else None,
            )
        )  # fmt: skip
    return ordered(found)


def ordered(found: list[Small]) -> list[Small]:
    """As the database hands them out: by region."""
    return sorted(found, key=lambda each: (each.county, each.street or 0, each.community or 0))


def greedy(organizations: Sequence[Small]) -> tuple[int, float]:
    """What a clerk would do: down the list of each street, closing a group at three members. Covered, metres."""
    streets: dict[tuple[int, int | None], list[Small]] = defaultdict(list)
    for each in organizations:
        streets[each.county, each.street].append(each)
    covered, metres = 0, 0.0
    for mine in streets.values():
        group: list[Small] = []
        groups: list[list[Small]] = []
        for each in mine:
            group.append(each)
            if len(group) > 1 and sum(one.members for one in group) >= LIMITS.minimum:
                groups.append(group)
                group = []
        if group and groups and len(groups[-1]) + len(group) <= LIMITS.most:
            groups[-1] = groups[-1] + group
        for group in groups:
            covered += len(group)
            ways = ground(group).all_ways()
            metres += float(ways.sum()) / (len(group) - 1)
    return covered, metres


def measured(name: str, organizations: list[Small]) -> tuple[list[Row], float]:
    """The rows of one county, and the seconds."""
    began = time.process_time()
    found = solve(organizations, [], LIMITS)
    took = time.process_time() - began
    tracemalloc.start()
    solve(organizations, [], LIMITS)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    covered, metres = greedy(organizations)
    few = len(organizations)
    # Greedy covers fewer at times: it is compared by the mean way of those it covers.
    rows = [
        Row(f"plan: covered of {few:,} small, {name}, the bound as floor", found.covered, "", found.coverable,
            found.covered / found.coverable, "higher"),
        Row(f"plan: covered, {name}, greedy by street as floor", found.covered, "", covered, found.covered / covered,
            "higher"),
        Row(f"plan: distance, {name}, the bound as floor", found.distance / 1000, "km", found.least_distance / 1000,
            found.distance / found.least_distance, "lower"),
        Row(f"plan: mean way of the covered, {name}, greedy by street as floor", found.distance / found.covered, "m",
            metres / covered, found.distance / found.covered / (metres / covered), "lower"),
        Row(f"plan: memory, {name}", peak / 2**20, "MiB", None, None, "lower"),
    ]  # fmt: skip
    return rows, took


def densest(path: Path) -> tuple[int, list[Small]]:
    """How many organisations the register's largest county has, and the small ones of them, members made up."""
    rows, places, book = records(path), gazetteers(), RoadBook()
    for row in rows:
        learn(places, book, *row)
    book.settle()
    placed = [place for row in rows if (place := resolve(places, *row, book)).level >= COUNTY]
    ((county, size),) = Counter(ancestor(place.code, COUNTY) for place in placed).most_common(1)
    told = random.Random(1)
    found = []
    for place in placed:
        if ancestor(place.code, COUNTY) == county and told.random() < FEW:
            street = ancestor(place.code, STREET) if place.level >= STREET else None
            community = place.code if place.level == VILLAGE else None
            found.append(Small(told.choice((1, 1, 1, 2, 2)), county, street, community, None, told.choice(TRADES)))
    return size, ordered(found)


def run(asked: Asked) -> list[Row]:
    """The rows of this measurement."""
    rows: list[Row] = []
    seconds = {}
    for size in SIZES:
        name = f"a county of {size:,}"
        mine, took = measured(name, generated(size))
        rows += mine
        seconds[size] = took
    small, large = (seconds[size] for size in SIZES)
    rows.append(Row(f"plan: processor time, a county of {SIZES[0]:,}", small, "s", None, None, "lower"))
    rows.append(
        Row(f"plan: processor time for each organization, a county of {SIZES[1]:,}, one of {SIZES[0]:,} as floor",
            large / SIZES[1] * 1e6, "µs", small / SIZES[0] * 1e6, large / SIZES[1] / (small / SIZES[0]), "lower")
    )  # fmt: skip
    near = solve(generated(SIZES[0]), [], NEAR)
    rows.append(
        Row(f"plan: covered when no two of a group may be over {NEAR.farthest} m apart, the bound as floor",
            near.covered, "", near.coverable, near.covered / near.coverable, "higher")
    )  # fmt: skip
    began = time.process_time()
    many = [each for number in range(5) for each in generated(SIZES[0], number, FIRST_COUNTY + number * 1_000_000)]
    solve(many, [], LIMITS)
    took = time.process_time() - began
    rows.append(
        Row("plan: processor time, five counties of 10,000, five times one as floor", took, "s", small * 5,
            took / small / 5, "lower")
    )  # fmt: skip
    if asked.register is not None:
        size, found = densest(asked.register)
        mine, took = measured(f"the real register's largest county ({size:,})", found)
        rows += mine
        rows.append(Row("plan: processor time, the real register's largest county", took, "s", None, None, "lower"))
    return rows
