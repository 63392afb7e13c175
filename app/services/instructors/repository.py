"""Assignments as entities, what a judgement rests on, and the set-wise writes.

Branches and organisations are locked before assignments, each in the order of their ids.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import ARRAY, ColumnElement, Uuid, any_, false, func, literal, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute

from app.core.acts import Act
from app.core.database import driver
from app.core.versions import claim
from app.services.branches.models import Branch
from app.services.instructors.facts import AssignmentEnd, Days
from app.services.instructors.models import Assignment
from app.services.organizations.facts import CoverageMode
from app.services.organizations.models import ENDED, Organization
from app.services.workers.facts import RoleEnd, WorkerRole
from app.services.workers.models import Worker, WorkerRoleHeld

ASSIGN = """
INSERT INTO assignments (version, worker_id, organization_id, branch_id, purpose, valid_from, valid_to, proposal_id,
                         conflict_of_interest, conflict_note, departures, created_at, recorded_at)
SELECT 1, worker_id, organization_id, branch_id, purpose, valid_from, valid_to, proposal_id,
       conflict_note IS NOT NULL, conflict_note, departures, $1, $1
  FROM jsonb_to_recordset($2::text::jsonb)
       AS told (worker_id uuid, organization_id uuid, branch_id uuid, purpose text, valid_from date, valid_to date,
                proposal_id uuid, conflict_note text, departures jsonb)
 ORDER BY worker_id, coalesce(organization_id, branch_id), valid_from
RETURNING id, worker_id, coalesce(organization_id, branch_id), valid_from
"""
HAND_OVER = """
UPDATE assignments SET valid_to = greatest(valid_from, $3::date), end_kind = 'handed_over', end_reason = $4,
       succeeded_by = told.successor, version = version + 1, recorded_at = $5
  FROM unnest($1::uuid[], $2::uuid[]) AS told (id, successor)
 WHERE assignments.id = told.id
"""
Key = tuple[UUID, UUID, date]


@dataclass(frozen=True, slots=True)
class Target:
    """An organisation or a branch: whether it is still there, since when (None: not known), and where.

    `covered` is an organisation that a branch covers; `writable` says the caller may send there.
    """

    id: UUID
    name: str
    open: bool
    region_code: int
    region_level: int
    line: int | None
    since: date | None
    covered: bool
    writable: bool


@dataclass(frozen=True, slots=True)
class Candidate:
    """A worker who may be sent: his terms as an instructor, and whether he is a formal member; None is not known."""

    id: UUID
    formal: bool | None
    terms: tuple[Days, ...]


@dataclass(frozen=True, slots=True)
class Time:
    """Somebody's time somewhere."""

    assignment_id: UUID
    worker_id: UUID
    days: Days


async def targets(act: Act, organizations: Iterable[UUID], branches: Iterable[UUID]) -> dict[UUID, Target]:
    """Organisations and branches that may be seen, by id; those that may be written are locked until the act ends."""
    found: dict[UUID, Target] = {}
    for model, ids, is_open, line, since, covered in (
        (Branch, branches, Branch.dissolved_on.is_(None), Branch.authority_code, Branch.founded_on, false()),
        (
            Organization,
            organizations,
            Organization.status.not_in(ENDED),
            Organization.line_code,
            Organization.established_on,
            Organization.coverage_mode != CoverageMode.none,
        ),
    ):
        wanted = sorted(set(ids))
        if not wanted:
            continue
        locked = await _locked(act, model.id, wanted)
        query = select(model.id, model.name, is_open, model.region_code, model.region_level, line, since, covered)
        for row in await act.session.execute(query.where(_among(model.id, wanted))):
            found[row[0]] = Target(*row, writable=row[0] in locked and act.scope.holds(row[3], [row[5]]))
    return found


def _among(key: InstrumentedAttribute[Any], ids: Sequence[UUID]) -> ColumnElement[bool]:
    """One argument, however many there are: a whole proposal would pass the limit of arguments."""
    return key == any_(literal(list(ids), ARRAY(Uuid)))


async def _locked(act: Act, key: InstrumentedAttribute[UUID], ids: Sequence[UUID]) -> frozenset[UUID]:
    query = select(key).where(_among(key, ids)).order_by(key).with_for_update(key_share=True)
    return frozenset(await act.session.scalars(query))


async def candidates(act: Act, workers: Iterable[UUID]) -> dict[UUID, Candidate]:
    """Workers who may be seen, by id. Their terms are held by the database's own check at the end of the act."""
    wanted = sorted(set(workers))
    seen = frozenset(await act.session.scalars(select(Worker.id).where(_among(Worker.id, wanted))))
    roles = select(WorkerRoleHeld.worker_id, WorkerRoleHeld.valid_from, WorkerRoleHeld.valid_to).where(
        _among(WorkerRoleHeld.worker_id, wanted),
        WorkerRoleHeld.role == WorkerRole.instructor,
        WorkerRoleHeld.valid_to > WorkerRoleHeld.valid_from,
    )
    terms: dict[UUID, list[Days]] = {worker: [] for worker in seen}
    for worker, begins, ends in await act.session.execute(roles):
        if worker in terms and ends is not None:
            terms[worker].append((begins, ends))
    told = await (await driver(act.session)).fetch("SELECT worker_id, formal FROM workers_formal($1)", wanted)
    formal = {row[0]: row[1] for row in told}
    return {worker: Candidate(worker, formal.get(worker), tuple(terms[worker])) for worker in seen}


