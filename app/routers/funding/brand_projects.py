"""Brand projects: asked for by branches, decided by the committee, paid out with an appropriation."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.core.acts import Act
from app.core.errors import Conflict, NotAcceptable, NotFound, RuleViolation, StaleVersion, Taken, VersionRequired
from app.core.sheets import Column
from app.services.access.permissions import Permission
from app.services.funding.appropriations.projects import reads, service
from app.services.funding.appropriations.projects.schemas import (
    BrandProjectApprove,
    BrandProjectCreate,
    BrandProjectDetail,
    BrandProjectEnd,
    BrandProjectFilters,
    BrandProjectRead,
    BrandProjectUpdate,
    BrandProjectVersion,
)
from app.web import answers
from app.web.guards import May
from app.web.lists import Listed, ListQuery, respond
from app.web.openapi import declares
from app.web.problems import finding_json
from app.web.state import language
from app.web.strict import StrictRoute

router = APIRouter(prefix="/v1/funding/brand-projects", tags=["funding"], route_class=StrictRoute)

FundingRead = Annotated[Act, May(Permission.funding_read)]
FundingApprove = Annotated[Act, May(Permission.funding_approve)]
RequestsWrite = Annotated[Act, May(Permission.spending_requests_write)]
CHANGED = (NotFound, Conflict, StaleVersion, VersionRequired)

COLUMNS = (
    Column("branch_name", heading="appropriation_branch"),
    Column("year", "integer", heading="appropriation_year"),
    Column("title", heading="brand_project_title"),
    Column("purpose", heading="brand_project_purpose"),
    Column("asked_fen", "fen", heading="brand_project_asked_fen"),
    Column("approved_fen", "fen", heading="brand_project_approved_fen"),
    Column("state", coded="brand_project_state", heading="brand_project_state"),
    Column("decided_on", "date", heading="brand_project_decided_on"),
    Column("document", heading="appropriation_document"),
    Column("place_code", heading="appropriation_place_code"),
    Column("line_code", heading="appropriation_line_code"),
    Column("branch_id"),
    Column("id"),
)


class BrandProjectList(BrandProjectFilters, ListQuery):
    """Filters and paging of the projects."""


async def _row(act: Act, project_id: UUID, request: Request) -> dict[str, Any]:
    row = await service.shown(act, project_id)
    return {**row, "findings": [finding_json(each, language(request)) for each in row["findings"]]}


async def _told(act: Act, project_id: UUID, request: Request) -> Response:
    return answers.one(BrandProjectDetail, await _row(act, project_id, request))


@router.get(
    "", summary="List brand projects", response_model=Listed[BrandProjectRead], responses=declares(NotAcceptable)
)
async def list_brand_projects(
    act: FundingRead, request: Request, query: Annotated[BrandProjectList, Query()]
) -> Response:
    """What branches ask for, the latest first; as JSON pages, or as CSV or XLSX by `Accept`."""
    return await respond(request, COLUMNS, lambda ask: reads.listed(act, query, ask), query.ask())


@router.post(
    "",
    summary="Ask for a brand project",
    status_code=201,
    response_model=BrandProjectDetail,
    responses=declares(Taken),
)
async def create_brand_project(act: RequestsWrite, draft: BrandProjectCreate, request: Request) -> Response:
    """A branch asks a committee that gives to it for money; the same title once for the branch and year."""
    project_id = await service.create(act, draft)
    return answers.created(BrandProjectDetail, await _row(act, project_id, request), "/v1/funding/brand-projects/{id}")


@router.get(
    "/{project_id}", summary="Read a brand project", response_model=BrandProjectDetail, responses=declares(NotFound)
)
async def read_brand_project(act: FundingRead, project_id: UUID, request: Request) -> Response:
    """One project with the ceiling, what stands against approving all of it, and the line that pays it out."""
    return await _told(act, project_id, request)


@router.patch(
    "/{project_id}",
    summary="Change a brand project",
    response_model=BrandProjectDetail,
    responses=declares(*CHANGED, Taken),
)
async def update_brand_project(
    act: RequestsWrite, project_id: UUID, change: BrandProjectUpdate, request: Request
) -> Response:
    """Puts what is asked for otherwise: whoever asked alone (403), while nobody has decided. Needs `If-Match`."""
    await service.update(act, project_id, answers.expected_version(request), change)
    return await _told(act, project_id, request)


@router.post(
    "/{project_id}/withdraw",
    summary="Withdraw a brand project",
    response_model=BrandProjectDetail,
    responses=declares(*CHANGED),
)
async def withdraw_brand_project(
    act: RequestsWrite, project_id: UUID, wish: BrandProjectEnd, request: Request
) -> Response:
    """Whoever asked asks for it no longer. Needs `If-Match`."""
    await service.withdraw(act, project_id, answers.expected_version(request), wish.reason)
    return await _told(act, project_id, request)


@router.post(
    "/{project_id}/approve",
    summary="Approve a brand project",
    response_model=BrandProjectDetail,
    responses=declares(*CHANGED, RuleViolation),
)
async def approve_brand_project(
    act: FundingApprove, project_id: UUID, wish: BrandProjectApprove, request: Request
) -> Response:
    """Somebody else than who asked says how much is given, at most what was asked (409 for who asked).

    Above the policy's ceiling it is refused, or where the place lays that down a departure; so is a branch's second one
    of the year. Needs `If-Match`. The committee's next proposal of the year has it.
    """
    await service.approve(act, project_id, answers.expected_version(request), wish)
    return await _told(act, project_id, request)


@router.post(
    "/{project_id}/refuse",
    summary="Refuse a brand project",
    response_model=BrandProjectDetail,
    responses=declares(*CHANGED, RuleViolation),
)
async def refuse_brand_project(
    act: FundingApprove, project_id: UUID, wish: BrandProjectEnd, request: Request
) -> Response:
    """Nothing is given for it, for a reason. Needs `If-Match`."""
    await service.refuse(act, project_id, answers.expected_version(request), wish.reason)
    return await _told(act, project_id, request)


@router.get(
    "/{project_id}/history",
    summary="List a brand project's versions",
    response_model=Listed[BrandProjectVersion],
    responses=declares(NotFound),
)
async def list_brand_project_versions(
    act: FundingRead, project_id: UUID, request: Request, query: Annotated[ListQuery, Query()]
) -> Response:
    """What was known of the project and when, the newest first."""
    return answers.listed(await reads.history(act, project_id, query.ask()), request)
