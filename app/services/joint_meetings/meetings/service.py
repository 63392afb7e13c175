"""What can be done with a meeting itself: plan it, change it, cancel it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.core.clock import day_of
from app.core.errors import Conflict, FieldError, Forbidden, Invalid, refuse_hard
from app.core.findings import judge
from app.core.versions import claim
from app.core.wire import action
from app.services.access.permissions import Permission
from app.services.branches.failures import require_reason
from app.services.branches.founding import recorded
from app.services.calendars import service as calendars
from app.services.joint_meetings import repository
from app.services.joint_meetings.agenda import carrying
from app.services.joint_meetings.facts import AHEAD, MeetingKind, MeetingState
from app.services.joint_meetings.meetings import reads
from app.services.joint_meetings.meetings.rules import PLANNING, PlanningFacts
from app.services.joint_meetings.meetings.schemas import MeetingCreate, MeetingUpdate
from app.services.joint_meetings.models import Meeting
from app.services.joint_meetings.policy import JointMeetingPolicy
from app.services.joint_meetings.schedules import service as schedules
from app.services.joint_meetings.schedules.deadlines import deadlines

WRITE = Permission.joint_meetings_write
NEEDS: dict[str, tuple[Permission, tuple[MeetingState, ...]]] = {
    "update": (WRITE, AHEAD),
    "invite": (WRITE, AHEAD),
    "order_agenda": (WRITE, AHEAD),
    "propose": (Permission.joint_meetings_take_part, AHEAD),
    "hold": (WRITE, (MeetingState.invited, MeetingState.held)),
    "cancel": (WRITE, AHEAD),
    "decide": (WRITE, (MeetingState.held,)),
    "write_minutes": (WRITE, (MeetingState.held, MeetingState.minuted)),
    "approve_minutes": (Permission.joint_meetings_approve, (MeetingState.held, MeetingState.minuted)),
}
"""Each action on a meeting: the permission it needs, and the states in which it can be done."""
OWN = ("propose",)
"""What a department does for itself, without writing the meeting."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A meeting that is about to be written: what its way of coming about has settled."""

    committee_id: UUID
    committee: repository.Committee
    kind: MeetingKind
    purpose: str
    title: str
    starts_at: datetime
    minutes: int
    place: str

    @property
    def held_on(self) -> date:
        """The day in Shanghai."""
        return day_of(self.starts_at)


async def shown(act: Act, meeting_id: UUID) -> dict[str, Any]:
    """One meeting with what the caller may do. Raises NotFound."""
    row = await reads.one(act, meeting_id)
    return {**row, "allowed_actions": [action(name, _refusal(act, row, name)) for name in NEEDS]}


def _refusal(act: Act, row: dict[str, Any], name: str) -> str | None:
    permission, states = NEEDS[name]
    if permission not in act.by.permissions:
        return "permission"
    own = (row["committee_id"],) if name in OWN else ()
    if not act.scope.holds(int(row["region_code"]), [int(row["authority_code"])], own):
        return "outside_scope"
    return None if row["state"] in states else f"meeting_{row['state']}"


def in_state(name: str, state: str) -> None:
    """Raise Conflict, whose code names the state, unless the action can be done in it."""
    if state not in NEEDS[name][1]:
        raise Conflict(errors=(FieldError("", f"meeting_{state}"),))


