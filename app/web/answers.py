"""How answers look: one object with its ETag, one page of a list, a list as a file."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

import orjson
from fastapi import Request
from pydantic import BaseModel
from starlette.responses import Response

from app.core.errors import FieldError, Invalid, VersionRequired
from app.core.pagination import Page

JSON = "application/json"


def _odd(value: Any) -> Any:
    if isinstance(value, UUID):  # the driver's own subclass
        return str(value)
    if isinstance(value, BaseModel):
        return value.model_dump(mode="python")
    if isinstance(value, frozenset):
        return sorted(value)
    raise TypeError(type(value).__name__)


def encode(body: Any) -> bytes:
    """The one serialiser of the service: dates as ISO 8601, instants with offset, UUIDs as text."""
    return orjson.dumps(body, default=_odd, option=orjson.OPT_NON_STR_KEYS)


def answer(body: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Any JSON body."""
    return Response(encode(body), status_code=status, media_type=JSON, headers=dict(headers or {}))


def etag(version: int) -> str:
    """A version as an entity tag."""
    return f'"{version}"'


def one(schema: type[BaseModel], row: Any, request: Request | None = None) -> Response:
    """One object with its ETag; 304 when If-None-Match already names it."""
    body = _shown(schema, row)
    tag = etag(body["version"]) if "version" in body else None
    if request is not None and tag is not None and request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers={"ETag": tag})
    return answer(body, headers={"ETag": tag} if tag else None)


def created(schema: type[BaseModel], row: Any, location: str) -> Response:
    """201 with Location and ETag. `location` may hold {id}."""
    body = _shown(schema, row)
    headers = {"Location": location.format(id=body["id"])}
    if "version" in body:
        headers["ETag"] = etag(body["version"])
    return answer(body, 201, headers)


def listed(page: Page, request: Request) -> Response:
    """A page: items, next_cursor, count and facets when asked for; Link names the next page."""
    body: dict[str, Any] = {"items": page.rows, "next_cursor": page.next_cursor}
    body["count"] = None if page.count is None else {"value": page.count, "kind": page.count_kind}
    if page.facets is not None:
        body["facets"] = page.facets
    headers = {}
    if page.next_cursor is not None:
        following = request.url.include_query_params(cursor=page.next_cursor)
        headers["Link"] = f'<{following.path}?{following.query}>; rel="next"'
    return answer(body, headers=headers)


def expected_version(request: Request) -> int:
    """The version named by If-Match. Raises VersionRequired (428) without one, Invalid for another shape."""
    tag = request.headers.get("if-match")
    if tag is None:
        raise VersionRequired()
    digits = tag.strip().removeprefix("W/").strip('"')
    if not digits.isascii() or not digits.isdigit() or len(digits) > 9:
        raise Invalid(errors=(FieldError("/If-Match", "etag_shape"),))
    return int(digits)


def _shown(schema: type[BaseModel], row: Any) -> dict[str, Any]:
    if isinstance(row, BaseModel):
        return row.model_dump(mode="python")
    if isinstance(row, Mapping):
        return {name: row[name] for name in schema.model_fields}
    return {name: getattr(row, name) for name in schema.model_fields}


Wire = str | int | float | bool | None | date | datetime | UUID
