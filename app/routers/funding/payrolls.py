"""Wages of firms by year: pushed as the dataset `workforce`, or entered by an officer by a paper."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.core.acts import Act
from app.core.errors import NotAcceptable, NotFound, StaleVersion, Taken, VersionRequired
from app.core.sheets import Column
from app.services.access.permissions import Permission
from app.services.funding.levies.payrolls import reads, service
from app.services.funding.levies.payrolls.schemas import (
    PayrollCreate,
    PayrollDetail,
    PayrollFilters,
    PayrollRead,
    PayrollUpdate,
    PayrollVersion,
)
from app.web import answers
from app.web.guards import May
from app.web.lists import Listed, ListQuery, respond
from app.web.openapi import declares
from app.web.strict import StrictRoute

router = APIRouter(prefix="/v1/funding/payrolls", tags=["funding"], route_class=StrictRoute)

LeviesRead = Annotated[Act, May(Permission.levies_read)]
LeviesWrite = Annotated[Act, May(Permission.levies_write)]

COLUMNS = (
    Column("uscc"),
    Column("organization_name"),
    Column("year", "integer", heading="levy_year"),
    Column("payroll_fen", "fen", heading="levy_payroll_fen"),
    Column("staff", "integer", heading="levy_staff"),
    Column("source", coded="payroll_source", heading="payroll_source"),
    Column("said_at", "datetime", heading="payroll_said_at"),
    Column("document", heading="payroll_document"),
    Column("reported_fen", "fen", heading="payroll_reported_fen"),
    Column("reported_staff", "integer", heading="payroll_reported_staff"),
    Column("region_code"),
    Column("organization_id"),
    Column("id"),
)


class PayrollList(PayrollFilters, ListQuery):
    """Filters and paging of the payrolls."""


@router.get("", summary="List payrolls", response_model=Listed[PayrollRead], responses=declares(NotAcceptable))
async def list_payrolls(act: LeviesRead, request: Request, query: Annotated[PayrollList, Query()]) -> Response:
    """What is known of firms' wages by year; as JSON pages, or as CSV or XLSX by `Accept`.

    The file comes back as a batch of the dataset `workforce`.
    """
    return await respond(request, COLUMNS, lambda ask: reads.listed(act, query, ask), query.ask())


@router.post("", summary="Enter a payroll", status_code=201, response_model=PayrollDetail, responses=declares(Taken))
async def create_payroll(act: LeviesWrite, draft: PayrollCreate) -> Response:
    """Enters a firm's wages of a year by a paper. It stands against what partners say later, which is kept beside it.

    What is known already is corrected instead (409 `taken`).
    """
    payroll_id = await service.create(act, draft)
    return answers.created(PayrollDetail, await service.shown(act, payroll_id), "/v1/funding/payrolls/{id}")


@router.get("/{payroll_id}", summary="Read a payroll", response_model=PayrollDetail, responses=declares(NotFound))
async def read_payroll(act: LeviesRead, payroll_id: UUID, request: Request) -> Response:
    """A firm's wages of a year, who said them, and what partners report."""
    return answers.one(PayrollDetail, await service.shown(act, payroll_id), request)


@router.patch(
    "/{payroll_id}",
    summary="Correct a payroll",
    response_model=PayrollDetail,
    responses=declares(NotFound, StaleVersion, VersionRequired),
)
async def update_payroll(act: LeviesWrite, payroll_id: UUID, change: PayrollUpdate, request: Request) -> Response:
    """Corrects a firm's wages by a paper: an officer's word from then on. Needs `If-Match`.

    Where the year's levy is settled it stays, and the difference is recorded as an adjustment.
    """
    await service.update(act, payroll_id, answers.expected_version(request), change)
    return answers.one(PayrollDetail, await service.shown(act, payroll_id))


@router.get(
    "/{payroll_id}/history",
    summary="List a payroll's versions",
    response_model=Listed[PayrollVersion],
    responses=declares(NotFound),
)
async def list_payroll_versions(
    act: LeviesRead, payroll_id: UUID, request: Request, query: Annotated[ListQuery, Query()]
) -> Response:
    """What was known of the wages and when, the newest first."""
    return answers.listed(await reads.history(act, payroll_id, query.ask()), request)
