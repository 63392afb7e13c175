"""Years of the books: opened, closed, carried over."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.core.acts import Act
from app.core.errors import Conflict, InFlight, NotAcceptable, NotFound, StaleVersion, Taken, VersionRequired
from app.core.sheets import Column
from app.services.access.permissions import Permission
from app.services.funding.ledger.years import reads, service
from app.services.funding.ledger.years.schemas import (
    CarryOverRead,
    YearClose,
    YearCreate,
    YearDetail,
    YearFilters,
    YearRead,
    YearVersion,
)
from app.web import answers
from app.web.guards import May
from app.web.idempotency import Key, told_once
from app.web.lists import Listed, ListQuery, respond
from app.web.openapi import declares
from app.web.strict import StrictRoute

router = APIRouter(prefix="/v1/funding/years", tags=["funding"], route_class=StrictRoute)

FundingRead = Annotated[Act, May(Permission.funding_read)]
FundingWrite = Annotated[Act, May(Permission.funding_write)]
FundingClose = Annotated[Act, May(Permission.funding_close)]

COLUMNS = (
    Column("year", "integer", heading="funding_year"),
    Column("committee_name", heading="funding_committee"),
    Column("state", coded="funding_year_state", heading="funding_year_state"),
    Column("closed_at", "datetime", heading="funding_closed_at"),
    Column("close_note", heading="funding_close_note"),
    Column("region_code"),
    Column("authority_code"),
    Column("id"),
)
CARRIED = (
    Column("year", "integer", heading="funding_year"),
    Column("on", "date", heading="funding_on"),
    Column("purse", coded="purse", heading="funding_purse"),
    Column("holder_kind", coded="funding_holder_kind", heading="funding_holder_kind"),
    Column("holder_name", heading="funding_holder_name"),
    Column("balance_fen", "fen", heading="funding_balance_fen"),
    Column("region_code"),
    Column("account_id", heading="funding_account_id"),
)


class YearList(YearFilters, ListQuery):
    """Filters and paging of the years."""


@router.get("", summary="List years of the books", response_model=Listed[YearRead], responses=declares(NotAcceptable))
async def list_funding_years(act: FundingRead, request: Request, query: Annotated[YearList, Query()]) -> Response:
    """Committees' books by calendar year; as JSON pages, or as CSV or XLSX by `Accept`."""
    return await respond(request, COLUMNS, lambda ask: reads.listed(act, query, ask), query.ask())


@router.post(
    "", summary="Open a year of the books", status_code=201, response_model=YearDetail, responses=declares(Taken)
)
async def open_funding_year(act: FundingWrite, told: YearCreate) -> Response:
    """A committee's books of a year, at most the next one, and none before a closed one. Then it may be booked in."""
    return answers.created(
        YearDetail, await service.shown(act, await service.open_year(act, told)), "/v1/funding/years/{id}"
    )


@router.get("/{year_id}", summary="Read a year of the books", response_model=YearDetail, responses=declares(NotFound))
async def read_funding_year(act: FundingRead, year_id: UUID) -> Response:
    """One year with how many entries it has, how many are numbered, and whether it may be closed."""
    return answers.one(YearDetail, await service.shown(act, year_id))


@router.post(
    "/{year_id}/close",
    summary="Close a year of the books",
    response_model=YearDetail,
    responses=declares(NotFound, Conflict, StaleVersion, VersionRequired, InFlight),
)
async def close_funding_year(act: FundingClose, year_id: UUID, told: YearClose, key: Key, request: Request) -> Response:
    """For good: once the year is over and those before it are closed. Nothing is booked in it any more.

    What accounts hold is carried over; the committee's own funds of the purses named are given back by an entry on 31
    December. Needs `If-Match` and `Idempotency-Key`.
    """

    async def work() -> Response:
        await service.close(act, year_id, answers.expected_version(request), told)
        return answers.one(YearDetail, await service.shown(act, year_id))

    return await told_once(act, request, key, work)


@router.get(
    "/{year_id}/history",
    summary="List a year's versions",
    response_model=Listed[YearVersion],
    responses=declares(NotFound),
)
async def list_funding_year_versions(
    act: FundingRead, year_id: UUID, request: Request, query: Annotated[ListQuery, Query()]
) -> Response:
    """What was known of the year at each time, the latest first."""
    return answers.listed(await reads.history(act, year_id, query.ask()), request)


@router.get(
    "/{year_id}/carry-overs",
    summary="List what a year carries over",
    response_model=Listed[CarryOverRead],
    responses=declares(NotFound, NotAcceptable),
)
async def list_funding_carry_overs(
    act: FundingRead, year_id: UUID, request: Request, query: Annotated[ListQuery, Query()]
) -> Response:
    """What each account held on 31 December of a closed year, as it was written down then; empty for an open one.

    As JSON pages, or as CSV or XLSX by `Accept`.
    """
    return await respond(request, CARRIED, lambda ask: reads.carry_overs(act, year_id, ask), query.ask())
