"""Refuses a head that passes the limit: here for whatever server calls the application, and in patience.py sooner."""

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from app.web import problems
from app.web.failures import HeadTooLarge

MOST_HEADERS = 100


class Heads:
    """Plain ASGI: line and headers, counted before anything reads them."""

    def __init__(self, app: ASGIApp, limit: int) -> None:
        self._app = app
        self._limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] == "http" and self._too_large(scope):
            failure = HeadTooLarge(limit=self._limit, headers=MOST_HEADERS)
            await problems.render(Request(scope), failure)(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _too_large(self, scope: Scope) -> bool:
        headers = scope["headers"]
        size = len(scope.get("raw_path") or b"") + len(scope["query_string"])
        size += sum(len(name) + len(value) + 4 for name, value in headers)
        return size > self._limit or len(headers) > MOST_HEADERS
