"""Invitations to meetings: what departments answer, and who was there."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.core.acts import Act
from app.core.errors import Conflict, NotAcceptable, NotFound, StaleVersion, VersionRequired
from app.core.sheets import Column
from app.services.access.permissions import Permission
from app.services.joint_meetings.invitations import reads, service
from app.services.joint_meetings.invitations.schemas import (
    InvitationAnswer,
    InvitationDetail,
    InvitationFilters,
    InvitationRead,
    InvitationVersion,
)
from app.web import answers
from app.web.guards import May
from app.web.lists import Listed, ListQuery, respond
from app.web.openapi import declares
from app.web.strict import StrictRoute

router = APIRouter(prefix="/v1/meeting-invitations", tags=["joint meetings"], route_class=StrictRoute)

MeetingsRead = Annotated[Act, May(Permission.joint_meetings_read)]
TakePart = Annotated[Act, May(Permission.joint_meetings_take_part)]

COLUMNS = (
    Column("meeting_title", heading="meeting_title"),
    Column("held_on", "date", heading="meeting_held_on"),
    Column("department_name", heading="invitation_department"),
    Column("answer", coded="invitation_answer", heading="invitation_answer"),
    Column("answered_on", "date", heading="invitation_answered_on"),
    Column("late", "boolean", heading="invitation_late"),
    Column("delegate_name", heading="invitation_delegate_name"),
    Column("delegate_post", heading="invitation_delegate_post"),
    Column("absence_reason", heading="invitation_absence_reason"),
    Column("present", coded="invitation_present", heading="invitation_present"),
    Column("attendance_due_on", "date", heading="meeting_attendance_due_on"),
    Column("region_code"),
    Column("meeting_id", heading="meeting_id"),
    Column("id"),
)


class InvitationList(InvitationFilters, ListQuery):
    """Filters and paging of the invitations."""


@router.get(
    "", summary="List invitations to meetings", response_model=Listed[InvitationRead], responses=declares(NotAcceptable)
)
async def list_meeting_invitations(
    act: MeetingsRead, request: Request, query: Annotated[InvitationList, Query()]
) -> Response:
    """Who is called to which meeting, what was answered and who was there; as JSON pages, or as CSV or XLSX.

    Who comes for whom is shown to those who may read liaisons; that they read a list of names is noted in the audit.
    """
    return await respond(request, COLUMNS, lambda ask: service.listed(act, query, ask), query.ask())


@router.get(
    "/{invitation_id}",
    summary="Read an invitation",
    response_model=InvitationDetail,
    responses=declares(NotFound),
)
async def read_meeting_invitation(act: MeetingsRead, invitation_id: UUID, request: Request) -> Response:
    """One invitation, with its ETag and what the caller may do."""
    return answers.one(InvitationDetail, await service.shown(act, invitation_id), request)


@router.post(
    "/{invitation_id}/answer",
    summary="Answer an invitation",
    response_model=InvitationDetail,
    responses=declares(NotFound, Conflict, StaleVersion, VersionRequired),
)
async def answer_meeting_invitation(
    act: TakePart, invitation_id: UUID, told: InvitationAnswer, request: Request
) -> Response:
    """A department comes, sends a substitute who is named, or does not come for a reason. Needs `If-Match`.

    It may answer anew until the meeting is held; after `attendance_due_on` the answer is marked late.
    """
    await service.answer(act, invitation_id, answers.expected_version(request), told)
    return answers.one(InvitationDetail, await service.shown(act, invitation_id))


@router.get(
    "/{invitation_id}/history",
    summary="List an invitation's versions",
    response_model=Listed[InvitationVersion],
    responses=declares(NotFound),
)
async def list_meeting_invitation_versions(
    act: MeetingsRead, invitation_id: UUID, request: Request, query: Annotated[ListQuery, Query()]
) -> Response:
    """What was known of the invitation and when, the newest first."""
    return answers.listed(await reads.history(act, invitation_id, query.ask()), request)