async def plan(act: Act, draft: MeetingCreate) -> UUID:
    """Plan a meeting; what earlier meetings left open stands at the head of its agenda. Returns its key.

    Raises Invalid for what it refers to or lacks, Forbidden for a committee that may only be seen, DepartureUnapproved
    for a short notice without a reason; the database refuses an occurrence that is planned already (Taken).
    """
    if draft.schedule_id is not None:
        told = await _occurrence(act, draft)
    elif draft.parent_id is not None:
        told = await _of_liaisons(act, draft, draft.parent_id)
    else:
        told = await _for_an_occasion(act, draft)
    if not act.scope.holds(told.committee.region_code, [told.committee.code]):
        raise Forbidden(reason="scope")
    await _convened(act, told.committee_id, draft.convener_id, told.held_on)
    policy = await schedules.policy_at(act, told.committee.place)
    due = deadlines(policy, await calendars.working_days(act), told.held_on)
    meeting = Meeting(
        version=1,
        committee_id=told.committee_id,
        schedule_id=draft.schedule_id,
        occurrence_on=draft.occurrence_on,
        parent_id=draft.parent_id,
        kind=told.kind,
        purpose=told.purpose,
        title=told.title,
        held_on=told.held_on,
        starts_at=told.starts_at,
        minutes=told.minutes,
        place=told.place,
        convener_id=draft.convener_id,
        state=MeetingState.planned,
        topics_due_on=due.topics,
        attendance_due_on=due.attendance,
        cancel_reason=None,
        departures=_departures(act, told.kind, told.held_on, policy, draft.departure_reason),
        created_at=act.now,
        recorded_at=act.now,
    )
    meeting_id: UUID = await repository.add(act, meeting)
    await carrying.carry_over(act, meeting)
    return meeting_id


async def _occurrence(act: Act, draft: MeetingCreate) -> Draft:
    _absent(draft, ("parent_id", "committee_id", "purpose", "starts_at"), "meeting_of_schedule")
    if draft.occurrence_on is None:
        raise Invalid(errors=(FieldError("/occurrence_on", "missing"),))
    if draft.schedule_id is None:
        raise Invalid(errors=(FieldError("/schedule_id", "missing"),))
    told = await schedules.due(act, draft.schedule_id, draft.occurrence_on)
    return Draft(
        committee_id=told.committee_id,
        committee=await _committee(act, told.committee_id, "/schedule_id"),
        kind=MeetingKind.regular,
        purpose=told.purpose,
        title=draft.title or told.title,
        starts_at=told.starts_at,
        minutes=draft.minutes or told.minutes,
        place=draft.place or told.place,
    )


async def _of_liaisons(act: Act, draft: MeetingCreate, parent_id: UUID) -> Draft:
    _absent(draft, ("occurrence_on", "committee_id", "purpose"), "meeting_of_parent")
    parent = await reads.parent(act, parent_id)
    if parent is None:
        raise Invalid(errors=(FieldError("/parent_id", "reference_unknown"),))
    if parent["kind"] == MeetingKind.liaison or parent["state"] not in AHEAD:
        raise Invalid(errors=(FieldError("/parent_id", "meeting_parent_unfit"),))
    told = _whole(draft, parent["committee_id"], MeetingKind.liaison, parent["purpose"])
    if told["starts_at"] >= parent["starts_at"]:
        raise Invalid(errors=(FieldError("/starts_at", "liaison_after_meeting"),))
    return Draft(**told, committee=await _committee(act, parent["committee_id"], "/parent_id"))


async def _for_an_occasion(act: Act, draft: MeetingCreate) -> Draft:
    _absent(draft, ("occurrence_on",), "meeting_without_schedule")
    if draft.committee_id is None or draft.purpose is None:
        missing = [name for name in ("committee_id", "purpose") if getattr(draft, name) is None]
        raise Invalid(errors=tuple(FieldError(f"/{name}", "missing") for name in missing))
    told = _whole(draft, draft.committee_id, MeetingKind.ad_hoc, draft.purpose)
    return Draft(**told, committee=await _committee(act, draft.committee_id, "/committee_id"))


def _absent(draft: MeetingCreate, names: tuple[str, ...], code: str) -> None:
    wrong = [name for name in names if getattr(draft, name) is not None]
    if wrong:
        raise Invalid(errors=tuple(FieldError(f"/{name}", code) for name in wrong))


