"""The assignment: is it the best there is, how long does it take, what does it gain over nearest first.

Generated organisations and instructors of a city: streets with a few hundred organisations, instructors who have none
to two already and can take five in all. Once with coordinates, once with region codes alone, as in a real register,
where many ways are the same. Times are processor seconds of one core; memory is the process's own, at its peak.
"""

import multiprocessing
import random
import resource
import time
from collections.abc import Sequence

import numpy as np

from app.services.instructors.proposals.costs import field
from app.services.instructors.proposals.facts import POINT, Background, Outcome, Sender, Target, Weights
from app.services.instructors.proposals.greedy import nearest_first
from app.services.instructors.proposals.objective import objective
from app.services.instructors.proposals.solving import outcome, solve
from tests.bench.table import Asked, Row

SIZES = ((4_000, 800), (4_000, 1_200), (20_000, 4_000))
"""The middle one has room to spare, so that loads can differ."""
MOST = 5
TRADES = ("C13", "C17", "C33", "C34", "F51", "F52", "H62", "I65", "L72", "M74", "O81", "E50")
PROVINCE, CITY, FIRST_COUNTY = 330000000000, 330100000000, 330102000000
STREETS = 60  # of a county at most


def generated(
    organizations: int, instructors: int, seed: int = 1, placed: float = 1.0
) -> tuple[list[Target], list[Sender]]:
    """A city with so many of both; `placed` is the share that has coordinates."""
    told = random.Random(seed)
    streets = max(4, organizations // 300)
    centres = [(120 + told.uniform(-0.3, 0.3), 30 + told.uniform(-0.3, 0.3)) for _ in range(streets)]
    weights = [1 / (place + 3) for place in range(streets)]

    def where(street: int, known: bool) -> tuple[int | None, ...]:
        county = FIRST_COUNTY + street // STREETS * 1_000_000
        code = county + (street % STREETS + 1) * 1_000
        return PROVINCE, CITY, county, code, code + told.randrange(10) + 1 if known else None

    def point(street: int) -> tuple[float | None, float | None]:
        across, up = (middle + told.gauss(0, 0.012) for middle in centres[street])
        return (across, up) if told.random() < placed else (None, None)

    targets = []
    for _ in range(organizations):
        (street,) = told.choices(range(streets), weights)
        across, up = point(street)
        known = (told.randrange(instructors),) if told.random() < 0.05 else ()
        trade = told.choice(TRADES) if told.random() < 0.9 else None
        asks = told.choice((Background.business, Background.business, Background.public, None))
        targets.append(Target(where(street, told.random() < 0.8), trade, asks, across, up, known))
    senders = []
    for _ in range(instructors):
        street, load = told.randrange(streets), told.choice((0, 0, 0, 1, 2))
        across, up = point(street)
        trades = tuple(told.sample(TRADES, told.randrange(3)))
        knows = frozenset({told.choice(tuple(Background))})
        senders.append(Sender(where(street, True), MOST - load, load, trades, knows, across, up))
    targets.sort(key=lambda each: tuple(code or 0 for code in each.regions))  # as the database hands them out
    return targets, senders


def clerk(targets: Sequence[Target], senders: Sequence[Sender]) -> Outcome:
    """What nearest first comes to."""
    told = field(targets, senders, Weights())
    room, load = (np.array([getattr(each, name) for each in senders]) for name in ("room", "load"))
    return outcome(told, objective(told, room, load), nearest_first(told, room))


def peak() -> float:
    """The most memory this process ever had, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measured(asked: tuple[int, int, float]) -> tuple[list[Row], float]:
    """The rows of one task, solved in a process of its own, and the seconds."""
    organizations, instructors, placed = asked
    targets, senders = generated(organizations, instructors, placed=placed)
    began = time.process_time()
    found = solve(targets, senders, Weights())
    took = time.process_time() - began
    memory = peak()
    greedy, ours, proof = clerk(targets, senders), found.outcome, found.certificate
    name = f"{organizations:,} × {instructors:,}" + ("" if placed else " without coordinates")
    ways = [each.way * POINT / each.covered for each in (ours, greedy)]
    points = [each.cost * POINT / each.covered for each in (ours, greedy)]
    spread = [_spread(each, instructors, senders) for each in (ours, greedy)]
    rows = [
        Row(f"assignment: objective, {name}, the bound over all {proof.pairs / 1e6:,.1f} million pairs as floor",
            proof.primal, "", proof.dual, proof.primal / proof.dual, "lower"),
        Row(f"assignment: processor time, {name}", took, "s", None, None, "lower"),
        Row(f"assignment: peak memory, {name}", memory, "MiB", None, None, "lower"),
        Row(f"assignment: pairs written down at once, {name}, all pairs as floor", proof.written, "", proof.pairs,
            proof.written / proof.pairs, "lower"),
        Row(f"assignment: covered, {name}, nearest first as floor", ours.covered, "", greedy.covered,
            ours.covered / greedy.covered, "higher"),
        Row(f"assignment: mean distance, {name}, nearest first as floor", ways[0], "m", ways[1], ways[0] / ways[1],
            "lower"),
        Row(f"assignment: mean cost of fit, {name}, nearest first as floor", points[0], "m", points[1],
            points[0] / points[1], "lower"),
        Row(f"assignment: spread of loads (standard deviation), {name}, nearest first as floor", spread[0], "",
            spread[1], spread[0] / spread[1] if spread[1] else None, "lower"),
    ]  # fmt: skip
    return rows, took


def _spread(told: Outcome, instructors: int, senders: Sequence[Sender]) -> float:
    mean = (told.covered + sum(each.load for each in senders)) / instructors
    return float(max(0.0, told.squares / instructors - mean * mean) ** 0.5)


def run(asked: Asked) -> list[Row]:
    """The rows of this measurement."""
    rows: list[Row] = []
    with multiprocessing.get_context("spawn").Pool(1, maxtasksperchild=1) as alone:
        for size in SIZES:
            for placed in (1.0, 0.0):
                rows += alone.apply(measured, ((*size, placed),))[0]
    return rows
