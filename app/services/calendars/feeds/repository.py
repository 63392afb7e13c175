"""Writing feeds."""

from datetime import date
from uuid import UUID

from sqlalchemy import func, update
from sqlalchemy.dialects.postgresql import insert

from app.core.acts import Act
from app.core.versions import claim
from app.services.calendars.contract import Standing
from app.services.calendars.models import CalendarFeed, CalendarFeedUse


async def add(act: Act, feed: CalendarFeed) -> UUID:
    """A new feed; its id."""
    act.session.add(feed)
    await act.session.flush()
    return feed.id


async def claimed(act: Act, feed_id: UUID, expected: int) -> CalendarFeed:
    """A feed, held. Raises NotFound, Forbidden, StaleVersion."""
    return await claim(act, CalendarFeed, feed_id, expected)


async def save(act: Act, feed: CalendarFeed) -> None:
    """Write a feed's next version."""
    feed.version += 1
    feed.recorded_at = act.now
    await act.session.flush()


async def stand(act: Act, feed_id: UUID, standing: Standing) -> None:
    """Let a feed stand where its subject stands now."""
    await act.session.execute(
        update(CalendarFeed)
        .where(CalendarFeed.id == feed_id)
        .values(
            region_code=standing.region_code,
            region_level=standing.region_level,
            authority_code=standing.authority_code,
            own_id=standing.own_id,
            version=CalendarFeed.version + 1,
            recorded_at=act.now,
        )
    )


async def used(act: Act, feed_id: UUID, day: date) -> None:
    """Note the day of a reading."""
    entered = insert(CalendarFeedUse).values(feed_id=feed_id, read_on=day)
    await act.session.execute(
        entered.on_conflict_do_update(
            index_elements=[CalendarFeedUse.feed_id],
            set_={"read_on": func.greatest(CalendarFeedUse.read_on, entered.excluded.read_on)},
        )
    )


async def follow(act: Act, span: tuple[int, int], level: int, to: tuple[int, int]) -> int:
    """Feeds of a region that is no more stand in another one; how many."""
    done = await act.session.execute(
        update(CalendarFeed)
        .where(
            CalendarFeed.region_code >= span[0], CalendarFeed.region_code < span[1], CalendarFeed.region_level >= level
        )
        .values(region_code=to[0], region_level=to[1], version=CalendarFeed.version + 1, recorded_at=act.now)
        .returning(CalendarFeed.id)
    )
    return len(done.all())
