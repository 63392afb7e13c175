"""Branches, and the organisations they cover, as rows for the wire."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select

from app.core.acts import Act
from app.core.clock import day_of
from app.core.dated import valid_on
from app.core.errors import FieldError, Invalid, NotFound
from app.core.history import as_of, versions_of
from app.core.narrowing import within
from app.core.pagination import Ask, Page, Sorts, page
from app.core.rows import columns, padded
from app.services.authorities.facts import DIGITS, span
from app.services.authorities.models import Authority
from app.services.authorities.reads import parsed_code
from app.services.branches.facts import TermKind
from app.services.branches.models import Branch, BranchOrganization
from app.services.branches.schemas import BranchFilters, BranchRead, BranchVersion, CoveredOrganization
from app.services.hosts.models import Host
from app.services.organizations.models import Organization
from app.services.regions.stated import stated_span

SORTED = ("region_code", "founded_on", "name")
EXACT = (
    "level",
    "formation_mode",
    "management_mode",
    "stage",
    "authority_id",
    "host_id",
    "parent_id",
    "term_kind",
)


@dataclass(frozen=True, slots=True)
class Shown:
    """Branches as they are told, today's or as they were known at a time, and the columns that they are narrowed by."""

    query: "Select[Any]"
    branch: Any
    authority: Any


def _shown(day: date) -> Shown:
    covered = (
        select(func.count())
        .where(
            BranchOrganization.branch_id == Branch.id,
            valid_on(BranchOrganization.valid_from, BranchOrganization.valid_to, day),
        )
        .correlate(Branch)
        .scalar_subquery()
    )
    return _told(Branch, Authority, Host, covered)


def _known(at: datetime, only: list[UUID] | None = None) -> Shown:
    """Each noun as it was known then; a row written before terms were told is regular."""
    branch, authority, host = as_of(Branch, at, only), as_of(Authority, at), as_of(Host, at)
    link = as_of(BranchOrganization, at).c
    counted = (
        select(link.branch_id, func.count().label("covered"))
        .where(valid_on(link.valid_from, link.valid_to, day_of(at)))
        .group_by(link.branch_id)
        .subquery("counted")
    )
    shown = _told(
        branch,
        authority,
        host,
        func.coalesce(counted.c.covered, 0),
        term_kind=func.coalesce(branch.c.term_kind, TermKind.regular),
        succeeded=func.coalesce(branch.c.succeeded, False),
    )
    return replace(shown, query=shown.query.outerjoin(counted, counted.c.branch_id == branch.c.id))


def _told(branch: Any, authority: Any, host: Any, covered: ColumnElement[int], **then: ColumnElement[Any]) -> Shown:
    row, above, ground = (getattr(each, "c", each) for each in (branch, authority, host))
    query = (
        select(
            *columns(
                BranchRead,
                row,
                region_code=padded(row.region_code),
                authority_code=padded(row.authority_code, DIGITS),
                outflow_authority_code=padded(row.outflow_authority_code, DIGITS),
                authority_name=above.name,
                host_name=ground.name,
                organizations_covered=covered,
                **then,
            )
        )
        .select_from(branch)
        .outerjoin(authority, above.id == row.authority_id)
        .outerjoin(host, ground.id == row.host_id)
    )
    return Shown(query, row, above)


async def listed(act: Act, filters: BranchFilters, ask: Ask) -> Page:
    """One page of branches, by region unless another sort is asked for. Raises Invalid for a time to come."""
    shown = _shown(act.today) if filters.as_of is None else _known(_past(act, filters.as_of))
    branch, query = shown.branch, shown.query
    lines = (branch.authority_code, branch.outflow_authority_code)
    query = query.where(*within(act, branch.region_code, lines, [branch.id]))
    if filters.region is not None:
        low, high = stated_span(filters.region, filters.region_level)
        query = query.where(branch.region_code >= low, branch.region_code < high)
    if filters.authority is not None:
        low, high = span(parsed_code(filters.authority, "/authority"))
        query = query.where(shown.authority.code >= low, shown.authority.code < high)
    for name in EXACT:
        value = getattr(filters, name)
        if value is not None:
            query = query.where(getattr(branch, name) == value)
    if filters.organization_id is not None:
        links = select(BranchOrganization.branch_id).where(
            BranchOrganization.organization_id == filters.organization_id
        )
        query = query.where(branch.id.in_(links))
    if filters.name is not None:
        query = query.where(func.strpos(branch.name, filters.name) > 0)
    if filters.standing_on is not None:
        query = query.where(
            branch.founded_on <= filters.standing_on,
            or_(branch.dissolved_on.is_(None), branch.dissolved_on > filters.standing_on),
        )
    if filters.ends_before is not None:
        query = query.where(branch.ends_on < filters.ends_before, branch.dissolved_on.is_(None))
    sorts = Sorts({name: getattr(branch, name) for name in SORTED}, branch.id, "region_code")
    return await page(act, query, ask, sorts, [getattr(filters, name) for name in BranchFilters.model_fields])


def _past(act: Act, at: datetime) -> datetime:
    if at > act.now:
        raise Invalid(errors=(FieldError("/as_of", "instant_future"),))
    return at


async def one(act: Act, branch_id: UUID, at: datetime | None = None) -> dict[str, Any]:
    """One branch with its departures, today's or as it was known at a time. Raises NotFound."""
    shown = _shown(act.today) if at is None else _known(_past(act, at), [branch_id])
    query = shown.query.add_columns(shown.branch.departures).where(shown.branch.id == branch_id)
    row = (await act.session.execute(query)).mappings().first()
    if row is None:
        raise NotFound()
    return dict(row)


async def history(act: Act, branch_id: UUID, ask: Ask) -> Page:
    """All versions of a branch, the newest first. Raises NotFound when there is none to be seen."""
    versions = versions_of(Branch, branch_id).c
    query = select(
        *columns(
            BranchVersion,
            versions,
            region_code=padded(versions.region_code),
            term_kind=func.coalesce(versions.term_kind, TermKind.regular),
            succeeded=func.coalesce(versions.succeeded, False),
        )
    )
    found = await page(act, query, ask, Sorts({"version": versions.version}, versions.id, "-version"), branch_id)
    if not found.rows:
        raise NotFound()
    return found


async def covered(act: Act, branch_id: UUID, day: date | None, ask: Ask, at: datetime | None = None) -> Page:
    """The organisations that a branch covers on a day, or ever, today's or as it was known at a time.

    Raises NotFound for a branch that is not to be seen, Invalid for a time to come.
    """
    if await act.session.scalar(select(Branch.id).where(Branch.id == branch_id)) is None:
        raise NotFound()
    links: Any = BranchOrganization
    organizations: Any = Organization
    if at is not None:
        own = BranchOrganization.branch_id == branch_id  # links end and are never removed
        links = as_of(BranchOrganization, _past(act, at), select(BranchOrganization.id).where(own))
        organizations = as_of(Organization, at, select(BranchOrganization.organization_id).where(own))
    link, organization = getattr(links, "c", links), getattr(organizations, "c", organizations)
    query = (
        select(
            *columns(
                CoveredOrganization,
                link,
                organization_name=organization.name,
                uscc=organization.uscc,
                region_code=padded(organization.region_code),
            )
        )
        .select_from(links)
        .join(organizations, organization.id == link.organization_id)
        .where(link.branch_id == branch_id)
    )
    if day is not None:
        query = query.where(valid_on(link.valid_from, link.valid_to, day))
    sorts = Sorts({"valid_from": link.valid_from}, link.id, "valid_from")
    return await page(act, query, ask, sorts, (branch_id, day, at))
