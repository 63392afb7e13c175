"""The solver against everything there is, against scipy's dense matching, and against wrong prices."""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from app.services.instructors.proposals import costs, pricing, solving, written
from app.services.instructors.proposals.costs import FORBIDDEN, field
from app.services.instructors.proposals.facts import Background, Sender, Solution, Target, Weights
from app.services.instructors.proposals.greedy import nearest_first
from app.services.instructors.proposals.objective import objective
from app.services.instructors.proposals.solving import solve
from tests.bench.assignment import generated
from tests.services.instructors.proposals import brute

TRADES = ("C13", "C17", "F51", "C", None)
COUNTIES = (330106, 330108, 330109)


@st.composite
def regions(draw: st.DrawFn) -> tuple[int | None, ...]:
    """Province to community, not always known so deep."""
    county = draw(st.sampled_from(COUNTIES))
    street = draw(st.sampled_from((None, 1, 2)))
    community = None if street is None else draw(st.sampled_from((None, 1)))
    return (
        33,
        3301,
        county,
        None if street is None else county * 1000 + street,
        None if street is None or community is None else county * 1_000_000 + street * 1000 + community,
    )


@st.composite
def targets(draw: st.DrawFn, workers: int, most: int) -> list[Target]:
    """A few organisations, some with coordinates, some where this or that worker was before or may not go."""
    places = st.lists(st.integers(0, max(0, workers - 1)), max_size=1 if workers else 0).map(tuple)
    found = []
    for _ in range(draw(st.integers(1, most))):
        placed = draw(st.booleans())
        found.append(
            Target(
                regions=draw(regions()),
                industry=draw(st.sampled_from(TRADES)),
                asks=draw(st.sampled_from((None, *Background))),
                longitude=120 + draw(st.integers(0, 90)) / 1000 if placed else None,
                latitude=30 + draw(st.integers(0, 90)) / 1000 if placed else None,
                known=draw(places),
                barred=draw(st.one_of(st.just(()), places)),
            )
        )
    return found


@st.composite
def senders(draw: st.DrawFn) -> list[Sender]:
    """Up to three workers, some without room."""
    found = []
    for _ in range(draw(st.integers(0, 3))):
        placed = draw(st.booleans())
        found.append(
            Sender(
                regions=draw(regions()),
                room=draw(st.integers(0, 3)),
                load=draw(st.integers(0, 2)),
                industries=tuple(draw(st.lists(st.sampled_from(("C13", "F51", "C")), max_size=2))),
                knows=frozenset(draw(st.lists(st.sampled_from(tuple(Background)), max_size=1))),
                longitude=120 + draw(st.integers(0, 90)) / 1000 if placed else None,
                latitude=30 + draw(st.integers(0, 90)) / 1000 if placed else None,
            )
        )
    return found


weights = st.builds(
    Weights,
    other_division=st.sampled_from((0, 10)),
    other_section=st.sampled_from((10, 30)),
    other_background=st.sampled_from((0, 10)),
    newcomer=st.sampled_from((0, 50)),
    farthest=st.sampled_from((None, None, 20, 60, 400)),
)


def check(mine: Sequence[Target], workers: Sequence[Sender], told: Weights, solution: Solution) -> None:
    """Nobody is sent where he may not go, or has no room for; the figures are those of the pairs."""
    counts = Counter(place for place in solution.chosen if place >= 0)
    assert all(counts[place] <= each.room for place, each in enumerate(workers))
    for row, place in enumerate(solution.chosen):
        if place >= 0:
            assert solution.costs[row] == brute.cost(mine[row], place, workers[place], told)
            assert solution.ways[row] == brute.way(mine[row], workers[place])
        else:
            assert solution.costs[row] == 0
    assert solution.outcome.covered == sum(counts.values())
    assert solution.outcome.cost == sum(solution.costs)
    assert solution.outcome.way == sum(solution.ways)
    assert solution.certificate.primal == solution.certificate.dual
    assert solution.certificate.proven


@settings(max_examples=120, deadline=None)
@given(st.data(), senders(), weights)
def test_a_handful_is_sent_in_the_best_of_all_ways(data: st.DataObject, workers: list[Sender], told: Weights) -> None:
    mine = data.draw(targets(len(workers), 5))
    solution = solve(mine, workers, told)
    check(mine, workers, told, solution)
    squares = sum((each.load + solution.chosen.count(place)) ** 2 for place, each in enumerate(workers))
    assert (len(mine) - solution.outcome.covered, solution.outcome.cost, squares) == brute.best(mine, workers, told)


