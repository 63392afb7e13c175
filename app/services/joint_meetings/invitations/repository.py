"""Invitations as entities."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert

from app.core.acts import Act
from app.services.joint_meetings.models import Meeting, MeetingInvitation


async def invite(act: Act, meeting: Meeting, departments: Sequence[UUID]) -> None:
    """Invite these departments, in one statement; who is invited already stays as he is."""
    rows = [
        {
            "version": 1,
            "meeting_id": meeting.id,
            "committee_id": meeting.committee_id,
            "department_id": department,
            "invited_on": act.today,
            "created_at": act.now,
            "recorded_at": act.now,
        }
        for department in sorted(departments)
    ]
    told = insert(MeetingInvitation).values(rows)
    await act.session.execute(told.on_conflict_do_nothing(index_elements=["meeting_id", "department_id"]))


async def of_meeting(act: Act, meeting_id: UUID) -> dict[UUID, MeetingInvitation]:
    """A meeting's invitations by department, locked."""
    query = select(MeetingInvitation).where(MeetingInvitation.meeting_id == meeting_id).order_by(MeetingInvitation.id)
    rows = await act.session.scalars(query.with_for_update(key_share=True))
    return {row.department_id: row for row in rows}


async def outlived(act: Act, before: date, most: int) -> list[UUID]:
    """Invitations to meetings before a day that still name who came, or why nobody did."""
    sent = MeetingInvitation
    named = func.num_nonnulls(sent.delegate_name, sent.delegate_post, sent.absence_reason) > 0
    query = select(sent.id).join(Meeting, Meeting.id == sent.meeting_id).where(Meeting.held_on < before, named)
    return list(await act.session.scalars(query.order_by(sent.id).limit(most).with_for_update(of=sent, key_share=True)))


async def forget(act: Act, ids: Sequence[UUID]) -> None:
    """Forget in these invitations who came and why nobody did; that somebody did stays."""
    nothing = dict.fromkeys(("delegate_name", "delegate_post", "absence_reason"))
    await act.session.execute(
        update(MeetingInvitation)
        .where(MeetingInvitation.id.in_(ids))
        .values(**nothing, forgotten_on=act.today, version=MeetingInvitation.version + 1, recorded_at=act.now)
        .execution_options(synchronize_session=False)
    )
