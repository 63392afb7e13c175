"""Hosts: communities, parks, associations, buildings, markets, leading firms and liaison points."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.core.acts import Act
from app.core.errors import Conflict, NotAcceptable, NotFound, StaleVersion, Taken, VersionRequired
from app.core.sheets import Column
from app.services.access.permissions import Permission
from app.services.hosts import reads, service
from app.services.hosts.schemas import HostClose, HostCreate, HostDetail, HostFilters, HostRead, HostUpdate, HostVersion
from app.web import answers
from app.web.guards import May
from app.web.lists import Listed, ListQuery, respond
from app.web.openapi import declares
from app.web.strict import StrictRoute

router = APIRouter(prefix="/v1/hosts", tags=["hosts"], route_class=StrictRoute)

HostsRead = Annotated[Act, May(Permission.hosts_read)]
HostsWrite = Annotated[Act, May(Permission.hosts_write)]

COLUMNS = (
    Column("name", heading="host_name"),
    Column("kind", coded="host_kind", heading="host_kind"),
    Column("region_code"),
    Column("region_level", coded="region_level"),
    Column("address"),
    Column("aliases", "list"),
    Column("longitude_e6", "degrees", heading="longitude"),
    Column("latitude_e6", "degrees", heading="latitude"),
    Column("coordinates_told_in", coded="datum", heading="told_in"),
    Column("opened_on", "date"),
    Column("closed_on", "date", heading="host_closed_on"),
    Column("id"),
)


class HostList(HostFilters, ListQuery):
    """Filters and paging of the list."""


@router.get("", summary="List hosts", response_model=Listed[HostRead], responses=declares(NotAcceptable))
async def list_hosts(act: HostsRead, request: Request, query: Annotated[HostList, Query()]) -> Response:
    """What branches may lean on, by region; as JSON pages, or all filtered rows as CSV or XLSX by `Accept`."""
    return await respond(request, COLUMNS, lambda ask: reads.listed(act, query, ask), query.ask())


@router.post("", summary="Create a host", status_code=201, response_model=HostDetail, responses=declares(Taken))
async def create_host(act: HostsWrite, draft: HostCreate) -> Response:
    """Enters a host. The same kind and name at the same place, still open, is refused as taken."""
    return answers.created(HostDetail, await service.create(act, draft), "/v1/hosts/{id}")


@router.get("/{host_id}", summary="Read a host", response_model=HostDetail, responses=declares(NotFound))
async def read_host(act: HostsRead, host_id: UUID, request: Request) -> Response:
    """One host with its ETag and what the caller may do to it."""
    return answers.one(HostDetail, await reads.detail(act, host_id), request)


@router.patch(
    "/{host_id}",
    summary="Update a host",
    response_model=HostDetail,
    responses=declares(NotFound, Taken, StaleVersion, VersionRequired),
)
async def update_host(act: HostsWrite, host_id: UUID, change: HostUpdate, request: Request) -> Response:
    """Changes what is sent and leaves the rest. Needs `If-Match`; what is already so makes no new version."""
    return answers.one(HostDetail, await service.update(act, host_id, answers.expected_version(request), change))


@router.post(
    "/{host_id}/close",
    summary="Close a host",
    response_model=HostDetail,
    responses=declares(NotFound, Conflict, StaleVersion, VersionRequired),
)
async def close_host(act: HostsWrite, host_id: UUID, end: HostClose, request: Request) -> Response:
    """Ends a host on a day with a reason. Refused while a branch that stands leans on it."""
    return answers.one(HostDetail, await service.close(act, host_id, answers.expected_version(request), end))


@router.get(
    "/{host_id}/history",
    summary="List a host's versions",
    response_model=Listed[HostVersion],
    responses=declares(NotFound),
)
async def list_host_versions(
    act: HostsRead, host_id: UUID, request: Request, query: Annotated[ListQuery, Query()]
) -> Response:
    """What was known of the host and when, the newest first."""
    return answers.listed(await reads.history(act, host_id, query.ask()), request)
