"""Runs and items as entities, the lines they are drawn up from, and set-wise writes."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert

from app.core.acts import Act
from app.core.database import driver
from app.core.errors import Forbidden, NotFound
from app.services.authorities.facts import AuthorityKind
from app.services.authorities.models import Authority
from app.services.funding.budgets.models import BudgetLine
from app.services.funding.facts import Use
from app.services.funding.ledger.models import FundingAccount
from app.services.funding.payables.facts import WAITING, Books, Debt, Item, Line, Owed, PayableState
from app.services.funding.payables.models import Payable, PayableDebt, PayableNetting, PaymentRun
from app.services.treatment.models import TreatmentMonth

LINES = text("SELECT * FROM payable_lines(:list, :low, :high, :line_low, :line_high)")
OWED = text("SELECT * FROM payable_owed(:list, :low, :high)")
PAID = """
UPDATE payables AS item
   SET state = 'paid', entry_id = told.entry, attempt = told.attempt, paid_on = $4, paid_by = $5, reference = $6,
       failure = NULL, reversal_id = NULL, returned_on = NULL, return_reason = NULL, version = version + 1,
       recorded_at = $7
  FROM unnest($1::uuid[], $2::uuid[], $3::smallint[]) AS told (id, entry, attempt)
 WHERE item.id = told.id
"""
FAILED = """
UPDATE payables AS item
   SET state = 'failed', failure = told.failure, version = version + 1, recorded_at = $3
  FROM unnest($1::uuid[], $2::jsonb[]) AS told (id, failure)
 WHERE item.id = told.id
"""


async def account(act: Act, account_id: UUID) -> FundingAccount | None:
    """An account that the caller sees."""
    found: FundingAccount | None = await act.session.scalar(
        select(FundingAccount).where(FundingAccount.id == account_id)
    )
    return found


async def body_kind(act: Act, authority_id: UUID | None) -> str:
    """What kind of body holds an account; one that is out of sight pays its own line alone."""
    kind: str | None = await act.session.scalar(select(Authority.kind).where(Authority.id == authority_id))
    return kind or AuthorityKind.unit


async def month(act: Act, month_id: UUID) -> TreatmentMonth | None:
    """A list that the caller sees."""
    found: TreatmentMonth | None = await act.session.scalar(select(TreatmentMonth).where(TreatmentMonth.id == month_id))
    return found


async def budget_line(act: Act, line_id: UUID) -> tuple[UUID, str, str | None] | None:
    """Whose books, which purse and which use a line of a budget that may be seen is of."""
    row = BudgetLine
    found = (await act.session.execute(select(row.committee_id, row.purse, row.use).where(row.id == line_id))).first()
    return None if found is None else (found[0], found[1], found[2])


async def lines(act: Act, month_id: UUID, place: tuple[int, int], line: tuple[int, int] | None) -> list[Line]:
    """What a closed list brings whom in a range of places, of one line of bodies where that is named."""
    bounds = {"low": place[0], "high": place[1], "line_low": line and line[0], "line_high": line and line[1]}
    rows = (await act.session.execute(LINES, {"list": month_id, **bounds})).all()
    return [
        Line(row.entitlement_id, row.worker_id, row.role, row.due_fen, row.shares, row.elsewhere, row.attempt)
        for row in rows
    ]


async def owed(act: Act, month_id: UUID, place: tuple[int, int]) -> list[Owed]:
    """What the workers of a list owe back by closed lists, wherever those were made; wholly settled ones left out."""
    rows = (await act.session.execute(OWED, {"list": month_id, "low": place[0], "high": place[1]})).all()
    return [
        Owed(
            row.entitlement_id,
            row.worker_id,
            row.month,
            row.owed_fen,
            row.role,
            row.shares,
            None if row.committee_id is None else Books(row.committee_id, row.purse, Use(row.use)),
            {Use(use): Books(UUID(told[0]), told[1], Use(use)) for use, told in row.last.items()},
        )
        for row in rows
    ]


async def debts(act: Act, owing: Sequence[Owed], books: Books) -> list[Debt]:
    """What of these is left in the books, which take back from here on those that no other books do; all locked."""
    if not owing:
        return []
    row = PayableDebt
    new = [
        {
            "version": 1,
            "entitlement_id": each.entitlement,
            "committee_id": books.committee,
            "purse": books.purse,
            "use": books.use,
            "created_at": act.now,
            "recorded_at": act.now,
        }
        for each in sorted(owing, key=lambda each: each.entitlement)
        if each.bound is None
    ]
    if new:
        await act.session.execute(upsert(row).values(new).on_conflict_do_nothing(index_elements=[row.entitlement_id]))
    query = (
        select(row.id, row.worker_id, row.month, row.owed_fen - row.taken_fen)
        .where(
            row.entitlement_id.in_([each.entitlement for each in owing]),
            row.committee_id == books.committee,
            row.purse == books.purse,
            row.use == books.use,
        )
        .order_by(row.id)
        .with_for_update(key_share=True)
    )
    return [Debt(*found) for found in (await act.session.execute(query)).all() if found[3] > 0]


async def add(act: Act, run: PaymentRun) -> UUID:
    """Enter a run; the database says where it stands."""
    act.session.add(run)
    await act.session.flush()
    return run.id


async def save(act: Act, run: PaymentRun) -> None:
    """Write a claimed run's changes as its next version. Before its items: what they come to is counted then."""
    run.version += 1
    run.recorded_at = act.now
    await act.session.flush()


