"""Terms and posts as rows for the wire."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, case, func, literal, select

from app.core.acts import Act
from app.core.errors import NotFound
from app.core.history import versions_of
from app.core.narrowing import within
from app.core.pagination import Ask, Page, Sorts, page
from app.core.rows import columns, padded, selecting
from app.services.authorities.facts import DIGITS, span
from app.services.authorities.reads import parsed_code
from app.services.branches.models import Branch
from app.services.members.models import Member
from app.services.regions.stated import stated_span
from app.services.teams.facts import TermState
from app.services.teams.models import Post, Term
from app.services.teams.schemas import PostFilters, PostRead, TermFilters, TermRead, TermVersion

RUNS_TO = func.coalesce(Term.extended_to, Term.due_on)
SORTS = Sorts(
    {"region_code": Term.region_code, "due_on": Term.due_on, "valid_from": Term.valid_from}, Term.id, "region_code"
)
POST_SORTS = Sorts({"region_code": Post.region_code, "valid_from": Post.valid_from}, Post.id, "region_code")


def _state(today: date, soon: date) -> ColumnElement[str]:
    """Where a term stands today; one that runs to a day before `soon` is ending soon."""
    return case(
        (Term.valid_to.is_not(None), TermState.ended.value),
        (today > RUNS_TO, TermState.overdue.value),
        (soon >= RUNS_TO, TermState.ending_soon.value),
        else_=TermState.current.value,
    )


def _terms(act: Act, soon: date) -> "Select[Any]":
    held = (
        select(func.count()).where(Post.term_id == Term.id, Post.valid_to.is_(None)).correlate(Term).scalar_subquery()
    )
    return (
        select(
            *columns(
                TermRead,
                Term,
                branch_name=Branch.name,
                region_code=padded(Term.region_code),
                authority_code=padded(Term.authority_code, DIGITS),
                state=_state(act.today, soon),
                posts_held=held,
            )
        )
        .join(Branch, Branch.id == Term.branch_id)
        .where(*within(act, Term.region_code, (Term.authority_code, Term.outflow_authority_code), [Term.branch_id]))
    )


async def listed(act: Act, filters: TermFilters, soon: date, ask: Ask) -> Page:
    """One page of terms, by region unless another sort is asked for. One that runs to a day up to `soon` ends soon."""
    query = _placed(_terms(act, soon), Term, filters)
    if filters.state is not None:
        query = query.where(_state(act.today, soon) == literal(filters.state.value))
    if filters.in_office is not None:
        query = query.where(Term.valid_to.is_(None) if filters.in_office else Term.valid_to.is_not(None))
    if filters.election is not None:
        query = query.where(Term.election == filters.election)
    if filters.due_before is not None:
        query = query.where(filters.due_before > RUNS_TO)
    return await page(act, query, ask, SORTS, [getattr(filters, name) for name in TermFilters.model_fields])


async def one(act: Act, term_id: UUID, soon: date) -> dict[str, Any]:
    """One term with its departures. Raises NotFound."""
    query = _terms(act, soon).add_columns(Term.departures, Term.outflow_authority_code).where(Term.id == term_id)
    row = (await act.session.execute(query)).mappings().first()
    if row is None:
        raise NotFound()
    return dict(row)


async def branch_of(act: Act, term_id: UUID) -> tuple[UUID, int]:
    """The branch of a term, and the region it stands in. Raises NotFound."""
    row = (await act.session.execute(select(Term.branch_id, Term.region_code).where(Term.id == term_id))).first()
    if row is None:
        raise NotFound()
    return row[0], row[1]


def _posts(act: Act) -> "Select[Any]":
    name = func.coalesce(Member.name, Post.holder_name)
    return (
        selecting(PostRead, Post, branch_name=Branch.name, region_code=padded(Post.region_code), holder_name=name)
        .join(Branch, Branch.id == Post.branch_id)
        .outerjoin(Member, Member.id == Post.member_id)
        .where(*within(act, Post.region_code, (Post.authority_code, Post.outflow_authority_code), [Post.branch_id]))
    )


async def posts(act: Act, filters: PostFilters, ask: Ask) -> Page:
    """One page of posts with their holders' names, by region unless another sort is asked for."""
    query = _placed(_posts(act), Post, filters)
    for name in ("term_id", "member_id", "worker_id", "role", "selection_channel"):
        value = getattr(filters, name)
        if value is not None:
            query = query.where(getattr(Post, name) == value)
    if filters.qualification is not None:
        query = query.where(Post.qualifications.contains([filters.qualification.value]))
    if filters.held is not None:
        query = query.where(Post.valid_to.is_(None) if filters.held else Post.valid_to.is_not(None))
    return await page(act, query, ask, POST_SORTS, [getattr(filters, name) for name in PostFilters.model_fields])


async def posts_of(act: Act, term_id: UUID) -> list[dict[str, Any]]:
    """The posts of a term, those held first, the secretary before deputies before committee members."""
    rank = case((Post.role == "secretary", 0), (Post.role == "deputy_secretary", 1), else_=2)
    query = _posts(act).where(Post.term_id == term_id)
    query = query.order_by(Post.valid_to.is_not(None), rank, Post.valid_from, Post.id)
    return [dict(row) for row in (await act.session.execute(query)).mappings()]


async def history(act: Act, term_id: UUID, ask: Ask) -> Page:
    """All versions of a term, the newest first. Raises NotFound when there is none to be seen."""
    versions = versions_of(Term, term_id).c
    query = select(*columns(TermVersion, versions, region_code=padded(versions.region_code)))
    found = await page(act, query, ask, Sorts({"version": versions.version}, versions.id, "-version"), term_id)
    if not found.rows:
        raise NotFound()
    return found


def _placed(query: "Select[Any]", model: Any, filters: TermFilters | PostFilters) -> "Select[Any]":
    if filters.branch_id is not None:
        query = query.where(model.branch_id == filters.branch_id)
    if filters.region is not None:
        low, high = stated_span(filters.region, filters.region_level)
        query = query.where(model.region_code >= low, model.region_code < high)
    if filters.authority is not None:
        low, high = span(parsed_code(filters.authority, "/authority"))
        query = query.where(model.authority_code >= low, model.authority_code < high)
    return query
