"""Items of payment runs, by worker: the list for the bank, what the bank returned, what is owed back."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.core.acts import Act
from app.core.errors import Conflict, InFlight, NotAcceptable, NotFound, StaleVersion, VersionRequired
from app.core.labels import label
from app.core.sheets import Column
from app.services.access.permissions import Permission
from app.services.funding.payables import returning, service
from app.services.funding.payables.items import reads as item_reads
from app.services.funding.payables.items.schemas import (
    PayableDebtFilters,
    PayableDebtRead,
    PayableDetail,
    PayableDrop,
    PayableFilters,
    PayableRead,
    PayableReturn,
    PayableVersion,
)
from app.web import answers
from app.web.guards import May
from app.web.idempotency import Key, told_once
from app.web.lists import Listed, ListQuery, respond
from app.web.openapi import declares
from app.web.state import language
from app.web.strict import StrictRoute

router = APIRouter(prefix="/v1/funding", tags=["funding"], route_class=StrictRoute)

PayablesRead = Annotated[Act, May(Permission.payables_read)]
PayablesWrite = Annotated[Act, May(Permission.payables_write)]
FundingPost = Annotated[Act, May(Permission.funding_post)]
CHANGED = (NotFound, Conflict, StaleVersion, VersionRequired)

COLUMNS = (
    Column("position", "integer", heading="payable_position"),
    Column("worker_name", heading="person_name"),
    Column("month", heading="treatment_month"),
    Column("role", coded="worker_role", heading="worker_role"),
    Column("use", coded="spending_use", heading="payment_run_use"),
    Column("due_fen", "fen"),
    Column("netted_fen", "fen", heading="payable_netted_fen"),
    Column("amount_fen", "fen", heading="payable_amount_fen"),
    Column("state", coded="payable_state", heading="payable_state"),
    Column("paid_on", "date", heading="payable_paid_on"),
    Column("reference", heading="payable_reference"),
    Column("returned_on", "date", heading="payable_returned_on"),
    Column("business_key"),
    Column("worker_id"),
    Column("run_id", heading="payment_run_id"),
    Column("id"),
)
DEBT_COLUMNS = (
    Column("worker_name", heading="person_name"),
    Column("month", heading="treatment_month"),
    Column("purse", coded="purse", heading="payment_run_purse"),
    Column("use", coded="spending_use", heading="payment_run_use"),
    Column("owed_fen", "fen", heading="payable_owed_fen"),
    Column("taken_fen", "fen", heading="payable_taken_fen"),
    Column("left_fen", "fen", heading="payable_left_fen"),
    Column("region_code"),
    Column("authority_code"),
    Column("worker_id"),
    Column("id"),
)


class PayableList(PayableFilters, ListQuery):
    """Filters and paging of the items."""


class PayableDebtList(PayableDebtFilters, ListQuery):
    """Filters and paging of what is owed back."""


def _answer(row: dict[str, Any], request: Request, conditional: bool = False) -> Response:
    refused = row["refused"]
    told = None if refused is None else label("line", refused["code"], language(request), **refused["params"])
    return answers.one(PayableDetail, {**row, "failure_detail": told}, request if conditional else None)


@router.get(
    "/payables",
    summary="List items of payment runs",
    response_model=Listed[PayableRead],
    responses=declares(NotAcceptable),
)
async def list_payables(act: PayablesRead, request: Request, query: Annotated[PayableList, Query()]) -> Response:
    """One line a worker, in the order of the run. `run_id` with `Accept: text/csv` or XLSX is the list for the bank.

    That a list of names was read, or left as a file, is noted in the audit. Numbers of bank accounts are not kept.
    """
    return await respond(request, COLUMNS, lambda ask: service.listed_items(act, query, ask), query.ask())


@router.get(
    "/payables/{payable_id}",
    summary="Read an item of a payment run",
    response_model=PayableDetail,
    responses=declares(NotFound),
)
async def read_payable(act: PayablesRead, payable_id: UUID, request: Request) -> Response:
    """One worker's line: what is due, what of it was netted with which month, what became of it."""
    return _answer(await service.item_shown(act, payable_id), request, conditional=True)


@router.post(
    "/payables/{payable_id}/return",
    summary="Enter that the bank returned a payment",
    response_model=PayableDetail,
    responses=declares(*CHANGED, InFlight),
)
async def return_payable(
    act: FundingPost, payable_id: UUID, told: PayableReturn, key: Key, request: Request
) -> Response:
    """Reverses a payment that the bank sent back; the item waits, and is paid again when it is named in `pay`.

    The reason stays with the item: the books say only that it came back. Needs `If-Match` and `Idempotency-Key`.
    """

    async def work() -> Response:
        await returning.give_back(act, payable_id, answers.expected_version(request), told)
        return _answer(await service.item_shown(act, payable_id), request)

    return await told_once(act, request, key, work)


@router.post(
    "/payables/{payable_id}/drop",
    summary="Take an item out of its payment run",
    response_model=PayableDetail,
    responses=declares(*CHANGED),
)
async def drop_payable(act: PayablesWrite, payable_id: UUID, why: PayableDrop, request: Request) -> Response:
    """Takes an item that waits out of its run: its line may stand in another one, out of another account. Needs
    `If-Match`.
    """
    await service.drop(act, payable_id, answers.expected_version(request), why.reason)
    return _answer(await service.item_shown(act, payable_id), request)


@router.get(
    "/payables/{payable_id}/history",
    summary="List an item's versions",
    response_model=Listed[PayableVersion],
    responses=declares(NotFound),
)
async def list_payable_versions(
    act: PayablesRead, payable_id: UUID, request: Request, query: Annotated[ListQuery, Query()]
) -> Response:
    """Each payment of the item and each return, the newest first."""
    return answers.listed(await item_reads.history(act, payable_id, query.ask()), request)


@router.get(
    "/payable-debts",
    summary="List what is owed back",
    response_model=Listed[PayableDebtRead],
    responses=declares(NotAcceptable),
)
async def list_payable_debts(
    act: PayablesRead, request: Request, query: Annotated[PayableDebtList, Query()]
) -> Response:
    """Closed lists' lines that take something back, as far as a run has met them: what was netted, what is left.

    A worker who is paid no more keeps his debt here: it is told, and never written off. Noted in the audit.
    """
    return await respond(request, DEBT_COLUMNS, lambda ask: service.listed_debts(act, query, ask), query.ask())
