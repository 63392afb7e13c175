"""What is changed in approved budgets, line by line."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.core.acts import Act
from app.core.errors import Conflict, NotAcceptable, NotFound, RuleViolation, StaleVersion, VersionRequired
from app.core.sheets import Column
from app.services.access.permissions import Permission
from app.services.funding.budgets.adjustments import reads, service
from app.services.funding.budgets.adjustments.schemas import (
    BudgetAdjustmentCreate,
    BudgetAdjustmentDetail,
    BudgetAdjustmentFilters,
    BudgetAdjustmentRead,
    BudgetAdjustmentUpdate,
    BudgetAdjustmentVersion,
)
from app.services.funding.budgets.schemas import BudgetDiscard, BudgetStep
from app.web import answers
from app.web.guards import May
from app.web.lists import Listed, ListQuery, respond
from app.web.openapi import declares
from app.web.problems import finding_json
from app.web.state import language
from app.web.strict import StrictRoute

router = APIRouter(prefix="/v1/funding/budget-adjustments", tags=["funding"], route_class=StrictRoute)

FundingRead = Annotated[Act, May(Permission.funding_read)]
FundingWrite = Annotated[Act, May(Permission.funding_write)]
FundingApprove = Annotated[Act, May(Permission.funding_approve)]
CHANGED = (NotFound, Conflict, StaleVersion, VersionRequired)

COLUMNS = (
    Column("year", "integer", heading="budget_year"),
    Column("budget_title", heading="budget_title"),
    Column("purse", coded="purse", heading="budget_purse"),
    Column("state", coded="budget_adjustment_state", heading="budget_adjustment_state"),
    Column("edition", "integer", heading="budget_edition"),
    Column("reason", heading="budget_adjustment_reason"),
    Column("document", heading="budget_document"),
    Column("raise_fen", "fen", heading="budget_raise_fen"),
    Column("moved_fen", "fen", heading="budget_moved_fen"),
    Column("approved_on", "date", heading="budget_approved_on"),
    Column("region_code"),
    Column("authority_code"),
    Column("budget_id", heading="budget_id"),
    Column("id"),
)


class BudgetAdjustmentList(BudgetAdjustmentFilters, ListQuery):
    """Filters and paging of the adjustments."""


async def _row(act: Act, adjustment_id: UUID, request: Request) -> dict[str, Any]:
    row = await service.shown(act, adjustment_id)
    return {**row, "findings": [finding_json(each, language(request)) for each in row["findings"]]}


@router.get(
    "",
    summary="List budget adjustments",
    response_model=Listed[BudgetAdjustmentRead],
    responses=declares(NotAcceptable),
)
async def list_budget_adjustments(
    act: FundingRead, request: Request, query: Annotated[BudgetAdjustmentList, Query()]
) -> Response:
    """What is to be changed in budgets, or was; as JSON pages, or as CSV or XLSX by `Accept`."""
    return await respond(request, COLUMNS, lambda ask: reads.listed(act, query, ask), query.ask())


@router.post(
    "",
    summary="Draw up a budget adjustment",
    status_code=201,
    response_model=BudgetAdjustmentDetail,
    responses=declares(Conflict),
)
async def create_budget_adjustment(act: FundingWrite, draft: BudgetAdjustmentCreate, request: Request) -> Response:
    """A draft for an approved budget: more or less for its lines, or lines that are new. It changes nothing yet."""
    adjustment_id = await service.create(act, draft)
    row = await _row(act, adjustment_id, request)
    return answers.created(BudgetAdjustmentDetail, row, "/v1/funding/budget-adjustments/{id}")


@router.get(
    "/{adjustment_id}",
    summary="Read a budget adjustment",
    response_model=BudgetAdjustmentDetail,
    responses=declares(NotFound),
)
async def read_budget_adjustment(act: FundingRead, adjustment_id: UUID, request: Request) -> Response:
    """One adjustment with each line before and after it, and what speaks against approving it.

    What is executed changes without the version: every answer is given anew.
    """
    return answers.one(BudgetAdjustmentDetail, await _row(act, adjustment_id, request))


@router.patch(
    "/{adjustment_id}",
    summary="Change a draft budget adjustment",
    response_model=BudgetAdjustmentDetail,
    responses=declares(*CHANGED),
)
async def update_budget_adjustment(
    act: FundingWrite, adjustment_id: UUID, change: BudgetAdjustmentUpdate, request: Request
) -> Response:
    """Puts a draft otherwise; whoever does is among those who drew it up. Needs `If-Match`."""
    await service.update(act, adjustment_id, answers.expected_version(request), change)
    return answers.one(BudgetAdjustmentDetail, await _row(act, adjustment_id, request))


@router.post(
    "/{adjustment_id}/approve",
    summary="Approve a budget adjustment",
    response_model=BudgetAdjustmentDetail,
    responses=declares(*CHANGED, RuleViolation),
)
async def approve_budget_adjustment(
    act: FundingApprove, adjustment_id: UUID, wish: BudgetStep, request: Request
) -> Response:
    """Somebody who did not write in it says that it holds: the budget's next edition. Needs `If-Match`.

    No line falls below what was executed of it (409). More in all without a paper, or much that was changed since the
    first edition, need `departure_reason`.
    """
    await service.approve(act, adjustment_id, answers.expected_version(request), wish)
    return answers.one(BudgetAdjustmentDetail, await _row(act, adjustment_id, request))


@router.post(
    "/{adjustment_id}/discard",
    summary="Set a draft budget adjustment aside",
    response_model=BudgetAdjustmentDetail,
    responses=declares(*CHANGED),
)
async def discard_budget_adjustment(
    act: FundingWrite, adjustment_id: UUID, wish: BudgetDiscard, request: Request
) -> Response:
    """Sets a draft aside with a reason. Needs `If-Match`."""
    await service.discard(act, adjustment_id, answers.expected_version(request), wish.reason)
    return answers.one(BudgetAdjustmentDetail, await _row(act, adjustment_id, request))


@router.get(
    "/{adjustment_id}/history",
    summary="List a budget adjustment's versions",
    response_model=Listed[BudgetAdjustmentVersion],
    responses=declares(NotFound),
)
async def list_budget_adjustment_versions(
    act: FundingRead, adjustment_id: UUID, request: Request, query: Annotated[ListQuery, Query()]
) -> Response:
    """What was known of the adjustment and when, the newest first."""
    return answers.listed(await reads.history(act, adjustment_id, query.ask()), request)
