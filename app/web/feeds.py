"""Calendar feeds at the door: calendar programs cannot sign in, so the address itself carries a token.

Whoever shows the token gets an act as the feed's own actor, who may do just what the feed shows. The token stands in
the query string, of which neither the log nor the audit ever tells anything.
"""

import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Query, Request
from fastapi.dependencies.models import Dependant
from starlette.responses import Response

from app.core.acts import SYSTEM, Act
from app.core.errors import NotFound
from app.core.labels import label
from app.services.calendars.contract import Entitled, FeedSource, Sources
from app.services.calendars.feeds import service
from app.services.calendars.feeds.reads import FeedRow
from app.services.calendars.feeds.schemas import CalendarFeedCreate
from app.services.calendars.ics import MEDIA, Calendar, written
from app.web.rates import count_known, count_stranger
from app.web.state import address_of, language, request_id_of, state_of

SCHEME = "feedToken"
DESCRIBED = {
    "type": "apiKey",
    "in": "query",
    "name": "token",
    "description": "The token of a calendar feed (`POST /v1/calendar-feeds`), for programs that cannot sign in.",
}

Token = Annotated[str, Query(min_length=1, max_length=200, description="The feed's token; the whole right to read it.")]


@dataclass(frozen=True, slots=True)
class Reading:
    """A feed that is being read, in an act of its own actor."""

    act: Act
    feed: FeedRow
    source: FeedSource


@dataclass(frozen=True, slots=True)
class FeedGuard:
    """Finds the feed by its token, asks whether it still stands for somebody, and opens an act as its actor."""

    source: FeedSource

    async def __call__(self, request: Request, token: Token) -> AsyncIterator[Reading]:
        """One reading. Raises NotFound for a token that opens nothing here, FeedEnded, TooManyRequests."""
        acts, place = state_of(request).acts, (request_id_of(request), address_of(request))
        async with acts.open(SYSTEM, *place) as act:
            feed = await service.opened(act, token, self.source)
            if feed is None:
                count_stranger(request)
                raise NotFound()
            request.state.actor = f"feed:{feed.id}"
            count_known(request, f"feed:{feed.id}")
            entitled = await service.entitled(act, feed, self.source)
        async with acts.open(entitled.actor, *place) as act:
            yield Reading(act, feed, self.source)


def MayRead(source: FeedSource) -> Any:
    """Dependency: a Reading of a feed of this kind, by the token of the query alone."""
    return Depends(FeedGuard(source), scope="function")


def by_feed_token(dependant: Dependant) -> bool:
    """Whether a route is guarded by a feed's token."""
    return any(isinstance(inner.call, FeedGuard) for inner in dependant.dependencies)


async def entitled_to(request: Request, draft: CalendarFeedCreate, sources: Sources) -> Entitled | None:
    """As whom a feed would be read that is about to be made; None where there is nobody."""
    source = sources.get(draft.kind)
    if source is None:
        return None
    async with state_of(request).acts.open(SYSTEM, request_id_of(request), address_of(request)) as act:
        return await source.entitled(act, draft.subject_id)


def address(request: Request, path: str, token: str) -> str:
    """Where a calendar program reads the feed: below the public address of the settings, else as the caller asked."""
    base = state_of(request).settings.public_url or str(request.base_url)
    return f"{base.rstrip('/')}{path}?token={token}"


async def respond(request: Request, reading: Reading) -> Response:
    """The calendar, or 304 when the client has it."""
    title = f"{label('calendar', reading.feed.kind, language(request))} · {reading.feed.name}"
    body = written(Calendar(title, tuple(await reading.source.events(reading.act, reading.feed.subject_id))))
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache", "Vary": "Accept-Language"}
    if tag in {each.strip().removeprefix("W/") for each in request.headers.get("if-none-match", "").split(",")}:
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=f"{MEDIA}; charset=utf-8", headers=headers)
