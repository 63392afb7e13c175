"""A committee's year over HTTP: meetings, supervision, a notice, a programme; and at each point all know what is due.

Nobody reaches into the database: departments join, send somebody who signs in, and answer for themselves.
"""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import icalendar
import pytest

from app.core.clock import day_of
from app.core.config import Settings
from tests.conftest import Api, Hands
from tests.journeys.test_leave_no_blank import COUNTY, STREET, did, listed, made, pushed
from tests.kit import meetings, programmes, schedules
from tests.kit.databases import Clones
from tests.kit.departments import joined
from tests.kit.identity import Machine, administrators, entered, granted, signed_in
from tests.kit.party import errors, findings, tag

XIHU = ((330106000000, 330107000000),)
KINDS = {"market": "market_regulator", "union": "union", "tax": "tax"}
WORDS = {"paragraphs": [{"heading": "一、议定事项", "text": "会议研究了骑手党建工作。"}]}
Due = list[tuple[str, str, bool]]


@pytest.fixture
def settings(server: Clones, database_name: str, tmp_path: Path) -> Settings:
    """The worker inside, as `liangxin serve` has it."""
    return Settings.load(
        database_url=server.url(database_name), state=tmp_path / "state", pool_size=5, inline_worker=True
    )


@dataclass
class Table:
    """A county's joint meeting: the office, who approves, and somebody of each department."""

    api: Api
    clock: Hands
    officer: httpx.AsyncClient
    superior: httpx.AsyncClient
    committee: str
    departments: dict[str, dict[str, Any]] = field(default_factory=dict)
    machines: dict[str, Machine] = field(default_factory=dict)

    def of(self, name: str) -> str:
        """A department's key."""
        return str(self.departments[name]["id"])

    async def at(self, name: str) -> httpx.AsyncClient:
        """Somebody of a department, signed in today: no token lasts from one meeting to the next."""
        return await signed_in(self.api, self.machines[name])

    def until(self, day: str, hours: int = 0) -> None:
        """Time passes: to a day, at the same hour or so many later."""
        self.clock.forward(days=(date.fromisoformat(day) - day_of(self.clock())).days, hours=hours)


@pytest.fixture
async def table(api: Api, clock: Hands) -> Table:
    """A committee with three departments, each with somebody who acts for it."""
    officer = await api.client("officer", "work_committee_officer")
    superior = await api.client("superior", "region_officer", XIHU)
    found = Table(api, clock, officer, superior, await meetings.committee(officer))
    system, security = await administrators(api)
    for name, kind in KINDS.items():
        row = await joined(officer, found.committee, kind=kind, name=f"某区{name}")
        machine = await entered(system, f"某区{name}办公系统")
        await granted(security, machine.id, "department_member", subjects=[row["id"]])
        found.departments[name], found.machines[name] = row, machine
    return found


async def due(client: httpx.AsyncClient, **asked: str) -> Due:
    """What waits for somebody up to the end of the year; each may be read where it is said to be."""
    rows = await listed(client, "/v1/reminders", **({"until": "2026-12-31"} | asked))
    for row in rows:
        assert (await client.get(row["path"])).status_code == 200, row
    return [(row["kind"], row["due_on"], row["overdue"]) for row in rows]


async def read(client: httpx.AsyncClient, path: str) -> dict[str, Any]:
    """Something as it is now."""
    answer = await client.get(path)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def called(table: Table, series: dict[str, Any], day: str) -> dict[str, Any]:
    """A time of the series is planned and its departments are called."""
    wish = {"schedule_id": series["id"], "occurrence_on": day}
    meeting = await made(table.officer, "/v1/joint-meetings", wish)
    return await did(table.officer, f"/v1/joint-meetings/{meeting['id']}/invite", meeting, {})


async def answered(table: Table, meeting: dict[str, Any], name: str, told: dict[str, Any]) -> None:
    """A department says whether it comes, and then has nothing to answer any more."""
    client = await table.at(name)
    (waits,) = await listed(client, "/v1/reminders", kind="meeting_answer", until="2026-12-31")
    invitation = await read(client, waits["path"])
    assert (invitation["meeting_id"], invitation["department_id"]) == (meeting["id"], table.of(name))
    await did(client, f"{waits['path']}/answer", invitation, told)
    assert await due(client, kind="meeting_answer") == []


