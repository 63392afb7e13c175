"""Party workers as rows for the wire, with masked numbers."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Select, Text, cast, func, select

from app.core.acts import Act
from app.core.dated import valid_on
from app.core.errors import NotFound
from app.core.history import versions_of
from app.core.narrowing import within
from app.core.pagination import Ask, Page, Sorts, page
from app.core.rows import columns, padded
from app.core.wire import action
from app.services.access.permissions import Permission
from app.services.authorities.facts import DIGITS, span
from app.services.authorities.reads import parsed_code
from app.services.members.models import Member
from app.services.privacy import keeping
from app.services.privacy.facts import masked
from app.services.regions.stated import stated_span
from app.services.workers.facts import HOLDER, PERSONAL, WorkerState
from app.services.workers.models import FORMAL, Worker, WorkerRoleHeld
from app.services.workers.schemas import WorkerFilters, WorkerStored, WorkerVersion

SORTS = Sorts(
    {"region_code": Worker.region_code, "since": Worker.since},
    Worker.id,
    "region_code",
)
LINES = (Worker.authority_code,)
OWN = (Worker.id,)
EXACT = ("state", "background", "full_time", "member_id")


def _stored(act: Act) -> "Select[Any]":
    held = (
        select(WorkerRoleHeld.role)
        .where(WorkerRoleHeld.worker_id == Worker.id, held_on(act.today))
        .distinct()
        .order_by(WorkerRoleHeld.role)
        .correlate(Worker)
        .scalar_subquery()
    )
    return select(
        *columns(
            WorkerStored,
            Worker,
            name=func.coalesce(Member.name, Worker.name),
            formal=FORMAL,
            home_region_code=padded(Worker.home_region_code),
            authority_code=padded(Worker.authority_code, DIGITS),
            roles=cast(func.array(held), ARRAY(Text)),
            region_code=padded(Worker.region_code),
        )
    ).outerjoin(Member, Member.id == Worker.member_id)


def held_on(day: date) -> ColumnElement[bool]:
    """The predicate: a role is held on a day."""
    return valid_on(WorkerRoleHeld.valid_from, WorkerRoleHeld.valid_to, day)


async def listed(act: Act, filters: WorkerFilters, ask: Ask) -> Page:
    """One page of party workers by region, unless another sort is asked for."""
    query = _stored(act).where(*within(act, Worker.region_code, LINES, OWN))
    for name in EXACT:
        value = getattr(filters, name)
        if value is not None:
            query = query.where(getattr(Worker, name) == value)
    if filters.qualification is not None:
        query = query.where(Worker.qualifications.contains([filters.qualification.value]))
    if filters.region is not None:
        low, high = stated_span(filters.region, filters.region_level)
        query = query.where(Worker.region_code >= low, Worker.region_code < high)
    if filters.authority is not None:
        low, high = span(parsed_code(filters.authority, "/authority"))
        query = query.where(Worker.authority_code >= low, Worker.authority_code < high)
    asked = [
        getattr(WorkerRoleHeld, name) == value
        for name in ("role", "selection_channel")
        if (value := getattr(filters, name)) is not None
    ]
    if asked or filters.role_on is not None:
        held = select(WorkerRoleHeld.worker_id).where(held_on(filters.role_on or act.today), *asked)
        query = query.where(Worker.id.in_(held))
    found = await page(act, query, ask, SORTS, [getattr(filters, name) for name in WorkerFilters.model_fields])
    return replace(found, rows=await _masked(act, found.rows))


async def of_ids(act: Act, ids: Sequence[UUID]) -> list[dict[str, Any]]:
    """These party workers, as far as they are visible."""
    query = (
        _stored(act)
        .where(Worker.id.in_(ids), *within(act, Worker.region_code, LINES, OWN))
        .order_by(Worker.region_code, Worker.id)
    )
    rows = (await act.session.execute(query)).mappings().all()
    return await _masked(act, [dict(row) for row in rows])


async def ids_of_members(act: Act, members: Sequence[UUID]) -> list[UUID]:
    """The visible workers that these members are or were."""
    query = select(Worker.id).where(Worker.member_id.in_(members)).order_by(Worker.id)
    return list((await act.session.scalars(query)).all())


async def one(act: Act, worker_id: UUID) -> dict[str, Any]:
    """One party worker. Raises NotFound."""
    rows = await of_ids(act, [worker_id])
    if not rows:
        raise NotFound()
    return rows[0]


def allowed(act: Act, row: dict[str, Any]) -> list[dict[str, Any]]:
    """What the caller may do with a worker that was read."""
    permissions = act.by.permissions
    line = None if row["authority_code"] is None else int(row["authority_code"])
    outside = None if act.scope.holds(int(row["region_code"]), [line], [row["id"]]) else "outside_scope"
    refusal = (None if Permission.workers_write in permissions else "permission") or outside
    standing = refusal or (None if row["state"] == WorkerState.current else "worker_ended")
    erasing = None if Permission.data_subjects_erase in permissions else "permission"
    return [
        action("update", standing),
        action("give_role", standing),
        action("end", standing),
        action("reveal", None if Permission.workers_reveal in permissions else "permission"),
        action("erase", erasing or outside),
    ]


async def history(act: Act, worker_id: UUID, ask: Ask) -> Page:
    """All versions of a party worker, the newest first. Raises NotFound when there is none to be seen."""
    await one(act, worker_id)
    versions = versions_of(Worker, worker_id).c
    query = select(*columns(WorkerVersion, versions, region_code=padded(versions.region_code)))
    return await page(act, query, ask, Sorts({"version": versions.version}, versions.id, "-version"), worker_id)


async def _masked(act: Act, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    held = await keeping.opened(act, HOLDER, [str(row["id"]) for row in rows])
    for row in rows:
        values = held.get(str(row["id"]), {})
        for field, kind in PERSONAL.items():
            row[field] = masked(kind, values[field]) if field in values else None
    return rows
