"""A branch comes from one stage to another. What decides it is asked above; here it is written."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.core.errors import Conflict, FieldError
from app.core.versions import claim
from app.services.branches import repository
from app.services.branches.facts import Stage
from app.services.branches.models import Branch


async def claimed(act: Act, branch_id: UUID, expected: int) -> Branch:
    """A branch that stands, locked. Raises NotFound, Forbidden, StaleVersion; Conflict for a dissolved one."""
    branch = await claim(act, Branch, branch_id, expected)
    if branch.dissolved_on is not None:
        raise Conflict(errors=(FieldError("", "branch_dissolved"),))
    return branch


async def reach(act: Act, branch: Branch, stage: Stage, departures: Sequence[dict[str, Any]]) -> None:
    """Write a claimed branch's new stage, and what was let pass for it."""
    branch.stage = stage
    branch.departures = [*branch.departures, *departures]
    await repository.save(act, branch)
