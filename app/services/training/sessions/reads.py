"""Training sessions as rows for the wire."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select

from app.core.acts import Act
from app.core.pagination import Ask, Page, Sorts, page
from app.core.rows import padded, selecting
from app.services.authorities.facts import DIGITS
from app.services.training import reads
from app.services.training.models import Attendance, Course, TrainingSession
from app.services.training.sessions.schemas import SessionFilters, SessionRead, SessionVersion
from app.services.training.wire import narrowed
from app.services.workers.beside.reads import found, placed
from app.services.workers.beside.reads import history as versions

KEYS = {"region_code": TrainingSession.region_code, "starts_at": TrainingSession.starts_at}


def _shown(act: Act) -> "Select[Any]":
    attended = (
        select(func.count())
        .where(Attendance.session_id == TrainingSession.id, Attendance.cancel_reason.is_(None))
        .correlate(TrainingSession)
        .scalar_subquery()
    )
    return (
        selecting(
            SessionRead,
            TrainingSession,
            course_title=Course.title,
            course_kind=Course.kind,
            attended=attended,
            region_code=padded(TrainingSession.region_code),
            authority_code=padded(TrainingSession.authority_code, DIGITS),
        )
        .join(Course, Course.id == TrainingSession.course_id)
        .where(*reads.offered(act, TrainingSession))
    )


async def listed(act: Act, filters: SessionFilters, ask: Ask) -> Page:
    """One page of sessions by region, of one course the latest first, unless another sort is asked for."""
    query = placed(_shown(act), TrainingSession, filters)
    query = query.where(*reads.counting(TrainingSession, filters.cancelled))
    if filters.course_id is not None:
        query = query.where(TrainingSession.course_id == filters.course_id)
    if filters.kind is not None:
        query = query.where(Course.kind == filters.kind)
    if filters.since is not None:
        query = query.where(TrainingSession.held_on >= filters.since)
    if filters.until is not None:
        query = query.where(TrainingSession.held_on < filters.until)
    sorts = Sorts(KEYS, TrainingSession.id, "region_code" if filters.course_id is None else "-starts_at")
    return await page(act, query, ask, sorts, narrowed(SessionFilters, filters))


async def one(act: Act, session_id: UUID) -> dict[str, Any]:
    """One session. Raises NotFound."""
    return await found(act, _shown(act).where(TrainingSession.id == session_id))


async def history(act: Act, session_id: UUID, ask: Ask) -> Page:
    """All versions of a session, the newest first. Raises NotFound when there is none to be seen."""
    return await versions(act, SessionVersion, TrainingSession, session_id, ask)


async def given(act: Act, course_id: UUID) -> bool | None:
    """Whether a course is still given; None for one that is not to be seen."""
    query = select(Course.withdraw_reason).where(Course.id == course_id, *reads.offered(act, Course))
    row = (await act.session.execute(query)).first()
    return None if row is None else row[0] is None
