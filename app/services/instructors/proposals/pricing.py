"""All pairs, looked at by prices: the bound that nothing can be below, and the pairs that would improve.

For any prices whatever, no way to send people has an objective below the sum over organisations of their best pair at
these prices (or of staying with nobody), less what the workers' rooms earn. So when the sum equals what has been found,
that is proven the best of all pairs, though few of them were ever written down.
"""

from dataclasses import dataclass

import numpy as np

from app.services.instructors.proposals.costs import FORBIDDEN, Field, Integers
from app.services.instructors.proposals.objective import Objective
from app.services.instructors.proposals.written import TURNS, Written, ordered, turns

ADDED = 12  # pairs of an organisation that are written down in one round at most


@dataclass(frozen=True, slots=True)
class Priced:
    """The bound, and the pairs that undercut what their organisations pay."""

    bound: int
    better: Written


def priced(field: Field, aim: Objective, prices: Integers, paid: Integers) -> Priced:
    """`paid` is what each organisation's best written pair costs at the prices."""
    bound = -aim.rent(prices)
    few = min(ADDED, field.senders)
    rows, senders, costs = [], [], []
    for block in field.blocks():
        cost = field.block(block)
        told = cost.astype(np.int64)
        told *= aim.step
        told += prices
        told[cost >= FORBIDDEN] = aim.nobody
        least = told.min(axis=1)
        bound += int(np.minimum(least, aim.nobody).sum())
        undercut = np.flatnonzero(least < paid[block])
        if len(undercut):
            told, limit = told[undercut], paid[block][undercut]
            order = told * TURNS + turns(block[undercut], field.senders)
            best = np.argpartition(order, few - 1, axis=1)[:, :few]
            place, rank = np.nonzero(np.take_along_axis(told, best, axis=1) < limit[:, None])
            rows.append(block[undercut[place]])
            senders.append(best[place, rank])
            costs.append(cost[undercut[place], best[place, rank]])
    if not rows:
        none = np.empty(0, dtype=np.int64)
        return Priced(bound, Written(none, none, none))
    better = (np.concatenate(part).astype(np.int64) for part in (rows, senders, costs))
    return Priced(bound, ordered(*better))
