"""What was told to whom: what waits for me, receiving it, answering it, with files."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import StreamingResponse
from starlette.responses import Response

from app.catalogues.files import NOTICE_FILES, OWNERS
from app.core.acts import Act
from app.core.errors import Conflict, Forbidden, NotAcceptable, NotFound, StaleVersion, VersionRequired
from app.core.sheets import Column
from app.routers.file_bodies import BODY, BROUGHT, BYTES, FileQuery, kept, sent
from app.services.access.permissions import Permission
from app.services.files.failures import ContentMissing, StorageAway
from app.services.files.schemas import FileRead
from app.services.supervision.recipients import reads, service
from app.services.supervision.recipients.schemas import (
    NoticeAnswer,
    RecipientDetail,
    RecipientFilters,
    RecipientRead,
    RecipientVersion,
)
from app.web import answers
from app.web.exempt import untimed
from app.web.guards import Caller, May, MayLater
from app.web.lists import Listed, ListQuery, respond
from app.web.openapi import declares
from app.web.strict import StrictRoute

router = APIRouter(prefix="/v1/notice-recipients", tags=["supervision"], route_class=StrictRoute)

NoticesRead = Annotated[Act, May(Permission.notices_read)]
NoticesAnswer = Annotated[Act, May(Permission.notices_answer)]
NoticesLoad = Annotated[Caller, MayLater(Permission.notices_read)]
NoticesBring = Annotated[Caller, MayLater(Permission.notices_answer)]

CHANGED = declares(NotFound, Forbidden, Conflict, StaleVersion, VersionRequired)
COLUMNS = (
    Column("notice_number", heading="notice_number"),
    Column("notice_title", heading="notice_title"),
    Column("committee_name", heading="notice_committee"),
    Column("recipient_name", heading="notice_recipient"),
    Column("recipient_code", heading="notice_recipient_code"),
    Column("needs", coded="notice_needs", heading="notice_needs"),
    Column("due_on", "date", heading="notice_due_on"),
    Column("state", coded="recipient_state", heading="notice_recipient_state"),
    Column("received_on", "date", heading="notice_received_on"),
    Column("answered_on", "date", heading="notice_answered_on"),
    Column("late", "boolean", heading="notice_was_late"),
    Column("days_late", "integer", heading="notice_days_late"),
    Column("chased", "integer", heading="notice_chased"),
    Column("last_chased_on", "date", heading="notice_last_chased_on"),
    Column("closed_on", "date", heading="notice_closed_on"),
    Column("region_code"),
    Column("region_level", coded="region_level"),
    Column("authority_id", heading="notice_authority_id"),
    Column("department_id"),
    Column("notice_id"),
    Column("id"),
)


class RecipientList(RecipientFilters, ListQuery):
    """Filters and paging of the list."""


@router.get(
    "", summary="List what was told to whom", response_model=Listed[RecipientRead], responses=declares(NotAcceptable)
)
async def list_notice_recipients(
    act: NoticesRead, request: Request, query: Annotated[RecipientList, Query()]
) -> Response:
    """Notices to bodies in sight: for whoever gets them, what waits for him with `waiting=true`.

    As JSON pages, CSV or XLSX by `Accept`.
    """
    return await respond(request, COLUMNS, lambda ask: reads.listed(act, query, ask), query.ask())


@router.get(
    "/{recipient_id}", summary="Read a received notice", response_model=RecipientDetail, responses=declares(NotFound)
)
async def read_notice_recipient(act: NoticesRead, recipient_id: UUID, request: Request) -> Response:
    """A notice as this recipient reads it: its text, the answer with its files, and what the caller may do."""
    return answers.one(RecipientDetail, await service.shown(act, recipient_id), request)


@router.post("/{recipient_id}/receive", summary="Confirm receipt", response_model=RecipientDetail, responses=CHANGED)
async def receive_notice(act: NoticesAnswer, recipient_id: UUID, request: Request) -> Response:
    """Confirms that the notice was received. Needs `If-Match`."""
    await service.receive(act, recipient_id, answers.expected_version(request))
    return answers.one(RecipientDetail, await service.shown(act, recipient_id))


@router.post("/{recipient_id}/answer", summary="Answer a notice", response_model=RecipientDetail, responses=CHANGED)
async def answer_notice(act: NoticesAnswer, recipient_id: UUID, told: NoticeAnswer, request: Request) -> Response:
    """Reports what was done; it may be amended until the notice is closed. Needs `If-Match`.

    The day of the first answer counts for whether it was in time.
    """
    await service.answer(act, recipient_id, answers.expected_version(request), told)
    return answers.one(RecipientDetail, await service.shown(act, recipient_id))


@router.get(
    "/{recipient_id}/history",
    summary="List a received notice's versions",
    response_model=Listed[RecipientVersion],
    responses=declares(NotFound),
)
async def list_notice_recipient_versions(
    act: NoticesRead, recipient_id: UUID, request: Request, query: Annotated[ListQuery, Query()]
) -> Response:
    """All versions of what was told to this body, the newest first: each receipt, answer and reminder."""
    return answers.listed(await reads.history(act, recipient_id, query.ask()), request)


@router.post(
    "/{recipient_id}/files",
    summary="Attach a file to an answer",
    status_code=201,
    response_model=FileRead,
    responses=declares(*BROUGHT, Forbidden),
    openapi_extra=BODY,
)
@untimed
async def attach_notice_file(
    caller: NoticesBring, recipient_id: UUID, request: Request, query: Annotated[FileQuery, Query()]
) -> Response:
    """A file that belongs to the answer; the body is the file itself, its type is found in its content."""
    where = f"/v1/notice-recipients/{recipient_id}/files/{{id}}"
    return await kept(caller, request, NOTICE_FILES, recipient_id, query.filename, "attachment", where)


@router.get(
    "/{recipient_id}/files/{file_id}",
    summary="Download a file of an answer",
    response_class=StreamingResponse,
    responses=declares(NotFound, Forbidden, ContentMissing, StorageAway) | BYTES,
)
@untimed
async def download_notice_file(caller: NoticesLoad, recipient_id: UUID, file_id: UUID, request: Request) -> Response:
    """The file as it was uploaded, for whoever reads the answer. That it was asked for is noted in the audit."""
    return await sent(caller, request, OWNERS, file_id, (NOTICE_FILES.subject_kind, recipient_id))
