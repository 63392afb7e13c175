"""The route class of every router: hostile bodies and unknown query parameters are refused before anything runs."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Match
from starlette.types import Scope

from app.core.errors import BadRequest, Failure, FieldError, Invalid, TooLarge, UnsupportedMedia
from app.core.strict_json import JsonLimits, JsonRefused, loads
from app.web.addresses import refuse_misread
from app.web.exempt import is_unrated, is_untimed
from app.web.failures import TookTooLong, TooSlow
from app.web.guards import known_of, permission_in
from app.web.rates import count_stranger
from app.web.state import state_of


class Refused(HTTPException):
    """A failure found while the body is read: FastAPI lets only HTTPExceptions through there."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.status)
        self.failure = failure


class StrictRequest(Request):
    """Reads at most the allowed bytes and parses JSON strictly."""

    async def body(self) -> bytes:
        """The whole body. Raises 413 as soon as the limit is passed, 408 when it takes too long to arrive."""
        if not hasattr(self, "_body"):
            settings = state_of(self).settings
            try:
                async with asyncio.timeout(settings.body_time):
                    self._body = await self._whole(settings.body_limit)
            except TimeoutError as error:
                raise Refused(TooSlow(seconds=settings.body_time)) from error
        return self._body

    async def _whole(self, limit: int) -> bytes:
        parts: list[bytes] = []
        size = 0
        async for part in self.stream():
            size += len(part)
            if size > limit:
                raise Refused(TooLarge(limit=limit))
            parts.append(part)
        return b"".join(parts)

    async def json(self) -> Any:
        """The body as JSON. Raises 400 for what cannot be read, 422 for what must not be in it."""
        try:
            return loads(await self.body(), limits=JsonLimits())
        except JsonRefused as error:
            raise Refused(BadRequest(errors=(FieldError("", f"json.{error.code}"),), reason="json")) from error


class StrictRoute(APIRoute):
    """An APIRoute that knows its query parameters and refuses others.

    Its operationId is verb_noun: the endpoint's own name, so that clients' generated names are readable and stable.
    """

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        super().__init__(path, endpoint, **options | {"operation_id": endpoint.__name__})
        self._begins = self.path.partition("{")[0]

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """As every route, but one that begins otherwise is passed by before its pattern is looked at."""
        if self._begins not in scope["path"]:
            return Match.NONE, {}
        return super().matches(scope)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Wrap FastAPI's handler."""
        handle = super().get_route_handler()
        known = _query_names(self.dependant)
        reads_json = self.body_field is not None
        guarded = permission_in(self.dependant) is not None
        rated, timed = not is_unrated(self.endpoint), not is_untimed(self.endpoint)

        async def checked(request: Request) -> Response:
            refuse_misread(request)
            if guarded:  # before anything of the request is read: a stranger learns nothing, and is counted
                await known_of(request)
            elif rated:
                count_stranger(request)
            unknown = [name for name in request.query_params if name not in known]
            if unknown:
                allowed = ", ".join(sorted(known)) or "-"
                raise Invalid(
                    errors=tuple(FieldError("/query", "query_unknown", {"allowed": allowed}) for _ in unknown)
                )
            nul = tuple(
                FieldError(f"/{name}", "json.nul") for name, value in request.query_params.items() if "\x00" in value
            )
            if nul:  # no text column can hold it, so no condition can mean it
                raise Invalid(errors=nul)
            if reads_json and not _is_json(request.headers.get("content-type")):
                raise UnsupportedMedia(allowed="application/json")
            return await handle(StrictRequest(request.scope, request.receive))

        async def strict(request: Request) -> Response:
            if not timed:
                return await checked(request)
            limit = asyncio.timeout(state_of(request).settings.request_time)
            try:
                async with limit:
                    return await checked(request)
            except TimeoutError as error:
                if limit.expired():
                    raise TookTooLong() from error
                raise

        return strict


def _query_names(dependant: Dependant) -> frozenset[str]:
    names: set[str] = set()
    for field in dependant.query_params:
        model = getattr(field.field_info.annotation, "model_fields", None)
        names |= {each.alias or name for name, each in model.items()} if model else {field.alias}
    return frozenset(names).union(*(_query_names(inner) for inner in dependant.dependencies))


def _is_json(content_type: str | None) -> bool:
    media = (content_type or "").partition(";")[0].strip().lower()
    return media == "application/json" or (media.startswith("application/") and media.endswith("+json"))
