"""Paying what was approved, and taking a payment back that does not stand."""

from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.core.errors import Conflict, FieldError, Forbidden, Invalid, NotFound, refuse_hard
from app.core.findings import judge
from app.core.sheets import yuan
from app.core.versions import claim
from app.core.wire import action
from app.services.access.permissions import Permission
from app.services.funding.requests import repository as requests
from app.services.funding.requests.facts import PayingFacts, PaymentState, ReceiptState, RequestState, RequestVerb
from app.services.funding.requests.models import SpendingPayment, SpendingRequest
from app.services.funding.requests.papers import reads as papers
from app.services.funding.requests.payments import booking, reads, repository
from app.services.funding.requests.payments.schemas import PaymentCancel, PaymentCreate
from app.services.funding.requests.rules import PAYING
from app.services.funding.requests.standing import columns_of, of_office, policy_at, within_reach

P = Permission
R = ReceiptState
SHOWN: dict[str, Permission] = {
    "add_evidence": P.spending_requests_write,
    "hand_in": P.spending_requests_write,
    "accept": P.funding_post,
    "return_receipt": P.funding_post,
    "give_back": P.funding_post,
    "cancel": P.funding_post,
}
"""What a detail tells whether the caller may do it, and the permission that it needs."""
WHEN: dict[str, ReceiptState] = {
    "add_evidence": R.none,
    "hand_in": R.none,
    "cancel": R.none,
    "accept": R.handed_in,
    "return_receipt": R.handed_in,
    "give_back": R.accepted,
}
"""How far a payment is accounted for when each can be done."""
SAME = ("request_id", "amount_fen", "paid_on", "payee", "reference")
"""What makes two payments under one key the same."""


async def shown(act: Act, payment_id: UUID) -> dict[str, Any]:
    """One payment with its papers and what the caller may do. Raises NotFound."""
    row = await reads.one(act, payment_id)
    return {
        **row,
        "evidence": await papers.of_payment(act, payment_id),
        "allowed_actions": [action(name, _refusal(act, row, name)) for name in SHOWN],
    }


def _refusal(act: Act, row: dict[str, Any], name: str) -> str | None:
    if SHOWN[name] not in act.by.permissions:
        return "permission"
    branchs_own = SHOWN[name] is P.spending_requests_write
    if not (within_reach(act, row) if branchs_own else of_office(act, row)):
        return "outside_scope"
    if row["state"] == PaymentState.cancelled:
        return "payment_cancelled"
    if row["receipt_state"] != WHEN[name]:
        return f"receipt_{row['receipt_state']}"
    own = name == "accept" and act.by.id in (row["requested_by"], row["receipt_by"])
    return "spending_own_receipt" if own else None


async def pay(act: Act, request_id: UUID, expected: int, told: PaymentCreate) -> UUID:
    """Pay of an approved request and book it; returns the payment. Under a key that is known the same payment is the
    one that was made, whatever became of the request since.

    Raises NotFound, StaleVersion, Forbidden; RuleViolation for one's own request; Conflict for a request that is not
    to be paid, for more than its rest and for another payment under the key; Invalid for a day that cannot be; and what
    the books and the budget raise.
    """
    if known := await _known(act, request_id, told):
        return known
    request = await requests.claimed(act, request_id, expected)
    if not of_office(act, columns_of(request)):
        raise Forbidden(reason="scope")
    if not requests.leads(request, RequestVerb.pay):
        raise Conflict(errors=(FieldError("", f"spending_{request.state}"),))
    policy = (await policy_at(act, (request.region_code, request.region_level))).numbers
    refuse_hard(judge(PAYING, PayingFacts(own=request.requested_by == act.by.id), policy))
    _day(act, request, told)
    rest = request.amount_fen - request.paid_fen
    if told.amount_fen > rest:
        raise Conflict(errors=(FieldError("/amount_fen", "spending_over_rest", {"rest": yuan(rest)}),))
    payment_id = await repository.new_id(act)
    key = f"payment:{payment_id}"
    entry_id = await booking.spend(act, request, told.amount_fen, told.paid_on, key, told.reference)
    request.paid_fen += told.amount_fen
    request.state = RequestState.paid
    await requests.save(act, request)
    await repository.add(
        act,
        SpendingPayment(
            id=payment_id,
            version=1,
            request_id=request_id,
            amount_fen=told.amount_fen,
            returned_fen=0,
            paid_on=told.paid_on,
            payee=told.payee,
            reference=told.reference,
            business_key=told.business_key,
            entry_id=entry_id,
            state=PaymentState.paid,
            paid_by=act.by.id,
            receipt_state=ReceiptState.none,
            receipt_due_on=told.paid_on + policy.receipt_time,
            created_at=act.now,
            recorded_at=act.now,
        ),
    )
    return payment_id


async def _known(act: Act, request_id: UUID, told: PaymentCreate) -> UUID | None:
    committee_id = await requests.committee_of(act, request_id)
    if committee_id is None:
        raise NotFound()
    known = await repository.under(act, committee_id, told.business_key)
    if known is None:
        return None
    asked = {"request_id": request_id, **{name: getattr(told, name) for name in SAME[1:]}}
    if any(getattr(known, name) != asked[name] for name in SAME):
        raise Conflict(errors=(FieldError("/business_key", "business_key_taken"),))
    return known.id


def _day(act: Act, request: SpendingRequest, told: PaymentCreate) -> None:
    if told.paid_on > act.today:
        raise Invalid(errors=(FieldError("/paid_on", "day_future"),))
    if request.approved_on is None or told.paid_on < request.approved_on:
        earliest = {"earliest": "-" if request.approved_on is None else request.approved_on.isoformat()}
        raise Invalid(errors=(FieldError("/paid_on", "day_too_early", earliest),))


async def held(act: Act, payment_id: UUID, expected: int) -> tuple[SpendingRequest, SpendingPayment]:
    """A payment and its request, both locked, the request first as everybody does it.

    Raises NotFound, Forbidden, StaleVersion; Conflict for a payment that was cancelled.
    """
    request_id = await repository.request_of(act, payment_id)
    if request_id is None:
        raise NotFound()
    request = await requests.held(act, request_id)
    payment = await claim(act, SpendingPayment, payment_id, expected)
    if payment.state == PaymentState.cancelled:
        raise Conflict(errors=(FieldError("", "payment_cancelled"),))
    return request, payment


async def cancel(act: Act, payment_id: UUID, expected: int, told: PaymentCancel) -> None:
    """Take a payment back that does not stand: its money is in the account again, and the request may be paid again.

    Raises NotFound, StaleVersion, Forbidden; Conflict once it is accounted for, and what the books raise.
    """
    request, payment = await held(act, payment_id, expected)
    if not of_office(act, columns_of(payment)):
        raise Forbidden(reason="scope")
    if payment.receipt_state != ReceiptState.none:
        raise Conflict(errors=(FieldError("", f"receipt_{payment.receipt_state}"),))
    if not requests.leads(request, RequestVerb.cancel):
        raise Conflict(errors=(FieldError("", f"spending_{request.state}"),))
    await booking.take_back(act, payment, told.booked_on or act.today, told.reason)
    request.paid_fen -= payment.amount_fen
    if request.paid_fen == 0:
        request.state = RequestState.approved
    await requests.save(act, request)
    payment.state, payment.cancel_reason = PaymentState.cancelled, told.reason
    await repository.save(act, payment)
