"""What is done with a run beside paying it: approved by another, set aside, an item taken out; and what is shown."""

from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.core.errors import Conflict, FieldError, NotFound, refuse_hard
from app.core.findings import judge
from app.core.history import note
from app.core.pagination import Ask, Page
from app.core.versions import claim
from app.core.wire import action
from app.services.access.permissions import Permission
from app.services.funding.ledger import reads as ledger
from app.services.funding.payables import reads, repository
from app.services.funding.payables.facts import WAITING, PayableState, RunFacts, RunState
from app.services.funding.payables.items import reads as item_reads
from app.services.funding.payables.items.schemas import PayableDebtFilters, PayableFilters
from app.services.funding.payables.models import Payable, PaymentRun
from app.services.funding.payables.rules import APPROVING

P = Permission
R = RunState
S = PayableState
RUN_SHOWN: dict[str, tuple[Permission, tuple[RunState, ...]]] = {
    "recompute": (P.payables_write, (R.draft,)),
    "approve": (P.funding_approve, (R.draft,)),
    "pay": (P.funding_post, (R.approved, R.paying)),
    "discard": (P.payables_write, (R.draft, R.approved, R.paying)),
}
"""What a run's detail tells whether the caller may do it: the permission it needs, and the states in which it can."""
NOT_OWN = {"approve": "payment_own_run", "pay": "payment_own_payment"}
ITEM_SHOWN: dict[str, tuple[Permission, tuple[PayableState, ...]]] = {
    "return": (P.funding_post, (S.paid,)),
    "pay": (P.funding_post, WAITING),
    "drop": (P.payables_write, WAITING),
}
"""The same for an item."""
LINES = "payables"
DEBTS = "payable_debts"


async def shown(act: Act, run_id: UUID) -> dict[str, Any]:
    """One run with what its account holds and what the caller may do. Raises NotFound."""
    row = await reads.one(act, run_id)
    refused = {name: _refusal(act, row, name, *RUN_SHOWN[name], row["state"]) for name in RUN_SHOWN}
    if row["paid_items"]:
        refused["discard"] = refused["discard"] or "payment_paid_already"
    return {
        **row,
        "available_fen": await ledger.balance(act, row["account_id"]),
        "allowed_actions": [action(name, why) for name, why in refused.items()],
    }


async def item_shown(act: Act, payable_id: UUID) -> dict[str, Any]:
    """One item with what it was netted with and what the caller may do. Raises NotFound.

    Whoever books returns without reading the lists is not told the name.
    """
    row = await item_reads.one(act, payable_id)
    if P.payables_read not in act.by.permissions:
        row["worker_name"] = None
    actions = [action(name, _item_refusal(act, row, name)) for name in ITEM_SHOWN]
    return {**row, "netted_with": await item_reads.netted_with(act, payable_id), "allowed_actions": actions}


def _item_refusal(act: Act, row: dict[str, Any], name: str) -> str | None:
    refused = _refusal(act, row, name, *ITEM_SHOWN[name], row["state"])
    if refused is None and row["run_state"] == R.draft:
        return "payment_draft"
    return refused


def _refusal(
    act: Act, row: dict[str, Any], name: str, needs: Permission, when: tuple[str, ...], state: str
) -> str | None:
    if needs not in act.by.permissions:
        return "permission"
    if not act.scope.holds(int(row["region_code"]), [int(row["authority_code"])]):
        return "outside_scope"
    if state not in when:
        return f"payment_{state}"
    return NOT_OWN.get(name) if act.by.id in row["drawn_up_by"] else None


async def listed_items(act: Act, filters: PayableFilters, ask: Ask) -> Page:
    """One page of items, noted as a list of names."""
    found = await item_reads.listed(act, filters, ask)
    await note(act, "list", LINES, rows=len(found.rows), run=None if filters.run_id is None else str(filters.run_id))
    return found


async def listed_debts(act: Act, filters: PayableDebtFilters, ask: Ask) -> Page:
    """One page of what is owed back, noted as a list of names."""
    found = await item_reads.debts(act, filters, ask)
    await note(act, "list", DEBTS, rows=len(found.rows))
    return found


async def approve(act: Act, run_id: UUID, expected: int) -> None:
    """Let a run be paid. Nothing of it changes from here on.

    Raises NotFound, StaleVersion, Forbidden; RuleViolation for whoever drew it up; Conflict for one that is no draft.
    """
    run = await claim(act, PaymentRun, run_id, expected)
    if run.state != R.draft:
        raise Conflict(errors=(FieldError("", f"payment_{run.state}"),))
    refuse_hard(judge(APPROVING, RunFacts(own=act.by.id in run.drawn_up_by), None))
    run.state, run.approved_by, run.approved_at = R.approved, act.by.id, act.now
    await repository.save(act, run)


async def discard(act: Act, run_id: UUID, expected: int, reason: str) -> None:
    """Set a run aside that nothing of is paid: its lines may stand in another, what they took of debts is owed again.

    Raises NotFound, StaleVersion, Forbidden; Conflict for one that is discarded or done, or of which something is paid.
    """
    run = await claim(act, PaymentRun, run_id, expected)
    if run.state in (R.discarded, R.done):
        raise Conflict(errors=(FieldError("", f"payment_{run.state}"),))
    if run.paid_items:
        raise Conflict(errors=(FieldError("", "payment_paid_already", {"items": run.paid_items}),))
    run.state, run.discard_reason = R.discarded, reason
    await repository.save(act, run)
    await repository.drop(act, run_id, reason)


async def drop(act: Act, payable_id: UUID, expected: int, reason: str) -> None:
    """Take an item that waits out of its run: its line may stand in another one.

    Raises NotFound, StaleVersion, Forbidden; Conflict for one that does not wait.
    """
    run, item = await held_item(act, payable_id, expected)
    if item.state not in WAITING:
        raise Conflict(errors=(FieldError("", f"payment_{item.state}"),))
    await repository.save(act, run)
    await repository.drop(act, run.id, reason, payable_id)


async def held_item(act: Act, payable_id: UUID, expected: int) -> tuple[PaymentRun, Payable]:
    """An item and its run, both locked, the run first as everybody does it.

    Raises NotFound, Forbidden, StaleVersion.
    """
    run_id = await repository.run_of(act, payable_id)
    if run_id is None:
        raise NotFound()
    run = await repository.held(act, run_id)
    return run, await claim(act, Payable, payable_id, expected)
