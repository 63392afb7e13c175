"""Budgets as they are written, and lines held while they are spent from. Amounts are integer fen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, and_, cast, delete, false, func, insert, select, true
from sqlalchemy.orm import aliased

from app.core.acts import Act
from app.services.authorities.models import Authority
from app.services.funding.budgets.facts import HeldLine
from app.services.funding.budgets.models import Budget, BudgetAdjustment, BudgetExecution, BudgetLine
from app.services.funding.facts import AccountKind, HolderKind
from app.services.funding.ledger.models import FundingAccount, FundingEntry, FundingLine, FundingYear


async def held_line(act: Act, line_id: UUID, entry_id: UUID) -> HeldLine | None:
    """A line that may be written, locked until the act ends: of two that take the last fen one waits.

    With what the entry is that is to take of it, or give back, and what it did so already.
    """
    row, done, entry = BudgetLine, BudgetExecution, FundingEntry
    part, account, other = FundingLine, FundingAccount, aliased(BudgetExecution)
    moved = (
        select(func.coalesce(func.sum(-part.amount_fen), 0))
        .join(account, account.id == part.account_id)
        .where(part.entry_id == entry_id, account.kind == AccountKind.funds)
        .where(account.holder_kind.in_((HolderKind.committee, HolderKind.organization)))
        .scalar_subquery()
    )
    elsewhere = (
        select(func.coalesce(func.sum(other.amount_fen), 0))
        .where(other.entry_id == entry_id, other.budget_line_id != line_id)
        .scalar_subquery()
    )
    told = (row.id, row.budget_id, row.use, row.amount_fen, row.executed_fen)
    query = select(*told).where(row.id == line_id).with_for_update(key_share=True)
    line = (await act.session.execute(query)).first()
    if line is None:
        return None
    fits = and_(
        entry.committee_id == row.committee_id,
        entry.purse == row.purse,
        func.coalesce(entry.use == row.use, true()),
    )
    facts = (
        select(Budget.state, func.coalesce(fits, false()), func.coalesce(entry.year == row.year, false()))
        .add_columns(done.amount_fen, cast(moved - elsewhere, BigInteger))
        .select_from(row)
        .join(Budget, Budget.id == row.budget_id)
        .outerjoin(entry, entry.id == entry_id)
        .outerjoin(done, and_(done.entry_id == entry_id, done.budget_line_id == row.id))
        .where(row.id == line_id)
    )
    state, of_line, of_year, known, room = (await act.session.execute(facts)).one()
    return HeldLine(line.id, line.use, line.amount_fen, line.executed_fen, state, of_line, of_year, known, room)


async def execute(act: Act, line_id: UUID, entry_id: UUID, amount_fen: int) -> None:
    """Write what an entry takes of a held line; the database counts it up."""
    told = {"budget_line_id": line_id, "entry_id": entry_id, "amount_fen": amount_fen}
    await act.session.execute(insert(BudgetExecution).values(**told, taken_by=act.by.id, recorded_at=act.now))


@dataclass(frozen=True, slots=True)
class Body:
    """An authority that is referred to."""

    kind: str
    region_code: int
    region_level: int
    code: int
    dissolved_on: date | None


async def body(act: Act, authority_id: UUID) -> Body | None:
    """An authority that may be seen."""
    row = Authority
    query = select(row.kind, row.region_code, row.region_level, row.code, row.dissolved_on)
    found = (await act.session.execute(query.where(row.id == authority_id))).first()
    return None if found is None else Body(*found)


async def hold_year(act: Act, committee_id: UUID, year: int) -> str | None:
    """The state of a year in a committee's books, None before it begins; it stays so until the act ends."""
    row = FundingYear
    query = select(row.state).where(row.committee_id == committee_id, row.year == year)
    return await act.session.scalar(query.with_for_update(read=True, key_share=True))


async def add(act: Act, row: Budget | BudgetAdjustment | BudgetLine) -> UUID:
    """Insert a row; its key, and where it stands, is the database's."""
    act.session.add(row)
    await act.session.flush()
    return row.id


async def save(act: Act, row: Budget | BudgetAdjustment) -> None:
    """Write a claimed row's changes as its next version."""
    row.version += 1
    row.recorded_at = act.now
    await act.session.flush()


async def set_lines(act: Act, budget_id: UUID, wanted: Sequence[Mapping[str, Any]]) -> None:
    """These are a draft's lines from now on, by use and title. Whoever writes them has saved the draft before."""
    row = BudgetLine
    query = select(row).where(row.budget_id == budget_id).order_by(row.id).with_for_update(key_share=True)
    known = {(line.use, line.title): line for line in await act.session.scalars(query)}
    keys = {(each["use"], each["title"]) for each in wanted}
    gone = [line.id for key, line in known.items() if key not in keys]
    if gone:
        await act.session.execute(delete(row).where(row.id.in_(gone)).execution_options(synchronize_session=False))
    fresh = []
    for position, told in enumerate(wanted):
        line = known.get((told["use"], told["title"]))
        if line is None:
            fresh.append(
                {
                    "version": 1,
                    "budget_id": budget_id,
                    "position": position,
                    **told,
                    "created_at": act.now,
                    "recorded_at": act.now,
                }
            )
        elif (line.position, line.basis, line.amount_fen) != (position, told["basis"], told["amount_fen"]):
            line.position, line.basis, line.amount_fen = position, told["basis"], told["amount_fen"]
            line.version, line.recorded_at = line.version + 1, act.now
    await act.session.flush()
    if fresh:
        await act.session.execute(insert(row), fresh)
