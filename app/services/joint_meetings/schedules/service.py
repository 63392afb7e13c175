"""What can be done with a series: lay it down, change it, end it, and look when its meetings are."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.core.errors import Conflict, FieldError, Forbidden, Invalid, NotFound, refuse_hard
from app.core.findings import judge
from app.core.pagination import Ask, Page, sealed, unsealed
from app.core.versions import claim
from app.core.wire import action
from app.services.access.permissions import Permission
from app.services.branches.failures import require_reason
from app.services.branches.founding import recorded
from app.services.calendars import service as calendars
from app.services.calendars.facts import WorkingDays
from app.services.joint_meetings.policy import KIND, JointMeetingPolicy
from app.services.joint_meetings.schedules import reads, repository
from app.services.joint_meetings.schedules.deadlines import deadlines
from app.services.joint_meetings.schedules.facts import OccurrenceState, Shift
from app.services.joint_meetings.schedules.holding import Occurrence, held
from app.services.joint_meetings.schedules.models import MeetingSchedule
from app.services.joint_meetings.schedules.recurrence import RecurrenceRefused, parsed, unfolded
from app.services.joint_meetings.schedules.rules import LAYING_DOWN, ScheduleFacts, widest_months
from app.services.joint_meetings.schedules.schemas import (
    OccurrenceFilters,
    ScheduleCreate,
    ScheduleEnd,
    ScheduleUpdate,
)
from app.services.joint_meetings.schedules.series import Series, off_days
from app.services.policies import service as policies
from app.services.regions.stated import lineage

ENDED = "schedule_ended"
PLANNED = "schedule_day_planned"
ACTIONS = ("update", "end", "add_exception")
DAYS = ("rrule", "first_on", "shift")
"""What the days of a series follow from."""


@dataclass(frozen=True, slots=True)
class Coming:
    """A meeting that a series has, as it is to be planned."""

    committee_id: UUID
    purpose: str
    title: str
    starts_at: datetime
    minutes: int
    place: str


async def policy_at(act: Act, place: tuple[int, int]) -> JointMeetingPolicy:
    """The numbers about joint meetings in force at a place today."""
    return (await policies.at(act, KIND, lineage(place), act.today)).numbers


async def shown(act: Act, schedule_id: UUID) -> dict[str, Any]:
    """One series with the days that are otherwise and what the caller may do. Raises NotFound."""
    row = await reads.one(act, schedule_id)
    refusal = None if Permission.joint_meetings_write in act.by.permissions else "permission"
    inside = act.scope.holds(int(row["region_code"]), [int(row["authority_code"])])
    refusal = refusal or (None if inside else "outside_scope")
    refusal = refusal or (ENDED if row["ended_on"] is not None else None)
    ahead = (each.day for each in await _occurrences(act, schedule_id) if each.state is OccurrenceState.standing)
    return row | {
        "next_on": min((day for day in ahead if day >= act.today), default=None),
        "exceptions": await reads.exceptions(act, schedule_id),
        "allowed_actions": [action(name, refusal) for name in ACTIONS],
    }


async def _occurrences(act: Act, schedule_id: UUID) -> tuple[Occurrence, ...]:
    series = await repository.one(act, schedule_id)
    if series is None:
        raise NotFound()
    return series.occurrences(await calendars.working_days(act))


async def create(act: Act, draft: ScheduleCreate) -> UUID:
    """Lay down a series; its key.

    Raises Invalid for a recurrence that no series can have or a body that is unknown or has ended, Forbidden for one
    that may only be seen, DepartureUnapproved; the database refuses a second series for a purpose at a time (Taken).
    """
    body = await repository.committee(act, draft.committee_id)
    if body is None:
        raise Invalid(errors=(FieldError("/committee_id", "reference_unknown"),))
    if body.dissolved_on is not None and body.dissolved_on <= act.today:
        raise Invalid(errors=(FieldError("/committee_id", "reference_ended"),))
    if not act.scope.holds(body.region_code, [body.code]):
        raise Forbidden(reason="scope")
    days = days_of(draft.rrule, draft.first_on)
    place = (body.region_code, body.region_level)
    return await repository.add(
        act,
        MeetingSchedule(
            version=1,
            **draft.model_dump(exclude={"departure_reason"}),
            last_on=days[-1],
            dropped=[],
            departures=await _departures(act, place, days, draft.shift, draft.departure_reason),
            entered_by=act.by.id,
            created_at=act.now,
            recorded_at=act.now,
        ),
    )


def days_of(rrule: str, first_on: date) -> tuple[date, ...]:
    """The days of a rule. Raises Invalid at `/rrule`, with the code of what is wrong with it."""
    try:
        return unfolded(parsed(rrule), first_on)
    except RecurrenceRefused as refused:
        raise Invalid(errors=(FieldError("/rrule", refused.code, refused.params),)) from refused


async def _departures(
    act: Act, place: tuple[int, int], days: tuple[date, ...], shift: Shift, reason: str | None
) -> list[dict[str, Any]]:
    calendar = await calendars.working_days(act)
    policy = await policy_at(act, place)
    facts = ScheduleFacts(widest_months(days), off_days(held(days, {}, shift, calendar), calendar))
    departing = require_reason(refuse_hard(judge(LAYING_DOWN, facts, policy)), reason)
    return recorded(act, departing, policy, reason)


async def update(act: Act, schedule_id: UUID, expected: int, change: ScheduleUpdate) -> None:
    """Change a series. What is already so makes no new version; days that fall out are told to calendars as off.

    Raises NotFound, StaleVersion, Forbidden, Invalid, DepartureUnapproved; Conflict for one that has ended, or where a
    meeting was planned on a day that the series would not have any more; the database refuses a second one (Taken).
    """
    schedule = await claimed(act, schedule_id, expected)
    told = change.model_dump(include=change.model_fields_set - {"departure_reason"})
    changed = {name: value for name, value in told.items() if value != getattr(schedule, name)}
    if not changed:
        return
    if not changed.keys().isdisjoint(DAYS):
        changed |= await _other_days(act, schedule, changed, change.departure_reason)
    for name, value in changed.items():
        setattr(schedule, name, value)
    await repository.save(act, schedule)


async def _other_days(
    act: Act, schedule: MeetingSchedule, changed: dict[str, Any], reason: str | None
) -> dict[str, Any]:
    before = unfolded(parsed(schedule.rrule), schedule.first_on)
    days = days_of(changed.get("rrule", schedule.rrule), changed.get("first_on", schedule.first_on))
    await unplanned(act, schedule.id, set(before) - set(days))
    shift = Shift(changed.get("shift", schedule.shift))
    passed = await _departures(act, (schedule.region_code, schedule.region_level), days, shift, reason)
    return {
        "last_on": days[-1],
        "dropped": sorted({*schedule.dropped, *before} - set(days)),
        "departures": [*schedule.departures, *passed],
    }


async def end(act: Act, schedule_id: UUID, expected: int, wish: ScheduleEnd) -> None:
    """End a series on a day. Raises NotFound, StaleVersion, Forbidden, Invalid for a day before its first; Conflict
    where it has ended, or where a meeting was planned on a later day of it.
    """
    schedule = await claimed(act, schedule_id, expected)
    if wish.ended_on < schedule.first_on:
        raise Invalid(errors=(FieldError("/ended_on", "day_too_early", {"earliest": schedule.first_on.isoformat()}),))
    taken = await repository.planned(act, schedule_id)
    await unplanned(act, schedule_id, {day for day in taken if day >= wish.ended_on})
    schedule.ended_on, schedule.end_reason = wish.ended_on, wish.reason
    await repository.save(act, schedule)


async def claimed(act: Act, schedule_id: UUID, expected: int) -> MeetingSchedule:
    """A series that goes on, locked. Raises NotFound, StaleVersion, Forbidden, Conflict for one that has ended."""
    schedule = await claim(act, MeetingSchedule, schedule_id, expected)
    if schedule.ended_on is not None:
        raise Conflict(errors=(FieldError("", ENDED),))
    return schedule


async def unplanned(act: Act, schedule_id: UUID, days: Iterable[date]) -> None:
    """Raise Conflict where a meeting was planned on one of the rule's days: it is changed or cancelled itself."""
    if not (await repository.planned(act, schedule_id)).isdisjoint(days):
        raise Conflict(errors=(FieldError("", PLANNED),))


