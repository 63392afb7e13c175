"""Idempotency-Key over HTTP (draft-ietf-httpapi-idempotency-key-header): taken, kept and replayed."""

import hashlib
from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Header, Request
from starlette.responses import Response

from app.core.acts import Act
from app.core.idempotency import Kept, fingerprint, keep, take

Key = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        min_length=8,
        max_length=200,
        pattern=r"^[\x21-\x7e]+$",
        description="A key of your choice for this deed; a repeat with the same key has no second effect and gets the"
        " same answer. Kept for 72 hours.",
    ),
]


def request_print(request: Request, body_digest: bytes) -> bytes:
    """What makes two requests the same: method, path, query, body."""
    return fingerprint(request.method, request.url.path, request.url.query, body_digest)


async def once(act: Act, key: str, print_: bytes, work: Callable[[], Awaitable[Response]]) -> Response:
    """Do the work under the key, or answer as the first time. Key, work and answer are one transaction."""
    known = await take(act, key, print_)
    if known is not None:
        return Response(known.body, known.status, known.headers | {"Idempotent-Replayed": "true"})
    response = await work()
    shown = {name: value for name, value in response.headers.items() if name in ("location", "etag", "content-type")}
    await keep(act, key, Kept(response.status_code, shown, bytes(response.body)))
    return response


async def told_once(act: Act, request: Request, key: str, work: Callable[[], Awaitable[Response]]) -> Response:
    """As `once`, for a request whose body is JSON: the body as it was sent makes it the same."""
    digest = hashlib.sha256(await request.body()).digest()
    return await once(act, key, request_print(request, digest), work)