async def held(act: Act, run_id: UUID) -> PaymentRun:
    """A run, locked whatever its version. Raises NotFound, and Forbidden where it may be seen and not written."""
    row = await act.session.scalar(
        select(PaymentRun)
        .where(PaymentRun.id == run_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    if row is None:
        if await act.session.scalar(select(PaymentRun.id).where(PaymentRun.id == run_id)) is not None:
            raise Forbidden(reason="scope")
        raise NotFound()
    return row


async def clear(act: Act, run_id: UUID) -> None:
    """Take a draft's items away, with what they took of debts."""
    of_run = select(Payable.id).where(Payable.run_id == run_id)
    await act.session.execute(delete(PayableNetting).where(PayableNetting.payable_id.in_(of_run)))
    await act.session.execute(delete(Payable).where(Payable.run_id == run_id))


async def write(act: Act, run_id: UUID, made: Sequence[Item]) -> None:
    """Write a draft's items in their order, and what they take of debts: two statements, whatever their number."""
    told = [
        {
            "version": 1,
            "run_id": run_id,
            "position": place,
            "entitlement_id": item.line.entitlement,
            "netted_fen": item.netted_fen,
            "state": PayableState.open if item.amount_fen else PayableState.netted,
            "attempt": item.line.attempt,
            "created_at": act.now,
            "recorded_at": act.now,
        }
        for place, item in enumerate(made, 1)
    ]
    written = await act.session.execute(insert(Payable).returning(Payable.id, Payable.entitlement_id), told)
    ids = {row.entitlement_id: row.id for row in written}
    taken = [
        {"payable_id": ids[item.line.entitlement], "debt_id": debt, "fen": fen}
        for item in made
        for debt, fen in item.netted
    ]
    if taken:
        await act.session.execute(insert(PayableNetting), sorted(taken, key=lambda each: each["debt_id"]))


async def run_of(act: Act, payable_id: UUID) -> UUID | None:
    """Whose item it is; None for one that may not be seen."""
    found: UUID | None = await act.session.scalar(select(Payable.run_id).where(Payable.id == payable_id))
    return found


async def waiting(act: Act, run_id: UUID, limit: int) -> list[Payable]:
    """The first items that wait to be paid, in their order; not what came back, which is paid when it is named."""
    row = Payable
    query = (
        select(row)
        .where(row.run_id == run_id, row.state.in_(WAITING), row.state != PayableState.returned)
        .order_by(row.position)
        .limit(limit)
        .with_for_update(key_share=True)
    )
    return list((await act.session.scalars(query)).all())


async def named(act: Act, run_id: UUID, ids: Sequence[UUID]) -> list[Payable]:
    """Items of a run by their ids, in their order, whatever became of them."""
    row = Payable
    query = (
        select(row).where(row.run_id == run_id, row.id.in_(ids)).order_by(row.position).with_for_update(key_share=True)
    )
    return list((await act.session.scalars(query)).all())


async def paid(act: Act, entries: Sequence[tuple[UUID, UUID, int]], paid_on: date, reference: str | None) -> None:
    """Write which items are paid: item, its entry, its attempt."""
    if entries:
        ids, booked, attempts = zip(*entries, strict=True)
        connection = await driver(act.session)
        await connection.execute(PAID, ids, booked, attempts, paid_on, act.by.id, reference, act.now)


async def failed(act: Act, refused: Sequence[tuple[UUID, str]]) -> None:
    """Write which items the books refused, and why, as JSON."""
    if refused:
        ids, failures = zip(*refused, strict=True)
        connection = await driver(act.session)
        await connection.execute(FAILED, ids, failures, act.now)


async def drop(act: Act, run_id: UUID, reason: str, payable_id: UUID | None = None) -> None:
    """Take one item, or all, out of a run; what they took of debts is owed again."""
    row = Payable
    query = update(row).where(row.run_id == run_id, row.state != PayableState.dropped)
    if payable_id is not None:
        query = query.where(row.id == payable_id)
    gone = (
        await act.session.scalars(
            query.values(
                state=PayableState.dropped,
                drop_reason=reason,
                failure=None,
                version=row.version + 1,
                recorded_at=act.now,
            ).returning(row.id)
        )
    ).all()
    await act.session.execute(delete(PayableNetting).where(PayableNetting.payable_id.in_(gone)))


async def save_item(act: Act, row: Payable) -> None:
    """Write a claimed item's changes as its next version."""
    row.version += 1
    row.recorded_at = act.now
    await act.session.flush()


async def left(act: Act, run_id: UUID) -> tuple[int, int, str]:
    """How many items of a run wait, what of it is not paid in fen, and how far it is."""
    row = PaymentRun
    found: Any = (
        await act.session.execute(
            select(row.waiting_items, row.total_fen - row.paid_fen, row.state).where(row.id == run_id)
        )
    ).one()
    return int(found[0]), int(found[1]), str(found[2])


async def booked(act: Act, run_id: UUID) -> int:
    """How many items of a run were ever booked."""
    query = select(func.count()).where(Payable.run_id == run_id, Payable.entry_id.is_not(None))
    return int(await act.session.scalar(query) or 0)
