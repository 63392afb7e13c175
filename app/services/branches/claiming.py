"""A branch that is to be changed: locked, as the caller knew it, and standing."""

from uuid import UUID

from app.core.acts import Act
from app.core.errors import Conflict, FieldError
from app.core.versions import claim
from app.services.branches.models import Branch


async def standing(act: Act, branch_id: UUID, expected: int) -> Branch:
    """Claim a branch. Raises NotFound, Forbidden, StaleVersion; Conflict for one that is dissolved."""
    branch = await claim(act, Branch, branch_id, expected)
    if branch.dissolved_on is not None:
        raise Conflict(errors=(FieldError("", "branch_dissolved"),))
    return branch
