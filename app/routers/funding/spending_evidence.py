"""Papers of requests and payments, and their files."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import StreamingResponse
from starlette.responses import Response

from app.catalogues.files import OWNERS, SPENDING_FILES
from app.core.acts import Act
from app.core.errors import Conflict, NotFound, StaleVersion, VersionRequired
from app.routers.file_bodies import BODY, BROUGHT, BYTES, FileQuery, kept, sent
from app.services.access.permissions import Permission
from app.services.files import service as files
from app.services.files.failures import ContentMissing, StorageAway
from app.services.files.schemas import FileRead, FileRemove
from app.services.funding.requests.papers import reads, service
from app.services.funding.requests.papers.schemas import EvidenceDetail
from app.web import answers
from app.web.exempt import untimed
from app.web.guards import Caller, May, MayLater
from app.web.openapi import declares
from app.web.strict import StrictRoute

router = APIRouter(prefix="/v1/funding/spending-evidence", tags=["funding"], route_class=StrictRoute)

FundingRead = Annotated[Act, May(Permission.funding_read)]
RequestsWrite = Annotated[Act, May(Permission.spending_requests_write)]
FilesLoad = Annotated[Caller, MayLater(Permission.funding_read)]
FilesBring = Annotated[Caller, MayLater(Permission.spending_requests_write)]
CHANGED = (NotFound, Conflict, StaleVersion, VersionRequired)


@router.get("/{evidence_id}", summary="Read a paper", response_model=EvidenceDetail, responses=declares(NotFound))
async def read_spending_evidence(act: FundingRead, evidence_id: UUID, request: Request) -> Response:
    """One paper with its files, its ETag and what the caller may do."""
    return answers.one(EvidenceDetail, await service.shown(act, evidence_id), request)


@router.post(
    "/{evidence_id}/remove",
    summary="Remove a paper",
    status_code=204,
    response_class=Response,
    responses=declares(*CHANGED),
)
async def remove_spending_evidence(
    act: RequestsWrite, evidence_id: UUID, end: FileRemove, request: Request
) -> Response:
    """Takes a paper without files away while nobody relies on it, with a reason. Needs `If-Match`."""
    await service.remove(act, evidence_id, answers.expected_version(request), end.reason)
    return Response(status_code=204)


@router.post(
    "/{evidence_id}/files",
    summary="Add a file to a paper",
    status_code=201,
    response_model=FileRead,
    responses=declares(*BROUGHT),
    openapi_extra=BODY,
)
@untimed
async def add_spending_evidence_file(
    caller: FilesBring, evidence_id: UUID, request: Request, query: Annotated[FileQuery, Query()]
) -> Response:
    """A file as the body itself: PDF, DOCX, XLSX, PNG, JPEG, CSV or plain text, while nobody relies on the paper."""
    where = f"/v1/funding/spending-evidence/{evidence_id}/files/{{id}}"
    return await kept(caller, request, SPENDING_FILES, evidence_id, query.filename, "attachment", where)


@router.get(
    "/{evidence_id}/files/{file_id}",
    summary="Download a file of a paper",
    response_class=StreamingResponse,
    responses=declares(NotFound, ContentMissing, StorageAway) | BYTES,
)
@untimed
async def download_spending_evidence_file(
    caller: FilesLoad, evidence_id: UUID, file_id: UUID, request: Request
) -> Response:
    """The file as it was uploaded, as an attachment, for all who see the paper. That it was asked for is noted."""
    return await sent(caller, request, OWNERS, file_id, (SPENDING_FILES.subject_kind, evidence_id))


@router.post(
    "/{evidence_id}/files/{file_id}/remove",
    summary="Remove a file of a paper",
    status_code=204,
    response_class=Response,
    responses=declares(*CHANGED),
)
async def remove_spending_evidence_file(
    act: RequestsWrite, evidence_id: UUID, file_id: UUID, end: FileRemove, request: Request
) -> Response:
    """Takes a file away while nobody relies on the paper, with a reason. Needs `If-Match` with the file's version."""
    await reads.has(act, evidence_id, file_id)
    await files.remove(act, OWNERS, file_id, answers.expected_version(request), end.reason)
    return Response(status_code=204)
