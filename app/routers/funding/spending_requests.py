"""Requests to spend: asked for, approved by amount and role, paid."""

from typing import Annotated, Any
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
from app.services.funding.requests import deciding, reads, service
from app.services.funding.requests.papers import service as papers
from app.services.funding.requests.papers.schemas import EvidenceCreate, EvidenceDetail
from app.services.funding.requests.payments import service as payments
from app.services.funding.requests.payments.schemas import PaymentCreate, PaymentDetail
from app.services.funding.requests.schemas import (
    SpendingApprove,
    SpendingReason,
    SpendingRequestCreate,
    SpendingRequestDetail,
    SpendingRequestFilters,
    SpendingRequestRead,
    SpendingRequestSubmit,
    SpendingRequestUpdate,
    SpendingRequestVersion,
)
from app.web import answers
from app.web.guards import May
from app.web.idempotency import Key, told_once
from app.web.lists import Listed, ListQuery, respond
from app.web.openapi import declares
from app.web.problems import finding_json
from app.web.state import language
from app.web.strict import StrictRoute

router = APIRouter(prefix="/v1/funding/spending-requests", tags=["funding"], route_class=StrictRoute)

FundingRead = Annotated[Act, May(Permission.funding_read)]
RequestsWrite = Annotated[Act, May(Permission.spending_requests_write)]
RequestsApprove = Annotated[Act, May(Permission.spending_requests_approve)]
FundingPost = Annotated[Act, May(Permission.funding_post)]
CHANGED = (NotFound, Conflict, StaleVersion, VersionRequired)

COLUMNS = (
    Column("title", heading="spending_title"),
    Column("purse", coded="purse", heading="spending_purse"),
    Column("use", coded="spending_use", heading="spending_use"),
    Column("amount_fen", "fen", heading="spending_amount_fen"),
    Column("paid_fen", "fen", heading="spending_paid_fen"),
    Column("returned_fen", "fen", heading="spending_returned_fen"),
    Column("state", coded="spending_request_state", heading="spending_state"),
    Column("tier", coded="spending_tier", heading="spending_tier"),
    Column("steps_taken", "integer", heading="spending_steps_taken"),
    Column("steps_needed", "integer", heading="spending_steps_needed"),
    Column("submitted_on", "date", heading="spending_submitted_on"),
    Column("approved_on", "date", heading="spending_approved_on"),
    Column("ended_on", "date", heading="spending_ended_on"),
    Column("committee_name", heading="spending_committee"),
    Column("region_code"),
    Column("authority_code"),
    Column("branch_id"),
    Column("organization_id"),
    Column("id"),
)


class SpendingRequestList(SpendingRequestFilters, ListQuery):
    """Filters and paging of the requests."""


async def _shown(act: Act, request_id: UUID, request: Request) -> dict[str, Any]:
    row = await service.shown(act, request_id)
    return {**row, "findings": [finding_json(each, language(request)) for each in row["findings"]]}


@router.get(
    "",
    summary="List spending requests",
    response_model=Listed[SpendingRequestRead],
    responses=declares(NotAcceptable),
)
async def list_spending_requests(
    act: FundingRead, request: Request, query: Annotated[SpendingRequestList, Query()]
) -> Response:
    """What was asked for, the newest leading; a branch's secretary sees his own branch's. As JSON pages, or as CSV or
    XLSX by `Accept`.
    """
    return await respond(request, COLUMNS, lambda ask: reads.listed(act, query, ask), query.ask())


@router.post(
    "",
    summary="Draw up a spending request",
    status_code=201,
    response_model=SpendingRequestDetail,
    responses=declares(Conflict),
)
async def create_spending_request(act: RequestsWrite, draft: SpendingRequestCreate, request: Request) -> Response:
    """Drafts a request for money of one account for one use; nothing is asked for until it is handed in.

    A branch asks of its own account, or of the levy account of an organisation that it covers (422 `reference_unknown`
    for another's). Papers are laid beside it before it is handed in.
    """
    request_id = await service.create(act, draft)
    row = await _shown(act, request_id, request)
    return answers.created(SpendingRequestDetail, row, "/v1/funding/spending-requests/{id}")


@router.get(
    "/{request_id}",
    summary="Read a spending request",
    response_model=SpendingRequestDetail,
    responses=declares(NotFound),
)
async def read_spending_request(act: FundingRead, request_id: UUID, request: Request) -> Response:
    """One request with decisions, payments and papers, what its account has now, and what the caller may do."""
    return answers.one(SpendingRequestDetail, await _shown(act, request_id, request), request)


@router.patch(
    "/{request_id}",
    summary="Change a spending request",
    response_model=SpendingRequestDetail,
    responses=declares(*CHANGED),
)
async def update_spending_request(
    act: RequestsWrite, request_id: UUID, change: SpendingRequestUpdate, request: Request
) -> Response:
    """Asks otherwise while it is a draft. Only whoever drew it up does (409 `spending_not_yours`), so that nobody
    decides on words of his own. Needs `If-Match`.
    """
    await service.update(act, request_id, answers.expected_version(request), change)
    return answers.one(SpendingRequestDetail, await _shown(act, request_id, request))


@router.post(
    "/{request_id}/submit",
    summary="Hand a spending request in",
    response_model=SpendingRequestDetail,
    responses=declares(*CHANGED, RuleViolation),
)
async def submit_spending_request(
    act: RequestsWrite, request_id: UUID, told: SpendingRequestSubmit, request: Request
) -> Response:
    """Hands a draft in with the papers that its use needs. By the policy `spending` of today its amount needs one
    approval, two, or two of which the second is of those who decide on large sums.

    While payments of the same account are not accounted for in time a reason is needed. Nothing is kept for it: what is
    there is told, and paying is what an empty account refuses. Needs `If-Match`.
    """
    await service.submit(act, request_id, answers.expected_version(request), told.departure_reason)
    return answers.one(SpendingRequestDetail, await _shown(act, request_id, request))


