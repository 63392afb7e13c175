"""Outermost layer: one id a request in answers and logs, security headers, one log line without personal data."""

import logging
import re
import time
from uuid import uuid4

from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = logging.getLogger("liangxin.access")


_NUMBER = re.compile(r"(?<![0-9A-Fa-f-])(?![0-9]{12}(?:/|$))[0-9]{7,}[0-9Xx]?(?![0-9A-Fa-f-])")


def told(path: str) -> str:
    """A path as it may stand in a log: what could be a phone or identity number (region codes apart) is left out.

    No address of ours takes one; whoever puts one there by mistake should not find it in a log.
    """
    return _NUMBER.sub("…", path)


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
        status = 500

        async def traced(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [
                    *message["headers"],
                    (b"x-request-id", request_id.encode()),
                    (b"x-content-type-options", b"nosniff"),
                    (b"referrer-policy", b"no-referrer"),
                ]
            await send(message)

        try:
            await self.app(scope, receive, traced)
        finally:
            log.info(
                "request",
                extra={
                    "request_id": request_id,
                    "method": scope["method"],
                    "path": told(scope["path"]),
                    "status": status,
                    "actor": scope["state"].get("actor"),
                    "milliseconds": round((time.perf_counter() - began) * 1000, 1),
                },
            )
