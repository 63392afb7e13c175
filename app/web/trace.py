"""Outermost layer: one id a request in answers and logs, one log line without personal data, one last net."""

import logging
import re
import time
from uuid import uuid4

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.web import problems

log = logging.getLogger("liangxin.access")

MACHINE = re.compile(r"client-[0-9a-f]{32}")


class Trace:
    """Plain ASGI, so that streams pass through untouched."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = uuid4().hex
        scope.setdefault("state", {})["request_id"] = request_id
        began = time.perf_counter()
        status = 0

        async def traced(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], (b"x-request-id", request_id.encode())]
            await send(message)

        try:
            await self.app(scope, receive, traced)
        finally:
            log.info(
                "request",
                extra={
                    "request_id": request_id,
                    "method": scope["method"],
                    "route": route_of(scope),
                    "status": status,
                    "actor": _actor(scope["state"].get("actor")),
                    "milliseconds": round((time.perf_counter() - began) * 1000, 1),
                },
            )


class Net:
    """Inside the headers: an error that nobody foresaw becomes a problem like any other, with all headers."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        begun = False

        async def watched(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self.app(scope, receive, watched)
        except Exception as error:
            if scope["type"] != "http" or begun:  # the answer is cut off; the server closes the connection
                raise
            await (await problems.unforeseen(Request(scope), error))(scope, receive, send)


def route_of(scope: Scope) -> str:
    """The route's template, never the path itself: whatever a client writes there may be anything, a person too."""
    return str(getattr(scope.get("route"), "path", "-"))


def _actor(subject: str | None) -> str | None:
    """A machine by its id, which is random; of a person only that it was one. The audit says who, by request id."""
    if subject is None:
        return None
    return subject if MACHINE.fullmatch(subject) else "person"
