"""Naming a day of a series that is otherwise, and taking it back."""

from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.core.errors import Conflict, FieldError, Invalid, NotFound, refuse_hard
from app.core.findings import judge
from app.services.branches.failures import require_reason
from app.services.branches.founding import recorded
from app.services.calendars import service as calendars
from app.services.joint_meetings.schedules import repository
from app.services.joint_meetings.schedules.facts import ExceptionKind
from app.services.joint_meetings.schedules.models import MeetingSchedule, ScheduleException
from app.services.joint_meetings.schedules.rules import NAMING_A_DAY, ScheduleFacts
from app.services.joint_meetings.schedules.schemas import ExceptionCreate
from app.services.joint_meetings.schedules.series import Series
from app.services.joint_meetings.schedules.service import claimed, policy_at, unplanned


async def except_day(act: Act, schedule_id: UUID, expected: int, draft: ExceptionCreate) -> None:
    """Let a day fall out, move it, or add one; the series' next version, so that calendars are told.

    Raises NotFound, StaleVersion, Forbidden, Invalid for parts or days that do not fit, DepartureUnapproved for a day
    off without a reason; Conflict for a series that has ended or a day whose meeting was planned already; the database
    refuses a day that is otherwise already (Taken).
    """
    schedule = await claimed(act, schedule_id, expected)
    _fit(draft)
    _in_series(await repository.of(act, schedule), draft)
    named = draft.moved_to if draft.kind is ExceptionKind.moved else draft.on_day
    if draft.kind is not ExceptionKind.cancelled and named is not None and named < act.today:
        pointer = "/moved_to" if draft.kind is ExceptionKind.moved else "/on_day"
        raise Invalid(errors=(FieldError(pointer, "day_past"),))
    await unplanned(act, schedule_id, {draft.on_day})
    schedule.departures = [*schedule.departures, *await _departures(act, schedule, draft)]
    await repository.add(
        act,
        ScheduleException(
            version=1,
            schedule_id=schedule_id,
            committee_id=schedule.committee_id,
            **draft.model_dump(exclude={"departure_reason"}),
            entered_by=act.by.id,
            created_at=act.now,
            recorded_at=act.now,
        ),
    )
    await repository.save(act, schedule)


def _fit(draft: ExceptionCreate) -> None:
    """Raise Invalid for parts that do not go with the kind."""
    moved = draft.kind is ExceptionKind.moved
    if moved and draft.moved_to is None:
        raise Invalid(errors=(FieldError("/moved_to", "missing"),))
    if not moved and draft.moved_to is not None:
        raise Invalid(errors=(FieldError("/moved_to", "exception_not_moved"),))
    if draft.kind is ExceptionKind.cancelled and draft.starts_at is not None:
        raise Invalid(errors=(FieldError("/starts_at", "exception_cancels"),))


def _in_series(series: Series, draft: ExceptionCreate) -> None:
    """Raise Invalid unless the day is one of the series, or of an added one is not."""
    own = draft.on_day in series.originals()
    if own and draft.kind is ExceptionKind.added:
        raise Invalid(errors=(FieldError("/on_day", "day_in_series"),))
    if not own and draft.kind is not ExceptionKind.added:
        raise Invalid(errors=(FieldError("/on_day", "day_not_in_series"),))


async def _departures(act: Act, schedule: MeetingSchedule, draft: ExceptionCreate) -> list[dict[str, Any]]:
    if draft.kind is ExceptionKind.cancelled:
        return []
    days = await calendars.working_days(act)
    policy = await policy_at(act, (schedule.region_code, schedule.region_level))
    day = draft.moved_to or draft.on_day
    off = not days.is_working(day) and not days.provisional(day)
    departing = require_reason(
        refuse_hard(judge(NAMING_A_DAY, ScheduleFacts(0, int(off)), policy)), draft.departure_reason
    )
    return recorded(act, departing, policy, draft.departure_reason)


async def withdraw(act: Act, schedule_id: UUID, exception_id: UUID, expected: int, reason: str) -> None:
    """The day is as the series has it after all; the row stays, with the reason.

    Raises NotFound, StaleVersion, Forbidden; Conflict where it was taken back before, for a series that has ended, or
    where a meeting was planned on the day since.
    """
    schedule = await claimed(act, schedule_id, expected)
    row = await repository.exception(act, schedule_id, exception_id)
    if row is None:
        raise NotFound()
    if row.withdraw_reason is not None:
        raise Conflict(errors=(FieldError("", "exception_withdrawn"),))
    await unplanned(act, schedule_id, {row.on_day})
    row.withdraw_reason = reason
    if row.kind == ExceptionKind.added:
        schedule.dropped = sorted({*schedule.dropped, row.on_day})
    await repository.save(act, row)
    await repository.save(act, schedule)
