"""The solver against everything there is: the best of small instances, and bounds that hold."""

import random
from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.services.planning import exact
from app.services.planning.facts import Limits, PlaceKind, Small, Solution, Standing
from app.services.planning.solving import solve
from app.services.planning.trades import trade_of
from tests.services.planning.brute import best, joint, territorial, way

TRADES = ("C131", "C132", "C171", "F517", None)


@st.composite
def organizations(draw: st.DrawFn, most: int, members: int = 2) -> list[Small]:
    """A few organisations of one or two counties; hosts stand in one community each, as hosts do."""
    found = []
    for _ in range(draw(st.integers(1, most))):
        county = draw(st.sampled_from((330106, 330106, 330106, 330108)))
        street = draw(st.sampled_from((None, 1, 2)))
        community = None if street is None else draw(st.sampled_from((None, 10 * street, 10 * street + 1)))
        host = None if community is None else draw(st.sampled_from((None, community, community)))
        placed = draw(st.booleans())
        found.append(
            Small(
                members=draw(st.integers(1, members)),
                county=county,
                street=None if street is None else county * 1000 + street,
                community=None if community is None else county * 1000 + community,
                host=None if host is None else county * 1000 + host,
                industry=draw(st.sampled_from(TRADES)),
                longitude=120 + draw(st.integers(0, 30)) / 1000 if placed else None,
                latitude=30 + draw(st.integers(0, 30)) / 1000 if placed else None,
            )
        )
    return found


limits = st.builds(
    Limits,
    least=st.sampled_from((2, 2, 3)),
    most=st.sampled_from((3, 5)),
    minimum=st.sampled_from((3, 3, 4)),
    branch_most=st.sampled_from((6, 50)),
    farthest=st.sampled_from((None, None, 600, 2400, 12_000)),
    territorial_from=st.sampled_from((None, 3, 6)),
)


@st.composite
def standing(draw: st.DrawFn, among: Sequence[Small]) -> list[Standing]:
    """Up to two branches with room, of hosts that are there."""
    hosts = sorted({(each.host, each.county) for each in among if each.host is not None})
    if not hosts:
        return []
    chosen = draw(st.lists(st.sampled_from(hosts), max_size=2))
    return [
        Standing(host, county, draw(st.integers(0, 3)), draw(st.integers(0, 5)))
        for host, county in chosen
        if host is not None
    ]


def told(solution: Solution, count: int) -> tuple[int, float, int, int]:
    """A solution by the three aims."""
    new = [group for group in solution.groups if group.kind is not PlaceKind.attach]
    squares = sum(len(group.organizations) ** 2 for group in new)
    return count - solution.covered, solution.distance, len(new), squares


def check(given_: Sequence[Small], standings: Sequence[Standing], limit: Limits, solution: Solution) -> None:
    """Every organisation once; every group is one that may be."""
    seen = [place for group in solution.groups for place in group.organizations] + list(solution.alone)
    assert sorted(seen) == list(range(len(given_)))
    room = {key: [each.organizations, each.members] for key, each in enumerate(standings)}
    for group in solution.groups:
        assert len({given_[place].county for place in group.organizations}) == 1
        members = sum(given_[place].members for place in group.organizations)
        if group.kind is PlaceKind.joint:
            distance = joint(given_, group.organizations, limit)
            assert distance is not None
            assert group.distance == pytest.approx(float(distance))
        elif group.kind is PlaceKind.territorial:
            assert territorial(given_, group.organizations, limit)
        else:
            assert group.standing is not None
            assert {given_[place].host for place in group.organizations} == {standings[group.standing].host}
            room[group.standing][0] -= len(group.organizations)
            room[group.standing][1] -= members
    assert min((left for both in room.values() for left in both), default=0) >= 0
    assert solution.covered <= solution.coverable
    assert solution.least_distance <= solution.distance + 1e-6


@settings(max_examples=150, deadline=None)
@given(st.data(), limits)
def test_a_small_component_is_solved_to_the_best(data: st.DataObject, limit: Limits) -> None:
    given_ = data.draw(organizations(6))
    standings = data.draw(standing(given_))
    solution = solve(given_, standings, limit)
    check(given_, standings, limit, solution)
    left, distance, branches, squares = best(given_, standings, limit)
    found = told(solution, len(given_))
    assert found[0] == left
    assert found[1] == pytest.approx(float(distance))
    assert found[2:] == (branches, squares)
    assert solution.coverable == solution.covered
    assert solution.exact == len(given_)


