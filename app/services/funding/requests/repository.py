"""Requests as entities, the accounts they ask of, and what is decided on them."""

from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import BigInteger, exists, func, insert, select, text

from app.core.acts import Act
from app.core.errors import Forbidden
from app.core.versions import claim
from app.services.funding.budgets.models import BudgetLine
from app.services.funding.requests.facts import (
    PAYABLE,
    Account,
    Asked,
    Decision,
    PaymentState,
    ReceiptState,
    RequestState,
    RequestVerb,
    possible,
)
from app.services.funding.requests.models import SpendingApproval, SpendingPayment, SpendingRequest

ROW = SpendingRequest
ACCOUNT = text("SELECT * FROM spending_account(:wanted)")


async def account(act: Act, account_id: UUID) -> Account | None:
    """An account that the caller sees, or that is of an organisation which his branch covers."""
    found = (await act.session.execute(ACCOUNT, {"wanted": account_id})).first()
    return None if found is None else Account(*found)


async def budget_line(act: Act, line_id: UUID, year: int) -> tuple[UUID, str, bool, str | None] | None:
    """Whose books, which purse, whether of the year, and which use a line of a budget that may be seen is of."""
    row = BudgetLine
    query = select(row.committee_id, row.purse, row.year == year, row.use).where(row.id == line_id)
    found = (await act.session.execute(query)).first()
    return None if found is None else (found[0], found[1], bool(found[2]), found[3])


async def committee_of(act: Act, request_id: UUID) -> UUID | None:
    """In whose books a request is; None for one that may not be seen."""
    found: UUID | None = await act.session.scalar(select(ROW.committee_id).where(ROW.id == request_id))
    return found


async def claimed(act: Act, request_id: UUID, expected: int) -> SpendingRequest:
    """A request, locked. Raises NotFound, Forbidden, StaleVersion."""
    return await claim(act, ROW, request_id, expected)


async def held(act: Act, request_id: UUID) -> SpendingRequest:
    """A request that is written whatever its version, because one of its payments is. Raises Forbidden."""
    row = await act.session.scalar(select(ROW).where(ROW.id == request_id).with_for_update(key_share=True))
    if row is None:
        raise Forbidden(reason="scope")
    return row


async def held_state(act: Act, request_id: UUID) -> RequestState | None:
    """A request's state, which stays as it is until this act ends; None where the caller may not write it."""
    state = await act.session.scalar(select(ROW.state).where(ROW.id == request_id).with_for_update(read=True))
    return None if state is None else RequestState(state)


async def add(act: Act, row: SpendingRequest) -> UUID:
    """Enter a draft; the database says where it stands."""
    act.session.add(row)
    await act.session.flush()
    return row.id


async def save(act: Act, row: SpendingRequest) -> None:
    """Write a claimed request's changes as its next version."""
    row.version += 1
    row.recorded_at = act.now
    await act.session.flush()


async def decide(
    act: Act, row: SpendingRequest, step: int, decision: Decision, permission: str, note: str | None
) -> None:
    """Append what was decided; of the version that the request has been saved as."""
    await act.session.execute(
        insert(SpendingApproval).values(
            version=1,
            request_id=row.id,
            request_version=row.version,
            round=row.round,
            step=step,
            decision=decision,
            permission=permission,
            by=act.by.id,
            at=act.now,
            note=note,
            created_at=act.now,
            recorded_at=act.now,
        )
    )


async def approved_before(act: Act, request_id: UUID, round_: int) -> bool:
    """Whether the caller has approved in this round."""
    row = SpendingApproval
    query = exists().where(
        row.request_id == request_id, row.round == round_, row.by == act.by.id, row.decision == Decision.approve
    )
    return bool(await act.session.scalar(select(query)))


async def promised(act: Act, account_id: UUID, beside: UUID | None) -> int:
    """Fen that other approved requests may still be paid from an account."""
    query = select(func.coalesce(func.sum(ROW.amount_fen - ROW.paid_fen), 0, type_=BigInteger)).where(
        ROW.account_id == account_id, ROW.state.in_(PAYABLE)
    )
    if beside is not None:
        query = query.where(ROW.id != beside)
    return int(await act.session.scalar(query) or 0)


async def lately(act: Act, asked: Asked, days: int) -> int:
    """Fen that were asked for in the last days from the same account for the same use, without this request."""
    gone = (RequestState.rejected, RequestState.withdrawn, RequestState.draft)
    query = select(func.coalesce(func.sum(ROW.amount_fen), 0, type_=BigInteger)).where(
        ROW.account_id == asked.account_id,
        ROW.use == asked.use,
        ROW.submitted_on > act.today - timedelta(days=days),
        ROW.state.not_in(gone),
        ROW.id != asked.id,
    )
    return int(await act.session.scalar(query) or 0)


async def receipts_overdue(act: Act, account_id: UUID, today: date) -> int:
    """How many payments of an account are not accounted for in time."""
    row = SpendingPayment
    query = select(func.count()).where(
        row.account_id == account_id,
        row.receipt_due_on < today,
        row.receipt_state != ReceiptState.accepted,
        row.state == PaymentState.paid,
    )
    return int(await act.session.scalar(query) or 0)


async def receipts_open(act: Act, request_id: UUID) -> int:
    """How many payments of a request are not accounted for."""
    row = SpendingPayment
    query = select(func.count()).where(
        row.request_id == request_id, row.receipt_state != ReceiptState.accepted, row.state == PaymentState.paid
    )
    return int(await act.session.scalar(query) or 0)


def leads(row: SpendingRequest, verb: RequestVerb) -> bool:
    """Whether a verb leads anywhere from where the request is."""
    return possible(RequestState(row.state), verb)
