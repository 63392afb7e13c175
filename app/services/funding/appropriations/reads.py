"""Appropriations and their lines as rows for the wire."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, text, true

from app.core.acts import Act
from app.core.errors import NotFound
from app.core.history import versions_of
from app.core.narrowing import within
from app.core.pagination import Ask, Page, Sorts, page
from app.core.rows import columns, padded, selecting
from app.services.authorities.facts import DIGITS, span
from app.services.authorities.models import Authority
from app.services.authorities.reads import parsed_code
from app.services.branches.models import Branch
from app.services.funding.appropriations.facts import AppropriationState
from app.services.funding.appropriations.item_schemas import AppropriationItemFilters, AppropriationItemRead
from app.services.funding.appropriations.models import FundingAppropriation, FundingAppropriationItem
from app.services.funding.appropriations.reaching import Body
from app.services.funding.appropriations.schemas import AppropriationFilters, AppropriationRead, AppropriationVersion
from app.services.regions.stated import stated_span

ROW = FundingAppropriation
ITEM = FundingAppropriationItem
SORTS = Sorts({"created_at": ROW.created_at, "year": ROW.year, "region_code": ROW.region_code}, ROW.id, "-created_at")
ITEM_SORTS = Sorts(
    {"place_code": ITEM.place_code, "branch_id": ITEM.branch_id, "amount_fen": ITEM.amount_fen}, ITEM.id, "branch_id"
)
EXACT = ("committee_id", "year", "purse", "state")
ITEM_EXACT = ("appropriation_id", "committee_id", "branch_id", "year", "purse", "kind", "state")
REAL = (AppropriationState.posted, AppropriationState.reversed)


def stands(source: Any) -> dict[str, ColumnElement[str]]:
    """The codes of where a committee's row stands, as they are written."""
    return {"region_code": padded(source.region_code), "authority_code": padded(source.authority_code, DIGITS)}


def placed(source: Any) -> dict[str, ColumnElement[str]]:
    """The codes of where a branch stands, as they are written."""
    return {"place_code": padded(source.place_code), "line_code": padded(source.line_code, DIGITS)}


def narrowed(
    query: "Select[Any]", filters: Any, exact: Sequence[str], source: Any, place: Any, line: Any
) -> "Select[Any]":
    """Narrow a list by place and line, and by what is to be equal. Raises Invalid."""
    if filters.region is not None:
        low, high = stated_span(filters.region, filters.region_level)
        query = query.where(place >= low, place < high)
    if filters.authority is not None:
        low, high = span(parsed_code(filters.authority, "/authority"))
        query = query.where(line >= low, line < high)
    for name in exact:
        if getattr(filters, name) is not None:
            query = query.where(getattr(source, name) == getattr(filters, name))
    return query


def told(filters: Any, schema: type[Any]) -> list[Any]:
    """The values of a list's filters, by which a cursor is bound."""
    return [getattr(filters, name) for name in schema.model_fields]


async def body(act: Act, authority_id: UUID) -> Body | None:
    """An authority that may be seen."""
    row = Authority
    query = select(row.kind, row.region_code, row.region_level, row.code, row.dissolved_on)
    found = (await act.session.execute(query.where(row.id == authority_id))).first()
    return None if found is None else Body(*found)


async def asked(act: Act, committee_id: UUID, branch_id: UUID) -> Body | None:
    """A committee that gives to this branch, seen or not; None where it does not, or is none."""
    query = text("SELECT * FROM funding_committee(:committee, :branch)")
    found = (await act.session.execute(query, {"committee": committee_id, "branch": branch_id})).first()
    return None if found is None else Body(*found)


async def branch(act: Act, branch_id: UUID) -> tuple[str, int, int] | None:
    """Name, region code and managing authority's code of a branch that may be seen and stands."""
    row = Branch
    query = select(row.name, row.region_code, row.authority_code, row.dissolved_on).where(row.id == branch_id)
    found = (await act.session.execute(query)).first()
    if found is None or (found.dissolved_on is not None and found.dissolved_on <= act.today):
        return None
    return found.name, found.region_code, found.authority_code


