"""Minutes as rows for the wire. A draft is seen by those alone who write for the committee."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, select

from app.core.acts import Act
from app.core.errors import NotFound
from app.core.narrowing import within
from app.core.pagination import Ask, Page, Sorts, page
from app.core.rows import selecting
from app.services.access.permissions import Permission
from app.services.joint_meetings.facts import MinutesState
from app.services.joint_meetings.minutes.schemas import MinutesRead
from app.services.joint_meetings.models import Meeting, MeetingMinutes

ORDER = Sorts({"edition": MeetingMinutes.edition}, MeetingMinutes.id, "-edition")
DRAFTS = (Permission.joint_meetings_write, Permission.joint_meetings_approve)


def _shown(act: Act, meeting_id: UUID) -> "Select[Any]":
    told = MeetingMinutes
    query = selecting(MinutesRead, told).where(
        told.meeting_id == meeting_id, *within(act, told.region_code, [told.authority_code], [told.committee_id])
    )
    drafts = not act.by.permissions.isdisjoint(DRAFTS)
    return query if drafts else query.where(told.state == MinutesState.approved)


async def listed(act: Act, meeting_id: UUID, ask: Ask) -> Page:
    """One page of a meeting's editions, the newest first. Raises NotFound for a meeting that is not to be seen."""
    if await act.session.scalar(select(Meeting.id).where(Meeting.id == meeting_id)) is None:
        raise NotFound()
    return await page(act, _shown(act, meeting_id), ask, ORDER, meeting_id)


async def one(act: Act, meeting_id: UUID, edition: int) -> dict[str, Any]:
    """One edition, with the codes of its place and line beside what is shown. Raises NotFound."""
    place = (MeetingMinutes.region_code, MeetingMinutes.authority_code)
    query = _shown(act, meeting_id).add_columns(*place).where(MeetingMinutes.edition == edition)
    row = (await act.session.execute(query)).mappings().first()
    if row is None:
        raise NotFound()
    return dict(row)
