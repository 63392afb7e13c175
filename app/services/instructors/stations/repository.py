"""Stations as entities, what they refer to, and the writes."""

from datetime import date
from uuid import UUID

from sqlalchemy import func, or_, select, update

from app.core.acts import Act
from app.services.authorities.models import Authority
from app.services.hosts.models import Host
from app.services.instructors.models import Station, StationMember
from app.services.workers.models import Worker


async def add(act: Act, row: Station | StationMember) -> UUID:
    """Insert a row; key and codes are the database's."""
    act.session.add(row)
    await act.session.flush()
    return row.id


async def save(act: Act, row: Station | StationMember) -> None:
    """Write a claimed row's changes as its next version."""
    row.version += 1
    row.recorded_at = act.now
    await act.session.flush()


async def host_known(act: Act, host_id: UUID) -> bool:
    """Whether a host is there and visible."""
    return await act.session.scalar(select(Host.id).where(Host.id == host_id)) is not None


async def worker_known(act: Act, worker_id: UUID) -> bool:
    """Whether a worker is there and visible."""
    return await act.session.scalar(select(Worker.id).where(Worker.id == worker_id)) is not None


async def instructor_on(act: Act, worker_id: UUID, day: date) -> bool:
    """Whether somebody is an instructor on a day, wherever he is kept."""
    return bool(await act.session.scalar(select(func.instructor_on(worker_id, day))))


async def leave_all(act: Act, station_id: UUID, day: date) -> None:
    """End everybody's time in a station on a day, all in one statement."""
    await act.session.execute(
        update(StationMember)
        .where(
            StationMember.station_id == station_id,
            or_(StationMember.valid_to.is_(None), StationMember.valid_to > day),
        )
        .values(
            valid_to=func.greatest(StationMember.valid_from, day),
            version=StationMember.version + 1,
            recorded_at=act.now,
        )
        .execution_options(synchronize_session=False)
    )


async def authority(act: Act, authority_id: UUID) -> tuple[int, date | None] | None:
    """The code of a superior body and the day it ended, as far as it is visible."""
    query = select(Authority.code, Authority.dissolved_on).where(Authority.id == authority_id)
    row = (await act.session.execute(query)).first()
    return None if row is None else (row[0], row[1])