def _shown() -> "Select[Any]":
    named = select(Authority.name).where(Authority.id == ROW.committee_id).correlate(ROW).scalar_subquery()
    return selecting(AppropriationRead, ROW, committee_name=named, **stands(ROW))


async def listed(act: Act, filters: AppropriationFilters, ask: Ask) -> Page:
    """One page of appropriations, the latest first unless another sort is asked for."""
    query = _shown().where(*within(act, ROW.region_code, [ROW.authority_code]))
    query = narrowed(query, filters, EXACT, ROW, ROW.region_code, ROW.authority_code)
    return await page(act, query, ask, SORTS, told(filters, AppropriationFilters))


async def one(act: Act, appropriation_id: UUID) -> dict[str, Any]:
    """One appropriation with what it rests on. Raises NotFound."""
    query = _shown().add_columns(ROW.drawn_by, ROW.policy, ROW.left_out).where(ROW.id == appropriation_id)
    row = (await act.session.execute(query)).mappings().first()
    if row is None:
        raise NotFound()
    return dict(row)


async def sums(act: Act, appropriation_id: UUID) -> list[dict[str, Any]]:
    """What its lines come to, by kind."""
    query = (
        select(ITEM.kind, func.count().label("lines"), func.sum(ITEM.amount_fen).label("amount_fen"))
        .where(ITEM.appropriation_id == appropriation_id)
        .group_by(ITEM.kind)
        .order_by(ITEM.kind)
    )
    return [
        {**row, "amount_fen": int(row["amount_fen"])} for row in (await act.session.execute(query)).mappings().all()
    ]


async def below_zero(act: Act, appropriation_id: UUID) -> int:
    """How many branches its lines take from."""
    net = (
        select(func.sum(ITEM.amount_fen).label("fen"))
        .where(ITEM.appropriation_id == appropriation_id)
        .group_by(ITEM.branch_id)
        .subquery()
    )
    return int(await act.session.scalar(select(func.count()).select_from(net).where(net.c.fen < 0)) or 0)


async def history(act: Act, appropriation_id: UUID, ask: Ask) -> Page:
    """All versions of an appropriation, the newest first. Raises NotFound when there is none to be seen."""
    versions = versions_of(ROW, appropriation_id).c
    query = select(*columns(AppropriationVersion, versions))
    sorts = Sorts({"version": versions.version}, versions.id, "-version")
    found = await page(act, query, ask, sorts, appropriation_id)
    if not found.rows:
        raise NotFound()
    return found


def _items(act: Act) -> "Select[Any]":
    names = [name for name in AppropriationItemRead.model_fields if name != "text"]
    computed: dict[str, Any] = {"supplement": ITEM.granted_fen > 0, **placed(ITEM)}
    office = and_(true(), *within(act, ITEM.region_code, [ITEM.authority_code]))
    branch = and_(ITEM.state.in_(REAL), *within(act, ITEM.place_code, [ITEM.line_code], [ITEM.branch_id]))
    shown = [(computed[name] if name in computed else getattr(ITEM, name)).label(name) for name in names]
    return select(*shown).where(or_(office, branch))


async def items(act: Act, filters: AppropriationItemFilters, ask: Ask) -> Page:
    """One page of lines, by branch unless another sort is asked for. Without `text`."""
    query = narrowed(_items(act), filters, ITEM_EXACT, ITEM, ITEM.place_code, ITEM.line_code)
    return await page(act, query, ask, ITEM_SORTS, told(filters, AppropriationItemFilters))


async def item(act: Act, item_id: UUID) -> dict[str, Any]:
    """One line, without `text`. Raises NotFound."""
    row = (await act.session.execute(_items(act).where(ITEM.id == item_id))).mappings().first()
    if row is None:
        raise NotFound()
    return dict(row)
