"""Stations of instructors, and who belongs to them."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.core.acts import Act
from app.core.errors import Conflict, NotAcceptable, NotFound, StaleVersion, Taken, VersionRequired
from app.core.sheets import Column
from app.services.access.permissions import Permission
from app.services.instructors.stations import reads, service
from app.services.instructors.stations.schemas import (
    StationClose,
    StationCreate,
    StationDetail,
    StationFilters,
    StationJoin,
    StationLeave,
    StationMemberFilters,
    StationMemberRead,
    StationRead,
    StationUpdate,
    StationVersion,
)
from app.web import answers
from app.web.guards import May
from app.web.lists import Listed, ListQuery, respond
from app.web.openapi import declares
from app.web.strict import StrictRoute

router = APIRouter(prefix="/v1/stations", tags=["instructors"], route_class=StrictRoute)

AssignmentsRead = Annotated[Act, May(Permission.assignments_read)]
AssignmentsWrite = Annotated[Act, May(Permission.assignments_write)]

COLUMNS = (
    Column("name"),
    Column("region_code"),
    Column("host_name"),
    Column("address"),
    Column("longitude_e6", "integer"),
    Column("latitude_e6", "integer"),
    Column("authority_code"),
    Column("opened_on", "date"),
    Column("closed_on", "date", heading="host_closed_on"),
    Column("members", "integer", heading="station_members"),
    Column("id"),
)
MEMBER_COLUMNS = (
    Column("worker_name", heading="instructor_name"),
    Column("valid_from", "date", heading="station_from"),
    Column("valid_to", "date", heading="station_to"),
    Column("worker_id"),
    Column("id"),
)
CHANGED = declares(NotFound, Conflict, StaleVersion, VersionRequired)


class StationList(StationFilters, ListQuery):
    """Filters and paging of the stations."""


class StationMemberList(StationMemberFilters, ListQuery):
    """Filters and paging of who belongs to a station."""


@router.get("", summary="List stations", response_model=Listed[StationRead], responses=declares(NotAcceptable))
async def list_stations(act: AssignmentsRead, request: Request, query: Annotated[StationList, Query()]) -> Response:
    """Stations by region, or by `sort=name`; as JSON pages, or as CSV or XLSX."""
    return await respond(request, COLUMNS, lambda ask: reads.listed(act, query, ask), query.ask())


@router.post("", summary="Open a station", status_code=201, response_model=StationDetail, responses=declares(Taken))
async def create_station(act: AssignmentsWrite, draft: StationCreate) -> Response:
    """Opens a station of instructors at a place; one name once in a region."""
    return answers.created(StationDetail, await service.create(act, draft), "/v1/stations/{id}")


@router.get("/{station_id}", summary="Read a station", response_model=StationDetail, responses=declares(NotFound))
async def read_station(act: AssignmentsRead, station_id: UUID, request: Request) -> Response:
    """One station with what may be done."""
    return answers.one(StationDetail, await service.shown(act, station_id), request)


@router.patch("/{station_id}", summary="Change a station", response_model=StationDetail, responses=CHANGED)
async def update_station(act: AssignmentsWrite, station_id: UUID, change: StationUpdate, request: Request) -> Response:
    """Changes what is sent; a field left out stays. Needs `If-Match`."""
    return answers.one(StationDetail, await service.update(act, station_id, answers.expected_version(request), change))


@router.post("/{station_id}/close", summary="Close a station", response_model=StationDetail, responses=CHANGED)
async def close_station(act: AssignmentsWrite, station_id: UUID, end: StationClose, request: Request) -> Response:
    """Ends a station; whoever belongs to it no longer does. Assignments go on. Needs `If-Match`."""
    return answers.one(StationDetail, await service.close(act, station_id, answers.expected_version(request), end))


@router.get(
    "/{station_id}/members",
    summary="List a station's workers",
    response_model=Listed[StationMemberRead],
    responses=declares(NotFound, NotAcceptable),
)
async def list_station_members(
    act: AssignmentsRead, station_id: UUID, request: Request, query: Annotated[StationMemberList, Query()]
) -> Response:
    """Who belongs or belonged to a station, the newest first; as JSON pages, or as CSV or XLSX.

    That a list of names was read is noted in the audit.
    """
    return await respond(request, MEMBER_COLUMNS, lambda ask: service.members(act, station_id, query, ask), query.ask())


@router.post(
    "/{station_id}/members",
    summary="Add a worker to a station",
    response_model=StationMemberRead,
    responses=declares(NotFound, Taken, StaleVersion, VersionRequired),
)
async def join_station(act: AssignmentsWrite, station_id: UUID, draft: StationJoin, request: Request) -> Response:
    """A worker joins a station; nobody belongs to two at one time. Needs the station's `If-Match`."""
    row = await service.join(act, station_id, answers.expected_version(request), draft)
    return answers.one(StationMemberRead, row)


@router.post(
    "/{station_id}/members/{membership_id}/end",
    summary="Let a worker leave a station",
    response_model=StationMemberRead,
    responses=CHANGED,
)
async def leave_station(
    act: AssignmentsWrite, station_id: UUID, membership_id: UUID, end: StationLeave, request: Request
) -> Response:
    """A worker no longer belongs to a station. Needs the `If-Match` of that belonging."""
    row = await service.leave(act, station_id, membership_id, answers.expected_version(request), end)
    return answers.one(StationMemberRead, row)


@router.get(
    "/{station_id}/history",
    summary="List a station's versions",
    response_model=Listed[StationVersion],
    responses=declares(NotFound),
)
async def list_station_versions(
    act: AssignmentsRead, station_id: UUID, request: Request, query: Annotated[ListQuery, Query()]
) -> Response:
    """What was known of the station and when, the newest first."""
    return answers.listed(await reads.history(act, station_id, query.ask()), request)
