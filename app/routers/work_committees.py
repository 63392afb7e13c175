"""Work committees: the seats in them, and the places that lack one."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.core.acts import Act
from app.core.errors import Conflict, NotAcceptable, NotFound, StaleVersion, Taken, VersionRequired
from app.core.sheets import Column
from app.services.access.permissions import Permission
from app.services.authorities.committees import reads, service
from app.services.authorities.committees.schemas import (
    CommitteeGap,
    CommitteeGapFilters,
    SeatCreate,
    SeatEnd,
    SeatFilters,
    SeatRead,
)
from app.services.authorities.schemas import AuthorityDetail
from app.web import answers
from app.web.guards import May
from app.web.lists import Listed, ListQuery, respond
from app.web.openapi import declares
from app.web.strict import StrictRoute

router = APIRouter(prefix="/v1", tags=["authorities"], route_class=StrictRoute)

AuthoritiesRead = Annotated[Act, May(Permission.authorities_read)]
AuthoritiesWrite = Annotated[Act, May(Permission.authorities_write)]

SEATS = (
    Column("department_name"),
    Column("department", coded="department"),
    Column("duty", coded="committee_duty", heading="committee_duty"),
    Column("post"),
    Column("valid_from", "date", heading="seat_from"),
    Column("valid_to", "date", heading="seat_to"),
    Column("end_reason"),
)
GAPS = (
    Column("region_name"),
    Column("region_code"),
    Column("region_level", coded="region_level"),
    Column("lacking", coded="committee_lacking", heading="committee_lacking"),
    Column("dissolved_on", "date"),
)


class SeatList(SeatFilters, ListQuery):
    """Filters and paging of the seats."""


class GapList(CommitteeGapFilters, ListQuery):
    """Filters and paging of the places."""


@router.get(
    "/work-committees/missing",
    summary="List places without a work committee",
    response_model=Listed[CommitteeGap],
    responses=declares(NotFound, NotAcceptable),
)
async def list_missing_work_committees(
    act: AuthoritiesRead, request: Request, query: Annotated[GapList, Query()]
) -> Response:
    """The counties of a region that had no work committee on a day, or one with an empty chair; as JSON, CSV or XLSX.

    404 for a region that the caller does not see whole: what is not seen would look missing.
    """
    return await respond(request, GAPS, lambda ask: service.lacking(act, query, ask), query.ask())


@router.get(
    "/authorities/{authority_id}/seats",
    summary="List a work committee's seats",
    response_model=Listed[SeatRead],
    responses=declares(NotFound, NotAcceptable),
)
async def list_committee_seats(
    act: AuthoritiesRead, authority_id: UUID, request: Request, query: Annotated[SeatList, Query()]
) -> Response:
    """Which departments sit in the committee, by which post, on a day or ever."""
    return await respond(request, SEATS, lambda ask: reads.seats(act, authority_id, query, ask), query.ask())


@router.post(
    "/authorities/{authority_id}/seats",
    summary="Add a seat to a work committee",
    response_model=AuthorityDetail,
    responses=declares(NotFound, Conflict, Taken, StaleVersion, VersionRequired),
)
async def add_committee_seat(
    act: AuthoritiesWrite, authority_id: UUID, draft: SeatCreate, request: Request
) -> Response:
    """A department takes a seat from a day on. Needs `If-Match` of the committee, whose next version it makes.

    A committee has one chair at a time. The holder is told by the post, never by name.
    """
    expected = answers.expected_version(request)
    return answers.one(AuthorityDetail, await service.seat(act, authority_id, expected, draft))


@router.post(
    "/authorities/{authority_id}/seats/{seat_id}/end",
    summary="End a seat in a work committee",
    response_model=AuthorityDetail,
    responses=declares(NotFound, Conflict, StaleVersion, VersionRequired),
)
async def end_committee_seat(
    act: AuthoritiesWrite, authority_id: UUID, seat_id: UUID, end: SeatEnd, request: Request
) -> Response:
    """Ends a seat on a day with a reason. Needs `If-Match` of the committee."""
    expected = answers.expected_version(request)
    return answers.one(AuthorityDetail, await service.unseat(act, authority_id, seat_id, expected, end))
