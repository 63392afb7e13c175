"""Documents: drafted from their subjects, issued with a number, declared void; the stamped scan attached."""

from typing import Annotated, Any
from uuid import UUID

from anyio import to_thread
from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.catalogues.documents import DOCUMENTS
from app.catalogues.files import DOCUMENT_FILES
from app.core.acts import Act
from app.core.errors import Conflict, Forbidden, NotAcceptable, NotFound, StaleVersion, VersionRequired
from app.core.labels import label
from app.core.sheets import Column
from app.routers.file_bodies import BODY, BROUGHT, DOCX, FileQuery, kept
from app.services.access.permissions import Permission
from app.services.documents import reads, rendering, service
from app.services.documents.schemas import (
    DocumentCreate,
    DocumentDetail,
    DocumentFilters,
    DocumentIssue,
    DocumentRead,
    DocumentUpdate,
    DocumentVersion,
    DocumentVoid,
)
from app.services.files.schemas import FileRead
from app.services.regions.stated import stated_span
from app.web import answers, noting
from app.web.downloads import attachment
from app.web.exempt import untimed
from app.web.guards import Caller, May, MayLater
from app.web.lists import Listed, ListQuery, respond
from app.web.openapi import declares
from app.web.strict import StrictRoute

router = APIRouter(prefix="/v1/documents", tags=["documents"], route_class=StrictRoute)

DocumentsRead = Annotated[Act, May(Permission.documents_read)]
DocumentsLoad = Annotated[Caller, MayLater(Permission.documents_read)]
DocumentsWrite = Annotated[Act, May(Permission.documents_write)]
DocumentsBring = Annotated[Caller, MayLater(Permission.documents_write)]

COLUMNS = (
    Column("number_text", heading="document_number"),
    Column("title", heading="document_title"),
    Column("kind", coded="document_kind", heading="document_kind"),
    Column("state", coded="document_state", heading="document_state"),
    Column("issuer_name", heading="document_issuer"),
    Column("issued_on", "date", heading="document_issued_on"),
    Column("voided_on", "date", heading="document_voided_on"),
    Column("region_code"),
    Column("authority_code"),
    Column("id"),
)
FILE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The file, as an attachment.",
        "content": {DOCX: {"schema": {"type": "string", "format": "binary"}, "example": "the file's bytes"}},
    }
}


class DocumentList(DocumentFilters, ListQuery):
    """Filters and paging of the list."""


async def _detail(act: Act, document_id: UUID) -> dict[str, Any]:
    return await service.shown(act, DOCUMENTS, document_id)


@router.get("", summary="List documents", response_model=Listed[DocumentRead], responses=declares(NotAcceptable))
async def list_documents(act: DocumentsRead, request: Request, query: Annotated[DocumentList, Query()]) -> Response:
    """Documents by region; as JSON pages, or all filtered rows as CSV or XLSX by `Accept`.

    No title names a person.
    """
    span = None if query.region is None else stated_span(query.region, query.region_level)
    hidden = DOCUMENTS.hidden(act.by.permissions)
    return await respond(request, COLUMNS, lambda ask: reads.listed(act, query, span, ask, hidden), query.ask())


@router.post(
    "",
    summary="Draft a document",
    status_code=201,
    response_model=DocumentDetail,
    responses=declares(NotFound, Conflict),
)
async def create_document(act: DocumentsWrite, draft: DocumentCreate) -> Response:
    """Drafts a paper about its subject: an approval, an appointment, a reminder, a letter, minutes or a notice.

    The text is made from the subject, again and again until it is issued. An application has one approval.
    """
    document_id = await service.create(act, DOCUMENTS, draft)
    return answers.created(DocumentDetail, await _detail(act, document_id), "/v1/documents/{id}")


@router.get("/{document_id}", summary="Read a document", response_model=DocumentDetail, responses=declares(NotFound))
async def read_document(act: DocumentsRead, document_id: UUID, request: Request) -> Response:
    """One document with its text, its files, and what the caller may do.

    The text of an appointment names persons: it is shown to those who may read teams. Of a dispatch letter and of
    minutes likewise: to those who may read workers, or liaisons.
    """
    return answers.one(DocumentDetail, await _detail(act, document_id), request)


