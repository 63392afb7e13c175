"""The best way to send a handful of people, found by trying everything; written without a line of the solver."""

from collections.abc import Sequence
from itertools import product
from math import acos, cos, radians, sin

from app.services.instructors.proposals.facts import Sender, Target, Weights

Answer = tuple[int, int, int]  # left with nobody, points of fit, squares of loads


def way(one: Target, two: Sender) -> int:
    """Hundreds of metres, from the words of the decision record."""
    told = (one.longitude, one.latitude, two.longitude, two.latitude)
    if None not in told:
        across = radians((one.longitude or 0) - (two.longitude or 0))
        up, down = radians(one.latitude or 0), radians(two.latitude or 0)
        angle = acos(min(1.0, sin(up) * sin(down) + cos(up) * cos(down) * cos(across)))
        return min(5_000, round(angle * 63_710))
    shared = 5_000
    for usual, mine, theirs in zip((1_500, 400, 100, 20, 5), one.regions, two.regions, strict=True):
        if mine is not None and mine == theirs:
            shared = usual
    return shared


def trade(one: Target, two: Sender, weights: Weights) -> int:
    """The tests use a letter and two digits, a letter, or nothing."""
    if one.industry is None:
        return weights.other_section
    if len(one.industry) == 3 and any(one.industry[1:] in industry for industry in two.industries):
        return 0
    same = any(industry[0] == one.industry[0] for industry in two.industries)
    return weights.other_division if same else weights.other_section


def cost(one: Target, place: int, two: Sender, weights: Weights) -> int | None:
    """Points of a pair; None where it may not be."""
    far = weights.farthest is not None and way(one, two) > weights.farthest
    if place in one.barred or far:
        return None
    unfit = one.asks is not None and one.asks not in two.knows
    return (
        way(one, two)
        + trade(one, two, weights)
        + (weights.other_background if unfit else 0)
        + (0 if place in one.known else weights.newcomer)
    )


def best(targets: Sequence[Target], senders: Sequence[Sender], weights: Weights) -> Answer:
    """The least of all answers."""
    costs = [[cost(one, place, two, weights) for place, two in enumerate(senders)] for one in targets]
    found: Answer | None = None
    for chosen in product(range(-1, len(senders)), repeat=len(targets)):
        loads = [each.load + chosen.count(place) for place, each in enumerate(senders)]
        pairs = [costs[row][place] for row, place in enumerate(chosen) if place >= 0]
        fits = all(load <= each.load + each.room for load, each in zip(loads, senders, strict=True))
        points = [each for each in pairs if each is not None]
        if fits and len(points) == len(pairs):
            answer = (chosen.count(-1), sum(points), sum(load * load for load in loads))
            found = answer if found is None else min(found, answer)
    assert found is not None
    return found
