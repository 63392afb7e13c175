"""Rolls of members: whether a branch's is complete, and where counted and reported numbers differ."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.core.acts import Act
from app.core.errors import Conflict, NotAcceptable, NotFound, StaleVersion, VersionRequired
from app.core.sheets import Column
from app.services.access.permissions import Permission
from app.services.branches import service as branches
from app.services.branches.schemas import BranchDetail
from app.services.members import rolls
from app.services.members.differing import reads as differences
from app.services.members.roll_schemas import DifferenceFilters, KeepRoll, MemberDifference
from app.web import answers
from app.web.guards import May
from app.web.lists import Listed, ListQuery, respond
from app.web.openapi import declares
from app.web.problems import finding_json
from app.web.state import language
from app.web.strict import StrictRoute

router = APIRouter(tags=["members"], route_class=StrictRoute)

MembersWrite = Annotated[Act, May(Permission.members_write)]
OrganizationsRead = Annotated[Act, May(Permission.organizations_read)]

COLUMNS = (
    Column("subject", coded="counted_subject", heading="counted_subject"),
    Column("name", heading="counted_name"),
    Column("region_code"),
    Column("fact", coded="member_fact", heading="member_fact"),
    Column("reported", "integer"),
    Column("reported_by"),
    Column("reported_at", "datetime"),
    Column("counted", "integer"),
    Column("holds", "integer"),
    Column("subject_id"),
)


class DifferenceList(DifferenceFilters, ListQuery):
    """Filters and paging of the list."""


async def _branch(act: Act, branch_id: UUID, request: Request) -> dict[str, Any]:
    row = await branches.shown(act, branch_id)
    return {**row, "findings": [finding_json(finding, language(request)) for finding in row["findings"]]}


@router.get(
    "/v1/member-differences",
    summary="List differences of members",
    response_model=Listed[MemberDifference],
    responses=declares(NotAcceptable),
)
async def list_member_differences(
    act: OrganizationsRead, request: Request, query: Annotated[DifferenceList, Query()]
) -> Response:
    """Where the members entered by name and the number reported or stated differ; also as CSV or XLSX by `Accept`.

    Each row tells both numbers, who reported the one and when, and which of them holds today. Numbers only, no names.
    """
    return await respond(request, COLUMNS, lambda ask: differences.listed(act, query, ask), query.ask())


@router.post(
    "/v1/branches/{branch_id}/keep-roll",
    summary="Keep a branch's roll",
    response_model=BranchDetail,
    responses=declares(NotFound, Conflict, StaleVersion, VersionRequired),
)
async def keep_branch_roll(act: MembersWrite, branch_id: UUID, wish: KeepRoll, request: Request) -> Response:
    """Says that every member of the branch is entered by name. Needs the branch's `If-Match`.

    From then on the branch's two numbers of members are counted, and what it covers goes by the counted ones alone.
    """
    await rolls.keep(act, branch_id, answers.expected_version(request), wish)
    return answers.one(BranchDetail, await _branch(act, branch_id, request))


@router.post(
    "/v1/branches/{branch_id}/stop-keeping-roll",
    summary="Stop keeping a branch's roll",
    response_model=BranchDetail,
    responses=declares(NotFound, Conflict, StaleVersion, VersionRequired),
)
async def stop_branch_roll(act: MembersWrite, branch_id: UUID, request: Request) -> Response:
    """Says that the roll is not complete any more; what was counted last stands as stated. Needs `If-Match`.

    What the branch covers then goes by the larger of the reported and the counted number again.
    """
    await rolls.stop(act, branch_id, answers.expected_version(request))
    return answers.one(BranchDetail, await _branch(act, branch_id, request))
