"""What can be done with decisions: take one, change it, withdraw it, until the minutes are approved."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from app.core.acts import Act
from app.core.errors import FieldError, Invalid
from app.services.action_items import service as action_items
from app.services.action_items.facts import Draft
from app.services.joint_meetings import repository
from app.services.joint_meetings.decisions import reads
from app.services.joint_meetings.decisions.schemas import DecisionCreate, DecisionUpdate
from app.services.joint_meetings.facts import AgendaState
from app.services.joint_meetings.meetings.service import in_state
from app.services.joint_meetings.models import Meeting


async def take(act: Act, meeting_id: UUID, told: DecisionCreate) -> UUID:
    """Take a decision, which becomes an action item; returns its key.

    Raises NotFound, Forbidden, Conflict for a meeting that was not held or whose minutes are approved, Invalid for a
    decision without a responsible department, for one that is not a member's, and for a day before the meeting.
    """
    meeting = await repository.held(act, meeting_id)
    in_state("decide", meeting.state)
    if told.agenda_item_id is not None:
        states = await reads.topics(act, meeting_id)
        if states.get(told.agenda_item_id) != AgendaState.accepted:
            raise Invalid(errors=(FieldError("/agenda_item_id", "agenda_unfit"),))
    _not_before(meeting, told.due_on)
    department = await _answering(act, meeting, told.department_id)
    await _helping(act, meeting, department, told.supporters)
    draft = Draft(
        committee_id=meeting.committee_id,
        meeting_id=meeting.id,
        agenda_item_id=told.agenda_item_id,
        what=told.what,
        department_id=department,
        supporters=tuple(told.supporters),
        due_on=told.due_on,
    )
    return await action_items.create(act, draft)


def _not_before(meeting: Meeting, due_on: date) -> None:
    if due_on < meeting.held_on:
        raise Invalid(errors=(FieldError("/due_on", "due_before_meeting"),))


async def _answering(act: Act, meeting: Meeting, department_id: UUID | None) -> UUID:
    """The one responsible department, a member on the meeting's day. Raises Invalid."""
    if department_id is None:
        raise Invalid(errors=(FieldError("/department_id", "decision_without_department"),))
    if not await repository.members(act, meeting.committee_id, meeting.held_on, [department_id]):
        seen = await repository.known(act, [department_id])
        raise Invalid(errors=(FieldError("/department_id", _unfit(bool(seen))),))
    return department_id


async def _helping(act: Act, meeting: Meeting, department_id: UUID, supporters: Sequence[UUID]) -> None:
    """Raise Invalid unless they are members, each once, and none of them the responsible one."""
    members = set(await repository.members(act, meeting.committee_id, meeting.held_on, supporters))
    seen = await repository.known(act, [key for key in supporters if key not in members])
    wrong: list[FieldError] = []
    for number, key in enumerate(supporters):
        if key == department_id:
            wrong.append(FieldError(f"/supporters/{number}", "supporter_responsible"))
        elif key in supporters[:number]:
            wrong.append(FieldError(f"/supporters/{number}", "listed_twice"))
        elif key not in members:
            wrong.append(FieldError(f"/supporters/{number}", _unfit(key in seen)))
    if wrong:
        raise Invalid(errors=tuple(wrong))


def _unfit(seen: bool) -> str:
    return "department_not_member" if seen else "reference_unknown"


async def change(act: Act, meeting_id: UUID, item_id: UUID, expected: int, told: DecisionUpdate) -> None:
    """Say a decision otherwise. Raises what taking one raises, and StaleVersion."""
    meeting = await repository.held(act, meeting_id)
    row = await reads.one(act, meeting_id, item_id)
    in_state("decide", meeting.state)
    changed = told.model_dump(include=told.model_fields_set)
    if "due_on" in changed:
        _not_before(meeting, told.due_on)
    department = row["department_id"]
    if "department_id" in changed:
        department = await _answering(act, meeting, told.department_id)
    supporters = changed.get("supporters", row["supporters"])
    if {"department_id", "supporters"} & set(changed):
        await _helping(act, meeting, department, supporters)
    draft = Draft(
        committee_id=meeting.committee_id,
        meeting_id=meeting.id,
        agenda_item_id=row["agenda_item_id"],
        what=changed.get("what", row["what"]),
        department_id=department,
        supporters=tuple(supporters),
        due_on=changed.get("due_on", row["due_on"]),
    )
    await action_items.change(act, item_id, expected, draft)


async def withdraw(act: Act, meeting_id: UUID, item_id: UUID, expected: int, reason: str) -> None:
    """It does not stand. Raises NotFound, StaleVersion, Forbidden, Conflict once the minutes are approved."""
    meeting = await repository.held(act, meeting_id)
    await reads.one(act, meeting_id, item_id)
    in_state("decide", meeting.state)
    await action_items.withdraw(act, item_id, expected, reason)
