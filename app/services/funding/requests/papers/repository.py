"""Papers as they are brought and taken away, and whether that may be done now."""

from typing import Any
from uuid import UUID

from sqlalchemy import delete, exists, select

from app.core.acts import Act
from app.services.files.models import File
from app.services.funding.requests.facts import EVIDENCE, ReceiptState, RequestState
from app.services.funding.requests.models import SpendingEvidence, SpendingPayment, SpendingRequest


async def add(act: Act, row: SpendingEvidence) -> UUID:
    """Enter a paper; the database says where it stands."""
    act.session.add(row)
    await act.session.flush()
    return row.id


async def remove(act: Act, evidence_id: UUID) -> None:
    """Take a paper away."""
    await act.session.execute(delete(SpendingEvidence).where(SpendingEvidence.id == evidence_id))


async def filed(act: Act, evidence_id: UUID) -> bool:
    """Whether a paper has files."""
    query = exists().where(File.subject_kind == EVIDENCE, File.subject_id == evidence_id)
    return bool(await act.session.scalar(select(query)))


async def open_to(
    act: Act, request_id: UUID, payment_id: UUID | None, *, hold: bool = True
) -> tuple[Any, str | None] | None:
    """Where the request stands, and why it or its payment takes no papers now; with `hold` that stays so until this act
    ends. None where the caller may not write it. A request is locked before its payment.
    """
    row, paid = SpendingRequest, SpendingPayment
    query = select(row.state, row.region_code, row.authority_code, row.branch_id).where(row.id == request_id)
    told = (await act.session.execute(query.with_for_update(read=True) if hold else query)).mappings().first()
    if told is None:
        return None
    if payment_id is None:
        return told, None if told["state"] == RequestState.draft else f"spending_{told['state']}"
    asked = select(paid.receipt_state).where(paid.id == payment_id, paid.request_id == request_id)
    state = await act.session.scalar(asked.with_for_update(read=True) if hold else asked)
    if state is None:
        return None
    return told, None if state == ReceiptState.none else f"receipt_{state}"
