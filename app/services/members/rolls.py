"""Whether a branch's roll of members is complete: from then on its members are counted and no longer stated."""

from uuid import UUID

from app.core.acts import Act
from app.core.errors import Conflict, FieldError, Invalid
from app.core.versions import claim
from app.services.branches.models import Branch
from app.services.members import repository
from app.services.members.roll_schemas import KeepRoll


async def keep(act: Act, branch_id: UUID, expected: int, wish: KeepRoll) -> None:
    """Say that every member of a branch is entered by name. The database counts them in the same transaction.

    Raises NotFound, StaleVersion, Forbidden; Conflict for a dissolved branch or one that keeps its roll; Invalid.
    """
    branch = await claim(act, Branch, branch_id, expected)
    if branch.dissolved_on is not None:
        raise Conflict(errors=(FieldError("", "branch_dissolved"),))
    if branch.roll_kept_since is not None:
        raise Conflict(errors=(FieldError("", "roll_kept"),))
    since = wish.since or act.today
    if not branch.founded_on <= since <= act.today:
        raise Invalid(errors=(FieldError("/since", "before_founding", {"founded_on": branch.founded_on.isoformat()}),))
    branch.roll_kept_since = since
    await repository.save_branch(act, branch)


async def stop(act: Act, branch_id: UUID, expected: int) -> None:
    """Say that a branch's roll is not complete any more: what was counted last stands until somebody states otherwise.

    Raises NotFound, StaleVersion, Forbidden; Conflict for a branch that does not keep its roll.
    """
    branch = await claim(act, Branch, branch_id, expected)
    if branch.roll_kept_since is None:
        raise Conflict(errors=(FieldError("", "roll_not_kept"),))
    branch.roll_kept_since = None
    await repository.save_branch(act, branch)
