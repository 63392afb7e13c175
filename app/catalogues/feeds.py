"""Calendars to subscribe to: for whom each kind is read today, and what stands in it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from uuid import UUID

from app.catalogues.places import WIDENINGS
from app.catalogues.reminders import REMINDERS
from app.core.acts import Act, Actor, Scope
from app.core.errors import NotFound
from app.core.labels import label
from app.core.pagination import Ask
from app.services.access import holders
from app.services.access import reads as access
from app.services.access.ledger import reads as ledger
from app.services.access.permissions import Permission
from app.services.calendars.contract import Entitled, FeedSource, Sources, Standing
from app.services.calendars.facts import FeedKind
from app.services.calendars.ics import SHANGHAI, Event
from app.services.departments import reads as departments
from app.services.departments.liaisons import reads as liaisons
from app.services.joint_meetings.feed import service as meetings
from app.services.regions.facts import reference
from app.services.reminders import service as reminders
from app.services.reminders.schemas import ReminderFilters

ENTRIES = 1000
"""The most that a calendar of reminders holds: the earliest ones."""
DAY = timedelta(days=1)
AHEAD = timedelta(days=92)
"""How far a calendar of reminders looks ahead: a quarter."""


async def _liaison(act: Act, liaison_id: UUID) -> Entitled | None:
    """A liaison who speaks for a department today reads what the department and its committee see of meetings."""
    told = await liaisons.entitled(act, liaison_id)
    if told is None:
        return None
    department = await departments.one(act, told["department_id"])
    own = frozenset({told["department_id"], told["committee_id"]})
    actor = Actor(
        f"liaison:{liaison_id}", told["name"], frozenset({str(Permission.joint_meetings_read)}), Scope(subjects=own)
    )
    standing = Standing(
        int(department["region_code"]),
        department["region_level"],
        int(department["authority_code"]),
        told["department_id"],
    )
    return Entitled(actor, standing)


async def _holder(act: Act, grant_id: UUID) -> Entitled | None:
    """Whoever holds a grant today reads what is due for him under it, and does nothing."""
    try:
        row = await ledger.grant(act, grant_id)
    except NotFound:
        return None
    held = await access.held(act, row["subject"])
    if held is None or all(each.id != grant_id for each in held.holdings):
        return None
    _, actor = holders.under(await holders.widened(act, held, WIDENINGS), grant_id)
    if Permission.reminders_read not in actor.permissions:
        return None
    reading = frozenset(each for each in actor.permissions if each.endswith(":read"))
    # It stands at the first of the grant's regions; that of a grant without any is its holder's alone to see.
    first = min((low for low, _ in actor.scope.ranges), default=0)
    return Entitled(replace(actor, permissions=reading), Standing(*reference(f"{first:012d}", None)))


async def _due(act: Act, _: UUID) -> Sequence[Event]:
    """What is due within a quarter, what is overdue among it: a whole day each, on its last day.

    An entry is known by what is due and the day: where the day changes, the old entry goes and another comes.
    """
    ask = Ask(limit=ENTRIES, cursor=None, sort=None, count="none")
    found = await reminders.listed(act, REMINDERS, ReminderFilters(until=act.today + AHEAD), None, ask)
    return [_entry(row["kind"], row["id"], row["title"], row["due_on"], row["path"]) for row in found.rows]


def _entry(kind: str, about: UUID, title: str | None, due_on: date, path: str) -> Event:
    named = label("reminder", kind, "zh-Hans")
    return Event(
        uid=f"{kind}.{about}.{due_on}@liangxin",
        sequence=0,
        stamped_at=datetime.combine(due_on, time(), SHANGHAI),
        starts=due_on,
        ends=due_on + DAY,
        summary=f"{named}：{title}" if title else named,
        description=path,
    )


JOINT_MEETINGS = FeedSource(
    FeedKind.joint_meetings,
    "/v1/joint-meeting-schedules/calendar.ics",
    personal=False,
    entitled=_liaison,
    events=meetings.events,
)
DUE = FeedSource(FeedKind.reminders, "/v1/reminders/calendar.ics", personal=True, entitled=_holder, events=_due)
SOURCES: Sources = {each.kind: each for each in (JOINT_MEETINGS, DUE)}
