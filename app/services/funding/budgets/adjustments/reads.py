"""Adjustments, what they change and the editions they made, as rows for the wire. Amounts are integer fen."""

from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, Select, and_, cast, func, or_, select
from sqlalchemy.orm import aliased

from app.core.acts import Act
from app.core.errors import NotFound
from app.core.history import versions_of
from app.core.narrowing import within
from app.core.pagination import Ask, Page, Sorts, page, sealed, unsealed
from app.core.rows import columns, selecting
from app.services.funding.budgets import reads as budgets
from app.services.funding.budgets.adjustments.schemas import (
    BudgetAdjustmentFilters,
    BudgetAdjustmentRead,
    BudgetAdjustmentVersion,
    BudgetChangeRead,
)
from app.services.funding.budgets.facts import AdjustmentState
from app.services.funding.budgets.models import Budget, BudgetAdjustment, BudgetAdjustmentLine, BudgetLine

ROW = BudgetAdjustment
SORTS = Sorts({"region_code": ROW.region_code, "year": ROW.year, "recorded_at": ROW.recorded_at}, ROW.id, "region_code")
EXACT = ("committee_id", "budget_id", "year", "purse", "state")


def _fen(amount: Any) -> ColumnElement[int]:
    return cast(func.coalesce(amount, 0), BigInteger)


def _shown() -> "Select[Any]":
    change = BudgetAdjustmentLine
    sums = (
        select(
            _fen(func.sum(change.delta_fen)).label("raised"),
            _fen(func.sum(change.delta_fen).filter(change.delta_fen > 0)).label("moved"),
        )
        .where(change.adjustment_id == ROW.id)
        .correlate(ROW)
        .lateral("sums")
    )
    title = select(Budget.title).where(Budget.id == ROW.budget_id).correlate(ROW).scalar_subquery()
    counted = {"raise_fen": sums.c.raised, "moved_fen": sums.c.moved}
    query = selecting(BudgetAdjustmentRead, ROW, budget_title=title, **counted, **budgets.stands(ROW))
    return query.select_from(ROW).join(sums, ROW.id.is_not(None))


async def listed(act: Act, filters: BudgetAdjustmentFilters, ask: Ask) -> Page:
    """One page of adjustments of the caller's own region and line."""
    query = _shown().where(*within(act, ROW.region_code, [ROW.authority_code]))
    return await page(act, budgets.narrowed(query, ROW, filters, EXACT), ask, SORTS, budgets.asked(filters))


async def one(act: Act, adjustment_id: UUID) -> dict[str, Any]:
    """One adjustment, with who drew it up and what was let pass. Raises NotFound."""
    query = _shown().add_columns(ROW.drawn_up_by, ROW.discard_reason, ROW.departures).where(ROW.id == adjustment_id)
    row = (await act.session.execute(query)).mappings().first()
    if row is None:
        raise NotFound()
    return dict(row)


async def lines(act: Act, adjustment_id: UUID) -> list[dict[str, Any]]:
    """What an adjustment changes, with each line before and after it."""
    row, line = BudgetAdjustmentLine, BudgetLine
    other, done = aliased(BudgetAdjustmentLine), aliased(BudgetAdjustment)
    earlier = (
        select(func.sum(other.delta_fen))
        .join(done, done.id == other.adjustment_id)
        .where(
            other.budget_line_id == row.budget_line_id,
            done.state == AdjustmentState.approved,
            or_(ROW.edition.is_(None), done.edition < ROW.edition),
        )
        .correlate(row, ROW)
        .scalar_subquery()
    )
    before = _fen(line.original_fen) + _fen(earlier)
    query = (
        selecting(
            BudgetChangeRead,
            row,
            use=func.coalesce(line.use, row.use),
            title=func.coalesce(line.title, row.title),
            budgeted_fen=before,
            executed_fen=_fen(line.executed_fen),
            after_fen=before + row.delta_fen,
        )
        .select_from(row)
        .join(ROW, ROW.id == row.adjustment_id)
        .outerjoin(line, line.id == row.budget_line_id)
        .where(row.adjustment_id == adjustment_id)
    )
    found = await act.session.execute(query.order_by(row.position, row.id))
    return [dict(each) for each in found.mappings()]


