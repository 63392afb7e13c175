"""Series and the days that are otherwise, as entities, and what is asked before they are written."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from app.core.acts import Act
from app.services.authorities.models import Authority
from app.services.joint_meetings.facts import MeetingState
from app.services.joint_meetings.models import Meeting
from app.services.joint_meetings.schedules.facts import ExceptionKind, Shift
from app.services.joint_meetings.schedules.holding import Otherwise
from app.services.joint_meetings.schedules.models import MeetingSchedule, ScheduleException
from app.services.joint_meetings.schedules.series import Series


@dataclass(frozen=True, slots=True)
class Body:
    """The body that a series is to be laid down for."""

    code: int
    region_code: int
    region_level: int
    dissolved_on: date | None


async def committee(act: Act, committee_id: UUID) -> Body | None:
    """A body that may be seen."""
    query = select(*(getattr(Authority, name) for name in Body.__dataclass_fields__)).where(
        Authority.id == committee_id
    )
    row = (await act.session.execute(query)).first()
    return None if row is None else Body(*row)


async def of(act: Act, schedule: MeetingSchedule) -> Series:
    """A series with the days that are otherwise today."""
    return series(schedule, (await exceptions(act, [schedule.id])).get(schedule.id, {}))


def series(schedule: MeetingSchedule, otherwise: Mapping[date, Otherwise]) -> Series:
    """What the days of a series follow from."""
    return Series(
        id=schedule.id,
        version=schedule.version,
        committee_id=schedule.committee_id,
        purpose=schedule.purpose,
        title=schedule.title,
        rrule=schedule.rrule,
        first_on=schedule.first_on,
        starts_at=schedule.starts_at,
        minutes=schedule.minutes,
        place=schedule.place,
        shift=Shift(schedule.shift),
        ended_on=schedule.ended_on,
        dropped=tuple(schedule.dropped),
        region_code=schedule.region_code,
        region_level=schedule.region_level,
        recorded_at=schedule.recorded_at,
        otherwise=otherwise,
    )


async def one(act: Act, schedule_id: UUID) -> Series | None:
    """A series that may be seen, not held."""
    found = await act.session.get(MeetingSchedule, schedule_id)
    return None if found is None else await of(act, found)


async def steady(act: Act, schedule_id: UUID) -> Series | None:
    """A series that may be written to, held so that its days stay until this act is over: others may do so as well."""
    query = select(MeetingSchedule).where(MeetingSchedule.id == schedule_id).with_for_update(read=True)
    found = await act.session.scalar(query)
    return None if found is None else await of(act, found)


async def running(act: Act, committee_id: UUID, since: date) -> list[Series]:
    """The series of a committee that have a day from `since` on, before any shifting."""
    found = list(
        await act.session.scalars(
            select(MeetingSchedule)
            .where(MeetingSchedule.committee_id == committee_id, MeetingSchedule.last_on >= since)
            .order_by(MeetingSchedule.id)
        )
    )
    otherwise = await exceptions(act, [each.id for each in found])
    return [series(each, otherwise.get(each.id, {})) for each in found]


async def exceptions(act: Act, schedules: list[UUID]) -> dict[UUID, dict[date, Otherwise]]:
    """The days of these series that are otherwise."""
    rows = await act.session.scalars(
        select(ScheduleException).where(
            ScheduleException.schedule_id.in_(schedules), ScheduleException.withdraw_reason.is_(None)
        )
    )
    found: dict[UUID, dict[date, Otherwise]] = {}
    for row in rows:
        told = Otherwise(ExceptionKind(row.kind), row.moved_to, row.starts_at, row.reason)
        found.setdefault(row.schedule_id, {})[row.on_day] = told
    return found


async def exception(act: Act, schedule_id: UUID, exception_id: UUID) -> ScheduleException | None:
    """A day of a series that is held already."""
    return await act.session.scalar(
        select(ScheduleException).where(
            ScheduleException.id == exception_id, ScheduleException.schedule_id == schedule_id
        )
    )


async def planned(act: Act, schedule_id: UUID) -> set[date]:
    """The days of a series, before any shifting, of which a meeting was planned that is not cancelled."""
    query = select(Meeting.occurrence_on).where(
        Meeting.schedule_id == schedule_id, Meeting.state != MeetingState.cancelled
    )
    return {day for day in await act.session.scalars(query) if day is not None}


async def add(act: Act, row: MeetingSchedule | ScheduleException) -> UUID:
    """Insert a row; returns its key. The database refuses a second series for a purpose, and a day told twice."""
    act.session.add(row)
    await act.session.flush()
    return row.id


async def save(act: Act, row: MeetingSchedule | ScheduleException) -> None:
    """Write a row's changes as its next version."""
    row.version += 1
    row.recorded_at = act.now
    await act.session.flush()
