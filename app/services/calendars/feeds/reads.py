"""Feeds as rows for the wire, and the one that a token opens."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, or_, select, true

from app.core.acts import Act
from app.core.errors import NotFound
from app.core.history import versions_of
from app.core.narrowing import within
from app.core.pagination import Ask, Page, Sorts, page
from app.core.rows import columns, padded, selecting
from app.services.access.permissions import Permission
from app.services.calendars.contract import Standing
from app.services.calendars.facts import FeedKind
from app.services.calendars.feeds.schemas import CalendarFeedFilters, CalendarFeedRead, CalendarFeedVersion
from app.services.calendars.models import CalendarFeed, CalendarFeedUse

SORTS = Sorts(
    {"created_at": CalendarFeed.created_at, "region_code": CalendarFeed.region_code}, CalendarFeed.id, "region_code"
)


@dataclass(frozen=True, slots=True)
class FeedRow:
    """A feed that is not revoked, as whoever shows its token needs it."""

    id: UUID
    kind: FeedKind
    subject_id: UUID
    name: str
    standing: Standing
    read_on: date | None


def _feeds(act: Act) -> "Select[Any]":
    code = padded(CalendarFeed.region_code)
    query = selecting(CalendarFeedRead, CalendarFeed, region_code=code, last_read_on=CalendarFeedUse.read_on)
    query = query.outerjoin(CalendarFeedUse, CalendarFeedUse.feed_id == CalendarFeed.id)
    mine = CalendarFeed.owner == act.by.id
    if Permission.calendar_feeds_write not in act.by.permissions:
        return query.where(mine)  # who subscribes to what is of no concern to those who only look at results
    placed = within(act, CalendarFeed.region_code, [CalendarFeed.authority_code], [CalendarFeed.own_id])
    return query.where(or_(mine, and_(true(), *placed)))


async def listed(act: Act, filters: CalendarFeedFilters, span: tuple[int, int] | None, ask: Ask) -> Page:
    """One page of the caller's own feeds, and of those in his scope if he may take them back; by place by default."""
    query = _feeds(act)
    if span is not None:
        query = query.where(CalendarFeed.region_code >= span[0], CalendarFeed.region_code < span[1])
    if filters.kind is not None:
        query = query.where(CalendarFeed.kind == filters.kind)
    if filters.subject_id is not None:
        query = query.where(CalendarFeed.subject_id == filters.subject_id)
    if filters.mine:
        query = query.where(CalendarFeed.owner == act.by.id)
    if filters.revoked is not None:
        over = CalendarFeed.revoked_at
        query = query.where(over.is_not(None) if filters.revoked else over.is_(None))
    told = [span, *(getattr(filters, name) for name in CalendarFeedFilters.model_fields)]
    return await page(act, query, ask, SORTS, told)


async def one(act: Act, feed_id: UUID) -> dict[str, Any]:
    """One feed. Raises NotFound."""
    row = (await act.session.execute(_feeds(act).where(CalendarFeed.id == feed_id))).mappings().first()
    if row is None:
        raise NotFound()
    return dict(row)


async def history(act: Act, feed_id: UUID, ask: Ask) -> Page:
    """All versions of a feed, the newest first. Raises NotFound when there is none to be seen."""
    await one(act, feed_id)
    versions = versions_of(CalendarFeed, feed_id).c
    query = select(*columns(CalendarFeedVersion, versions, region_code=padded(versions.region_code)))
    return await page(act, query, ask, Sorts({"version": versions.version}, versions.id, "-version"), feed_id)


async def opened(act: Act, digest: bytes) -> FeedRow | None:
    """The feed that a token opens, under the service's own act; None when there is none, or it is revoked."""
    row = (
        await act.session.execute(
            select(CalendarFeed, CalendarFeedUse.read_on)
            .outerjoin(CalendarFeedUse, CalendarFeedUse.feed_id == CalendarFeed.id)
            .where(CalendarFeed.digest == digest, CalendarFeed.revoked_at.is_(None))
        )
    ).first()
    if row is None:
        return None
    feed, read_on = row
    standing = Standing(feed.region_code, feed.region_level, feed.authority_code, feed.own_id)
    return FeedRow(feed.id, FeedKind(feed.kind), feed.subject_id, feed.name, standing, read_on)
