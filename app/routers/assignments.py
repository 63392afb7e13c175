"""Assignments: who is sent to which organisation or branch, for what, and until when."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.core.acts import Act
from app.core.errors import Conflict, NotAcceptable, NotFound, RuleViolation, StaleVersion, Taken, VersionRequired
from app.core.sheets import Column
from app.services.access.permissions import Permission
from app.services.instructors import reads, service
from app.services.instructors.schemas import (
    AssignmentClose,
    AssignmentCreate,
    AssignmentDetail,
    AssignmentFilters,
    AssignmentHandOver,
    AssignmentRead,
    AssignmentVersion,
)
from app.web import answers
from app.web.guards import May
from app.web.lists import Listed, ListQuery, respond
from app.web.openapi import declares
from app.web.strict import StrictRoute

router = APIRouter(prefix="/v1/assignments", tags=["instructors"], route_class=StrictRoute)

AssignmentsRead = Annotated[Act, May(Permission.assignments_read)]
AssignmentsWrite = Annotated[Act, May(Permission.assignments_write)]

COLUMNS = (
    Column("worker_name", heading="instructor_name"),
    Column("organization_name"),
    Column("branch_name"),
    Column("region_code"),
    Column("purpose", coded="assignment_purpose", heading="assignment_purpose"),
    Column("valid_from", "date", heading="assigned_from"),
    Column("valid_to", "date", heading="assigned_to"),
    Column("state", coded="assignment_state", heading="assignment_state"),
    Column("end_kind", coded="assignment_end_kind", heading="assignment_end"),
    Column("end_reason"),
    Column("conflict_of_interest", "boolean"),
    Column("id"),
)
CHANGED = declares(NotFound, Conflict, StaleVersion, VersionRequired)


class AssignmentList(AssignmentFilters, ListQuery):
    """Filters and paging of the assignments."""


@router.get("", summary="List assignments", response_model=Listed[AssignmentRead], responses=declares(NotAcceptable))
async def list_assignments(
    act: AssignmentsRead, request: Request, query: Annotated[AssignmentList, Query()]
) -> Response:
    """Who is sent where, by region, or by `sort=valid_to`; as JSON pages, or as CSV or XLSX.

    An instructor finds his own, whoever keeps an organisation or a branch finds who is sent there. That a list of names
    was read is noted in the audit.
    """
    return await respond(request, COLUMNS, lambda ask: service.listed(act, query, ask), query.ask())


@router.post(
    "",
    summary="Send an instructor",
    status_code=201,
    response_model=AssignmentDetail,
    responses=declares(RuleViolation, Taken),
)
async def create_assignment(act: AssignmentsWrite, draft: AssignmentCreate) -> Response:
    """Sends an instructor to one organisation or one branch; work coverage follows in the same transaction.

    Refused: beyond the instructor's term, without the role on the first day, who is no formal member, to a closed
    organisation or a dissolved branch. More than usual at one time (five, by policy) and a conflict of interest need
    `departure_reason`, and are kept with the assignment.
    """
    key = await service.assign(act, draft)
    return answers.created(AssignmentDetail, await service.shown(act, key), "/v1/assignments/{id}")


@router.get(
    "/{assignment_id}", summary="Read an assignment", response_model=AssignmentDetail, responses=declares(NotFound)
)
async def read_assignment(act: AssignmentsRead, assignment_id: UUID, request: Request) -> Response:
    """One assignment with the departures approved for it, and what may be done."""
    return answers.one(AssignmentDetail, await service.shown(act, assignment_id), request)


@router.post("/{assignment_id}/end", summary="End an assignment", response_model=AssignmentDetail, responses=CHANGED)
async def end_assignment(
    act: AssignmentsWrite, assignment_id: UUID, wish: AssignmentClose, request: Request
) -> Response:
    """Calls an instructor back on a day before the planned one, which may lie ahead. Needs `If-Match`.

    From that day on the organisation is without, unless somebody else is sent; /v1/staffing-gaps then lists it.
    """
    await service.end(act, assignment_id, answers.expected_version(request), wish)
    return answers.one(AssignmentDetail, await service.shown(act, assignment_id))


@router.post(
    "/{assignment_id}/hand-over",
    summary="Hand an assignment over",
    status_code=201,
    response_model=AssignmentDetail,
    responses=declares(NotFound, RuleViolation, Taken, StaleVersion, VersionRequired),
)
async def hand_over_assignment(
    act: AssignmentsWrite, assignment_id: UUID, order: AssignmentHandOver, request: Request
) -> Response:
    """Another instructor takes over on a day: no day in between is without one. Needs `If-Match`.

    Answers the new assignment; the old one ends that day and names it. Judged as when somebody is sent.
    """
    key = await service.hand_over(act, assignment_id, answers.expected_version(request), order)
    return answers.created(AssignmentDetail, await service.shown(act, key), "/v1/assignments/{id}")


@router.get(
    "/{assignment_id}/history",
    summary="List an assignment's versions",
    response_model=Listed[AssignmentVersion],
    responses=declares(NotFound),
)
async def list_assignment_versions(
    act: AssignmentsRead, assignment_id: UUID, request: Request, query: Annotated[ListQuery, Query()]
) -> Response:
    """What was known of the assignment and when, the newest first."""
    return answers.listed(await reads.history(act, assignment_id, query.ask()), request)
