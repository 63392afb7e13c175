"""Meetings: planned, called, held, minuted; what they decide."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from app.core.acts import Act
from app.core.errors import (
    Conflict,
    Failure,
    NotAcceptable,
    NotFound,
    RuleViolation,
    StaleVersion,
    Taken,
    VersionRequired,
)
from app.core.sheets import Column
from app.services.access.permissions import Permission
from app.services.joint_meetings.agenda import service as agenda
from app.services.joint_meetings.agenda.schemas import AgendaItemCreate, AgendaItemDetail, AgendaOrder
from app.services.joint_meetings.decisions import reads as decision_reads
from app.services.joint_meetings.decisions import service as decisions
from app.services.joint_meetings.decisions.schemas import (
    DecisionCreate,
    DecisionRead,
    DecisionUpdate,
    DecisionWithdraw,
)
from app.services.joint_meetings.invitations import service as invitations
from app.services.joint_meetings.invitations.schemas import Hold, Invite
from app.services.joint_meetings.meetings import reads, service
from app.services.joint_meetings.meetings.schemas import (
    MeetingCancel,
    MeetingCreate,
    MeetingDetail,
    MeetingFilters,
    MeetingRead,
    MeetingUpdate,
    MeetingVersion,
)
from app.services.joint_meetings.minutes import reads as minutes_reads
from app.services.joint_meetings.minutes import service as minutes
from app.services.joint_meetings.minutes.schemas import MinutesCreate, MinutesDetail, MinutesRead, MinutesUpdate
from app.web import answers
from app.web.bulk import Bulk, BulkItem, answered, refusal
from app.web.guards import May
from app.web.lists import Listed, ListQuery, respond
from app.web.openapi import declares
from app.web.strict import StrictRoute

router = APIRouter(prefix="/v1/joint-meetings", tags=["joint meetings"], route_class=StrictRoute)

MeetingsRead = Annotated[Act, May(Permission.joint_meetings_read)]
MeetingsWrite = Annotated[Act, May(Permission.joint_meetings_write)]
TakePart = Annotated[Act, May(Permission.joint_meetings_take_part)]
MinutesApprove = Annotated[Act, May(Permission.joint_meetings_approve)]
Edition = Annotated[int, Path(ge=1, le=10_000, description="The number of the edition, from 1 on.")]
CHANGED = (NotFound, Conflict, StaleVersion, VersionRequired)

COLUMNS = (
    Column("title", heading="meeting_title"),
    Column("kind", coded="meeting_kind", heading="meeting_kind"),
    Column("purpose", coded="meeting_purpose", heading="meeting_purpose"),
    Column("state", coded="meeting_state", heading="meeting_state"),
    Column("held_on", "date", heading="meeting_held_on"),
    Column("starts_at", "datetime", heading="meeting_starts_at"),
    Column("minutes", "integer", heading="meeting_minutes"),
    Column("place", heading="meeting_place"),
    Column("committee_name", heading="meeting_committee"),
    Column("convener_name", heading="meeting_convener"),
    Column("topics_due_on", "date", heading="meeting_topics_due_on"),
    Column("attendance_due_on", "date", heading="meeting_attendance_due_on"),
    Column("cancel_reason", heading="meeting_cancel_reason"),
    Column("region_code"),
    Column("authority_code"),
    Column("id"),
)


class MeetingList(MeetingFilters, ListQuery):
    """Filters and paging of the meetings."""


class AttendanceTold(BulkItem):
    """What became of one department's attendance."""

    department_id: UUID
    invitation_id: UUID | None


@router.get("", summary="List joint meetings", response_model=Listed[MeetingRead], responses=declares(NotAcceptable))
async def list_joint_meetings(act: MeetingsRead, request: Request, query: Annotated[MeetingList, Query()]) -> Response:
    """Meetings by region; of one committee, department or series the latest first. As JSON pages, or as CSV or XLSX.

    A department sees all meetings of its committee.
    """
    return await respond(request, COLUMNS, lambda ask: reads.listed(act, query, ask), query.ask())


@router.post(
    "",
    summary="Plan a joint meeting",
    status_code=201,
    response_model=MeetingDetail,
    responses=declares(Taken, RuleViolation),
)
async def plan_joint_meeting(act: MeetingsWrite, draft: MeetingCreate) -> Response:
    """Plans an occurrence of a series, a meeting of the liaisons before another one, or one for an occasion.

    What earlier meetings of the committee decided and is not accepted yet stands at the head of the agenda by itself.
    A meeting for an occasion at shorter notice than topics normally take needs `departure_reason`.
    """
    meeting_id = await service.plan(act, draft)
    return answers.created(MeetingDetail, await service.shown(act, meeting_id), "/v1/joint-meetings/{id}")


@router.get("/{meeting_id}", summary="Read a joint meeting", response_model=MeetingDetail, responses=declares(NotFound))
async def read_joint_meeting(act: MeetingsRead, meeting_id: UUID, request: Request) -> Response:
    """One meeting with what belongs to it in figures, its ETag and what the caller may do."""
    return answers.one(MeetingDetail, await service.shown(act, meeting_id), request)


