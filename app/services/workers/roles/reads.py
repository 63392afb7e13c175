"""The roles of party workers as rows for the wire."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, func, select

from app.core.acts import Act
from app.core.dated import valid_on
from app.core.errors import NotFound
from app.core.history import versions_of
from app.core.narrowing import within
from app.core.pagination import Ask, Page, Sorts, page
from app.core.rows import columns, padded
from app.services.authorities.facts import DIGITS, span
from app.services.authorities.reads import parsed_code
from app.services.branches.models import Branch
from app.services.members.models import Member
from app.services.organizations.models import Organization
from app.services.regions.stated import stated_span
from app.services.workers.models import Worker, WorkerRoleHeld
from app.services.workers.roles.schemas import RoleFilters, RoleRead, RoleState, RoleVersion

SORTS = Sorts(
    {
        "region_code": WorkerRoleHeld.region_code,
        "valid_from": WorkerRoleHeld.valid_from,
        "valid_to": func.coalesce(WorkerRoleHeld.valid_to, date.max),
    },
    WorkerRoleHeld.id,
    "region_code",
)
LINES = (WorkerRoleHeld.authority_code, WorkerRoleHeld.outflow_authority_code)
OWN = (WorkerRoleHeld.worker_id, WorkerRoleHeld.branch_id, WorkerRoleHeld.organization_id)
EXACT = ("worker_id", "role", "selection_channel", "branch_id", "organization_id", "full_time")


def _state(today: date, soon: date) -> ColumnElement[str]:
    return case(
        (WorkerRoleHeld.valid_to <= today, RoleState.ended.value),
        (WorkerRoleHeld.valid_to <= soon, RoleState.ending_soon.value),
        else_=RoleState.held.value,
    )


def _roles(act: Act, soon: date) -> "Select[Any]":
    """A role at a branch may be in sight while the worker, kept elsewhere, is not: then it is told without a name."""
    return (
        select(
            *columns(
                RoleRead,
                WorkerRoleHeld,
                worker_name=func.coalesce(Member.name, Worker.name),
                branch_name=Branch.name,
                organization_name=Organization.name,
                state=_state(act.today, soon),
                region_code=padded(WorkerRoleHeld.region_code),
                authority_code=padded(WorkerRoleHeld.authority_code, DIGITS),
            )
        )
        .outerjoin(Worker, Worker.id == WorkerRoleHeld.worker_id)
        .outerjoin(Member, Member.id == Worker.member_id)
        .outerjoin(Branch, Branch.id == WorkerRoleHeld.branch_id)
        .outerjoin(Organization, Organization.id == WorkerRoleHeld.organization_id)
        .where(*within(act, WorkerRoleHeld.region_code, LINES, OWN))
    )


async def listed(act: Act, filters: RoleFilters, soon: date, ask: Ask) -> Page:
    """One page of roles by region, unless another sort is asked for. One that ends on a day up to `soon` ends soon."""
    query = _roles(act, soon)
    for name in EXACT:
        value = getattr(filters, name)
        if value is not None:
            query = query.where(getattr(WorkerRoleHeld, name) == value)
    if filters.held_on is not None:
        query = query.where(valid_on(WorkerRoleHeld.valid_from, WorkerRoleHeld.valid_to, filters.held_on))
    if filters.ends_before is not None:
        query = query.where(and_(WorkerRoleHeld.valid_to > act.today, WorkerRoleHeld.valid_to < filters.ends_before))
    if filters.region is not None:
        low, high = stated_span(filters.region, filters.region_level)
        query = query.where(WorkerRoleHeld.region_code >= low, WorkerRoleHeld.region_code < high)
    if filters.authority is not None:
        low, high = span(parsed_code(filters.authority, "/authority"))
        query = query.where(WorkerRoleHeld.authority_code >= low, WorkerRoleHeld.authority_code < high)
    return await page(act, query, ask, SORTS, [getattr(filters, name) for name in RoleFilters.model_fields])


async def of_workers(act: Act, ids: Sequence[UUID], soon: date) -> dict[UUID, list[dict[str, Any]]]:
    """The visible roles of these workers: those held first, then the latest."""
    query = (
        _roles(act, soon)
        .where(WorkerRoleHeld.worker_id.in_(ids))
        .order_by(
            func.coalesce(WorkerRoleHeld.valid_to <= act.today, False),
            WorkerRoleHeld.valid_from.desc(),
            WorkerRoleHeld.id,
        )
    )
    found: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
    for row in (await act.session.execute(query)).mappings():
        found[row["worker_id"]].append(dict(row))
    return found


async def one(act: Act, role_id: UUID, soon: date) -> dict[str, Any]:
    """One role with its departures. Raises NotFound."""
    query = _roles(act, soon).add_columns(WorkerRoleHeld.departures).where(WorkerRoleHeld.id == role_id)
    row = (await act.session.execute(query)).mappings().first()
    if row is None:
        raise NotFound()
    return dict(row)


async def worker_of(act: Act, role_id: UUID) -> UUID:
    """Whose role it is. Raises NotFound."""
    worker_id = await act.session.scalar(select(WorkerRoleHeld.worker_id).where(WorkerRoleHeld.id == role_id))
    if worker_id is None:
        raise NotFound()
    return worker_id


async def history(act: Act, role_id: UUID, ask: Ask) -> Page:
    """All versions of a role, the newest first. Raises NotFound when there is none to be seen."""
    await worker_of(act, role_id)
    versions = versions_of(WorkerRoleHeld, role_id).c
    query = select(*columns(RoleVersion, versions, region_code=padded(versions.region_code)))
    return await page(act, query, ask, Sorts({"version": versions.version}, versions.id, "-version"), role_id)
