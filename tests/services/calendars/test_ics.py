"""Calendars read by two readers that are not ours: icalendar, and npm ical.js as calendar programs run it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import icalendar
import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from app.services.calendars.ics import SHANGHAI, Calendar, Event, written
from tests.kit import calendars

STAMP = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
UNTIL = datetime(2030, 1, 1, tzinfo=UTC)
MEETING = Event(
    uid="019a3f0e-7b1c-7c55-9d3e-3f1f6a1f4a11.2026-03-31@liangxin",
    sequence=2,
    stamped_at=STAMP,
    starts=datetime(2026, 3, 31, 9, 30, tzinfo=SHANGHAI),
    ends=datetime(2026, 3, 31, 11, 0, tzinfo=SHANGHAI),
    summary="两新工委联席会议（研究）：第一季度，议题；附件\\目录",
    description="议题报送截止：2026-03-24\n参会回执截止：2026-03-27\n" + "请各成员单位按时参加并提前报送材料。" * 20,
    location="区行政中心3号楼, 第二会议室",
    alarm=timedelta(hours=1),
)
DUE = Event(
    uid="visit.1@liangxin",
    sequence=0,
    stamped_at=STAMP,
    starts=date(2026, 4, 1),
    ends=date(2026, 4, 2),
    summary="走访到期",
)
RECURRING = Event(
    uid="series@liangxin",
    sequence=0,
    stamped_at=STAMP,
    starts=datetime(2026, 1, 29, 15, 0, tzinfo=SHANGHAI),
    ends=datetime(2026, 1, 29, 16, 0, tzinfo=SHANGHAI),
    summary="例会",
    rrule="FREQ=MONTHLY;BYDAY=-1TH;UNTIL=20281231T155959Z",
)


@pytest.fixture(scope="module", autouse=True)
def reader() -> None:
    """Node with the package."""
    calendars.prepared()


def bytes_of(*events: Event, name: str = "联席会议 · 市场监管局") -> bytes:
    return written(Calendar(name, events))


def parsed(text: bytes) -> Iterator[Any]:
    return iter(icalendar.Calendar.from_ical(text).walk("VEVENT"))


def by_uid(text: bytes) -> dict[str, dict[str, Any]]:
    return {each["uid"]: each for each in calendars.seen(text, UNTIL)["entries"]}


def test_both_readers_see_the_same_meeting_at_the_same_instant() -> None:
    text = bytes_of(DUE, MEETING)
    python = {str(each["UID"]): each for each in parsed(text)}[MEETING.uid]
    told = calendars.seen(text, UNTIL)
    node = {each["uid"]: each for each in told["entries"]}[MEETING.uid]
    assert (told["name"], told["method"], told["refresh"]) == ("联席会议 · 市场监管局", "PUBLISH", "PT1H")
    assert python["DTSTART"].dt == MEETING.starts
    assert (node["zone"], node["wall"]) == ("Asia/Shanghai", "2026-03-31T09:30:00")
    assert (node["starts"], node["ends"]) == ("2026-03-31T01:30:00.000Z", "2026-03-31T03:00:00.000Z")
    for name in ("summary", "description", "location"):
        assert str(python[name]) == node[name] == getattr(MEETING, name)
    assert (node["sequence"], node["status"], node["alarms"]) == (2, "CONFIRMED", ["-PT1H"])
    due = {each["uid"]: each for each in told["entries"]}[DUE.uid]
    assert (due["starts"], due["ends"]) == ("2026-04-01", "2026-04-02")


def test_lines_are_folded_at_75_octets_and_never_inside_a_character() -> None:
    text = bytes_of(MEETING, replace(MEETING, uid="mixed", summary="a" + "会" * 200 + "🙂" * 60))
    assert text.endswith(b"END:VCALENDAR\r\n")
    lines = text.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    for line in lines:
        line.decode("utf-8")
        assert b"\n" not in line
    assert text == bytes_of(replace(MEETING, uid="mixed", summary="a" + "会" * 200 + "🙂" * 60), MEETING)


def test_an_update_replaces_and_a_cancellation_cancels() -> None:
    """A client keeps what has the greater SEQUENCE of one UID."""
    first = by_uid(bytes_of(MEETING, DUE))
    moved = replace(
        MEETING, sequence=3, starts=MEETING.starts + timedelta(days=1), ends=MEETING.ends + timedelta(days=1)
    )
    second = by_uid(bytes_of(moved, DUE))
    assert second.keys() == first.keys()
    assert second[MEETING.uid]["sequence"] > first[MEETING.uid]["sequence"]
    assert second[MEETING.uid]["starts"] == "2026-04-01T01:30:00.000Z"
    third = by_uid(bytes_of(replace(moved, sequence=4, cancelled=True), DUE))
    assert (third[MEETING.uid]["status"], third[MEETING.uid]["sequence"]) == ("CANCELLED", 4)
    assert third[MEETING.uid]["alarms"] == []
    assert third[DUE.uid] == first[DUE.uid]


def test_a_recurrence_is_expanded_alike_by_both_and_by_us() -> None:
    text = bytes_of(RECURRING)
    rule = rrulestr(RECURRING.rrule or "", dtstart=RECURRING.starts)
    ours = [each.astimezone(UTC) for each in rule]
    assert len(ours) == 36
    node = by_uid(text)[RECURRING.uid]["found"]
    assert [datetime.fromisoformat(each) for each in node] == ours
    (python,) = parsed(text)
    again = rrulestr(python["RRULE"].to_ical().decode(), dtstart=python["DTSTART"].dt)
    assert [each.astimezone(UTC) for each in again] == ours


def test_shifted_occurrences_are_entries_of_their_own() -> None:
    """No rule can say them: each has its own UID, and stays the same entry when its day is moved."""
    days = [date(2026, 3, 31), date(2026, 6, 30), date(2026, 9, 30)]
    events = [
        replace(
            MEETING,
            uid=f"series.{day}@liangxin",
            starts=datetime.combine(day, datetime.min.time(), SHANGHAI) + timedelta(hours=9),
            ends=datetime.combine(day, datetime.min.time(), SHANGHAI) + timedelta(hours=10),
        )
        for day in days
    ]
    found = by_uid(bytes_of(*events))
    assert [found[event.uid]["found"] for event in events] == [[f"{day}T01:00:00.000Z"] for day in days]


@given(
    text=st.text(st.characters(codec="utf-8"), max_size=120),
    minutes=st.integers(0, 60 * 24 * 365 * 10),
    sequence=st.integers(0, 2**31 - 1),
)
@settings(max_examples=150, deadline=None)
def test_any_text_comes_back_and_breaks_no_line(text: str, minutes: int, sequence: int) -> None:
    starts = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    event = replace(
        MEETING, summary="x" + text, description=text, starts=starts, ends=starts + timedelta(minutes=90),
        sequence=sequence,
    )  # fmt: skip
    out = bytes_of(event)
    (read,) = parsed(out)
    kept = "".join(
        each
        for each in text.replace("\r\n", "\n").replace("\r", "\n")
        if each in "\n\t" or (each >= " " and each != "\x7f")
    )
    assert str(read["SUMMARY"]) == "x" + kept
    assert (read["DTSTART"].dt, read["SEQUENCE"]) == (starts, sequence)
    assert max(map(len, out.split(b"\r\n"))) <= 75


@pytest.mark.parametrize(
    "change",
    [
        {"starts": datetime(2026, 3, 31, 9, 30)},  # noqa: DTZ001  (without a zone, which is refused)
        {"ends": MEETING.starts},
        {"ends": date(2026, 3, 31)},
        {"rrule": "FREQ=SOMETIMES"},
    ],
)
def test_what_cannot_stand_in_a_calendar_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises((ValueError, TypeError)):
        bytes_of(replace(MEETING, **change))