@router.patch(
    "/{document_id}",
    summary="Update a draft",
    response_model=DocumentDetail,
    responses=declares(NotFound, Conflict, StaleVersion, VersionRequired),
)
async def update_document(act: DocumentsWrite, document_id: UUID, change: DocumentUpdate, request: Request) -> Response:
    """Changes issuer, recipient or additional paragraphs of a draft. Needs `If-Match`."""
    await service.update(act, DOCUMENTS, document_id, answers.expected_version(request), change)
    return answers.one(DocumentDetail, await _detail(act, document_id))


@router.post(
    "/{document_id}/issue",
    summary="Issue a document",
    response_model=DocumentDetail,
    responses=declares(NotFound, Conflict, StaleVersion, VersionRequired),
)
async def issue_document(act: DocumentsWrite, document_id: UUID, order: DocumentIssue, request: Request) -> Response:
    """Takes the next number of the issuer's series of that kind and year, and freezes the text. Needs `If-Match`.

    Numbers have no gap and none is given twice. The issuer lies in the caller's scope.
    """
    await service.issue(act, DOCUMENTS, document_id, answers.expected_version(request), order)
    return answers.one(DocumentDetail, await _detail(act, document_id))


@router.post(
    "/{document_id}/void",
    summary="Declare a document void",
    response_model=DocumentDetail,
    responses=declares(NotFound, Conflict, StaleVersion, VersionRequired),
)
async def void_document(act: DocumentsWrite, document_id: UUID, end: DocumentVoid, request: Request) -> Response:
    """It no longer holds, with a reason; its number stays taken, and its text and files stay. Needs `If-Match`."""
    await service.void(act, document_id, answers.expected_version(request), end.reason)
    return answers.one(DocumentDetail, await _detail(act, document_id))


@router.get(
    "/{document_id}/docx",
    summary="Download a document as DOCX",
    response_class=Response,
    responses=declares(NotFound) | FILE,
)
async def download_document(caller: DocumentsLoad, document_id: UUID, request: Request) -> Response:
    """The paper to print and stamp, in the layout of official papers. That it was asked for is noted in the audit.

    A draft and a void document say so at their head.
    """
    async with caller.open() as act:
        row = await reads.one(act, document_id)
        text = await service.text_of(act, DOCUMENTS, row)
        if text is None:
            raise Forbidden(reason="document_text")
        await noting.downloaded(request, act, DOCX, document_id, 1)
    remark = None if row["state"] == "issued" else label("document_remark", row["state"], "zh-Hans")
    body = await to_thread.run_sync(rendering.docx, text, row["number_text"] or "", remark)
    return Response(body, media_type=DOCX, headers=attachment(f"{row['number_text'] or row['title']}.docx"))


@router.get(
    "/{document_id}/history",
    summary="List a document's versions",
    response_model=Listed[DocumentVersion],
    responses=declares(NotFound),
)
async def list_document_versions(
    act: DocumentsRead, document_id: UUID, request: Request, query: Annotated[ListQuery, Query()]
) -> Response:
    """What was known of the document and when, the newest first."""
    return answers.listed(await reads.history(act, document_id, query.ask()), request)


@router.post(
    "/{document_id}/scans",
    summary="Attach the stamped scan",
    status_code=201,
    response_model=FileRead,
    responses=declares(*BROUGHT),
    openapi_extra=BODY,
)
@untimed
async def attach_scan(
    caller: DocumentsBring, document_id: UUID, request: Request, query: Annotated[FileQuery, Query()]
) -> Response:
    """The stamped paper of an issued document, as PDF, PNG or JPEG, sent as the body itself.

    The type is found in the content; what contradicts it, or is two things at once, is refused. No transaction is held
    while bytes move.
    """
    return await kept(caller, request, DOCUMENT_FILES, document_id, query.filename, "scan", "/v1/files/{id}")


@router.post(
    "/{document_id}/attachments",
    summary="Attach a file to a document",
    status_code=201,
    response_model=FileRead,
    responses=declares(*BROUGHT),
    openapi_extra=BODY,
)
@untimed
async def attach_file(
    caller: DocumentsBring, document_id: UUID, request: Request, query: Annotated[FileQuery, Query()]
) -> Response:
    """What belongs to a document: PDF, DOCX, XLSX, PNG, JPEG, CSV or plain text, sent as the body itself.

    Archives that would unpack to too much, macros and encrypted files are refused.
    """
    return await kept(caller, request, DOCUMENT_FILES, document_id, query.filename, "attachment", "/v1/files/{id}")