async def totals(act: Act, budget_id: UUID, adjustment_id: UUID) -> dict[str, int]:
    """What a budget is now, was first, and what its approved adjustments and this one add to lines, in fen."""
    line, change = BudgetLine, BudgetAdjustmentLine
    sums = select(_fen(func.sum(line.amount_fen)), _fen(func.sum(line.original_fen))).where(line.budget_id == budget_id)
    total, original = (await act.session.execute(sums)).one()
    counted = or_(ROW.state == AdjustmentState.approved, ROW.id == adjustment_id)
    moved = (
        select(_fen(func.sum(change.delta_fen)))
        .join(ROW, ROW.id == change.adjustment_id)
        .where(ROW.budget_id == budget_id, change.delta_fen > 0, counted)
    )
    return {
        "total_fen": total,
        "original_fen": original,
        "changed_fen": int(await act.session.scalar(moved) or 0),
    }


async def editions(act: Act, budget_id: UUID, ask: Ask) -> Page:
    """A budget's editions with their lines, the newest first. Raises NotFound; Invalid for another list's cursor."""
    query = select(Budget.id, Budget.edition, Budget.approved_by, Budget.approved_on, Budget.document)
    budget = (await act.session.execute(query.where(Budget.id == budget_id))).mappings().first()
    if budget is None:
        raise NotFound()
    after = unsealed(act, ask.cursor, budget_id)
    newest = budget["edition"] if after is None else min(after - 1, budget["edition"])
    wanted = range(newest, max(newest - ask.limit, 0), -1)
    made = {row["edition"]: row for row in await _made(act, budget_id)}
    amounts = await _amounts(act, budget_id)
    rows = []
    for edition in wanted:
        told = made.get(edition, budget)
        lines_ = [line for line in amounts if line["since"] <= edition]
        kept = [
            {name: line[name] for name in ("budget_line_id", "use", "title")}
            | {"amount_fen": line["original_fen"] + sum(fen for at, fen in line["deltas"] if at <= edition)}
            for line in lines_
        ]
        rows.append(
            {
                "edition": edition,
                "adjustment_id": told["id"] if edition in made else None,
                **{name: told[name] for name in ("approved_by", "approved_on", "document")},
                "reason": told["reason"] if edition in made else None,
                "total_fen": sum(line["amount_fen"] for line in kept),
                "lines": kept,
            }
        )
    more = bool(rows) and rows[-1]["edition"] > 1
    count = budget["edition"] if ask.count != "none" else None
    return Page(rows, sealed(act, rows[-1]["edition"], budget_id) if more else None, count, ask.count)


async def _made(act: Act, budget_id: UUID) -> list[dict[str, Any]]:
    told = (ROW.id, ROW.edition, ROW.approved_by, ROW.approved_on, ROW.document, ROW.reason)
    query = select(*told).where(ROW.budget_id == budget_id, ROW.edition.is_not(None))
    return [dict(row) for row in (await act.session.execute(query)).mappings()]


async def _amounts(act: Act, budget_id: UUID) -> list[dict[str, Any]]:
    """Lines with what each edition changed of them; `since`: the first edition that has it."""
    line, change = BudgetLine, BudgetAdjustmentLine
    query = (
        select(line.id, line.use, line.title, line.original_fen, ROW.edition, change.delta_fen)
        .select_from(line)
        .outerjoin(change, change.budget_line_id == line.id)
        .outerjoin(ROW, and_(ROW.id == change.adjustment_id, ROW.edition.is_not(None)))
        .where(line.budget_id == budget_id)
        .order_by(line.position, line.id)
    )
    found: dict[UUID, dict[str, Any]] = {}
    for row in (await act.session.execute(query)).mappings():
        told = found.setdefault(
            row["id"],
            {
                "budget_line_id": row["id"],
                **{name: row[name] for name in ("use", "title", "original_fen")},
                "deltas": [],
            },
        )
        if row["edition"] is not None:
            told["deltas"].append((row["edition"], row["delta_fen"]))
    for told in found.values():
        told["since"] = 1 if told["original_fen"] > 0 else min((at for at, _ in told["deltas"]), default=1)
    return list(found.values())


async def history(act: Act, adjustment_id: UUID, ask: Ask) -> Page:
    """All versions of an adjustment, the newest first. Raises NotFound when there is none to be seen."""
    versions = versions_of(ROW, adjustment_id).c
    query = select(*columns(BudgetAdjustmentVersion, versions))
    found = await page(act, query, ask, Sorts({"version": versions.version}, versions.id, "-version"), adjustment_id)
    if not found.rows:
        raise NotFound()
    return found
