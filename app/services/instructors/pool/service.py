"""What can be done with instructors: list them, show one, let one leave."""

from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.core.history import note
from app.core.pagination import Ask, Page
from app.core.wire import action
from app.services.access.permissions import Permission
from app.services.instructors import reads as assignments
from app.services.instructors.judging import policy_at
from app.services.instructors.pool import reads
from app.services.instructors.pool.leaving import leave
from app.services.instructors.pool.schemas import InstructorFilters
from app.services.regions.stated import NATION, stated

__all__ = ["leave", "listed", "shown"]

INSTRUCTORS = "instructors"
"""What the audit calls a list of their names."""


async def listed(act: Act, filters: InstructorFilters, ask: Ask) -> Page:
    """One page of today's instructors; that a list of names was read is noted.

    How many assignments are usual is set by the policy of the region asked for, else the country's.
    """
    place = NATION if filters.region is None else stated(filters.region, filters.region_level, "/region")
    most = (await policy_at(act, place)).instructor_most.value
    found = await reads.listed(act, filters, most, ask)
    await note(act, "list", INSTRUCTORS, rows=len(found.rows))
    return found


async def shown(act: Act, worker_id: UUID) -> dict[str, Any]:
    """One instructor with where he is sent, and what the caller may do. Raises NotFound for who is none today."""
    row = await reads.one(act, worker_id, 0)
    policy = await policy_at(act, (int(row["region_code"]), int(row["region_level"])))
    most = policy.instructor_most.value
    refusal = None if Permission.assignments_write in act.by.permissions else "permission"
    line = None if row["authority_code"] is None else int(row["authority_code"])
    inside = act.scope.holds(int(row["region_code"]), [line])
    return {
        **row,
        "capacity_left": max(0, most - row["load"]),
        "assignments": await assignments.of_worker(act, worker_id),
        "most": most,
        "policy_version": policy.version,
        "allowed_actions": [action("leave", refusal or (None if inside else "outside_scope"))],
    }
