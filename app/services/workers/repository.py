"""Party workers and roles as entities, and what they refer to. Locked in one order: branch, organisation, worker, role.

What posts make of workers is written by the database, with the branch locked before.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import and_, exists, func, or_, select, update

from app.core.acts import Act
from app.core.database import driver
from app.services.authorities.models import Authority
from app.services.branches.models import Branch
from app.services.members.models import Member
from app.services.organizations.models import Organization
from app.services.workers.facts import POSTS, RoleEnd, WorkerState
from app.services.workers.models import FORMAL, Worker, WorkerRoleHeld


@dataclass(frozen=True, slots=True)
class Named:
    """A worker as roles refer to one: the state, whether a formal member, who keeps the worker."""

    id: UUID
    state: str
    formal: bool | None
    full_time: bool
    since: date
    region_code: int
    region_level: int


async def named(act: Act, worker_id: UUID, *, locked: bool) -> Named | None:
    """A worker that may be seen; `locked` one that may be written; None for another."""
    query = (
        select(
            Worker.id,
            Worker.state,
            FORMAL,
            Worker.full_time,
            Worker.since,
            Worker.region_code,
            Worker.region_level,
        )
        .outerjoin(Member, Member.id == Worker.member_id)
        .where(Worker.id == worker_id)
    )
    if locked:
        query = query.with_for_update(key_share=True, of=Worker)
    row = (await act.session.execute(query)).first()
    return None if row is None else Named(*row)


async def authority(act: Act, authority_id: UUID) -> tuple[int, date | None] | None:
    """An authority in sight: its code and the day it ended."""
    found = select(Authority.code, Authority.dissolved_on).where(Authority.id == authority_id)
    row = (await act.session.execute(found)).first()
    return None if row is None else (row[0], row[1])


async def member_state(act: Act, member_id: UUID) -> str | None:
    """Whether a member in sight is one still; None for one out of sight."""
    return await act.session.scalar(select(Member.state).where(Member.id == member_id))


async def branch(act: Act, branch_id: UUID) -> tuple[date, date | None] | None:
    """A branch in sight, locked where it may be written: the days it was founded and dissolved."""
    query = select(Branch.founded_on, Branch.dissolved_on).where(Branch.id == branch_id)
    locked = (await act.session.execute(query.with_for_update(key_share=True))).first()
    row = locked or (await act.session.execute(query)).first()
    return None if row is None else (row[0], row[1])


async def organization_status(act: Act, organization_id: UUID) -> str | None:
    """An organisation in sight, locked where it may be written: its status."""
    query = select(Organization.status).where(Organization.id == organization_id)
    locked: str | None = await act.session.scalar(query.with_for_update(key_share=True))
    return locked or await act.session.scalar(query)


async def hold_places(act: Act, workers: Iterable[UUID]) -> None:
    """Lock the branches and organisations where workers hold or held roles, where they may be written. What is put
    right of a worker or ends for him is put right there, and whoever writes it there has the place before the worker.
    """
    among = WorkerRoleHeld.worker_id.in_(sorted(set(workers)))
    for place, named in ((Branch.id, WorkerRoleHeld.branch_id), (Organization.id, WorkerRoleHeld.organization_id)):
        held = select(named).where(among, named.is_not(None))
        query = select(place).where(place.in_(held)).order_by(place).with_for_update(key_share=True)
        await act.session.execute(query)


async def add(act: Act, worker: Worker) -> Worker:
    """Insert a worker; key and line are the database's."""
    act.session.add(worker)
    await act.session.flush()
    await act.session.refresh(worker)
    return worker


async def save(act: Act, worker: Worker) -> None:
    """Write a claimed worker's changes as the next version; what follows from them is the database's."""
    worker.version += 1
    worker.recorded_at = act.now
    await act.session.flush()
    await act.session.refresh(worker)


async def worked_since(act: Act, worker_id: UUID, day: date) -> None:
    """A locked worker has been one since an earlier day."""
    await act.session.execute(
        update(Worker)
        .where(Worker.id == worker_id)
        .values(since=day, version=Worker.version + 1, recorded_at=act.now)
        .execution_options(synchronize_session=False)
    )


async def first_role(act: Act, worker_id: UUID) -> date | None:
    """The first day of the earliest role of a worker."""
    return await act.session.scalar(
        select(func.min(WorkerRoleHeld.valid_from)).where(WorkerRoleHeld.worker_id == worker_id)
    )


