"""Yearly budgets: from the draft to what was executed of them."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.core.acts import Act
from app.core.errors import Conflict, NotAcceptable, NotFound, RuleViolation, StaleVersion, Taken, VersionRequired
from app.core.sheets import Column
from app.services.access.permissions import Permission
from app.services.funding.budgets import drafting, reads
from app.services.funding.budgets.adjustments import reads as adjustments
from app.services.funding.budgets.adjustments.schemas import BudgetEditionRead
from app.services.funding.budgets.schemas import (
    BudgetCreate,
    BudgetDetail,
    BudgetDiscard,
    BudgetFilters,
    BudgetRead,
    BudgetStep,
    BudgetTakingRead,
    BudgetUpdate,
    BudgetVersion,
    TakingFilters,
)
from app.web import answers
from app.web.guards import May
from app.web.lists import Listed, ListQuery, respond
from app.web.openapi import declares
from app.web.problems import finding_json
from app.web.state import language
from app.web.strict import StrictRoute

router = APIRouter(prefix="/v1/funding/budgets", tags=["funding"], route_class=StrictRoute)

FundingRead = Annotated[Act, May(Permission.funding_read)]
FundingWrite = Annotated[Act, May(Permission.funding_write)]
FundingApprove = Annotated[Act, May(Permission.funding_approve)]
CHANGED = (NotFound, Conflict, StaleVersion, VersionRequired)

COLUMNS = (
    Column("year", "integer", heading="budget_year"),
    Column("committee_name", heading="budget_committee"),
    Column("purse", coded="purse", heading="budget_purse"),
    Column("title", heading="budget_title"),
    Column("document", heading="budget_document"),
    Column("state", coded="budget_state", heading="budget_state"),
    Column("edition", "integer", heading="budget_edition"),
    Column("budgeted_fen", "fen", heading="budget_budgeted_fen"),
    Column("executed_fen", "fen", heading="budget_executed_fen"),
    Column("left_fen", "fen", heading="budget_left_fen"),
    Column("rate_permille", "integer", heading="budget_rate_permille"),
    Column("approved_on", "date", heading="budget_approved_on"),
    Column("region_code"),
    Column("authority_code"),
    Column("id"),
)
TAKEN = (
    Column("booked_on", "date", heading="budget_taken_on"),
    Column("line_title", heading="budget_line_title"),
    Column("use", coded="spending_use", heading="budget_use"),
    Column("text", heading="budget_entry_text"),
    Column("amount_fen", "fen", heading="budget_taken_fen"),
    Column("entry_id", heading="budget_entry_id"),
    Column("budget_line_id", heading="budget_line_id"),
    Column("id"),
)


class BudgetList(BudgetFilters, ListQuery):
    """Filters and paging of the budgets."""


class TakingList(TakingFilters, ListQuery):
    """Filters and paging of what was taken."""


async def _row(act: Act, budget_id: UUID, request: Request) -> dict[str, Any]:
    row = await drafting.shown(act, budget_id)
    return {**row, "findings": [finding_json(each, language(request)) for each in row["findings"]]}


@router.get("", summary="List budgets", response_model=Listed[BudgetRead], responses=declares(NotAcceptable))
async def list_budgets(act: FundingRead, request: Request, query: Annotated[BudgetList, Query()]) -> Response:
    """Yearly budgets of committees with what is executed of them; as JSON pages, or as CSV or XLSX by `Accept`."""
    return await respond(request, COLUMNS, lambda ask: reads.listed(act, query, ask), query.ask())


@router.post("", summary="Draw up a budget", status_code=201, response_model=BudgetDetail, responses=declares(Taken))
async def create_budget(act: FundingWrite, draft: BudgetCreate, request: Request) -> Response:
    """A draft for a committee's year and purse, by lines; one of each, but for those set aside."""
    budget_id = await drafting.create(act, draft)
    return answers.created(BudgetDetail, await _row(act, budget_id, request), "/v1/funding/budgets/{id}")


@router.get("/{budget_id}", summary="Read a budget", response_model=BudgetDetail, responses=declares(NotFound))
async def read_budget(act: FundingRead, budget_id: UUID, request: Request) -> Response:
    """One budget with its lines, what is executed of each, what came in for it, and how it stands against the year.

    What is executed changes without the version: every answer is given anew.
    """
    return answers.one(BudgetDetail, await _row(act, budget_id, request))


@router.patch(
    "/{budget_id}", summary="Change a draft budget", response_model=BudgetDetail, responses=declares(*CHANGED)
)
async def update_budget(act: FundingWrite, budget_id: UUID, change: BudgetUpdate, request: Request) -> Response:
    """Puts a draft otherwise; whoever does is among those who drew it up. Needs `If-Match`.

    Once approved it is changed by adjustments alone (409).
    """
    await drafting.update(act, budget_id, answers.expected_version(request), change)
    return answers.one(BudgetDetail, await _row(act, budget_id, request))


@router.post(
    "/{budget_id}/approve",
    summary="Approve a budget",
    response_model=BudgetDetail,
    responses=declares(*CHANGED, RuleViolation),
)
async def approve_budget(act: FundingApprove, budget_id: UUID, wish: BudgetStep, request: Request) -> Response:
    """Somebody who did not write in it says that it holds (409 for all who did): its first edition. Needs `If-Match`.

    Lines without a basis, a large reserve, or a year that is over need `departure_reason`.
    """
    await drafting.approve(act, budget_id, answers.expected_version(request), wish)
    return answers.one(BudgetDetail, await _row(act, budget_id, request))


@router.post(
    "/{budget_id}/discard",
    summary="Set a draft budget aside",
    response_model=BudgetDetail,
    responses=declares(*CHANGED),
)
async def discard_budget(act: FundingWrite, budget_id: UUID, wish: BudgetDiscard, request: Request) -> Response:
    """Sets a draft aside with a reason; another may be drawn up. Needs `If-Match`."""
    await drafting.discard(act, budget_id, answers.expected_version(request), wish.reason)
    return answers.one(BudgetDetail, await _row(act, budget_id, request))


@router.get(
    "/{budget_id}/editions",
    summary="List a budget's editions",
    response_model=Listed[BudgetEditionRead],
    responses=declares(NotFound),
)
async def list_budget_editions(
    act: FundingRead, budget_id: UUID, request: Request, query: Annotated[ListQuery, Query()]
) -> Response:
    """The budget as it was approved each time, with its lines and the adjustment that made it; the newest first."""
    return answers.listed(await adjustments.editions(act, budget_id, query.ask()), request)


@router.get(
    "/{budget_id}/takings",
    summary="List what was taken of a budget",
    response_model=Listed[BudgetTakingRead],
    responses=declares(NotFound, NotAcceptable),
)
async def list_budget_takings(
    act: FundingRead, budget_id: UUID, request: Request, query: Annotated[TakingList, Query()]
) -> Response:
    """Which entries of the books took how much of which line, or gave it back, the latest first.

    What is executed of a line is their sum. As JSON pages, or as CSV or XLSX by `Accept`.
    """
    return await respond(request, TAKEN, lambda ask: reads.takings(act, budget_id, query, ask), query.ask())


@router.get(
    "/{budget_id}/history",
    summary="List a budget's versions",
    response_model=Listed[BudgetVersion],
    responses=declares(NotFound),
)
async def list_budget_versions(
    act: FundingRead, budget_id: UUID, request: Request, query: Annotated[ListQuery, Query()]
) -> Response:
    """What was known of the budget and when, the newest first."""
    return answers.listed(await reads.history(act, budget_id, query.ask()), request)
