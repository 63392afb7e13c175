"""What accounts hold, and their statements."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.core.acts import Act
from app.core.errors import NotAcceptable, NotFound
from app.core.pagination import Ask
from app.core.sheets import Column
from app.services.access.permissions import Permission
from app.services.funding.statements import reads, service
from app.services.funding.statements.schemas import AccountStatement, BalanceFilters, BalanceRead, StatementQuery
from app.web import answers
from app.web.guards import May
from app.web.lists import CSV, XLSX, Listed, ListQuery, accepted, respond
from app.web.openapi import declares
from app.web.strict import StrictRoute

router = APIRouter(prefix="/v1/funding", tags=["funding"], route_class=StrictRoute)

FundingRead = Annotated[Act, May(Permission.funding_read)]

LINES = (
    Column("booked_on", "date", heading="funding_booked_on"),
    Column("number", "integer", heading="funding_number"),
    Column("kind", coded="funding_entry_kind", heading="funding_entry_kind"),
    Column("text", heading="funding_text"),
    Column("reference", heading="funding_reference"),
    Column("amount_fen", "fen", heading="funding_amount_fen"),
    Column("balance_fen", "fen", heading="funding_balance_fen"),
    Column("turn", "integer", heading="funding_turn"),
    Column("entry_id", heading="funding_entry_id"),
)
BALANCES = (
    Column("on", "date", heading="funding_on"),
    Column("holder_name", heading="funding_holder_name"),
    Column("holder_kind", coded="funding_holder_kind", heading="funding_holder_kind"),
    Column("purse", coded="purse", heading="funding_purse"),
    Column("kind", coded="funding_account_kind", heading="funding_account_kind"),
    Column("use", coded="spending_use", heading="funding_use"),
    Column("balance_fen", "fen", heading="funding_balance_fen"),
    Column("closed_on", "date", heading="funding_closed_on"),
    Column("region_code"),
    Column("authority_code"),
    Column("account_id", heading="funding_account_id"),
)


class BalanceList(BalanceFilters, ListQuery):
    """Filters and paging of the balances."""


@router.get(
    "/accounts/{account_id}/statement",
    summary="Read an account's statement",
    response_model=AccountStatement,
    responses=declares(NotFound, NotAcceptable),
)
async def read_account_statement(
    act: FundingRead, account_id: UUID, request: Request, query: Annotated[StatementQuery, Query()]
) -> Response:
    """What an account held before a period, line by line with the balance after each, and at its end.

    All pages are of the moment of the first one. As JSON pages, or all lines as CSV or XLSX by `Accept`.
    """
    ask = Ask(query.limit, query.cursor)
    if accepted(request, (answers.JSON, CSV, XLSX)) == answers.JSON:
        return answers.answer(await service.statement(act, account_id, query, ask))
    return await respond(request, LINES, lambda each: service.lines(act, account_id, query, each), ask)


@router.get(
    "/balances", summary="List balances of a day", response_model=Listed[BalanceRead], responses=declares(NotAcceptable)
)
async def list_funding_balances(act: FundingRead, request: Request, query: Annotated[BalanceList, Query()]) -> Response:
    """What accounts hold now, or held in the evening of a day; as JSON pages, or as CSV or XLSX by `Accept`."""
    return await respond(request, BALANCES, lambda ask: reads.balances(act, query, ask), query.ask())
