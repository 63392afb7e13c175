"""What the bank sends back: the payment is reversed in the books, and the item waits to be paid again."""

from uuid import UUID

from app.core.acts import Act
from app.core.errors import Conflict, FieldError, Invalid
from app.core.labels import label
from app.services.funding.budgets import service as budgets
from app.services.funding.ledger import service as ledger
from app.services.funding.payables import repository
from app.services.funding.payables.facts import PayableState
from app.services.funding.payables.items.schemas import PayableReturn
from app.services.funding.payables.service import held_item
from app.services.treatment.facts import Month


async def give_back(act: Act, payable_id: UUID, expected: int, told: PayableReturn) -> None:
    """Take a payment back that the bank returned: its money is in the account again, and what it took of a budget's
    line is given back within the line's year.

    Raises NotFound, StaleVersion, Forbidden; Conflict for an item that is not paid; Invalid for a day that cannot be;
    and what the books raise: a closed year above all.
    """
    run, item = await held_item(act, payable_id, expected)
    if item.state != PayableState.paid or item.entry_id is None or item.paid_on is None:
        raise Conflict(errors=(FieldError("", f"payment_{item.state}"),))
    if told.returned_on > act.today:
        raise Invalid(errors=(FieldError("/returned_on", "day_future"),))
    if told.returned_on < item.paid_on:
        earliest = {"earliest": item.paid_on.isoformat()}
        raise Invalid(errors=(FieldError("/returned_on", "day_too_early", earliest),))
    what = label("payment_text", "returned", "zh-Hans", month=Month(run.month).name)  # the reason may tell of a person
    key = f"treatment:{item.entitlement_id}:{item.attempt}:returned"
    reversal = await ledger.reverse(act, item.entry_id, told.returned_on, what, key)
    if run.budget_line_id is not None:
        await budgets.give_back(act, run.budget_line_id, item.amount_fen, entry_id=reversal)
    await repository.save(act, run)
    item.state, item.reversal_id = PayableState.returned, reversal
    item.returned_on, item.return_reason = told.returned_on, told.reason
    await repository.save_item(act, item)
