"""What can be done with assignments."""

from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.core.history import note
from app.core.pagination import Ask, Page
from app.core.wire import action
from app.services.access.permissions import Permission
from app.services.instructors import reads
from app.services.instructors.assigning import assign, end, hand_over
from app.services.instructors.judging import judge_each, judge_one, passed
from app.services.instructors.schemas import AssignmentFilters

__all__ = ["assign", "end", "hand_over", "judge_each", "judge_one", "listed", "passed", "shown"]

ASSIGNMENTS = "assignments"
"""What the audit calls a list of who is sent where."""


async def listed(act: Act, filters: AssignmentFilters, ask: Ask) -> Page:
    """One page of assignments; that a list of names was read is noted."""
    found = await reads.listed(act, filters, ask)
    await note(act, "list", ASSIGNMENTS, rows=len(found.rows))
    return found


async def shown(act: Act, assignment_id: UUID) -> dict[str, Any]:
    """One assignment with its departures and what the caller may do. Raises NotFound."""
    row = await reads.one(act, assignment_id)
    refusal = None if Permission.assignments_write in act.by.permissions else "permission"
    line = None if row["authority_code"] is None else int(row["authority_code"])
    refusal = refusal or (None if act.scope.holds(int(row["region_code"]), [line]) else "outside_scope")
    over = row["end_kind"] is not None or row["valid_to"] <= act.today
    refusal = refusal or ("assignment_ended" if over else None)
    return {**row, "allowed_actions": [action(name, refusal) for name in ("end", "hand_over")]}