def _whole(draft: MeetingCreate, committee_id: UUID, kind: MeetingKind, purpose: str) -> dict[str, Any]:
    told = {name: getattr(draft, name) for name in ("title", "starts_at", "minutes", "place")}
    missing = [name for name, value in told.items() if value is None]
    if missing:
        raise Invalid(errors=tuple(FieldError(f"/{name}", "missing") for name in missing))
    return {"committee_id": committee_id, "kind": kind, "purpose": str(purpose), **told}


async def _committee(act: Act, committee_id: UUID, pointer: str) -> repository.Committee:
    found = await repository.committee(act, committee_id)
    if found is None:
        raise Invalid(errors=(FieldError(pointer, "reference_unknown"),))
    return found


async def _convened(act: Act, committee_id: UUID, convener_id: UUID | None, day: date) -> None:
    """Raise Invalid unless the convener is a department of the committee on that day."""
    if convener_id is None or await repository.members(act, committee_id, day, [convener_id]):
        return
    code = "department_not_member" if await repository.known(act, [convener_id]) else "reference_unknown"
    raise Invalid(errors=(FieldError("/convener_id", code),))


def _departures(
    act: Act, kind: MeetingKind, held_on: date, policy: JointMeetingPolicy, reason: str | None, *, earlier: bool = False
) -> list[dict[str, Any]]:
    facts = PlanningFacts(kind, (held_on - act.today) // timedelta(days=1), earlier)
    departing = require_reason(refuse_hard(judge(PLANNING, facts, policy)), reason)
    return recorded(act, departing, policy, reason)


async def update(act: Act, meeting_id: UUID, expected: int, change: MeetingUpdate) -> None:
    """Change a meeting that has not been held; another day moves what is due. What is already so makes no version.

    Raises NotFound, StaleVersion, Forbidden, Conflict once it was held or cancelled, Invalid, DepartureUnapproved.
    """
    meeting = await claim(act, Meeting, meeting_id, expected)
    in_state("update", meeting.state)
    told = change.model_dump(include=change.model_fields_set - {"departure_reason"})
    changed = {name: value for name, value in told.items() if value != getattr(meeting, name)}
    if not changed:
        return
    day = day_of(changed.get("starts_at", meeting.starts_at))
    if {"starts_at", "convener_id"} & set(changed):
        await _convened(act, meeting.committee_id, changed.get("convener_id", meeting.convener_id), day)
    if "starts_at" in changed:
        await _liaisons_first(act, meeting, changed["starts_at"])
    if day != meeting.held_on:
        policy = await schedules.policy_at(act, (meeting.region_code, meeting.region_level))
        due = deadlines(policy, await calendars.working_days(act), day)
        kind, earlier = MeetingKind(meeting.kind), day < meeting.held_on
        passed = _departures(act, kind, day, policy, change.departure_reason, earlier=earlier)
        changed |= {"held_on": day, "topics_due_on": due.topics, "attendance_due_on": due.attendance}
        changed["departures"] = [*meeting.departures, *passed]
    for name, value in changed.items():
        setattr(meeting, name, value)
    await repository.save(act, meeting)


async def _liaisons_first(act: Act, meeting: Meeting, starts_at: datetime) -> None:
    parent = None if meeting.parent_id is None else await reads.parent(act, meeting.parent_id)
    late = parent is not None and starts_at >= parent["starts_at"]
    if late or await reads.liaisons_from(act, meeting.id, starts_at):
        raise Invalid(errors=(FieldError("/starts_at", "liaison_after_meeting"),))


async def cancel(act: Act, meeting_id: UUID, expected: int, reason: str) -> None:
    """It is not held, nor is what its liaisons would have met for.

    Raises NotFound, StaleVersion, Forbidden, Conflict once it was held or cancelled.
    """
    meeting = await claim(act, Meeting, meeting_id, expected)
    in_state("cancel", meeting.state)
    for each in (meeting, *await repository.before(act, meeting_id)):
        each.state, each.cancel_reason = MeetingState.cancelled, reason
        await repository.save(act, each)
