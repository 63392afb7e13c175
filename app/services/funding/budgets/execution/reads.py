"""How budgets are executed, as rows for the wire: lines of a page, or sums by a key. Amounts are integer fen.

Of a day that is past, a line is what was approved up to that day, and what entries booked up to that day took of it.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    SmallInteger,
    Text,
    Uuid,
    case,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    true,
)

from app.core.acts import Act
from app.core.narrowing import within
from app.core.pagination import Ask, Page, Sorts, page
from app.core.rows import padded, selecting
from app.services.authorities.models import Authority
from app.services.funding.budgets import reads as budgets
from app.services.funding.budgets.execution.schemas import (
    BudgetExecutionRead,
    ExecutionFilters,
    GroupBy,
    TotalFilters,
)
from app.services.funding.budgets.facts import AdjustmentState, BudgetState
from app.services.funding.budgets.models import (
    Budget,
    BudgetAdjustment,
    BudgetAdjustmentLine,
    BudgetExecution,
    BudgetLine,
)
from app.services.regions.facts import WIDTHS
from app.services.regions.models import Region
from app.services.regions.stated import stated

LINE = BudgetLine
SORTS = Sorts({"region_code": LINE.region_code, "year": LINE.year}, LINE.id, "region_code")
LISTED = ("committee_id", "budget_id", "year", "purse", "use")
SUMMED = ("committee_id", "year", "purse", "use")
RESERVE: Final = "reserve"
LATER = ("time_permille", "expected_fen", "pace")
"""What the rules and the calendar add to a row."""


@dataclass(frozen=True, slots=True)
class Amounts:
    """Budgeted and executed of a line at the end of a day, as columns, and how lines are joined to them."""

    budgeted: Any
    executed: Any
    sides: tuple[Any, ...] = ()  # each computed once a line
    there: tuple[ColumnElement[bool], ...] = ()  # which lines there were

    def of(self, query: "Select[Any]") -> "Select[Any]":
        """The query over lines of approved budgets."""
        query = query.select_from(LINE).join(Budget, Budget.id == LINE.budget_id)
        for side in self.sides:
            query = query.join(side, true())
        return query.where(Budget.state == BudgetState.approved, *self.there)


def _amounts(on: date | None) -> Amounts:
    """What lines were at the end of a day; None: now."""
    if on is None:
        return Amounts(LINE.amount_fen, LINE.executed_fen)
    change, done, taken = BudgetAdjustmentLine, BudgetAdjustment, BudgetExecution
    changed = (
        select(cast(func.sum(change.delta_fen), BigInteger).label("fen"))
        .join(done, done.id == change.adjustment_id)
        .where(change.budget_line_id == LINE.id, done.state == AdjustmentState.approved, done.approved_on <= on)
        .correlate(LINE)
        .lateral("changed")
    )
    executed = (
        select(cast(func.coalesce(func.sum(taken.amount_fen), 0), BigInteger).label("fen"))
        .where(taken.budget_line_id == LINE.id, taken.booked_on <= on)
        .correlate(LINE)
        .lateral("executed")
    )
    there = or_(LINE.original_fen > 0, changed.c.fen.is_not(None))
    budgeted = LINE.original_fen + func.coalesce(changed.c.fen, 0)
    return Amounts(budgeted, executed.c.fen, (changed, executed), (there, Budget.approved_on <= on))


def _counted(budgeted: Any, executed: Any) -> dict[str, Any]:
    return {
        "budgeted_fen": budgeted,
        "executed_fen": executed,
        "left_fen": budgeted - executed,
        "rate_permille": budgets.rate(executed, budgeted),
    }


def _past(act: Act, on: date | None) -> date | None:
    """The day, where it is over; of today, or a day to come, all that is known counts."""
    return on if on is not None and on < act.today else None


async def lines(act: Act, filters: ExecutionFilters, ask: Ask) -> Page:
    """One page of lines of approved budgets. What the calendar and the policy say is added by the service."""
    amounts = _amounts(_past(act, filters.on))
    query = amounts.of(
        selecting(
            BudgetExecutionRead,
            LINE,
            committee_name=budgets.named(LINE),
            on=null(),
            **{name: null() for name in LATER},
            **_counted(amounts.budgeted, amounts.executed),
            **budgets.stands(LINE),
        )
    ).where(*within(act, LINE.region_code, [LINE.authority_code]))
    return await page(act, budgets.narrowed(query, LINE, filters, LISTED), ask, SORTS, budgets.asked(filters))


def _key(filters: TotalFilters) -> tuple[Any, Any]:
    """The key that lines are summed by, with a region's level. Raises Invalid for another shape."""
    match filters.group_by:
        case GroupBy.committee:
            return cast(LINE.committee_id, Text), null()
        case GroupBy.purse:
            return LINE.purse, null()
        case GroupBy.use:
            return func.coalesce(LINE.use, RESERVE), null()
        case GroupBy.region:
            asked = 0 if filters.region is None else stated(filters.region, filters.region_level, "/region")[1]
            below = min(asked + 1, len(WIDTHS) - 1)
            width = literal(WIDTHS[below], BigInteger)
            level = func.least(LINE.region_level, below)
            # A committee of the region itself stands beside those below it, with the region's own code.
            code = case((LINE.region_level < below, LINE.region_code), else_=LINE.region_code // width * width)
            return padded(code), cast(level, SmallInteger)


async def totals(act: Act, filters: TotalFilters, ask: Ask) -> Page:
    """One page of sums over lines of approved budgets of a year; cost goes with the lines that are summed."""
    amounts = _amounts(_past(act, filters.on))
    key, level = _key(filters)
    inner = amounts.of(
        select(
            key.label("key"),
            level.label("level"),
            LINE.committee_id,
            LINE.budget_id,
            amounts.budgeted.label("budgeted"),
            amounts.executed.label("executed"),
        )
    ).where(*within(act, LINE.region_code, [LINE.authority_code]))
    told = budgets.narrowed(inner, LINE, filters, SUMMED).subquery("told")
    sums = (
        select(
            told.c.key,
            cast(told.c.level, SmallInteger).label("level"),
            func.concat(told.c.key, ":", told.c.level).label("tie"),
            func.count(told.c.budget_id.distinct()).label("budgets"),
            func.count().label("lines"),
            cast(func.sum(told.c.budgeted), BigInteger).label("budgeted"),
            cast(func.sum(told.c.executed), BigInteger).label("executed"),
        )
        .group_by(told.c.key, told.c.level)
        .subquery("sums")
    )
    query = select(
        sums.c.key,
        _name(filters.group_by, sums).label("name"),
        literal(filters.year, SmallInteger).label("year"),
        sums.c.budgets,
        sums.c.lines,
        *(column.label(label) for label, column in _counted(sums.c.budgeted, sums.c.executed).items()),
    )
    return await page(act, query, ask, Sorts({"key": sums.c.key}, sums.c.tie, "key"), budgets.asked(filters))


def _name(group: GroupBy, sums: Any) -> ColumnElement[Any]:
    if group is GroupBy.committee:
        return select(Authority.name).where(Authority.id == cast(sums.c.key, Uuid)).scalar_subquery()
    if group is GroupBy.region:
        return (
            select(Region.name)
            .where(Region.code == cast(sums.c.key, BigInteger), Region.level == sums.c.level)
            .scalar_subquery()
        )
    return cast(null(), Text)