@pytest.fixture
def starved(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few pairs at a time and small pieces, so that even a small task takes many rounds and learns from a part."""
    monkeypatch.setattr(written, "FIRST", 2)
    monkeypatch.setattr(written, "KEPT", 2)
    monkeypatch.setattr(written, "CLOSE", 0)
    monkeypatch.setattr(pricing, "ADDED", 1)
    monkeypatch.setattr(costs, "BLOCK", 7)
    monkeypatch.setattr(solving, "LARGE", 20)


def dense(mine: Sequence[Target], workers: Sequence[Sender], told: Weights) -> int:
    """The best objective by scipy's matching over the whole matrix, each worker as often as he has room."""
    seen = field(mine, workers, told)
    room = np.array([each.room for each in workers])
    load = np.array([each.load for each in workers])
    aim = objective(seen, room, load)
    turns = [(place, turn) for place, each in enumerate(workers) for turn in range(each.room)]
    block = np.concatenate([seen.block(rows) for rows in seen.blocks()]).astype(np.int64)
    matrix = np.full((len(mine), len(turns) + len(mine)), aim.nobody, dtype=np.float64)
    for column, (place, turn) in enumerate(turns):
        allowed = block[:, place] < FORBIDDEN
        matrix[allowed, column] = block[allowed, place] * aim.step + load[place] + turn + 1
    rows, columns = linear_sum_assignment(matrix)
    return int(sum(int(each) for each in matrix[rows, columns]))


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.usefixtures("starved")
def test_many_are_sent_as_the_whole_matrix_says(seed: int) -> None:
    told = random.Random(seed)
    mine, workers = generated(told.randrange(60, 160), told.randrange(10, 50), seed, told.choice((0.0, 0.5, 1.0)))
    weighing = replace(Weights(), farthest=told.choice((None, None, 150)))
    solution = solve(mine, workers, weighing)
    check(mine, workers, weighing, solution)
    assert solution.certificate.primal == dense(mine, workers, weighing)
    assert solution.certificate.rounds > 1
    assert solution == solve(mine, workers, weighing)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 1000), st.lists(st.integers(0, 10**9), min_size=12, max_size=12))
def test_no_prices_whatever_prove_too_much(seed: int, asked: list[int]) -> None:
    mine, workers = generated(30, 12, seed)
    seen = field(mine, workers, Weights())
    room = np.array([each.room for each in workers])
    aim = objective(seen, room, np.array([each.load for each in workers]))
    paid = np.zeros(len(mine), dtype=np.int64)
    bound = pricing.priced(seen, aim, np.array(asked, dtype=np.int64), paid).bound
    assert bound <= solve(mine, workers, Weights()).certificate.primal


def test_organizations_that_are_all_alike_are_dealt_out_in_few_rounds() -> None:
    """As in a register without coordinates; the last one finds its place only when all are met."""
    street = [(33, 3301, 330106, 330106000 + number, None) for number in range(3)]
    mine = [Target(street[row * 3 // 1_500]) for row in range(1_500)]
    workers = [Sender(street[place * 3 // 300], room=5) for place in range(300)]
    solution = solve(mine, workers, Weights())
    assert (solution.outcome.covered, solution.certificate.proven) == (1_500, True)
    assert {*solution.ways} == {20}
    assert solution.certificate.rounds < 8
    assert solution.certificate.written < 60_000


def test_coverage_comes_before_fit_and_fit_before_even_loads() -> None:
    home = (33, 3301, 330106, 330106001, 330106001001)
    away = (33, 3301, 330109, 330109001, 330109001001)
    # Only the far one may go to the second: the near one is not enough for both, though he fits both better.
    two = [Target(home), Target(home, barred=(1,))]
    solution = solve(two, [Sender(home, room=1), Sender(away, room=1)], Weights())
    assert solution.chosen == (1, 0)
    # Even loads never cost a point of fit, and decide where fit is the same.
    three = [Target(home)] * 3
    assert set(solve(three, [Sender(home, room=5), Sender(away, room=5)], Weights()).chosen) == {0}
    even = solve(three, [Sender(home, room=5, load=1), Sender(home, room=5)], Weights())
    assert Counter(even.chosen) == {0: 1, 1: 2}


def test_who_was_there_before_is_preferred_and_who_may_not_is_never_sent() -> None:
    home = (33, 3301, 330106, 330106001, 330106001001)
    street = (33, 3301, 330106, 330106001, None)
    pair = [Sender(home, room=5), Sender(street, room=5)]
    assert solve([Target(home)], pair, Weights()).chosen == (0,)
    assert solve([Target(home, known=(1,))], pair, Weights()).chosen == (1,)
    assert solve([Target(home, known=(1,), barred=(1,))], pair, Weights()).chosen == (0,)
    assert solve([Target(home, barred=(0, 1))], pair, Weights()).chosen == (-1,)


def test_nobody_and_nothing_are_answered() -> None:
    home = (33, 3301, 330106, None, None)
    assert solve([], [Sender(home, room=1)], Weights()).chosen == ()
    assert solve([Target(home)], [], Weights()).chosen == (-1,)
    full = solve([Target(home)], [Sender(home, room=0, load=5)], Weights())
    assert full.chosen == (-1,)
    assert full.certificate.proven


def test_the_clerk_takes_the_shortest_way_first() -> None:
    mine, workers = generated(200, 40, 3)
    seen = field(mine, workers, Weights())
    chosen = nearest_first(seen, np.array([each.room for each in workers]))
    best = solve(mine, workers, Weights())
    assert int((chosen >= 0).sum()) == best.outcome.covered
    assert all(int((chosen == place).sum()) <= each.room for place, each in enumerate(workers))
