"""Authorities as rows for the wire."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, case, func, literal, or_, select
from sqlalchemy.orm import aliased

from app.core.acts import Act
from app.core.errors import FieldError, Invalid, NotFound
from app.core.history import versions_of
from app.core.pagination import Ask, Page, Sorts, page
from app.core.rows import columns, padded, selecting
from app.core.wire import action
from app.services.access.permissions import Permission
from app.services.authorities.facts import DEPTHS, DIGITS, AuthorityKind, above, depth, parsed, span
from app.services.authorities.models import Authority
from app.services.authorities.schemas import AuthorityFilters, AuthorityNode, AuthorityRead, AuthorityVersion
from app.services.regions.stated import stated_span

SORTS = Sorts(
    {"code": Authority.code, "region_code": Authority.region_code, "name": Authority.name}, Authority.id, "code"
)
WRITTEN = {"code": padded(Authority.code, DIGITS), "region_code": padded(Authority.region_code)}


def parsed_code(text: str, pointer: str) -> int:
    """A code from the wire. Raises Invalid at `pointer`."""
    try:
        return parsed(text)
    except ValueError as error:
        raise Invalid(errors=(FieldError(pointer, "authority_code"),)) from error


async def listed(act: Act, filters: AuthorityFilters, ask: Ask) -> Page:
    """One page of authorities, in the order of their codes unless another sort is asked for."""
    query = selecting(AuthorityRead, Authority, **WRITTEN)
    if filters.region is not None:
        low, high = stated_span(filters.region, filters.region_level)
        query = query.where(Authority.region_code >= low, Authority.region_code < high)
    if filters.under is not None:
        low, high = span(parsed_code(filters.under, "/under"))
        query = query.where(Authority.code >= low, Authority.code < high)
    if filters.kind is not None:
        query = query.where(Authority.kind == filters.kind)
    if filters.name is not None:
        query = query.where(func.strpos(Authority.name, filters.name) > 0)
    if filters.standing_on is not None:
        query = query.where(
            or_(Authority.founded_on.is_(None), Authority.founded_on <= filters.standing_on),
            or_(Authority.dissolved_on.is_(None), Authority.dissolved_on > filters.standing_on),
        )
    return await page(act, query, ask, SORTS, [getattr(filters, name) for name in AuthorityFilters.model_fields])


async def detail(act: Act, authority_id: UUID) -> dict[str, Any]:
    """One authority with the actions the caller may take. Raises NotFound."""
    query = selecting(AuthorityRead, Authority, **WRITTEN).where(Authority.id == authority_id)
    row = (await act.session.execute(query)).mappings().first()
    if row is None:
        raise NotFound()
    refusal = None if Permission.authorities_write in act.by.permissions else "permission"
    refusal = refusal or (None if act.scope.contains(int(row["region_code"])) else "outside_scope")
    ended = refusal or ("authority_dissolved" if row["dissolved_on"] is not None else None)
    seated = None if row["kind"] == AuthorityKind.work_committee else "authority_no_committee"
    return {
        **row,
        "parent_id": await parent_of(act, int(row["code"])),
        "allowed_actions": [
            action("update", refusal),
            action("dissolve", ended),
            action("hand_over", ended),
            action("seat", ended or seated),
        ],
    }


async def parent_of(act: Act, code: int) -> UUID | None:
    """The nearest body above a code that the caller sees."""
    query = select(Authority.id).where(Authority.code.in_(above(code))).order_by(Authority.code.desc()).limit(1)
    return await act.session.scalar(query)


async def line(act: Act, authority_id: UUID, deep: int, ask: Ask) -> Page:
    """An authority and all under it down to so many levels of the code, each before its own. Raises NotFound."""
    top = await act.session.scalar(select(Authority.code).where(Authority.id == authority_id))
    if top is None:
        raise NotFound()
    low, high = span(top)
    query = _nodes(low, high).where(_depth(Authority.code) <= depth(top) + deep)
    return await page(act, query, ask, SORTS, (authority_id, deep))


async def children(act: Act, authority_id: UUID, ask: Ask) -> Page:
    """The bodies directly under one: those with no other between. Raises NotFound."""
    top = await act.session.scalar(select(Authority.code).where(Authority.id == authority_id))
    if top is None:
        raise NotFound()
    low, high = span(top)
    between = aliased(Authority)
    inner = select(between.id).where(
        between.code.in_(_above(Authority.code)), between.code > low, between.code < Authority.code
    )
    query = _nodes(low, high).where(Authority.code != top, ~inner.exists())
    return await page(act, query, ask, SORTS, authority_id)


def _nodes(low: int, high: int) -> "Select[Any]":
    over = aliased(Authority)
    nearest = (
        select(over.id)
        .where(over.code.in_(_above(Authority.code)), over.code >= low, over.code < Authority.code)
        .order_by(over.code.desc())
        .limit(1)
        .correlate(Authority)
        .scalar_subquery()
    )
    deep = _depth(Authority.code) - literal(depth(low))
    query = selecting(AuthorityNode, Authority, **WRITTEN, parent_id=nearest, depth=deep)
    return query.where(Authority.code >= low, Authority.code < high)


def _depth(code: Any) -> ColumnElement[int]:
    """facts.depth, asked of a column."""
    return case(*((code % 1000 ** (DEPTHS - deep) == 0, deep) for deep in range(1, DEPTHS)), else_=DEPTHS)


def _above(code: Any) -> list[ColumnElement[int]]:
    """facts.above, asked of a column; with the code itself where its own lowest levels are empty."""
    return [code - code % 1000**step for step in range(1, DEPTHS)]


async def history(act: Act, authority_id: UUID, ask: Ask) -> Page:
    """All versions of an authority, the newest first. Raises NotFound when there is none to be seen."""
    versions = versions_of(Authority, authority_id).c
    query = select(
        *columns(
            AuthorityVersion,
            versions,
            code=padded(versions.code, DIGITS),
            region_code=padded(versions.region_code),
        )
    )
    found = await page(act, query, ask, Sorts({"version": versions.version}, versions.id, "-version"), authority_id)
    if not found.rows:
        raise NotFound()
    return found
