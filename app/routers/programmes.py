"""The year's overall plan: programmes, from the draft to what they were closed with."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.catalogues.indicators import INDICATORS
from app.core.acts import Act
from app.core.errors import (
    Conflict,
    NotAcceptable,
    NotFound,
    RuleViolation,
    StaleVersion,
    Taken,
    VersionRequired,
)
from app.core.sheets import Column
from app.services.access.permissions import Permission
from app.services.programmes import reads, service
from app.services.programmes.schemas import (
    ProgrammeCreate,
    ProgrammeDetail,
    ProgrammeFilters,
    ProgrammeRead,
    ProgrammeStep,
    ProgrammeUpdate,
    ProgrammeVersion,
)
from app.web import answers
from app.web.guards import May
from app.web.lists import Listed, ListQuery, respond
from app.web.openapi import declares
from app.web.problems import finding_json
from app.web.state import language
from app.web.strict import StrictRoute

router = APIRouter(prefix="/v1/programmes", tags=["programmes"], route_class=StrictRoute)

ProgrammesRead = Annotated[Act, May(Permission.programmes_read)]
ProgrammesWrite = Annotated[Act, May(Permission.programmes_write)]
CHANGED = (NotFound, Conflict, StaleVersion, VersionRequired)

COLUMNS = (
    Column("year", "integer", heading="programme_year"),
    Column("title", heading="programme_title"),
    Column("plan_title", heading="programme_plan_title"),
    Column("plan_document", heading="programme_plan_document"),
    Column("state", coded="programme_state", heading="programme_state"),
    Column("approved_on", "date", heading="programme_approved_on"),
    Column("closed_on", "date", heading="programme_closed_on"),
    Column("committee_name", heading="programme_committee"),
    Column("region_code"),
    Column("authority_code"),
    Column("id"),
)


class ProgrammeList(ProgrammeFilters, ListQuery):
    """Filters and paging of the programmes."""


async def _told(act: Act, programme_id: UUID, request: Request) -> Response:
    """Is 304 for a closed one alone: before that what is counted changes without the version."""
    row = await service.shown(act, INDICATORS, programme_id)
    findings = [finding_json(each, language(request)) for each in row["findings"]]
    return answers.one(ProgrammeDetail, {**row, "findings": findings}, request if row["frozen"] else None)


@router.get("", summary="List programmes", response_model=Listed[ProgrammeRead], responses=declares(NotAcceptable))
async def list_programmes(act: ProgrammesRead, request: Request, query: Annotated[ProgrammeList, Query()]) -> Response:
    """Yearly programmes of committees; as JSON pages, or as CSV or XLSX by `Accept`."""
    return await respond(request, COLUMNS, lambda ask: reads.listed(act, query, ask), query.ask())


@router.post(
    "",
    summary="Draw up a programme",
    status_code=201,
    response_model=ProgrammeDetail,
    responses=declares(Taken),
)
async def create_programme(act: ProgrammesWrite, draft: ProgrammeCreate, request: Request) -> Response:
    """A draft for a committee's year, with the general plan it belongs to and that plan's items; one each year."""
    row = await service.shown(act, INDICATORS, await service.create(act, draft))
    findings = [finding_json(each, language(request)) for each in row["findings"]]
    return answers.created(ProgrammeDetail, {**row, "findings": findings}, "/v1/programmes/{id}")


@router.get("/{programme_id}", summary="Read a programme", response_model=ProgrammeDetail, responses=declares(NotFound))
async def read_programme(act: ProgrammesRead, programme_id: UUID, request: Request) -> Response:
    """One programme with its items, how many tasks bear which of the four marks, and what speaks against closing it.

    Once closed all of it is as it was then, with every task and target in `result`.
    """
    return await _told(act, programme_id, request)


@router.patch(
    "/{programme_id}",
    summary="Change a draft programme",
    response_model=ProgrammeDetail,
    responses=declares(*CHANGED),
)
async def update_programme(
    act: ProgrammesWrite, programme_id: UUID, change: ProgrammeUpdate, request: Request
) -> Response:
    """Puts a draft otherwise; items go by their codes, and one that has tasks stays. Needs `If-Match`."""
    await service.update(act, programme_id, answers.expected_version(request), change)
    return await _told(act, programme_id, request)


@router.post(
    "/{programme_id}/approve",
    summary="Approve a programme",
    response_model=ProgrammeDetail,
    responses=declares(*CHANGED, RuleViolation),
)
async def approve_programme(
    act: ProgrammesWrite, programme_id: UUID, wish: ProgrammeStep, request: Request
) -> Response:
    """Somebody else than who drew it up says that it holds (409). Needs `If-Match`.

    Without a task, or with tasks of no item of the general plan, it needs `departure_reason`.
    """
    await service.approve(act, programme_id, answers.expected_version(request), wish)
    return await _told(act, programme_id, request)


@router.post(
    "/{programme_id}/close",
    summary="Close a programme",
    response_model=ProgrammeDetail,
    responses=declares(*CHANGED, RuleViolation),
)
async def close_programme(act: ProgrammesWrite, programme_id: UUID, wish: ProgrammeStep, request: Request) -> Response:
    """Tasks, marks and figures are frozen as they are. Needs `If-Match`.

    A year that is not over, open tasks, or tasks that lack one of the four marks need `departure_reason`.
    """
    await service.close(act, INDICATORS, programme_id, answers.expected_version(request), wish)
    return await _told(act, programme_id, request)


@router.get(
    "/{programme_id}/history",
    summary="List a programme's versions",
    response_model=Listed[ProgrammeVersion],
    responses=declares(NotFound),
)
async def list_programme_versions(
    act: ProgrammesRead, programme_id: UUID, request: Request, query: Annotated[ListQuery, Query()]
) -> Response:
    """What was known of the programme and when, the newest first."""
    return answers.listed(await reads.history(act, programme_id, query.ask()), request)
