"""What can be done with training sessions: enter, put right, cancel."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.core.errors import FieldError, Invalid
from app.core.versions import claim
from app.services.regions.stated import place
from app.services.training import entering, repository
from app.services.training.models import TrainingSession
from app.services.training.sessions import reads
from app.services.training.sessions.schemas import SessionCreate, SessionUpdate
from app.services.training.wire import Withdrawal


async def shown(act: Act, session_id: UUID) -> dict[str, Any]:
    """One session with what the caller may do. Raises NotFound."""
    row = await reads.one(act, session_id)
    ended = None if row["cancel_reason"] is None else "session_cancelled"
    actions = entering.actions(act, row, ("update", "cancel"), ended)
    return {**row, "allowed_actions": actions}


async def create(act: Act, draft: SessionCreate) -> UUID:
    """Enter a session. Raises Invalid for what it refers to and for times that do not fit, Forbidden outside the scope.

    Whoever sees a course that a region above gives may hold it.
    """
    code, level = await place(act, draft.region_code, draft.region_level)
    given = await reads.given(act, draft.course_id)
    if given is None:
        raise Invalid(errors=(FieldError("/course_id", "reference_unknown"),))
    if not given:
        raise Invalid(errors=(FieldError("/course_id", "reference_ended"),))
    await entering.body(act, draft.authority_id)
    _fits(draft.starts_at, draft.ends_at, draft.minutes)
    session = TrainingSession(
        version=1,
        course_id=draft.course_id,
        starts_at=draft.starts_at,
        ends_at=draft.ends_at,
        minutes=draft.minutes,
        place=draft.place,
        authority_id=draft.authority_id,
        region_code=code,
        region_level=level,
        created_at=act.now,
        recorded_at=act.now,
    )
    return await repository.add(act, session)


async def update(act: Act, session_id: UUID, expected: int, change: SessionUpdate) -> None:
    """Put a session right. What is already so makes no new version.

    Raises NotFound, Forbidden, StaleVersion, Invalid; Conflict for a cancelled one. Where attendance has been entered
    the database refuses other times and other minutes (session_attended).
    """
    session = await claim(act, TrainingSession, session_id, expected)
    entering.still_holds(session.cancel_reason, "session_cancelled")
    told = entering.told(change, session)
    for name, value in told.items():
        setattr(session, name, value)
    _fits(session.starts_at, session.ends_at, session.minutes)
    if told:
        await repository.save(act, session)


async def cancel(act: Act, session_id: UUID, expected: int, wish: Withdrawal) -> None:
    """Say that a session is not held, or was entered by mistake.

    Raises NotFound, Forbidden, StaleVersion, Conflict; where attendance has been entered the database refuses it.
    """
    session = await claim(act, TrainingSession, session_id, expected)
    entering.still_holds(session.cancel_reason, "session_cancelled")
    session.cancel_reason = wish.reason
    await repository.save(act, session)


def _fits(starts_at: datetime, ends_at: datetime, minutes: int) -> None:
    if ends_at <= starts_at:
        raise Invalid(errors=(FieldError("/ends_at", "session_ends_before"),))
    most = (ends_at - starts_at) // timedelta(minutes=1)
    if minutes > most:
        raise Invalid(errors=(FieldError("/minutes", "less_than_equal", {"le": most}),))
