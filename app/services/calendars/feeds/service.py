"""Use cases of feeds: made, taken back, and opened by whoever shows the token."""

from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.core.errors import Conflict, FieldError, Forbidden, Invalid
from app.core.wire import action
from app.services.access import credentials
from app.services.access.permissions import Permission
from app.services.calendars.contract import Entitled, FeedSource
from app.services.calendars.feeds import reads, repository
from app.services.calendars.feeds.reads import FeedRow
from app.services.calendars.feeds.schemas import CalendarFeedCreate
from app.services.calendars.models import CalendarFeed

PREFIX = "lxc_"


class FeedEnded(Forbidden):
    """The token is known, and what the feed was made for is over."""

    slug = "feed_ended"


async def shown(act: Act, feed_id: UUID) -> dict[str, Any]:
    """A feed with what the caller may do. Raises NotFound."""
    row = await reads.one(act, feed_id)
    refusal = None if row["revoked_at"] is None else "feed_revoked"
    if Permission.calendar_feeds_write not in act.by.permissions:
        refusal = "permission"
    return {**row, "allowed_actions": [action("revoke", refusal)]}


async def create(
    act: Act, draft: CalendarFeedCreate, source: FeedSource | None, entitled: Entitled | None
) -> tuple[dict[str, Any], str]:
    """Make a feed; the feed, and its token, which is kept nowhere.

    Raises Invalid for a kind that nobody offers, and for a subject that is none, is over, or is not the caller's.
    """
    if source is None:
        raise Invalid(errors=(FieldError("/kind", "feed_kind_closed"),))
    if entitled is None or not _may(act, source, entitled):
        raise Invalid(errors=(FieldError("/subject_id", "feed_subject"),))
    fresh = credentials.fresh(PREFIX)
    standing = entitled.standing
    feed_id = await repository.add(
        act,
        CalendarFeed(
            version=1,
            kind=draft.kind,
            subject_id=draft.subject_id,
            own_id=standing.own_id,
            owner=act.by.id,
            name=draft.name,
            digest=fresh.digest,
            region_code=standing.region_code,
            region_level=standing.region_level,
            authority_code=standing.authority_code,
            created_at=act.now,
            recorded_at=act.now,
        ),
    )
    return await shown(act, feed_id), fresh.shown


def _may(act: Act, source: FeedSource, entitled: Entitled) -> bool:
    if source.personal:
        return entitled.actor.id == act.by.id
    standing = entitled.standing
    return act.scope.holds(standing.region_code, (standing.authority_code,), (standing.own_id,))


async def revoke(act: Act, feed_id: UUID, expected: int, reason: str) -> None:
    """Take a feed back, at once. Raises NotFound, StaleVersion; Conflict when it is revoked already."""
    feed = await repository.claimed(act, feed_id, expected)
    if feed.revoked_at is not None:
        raise Conflict(errors=(FieldError("", "feed_revoked"),))
    feed.revoked_at, feed.revoked_by, feed.revoke_reason = act.now, act.by.id, reason
    await repository.save(act, feed)


async def opened(act: Act, token: str, source: FeedSource) -> FeedRow | None:
    """The feed of this kind that a token opens; None for a token that opens none. Under the service's own act."""
    if not token.startswith(PREFIX):
        return None
    feed = await reads.opened(act, credentials.digest(token))
    return feed if feed is not None and feed.kind is source.kind else None


async def entitled(act: Act, feed: FeedRow, source: FeedSource) -> Entitled:
    """As whom a feed is read today; it follows its subject, and the day is noted. Raises FeedEnded."""
    found = await source.entitled(act, feed.subject_id)
    if found is None:
        raise FeedEnded()
    if found.standing != feed.standing:
        await repository.stand(act, feed.id, found.standing)
    if feed.read_on != act.today:
        await repository.used(act, feed.id, act.today)
    return found
