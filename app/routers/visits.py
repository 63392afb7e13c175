"""What instructors did where they were sent, the problems they found, and where a visit is due."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.core.acts import Act
from app.core.errors import Conflict, NotAcceptable, NotFound, StaleVersion, Taken, VersionRequired
from app.core.sheets import Column
from app.services.access.permissions import Permission
from app.services.planning.tasks.schemas import TaskDetail
from app.services.visits import reads, service
from app.services.visits.due_schemas import VisitDueFilters, VisitDueRead
from app.services.visits.schemas import (
    ProblemCreate,
    VisitCancel,
    VisitCreate,
    VisitDetail,
    VisitFilters,
    VisitRead,
    VisitUpdate,
    VisitVersion,
)
from app.web import answers
from app.web.guards import May
from app.web.lists import Listed, ListQuery, respond
from app.web.openapi import declares
from app.web.strict import StrictRoute

router = APIRouter(tags=["instructors"], route_class=StrictRoute)

VisitsRead = Annotated[Act, May(Permission.visits_read)]
VisitsWrite = Annotated[Act, May(Permission.visits_write)]

ABOUT = (
    Column("worker_name", heading="visit_worker"),
    Column("organization_name"),
    Column("branch_name"),
    Column("region_code"),
)
COLUMNS = (
    *ABOUT,
    Column("visited_on", "date", heading="visit_day"),
    Column("kind", coded="visit_kind", heading="visit_kind"),
    Column("did", "list", coded="visit_deed", heading="visit_did"),
    Column("note", heading="visit_note"),
    Column("follows", heading="visit_follows"),
    Column("next_on", "date", heading="visit_next_on"),
    Column("cancel_reason"),
    Column("assignment_id", heading="visit_assignment_id"),
    Column("id"),
)
DUE_COLUMNS = (
    *ABOUT,
    Column("purpose", coded="assignment_purpose", heading="visit_purpose"),
    Column("valid_from", "date", heading="visit_assigned_from"),
    Column("valid_to", "date", heading="visit_assigned_to"),
    Column("last_visit_on", "date", heading="visit_last_on"),
    Column("next_on", "date", heading="visit_next_on"),
    Column("due_on", "date", heading="visit_due_on"),
    Column("overdue", "boolean", heading="visit_overdue"),
    Column("assignment_id", heading="visit_assignment_id"),
)


class VisitList(VisitFilters, ListQuery):
    """Filters and paging of the visits."""


class VisitDueList(VisitDueFilters, ListQuery):
    """Filters and paging of what is due."""


@router.get("/v1/visits", summary="List visits", response_model=Listed[VisitRead], responses=declares(NotAcceptable))
async def list_visits(act: VisitsRead, request: Request, query: Annotated[VisitList, Query()]) -> Response:
    """What instructors did where they were sent: days and deeds, nobody's opinions. As JSON pages, or as CSV or XLSX.

    An instructor sees what was done at the organisations and branches assigned to him today, and all of his own. That
    a list of names was read is noted in the audit.
    """
    return await respond(request, COLUMNS, lambda ask: service.listed(act, query, ask), query.ask())


@router.post(
    "/v1/visits",
    summary="Record a visit",
    status_code=201,
    response_model=VisitDetail,
    responses=declares(Taken),
)
async def record_visit(act: VisitsWrite, draft: VisitCreate) -> Response:
    """Enters a visit that was made while the assignment ran. The same kind twice on one day is refused as taken.

    An instructor enters his own, as long as the organisation or the branch is assigned to him.
    """
    visit_id = await service.record(act, draft)
    return answers.created(VisitDetail, await service.shown(act, visit_id), "/v1/visits/{id}")


@router.get("/v1/visits/{visit_id}", summary="Read a visit", response_model=VisitDetail, responses=declares(NotFound))
async def read_visit(act: VisitsRead, visit_id: UUID, request: Request) -> Response:
    """One visit with the problems it found, its ETag and what the caller may do to it."""
    return answers.one(VisitDetail, await service.shown(act, visit_id), request)


@router.patch(
    "/v1/visits/{visit_id}",
    summary="Correct a visit",
    response_model=VisitDetail,
    responses=declares(NotFound, Conflict, Taken, StaleVersion, VersionRequired),
)
async def correct_visit(act: VisitsWrite, visit_id: UUID, change: VisitUpdate, request: Request) -> Response:
    """Puts right what is sent and leaves the rest. Needs `If-Match`."""
    await service.correct(act, visit_id, answers.expected_version(request), change)
    return answers.one(VisitDetail, await service.shown(act, visit_id))


@router.post(
    "/v1/visits/{visit_id}/cancel",
    summary="Cancel a visit",
    response_model=VisitDetail,
    responses=declares(NotFound, Conflict, StaleVersion, VersionRequired),
)
async def cancel_visit(act: VisitsWrite, visit_id: UUID, wish: VisitCancel, request: Request) -> Response:
    """Says that a visit was entered by mistake: it stays, and counts for nothing. Needs `If-Match`."""
    await service.cancel(act, visit_id, answers.expected_version(request), wish)
    return answers.one(VisitDetail, await service.shown(act, visit_id))


@router.post(
    "/v1/visits/{visit_id}/problems",
    summary="Make a task of a problem",
    status_code=201,
    response_model=TaskDetail,
    responses=declares(NotFound, Conflict),
)
async def add_visit_problem(act: VisitsWrite, visit_id: UUID, draft: ProblemCreate) -> Response:
    """Makes a task `solve` of a problem that the visit found, about the same organisation or branch, with its owner.

    Whoever does not see the authority that is to do it names a body of another kind; an officer gives it on by changing
    the task.
    """
    return answers.created(TaskDetail, await service.add_problem(act, visit_id, draft), "/v1/formation-tasks/{id}")


@router.get(
    "/v1/visits/{visit_id}/history",
    summary="List a visit's versions",
    response_model=Listed[VisitVersion],
    responses=declares(NotFound),
)
async def list_visit_versions(
    act: VisitsRead, visit_id: UUID, request: Request, query: Annotated[ListQuery, Query()]
) -> Response:
    """What was known of the visit and when, the newest first."""
    return answers.listed(await reads.history(act, visit_id, query.ask()), request)


@router.get(
    "/v1/visit-dues",
    summary="List where a visit is due",
    response_model=Listed[VisitDueRead],
    responses=declares(NotAcceptable),
)
async def list_visit_dues(act: VisitsRead, request: Request, query: Annotated[VisitDueList, Query()]) -> Response:
    """Assignments that run and whose next visit is overdue, or due before a day; the longest due first.

    Due is a visit so many days after the last one, or after the assignment's first day, by the policy `workers` of the
    region asked for. As JSON pages, or as CSV or XLSX by `Accept`. That a list of names was read is noted in the audit.
    """
    return await respond(request, DUE_COLUMNS, lambda ask: service.due(act, query, ask), query.ask())
