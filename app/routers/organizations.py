"""Organizations: the register of two-new organisations."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import Field
from starlette.responses import Response

from app.core.acts import Act
from app.core.errors import (
    Conflict,
    NotAcceptable,
    NotFound,
    RuleViolation,
    StaleVersion,
    Taken,
    TooLarge,
    VersionRequired,
)
from app.core.sheets import Column
from app.core.wire import Instant
from app.services.access.permissions import Permission
from app.services.organizations import reads, service
from app.services.organizations.filters import OrganizationFilters
from app.services.organizations.schemas import (
    OrganizationClose,
    OrganizationCreate,
    OrganizationItem,
    OrganizationRead,
    OrganizationReopen,
    OrganizationUpdate,
    OrganizationVersion,
)
from app.web import answers
from app.web.guards import May
from app.web.lists import Listed, ListQuery, respond
from app.web.openapi import declares
from app.web.strict import StrictRoute

router = APIRouter(prefix="/v1/organizations", tags=["organizations"], route_class=StrictRoute)

OrganizationsRead = Annotated[Act, May(Permission.organizations_read)]
OrganizationsWrite = Annotated[Act, May(Permission.organizations_write)]

COLUMNS = (
    Column("uscc"),
    Column("name"),
    Column("kind", coded="kind"),
    Column("status", coded="status"),
    Column("region_code"),
    Column("region_level", coded="region_level"),
    Column("industry"),
    Column("staff", "integer"),
    Column("above_scale_reported", "boolean"),
    Column("formal_members_working", "integer"),
    Column("formal_members_relation", "integer"),
    Column("members_working", "integer"),
    Column("members_relation", "integer"),
    Column("coverage_mode", coded="coverage_mode"),
    Column("uncovered_reason", coded="uncovered_reason"),
    Column("has_instructor", "boolean"),
    Column("recorded_at", "datetime"),
    Column("id"),
)


class OrganizationList(OrganizationFilters, ListQuery):
    """Filters and paging of the list."""

    facets: Annotated[
        bool, Field(description="Also count all rows by kind, status, coverage_mode and uncovered_reason.")
    ] = False


@router.get(
    "",
    summary="List organizations",
    response_model=Listed[OrganizationItem],
    responses=declares(NotAcceptable, TooLarge),
)
async def list_organizations(
    act: OrganizationsRead, request: Request, query: Annotated[OrganizationList, Query()]
) -> Response:
    """The register under all conditions given, by `region` (default), `name` (its reading) or `recorded_at`.

    `search` finds two Chinese characters or two syllables of pinyin anywhere in a name, in order of region. A facet
    counts under all conditions but its own. By `Accept` as JSON pages, or all filtered rows as CSV or XLSX.
    """
    return await respond(request, COLUMNS, lambda ask: reads.listed(act, query, ask, query.facets), query.ask())


@router.post(
    "",
    summary="Create an organization",
    status_code=201,
    response_model=OrganizationRead,
    responses=declares(Taken),
)
async def create_organization(act: OrganizationsWrite, draft: OrganizationCreate) -> Response:
    """Enters an organisation by hand, with or without a USCC. What kind it is follows from what is stated, unless the
    officer decides. A code that is in use anywhere in the country is refused, without telling where.
    """
    return answers.created(OrganizationRead, await service.create(act, draft), "/v1/organizations/{id}")


@router.get(
    "/{organization_id}",
    summary="Read an organization",
    response_model=OrganizationRead,
    responses=declares(NotFound),
)
async def read_organization(
    act: OrganizationsRead,
    organization_id: UUID,
    request: Request,
    as_of: Annotated[
        Instant | None, Query(description="As it was known at this instant, instead of as it stands.")
    ] = None,
) -> Response:
    """One organisation with its ETag, its regions, who said what, and what the caller may do."""
    found = await reads.detail(act, organization_id, as_of)
    return answers.one(OrganizationRead, found, request if as_of is None else None)


@router.patch(
    "/{organization_id}",
    summary="Update an organization",
    response_model=OrganizationRead,
    responses=declares(NotFound, Conflict, Taken, StaleVersion, VersionRequired),
)
async def update_organization(
    act: OrganizationsWrite, organization_id: UUID, change: OrganizationUpdate, request: Request
) -> Response:
    """Changes what is sent and leaves the rest; null withdraws a statement. Needs `If-Match`. A `kind` sent is the
    officer's decision and no import undoes it; null gives it back to derivation.
    """
    expected = answers.expected_version(request)
    return answers.one(OrganizationRead, await service.update(act, organization_id, expected, change))


@router.post(
    "/{organization_id}/close",
    summary="Close an organization",
    response_model=OrganizationRead,
    responses=declares(NotFound, Conflict, RuleViolation, StaleVersion, VersionRequired),
)
async def close_organization(
    act: OrganizationsWrite, organization_id: UUID, end: OrganizationClose, request: Request
) -> Response:
    """Ends an organisation on a day, with the reason. While a branch covers it this is a departure from the rules: it
    is refused with the finding, or recorded with `departure_reason`.
    """
    expected = answers.expected_version(request)
    return answers.one(OrganizationRead, await service.close(act, organization_id, expected, end))


@router.post(
    "/{organization_id}/reopen",
    summary="Reopen an organization",
    response_model=OrganizationRead,
    responses=declares(NotFound, Conflict, StaleVersion, VersionRequired),
)
async def reopen_organization(
    act: OrganizationsWrite, organization_id: UUID, start: OrganizationReopen, request: Request
) -> Response:
    """Takes a closing back, with the reason."""
    expected = answers.expected_version(request)
    return answers.one(OrganizationRead, await service.reopen(act, organization_id, expected, start))


@router.get(
    "/{organization_id}/history",
    summary="List an organization's versions",
    response_model=Listed[OrganizationVersion],
    responses=declares(NotFound),
)
async def list_organization_versions(
    act: OrganizationsRead, organization_id: UUID, request: Request, query: Annotated[ListQuery, Query()]
) -> Response:
    """What was known of the organisation, from when to when, and who recorded the next version; the newest first."""
    return answers.listed(await reads.history(act, organization_id, query.ask()), request)
