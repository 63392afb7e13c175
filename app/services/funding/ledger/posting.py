"""What people do in the books by hand: open and close accounts, post entries, take them back."""

from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.core.errors import Conflict, FieldError, Forbidden, Invalid
from app.core.versions import claim
from app.core.wire import action
from app.services.access.permissions import Permission
from app.services.funding.facts import AccountKind, EntryKind, HolderKind
from app.services.funding.ledger import reads, repository, service
from app.services.funding.ledger.facts import AccountKey, EntryDraft, Holder, LineDraft
from app.services.funding.ledger.models import FundingAccount
from app.services.funding.ledger.schemas import AccountCreate, EntryCreate, EntryReverse


async def account_shown(act: Act, account_id: UUID) -> dict[str, Any]:
    """One account with what the caller may do. Raises NotFound."""
    row = await reads.account(act, account_id)
    return {**row, "allowed_actions": [action("close", _not_closed(act, row))]}


async def open_account(act: Act, told: AccountCreate) -> UUID:
    """Open an account; returns its key.

    Raises Forbidden for a holder who may only be seen, Invalid for one who is not, for a committee that is not the
    holder it says, and for a use where none belongs; Conflict for an account that is there. The database refuses
    holders outside the committee.
    """
    if (told.use is None) == (told.kind is AccountKind.use):
        raise Invalid(errors=(FieldError("/use", "account_use"),))
    if (told.holder_kind is HolderKind.committee) != (told.holder_id == told.committee_id):
        raise Invalid(errors=(FieldError("/holder_id", "account_holder_committee"),))
    holder = Holder(told.holder_kind, told.holder_id)
    _, line = await placed(act, Holder(HolderKind.committee, told.committee_id), "/committee_id")
    place, own_line = await placed(act, holder, "/holder_id")
    if not act.scope.holds(place, [own_line or line]):
        raise Forbidden(reason="scope")
    key = AccountKey(told.committee_id, told.purse, told.kind, holder, told.use)
    opened = await repository.open_account(act, key)
    if opened is None:
        raise Conflict(errors=(FieldError("", "constraint.uq_funding_accounts_key"),))
    return opened


async def placed(act: Act, holder: Holder, pointer: str) -> tuple[int, int | None]:
    """The codes of a holder's place and line. Raises Invalid for one out of sight."""
    found = await reads.holder_place(act, holder)
    if found is None:
        raise Invalid(errors=(FieldError(pointer, "reference_unknown"),))
    return found


async def close_account(act: Act, account_id: UUID, expected: int) -> None:
    """Close an empty account. Raises NotFound, StaleVersion, Forbidden; Conflict while it holds money or is closed."""
    account = await claim(act, FundingAccount, account_id, expected)
    refusal = _not_closed(act, await reads.account(act, account_id))
    if refusal in ("permission", "outside_scope"):
        raise Forbidden(reason="scope")
    if refusal is not None:
        raise Conflict(errors=(FieldError("", refusal),))
    account.closed_on = act.today
    account.version += 1
    account.recorded_at = act.now
    await act.session.flush()


def _not_closed(act: Act, row: dict[str, Any]) -> str | None:
    if Permission.funding_write not in act.by.permissions:
        return "permission"
    if not act.scope.holds(int(row["region_code"]), [int(row["authority_code"])]):
        return "outside_scope"
    if row["closed_on"] is not None:
        return "account_closed"
    return "account_holds_money" if row["kind"] == AccountKind.funds and row["balance_fen"] else None


async def entry_shown(act: Act, entry_id: UUID) -> dict[str, Any]:
    """One entry with its lines and what the caller may do. Raises NotFound."""
    row = await reads.entry(act, entry_id)
    refusal = None
    if Permission.funding_post not in act.by.permissions:
        refusal = "permission"
    elif row["kind"] == EntryKind.reversal:
        refusal = "entry_is_reversal"
    elif row["reversed_by_id"] is not None:
        refusal = "entry_reversed"
    return {**row, "allowed_actions": [action("reverse", refusal)]}


async def enter(act: Act, told: EntryCreate) -> UUID:
    """Post an entry by hand; returns its key. Raises what `service.post` raises."""
    if told.kind is EntryKind.reversal:
        raise Invalid(errors=(FieldError("/kind", "entry_reverse_instead"),))
    lines = tuple(LineDraft(line.account_id, line.amount_fen, line.text) for line in told.lines)
    draft = EntryDraft(
        committee_id=told.committee_id,
        purse=told.purse,
        kind=told.kind,
        booked_on=told.booked_on or act.today,
        business_key=told.business_key,
        text=told.text,
        lines=lines,
        reference=told.reference,
    )
    return await service.post(act, draft)


async def take_back(act: Act, entry_id: UUID, told: EntryReverse) -> UUID:
    """Take an entry back; returns the reversal's key. Raises what `service.reverse` raises."""
    return await service.reverse(act, entry_id, told.booked_on or act.today, told.reason, f"reversal:{entry_id}")
