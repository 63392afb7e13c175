"""Placing many records: the gazetteers and learnt roads that this process holds, always as the database has them.

The database is the one truth. Where a province stands in it exactly as shipped, its rows are read from the shipped file
(the fingerprint says so), which needs no transaction and can be done in a worker's thread when an address first needs
the province; a province changed by operators is read from the table beforehand.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final
from weakref import WeakKeyDictionary

from app.core.acts import Act
from app.services.regions import reads, shipped
from app.services.regions.facts import CITY, COUNTY, PROVINCE, Hints, Placement, ancestor
from app.services.regions.gazetteer import Gazetteer, Gazetteers
from app.services.regions.outline import Outline
from app.services.regions.resolving import resolve
from app.services.regions.roads import RoadBook

KEPT: Final = 4
"""Provinces held in full at a time, 5 to 10 MB each."""


@dataclass(frozen=True, slots=True)
class Placer:
    """Places records; safe to call from one worker's thread at a time. The same placer gives the same answers."""

    gazetteers: Gazetteers
    roads: RoadBook | None = None

    def place(self, address: str | None, hints: Hints) -> Placement:
        """The deepest region that address and hints make certain."""
        return resolve(self.gazetteers, address, hints, self.roads)


@dataclass(slots=True)
class Held:
    """What this process holds of one database."""

    states: dict[int, reads.State] = field(default_factory=dict)
    changed: dict[int, Gazetteer] = field(default_factory=dict)
    placer: Placer | None = None


_held: "WeakKeyDictionary[Any, Held]" = WeakKeyDictionary()


async def placer(act: Act) -> Placer:
    """The placer for regions and roads as they stand now; made anew only when a stamp has moved on."""
    return await _brought_up(act, _held.setdefault(act.session.get_bind().engine, Held()))


async def placer_within(act: Act) -> Placer:
    """The placer for what this act itself has changed: nobody else sees that yet, and it may be rolled back."""
    return await _brought_up(act, Held())


async def _brought_up(act: Act, held: Held) -> Placer:
    states = await reads.states(act)
    if held.placer is not None and states == held.states:
        return held.placer
    for code, state in states.items():
        if not code or _as_shipped(code, state):
            held.changed.pop(code, None)
        elif code not in held.changed or state.stamp != held.states[code].stamp:
            held.changed[code] = Gazetteer(code, await reads.entries(act, code))
    outline = Outline(await reads.upper(act), await reads.retired(act))
    held.placer = Placer(Gazetteers(outline, _loader(dict(held.changed)), KEPT), await _roads(act, states))
    held.states = states
    return held.placer


def hints_at(outline: Outline, uscc: str | None, code: int, level: int, name: str | None = None) -> Hints:
    """What an organisation's row and the region that it stands in say beside its address: province and city."""
    names = outline.names
    city = None
    if level >= CITY:
        city = names.get((outline.city_of.get(ancestor(code, COUNTY), ancestor(code, CITY)), CITY))
    return Hints(uscc=uscc, province=names.get((ancestor(code, PROVINCE), PROVINCE)), city=city, name=name)


def _loader(changed: dict[int, Gazetteer]) -> Callable[[int], Gazetteer]:
    return lambda province: changed.get(province) or from_file(province)


@lru_cache(maxsize=KEPT)
def from_file(province: int) -> Gazetteer:
    """A shipped province in full; shared by all placers of the process."""
    return Gazetteer(province, shipped.entries(province))


def _as_shipped(province: int, state: reads.State) -> bool:
    return not state.edited and state.fingerprint == shipped.fingerprint(province)


async def _roads(act: Act, states: dict[int, reads.State]) -> RoadBook:
    book = RoadBook()
    for code, state in states.items():
        if code and state.roads_stamp:
            for area, token, region, rows in await reads.roads(act, code):
                book.learn(area, token, region, rows)
    book.settle()
    return book
