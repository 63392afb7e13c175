"""Somebody is sent somewhere, is called back, or another takes over."""

from uuid import UUID

from app.core.acts import Act
from app.core.errors import Conflict, FieldError, Invalid
from app.services.instructors import repository
from app.services.instructors.facts import AssignmentEnd, Purpose, Wanted
from app.services.instructors.judging import judge_one, passed
from app.services.instructors.models import Assignment
from app.services.instructors.schemas import AssignmentClose, AssignmentCreate, AssignmentHandOver


async def assign(act: Act, draft: AssignmentCreate) -> UUID:
    """Send a worker to an organisation or a branch; the facts of the organisation follow at once.

    Raises Invalid for what it refers to, Forbidden for where it may not be written, Taken for who is there already,
    RuleViolation beyond the term, without the role, of who is no formal member, and to what has ended;
    DepartureUnapproved for a departure without a reason.
    """
    wanted = Wanted(
        worker_id=draft.worker_id,
        organization_id=draft.organization_id,
        branch_id=draft.branch_id,
        purpose=draft.purpose,
        valid_from=draft.valid_from,
        valid_to=draft.valid_to,
        conflict_note=draft.conflict_note,
    )
    row = passed(act, await judge_one(act, wanted), draft.departure_reason)
    (key,) = await repository.assign(act, [row])
    return key


async def end(act: Act, assignment_id: UUID, expected: int, wish: AssignmentClose) -> None:
    """Call a worker back on a day. Raises NotFound, Forbidden, StaleVersion, Conflict when it has ended, Invalid."""
    assignment = await _standing(act, assignment_id, expected)
    if not assignment.valid_from <= wish.ended_on <= assignment.valid_to:
        raise Invalid(errors=(_outside(assignment, "/ended_on", wish.ended_on < assignment.valid_from),))
    await repository.end(act, [assignment_id], wish.ended_on, AssignmentEnd.ended, wish.reason)


async def hand_over(act: Act, assignment_id: UUID, expected: int, order: AssignmentHandOver) -> UUID:
    """Let another instructor take over on a day; returns the key of his assignment.

    Raises NotFound, Forbidden, StaleVersion, Conflict when it has ended, Invalid for the day or who is to take over,
    and what `assign` raises.
    """
    assignment = await _standing(act, assignment_id, expected)
    if not assignment.valid_from <= order.on < assignment.valid_to:
        raise Invalid(errors=(_outside(assignment, "/on", order.on < assignment.valid_from),))
    if order.worker_id == assignment.worker_id:
        raise Invalid(errors=(FieldError("/worker_id", "hand_over_to_self"),))
    wanted = Wanted(
        worker_id=order.worker_id,
        organization_id=assignment.organization_id,
        branch_id=assignment.branch_id,
        purpose=Purpose(assignment.purpose),
        valid_from=order.on,
        valid_to=order.valid_to,
        at_most=assignment.valid_to,
        conflict_note=order.conflict_note,
        follows=assignment_id,
    )
    row = passed(act, await judge_one(act, wanted), order.departure_reason)
    (key,) = await repository.assign(act, [row])
    await repository.hand_over(act, {assignment_id: key}, order.on, order.reason)
    return key


async def _standing(act: Act, assignment_id: UUID, expected: int) -> Assignment:
    assignment = await repository.claimed(act, assignment_id, expected)
    if assignment.end_kind is not None or assignment.valid_to <= act.today:
        raise Conflict(errors=(FieldError("", "assignment_ended"),))
    return assignment


def _outside(assignment: Assignment, pointer: str, early: bool) -> FieldError:
    if early:
        return FieldError(pointer, "day_too_early", {"earliest": assignment.valid_from.isoformat()})
    return FieldError(pointer, "day_too_late", {"latest": assignment.valid_to.isoformat()})
