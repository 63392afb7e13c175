"""What workers, branches and organisations have to work with."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.core.acts import Act
from app.core.errors import NotAcceptable, NotFound, StaleVersion, Taken, VersionRequired
from app.core.sheets import Column
from app.services.access.permissions import Permission
from app.services.treatment.conditions import reads, service
from app.services.treatment.conditions.schemas import (
    ConditionCreate,
    ConditionDetail,
    ConditionFilters,
    ConditionRead,
    ConditionUpdate,
    ConditionVersion,
)
from app.web import answers
from app.web.guards import May
from app.web.lists import Listed, ListQuery, respond
from app.web.openapi import declares
from app.web.strict import StrictRoute

router = APIRouter(prefix="/v1/treatment/conditions", tags=["treatment"], route_class=StrictRoute)

TreatmentRead = Annotated[Act, May(Permission.treatment_read)]
TreatmentWrite = Annotated[Act, May(Permission.treatment_write)]

COLUMNS = (
    Column("worker_name", heading="person_name"),
    Column("branch_name"),
    Column("organization_name"),
    Column("kind", coded="condition_kind", heading="condition_kind"),
    Column("provided", "boolean"),
    Column("since", "date", heading="condition_since"),
    Column("note", heading="condition_note"),
    Column("region_code"),
    Column("authority_code"),
    Column("worker_id"),
    Column("branch_id"),
    Column("organization_id"),
    Column("id"),
)


class ConditionList(ConditionFilters, ListQuery):
    """Filters and paging of the list."""


@router.get("", summary="List conditions", response_model=Listed[ConditionRead], responses=declares(NotAcceptable))
async def list_conditions(act: TreatmentRead, request: Request, query: Annotated[ConditionList, Query()]) -> Response:
    """Office, equipment, insurance, activity room and books: there or lacking; as JSON pages, or as CSV or XLSX.

    `provided=false` is what is lacking. That a list of names was read is noted in the audit.
    """
    return await respond(request, COLUMNS, lambda ask: service.listed(act, query, ask), query.ask())


@router.post(
    "", summary="Record a condition", status_code=201, response_model=ConditionDetail, responses=declares(Taken)
)
async def record_condition(act: TreatmentWrite, draft: ConditionCreate) -> Response:
    """Enters what a worker, a branch or an organisation has or lacks. One row a kind: a second is refused as taken."""
    condition_id = await service.record(act, draft)
    return answers.created(ConditionDetail, await service.shown(act, condition_id), "/v1/treatment/conditions/{id}")


@router.get("/{condition_id}", summary="Read a condition", response_model=ConditionDetail, responses=declares(NotFound))
async def read_condition(act: TreatmentRead, condition_id: UUID, request: Request) -> Response:
    """One condition with its ETag and what the caller may do to it."""
    return answers.one(ConditionDetail, await service.shown(act, condition_id), request)


@router.patch(
    "/{condition_id}",
    summary="Update a condition",
    response_model=ConditionDetail,
    responses=declares(NotFound, StaleVersion, VersionRequired),
)
async def update_condition(
    act: TreatmentWrite, condition_id: UUID, change: ConditionUpdate, request: Request
) -> Response:
    """Says what has changed, and since when; what was before stands in the history. Needs `If-Match`."""
    await service.correct(act, condition_id, answers.expected_version(request), change)
    return answers.one(ConditionDetail, await service.shown(act, condition_id))


@router.get(
    "/{condition_id}/history",
    summary="List a condition's versions",
    response_model=Listed[ConditionVersion],
    responses=declares(NotFound),
)
async def list_condition_versions(
    act: TreatmentRead, condition_id: UUID, request: Request, query: Annotated[ListQuery, Query()]
) -> Response:
    """What was known of it and when, the newest first."""
    return answers.listed(await reads.history(act, condition_id, query.ask()), request)
