"""What a department's calendar has of its committee's meetings: one entry for a time all along, off when it is off."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest

from app.core.acts import Acts, Scope
from app.services.calendars.ics import Event
from app.services.joint_meetings.feed.service import events
from tests.conftest import START, Hands, actor
from tests.kit import meetings
from tests.kit.party import tag
from tests.kit.schedules import laid

WHERE = "/v1/joint-meeting-schedules"
Told = dict[str, Any]


class Desk:
    """A department's liaison, and his calendar."""

    def __init__(self, acts: Acts, committee: str, department: str, liaison: str) -> None:
        self.acts, self.committee, self.department, self.liaison = acts, committee, department, liaison

    async def entries(self) -> Mapping[str, Event]:
        """What stands in it now, by what a client knows it by; a name may stand there once."""
        own = Scope(subjects=frozenset({UUID(self.committee), UUID(self.department)}))
        async with self.acts.open(actor("liaison", "department_member", own)) as act:
            found = await events(act, UUID(self.liaison))
        assert len({each.uid for each in found}) == len(found)
        return {each.uid: each for each in found}

    async def changed(self, before: Mapping[str, Event]) -> Mapping[str, Event]:
        """What a client must see: each is later stamped, with a greater number, and nothing is gone."""
        now = await self.entries()
        assert now.keys() >= before.keys()
        for uid, was in before.items():
            seen = now[uid]
            told = (was.starts, was.ends, was.summary, was.location, was.cancelled)
            if (seen.starts, seen.ends, seen.summary, seen.location, seen.cancelled) != told:
                assert seen.sequence > was.sequence, uid
                assert seen.stamped_at > was.stamped_at, uid
            assert seen.sequence >= was.sequence, uid
        return now


@pytest.fixture
async def desk(client: httpx.AsyncClient, acts: Acts, direct: "asyncpg.Connection[Any]") -> Desk:
    """A county's committee with two departments; the liaison of the first."""
    committee = await meetings.committee(client)
    department = await meetings.department(direct, committee, "某区总工会", "union")
    await meetings.department(direct, committee, "某区税务局", "tax")
    liaison = await direct.fetchval(
        "INSERT INTO department_liaisons (version, department_id, name, post, main, valid_from, created_at,"
        " recorded_at) VALUES (1, $1, '某人', '科长', true, '2025-01-01', $2, $2) RETURNING id",
        UUID(department),
        START,
    )
    return Desk(acts, committee, department, str(liaison))


def named(row: Told, day: str) -> str:
    """What a client knows a time of a series by."""
    return f"{row['id']}.{day}@liangxin"


