"""Invitations as entities."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
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
