"""Attendances as rows for the wire, and what a session and its attendances are."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Select, func, or_, select

from app.core.acts import Act
from app.core.pagination import Ask, Page, Sorts, page
from app.services.members.models import Member
from app.services.training import reads
from app.services.training.attendance.schemas import AttendanceFilters, AttendanceRead, AttendanceVersion
from app.services.training.models import Attendance, Course, TrainingSession
from app.services.training.wire import narrowed
from app.services.workers.beside.reads import NAME, found, placed
from app.services.workers.beside.reads import history as versions
from app.services.workers.facts import WorkerState
from app.services.workers.models import Worker

KEYS = {"region_code": Attendance.region_code, "held_on": Attendance.held_on}


async def listed(act: Act, filters: AttendanceFilters, ask: Ask) -> Page:
    """One page of attendances by region, of one worker the latest first, unless another sort is asked for."""
    query = placed(reads.of_worker(act, AttendanceRead, Attendance), Attendance, filters)
    query = query.where(*reads.counting(Attendance, filters.cancelled))
    if filters.worker_id is not None:
        query = query.where(Attendance.worker_id == filters.worker_id)
    if filters.session_id is not None:
        query = query.where(Attendance.session_id == filters.session_id)
    if filters.since is not None:
        query = query.where(Attendance.held_on >= filters.since)
    if filters.until is not None:
        query = query.where(Attendance.held_on < filters.until)
    sorts = Sorts(KEYS, Attendance.id, "region_code" if filters.worker_id is None else "-held_on")
    return await page(act, query, ask, sorts, narrowed(AttendanceFilters, filters))


async def one(act: Act, attendance_id: UUID) -> dict[str, Any]:
    """One attendance. Raises NotFound."""
    query = reads.of_worker(act, AttendanceRead, Attendance).where(Attendance.id == attendance_id)
    return await found(act, query)


async def history(act: Act, attendance_id: UUID, ask: Ask) -> Page:
    """All versions of an attendance, the newest first. Raises NotFound when there is none to be seen."""
    return await versions(act, AttendanceVersion, Attendance, attendance_id, ask)


class Session(NamedTuple):
    """A session as far as attendance asks."""

    id: UUID
    title: str
    held_on: date
    starts_at: datetime
    ends_at: datetime
    minutes: int
    cancelled: bool


async def session(act: Act, session_id: UUID) -> Session | None:
    """A session that the caller sees."""
    held = TrainingSession
    query = (
        select(
            held.id,
            Course.title,
            held.held_on,
            held.starts_at,
            held.ends_at,
            held.minutes,
            held.cancel_reason.is_not(None),
        )
        .join(Course, Course.id == held.course_id)
        .where(held.id == session_id, *reads.offered(act, held))
    )
    row = (await act.session.execute(query)).first()
    return None if row is None else Session(*row)


class Person(NamedTuple):
    """A worker that an attendance list may mean."""

    id: UUID
    name: str | None
    region_code: int
    region_level: int
    authority_code: int | None


def _persons() -> "Select[UUID, str, int, int, int | None]":
    query = select(Worker.id, NAME, Worker.region_code, Worker.region_level, Worker.authority_code)
    return query.outerjoin(Member, Member.id == Worker.member_id).where(Worker.erased.is_(False))


async def persons(act: Act, ids: Iterable[UUID]) -> dict[UUID, Person]:
    """Visible workers by id."""
    query = _persons().where(Worker.id.in_(set(ids)))
    return {row[0]: Person(*row) for row in await act.session.execute(query)}


async def called(act: Act, names: Iterable[str]) -> dict[str, list[Person]]:
    """Visible current workers by their whole name."""
    found: dict[str, list[Person]] = {}
    wanted = set(names)
    if wanted:
        query = _persons().where(
            Worker.state == WorkerState.current, or_(Worker.name.in_(wanted), Member.name.in_(wanted))
        )
        for row in await act.session.execute(query.order_by(Worker.id)):
            found.setdefault(row[1], []).append(Person(*row))
    return found


async def overlapping(act: Act, workers: Sequence[UUID], met: Session) -> set[UUID]:
    """Those of the workers who attended at another session while this one was held."""
    query = select(Attendance.worker_id).where(
        Attendance.worker_id.in_(workers),
        Attendance.session_id.is_not(None),
        Attendance.session_id != met.id,
        Attendance.cancel_reason.is_(None),
        func.tstzrange(Attendance.starts_at, Attendance.ends_at).op("&&")(func.tstzrange(met.starts_at, met.ends_at)),
    )
    return set((await act.session.scalars(query)).all())