@router.patch(
    "/{meeting_id}",
    summary="Change a joint meeting",
    response_model=MeetingDetail,
    responses=declares(*CHANGED, RuleViolation),
)
async def update_joint_meeting(
    act: MeetingsWrite, meeting_id: UUID, change: MeetingUpdate, request: Request
) -> Response:
    """Changes what is sent, until the meeting is held. Another day moves what is due before it. Needs `If-Match`."""
    await service.update(act, meeting_id, answers.expected_version(request), change)
    return answers.one(MeetingDetail, await service.shown(act, meeting_id))


@router.post(
    "/{meeting_id}/invite",
    summary="Call the departments",
    response_model=MeetingDetail,
    responses=declares(*CHANGED),
)
async def invite_to_joint_meeting(act: MeetingsWrite, meeting_id: UUID, whom: Invite, request: Request) -> Response:
    """Invites all departments of the committee on the meeting's day, or the chosen ones, and brings the head of the
    agenda up to date. Once more it calls who was not called before. Needs `If-Match`.
    """
    await invitations.invite(act, meeting_id, answers.expected_version(request), whom.department_ids)
    return answers.one(MeetingDetail, await service.shown(act, meeting_id))


@router.post(
    "/{meeting_id}/hold",
    summary="Say that a joint meeting was held",
    response_model=Bulk[AttendanceTold],
    responses=declares(*CHANGED),
)
async def hold_joint_meeting(act: MeetingsWrite, meeting_id: UUID, told: Hold, request: Request) -> Response:
    """Says that the meeting was held and who was there; each department is answered for by itself. Needs `If-Match`.

    Who is not named was not there. Sent again before the minutes are approved, it puts right those that are named.
    """
    outcomes = await invitations.hold(act, meeting_id, answers.expected_version(request), told.attendance)
    pairs = zip(told.attendance, outcomes, strict=True)
    return answered([_attendance(each.department_id, outcome, request) for each, outcome in pairs])


def _attendance(department_id: UUID, outcome: UUID | Failure, request: Request) -> dict[str, Any]:
    told = {"department_id": department_id}
    if isinstance(outcome, Failure):
        return {**told, "invitation_id": None, **refusal(request, outcome)}
    return {**told, "invitation_id": outcome, "status": 200, "problem": None}


@router.post(
    "/{meeting_id}/cancel",
    summary="Cancel a joint meeting",
    response_model=MeetingDetail,
    responses=declares(*CHANGED),
)
async def cancel_joint_meeting(act: MeetingsWrite, meeting_id: UUID, wish: MeetingCancel, request: Request) -> Response:
    """It is not held, with a reason; its occurrence may be planned anew. Needs `If-Match`."""
    await service.cancel(act, meeting_id, answers.expected_version(request), wish.reason)
    return answers.one(MeetingDetail, await service.shown(act, meeting_id))


@router.get(
    "/{meeting_id}/history",
    summary="List a joint meeting's versions",
    response_model=Listed[MeetingVersion],
    responses=declares(NotFound),
)
async def list_joint_meeting_versions(
    act: MeetingsRead, meeting_id: UUID, request: Request, query: Annotated[ListQuery, Query()]
) -> Response:
    """What was known of the meeting and when, the newest first."""
    return answers.listed(await reads.history(act, meeting_id, query.ask()), request)


@router.post(
    "/{meeting_id}/agenda-items",
    summary="Propose a topic",
    status_code=201,
    response_model=AgendaItemDetail,
    responses=declares(NotFound, Conflict, RuleViolation),
)
async def propose_agenda_item(act: TakePart, meeting_id: UUID, draft: AgendaItemCreate) -> Response:
    """Proposes a topic; the committee accepts a department's, its own is on the agenda at once.

    After `topics_due_on` a department is refused with the finding `topic_late`; the committee may enter one with
    `departure_reason`, which is kept with it.
    """
    item_id = await agenda.propose(act, meeting_id, draft)
    return answers.created(AgendaItemDetail, await agenda.shown(act, item_id), "/v1/agenda-items/{id}")


@router.patch(
    "/{meeting_id}/agenda",
    summary="Put the agenda in order",
    response_model=MeetingDetail,
    responses=declares(*CHANGED),
)
async def order_agenda(act: MeetingsWrite, meeting_id: UUID, order: AgendaOrder, request: Request) -> Response:
    """Gives all items of the agenda their places; what is carried over stays at the head.

    Needs `If-Match` with the meeting's version.
    """
    await agenda.put_in_order(act, meeting_id, answers.expected_version(request), order.item_ids)
    return answers.one(MeetingDetail, await service.shown(act, meeting_id))


