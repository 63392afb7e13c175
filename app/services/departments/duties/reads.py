"""Duties as rows for the wire."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, select

from app.core.acts import Act
from app.core.errors import NotFound
from app.core.history import versions_of
from app.core.pagination import Ask, Page, Sorts, page
from app.core.rows import columns, selecting
from app.services.departments.duties.schemas import DepartmentDutyRead, DepartmentDutyVersion
from app.services.departments.models import Department, DepartmentDuty
from app.services.departments.reads import narrowed, stands
from app.services.departments.wire import PartFilters

SORTS = Sorts(
    {"region_code": DepartmentDuty.region_code, "valid_from": DepartmentDuty.valid_from},
    DepartmentDuty.id,
    "region_code",
)


def _duties(act: Act, filters: PartFilters) -> "Select[Any]":
    return (
        selecting(
            DepartmentDutyRead,
            DepartmentDuty,
            department_name=Department.name,
            department_kind=Department.kind,
            **stands(DepartmentDuty),
        )
        .join(Department, Department.id == DepartmentDuty.department_id)
        .where(*narrowed(act, DepartmentDuty, filters))
    )


async def listed(act: Act, filters: PartFilters, ask: Ask) -> Page:
    """One page of duties by region, unless another sort is asked for."""
    told = [getattr(filters, name) for name in PartFilters.model_fields]
    return await page(act, _duties(act, filters), ask, SORTS, told)


async def one(act: Act, duty_id: UUID) -> dict[str, Any]:
    """One duty. Raises NotFound."""
    query = _duties(act, PartFilters()).where(DepartmentDuty.id == duty_id)
    row = (await act.session.execute(query)).mappings().first()
    if row is None:
        raise NotFound()
    return dict(row)


async def history(act: Act, duty_id: UUID, ask: Ask) -> Page:
    """All versions of a duty, the newest first. Raises NotFound when there is none to be seen."""
    versions = versions_of(DepartmentDuty, duty_id).c
    query = select(*columns(DepartmentDutyVersion, versions, **stands(versions)))
    found = await page(act, query, ask, Sorts({"version": versions.version}, versions.id, "-version"), duty_id)
    if not found.rows:
        raise NotFound()
    return found
