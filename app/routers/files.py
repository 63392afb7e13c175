"""Files: the bytes for whoever may read the object they belong to, and taking one away."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse
from starlette.responses import Response

from app.catalogues.files import OWNERS
from app.core.acts import Act
from app.core.errors import NotFound, StaleVersion, VersionRequired
from app.routers.file_bodies import BYTES, sent
from app.services.access.permissions import Permission
from app.services.files import service
from app.services.files.failures import ContentMissing, StorageAway
from app.services.files.schemas import FileRemove
from app.web import answers
from app.web.exempt import untimed
from app.web.guards import Caller, May, MayLater
from app.web.openapi import declares
from app.web.strict import StrictRoute

router = APIRouter(prefix="/v1/files", tags=["documents"], route_class=StrictRoute)

# Documents alone have files so far: their permission is the first gate, the object itself the second.
FilesLoad = Annotated[Caller, MayLater(Permission.documents_read)]
FilesWrite = Annotated[Act, May(Permission.documents_write)]


@router.get(
    "/{file_id}",
    summary="Download a file",
    response_class=StreamingResponse,
    responses=declares(NotFound, ContentMissing, StorageAway) | BYTES,
)
@untimed
async def download_file(caller: FilesLoad, file_id: UUID, request: Request) -> Response:
    """The file as it was uploaded, for whoever may read the object it belongs to.

    It is sent as an attachment under its name, whatever its type, and no transaction is held meanwhile. That it was
    asked for is noted in the audit. When its bytes are gone from the storage the answer is a 409 that says so.
    """
    return await sent(caller, request, OWNERS, file_id)


@router.post(
    "/{file_id}/remove",
    summary="Remove a file",
    status_code=204,
    response_class=Response,
    responses=declares(NotFound, StaleVersion, VersionRequired),
)
async def remove_file(act: FilesWrite, file_id: UUID, end: FileRemove, request: Request) -> Response:
    """Takes a file away from its object, with a reason. Needs `If-Match`.

    Bytes that no other file has are swept a day later.
    """
    await service.remove(act, OWNERS, file_id, answers.expected_version(request), end.reason)
    return Response(status_code=204)
