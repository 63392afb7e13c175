"""Files of any noun over HTTP: a body becomes a file of an object, and a file is sent as its bytes."""

import base64
from typing import Annotated, Any
from uuid import UUID

from fastapi import Request
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from app.core.errors import Conflict, Failure, NotFound, TooLarge, UnsupportedMedia
from app.routers.uploads import body_of, closing
from app.services.exchange.failures import UploadStalled
from app.services.files import reads, service
from app.services.files.contract import FileOwner, Owners
from app.services.files.failures import QuotaReached, StorageAway
from app.services.files.schemas import FileName, FileRead
from app.services.files.service import Quotas
from app.web import answers, noting
from app.web.downloads import attachment
from app.web.guards import Caller
from app.web.state import state_of

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "The file itself. Its type is found in its content; another `Content-Type` is refused.",
        "content": {
            media: {"schema": {"type": "string", "format": "binary"}, "example": "the file's bytes"}
            for media in ("application/pdf", "image/png", "image/jpeg", DOCX, "application/octet-stream")
        },
    }
}
BYTES: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The bytes, as an attachment; `Repr-Digest` (RFC 9530) has their SHA-256.",
        "content": {
            media: {"schema": {"type": "string", "format": "binary"}, "example": "the file's bytes"}
            for media in ("application/pdf", "image/png", "image/jpeg", "application/octet-stream")
        },
    }
}
BROUGHT: tuple[type[Failure], ...] = (
    NotFound,
    Conflict,
    QuotaReached,
    TooLarge,
    UnsupportedMedia,
    UploadStalled,
    StorageAway,
)


class FileQuery(BaseModel):
    """What the file is called and what it is."""

    model_config = ConfigDict(extra="forbid")

    filename: Annotated[FileName, Field(description="Its name; the ending goes with its type.", examples=["批复.pdf"])]


async def kept(
    caller: Caller, request: Request, owner: FileOwner, subject_id: UUID, name: str, purpose: str, location: str
) -> Response:
    """Keep the body as a file of an object; `location` may hold {id}. No transaction is held while bytes move."""
    state = state_of(request)
    settings = state.settings
    if request.headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise UnsupportedMedia(reason="encoding")
    upload = service.upload(name, request.headers.get("content-type"), purpose)
    quotas = Quotas(settings.files_quota, settings.files_quota_daily)
    async with caller.open() as act:  # who may not write it need not send it
        await service.welcome(act, owner, subject_id, upload)
    try:
        async with body_of(request, settings.files_limit) as body:
            file_id = await service.keep(caller.open, state.storage, quotas, owner, subject_id, upload, body)
    except (TooLarge, UploadStalled) as failure:
        return closing(request, failure)
    async with caller.open() as act:
        row = await reads.one(act, file_id)
    return answers.created(FileRead, row, location)


async def sent(
    caller: Caller, request: Request, owners: Owners, file_id: UUID, subject: tuple[str, UUID] | None = None
) -> Response:
    """A file's bytes, as an attachment, for whoever may read its object; of that object alone where one is named.

    That it was asked for is noted. Raises NotFound, Forbidden, ContentMissing, StorageAway.
    """
    async with caller.open() as act:
        row = await service.found(act, owners, file_id)
        if subject is not None and (row["subject_kind"], row["subject_id"]) != subject:
            raise NotFound()
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
