"""How budgets are executed: by line, and summed."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.core.acts import Act
from app.core.errors import NotAcceptable
from app.core.sheets import Column
from app.services.access.permissions import Permission
from app.services.funding.budgets.execution import service
from app.services.funding.budgets.execution.schemas import (
    BudgetExecutionRead,
    BudgetTotalRead,
    ExecutionFilters,
    TotalFilters,
)
from app.web.guards import May
from app.web.lists import Listed, ListQuery, respond
from app.web.openapi import declares
from app.web.strict import StrictRoute

router = APIRouter(prefix="/v1/funding/budget-execution", tags=["funding"], route_class=StrictRoute)

FundingRead = Annotated[Act, May(Permission.funding_read)]

COUNTED = (
    Column("budgeted_fen", "fen", heading="budget_budgeted_fen"),
    Column("executed_fen", "fen", heading="budget_executed_fen"),
    Column("left_fen", "fen", heading="budget_left_fen"),
    Column("rate_permille", "integer", heading="budget_rate_permille"),
    Column("on", "date", heading="budget_on"),
    Column("time_permille", "integer", heading="budget_time_permille"),
    Column("expected_fen", "fen", heading="budget_expected_fen"),
    Column("pace", coded="budget_pace", heading="budget_pace"),
)
COLUMNS = (
    Column("year", "integer", heading="budget_year"),
    Column("committee_name", heading="budget_committee"),
    Column("purse", coded="purse", heading="budget_purse"),
    Column("use", coded="spending_use", heading="budget_use"),
    Column("title", heading="budget_line_title"),
    *COUNTED,
    Column("region_code"),
    Column("authority_code"),
    Column("budget_id", heading="budget_id"),
    Column("id"),
)
TOTALS = (
    Column("year", "integer", heading="budget_year"),
    Column("key", heading="budget_key"),
    Column("name", heading="budget_key_name"),
    Column("budgets", "integer", heading="budget_count"),
    Column("lines", "integer", heading="budget_line_count"),
    *COUNTED,
)


class ExecutionList(ExecutionFilters, ListQuery):
    """Filters and paging of the lines."""


class TotalList(TotalFilters, ListQuery):
    """Filters and paging of the sums."""


@router.get(
    "",
    summary="List budget execution",
    response_model=Listed[BudgetExecutionRead],
    responses=declares(NotAcceptable),
)
async def list_budget_execution(
    act: FundingRead, request: Request, query: Annotated[ExecutionList, Query()]
) -> Response:
    """Lines of approved budgets with what was budgeted and spent by a day, and the pace that the year's time asks for.

    As JSON pages, or as CSV or XLSX by `Accept`.
    """
    return await respond(request, COLUMNS, lambda ask: service.lines(act, query, ask), query.ask())


@router.get(
    "/totals",
    summary="Sum budget execution",
    response_model=Listed[BudgetTotalRead],
    responses=declares(NotAcceptable),
)
async def list_budget_totals(act: FundingRead, request: Request, query: Annotated[TotalList, Query()]) -> Response:
    """The same lines of one year, summed by committee, purse, use or region below; the parts add up to the whole.

    As JSON pages, or as CSV or XLSX by `Accept`.
    """
    return await respond(request, TOTALS, lambda ask: service.totals(act, query, ask), query.ask())
