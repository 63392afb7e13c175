"""What can be done with attendances: enter one, put it right, cancel it."""

from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.core.errors import Conflict, FieldError, Invalid, NotFound
from app.core.history import note
from app.core.pagination import Ask, Page
from app.core.versions import claim
from app.services.training import entering
from app.services.training import repository as rows
from app.services.training.attendance import reads, repository
from app.services.training.attendance.reads import Session
from app.services.training.attendance.repository import Changed
from app.services.training.attendance.schemas import AttendanceCreate, AttendanceFilters, AttendanceUpdate
from app.services.training.facts import OFFICER
from app.services.training.models import Attendance
from app.services.training.wire import Withdrawal


async def listed(act: Act, filters: AttendanceFilters, ask: Ask) -> Page:
    """One page of attendances; that a list of names was read is noted."""
    found = await reads.listed(act, filters, ask)
    await note(act, "list", Attendance.__tablename__, rows=len(found.rows))
    return found


async def shown(act: Act, attendance_id: UUID) -> dict[str, Any]:
    """One attendance with what the caller may do. Raises NotFound."""
    row = await reads.one(act, attendance_id)
    ended = None if row["cancel_reason"] is None else "attendance_cancelled"
    return {**row, "allowed_actions": entering.actions(act, row, ("update", "cancel"), ended)}


async def record(act: Act, draft: AttendanceCreate) -> UUID:
    """Enter who attended: at a session that has been held, or of a course elsewhere on a day.

    What a partner, or an officer, told of the same course on the same day becomes the attendance at the session: nobody
    is counted twice. Raises Invalid, Forbidden; Conflict for a session that is not over or was cancelled; the database
    refuses the same session twice and two sessions at one time (Taken).
    """
    if draft.session_id is None:
        return await _elsewhere(act, draft)
    for name in ("course_title", "held_on"):
        if getattr(draft, name) is not None:
            raise Invalid(errors=(FieldError(f"/{name}", "attendance_at_session"),))
    await entering.worker(act, draft.worker_id)
    met = await held(act, draft.session_id, "/session_id")
    minutes = met.minutes if draft.minutes is None else draft.minutes
    if minutes > met.minutes:
        raise Invalid(errors=(FieldError("/minutes", "less_than_equal", {"le": met.minutes}),))
    known = (await repository.counting(act, [draft.worker_id], met.id, met.title, met.held_on)).get(draft.worker_id)
    if known is not None and known.session_id is None:
        await repository.change(act, [adopted(act, known, met, minutes)])
        return known.id
    return await rows.add(
        act,
        Attendance(
            version=1,
            worker_id=draft.worker_id,
            session_id=met.id,
            minutes=minutes,
            source=OFFICER,
            source_time=act.now,
            created_at=act.now,
            recorded_at=act.now,
        ),
    )


async def _elsewhere(act: Act, draft: AttendanceCreate) -> UUID:
    wanting = [name for name in ("course_title", "held_on", "minutes") if getattr(draft, name) is None]
    if wanting:
        raise Invalid(errors=tuple(FieldError(f"/{name}", "attendance_needs_session") for name in wanting))
    assert draft.held_on is not None  # noqa: S101  (told above)
    await entering.worker(act, draft.worker_id)
    entering.not_future(act, draft.held_on, "/held_on")
    return await rows.add(
        act,
        Attendance(
            version=1,
            worker_id=draft.worker_id,
            course_title=draft.course_title,
            held_on=draft.held_on,
            minutes=draft.minutes,
            source=OFFICER,
            source_time=act.now,
            created_at=act.now,
            recorded_at=act.now,
        ),
    )


async def held(act: Act, session_id: UUID, pointer: str | None = None) -> Session:
    """A session that has been held. Raises Invalid at the pointer, else NotFound, for one not to be seen; Conflict."""
    met = await reads.session(act, session_id)
    if met is None:
        if pointer is None:
            raise NotFound()
        raise Invalid(errors=(FieldError(pointer, "reference_unknown"),))
    if met.cancelled:
        raise Conflict(errors=(FieldError("", "session_cancelled"),))
    if met.ends_at > act.now:
        raise Conflict(errors=(FieldError("", "session_not_held"),))
    return met


def adopted(act: Act, known: Attendance, met: Session, minutes: int) -> Changed:
    """What was told of a course on a day, or of this session, is so at this session; an officer says it now."""
    return Changed(known.id, met.id, minutes, OFFICER, act.now)


async def correct(act: Act, attendance_id: UUID, expected: int, change: AttendanceUpdate) -> None:
    """Put an attendance right; from then on a later push leaves it alone. What is already so makes no new version.

    Raises NotFound, Forbidden, StaleVersion; Conflict for a cancelled one; Invalid for more minutes than the session.
    """
    attendance = await claim(act, Attendance, attendance_id, expected)
    entering.still_holds(attendance.cancel_reason, "attendance_cancelled")
    told = entering.told(change, attendance)
    if not told:
        return
    if attendance.session_id is not None:
        met = await reads.session(act, attendance.session_id)
        if met is not None and told["minutes"] > met.minutes:
            raise Invalid(errors=(FieldError("/minutes", "less_than_equal", {"le": met.minutes}),))
    attendance.minutes = told["minutes"]
    attendance.source, attendance.source_time = OFFICER, act.now
    await rows.save(act, attendance)


async def cancel(act: Act, attendance_id: UUID, expected: int, wish: Withdrawal) -> None:
    """Say that an attendance was entered by mistake. Raises NotFound, Forbidden, StaleVersion, Conflict."""
    attendance = await claim(act, Attendance, attendance_id, expected)
    entering.still_holds(attendance.cancel_reason, "attendance_cancelled")
    attendance.cancel_reason = wish.reason
    await rows.save(act, attendance)
