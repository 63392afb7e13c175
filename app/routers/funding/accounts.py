"""Accounts of the books: whose money of which purse."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.core.acts import Act
from app.core.errors import Conflict, NotAcceptable, NotFound, StaleVersion, Taken, VersionRequired
from app.core.sheets import Column
from app.services.access.permissions import Permission
from app.services.funding.ledger import posting, reads
from app.services.funding.ledger.schemas import (
    AccountCreate,
    AccountDetail,
    AccountFilters,
    AccountRead,
    AccountVersion,
)
from app.web import answers
from app.web.guards import May
from app.web.lists import Listed, ListQuery, respond
from app.web.openapi import declares
from app.web.strict import StrictRoute

router = APIRouter(prefix="/v1/funding/accounts", tags=["funding"], route_class=StrictRoute)

FundingRead = Annotated[Act, May(Permission.funding_read)]
FundingWrite = Annotated[Act, May(Permission.funding_write)]

COLUMNS = (
    Column("holder_name", heading="funding_holder_name"),
    Column("holder_kind", coded="funding_holder_kind", heading="funding_holder_kind"),
    Column("purse", coded="purse", heading="funding_purse"),
    Column("kind", coded="funding_account_kind", heading="funding_account_kind"),
    Column("use", coded="spending_use", heading="funding_use"),
    Column("balance_fen", "fen", heading="funding_balance_fen"),
    Column("lines", "integer", heading="funding_lines"),
    Column("closed_on", "date", heading="funding_closed_on"),
    Column("region_code"),
    Column("authority_code"),
    Column("id"),
)


class AccountList(AccountFilters, ListQuery):
    """Filters and paging of the accounts."""


@router.get("", summary="List accounts", response_model=Listed[AccountRead], responses=declares(NotAcceptable))
async def list_funding_accounts(act: FundingRead, request: Request, query: Annotated[AccountList, Query()]) -> Response:
    """Accounts with what they hold now; as JSON pages, or as CSV or XLSX by `Accept`."""
    return await respond(request, COLUMNS, lambda ask: reads.accounts(act, query, ask), query.ask())


@router.post("", summary="Open an account", status_code=201, response_model=AccountDetail, responses=declares(Taken))
async def open_funding_account(act: FundingWrite, told: AccountCreate) -> Response:
    """What a holder has of a purse, spends for a use, or gets from outside, in a committee's books; one of each.

    Appropriations, payments and set-asides open what they need by themselves. The holder lies in the committee's region
    or under its line; the levy stays in its firm's accounts, and nothing else is in them.
    """
    row = await posting.account_shown(act, await posting.open_account(act, told))
    return answers.created(AccountDetail, row, "/v1/funding/accounts/{id}")


@router.get("/{account_id}", summary="Read an account", response_model=AccountDetail, responses=declares(NotFound))
async def read_funding_account(act: FundingRead, account_id: UUID) -> Response:
    """One account with what it holds now, and whether it may be closed."""
    return answers.one(AccountDetail, await posting.account_shown(act, account_id))


@router.post(
    "/{account_id}/close",
    summary="Close an account",
    response_model=AccountDetail,
    responses=declares(NotFound, Conflict, StaleVersion, VersionRequired),
)
async def close_funding_account(act: FundingWrite, account_id: UUID, request: Request) -> Response:
    """An empty account takes no more lines; what it has stays. Needs `If-Match`."""
    await posting.close_account(act, account_id, answers.expected_version(request))
    return answers.one(AccountDetail, await posting.account_shown(act, account_id))


@router.get(
    "/{account_id}/history",
    summary="List an account's versions",
    response_model=Listed[AccountVersion],
    responses=declares(NotFound),
)
async def list_funding_account_versions(
    act: FundingRead, account_id: UUID, request: Request, query: Annotated[ListQuery, Query()]
) -> Response:
    """Where the account stood and whether it was open at each time, the latest first."""
    return answers.listed(await reads.account_history(act, account_id, query.ask()), request)
