"""Departments as rows for the wire, and what is a department's own today."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Uuid, any_, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import aliased

from app.core.acts import Act
from app.core.dated import valid_on
from app.core.errors import NotFound
from app.core.history import versions_of
from app.core.narrowing import within
from app.core.pagination import Ask, Page, Sorts, page
from app.core.rows import columns, padded, selecting
from app.services.authorities.facts import DIGITS
from app.services.authorities.models import Authority, CommitteeSeat
from app.services.departments.models import (
    Department,
    DepartmentDataset,
    DepartmentDuty,
    DepartmentLiaison,
)
from app.services.departments.schemas import DepartmentFilters, DepartmentRead, DepartmentVersion
from app.services.departments.wire import PartFilters
from app.services.regions.stated import stated_span

Part = type[DepartmentDuty] | type[DepartmentLiaison] | type[DepartmentDataset]
SORTS = Sorts(
    {"region_code": Department.region_code, "name": Department.name, "valid_from": Department.valid_from},
    Department.id,
    "region_code",
)
COMMITTEE = aliased(Authority)


def stands(source: Any) -> dict[str, ColumnElement[str]]:
    """The codes of a row as they are written."""
    return {"region_code": padded(source.region_code), "authority_code": padded(source.authority_code, DIGITS)}


def sight(act: Act) -> list[ColumnElement[bool]]:
    """Departments within the scope: by the committee's place or line, the own one, and those of the own committee."""
    return within(act, Department.region_code, [Department.authority_code], [Department.id, Department.committee_id])


def narrowed(act: Act, part: Part, filters: PartFilters) -> list[ColumnElement[bool]]:
    """What narrows a list of what departments have: the scope, and what was asked for."""
    found = within(act, part.region_code, [part.authority_code], [part.department_id, part.committee_id])
    if filters.region is not None:
        low, high = stated_span(filters.region, filters.region_level)
        found += [part.region_code >= low, part.region_code < high]
    if filters.committee_id is not None:
        found.append(part.committee_id == filters.committee_id)
    if filters.department_id is not None:
        found.append(part.department_id == filters.department_id)
    if filters.on is not None:
        found.append(valid_on(part.valid_from, part.valid_to, filters.on))
    return found


def _departments(act: Act) -> "Select[Any]":
    return (
        selecting(
            DepartmentRead,
            Department,
            committee_name=COMMITTEE.name,
            authority_name=Authority.name,
            **stands(Department),
        )
        .outerjoin(COMMITTEE, COMMITTEE.id == Department.committee_id)
        .outerjoin(Authority, Authority.id == Department.authority_id)
        .where(*sight(act))
    )


async def listed(act: Act, filters: DepartmentFilters, ask: Ask) -> Page:
    """One page of departments by region, unless another sort is asked for."""
    query = _departments(act)
    if filters.region is not None:
        low, high = stated_span(filters.region, filters.region_level)
        query = query.where(Department.region_code >= low, Department.region_code < high)
    if filters.committee_id is not None:
        query = query.where(Department.committee_id == filters.committee_id)
    if filters.kind is not None:
        query = query.where(Department.kind == filters.kind)
    if filters.on is not None:
        query = query.where(valid_on(Department.valid_from, Department.valid_to, filters.on))
    return await page(act, query, ask, SORTS, [getattr(filters, name) for name in DepartmentFilters.model_fields])


async def one(act: Act, department_id: UUID) -> dict[str, Any]:
    """One department. Raises NotFound."""
    row = (await act.session.execute(_departments(act).where(Department.id == department_id))).mappings().first()
    if row is None:
        raise NotFound()
    return dict(row)


async def known(act: Act, department_id: UUID) -> bool:
    """Whether a department is there and visible."""
    return (
        await act.session.scalar(select(Department.id).where(Department.id == department_id, *sight(act))) is not None
    )


async def seats(act: Act, department_id: UUID) -> list[dict[str, Any]]:
    """The seats of the committee that a department of this name holds today, as far as they are visible."""
    query = (
        select(CommitteeSeat.duty, CommitteeSeat.post)
        .join(Department, Department.committee_id == CommitteeSeat.authority_id)
        .where(
            Department.id == department_id,
            CommitteeSeat.department_name == Department.name,
            valid_on(CommitteeSeat.valid_from, CommitteeSeat.valid_to, act.today),
        )
        .order_by(CommitteeSeat.valid_from, CommitteeSeat.id)
    )
    return [dict(row) for row in (await act.session.execute(query)).mappings()]


async def history(act: Act, department_id: UUID, ask: Ask) -> Page:
    """All versions of a department, the newest first. Raises NotFound when there is none to be seen."""
    versions = versions_of(Department, department_id).c
    query = select(*columns(DepartmentVersion, versions, **stands(versions)))
    found = await page(act, query, ask, Sorts({"version": versions.version}, versions.id, "-version"), department_id)
    if not found.rows:
        raise NotFound()
    return found


async def seated(act: Act, named: frozenset[UUID]) -> frozenset[UUID]:
    """Those of these departments that belong to a meeting today, and its committees; nothing of one that has left."""
    query = select(Department.id, Department.committee_id).where(
        Department.id == any_(literal(sorted(named), ARRAY(Uuid))),
        valid_on(Department.valid_from, Department.valid_to, act.today),
    )
    return frozenset(key for row in (await act.session.execute(query)).all() for key in row)