async def times(act: Act, workers: Iterable[UUID], since: date) -> list[Time]:
    """Where these workers are sent on some day from `since` on, also beyond the caller's scope."""
    found = await (await driver(act.session)).fetch(
        "SELECT assignment_id, worker_id, valid_from, valid_to FROM instructor_times($1, $2)",
        sorted(set(workers)),
        since,
    )
    return [Time(row[0], row[1], (row[2], row[3])) for row in found]


async def there(act: Act, targets: Iterable[UUID], since: date) -> dict[UUID, list[Time]]:
    """Who is sent to these organisations and branches on some day from `since` on, by their ids."""
    place = func.coalesce(Assignment.organization_id, Assignment.branch_id)
    wanted = sorted(set(targets))
    query = select(place, Assignment.id, Assignment.worker_id, Assignment.valid_from, Assignment.valid_to).where(
        or_(_among(Assignment.organization_id, wanted), _among(Assignment.branch_id, wanted)),
        Assignment.valid_to > func.greatest(since, Assignment.valid_from),
    )
    found: dict[UUID, list[Time]] = {}
    for row in await act.session.execute(query):
        found.setdefault(row[0], []).append(Time(row[1], row[2], (row[3], row[4])))
    return found


async def assign(act: Act, rows: Sequence[Mapping[str, Any]]) -> list[UUID]:
    """Insert assignments, all in one statement; returns their keys in the order of the rows.

    A row has worker_id, organization_id or branch_id, purpose, valid_from, valid_to, proposal_id, conflict_note and
    departures: what judging.passed gives. Their targets are locked (judging does). The facts of the organisations
    follow in the same statement, and at the end of the act the database checks that no term is passed.
    """
    told = orjson.dumps([dict(row) for row in rows], default=str).decode()
    found = await (await driver(act.session)).fetch(ASSIGN, act.now, told)
    keys: dict[Key, UUID] = {(row[1], row[2], row[3]): row[0] for row in found}
    return [keys[(row["worker_id"], row["organization_id"] or row["branch_id"], row["valid_from"])] for row in rows]


async def claimed(act: Act, assignment_id: UUID, expected: int) -> Assignment:
    """Lock an assignment, and before it where it leads to. Raises NotFound, Forbidden, StaleVersion."""
    query = select(Assignment.organization_id, Assignment.branch_id).where(Assignment.id == assignment_id)
    for organization_id, branch_id in await act.session.execute(query):
        await targets(act, [organization_id] if organization_id else [], [branch_id] if branch_id else [])
    return await claim(act, Assignment, assignment_id, expected)


async def running(act: Act, worker_id: UUID, since: date) -> list[Assignment]:
    """The worker's assignments that reach beyond a day and may be written, locked with where they lead to."""
    mine = (Assignment.worker_id == worker_id, Assignment.valid_to > func.greatest(since, Assignment.valid_from))
    query = select(Assignment.organization_id, Assignment.branch_id).where(*mine)
    places = (await act.session.execute(query)).all()
    await targets(act, [row[0] for row in places if row[0]], [row[1] for row in places if row[1]])
    locked = select(Assignment).where(*mine).order_by(Assignment.id).with_for_update(key_share=True)
    return list(await act.session.scalars(locked))


async def visited(act: Act, ids: Iterable[UUID], since: date) -> frozenset[UUID]:
    """Of these assignments, those that were visited by on a day or later: until then they last.

    Visits stand above; the database refuses to cut an assignment short of one, and tells of the last.
    """
    found = await (await driver(act.session)).fetch(
        "SELECT assignment_id FROM last_visits($1) WHERE visited_on >= $2", list(ids), since
    )
    return frozenset(row[0] for row in found)


async def end(act: Act, ids: Sequence[UUID], day: date, kind: AssignmentEnd, reason: str) -> None:
    """End locked assignments on a day, all in one statement; one that would begin later never holds."""
    await act.session.execute(
        update(Assignment)
        .where(_among(Assignment.id, ids))
        .values(
            valid_to=func.greatest(Assignment.valid_from, day),
            end_kind=kind,
            end_reason=reason,
            version=Assignment.version + 1,
            recorded_at=act.now,
        )
        .execution_options(synchronize_session=False)
    )


async def hand_over(act: Act, successors: Mapping[UUID, UUID], day: date, reason: str) -> None:
    """End locked assignments on a day, each taken over by the one named for it, all in one statement."""
    await (await driver(act.session)).execute(
        HAND_OVER, list(successors), list(successors.values()), day, reason, act.now
    )


async def end_terms(act: Act, worker_id: UUID, day: date, reason: str) -> None:
    """End what the worker holds as an instructor on a day or later; a term that would begin later never holds.

    His place in a station ends with it, by the database.
    """
    await act.session.execute(
        update(WorkerRoleHeld)
        .where(
            WorkerRoleHeld.worker_id == worker_id,
            WorkerRoleHeld.role == WorkerRole.instructor,
            WorkerRoleHeld.valid_to > func.greatest(day, WorkerRoleHeld.valid_from),
        )
        .values(
            valid_to=func.greatest(WorkerRoleHeld.valid_from, day),
            end_kind=RoleEnd.ended,
            end_reason=reason,
            version=WorkerRoleHeld.version + 1,
            recorded_at=act.now,
        )
        .execution_options(synchronize_session=False)
    )
