"""What can be done with papers: brought with their files, taken away, until somebody relies on them."""

from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.core.errors import Conflict, FieldError, Forbidden, Invalid
from app.core.history import about
from app.core.versions import claim
from app.core.wire import action
from app.services.access.permissions import Permission
from app.services.files.contract import FileOwner, Place
from app.services.files.facts import FilePurpose, MediaType
from app.services.funding.requests.facts import EVIDENCE, PROVING, EvidenceKind
from app.services.funding.requests.models import SpendingEvidence
from app.services.funding.requests.papers import reads, repository
from app.services.funding.requests.papers.schemas import EvidenceCreate
from app.services.funding.requests.standing import within_reach

P = Permission


async def shown(act: Act, evidence_id: UUID) -> dict[str, Any]:
    """One paper, and what the caller may do with it. Raises NotFound."""
    row = await reads.one(act, evidence_id)
    refusal = await _refusal(act, row)
    removing = refusal or ("spending_evidence_filed" if row["files"] else None)
    return {**row, "allowed_actions": [action("add_file", refusal), action("remove", removing)]}


async def _refusal(act: Act, row: dict[str, Any]) -> str | None:
    if P.spending_requests_write not in act.by.permissions:
        return "permission"
    if not within_reach(act, row):
        return "outside_scope"
    held = await repository.open_to(act, row["request_id"], row["payment_id"], hold=False)
    return "outside_scope" if held is None else held[1]


async def bring(act: Act, request_id: UUID, payment_id: UUID | None, draft: EvidenceCreate) -> UUID:
    """Enter a paper of a draft, or of a payment that is not accounted for; returns its key. Its file follows.

    Raises Forbidden, Conflict; Invalid for a paper that lacks its amount or its number; Taken, by the database, for an
    invoice that was used already.
    """
    await _open(act, request_id, payment_id)
    lacking = []
    if draft.kind in PROVING and draft.amount_fen is None:
        lacking.append(FieldError("/amount_fen", "evidence_amount_missing"))
    if draft.kind is EvidenceKind.invoice and draft.number is None:
        lacking.append(FieldError("/number", "evidence_number_missing"))
    if draft.dated_on is not None and draft.dated_on > act.today:
        lacking.append(FieldError("/dated_on", "day_future"))
    if lacking:
        raise Invalid(errors=tuple(lacking))
    row = SpendingEvidence(
        version=1,
        request_id=request_id,
        payment_id=payment_id,
        kind=draft.kind,
        title=draft.title,
        number=draft.number,
        amount_fen=draft.amount_fen,
        dated_on=draft.dated_on,
        brought_by=act.by.id,
        created_at=act.now,
        recorded_at=act.now,
    )
    return await repository.add(act, row)


async def remove(act: Act, evidence_id: UUID, expected: int, reason: str) -> None:
    """Take a paper without files away. Raises NotFound, StaleVersion, Forbidden, Conflict."""
    row = await claim(act, SpendingEvidence, evidence_id, expected)
    await _open(act, row.request_id, row.payment_id)
    if await repository.filed(act, evidence_id):
        raise Conflict(errors=(FieldError("", "spending_evidence_filed"),))
    await about(act, reason)
    await repository.remove(act, evidence_id)


async def _open(act: Act, request_id: UUID, payment_id: UUID | None) -> None:
    held = await repository.open_to(act, request_id, payment_id)
    if held is None or not within_reach(act, held[0]):
        raise Forbidden(reason="scope")
    if held[1] is not None:
        raise Conflict(errors=(FieldError("", held[1]),))


async def _readable(act: Act, evidence_id: UUID) -> None:
    if P.funding_read not in act.by.permissions:
        raise Forbidden(permission=P.funding_read)
    await reads.one(act, evidence_id)


async def _writable(act: Act, evidence_id: UUID, purpose: FilePurpose, _: MediaType | None) -> Place:
    row = await reads.one(act, evidence_id)
    if P.spending_requests_write not in act.by.permissions:
        raise Forbidden(permission=P.spending_requests_write)
    await _open(act, row["request_id"], row["payment_id"])
    if purpose is not FilePurpose.attachment:
        raise Conflict(errors=(FieldError("", "spending_evidence_attachment"),))
    return Place(int(row["region_code"]))


OWNER = FileOwner(EVIDENCE, _readable, _writable)
"""Papers own their files."""
