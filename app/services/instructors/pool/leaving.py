"""An instructor leaves: what he has on his hands goes to others, or is given up with a stated reason."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.core.errors import Conflict, Failure, FieldError, Invalid, NotFound
from app.core.versions import claim
from app.services.instructors import reads, repository
from app.services.instructors.facts import AssignmentEnd, Purpose, Wanted
from app.services.instructors.judging import Ready, judge_each, passed
from app.services.instructors.models import Assignment
from app.services.instructors.pool.schemas import InstructorLeave, Successor
from app.services.workers.models import Worker


async def leave(act: Act, worker_id: UUID, expected: int, wish: InstructorLeave) -> dict[str, Any]:
    """End the role, the station and the assignments of an instructor on a day, all or nothing.

    Tomorrow at the latest: who made a visit today is an instructor for the rest of it.
    Raises NotFound for who is no instructor, Forbidden, StaleVersion; Invalid for the day and for who is to take over
    what; Conflict where he is sent beyond the caller's scope, and where nobody takes over and no reason is given: it
    lists the assignments. RuleViolation and DepartureUnapproved as `assign` does.
    """
    await claim(act, Worker, worker_id, expected)
    tomorrow = act.today + timedelta(days=1)
    if wish.on > tomorrow:
        raise Invalid(errors=(FieldError("/on", "day_too_late", {"latest": tomorrow.isoformat()}),))
    await _held(act, worker_id, wish.on)
    standing = await repository.running(act, worker_id, wish.on)
    beyond = len(await repository.times(act, [worker_id], wish.on)) - len(standing)
    if beyond:
        raise Conflict(errors=(FieldError("", "assignments_beyond_scope", {"assignments": beyond}),))
    mine = {assignment.id: assignment for assignment in standing}
    _named(mine, worker_id, wish.hand_overs)
    left = sorted(set(mine) - {each.assignment_id for each in wish.hand_overs})
    if left and wish.uncovered_reason is None:
        raise Conflict(errors=tuple(_uncovered(row) for row in await reads.some(act, left)))
    rows = await _rows(act, mine, wish)
    keys = await repository.assign(act, rows)
    taken = {each.assignment_id: key for each, key in zip(wish.hand_overs, keys, strict=True)}
    await repository.hand_over(act, taken, wish.on, wish.reason)
    await repository.end(act, left, wish.on, AssignmentEnd.role_ended, wish.uncovered_reason or wish.reason)
    await repository.end_terms(act, worker_id, wish.on, wish.reason)
    ended = {row["id"]: row for row in await reads.some(act, list(mine))}
    return {
        "worker_id": worker_id,
        "on": wish.on,
        "handed_over": [ended[key] for key in sorted(taken)],
        "uncovered": [ended[key] for key in left],
    }


async def _held(act: Act, worker_id: UUID, day: date) -> None:
    terms = (await repository.candidates(act, [worker_id]))[worker_id].terms
    lasting = sorted(begins for begins, ends in terms if ends > day)
    if not lasting and any(ends == day > act.today for _, ends in terms):
        raise Invalid(errors=(FieldError("/on", "day_too_late", {"latest": act.today.isoformat()}),))
    if not lasting:
        raise NotFound()
    if lasting[0] > day:
        raise Invalid(errors=(FieldError("/on", "day_too_early", {"earliest": lasting[0].isoformat()}),))


def _uncovered(row: Mapping[str, Any]) -> FieldError:
    names = (row["organization_name"], row["branch_name"], row["organization_id"], row["branch_id"])
    place = next(str(each) for each in names if each is not None)  # a key where the name is not for the caller to see
    return FieldError("/hand_overs", "leaves_uncovered", {"assignment": row["id"], "place": place})


def _named(mine: Mapping[UUID, Assignment], worker_id: UUID, hand_overs: Sequence[Successor]) -> None:
    errors = []
    seen: set[UUID] = set()
    for number, each in enumerate(hand_overs):
        if each.assignment_id not in mine:
            errors.append(FieldError(f"/hand_overs/{number}/assignment_id", "reference_unknown"))
        elif each.assignment_id in seen:
            errors.append(FieldError(f"/hand_overs/{number}/assignment_id", "listed_twice"))
        if each.worker_id == worker_id:
            errors.append(FieldError(f"/hand_overs/{number}/worker_id", "hand_over_to_self"))
        seen.add(each.assignment_id)
    if errors:
        raise Invalid(errors=tuple(errors))


async def _rows(act: Act, mine: Mapping[UUID, Assignment], wish: InstructorLeave) -> list[dict[str, Any]]:
    """The assignments of those who take over. Raises what stands against the first that may not."""
    wanted = [_wanted(mine[each.assignment_id], each.worker_id, wish) for each in wish.hand_overs]
    found = await judge_each(act, wanted, "/hand_overs/{}")
    for each in found:
        if isinstance(each, Failure):
            raise each
    return [passed(act, each, wish.departure_reason) for each in found if isinstance(each, Ready)]


def _wanted(assignment: Assignment, worker_id: UUID, wish: InstructorLeave) -> Wanted:
    return Wanted(
        worker_id=worker_id,
        organization_id=assignment.organization_id,
        branch_id=assignment.branch_id,
        purpose=Purpose(assignment.purpose),
        valid_from=max(wish.on, assignment.valid_from),
        at_most=assignment.valid_to,
        follows=assignment.id,
    )
