"""The best plan of a handful of organisations, found by trying everything; written without a line of the solver."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import combinations
from math import asin, cos, radians, sin, sqrt

from app.services.planning.facts import Limits, Small, Standing

Answer = tuple[int, Fraction, int, int]  # left out, metres, new branches, squares of their sizes


def way(one: Small, two: Small) -> int:
    """Metres between two organisations, from the words of the decision record."""
    if one.host is not None and one.host == two.host:
        return 0
    if None not in (one.longitude, one.latitude, two.longitude, two.latitude):
        up, down = radians(one.latitude or 0), radians(two.latitude or 0)
        across = radians((one.longitude or 0) - (two.longitude or 0))
        part = sin((up - down) / 2) ** 2 + cos(up) * cos(down) * sin(across / 2) ** 2
        metres = round(2 * 6_371_000 * asin(sqrt(part)) / 100) * 100
    elif one.community is not None and one.community == two.community:
        metres = 500
    elif one.street is not None and one.street == two.street:
        metres = 2_000
    else:
        metres = 10_000
    return metres * (20 + longer(one.industry, two.industry)) // 20


def longer(one: str | None, two: str | None) -> int:
    """By how many twentieths another trade lengthens the way; the tests use letter and three digits."""
    if one is None or two is None or one[0] != two[0]:
        return 4
    if one[:3] != two[:3]:
        return 2
    return 0 if one[:4] == two[:4] else 1


def joint(organizations: Sequence[Small], group: Sequence[int], limits: Limits) -> Fraction | None:
    """The distance of a joint branch of these; None where it is not allowed."""
    members = sum(organizations[place].members for place in group)
    if not limits.least <= len(group) <= limits.most or not limits.minimum <= members <= limits.branch_most:
        return None
    if len({organizations[place].county for place in group}) > 1:
        return None
    ways = [way(organizations[one], organizations[two]) for one, two in combinations(group, 2)]
    if limits.farthest is not None and max(ways) > limits.farthest:
        return None
    return Fraction(2 * sum(ways), len(group) - 1)


def territorial(organizations: Sequence[Small], group: Sequence[int], limits: Limits) -> bool:
    """Whether these may be a host's own branch."""
    members = sum(organizations[place].members for place in group)
    hosts = {organizations[place].host for place in group}
    return (
        limits.territorial_from is not None
        and len(group) >= limits.territorial_from
        and len(hosts) == 1
        and None not in hosts
        and limits.minimum <= members <= limits.branch_most
    )


def subsets(places: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """All of them, the empty one first."""
    for size in range(len(places) + 1):
        yield from combinations(places, size)


def best(organizations: Sequence[Small], standings: Sequence[Standing], limits: Limits) -> Answer:
    """The least of all answers: most covered, then nearest, then fewest and evenest branches."""

    def attach(places: tuple[int, ...], turn: int) -> Answer:
        if turn == len(standings):
            return split(places)
        standing, found = standings[turn], None
        inside = [p for p in places if organizations[p].host == standing.host]
        for taken in subsets(inside):
            members = sum(organizations[place].members for place in taken)
            if len(taken) <= standing.organizations and members <= standing.members:
                answer = attach(tuple(place for place in places if place not in taken), turn + 1)
                found = answer if found is None else min(found, answer)
        assert found is not None
        return found

    def split(places: tuple[int, ...]) -> Answer:
        if not places:
            return 0, Fraction(0), 0, 0
        first, rest = places[0], places[1:]
        left = split(rest)
        found = (left[0] + 1, *left[1:])
        for others in subsets(rest):
            group = (first, *others)
            distance = joint(organizations, group, limits)
            if territorial(organizations, group, limits):
                distance = Fraction(0)
            if distance is not None:
                after = split(tuple(place for place in rest if place not in others))
                found = min(found, (after[0], after[1] + distance, after[2] + 1, after[3] + len(group) ** 2))
        return found

    return attach(tuple(range(len(organizations))), 0)
