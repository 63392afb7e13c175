"""Applications for branches: applied for, approved by the superior, founded, filed."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.core.acts import Act
from app.core.errors import Conflict, NotAcceptable, NotFound, RuleViolation, StaleVersion, Taken, VersionRequired
from app.core.sheets import Column
from app.services.access.permissions import Permission
from app.services.branches.applications import filing, reads, service, showing
from app.services.branches.applications.schemas import (
    ApplicationApprove,
    ApplicationCreate,
    ApplicationDetail,
    ApplicationFilters,
    ApplicationFound,
    ApplicationRead,
    ApplicationResubmit,
    ApplicationReturn,
    ApplicationUpdate,
    ApplicationVersion,
    ApplicationWithdraw,
    Filing,
)
from app.web import answers
from app.web.guards import May
from app.web.lists import Listed, ListQuery, respond
from app.web.openapi import declares
from app.web.problems import finding_json
from app.web.state import language
from app.web.strict import StrictRoute

router = APIRouter(prefix="/v1/branch-applications", tags=["branches"], route_class=StrictRoute)

BranchesRead = Annotated[Act, May(Permission.branches_read)]
BranchesWrite = Annotated[Act, May(Permission.branches_write)]
BranchesApprove = Annotated[Act, May(Permission.branches_approve)]

COLUMNS = (
    Column("name", heading="branch_name"),
    Column("state", coded="application_state", heading="application_state"),
    Column("level", coded="branch_level", heading="branch_level"),
    Column("formation_mode", coded="formation_mode"),
    Column("term_kind", coded="term_kind"),
    Column("authority_name"),
    Column("authority_code"),
    Column("region_code"),
    Column("region_level", coded="region_level"),
    Column("applied_on", "date"),
    Column("due_on", "date", heading="application_due_on"),
    Column("overdue", "boolean"),
    Column("decided_on", "date", heading="application_decided_on"),
    Column("founded_on", "date"),
    Column("filed_on", "date", heading="branch_filed_on"),
    Column("id"),
)


class ApplicationList(ApplicationFilters, ListQuery):
    """Filters and paging of the list."""


async def _detail(act: Act, application_id: UUID, request: Request) -> dict[str, Any]:
    row = await showing.shown(act, application_id)
    if row["findings"] is None:
        return row
    return {**row, "findings": [finding_json(finding, language(request)) for finding in row["findings"]]}


@router.get(
    "",
    summary="List applications for branches",
    response_model=Listed[ApplicationRead],
    responses=declares(NotAcceptable),
)
async def list_branch_applications(
    act: BranchesRead, request: Request, query: Annotated[ApplicationList, Query()]
) -> Response:
    """Applications by region; as JSON pages, or all filtered rows as CSV or XLSX by `Accept`.

    `overdue=true` lists those that the superior has not answered within the month.
    """
    return await respond(request, COLUMNS, lambda ask: reads.listed(act, query, ask), query.ask())


@router.post(
    "",
    summary="Apply for a branch",
    status_code=201,
    response_model=ApplicationDetail,
    responses=declares(RuleViolation),
)
async def apply_for_branch(act: BranchesWrite, draft: ApplicationCreate, request: Request) -> Response:
    """Puts an application to the superior. It is judged as if the branch were founded that day.

    Hard rules refuse (409 with findings); a departure asks for `departure_reason`, which the superior reads. The answer
    is due a month later.
    """
    application_id = await service.apply(act, draft)
    detail = await _detail(act, application_id, request)
    return answers.created(ApplicationDetail, detail, "/v1/branch-applications/{id}")


@router.get(
    "/{application_id}",
    summary="Read an application",
    response_model=ApplicationDetail,
    responses=declares(NotFound),
)
async def read_branch_application(act: BranchesRead, application_id: UUID, request: Request) -> Response:
    """One application with its draft, what the rules say of it today, and what the caller may do."""
    return answers.one(ApplicationDetail, await _detail(act, application_id, request), request)


@router.patch(
    "/{application_id}",
    summary="Update an application",
    response_model=ApplicationDetail,
    responses=declares(NotFound, Conflict, RuleViolation, StaleVersion, VersionRequired),
)
async def update_branch_application(
    act: BranchesWrite, application_id: UUID, change: ApplicationUpdate, request: Request
) -> Response:
    """Changes the draft before it is decided, or after it was returned. Needs `If-Match`. Judged as when applied for.

    Whoever changes it puts it forward, and so does not approve it.
    """
    await service.update(act, application_id, answers.expected_version(request), change)
    return answers.one(ApplicationDetail, await _detail(act, application_id, request))


@router.post(
    "/{application_id}/approve",
    summary="Approve an application",
    response_model=ApplicationDetail,
    responses=declares(NotFound, Conflict, RuleViolation, StaleVersion, VersionRequired),
)
async def approve_branch_application(
    act: BranchesApprove, application_id: UUID, reply: ApplicationApprove, request: Request
) -> Response:
    """The superior approves: the superior body must lie in the caller's scope, and nobody approves what is his own.

    Departures that were asked for are let pass with it. An answer after the month is a departure itself. Needs
    `If-Match`.
    """
    await service.approve(act, application_id, answers.expected_version(request), reply)
    return answers.one(ApplicationDetail, await _detail(act, application_id, request))


@router.post(
    "/{application_id}/return",
    summary="Return an application",
    response_model=ApplicationDetail,
    responses=declares(NotFound, Conflict, StaleVersion, VersionRequired),
)
async def return_branch_application(
    act: BranchesApprove, application_id: UUID, reply: ApplicationReturn, request: Request
) -> Response:
    """The superior sends it back with a reason, to be amended and put forward again. Needs `If-Match`."""
    await service.send_back(act, application_id, answers.expected_version(request), reply)
    return answers.one(ApplicationDetail, await _detail(act, application_id, request))


@router.post(
    "/{application_id}/resubmit",
    summary="Resubmit an application",
    response_model=ApplicationDetail,
    responses=declares(NotFound, Conflict, RuleViolation, StaleVersion, VersionRequired),
)
async def resubmit_branch_application(
    act: BranchesWrite, application_id: UUID, again: ApplicationResubmit, request: Request
) -> Response:
    """Puts a returned application forward again; it is judged anew and the month begins anew. Needs `If-Match`."""
    await service.resubmit(act, application_id, answers.expected_version(request), again)
    return answers.one(ApplicationDetail, await _detail(act, application_id, request))


@router.post(
    "/{application_id}/withdraw",
    summary="Withdraw an application",
    response_model=ApplicationDetail,
    responses=declares(NotFound, Conflict, StaleVersion, VersionRequired),
)
async def withdraw_branch_application(
    act: BranchesWrite, application_id: UUID, end: ApplicationWithdraw, request: Request
) -> Response:
    """It is no longer wanted, with a reason; also after an approval, which lapses. Needs `If-Match`."""
    await service.withdraw(act, application_id, answers.expected_version(request), end)
    return answers.one(ApplicationDetail, await _detail(act, application_id, request))


@router.post(
    "/{application_id}/found",
    summary="Found the branch applied for",
    response_model=ApplicationDetail,
    responses=declares(NotFound, Conflict, RuleViolation, Taken, StaleVersion, VersionRequired),
)
async def found_applied_branch(
    act: BranchesWrite, application_id: UUID, founding: ApplicationFound, request: Request
) -> Response:
    """The founding meeting has been held: the branch stands from that day, and covers its organisations.

    Judged again: what the superior let pass needs no reason again, what departs since does. Needs `If-Match`.
    """
    await service.found(act, application_id, answers.expected_version(request), founding)
    return answers.one(ApplicationDetail, await _detail(act, application_id, request))


@router.post(
    "/{application_id}/file",
    summary="File an application",
    response_model=ApplicationDetail,
    responses=declares(NotFound, Conflict, StaleVersion, VersionRequired),
)
async def file_branch_application(
    act: BranchesWrite, application_id: UUID, filed: Filing, request: Request
) -> Response:
    """Approval and election are filed with the organisation department above; the branch with it. Needs `If-Match`."""
    await filing.file_application(act, application_id, answers.expected_version(request), filed)
    return answers.one(ApplicationDetail, await _detail(act, application_id, request))


@router.get(
    "/{application_id}/history",
    summary="List an application's versions",
    response_model=Listed[ApplicationVersion],
    responses=declares(NotFound),
)
async def list_branch_application_versions(
    act: BranchesRead, application_id: UUID, request: Request, query: Annotated[ListQuery, Query()]
) -> Response:
    """What was known of the application and when, the newest first."""
    return answers.listed(await reads.history(act, application_id, query.ask()), request)
