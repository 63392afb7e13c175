"""Attendances found and locked, and written set-wise."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import and_, or_, select, tuple_

from app.core.acts import Act
from app.core.database import driver
from app.services.training.models import Attendance


async def counting(
    act: Act, workers: Iterable[UUID], session_id: UUID, title: str, day: date
) -> dict[UUID, Attendance]:
    """What counts of these workers at a session, or was told of its course on its day; locked, by worker."""
    told = and_(Attendance.session_id.is_(None), Attendance.held_on == day, Attendance.course_title == title)
    query = (
        select(Attendance)
        .where(
            Attendance.worker_id.in_(set(workers)),
            Attendance.cancel_reason.is_(None),
            or_(Attendance.session_id == session_id, told),
        )
        .order_by(Attendance.session_id.is_not(None), Attendance.id)
        .with_for_update(key_share=True)
    )
    return {row.worker_id: row for row in (await act.session.scalars(query)).all()}


class New(NamedTuple):
    """An attendance to be entered. At a session the title and the day are the database's."""

    worker_id: UUID
    session_id: UUID | None
    course_title: str | None
    held_on: date | None
    minutes: int
    source: str
    time: datetime


async def insert(act: Act, rows: Sequence[New]) -> dict[UUID, UUID]:
    """Enter attendances in the order of their workers; their ids by worker, of whom each has one here."""
    if not rows:
        return {}
    found = await (await driver(act.session)).fetch(
        "INSERT INTO attendances (version, worker_id, session_id, course_title, held_on, minutes, source, source_time,"
        " created_at, recorded_at)"
        " SELECT 1, worker, session, title, day, minutes, source, time, $8, $8"
        " FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::date[], $5::int[], $6::text[], $7::timestamptz[])"
        " AS new (worker, session, title, day, minutes, source, time) ORDER BY worker, day, title"
        " RETURNING worker_id, id",
        *map(list, zip(*rows, strict=True)),
        act.now,
    )
    return {row[0]: row[1] for row in found}


class Key(NamedTuple):
    """What makes an attendance of a dataset known again."""

    worker_id: UUID
    held_on: date
    course_title: str


class Kept(NamedTuple):
    """An attendance and where it stands."""

    id: UUID
    region_code: int


async def told(act: Act, keys: Iterable[Key]) -> dict[Key, Kept]:
    """Visible attendances that count, by worker, day and title; locked in the order of their ids."""
    wanted = sorted(set(keys))
    if not wanted:
        return {}
    of = tuple_(Attendance.worker_id, Attendance.held_on, Attendance.course_title)
    query = (
        select(Attendance.worker_id, Attendance.held_on, Attendance.course_title, Attendance.id, Attendance.region_code)
        .where(of.in_(wanted), Attendance.cancel_reason.is_(None))
        .order_by(Attendance.id)
        .with_for_update(key_share=True)
    )
    found: dict[Key, Kept] = {}
    for row in await act.session.execute(query):
        found.setdefault(Key(row[0], row[1], row[2]), Kept(row[3], row[4]))
    return found


async def standing(act: Act, ids: Iterable[UUID]) -> dict[UUID, Attendance]:
    """Visible attendances by id, locked in the order of their ids until the act ends."""
    query = select(Attendance).where(Attendance.id.in_(set(ids))).order_by(Attendance.id)
    return {row.id: row for row in (await act.session.scalars(query.with_for_update(key_share=True))).all()}


class Changed(NamedTuple):
    """An attendance that is told otherwise; a session of None leaves it where it was attended."""

    id: UUID
    session_id: UUID | None
    minutes: int
    source: str
    time: datetime


async def change(act: Act, rows: Sequence[Changed]) -> None:
    """Write changes as next versions. At a session the title and the day are the database's."""
    if not rows:
        return
    await (await driver(act.session)).execute(
        "UPDATE attendances AS told SET session_id = coalesce(new.session, told.session_id), minutes = new.minutes,"
        " source = new.source, source_time = new.time, version = told.version + 1, recorded_at = $6"
        " FROM unnest($1::uuid[], $2::uuid[], $3::int[], $4::text[], $5::timestamptz[])"
        " AS new (id, session, minutes, source, time) WHERE told.id = new.id",
        *map(list, zip(*sorted(rows), strict=True)),
        act.now,
    )
