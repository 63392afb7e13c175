"""Liaisons as rows for the wire, with the masked phone."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, or_, select

from app.core.acts import Act
from app.core.errors import NotFound
from app.core.history import versions_of
from app.core.pagination import Ask, Page, Sorts, page
from app.core.rows import columns, selecting
from app.services.departments.facts import HOLDER, PERSONAL, ErasureFacts
from app.services.departments.liaisons.schemas import DepartmentLiaisonStored, DepartmentLiaisonVersion
from app.services.departments.models import Department, DepartmentLiaison
from app.services.departments.reads import narrowed, stands
from app.services.departments.wire import PartFilters
from app.services.privacy import keeping
from app.services.privacy.facts import masked

SORTS = Sorts(
    {"region_code": DepartmentLiaison.region_code, "valid_from": DepartmentLiaison.valid_from},
    DepartmentLiaison.id,
    "region_code",
)


def _liaisons(act: Act, filters: PartFilters) -> "Select[Any]":
    return (
        selecting(
            DepartmentLiaisonStored, DepartmentLiaison, department_name=Department.name, **stands(DepartmentLiaison)
        )
        .join(Department, Department.id == DepartmentLiaison.department_id)
        .where(*narrowed(act, DepartmentLiaison, filters))
    )


async def listed(act: Act, filters: PartFilters, ask: Ask) -> Page:
    """One page of liaisons by region, unless another sort is asked for."""
    told = [getattr(filters, name) for name in PartFilters.model_fields]
    found = await page(act, _liaisons(act, filters), ask, SORTS, told)
    return replace(found, rows=await _masked(act, found.rows))


async def of_ids(act: Act, ids: Sequence[UUID]) -> list[dict[str, Any]]:
    """These liaisons, as far as they are visible."""
    query = _liaisons(act, PartFilters()).where(DepartmentLiaison.id.in_(ids)).order_by(DepartmentLiaison.id)
    return await _masked(act, [dict(row) for row in (await act.session.execute(query)).mappings()])


async def one(act: Act, liaison_id: UUID) -> dict[str, Any]:
    """One liaison. Raises NotFound."""
    rows = await of_ids(act, [liaison_id])
    if not rows:
        raise NotFound()
    return rows[0]


async def history(act: Act, liaison_id: UUID, ask: Ask) -> Page:
    """All versions of a liaison, the newest first. Raises NotFound when there is none to be seen."""
    versions = versions_of(DepartmentLiaison, liaison_id).c
    query = select(*columns(DepartmentLiaisonVersion, versions, **stands(versions)))
    found = await page(act, query, ask, Sorts({"version": versions.version}, versions.id, "-version"), liaison_id)
    if not found.rows:
        raise NotFound()
    return found


async def erasure_facts(act: Act, liaison_id: UUID, ground: str) -> ErasureFacts:
    """What decides whether a liaison may be erased. Raises NotFound."""
    query = select(DepartmentLiaison.id, DepartmentLiaison.valid_to).where(DepartmentLiaison.id == liaison_id)
    row = (await act.session.execute(query)).one_or_none()
    if row is None:
        raise NotFound()
    return ErasureFacts(row.valid_to is None or row.valid_to > act.today, ground)


async def outlived(act: Act, before: date, limit: int) -> list[UUID]:
    """Some liaisons that ended before a day."""
    query = (
        select(DepartmentLiaison.id)
        .where(DepartmentLiaison.valid_to < before)
        .order_by(DepartmentLiaison.id)
        .limit(limit)
    )
    return list(await act.session.scalars(query))


async def entitled(act: Act, liaison_id: UUID) -> dict[str, Any] | None:
    """The department and the committee of a liaison who speaks for them today; None for one who does not any more."""
    query = (
        select(DepartmentLiaison.department_id, DepartmentLiaison.committee_id, Department.name)
        .join(Department, Department.id == DepartmentLiaison.department_id)
        .where(
            DepartmentLiaison.id == liaison_id,
            *(
                condition
                for dated in (DepartmentLiaison, Department)
                for condition in (
                    dated.valid_from <= act.today,
                    or_(dated.valid_to.is_(None), dated.valid_to > act.today),
                )
            ),
        )
    )
    row = (await act.session.execute(query)).mappings().first()
    return None if row is None else dict(row)


async def _masked(act: Act, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    held = await keeping.opened(act, HOLDER, [str(row["id"]) for row in rows])
    for row in rows:
        values = held.get(str(row["id"]), {})
        for field, kind in PERSONAL.items():
            row[field] = masked(kind, values[field]) if field in values else None
    return rows
