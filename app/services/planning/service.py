"""What can be done with plans: compute, compare, approve, set aside."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.core.errors import Conflict, FieldError, Forbidden, Invalid
from app.core.history import note
from app.core.versions import claim
from app.services.access.permissions import Permission
from app.services.branches.founding import policy_at as branch_policy_at
from app.services.branches.policy import BranchPolicy
from app.services.coverage.easy_first import Gap
from app.services.coverage.figures import bench
from app.services.coverage.policy import CoveragePolicy
from app.services.coverage.service import policy_at as coverage_policy_at
from app.services.planning import reads, repository
from app.services.planning.composing import FIRST_IN, Composed, Roomy, Waiting, compose
from app.services.planning.facts import LARGEST, Limits, PlanState
from app.services.planning.models import Plan
from app.services.planning.policy import KIND, PlanningPolicy
from app.services.planning.schemas import PlanApprove, PlanCreate, PlanDiscard, WhatIfLimits
from app.services.planning.tasks import assigning
from app.services.policies import service as policies
from app.services.regions.facts import CITY, COUNTY, span
from app.services.regions.stated import lineage, place

MOST = 200_000  # organisations with a gap in one plan,
MOST_SMALL = 20_000  # and of those with few members, whom grouping takes its time for
OPEN_PLANS = (PlanState.computed, PlanState.edited)

Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Gathered:
    """All that a plan is computed from, taken at one time, so that computing needs no transaction."""

    place: Place
    waiting: list[Waiting]
    roomy: list[Roomy]
    limits: Limits
    reach_most: int
    told: list[dict[str, Any]]  # the limits with their sources
    unplaced: int
    kept: int


async def policy_at(act: Act, at: Place) -> PlanningPolicy:
    """The planning policy in force at a place today."""
    return (await policies.at(act, KIND, lineage(at), act.today)).numbers


async def gather(act: Act, draft: PlanCreate) -> Gathered:
    """What a plan for this region rests on.

    Raises Invalid for another shape, a region wider than a city or one with too many gaps, Forbidden for a region that
    is not wholly inside the caller's scope.
    """
    at = await place(act, draft.region_code, draft.region_level)
    if not act.scope.covers(*span(*at)):
        raise Forbidden(reason="scope")
    if at[1] < CITY:
        raise Invalid(errors=(FieldError("/region_code", "plan_too_wide"),))
    coverage = (await coverage_policy_at(act, at, act.today)).numbers
    branches, planning = await branch_policy_at(act, at), await policy_at(act, at)
    limits, told = _limits(draft.limits, coverage, branches, planning)
    judged = bench(coverage)
    gaps = {key: gap for key in await reads.keys(act, at) if (gap := judged.verdict(key).gap) is not None}
    rows = await reads.waiting(act, at, sorted(gaps), coverage.member_basis.value)
    if len(rows) > MOST:
        raise Invalid(errors=(FieldError("/region_code", "plan_too_many", {"most": MOST}),))
    if sum(gaps[row.facts_key].step == "join" for row in rows) > MOST_SMALL:
        raise Invalid(errors=(FieldError("/region_code", "plan_too_many_small", {"most": MOST_SMALL}),))
    under_way = await reads.under_way(act, at)
    placed = [row for row in rows if row.region_level >= COUNTY]
    return Gathered(
        at,
        [_waiting(row, gaps[row.facts_key]) for row in placed if row.id not in under_way],
        [_roomy(row, limits) for row in await reads.roomy(act, at)],
        limits,
        planning.reach_most.value,
        told,
        len(rows) - len(placed),
        sum(row.id in under_way for row in placed),
    )


def _limits(
    asked: WhatIfLimits, coverage: CoveragePolicy, branches: BranchPolicy, planning: PlanningPolicy
) -> tuple[Limits, list[dict[str, Any]]]:
    """The numbers to plan by: the policies', but for those that the request puts others in the place of."""
    most = branches.joint_most
    cited: dict[str, tuple[Any, str | None]] = {
        "least": (branches.joint_least.value, branches.joint_least.document),
        "most": (min(most.value, LARGEST), most.document if most.value <= LARGEST else None),
        "minimum": (branches.joint_minimum.value, branches.joint_minimum.document),
        "branch_most": (branches.branch_most.value, branches.branch_most.document),
        "farthest": (planning.farthest.value, planning.farthest.document),
        "territorial_from": (planning.territorial_from.value, planning.territorial_from.document),
    }
    names = {"joint_most": "most", "farthest": "farthest", "territorial_from": "territorial_from"}
    for asked_name in asked.model_fields_set:
        cited[names[asked_name]] = (getattr(asked, asked_name), None)
    values: dict[str, Any] = {name: value for name, (value, _) in cited.items()}
    wire = {"least": "joint_least", "most": "joint_most", "minimum": "joint_minimum"}
    told = [{"name": wire.get(name, name), "value": value, "source": source} for name, (value, source) in cited.items()]
    told.append(
        {"name": "member_basis", "value": coverage.member_basis.value, "source": coverage.member_basis.document}
    )
    told += [
        {"name": f"{kind}_policy", "value": version, "source": None}
        for kind, version in (
            ("coverage", coverage.version), ("branches", branches.version), ("planning", planning.version),
        )
    ]  # fmt: skip
    return Limits(**values), told


