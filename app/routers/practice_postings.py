"""Postings to learn by doing."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.core.acts import Act
from app.core.errors import Conflict, NotAcceptable, NotFound, StaleVersion, Taken, VersionRequired
from app.core.sheets import Column
from app.services.access.permissions import Permission
from app.services.training.practice import reads, service
from app.services.training.practice.schemas import (
    PracticeCreate,
    PracticeDetail,
    PracticeFilters,
    PracticeRead,
    PracticeUpdate,
    PracticeVersion,
)
from app.services.training.wire import Withdrawal
from app.web import answers
from app.web.guards import May
from app.web.lists import Listed, ListQuery, respond
from app.web.openapi import declares
from app.web.strict import StrictRoute

router = APIRouter(prefix="/v1/practice-postings", tags=["training"], route_class=StrictRoute)

TrainingRead = Annotated[Act, May(Permission.training_read)]
TrainingWrite = Annotated[Act, May(Permission.training_write)]

COLUMNS = (
    Column("worker_name", heading="person_name"),
    Column("region_code"),
    Column("body", heading="posting_body"),
    Column("purpose", coded="practice_purpose", heading="practice_purpose"),
    Column("note", heading="posting_note"),
    Column("valid_from", "date"),
    Column("valid_to", "date", heading="posting_until"),
    Column("cancel_reason"),
    Column("worker_id"),
    Column("id"),
)
CHANGED = declares(NotFound, Conflict, StaleVersion, VersionRequired)


class PracticeList(PracticeFilters, ListQuery):
    """Filters and paging of the practice postings."""


@router.get(
    "", summary="List practice postings", response_model=Listed[PracticeRead], responses=declares(NotAcceptable)
)
async def list_practice_postings(
    act: TrainingRead, request: Request, query: Annotated[PracticeList, Query()]
) -> Response:
    """Postings of the scope's workers, one worker's latest first; as JSON pages, or as CSV or XLSX.

    That a list of names was read is noted in the audit.
    """
    return await respond(request, COLUMNS, lambda ask: service.listed(act, query, ask), query.ask())


@router.post(
    "", summary="Enter a practice posting", status_code=201, response_model=PracticeDetail, responses=declares(Taken)
)
async def create_practice_posting(act: TrainingWrite, draft: PracticeCreate) -> Response:
    """Posts a worker somewhere to learn by doing; two postings of one worker at a time are refused as taken."""
    row_id = await service.create(act, draft)
    return answers.created(PracticeDetail, await service.shown(act, row_id), "/v1/practice-postings/{id}")


@router.get(
    "/{posting_id}", summary="Read a practice posting", response_model=PracticeDetail, responses=declares(NotFound)
)
async def read_practice_posting(act: TrainingRead, posting_id: UUID, request: Request) -> Response:
    """One posting with its ETag and what the caller may do to it."""
    return answers.one(PracticeDetail, await service.shown(act, posting_id), request)


@router.patch(
    "/{posting_id}",
    summary="Correct a practice posting",
    response_model=PracticeDetail,
    responses=declares(NotFound, Conflict, Taken, StaleVersion, VersionRequired),
)
async def correct_practice_posting(
    act: TrainingWrite, posting_id: UUID, change: PracticeUpdate, request: Request
) -> Response:
    """Puts right what is sent, or says when the posting ends. Needs `If-Match`."""
    await service.update(act, posting_id, answers.expected_version(request), change)
    return answers.one(PracticeDetail, await service.shown(act, posting_id))


@router.post(
    "/{posting_id}/cancel", summary="Cancel a practice posting", response_model=PracticeDetail, responses=CHANGED
)
async def cancel_practice_posting(act: TrainingWrite, posting_id: UUID, wish: Withdrawal, request: Request) -> Response:
    """Says that a posting was entered by mistake: it stays, and counts for nothing. Needs `If-Match`."""
    await service.cancel(act, posting_id, answers.expected_version(request), wish)
    return answers.one(PracticeDetail, await service.shown(act, posting_id))


@router.get(
    "/{posting_id}/history",
    summary="List a practice posting's versions",
    response_model=Listed[PracticeVersion],
    responses=declares(NotFound),
)
async def list_practice_posting_versions(
    act: TrainingRead, posting_id: UUID, request: Request, query: Annotated[ListQuery, Query()]
) -> Response:
    """What was known of it and when, the newest first."""
    return answers.listed(await reads.history(act, posting_id, query.ask()), request)
