"""In a large component hosts come first: who a branch of the same host takes in costs no way at all.

Standing branches with room take in what leaves the rest of the host coverable; where a host has many small ones left,
they become one branch of its own, or several even ones where members would be too many for one.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from app.services.planning.facts import Limits, PlaceKind, Small, Standing


@dataclass
class Draft:
    """A group while it may still change. Those of a host are all of it, and may be more than a joint branch holds."""

    kind: PlaceKind
    places: list[int]
    host: int | None = None
    standing: int | None = None


@dataclass
class Room:
    """What is left of a standing branch's room."""

    key: int
    organizations: int
    members: int


@dataclass
class Hosted:
    """What hosts take in, and what is left for joint branches."""

    drafts: list[Draft] = field(default_factory=list)
    rest: list[int] = field(default_factory=list)


def hosted(
    organizations: Sequence[Small], component: Sequence[int], standings: Mapping[int, Standing], limits: Limits
) -> Hosted:
    """Fill standing branches, then found branches of hosts that have many."""
    inside: dict[int, list[int]] = defaultdict(list)
    found = Hosted()
    for place in component:
        host = organizations[place].host
        if host is None:
            found.rest.append(place)
        else:
            inside[host].append(place)
    rooms: dict[int, list[Room]] = defaultdict(list)
    for key, standing in standings.items():
        rooms[standing.host].append(Room(key, standing.organizations, standing.members))
    for host, places in inside.items():
        left = places
        for room in rooms[host]:
            left = _attach(organizations, left, room, host, limits, found)
        found.rest += _of_its_own(organizations, left, host, limits, found)
    found.rest.sort()
    return found


def _attach(
    organizations: Sequence[Small], places: list[int], room: Room, host: int, limits: Limits, found: Hosted
) -> list[int]:
    """As many as there is room for, those with fewer members first; one or two fewer where the rest needs them."""
    ordered = sorted(places, key=lambda place: (organizations[place].members, place))
    taken: list[int] = []
    members = 0
    for place in ordered:
        if len(taken) < room.organizations and members + organizations[place].members <= room.members:
            taken.append(place)
            members += organizations[place].members
    for fewer in range(min(3, len(taken)) + 1):
        kept = taken[: len(taken) - fewer]
        left = [place for place in places if place not in set(kept)]
        if not left or enough(organizations, left, limits):
            taken = kept
            break
    if taken:
        found.drafts.append(Draft(PlaceKind.attach, sorted(taken), host, room.key))
    gone = set(taken)
    return [place for place in places if place not in gone]


def enough(organizations: Sequence[Small], places: Sequence[int], limits: Limits) -> bool:
    """Whether these could be one or more groups among themselves, as far as numbers go."""
    return len(places) >= limits.least and sum(organizations[place].members for place in places) >= limits.minimum


def _of_its_own(
    organizations: Sequence[Small], places: list[int], host: int, limits: Limits, found: Hosted
) -> list[int]:
    if limits.territorial_from is None or len(places) < limits.territorial_from:
        return places
    total = sum(organizations[place].members for place in places)
    if total < limits.minimum:
        return places
    # By members, and dealt out in turn, so that the branches are even in both.
    ordered = sorted(places, key=lambda place: (-organizations[place].members, place))
    count = -(-total // limits.branch_most)
    while True:
        dealt = [sorted(ordered[turn::count]) for turn in range(count)]
        if all(sum(organizations[place].members for place in part) <= limits.branch_most for part in dealt):
            break
        count += 1
    if any(len(part) < limits.territorial_from or not enough(organizations, part, limits) for part in dealt):
        return places
    found.drafts += [Draft(PlaceKind.territorial, part, host) for part in dealt]
    return []
