"""Statements, their lines and matches as rows for the wire."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, exists, func, select

from app.core.acts import Act
from app.core.errors import NotFound
from app.core.history import versions_of
from app.core.narrowing import within
from app.core.pagination import Ask, Page, Sorts, page
from app.core.rows import columns, padded, selecting
from app.services.authorities.facts import DIGITS
from app.services.authorities.models import Authority
from app.services.branches.models import Branch
from app.services.funding.ledger.models import FundingAccount, FundingEntry, FundingLine
from app.services.funding.reconciling.facts import LineState
from app.services.funding.reconciling.models import BankMatch, BankMatchedLine, BankStatement, BankStatementLine
from app.services.funding.reconciling.schemas import (
    BookLineRead,
    LineFilters,
    LineRead,
    StatementFilters,
    StatementRead,
    StatementVersion,
)
from app.services.funding.reconciling.sheet_schemas import MatchFilters, MatchRead
from app.services.organizations.models import Organization
from app.services.regions.stated import stated_span

ROW = BankStatement
LINE = BankStatementLine
MATCH = BankMatch
SORTS = Sorts(
    {"until_on": ROW.until_on, "region_code": ROW.region_code, "settled_on": ROW.settled_on}, ROW.id, "-until_on"
)
LINES = Sorts({"position": LINE.position, "on_day": LINE.on_day, "amount_fen": LINE.amount_fen}, LINE.id, "position")
MATCHES = Sorts({"cleared_on": MATCH.cleared_on}, MATCH.id, "-cleared_on")
BOOKS = Sorts({"booked_on": FundingLine.booked_on}, FundingLine.id, "booked_on")
EXACT = ("committee_id", "branch_id", "organization_id", "account_id", "purse", "state")
SHOWN_LINES = 1_000


def _seen(act: Act, row: Any) -> list[Any]:
    return within(act, row.region_code, [row.authority_code], [row.branch_id])


def _placed(row: Any) -> dict[str, Any]:
    return {"region_code": padded(row.region_code), "authority_code": padded(row.authority_code, DIGITS)}


def _statements(act: Act) -> "Select[Any]":
    return selecting(StatementRead, ROW, holder_name=_holder(), **_placed(ROW)).where(*_seen(act, ROW))


def _holder() -> Any:
    """The name of whoever's account it is, looked up for the rows of the page alone."""
    held = FundingAccount
    return (
        select(func.coalesce(Authority.name, Branch.name, Organization.name))
        .select_from(held)
        .outerjoin(Authority, Authority.id == held.authority_id)
        .outerjoin(Branch, Branch.id == held.branch_id)
        .outerjoin(Organization, Organization.id == held.organization_id)
        .where(held.id == ROW.account_id)
        .correlate(ROW)
        .scalar_subquery()
    )


async def listed(act: Act, filters: StatementFilters, ask: Ask) -> Page:
    """One page of statements, the latest first unless another sort is asked for."""
    query = _statements(act)
    if filters.region is not None:
        low, high = stated_span(filters.region, filters.region_level)
        query = query.where(ROW.region_code >= low, ROW.region_code < high)
    for name in EXACT:
        if getattr(filters, name) is not None:
            query = query.where(getattr(ROW, name) == getattr(filters, name))
    if filters.on is not None:
        query = query.where(ROW.from_on <= filters.on, ROW.until_on >= filters.on)
    return await page(act, query, ask, SORTS, [getattr(filters, name) for name in StatementFilters.model_fields])


async def one(act: Act, statement_id: UUID) -> dict[str, Any]:
    """One statement with how it was read, and its frozen sheet. Raises NotFound."""
    query = _statements(act).add_columns(ROW.reading, ROW.sheet).where(ROW.id == statement_id)
    row = (await act.session.execute(query)).mappings().first()
    if row is None:
        raise NotFound()
    return dict(row)


async def counts(act: Act, statement_id: UUID) -> dict[str, int]:
    """How many lines of a statement are how far."""
    query = select(LINE.state, func.count()).where(LINE.statement_id == statement_id).group_by(LINE.state)
    found = {row[0]: row[1] for row in await act.session.execute(query)}
    return {str(state): found.get(str(state), 0) for state in LineState if state is not LineState.discarded}


