"""What can be done about stages: look at what is missing, go on, go back, and find branches that are hollow."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.core.errors import FieldError, Invalid, refuse_hard
from app.core.pagination import Ask, Page
from app.core.wire import action
from app.services.access.permissions import Permission
from app.services.branches import staging
from app.services.branches.facts import Stage
from app.services.branches.failures import require_reason
from app.services.branches.founding import recorded
from app.services.regions.stated import NATION, stated
from app.services.stages import reads, repository
from app.services.stages.facts import NEXT, Item
from app.services.stages.reads import Standing
from app.services.stages.reviewing import Reviewed, nothing_since, policy_at, review, told_rhythm
from app.services.stages.schemas import Advance, HollowFilters, StepBack

ORDER = tuple(Stage)


async def shown(act: Act, branch_id: UUID) -> dict[str, Any]:
    """A branch's checklist for its next stage, its rhythm, and whether it is hollow. Raises NotFound.

    `checklist` are Item values; whoever shows them adds the reader's texts.
    """
    found = await review(act, branch_id)
    branch = found.branch
    refused = _refusal(act, branch)
    last = "stage_last" if Stage(branch.stage) not in NEXT else None
    first = "stage_first" if Stage(branch.stage) is Stage.established else None
    return {
        "id": branch.id,
        "version": branch.version,
        "name": branch.name,
        "stage": branch.stage,
        "next_stage": NEXT.get(Stage(branch.stage)),
        "asked_for": found.asked_for,
        "on": act.today,
        "ready": all(item.severity == "advice" for item in found.unmet),
        "unmet": len(found.unmet),
        "checklist": found.items,
        "rhythm": await told_rhythm(act, found),
        "hollow": await reads.hollow_reasons(act, branch_id, nothing_since(act, found.measures.stage)),
        "policy_version": found.measures.version,
        "allowed_actions": [
            action("advance", refused or last or ("stage_hard_unmet" if _hard(found) else None)),
            action("step_back", refused or first),
        ],
    }


async def hollow(act: Act, filters: HollowFilters, ask: Ask) -> Page:
    """One page of hollow branches; how long nothing was held is the policy's of the region asked for."""
    place = NATION if filters.region is None else stated(filters.region, filters.region_level, "/region")
    return await reads.hollow(act, filters, nothing_since(act, await policy_at(act, place)), ask)


async def advance(act: Act, branch_id: UUID, expected: int, wish: Advance) -> None:
    """A branch has reached its next stage; the checklist of the day is kept with the step.

    Raises NotFound, Forbidden, StaleVersion; Conflict for a dissolved one; Invalid for any other stage; RuleViolation
    when what is missing refuses; DepartureUnapproved when it needs a reason and has none.
    """
    branch = await staging.claimed(act, branch_id, expected)
    now = Stage(branch.stage)
    if NEXT.get(now) is not wish.stage:
        raise Invalid(errors=(FieldError("/stage", "stage_not_next"),))
    found = await review(act, branch_id, wish.stage)
    findings = refuse_hard(tuple(item.finding for item in found.unmet))
    departing = require_reason(findings, wish.departure_reason)
    kept = recorded(act, departing, found.measures, wish.departure_reason)
    await staging.reach(act, branch, wish.stage, kept)
    await _step(act, found, now, wish.stage, wish.departure_reason if departing else None)


async def step_back(act: Act, branch_id: UUID, expected: int, wish: StepBack) -> None:
    """A branch is found to stand at an earlier stage; the checklist of the one it held is kept with the step.

    Raises NotFound, Forbidden, StaleVersion; Conflict for a dissolved one; Invalid for a stage that is not earlier.
    """
    branch = await staging.claimed(act, branch_id, expected)
    now = Stage(branch.stage)
    if ORDER.index(wish.stage) >= ORDER.index(now):
        raise Invalid(errors=(FieldError("/stage", "stage_not_earlier"),))
    found = await review(act, branch_id, now)
    await staging.reach(act, branch, wish.stage, ())
    await _step(act, found, now, wish.stage, wish.reason)


async def _step(act: Act, found: Reviewed, before: Stage, stage: Stage, reason: str | None) -> None:
    await repository.add(
        act,
        {
            "branch_id": found.branch.id,
            "stage_before": before,
            "stage": stage,
            "reason": reason,
            "policy_version": found.measures.version,
            "checklist": [_snapshot(item) for item in found.items],
        },
    )


def _snapshot(item: Item) -> dict[str, Any]:
    return asdict(item) | {"severity": item.severity.value}


def _hard(found: Reviewed) -> bool:
    return any(item.severity == "hard" for item in found.unmet)


def _refusal(act: Act, branch: Standing) -> str | None:
    if Permission.branches_approve not in act.by.permissions:
        return "permission"
    if not act.scope.holds(branch.region_code, [branch.authority_code], [branch.id]):
        return "outside_scope"
    return "branch_dissolved" if branch.dissolved_on is not None else None
