"""Minutes as entities."""

from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from app.core.acts import Act
from app.services.joint_meetings.facts import MinutesState
from app.services.joint_meetings.models import AgendaItem, MeetingMinutes


async def last_edition(act: Act, meeting_id: UUID) -> int:
    """The number of a meeting's last edition; 0 without one."""
    query = select(func.coalesce(func.max(MeetingMinutes.edition), 0)).where(MeetingMinutes.meeting_id == meeting_id)
    return int(await act.session.scalar(query) or 0)


async def draft(act: Act, meeting_id: UUID) -> UUID | None:
    """The edition of a meeting that is a draft."""
    told = MeetingMinutes
    query = select(told.id).where(told.meeting_id == meeting_id, told.state == MinutesState.draft)
    found: UUID | None = await act.session.scalar(query)
    return found


async def decisions_told(act: Act, meeting_id: UUID) -> list[dict[str, Any]] | None:
    """What the newest approved edition of a meeting's minutes says that was decided; None where none is approved."""
    told = MeetingMinutes
    query = select(told.decisions).where(told.meeting_id == meeting_id, told.state == MinutesState.approved)
    found: list[dict[str, Any]] | None = await act.session.scalar(query.order_by(told.edition.desc()).limit(1))
    return found


async def agenda(act: Act, meeting_id: UUID) -> set[UUID]:
    """The keys of all items of a meeting's agenda."""
    return set(await act.session.scalars(select(AgendaItem.id).where(AgendaItem.meeting_id == meeting_id)))