async def topics(table: Table, meeting: dict[str, Any]) -> None:
    """One in time, which the committee takes; one late, which no reason of the department's helps."""
    where = f"/v1/joint-meetings/{meeting['id']}/agenda-items"
    topic = {"kind": "study", "title": "骑手党员流动管理"}
    item = await made(await table.at("market"), where, topic | {"department_id": table.of("market")})
    assert (await did(table.officer, f"/v1/agenda-items/{item['id']}/accept", item, {}))["state"] == "accepted"
    table.until("2026-04-08")
    late = topic | {"department_id": table.of("union"), "departure_reason": "刚接到通知"}
    refused = await (await table.at("union")).post(where, json=late)
    assert (refused.status_code, findings(refused)) == (409, {"topic_late": "hard"}), refused.text


async def liaisons_meet(table: Table, meeting: dict[str, Any]) -> None:
    """Days before, the liaisons go through it among themselves."""
    before = {
        "parent_id": meeting["id"], "title": "联络员会议", "starts_at": "2026-04-09T09:00:00+08:00", "minutes": 60,
        "place": "二楼", "departure_reason": "会前沟通",
    }  # fmt: skip
    pre = await made(table.officer, "/v1/joint-meetings", before)
    pre = await did(table.officer, f"/v1/joint-meetings/{pre['id']}/invite", pre, {})
    table.until("2026-04-09", hours=2)
    await held(table, pre, {"market": "own", "union": "own", "tax": "own"})


async def held(table: Table, meeting: dict[str, Any], present: dict[str, str]) -> dict[str, Any]:
    """The meeting was held today; so the departments were there."""
    where = f"/v1/joint-meetings/{meeting['id']}"
    attendance = [{"department_id": table.of(name), "present": how} for name, how in present.items()]
    told = await did(table.officer, f"{where}/hold", await read(table.officer, where), {"attendance": attendance})
    assert told["refused"] == 0, told
    return await read(table.officer, where)


async def decided(table: Table, meeting: dict[str, Any], **days: str) -> dict[str, str]:
    """Each department has something to do by its own day; the keys by department."""
    where = f"/v1/joint-meetings/{meeting['id']}/decisions"
    kept: dict[str, str] = {}
    for name, day in days.items():
        body = {"what": f"事项{name}", "department_id": table.of(name), "due_on": day}
        kept[name] = (await made(table.officer, where, body))["id"]
    return kept


async def minuted(table: Table, meeting: dict[str, Any]) -> None:
    """Written by one, approved by another, read by all."""
    where = f"/v1/joint-meetings/{meeting['id']}/minutes"
    draft = await made(table.officer, where, WORDS)
    own = await table.officer.post(f"{where}/approve", headers=tag(draft))
    assert (own.status_code, findings(own)) == (409, {"minutes_own": "hard"})
    assert (await did(table.superior, f"{where}/approve", draft, {}))["state"] == "approved"
    assert len((await read(await table.at("tax"), f"{where}/editions/1"))["decisions"]) == len(KINDS)


async def stepped(client: httpx.AsyncClient, item: str, verb: str, **told: str) -> dict[str, Any]:
    """What was decided goes a step on."""
    where = f"/v1/action-items/{item}"
    return await did(client, f"{where}/{verb}", await read(client, where), told)


async def agenda(table: Table, meeting: dict[str, Any]) -> list[tuple[str, str]]:
    """What a meeting deals with, in its order."""
    rows = await listed(table.officer, "/v1/agenda-items", meeting_id=meeting["id"])
    return [(row["kind"], row["title"]) for row in sorted(rows, key=lambda row: row["position"])]


async def figures(table: Table) -> dict[str, list[int | None]]:
    """Of each department: attendance; what was due, done, done in time, and is owed."""
    asked = {"committee_id": table.committee, "since": "2026-01-01", "until": "2027-01-01"}
    rows = {row["department_id"]: row for row in await listed(table.officer, "/v1/department-figures", **asked)}
    shown = (
        "attendance_percent", "action_items_due", "action_items_done_percent", "action_items_on_time_percent",
        "items_overdue",
    )  # fmt: skip
    return {name: [rows[table.of(name)][code] for code in shown] for name in KINDS}