async def occurrences(act: Act, schedule_id: UUID, asked: OccurrenceFilters, ask: Ask) -> Page:
    """One page of the times of a series in the order of their days. Raises NotFound."""
    series = await repository.one(act, schedule_id)
    if series is None:
        raise NotFound()
    bound = ("occurrences", schedule_id, asked.since, asked.until)
    after = unsealed(act, ask.cursor, bound) or 0
    days = await calendars.working_days(act)
    since = asked.since or act.today
    within = [
        each
        for each in series.occurrences(days)
        if each.day >= since and (asked.until is None or each.day < asked.until)
    ]
    shown_now = within[after : after + ask.limit]
    rows = await _rows(act, series, shown_now, days)
    more = after + len(rows) < len(within)
    count = None if ask.count == "none" else len(within)
    return Page(rows, sealed(act, after + len(rows), bound) if more else None, count, ask.count)


async def _rows(act: Act, series: Series, wanted: list[Occurrence], days: WorkingDays) -> list[dict[str, Any]]:
    policy = await policy_at(act, (series.region_code, series.region_level))
    meetings = await reads.meetings(act, series.id)
    rows = []
    for each in wanted:
        meeting_id, meeting_on = meetings.get(each.original_on, (None, None))
        due = deadlines(policy, days, each.day)
        own = days.of(each.original_on)
        rows.append(
            {
                "original_on": each.original_on,
                "day": each.day,
                "starts_at": series.begins(each),
                "state": each.state,
                "moved_by": each.moved_by,
                "holiday": None if own.working else own.name,
                "provisional": each.provisional,
                "reason": each.reason,
                "merged_into": each.merged_into,
                "topics_due_on": due.topics,
                "attendance_due_on": due.attendance,
                "meeting_id": meeting_id,
                "meeting_on": meeting_on,
            }
        )
    return rows


async def due(act: Act, schedule_id: UUID, original_on: date) -> Coming:
    """The meeting that a series has on a day of its rule, held on whatever day that goes to. Whoever plans it keeps the
    series as it is until that is written.

    Raises Invalid at `/schedule_id` for a series that is not to be written to, at `/occurrence_on` for a day that it
    does not have or that is not held by itself.
    """
    series = await repository.steady(act, schedule_id)
    if series is None:
        raise Invalid(errors=(FieldError("/schedule_id", "reference_unknown"),))
    days = await calendars.working_days(act)
    found = next((each for each in series.occurrences(days) if each.original_on == original_on), None)
    if found is None:
        raise Invalid(errors=(FieldError("/occurrence_on", "day_not_in_series"),))
    if found.state is not OccurrenceState.standing:
        raise Invalid(errors=(FieldError("/occurrence_on", f"occurrence_{found.state}"),))
    return Coming(series.committee_id, series.purpose, series.title, series.begins(found), series.minutes, series.place)


async def running(act: Act, committee_id: UUID, since: date) -> list[Series]:
    """The series of a committee that had a day from `since` on, and what is otherwise with their days."""
    return await repository.running(act, committee_id, since)
