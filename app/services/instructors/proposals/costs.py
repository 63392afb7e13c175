"""What it costs to send a worker to an organisation, in whole points of a hundred metres: less is a better fit.

Four things add up. The way: the great circle where both have coordinates, else what is usual between two of one
community, street, county, city or province; never more than five hundred kilometres. The trade: nothing where the
worker knows the organisation's division of GB/T 4754, `other_division` where he knows its section, else (or where it is
unknown) `other_section`. The background: nothing where he brings what the organisation asks for, else
`other_background`. Continuity: nothing for who was there before, `newcomer` for the others.

Costs of all pairs are never held at once: `block` makes those of some organisations, always by the same operations, so
that a pair costs the same whenever it is looked at.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import pi

import numpy as np
from numpy.typing import NDArray

from app.services.instructors.proposals.facts import POINT, Background, Sender, Target, Weights
from app.services.planning.trades import trade_of

NESTED = (5_000, 1_500, 400, 100, 20, 5)
"""Points between two that share no province, a province, a city, a county, a street, a community."""
EARTH = 6_371_000
FORBIDDEN = 1 << 20
"""The cost of a pair that may not be; far above any other."""
BLOCK = 64  # organisations whose costs are made at once: their rows stay in the processor's cache

Integers = NDArray[np.int64]
Points = NDArray[np.int32]
Places = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Field:
    """Organisations and workers as columns, so that the costs of a block are a few operations on whole rows.

    `lack` has one row for each distinct (trade, background asked for), `nested` one for each distinct region; `trade`
    and `region` say which row is an organisation's. `special` are the pairs that differ: known or barred ones.
    """

    targets: int
    senders: int
    lack: Points
    trade: Integers
    nested: Points
    region: Integers
    sphere: Places  # three rows of coordinates on the unit sphere, NaN where unknown
    from_sphere: Places
    special: Integers  # organisation, worker, 1 for known or 0 for barred; in order of the organisation
    starts: Integers
    newcomer: int
    farthest: int | None

    def blocks(self) -> list[Integers]:
        """All organisations, in the pieces that `block` is meant for."""
        return [
            np.arange(start, min(start + BLOCK, self.targets), dtype=np.int64)
            for start in range(0, self.targets, BLOCK)
        ]

    def ways(self, rows: Integers) -> Points:
        """The way from each worker to each of these organisations."""
        ways: Points = self.nested[self.region[rows]]
        direct = self._direct(rows)
        if direct is not None:
            np.copyto(ways, direct, where=~np.isnan(direct), casting="unsafe")
        return np.minimum(ways, NESTED[0], out=ways)

    def block(self, rows: Integers) -> Points:
        """What each worker costs for each of these organisations; `FORBIDDEN` where it may not be."""
        cost = self.ways(rows)
        beyond = None if self.farthest is None else cost > self.farthest
        cost += self.lack[self.trade[rows]]
        cost += self.newcomer
        for place, row in enumerate(rows):
            for _, sender, known in self.special[self.starts[row] : self.starts[row + 1]]:
                cost[place, sender] = cost[place, sender] - self.newcomer if known else FORBIDDEN
        if beyond is not None:
            cost[beyond] = FORBIDDEN
        return cost

    def part(self, rows: Integers) -> "Field":
        """These organisations alone, as if nobody were known or barred: to learn from, not to decide by."""
        nobody = np.empty((0, 3), dtype=np.int64)
        starts = np.zeros(len(rows) + 1, dtype=np.int64)
        sphere = self.sphere[:, rows]
        trade, region = self.trade[rows], self.region[rows]
        return replace(
            self, targets=len(rows), trade=trade, region=region, sphere=sphere, special=nobody, starts=starts
        )

    @property
    def dearest(self) -> int:
        """More than any allowed pair costs."""
        return NESTED[0] + int(self.lack.max(initial=0)) + self.newcomer + 1

    def _direct(self, rows: Integers) -> Places | None:
        """Great circles in points, rounded; NaN where one of the two has no coordinates; None where nobody has."""
        one = self.sphere[:, rows]
        if np.isnan(one[0]).all() or np.isnan(self.from_sphere[0]).all():
            return None
        told: Places = one[0][:, None] * self.from_sphere[0]
        told += one[1][:, None] * self.from_sphere[1]
        told += one[2][:, None] * self.from_sphere[2]
        np.clip(told, -1, 1, out=told)
        np.arccos(told, out=told)
        told *= EARTH / POINT
        np.rint(told, out=told)
        return told


def field(targets: Sequence[Target], senders: Sequence[Sender], weights: Weights) -> Field:
    """The columns of these organisations and workers, in their order."""
    trades = [(trade_of(each.industry)[:2], each.asks) for each in targets]
    regions = [each.regions for each in targets]
    kinds = {kind: place for place, kind in enumerate(dict.fromkeys(trades))}
    homes = {home: place for place, home in enumerate(dict.fromkeys(regions))}
    special = sorted(
        {(row, sender, 1) for row, each in enumerate(targets) for sender in {*each.known} - {*each.barred}}
        | {(row, sender, 0) for row, each in enumerate(targets) for sender in each.barred}
    )
    told = np.array(special, dtype=np.int64).reshape(-1, 3)
    return Field(
        targets=len(targets),
        senders=len(senders),
        lack=np.array([_lacks(kind, senders, weights) for kind in kinds], dtype=np.int32).reshape(
            len(kinds), len(senders)
        ),
        trade=np.array([kinds[kind] for kind in trades], dtype=np.int64),
        nested=_nested(list(homes), senders),
        region=np.array([homes[home] for home in regions], dtype=np.int64),
        sphere=_sphere([(each.longitude, each.latitude) for each in targets]),
        from_sphere=_sphere([(each.longitude, each.latitude) for each in senders]),
        special=told,
        starts=np.searchsorted(told[:, 0], np.arange(len(targets) + 1)).astype(np.int64),
        newcomer=weights.newcomer,
        farthest=weights.farthest,
    )


Kind = tuple[tuple[int | None, ...], Background | None]


def _lacks(kind: Kind, senders: Sequence[Sender], weights: Weights) -> list[int]:
    """What each worker lacks for one trade and one background asked for."""
    (section, division), asks = kind
    found = []
    for each in senders:
        known = [trade_of(industry)[:2] for industry in each.industries]
        lack = weights.other_section
        if section is not None and any(one[0] == section for one in known):
            lack = weights.other_division
        if division is not None and any(one[1] == division for one in known):
            lack = 0
        found.append(lack + (0 if asks is None or asks in each.knows else weights.other_background))
    return found


def _nested(homes: Sequence[tuple[int | None, ...]], senders: Sequence[Sender]) -> Points:
    """The usual way between two regions, by the deepest level that they share."""
    ways = np.full((len(homes), len(senders)), NESTED[0], dtype=np.int32)
    for level, usual in enumerate(NESTED[1:]):
        one = np.array([_code(home, level, -1) for home in homes], dtype=np.int64)
        two = np.array([_code(each.regions, level, -2) for each in senders], dtype=np.int64)
        ways[np.equal.outer(one, two)] = usual
    return ways


def _code(regions: tuple[int | None, ...], level: int, unknown: int) -> int:
    told = regions[level] if level < len(regions) else None
    return unknown if told is None else told


def _sphere(places: Sequence[tuple[float | None, float | None]]) -> Places:
    degrees = np.array(
        [(np.nan, np.nan) if one is None or two is None else (one, two) for one, two in places], dtype=np.float64
    ).reshape(-1, 2)
    across, up = degrees[:, 0] * (pi / 180), degrees[:, 1] * (pi / 180)
    return np.stack([np.cos(up) * np.cos(across), np.cos(up) * np.sin(across), np.sin(up)])
