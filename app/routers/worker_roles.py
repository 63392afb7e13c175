"""The roles of party workers, by dates."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from app.core.acts import Act
from app.core.errors import Conflict, NotAcceptable, NotFound, RuleViolation, StaleVersion, Taken, VersionRequired
from app.core.sheets import Column
from app.services.access.permissions import Permission
from app.services.workers.roles import reads, service
from app.services.workers.roles.schemas import (
    ROLE,
    RoleDetail,
    RoleEnded,
    RoleExtend,
    RoleFilters,
    RoleGive,
    RoleRead,
    RoleVersion,
)
from app.web import answers
from app.web.guards import May
from app.web.lists import Listed, ListQuery, respond
from app.web.openapi import declares
from app.web.problems import finding_json
from app.web.state import language
from app.web.strict import StrictRoute

router = APIRouter(prefix="/v1/worker-roles", tags=["workers"], route_class=StrictRoute)

WorkersRead = Annotated[Act, May(Permission.workers_read)]
WorkersWrite = Annotated[Act, May(Permission.workers_write)]
RoleId = Annotated[UUID, Path(description="The role's id.", examples=[ROLE["id"]])]

COLUMNS = (
    Column("worker_name", heading="person_name"),
    Column("role", coded="worker_role", heading="worker_role"),
    Column("selection_channel", coded="selection_channel"),
    Column("branch_name"),
    Column("organization_name"),
    Column("full_time", "boolean"),
    Column("valid_from", "date", heading="office_from"),
    Column("valid_to", "date", heading="office_to"),
    Column("state", coded="role_state", heading="role_state"),
    Column("end_kind", coded="role_end_kind", heading="end_kind"),
    Column("end_reason"),
    Column("region_code"),
    Column("authority_code"),
    Column("worker_id"),
    Column("branch_id"),
    Column("organization_id"),
    Column("id"),
)


class RoleList(RoleFilters, ListQuery):
    """Filters and paging of the list."""


async def _detail(act: Act, role_id: UUID, request: Request) -> dict[str, Any]:
    row = await service.shown(act, role_id)
    return {**row, "findings": [finding_json(finding, language(request)) for finding in row["findings"]]}


@router.get(
    "", summary="List roles of party workers", response_model=Listed[RoleRead], responses=declares(NotAcceptable)
)
async def list_worker_roles(act: WorkersRead, request: Request, query: Annotated[RoleList, Query()]) -> Response:
    """Who holds or held which role, by region or by `sort=valid_to`; as JSON pages, or as CSV or XLSX by `Accept`.

    `ends_before` are those whose end is set and comes soon. That a list of names was read is noted in the audit.
    """
    return await respond(request, COLUMNS, lambda ask: service.listed(act, query, ask), query.ask())


@router.post(
    "",
    summary="Give somebody a role",
    status_code=201,
    response_model=RoleDetail,
    responses=declares(RuleViolation, Taken),
)
async def give_worker_role(act: WorkersWrite, draft: RoleGive, request: Request) -> Response:
    """Makes somebody an instructor, a liaison of an organisation, or a full-time worker.

    Refused is an instructor who is no formal member. A term longer than the policy sets needs `departure_reason`;
    several roles at once are told of as advice. Posts of a branch's team are entered with the team.
    """
    return answers.created(
        RoleDetail, await _detail(act, await service.give(act, draft), request), "/v1/worker-roles/{id}"
    )


@router.get("/{role_id}", summary="Read a role", response_model=RoleDetail, responses=declares(NotFound))
async def read_worker_role(act: WorkersRead, role_id: RoleId, request: Request) -> Response:
    """One role with the departures approved for it, what the rules say today, and what may be done."""
    return answers.one(RoleDetail, await _detail(act, role_id, request), request)


@router.post(
    "/{role_id}/extend",
    summary="Prolong a role",
    response_model=RoleDetail,
    responses=declares(NotFound, Conflict, RuleViolation, Taken, StaleVersion, VersionRequired),
)
async def extend_worker_role(act: WorkersWrite, role_id: RoleId, wish: RoleExtend, request: Request) -> Response:
    """Sets a later end. Needs `If-Match`; beyond the months that the policy sets also `departure_reason`."""
    await service.extend(act, role_id, answers.expected_version(request), wish)
    return answers.one(RoleDetail, await _detail(act, role_id, request))


@router.post(
    "/{role_id}/end",
    summary="End a role",
    response_model=RoleDetail,
    responses=declares(NotFound, Conflict, Taken, StaleVersion, VersionRequired),
)
async def end_worker_role(act: WorkersWrite, role_id: RoleId, wish: RoleEnded, request: Request) -> Response:
    """Ends a role by a stated reason. Needs `If-Match`. An instructor's assignments are ended or handed over first."""
    await service.end(act, role_id, answers.expected_version(request), wish)
    return answers.one(RoleDetail, await _detail(act, role_id, request))


@router.get(
    "/{role_id}/history",
    summary="List a role's versions",
    response_model=Listed[RoleVersion],
    responses=declares(NotFound),
)
async def list_worker_role_versions(
    act: WorkersRead, role_id: RoleId, request: Request, query: Annotated[ListQuery, Query()]
) -> Response:
    """What was known of the role and when, the newest first."""
    return answers.listed(await reads.history(act, role_id, query.ask()), request)
