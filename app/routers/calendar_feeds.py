"""Calendars to subscribe to: private addresses for programs that cannot sign in, and what is read there."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.catalogues.feeds import DUE, JOINT_MEETINGS, SOURCES
from app.core.acts import Act
from app.core.errors import Conflict, NotAcceptable, NotFound, StaleVersion, VersionRequired
from app.core.sheets import Column
from app.services.access.permissions import Permission
from app.services.calendars.feeds import reads, service
from app.services.calendars.feeds.schemas import (
    CalendarFeedCreate,
    CalendarFeedDetail,
    CalendarFeedFilters,
    CalendarFeedMade,
    CalendarFeedRead,
    CalendarFeedRevoke,
    CalendarFeedVersion,
)
from app.services.calendars.feeds.service import FeedEnded
from app.services.regions.stated import RegionCode, RegionLevelAsked, stated_span
from app.web import answers, feeds
from app.web.exempt import unrated
from app.web.feeds import MayRead, Reading
from app.web.guards import Caller, May, MayLater
from app.web.lists import Listed, ListQuery, respond
from app.web.openapi import declares
from app.web.strict import StrictRoute

router = APIRouter(tags=["reminders"], route_class=StrictRoute)

FeedsRead = Annotated[Act, May(Permission.calendar_feeds_read)]
FeedsWrite = Annotated[Act, May(Permission.calendar_feeds_write)]
FeedMaker = Annotated[Caller, MayLater(Permission.calendar_feeds_write)]
MeetingsReading = Annotated[Reading, MayRead(JOINT_MEETINGS)]
RemindersReading = Annotated[Reading, MayRead(DUE)]

COLUMNS = (
    Column("kind", coded="feed_kind", heading="feed_kind"),
    Column("name", heading="feed_name"),
    Column("subject_id", heading="feed_subject"),
    Column("owner", heading="feed_owner"),
    Column("region_code"),
    Column("last_read_on", "date", heading="feed_last_read"),
    Column("created_at", "datetime"),
    Column("revoked_at", "datetime", heading="feed_revoked_at"),
    Column("id"),
)
CALENDAR: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The calendar (RFC 5545), with an ETag of its content.",
        "content": {
            "text/calendar": {
                "schema": {"type": "string"},
                "example": "BEGIN:VCALENDAR\r\nPRODID:-//Liangxin//Calendar//ZH\r\nVERSION:2.0\r\n…",
            }
        },
    },
    304: {"description": "The client has it: If-None-Match names this content."},
}


class CalendarFeedList(CalendarFeedFilters, ListQuery):
    """Filters and paging of the feeds."""

    region: Annotated[RegionCode | None, Query(description="Of subjects in this region and below.")] = None
    region_level: RegionLevelAsked = None


@router.get(
    "/v1/calendar-feeds",
    summary="List calendar feeds",
    response_model=Listed[CalendarFeedRead],
    responses=declares(NotAcceptable),
)
async def list_calendar_feeds(
    act: FeedsRead, request: Request, query: Annotated[CalendarFeedList, Query()]
) -> Response:
    """The caller's own calendar feeds and those that stand in his scope; no token is ever in it. JSON, CSV or XLSX."""
    span = None if query.region is None else stated_span(query.region, query.region_level)
    return await respond(request, COLUMNS, lambda ask: reads.listed(act, query, span, ask), query.ask())


@router.post(
    "/v1/calendar-feeds",
    summary="Create a calendar feed",
    status_code=201,
    response_model=CalendarFeedMade,
    responses=declares(),
)
async def create_calendar_feed(caller: FeedMaker, draft: CalendarFeedCreate) -> Response:
    """Makes a private address for a calendar program. It is shown this once and kept as a digest alone.

    For a liaison it is made by his department or by whoever has the committee in his scope; for reminders by the
    grant's holder. It holds until it is revoked, and shows nothing once the liaison is dismissed or the grant ended.
    """
    entitled = await feeds.entitled_to(caller.request, draft, SOURCES)
    async with caller.open() as act:
        row, token = await service.create(act, draft, SOURCES.get(draft.kind), entitled)
    made = {**row, "url": feeds.address(caller.request, SOURCES[draft.kind].path, token)}
    return answers.created(CalendarFeedMade, made, "/v1/calendar-feeds/{id}")


@router.get(
    "/v1/calendar-feeds/{feed_id}",
    summary="Read a calendar feed",
    response_model=CalendarFeedDetail,
    responses=declares(NotFound),
)
async def read_calendar_feed(act: FeedsRead, feed_id: UUID, request: Request) -> Response:
    """One feed with its ETag and what the caller may do. The address cannot be shown again: make another feed."""
    return answers.one(CalendarFeedDetail, await service.shown(act, feed_id), request)


@router.post(
    "/v1/calendar-feeds/{feed_id}/revoke",
    summary="Revoke a calendar feed",
    response_model=CalendarFeedDetail,
    responses=declares(NotFound, Conflict, StaleVersion, VersionRequired),
)
async def revoke_calendar_feed(act: FeedsWrite, feed_id: UUID, wish: CalendarFeedRevoke, request: Request) -> Response:
    """Takes a feed back: from the next reading on its address opens nothing. Needs `If-Match`."""
    await service.revoke(act, feed_id, answers.expected_version(request), wish.reason)
    return answers.one(CalendarFeedDetail, await service.shown(act, feed_id))


@router.get(
    "/v1/calendar-feeds/{feed_id}/history",
    summary="List a calendar feed's versions",
    response_model=Listed[CalendarFeedVersion],
    responses=declares(NotFound),
)
async def list_calendar_feed_versions(
    act: FeedsRead, feed_id: UUID, request: Request, query: Annotated[ListQuery, Query()]
) -> Response:
    """All versions of a feed, the newest first: who made it, where it stood, who took it back and why."""
    return answers.listed(await reads.history(act, feed_id, query.ask()), request)


@router.get(
    JOINT_MEETINGS.path,
    summary="Read the calendar of joint meetings",
    response_class=Response,
    responses=declares(FeedEnded, NotFound) | CALENDAR,
)
@unrated
async def read_joint_meeting_calendar(reading: MeetingsReading, request: Request) -> Response:
    """The meetings of a liaison's department as iCalendar, for any calendar program, by the token alone.

    Changed and cancelled meetings keep their UID and raise their SEQUENCE. A dismissed liaison gets `feed_ended`; a
    token that is unknown or revoked opens nothing (404). Reading costs the feed's own rate limit.
    """
    return await feeds.respond(request, reading)


@router.get(
    DUE.path,
    summary="Read the calendar of reminders",
    response_class=Response,
    responses=declares(FeedEnded, NotFound) | CALENDAR,
)
@unrated
async def read_reminder_calendar(reading: RemindersReading, request: Request) -> Response:
    """What is due for the holder of a grant as iCalendar, a whole day each, by the token alone.

    It shows what `/v1/reminders` shows under that grant today. When the grant has ended it answers `feed_ended`; a
    token that is unknown or revoked opens nothing (404). Reading costs the feed's own rate limit.
    """
    return await feeds.respond(request, reading)
