"""Minutes as rows for the wire. A draft is seen by those alone who write for the committee."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select

from app.core.acts import Act
from app.core.errors import NotFound
from app.core.narrowing import within
from app.core.pagination import Ask, Page, Sorts, page
from app.core.rows import selecting
from app.services.access.permissions import Permission
from app.services.authorities.models import Authority
from app.services.departments.models import Department
from app.services.joint_meetings.facts import MinutesState, Presence
from app.services.joint_meetings.minutes.schemas import MinutesRead
from app.services.joint_meetings.models import Meeting, MeetingInvitation, MeetingMinutes

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


async def paper(act: Act, minutes_id: UUID) -> dict[str, Any]:
    """An edition as a paper tells it: with its meeting, its committee, and the departments that were there or not.

    `state` says whether it is approved, `decisions` is null while it is not. Raises NotFound.
    """
    told, sent = MeetingMinutes, MeetingInvitation
    here = sent.present.in_((Presence.own, Presence.substitute))

    def departments(*where: ColumnElement[bool]) -> Any:
        names = select(Department.name).join(sent, sent.department_id == Department.id)
        names = names.where(sent.meeting_id == told.meeting_id, *where).order_by(Department.name)
        return func.array(names.correlate(told).scalar_subquery())

    query = (
        select(
            *(told.id, told.meeting_id, told.committee_id, told.edition, told.state, told.paragraphs),
            *(told.decisions, told.correction_reason, told.approved_at),
            *(Meeting.title, Meeting.purpose, Meeting.held_on, Meeting.starts_at, Meeting.place),
            Authority.name.label("committee_name"),
            departments(here).label("attended"),
            departments(~here).label("missing"),
        )
        .join(Meeting, Meeting.id == told.meeting_id)
        .outerjoin(Authority, Authority.id == told.committee_id)
        .where(told.id == minutes_id)
    )
    row = (await act.session.execute(query)).mappings().first()
    if row is None:
        raise NotFound()
    return dict(row)
