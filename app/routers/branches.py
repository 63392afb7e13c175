"""Branches: founding them, what they cover, and how they end."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from app.core.acts import Act
from app.core.errors import (
    Conflict,
    Failure,
    NotAcceptable,
    NotFound,
    RuleViolation,
    StaleVersion,
    Taken,
    VersionRequired,
)
from app.core.sheets import Column
from app.core.wire import Day, Instant
from app.services.access.permissions import Permission
from app.services.branches import reads, service
from app.services.branches.schemas import (
    BranchBulk,
    BranchCreate,
    BranchDetail,
    BranchDissolve,
    BranchFilters,
    BranchRead,
    BranchUpdate,
    BranchVersion,
    Cover,
    CoveredOrganization,
    Uncover,
)
from app.web import answers
from app.web.bulk import Bulk, BulkItem, answered, refusal
from app.web.guards import May
from app.web.lists import Listed, ListQuery, respond
from app.web.openapi import declares
from app.web.problems import finding_json
from app.web.state import language
from app.web.strict import StrictRoute

router = APIRouter(prefix="/v1/branches", tags=["branches"], route_class=StrictRoute)

BranchesRead = Annotated[Act, May(Permission.branches_read)]
BranchesWrite = Annotated[Act, May(Permission.branches_write)]

COLUMNS = (
    Column("name", heading="branch_name"),
    Column("level", coded="branch_level", heading="branch_level"),
    Column("formation_mode", coded="formation_mode"),
    Column("management_mode", coded="management_mode"),
    Column("stage", coded="stage"),
    Column("authority_name"),
    Column("authority_code"),
    Column("outflow_authority_code"),
    Column("host_name"),
    Column("region_code"),
    Column("region_level", coded="region_level"),
    Column("term_kind", coded="term_kind"),
    Column("ends_on", "date", heading="branch_ends_on"),
    Column("approved_on", "date", heading="branch_approved_on"),
    Column("founded_on", "date"),
    Column("filed_on", "date", heading="branch_filed_on"),
    Column("dissolved_on", "date"),
    Column("dissolution_reason"),
    Column("formal_members", "integer"),
    Column("probationary_members", "integer"),
    Column("organizations_covered", "integer"),
    Column("id"),
)
COVERED_COLUMNS = (
    Column("organization_name"),
    Column("uscc"),
    Column("region_code"),
    Column("valid_from", "date", heading="covered_from"),
    Column("valid_to", "date", heading="covered_to"),
    Column("end_reason"),
    Column("organization_id"),
)


class BranchList(BranchFilters, ListQuery):
    """Filters and paging of the list."""


class CoveredList(ListQuery):
    """Paging of what a branch covers."""

    on: Annotated[Day | None, Field(description="Only what it covers on this day; without it all periods.")] = None
    as_of: Annotated[
        Instant | None, Field(description="As it was known at this time, with the organisations as of then.")
    ] = None


class BranchFounded(BulkItem):
    """What became of one branch: 201 when it was founded."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {"index": 0, "id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c13", "status": 201, "problem": None}
        }
    )

    index: int = Field(description="The item's place in the request, from 0.")
    id: UUID | None = Field(description="The new branch; null when refused.")


class BranchAsked(BaseModel):
    """At which time."""

    model_config = ConfigDict(extra="forbid")

    as_of: Annotated[
        Instant | None, Field(description="As it was known at this time: what a reader was told then.")
    ] = None


async def detail(act: Act, branch_id: UUID, request: Request, at: datetime | None = None) -> dict[str, Any]:
    """A branch as it is answered, findings in the reader's language. Raises NotFound."""
    row = await service.shown(act, branch_id, at)
    if row["findings"] is None:
        return row
    return {**row, "findings": [finding_json(finding, language(request)) for finding in row["findings"]]}


@router.get("", summary="List branches", response_model=Listed[BranchRead], responses=declares(NotAcceptable))
async def list_branches(act: BranchesRead, request: Request, query: Annotated[BranchList, Query()]) -> Response:
    """Branches by region; as JSON pages, or all filtered rows as CSV or XLSX by `Accept`.

    With `as_of` what was known at that time, authorities, hosts and covered organisations with it; the caller's scope
    is today's.
    """
    return await respond(request, COLUMNS, lambda ask: reads.listed(act, query, ask), query.ask())


@router.post(
    "",
    summary="Found a branch",
    status_code=201,
    response_model=BranchDetail,
    responses=declares(RuleViolation, Taken),
)
async def found_branch(act: BranchesWrite, draft: BranchCreate, request: Request) -> Response:
    """Founds a branch with the organisations it covers from its founding day on; their coverage changes with it.

    Hard rules refuse (409 with findings). Where a "normally" is departed from, the same 409 lists the departures and
    asks for `departure_reason`; with it the branch is founded and the departures are kept with it.
    """
    branch_id = await service.found(act, draft)
    return answers.created(BranchDetail, await detail(act, branch_id, request), "/v1/branches/{id}")


