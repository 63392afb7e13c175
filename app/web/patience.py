"""The server's protocol with an end to its patience: a head that crawls, floods or never comes is cut off.

The server library reads heads of any size for as long as they take, before an application is asked. Time and size are
counted here from a connection's first moment, and from the first byte after an answer, until a head is complete; bodies
are limited by whoever reads them.
"""

import asyncio
from typing import Any

import orjson
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from app.core.errors import Failure
from app.core.labels import label
from app.web.failures import HeadTooLarge, TooSlow
from app.web.heads import MOST_HEADERS
from app.web.problems import MEDIA, TYPE

REASONS = {408: "Request Timeout", 431: "Request Header Fields Too Large"}


class Patience(HttpToolsProtocol):
    """One connection. `head_time` in seconds and `head_limit` in bytes are set by `patience`."""

    head_time = 10.0
    head_limit = 16 << 10

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._timer: asyncio.TimerHandle | None = None
        self._head = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as the library has it
        """A client is there: its first head must come."""
        super().connection_made(transport)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """The client is gone."""
        self._done()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Bytes of a head are counted; a body's are not."""
        if self._timer is None and (self.cycle is None or self.cycle.response_complete):
            self._wait()
        if self._timer is None:
            super().data_received(data)
            return
        self._head += len(data)
        super().data_received(data)
        if self._timer is not None and self._head > self.head_limit:
            self._refuse(HeadTooLarge(limit=self.head_limit, headers=MOST_HEADERS))

    def on_headers_complete(self) -> None:
        """The head is whole."""
        self._done()
        super().on_headers_complete()

    def _wait(self) -> None:
        self._timer = self.loop.call_later(self.head_time, self._late)

    def _done(self) -> None:
        self._head = 0
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _late(self) -> None:
        self._timer = None
        self._refuse(TooSlow(seconds=self.head_time))

    def _refuse(self, failure: Failure) -> None:
        """The problem in English, since the reader's language stands in a head that is not there; then goodbye."""
        self._done()
        if self.transport.is_closing():
            return
        body = orjson.dumps(
            {
                "type": TYPE + failure.slug,
                "code": failure.slug,
                "title": label("problem", failure.slug, "en"),
                "status": failure.status,
                "detail": label("problem_detail", failure.slug, "en", **failure.params),
                "request_id": "",
                "errors": [],
            }
        )
        head = (
            f"HTTP/1.1 {failure.status} {REASONS[failure.status]}\r\ncontent-type: {MEDIA}\r\n"
            f"content-length: {len(body)}\r\nconnection: close\r\n\r\n"
        )
        self.transport.write(head.encode() + body)
        self.transport.close()


def patience(head_time: float, head_limit: int) -> type[Patience]:
    """The protocol with an operator's limits."""
    return type("PatienceAsSet", (Patience,), {"head_time": head_time, "head_limit": head_limit})
