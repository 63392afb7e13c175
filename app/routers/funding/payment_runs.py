"""Payment runs: drawn up from closed lists, approved by another, paid item by item."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.core.acts import Act
from app.core.errors import (
    Conflict,
    Forbidden,
    InFlight,
    NotAcceptable,
    NotFound,
    RuleViolation,
    StaleVersion,
    Taken,
    VersionRequired,
)
from app.core.labels import label
from app.core.sheets import Column
from app.services.access.permissions import Permission
from app.services.funding.payables import drawing, paying, reads, service
from app.services.funding.payables.schemas import (
    PaymentRunCreate,
    PaymentRunDetail,
    PaymentRunFilters,
    PaymentRunPay,
    PaymentRunRead,
    PaymentRunReason,
    PaymentRunVersion,
    RunPaid,
)
from app.web import answers
from app.web.guards import May
from app.web.idempotency import Key, told_once
from app.web.lists import Listed, ListQuery, respond
from app.web.openapi import declares
from app.web.state import language
from app.web.strict import StrictRoute

router = APIRouter(prefix="/v1/funding/payment-runs", tags=["funding"], route_class=StrictRoute)

FundingRead = Annotated[Act, May(Permission.funding_read)]
FundingPost = Annotated[Act, May(Permission.funding_post)]
FundingApprove = Annotated[Act, May(Permission.funding_approve)]
PayablesWrite = Annotated[Act, May(Permission.payables_write)]
CHANGED = (NotFound, Conflict, StaleVersion, VersionRequired)

COLUMNS = (
    Column("month", heading="treatment_month"),
    Column("committee_name", heading="payment_run_committee"),
    Column("purse", coded="purse", heading="payment_run_purse"),
    Column("use", coded="spending_use", heading="payment_run_use"),
    Column("state", coded="payment_run_state", heading="payment_run_state"),
    Column("items", "integer", heading="payment_run_items"),
    Column("waiting_items", "integer", heading="payment_run_waiting"),
    Column("paid_items", "integer", heading="payment_run_paid_items"),
    Column("failed_items", "integer", heading="payment_run_failed_items"),
    Column("returned_items", "integer", heading="payment_run_returned_items"),
    Column("due_fen", "fen"),
    Column("netted_fen", "fen", heading="payable_netted_fen"),
    Column("total_fen", "fen", heading="payment_run_total_fen"),
    Column("paid_fen", "fen", heading="payment_run_paid_fen"),
    Column("region_code"),
    Column("authority_code"),
    Column("account_id", heading="payment_run_account_id"),
    Column("id"),
)


class PaymentRunList(PaymentRunFilters, ListQuery):
    """Filters and paging of the runs."""


@router.get("", summary="List payment runs", response_model=Listed[PaymentRunRead], responses=declares(NotAcceptable))
async def list_payment_runs(act: FundingRead, request: Request, query: Annotated[PaymentRunList, Query()]) -> Response:
    """What was drawn up, approved and paid, the latest month first; sums and counts, no names.

    As JSON pages, or as CSV or XLSX by `Accept`.
    """
    return await respond(request, COLUMNS, lambda ask: reads.listed(act, query, ask), query.ask())


@router.post(
    "",
    summary="Draw up a payment run",
    status_code=201,
    response_model=PaymentRunDetail,
    responses=declares(Forbidden, Conflict, Taken),
)
async def create_payment_run(act: PayablesWrite, draft: PaymentRunCreate) -> Response:
    """Every line of a closed list that is due for the use, stands where the account pays and is in no run yet.

    The committee's account pays whoever stands in its region; a body's own account those of its region, or of its line.
    A full-time worker's line is pay, any other a subsidy. What a worker owes back by closed lists is taken off, the
    oldest first, as far as the same committee, purse and use paid it. A list that is still open is refused (409
    `payment_month_open`), and so is one with nobody left to pay (409 `payment_nobody`).
    """
    run_id = await drawing.create(act, draft)
    return answers.created(PaymentRunDetail, await service.shown(act, run_id), "/v1/funding/payment-runs/{id}")


@router.get("/{run_id}", summary="Read a payment run", response_model=PaymentRunDetail, responses=declares(NotFound))
async def read_payment_run(act: FundingRead, run_id: UUID, request: Request) -> Response:
    """One run with its ETag, what its account holds and what the caller may do. Its items: `/v1/funding/payables`."""
    return answers.one(PaymentRunDetail, await service.shown(act, run_id), request)


@router.post(
    "/{run_id}/recompute",
    summary="Draw a payment run up again",
    response_model=PaymentRunDetail,
    responses=declares(*CHANGED, Taken),
)
async def recompute_payment_run(act: PayablesWrite, run_id: UUID, request: Request) -> Response:
    """Draws a draft up again, with what stands in no other run and what is owed back now. Needs `If-Match`.

    Whoever does is among those who drew it up.
    """
    await drawing.recompute(act, run_id, answers.expected_version(request))
    return answers.one(PaymentRunDetail, await service.shown(act, run_id))


@router.post(
    "/{run_id}/approve",
    summary="Approve a payment run",
    response_model=PaymentRunDetail,
    responses=declares(*CHANGED, RuleViolation),
)
async def approve_payment_run(act: FundingApprove, run_id: UUID, request: Request) -> Response:
    """Lets a run be paid; nothing of it changes from here on. Nobody approves what he drew up. Needs `If-Match`."""
    await service.approve(act, run_id, answers.expected_version(request))
    return answers.one(PaymentRunDetail, await service.shown(act, run_id))


@router.post(
    "/{run_id}/pay",
    summary="Pay a payment run",
    response_model=RunPaid,
    responses=declares(NotFound, Forbidden, Conflict, RuleViolation, InFlight),
)
async def pay_payment_run(act: FundingPost, run_id: UUID, told: PaymentRunPay, key: Key, request: Request) -> Response:
    """Books what waits of an approved run, each item for itself and each once, however often this is called.

    What the books refuse (`overdraft`, a closed year, `budget_exceeded`) is told of that item, and the rest goes on.
    A call books up to `limit` items: call again, with another `Idempotency-Key`, while `left_items` has some that are
    not yet tried; failed ones are tried again with the rest. What the bank returned is paid again only where it is
    named in `payable_ids`. Needs no `If-Match`: two who pay at once pay each item once. Nobody pays what he drew up.
    """

    async def work() -> Response:
        done = await paying.pay(act, run_id, told)
        return answers.answer({**done, "items": [_worded(item, request) for item in done["items"]]})

    return await told_once(act, request, key, work)


def _worded(item: dict[str, Any], request: Request) -> dict[str, Any]:
    params = item.pop("params")
    code = item["code"]
    return {**item, "detail": None if code is None else label("line", code, language(request), **params)}


@router.post(
    "/{run_id}/discard",
    summary="Discard a payment run",
    response_model=PaymentRunDetail,
    responses=declares(*CHANGED),
)
async def discard_payment_run(act: PayablesWrite, run_id: UUID, why: PaymentRunReason, request: Request) -> Response:
    """Sets a run aside that nothing of is paid: its lines may stand in another run. Needs `If-Match`."""
    await service.discard(act, run_id, answers.expected_version(request), why.reason)
    return answers.one(PaymentRunDetail, await service.shown(act, run_id))


@router.get(
    "/{run_id}/history",
    summary="List a payment run's versions",
    response_model=Listed[PaymentRunVersion],
    responses=declares(NotFound),
)
async def list_payment_run_versions(
    act: FundingRead, run_id: UUID, request: Request, query: Annotated[ListQuery, Query()]
) -> Response:
    """What was known of the run and when, the newest first."""
    return answers.listed(await reads.history(act, run_id, query.ask()), request)
