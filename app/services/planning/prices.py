"""What each organisation must cost at least: prices under which no group at all is worth more than its distance.

With prices y the pair weight is w = 2·way - y - y'. A group of s organisations costs less than its prices exactly when
the sum of the weights over its pairs is negative, whatever s is: its distance is 2/(s-1) times the ways of its pairs.
A negative set holds a negative one with an organisation less (leave out whoever has the largest sum; at least two
thirds of nothing lie below nothing), down to a pair. So all groups are priced by starting from the negative pairs and
growing only those that are no allowed group yet, which ends at three organisations: each has a member at least.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import csc_array

from app.services.planning.columns import METRE, Columns, of_sets
from app.services.planning.costs import Integers
from app.services.planning.facts import Limits

LEFT_OUT = 1_000_000.0  # metres that covering one more organisation is worth; longer than any plan's group
ROUNDS = 12
REPAIRS = 200
FEW = 20  # one group in so many organisations may still undercut the prices, which are then lowered for it
BELOW = 1e-3  # metres of a pair's weight that count as nothing
WORST = 3  # groups that are added for each pair in a round

Metres = NDArray[np.float64]


def priced(
    columns: Columns, ways: Integers, members: Integers, limits: Limits, share: Metres
) -> tuple[Metres, Columns]:
    """The prices, and the columns with all that had to be added so that they hold for every group.

    `share` bounds what an organisation costs in a group that is not one of these organisations alone, or outside any.
    Raises ArithmeticError when the solver gives up.
    """
    weighing = 2 * ways.astype(np.float64)
    if limits.farthest is not None:
        weighing[ways > limits.farthest] = np.inf
    np.fill_diagonal(weighing, np.inf)
    single = np.minimum(share, LEFT_OUT)
    prices = relaxed(columns, len(ways), single)
    for _ in range(ROUNDS):
        worse = _negative(weighing, prices, members, limits)
        if len(worse) * FEW <= len(ways):
            return np.minimum(_repaired(prices, worse, weighing, members, limits), single), columns
        columns = columns.plus(of_sets(worse, ways, limits))
        prices = relaxed(columns, len(ways), single)
    return _repaired(prices, _negative(weighing, prices, members, limits), weighing, members, limits), columns


def relaxed(columns: Columns, size: int, single: Metres) -> Metres:
    """The prices of the linear relaxation where each organisation may stay by itself at `single`."""
    found = linprog(
        np.concatenate([columns.distance / METRE, single]),
        A_eq=matrix(columns, size),
        b_eq=np.ones(size),
        bounds=(0, None),
        method="highs-ds",
    )
    if not found.success:
        raise ArithmeticError(found.message)
    prices: Metres = found.eqlin.marginals
    return prices


def matrix(columns: Columns, size: int) -> csc_array:
    """One row an organisation, one column a group; behind the groups each organisation by itself."""
    sizes = columns.sizes
    inside = columns.groups[columns.groups >= 0]
    starts = np.concatenate([[0], np.cumsum(np.concatenate([sizes, np.ones(size, dtype=np.int64)]))])
    rows = np.concatenate([inside, np.arange(size)])
    return csc_array((np.ones(len(rows)), rows, starts), shape=(size, len(columns) + size))


def _negative(weighing: Metres, prices: Metres, members: Integers, limits: Limits) -> Integers:
    """Allowed groups that cost less than their prices: for each pair they grow from the worst, padded with -1."""
    weights = weighing - prices[:, None] - prices[None, :]
    one, two = np.nonzero(np.triu(weights < -BELOW))
    sets, totals = np.stack([one, two], axis=1), weights[one, two]
    found: list[Integers] = []
    while len(sets):
        enough = (members[sets].sum(axis=1) >= limits.minimum) & (sets.shape[1] >= limits.least)
        found.append(_padded(sets[enough], limits.most))
        sets, totals = sets[~enough], totals[~enough]
        if sets.shape[1] == limits.most:
            break
        last = sets.shape[1] + 1 >= limits.enough
        sets, totals = _grown(sets, totals, weights, WORST if last else len(weights))
    return np.unique(np.concatenate(found), axis=0) if found else np.empty((0, limits.most), dtype=np.int64)


def _grown(sets: Integers, totals: Metres, weights: Metres, most: int) -> tuple[Integers, Metres]:
    """Each set with one more organisation, where that is still negative; of each the worst, so many at most.

    Where all that grows is an allowed group the worst few stand for the rest: if they are not negative, none is.
    """
    grown, sums = [np.empty((0, sets.shape[1] + 1), dtype=np.int64)], [np.empty(0)]
    step = max(1, 4_000_000 // max(1, len(weights)))
    for start in range(0, len(sets), step):
        part = sets[start : start + step]
        more = totals[start : start + step, None] + sum(weights[part[:, place]] for place in range(part.shape[1]))
        few = min(most, more.shape[1])
        best = np.argpartition(more, few - 1, axis=1)[:, :few]
        row, rank = np.nonzero(np.take_along_axis(more, best, axis=1) < -BELOW)
        grown.append(np.sort(np.column_stack([part[row], best[row, rank]]), axis=1))
        sums.append(more[row, best[row, rank]])
    return np.concatenate(grown), np.concatenate(sums)


def _repaired(prices: Metres, worse: Integers, weighing: Metres, members: Integers, limits: Limits) -> Metres:
    """Prices lowered until they hold for the few groups that still undercut them; never raised, so that it ends."""
    prices = prices.copy()
    for _ in range(REPAIRS):
        if not len(worse):
            return prices
        for told in worse:
            inside = told[told >= 0]
            pairs = weighing[np.ix_(inside, inside)]
            cost = float(pairs[np.triu_indices(len(inside), 1)].sum()) / (len(inside) - 1)
            over = float(prices[inside].sum()) - cost
            if over > 0:
                prices[inside] -= (over + BELOW) / len(inside)
        worse = _negative(weighing, prices, members, limits)
    return np.minimum(prices, 0)  # no way is negative, so nothing undercuts these


def _padded(sets: Integers, width: int) -> Integers:
    return np.pad(sets, ((0, 0), (0, width - sets.shape[1])), constant_values=-1)
