"""Filing: approval and election of a branch are reported to the organisation department above."""

from datetime import date
from uuid import UUID

from app.core.acts import Act
from app.core.errors import Conflict, FieldError, Forbidden, Invalid
from app.core.versions import claim
from app.services.branches.applications import repository
from app.services.branches.applications.schemas import Filing
from app.services.branches.claiming import standing
from app.services.branches.facts import ApplicationState
from app.services.branches.founding import day_wrong
from app.services.branches.models import Branch, BranchApplication


async def file_branch(act: Act, branch_id: UUID, expected: int, filing: Filing) -> None:
    """File a branch; the application that it came of is filed with it.

    Raises Conflict for one that is dissolved or filed already, Invalid for a day before its founding or to come.
    """
    branch = await standing(act, branch_id, expected)
    await _file(act, branch, filing.filed_on or act.today)
    row = await repository.founding_of(act, branch_id)
    if row is not None:
        await _filed(act, row, filing.filed_on or act.today)


async def file_application(act: Act, application_id: UUID, expected: int, filing: Filing) -> None:
    """File an application whose branch has been founded, and the branch with it.

    Raises Conflict in another state, Forbidden when the branch is not the caller's to write.
    """
    row = await claim(act, BranchApplication, application_id, expected)
    if row.state != ApplicationState.founded or row.branch_id is None:
        raise Conflict(errors=(FieldError("", "application_state"),))
    branch = await repository.branch_of(act, row.branch_id)
    if branch is None:
        raise Forbidden(reason="scope")
    day = filing.filed_on or act.today
    await _file(act, branch, day)
    await _filed(act, row, day)


async def _file(act: Act, branch: Branch, day: date) -> None:
    if branch.filed_on is not None:
        raise Conflict(errors=(FieldError("", "branch_filed"),))
    if wrong := day_wrong("/filed_on", day, branch.founded_on, act.today):
        raise Invalid(errors=tuple(wrong))
    branch.filed_on = day
    await repository.save(act, branch)


async def _filed(act: Act, row: BranchApplication, day: date) -> None:
    row.state, row.filed_on = ApplicationState.filed, day
    await repository.save(act, row)
