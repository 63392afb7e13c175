"""Who attended what, for how long."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.core.acts import Act
from app.core.errors import Conflict, NotAcceptable, NotFound, StaleVersion, Taken, VersionRequired
from app.core.sheets import Column
from app.services.access.permissions import Permission
from app.services.training.attendance import reads, service
from app.services.training.attendance.schemas import (
    AttendanceCreate,
    AttendanceDetail,
    AttendanceFilters,
    AttendanceRead,
    AttendanceUpdate,
    AttendanceVersion,
)
from app.services.training.wire import Withdrawal
from app.web import answers
from app.web.guards import May
from app.web.lists import Listed, ListQuery, respond
from app.web.openapi import declares
from app.web.strict import StrictRoute

router = APIRouter(prefix="/v1/attendances", tags=["training"], route_class=StrictRoute)

TrainingRead = Annotated[Act, May(Permission.training_read)]
TrainingWrite = Annotated[Act, May(Permission.training_write)]

COLUMNS = (
    Column("worker_name", heading="person_name"),
    Column("region_code"),
    Column("course_title"),
    Column("held_on", "date", heading="training_held_on"),
    Column("minutes", "integer", heading="minutes_of_training"),
    Column("source", heading="told_by"),
    Column("cancel_reason"),
    Column("session_id"),
    Column("worker_id"),
    Column("id"),
)
CHANGED = declares(NotFound, Conflict, StaleVersion, VersionRequired)


class AttendanceList(AttendanceFilters, ListQuery):
    """Filters and paging of the attendances."""


@router.get("", summary="List attendances", response_model=Listed[AttendanceRead], responses=declares(NotAcceptable))
async def list_attendances(act: TrainingRead, request: Request, query: Annotated[AttendanceList, Query()]) -> Response:
    """Attendances of the scope's workers, one worker's latest first; as JSON pages, or as CSV or XLSX.

    That a list of names was read is noted in the audit.
    """
    return await respond(request, COLUMNS, lambda ask: service.listed(act, query, ask), query.ask())


@router.post(
    "",
    summary="Record an attendance",
    status_code=201,
    response_model=AttendanceDetail,
    responses=declares(Conflict, Taken),
)
async def record_attendance(act: TrainingWrite, draft: AttendanceCreate) -> Response:
    """Enters who attended: at a session that is over, or of a course elsewhere on a day.

    What was told of the same course on the same day becomes the attendance at the session: nobody counts twice. The
    same session twice, and two sessions at one time, are refused as taken.
    """
    row_id = await service.record(act, draft)
    return answers.created(AttendanceDetail, await service.shown(act, row_id), "/v1/attendances/{id}")


@router.get(
    "/{attendance_id}", summary="Read an attendance", response_model=AttendanceDetail, responses=declares(NotFound)
)
async def read_attendance(act: TrainingRead, attendance_id: UUID, request: Request) -> Response:
    """One attendance with its ETag and what the caller may do to it."""
    return answers.one(AttendanceDetail, await service.shown(act, attendance_id), request)


@router.patch("/{attendance_id}", summary="Correct an attendance", response_model=AttendanceDetail, responses=CHANGED)
async def correct_attendance(
    act: TrainingWrite, attendance_id: UUID, change: AttendanceUpdate, request: Request
) -> Response:
    """Puts the minutes right; a later push then leaves them alone. Needs `If-Match`."""
    await service.correct(act, attendance_id, answers.expected_version(request), change)
    return answers.one(AttendanceDetail, await service.shown(act, attendance_id))


@router.post(
    "/{attendance_id}/cancel", summary="Cancel an attendance", response_model=AttendanceDetail, responses=CHANGED
)
async def cancel_attendance(act: TrainingWrite, attendance_id: UUID, wish: Withdrawal, request: Request) -> Response:
    """Says that an attendance was entered by mistake: it stays, and counts for nothing. Needs `If-Match`."""
    await service.cancel(act, attendance_id, answers.expected_version(request), wish)
    return answers.one(AttendanceDetail, await service.shown(act, attendance_id))


@router.get(
    "/{attendance_id}/history",
    summary="List an attendance's versions",
    response_model=Listed[AttendanceVersion],
    responses=declares(NotFound),
)
async def list_attendance_versions(
    act: TrainingRead, attendance_id: UUID, request: Request, query: Annotated[ListQuery, Query()]
) -> Response:
    """What was known of it and when, the newest first."""
    return answers.listed(await reads.history(act, attendance_id, query.ask()), request)
