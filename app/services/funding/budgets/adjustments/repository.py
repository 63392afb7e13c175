"""Adjustments as they are written, and what they do to the lines of their budget. Amounts are integer fen."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, insert, select, update

from app.core.acts import Act
from app.services.funding.budgets.models import Budget, BudgetAdjustmentLine, BudgetLine


async def held_budget(act: Act, budget_id: UUID) -> Budget | None:
    """A budget that may be written, held until the act ends: one adjustment is approved after the other."""
    return await act.session.scalar(select(Budget).where(Budget.id == budget_id).with_for_update(key_share=True))


async def hold_lines(act: Act, budget_id: UUID) -> None:
    """Nobody takes of a budget's lines until the act ends."""
    row = BudgetLine
    await act.session.execute(
        select(row.id).where(row.budget_id == budget_id).order_by(row.id).with_for_update(key_share=True)
    )


async def line_keys(act: Act, budget_id: UUID) -> dict[UUID, tuple[str | None, str]]:
    """A budget's lines: use and title by id."""
    row = BudgetLine
    found = await act.session.execute(select(row.id, row.use, row.title).where(row.budget_id == budget_id))
    return {line_id: (use, title) for line_id, use, title in found}


async def set_changes(act: Act, adjustment_id: UUID, wanted: Sequence[Mapping[str, Any]]) -> None:
    """These are a draft's changes from now on. Whoever writes them has saved the draft before."""
    row = BudgetAdjustmentLine
    await act.session.execute(
        delete(row).where(row.adjustment_id == adjustment_id).execution_options(synchronize_session=False)
    )
    known = {"version": 1, "adjustment_id": adjustment_id, "created_at": act.now, "recorded_at": act.now}
    await act.session.execute(insert(row), [{**known, "position": at, **told} for at, told in enumerate(wanted)])


async def bring(act: Act, adjustment_id: UUID, budget_id: UUID) -> None:
    """The lines that an adjustment is to bring come, at nothing yet, and its changes are linked to them."""
    change, line = BudgetAdjustmentLine, BudgetLine
    query = select(change.id, change.use, change.title, change.basis)
    new = await act.session.execute(
        query.where(change.adjustment_id == adjustment_id, change.budget_line_id.is_(None)).order_by(change.position)
    )
    last = await act.session.scalar(select(func.max(line.position)).where(line.budget_id == budget_id))
    for number, (change_id, use, title, basis) in enumerate(new.all(), start=(last or 0) + 1):
        line_id = await act.session.scalar(
            insert(line)
            .values(
                version=1,
                budget_id=budget_id,
                position=number,
                use=use,
                title=title,
                basis=basis,
                amount_fen=0,
                created_at=act.now,
                recorded_at=act.now,
            )
            .returning(line.id)
        )
        await act.session.execute(
            update(change)
            .where(change.id == change_id)
            .values(budget_line_id=line_id, version=change.version + 1, recorded_at=act.now)
            .execution_options(synchronize_session=False)
        )


async def apply(act: Act, adjustment_id: UUID) -> None:
    """Lines are what they were and what an adjustment changes of them."""
    change, line = BudgetAdjustmentLine, BudgetLine
    await act.session.execute(
        update(line)
        .where(line.id == change.budget_line_id, change.adjustment_id == adjustment_id)
        .values(amount_fen=line.amount_fen + change.delta_fen, version=line.version + 1, recorded_at=act.now)
        .execution_options(synchronize_session=False)
    )
