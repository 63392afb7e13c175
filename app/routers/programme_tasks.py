"""Tasks of yearly programmes: whose they are, which of the four marks they bear, how far they are."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.core.acts import Act
from app.core.errors import Conflict, NotAcceptable, NotFound, RuleViolation, StaleVersion, VersionRequired
from app.core.sheets import Column
from app.services.access.permissions import Permission
from app.services.programmes.tasks import reads, service
from app.services.programmes.tasks.schemas import (
    MarkRemove,
    MarkSet,
    ProgrammeTaskCreate,
    ProgrammeTaskDetail,
    ProgrammeTaskDrop,
    ProgrammeTaskFilters,
    ProgrammeTaskRead,
    ProgrammeTaskReportCreate,
    ProgrammeTaskUpdate,
    ProgrammeTaskVersion,
    ReportRead,
)
from app.web import answers
from app.web.guards import May
from app.web.lists import Listed, ListQuery, respond
from app.web.openapi import declares
from app.web.strict import StrictRoute

router = APIRouter(prefix="/v1/programme-tasks", tags=["programmes"], route_class=StrictRoute)

TasksRead = Annotated[Act, May(Permission.programmes_read)]
TasksWrite = Annotated[Act, May(Permission.programmes_write)]
TasksReport = Annotated[Act, May(Permission.programmes_report)]
CHANGED = (NotFound, Conflict, StaleVersion, VersionRequired)

COLUMNS = (
    Column("year", "integer", heading="programme_year"),
    Column("item_code", heading="programme_item_code"),
    Column("what", heading="programme_task_what"),
    Column("owner_name", heading="programme_task_owner"),
    Column("place_code", heading="programme_place_code"),
    Column("due_on", "date", heading="programme_due_on"),
    Column("state", coded="programme_task_state", heading="programme_task_state"),
    Column("progress", "integer", heading="programme_progress"),
    Column("done_on", "date", heading="programme_done_on"),
    Column("overdue", "boolean", heading="programme_overdue"),
    Column("planned_on", "date", heading="programme_planned_on"),
    Column("deployed_on", "date", heading="programme_deployed_on"),
    Column("inspected_on", "date", heading="programme_inspected_on"),
    Column("appraised_on", "date", heading="programme_appraised_on"),
    Column("programme_title", heading="programme_title"),
    Column("region_code"),
    Column("authority_code"),
    Column("programme_id", heading="programme_id"),
    Column("id"),
)


class ProgrammeTaskList(ProgrammeTaskFilters, ListQuery):
    """Filters and paging of the tasks."""


async def _told(act: Act, task_id: UUID) -> Response:
    return answers.one(ProgrammeTaskDetail, await service.shown(act, task_id))


@router.get(
    "", summary="List programme tasks", response_model=Listed[ProgrammeTaskRead], responses=declares(NotAcceptable)
)
async def list_programme_tasks(
    act: TasksRead, request: Request, query: Annotated[ProgrammeTaskList, Query()]
) -> Response:
    """Tasks with the days on which they were planned, deployed, inspected and appraised, those due first leading.

    `missing` lists the gaps. A region sees what is to be done there as well. As JSON pages, or as CSV or XLSX.
    """
    return await respond(request, COLUMNS, lambda ask: reads.listed(act, query, ask), query.ask())


@router.post(
    "",
    summary="Enter a programme task",
    status_code=201,
    response_model=ProgrammeTaskDetail,
    responses=declares(Conflict, RuleViolation),
)
async def create_programme_task(act: TasksWrite, draft: ProgrammeTaskCreate) -> Response:
    """A task of one department of the committee, or of one authority. After the approval with `departure_reason`."""
    row = await service.shown(act, await service.create(act, draft))
    return answers.created(ProgrammeTaskDetail, row, "/v1/programme-tasks/{id}")


@router.get(
    "/{task_id}", summary="Read a programme task", response_model=ProgrammeTaskDetail, responses=declares(NotFound)
)
async def read_programme_task(act: TasksRead, task_id: UUID) -> Response:
    """One task with what shows each of its marks, and what the caller may do."""
    return await _told(act, task_id)


@router.patch(
    "/{task_id}",
    summary="Change a programme task",
    response_model=ProgrammeTaskDetail,
    responses=declares(*CHANGED, RuleViolation),
)
async def update_programme_task(
    act: TasksWrite, task_id: UUID, change: ProgrammeTaskUpdate, request: Request
) -> Response:
    """Puts an open task otherwise. After the approval with `departure_reason`. Needs `If-Match`."""
    await service.update(act, task_id, answers.expected_version(request), change)
    return await _told(act, task_id)


@router.post(
    "/{task_id}/report",
    summary="Report on a programme task",
    response_model=ProgrammeTaskDetail,
    responses=declares(*CHANGED),
)
async def report_programme_task(
    act: TasksReport, task_id: UUID, told: ProgrammeTaskReportCreate, request: Request
) -> Response:
    """The department or authority whose task it is tells how far it is; the committee may enter what it handed in.

    Needs `If-Match`.
    """
    await service.report(act, task_id, answers.expected_version(request), told)
    return await _told(act, task_id)


@router.post(
    "/{task_id}/mark",
    summary="Mark a programme task",
    response_model=ProgrammeTaskDetail,
    responses=declares(*CHANGED),
)
async def mark_programme_task(act: TasksWrite, task_id: UUID, told: MarkSet, request: Request) -> Response:
    """Says on which day it was planned, deployed, inspected or appraised with the rest, and what shows it.

    A mark that it bears is put otherwise. Needs `If-Match`.
    """
    await service.mark(act, task_id, answers.expected_version(request), told)
    return await _told(act, task_id)


@router.post(
    "/{task_id}/unmark",
    summary="Take a mark from a programme task",
    response_model=ProgrammeTaskDetail,
    responses=declares(*CHANGED),
)
async def unmark_programme_task(act: TasksWrite, task_id: UUID, told: MarkRemove, request: Request) -> Response:
    """A mark was set by mistake, with the reason. Needs `If-Match`."""
    await service.unmark(act, task_id, answers.expected_version(request), told)
    return await _told(act, task_id)


@router.post(
    "/{task_id}/drop",
    summary="Drop a programme task",
    response_model=ProgrammeTaskDetail,
    responses=declares(*CHANGED, RuleViolation),
)
async def drop_programme_task(act: TasksWrite, task_id: UUID, wish: ProgrammeTaskDrop, request: Request) -> Response:
    """It will not be done, with a reason. After the approval with `departure_reason`. Needs `If-Match`."""
    await service.drop(act, task_id, answers.expected_version(request), wish)
    return await _told(act, task_id)


@router.get(
    "/{task_id}/reports",
    summary="List reports on a programme task",
    response_model=Listed[ReportRead],
    responses=declares(NotFound),
)
async def list_programme_task_reports(
    act: TasksRead, task_id: UUID, request: Request, query: Annotated[ListQuery, Query()]
) -> Response:
    """What was reported, the newest first."""
    return answers.listed(await reads.reports(act, task_id, query.ask()), request)


@router.get(
    "/{task_id}/history",
    summary="List a programme task's versions",
    response_model=Listed[ProgrammeTaskVersion],
    responses=declares(NotFound),
)
async def list_programme_task_versions(
    act: TasksRead, task_id: UUID, request: Request, query: Annotated[ListQuery, Query()]
) -> Response:
    """What was known of the task and when, the newest first."""
    return answers.listed(await reads.history(act, task_id, query.ask()), request)
