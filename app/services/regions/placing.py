"""Placing many records: the gazetteers held by this process."""

from dataclasses import dataclass
from functools import cache

from app.core.acts import Act
from app.services.regions import shipped
from app.services.regions.facts import Hints, Placement
from app.services.regions.gazetteer import Gazetteers, Outline
from app.services.regions.resolving import resolve
from app.services.regions.roads import RoadBook


@dataclass(frozen=True, slots=True)
class Placer:
    """Places records; safe to call from a worker's thread."""

    gazetteers: Gazetteers
    roads: RoadBook | None = None

    def place(self, address: str | None, hints: Hints) -> Placement:
        """The deepest region that address and hints make certain."""
        return resolve(self.gazetteers, address, hints, self.roads)


async def placer(act: Act) -> Placer:
    """The placer of this process."""
    del act
    return _shipped()


@cache
def _shipped() -> Placer:
    upper = [entry for code in shipped.provinces() for entry in shipped.entries(code) if entry.level <= 3]
    return Placer(Gazetteers(Outline(upper, shipped.retired()), shipped.entries))
