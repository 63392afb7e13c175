"""Brand projects as rows for the wire."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, func, or_, select, true

from app.core.acts import Act
from app.core.errors import NotFound
from app.core.history import versions_of
from app.core.narrowing import within
from app.core.pagination import Ask, Page, Sorts, page
from app.core.rows import columns, selecting
from app.services.branches.models import Branch
from app.services.funding.appropriations.facts import LIVE, ProjectState
from app.services.funding.appropriations.models import FundingAppropriationItem, FundingBrandProject
from app.services.funding.appropriations.projects.schemas import (
    BrandProjectFilters,
    BrandProjectRead,
    BrandProjectVersion,
)
from app.services.funding.appropriations.reads import narrowed, placed, stands, told

ROW = FundingBrandProject
SORTS = Sorts({"created_at": ROW.created_at, "place_code": ROW.place_code, "year": ROW.year}, ROW.id, "-created_at")
EXACT = ("committee_id", "branch_id", "year", "state")
GRANTED = (ProjectState.approved, ProjectState.appropriated)


def _shown() -> "Select[Any]":
    named = select(Branch.name).where(Branch.id == ROW.branch_id).correlate(ROW).scalar_subquery()
    return selecting(BrandProjectRead, ROW, branch_name=named, **placed(ROW), **stands(ROW))


async def listed(act: Act, filters: BrandProjectFilters, ask: Ask) -> Page:
    """One page of projects, the latest first unless another sort is asked for."""
    office = and_(true(), *within(act, ROW.region_code, [ROW.authority_code]))
    branch = and_(true(), *within(act, ROW.place_code, [ROW.line_code], [ROW.branch_id]))
    query = narrowed(_shown().where(or_(office, branch)), filters, EXACT, ROW, ROW.place_code, ROW.line_code)
    return await page(act, query, ask, SORTS, told(filters, BrandProjectFilters))


async def one(act: Act, project_id: UUID) -> dict[str, Any]:
    """One project with what was let pass, and the line that pays it out. Raises NotFound."""
    item = FundingAppropriationItem
    paid = (
        select(item.id)
        .where(item.project_id == ROW.id, item.state.in_(LIVE), item.amount_fen > 0)
        .correlate(ROW)
        .scalar_subquery()
    )
    query = _shown().add_columns(ROW.departures, paid.label("appropriation_item_id")).where(ROW.id == project_id)
    row = (await act.session.execute(query)).mappings().first()
    if row is None:
        raise NotFound()
    return dict(row)


async def others(act: Act, branch_id: UUID, year: int, project_id: UUID) -> int:
    """How many other projects of a branch and year are approved already."""
    query = (
        select(func.count())
        .select_from(ROW)
        .where(ROW.branch_id == branch_id, ROW.year == year, ROW.id != project_id, ROW.state.in_(GRANTED))
    )
    return int(await act.session.scalar(query) or 0)


async def history(act: Act, project_id: UUID, ask: Ask) -> Page:
    """All versions of a project, the newest first. Raises NotFound when there is none to be seen."""
    versions = versions_of(ROW, project_id).c
    query = select(*columns(BrandProjectVersion, versions))
    found = await page(act, query, ask, Sorts({"version": versions.version}, versions.id, "-version"), project_id)
    if not found.rows:
        raise NotFound()
    return found
