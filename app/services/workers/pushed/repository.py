"""Pushed workers: who is known by an index of the identity number, and the set-wise writes."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from sqlalchemy import select

from app.core.acts import Act
from app.core.database import driver
from app.services.members.facts import MemberKind, MemberState
from app.services.members.models import Member
from app.services.workers.facts import WorkerRole
from app.services.workers.models import Worker, WorkerRoleHeld

ENTER = """
INSERT INTO workers (id, version, member_id, name, stated_formal, background, sending_body, qualifications, industries,
                     home_region_code, home_region_level, full_time, state, since, region_code, region_level, source,
                     source_time, created_at, recorded_at)
SELECT id, 1, member_id, name, stated_formal, background, sending_body, qualifications, industries, home_region_code,
       home_region_level, full_time, 'current', since, region_code, region_level, source, source_time, $2, $2
  FROM jsonb_to_recordset($1::text::jsonb)
       AS new (id uuid, member_id uuid, name text, stated_formal bool, background text, sending_body text,
               qualifications text[], industries text[], home_region_code bigint, home_region_level smallint,
               full_time bool, since date, region_code bigint, region_level smallint, source text,
               source_time timestamptz)
 ORDER BY id
"""
ENTER_TERMS = """
INSERT INTO worker_roles (version, worker_id, role, selection_channel, full_time, valid_from, valid_to, departures,
                          created_at, recorded_at)
SELECT 1, worker_id, 'instructor', selection_channel, full_time, valid_from, valid_to, '[]', $2, $2
  FROM jsonb_to_recordset($1::text::jsonb)
       AS new (worker_id uuid, selection_channel text, full_time bool, valid_from date, valid_to date)
 ORDER BY worker_id, valid_from
"""


class Kept(NamedTuple):
    """A row anywhere in the country."""

    id: UUID
    region_code: int


async def workers_holding(act: Act, blinds: Iterable[bytes]) -> dict[bytes, Kept]:
    """Current workers by the index values of their numbers, whatever the scope."""
    found = await (await driver(act.session)).fetch(
        "SELECT blind, id, region_code FROM workers_holding_identity($1)", sorted(set(blinds))
    )
    return {row[0]: Kept(row[1], row[2]) for row in found}


async def members_holding(act: Act, blinds: Iterable[bytes]) -> dict[bytes, Kept]:
    """Current members by the index values of their numbers, whatever the scope."""
    found = await (await driver(act.session)).fetch(
        "SELECT blind, id, region_code FROM members_holding_identity($1)", sorted(set(blinds))
    )
    return {row[0]: Kept(row[1], row[2]) for row in found}


async def of_members(act: Act, members: Iterable[UUID]) -> dict[UUID, Kept]:
    """Current workers by the member that they are, whatever the scope."""
    found = await (await driver(act.session)).fetch(
        "SELECT member_id, id, region_code FROM workers_of_members($1)", sorted(set(members))
    )
    return {row[0]: Kept(row[1], row[2]) for row in found}


async def formal(act: Act, members: Iterable[UUID]) -> dict[UUID, bool]:
    """Of visible current members, whether they are formal ones."""
    query = select(Member.id, Member.kind).where(Member.id.in_(set(members)), Member.state == MemberState.current)
    return {row.id: row.kind == MemberKind.formal for row in (await act.session.execute(query)).all()}


async def left(act: Act, blinds: Iterable[bytes]) -> dict[bytes, date]:
    """When visible workers who are none any more have left, by the index values of their numbers."""
    found = await (await driver(act.session)).fetch(
        "SELECT held.blind, max(workers.until) FROM personal_values AS held"
        "  JOIN workers ON workers.id = held.row_key::uuid"
        " WHERE held.blind = ANY ($1) AND held.holder = 'workers' AND held.field = 'identity_number'"
        "   AND workers.state = 'ended' GROUP BY held.blind",
        sorted(set(blinds)),
    )
    return {row[0]: row[1] for row in found}


async def hold(act: Act, blinds: Iterable[bytes]) -> None:
    """Let nobody else enter the persons with these index values before this act ends."""
    await (await driver(act.session)).fetch("SELECT workers_hold_identity($1)", sorted(set(blinds)))


async def standing(act: Act, ids: Iterable[UUID]) -> dict[UUID, Worker]:
    """Visible workers by id, locked in key order until the act ends."""
    query = select(Worker).where(Worker.id.in_(set(ids))).order_by(Worker.id).with_for_update(key_share=True)
    return {row.id: row for row in (await act.session.scalars(query)).all()}


async def terms(act: Act, workers: Iterable[UUID]) -> dict[UUID, list[WorkerRoleHeld]]:
    """The terms of visible instructors, the earliest first."""
    role = WorkerRoleHeld
    query = select(role).where(role.worker_id.in_(set(workers)), role.role == WorkerRole.instructor)
    found: dict[UUID, list[WorkerRoleHeld]] = defaultdict(list)
    for row in (await act.session.scalars(query.order_by(role.worker_id, role.valid_from))).all():
        found[row.worker_id].append(row)
    return found


class New(NamedTuple):
    """A worker to be entered."""

    id: UUID
    member_id: UUID | None
    name: str | None
    stated_formal: bool | None
    background: str | None
    sending_body: str | None
    qualifications: list[str]
    industries: list[str]
    home_region_code: int | None
    home_region_level: int | None
    full_time: bool
    since: date
    region_code: int
    region_level: int
    source: str
    source_time: datetime


async def insert(act: Act, rows: Sequence[New]) -> None:
    """Enter workers in the order of their keys."""
    await _entered(act, ENTER, rows)


async def update(act: Act, changes: Sequence[tuple[Worker, dict[str, Any]]]) -> None:
    """Write changed columns of workers as their next versions, in key order."""
    for worker, told in sorted(changes, key=lambda each: each[0].id):
        for name, value in told.items():
            setattr(worker, name, value)
        worker.version += 1
        worker.recorded_at = act.now
    await act.session.flush()


class NewTerm(NamedTuple):
    """A term to be entered."""

    worker_id: UUID
    selection_channel: str
    full_time: bool
    valid_from: date
    valid_to: date


async def enter_terms(act: Act, rows: Sequence[NewTerm]) -> None:
    """Enter terms of instructors. Where they stand is the database's."""
    await _entered(act, ENTER_TERMS, sorted(rows))


async def _entered(act: Act, statement: str, rows: Sequence[New] | Sequence[NewTerm]) -> None:
    told = orjson.dumps([row._asdict() for row in rows], default=str).decode()
    await (await driver(act.session)).execute(statement, told, act.now)


async def change_terms(act: Act, changes: Sequence[tuple[WorkerRoleHeld, dict[str, Any]]]) -> None:
    """Write changed terms as their next versions."""
    for term, told in changes:
        for name, value in told.items():
            setattr(term, name, value)
        term.version += 1
        term.recorded_at = act.now
    await act.session.flush()


async def new_ids(act: Act, count: int) -> list[UUID]:
    """Fresh keys in order."""
    found = await (await driver(act.session)).fetch("SELECT uuidv7() FROM generate_series(1, $1)", count)
    return [row[0] for row in found]
