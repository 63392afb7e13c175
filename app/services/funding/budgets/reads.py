"""Budgets, their lines and what was taken of them, as rows for the wire. Amounts are integer fen."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, Select, cast, func, select

from app.core.acts import Act
from app.core.errors import NotFound
from app.core.history import versions_of
from app.core.narrowing import within
from app.core.pagination import Ask, Page, Sorts, page
from app.core.rows import columns, padded, selecting
from app.services.authorities.facts import DIGITS, span
from app.services.authorities.models import Authority
from app.services.authorities.reads import parsed_code
from app.services.funding.budgets.models import Budget, BudgetExecution, BudgetLine
from app.services.funding.budgets.schemas import (
    BudgetFilters,
    BudgetLineRead,
    BudgetRead,
    BudgetTakingRead,
    BudgetVersion,
    TakingFilters,
)
from app.services.funding.facts import AccountKind
from app.services.funding.ledger.facts import YearState
from app.services.funding.ledger.models import FundingAccount, FundingAccountDay, FundingEntry, FundingYear
from app.services.regions.stated import stated_span

ROW = Budget
SORTS = Sorts({"region_code": ROW.region_code, "year": ROW.year}, ROW.id, "region_code")
EXACT = ("committee_id", "year", "purse", "state")
TAKINGS = Sorts(
    {"booked_on": BudgetExecution.booked_on, "recorded_at": BudgetExecution.recorded_at},
    BudgetExecution.id,
    "-booked_on",
)


def stands(source: Any) -> dict[str, ColumnElement[str]]:
    """The codes of where a row stands, as they are written."""
    return {"region_code": padded(source.region_code), "authority_code": padded(source.authority_code, DIGITS)}


def named(source: Any) -> ColumnElement[str]:
    """The committee's name; null where it is out of sight."""
    return select(Authority.name).where(Authority.id == source.committee_id).correlate(source).scalar_subquery()


def rate(executed: Any, budgeted: Any) -> ColumnElement[int]:
    """Executed of budgeted in thousandths, rounded down; null where nothing was budgeted."""
    told: ColumnElement[int] = executed * 1000 // func.nullif(budgeted, 0)
    return told


def narrowed(query: "Select[Any]", source: Any, filters: Any, exact: Sequence[str]) -> "Select[Any]":
    """Narrow a list by its committee's place and line, and by what is to be equal. Raises Invalid."""
    if filters.region is not None:
        low, high = stated_span(filters.region, filters.region_level)
        query = query.where(source.region_code >= low, source.region_code < high)
    if filters.authority is not None:
        low, high = span(parsed_code(filters.authority, "/authority"))
        query = query.where(source.authority_code >= low, source.authority_code < high)
    for name in exact:
        if getattr(filters, name) is not None:
            query = query.where(getattr(source, name) == getattr(filters, name))
    return query


def asked(filters: Any) -> list[Any]:
    """A list's filters in a fixed order, which bind its cursor."""
    return [getattr(filters, name) for name in sorted(type(filters).model_fields) if name not in _PAGING]


_PAGING = frozenset({"limit", "cursor", "sort", "count"})


def _shown() -> "Select[Any]":
    line = BudgetLine
    sums = (
        select(
            cast(func.coalesce(func.sum(line.amount_fen), 0), BigInteger).label("budgeted"),
            cast(func.coalesce(func.sum(line.executed_fen), 0), BigInteger).label("executed"),
        )
        .where(line.budget_id == ROW.id)
        .correlate(ROW)
        .lateral("sums")
    )
    budgeted, executed = sums.c.budgeted, sums.c.executed
    counted = {
        "budgeted_fen": budgeted,
        "executed_fen": executed,
        "left_fen": budgeted - executed,
        "rate_permille": rate(executed, budgeted),
    }
    query = selecting(BudgetRead, ROW, committee_name=named(ROW), **counted, **stands(ROW))
    return query.select_from(ROW).join(sums, ROW.id.is_not(None))


