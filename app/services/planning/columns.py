"""Groups that could be proposed, as the columns of a set partitioning, and which of them are worth looking at.

A group's distance is the sum, over its organisations, of the mean way to the others. It is counted in parts of a metre
so small that means of up to seven others are whole numbers, and sums are exact.
"""

from dataclasses import dataclass
from itertools import combinations
from math import lcm

import numpy as np
from numpy.typing import NDArray

from app.services.planning.costs import Integers
from app.services.planning.facts import LARGEST, Limits

METRE = lcm(*range(1, LARGEST))
# Among so many nearest ones a group of that size is looked for.
LOOKED = {2: 10, 3: 9, 4: 6, 5: 5}
FEWEST = 5


@dataclass(frozen=True, slots=True)
class Columns:
    """Groups in rows, padded with -1, and the distance of each in parts of a metre."""

    groups: Integers
    distance: Integers

    def __len__(self) -> int:
        return len(self.distance)

    @property
    def sizes(self) -> Integers:
        """How many organisations each group has."""
        counted: Integers = (self.groups >= 0).sum(axis=1)
        return counted

    def where(self, chosen: NDArray[np.bool_]) -> "Columns":
        """Only those of these rows."""
        return Columns(self.groups[chosen], self.distance[chosen])

    def plus(self, more: "Columns") -> "Columns":
        """These groups and more of them behind."""
        return Columns(np.concatenate([self.groups, more.groups]), np.concatenate([self.distance, more.distance]))


def looked(size: int) -> int:
    """Among how many nearest ones a group of this size is looked for."""
    return LOOKED.get(size, max(FEWEST, size - 1))


def nearest(ways: Integers, count: int) -> Integers:
    """The nearest others of each organisation, in order; of equally near ones those that stand next in the list."""
    size = len(ways)
    places = np.arange(size)
    apart = (places[None, :] - places[:, None]) % max(size, 1)
    keyed = ways * (2 * size) + np.minimum(apart, size - apart) * 2 + (apart > size - apart)
    np.fill_diagonal(keyed, np.iinfo(np.int64).max)
    count = min(count, size - 1)
    order: Integers = np.argsort(keyed, axis=1, kind="stable")[:, :count]
    return order


def near_columns(ways: Integers, members: Integers, limits: Limits) -> Columns:
    """Every allowed group in which one organisation has all the others among its nearest."""
    size = len(ways)
    lists = nearest(ways, max(looked(each) for each in range(2, limits.most + 1)))
    found = []
    for count in range(max(2, limits.least), min(limits.most, size) + 1):
        among = min(looked(count), lists.shape[1])
        picks = np.array(list(combinations(range(among), count - 1)), dtype=np.int64).reshape(-1, count - 1)
        if not len(picks):
            continue
        others = lists[:, picks].reshape(-1, count - 1)
        groups = np.column_stack([np.repeat(np.arange(size), len(picks)), others])
        found.append(_padded(np.unique(np.sort(groups, axis=1), axis=0), limits.most))
    return _allowed(found, ways, members, limits)


def all_columns(ways: Integers, members: Integers, limits: Limits) -> Columns:
    """Every allowed group."""
    size = len(ways)
    found = [
        _padded(np.array(list(combinations(range(size), count)), dtype=np.int64), limits.most)
        for count in range(max(2, limits.least), min(limits.most, size) + 1)
    ]
    return _allowed(found, ways, members, limits)


def of_sets(sets: Integers, ways: Integers, limits: Limits) -> Columns:
    """These groups (padded with -1), all of them allowed, with their distance."""
    return _allowed([sets], ways, np.full(len(ways), limits.minimum), limits)


def _padded(groups: Integers, width: int) -> Integers:
    return np.pad(groups, ((0, 0), (0, width - groups.shape[1])), constant_values=-1)


def _allowed(found: list[Integers], ways: Integers, members: Integers, limits: Limits) -> Columns:
    if not found:
        return Columns(np.empty((0, limits.most), dtype=np.int64), np.empty(0, dtype=np.int64))
    groups = np.concatenate(found)
    told = groups >= 0
    together = np.where(told, members[groups], 0).sum(axis=1)
    pairs = [(one, two) for one in range(limits.most) for two in range(one + 1, limits.most)]
    total, widest = np.zeros(len(groups), dtype=np.int64), np.zeros(len(groups), dtype=np.int64)
    for one, two in pairs:
        both = told[:, one] & told[:, two]
        way = np.where(both, ways[groups[:, one], groups[:, two]], 0)
        total += way
        np.maximum(widest, way, out=widest)
    keep: NDArray[np.bool_] = (together >= limits.minimum) & (together <= limits.branch_most)
    if limits.farthest is not None:
        keep &= widest <= limits.farthest
    groups, total = groups[keep], total[keep]
    sizes = (groups >= 0).sum(axis=1)
    return Columns(groups, 2 * total * (METRE // (sizes - 1)))
