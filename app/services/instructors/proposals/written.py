"""The few pairs that are written down: near ones to begin with, then those that undercut the prices."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.services.instructors.proposals.costs import FORBIDDEN, Field, Integers

FIRST = 16  # workers of each organisation to begin with,
KEPT = 16  # of whom those are kept that are the nearest to the prices,
CLOSE = 5  # and everybody within as many points of them
TURNS = 1 << 16


@dataclass(frozen=True, slots=True)
class Written:
    """Pairs in order of the organisation, then the worker, with what each costs in points."""

    row: Integers
    sender: Integers
    cost: Integers

    def __len__(self) -> int:
        return len(self.row)

    def plus(self, other: "Written") -> "Written":
        """These and others, which are none of these."""
        return ordered(
            np.concatenate([self.row, other.row]),
            np.concatenate([self.sender, other.sender]),
            np.concatenate([self.cost, other.cost]),
        )

    def where(self, kept: NDArray[np.bool_]) -> "Written":
        """Some of them."""
        return Written(self.row[kept], self.sender[kept], self.cost[kept])

    def least(self, values: Integers, targets: int, otherwise: int) -> Integers:
        """For each organisation the least of its pairs' values, `otherwise` where that is less or it has none."""
        least = np.full(targets, otherwise, dtype=np.int64)
        rows, starts = np.unique(self.row, return_index=True)
        if len(rows):
            least[rows] = np.minimum(np.minimum.reduceat(values, starts), otherwise)
        return least


def ordered(row: Integers, sender: Integers, cost: Integers) -> Written:
    """Pairs in their order."""
    order = np.lexsort((sender, row))
    return Written(row[order], sender[order], cost[order])


def first(field: Field, prices: Integers) -> Written:
    """For each organisation the workers that are the best at these prices (in points)."""
    few = min(FIRST, field.senders)
    rows, senders, costs = [], [], []
    for block in field.blocks():
        cost = field.block(block)
        told = (cost + prices) * TURNS + turns(block, field.senders)
        best = np.argpartition(told, few - 1, axis=1)[:, :few]
        rows.append(np.repeat(block, few))
        senders.append(best.ravel())
        costs.append(np.take_along_axis(cost, best, axis=1).ravel())
    every = (np.concatenate(part).astype(np.int64) for part in (rows, senders, costs))
    found = ordered(*every)
    return found.where(found.cost < FORBIDDEN)


def turns(rows: Integers, senders: int) -> Integers:
    """Who comes first where pairs are equally good, below `TURNS`: for each organisation others, so that all are met.

    Many organisations are alike to the last point where a register knows no coordinates; were they all written down
    with the same few workers, the others would be found one round after the other. Workers lie on a circle by the
    golden ratio, so that any street's are spread over it, and each organisation begins somewhere else.
    """
    found: Integers = (np.arange(senders) * 40_503 + rows[:, None] * 27_147) % TURNS
    return found


def trimmed(written: Written, reduced: Integers, chosen: Integers, step: int) -> Written:
    """Without those pairs that are far from the prices, but with all that are chosen now."""
    order = np.lexsort((reduced, written.row))
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order)) - np.searchsorted(written.row, written.row[order])
    kept = (rank < KEPT) | (reduced <= CLOSE * step) | (chosen[written.row] == written.sender)
    return written.where(kept)
