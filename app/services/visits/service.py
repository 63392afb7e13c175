"""What can be done with visits: enter, put right, cancel, and make a task of a problem."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.core.errors import Conflict, FieldError, Forbidden, Invalid, NotFound
from app.core.history import note
from app.core.pagination import Ask, Page
from app.core.versions import claim
from app.core.wire import action
from app.services.access.permissions import Permission
from app.services.planning.tasks import reads as task_reads
from app.services.planning.tasks import service as tasks
from app.services.planning.tasks.facts import TaskKind
from app.services.planning.tasks.schemas import TaskCreate
from app.services.policies import service as policies
from app.services.regions.stated import NATION, lineage, stated
from app.services.visits import reads, repository
from app.services.visits.due_schemas import VisitDueFilters
from app.services.visits.models import Visit
from app.services.visits.repository import Sent
from app.services.visits.schemas import ProblemCreate, VisitCancel, VisitCreate, VisitFilters, VisitUpdate
from app.services.workers.policy import KIND, WorkerPolicy

VISITS = "visits"
"""What the audit calls a list of instructors' names with what they did."""


async def policy_at(act: Act, place: tuple[int, int]) -> WorkerPolicy:
    """The numbers about party workers in force at a place today."""
    return (await policies.at(act, KIND, lineage(place), act.today)).numbers


async def listed(act: Act, filters: VisitFilters, ask: Ask) -> Page:
    """One page of visits; that a list of names was read is noted."""
    found = await reads.listed(act, filters, ask)
    await note(act, "list", VISITS, rows=len(found.rows))
    return found


async def due(act: Act, filters: VisitDueFilters, ask: Ask) -> Page:
    """One page of assignments that are due for a visit, by the days of the region asked for. Noted as a list."""
    place = NATION if filters.region is None else stated(filters.region, filters.region_level, "/region")
    policy = await policy_at(act, place)
    found = await reads.due(act, filters, policy.visit_days.value, ask)
    await note(act, "list", VISITS, rows=len(found.rows), what="due")
    return found


async def shown(act: Act, visit_id: UUID) -> dict[str, Any]:
    """One visit with its problems and the actions the caller may take. Raises NotFound."""
    row = await reads.one(act, visit_id)
    refusal = None if Permission.visits_write in act.by.permissions else "permission"
    refusal = refusal or (None if _writable(act, row) else "outside_scope")
    refusal = refusal or ("visit_cancelled" if row["cancel_reason"] is not None else None)
    actions = [action(name, refusal) for name in ("update", "cancel", "add_problem")]
    return {**row, "problems": await task_reads.of_visit(act, visit_id), "allowed_actions": actions}


async def record(act: Act, draft: VisitCreate) -> UUID:
    """Enter a visit that was made.

    Raises Invalid for an unknown assignment or a day on which it did not run, Forbidden for an assignment that may
    only be seen; the database refuses the same kind twice on a day (Taken).
    """
    sent = await repository.assignment(act, draft.assignment_id)
    if sent is None:
        raise Invalid(errors=(FieldError("/assignment_id", "reference_unknown"),))
    if not _own(act, sent.region_code, sent.authority_code, sent.worker_id, (sent.organization_id, sent.branch_id)):
        raise Forbidden(reason="scope")
    _while_it_ran(act, sent, draft.visited_on)
    _after(draft.visited_on, draft.next_on)
    return await repository.add(act, draft.model_dump())


async def correct(act: Act, visit_id: UUID, expected: int, change: VisitUpdate) -> None:
    """Put a visit right. What is already so makes no new version.

    Raises NotFound, StaleVersion, Forbidden; Conflict for a cancelled one; Invalid for a day that does not fit.
    """
    visit = await _counting(act, visit_id, expected)
    told = change.model_dump(include=change.model_fields_set)
    changed = {name: value for name, value in told.items() if value != getattr(visit, name)}
    if "visited_on" in changed:
        sent = await repository.assignment(act, visit.assignment_id)
        if sent is None:
            raise NotFound()
        _while_it_ran(act, sent, changed["visited_on"])
    if {"visited_on", "next_on"} & set(changed):
        _after(changed.get("visited_on", visit.visited_on), changed.get("next_on", visit.next_on))
    for name, value in changed.items():
        setattr(visit, name, value)
    if changed:
        await repository.save(act, visit)


async def cancel(act: Act, visit_id: UUID, expected: int, wish: VisitCancel) -> None:
    """Say that a visit was entered by mistake. Raises NotFound, StaleVersion, Forbidden, Conflict."""
    visit = await _counting(act, visit_id, expected)
    visit.cancel_reason = wish.reason
    await repository.save(act, visit)


async def add_problem(act: Act, visit_id: UUID, draft: ProblemCreate) -> dict[str, Any]:
    """Make a task of a problem that a visit found, about the same organisation or branch; the task.

    Raises NotFound, Forbidden for a visit that may only be seen, Conflict for a cancelled one, Invalid for an owner
    that is not known or a day that has passed.
    """
    row = await reads.one(act, visit_id)
    if not _writable(act, row):
        raise Forbidden(reason="scope")
    if row["cancel_reason"] is not None:
        raise Conflict(errors=(FieldError("", "visit_cancelled"),))
    about = {name: row[name] for name in ("organization_id", "branch_id")}
    return await tasks.create(act, TaskCreate(kind=TaskKind.solve, **about, **draft.model_dump()), visit_id)


async def _counting(act: Act, visit_id: UUID, expected: int) -> Visit:
    visit = await claim(act, Visit, visit_id, expected)
    if visit.cancel_reason is not None:
        raise Conflict(errors=(FieldError("", "visit_cancelled"),))
    return visit


def _writable(act: Act, row: dict[str, Any]) -> bool:
    about = (row["organization_id"], row["branch_id"])
    return _own(act, int(row["region_code"]), row["authority_code"], row["worker_id"], about)


def _own(act: Act, code: int, line: int | None, worker: UUID, about: Iterable[UUID | None]) -> bool:
    """Whether it is written here: by region, by line, or as the instructor's own while it is assigned to him."""
    return act.scope.holds(code, [line]) or (act.scope.holds(-1, ids=[worker]) and act.scope.holds(-1, ids=about))


def _while_it_ran(act: Act, sent: Sent, day: date) -> None:
    if day > act.today:
        raise Invalid(errors=(FieldError("/visited_on", "day_future"),))
    if day < sent.valid_from:
        raise Invalid(errors=(FieldError("/visited_on", "day_too_early", {"earliest": sent.valid_from.isoformat()}),))
    if day >= sent.valid_to:
        raise Invalid(errors=(FieldError("/visited_on", "visit_after_assignment"),))


def _after(day: date, next_on: date | None) -> None:
    if next_on is not None and next_on <= day:
        earliest = (day + timedelta(days=1)).isoformat()
        raise Invalid(errors=(FieldError("/next_on", "day_too_early", {"earliest": earliest}),))