async def a_meeting_is_prepared(table: Table, meeting: dict[str, Any]) -> None:
    """All are told what is due, answer each in its way, and propose."""
    ahead = [("meeting_topics", "2026-04-07", False), ("meeting", "2026-04-14", False)]
    asked = ("meeting_answer", "2026-04-10", False)
    assert await due(table.officer) == [ahead[0], *[asked] * len(KINDS), ahead[1]]
    assert await due(await table.at("tax")) == [ahead[0], asked, ahead[1]]
    await answered(table, meeting, "market", {"answer": "attending"})
    substitute = {"answer": "substitute", "delegate_name": "某代表", "delegate_post": "科长"}
    await answered(table, meeting, "union", substitute)
    await answered(table, meeting, "tax", {"answer": "absent", "absence_reason": "参加上级会议"})
    assert await due(table.officer) == ahead
    await topics(table, meeting)
    await liaisons_meet(table, meeting)


async def departments_report(table: Table, items: dict[str, str]) -> None:
    """One is accepted, one sent back and late, one given a later day."""
    table.until("2026-05-20")
    await stepped(await table.at("market"), items["market"], "report", text="已建立台账")
    await stepped(await table.at("union"), items["union"], "report", text="已走访十二家")
    table.until("2026-05-21")
    assert (await stepped(table.officer, items["market"], "accept"))["state"] == "accepted"
    assert (await stepped(table.officer, items["union"], "send-back", reason="缺少明细"))["state"] == "sent_back"
    table.until("2026-06-24")
    later = await stepped(table.officer, items["tax"], "carry-over", reason="数据尚未移交", due_on="2026-09-30")
    assert (later["state"], later["due_on"]) == ("carried_over", "2026-09-30")
    (late,) = await listed(table.officer, "/v1/action-items", overdue="true")
    assert (late["id"], late["days_overdue"]) == (items["union"], 9)
    assert await due(await table.at("union"), overdue="true") == [("action_item", "2026-06-15", True)]


async def test_from_a_series_to_the_next_meetings_first_items(table: Table) -> None:
    officer = table.officer
    series = await schedules.laid(officer, table.committee, first_on="2026-04-01")
    assert await due(officer) == []
    first = await called(table, series, "2026-04-14")
    await a_meeting_is_prepared(table, first)
    table.until("2026-04-14")
    first = await held(table, first, {"market": "own", "union": "substitute", "tax": "none"})
    assert first["present"] == 2
    days = {"market": "2026-05-29", "union": "2026-06-15", "tax": "2026-06-30"}
    items = await decided(table, first, **days)
    await minuted(table, first)
    assert await due(officer) == [("action_item", day, False) for day in days.values()]
    await departments_report(table, items)

    # The next meeting starts with what is open, by itself; and with what is open still on its day.
    second = await called(table, series, "2026-07-14")
    await made(officer, f"/v1/joint-meetings/{second['id']}/agenda-items", {"kind": "study", "title": "下半年安排"})
    opened, own = [("carried_over", "事项union"), ("carried_over", "事项tax")], ("study", "下半年安排")
    assert await agenda(table, second) == [*opened, own]
    assert await figures(table) == {  # the tax office came to the liaisons' meeting, and not to the other
        "market": [100, 1, 100, 100, 0], "union": [100, 1, 0, 0, 1], "tax": [50, 1, 0, 0, 0],
    }  # fmt: skip
    await stepped(await table.at("union"), items["union"], "report", text="已补充明细")
    await stepped(officer, items["union"], "accept")
    table.until("2026-07-14")
    await held(table, second, {"market": "own", "union": "own", "tax": "own"})
    assert await agenda(table, second) == [opened[1], own]
    assert (await figures(table))["union"] == [100, 1, 100, 0, 0], "done, and late"
    assert await due(officer) == await due(await table.at("tax")) == [("action_item", "2026-09-30", False)]


def entries(answer: httpx.Response) -> dict[str, Any]:
    """What a calendar program finds, by its key."""
    assert answer.status_code == 200, answer.text
    return {str(each["UID"]): each for each in icalendar.Calendar.from_ical(answer.content).walk("VEVENT")}


