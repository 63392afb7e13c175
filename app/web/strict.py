"""The route class of every router: hostile bodies and unknown query parameters are refused before anything runs."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.responses import Response

from app.core.errors import BadRequest, Failure, FieldError, Invalid, TooLarge, UnsupportedMedia
from app.core.strict_json import JsonLimits, JsonRefused, loads
from app.web.state import state_of


class Refused(HTTPException):
    """A failure found while the body is read: FastAPI lets only HTTPExceptions through there."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.status)
        self.failure = failure


class StrictRequest(Request):
    """Reads at most the allowed bytes and parses JSON strictly."""

    async def body(self) -> bytes:
        """The whole body. Raises 413 as soon as the limit is passed."""
        if not hasattr(self, "_body"):
            limit = state_of(self).settings.body_limit
            parts: list[bytes] = []
            size = 0
            async for part in self.stream():
                size += len(part)
                if size > limit:
                    raise Refused(TooLarge(limit=limit))
                parts.append(part)
            self._body = b"".join(parts)
        return self._body

    async def json(self) -> Any:
        """The body as JSON. Raises 400 for what cannot be read, 422 for what must not be in it."""
        try:
            return loads(await self.body(), limits=JsonLimits())
        except JsonRefused as error:
            raise Refused(BadRequest(errors=(FieldError("", f"json.{error.code}"),), reason="json")) from error


class StrictRoute(APIRoute):
    """An APIRoute that knows its query parameters and refuses others."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Wrap FastAPI's handler."""
        handle = super().get_route_handler()
        known = _query_names(self.dependant)
        reads_json = self.body_field is not None

        async def strict(request: Request) -> Response:
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

        return strict


def _query_names(dependant: Dependant) -> frozenset[str]:
    names: set[str] = set()
    for field in dependant.query_params:
        model = getattr(field.field_info.annotation, "model_fields", None)
        names |= set(model) if model else {field.alias}
    return frozenset(names).union(*(_query_names(inner) for inner in dependant.dependencies))


def _is_json(content_type: str | None) -> bool:
    media = (content_type or "").partition(";")[0].strip().lower()
    return media == "application/json" or (media.startswith("application/") and media.endswith("+json"))
