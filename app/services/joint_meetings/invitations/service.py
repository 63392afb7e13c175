"""What can be done with invitations: call, answer, and say who was there."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.core.errors import Conflict, Failure, FieldError, Forbidden, Invalid
from app.core.history import note
from app.core.pagination import Ask, Page
from app.core.versions import claim
from app.core.wire import action
from app.services.access.permissions import Permission
from app.services.assessment.contract import Figures, Period
from app.services.joint_meetings import repository
from app.services.joint_meetings.agenda import carrying
from app.services.joint_meetings.facts import Answer, MeetingState, Presence
from app.services.joint_meetings.invitations import reads
from app.services.joint_meetings.invitations.repository import forget, of_meeting, outlived
from app.services.joint_meetings.invitations.repository import invite as call
from app.services.joint_meetings.invitations.schemas import Attendance, InvitationAnswer, InvitationFilters
from app.services.joint_meetings.meetings.service import in_state
from app.services.joint_meetings.models import Meeting, MeetingInvitation
from app.services.privacy import erasing

INVITATIONS = "meeting_invitations"


async def listed(act: Act, filters: InvitationFilters, ask: Ask) -> Page:
    """One page of invitations; that a list of names was read is noted, where names were shown."""
    found = await reads.listed(act, filters, ask)
    if reads.names(act):
        await note(act, "list", INVITATIONS, rows=len(found.rows))
    return found


async def shown(act: Act, invitation_id: UUID) -> dict[str, Any]:
    """One invitation with what the caller may do. Raises NotFound."""
    row = await reads.one(act, invitation_id)
    return {**row, "allowed_actions": [action("answer", _refusal(act, row))]}


def _refusal(act: Act, row: dict[str, Any]) -> str | None:
    if Permission.joint_meetings_take_part not in act.by.permissions:
        return "permission"
    if not act.scope.holds(int(row["region_code"]), [int(row["authority_code"])], [row["department_id"]]):
        return "outside_scope"
    return None if row["meeting_state"] == MeetingState.invited else f"meeting_{row['meeting_state']}"


async def invite(act: Act, meeting_id: UUID, expected: int, wanted: Sequence[UUID] | None) -> None:
    """Call all departments that run on the meeting's day, or the chosen ones, and bring its agenda up to date.

    Raises NotFound, StaleVersion, Forbidden, Conflict for a meeting that is no longer ahead or where nobody is to be
    invited, Invalid for a department that is not one of the committee's on that day.
    """
    meeting = await claim(act, Meeting, meeting_id, expected)
    in_state("invite", meeting.state)
    departments = await repository.members(act, meeting.committee_id, meeting.held_on, wanted)
    if wanted is not None:
        await _all_members(act, wanted, set(departments))
    if not departments:
        raise Conflict(errors=(FieldError("", "meeting_nobody"),))
    await call(act, meeting, departments)
    await carrying.carry_over(act, meeting)
    meeting.state = MeetingState.invited
    await repository.save(act, meeting)


async def _all_members(act: Act, wanted: Sequence[UUID], found: set[UUID]) -> None:
    wrong = [number for number, key in enumerate(wanted) if key not in found]
    if wrong:
        seen = await repository.known(act, [wanted[number] for number in wrong])
        raise Invalid(
            errors=tuple(FieldError(f"/department_ids/{number}", _unfit(wanted[number] in seen)) for number in wrong)
        )


def _unfit(seen: bool) -> str:
    return "department_not_member" if seen else "reference_unknown"


async def answer(act: Act, invitation_id: UUID, expected: int, told: InvitationAnswer) -> None:
    """Answer an invitation, or answer anew, until the meeting is held; after the day for it the answer is marked late.

    Raises NotFound, StaleVersion, Forbidden for another department's, Conflict once the meeting was held or cancelled,
    Invalid for a substitute without a name or an absence without a reason.
    """
    invitation = await claim(act, MeetingInvitation, invitation_id, expected)
    own = [invitation.department_id]
    if not act.scope.holds(invitation.region_code, [invitation.authority_code], own):
        raise Forbidden(reason="scope")
    # Asked once the invitation is held: whoever holds the meeting writes all its invitations.
    meeting = await repository.standing(act, invitation.meeting_id)
    if meeting.state != MeetingState.invited:
        raise Conflict(errors=(FieldError("", f"meeting_{meeting.state}"),))
    _whole(told)
    invitation.answer, invitation.answered_on = told.answer, act.today
    invitation.late = act.today > meeting.attendance_due_on
    invitation.delegate_name, invitation.delegate_post = told.delegate_name, told.delegate_post
    invitation.absence_reason = told.absence_reason
    await repository.save(act, invitation)


def _whole(told: InvitationAnswer) -> None:
    substitute, absent = told.answer is Answer.substitute, told.answer is Answer.absent
    wrong: list[FieldError] = []
    if substitute and told.delegate_name is None:
        wrong.append(FieldError("/delegate_name", "missing"))
    wrong += [
        FieldError(f"/{name}", "delegate_unfit")
        for name in ("delegate_name", "delegate_post")
        if not substitute and getattr(told, name) is not None
    ]
    if absent and told.absence_reason is None:
        wrong.append(FieldError("/absence_reason", "missing"))
    if not absent and told.absence_reason is not None:
        wrong.append(FieldError("/absence_reason", "absence_unfit"))
    if wrong:
        raise Invalid(errors=tuple(wrong))


async def hold(act: Act, meeting_id: UUID, expected: int, told: Sequence[Attendance]) -> list[UUID | Failure]:
    """Say that a meeting was held and who was there; for each department told its invitation, or why not.

    Who is not named was not there. Once more, until the minutes are approved, it puts right those that are named.
    Raises NotFound, StaleVersion, Forbidden, Conflict for a meeting that nobody was invited to or that is still ahead.
    """
    meeting = await claim(act, Meeting, meeting_id, expected)
    in_state("hold", meeting.state)
    if act.today < meeting.held_on:
        raise Conflict(errors=(FieldError("", "meeting_ahead"),))
    invitations = await of_meeting(act, meeting_id)
    before = {key: (each.present, each.delegate_name, each.delegate_post) for key, each in invitations.items()}
    outcomes: list[UUID | Failure] = []
    seen: set[UUID] = set()
    for each in told:
        invitation = invitations.get(each.department_id)
        refused = _unheld(each, invitation, each.department_id in seen)
        seen.add(each.department_id)
        if refused is not None or invitation is None:
            outcomes.append(refused or Conflict())
            continue
        invitation.present = each.present
        if each.present is Presence.substitute and each.delegate_name is not None:
            invitation.delegate_name, invitation.delegate_post = each.delegate_name, each.delegate_post
        outcomes.append(invitation.id)
    for key, invitation in invitations.items():
        invitation.present = invitation.present or Presence.none
        if before[key] != (invitation.present, invitation.delegate_name, invitation.delegate_post):
            invitation.version += 1
            invitation.recorded_at = act.now
    if meeting.state == MeetingState.invited:
        await carrying.carry_over(act, meeting)
        meeting.state = MeetingState.held
    await repository.save(act, meeting)
    return outcomes


def _unheld(each: Attendance, invitation: MeetingInvitation | None, twice: bool) -> Failure | None:
    if twice:
        return Invalid(errors=(FieldError("/department_id", "listed_twice"),))
    if invitation is None:
        return Conflict(errors=(FieldError("/department_id", "department_not_invited"),))
    if each.present is not Presence.substitute and (each.delegate_name or each.delegate_post):
        return Invalid(errors=(FieldError("/delegate_name", "delegate_unfit"),))
    return None


async def attendance(act: Act, ids: Sequence[UUID], period: Period) -> Figures:
    """The share of meetings at which departments were there, by themselves or by a substitute: their indicator."""
    return await reads.attended(act, ids, period.since, period.until) if ids else {}


async def forget_delegates(act: Act, before: date, most: int, policy: str) -> int:
    """Forget who came to meetings before a day, and why nobody did, with all earlier versions; of how many departments.

    That a substitute came or nobody did stays: it is the department's, not a person's. Done anew after a restore.
    """
    ids = await outlived(act, before, most)
    if ids:
        await forget(act, ids)
        await erasing.forget(act, INVITATIONS, [(key, str(key)) for key in ids])
        await note(act, "erase", INVITATIONS, why=f"retention {policy}", rows=len(ids), ground="retention_over")
    return len(ids)
