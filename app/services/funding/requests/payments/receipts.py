"""How payments are accounted for: handed in with papers, accepted by somebody else; what was not spent comes back."""

from datetime import date
from uuid import UUID

from app.core.acts import Act
from app.core.errors import Conflict, FieldError, Forbidden, Invalid, refuse_hard
from app.core.findings import judge
from app.core.sheets import yuan
from app.services.funding.facts import Use
from app.services.funding.requests import repository as requests
from app.services.funding.requests.facts import (
    PAPERS,
    ReceiptFacts,
    ReceiptState,
    ReceiptVerb,
    RequestState,
    RequestVerb,
    leads_to,
)
from app.services.funding.requests.models import SpendingPayment, SpendingRequest
from app.services.funding.requests.papers import reads as papers
from app.services.funding.requests.payments import booking, repository
from app.services.funding.requests.payments.schemas import PaymentGiveBack, ReceiptHandIn
from app.services.funding.requests.payments.service import held
from app.services.funding.requests.policy import SpendingPolicy
from app.services.funding.requests.rules import ACCEPTING, HANDING_IN
from app.services.funding.requests.standing import columns_of, of_office, policy_at, within_reach


async def hand_in(act: Act, payment_id: UUID, expected: int, told: ReceiptHandIn) -> None:
    """Account for a payment: the branch itself, or the office for it.

    Raises NotFound, StaleVersion, Forbidden, Conflict where no account is waited for; Invalid for more than was paid;
    RuleViolation without the papers that the use needs, or for more than they prove.
    """
    request, payment = await held(act, payment_id, expected)
    if not within_reach(act, columns_of(payment)):
        raise Forbidden(reason="scope")
    _step(payment, ReceiptVerb.hand_in)
    if told.spent_fen > payment.amount_fen:
        raise Invalid(errors=(FieldError("/spent_fen", "receipt_over_payment", {"paid": yuan(payment.amount_fen)}),))
    facts = await _facts(act, request, payment, told.spent_fen, own=False)
    refuse_hard(judge(HANDING_IN, facts, await _policy(act, payment)))
    payment.receipt_state = ReceiptState.handed_in
    payment.receipt_by, payment.receipt_on = act.by.id, act.today
    payment.receipt_fen, payment.receipt_note = told.spent_fen, told.note
    await repository.save(act, payment)


async def return_receipt(act: Act, payment_id: UUID, expected: int, reason: str) -> None:
    """The account does not do; it is handed in again. Raises as `hand_in`."""
    _, payment = await held(act, payment_id, expected)
    if not of_office(act, columns_of(payment)):
        raise Forbidden(reason="scope")
    _step(payment, ReceiptVerb.return_receipt)
    payment.receipt_state, payment.receipt_note = ReceiptState.none, reason
    payment.receipt_by = payment.receipt_on = payment.receipt_fen = None
    await repository.save(act, payment)


async def accept(act: Act, payment_id: UUID, expected: int, booked_on: date | None) -> None:
    """The account does; what was not spent is booked back, and the request is settled once all of it was paid and
    accounted for.

    Raises NotFound, StaleVersion, Forbidden, Conflict where none was handed in; RuleViolation for one's own; and what
    the books raise.
    """
    request, payment = await held(act, payment_id, expected)
    if not of_office(act, columns_of(payment)):
        raise Forbidden(reason="scope")
    _step(payment, ReceiptVerb.accept)
    spent = payment.receipt_fen or 0
    own = act.by.id in (payment.requested_by, payment.receipt_by)
    facts = await _facts(act, request, payment, spent, own=own)
    refuse_hard(judge(ACCEPTING, facts, await _policy(act, payment)))
    unspent = payment.amount_fen - spent
    if unspent:
        await _back(act, request, payment, unspent, booked_on, request.title)
    payment.receipt_state = ReceiptState.accepted
    payment.accepted_by, payment.accepted_on = act.by.id, act.today
    await repository.save(act, payment)
    settled = request.paid_fen == request.amount_fen and not await requests.receipts_open(act, request.id)
    if not settled and not unspent:
        return
    request.returned_fen += unspent
    if settled:
        request.state, request.ended_on = RequestState.settled, act.today
    await requests.save(act, request)


async def give_back(act: Act, payment_id: UUID, expected: int, told: PaymentGiveBack) -> None:
    """More comes back after the account was accepted: a deposit, say.

    Raises NotFound, StaleVersion, Forbidden; Conflict before it is accepted and for more than stands; and what the
    books raise.
    """
    request, payment = await held(act, payment_id, expected)
    if not of_office(act, columns_of(payment)):
        raise Forbidden(reason="scope")
    if payment.receipt_state != ReceiptState.accepted:
        raise Conflict(errors=(FieldError("", f"receipt_{payment.receipt_state}"),))
    if not requests.leads(request, RequestVerb.give_back):
        raise Conflict(errors=(FieldError("", f"spending_{request.state}"),))
    standing = payment.amount_fen - payment.returned_fen
    if told.amount_fen > standing:
        raise Conflict(errors=(FieldError("/amount_fen", "receipt_over_standing", {"standing": yuan(standing)}),))
    await _back(act, request, payment, told.amount_fen, told.booked_on, told.reason)
    await repository.save(act, payment)
    request.returned_fen += told.amount_fen
    await requests.save(act, request)


async def _back(
    act: Act, request: SpendingRequest, payment: SpendingPayment, fen: int, booked_on: date | None, reason: str
) -> None:
    payment.entry_id = await booking.give_back(act, request, payment, fen, booked_on or act.today, reason)
    payment.returned_fen += fen


async def _facts(
    act: Act, request: SpendingRequest, payment: SpendingPayment, spent: int, *, own: bool
) -> ReceiptFacts:
    there, proven = await papers.proven(act, request.id, payment.id)
    missing = tuple(kind for kind in PAPERS[Use(request.use)].after if kind not in there)
    return ReceiptFacts(own=own, missing=missing, spent_fen=spent, proven_fen=proven)


async def _policy(act: Act, payment: SpendingPayment) -> SpendingPolicy:
    return (await policy_at(act, (payment.region_code, payment.region_level))).numbers


def _step(payment: SpendingPayment, verb: ReceiptVerb) -> None:
    if leads_to(ReceiptState(payment.receipt_state), verb) is None:
        raise Conflict(errors=(FieldError("", f"receipt_{payment.receipt_state}"),))
