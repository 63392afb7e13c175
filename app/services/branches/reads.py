"""Branches, and the organisations they cover, as rows for the wire."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, or_, select

from app.core.acts import Act
from app.core.dated import valid_on
from app.core.errors import NotFound
from app.core.history import versions_of
from app.core.narrowing import within
from app.core.pagination import Ask, Page, Sorts, page
from app.core.rows import columns, padded
from app.services.authorities.facts import DIGITS, span
from app.services.authorities.models import Authority
from app.services.authorities.reads import parsed_code
from app.services.branches.models import Branch, BranchOrganization
from app.services.branches.schemas import BranchFilters, BranchRead, BranchVersion, CoveredOrganization
from app.services.hosts.models import Host
from app.services.organizations.models import Organization
from app.services.regions.stated import stated_span

SORTS = Sorts(
    {"region_code": Branch.region_code, "founded_on": Branch.founded_on, "name": Branch.name}, Branch.id, "region_code"
)
EXACT = ("level", "formation_mode", "management_mode", "stage", "authority_id", "host_id", "parent_id")


def _shown(today: date) -> "Select[Any]":
    covered = (
        select(func.count())
        .where(
            BranchOrganization.branch_id == Branch.id,
            valid_on(BranchOrganization.valid_from, BranchOrganization.valid_to, today),
        )
        .correlate(Branch)
        .scalar_subquery()
    )
    return (
        select(
            *columns(
                BranchRead,
                Branch,
                region_code=padded(Branch.region_code),
                authority_code=padded(Branch.authority_code, DIGITS),
                outflow_authority_code=padded(Branch.outflow_authority_code, DIGITS),
                authority_name=Authority.name,
                host_name=Host.name,
                organizations_covered=covered,
            )
        )
        .outerjoin(Authority, Authority.id == Branch.authority_id)
        .outerjoin(Host, Host.id == Branch.host_id)
    )


async def listed(act: Act, filters: BranchFilters, ask: Ask) -> Page:
    """One page of branches, by region unless another sort is asked for."""
    lines = (Branch.authority_code, Branch.outflow_authority_code)
    query = _shown(act.today).where(*within(act, Branch.region_code, lines, [Branch.id]))
    if filters.region is not None:
        low, high = stated_span(filters.region, filters.region_level)
        query = query.where(Branch.region_code >= low, Branch.region_code < high)
    if filters.authority is not None:
        low, high = span(parsed_code(filters.authority, "/authority"))
        query = query.where(Authority.code >= low, Authority.code < high)
    for name in EXACT:
        value = getattr(filters, name)
        if value is not None:
            query = query.where(getattr(Branch, name) == value)
    if filters.organization_id is not None:
        links = select(BranchOrganization.branch_id).where(
            BranchOrganization.organization_id == filters.organization_id
        )
        query = query.where(Branch.id.in_(links))
    if filters.name is not None:
        query = query.where(func.strpos(Branch.name, filters.name) > 0)
    if filters.standing_on is not None:
        query = query.where(
            Branch.founded_on <= filters.standing_on,
            or_(Branch.dissolved_on.is_(None), Branch.dissolved_on > filters.standing_on),
        )
    return await page(act, query, ask, SORTS, [getattr(filters, name) for name in BranchFilters.model_fields])


async def one(act: Act, branch_id: UUID) -> dict[str, Any]:
    """One branch with its departures. Raises NotFound."""
    query = _shown(act.today).add_columns(Branch.departures).where(Branch.id == branch_id)
    row = (await act.session.execute(query)).mappings().first()
    if row is None:
        raise NotFound()
    return dict(row)


async def history(act: Act, branch_id: UUID, ask: Ask) -> Page:
    """All versions of a branch, the newest first. Raises NotFound when there is none to be seen."""
    versions = versions_of(Branch, branch_id).c
    query = select(*columns(BranchVersion, versions, region_code=padded(versions.region_code)))
    found = await page(act, query, ask, Sorts({"version": versions.version}, versions.id, "-version"), branch_id)
    if not found.rows:
        raise NotFound()
    return found


async def covered(act: Act, branch_id: UUID, day: date | None, ask: Ask) -> Page:
    """The organisations that a branch covers on a day, or ever. Raises NotFound for a branch that is not to be seen."""
    if await act.session.scalar(select(Branch.id).where(Branch.id == branch_id)) is None:
        raise NotFound()
    link = BranchOrganization
    query = (
        select(
            *columns(
                CoveredOrganization,
                link,
                organization_name=Organization.name,
                uscc=Organization.uscc,
                region_code=padded(Organization.region_code),
            )
        )
        .join(Organization, Organization.id == link.organization_id)
        .where(link.branch_id == branch_id)
    )
    if day is not None:
        query = query.where(valid_on(link.valid_from, link.valid_to, day))
    return await page(act, query, ask, Sorts({"valid_from": link.valid_from}, link.id, "valid_from"), (branch_id, day))
