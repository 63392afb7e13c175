"""What can be done with activities."""

from datetime import date
from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.core.errors import Conflict, FieldError, Forbidden, Invalid, NotFound
from app.core.pagination import Ask, Page
from app.core.versions import claim
from app.core.wire import action
from app.services.access.permissions import Permission
from app.services.activities import reads, repository
from app.services.activities.facts import ActivityKind, period_start, periods_before
from app.services.activities.models import Activity
from app.services.activities.policy import KIND, RhythmPolicy
from app.services.activities.repository import Standing
from app.services.activities.schemas import ActivityCancel, ActivityCreate, ActivityUpdate, RhythmFilters
from app.services.policies import service as policies
from app.services.regions.stated import NATION, lineage, stated


async def policy_at(act: Act, place: tuple[int, int]) -> RhythmPolicy:
    """The rhythm in force at a place today."""
    return (await policies.at(act, KIND, lineage(place), act.today)).numbers


async def rhythm(act: Act, filters: RhythmFilters, ask: Ask) -> Page:
    """One page of branches with how they keep up what is held, by the periods of the region asked for."""
    place = NATION if filters.region is None else stated(filters.region, filters.region_level, "/region")
    policy = await policy_at(act, place)
    periods = {
        kind: (periods_before(act.today, months, 1)[0], period_start(act.today, months))
        for kind in ActivityKind
        for months in (policy.months(kind).value,)
    }
    return await reads.rhythm(act, filters, periods, ask)


async def shown(act: Act, activity_id: UUID) -> dict[str, Any]:
    """One activity with the actions the caller may take. Raises NotFound."""
    row = await reads.one(act, activity_id)
    refusal = None if Permission.activities_write in act.by.permissions else "permission"
    inside = act.scope.holds(int(row["region_code"]), [int(row["authority_code"])], [row["branch_id"]])
    refusal = refusal or (None if inside else "outside_scope")
    refusal = refusal or ("activity_cancelled" if row["cancel_reason"] is not None else None)
    return {**row, "allowed_actions": [action("update", refusal), action("cancel", refusal)]}


async def record(act: Act, draft: ActivityCreate) -> UUID:
    """Enter something that was held.

    Raises Invalid for an unknown branch or a day on which it did not stand, Forbidden for a branch that may only be
    seen; the database refuses the same kind and topic twice on a day (Taken).
    """
    branch = await repository.standing(act, draft.branch_id, locked=True)
    if branch is None:
        if await repository.standing(act, draft.branch_id, locked=False) is not None:
            raise Forbidden(reason="scope")
        raise Invalid(errors=(FieldError("/branch_id", "reference_unknown"),))
    _while_it_stood(act, branch, draft.held_on)
    return await repository.add(act, draft.model_dump())


async def correct(act: Act, activity_id: UUID, expected: int, change: ActivityUpdate) -> None:
    """Put an activity right. What is already so makes no new version.

    Raises NotFound, StaleVersion, Forbidden; Conflict for a cancelled one; Invalid for a day that does not fit.
    """
    branch, activity = await _counting(act, activity_id, expected)
    changed = {
        name: value for name in change.model_fields_set if (value := getattr(change, name)) != getattr(activity, name)
    }
    if "held_on" in changed:
        _while_it_stood(act, branch, changed["held_on"])
    for name, value in changed.items():
        setattr(activity, name, value)
    if changed:
        await repository.save(act, activity)


async def cancel(act: Act, activity_id: UUID, expected: int, wish: ActivityCancel) -> None:
    """Say that an activity was entered by mistake. Raises NotFound, StaleVersion, Forbidden, Conflict."""
    _, activity = await _counting(act, activity_id, expected)
    activity.cancel_reason = wish.reason
    await repository.save(act, activity)


async def _counting(act: Act, activity_id: UUID, expected: int) -> tuple[Standing, Activity]:
    branch_id = await repository.branch_of(act, activity_id)
    if branch_id is None:
        raise NotFound()
    branch = await repository.standing(act, branch_id, locked=True)
    activity = await claim(act, Activity, activity_id, expected)
    if branch is None:
        raise NotFound()
    if activity.cancel_reason is not None:
        raise Conflict(errors=(FieldError("", "activity_cancelled"),))
    return branch, activity


def _while_it_stood(act: Act, branch: Standing, day: date) -> None:
    if day > act.today:
        raise Invalid(errors=(FieldError("/held_on", "day_future"),))
    if day < branch.founded_on:
        raise Invalid(errors=(FieldError("/held_on", "day_too_early", {"earliest": branch.founded_on.isoformat()}),))
    if branch.dissolved_on is not None and day >= branch.dissolved_on:
        raise Invalid(errors=(FieldError("/held_on", "activity_after_branch"),))
