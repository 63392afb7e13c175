"""How a county is cut: into components that no group can join, and those that are large into pieces of whole places."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from math import cos, radians

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from app.services.planning.costs import COMMUNITY, COUNTY, EARTH, ROUNDED, STREET, Integers
from app.services.planning.facts import Limits, Small

LARGE = 2_000  # organisations in one piece; its matrix of ways has this many squared
DEGREE = 111_000  # metres of a degree of latitude, a little less than it has
LOOKED = 16


def components(organizations: Sequence[Small], limits: Limits) -> list[list[int]]:
    """Sets of organisations such that no group is allowed across two of them. Sometimes larger than they need be."""
    if not organizations:
        return []
    farthest = limits.farthest
    if farthest is None or farthest >= COUNTY:
        return [list(range(len(organizations)))]
    joined = _Joined(len(organizations))
    joined.alike([each.host for each in organizations])
    if farthest >= COMMUNITY:
        joined.alike([each.community for each in organizations])
    if farthest >= STREET:
        joined.alike([each.street for each in organizations])
    _join_near(joined, organizations, farthest + ROUNDED)
    return joined.sets()


class _Joined:
    """Disjoint sets; the smallest place stands for its set."""

    def __init__(self, size: int) -> None:
        self.above = list(range(size))

    def top(self, place: int) -> int:
        while self.above[place] != place:
            self.above[place] = self.above[self.above[place]]
            place = self.above[place]
        return place

    def join(self, one: int, two: int) -> None:
        low, high = sorted((self.top(one), self.top(two)))
        self.above[high] = low

    def alike(self, values: Iterable[Hashable | None]) -> None:
        first: dict[Hashable, int] = {}
        for place, value in enumerate(values):
            if value is not None:
                self.join(first.setdefault(value, place), place)

    def sets(self) -> list[list[int]]:
        found: dict[int, list[int]] = defaultdict(list)
        for place in range(len(self.above)):
            found[self.top(place)].append(place)
        return list(found.values())


def _join_near(joined: _Joined, organizations: Sequence[Small], metres: int) -> None:
    """Join what lies in one square of a grid of that width, or in two that touch."""
    placed = [
        (place, each.longitude, each.latitude)
        for place, each in enumerate(organizations)
        if each.longitude is not None and each.latitude is not None
    ]
    if not placed:
        return
    narrow = cos(radians(min(85.0, max(abs(latitude) for _, _, latitude in placed))))
    high, wide = metres / DEGREE, metres / (DEGREE * narrow)
    squares: dict[tuple[int, int], int] = {}
    for place, longitude, latitude in placed:
        square = (int(longitude // wide), int(latitude // high))
        joined.join(squares.setdefault(square, place), place)
    for (across, up), place in squares.items():
        for right, above in ((1, -1), (1, 0), (1, 1), (0, 1)):
            other = squares.get((across + right, up + above))
            if other is not None:
                joined.join(place, other)


def pieces(organizations: Sequence[Small], component: Sequence[int]) -> list[list[int]]:
    """A component in pieces of whole hosts, of whole communities and streets while they fit, neighbours together."""
    seat: dict[int, tuple[int, int]] = {}
    for place in component:
        each = organizations[place]
        if each.host is not None:
            own = _seat(each)
            seat[each.host] = min(seat.get(each.host, own), own)

    def order(place: int) -> tuple[tuple[int, int], int, int]:
        each = organizations[place]
        where = _seat(each) if each.host is None else seat[each.host]
        return where, -1 if each.host is None else each.host, place

    blocks: dict[Hashable, list[int]] = defaultdict(list)
    ordered = sorted(component, key=order)
    streets: dict[int, int] = defaultdict(int)
    for place in ordered:
        streets[order(place)[0][0]] += 1
    for place in ordered:
        (street, community), host, _ = order(place)
        if streets[street] <= LARGE:
            blocks[street].append(place)
        elif host >= 0:
            blocks[street, community, host].append(place)
        else:
            blocks[street, community, -1 - len(blocks.get((street, community, -1), ())) // LARGE].append(place)
    found: list[list[int]] = []
    for block in blocks.values():
        if found and len(found[-1]) + len(block) <= LARGE:
            found[-1].extend(block)
        else:
            found.append(list(block))
    return found


def _seat(each: Small) -> tuple[int, int]:
    far = 10**13
    return (far if each.street is None else each.street, far if each.community is None else each.community)


def outside(organizations: Sequence[Small], parts: Sequence[Sequence[int]]) -> NDArray[np.float64]:
    """For each organisation (in the order of all) no more than the way to the nearest one of another piece."""
    size = len(organizations)
    found = np.full(size, np.inf)
    if len(parts) < 2:
        return found
    piece = np.empty(size, dtype=np.int64)
    for number, part in enumerate(parts):
        piece[list(part)] = number
    found[:] = COUNTY
    for metres, told in (
        (STREET, [each.street for each in organizations]),
        (COMMUNITY, [each.community for each in organizations]),
        (0, [each.host for each in organizations]),
    ):
        in_pieces: dict[int, set[int]] = defaultdict(set)
        for place, value in enumerate(told):
            if value is not None:
                in_pieces[value].add(int(piece[place]))
        split = [value is not None and len(in_pieces[value]) > 1 for value in told]
        found[split] = metres
    least: NDArray[np.float64] = np.minimum(found, _direct(organizations, piece))
    return least


def _direct(organizations: Sequence[Small], piece: NDArray[np.int64]) -> NDArray[np.float64]:
    """The way to the nearest of another piece where both have coordinates, rounded as ways are, or less."""
    found = np.full(len(organizations), np.inf)
    spots = [
        (place, each.longitude, each.latitude)
        for place, each in enumerate(organizations)
        if each.longitude is not None and each.latitude is not None
    ]
    if len(spots) < 2:
        return found
    placed = [place for place, _, _ in spots]
    told = np.radians([[longitude, latitude] for _, longitude, latitude in spots])
    flat = np.cos(told[:, 1])
    points = np.stack([flat * np.cos(told[:, 0]), flat * np.sin(told[:, 0]), np.sin(told[:, 1])], axis=1)
    chords, others = cKDTree(points).query(points, k=min(LOOKED, len(placed)))
    numbers = piece[placed]
    foreign = numbers[others] != numbers[:, None]
    first = np.where(foreign.any(axis=1), foreign.argmax(axis=1), chords.shape[1] - 1)
    chord = np.take_along_axis(chords, first[:, None], axis=1)[:, 0]
    metres = 2 * EARTH * np.arcsin(np.clip(chord / 2, 0, 1))
    found[placed] = np.floor(metres / ROUNDED) * ROUNDED
    return found


def across(ways: Integers, beyond: NDArray[np.float64], limits: Limits) -> NDArray[np.float64]:
    """The least mean way of each organisation of a piece to the others of a group that is not all in the piece.

    One of those lies `beyond` or further. Larger groups need not be asked: see `prices`. Infinite where there is none.
    """
    size, least = len(ways), np.full(len(ways), np.inf)
    if limits.farthest is not None:
        beyond = np.where(beyond > limits.farthest, np.inf, beyond)
    own = ways.astype(np.float64)
    np.fill_diagonal(own, np.inf)
    few = min(limits.most, size)
    near = np.minimum(np.sort(np.partition(own, few - 1, axis=1)[:, :few], axis=1), beyond[:, None])
    for count in range(max(2, limits.least), limits.enough + 1):
        least = np.minimum(least, (beyond + near[:, : count - 2].sum(axis=1)) / (count - 1))
    return least
