"""What an officer changes in a plan by hand: which organisations stand in a place, and what is not to be done."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.core.errors import Conflict, FieldError, Forbidden, Invalid, NotFound, refuse_hard
from app.core.findings import judge
from app.core.versions import claim
from app.core.wire import action
from app.services.branches.failures import require_reason
from app.services.branches.founding import policy_at as branch_policy_at
from app.services.branches.founding import recorded
from app.services.branches.policy import BranchPolicy
from app.services.planning import reads, repository
from app.services.planning.composing import nearness_of, smallest
from app.services.planning.facts import Nearness, PlaceKind, PlaceState, PlanState, Small
from app.services.planning.models import Plan, PlanPlace
from app.services.planning.rules import PLACES, PlaceFacts
from app.services.planning.schemas import PlaceDrop, PlaceUpdate
from app.services.planning.service import OPEN_PLANS, refused
from app.services.regions.facts import COUNTY, STREET, VILLAGE, ancestor

JOINABLE = (PlaceKind.standalone, PlaceKind.attach, PlaceKind.territorial, PlaceKind.joint, PlaceKind.alone)
"""Kinds of places that organisations may move between: those whose organisations have members."""

BY_HAND = {"code": "put_together_by_hand", "params": {}}

Row = dict[str, Any]


async def detail(act: Act, plan_id: UUID, place_id: UUID) -> dict[str, Any]:
    """A place with its organisations and what the caller may do. Raises NotFound."""
    row = await reads.place(act, plan_id, place_id)
    plan = await reads.one(act, plan_id)
    refusal = refused(act, int(row["region_code"]))
    settled = None if plan["state"] in OPEN_PLANS else f"plan_{plan['state']}"
    gone = "place_dropped" if row["state"] == PlaceState.dropped else None
    return {**row, "allowed_actions": [action(name, refusal or settled or gone) for name in ("update", "drop")]}


async def update(act: Act, plan_id: UUID, place_id: UUID, expected: int, change: PlaceUpdate) -> dict[str, Any]:
    """Give a place other organisations of the same plan.

    Those that stood in another place leave it; those that this place loses become places of their own, for later.
    Every place that changes is judged: hard findings refuse, departures need a reason. Raises NotFound, StaleVersion,
    Conflict, Invalid for organisations that the plan does not hold, RuleViolation.
    """
    plan, place = await _claimed(act, plan_id, place_id, expected)
    kind = PlaceKind(place.kind)
    if kind not in JOINABLE:
        raise Conflict(errors=(FieldError("/organization_ids", "place_not_joinable"),))
    wanted = await repository.links(act, plan_id, change.organization_ids)
    _known(change.organization_ids, wanted)
    others = {row["place_id"] for row in wanted.values()} - {place_id}
    touched = {each.id: each for each in await repository.locked(act, {place_id, *others})}
    if any(PlaceKind(each.kind) not in JOINABLE or each.state == PlaceState.dropped for each in touched.values()):
        raise Conflict(errors=(FieldError("/organization_ids", "place_not_joinable"),))
    everybody = await repository.of_places(act, plan_id, touched)
    lost = [key for key, row in everybody.items() if row["place_id"] == place_id and key not in wanted]
    policy = await branch_policy_at(act, (place.region_code, place.region_level))
    await repository.move(act, plan_id, wanted, place_id)
    place.departures = _judged(act, place, list(wanted.values()), policy, change.departure_reason)
    for other in (touched[key] for key in sorted(others)):
        left = [row for key, row in everybody.items() if row["place_id"] == other.id and key not in wanted]
        if left:
            other.departures = _judged(act, other, left, policy, change.departure_reason)
        else:
            other.organizations, other.state, other.drop_reason = 0, PlaceState.dropped, "moved"
        await repository.save(act, other)
    await repository.save(act, place)
    if lost:
        await repository.stand_alone(act, plan_id, lost, [everybody[key] for key in lost])
    await _edited(act, plan)
    return await detail(act, plan_id, place_id)


async def drop(act: Act, plan_id: UUID, place_id: UUID, expected: int, why: PlaceDrop) -> dict[str, Any]:
    """Take a place out of the plan; it stays to be seen, with the reason. Raises as `update` does."""
    plan, place = await _claimed(act, plan_id, place_id, expected)
    place.state, place.drop_reason = PlaceState.dropped, why.reason
    await repository.save(act, place)
    await _edited(act, plan)
    return await detail(act, plan_id, place_id)


async def _claimed(act: Act, plan_id: UUID, place_id: UUID, expected: int) -> tuple[Plan, PlanPlace]:
    plan = await repository.plan_of(act, plan_id)
    if plan is None:
        raise NotFound()
    place = await claim(act, PlanPlace, place_id, expected)
    if place.plan_id != plan_id:
        raise NotFound()
    if plan.state not in OPEN_PLANS:
        raise Conflict(errors=(FieldError("", f"plan_{plan.state}"),))
    if place.state == PlaceState.dropped:
        raise Conflict(errors=(FieldError("", "place_dropped"),))
    if not act.scope.contains(plan.region_code):
        raise Forbidden(reason="scope")
    return plan, place


async def _edited(act: Act, plan: Plan) -> None:
    if plan.state != PlanState.edited:
        plan.state = PlanState.edited
        await repository.save(act, plan)


def _known(asked: list[UUID], found: dict[UUID, Row]) -> None:
    errors, seen = [], set()
    for turn, key in enumerate(asked):
        if key not in found:
            errors.append(FieldError(f"/organization_ids/{turn}", "not_in_plan"))
        elif key in seen:
            errors.append(FieldError(f"/organization_ids/{turn}", "listed_twice"))
        seen.add(key)
    if errors:
        raise Invalid(errors=tuple(errors))


def _judged(
    act: Act, place: PlanPlace, rows: list[Row], policy: BranchPolicy, reason: str | None
) -> list[dict[str, Any]]:
    """Give the place what it now is; the departures that are let pass. Raises RuleViolation."""
    kind = PlaceKind(place.kind)
    if kind is PlaceKind.alone and len(rows) > 1:
        kind = PlaceKind.joint
    hosts = [row["host_id"] for row in rows]
    members = sum(row["members"] or 0 for row in rows)
    counties = {ancestor(row["region_code"], COUNTY) for row in rows}
    facts = PlaceFacts(kind, len(rows), len(counties), len(set(hosts)), members)
    departing = require_reason(refuse_hard(judge(PLACES, facts, policy)), reason)
    regions = [(row["region_code"], row["region_level"]) for row in rows]
    place.kind, place.state = kind, PlaceState.edited
    place.region_code, place.region_level = smallest(regions)
    place.organizations, place.members = len(rows), members
    shared = kind in (PlaceKind.attach, PlaceKind.territorial, PlaceKind.joint)
    place.nearness = nearness_of(regions, hosts) if shared else None
    place.host_id = hosts[0] if place.nearness == Nearness.host else None
    place.distance = _distance(rows) if kind is PlaceKind.joint else (0 if shared else None)
    place.reasons = [*([{"code": f"same_{place.nearness}", "params": {}}] if shared else []), BY_HAND]
    return recorded(act, departing, policy, reason)


def _distance(rows: Iterable[Row]) -> int:
    from app.services.planning.costs import ground  # large, as in composing

    mine = [_small(row) for row in rows]
    return round(int(ground(mine).all_ways().sum()) / max(1, len(mine) - 1))


def _small(row: Row) -> Small:
    code, level = row["region_code"], row["region_level"]
    return Small(
        members=row["members"] or 0,
        county=ancestor(code, COUNTY),
        street=ancestor(code, STREET) if level >= STREET else None,
        community=code if level == VILLAGE else None,
        host=None if row["host_id"] is None else row["host_id"].int % (1 << 62),
        industry=row["industry"],
        longitude=None if row["longitude_e6"] is None else row["longitude_e6"] / 1e6,
        latitude=None if row["latitude_e6"] is None else row["latitude_e6"] / 1e6,
    )
