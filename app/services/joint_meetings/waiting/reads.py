"""What of meetings waits for somebody, as reminders: topics, answers to invitations, and the meeting itself."""

from datetime import date
from typing import Any

from sqlalchemy import Select, select

from app.core.acts import Act
from app.core.narrowing import within
from app.services.joint_meetings.facts import AHEAD, MeetingState
from app.services.joint_meetings.models import Meeting, MeetingInvitation
from app.services.reminders.reads import due


async def topics(act: Act, until: date) -> "Select[Any]":
    """Meetings for which topics may still be proposed in time, up to the last day for them: then it is too late."""
    query = select(*due(Meeting.id, Meeting.title, Meeting.topics_due_on, Meeting.region_code))
    return query.where(
        Meeting.topics_due_on <= until,
        Meeting.topics_due_on >= act.today,
        Meeting.state.in_(AHEAD),
        *_seen(act),
    )


async def meetings(act: Act, until: date) -> "Select[Any]":
    """Meetings that are to be held by a day; overdue is one of which nobody has said that it was held."""
    query = select(*due(Meeting.id, Meeting.title, Meeting.held_on, Meeting.region_code))
    return query.where(Meeting.held_on <= until, Meeting.state.in_(AHEAD), *_seen(act))


async def answers(act: Act, until: date) -> "Select[Any]":
    """Invitations that nobody has answered, of meetings that are still to be held; a department's own alone.

    The meetings are found first: of earlier ones that nobody answered either, nothing is gone through.
    """
    sent = MeetingInvitation
    ahead = select(Meeting.id, Meeting.title, Meeting.attendance_due_on).where(
        Meeting.attendance_due_on <= until,
        Meeting.held_on >= act.today,
        Meeting.state == MeetingState.invited,
        *_seen(act),
    )
    called = ahead.cte("called").prefix_with("MATERIALIZED")
    query = select(*due(sent.id, called.c.title, called.c.attendance_due_on, sent.region_code))
    return query.join(called, called.c.id == sent.meeting_id).where(
        sent.answer.is_(None), *within(act, sent.region_code, [sent.authority_code], [sent.department_id])
    )


def _seen(act: Act) -> list[Any]:
    return within(act, Meeting.region_code, [Meeting.authority_code], [Meeting.committee_id])
