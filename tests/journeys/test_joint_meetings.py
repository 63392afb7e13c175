"""Who does what around a joint meeting, over HTTP alone: each his own part and nobody else's, until he leaves.

Nobody reaches into the database: departments join, are granted their part, answer, report and are dismissed.
"""

from datetime import datetime
from typing import Any

import httpx
import icalendar

from tests.conftest import Api, Hands
from tests.journeys.test_leave_no_blank import did, listed, made
from tests.kit import meetings, schedules
from tests.kit.departments import joined
from tests.kit.identity import Machine, administrators, entered, granted, signed_in
from tests.kit.party import errors, findings, tag

AGENDA = "/v1/agenda-items"
MARKET, UNION, TAX = "某区市场监管局", "某区总工会", "某区税务局"
KINDS = {MARKET: "market_regulator", UNION: "union", TAX: "tax"}
FEED = "/v1/calendar-feeds"


async def a_member(api: Api, department: dict[str, Any]) -> Machine:
    """A department's own access, under the role that a member department has."""
    system, security = await administrators(api)
    machine = await entered(system, department["name"])
    await granted(security, machine.id, "department_member", subjects=[department["id"]])
    return machine


async def of_series(clerk: httpx.AsyncClient, series: dict[str, Any], day: str) -> dict[str, Any]:
    """The meeting that a series has on a day."""
    return await made(clerk, "/v1/joint-meetings", {"schedule_id": series["id"], "occurrence_on": day})


async def called(
    clerk: httpx.AsyncClient, member: httpx.AsyncClient, meeting: dict[str, Any], own: str
) -> dict[str, Any]:
    """A member proposes a topic, which is put on the agenda; all are invited, and the member answers."""
    topic = {"kind": "study", "title": "骑手党建工作", "department_id": own}
    proposed = await made(member, f"/v1/joint-meetings/{meeting['id']}/agenda-items", topic)
    await did(clerk, f"{AGENDA}/{proposed['id']}/accept", proposed, {})
    assert [row["kind"] for row in await due(member)] == ["meeting_topics", "meeting"]
    meeting = await meetings.invited(clerk, (await clerk.get(f"/v1/joint-meetings/{meeting['id']}")).json())
    invitations = await listed(member, "/v1/meeting-invitations", meeting_id=meeting["id"])
    assert len(invitations) == len(KINDS), "the meeting is all departments'"
    (mine,) = [row for row in invitations if row["department_id"] == own]
    (other, *_) = [row for row in invitations if row["department_id"] != own]
    assert mine["id"] in [row["id"] for row in await due(member)]
    foreign = await member.post(
        f"/v1/meeting-invitations/{other['id']}/answer", json={"answer": "absent"}, headers=tag(other)
    )
    assert foreign.status_code == 403, "nobody answers for another"
    await did(member, f"/v1/meeting-invitations/{mine['id']}/answer", mine, {"answer": "attending"})
    assert mine["id"] not in [row["id"] for row in await due(member)]
    return meeting


async def due(client: httpx.AsyncClient, until: str = "2026-12-31", **asked: str) -> list[dict[str, Any]]:
    return await listed(client, "/v1/reminders", until=until, **asked)


async def decided(clerk: httpx.AsyncClient, meeting: dict[str, Any], what: str, whose: str, day: str) -> dict[str, Any]:
    """One decided item, which has a department and a day."""
    body = {"what": what, "department_id": whose, "due_on": day}
    return await made(clerk, f"/v1/joint-meetings/{meeting['id']}/decisions", body)


async def minuted(clerk: httpx.AsyncClient, head: httpx.AsyncClient, meeting: dict[str, Any]) -> dict[str, Any]:
    """Written by one, approved by another: then nothing of it changes any more."""
    where = f"/v1/joint-meetings/{meeting['id']}/minutes"
    draft = await made(clerk, where, {"paragraphs": [{"heading": "一、议定事项", "text": "会议研究了骑手党建工作。"}]})
    own = await clerk.post(f"{where}/approve", headers=tag(draft))
    assert (own.status_code, findings(own)) == (409, {"minutes_own": "hard"})
    approved = await head.post(f"{where}/approve", headers=tag(draft))
    assert approved.status_code == 200, approved.text
    found: dict[str, Any] = approved.json()
    late = {"what": "再加一项", "department_id": found["decisions"][0]["department_id"], "due_on": "2026-12-31"}
    refused = await clerk.post(f"/v1/joint-meetings/{meeting['id']}/decisions", json=late)
    assert errors(refused) == [("", "meeting_minuted")]
    return found