async def test_the_calendar_of_a_liaison(api: Api, table: Table) -> None:
    """A meeting moves, falls out, and is nothing to him any more once somebody else is the liaison."""
    officer = table.officer
    series = await schedules.laid(officer, table.committee, first_on="2026-04-01")
    draft = {"name": "某联络员", "post": "科长", "main": True, "valid_from": "2026-01-01"}
    liaison = await made(officer, "/v1/department-liaisons", draft | {"department_id": table.of("union")})
    wish = {"kind": "joint_meetings", "subject_id": liaison["id"], "name": "办公室"}
    feed = await made(await table.at("union"), "/v1/calendar-feeds", wish)
    program = await api.anonymous()
    before = await program.get(feed["url"])
    starts = {uid: entry["DTSTART"].dt.isoformat() for uid, entry in entries(before).items()}
    assert [day[:16] for day in sorted(starts.values())] == [
        "2026-04-14T14:30", "2026-07-14T14:30", "2026-10-13T14:30", "2027-01-12T14:30",
    ]  # fmt: skip
    uid = min(starts, key=starts.__getitem__)

    first = await called(table, series, "2026-04-14")
    named = {"if-none-match": before.headers["etag"]}
    same = entries(await program.get(feed["url"]))
    assert (same.keys(), same[uid]["DTSTART"].dt.isoformat()) == (starts.keys(), starts[uid]), "planned is no other"
    table.until("2026-03-03")
    where = f"/v1/joint-meetings/{first['id']}"
    moved = await officer.patch(where, json={"starts_at": "2026-04-15T09:00:00+08:00"}, headers=tag(first))
    assert moved.status_code == 200, moved.text
    changed = await program.get(feed["url"], headers=named)
    entry = entries(changed)[uid]
    assert entry["DTSTART"].dt.isoformat() == "2026-04-15T09:00:00+08:00"
    assert entry["SEQUENCE"] > same[uid]["SEQUENCE"]
    assert len(entries(changed)) == len(starts), "it replaces, and does not stand beside"
    told = await program.get(feed["url"], headers={"if-none-match": changed.headers["etag"]})
    assert told.status_code == 304
    table.until("2026-03-04")
    await did(officer, f"{where}/cancel", moved.json(), {"reason": "与大会冲突"})
    gone = entries(await program.get(feed["url"]))[uid]
    assert gone["STATUS"] == "CANCELLED"
    assert gone["SEQUENCE"] > entry["SEQUENCE"]
    assert await due(await table.at("union"), kind="meeting") == []

    table.until("2026-03-05")
    end = {"valid_to": "2026-03-05", "reason": "岗位调整"}
    await did(officer, f"/v1/department-liaisons/{liaison['id']}/end", liaison, end)
    ended = await program.get(feed["url"], headers={"if-none-match": changed.headers["etag"]})
    assert (ended.status_code, ended.json()["code"]) == (403, "feed_ended")
    assert (await program.get("/v1/joint-meetings", headers={"authorization": "Bearer lxc_x"})).status_code == 401


async def street_of(table: Table) -> tuple[str, httpx.AsyncClient]:
    """A street's committee, and somebody who acts for it."""
    body = {"code": "033001006010000", "kind": "township", "name": "某街道党工委", "region_code": STREET}
    authority = (await made(table.officer, "/v1/authorities", body))["id"]
    system, security = await administrators(table.api)
    table.machines["street"] = await entered(system, "某街道办公系统")
    await granted(security, table.machines["street"].id, "line_officer", lines=["033001006010000"])
    return str(authority), await table.at("street")