@settings(max_examples=150, deadline=None)
@given(st.data(), limits)
def test_what_is_solved_as_large_keeps_the_rules_and_its_bounds_hold(data: st.DataObject, limit: Limits) -> None:
    given_ = data.draw(organizations(6))
    standings = data.draw(standing(given_))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(exact, "SMALL", 0)
        solution = solve(given_, standings, limit)
    check(given_, standings, limit, solution)
    left, distance, _, _ = best(given_, standings, limit)
    assert solution.coverable >= len(given_) - left
    assert len(given_) - solution.covered >= left
    if len(given_) - solution.covered == left:
        assert solution.least_distance <= float(distance) + 1e-3
        assert Fraction(solution.distance).limit_denominator(1000) >= distance - Fraction(1, 1000)


def crowd(count: int, seed: int, coordinates: float = 0.5) -> list[Small]:
    """A made-up county: streets of different size, communities, some hosts, some coordinates."""
    told_ = random.Random(seed)
    found = []
    for _ in range(count):
        street = min(int(told_.paretovariate(1.2)), 8)
        community = street * 100 + told_.randrange(6) if told_.random() < 0.8 else None
        host = community * 10 + told_.randrange(4) if community is not None and told_.random() < 0.3 else None
        placed = told_.random() < coordinates
        found.append(
            Small(
                told_.choice((1, 1, 2)), 330106, street, community, host, told_.choice(TRADES),
                120 + street / 50 + told_.gauss(0, 0.005) if placed else None,
                30 + told_.gauss(0, 0.005) if placed else None,
            )
        )  # fmt: skip
    return found


@pytest.mark.parametrize("farthest", [None, 2400])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_larger_county_is_covered_near_its_bound(seed: int, farthest: int | None) -> None:
    given_ = crowd(240, seed)
    limit = Limits(farthest=farthest)
    solution = solve(given_, [], limit)
    check(given_, [], limit, solution)
    assert solution.covered >= 0.99 * solution.coverable
    assert solution.distance <= (1.03 if solution.covered == len(given_) else 1.08) * solution.least_distance
    assert solve(given_, [], limit) == solution


def test_pieces_of_a_county_leave_nobody_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.services.planning.pieces.LARGE", 40)
    given_ = crowd(240, 4)
    solution = solve(given_, [], Limits())
    check(given_, [], Limits(), solution)
    assert solution.covered == solution.coverable == len(given_)


def test_groups_never_cross_counties() -> None:
    here = Small(1, 330106, 1, 11)
    there = Small(2, 330108, 1, 11)
    solution = solve([here, there], [], Limits())
    assert not solution.groups
    assert solution.coverable == 0


def test_a_branch_of_the_same_host_takes_in_before_a_new_one_is_founded() -> None:
    few = [Small(1, 330106, 1, 11, 7), Small(1, 330106, 1, 11, 7)]
    (group,) = solve(few, [Standing(7, 330106, 3, 10)], Limits()).groups
    assert (group.kind, group.standing, group.organizations) == (PlaceKind.attach, 0, (0, 1))


def test_many_small_ones_of_a_host_share_one_branch() -> None:
    many = [Small(1, 330106, 1, 11, 7)] * 14
    (group,) = solve(many, [], Limits()).groups
    assert (group.kind, len(group.organizations)) == (PlaceKind.territorial, 14)


def test_a_building_without_such_a_branch_has_few_and_even_ones() -> None:
    many = [Small(1, 330106, 1, 11, 7)] * 14
    solution = solve(many, [], Limits(territorial_from=None))
    assert sorted(len(group.organizations) for group in solution.groups) == [4, 5, 5]


def test_the_same_organisations_give_the_same_groups_whatever_is_near_is_together() -> None:
    pair = [Small(1, 330106, 1, 11, None, "C131"), Small(2, 330106, 1, 11, None, "C131")]
    far = [Small(1, 330106, 2, 21, None, "F517"), Small(2, 330106, 2, 21, None, "F517")]
    solution = solve([pair[0], far[0], pair[1], far[1]], [], Limits())
    assert [group.organizations for group in solution.groups] == [(0, 2), (1, 3)]


@pytest.mark.parametrize(
    ("industry", "trade"),
    [
        (None, (None, None, None)),
        ("C", (2, None, None)),
        ("13", (2, 13, None)),
        ("C1361", (2, 13, 136)),
        ("F", (5, None, None)),
        ("517", (5, 51, 517)),
        ("T97", (19, 97, None)),
        ("98", (None, 98, None)),
    ],
)
def test_trades_are_told_from_letter_or_digits(industry: str | None, trade: tuple[int | None, ...]) -> None:
    assert trade_of(industry) == trade


def test_ways_are_those_of_the_decision_record() -> None:
    given_ = crowd(40, 9)
    for one, two in combinations(given_, 2):
        solution = solve([one, two], [], Limits())
        if solution.groups:
            assert solution.distance == 2 * way(one, two)
