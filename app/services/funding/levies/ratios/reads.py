"""Filed ratios as rows for the wire."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, select

from app.core.acts import Act
from app.core.errors import NotFound
from app.core.history import versions_of
from app.core.pagination import Ask, Page, Sorts, page
from app.core.rows import columns, selecting
from app.services.funding.levies.models import LevyRatio
from app.services.funding.levies.ratios.schemas import RatioFilters, RatioRead, RatioVersion
from app.services.funding.levies.reads import asked, narrowed, placed, stands
from app.services.organizations.models import Organization

ROW = LevyRatio
SORTS = Sorts({"region_code": ROW.region_code, "year": ROW.year, "filed_on": ROW.filed_on}, ROW.id, "region_code")
EXACT = ("organization_id", "branch_id", "year", "state")


def _shown() -> "Select[Any]":
    firm = Organization
    query = selecting(RatioRead, ROW, organization_name=firm.name, uscc=firm.uscc, **stands(ROW))
    return query.join(firm, firm.id == ROW.organization_id)


async def listed(act: Act, filters: RatioFilters, ask: Ask) -> Page:
    """One page of filings of the caller's own region, line and branch."""
    query = narrowed(_shown().where(*placed(act, ROW)), ROW, filters, EXACT)
    return await page(act, query, ask, SORTS, asked(filters))


async def one(act: Act, ratio_id: UUID) -> dict[str, Any]:
    """One filing, with what was let pass. Raises NotFound."""
    query = _shown().add_columns(ROW.departures).where(ROW.id == ratio_id)
    row = (await act.session.execute(query)).mappings().first()
    if row is None:
        raise NotFound()
    return dict(row)


async def history(act: Act, ratio_id: UUID, ask: Ask) -> Page:
    """All versions of a filing, the newest first. Raises NotFound when there is none to be seen."""
    versions = versions_of(ROW, ratio_id).c
    query = select(*columns(RatioVersion, versions))
    found = await page(act, query, ask, Sorts({"version": versions.version}, versions.id, "-version"), ratio_id)
    if not found.rows:
        raise NotFound()
    return found
