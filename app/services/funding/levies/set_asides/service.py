"""Putting money aside for a firm's levy: an entry of the books, and what it is for. Taken back only as a whole."""

from datetime import date
from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.core.errors import Conflict, FieldError, Forbidden, Invalid, refuse_hard
from app.core.findings import judge
from app.core.versions import claim
from app.core.wire import action
from app.services.access.permissions import Permission
from app.services.funding.facts import AccountKind, EntryKind, HolderKind, Purse
from app.services.funding.ledger import accounts
from app.services.funding.ledger import service as ledger
from app.services.funding.ledger.facts import AccountKey, EntryDraft, Holder, LineDraft
from app.services.funding.levies import repository as rows
from app.services.funding.levies.facts import LevyState, SetAsideState
from app.services.funding.levies.models import Levy, LevySetAside
from app.services.funding.levies.rules import COMPUTING, LevyFacts
from app.services.funding.levies.service import committee, policy_at
from app.services.funding.levies.set_asides import reads
from app.services.funding.levies.set_asides.schemas import SetAsideCreate, SetAsideReverse
from app.services.funding.levies.settling import in_office


async def shown(act: Act, set_aside_id: UUID) -> dict[str, Any]:
    """One set-aside with what the caller may do. Raises NotFound."""
    row = await reads.one(act, set_aside_id)
    return {**row, "allowed_actions": [action("reverse", _refusal(act, row))]}


def _refusal(act: Act, row: dict[str, Any]) -> str | None:
    if Permission.funding_post not in act.by.permissions:
        return "permission"
    if not in_office(act, row):
        return "outside_scope"
    return "levy_set_aside_reversed" if row["state"] == SetAsideState.reversed else None


async def create(act: Act, draft: SetAsideCreate) -> UUID:
    """Post a set-aside; the same deed under the same business key is the one that stands.

    Raises Invalid for a levy that is not to be seen, a day outside its year and the next, and what the books refuse;
    Forbidden; Conflict for a levy that is not planned, a closed year, or a business key of another deed; RuleViolation
    for a firm that is state-owned or of another kind that is not counted.
    """
    levy = await rows.held_levy(act, draft.levy_id)
    if levy is None:
        raise Invalid(errors=(FieldError("/levy_id", "reference_unknown"),))
    body = await committee(act, levy.committee_id)
    if levy.state != LevyState.planned:
        raise Conflict(errors=(FieldError("/levy_id", f"levy_{levy.state}"),))
    if not date(levy.year, 1, 1) <= draft.booked_on <= date(levy.year + 1, 12, 31):
        told = {"first": levy.year, "last": levy.year + 1}
        raise Invalid(errors=(FieldError("/booked_on", "levy_day_outside", told),))
    kind = await rows.kind_of(act, levy.organization_id)
    refuse_hard(judge(COMPUTING, LevyFacts(kind), await policy_at(act, body.place, levy.year)))
    entry_id = await ledger.post(act, await _entry(act, levy, draft))
    known = await reads.of_entry(act, entry_id)
    if known is None:
        return await _kept(act, levy, draft, entry_id)
    if known.levy_id != levy.id:
        raise Conflict(errors=(FieldError("/business_key", "business_key_taken"),))
    return known.id


async def _entry(act: Act, levy: Levy, draft: SetAsideCreate) -> EntryDraft:
    holder = Holder(HolderKind.organization, levy.organization_id)
    source, funds = [
        await accounts.of(act, AccountKey(levy.committee_id, Purse.enterprise_levy, kind, holder))
        for kind in (AccountKind.source, AccountKind.funds)
    ]
    return EntryDraft(
        committee_id=levy.committee_id,
        purse=Purse.enterprise_levy,
        kind=EntryKind.set_aside,
        booked_on=draft.booked_on,
        business_key=f"set_aside:{draft.business_key}",
        text=draft.text,
        lines=(LineDraft(source, -draft.amount_fen), LineDraft(funds, draft.amount_fen)),
        reference=draft.reference,
    )


async def _kept(act: Act, levy: Levy, draft: SetAsideCreate, entry_id: UUID) -> UUID:
    row = LevySetAside(
        version=1,
        levy_id=levy.id,
        amount_fen=draft.amount_fen,
        booked_on=draft.booked_on,
        business_key=draft.business_key,
        text=draft.text,
        reference=draft.reference,
        entry_id=entry_id,
        posted_by=act.by.id,
        state=SetAsideState.posted,
        created_at=act.now,
        recorded_at=act.now,
    )
    await rows.enter(act, row)
    return row.id


async def reverse(act: Act, set_aside_id: UUID, expected: int, wish: SetAsideReverse) -> None:
    """Take a set-aside back by an entry that is its opposite. Of a settled levy that is recorded as an adjustment.

    Raises NotFound, StaleVersion, Forbidden; Conflict for one that was taken back, and for money that is spent already;
    Invalid for a day that the books refuse.
    """
    row = await claim(act, LevySetAside, set_aside_id, expected)
    if not act.scope.holds(row.region_code, [] if row.authority_code is None else [row.authority_code]):
        raise Forbidden(reason="scope")
    if row.state == SetAsideState.reversed:
        raise Conflict(errors=(FieldError("", "levy_set_aside_reversed"),))
    await ledger.reverse(act, row.entry_id, wish.booked_on, wish.reason, f"set_aside:{row.business_key}:reversal")
