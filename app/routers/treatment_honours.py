"""Political recognition of party workers."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.core.acts import Act
from app.core.errors import Conflict, NotAcceptable, NotFound, StaleVersion, VersionRequired
from app.core.sheets import Column
from app.services.access.permissions import Permission
from app.services.treatment.honours import reads, service
from app.services.treatment.honours.schemas import (
    HonourCreate,
    HonourDetail,
    HonourFilters,
    HonourRead,
    HonourUpdate,
    HonourVersion,
)
from app.services.treatment.wire import Why
from app.web import answers
from app.web.guards import May
from app.web.lists import Listed, ListQuery, respond
from app.web.openapi import declares
from app.web.strict import StrictRoute

router = APIRouter(prefix="/v1/treatment/honours", tags=["treatment"], route_class=StrictRoute)

TreatmentRead = Annotated[Act, May(Permission.treatment_read)]
TreatmentWrite = Annotated[Act, May(Permission.treatment_write)]

COLUMNS = (
    Column("worker_name", heading="person_name"),
    Column("kind", coded="honour_kind", heading="honour_kind"),
    Column("title", heading="honour_title"),
    Column("body", heading="honour_body"),
    Column("awarded_on", "date"),
    Column("valid_from", "date"),
    Column("valid_to", "date", heading="honour_until"),
    Column("document", heading="honour_document"),
    Column("cancel_reason"),
    Column("region_code"),
    Column("authority_code"),
    Column("worker_id"),
    Column("id"),
)


class HonourList(HonourFilters, ListQuery):
    """Filters and paging of the list."""


@router.get("", summary="List honours", response_model=Listed[HonourRead], responses=declares(NotAcceptable))
async def list_honours(act: TreatmentRead, request: Request, query: Annotated[HonourList, Query()]) -> Response:
    """Seats that party workers hold and honours they were given; as JSON pages, or as CSV or XLSX by `Accept`.

    That a list of names was read is noted in the audit.
    """
    return await respond(request, COLUMNS, lambda ask: service.listed(act, query, ask), query.ask())


@router.post("", summary="Record an honour", status_code=201, response_model=HonourDetail, responses=declares())
async def record_honour(act: TreatmentWrite, draft: HonourCreate) -> Response:
    """Enters a seat (delegate, committee member) or an honour with the body that it is of."""
    honour_id = await service.record(act, draft)
    return answers.created(HonourDetail, await service.shown(act, honour_id), "/v1/treatment/honours/{id}")


@router.get("/{honour_id}", summary="Read an honour", response_model=HonourDetail, responses=declares(NotFound))
async def read_honour(act: TreatmentRead, honour_id: UUID, request: Request) -> Response:
    """One seat or honour with its ETag and what the caller may do to it."""
    return answers.one(HonourDetail, await service.shown(act, honour_id), request)


@router.patch(
    "/{honour_id}",
    summary="Correct an honour",
    response_model=HonourDetail,
    responses=declares(NotFound, Conflict, StaleVersion, VersionRequired),
)
async def correct_honour(act: TreatmentWrite, honour_id: UUID, change: HonourUpdate, request: Request) -> Response:
    """Puts right what is sent and leaves the rest; by `valid_to` a seat ends. Needs `If-Match`."""
    await service.correct(act, honour_id, answers.expected_version(request), change)
    return answers.one(HonourDetail, await service.shown(act, honour_id))


@router.post(
    "/{honour_id}/cancel",
    summary="Cancel an honour",
    response_model=HonourDetail,
    responses=declares(NotFound, Conflict, StaleVersion, VersionRequired),
)
async def cancel_honour(act: TreatmentWrite, honour_id: UUID, why: Why, request: Request) -> Response:
    """Says that it was entered by mistake: it stays, and counts for nothing. Needs `If-Match`."""
    await service.cancel(act, honour_id, answers.expected_version(request), why.reason)
    return answers.one(HonourDetail, await service.shown(act, honour_id))


@router.get(
    "/{honour_id}/history",
    summary="List an honour's versions",
    response_model=Listed[HonourVersion],
    responses=declares(NotFound),
)
async def list_honour_versions(
    act: TreatmentRead, honour_id: UUID, request: Request, query: Annotated[ListQuery, Query()]
) -> Response:
    """What was known of it and when, the newest first."""
    return answers.listed(await reads.history(act, honour_id, query.ask()), request)
