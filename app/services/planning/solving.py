"""The solver: which small organisations share a branch.

County by county, since no group crosses one, and inside a county component by component. A small component is solved to
the proven optimum (`exact`); of a larger one hosts are dealt with first (`hosting`), then pieces of it are partitioned
by the prices of their linear relaxation (`partition`), then everything is polished across pieces. Nothing depends on
the clock or on the order of a hash: the same organisations in the same order always give the same groups.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from app.services.planning import exact
from app.services.planning.bounds import coverable, least_distance, uncoverable
from app.services.planning.columns import METRE, near_columns, nearest
from app.services.planning.costs import Ground, ground
from app.services.planning.facts import Group, Limits, PlaceKind, Small, Solution, Standing
from app.services.planning.hosting import Draft, enough, hosted
from app.services.planning.partition import partition
from app.services.planning.pieces import across, components, outside, pieces
from app.services.planning.polishing import NEAR, Polish
from app.services.planning.prices import priced

SLACK = 1e-4  # by which the solver's whole numbers may be off


@dataclass(frozen=True, slots=True)
class _Part:
    """One component's groups and bounds."""

    groups: list[Group]
    coverable: int
    least: float
    proven: bool


def solve(organizations: Sequence[Small], standings: Sequence[Standing], limits: Limits) -> Solution:
    """Groups of these organisations, and how far from the best they can be.

    `standings` are branches of hosts that have room. An organisation's place in the sequence is its name in the answer.
    """
    counties: dict[int, list[int]] = defaultdict(list)
    for place, each in enumerate(organizations):
        counties[each.county].append(place)
    groups: list[Group] = []
    bound, least, proven = 0, 0.0, 0
    for county, places in sorted(counties.items()):
        mine = [organizations[place] for place in places]
        near = {key: each for key, each in enumerate(standings) if each.county == county}
        for component in components(mine, limits):
            part = _component(mine, component, near, limits)
            named = [places[place] for place in component]
            groups += [
                replace(each, organizations=tuple(named[place] for place in each.organizations)) for each in part.groups
            ]
            bound += part.coverable
            least += part.least
            proven += len(component) if part.proven else 0
    covered = {place for group in groups for place in group.organizations}
    return Solution(
        groups=tuple(sorted(groups, key=lambda group: group.organizations)),
        alone=tuple(place for place in range(len(organizations)) if place not in covered),
        covered=len(covered),
        coverable=bound,
        distance=sum(group.distance for group in groups),
        least_distance=least,
        exact=proven,
    )


def _component(
    organizations: Sequence[Small], component: Sequence[int], standings: dict[int, Standing], limits: Limits
) -> _Part:
    """The best known groups of a component; places in them are the component's own."""
    mine = [organizations[place] for place in component]
    told = ground(mine)
    hosts = {each.host for each in mine}
    near = {key: each for key, each in standings.items() if each.host in hosts}
    if len(mine) <= exact.SMALL:
        everywhere = np.arange(len(mine))
        groups = exact.best(told.between(everywhere, everywhere), told.members, told.host, near, limits)
        covered = sum(len(group.organizations) for group in groups)
        return _Part(groups, covered, sum(group.distance for group in groups), True)
    return _large(mine, told, near, limits)


def _large(mine: Sequence[Small], told: Ground, standings: dict[int, Standing], limits: Limits) -> _Part:
    free = _free(mine, standings, limits)
    first = hosted(mine, range(len(mine)), standings, limits)
    rest = np.zeros(len(mine), dtype=bool)
    rest[first.rest] = True
    prices, possible, left = np.zeros(len(mine)), free.copy(), 0.0
    parts = pieces(mine, range(len(mine)))
    beyond = outside(mine, parts)
    polish = Polish(told, limits)
    polish.add(first.drafts)
    for part in parts:
        inside = np.array(part, dtype=np.int64)
        ways, members = told.between(inside, inside), told.members[inside]
        columns = near_columns(ways, members, limits)
        possible[inside[columns.groups[columns.groups >= 0]]] = True
        few = columns.where(columns.sizes <= limits.enough)  # what larger ones cost follows: see `prices`
        asked, few = priced(few, ways, members, limits, np.full(len(part), np.inf))
        columns = few.plus(columns.where(columns.sizes > limits.enough))
        chosen = partition(columns, asked, rest[inside])
        polish.piece(part, ways, nearest(ways, NEAR))
        polish.add(Draft(PlaceKind.joint, sorted(inside[row[row >= 0]].tolist())) for row in columns.groups[chosen])
        share = np.where(free[inside], 0.0, across(ways, beyond[inside], limits))
        if (share < asked).any():
            asked, _ = priced(few, ways, members, limits, share)
        prices[inside] = asked
        if limits.farthest is not None:
            left += uncoverable(few, ways, members, limits, np.isinf(share))
    polish.take_in([place for place in range(len(mine)) if place not in polish.of])
    polish.improve()
    polish.deal_out()
    groups = [_group(draft, polish) for draft in polish.drafts]
    covered = sum(len(group.organizations) for group in groups)
    bound = coverable(told, possible, limits)
    bound = max(covered, min(bound, int(len(mine) - left + SLACK)))
    least = least_distance(prices, len(mine) - covered)
    distance = sum(group.distance for group in groups)
    return _Part(groups, bound, min(least, distance), covered == bound and distance - least < 1 / METRE)


def _free(mine: Sequence[Small], standings: dict[int, Standing], limits: Limits) -> NDArray[np.bool_]:
    """Whom a branch of their own host could cover, standing or new: a bound may not ask them for any way."""
    inside: dict[int, list[int]] = defaultdict(list)
    for place, each in enumerate(mine):
        if each.host is not None:
            inside[each.host].append(place)
    roomy = {each.host for each in standings.values() if each.organizations > 0 and each.members > 0}
    found = np.zeros(len(mine), dtype=bool)
    for host, places in inside.items():
        many = limits.territorial_from is not None and len(places) >= limits.territorial_from
        if host in roomy or (many and enough(mine, places, limits)):
            found[places] = True
    return found


def _group(draft: Draft, polish: Polish) -> Group:
    distance = polish.distance(draft.places) / METRE if draft.kind is PlaceKind.joint else 0.0
    return Group(draft.kind, tuple(draft.places), distance, draft.standing)
