"""Series of joint meetings: how they recur, what is otherwise, and when the meetings are."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.core.acts import Act
from app.core.errors import Conflict, NotAcceptable, NotFound, RuleViolation, StaleVersion, Taken, VersionRequired
from app.core.sheets import Column
from app.services.access.permissions import Permission
from app.services.joint_meetings.schedules import naming, reads, service
from app.services.joint_meetings.schedules.schemas import (
    ExceptionCreate,
    ExceptionWithdraw,
    OccurrenceFilters,
    OccurrenceRead,
    ScheduleCreate,
    ScheduleDetail,
    ScheduleEnd,
    ScheduleFilters,
    ScheduleRead,
    ScheduleUpdate,
    ScheduleVersion,
)
from app.web import answers
from app.web.guards import May
from app.web.lists import Listed, ListQuery, respond
from app.web.openapi import declares
from app.web.strict import StrictRoute

router = APIRouter(prefix="/v1/joint-meeting-schedules", tags=["joint meetings"], route_class=StrictRoute)

MeetingsRead = Annotated[Act, May(Permission.joint_meetings_read)]
MeetingsWrite = Annotated[Act, May(Permission.joint_meetings_write)]

COLUMNS = (
    Column("committee_name"),
    Column("purpose", coded="meeting_purpose", heading="meeting_purpose"),
    Column("title", heading="meeting_title"),
    Column("rrule"),
    Column("first_on", "date", heading="series_first_on"),
    Column("last_on", "date", heading="series_last_on"),
    Column("starts_at", heading="series_starts_at"),
    Column("minutes", "integer", heading="meeting_minutes"),
    Column("place", heading="meeting_place"),
    Column("shift", coded="meeting_shift", heading="meeting_shift"),
    Column("ended_on", "date", heading="series_ended_on"),
    Column("end_reason"),
    Column("region_code"),
    Column("authority_code"),
    Column("committee_id"),
    Column("id"),
)
OCCURRENCES = (
    Column("day", "date", heading="occurrence_day"),
    Column("original_on", "date", heading="occurrence_original_on"),
    Column("starts_at", "datetime"),
    Column("state", coded="occurrence_state", heading="occurrence_state"),
    Column("moved_by", coded="occurrence_moved_by", heading="occurrence_moved_by"),
    Column("holiday"),
    Column("provisional", "boolean", heading="occurrence_provisional"),
    Column("reason", heading="occurrence_reason"),
    Column("merged_into", "date", heading="occurrence_merged_into"),
    Column("topics_due_on", "date", heading="meeting_topics_due_on"),
    Column("attendance_due_on", "date", heading="meeting_attendance_due_on"),
    Column("meeting_on", "date", heading="occurrence_meeting_on"),
    Column("meeting_id"),
)


class ScheduleList(ScheduleFilters, ListQuery):
    """Filters and paging of the series."""


class OccurrenceList(OccurrenceFilters, ListQuery):
    """The stretch of a series, and paging."""


@router.get(
    "",
    summary="List series of joint meetings",
    response_model=Listed[ScheduleRead],
    responses=declares(NotAcceptable),
)
async def list_meeting_schedules(
    act: MeetingsRead, request: Request, query: Annotated[ScheduleList, Query()]
) -> Response:
    """When the departments of a committee meet, by purpose; as JSON pages, or as CSV or XLSX."""
    return await respond(request, COLUMNS, lambda ask: reads.listed(act, query, ask), query.ask())


@router.post(
    "",
    summary="Lay down a series of joint meetings",
    status_code=201,
    response_model=ScheduleDetail,
    responses=declares(RuleViolation, Taken),
)
async def create_meeting_schedule(act: MeetingsWrite, draft: ScheduleCreate) -> Response:
    """Lays down when a committee's departments meet for a purpose: a recurrence that ends, its days moved off days off.

    What cannot be such a recurrence is 422 with its own code: `recurrence_invalid`, `recurrence_endless`,
    `recurrence_too_long`, `recurrence_empty`. Meeting more rarely than the policy says, or on days off, needs
    `departure_reason`. A second series for the same purpose at the same time is refused as taken.
    """
    schedule_id = await service.create(act, draft)
    return answers.created(ScheduleDetail, await service.shown(act, schedule_id), "/v1/joint-meeting-schedules/{id}")


@router.get(
    "/{schedule_id}",
    summary="Read a series of joint meetings",
    response_model=ScheduleDetail,
    responses=declares(NotFound),
)
async def read_meeting_schedule(act: MeetingsRead, schedule_id: UUID, request: Request) -> Response:
    """One series with the days that are otherwise, its ETag and what the caller may do to it."""
    return answers.one(ScheduleDetail, await service.shown(act, schedule_id), request)


@router.patch(
    "/{schedule_id}",
    summary="Change a series of joint meetings",
    response_model=ScheduleDetail,
    responses=declares(NotFound, Conflict, Taken, RuleViolation, StaleVersion, VersionRequired),
)
async def update_meeting_schedule(
    act: MeetingsWrite, schedule_id: UUID, change: ScheduleUpdate, request: Request
) -> Response:
    """Changes a series that goes on. Needs `If-Match`.

    Where a meeting was planned on a day that the series would not have any more it is refused (409): end the series and
    lay down another.
    """
    await service.update(act, schedule_id, answers.expected_version(request), change)
    return answers.one(ScheduleDetail, await service.shown(act, schedule_id))


@router.post(
    "/{schedule_id}/end",
    summary="End a series of joint meetings",
    response_model=ScheduleDetail,
    responses=declares(NotFound, Conflict, StaleVersion, VersionRequired),
)
async def end_meeting_schedule(act: MeetingsWrite, schedule_id: UUID, wish: ScheduleEnd, request: Request) -> Response:
    """From a day on no meeting of the series is held; calendars are told that they are off. Needs `If-Match`."""
    await service.end(act, schedule_id, answers.expected_version(request), wish)
    return answers.one(ScheduleDetail, await service.shown(act, schedule_id))


@router.post(
    "/{schedule_id}/exceptions",
    summary="Let a day of a series be otherwise",
    response_model=ScheduleDetail,
    responses=declares(NotFound, Conflict, Taken, RuleViolation, StaleVersion, VersionRequired),
)
async def add_schedule_exception(
    act: MeetingsWrite, schedule_id: UUID, draft: ExceptionCreate, request: Request
) -> Response:
    """A day falls out, is moved to another, or is added. Needs `If-Match` of the series, whose next version it makes.

    A day that somebody names is taken as named; a day off of an announced year needs `departure_reason`. Where a
    meeting was planned on the day already, that meeting is changed or cancelled itself (409).
    """
    await naming.except_day(act, schedule_id, answers.expected_version(request), draft)
    return answers.one(ScheduleDetail, await service.shown(act, schedule_id))


@router.post(
    "/{schedule_id}/exceptions/{exception_id}/withdraw",
    summary="Let a day be as its series has it",
    response_model=ScheduleDetail,
    responses=declares(NotFound, Conflict, StaleVersion, VersionRequired),
)
async def withdraw_schedule_exception(
    act: MeetingsWrite, schedule_id: UUID, exception_id: UUID, wish: ExceptionWithdraw, request: Request
) -> Response:
    """Takes back what was otherwise, with the reason. Needs `If-Match` of the series."""
    expected = answers.expected_version(request)
    await naming.withdraw(act, schedule_id, exception_id, expected, wish.reason)
    return answers.one(ScheduleDetail, await service.shown(act, schedule_id))


@router.get(
    "/{schedule_id}/occurrences",
    summary="List the times of a series",
    response_model=Listed[OccurrenceRead],
    responses=declares(NotFound, NotAcceptable),
)
async def list_schedule_occurrences(
    act: MeetingsRead, schedule_id: UUID, request: Request, query: Annotated[OccurrenceList, Query()]
) -> Response:
    """When the meetings of a series are, off days off and with what is due before; as JSON pages, or as CSV or XLSX.

    Years whose days off are not announced are `provisional`. Of two that come to lie on one day one is held: the one
    that was laid there by hand, else the one whose own day it is, else the earlier; the other is `merged`.
    """
    return await respond(
        request, OCCURRENCES, lambda ask: service.occurrences(act, schedule_id, query, ask), query.ask()
    )


@router.get(
    "/{schedule_id}/history",
    summary="List a series' versions",
    response_model=Listed[ScheduleVersion],
    responses=declares(NotFound),
)
async def list_meeting_schedule_versions(
    act: MeetingsRead, schedule_id: UUID, request: Request, query: Annotated[ListQuery, Query()]
) -> Response:
    """What was laid down and when, the newest first."""
    return answers.listed(await reads.history(act, schedule_id, query.ask()), request)
