"""Payrolls as rows for the wire. Amounts are integer fen."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, select

from app.core.acts import Act
from app.core.errors import NotFound
from app.core.history import versions_of
from app.core.pagination import Ask, Page, Sorts, page
from app.core.rows import columns, selecting
from app.services.funding.levies.models import OrganizationPayroll
from app.services.funding.levies.payrolls.schemas import PayrollFilters, PayrollRead, PayrollVersion
from app.services.funding.levies.reads import asked, narrowed, placed, stands
from app.services.organizations.models import Organization

ROW = OrganizationPayroll
SORTS = Sorts({"region_code": ROW.region_code, "year": ROW.year, "said_at": ROW.said_at}, ROW.id, "region_code")
EXACT = ("organization_id", "branch_id", "year", "source")


def _shown() -> "Select[Any]":
    firm = Organization
    query = selecting(PayrollRead, ROW, organization_name=firm.name, uscc=firm.uscc, **stands(ROW))
    return query.join(firm, firm.id == ROW.organization_id)


async def listed(act: Act, filters: PayrollFilters, ask: Ask) -> Page:
    """One page of payrolls of the caller's own region, line and branch."""
    query = narrowed(_shown().where(*placed(act, ROW)), ROW, filters, EXACT)
    if filters.differing is not None:
        differs = ROW.reported_fen.is_distinct_from(ROW.payroll_fen) & ROW.reported_fen.is_not(None)
        query = query.where(differs if filters.differing else ~differs)
    return await page(act, query, ask, SORTS, asked(filters))


async def one(act: Act, payroll_id: UUID) -> dict[str, Any]:
    """One payroll. Raises NotFound."""
    row = (await act.session.execute(_shown().where(ROW.id == payroll_id))).mappings().first()
    if row is None:
        raise NotFound()
    return dict(row)


async def history(act: Act, payroll_id: UUID, ask: Ask) -> Page:
    """All versions of a payroll, the newest first. Raises NotFound when there is none to be seen."""
    versions = versions_of(ROW, payroll_id).c
    query = select(*columns(PayrollVersion, versions))
    found = await page(act, query, ask, Sorts({"version": versions.version}, versions.id, "-version"), payroll_id)
    if not found.rows:
        raise NotFound()
    return found
