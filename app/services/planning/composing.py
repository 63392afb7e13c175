"""From a region's gaps to the places of a plan, easy first, each with its reasons. No row is read or written here.

The steps of a gap (coverage/easy_first) say what kind of place it becomes; only `join` is a matter of choice, and that
is the solver's.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from app.services.coverage.easy_first import Gap
from app.services.planning.facts import Group, Limits, Nearness, OwnerKind, PlaceKind, Small, Solution, Standing
from app.services.planning.trades import trade_of
from app.services.regions.facts import COUNTY, STREET, VILLAGE, ancestor

STEPS = ("form_own", "join", "enter_above_scale", "reach", "find_out", "own_from_shared")
KINDS = {
    "form_own": PlaceKind.standalone,
    "enter_above_scale": PlaceKind.enter_above_scale,
    "own_from_shared": PlaceKind.own_from_shared,
}
FIRST_IN = (
    ("has_union", OwnerKind.union),
    ("has_youth_league", OwnerKind.youth_league),
    ("has_womens_organisation", OwnerKind.womens_federation),
    ("in_federation", OwnerKind.federation),
)

Region = tuple[int, int]
Reason = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Waiting:
    """An organisation with a gap: what the register knows of where it is and of its members."""

    id: UUID
    region: Region
    gap: Gap
    members: int | None
    host: UUID | None = None
    industry: str | None = None
    longitude: float | None = None
    latitude: float | None = None
    bodies: tuple[OwnerKind, ...] = ()  # mass organisations that are there already


@dataclass(frozen=True, slots=True)
class Roomy:
    """A standing branch of a host, with its room."""

    id: UUID
    host: UUID
    region_code: int
    organizations: int
    members: int


@dataclass(frozen=True, slots=True)
class Draft:
    """A place of a plan before it is written."""

    kind: PlaceKind
    organizations: tuple[UUID, ...]
    region: Region
    order: tuple[Any, ...]
    reasons: tuple[Reason, ...]
    members: int | None = None
    distance: int | None = None
    nearness: Nearness | None = None
    host: UUID | None = None
    branch: UUID | None = None
    body: OwnerKind | None = None


@dataclass(frozen=True, slots=True)
class Composed:
    """The places in their order, and the figures that are told with them."""

    places: list[Draft]
    figures: dict[str, Any] = field(default_factory=dict)


def compose(waiting: Sequence[Waiting], roomy: Sequence[Roomy], limits: Limits, reach_most: int) -> Composed:
    """The plan for these organisations. They come in a fixed order (region, id), and the plan follows from that."""
    steps: dict[str, list[Waiting]] = defaultdict(list)
    for each in waiting:
        steps[each.gap.step].append(each)
    places = [
        Draft(
            KINDS[step],
            (each.id,),
            each.region,
            _order(each.gap, each.region),
            _alone(step, each, limits),
            each.members,
        )
        for step in KINDS
        for each in steps[step]
    ]
    solution = _solve(steps["join"], roomy, limits)
    joined, keys = steps["join"], [each.id for each in sorted(roomy, key=lambda each: each.id)]
    for group in solution.groups:
        places.append(_group(group, [joined[place] for place in group.organizations], keys, limits))
    for place in solution.alone:
        each = joined[place]
        reasons = ({"code": "nobody_near", "params": {"members": each.members or 0}},)
        places.append(
            Draft(
                PlaceKind.alone, (each.id,), each.region, (*_order(each.gap, each.region)[:1], 9), reasons, each.members
            )
        )
    places += _reached(steps["reach"], reach_most)
    places += _counted(steps["find_out"], reach_most)
    places = [_with_owner(place) for place in places]
    places.sort(key=lambda place: (*place.order, place.organizations))
    return Composed(places, _figures(waiting, solution, places))


def _solve(joined: Sequence[Waiting], roomy: Sequence[Roomy], limits: Limits) -> Solution:
    hosts = {host: place for place, host in enumerate(sorted({each.host for each in joined if each.host is not None}))}
    small = [_small(each, hosts) for each in joined]
    standing = [
        Standing(hosts.get(each.host, -1), ancestor(each.region_code, COUNTY), each.organizations, each.members)
        for each in sorted(roomy, key=lambda each: each.id)
    ]
    from app.services.planning.solving import solve  # its libraries are large, and only who plans needs them

    return solve(small, standing, limits)


def _small(each: Waiting, hosts: Mapping[UUID, int]) -> Small:
    code, level = each.region
    return Small(
        members=max(1, each.members or 0),
        county=ancestor(code, COUNTY),
        street=ancestor(code, STREET) if level >= STREET else None,
        community=code if level == VILLAGE else None,
        host=None if each.host is None else hosts[each.host],
        industry=each.industry,
        longitude=each.longitude,
        latitude=each.latitude,
    )


def smallest(regions: Iterable[Region]) -> Region:
    """The smallest region that holds all of these."""
    every = list(regions)
    level = min(level for _, level in every)
    while level > 0 and len({ancestor(code, level) for code, _ in every}) > 1:
        level -= 1
    return (ancestor(every[0][0], level) if level else 0), level


def _with_owner(place: Draft) -> Draft:
    """A place whose owner is known not to be ready says so: talking comes before founding."""
    if len(place.order) < 3 or not place.order[1]:
        return place
    return replace(place, reasons=(*place.reasons, {"code": "owner_not_ready", "params": {}}))


def _order(gap: Gap, region: Region) -> tuple[Any, ...]:
    step, unwilling, unreached = gap.order
    return step, unwilling, unreached, 0, region


def _alone(step: str, each: Waiting, limits: Limits) -> tuple[Reason, ...]:
    if step == "enter_above_scale":
        return ({"code": "above_scale_duty", "params": {}}, {"code": "ways_to_members", "params": {}})
    told = {"members": each.members if each.members is not None else limits.minimum, "minimum": limits.minimum}
    return ({"code": "members_enough" if step == "form_own" else "enough_for_own", "params": told},)


def _group(group: Group, mine: Sequence[Waiting], standing: Sequence[UUID], limits: Limits) -> Draft:
    region = smallest(each.region for each in mine)
    members = sum(each.members or 0 for each in mine)
    nearness = nearness_of([each.region for each in mine], [each.host for each in mine])
    mean = round(group.distance / len(mine))
    steps = [each.gap.order for each in mine]
    order = (steps[0][0], max(s[1] for s in steps), max(s[2] for s in steps), mean, region)
    reasons: list[Reason] = [{"code": f"same_{nearness}", "params": {}}]
    if group.kind is PlaceKind.attach:
        reasons.append({"code": "branch_has_room", "params": {"organizations": len(mine)}})
    elif group.kind is PlaceKind.territorial:
        reasons.append({"code": "many_in_one_host", "params": {"organizations": len(mine), "members": members}})
    else:
        reasons.append({"code": "enough_together", "params": {"members": members, "minimum": limits.minimum}})
        reasons.append({"code": "mean_way", "params": {"metres": mean}})
        reasons += _trade([each.industry for each in mine])
    return Draft(
        group.kind,
        tuple(each.id for each in mine),
        region,
        order,
        tuple(reasons),
        members,
        round(group.distance),
        nearness,
        mine[0].host if nearness is Nearness.host else None,
        None if group.standing is None else standing[group.standing],
    )


def nearness_of(regions: Sequence[Region], hosts: Sequence[UUID | None]) -> Nearness:
    """What these organisations have in common, the nearest first."""
    if len(set(hosts)) == 1 and hosts[0] is not None:
        return Nearness.host
    level = smallest(regions)[1]
    return {VILLAGE: Nearness.community, STREET: Nearness.street}.get(level, Nearness.county)


def _trade(industries: Sequence[str | None]) -> list[Reason]:
    told = {trade_of(industry)[1] for industry in industries}
    return [{"code": "same_trade", "params": {}}] if len(told) == 1 and None not in told else []


def _reached(waiting: Sequence[Waiting], most: int) -> list[Draft]:
    """One task a body and place: the body that is there already, else the community, else an instructor."""
    found: dict[tuple[OwnerKind, Region, int, int], list[Waiting]] = defaultdict(list)
    for each in waiting:
        step, unwilling, _ = each.gap.order
        code, level = each.region
        nobody = OwnerKind.community if level == VILLAGE else OwnerKind.instructor
        body = each.bodies[0] if each.bodies else nobody
        found[body, (code, level), step, unwilling].append(each)
    why = {OwnerKind.community: "community_near", OwnerKind.instructor: "nobody_there"}
    places = []
    for (body, region, step, unwilling), mine in found.items():
        for part in _parts(mine, most):
            reasons = ({"code": why.get(body, "body_there"), "params": {"organizations": len(part)}},)
            ids = tuple(each.id for each in part)
            places.append(Draft(PlaceKind.reach, ids, region, (step, unwilling, 1, 0, region), reasons, 0, body=body))
    return places


def _counted(waiting: Sequence[Waiting], most: int) -> list[Draft]:
    """One task a place: whoever is there asks how many members there are."""
    found: dict[tuple[Region, int], list[Waiting]] = defaultdict(list)
    for each in waiting:
        found[each.region, each.gap.order[0]].append(each)
    places = []
    for (region, step), mine in found.items():
        body = OwnerKind.community if region[1] == VILLAGE else OwnerKind.authority
        for part in _parts(mine, most):
            reasons = ({"code": "never_counted", "params": {"organizations": len(part)}},)
            ids = tuple(each.id for each in part)
            places.append(Draft(PlaceKind.find_out, ids, region, (step, 0, 1, 0, region), reasons, body=body))
    return places


def _parts(mine: Sequence[Waiting], most: int) -> list[Sequence[Waiting]]:
    """In parts of even size, none larger than `most`."""
    count = -(-len(mine) // most)
    return [mine[len(mine) * turn // count : len(mine) * (turn + 1) // count] for turn in range(count)]


def _figures(waiting: Sequence[Waiting], solution: Solution, places: Sequence[Draft]) -> dict[str, Any]:
    steps = Counter(each.gap.step for each in waiting)
    kinds = Counter(str(place.kind) for place in places)
    new = sum(kinds[kind] for kind in (PlaceKind.standalone, PlaceKind.territorial, PlaceKind.joint))
    return {
        "organizations": len(waiting),
        "steps": {step: steps[step] for step in STEPS},
        "places": {str(kind): kinds[kind] for kind in PlaceKind},
        "new_branches": new,
        "small": len(solution.alone) + solution.covered,
        "covered": solution.covered,
        "coverable": solution.coverable,
        "distance": round(solution.distance),
        "least_distance": int(solution.least_distance),
        "proven": solution.exact,
        "would_be_covered": steps["form_own"] + solution.covered,
    }
