"""The best way to send people along the pairs that are written down, found exactly.

Each worker stands as many times as he has room, each time costing as much as his load then is; each organisation may
stay with nobody. What is left is to match every organisation once at the least cost, which scipy does in whole numbers
small enough for its floats (see `objective`).
"""

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import min_weight_full_bipartite_matching

from app.services.instructors.proposals.costs import Integers
from app.services.instructors.proposals.objective import Objective
from app.services.instructors.proposals.written import Written


def matched(written: Written, targets: int, aim: Objective) -> Integers:
    """The worker of each organisation, -1 for nobody."""
    begins = np.concatenate([[0], np.cumsum(aim.room)])
    times = aim.room[written.sender]
    turn = np.arange(int(times.sum())) - np.repeat(np.cumsum(times) - times, times)
    cost = np.repeat(aim.step * written.cost + aim.load[written.sender] + 1, times) + turn
    rows, columns = np.repeat(written.row, times), np.repeat(begins[written.sender], times) + turn
    everyone = np.arange(targets)
    costs = np.concatenate([cost, np.full(targets, aim.nobody)]).astype(np.float64)
    places = (np.concatenate([rows, everyone]), np.concatenate([columns, begins[-1] + everyone]))
    graph = csr_array((costs, places), shape=(targets, int(begins[-1]) + targets))
    found, taken = min_weight_full_bipartite_matching(graph)
    chosen = np.full(targets, -1, dtype=np.int64)
    served = taken < begins[-1]
    chosen[found[served]] = np.searchsorted(begins, taken[served], side="right") - 1
    return chosen
