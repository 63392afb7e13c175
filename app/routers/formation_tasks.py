"""Formation tasks: who does what by when, and what was done."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.core.acts import Act
from app.core.errors import Conflict, NotAcceptable, NotFound, StaleVersion, VersionRequired
from app.core.sheets import Column
from app.services.access.permissions import Permission
from app.services.planning.tasks import reads, service
from app.services.planning.tasks.schemas import (
    TaskCreate,
    TaskDetail,
    TaskDrop,
    TaskEntryCreate,
    TaskEntryRead,
    TaskFilters,
    TaskFinish,
    TaskRead,
    TaskUpdate,
    TaskVersion,
)
from app.web import answers
from app.web.guards import May
from app.web.lists import Listed, ListQuery, respond
from app.web.openapi import declares
from app.web.strict import StrictRoute

router = APIRouter(prefix="/v1/formation-tasks", tags=["planning"], route_class=StrictRoute)

TasksRead = Annotated[Act, May(Permission.tasks_read)]
TasksWrite = Annotated[Act, May(Permission.tasks_write)]

COLUMNS = (
    Column("kind", coded="task_kind", heading="task_kind"),
    Column("what", heading="task_what"),
    Column("owner_kind", coded="owner_kind", heading="owner_kind"),
    Column("owner_name", heading="owner_name"),
    Column("authority_code"),
    Column("due_on", "date", heading="task_due_on"),
    Column("overdue", "boolean", heading="task_overdue"),
    Column("state", coded="task_state", heading="task_state"),
    Column("ended_on", "date", heading="task_ended_on"),
    Column("end_reason"),
    Column("region_code"),
    Column("region_level", coded="region_level"),
    Column("organization_name"),
    Column("branch_name"),
    Column("organization_id"),
    Column("branch_id"),
    Column("visit_id"),
    Column("id"),
)


class TaskList(TaskFilters, ListQuery):
    """Filters and paging of the list."""


@router.get("", summary="List formation tasks", response_model=Listed[TaskRead], responses=declares(NotAcceptable))
async def list_formation_tasks(act: TasksRead, request: Request, query: Annotated[TaskList, Query()]) -> Response:
    """Tasks, the next due first; `overdue=true` those whose day has passed. As JSON pages, CSV or XLSX by `Accept`."""
    return await respond(request, COLUMNS, lambda ask: reads.listed(act, query, ask), query.ask())


@router.post("", summary="Enter a formation task", status_code=201, response_model=TaskDetail, responses=declares())
async def create_formation_task(act: TasksWrite, draft: TaskCreate) -> Response:
    """Enters a task that no plan handed out: a talk with an owner, publicity, a visit, a problem to be solved.

    It is about an organisation, a branch or a region. Founding and taking in are tasks of an approved plan alone.
    """
    return answers.created(TaskDetail, await service.create(act, draft), "/v1/formation-tasks/{id}")


@router.get("/{task_id}", summary="Read a formation task", response_model=TaskDetail, responses=declares(NotFound))
async def read_formation_task(act: TasksRead, task_id: UUID, request: Request) -> Response:
    """One task with its organisations, how far it is with each, and what the caller may do."""
    return answers.one(TaskDetail, await service.detail(act, task_id), request)


@router.patch(
    "/{task_id}",
    summary="Update a formation task",
    response_model=TaskDetail,
    responses=declares(NotFound, Conflict, StaleVersion, VersionRequired),
)
async def update_formation_task(act: TasksWrite, task_id: UUID, change: TaskUpdate, request: Request) -> Response:
    """Gives it to another owner or sets another day. Needs `If-Match`."""
    return answers.one(TaskDetail, await service.update(act, task_id, answers.expected_version(request), change))


@router.get(
    "/{task_id}/entries",
    summary="List what was done for a task",
    response_model=Listed[TaskEntryRead],
    responses=declares(NotFound),
)
async def list_formation_task_entries(
    act: TasksRead, task_id: UUID, request: Request, query: Annotated[ListQuery, Query()]
) -> Response:
    """The log, the latest first: days and deeds, nobody's opinions."""
    return answers.listed(await reads.entries(act, task_id, query.ask()), request)


@router.post(
    "/{task_id}/entries",
    summary="Log what was done for a task",
    response_model=TaskDetail,
    responses=declares(NotFound, Conflict, StaleVersion, VersionRequired),
)
async def log_formation_task(act: TasksWrite, task_id: UUID, entry: TaskEntryCreate, request: Request) -> Response:
    """Writes down what was done on a day. Needs `If-Match`; the task is under way from then on.

    `went_in` says that party work has reached the organisation: the fact that stands for the task's owner (a union, the
    community, a liaison …) becomes so, and work coverage counts it.
    """
    return answers.one(TaskDetail, await service.log(act, task_id, answers.expected_version(request), entry))


@router.post(
    "/{task_id}/finish",
    summary="Finish a formation task",
    response_model=TaskDetail,
    responses=declares(NotFound, Conflict, StaleVersion, VersionRequired),
)
async def finish_formation_task(act: TasksWrite, task_id: UUID, end: TaskFinish, request: Request) -> Response:
    """Says that it is done. Needs `If-Match`.

    A branch that was to be founded must cover all of the task's organisations by now; of a task to reach, each must
    have been gone into.
    """
    return answers.one(TaskDetail, await service.finish(act, task_id, answers.expected_version(request), end))


@router.post(
    "/{task_id}/drop",
    summary="Drop a formation task",
    response_model=TaskDetail,
    responses=declares(NotFound, Conflict, StaleVersion, VersionRequired),
)
async def drop_formation_task(act: TasksWrite, task_id: UUID, why: TaskDrop, request: Request) -> Response:
    """Says that it will not be done; its organisations are planned for anew. Needs `If-Match`."""
    return answers.one(TaskDetail, await service.drop(act, task_id, answers.expected_version(request), why))


@router.get(
    "/{task_id}/history", summary="List a task's versions", response_model=Listed[TaskVersion],
    responses=declares(NotFound),
)  # fmt: skip
async def list_formation_task_versions(
    act: TasksRead, task_id: UUID, request: Request, query: Annotated[ListQuery, Query()]
) -> Response:
    """What was known of the task and when, the newest first."""
    return answers.listed(await reads.history(act, task_id, query.ask()), request)
