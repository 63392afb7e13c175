"""The meetings of a committee as a department's calendar needs them."""

from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import func, or_, select

from app.core.acts import Act
from app.services.calendars.models import WorkingDay, WorkingYear
from app.services.joint_meetings.feed.entries import Planned
from app.services.joint_meetings.models import Meeting, MeetingInvitation

FARTHEST = timedelta(days=366)
"""A meeting that was moved further than this from the day of its series is not looked for."""
COLUMNS = tuple(name for name in Planned.__dataclass_fields__ if name != "called")


async def meetings(act: Act, committee_id: UUID, department_id: UUID, since: date) -> list[Planned]:
    """The meetings of a committee from a day on, or of a time that its series has from then on."""
    mine = (
        select(func.bool_or(MeetingInvitation.department_id == department_id))
        .where(MeetingInvitation.meeting_id == Meeting.id)
        .correlate(Meeting)
        .scalar_subquery()
    )
    query = (
        select(*(getattr(Meeting, name) for name in COLUMNS), mine.label("called"))
        .where(Meeting.committee_id == committee_id)
        .where(or_(Meeting.held_on >= since, Meeting.occurrence_on >= since - FARTHEST))
        .order_by(Meeting.id)
    )
    return [Planned(**row) for row in (await act.session.execute(query)).mappings()]


async def edition(act: Act) -> tuple[int, datetime | None]:
    """How often days off were loaded or changed, which only grows, and when last."""
    loaded, last = 0, list[datetime]()
    for model in (WorkingDay, WorkingYear):
        found = await act.session.execute(
            select(func.coalesce(func.sum(model.version), 0), func.max(model.recorded_at))
        )
        times, when = found.one()
        loaded += int(times)
        last += [] if when is None else [when]
    return loaded, max(last, default=None)
