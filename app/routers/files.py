"""Files: the bytes for whoever may read the object they belong to, and taking one away."""

import base64
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse
from starlette.responses import Response

from app.catalogues.files import OWNERS
from app.core.acts import Act
from app.core.errors import NotFound, StaleVersion, VersionRequired
from app.services.access.permissions import Permission
from app.services.files import service
from app.services.files.failures import ContentMissing, StorageAway
from app.services.files.schemas import FileRemove
from app.web import answers, noting
from app.web.downloads import attachment
from app.web.exempt import untimed
from app.web.guards import Caller, May, MayLater
from app.web.openapi import declares
from app.web.state import state_of
from app.web.strict import StrictRoute

router = APIRouter(prefix="/v1/files", tags=["documents"], route_class=StrictRoute)

# Documents alone have files so far: their permission is the first gate, the object itself the second.
FilesLoad = Annotated[Caller, MayLater(Permission.documents_read)]
FilesWrite = Annotated[Act, May(Permission.documents_write)]

BYTES: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The bytes, as an attachment; `Repr-Digest` (RFC 9530) has their SHA-256.",
        "content": {
            media: {"schema": {"type": "string", "format": "binary"}, "example": "the file's bytes"}
            for media in ("application/pdf", "image/png", "image/jpeg", "application/octet-stream")
        },
    }
}


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
    async with caller.open() as act:
        row = await service.found(act, OWNERS, file_id)
        tag = answers.etag(row["version"])
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers={"ETag": tag})
        await noting.downloaded(request, act, row["media_type"], file_id, 1)
    parts = await service.bytes_of(state_of(request).storage, row)
    digest = base64.b64encode(bytes.fromhex(row["sha256"])).decode()
    headers = attachment(row["name"]) | {
        "ETag": tag,
        "Content-Length": str(row["size"]),
        "Repr-Digest": f"sha-256=:{digest}:",
    }
    return StreamingResponse(parts, media_type=row["media_type"], headers=headers)


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
