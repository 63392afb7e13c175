"""Ratios that firms filed: how much of a year's wages they put aside."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.core.acts import Act
from app.core.errors import Conflict, NotAcceptable, NotFound, RuleViolation, StaleVersion, Taken, VersionRequired
from app.core.sheets import Column
from app.services.access.permissions import Permission
from app.services.funding.levies.ratios import reads, service
from app.services.funding.levies.ratios.schemas import (
    RatioCreate,
    RatioDetail,
    RatioFilters,
    RatioRead,
    RatioVersion,
    RatioWithdraw,
)
from app.web import answers
from app.web.guards import May
from app.web.lists import Listed, ListQuery, respond
from app.web.openapi import declares
from app.web.strict import StrictRoute

router = APIRouter(prefix="/v1/funding/levy-ratios", tags=["funding"], route_class=StrictRoute)

LeviesRead = Annotated[Act, May(Permission.levies_read)]
LeviesWrite = Annotated[Act, May(Permission.levies_write)]

COLUMNS = (
    Column("uscc"),
    Column("organization_name"),
    Column("year", "integer", heading="levy_year"),
    Column("permyriad", "integer", heading="levy_ratio_permyriad"),
    Column("document", heading="levy_ratio_document"),
    Column("filed_on", "date", heading="levy_filed_on"),
    Column("state", coded="levy_ratio_state", heading="levy_ratio_state"),
    Column("region_code"),
    Column("organization_id"),
    Column("id"),
)


class RatioList(RatioFilters, ListQuery):
    """Filters and paging of the filings."""


@router.get("", summary="List filed ratios", response_model=Listed[RatioRead], responses=declares(NotAcceptable))
async def list_levy_ratios(act: LeviesRead, request: Request, query: Annotated[RatioList, Query()]) -> Response:
    """What firms filed for which year; as JSON pages, or as CSV or XLSX by `Accept`."""
    return await respond(request, COLUMNS, lambda ask: reads.listed(act, query, ask), query.ask())


@router.post(
    "",
    summary="File a ratio",
    status_code=201,
    response_model=RatioDetail,
    responses=declares(Conflict, RuleViolation, Taken),
)
async def file_levy_ratio(act: LeviesWrite, draft: RatioCreate) -> Response:
    """Enters the ratio that a firm files for a year, in ten-thousandths of its payroll; one holds at a time.

    Above what is deductible it needs `departure_reason`: the part above is not deductible, whatever is filed.
    State-owned firms are refused, as is a settled year (409).
    """
    ratio_id = await service.create(act, draft)
    return answers.created(RatioDetail, await service.shown(act, ratio_id), "/v1/funding/levy-ratios/{id}")


@router.get("/{ratio_id}", summary="Read a filed ratio", response_model=RatioDetail, responses=declares(NotFound))
async def read_levy_ratio(act: LeviesRead, ratio_id: UUID, request: Request) -> Response:
    """One filing with what was let pass and what the caller may do."""
    return answers.one(RatioDetail, await service.shown(act, ratio_id), request)


@router.post(
    "/{ratio_id}/withdraw",
    summary="Withdraw a filed ratio",
    response_model=RatioDetail,
    responses=declares(NotFound, Conflict, StaleVersion, VersionRequired),
)
async def withdraw_levy_ratio(act: LeviesWrite, ratio_id: UUID, wish: RatioWithdraw, request: Request) -> Response:
    """Withdraws a filing with a reason, before its year is settled; another may be entered. Needs `If-Match`."""
    await service.withdraw(act, ratio_id, answers.expected_version(request), wish.reason)
    return answers.one(RatioDetail, await service.shown(act, ratio_id))


@router.get(
    "/{ratio_id}/history",
    summary="List a filing's versions",
    response_model=Listed[RatioVersion],
    responses=declares(NotFound),
)
async def list_levy_ratio_versions(
    act: LeviesRead, ratio_id: UUID, request: Request, query: Annotated[ListQuery, Query()]
) -> Response:
    """What was known of the filing and when, the newest first."""
    return answers.listed(await reads.history(act, ratio_id, query.ask()), request)
