"""What happens to a branch between its founding and its end: filed, extended."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.core.acts import Act
from app.core.errors import Conflict, NotFound, RuleViolation, StaleVersion, VersionRequired
from app.routers.branches import detail
from app.services.access.permissions import Permission
from app.services.branches import extending
from app.services.branches.applications import filing
from app.services.branches.applications.schemas import Filing
from app.services.branches.schemas import BranchDetail, BranchExtend
from app.web import answers
from app.web.guards import May
from app.web.openapi import declares
from app.web.strict import StrictRoute

router = APIRouter(prefix="/v1/branches", tags=["branches"], route_class=StrictRoute)

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
