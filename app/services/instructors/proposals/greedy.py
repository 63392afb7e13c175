"""What a clerk would do, to set beside the best: the shortest way first, as long as the worker has room."""

import numpy as np

from app.services.instructors.proposals.costs import BLOCK, FORBIDDEN, Field, Integers

NEAREST = 32  # ways of each organisation that are put in order at once


def nearest_first(field: Field, room: Integers) -> Integers:
    """The worker of each organisation, -1 for nobody: pairs in the order of their way, fit and load left aside.

    Whoever finds all of the nearest without room comes again with the next ones when the others are through.
    """
    chosen = np.full(field.targets, -1, dtype=np.int64)
    left, waiting = room.copy(), np.arange(field.targets, dtype=np.int64)
    while len(waiting) and (left > 0).any():
        rows, senders, ways = _nearest(field, waiting, np.flatnonzero(left > 0))
        order = np.lexsort((senders, rows, ways))
        for row, sender in zip(rows[order].tolist(), senders[order].tolist(), strict=True):
            if chosen[row] < 0 and left[sender] > 0:
                chosen[row] = sender
                left[sender] -= 1
        seen = np.unique(rows)  # who has nowhere to go at all is left
        waiting = seen[chosen[seen] < 0]
    return chosen


def _nearest(field: Field, waiting: Integers, roomy: Integers) -> tuple[Integers, Integers, Integers]:
    few = min(NEAREST, len(roomy))
    rows, senders, ways = [], [], []
    for start in range(0, len(waiting), BLOCK):
        block = waiting[start : start + BLOCK]
        way = np.where(field.block(block) < FORBIDDEN, field.ways(block), FORBIDDEN)[:, roomy]
        best = np.argpartition(way, few - 1, axis=1)[:, :few]
        rows.append(np.repeat(block, few))
        senders.append(roomy[best.ravel()])
        ways.append(np.take_along_axis(way, best, axis=1).ravel())
    row, sender, way = np.concatenate(rows), np.concatenate(senders), np.concatenate(ways).astype(np.int64)
    allowed = way < FORBIDDEN
    return row[allowed], sender[allowed], way[allowed]
