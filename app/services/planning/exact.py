"""A small component solved to the proven optimum: most covered, then least distance, then fewest and evenest branches.

Dynamic programming over subsets, in whole numbers: the best of a set is the best way to deal with its first
organisation (leave it, or one of the groups it could be in) and the best of what then remains. Standing branches come
after that, one after the other: each takes some of its host's organisations away, and the rest is known.
"""

from collections.abc import Mapping
from itertools import combinations

import numpy as np

from app.services.planning.columns import METRE, all_columns
from app.services.planning.costs import Integers
from app.services.planning.facts import Group, Limits, PlaceKind, Standing

SMALL = 10  # organisations; the time grows threefold with each more

Cost = tuple[int, int, int, int]  # left out, parts of a metre, branches, squares of their sizes
Choice = tuple[Cost, PlaceKind]
Best = tuple[Cost, int, PlaceKind | None]  # its cost, the set chosen first, and as what
NOTHING: Cost = (0, 0, 0, 0)


def best(
    ways: Integers, members: Integers, hosts: Integers, standings: Mapping[int, Standing], limits: Limits
) -> list[Group]:
    """The best groups of one component. Places are the component's own; `standings` go by the key they are known by."""
    size = len(ways)
    table = _table(size, _choices(ways, members, hosts, limits))
    costs = [cost for cost, _, _ in table]
    layers: list[tuple[int, list[int]]] = []
    for key, standing in standings.items():
        taken = _taken(costs, members, hosts, standing)
        costs = [costs[whole ^ part] for whole, part in enumerate(taken)]
        layers.append((key, taken))
    return _read(table, layers, ways)


def _choices(ways: Integers, members: Integers, hosts: Integers, limits: Limits) -> list[list[tuple[int, Choice]]]:
    """For each organisation the new branches in which it comes first, as sets of bits with what they cost."""
    found: list[list[tuple[int, Choice]]] = [[] for _ in range(len(ways))]
    groups = all_columns(ways, members, limits)
    for told, distance, size in zip(
        groups.groups.tolist(), groups.distance.tolist(), groups.sizes.tolist(), strict=True
    ):
        bits = sum(1 << place for place in told[:size])
        found[told[0]].append((bits, ((0, distance, 1, size * size), PlaceKind.joint)))
    if limits.territorial_from is None:
        return found
    for host in np.unique(hosts[hosts >= 0]).tolist():
        inside = np.flatnonzero(hosts == host).tolist()
        for size in range(max(2, limits.territorial_from), len(inside) + 1):
            for chosen in combinations(inside, size):
                if limits.minimum <= int(members[list(chosen)].sum()) <= limits.branch_most:
                    bits = sum(1 << place for place in chosen)
                    found[chosen[0]].append((bits, ((0, 0, 1, size * size), PlaceKind.territorial)))
    return found


def _table(size: int, choices: list[list[tuple[int, Choice]]]) -> list[Best]:
    """The best of every set without standing branches."""
    table: list[Best] = [(NOTHING, 0, None)]
    for whole in range(1, 1 << size):
        first = whole & -whole
        found: Best = (_plus((1, 0, 0, 0), table[whole ^ first][0]), first, None)
        for chosen, (cost, kind) in choices[first.bit_length() - 1]:
            if chosen & whole == chosen:
                total = _plus(cost, table[whole ^ chosen][0])
                if total < found[0]:
                    found = (total, chosen, kind)
        table.append(found)
    return table


def _taken(costs: list[Cost], members: Integers, hosts: Integers, standing: Standing) -> list[int]:
    """Which part of every set this branch had best take in."""
    inside = sum(1 << place for place in np.flatnonzero(hosts == standing.host).tolist())
    parts = [part for part in _parts(inside) if _room(part, members, standing)]
    best_part = []
    for whole in range(len(costs)):
        within = (part for part in parts if part & whole == part)
        best_part.append(min(within, key=lambda part: (costs[whole ^ part], part)))
    return best_part


def _parts(whole: int) -> list[int]:
    part, found = whole, [0]
    while part:
        found.append(part)
        part = (part - 1) & whole
    return found


def _room(part: int, members: Integers, standing: Standing) -> bool:
    places = _places(part)
    return len(places) <= standing.organizations and sum(int(members[place]) for place in places) <= standing.members


def _read(table: list[Best], layers: list[tuple[int, list[int]]], ways: Integers) -> list[Group]:
    whole, found = len(table) - 1, []
    for key, taken in reversed(layers):
        part = taken[whole]
        if part:
            found.append(Group(PlaceKind.attach, _places(part), 0.0, key))
        whole ^= part
    while whole:
        _, chosen, kind = table[whole]
        if kind is not None:
            places = _places(chosen)
            inside = np.array(places)
            parts = (
                int(ways[np.ix_(inside, inside)].sum()) * (METRE // (len(places) - 1)) if kind is PlaceKind.joint else 0
            )
            found.append(Group(kind, places, parts / METRE))
        whole ^= chosen
    return found


def _places(bits: int) -> tuple[int, ...]:
    return tuple(place for place in range(bits.bit_length()) if bits >> place & 1)


def _plus(one: Cost, two: Cost) -> Cost:
    return one[0] + two[0], one[1] + two[1], one[2] + two[2], one[3] + two[3]
