"""Calendars as RFC 5545 text, for every client that subscribes to one. Pure: the same events are the same bytes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Alarm, Component, Timezone, TimezoneStandard, vRecur
from icalendar import Calendar as Written
from icalendar import Event as WrittenEvent

SHANGHAI = ZoneInfo("Asia/Shanghai")
MEDIA = "text/calendar"
MADE_BY = "-//Liangxin//Calendar//ZH"
REFRESH = timedelta(hours=1)
"""How often clients are asked to look again."""


@dataclass(frozen=True, slots=True)
class Event:
    """One entry. A client knows it by `uid`, and takes it for changed when `sequence` has grown.

    `starts` and `ends` are instants with a zone, or plain dates of an all-day entry; the end is exclusive. `stamped_at`
    is when it was last changed. A cancelled entry stays in the calendar until clients have had time to see it. `rrule`
    is RFC 5545 text, for what recurs by itself. `alarm` is how long before the start a client reminds.
    """

    uid: str
    sequence: int
    stamped_at: datetime
    starts: datetime | date
    ends: datetime | date
    summary: str
    description: str | None = None
    location: str | None = None
    cancelled: bool = False
    rrule: str | None = None
    alarm: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Calendar:
    """A name and what stands in it."""

    name: str
    events: tuple[Event, ...]


def written(calendar: Calendar) -> bytes:
    """The calendar as a client reads it: CRLF, folded at 75 octets, times in Asia/Shanghai with its VTIMEZONE.

    Raises ValueError for a time without a zone, an end before its start, or a recurrence that is none.
    """
    out = Written()
    for name, value in (
        ("prodid", MADE_BY),
        ("version", "2.0"),
        ("calscale", "GREGORIAN"),
        ("method", "PUBLISH"),
        ("name", _plain(calendar.name)),
        ("x-wr-calname", _plain(calendar.name)),
        ("x-wr-timezone", SHANGHAI.key),
    ):
        out.add(name, value)
    out.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    out.add("x-published-ttl", "PT1H")
    out.add_component(_zone())
    for event in _ordered(calendar.events):
        out.add_component(_entry(event))
    text: bytes = out.to_ical()
    return text


def _ordered(events: Iterable[Event]) -> list[Event]:
    return sorted(events, key=lambda event: (event.starts.isoformat(), event.uid))


def _zone() -> Component:
    """Asia/Shanghai has been +08:00 all the time since 1991, earlier than anything that stands in a calendar here."""
    zone, always = Timezone(), TimezoneStandard()
    zone.add("tzid", SHANGHAI.key)
    always.add("dtstart", datetime(1970, 1, 1))  # noqa: DTZ001  (a local time, as RFC 5545 wants it here)
    for name in ("tzoffsetfrom", "tzoffsetto"):
        always.add(name, timedelta(hours=8))
    always.add("tzname", "CST")
    zone.add_component(always)
    return zone


def _entry(event: Event) -> Component:
    starts, ends = _local(event.starts), _local(event.ends)
    if isinstance(starts, datetime) is not isinstance(ends, datetime) or ends <= starts:
        raise ValueError("an entry ends after it starts, and in the same kind of time")
    entry = WrittenEvent()
    entry.add("uid", event.uid)
    entry.add("sequence", event.sequence)
    entry.add("dtstamp", event.stamped_at)
    entry.add("last-modified", event.stamped_at)
    entry.add("dtstart", starts)
    entry.add("dtend", ends)
    if event.rrule is not None:
        entry.add("rrule", vRecur.from_ical(event.rrule))
    entry.add("summary", _plain(event.summary))
    for name, value in (("description", event.description), ("location", event.location)):
        if value:
            entry.add(name, _plain(value))
    entry.add("status", "CANCELLED" if event.cancelled else "CONFIRMED")
    all_day = not isinstance(starts, datetime)
    entry.add("transp", "TRANSPARENT" if all_day or event.cancelled else "OPAQUE")
    if event.alarm is not None and not event.cancelled:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("trigger", -event.alarm)
        alarm.add("description", _plain(event.summary))
        entry.add_component(alarm)
    return entry


def _local(when: datetime | date) -> datetime | date:
    if not isinstance(when, datetime):
        return when
    if when.utcoffset() is None:
        raise ValueError("a time in a calendar has a zone")
    return when.astimezone(SHANGHAI)


def _plain(text: str) -> str:
    """Without what RFC 5545 forbids in a text: control characters other than line breaks and tabs."""
    joined = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(each for each in joined if each in "\n\t" or (each >= " " and each != "\x7f"))