@router.post(
    "/{request_id}/withdraw",
    summary="Withdraw a spending request",
    response_model=SpendingRequestDetail,
    responses=declares(*CHANGED),
)
async def withdraw_spending_request(
    act: RequestsWrite, request_id: UUID, why: SpendingReason, request: Request
) -> Response:
    """Takes a request back of which nothing stands paid, with a reason. Needs `If-Match`."""
    await service.withdraw(act, request_id, answers.expected_version(request), why.reason)
    return answers.one(SpendingRequestDetail, await _shown(act, request_id, request))


@router.post(
    "/{request_id}/approve",
    summary="Approve a spending request",
    response_model=SpendingRequestDetail,
    responses=declares(*CHANGED, RuleViolation),
)
async def approve_spending_request(
    act: RequestsApprove, request_id: UUID, told: SpendingApprove, request: Request
) -> Response:
    """Gives the approval that it waits for (`next_permission` says which); the last one lets it be paid.

    Nobody approves what he asked for, under whatever grant, nor twice (409 with the finding). Of two who approve at
    once one is told that it has moved on (412). Needs `If-Match`.
    """
    await deciding.approve(act, request_id, answers.expected_version(request), told.note)
    return answers.one(SpendingRequestDetail, await _shown(act, request_id, request))


@router.post(
    "/{request_id}/reject",
    summary="Reject a spending request",
    response_model=SpendingRequestDetail,
    responses=declares(*CHANGED, RuleViolation),
)
async def reject_spending_request(
    act: RequestsApprove, request_id: UUID, why: SpendingReason, request: Request
) -> Response:
    """Refuses it for good, with a reason. Needs `If-Match`."""
    await deciding.reject(act, request_id, answers.expected_version(request), why.reason)
    return answers.one(SpendingRequestDetail, await _shown(act, request_id, request))


@router.post(
    "/{request_id}/send-back",
    summary="Send a spending request back",
    response_model=SpendingRequestDetail,
    responses=declares(*CHANGED, RuleViolation),
)
async def send_back_spending_request(
    act: RequestsApprove, request_id: UUID, why: SpendingReason, request: Request
) -> Response:
    """Makes it a draft again, with a reason; approvals given so far are void once it is handed in anew.

    Needs `If-Match`.
    """
    await deciding.send_back(act, request_id, answers.expected_version(request), why.reason)
    return answers.one(SpendingRequestDetail, await _shown(act, request_id, request))


@router.post(
    "/{request_id}/payments",
    summary="Pay a spending request",
    status_code=201,
    response_model=PaymentDetail,
    responses=declares(*CHANGED, RuleViolation, InFlight),
)
async def pay_spending_request(
    act: FundingPost, request_id: UUID, told: PaymentCreate, key: Key, request: Request
) -> Response:
    """Pays an approved request, whole or in part, and books it: out of the account, for its use. Needs `If-Match` with
    the request's version, and `Idempotency-Key`.

    `business_key` holds for ever: the same payment under it is paid once and answered again, another one is refused
    (409 `business_key_taken`). Refused are more than the rest (409 `spending_over_rest`), more than the account has
    (409 `overdraft`), more than is left of the budget's line (409 `budget_exceeded`), a closed year (409
    `year_closed`), and one's own request.
    """

    async def work() -> Response:
        payment_id = await payments.pay(act, request_id, answers.expected_version(request), told)
        row = await payments.shown(act, payment_id)
        return answers.created(PaymentDetail, row, "/v1/funding/spending-payments/{id}")

    return await told_once(act, request, key, work)


@router.post(
    "/{request_id}/close",
    summary="Close a spending request",
    response_model=SpendingRequestDetail,
    responses=declares(*CHANGED),
)
async def close_spending_request(act: FundingPost, request_id: UUID, why: SpendingReason, request: Request) -> Response:
    """Ends an approved request with a rest that nobody will pay, with a reason. Its payments are accounted for first.

    Needs `If-Match`.
    """
    await service.close(act, request_id, answers.expected_version(request), why.reason)
    return answers.one(SpendingRequestDetail, await _shown(act, request_id, request))


@router.post(
    "/{request_id}/evidence",
    summary="Lay a paper beside a spending request",
    status_code=201,
    response_model=EvidenceDetail,
    responses=declares(NotFound, Conflict, Taken),
)
async def create_request_evidence(act: RequestsWrite, request_id: UUID, draft: EvidenceCreate) -> Response:
    """Enters a paper of a draft: a plan, say. Its file follows at `/v1/funding/spending-evidence/{id}/files`; without
    one it counts for nothing.
    """
    await reads.one(act, request_id)
    evidence_id = await papers.bring(act, request_id, None, draft)
    row = await papers.shown(act, evidence_id)
    return answers.created(EvidenceDetail, row, "/v1/funding/spending-evidence/{id}")


@router.get(
    "/{request_id}/history",
    summary="List a spending request's versions",
    response_model=Listed[SpendingRequestVersion],
    responses=declares(NotFound),
)
async def list_spending_request_versions(
    act: FundingRead, request_id: UUID, request: Request, query: Annotated[ListQuery, Query()]
) -> Response:
    """What was known of the request and when, the newest first."""
    return answers.listed(await reads.history(act, request_id, query.ask()), request)