async def history(act: Act, statement_id: UUID, ask: Ask) -> Page:
    """All versions of a statement, the newest first. Raises NotFound when there is none to be seen."""
    versions = versions_of(ROW, statement_id).c
    query = select(*columns(StatementVersion, versions))
    found = await page(act, query, ask, Sorts({"version": versions.version}, versions.id, "-version"), statement_id)
    if not found.rows:
        raise NotFound()
    return found


def _lines(act: Act) -> "Select[Any]":
    return selecting(LineRead, LINE, **_placed(LINE)).where(*_seen(act, LINE))


async def lines(act: Act, statement_id: UUID, filters: LineFilters, ask: Ask) -> Page:
    """One page of a statement's lines, in the order of the file. Raises NotFound."""
    if await act.session.scalar(select(ROW.id).where(ROW.id == statement_id, *_seen(act, ROW))) is None:
        raise NotFound()
    query = _lines(act).where(LINE.statement_id == statement_id)
    if filters.state is not None:
        query = query.where(LINE.state.in_(filters.state))
    return await page(act, query, ask, LINES, [statement_id, sorted(filters.state or ())])


async def line(act: Act, line_id: UUID) -> dict[str, Any]:
    """One line of a statement. Raises NotFound."""
    row = (await act.session.execute(_lines(act).where(LINE.id == line_id))).mappings().first()
    if row is None:
        raise NotFound()
    return dict(row)


def _books() -> "Select[Any]":
    """Lines of the books; an entry's own text is the office's to see."""
    text = func.coalesce(FundingLine.text, FundingEntry.text)
    return selecting(BookLineRead, FundingLine, text=text).outerjoin(
        FundingEntry, FundingEntry.id == FundingLine.entry_id
    )


async def book_line(act: Act, line_id: UUID) -> dict[str, Any] | None:
    """One line of the books, where it may be seen."""
    row = (await act.session.execute(_books().where(FundingLine.id == line_id))).mappings().first()
    return None if row is None else dict(row)


async def candidates(act: Act, told: dict[str, Any], ask: Ask, *, same_amount: bool) -> Page:
    """Lines of the books that belong to nothing yet and may be what a statement's line tells, by day."""
    taken = exists().where(BankMatchedLine.line_id == FundingLine.id)
    query = _books().where(FundingLine.account_id == told["account_id"], ~taken)
    if same_amount:
        query = query.where(FundingLine.amount_fen == told["amount_fen"])
    return await page(act, query, ask, BOOKS, [told["id"], same_amount])


def _matches(act: Act) -> "Select[Any]":
    return selecting(MatchRead, MATCH, **_placed(MATCH)).where(*_seen(act, MATCH))


async def matches(act: Act, filters: MatchFilters, ask: Ask) -> Page:
    """One page of matches, those cleared last leading."""
    query = _matches(act)
    for name in ("account_id", "rule", "automatic"):
        if getattr(filters, name) is not None:
            query = query.where(getattr(MATCH, name) == getattr(filters, name))
    if filters.statement_id is not None:
        query = query.where(exists().where(and_(LINE.match_id == MATCH.id, LINE.statement_id == filters.statement_id)))
    return await page(act, query, ask, MATCHES, [getattr(filters, name) for name in MatchFilters.model_fields])


async def match(act: Act, match_id: UUID) -> dict[str, Any]:
    """One match with its lines on both sides. Raises NotFound."""
    row = (await act.session.execute(_matches(act).where(MATCH.id == match_id))).mappings().first()
    if row is None:
        raise NotFound()
    bank = _lines(act).where(LINE.match_id == match_id).order_by(LINE.on_day, LINE.id).limit(SHOWN_LINES)
    books = (
        _books()
        .join(BankMatchedLine, BankMatchedLine.line_id == FundingLine.id)
        .where(BankMatchedLine.match_id == match_id)
        .order_by(FundingLine.booked_on, FundingLine.id)
        .limit(SHOWN_LINES)
    )
    return {
        **row,
        "statement_lines": [dict(each) for each in (await act.session.execute(bank)).mappings()],
        "book": [dict(each) for each in (await act.session.execute(books)).mappings()],
    }
