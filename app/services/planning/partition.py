"""A larger piece: set partitioning over near groups, in whole numbers, by HiGHS.

The prices of the linear relaxation tell which groups are worth looking at: only those that lie little above them go
into the search. The search ends by its gap or its branchings, never by the clock.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp

from app.services.planning.columns import METRE, Columns
from app.services.planning.costs import Integers
from app.services.planning.prices import LEFT_OUT, Metres, matrix

A_BRANCH = 1.0  # metres that one branch less is worth, where the way is the same
CLOSE = 500.0  # metres by which a group may lie above its prices to be looked at,
EACH = 5  # and how many groups for each organisation
GAP, NODES = 0.001, 20


def partition(columns: Columns, prices: Metres, rest: NDArray[np.bool_]) -> Integers:
    """Rows of the columns: groups of `rest` that cover the most at the least distance.

    Raises ArithmeticError when the solver gives up.
    """
    size, count = len(prices), len(columns)
    metres = columns.distance / METRE
    covering = matrix(columns, size)
    above = metres - covering[:, :count].T @ prices
    whole = np.where(columns.groups >= 0, rest[columns.groups], True).all(axis=1)
    keep = np.flatnonzero(whole & (above <= CLOSE))
    keep = np.sort(keep[np.argsort(above[keep], kind="stable")[: EACH * size]])
    if not len(keep):
        return keep
    costs = np.concatenate([metres[keep] + A_BRANCH, np.where(rest, LEFT_OUT, 0.0)])
    found = milp(
        costs,
        constraints=LinearConstraint(covering[:, np.concatenate([keep, count + np.arange(size)])], 1, 1),
        integrality=np.ones(len(costs)),
        bounds=Bounds(0, 1),
        options={"mip_rel_gap": GAP, "node_limit": NODES},
    )
    if found.x is None:
        raise ArithmeticError(found.message)
    chosen: Integers = keep[found.x[: len(keep)] > 0.5]
    return chosen
