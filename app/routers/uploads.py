"""Receiving a large body: its declared kind and size first, then the bytes to disk, then a place among the intakes."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import Header, Request
from starlette.requests import ClientDisconnect
from starlette.responses import Response

from app.core.errors import BadRequest, Failure, TooLarge, UnsupportedMedia
from app.core.spool import Pace, Spooled, SpoolStalled, SpoolTooLarge, spooled
from app.services.exchange.failures import UploadStalled
from app.services.exchange.showing import FORMATS
from app.web import problems
from app.web.state import state_of

LONGEST_WAIT = 60
LEAST_RATE = 1024  # bytes a second, once a minute has passed
INTAKES = 2
"""Bodies that are written to the database at once; the others wait on disk and hold no connection."""


def media_of(request: Request) -> str:
    """csv, ndjson or json by Content-Type. Raises UnsupportedMedia for other types and for compressed bodies."""
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media not in FORMATS:
        raise UnsupportedMedia(allowed=", ".join(FORMATS))
    if request.headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise UnsupportedMedia(reason="encoding")
    return FORMATS[media]


Prefer = Annotated[
    str | None,
    Header(
        alias="Prefer",
        max_length=200,
        description="`wait=N` (RFC 7240): wait up to N seconds, at most 60.",
        examples=["wait=20"],
    ),
]


def wait_of(prefer: str | None) -> int | None:
    """The seconds of `Prefer: wait=N`, at most 60; None without one that can be read."""
    for preference in (prefer or "").split(","):
        name, _, value = preference.partition(";")[0].partition("=")
        digits = value.strip().strip('"')
        if name.strip().lower() == "wait" and digits.isascii() and digits.isdigit():
            return min(int(digits[:6]), LONGEST_WAIT)
    return None


@asynccontextmanager
async def body_of(request: Request, limit: int | None = None) -> AsyncIterator[Spooled]:
    """The body on disk, gone when the context ends; `limit`: its most bytes, by default a batch's.

    Raises TooLarge (at once if declared so), UploadStalled.
    """
    settings = state_of(request).settings
    most = settings.upload_limit if limit is None else limit
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared[:20]) > most:
        raise TooLarge(limit=most)
    pace = Pace(settings.upload_idle, LEAST_RATE)
    clock = state_of(request).acts.clock
    try:
        receiving = spooled(request.stream(), settings.spool, limit=most, pace=pace, clock=clock)
        async with receiving as body:
            yield body
    except SpoolTooLarge as error:
        raise TooLarge(limit=error.limit) from error
    except SpoolStalled as error:
        raise UploadStalled() from error
    except ClientDisconnect as error:
        raise BadRequest(reason="upload") from error


def closing(request: Request, failure: Failure) -> Response:
    """The failure, after which the connection is closed: the rest of the body will not be read."""
    response = problems.render(request, failure)
    response.headers["Connection"] = "close"
    return response


def gate(request: Request) -> asyncio.Semaphore:
    """The application's places for intakes."""
    state = request.app.state
    if not hasattr(state, "intakes"):
        state.intakes = asyncio.Semaphore(INTAKES)
    found: asyncio.Semaphore = state.intakes
    return found
