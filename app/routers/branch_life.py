"""What happens to a branch after its founding: filed, extended, merged, split, formed in another way."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.core.acts import Act
from app.core.errors import Conflict, NotFound, RuleViolation, StaleVersion, Taken, VersionRequired
from app.routers.branches import detail
from app.services.access.permissions import Permission
from app.services.branches import extending
from app.services.branches.applications import filing
from app.services.branches.applications.schemas import Filing
from app.services.branches.schemas import BranchDetail, BranchExtend
from app.services.branches.successions import reads, service, splitting
from app.services.branches.successions.schemas import (
    BranchMerge,
    BranchReform,
    BranchSplit,
    Succeeded,
    SuccessionRead,
)
from app.web import answers
from app.web.guards import May
from app.web.lists import Listed, ListQuery
from app.web.openapi import declares
from app.web.strict import StrictRoute

router = APIRouter(prefix="/v1/branches", tags=["branches"], route_class=StrictRoute)

BranchesRead = Annotated[Act, May(Permission.branches_read)]
BranchesWrite = Annotated[Act, May(Permission.branches_write)]


@router.post(
    "/{branch_id}/file",
    summary="File a branch",
    response_model=BranchDetail,
    responses=declares(NotFound, Conflict, StaleVersion, VersionRequired),
)
async def file_branch(act: BranchesWrite, branch_id: UUID, filed: Filing, request: Request) -> Response:
    """Approval and election are filed with the organisation department above. Needs `If-Match`.

    The application that the branch came of is filed with it.
    """
    await filing.file_branch(act, branch_id, answers.expected_version(request), filed)
    return answers.one(BranchDetail, await detail(act, branch_id, request))


@router.post(
    "/{branch_id}/extend",
    summary="Extend a temporary or project branch",
    response_model=BranchDetail,
    responses=declares(NotFound, Conflict, RuleViolation, StaleVersion, VersionRequired),
)
async def extend_branch(act: BranchesWrite, branch_id: UUID, more: BranchExtend, request: Request) -> Response:
    """Gives it another planned end, later or earlier, with a reason. Needs `If-Match`."""
    await extending.extend(act, branch_id, answers.expected_version(request), more)
    return answers.one(BranchDetail, await detail(act, branch_id, request))


@router.post(
    "/merge",
    summary="Merge branches",
    response_model=Succeeded,
    responses=declares(NotFound, Conflict, RuleViolation, Taken, StaleVersion),
)
async def merge_branches(act: BranchesWrite, merger: BranchMerge) -> Response:
    """Branches end on a day, and a new branch, or one that stands, goes on with what they covered.

    Their members' relations move with that day, branches below them come under the heir. Each is named with the
    version that the caller knows. Every organisation is taken over or named as released: none is lost silently. The
    heir is judged as at its founding.
    """
    return answers.answer(await service.merge(act, merger))


@router.post(
    "/{branch_id}/split",
    summary="Split a branch",
    response_model=Succeeded,
    responses=declares(NotFound, Conflict, RuleViolation, Taken, StaleVersion, VersionRequired),
)
async def split_branch(act: BranchesWrite, branch_id: UUID, division: BranchSplit, request: Request) -> Response:
    """New branches take over the organisations they name, and members go with their employer. Needs `If-Match`.

    The branch ends, or goes on with the rest (`remains`) if the rules let it.
    """
    return answers.answer(await splitting.split(act, branch_id, answers.expected_version(request), division))


@router.post(
    "/{branch_id}/reform",
    summary="Form a branch in another way",
    response_model=Succeeded,
    responses=declares(NotFound, Conflict, RuleViolation, Taken, StaleVersion, VersionRequired),
)
async def reform_branch(act: BranchesWrite, branch_id: UUID, change: BranchReform, request: Request) -> Response:
    """A branch's formation mode does not change: it ends, and one formed in another way goes on. Needs `If-Match`."""
    return answers.answer(await service.reform(act, branch_id, answers.expected_version(request), change))


@router.get(
    "/{branch_id}/successions",
    summary="List what a branch came of and became",
    response_model=Listed[SuccessionRead],
    responses=declares(NotFound),
)
async def list_branch_successions(
    act: BranchesRead, branch_id: UUID, request: Request, query: Annotated[ListQuery, Query()]
) -> Response:
    """The branches it came of and those that came of it, the oldest first."""
    return answers.listed(await reads.around(act, branch_id, query.ask()), request)
