"""Series as rows for the wire."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, or_, select

from app.core.acts import Act
from app.core.errors import NotFound
from app.core.history import versions_of
from app.core.narrowing import within
from app.core.pagination import Ask, Page, Sorts, page
from app.core.rows import columns, padded, selecting
from app.services.authorities.facts import DIGITS, span
from app.services.authorities.models import Authority
from app.services.authorities.reads import parsed_code
from app.services.departments.models import Department
from app.services.joint_meetings.facts import MeetingState
from app.services.joint_meetings.models import Meeting
from app.services.joint_meetings.schedules.models import MeetingSchedule, ScheduleException
from app.services.joint_meetings.schedules.schemas import (
    ExceptionRead,
    ScheduleFilters,
    ScheduleRead,
    ScheduleVersion,
)
from app.services.regions.stated import stated_span

SORTS = Sorts(
    {"region_code": MeetingSchedule.region_code, "first_on": MeetingSchedule.first_on},
    MeetingSchedule.id,
    "region_code",
)
MINUTE = "HH24:MI"


def _shown(act: Act) -> "Select[Any]":
    name = select(Authority.name).where(Authority.id == MeetingSchedule.committee_id)
    query = selecting(
        ScheduleRead,
        MeetingSchedule,
        committee_name=name.correlate(MeetingSchedule).scalar_subquery(),
        region_code=padded(MeetingSchedule.region_code),
        authority_code=padded(MeetingSchedule.authority_code, DIGITS),
        starts_at=func.to_char(MeetingSchedule.starts_at, MINUTE),
    )
    return query.where(
        *within(act, MeetingSchedule.region_code, [MeetingSchedule.authority_code], [MeetingSchedule.committee_id])
    )


async def listed(act: Act, filters: ScheduleFilters, ask: Ask) -> Page:
    """One page of series by region, unless another sort is asked for."""
    query = _shown(act)
    if filters.region is not None:
        low, high = stated_span(filters.region, filters.region_level)
        query = query.where(MeetingSchedule.region_code >= low, MeetingSchedule.region_code < high)
    if filters.authority is not None:
        low, high = span(parsed_code(filters.authority, "/authority"))
        query = query.where(MeetingSchedule.authority_code >= low, MeetingSchedule.authority_code < high)
    if filters.committee_id is not None:
        query = query.where(MeetingSchedule.committee_id == filters.committee_id)
    if filters.department_id is not None:
        theirs = select(Department.committee_id).where(Department.id == filters.department_id)
        query = query.where(MeetingSchedule.committee_id == theirs.scalar_subquery())
    if filters.purpose is not None:
        query = query.where(MeetingSchedule.purpose == filters.purpose)
    if filters.running_on is not None:
        query = query.where(
            MeetingSchedule.first_on <= filters.running_on,
            MeetingSchedule.last_on >= filters.running_on,
            or_(MeetingSchedule.ended_on.is_(None), MeetingSchedule.ended_on > filters.running_on),
        )
    return await page(act, query, ask, SORTS, [getattr(filters, name) for name in ScheduleFilters.model_fields])


async def one(act: Act, schedule_id: UUID) -> dict[str, Any]:
    """One series with its departures. Raises NotFound."""
    query = _shown(act).add_columns(MeetingSchedule.departures).where(MeetingSchedule.id == schedule_id)
    row = (await act.session.execute(query)).mappings().first()
    if row is None:
        raise NotFound()
    return dict(row)


async def exceptions(act: Act, schedule_id: UUID) -> list[dict[str, Any]]:
    """The days of a series that are otherwise, in their order."""
    query = selecting(
        ExceptionRead, ScheduleException, starts_at=func.to_char(ScheduleException.starts_at, MINUTE)
    ).where(ScheduleException.schedule_id == schedule_id, ScheduleException.withdraw_reason.is_(None))
    rows = await act.session.execute(query.order_by(ScheduleException.on_day))
    return [dict(row) for row in rows.mappings()]


async def meetings(act: Act, schedule_id: UUID) -> dict[date, tuple[UUID, date]]:
    """The meetings that were planned of a series and not cancelled, by the rule's day: key, and day they are on."""
    query = select(Meeting.occurrence_on, Meeting.id, Meeting.held_on).where(
        Meeting.schedule_id == schedule_id, Meeting.state != MeetingState.cancelled
    )
    return {day: (key, held_on) for day, key, held_on in await act.session.execute(query) if day}


async def history(act: Act, schedule_id: UUID, ask: Ask) -> Page:
    """All versions of a series, the newest first. Raises NotFound when there is none to be seen."""
    versions = versions_of(MeetingSchedule, schedule_id).c
    query = select(*columns(ScheduleVersion, versions, starts_at=func.to_char(versions.starts_at, MINUTE)))
    found = await page(act, query, ask, Sorts({"version": versions.version}, versions.id, "-version"), schedule_id)
    if not found.rows:
        raise NotFound()
    return found
