"""How many organisations any plan could cover, and at what distance at least.

An organisation can be covered only if some allowed group holds it: a pair with members enough, or three each of whom is
near to the others; or if a branch of its host, standing or new, could take it in. That bounds the number one by one.
Where a limit keeps many apart they also compete for one another: the linear relaxation of "leave out the fewest" tells
how many must stay behind together. Both are bounds and not always reached; the smaller is told with every plan.
"""

import numpy as np
from numpy.typing import NDArray

from app.services.planning.columns import Columns
from app.services.planning.costs import Ground, Integers
from app.services.planning.facts import Limits
from app.services.planning.prices import LEFT_OUT, Metres, priced


def coverable(told: Ground, known: NDArray[np.bool_], limits: Limits) -> int:
    """How many of a component some group could hold; `known` are those of whom it is known already."""
    found = int(known.sum())
    everyone = np.arange(len(told))
    for place in np.flatnonzero(~known).tolist():
        ways = told.between(np.array([place]), everyone)[0]
        near = ways <= limits.farthest if limits.farthest is not None else np.ones(len(told), dtype=bool)
        near[place] = False
        found += _held(place, np.flatnonzero(near), told, limits)
    return found


def uncoverable(columns: Columns, ways: Integers, members: Integers, limits: Limits, bound: NDArray[np.bool_]) -> float:
    """How many of a piece any plan must leave out, as the relaxation tells; only those in `bound` count as left out."""
    level = np.where(ways <= (limits.farthest or 0), 0, ways)
    nothing = Columns(columns.groups, np.zeros_like(columns.distance))
    prices, _ = priced(nothing, level, members, limits, bound.astype(np.float64))
    return float(prices.sum())


def least_distance(prices: Metres, left_out: int) -> float:
    """What a plan that leaves so many out must cost at least, by prices that no group undercuts.

    Those left out pay nothing: at most the dearest ones; or, told in another way, at most LEFT_OUT each.
    """
    total = float(prices.sum())
    dearest = float(np.sort(prices)[::-1][:left_out].sum())
    return max(0.0, total - dearest, total - LEFT_OUT * left_out)


def _held(place: int, others: NDArray[np.int64], told: Ground, limits: Limits) -> bool:
    """Whether some of these and `place` are an allowed group: the others pairwise near, together members enough."""
    own = int(told.members[place])
    if limits.farthest is None:
        among = np.sort(told.members[others])[::-1][: limits.most - 1]
        return len(among) >= limits.least - 1 and own + int(among.sum()) >= limits.minimum
    near = told.between(others, others) <= limits.farthest
    return _reaches(own, 1, list(range(len(others))), told.members[others].tolist(), near, limits)


def _reaches(
    members: int, size: int, open_to: list[int], counts: list[int], near: NDArray[np.bool_], limits: Limits
) -> bool:
    """Whether a set that is `size` large can grow to an allowed group by those in `open_to`, near to all in it."""
    if size >= limits.least and members >= limits.minimum:
        return True
    if size == limits.most:
        return False
    for turn, other in enumerate(open_to):
        further = [each for each in open_to[turn + 1 :] if near[other, each]]
        if _reaches(members + counts[other], size + 1, further, counts, near, limits):
            return True
    return False
