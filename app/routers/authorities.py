"""Authorities: the superior party bodies that branches stand under."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import Field
from starlette.responses import Response

from app.core.acts import Act
from app.core.errors import Conflict, NotAcceptable, NotFound, StaleVersion, Taken, VersionRequired
from app.core.sheets import Column
from app.services.access.permissions import Permission
from app.services.authorities import reads, service
from app.services.authorities.schemas import (
    AuthorityCreate,
    AuthorityDetail,
    AuthorityDissolve,
    AuthorityFilters,
    AuthorityNode,
    AuthorityRead,
    AuthorityUpdate,
    AuthorityVersion,
)
from app.web import answers
from app.web.guards import May
from app.web.lists import Listed, ListQuery, respond
from app.web.openapi import declares
from app.web.strict import StrictRoute

router = APIRouter(prefix="/v1/authorities", tags=["authorities"], route_class=StrictRoute)

AuthoritiesRead = Annotated[Act, May(Permission.authorities_read)]
AuthoritiesWrite = Annotated[Act, May(Permission.authorities_write)]

COLUMNS = (
    Column("code", heading="authority_code"),
    Column("name", heading="authority_name"),
    Column("kind", coded="authority_kind", heading="authority_kind"),
    Column("region_code"),
    Column("region_level", coded="region_level"),
    Column("industries", "list"),
    Column("founding_document"),
    Column("founded_on", "date"),
    Column("dissolved_on", "date"),
    Column("id"),
)


class LineQuery(ListQuery):
    """Paging of a line, and how far down it goes."""

    depth: Annotated[int, Field(ge=0, le=4, description="Levels of the code below the body; 4 is all of them.")] = 4


class AuthorityList(AuthorityFilters, ListQuery):
    """Filters and paging of the list."""


@router.get("", summary="List authorities", response_model=Listed[AuthorityRead], responses=declares(NotAcceptable))
async def list_authorities(
    act: AuthoritiesRead, request: Request, query: Annotated[AuthorityList, Query()]
) -> Response:
    """Superior bodies in the order of their codes, so that a subtree stands together; as JSON, CSV or XLSX.

    Beside those of the caller's regions, the bodies of the regions above are shown: a branch may stand under them.
    """
    return await respond(request, COLUMNS, lambda ask: reads.listed(act, query, ask), query.ask())


@router.post(
    "", summary="Create an authority", status_code=201, response_model=AuthorityDetail, responses=declares(Taken)
)
async def create_authority(act: AuthoritiesWrite, draft: AuthorityCreate) -> Response:
    """Enters a superior body under the party's own code. A code in use anywhere is refused as taken."""
    return answers.created(AuthorityDetail, await service.create(act, draft), "/v1/authorities/{id}")


@router.get(
    "/{authority_id}", summary="Read an authority", response_model=AuthorityDetail, responses=declares(NotFound)
)
async def read_authority(act: AuthoritiesRead, authority_id: UUID, request: Request) -> Response:
    """One authority with its ETag and what the caller may do to it."""
    return answers.one(AuthorityDetail, await reads.detail(act, authority_id), request)


@router.patch(
    "/{authority_id}",
    summary="Update an authority",
    response_model=AuthorityDetail,
    responses=declares(NotFound, StaleVersion, VersionRequired),
)
async def update_authority(
    act: AuthoritiesWrite, authority_id: UUID, change: AuthorityUpdate, request: Request
) -> Response:
    """Changes what is sent and leaves the rest. Needs `If-Match`. Code and region never change."""
    expected = answers.expected_version(request)
    return answers.one(AuthorityDetail, await service.update(act, authority_id, expected, change))


@router.post(
    "/{authority_id}/dissolve",
    summary="Dissolve an authority",
    response_model=AuthorityDetail,
    responses=declares(NotFound, Conflict, StaleVersion, VersionRequired),
)
async def dissolve_authority(
    act: AuthoritiesWrite, authority_id: UUID, end: AuthorityDissolve, request: Request
) -> Response:
    """Ends an authority on a day with a reason. Refused while a branch that stands is under it: none may be outside."""
    expected = answers.expected_version(request)
    return answers.one(AuthorityDetail, await service.dissolve(act, authority_id, expected, end))


@router.get(
    "/{authority_id}/tree",
    summary="List an authority's line",
    response_model=Listed[AuthorityNode],
    responses=declares(NotFound),
)
async def list_authority_line(
    act: AuthoritiesRead, authority_id: UUID, request: Request, query: Annotated[LineQuery, Query()]
) -> Response:
    """The body and all under it by code, each with the nearest one above it, in an order in which a tree can be drawn.

    A body is under another where the other's code begins its own; where a level has no body, the next one above counts.
    """
    return answers.listed(await reads.line(act, authority_id, query.depth, query.ask()), request)


@router.get(
    "/{authority_id}/children",
    summary="List an authority's children",
    response_model=Listed[AuthorityNode],
    responses=declares(NotFound),
)
async def list_authority_children(
    act: AuthoritiesRead, authority_id: UUID, request: Request, query: Annotated[ListQuery, Query()]
) -> Response:
    """The bodies directly under it: those with no other in between that the caller sees."""
    return answers.listed(await reads.children(act, authority_id, query.ask()), request)


@router.get(
    "/{authority_id}/history",
    summary="List an authority's versions",
    response_model=Listed[AuthorityVersion],
    responses=declares(NotFound),
)
async def list_authority_versions(
    act: AuthoritiesRead, authority_id: UUID, request: Request, query: Annotated[ListQuery, Query()]
) -> Response:
    """What was known of the authority and when, the newest first."""
    return answers.listed(await reads.history(act, authority_id, query.ask()), request)
