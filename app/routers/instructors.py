"""Instructors: who they are today, what they have on their hands, and how one leaves."""

from dataclasses import replace
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.core.acts import Act
from app.core.errors import NotAcceptable, NotFound, RuleViolation, StaleVersion, Taken, VersionRequired
from app.core.pagination import Ask, Page
from app.core.sheets import Column
from app.services.access.permissions import Permission
from app.services.instructors.pool import service
from app.services.instructors.pool.schemas import (
    InstructorDetail,
    InstructorFilters,
    InstructorLeave,
    InstructorRead,
    LeaveRead,
)
from app.services.visits.upcoming import service as upcoming
from app.web import answers
from app.web.guards import May
from app.web.lists import Listed, ListQuery, respond
from app.web.openapi import declares
from app.web.strict import StrictRoute

router = APIRouter(prefix="/v1/instructors", tags=["instructors"], route_class=StrictRoute)

AssignmentsRead = Annotated[Act, May(Permission.assignments_read)]
AssignmentsWrite = Annotated[Act, May(Permission.assignments_write)]

COLUMNS = (
    Column("name", heading="instructor_name"),
    Column("region_code"),
    Column("background", coded="background", heading="background"),
    Column("selection_channel", coded="selection_channel"),
    Column("sending_body"),
    Column("qualifications", "list", coded="qualification"),
    Column("industries", "list", heading="industry_experience"),
    Column("full_time", "boolean"),
    Column("term_from", "date"),
    Column("term_to", "date"),
    Column("load", "integer", heading="assignments_running"),
    Column("capacity_left", "integer"),
    Column("next_visit_due", "date"),
    Column("station_name"),
    Column("id"),
)


class InstructorList(InstructorFilters, ListQuery):
    """Filters and paging of the instructors."""


async def _listed(act: Act, query: InstructorList, ask: Ask) -> Page:
    found = await service.listed(act, query, ask)
    due = await upcoming.next_due(act, [row["id"] for row in found.rows], query.region, query.region_level)
    return replace(found, rows=[{**row, "next_visit_due": due.get(row["id"])} for row in found.rows])


@router.get("", summary="List instructors", response_model=Listed[InstructorRead], responses=declares(NotAcceptable))
async def list_instructors(
    act: AssignmentsRead, request: Request, query: Annotated[InstructorList, Query()]
) -> Response:
    """Today's instructors by region, or by `sort=term_to`, with load and room; as JSON pages, or as CSV or XLSX.

    How many assignments are usual is the policy's of the region asked for. That a list of names was read is noted in
    the audit.
    """
    return await respond(request, COLUMNS, lambda ask: _listed(act, query, ask), query.ask())


@router.get("/{worker_id}", summary="Read an instructor", response_model=InstructorDetail, responses=declares(NotFound))
async def read_instructor(act: AssignmentsRead, worker_id: UUID, request: Request) -> Response:
    """One of today's instructors with where he is sent now or later, and what may be done."""
    row = await service.shown(act, worker_id)
    due = await upcoming.next_due(act, [worker_id], row["region_code"], row["region_level"])
    return answers.one(InstructorDetail, {**row, "next_visit_due": due.get(worker_id)}, request)


@router.post(
    "/{worker_id}/leave",
    summary="Let an instructor leave",
    response_model=LeaveRead,
    responses=declares(NotFound, RuleViolation, Taken, StaleVersion, VersionRequired),
)
async def leave_instructor(act: AssignmentsWrite, worker_id: UUID, wish: InstructorLeave, request: Request) -> Response:
    """Ends role, station and all assignments on a day, and hands over those that others take. Needs `If-Match`.

    All or nothing: a 409 `leaves_uncovered` lists the assignments that nobody takes over, until they are handed over
    or `uncovered_reason` is given. Who takes over is judged as when somebody is sent.
    """
    row = await service.leave(act, worker_id, answers.expected_version(request), wish)
    return answers.one(LeaveRead, row)