def shanghai(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00")


async def test_a_time_is_one_entry_all_along(client: httpx.AsyncClient, desk: Desk, clock: Hands) -> None:
    row = await laid(client, desk.committee, rrule="FREQ=MONTHLY;BYMONTHDAY=4;COUNT=6", first_on="2026-03-04")
    first = await desk.entries()
    april = named(row, "2026-04-04")
    assert set(first) == {named(row, f"2026-{month:02d}-04") for month in range(3, 9)}
    assert (first[april].starts, first[april].ends) == (shanghai("2026-04-07T14:30"), shanghai("2026-04-07T16:00"))
    assert (first[april].summary, first[april].location) == ("季度研究会议", "三楼会议室")
    assert "2026-03-31" in str(first[april].description)
    assert first == await desk.entries()  # the same bytes as long as nothing changes

    clock.forward(minutes=1)
    path = f"{WHERE}/{row['id']}"
    moved = await client.post(
        f"{path}/exceptions",
        json={"on_day": "2026-04-04", "kind": "moved", "moved_to": "2026-04-09", "reason": "冲突"},
        headers=tag(row),
    )
    second = await desk.changed(first)
    assert second[april].starts == shanghai("2026-04-09T14:30")

    clock.forward(minutes=1)
    planned = await client.post("/v1/joint-meetings", json={"schedule_id": row["id"], "occurrence_on": "2026-04-04"})
    meeting = planned.json()
    third = await desk.changed(second)
    clock.forward(minutes=1)
    change = {"starts_at": "2026-04-10T09:00:00+08:00", "place": "二楼"}
    later = await client.patch(f"/v1/joint-meetings/{meeting['id']}", json=change, headers=tag(meeting))
    assert later.status_code == 200, later.text
    fourth = await desk.changed(third)
    assert (fourth[april].starts, fourth[april].location) == (shanghai("2026-04-10T09:00"), "二楼")
    clock.forward(minutes=1)
    off = await client.post(
        f"/v1/joint-meetings/{meeting['id']}/cancel", json={"reason": "停开"}, headers=tag(later.json())
    )
    assert off.status_code == 200, off.text
    fifth = await desk.changed(fourth)
    assert (fifth[april].cancelled, fifth[april].starts) == (True, shanghai("2026-04-10T09:00"))
    clock.forward(minutes=1)
    again = await client.post("/v1/joint-meetings", json={"schedule_id": row["id"], "occurrence_on": "2026-04-04"})
    assert again.status_code == 201, again.text
    sixth = await desk.changed(fifth)
    assert (sixth[april].cancelled, sixth[april].starts) == (False, shanghai("2026-04-09T14:30"))

    clock.forward(minutes=1)
    fewer = await client.patch(path, json={"rrule": "FREQ=MONTHLY;BYMONTHDAY=4;COUNT=3"}, headers=tag(moved.json()))
    assert fewer.status_code == 200, fewer.text
    seventh = await desk.changed(sixth)
    assert [each.cancelled for _, each in sorted(seventh.items())] == [False, False, False, True, True, True]
    clock.forward(minutes=1)
    await client.post(f"{path}/end", json={"ended_on": "2026-05-01", "reason": "停止"}, headers=tag(fewer.json()))
    eighth = await desk.changed(seventh)
    assert [each.cancelled for _, each in sorted(eighth.items())] == [False, False, True, True, True, True]


async def test_a_loaded_holiday_moves_an_entry(client: httpx.AsyncClient, desk: Desk, clock: Hands) -> None:
    row = await laid(client, desk.committee, rrule="FREQ=MONTHLY;BYMONTHDAY=4;COUNT=3", first_on="2030-04-04")
    before = await desk.entries()
    assert "暂定" in str(before[named(row, "2030-04-04")].description)
    clock.forward(minutes=1)
    day = {"day": "2030-04-04", "working": False, "name": "清明节"}
    loaded = await client.post(
        "/v1/working-days", json={"source": "国办发明电〔2029〕1号", "days": [day], "known_years": [2030]}
    )
    assert loaded.status_code in (200, 201), loaded.text
    after = await desk.changed(before)
    assert after[named(row, "2030-04-04")].starts == shanghai("2030-04-05T14:30")


async def test_what_a_department_is_not_called_to_is_off(client: httpx.AsyncClient, desk: Desk, clock: Hands) -> None:
    told = await meetings.planned(client, desk.committee)
    uid = f"{told['id']}@liangxin"
    before = await desk.entries()
    assert (set(before), before[uid].cancelled) == ({uid}, False)
    clock.forward(minutes=1)
    others = (await client.get("/v1/departments", params={"committee_id": desk.committee})).json()["items"]
    only = [each["id"] for each in others if each["id"] != desk.department]
    where = f"/v1/joint-meetings/{told['id']}/invite"
    called = await client.post(where, json={"department_ids": only}, headers=tag(told))
    assert called.status_code == 200, called.text
    after = await desk.changed(before)
    assert after[uid].cancelled
    clock.forward(minutes=1)
    now = (await client.get(f"/v1/joint-meetings/{told['id']}")).json()
    too = await client.post(where, json={"department_ids": [desk.department]}, headers=tag(now))
    assert too.status_code == 200, too.text
    assert not (await desk.changed(after))[uid].cancelled


async def test_what_is_long_over_and_other_committees_are_left_out(
    client: httpx.AsyncClient, desk: Desk, direct: "asyncpg.Connection[Any]", clock: Hands
) -> None:
    row = await laid(client, desk.committee, first_on="2025-06-01", rrule="FREQ=MONTHLY;BYDAY=2TU;COUNT=12")
    await laid(client, await meetings.committee(client, "033001008000000", "330108000000"))
    days = {
        each.starts.date() if isinstance(each.starts, datetime) else each.starts
        for each in (await desk.entries()).values()
    }
    assert (min(days), max(days)) == (date(2025, 12, 9), date(2026, 5, 12))
    assert row["last_on"] == "2026-05-12"
    await direct.execute(
        "UPDATE department_liaisons SET valid_to = '2026-03-02', end_reason = '调离', version = 2, recorded_at = now()"
    )
    assert await desk.entries() == {}