async def test_a_supervision_from_the_plan_to_the_re_check(table: Table) -> None:
    officer = table.officer
    street, _ = await street_of(table)
    other = {"code": "033001006011000", "kind": "township", "name": "另一街道党工委", "region_code": "330106011000"}
    other_street = (await made(officer, "/v1/authorities", other))["id"]
    plan = {
        "committee_id": table.committee, "title": "第一季度督查", "starts_on": "2026-03-02", "ends_on": "2026-03-31",
        "template": "two_new", "checks": ["rhythm", "team"], "lead_department_id": table.of("market"),
        "subjects": {"authority_ids": [street], "department_ids": [table.of("tax")]},
    }  # fmt: skip
    tour = await made(officer, "/v1/supervisions", plan)
    where = f"/v1/supervisions/{tour['id']}"
    await did(officer, f"{where}/start", tour, {})
    subjects = {row["kind"]: row for row in await listed(officer, f"{where}/subjects")}
    found = {"check_code": "rhythm", "found_on": "2026-03-02"}
    fine = found | {"subject_id": subjects["department"]["id"], "severity": "ok", "what": "按期召开"}
    await made(officer, f"{where}/findings", fine)
    demand = {"severity": "rectify", "what": "缺少两次记录", "demand": "补齐记录", "due_on": "2026-03-20"}
    bad = await made(officer, f"{where}/findings", found | demand | {"subject_id": subjects["authority"]["id"]})
    path = f"/v1/rectifications/{bad['rectification_id']}"
    assert await due(officer) == await due(await table.at("street")) == [("rectification", "2026-03-20", False)]
    assert await due(await table.at("tax")) == []

    table.until("2026-03-06")
    at_street = await table.at("street")
    row = await did(at_street, f"{path}/answer", await read(at_street, path), {"text": "已补一次"})
    assert await due(at_street) == []
    table.until("2026-03-09")
    back = {"result": "仍缺一次", "due_on": "2026-03-27"}
    assert (await did(officer, f"{path}/send-back", row, back))["sent_back"] == 1
    table.until("2026-03-28")
    at_street = await table.at("street")
    assert await due(at_street) == [("rectification", "2026-03-27", True)]
    row = await did(at_street, f"{path}/answer", await read(at_street, path), {"text": "全部补齐"})
    early = await officer.post(f"{where}/close", json={"reason": "结束"}, headers=tag(await read(officer, where)))
    assert (early.status_code, findings(early)) == (409, {"rectifications_open": "departure"})
    table.until("2026-03-30")
    assert (await did(officer, f"{path}/accept", row, {"result": "属实"}))["state"] == "accepted"
    closed = await did(officer, f"{where}/close", await read(officer, where), {"reason": "全部整改到位"})
    assert (closed["state"], closed["departures"]) == ("closed", [])
    assert await due(officer) == []
    rows = await listed(officer, "/v1/supervisions/subjects", region=COUNTY, kind="township")
    told = {each["authority_id"]: (each["times"], each["open_rectifications"], each["never"]) for each in rows}
    assert told == {street: (1, 0, False), other_street: (0, 0, True)}


async def test_a_notice_downward_is_received_chased_answered_and_closed(table: Table) -> None:
    officer = table.officer
    street, _ = await street_of(table)
    draft = {
        "committee_id": table.committee, "title": "关于开展自查的通知", "number_text": "西两新〔2026〕3号",
        "text": "请各单位开展自查。", "needs": "report", "due_on": "2026-03-13",
        "recipients": {"authority_ids": [street], "department_ids": [table.of("tax"), table.of("union")]},
    }  # fmt: skip
    notice = await made(officer, "/v1/notices", draft)
    assert await due(officer) == await due(await table.at("street")) == []
    where = f"/v1/notices/{notice['id']}"
    assert (await did(officer, f"{where}/issue", notice, {}))["sent"] == 3
    waits = ("notice", "2026-03-13", False)
    assert await due(officer) == [waits] * 3
    rows: dict[str, dict[str, Any]] = {}
    for name in ("street", "tax", "union"):
        client = await table.at(name)
        assert await due(client) == [waits]
        (rows[name],) = await listed(client, "/v1/notice-recipients", waiting="true")
        received = await did(client, f"/v1/notice-recipients/{rows[name]['id']}/receive", rows[name], {})
        assert received["state"] == "received"
        rows[name] = received
    table.until("2026-03-10")
    tax = await table.at("tax")
    path = f"/v1/notice-recipients/{rows['tax']['id']}"
    assert (await did(tax, f"{path}/answer", rows["tax"], {"text": "已完成自查"}))["late"] is False
    assert await due(tax) == []
    table.until("2026-03-16")
    chased = (await officer.post(f"{where}/chase", json={})).json()
    assert (chased["succeeded"], chased["refused"]) == (2, 0)
    street_client = await table.at("street")
    assert await due(street_client, overdue="true") == [("notice", "2026-03-13", True)]
    path = f"/v1/notice-recipients/{rows['street']['id']}"
    late = await did(street_client, f"{path}/answer", await read(street_client, path), {"text": "已完成自查"})
    assert (late["state"], late["late"], late["chased"]) == ("answered", True, 1)
    closed = await did(officer, f"{where}/close", await read(officer, where), {"reason": "转为书面督办"})
    assert [closed[name] for name in ("state", "sent", "answered", "waiting")] == ["closed", 3, 2, 0]
    rows_of = await listed(officer, f"{where}/recipients")
    told = {row["recipient_name"]: (row["state"], row["late"], row["chased"]) for row in rows_of}
    assert told == {
        "某街道党工委": ("answered", True, 1), "某区tax": ("answered", False, 0), "某区union": ("received", True, 1),
    }  # fmt: skip
    assert await due(officer) == await due(await table.at("union")) == []