async def subscribed(clerk: httpx.AsyncClient, department: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """A department's liaison, and the calendar made for him."""
    body = {"department_id": department, "name": "某联络员", "post": "科长", "valid_from": "2026-01-01", "main": True}
    liaison = await made(clerk, "/v1/department-liaisons", body)
    feed = await made(clerk, FEED, {"kind": "joint_meetings", "subject_id": liaison["id"], "name": "办公室"})
    return liaison, feed


async def days(api: Api, feed: dict[str, Any]) -> list[str]:
    """The days on which a calendar program shows a meeting."""
    answer = await (await api.anonymous()).get(feed["url"])
    assert answer.status_code == 200, answer.text
    entries: list[Any] = icalendar.Calendar.from_ical(answer.content).walk("VEVENT")
    return sorted(str(each["DTSTART"].dt.date()) for each in entries)


async def test_each_does_its_own_part_and_who_leaves_sees_nothing(api: Api, clock: Hands) -> None:
    """From the invitation to the next meeting's agenda, under the role of a member department."""
    clerk, head = await api.client("person:clerk"), await api.client("person:head")
    committee = await meetings.committee(clerk)
    house = {name: await joined(clerk, committee, name=name, kind=kind) for name, kind in KINDS.items()}
    key = {name: str(row["id"]) for name, row in house.items()}
    machine = await a_member(api, house[MARKET])
    member = await signed_in(api, machine)
    liaison, feed = await subscribed(clerk, key[UNION])
    series = await schedules.laid(clerk, committee)
    assert await days(api, feed) == ["2026-03-10", "2026-06-09", "2026-09-08", "2026-12-08"]

    first = await called(clerk, member, await of_series(clerk, series, "2026-03-10"), key[MARKET])
    assert len(await days(api, feed)) == 4, "the meeting is the series' own, and no second one"
    clock.now = datetime.fromisoformat("2026-03-10T09:00:00Z")
    first = await meetings.held(clerk, first, [key[MARKET], key[UNION]])
    roll = await decided(clerk, first, "建立骑手党员台账", key[MARKET], "2026-04-30")
    visit = await decided(clerk, first, "走访平台企业", key[UNION], "2026-05-15")
    sent = await decided(clerk, first, "推送新设企业名单", key[MARKET], "2026-05-31")
    nobody = await clerk.post(
        f"/v1/joint-meetings/{first['id']}/decisions", json={"what": "某事", "due_on": "2026-05-31"}
    )
    assert errors(nobody) == [("/department_id", "decision_without_department")]
    minutes = await minuted(clerk, head, first)
    assert [each["what"] for each in minutes["decisions"]] == [roll["what"], visit["what"], sent["what"]]

    await what_becomes_of_it(api, clerk, machine, (roll, visit, sent), clock)
    following = await of_series(clerk, series, "2026-06-09")
    opened = await listed(clerk, AGENDA, meeting_id=following["id"])
    assert [(row["kind"], row["title"]) for row in opened] == [
        ("carried_over", visit["what"]),
        ("carried_over", sent["what"]),
    ], "what is not done stands at the head, the earliest first, and nobody put it there"
    (figures,) = [
        row
        for row in await listed(clerk, "/v1/department-figures", committee_id=committee)
        if row["department_id"] == key[MARKET]
    ]
    assert (figures["action_items_due"], figures["action_items_done_percent"], figures["attendance_percent"]) == (
        1, 100, 100,
    )  # fmt: skip
    await who_leaves_sees_nothing(api, clerk, house[MARKET], machine, liaison, feed, clock)


async def what_becomes_of_it(
    api: Api, clerk: httpx.AsyncClient, machine: Machine, taken: tuple[dict[str, Any], ...], clock: Hands
) -> None:
    """One item is accepted; one lies until it is overdue; one is sent back and carried over."""
    items, (roll, visit, sent) = "/v1/action-items", taken
    clock.now = datetime.fromisoformat("2026-04-20T02:00:00Z")
    member = await signed_in(api, machine)
    done = await did(member, f"{items}/{roll['id']}/report", roll, {"text": "台账已建立，涉及骑手十二人"})
    themselves = await member.post(f"{items}/{roll['id']}/accept", json={}, headers=tag(done))
    assert themselves.status_code == 403, "nobody accepts what he did himself"
    assert (await did(clerk, f"{items}/{roll['id']}/accept", done, {}))["state"] == "accepted"
    foreign = await member.post(f"{items}/{visit['id']}/report", json={"text": "已走访"}, headers=tag(visit))
    assert foreign.status_code == 403, "another department's"
    told = await did(member, f"{items}/{sent['id']}/report", sent, {"text": "已推送"})
    back = await did(clerk, f"{items}/{sent['id']}/send-back", told, {"reason": "缺少四月名单"})
    later = {"reason": "四月数据五月下旬才有", "due_on": "2026-07-31"}
    assert (await did(clerk, f"{items}/{sent['id']}/carry-over", back, later))["due_on"] == "2026-07-31"
    clock.now = datetime.fromisoformat("2026-06-01T02:00:00Z")
    member = await signed_in(api, machine)
    assert [row["id"] for row in await listed(clerk, items, overdue="true")] == [visit["id"]]
    own = await due(member, kind="action_item")
    assert [(row["id"], row["overdue"]) for row in own] == [(sent["id"], False)], "its own alone"
    assert [(row["id"], row["overdue"]) for row in await due(clerk, kind="action_item")] == [
        (visit["id"], True),
        (sent["id"], False),
    ]
    kinds = [each["kind"] for each in (await listed(member, f"{items}/{sent['id']}/entries"))]
    assert kinds == ["decide", "report", "send_back", "carry_over"]


async def who_leaves_sees_nothing(
    api: Api,
    clerk: httpx.AsyncClient,
    department: dict[str, Any],
    machine: Machine,
    liaison: dict[str, Any],
    feed: dict[str, Any],
    clock: Hands,
) -> None:
    """A dismissed liaison's calendar ends; a department that has left sees no meeting any more."""
    assert "2026-06-09" in await days(api, feed)
    today = {"valid_to": "2026-06-01", "reason": "调离"}
    await did(clerk, f"/v1/department-liaisons/{liaison['id']}/end", liaison, today)
    ended = await (await api.anonymous()).get(feed["url"])
    assert (ended.status_code, ended.json()["code"]) == (403, "feed_ended")
    member = await signed_in(api, machine)
    assert await listed(member, "/v1/joint-meetings") != []
    await did(clerk, f"/v1/departments/{department['id']}/end", department, today | {"reason": "机构改革"})
    clock.forward(seconds=5)
    member = await signed_in(api, machine)
    assert await listed(member, "/v1/joint-meetings") == await listed(member, "/v1/action-items") == []
    assert await due(member) == []
