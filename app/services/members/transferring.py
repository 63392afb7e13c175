"""Transferring relations: at once where the caller stands at both ends, else asked for here and accepted there."""

from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.core.errors import Conflict, FieldError, Forbidden, Invalid
from app.core.history import note
from app.core.pagination import Ask, Page
from app.core.versions import claim
from app.services.members import repository
from app.services.members.facts import MemberState, TransferState
from app.services.members.models import Member, MemberTransfer
from app.services.members.repository import Standing
from app.services.members.transfer_schemas import TransferAsk, TransferDecision, TransferFilters
from app.services.members.transfers import reads as transfer_reads

TRANSFERS = "member_transfers"


async def listed(act: Act, filters: TransferFilters, ask: Ask) -> Page:
    """One page of transfers; that a list of names was read is noted."""
    found = await transfer_reads.listed(act, filters, ask)
    await note(act, "list", TRANSFERS, rows=len(found.rows))
    return found


async def ask_for(act: Act, member_id: UUID, expected: int, wish: TransferAsk) -> dict[str, Any]:
    """Ask for a transfer, and carry it out where nobody else is to be asked.

    Raises NotFound, StaleVersion, Invalid, Conflict for one who has left; the database refuses an unknown branch, and
    a second transfer while one is pending (Taken).
    """
    member = await claim(act, Member, member_id, expected)
    if member.state != MemberState.current:
        raise Conflict(errors=(FieldError("", "member_not_current"),))
    known = await repository.branches(act, [wish.to_branch_id] if wish.to_branch_id else [])
    entering = known.get(wish.to_branch_id) if wish.to_branch_id else None
    errors = _wrong(act, member, wish, entering)
    if errors:
        raise Invalid(errors=tuple(errors))
    transfer = MemberTransfer(
        version=1,
        member_id=member_id,
        to_branch_id=wish.to_branch_id,
        destination=wish.destination,
        effective_on=wish.effective_on,
        reason=wish.reason,
        state=TransferState.pending,
        asked_by=act.by.id,
        created_at=act.now,
        recorded_at=act.now,
    )
    act_alone = wish.to_branch_id is None or entering is not None
    transfer_id = await repository.add_transfer(act, transfer)
    if act_alone:
        await _decide(act, transfer, TransferState.accepted, None)
    return await transfer_reads.detail(act, transfer_id)


async def accept(act: Act, transfer_id: UUID, expected: int) -> dict[str, Any]:
    """Take a member in. Raises NotFound, StaleVersion, Forbidden at the other end, Conflict for one decided."""
    transfer = await _pending(act, transfer_id, expected)
    entering = await _receiving(act, transfer)
    if entering.dissolved_on is not None:
        raise Conflict(errors=(FieldError("", "reference_ended"),))
    if transfer.effective_on < entering.founded_on:
        raise Conflict(errors=(FieldError("", "before_founding", {"founded_on": entering.founded_on.isoformat()}),))
    await _decide(act, transfer, TransferState.accepted, None)
    return await transfer_reads.detail(act, transfer_id)


async def refuse(act: Act, transfer_id: UUID, expected: int, why: TransferDecision) -> dict[str, Any]:
    """Do not take a member in. Raises as `accept`."""
    transfer = await _pending(act, transfer_id, expected)
    await _receiving(act, transfer)
    await _decide(act, transfer, TransferState.refused, why.reason)
    return await transfer_reads.detail(act, transfer_id)


async def withdraw(act: Act, transfer_id: UUID, expected: int, why: TransferDecision) -> dict[str, Any]:
    """Take a request back, on the side that made it. Raises as `accept`."""
    transfer = await _pending(act, transfer_id, expected)
    lines = [] if transfer.authority_code is None else [transfer.authority_code]
    own = [] if transfer.from_branch_id is None else [transfer.from_branch_id]
    if not act.scope.holds(transfer.region_code, lines, own):
        raise Forbidden(reason="scope")
    await _decide(act, transfer, TransferState.withdrawn, why.reason)
    return await transfer_reads.detail(act, transfer_id)


async def _pending(act: Act, transfer_id: UUID, expected: int) -> MemberTransfer:
    transfer = await claim(act, MemberTransfer, transfer_id, expected)
    if transfer.state != TransferState.pending:
        raise Conflict(errors=(FieldError("", "transfer_decided"),))
    return transfer


async def _receiving(act: Act, transfer: MemberTransfer) -> Standing:
    assert transfer.to_branch_id is not None  # noqa: S101  (one that leaves the service is decided at once)
    known = await repository.branches(act, [transfer.to_branch_id])
    if transfer.to_branch_id not in known:
        raise Forbidden(reason="scope")
    return known[transfer.to_branch_id]


async def _decide(act: Act, transfer: MemberTransfer, state: TransferState, reason: str | None) -> None:
    transfer.state, transfer.decision_reason = state, reason
    transfer.decided_by, transfer.decided_at = act.by.id, act.now
    await repository.save_transfer(act, transfer)


def _wrong(act: Act, member: Member, wish: TransferAsk, entering: Standing | None) -> list[FieldError]:
    errors = []
    if not member.since <= wish.effective_on <= act.today:
        errors.append(FieldError("/effective_on", "member_day", {"since": member.since.isoformat()}))
    if wish.to_branch_id is not None and wish.to_branch_id == member.branch_id:
        errors.append(FieldError("/to_branch_id", "transfer_to_same"))
    if entering is not None and entering.dissolved_on is not None:
        errors.append(FieldError("/to_branch_id", "reference_ended"))
    if entering is not None and wish.effective_on < entering.founded_on:
        founded = {"founded_on": entering.founded_on.isoformat()}
        errors.append(FieldError("/effective_on", "before_founding", founded))
    return errors
