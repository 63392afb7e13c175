"""Affiliations, hand-overs, and what suggestions rest on, as rows."""

from collections.abc import Iterable
from datetime import date
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import BigInteger, and_, func, literal, or_, select, tuple_
from sqlalchemy.orm import aliased

from app.core.acts import Act
from app.core.dated import valid_on
from app.core.errors import NotFound
from app.core.narrowing import within
from app.core.pagination import Ask, Page, Sorts, page
from app.core.rows import columns, padded, selecting
from app.services.affiliations.facts import Body, Counted, Firm
from app.services.affiliations.models import Affiliation
from app.services.affiliations.schemas import AffiliationFilters, AffiliationRead, HandOverRead
from app.services.authorities.facts import DIGITS, AuthorityKind, span
from app.services.authorities.models import Authority, AuthorityHandover
from app.services.authorities.reads import parsed_code
from app.services.branches.models import Branch, BranchOrganization
from app.services.organizations.kinds import Kind
from app.services.organizations.models import Organization
from app.services.regions.stated import stated_span

FEN = 100
Span = tuple[int, int]
Key = Literal["child", "region"]
SORTS = Sorts(
    {"region_code": Affiliation.region_code, "valid_from": Affiliation.valid_from}, Affiliation.id, "region_code"
)
DATED = Sorts({"valid_from": Affiliation.valid_from}, Affiliation.id, "valid_from")
EXACT = ("authority_id", "branch_id", "management_mode", "handover_id")


def _shown() -> Any:
    return (
        select(
            *columns(
                AffiliationRead,
                Affiliation,
                branch_name=Branch.name,
                authority_name=Authority.name,
                authority_code=padded(Affiliation.authority_code, DIGITS),
                outflow_authority_code=padded(Affiliation.outflow_authority_code, DIGITS),
                region_code=padded(Affiliation.region_code),
            )
        )
        .outerjoin(Branch, Branch.id == Affiliation.branch_id)
        .outerjoin(Authority, Authority.id == Affiliation.authority_id)
    )


async def listed(act: Act, filters: AffiliationFilters, ask: Ask) -> Page:
    """One page of affiliations, by region unless another sort is asked for."""
    lines = (Affiliation.line_code, Affiliation.authority_code, Affiliation.outflow_authority_code)
    query = _shown().where(*within(act, Affiliation.region_code, lines, [Affiliation.branch_id]))
    if filters.region is not None:
        low, high = stated_span(filters.region, filters.region_level)
        query = query.where(Affiliation.region_code >= low, Affiliation.region_code < high)
    if filters.authority is not None:
        low, high = span(parsed_code(filters.authority, "/authority"))
        query = query.where(Affiliation.authority_code >= low, Affiliation.authority_code < high)
    if filters.outflow_authority is not None:
        low, high = span(parsed_code(filters.outflow_authority, "/outflow_authority"))
        query = query.where(Affiliation.outflow_authority_code >= low, Affiliation.outflow_authority_code < high)
    for name in EXACT:
        value = getattr(filters, name)
        if value is not None:
            query = query.where(getattr(Affiliation, name) == value)
    if filters.on is not None:
        query = query.where(valid_on(Affiliation.valid_from, Affiliation.valid_to, filters.on))
    if filters.since is not None:
        query = query.where(Affiliation.valid_from >= filters.since)
    return await page(act, query, ask, SORTS, [getattr(filters, name) for name in AffiliationFilters.model_fields])


async def of_branch(act: Act, branch_id: UUID, ask: Ask) -> Page:
    """All affiliations of a branch, the first one first. Raises NotFound for a branch that is not to be seen."""
    if await act.session.scalar(select(Branch.id).where(Branch.id == branch_id)) is None:
        raise NotFound()
    return await page(act, _shown().where(Affiliation.branch_id == branch_id), ask, DATED, branch_id)


async def handovers(act: Act, authority_id: UUID, ask: Ask) -> Page:
    """What a body handed over and what it received. Raises NotFound for a body that is not to be seen."""
    if await act.session.scalar(select(Authority.id).where(Authority.id == authority_id)) is None:
        raise NotFound()
    row, first, second = AuthorityHandover, aliased(Authority), aliased(Authority)
    query = (
        selecting(HandOverRead, row, authority_name=first.name, successor_name=second.name)
        .outerjoin(first, first.id == row.authority_id)
        .outerjoin(second, second.id == row.successor_id)
        .where(or_(row.authority_id == authority_id, row.successor_id == authority_id))
    )
    return await page(act, query, ask, Sorts({"handed_on": row.handed_on}, row.id, "-handed_on"), authority_id)


