"""What is to be put right: demanded, answered by the subject, looked at again by the committee."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import StreamingResponse
from starlette.responses import Response

from app.catalogues.files import OWNERS, RECTIFICATION_FILES
from app.core.acts import Act
from app.core.errors import (
    Conflict,
    Forbidden,
    NotAcceptable,
    NotFound,
    RuleViolation,
    StaleVersion,
    VersionRequired,
)
from app.core.sheets import Column
from app.routers.file_bodies import BODY, BROUGHT, BYTES, FileQuery, kept, sent
from app.services.access.permissions import Permission
from app.services.files.failures import ContentMissing, StorageAway
from app.services.files.schemas import FileRead
from app.services.supervision.rectifications import reads, service
from app.services.supervision.rectifications.schemas import (
    RectificationAccept,
    RectificationAnswer,
    RectificationDetail,
    RectificationFilters,
    RectificationRead,
    RectificationSendBack,
    RectificationVersion,
)
from app.web import answers
from app.web.exempt import untimed
from app.web.guards import Caller, May, MayLater
from app.web.lists import Listed, ListQuery, respond
from app.web.openapi import declares
from app.web.strict import StrictRoute

router = APIRouter(prefix="/v1/rectifications", tags=["supervision"], route_class=StrictRoute)

SupervisionsRead = Annotated[Act, May(Permission.supervisions_read)]
SupervisionsWrite = Annotated[Act, May(Permission.supervisions_write)]
SupervisionsAnswer = Annotated[Act, May(Permission.supervisions_answer)]
SupervisionsLoad = Annotated[Caller, MayLater(Permission.supervisions_read)]
SupervisionsBring = Annotated[Caller, MayLater(Permission.supervisions_answer)]

CHANGED = declares(NotFound, Forbidden, Conflict, StaleVersion, VersionRequired)
COLUMNS = (
    Column("supervision_title", heading="tour_title"),
    Column("committee_name", heading="tour_committee"),
    Column("kind", coded="supervised_kind", heading="supervised_kind"),
    Column("subject_name", heading="supervised_name"),
    Column("subject_code", heading="supervised_code"),
    Column("what", heading="found_what"),
    Column("demand", heading="rectification_demand"),
    Column("issued_on", "date", heading="rectification_issued_on"),
    Column("due_on", "date", heading="rectification_due_on"),
    Column("state", coded="rectification_state", heading="rectification_state"),
    Column("answered_on", "date", heading="rectification_answered_on"),
    Column("checked_on", "date", heading="rectification_checked_on"),
    Column("sent_back", "integer", heading="rectification_sent_back"),
    Column("overdue", "boolean", heading="rectification_overdue"),
    Column("days_overdue", "integer", heading="rectification_days_overdue"),
    Column("region_code"),
    Column("region_level", coded="region_level"),
    Column("body_id", heading="supervised_body_id"),
    Column("supervision_id", heading="rectification_tour_id"),
    Column("id"),
)


class RectificationList(RectificationFilters, ListQuery):
    """Filters and paging of the list."""


@router.get(
    "",
    summary="List what is to be put right",
    response_model=Listed[RectificationRead],
    responses=declares(NotAcceptable),
)
async def list_rectifications(
    act: SupervisionsRead, request: Request, query: Annotated[RectificationList, Query()]
) -> Response:
    """What tours demanded of bodies in sight, and how far it is. As JSON pages, CSV or XLSX by `Accept`."""
    return await respond(request, COLUMNS, lambda ask: reads.listed(act, query, ask), query.ask())


@router.get(
    "/{rectification_id}",
    summary="Read what is to be put right",
    response_model=RectificationDetail,
    responses=declares(NotFound),
)
async def read_rectification(act: SupervisionsRead, rectification_id: UUID, request: Request) -> Response:
    """One demand with its ground, the answer and its files, the re-check, and what the caller may do."""
    return answers.one(RectificationDetail, await service.shown(act, rectification_id), request)


@router.post(
    "/{rectification_id}/answer",
    summary="Answer what is to be put right",
    response_model=RectificationDetail,
    responses=CHANGED,
)
async def answer_rectification(
    act: SupervisionsAnswer, rectification_id: UUID, told: RectificationAnswer, request: Request
) -> Response:
    """The subject, or its line, tells what was put right; again after it was sent back. Needs `If-Match`."""
    await service.answer(act, rectification_id, answers.expected_version(request), told)
    return answers.one(RectificationDetail, await service.shown(act, rectification_id))


@router.post(
    "/{rectification_id}/accept",
    summary="Accept what was put right",
    response_model=RectificationDetail,
    responses=declares(NotFound, Forbidden, Conflict, RuleViolation, StaleVersion, VersionRequired),
)
async def accept_rectification(
    act: SupervisionsWrite, rectification_id: UUID, told: RectificationAccept, request: Request
) -> Response:
    """The committee looked again, and it is put right; not by whoever answered. Needs `If-Match`."""
    await service.accept(act, rectification_id, answers.expected_version(request), told)
    return answers.one(RectificationDetail, await service.shown(act, rectification_id))


@router.post(
    "/{rectification_id}/send-back",
    summary="Send back what was not put right",
    response_model=RectificationDetail,
    responses=CHANGED,
)
async def send_back_rectification(
    act: SupervisionsWrite, rectification_id: UUID, told: RectificationSendBack, request: Request
) -> Response:
    """The committee looked again, and it is not put right yet; by when it is to be. Needs `If-Match`."""
    await service.send_back(act, rectification_id, answers.expected_version(request), told)
    return answers.one(RectificationDetail, await service.shown(act, rectification_id))


@router.get(
    "/{rectification_id}/history",
    summary="List a demand's versions",
    response_model=Listed[RectificationVersion],
    responses=declares(NotFound),
)
async def list_rectification_versions(
    act: SupervisionsRead, rectification_id: UUID, request: Request, query: Annotated[ListQuery, Query()]
) -> Response:
    """All versions of a demand, the newest first: each answer and each re-check."""
    return answers.listed(await reads.history(act, rectification_id, query.ask()), request)


@router.post(
    "/{rectification_id}/files",
    summary="Attach evidence",
    status_code=201,
    response_model=FileRead,
    responses=declares(*BROUGHT, Forbidden),
    openapi_extra=BODY,
)
@untimed
async def attach_rectification_file(
    caller: SupervisionsBring, rectification_id: UUID, request: Request, query: Annotated[FileQuery, Query()]
) -> Response:
    """Evidence of what was put right, before it is answered; the body is the file itself."""
    where = f"/v1/rectifications/{rectification_id}/files/{{id}}"
    return await kept(caller, request, RECTIFICATION_FILES, rectification_id, query.filename, "attachment", where)


@router.get(
    "/{rectification_id}/files/{file_id}",
    summary="Download evidence",
    response_class=StreamingResponse,
    responses=declares(NotFound, Forbidden, ContentMissing, StorageAway) | BYTES,
)
@untimed
async def download_rectification_file(
    caller: SupervisionsLoad, rectification_id: UUID, file_id: UUID, request: Request
) -> Response:
    """The file as it was uploaded, for whoever reads the demand. That it was asked for is noted in the audit."""
    return await sent(caller, request, OWNERS, file_id, (RECTIFICATION_FILES.subject_kind, rectification_id))