async def founded(table: Table, street: str, day: str, *numbers: int) -> None:
    """Firms that were pushed get a branch, one alone or several together."""
    names = {f"杭州云栖{number}号有限公司" for number in numbers}
    firms = [row for row in await listed(table.officer, "/v1/organizations", region=COUNTY) if row["name"] in names]
    body = {
        "name": f"某公司{numbers[0]}支部", "formation_mode": "standalone" if len(numbers) == 1 else "joint",
        "authority_id": street, "region_code": STREET, "founded_on": day,
        "organization_ids": [firm["id"] for firm in firms],
    }  # fmt: skip
    await made(table.officer, "/v1/branches", body)


async def test_a_years_programme_is_marked_measured_and_frozen(table: Table) -> None:
    await pushed(table.api)
    officer = table.officer
    street, _ = await street_of(table)
    programme = await programmes.drawn_up(officer, table.committee)
    path = f"/v1/programmes/{programme['id']}"
    task = await programmes.tasked(officer, programme, table.of("market"))
    target = await programmes.aimed(officer, programme, target=1)
    own = await officer.post(f"{path}/approve", json={}, headers=tag(await read(officer, path)))
    assert (own.status_code, findings(own)) == (409, {"programme_own_draft": "hard"})
    assert await due(officer) == []
    programme = await programmes.done(table.superior, "programmes", await read(officer, path), "approve")
    waits = [("programme_task", "2026-09-30", False)]
    assert await due(officer) == await due(await table.at("market")) == waits

    meeting = await meetings.planned(officer, table.committee)
    links = {"planned": {"meeting_id": meeting["id"]}}
    day = day_of(table.clock()).isoformat()
    for mark in ("planned", "deployed", "inspected", "appraised"):
        gap = await listed(officer, "/v1/programme-tasks", missing=mark)
        assert [row["id"] for row in gap] == [task["id"]]
        told = {"mark": mark, "marked_on": day} | links.get(mark, {"reference": "推进会"})
        task = await programmes.done(officer, "programme-tasks", task, "mark", **told)
        assert await listed(officer, "/v1/programme-tasks", missing=mark) == []
    assert [each["mark"] for each in task["marks"]] == ["planned", "deployed", "inspected", "appraised"]

    where = f"/v1/programme-targets/{target['id']}"
    assert (target["value"], target["reached"]) == (0, False)
    table.until("2026-03-03")
    await founded(table, street, "2026-03-03", 0)
    target = await read(officer, where)
    assert (target["value"], target["reached"], target["on_track"]) == (1, True, True)
    table.until("2026-10-08")
    market = await table.at("market")
    late = [("programme_task", "2026-09-30", True)]
    assert [row for row in await due(market) if row[0] == "programme_task"] == late
    seen = await read(market, f"/v1/programme-tasks/{task['id']}")
    task = await programmes.done(
        market, "programme-tasks", seen, "report", progress=100, done=True, text="应建单位已清零"
    )
    assert (task["state"], await due(market, kind="programme_task")) == ("done", [])

    table.until("2027-01-08")
    now = await read(officer, path)
    counts = {"tasks": 1, "done": 1, "overdue": 0, "unmarked": 0, "planned": 1, "appraised": 1}
    assert {name: now["counts"][name] for name in counts} == counts
    closed = await programmes.done(table.superior, "programmes", now, "close")
    assert (closed["state"], closed["frozen"], closed["result"]["targets"][0]["value"]) == ("closed", True, 1)
    await founded(table, street, "2026-12-20", 1, 2)  # entered late: it counts in the year, and moves nothing frozen
    (target,) = await listed(officer, "/v1/programme-targets")
    assert (target["value"], target["frozen"]) == (1, True)
    refused = await programmes.tried(officer, "programmes", closed, "", {"title": "改题"})
    assert (refused.status_code, errors(refused)) == (409, [("", "programme_closed")])
