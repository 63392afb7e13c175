"""How far two organisations are from one another, in metres, from whatever is known of them.

The way is 0 inside one host (building, park, market …). Where both have coordinates it is the great circle, rounded to
whole hundreds, since less is no reason for anything. Else it is what is usual between two of one community, of one
street or town, or of one county. A different trade makes it longer: same group of GB/T 4754 by nothing, same division
by a twentieth, same section by a tenth, else (or unknown) by a fifth.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import pi

import numpy as np
from numpy.typing import NDArray

from app.services.planning.facts import Small
from app.services.planning.trades import trade_of

COMMUNITY, STREET, COUNTY = 500, 2_000, 10_000
EARTH = 6_371_000
ROUNDED = 100
PARTS = 20  # what a trade lengthens the way by is told in twentieths

Integers = NDArray[np.int64]
Degrees = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Ground:
    """Where a county's small organisations are, as columns. Unknown places have numbers of their own."""

    members: Integers
    street: Integers
    community: Integers
    host: Integers
    trade: Integers  # section, division, group in one column each
    longitude: Degrees
    latitude: Degrees

    def __len__(self) -> int:
        return len(self.members)

    def all_ways(self) -> Integers:
        """The ways between any two."""
        everyone = np.arange(len(self), dtype=np.int64)
        return self.between(everyone, everyone)

    def between(self, rows: Integers, columns: Integers) -> Integers:
        """The ways from each of `rows` to each of `columns`, as a matrix of metres."""

        def same(column: Integers) -> NDArray[np.bool_]:
            return np.equal.outer(column[rows], column[columns])

        way = np.where(same(self.street), STREET, COUNTY)
        way = np.where(same(self.community), COMMUNITY, way)
        direct = self._direct(rows, columns)
        way = np.where(np.isnan(direct), way, np.nan_to_num(direct)).astype(np.int64)
        section, division, group = (same(self.trade[:, place]) for place in range(3))
        longer = np.where(group, 0, np.where(division, 1, np.where(section, 2, 4)))
        return np.where(same(self.host), 0, way * (PARTS + longer) // PARTS)

    def _direct(self, rows: Integers, columns: Integers) -> Degrees:
        """Great circles, NaN where one of the two has no coordinates."""
        radians = pi / 180
        up, down = self.latitude[rows, None] * radians, self.latitude[None, columns] * radians
        across = (self.longitude[rows, None] - self.longitude[None, columns]) * radians
        part = np.sin((up - down) / 2) ** 2 + np.cos(up) * np.cos(down) * np.sin(across / 2) ** 2
        metres = 2 * EARTH * np.arcsin(np.sqrt(np.clip(part, 0, 1)))
        rounded: Degrees = np.round(metres / ROUNDED) * ROUNDED
        return rounded


def ground(organizations: Sequence[Small]) -> Ground:
    """The columns of these organisations, in their order."""
    count = len(organizations)
    strange = -1 - np.arange(count, dtype=np.int64)  # unknown is like nobody else

    def column(values: Sequence[int | None]) -> Integers:
        told = np.array([-1 if value is None else value for value in values], dtype=np.int64)
        return np.where(told < 0, strange, told) if count else told

    trades = [trade_of(each.industry) for each in organizations]
    return Ground(
        members=np.array([each.members for each in organizations], dtype=np.int64),
        street=column([each.street for each in organizations]),
        community=column([each.community for each in organizations]),
        host=column([each.host for each in organizations]),
        trade=np.stack([column([told[place] for told in trades]) for place in range(3)], axis=1),
        longitude=_degrees([each.longitude for each in organizations]),
        latitude=_degrees([each.latitude for each in organizations]),
    )


def _degrees(values: Sequence[float | None]) -> Degrees:
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)
