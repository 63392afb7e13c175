"""Lines of budgets, held while they are spent from, and their executions."""

from uuid import UUID

from sqlalchemy import SmallInteger, Uuid, column, insert, select, table

from app.core.acts import Act
from app.services.funding.budgets.facts import HeldLine
from app.services.funding.budgets.models import Budget, BudgetExecution, BudgetLine


async def held_line(act: Act, line_id: UUID) -> HeldLine | None:
    """A line that may be written, locked until the act ends: of two that take the last fen one waits."""
    row = BudgetLine
    told = (row.id, row.committee_id, row.purse, row.year, row.use, row.amount_fen, row.executed_fen)
    query = select(*told).where(row.id == line_id).with_for_update(key_share=True)
    found = (await act.session.execute(query)).first()
    if found is None:
        return None
    state = await act.session.scalar(
        select(Budget.state).join(row, row.budget_id == Budget.id).where(row.id == line_id)
    )
    return HeldLine(*found, state=str(state))


async def executed(act: Act, line_id: UUID, entry_id: UUID) -> int | None:
    """What an entry took of a line (+) or gave back to it (-) already; None for nothing."""
    row = BudgetExecution
    query = select(row.amount_fen).where(row.entry_id == entry_id, row.budget_line_id == line_id)
    return await act.session.scalar(query)


async def execute(act: Act, line_id: UUID, entry_id: UUID, amount_fen: int) -> None:
    """Write what an entry takes of a held line; the database counts it up."""
    told = {"budget_line_id": line_id, "entry_id": entry_id, "amount_fen": amount_fen}
    await act.session.execute(insert(BudgetExecution).values(**told, taken_by=act.by.id, recorded_at=act.now))


async def year_of(act: Act, entry_id: UUID) -> int | None:
    """The year an entry is booked in."""
    entries = table("funding_entries", column("id", Uuid), column("year", SmallInteger))
    return await act.session.scalar(select(entries.c.year).where(entries.c.id == entry_id))