@router.get(
    "/{meeting_id}/minutes",
    summary="List the editions of the minutes",
    response_model=Listed[MinutesRead],
    responses=declares(NotFound),
)
async def list_minutes(
    act: MeetingsRead, meeting_id: UUID, request: Request, query: Annotated[ListQuery, Query()]
) -> Response:
    """All editions, the newest first. A draft is seen by those alone who write for the committee."""
    return answers.listed(await minutes_reads.listed(act, meeting_id, query.ask()), request)


@router.post(
    "/{meeting_id}/minutes",
    summary="Begin an edition of the minutes",
    status_code=201,
    response_model=MinutesDetail,
    responses=declares(NotFound, Conflict),
)
async def write_minutes(act: MeetingsWrite, meeting_id: UUID, told: MinutesCreate) -> Response:
    """Begins the minutes of a meeting that was held, as a draft; once an edition is approved, a correction of it."""
    edition = await minutes.write(act, meeting_id, told)
    row = await minutes.shown(act, meeting_id, edition)
    return answers.created(MinutesDetail, row, f"/v1/joint-meetings/{meeting_id}/minutes/editions/{edition}")


@router.patch(
    "/{meeting_id}/minutes",
    summary="Revise the draft of the minutes",
    response_model=MinutesDetail,
    responses=declares(*CHANGED),
)
async def revise_minutes(act: MeetingsWrite, meeting_id: UUID, change: MinutesUpdate, request: Request) -> Response:
    """Changes what is sent in the draft. Needs `If-Match` with the edition's version."""
    edition = await minutes.revise(act, meeting_id, answers.expected_version(request), change)
    return answers.one(MinutesDetail, await minutes.shown(act, meeting_id, edition))


@router.post(
    "/{meeting_id}/minutes/approve",
    summary="Approve the minutes",
    response_model=MinutesDetail,
    responses=declares(*CHANGED, RuleViolation),
)
async def approve_minutes(act: MinutesApprove, meeting_id: UUID, request: Request) -> Response:
    """Approves the draft and freezes it together with what was decided. Needs `If-Match` with the edition's version.

    Nobody approves minutes that he wrote in (`minutes_own`). From then on no decision is changed or withdrawn.
    """
    edition = await minutes.approve(act, meeting_id, answers.expected_version(request))
    return answers.one(MinutesDetail, await minutes.shown(act, meeting_id, edition))


@router.get(
    "/{meeting_id}/minutes/editions/{edition}",
    summary="Read an edition of the minutes",
    response_model=MinutesDetail,
    responses=declares(NotFound),
)
async def read_minutes(act: MeetingsRead, meeting_id: UUID, edition: Edition, request: Request) -> Response:
    """One edition with its ETag and what the caller may do."""
    return answers.one(MinutesDetail, await minutes.shown(act, meeting_id, edition), request)


@router.get(
    "/{meeting_id}/decisions",
    summary="List what a joint meeting decided",
    response_model=Listed[DecisionRead],
    responses=declares(NotFound),
)
async def list_decisions(
    act: MeetingsRead, meeting_id: UUID, request: Request, query: Annotated[ListQuery, Query()]
) -> Response:
    """The action items that the meeting decided, by number, as they stand today."""
    return answers.listed(await decision_reads.listed(act, meeting_id, query.ask()), request)


@router.post(
    "/{meeting_id}/decisions",
    summary="Take a decision",
    status_code=201,
    response_model=DecisionRead,
    responses=declares(NotFound, Conflict),
)
async def take_decision(act: MeetingsWrite, meeting_id: UUID, told: DecisionCreate) -> Response:
    """Makes an action item of what a held meeting decided: one responsible department of the committee, and a day.

    Refused without a department (`decision_without_department`), for a day before the meeting (`due_before_meeting`),
    and once the minutes are approved.
    """
    item_id = await decisions.take(act, meeting_id, told)
    return answers.created(DecisionRead, await decision_reads.one(act, meeting_id, item_id), "/v1/action-items/{id}")


@router.patch(
    "/{meeting_id}/decisions/{item_id}",
    summary="Change a decision",
    response_model=DecisionRead,
    responses=declares(*CHANGED),
)
async def change_decision(
    act: MeetingsWrite, meeting_id: UUID, item_id: UUID, change: DecisionUpdate, request: Request
) -> Response:
    """Says a decision otherwise until the minutes are approved. Needs `If-Match` with the action item's version."""
    await decisions.change(act, meeting_id, item_id, answers.expected_version(request), change)
    return answers.one(DecisionRead, await decision_reads.one(act, meeting_id, item_id))


@router.post(
    "/{meeting_id}/decisions/{item_id}/withdraw",
    summary="Withdraw a decision",
    response_model=DecisionRead,
    responses=declares(*CHANGED),
)
async def withdraw_decision(
    act: MeetingsWrite, meeting_id: UUID, item_id: UUID, wish: DecisionWithdraw, request: Request
) -> Response:
    """It does not stand, until the minutes are approved. Needs `If-Match` with the action item's version."""
    await decisions.withdraw(act, meeting_id, item_id, answers.expected_version(request), wish.reason)
    return answers.one(DecisionRead, await decision_reads.one(act, meeting_id, item_id))
