"""Paying a run: each item for itself, each once, whoever calls and how often.

A call is one transaction. It holds the run, so that two who pay at once go one after the other, and the second finds
paid what the first paid; if it is cut off nothing of it stands, and the next call finds all of it waiting. Within it
each item is booked behind a savepoint of its own: what the books refuse is told of that item, and the rest goes on. An
item is booked under a key that names its line and attempt and is unique in the books for ever; the database takes an
item for paid only where the entry under that key says so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import orjson

from app.core.acts import Act
from app.core.clock import day_of
from app.core.errors import Conflict, Failure, FieldError, Invalid, refuse_hard
from app.core.findings import judge
from app.core.labels import label
from app.services.funding.budgets import service as budgets
from app.services.funding.facts import AccountKind, EntryKind, HolderKind, Purse, Use
from app.services.funding.ledger import accounts
from app.services.funding.ledger import service as ledger
from app.services.funding.ledger.facts import AccountKey, EntryDraft, Holder, LineDraft
from app.services.funding.payables import repository
from app.services.funding.payables.facts import PayableState, Refused, RunFacts, RunState
from app.services.funding.payables.models import Payable, PaymentRun
from app.services.funding.payables.rules import PAYING
from app.services.funding.payables.schemas import PaymentRunPay
from app.services.treatment.facts import Month

PAYABLE = (PayableState.open, PayableState.failed, PayableState.returned)
STANDING = (RunState.approved, RunState.paying, RunState.done)


@dataclass(slots=True)
class Paid:
    """What a call did: items in the order of the run."""

    items: list[dict[str, Any]] = field(default_factory=list)
    entries: list[tuple[UUID, UUID, int]] = field(default_factory=list)
    refused: list[tuple[UUID, Refused]] = field(default_factory=list)
    paid_fen: int = 0


async def pay(act: Act, run_id: UUID, told: PaymentRunPay) -> dict[str, Any]:
    """Book what waits of an approved run, or the items that are named; what became of each, and what is left.

    Raises NotFound, Forbidden; RuleViolation for whoever drew it up; Conflict for a run that is not approved; Invalid
    for a day that cannot be.
    """
    run = await repository.held(act, run_id)
    if run.state not in STANDING or run.approved_at is None:
        raise Conflict(errors=(FieldError("", f"payment_{run.state}"),))
    refuse_hard(judge(PAYING, RunFacts(own=act.by.id in run.drawn_up_by), None))
    earliest = day_of(run.approved_at)
    if told.paid_on > act.today:
        raise Invalid(errors=(FieldError("/paid_on", "day_future"),))
    if told.paid_on < earliest:
        raise Invalid(errors=(FieldError("/paid_on", "day_too_early", {"earliest": earliest.isoformat()}),))
    done = await _book(act, run, told)
    if done.entries or done.refused:
        await repository.save(act, run)
        await repository.paid(act, done.entries, told.paid_on, told.reference)
        await repository.failed(
            act, [(item, orjson.dumps({"code": why.code, "params": why.params}).decode()) for item, why in done.refused]
        )
    left_items, left_fen, state = await repository.left(act, run_id)
    return {
        "items": done.items,
        "paid": len(done.entries),
        "failed": len(done.refused),
        "paid_fen": done.paid_fen,
        "left_items": left_items,
        "left_fen": left_fen,
        "state": state,
    }


async def _book(act: Act, run: PaymentRun, told: PaymentRunPay) -> Paid:
    done = Paid()
    if told.payable_ids is None:
        wanted: Sequence[Payable] = await repository.waiting(act, run.id, told.limit)
    else:
        wanted = (await repository.named(act, run.id, told.payable_ids))[: told.limit]
        unknown = sorted(set(told.payable_ids) - {item.id for item in wanted})
        done.items += [_told(item, "not_payable") for item in unknown[: max(0, told.limit - len(wanted))]]
    spent = await _use_account(act, run) if any(item.state in PAYABLE for item in wanted) else None
    for item in wanted:
        if spent is None or item.state not in PAYABLE:
            before = item.state == PayableState.paid
            done.items.append(
                _told(item.id, "paid_before" if before else "not_payable", item.amount_fen, item.entry_id)
            )
            continue
        attempt = item.attempt + (item.reversal_id is not None)
        found = await _one(act, run, item, spent, attempt, told)
        if isinstance(found, Refused):
            done.refused.append((item.id, found))
            done.items.append(_told(item.id, "failed", item.amount_fen, None, found))
            continue
        done.entries.append((item.id, found, attempt))
        done.paid_fen += item.amount_fen
        done.items.append(_told(item.id, "paid", item.amount_fen, found))
    return done


async def _one(
    act: Act, run: PaymentRun, item: Payable, spent: UUID, attempt: int, told: PaymentRunPay
) -> UUID | Refused:
    """The entry of one item, or why the books refuse it; then nothing of it stands."""
    draft = EntryDraft(
        committee_id=run.committee_id,
        purse=Purse(run.purse),
        kind=EntryKind.spending,
        booked_on=told.paid_on,
        business_key=f"treatment:{item.entitlement_id}:{attempt}",
        text=label("payment_text", run.use, "zh-Hans", month=Month(run.month).name),
        lines=(LineDraft(run.account_id, -item.amount_fen), LineDraft(spent, item.amount_fen)),
        reference=told.reference,
    )
    try:
        async with act.session.begin_nested():
            entry = await ledger.post(act, draft)
            if run.budget_line_id is not None:
                await budgets.take(act, run.budget_line_id, item.amount_fen, entry_id=entry)
            return entry
    except Failure as failure:
        first = failure.errors[0] if failure.errors else None
        return Refused(first.code if first else failure.slug, first.params if first else {})


async def _use_account(act: Act, run: PaymentRun) -> UUID:
    account = await repository.account(act, run.account_id)
    if account is None or account.authority_id is None:
        raise Conflict(errors=(FieldError("", "payment_account"),))
    holder = Holder(HolderKind(account.holder_kind), account.authority_id)
    return await accounts.of(
        act, AccountKey(run.committee_id, Purse(run.purse), AccountKind.use, holder, use=Use(run.use))
    )


def _told(
    payable_id: UUID,
    outcome: str,
    amount_fen: int | None = None,
    entry_id: UUID | None = None,
    why: Refused | None = None,
) -> dict[str, Any]:
    params: Mapping[str, Any] = why.params if why else {}
    return {
        "payable_id": payable_id,
        "outcome": outcome,
        "amount_fen": amount_fen,
        "entry_id": entry_id,
        "code": why.code if why else None,
        "params": params,
    }