@router.post("/bulk", summary="Found branches in bulk", response_model=Bulk[BranchFounded], responses=declares(Taken))
async def found_branches(act: BranchesWrite, bulk: BranchBulk, request: Request) -> Response:
    """Founds up to 200 branches; each is judged by itself, and a refused one does not stop the others.

    For taking over branches that exist already. An item sent twice is refused the second time: its organisations are
    covered.
    """
    outcomes = await service.found_each(act, bulk.items)
    return answered([_item(index, outcome, request) for index, outcome in enumerate(outcomes)])


def _item(index: int, outcome: UUID | Failure, request: Request) -> dict[str, Any]:
    if isinstance(outcome, Failure):
        return {"index": index, "id": None, **refusal(request, outcome)}
    return {"index": index, "id": outcome, "status": 201, "problem": None}


@router.get("/{branch_id}", summary="Read a branch", response_model=BranchDetail, responses=declares(NotFound))
async def read_branch(
    act: BranchesRead, branch_id: UUID, request: Request, query: Annotated[BranchAsked, Query()]
) -> Response:
    """One branch with the departures approved for it, what the rules say of it today, and what the caller may do.

    With `as_of` it is told as it was known at that time; nothing is judged and nothing can be done then.
    """
    return answers.one(BranchDetail, await detail(act, branch_id, request, query.as_of), request)


@router.patch(
    "/{branch_id}",
    summary="Update a branch",
    response_model=BranchDetail,
    responses=declares(NotFound, RuleViolation, StaleVersion, VersionRequired),
)
async def update_branch(act: BranchesWrite, branch_id: UUID, change: BranchUpdate, request: Request) -> Response:
    """Changes what is sent and leaves the rest. Needs `If-Match`. Another level or host is judged as at founding."""
    await service.update(act, branch_id, answers.expected_version(request), change)
    return answers.one(BranchDetail, await detail(act, branch_id, request))


@router.post(
    "/{branch_id}/dissolve",
    summary="Dissolve a branch",
    response_model=BranchDetail,
    responses=declares(NotFound, Conflict, StaleVersion, VersionRequired),
)
async def dissolve_branch(act: BranchesWrite, branch_id: UUID, end: BranchDissolve, request: Request) -> Response:
    """Ends a branch on a day with a reason; from that day on it covers nothing. Needs `If-Match`."""
    await service.dissolve(act, branch_id, answers.expected_version(request), end)
    return answers.one(BranchDetail, await detail(act, branch_id, request))


@router.get(
    "/{branch_id}/organizations",
    summary="List the organizations a branch covers",
    response_model=Listed[CoveredOrganization],
    responses=declares(NotFound, NotAcceptable),
)
async def list_covered_organizations(
    act: BranchesRead, branch_id: UUID, request: Request, query: Annotated[CoveredList, Query()]
) -> Response:
    """The organisations it covers on a day or ever, as far as the caller sees them."""
    return await respond(
        request, COVERED_COLUMNS, lambda ask: reads.covered(act, branch_id, query.on, ask, query.as_of), query.ask()
    )


@router.post(
    "/{branch_id}/organizations",
    summary="Cover one more organization",
    response_model=BranchDetail,
    responses=declares(NotFound, RuleViolation, Taken, StaleVersion, VersionRequired),
)
async def cover_organization(act: BranchesWrite, branch_id: UUID, more: Cover, request: Request) -> Response:
    """Takes in an organisation from a day on; its coverage changes with it. Needs `If-Match`. Judged as at founding."""
    await service.cover(act, branch_id, answers.expected_version(request), more)
    return answers.one(BranchDetail, await detail(act, branch_id, request))


@router.post(
    "/{branch_id}/organizations/{organization_id}/end",
    summary="End covering an organization",
    response_model=BranchDetail,
    responses=declares(NotFound, Conflict, StaleVersion, VersionRequired),
)
async def uncover_organization(
    act: BranchesWrite, branch_id: UUID, organization_id: UUID, end: Uncover, request: Request
) -> Response:
    """Ends covering an organisation on a day with a reason. Needs `If-Match`. A standalone branch is dissolved."""
    await service.uncover(act, branch_id, organization_id, answers.expected_version(request), end)
    return answers.one(BranchDetail, await detail(act, branch_id, request))


@router.get(
    "/{branch_id}/history",
    summary="List a branch's versions",
    response_model=Listed[BranchVersion],
    responses=declares(NotFound),
)
async def list_branch_versions(
    act: BranchesRead, branch_id: UUID, request: Request, query: Annotated[ListQuery, Query()]
) -> Response:
    """What was known of the branch and when, the newest first."""
    return answers.listed(await reads.history(act, branch_id, query.ask()), request)
