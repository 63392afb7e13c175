"""Payments of requests: taken back, accounted for, accepted, given back."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.core.acts import Act
from app.core.errors import (
    Conflict,
    InFlight,
    NotAcceptable,
    NotFound,
    RuleViolation,
    StaleVersion,
    Taken,
    VersionRequired,
)
from app.core.sheets import Column
from app.services.access.permissions import Permission
from app.services.funding.requests.papers import service as papers
from app.services.funding.requests.papers.schemas import EvidenceCreate, EvidenceDetail
from app.services.funding.requests.payments import reads, receipts, service
from app.services.funding.requests.payments.schemas import (
    PaymentCancel,
    PaymentDetail,
    PaymentFilters,
    PaymentGiveBack,
    PaymentRead,
    PaymentReason,
    PaymentVersion,
    ReceiptAccept,
    ReceiptHandIn,
)
from app.web import answers
from app.web.guards import May
from app.web.idempotency import Key, told_once
from app.web.lists import Listed, ListQuery, respond
from app.web.openapi import declares
from app.web.strict import StrictRoute

router = APIRouter(prefix="/v1/funding/spending-payments", tags=["funding"], route_class=StrictRoute)

FundingRead = Annotated[Act, May(Permission.funding_read)]
RequestsWrite = Annotated[Act, May(Permission.spending_requests_write)]
FundingPost = Annotated[Act, May(Permission.funding_post)]
CHANGED = (NotFound, Conflict, StaleVersion, VersionRequired)

COLUMNS = (
    Column("paid_on", "date", heading="payment_paid_on"),
    Column("request_title", heading="spending_title"),
    Column("payee", heading="payment_payee"),
    Column("purse", coded="purse", heading="spending_purse"),
    Column("use", coded="spending_use", heading="spending_use"),
    Column("amount_fen", "fen", heading="payment_amount_fen"),
    Column("returned_fen", "fen", heading="spending_returned_fen"),
    Column("spent_fen", "fen", heading="payment_spent_fen"),
    Column("state", coded="spending_payment_state", heading="payment_state"),
    Column("receipt_state", coded="spending_receipt_state", heading="payment_receipt_state"),
    Column("receipt_due_on", "date", heading="payment_receipt_due_on"),
    Column("receipt_overdue", "boolean", heading="payment_receipt_overdue"),
    Column("reference", heading="payment_reference"),
    Column("business_key"),
    Column("region_code"),
    Column("authority_code"),
    Column("branch_id"),
    Column("request_id", heading="payment_request_id"),
    Column("entry_id", heading="payment_entry_id"),
    Column("id"),
)


class PaymentList(PaymentFilters, ListQuery):
    """Filters and paging of the payments."""


@router.get(
    "", summary="List payments of requests", response_model=Listed[PaymentRead], responses=declares(NotAcceptable)
)
async def list_spending_payments(
    act: FundingRead, request: Request, query: Annotated[PaymentList, Query()]
) -> Response:
    """What was paid, the latest leading; `receipt_overdue` goes by today.

    As JSON pages, or as CSV or XLSX by `Accept`.
    """
    return await respond(request, COLUMNS, lambda ask: reads.listed(act, query, ask), query.ask())


@router.get("/{payment_id}", summary="Read a payment", response_model=PaymentDetail, responses=declares(NotFound))
async def read_spending_payment(act: FundingRead, payment_id: UUID, request: Request) -> Response:
    """One payment with its papers, its ETag and what the caller may do."""
    return answers.one(PaymentDetail, await service.shown(act, payment_id), request)


@router.post(
    "/{payment_id}/cancel",
    summary="Take a payment back",
    response_model=PaymentDetail,
    responses=declares(*CHANGED, InFlight),
)
async def cancel_spending_payment(
    act: FundingPost, payment_id: UUID, told: PaymentCancel, key: Key, request: Request
) -> Response:
    """Reverses a payment that does not stand: a wrong payee, or the bank returned it. The request may be paid again.

    Once it is accounted for, money comes back by `give-back`. Needs `If-Match` and `Idempotency-Key`.
    """

    async def work() -> Response:
        await service.cancel(act, payment_id, answers.expected_version(request), told)
        return answers.one(PaymentDetail, await service.shown(act, payment_id))

    return await told_once(act, request, key, work)


@router.post(
    "/{payment_id}/hand-in",
    summary="Account for a payment",
    response_model=PaymentDetail,
    responses=declares(*CHANGED, RuleViolation),
)
async def hand_in_spending_receipt(
    act: RequestsWrite, payment_id: UUID, told: ReceiptHandIn, request: Request
) -> Response:
    """Tells what was spent, with the papers that the use needs laid beside it and no more than they prove.

    The branch does, or the office for it. Needs `If-Match`.
    """
    await receipts.hand_in(act, payment_id, answers.expected_version(request), told)
    return answers.one(PaymentDetail, await service.shown(act, payment_id))


@router.post(
    "/{payment_id}/accept",
    summary="Accept the account of a payment",
    response_model=PaymentDetail,
    responses=declares(*CHANGED, RuleViolation, InFlight),
)
async def accept_spending_receipt(
    act: FundingPost, payment_id: UUID, told: ReceiptAccept, key: Key, request: Request
) -> Response:
    """Takes an account as it was handed in; what was not spent is booked back into the account, and to the budget's
    line within its year. Nobody accepts what he asked for or handed in. Needs `If-Match` and `Idempotency-Key`.
    """

    async def work() -> Response:
        await receipts.accept(act, payment_id, answers.expected_version(request), told.booked_on)
        return answers.one(PaymentDetail, await service.shown(act, payment_id))

    return await told_once(act, request, key, work)


@router.post(
    "/{payment_id}/return",
    summary="Return the account of a payment",
    response_model=PaymentDetail,
    responses=declares(*CHANGED),
)
async def return_spending_receipt(act: FundingPost, payment_id: UUID, why: PaymentReason, request: Request) -> Response:
    """The account does not do, with a reason; it is handed in again. Needs `If-Match`."""
    await receipts.return_receipt(act, payment_id, answers.expected_version(request), why.reason)
    return answers.one(PaymentDetail, await service.shown(act, payment_id))


@router.post(
    "/{payment_id}/give-back",
    summary="Give back part of a payment",
    response_model=PaymentDetail,
    responses=declares(*CHANGED, InFlight),
)
async def give_back_spending_payment(
    act: FundingPost, payment_id: UUID, told: PaymentGiveBack, key: Key, request: Request
) -> Response:
    """Books what comes back after the account was accepted. Needs `If-Match` and `Idempotency-Key`."""

    async def work() -> Response:
        await receipts.give_back(act, payment_id, answers.expected_version(request), told)
        return answers.one(PaymentDetail, await service.shown(act, payment_id))

    return await told_once(act, request, key, work)


@router.post(
    "/{payment_id}/evidence",
    summary="Lay a paper beside a payment",
    status_code=201,
    response_model=EvidenceDetail,
    responses=declares(NotFound, Conflict, Taken),
)
async def create_payment_evidence(act: RequestsWrite, payment_id: UUID, draft: EvidenceCreate) -> Response:
    """Enters a paper of a payment that is not accounted for: an invoice, say, which is used once in a committee's books
    (409 `taken`). Its file follows at `/v1/funding/spending-evidence/{id}/files`.
    """
    payment = await reads.one(act, payment_id)
    evidence_id = await papers.bring(act, payment["request_id"], payment_id, draft)
    row = await papers.shown(act, evidence_id)
    return answers.created(EvidenceDetail, row, "/v1/funding/spending-evidence/{id}")


@router.get(
    "/{payment_id}/history",
    summary="List a payment's versions",
    response_model=Listed[PaymentVersion],
    responses=declares(NotFound),
)
async def list_spending_payment_versions(
    act: FundingRead, payment_id: UUID, request: Request, query: Annotated[ListQuery, Query()]
) -> Response:
    """What was known of the payment and when, the newest first."""
    return answers.listed(await reads.history(act, payment_id, query.ask()), request)
