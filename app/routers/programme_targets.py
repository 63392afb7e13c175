"""Targets of yearly programmes on live figures about regions, with progress against time."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.catalogues.indicators import INDICATORS
from app.core.acts import Act
from app.core.errors import Conflict, NotAcceptable, NotFound, RuleViolation, StaleVersion, Taken, VersionRequired
from app.core.sheets import Column
from app.services.access.permissions import Permission
from app.services.programmes.targets import reads, service
from app.services.programmes.targets.schemas import (
    ProgrammeTargetCreate,
    ProgrammeTargetDetail,
    ProgrammeTargetFilters,
    ProgrammeTargetRead,
    ProgrammeTargetUpdate,
    ProgrammeTargetVersion,
    ProgrammeTargetWithdraw,
)
from app.web import answers
from app.web.guards import May
from app.web.lists import Listed, ListQuery, respond
from app.web.openapi import declares
from app.web.problems import finding_json
from app.web.state import language
from app.web.strict import StrictRoute

router = APIRouter(prefix="/v1/programme-targets", tags=["programmes"], route_class=StrictRoute)

TargetsRead = Annotated[Act, May(Permission.programmes_read)]
TargetsWrite = Annotated[Act, May(Permission.programmes_write)]
CHANGED = (NotFound, Conflict, RuleViolation, StaleVersion, VersionRequired)

COLUMNS = (
    Column("year", "integer", heading="programme_year"),
    Column("indicator", coded="indicator", heading="programme_indicator"),
    Column("basis", coded="denominator", heading="programme_basis"),
    Column("place_code", heading="programme_place_code"),
    Column("direction", coded="target_direction", heading="target_direction"),
    Column("baseline", "integer", heading="programme_baseline"),
    Column("target", "integer", heading="programme_target"),
    Column("value", "integer", heading="programme_value"),
    Column("expected", "integer", heading="programme_expected"),
    Column("progress_permille", "integer", heading="programme_progress_permille"),
    Column("time_permille", "integer", heading="programme_time_permille"),
    Column("reached", "boolean", heading="programme_reached"),
    Column("on_track", "boolean", heading="programme_on_track"),
    Column("from_on", "date", heading="programme_from_on"),
    Column("due_on", "date", heading="programme_due_on"),
    Column("region_code"),
    Column("authority_code"),
    Column("programme_id", heading="programme_id"),
    Column("id"),
)


class ProgrammeTargetList(ProgrammeTargetFilters, ListQuery):
    """Filters and paging of the targets."""


async def _row(act: Act, target_id: UUID, request: Request) -> dict[str, object]:
    row = await service.shown(act, INDICATORS, target_id)
    return {**row, "findings": [finding_json(each, language(request)) for each in row["findings"]]}


@router.get(
    "", summary="List programme targets", response_model=Listed[ProgrammeTargetRead], responses=declares(NotAcceptable)
)
async def list_programme_targets(
    act: TargetsRead, request: Request, query: Annotated[ProgrammeTargetList, Query()]
) -> Response:
    """Targets with where their figure is now, where it would be by days, and whether it keeps pace.

    A figure is read once for all regions of a page. Of a closed programme they are those it was closed with. Whoever
    sees a target is told its figure. As JSON pages, or as CSV or XLSX.
    """
    return await respond(request, COLUMNS, lambda ask: service.listed(act, INDICATORS, query, ask), query.ask())


@router.post(
    "",
    summary="Set a programme target",
    status_code=201,
    response_model=ProgrammeTargetDetail,
    responses=declares(Conflict, RuleViolation, Taken),
)
async def create_programme_target(act: TargetsWrite, draft: ProgrammeTargetCreate, request: Request) -> Response:
    """A target on a figure about the committee's region or one inside it; a coverage target names its denominator.

    Without `baseline` the figure of now is it. After the approval with `departure_reason`.
    """
    target_id = await service.create(act, INDICATORS, draft)
    return answers.created(ProgrammeTargetDetail, await _row(act, target_id, request), "/v1/programme-targets/{id}")


@router.get(
    "/{target_id}",
    summary="Read a programme target",
    response_model=ProgrammeTargetDetail,
    responses=declares(NotFound),
)
async def read_programme_target(act: TargetsRead, target_id: UUID, request: Request) -> Response:
    """One target with its live figure, what the rules say of it, and what the caller may do."""
    return answers.one(ProgrammeTargetDetail, await _row(act, target_id, request))


@router.patch(
    "/{target_id}",
    summary="Change a programme target",
    response_model=ProgrammeTargetDetail,
    responses=declares(*CHANGED),
)
async def update_programme_target(
    act: TargetsWrite, target_id: UUID, change: ProgrammeTargetUpdate, request: Request
) -> Response:
    """Another target or another day. After the approval with `departure_reason`. Needs `If-Match`."""
    await service.update(act, INDICATORS, target_id, answers.expected_version(request), change)
    return answers.one(ProgrammeTargetDetail, await _row(act, target_id, request))


@router.post(
    "/{target_id}/withdraw",
    summary="Withdraw a programme target",
    response_model=ProgrammeTargetDetail,
    responses=declares(*CHANGED),
)
async def withdraw_programme_target(
    act: TargetsWrite, target_id: UUID, wish: ProgrammeTargetWithdraw, request: Request
) -> Response:
    """It does not count any more, with a reason. After the approval with `departure_reason`. Needs `If-Match`."""
    await service.withdraw(act, target_id, answers.expected_version(request), wish)
    return answers.one(ProgrammeTargetDetail, await _row(act, target_id, request))


@router.get(
    "/{target_id}/history",
    summary="List a programme target's versions",
    response_model=Listed[ProgrammeTargetVersion],
    responses=declares(NotFound),
)
async def list_programme_target_versions(
    act: TargetsRead, target_id: UUID, request: Request, query: Annotated[ListQuery, Query()]
) -> Response:
    """What was known of the target and when, the newest first."""
    return answers.listed(await reads.history(act, target_id, query.ask()), request)