def _waiting(row: Any, gap: Gap) -> Waiting:
    return Waiting(
        id=row.id,
        region=(row.region_code, row.region_level),
        gap=gap,
        members=row.members,
        host=row.host_id,
        industry=row.industry,
        longitude=None if row.longitude_e6 is None else row.longitude_e6 / 1e6,
        latitude=None if row.latitude_e6 is None else row.latitude_e6 / 1e6,
        bodies=tuple(body for fact, body in FIRST_IN if getattr(row, fact)),
    )


def _roomy(row: Any, limits: Limits) -> Roomy:
    """A joint branch has room up to its five; an attached or territorial one as far as its members allow."""
    most = limits.most if row.formation_mode == "joint" else limits.branch_most
    return Roomy(
        row.id,
        row.host_id,
        row.region_code,
        max(0, most - row.organizations),
        max(0, limits.branch_most - row.members),
    )


def computed(gathered: Gathered) -> Composed:
    """The plan itself. Takes seconds for a large county, and asks for nothing more: fit for a thread of its own."""
    return compose(gathered.waiting, gathered.roomy, gathered.limits, gathered.reach_most)


async def keep(act: Act, draft: PlanCreate, gathered: Gathered, found: Composed) -> dict[str, Any]:
    """Write a computed plan."""
    figures = found.figures
    plan = Plan(
        version=1,
        title=draft.title,
        region_code=gathered.place[0],
        region_level=gathered.place[1],
        state=PlanState.computed,
        limits=gathered.told,
        figures={
            **figures,
            "unplaced": gathered.unplaced,
            "kept": gathered.kept,
            "covered_of_bound": _ratio(figures["covered"], figures["coverable"]),
            "distance_of_bound": _ratio(figures["distance"], figures["least_distance"]),
        },
        computed_by=act.by.id,
        created_at=act.now,
        recorded_at=act.now,
    )
    return await detail(act, await repository.add(act, plan, found.places, gathered.waiting))


def _ratio(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


async def detail(act: Act, plan_id: UUID) -> dict[str, Any]:
    """One plan with the actions the caller may take. Raises NotFound."""
    row = await reads.one(act, plan_id)
    refusal = refused(act, int(row["region_code"]))
    settled = None if row["state"] in OPEN_PLANS else f"plan_{row['state']}"
    names = ("approve", "discard", "edit_places")
    actions = [
        {"action": name, "allowed": (refusal or settled) is None, "reason": refusal or settled} for name in names
    ]
    return {**row, "allowed_actions": actions}


def refused(act: Act, region_code: int) -> str | None:
    """Why the caller may not change a plan here; None when they may."""
    if Permission.plans_write not in act.by.permissions:
        return "permission"
    return None if act.scope.contains(region_code) else "outside_scope"


async def compared(act: Act, one_id: UUID, two_id: UUID) -> dict[str, Any]:
    """Two plans side by side. Raises NotFound."""
    one, two = await reads.one(act, one_id), await reads.one(act, two_id)
    difference = {
        name: two["figures"][name] - value
        for name, value in one["figures"].items()
        if isinstance(value, int) and isinstance(two["figures"].get(name), int)
    }
    return {"a": one, "b": two, "difference": difference, "same": await reads.same_places(act, one_id, two_id)}


async def claimed(act: Act, plan_id: UUID, expected: int) -> Plan:
    """A plan that may still be changed, locked. Raises NotFound, StaleVersion, Conflict when it is settled."""
    plan = await claim(act, Plan, plan_id, expected)
    if plan.state not in OPEN_PLANS:
        raise Conflict(errors=(FieldError("", f"plan_{plan.state}"),))
    return plan


async def approve(act: Act, plan_id: UUID, expected: int, approval: PlanApprove) -> dict[str, Any]:
    """Approve all places that were not dropped, and hand out their tasks.

    Raises NotFound, StaleVersion, Invalid for the owner or the day, Conflict when it is settled or when another plan's
    tasks are under way for some of the same organisations: then it is to be computed again.
    """
    plan = await claimed(act, plan_id, expected)
    at = (plan.region_code, plan.region_level)
    busy = await reads.under_way(act, at)
    overlap = await repository.planned(act, plan_id, busy)
    if overlap:
        raise Conflict(errors=(FieldError("", "plan_outdated", {"organizations": overlap}),))
    await repository.set_aside(act, plan, "superseded")
    places = await repository.approve_places(act, plan_id)
    days = (await policy_at(act, at)).task_days.value
    await assigning.hand_out(act, plan, places, approval.authority_id, approval.due_on, days)
    plan.state, plan.approved_by, plan.approved_at = PlanState.approved, act.by.id, act.now
    await repository.save(act, plan)
    await note(act, "approve", "plans", id=str(plan_id), places=len(places))
    return await detail(act, plan_id)


async def discard(act: Act, plan_id: UUID, expected: int, why: PlanDiscard) -> dict[str, Any]:
    """Set a plan aside. Raises NotFound, StaleVersion, Conflict when it is settled."""
    plan = await claimed(act, plan_id, expected)
    plan.state, plan.closing_reason = PlanState.superseded, why.reason
    await repository.save(act, plan)
    return await detail(act, plan_id)
