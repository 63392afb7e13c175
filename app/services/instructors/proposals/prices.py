"""What one more organisation is worth on each worker's hands, as the best matching of the written pairs tells it.

A price is right when nobody would rather go elsewhere: it is at most what the worker's next organisation would cost
him, at least what his last one did, and moving an organisation to another worker saves nothing. The highest and the
lowest right prices are found by relaxing these conditions until they hold (Bellman-Ford, all pairs at once); those in
the middle are the steadiest to look for better pairs with. Whole numbers throughout.
"""

import numpy as np

from app.services.instructors.proposals.costs import Integers
from app.services.instructors.proposals.objective import Objective
from app.services.instructors.proposals.written import Written


def prices(written: Written, chosen: Integers, aim: Objective) -> Integers:
    """A price for each worker, by which the chosen pairs are the best of those written. `nobody` for who has no room.

    Raises ArithmeticError when they are not the best.
    """
    used = np.bincount(chosen[chosen >= 0], minlength=len(aim.room))
    costs = aim.step * written.cost
    mine = np.zeros(len(chosen), dtype=np.int64)
    held = chosen[written.row] == written.sender
    mine[written.row[held]] = costs[held]
    high = _highest(written, costs, chosen, mine, used, aim)
    low = _lowest(written, costs, chosen, mine, used, aim)
    if (low > high).any():
        raise ArithmeticError("no prices hold for this matching")
    return np.where(aim.room > 0, (low + high) // 2, aim.nobody)


def _highest(
    written: Written, costs: Integers, chosen: Integers, mine: Integers, used: Integers, aim: Objective
) -> Integers:
    price = np.where(used < aim.room, aim.load + used + 1, aim.nobody)
    served = np.flatnonzero(chosen >= 0)
    served = served[np.argsort(chosen[served], kind="stable")]
    senders, starts = np.unique(chosen[served], return_index=True)
    for _ in range(len(price) + 1):
        if not len(senders):
            return price
        best = written.least(costs + price[written.sender], len(chosen), aim.nobody)
        allowed = np.minimum.reduceat((best - mine)[served], starts)
        if (allowed >= price[senders]).all():
            return price
        price[senders] = np.minimum(price[senders], allowed)
    raise ArithmeticError("the matching is not the best of the written pairs")


def _lowest(
    written: Written, costs: Integers, chosen: Integers, mine: Integers, used: Integers, aim: Objective
) -> Integers:
    price = np.where(used > 0, aim.load + used, 0)
    order = np.argsort(written.sender, kind="stable")
    senders, starts = np.unique(written.sender[order], return_index=True)
    rows, asked = written.row[order], costs[order]
    for _ in range(len(price) + 1):
        if not len(senders):
            return price
        worth = np.where(chosen >= 0, mine + price[chosen], aim.nobody)
        needed = np.maximum.reduceat(worth[rows] - asked, starts)
        if (needed <= price[senders]).all():
            return price
        price[senders] = np.maximum(price[senders], needed)
    raise ArithmeticError("the matching is not the best of the written pairs")
