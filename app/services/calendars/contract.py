"""What a noun offers to calendar feeds: whom a feed stands for today, and what stands in it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from app.core.acts import Act, Actor
from app.services.calendars.facts import FeedKind
from app.services.calendars.ics import Event


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a feed's subject stands: its place, its line if it has one, and whose own it is.

    Whoever sees the place or the line, or whose own that is, sees that there is the feed, and may take it back.
    """

    region_code: int
    region_level: int
    authority_code: int | None = None
    own_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Entitled:
    """As whom the feed is read: an actor who may do just what the feed shows, and where its subject stands."""

    actor: Actor
    standing: Standing


@dataclass(frozen=True, slots=True)
class FeedSource:
    """One kind of feed, and the path at which it is read.

    `entitled(act, subject_id)` is asked when a feed is made and at every reading, under the service's own act: None
    when the subject is none, or no longer what it was (a dismissed liaison, a department that left, a grant that
    ended). `events(act, subject_id)` runs under an act of the entitled actor. A `personal` feed is made by the entitled
    actor alone, any other by whoever has the subject in his scope.
    """

    kind: FeedKind
    path: str
    personal: bool
    entitled: Callable[[Act, UUID], Awaitable[Entitled | None]]
    events: Callable[[Act, UUID], Awaitable[Sequence[Event]]]


Sources = Mapping[FeedKind, FeedSource]