async def add_role(act: Act, role: WorkerRoleHeld) -> UUID:
    """Insert a role; where it stands is the database's. Gives its key."""
    act.session.add(role)
    await act.session.flush()
    return role.id


async def save_role(act: Act, role: WorkerRoleHeld) -> None:
    """Write a locked role's changes as the next version."""
    role.version += 1
    role.recorded_at = act.now
    await act.session.flush()
    await act.session.refresh(role)


async def running(act: Act, worker_id: UUID, day: date) -> Sequence[WorkerRoleHeld]:
    """A worker's roles that run beyond a day, locked. Whoever writes one holds its worker."""
    query = select(WorkerRoleHeld).where(
        WorkerRoleHeld.worker_id == worker_id,
        or_(WorkerRoleHeld.valid_to.is_(None), WorkerRoleHeld.valid_to > day),
        WorkerRoleHeld.valid_from < func.coalesce(WorkerRoleHeld.valid_to, date.max),
    )
    return (await act.session.scalars(query.order_by(WorkerRoleHeld.id).with_for_update(key_share=True))).all()


async def others_held(act: Act, worker_id: UUID, begins: date, ends: date | None, apart: UUID | None = None) -> int:
    """How many roles a worker holds at some time between two days, `apart` from one."""
    query = select(func.count()).where(
        WorkerRoleHeld.worker_id == worker_id,
        WorkerRoleHeld.valid_from < (ends or date.max),
        func.coalesce(WorkerRoleHeld.valid_to, date.max) > begins,
        WorkerRoleHeld.valid_from < func.coalesce(WorkerRoleHeld.valid_to, date.max),
    )
    if apart is not None:
        query = query.where(WorkerRoleHeld.id != apart)
    return int(await act.session.scalar(query) or 0)


async def end_roles(act: Act, worker_id: UUID, day: date, reason: str) -> None:
    """End what a worker holds beyond a day; what would begin later ends on its first day and so never held."""
    await act.session.execute(
        update(WorkerRoleHeld)
        .where(
            WorkerRoleHeld.worker_id == worker_id,
            or_(WorkerRoleHeld.valid_to.is_(None), WorkerRoleHeld.valid_to > day),
        )
        .values(
            valid_to=func.greatest(WorkerRoleHeld.valid_from, day),
            end_kind=RoleEnd.worker_ended,
            end_reason=reason,
            version=WorkerRoleHeld.version + 1,
            recorded_at=act.now,
        )
        .execution_options(synchronize_session=False)
    )


async def standing(act: Act, ids: Sequence[UUID]) -> dict[UUID, Worker]:
    """Visible workers by id who have not been erased, locked in key order until the act ends."""
    query = select(Worker).where(Worker.id.in_(ids), Worker.erased.is_(False)).order_by(Worker.id)
    return {row.id: row for row in (await act.session.scalars(query.with_for_update(key_share=True))).all()}


async def left_before(act: Act, before: date, limit: int) -> list[UUID]:
    """Some of those whose work here ended before a day: with the worker's own end, or, of who was a worker only for
    posts, with the last of them.
    """
    later = exists().where(
        WorkerRoleHeld.worker_id == Worker.id,
        or_(WorkerRoleHeld.valid_to.is_(None), WorkerRoleHeld.valid_to >= before),
    )
    query = (
        select(Worker.id)
        .where(
            Worker.erased.is_(False),
            or_(
                Worker.until < before,
                and_(Worker.source == POSTS, Worker.since < before, Worker.state == WorkerState.current, ~later),
            ),
        )
        .order_by(Worker.id)
        .limit(limit)
    )
    return list((await act.session.scalars(query)).all())


async def empty(act: Act, ids: Sequence[UUID]) -> None:
    """Take from workers all that tells who they are; the database takes the name from their posts, wherever these are,
    and from earlier versions of both.
    """
    for worker in (await standing(act, ids)).values():
        worker.member_id = worker.name = worker.stated_formal = worker.background = worker.sending_body = None
        worker.home_region_code = worker.home_region_level = None
        worker.qualifications, worker.industries, worker.corrected = [], [], []
        worker.erased = True
        if worker.state == WorkerState.current:
            worker.state, worker.until = WorkerState.ended, max(worker.since, act.today)
        worker.version += 1
        worker.recorded_at = act.now
    await act.session.flush()


async def hold(act: Act, blinds: Sequence[bytes]) -> None:
    """Let nobody else enter the persons with these index values before this act ends."""
    await (await driver(act.session)).fetch("SELECT workers_hold_identity($1)", sorted(set(blinds)))
