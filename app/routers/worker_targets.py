"""Targets that are changed for one worker."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.catalogues.indicators import INDICATORS
from app.core.acts import Act
from app.core.errors import Conflict, NotAcceptable, NotFound, StaleVersion, Taken, VersionRequired
from app.core.sheets import Column
from app.services.access.permissions import Permission
from app.services.duties.targets import reads, service
from app.services.duties.targets.schemas import (
    TargetCreate,
    TargetDetail,
    TargetFilters,
    TargetRead,
    TargetUpdate,
    TargetVersion,
    TargetWithdraw,
)
from app.web import answers
from app.web.guards import May
from app.web.lists import Listed, ListQuery, respond
from app.web.openapi import declares
from app.web.strict import StrictRoute

router = APIRouter(prefix="/v1/worker-targets", tags=["worker reviews"], route_class=StrictRoute)

ReviewsRead = Annotated[Act, May(Permission.worker_reviews_read)]
ReviewsWrite = Annotated[Act, May(Permission.worker_reviews_write)]

COLUMNS = (
    Column("worker_name"),
    Column("year", "integer"),
    Column("indicator", coded="indicator"),
    Column("value", "integer", heading="target"),
    Column("reason", heading="target_reason"),
    Column("withdrawn_reason"),
    Column("set_by"),
    Column("region_code"),
    Column("authority_code"),
    Column("worker_id"),
    Column("id"),
)


class TargetList(TargetFilters, ListQuery):
    """Filters and paging of the changed targets."""


@router.get("", summary="List changed targets", response_model=Listed[TargetRead], responses=declares(NotAcceptable))
async def list_worker_targets(act: ReviewsRead, request: Request, query: Annotated[TargetList, Query()]) -> Response:
    """Targets that were set for one worker in place of what the policy asks; as JSON pages, or as CSV or XLSX."""
    return await respond(request, COLUMNS, lambda ask: service.listed(act, query, ask), query.ask())


@router.post(
    "",
    summary="Change a worker's target",
    status_code=201,
    response_model=TargetDetail,
    responses=declares(Conflict, Taken),
)
async def create_worker_target(act: ReviewsWrite, draft: TargetCreate) -> Response:
    """Sets another target for a worker's year, with the reason.

    A second one for the same indicator is refused as taken. For himself nobody sets one, and a year that has been
    decided on keeps its targets (409).
    """
    target_id = await service.change(act, INDICATORS, draft)
    return answers.created(TargetDetail, await service.shown(act, target_id), "/v1/worker-targets/{id}")


@router.get("/{target_id}", summary="Read a changed target", response_model=TargetDetail, responses=declares(NotFound))
async def read_worker_target(act: ReviewsRead, target_id: UUID, request: Request) -> Response:
    """One changed target with its ETag and what the caller may do to it."""
    return answers.one(TargetDetail, await service.shown(act, target_id), request)


@router.patch(
    "/{target_id}",
    summary="Change a changed target again",
    response_model=TargetDetail,
    responses=declares(NotFound, Conflict, StaleVersion, VersionRequired),
)
async def update_worker_target(act: ReviewsWrite, target_id: UUID, wish: TargetUpdate, request: Request) -> Response:
    """Changes the number, with the reason. Needs `If-Match`."""
    await service.update(act, INDICATORS, target_id, answers.expected_version(request), wish)
    return answers.one(TargetDetail, await service.shown(act, target_id))


@router.post(
    "/{target_id}/withdraw",
    summary="Withdraw a changed target",
    response_model=TargetDetail,
    responses=declares(NotFound, Conflict, StaleVersion, VersionRequired),
)
async def withdraw_worker_target(
    act: ReviewsWrite, target_id: UUID, wish: TargetWithdraw, request: Request
) -> Response:
    """What the policy asks holds again; the row stays, with the reason. Needs `If-Match`."""
    await service.withdraw(act, target_id, answers.expected_version(request), wish)
    return answers.one(TargetDetail, await service.shown(act, target_id))


@router.get(
    "/{target_id}/history",
    summary="List a changed target's versions",
    response_model=Listed[TargetVersion],
    responses=declares(NotFound),
)
async def list_worker_target_versions(
    act: ReviewsRead, target_id: UUID, request: Request, query: Annotated[ListQuery, Query()]
) -> Response:
    """What was asked and when, the newest first."""
    return answers.listed(await reads.history(act, target_id, query.ask()), request)