async def handover(act: Act, handover_id: UUID) -> dict[str, Any]:
    """One hand-over. Raises NotFound."""
    row, first, second = AuthorityHandover, aliased(Authority), aliased(Authority)
    query = (
        selecting(HandOverRead, row, authority_name=first.name, successor_name=second.name)
        .outerjoin(first, first.id == row.authority_id)
        .outerjoin(second, second.id == row.successor_id)
        .where(row.id == handover_id)
    )
    found = (await act.session.execute(query)).mappings().first()
    if found is None:
        raise NotFound()
    return dict(found)


async def bodies(act: Act, lineage: Iterable[tuple[int, int]]) -> tuple[Body, ...]:
    """The authorities that stand today and answer for a place or for one above it, as far as they are seen."""
    query = select(Authority).where(
        tuple_(Authority.region_code, Authority.region_level).in_(list(lineage)),
        or_(Authority.dissolved_on.is_(None), Authority.dissolved_on > act.today),
        or_(Authority.founded_on.is_(None), Authority.founded_on <= act.today),
    )
    return tuple(
        Body(
            str(row.id),
            row.code,
            row.name,
            AuthorityKind(row.kind),
            row.region_code,
            row.region_level,
            tuple(row.industries),
        )
        for row in await act.session.scalars(query)
    )


async def covered(act: Act, branch_id: UUID, day: date) -> list[UUID]:
    """The organisations that a branch covers on a day, as far as they are seen."""
    link = BranchOrganization
    query = select(link.organization_id).where(
        and_(link.branch_id == branch_id, valid_on(link.valid_from, link.valid_to, day))
    )
    return list(await act.session.scalars(query))


async def firms(act: Act, wanted: Iterable[UUID], directly_registered: bool | None = None) -> dict[UUID, Firm]:
    """Organisations as suggestions see them, as far as they are seen at all."""
    query = select(
        Organization.id,
        Organization.kind,
        Organization.industry,
        Organization.staff,
        func.div(Organization.revenue_fen, FEN).label("revenue_yuan"),
        Organization.above_scale_reported,
    ).where(Organization.id.in_(sorted(set(wanted))))
    return {
        row.id: Firm(
            Kind(row.kind),
            row.industry,
            row.staff,
            None if row.revenue_yuan is None else int(row.revenue_yuan),
            row.above_scale_reported,
            directly_registered,
        )
        for row in await act.session.execute(query)
    }


async def line_of(act: Act, authority_id: UUID) -> tuple[int, str]:
    """An authority's code and name. Raises NotFound."""
    found = (
        await act.session.execute(select(Authority.code, Authority.name).where(Authority.id == authority_id))
    ).first()
    if found is None:
        raise NotFound()
    return found.code, found.name


async def figures(act: Act, line: Span, place: Span, key: Key, width: int) -> list[Counted]:
    """The branches of a line in a place that stand today, counted by their facts; and what they cover."""
    column = {"child": Branch.authority_code, "region": Branch.region_code}[key]
    part = (column - column % literal(width, BigInteger)).label("key")
    standing = (
        Branch.authority_code >= line[0],
        Branch.authority_code < line[1],
        Branch.region_code >= place[0],
        Branch.region_code < place[1],
        or_(Branch.dissolved_on.is_(None), Branch.dissolved_on > act.today),
    )
    facts = (Branch.stage, Branch.management_mode, Branch.formation_mode, Branch.level)
    counted = select(
        part,
        *facts,
        func.count(),
        func.sum(Branch.formal_members),
        func.sum(Branch.probationary_members),
        literal(0),
    ).where(*standing)
    link = BranchOrganization
    covering = (
        select(part, *facts, literal(0), literal(0), literal(0), func.count())
        .join(link, link.branch_id == Branch.id)
        .where(*standing, valid_on(link.valid_from, link.valid_to, act.today))
    )
    both = counted.group_by(part, *facts).union_all(covering.group_by(part, *facts))
    return [Counted(*row) for row in await act.session.execute(both)]


async def outflow(act: Act, line: Span) -> int:
    """Branches elsewhere whose members came from the places of a line."""
    query = select(func.count()).where(
        Branch.outflow_authority_code >= line[0],
        Branch.outflow_authority_code < line[1],
        or_(Branch.dissolved_on.is_(None), Branch.dissolved_on > act.today),
    )
    return int(await act.session.scalar(query.select_from(Branch)) or 0)


async def named(act: Act, codes: Iterable[int]) -> dict[int, tuple[UUID, str]]:
    """The id and name of bodies by code."""
    query = select(Authority.code, Authority.id, Authority.name).where(Authority.code.in_(sorted(codes)))
    return {row.code: (row.id, row.name) for row in await act.session.execute(query)}