async def listed(act: Act, filters: BudgetFilters, ask: Ask) -> Page:
    """One page of budgets of the caller's own region and line."""
    query = _shown().where(*within(act, ROW.region_code, [ROW.authority_code]))
    return await page(act, narrowed(query, ROW, filters, EXACT), ask, SORTS, asked(filters))


async def one(act: Act, budget_id: UUID) -> dict[str, Any]:
    """One budget, with who drew it up and what was let pass. Raises NotFound."""
    query = _shown().add_columns(ROW.drawn_up_by, ROW.discard_reason, ROW.departures).where(ROW.id == budget_id)
    row = (await act.session.execute(query)).mappings().first()
    if row is None:
        raise NotFound()
    return dict(row)


async def lines(act: Act, budget_id: UUID) -> list[dict[str, Any]]:
    """A budget's lines in their order."""
    row = BudgetLine
    query = selecting(
        BudgetLineRead,
        row,
        budgeted_fen=row.amount_fen,
        left_fen=row.amount_fen - row.executed_fen,
        rate_permille=rate(row.executed_fen, row.amount_fen),
    ).where(row.budget_id == budget_id)
    found = await act.session.execute(query.order_by(row.position, row.id))
    return [dict(each) for each in found.mappings()]


async def takings(act: Act, budget_id: UUID, filters: TakingFilters, ask: Ask) -> Page:
    """What entries took of a budget's lines, the latest first. Raises NotFound for a budget out of sight."""
    if not await seen(act, budget_id):
        raise NotFound()
    row, line, entry = BudgetExecution, BudgetLine, FundingEntry
    of_budget = select(line.id).where(line.budget_id == budget_id)
    query = (
        selecting(BudgetTakingRead, row, line_title=line.title, use=line.use, text=entry.text)
        .select_from(row)
        .join(line, line.id == row.budget_line_id)
        .outerjoin(entry, entry.id == row.entry_id)
        .where(row.budget_line_id.in_(of_budget))
    )
    if filters.budget_line_id is not None:
        query = query.where(row.budget_line_id == filters.budget_line_id)
    if filters.since is not None:
        query = query.where(row.booked_on >= filters.since)
    if filters.until is not None:
        query = query.where(row.booked_on <= filters.until)
    return await page(act, query, ask, TAKINGS, [budget_id, *asked(filters)])


async def history(act: Act, budget_id: UUID, ask: Ask) -> Page:
    """All versions of a budget, the newest first. Raises NotFound when there is none to be seen."""
    versions = versions_of(ROW, budget_id).c
    query = select(*columns(BudgetVersion, versions))
    found = await page(act, query, ask, Sorts({"version": versions.version}, versions.id, "-version"), budget_id)
    if not found.rows:
        raise NotFound()
    return found


async def seen(act: Act, budget_id: UUID) -> bool:
    """Whether a budget may be seen."""
    return await act.session.scalar(select(ROW.id).where(ROW.id == budget_id)) is not None


async def year_closed(act: Act, committee_id: UUID, year: int) -> bool:
    """Whether a year is closed in a committee's books; false where it has not begun there."""
    row = FundingYear
    query = select(row.state).where(row.committee_id == committee_id, row.year == year)
    return await act.session.scalar(query) == YearState.closed


async def received(act: Act, committee_id: UUID, purse: str, year: int) -> int:
    """What came into a purse of a committee's books from outside in a year, less what went back, in fen.

    By days of the accounts that count what is outside, not by entries.
    """
    account, day = FundingAccount, FundingAccountDay
    query = (
        select(cast(func.coalesce(func.sum(day.out_fen - day.in_fen), 0), BigInteger))
        .join(account, account.id == day.account_id)
        .where(day.committee_id == committee_id, day.day.between(date(year, 1, 1), date(year, 12, 31)))
        .where(day.kind == AccountKind.source, account.purse == purse)
    )
    return int(await act.session.scalar(query) or 0)
