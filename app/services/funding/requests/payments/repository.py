"""Payments as entities."""

from uuid import UUID

from sqlalchemy import Uuid, func, select

from app.core.acts import Act
from app.services.funding.requests.facts import PaymentState
from app.services.funding.requests.models import SpendingPayment

ROW = SpendingPayment


async def new_id(act: Act) -> UUID:
    """The key of a payment that is about to be booked."""
    return UUID(str(await act.session.scalar(select(func.uuidv7(type_=Uuid)))))


async def under(act: Act, committee_id: UUID, business_key: str) -> SpendingPayment | None:
    """The payment of a committee's books under a key."""
    found: SpendingPayment | None = await act.session.scalar(
        select(ROW).where(ROW.committee_id == committee_id, ROW.business_key == business_key)
    )
    return found


async def request_of(act: Act, payment_id: UUID) -> UUID | None:
    """Whose payment it is; None for one that may not be seen."""
    found: UUID | None = await act.session.scalar(select(ROW.request_id).where(ROW.id == payment_id))
    return found


async def add(act: Act, row: SpendingPayment) -> None:
    """Enter a payment that has been booked; the database says where it stands."""
    act.session.add(row)
    await act.session.flush()


async def save(act: Act, row: SpendingPayment) -> None:
    """Write a claimed payment's changes as its next version."""
    row.version += 1
    row.recorded_at = act.now
    await act.session.flush()


async def cancelled(act: Act, request_id: UUID) -> int:
    """How many payments of a request were taken back."""
    query = select(func.count()).where(ROW.request_id == request_id, ROW.state == PaymentState.cancelled)
    return int(await act.session.scalar(query) or 0)
