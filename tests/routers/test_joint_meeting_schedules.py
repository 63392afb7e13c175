"""Series of joint meetings over HTTP: laid down, unfolded off days off, otherwise on some days, changed and ended."""

from typing import Any
from uuid import uuid4

import asyncpg
import httpx
import pytest

from tests.conftest import Api, Hands
from tests.kit import meetings
from tests.kit.party import errors, findings, tag
from tests.kit.schedules import laid, series, times

WHERE = "/v1/joint-meeting-schedules"
BINJIANG = ((330108000000, 330109000000),)


@pytest.fixture
async def committee(client: httpx.AsyncClient) -> str:
    """A county's work committee."""
    return await meetings.committee(client)


async def test_laid_down_changed_and_ended(client: httpx.AsyncClient, committee: str, clock: Hands) -> None:
    row = await laid(client, committee)
    assert (row["last_on"], row["next_on"], row["starts_at"]) == ("2026-12-08", "2026-03-10", "14:30")
    assert (row["region_code"], row["authority_code"]) == ("330106000000", "033001006000000")
    assert [(each["action"], each["allowed"]) for each in row["allowed_actions"]] == [
        ("update", True), ("end", True), ("add_exception", True),
    ]  # fmt: skip
    twice = await client.post(WHERE, json=series(committee, first_on="2026-06-01", title="另一个"))
    assert (twice.status_code, errors(twice)[0][1]) == (409, "constraint.ex_meeting_schedules_period")
    await laid(client, committee, purpose="bulletin")
    await laid(client, committee, first_on="2027-01-01")
    path = f"{WHERE}/{row['id']}"
    clock.forward(minutes=1)
    assert (await client.patch(path, json={"place": "x"})).status_code == 428
    same = await client.patch(path, json={"place": "三楼会议室", "starts_at": "14:30"}, headers=tag(row))
    assert (same.status_code, same.json()["version"]) == (200, 1)
    moved = await client.patch(path, json={"starts_at": "09:00", "minutes": 60}, headers=tag(row))
    assert (moved.json()["starts_at"], moved.json()["version"]) == ("09:00", 2)
    assert (await client.patch(path, json={"minutes": 30}, headers=tag(row))).status_code == 412
    clock.forward(minutes=1)
    fewer = await client.patch(
        path, json={"rrule": "FREQ=MONTHLY;INTERVAL=3;BYDAY=2TU;COUNT=3"}, headers=tag(moved.json())
    )
    assert (fewer.json()["last_on"], fewer.json()["version"]) == ("2026-09-08", 3)
    clock.forward(minutes=1)
    end = {"ended_on": "2026-06-30", "reason": "改为半年一次"}
    early = await client.post(f"{path}/end", json=end | {"ended_on": "2026-02-28"}, headers=tag(fewer.json()))
    assert (early.status_code, errors(early)) == (422, [("/ended_on", "day_too_early")])
    ended = await client.post(f"{path}/end", json=end, headers=tag(fewer.json()))
    assert (ended.json()["ended_on"], ended.json()["end_reason"]) == ("2026-06-30", "改为半年一次")
    assert {each["reason"] for each in ended.json()["allowed_actions"]} == {"schedule_ended"}
    assert [each["day"] for each in await times(client, row)] == ["2026-03-10", "2026-06-09"]
    again = await client.patch(path, json={"place": "x"}, headers=tag(ended.json()))
    assert (again.status_code, errors(again)) == (409, [("", "schedule_ended")])
    await laid(client, committee, first_on="2026-07-01", rrule="FREQ=YEARLY;BYMONTH=7;COUNT=1")
    history = (await client.get(f"{path}/history")).json()["items"]
    assert [(each["version"], each["starts_at"]) for each in history] == [
        (4, "09:00"), (3, "09:00"), (2, "09:00"), (1, "14:30"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"rrule": "FREQ=MONTHLY"}, ("/rrule", "recurrence_endless")),
        ({"rrule": "FREQ=DAILY;COUNT=3"}, ("/rrule", "recurrence_invalid")),
        ({"rrule": "每季度一次"}, ("/rrule", "recurrence_invalid")),
        ({"rrule": "FREQ=MONTHLY;COUNT=601"}, ("/rrule", "recurrence_too_long")),
        ({"rrule": "FREQ=MONTHLY;UNTIL=20990101"}, ("/rrule", "recurrence_too_long")),
        ({"rrule": "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=3"}, ("/rrule", "recurrence_empty")),
        ({"rrule": ""}, ("/rrule", "string_too_short")),
        ({"starts_at": "25:00"}, ("/starts_at", "time_parsing")),
        ({"starts_at": "14:30+08:00"}, ("/starts_at", "time_parsing")),
        ({"starts_at": 52200}, ("/starts_at", "time_parsing")),
        ({"minutes": 5}, ("/minutes", "greater_than_equal")),
        ({"shift": "later"}, ("/shift", "enum")),
        ({"purpose": "party"}, ("/purpose", "enum")),
        ({"first_on": "1999-12-31"}, ("/first_on", "greater_than_equal")),
        ({"first_on": "9999-12-31"}, ("/first_on", "less_than")),
        ({"committee_id": str(uuid4())}, ("/committee_id", "reference_unknown")),
        ({"ends_on": "2027-01-01"}, ("/ends_on", "extra_forbidden")),
    ],
)
async def test_bad_input_is_refused_with_its_code(
    client: httpx.AsyncClient, committee: str, change: dict[str, Any], expected: tuple[str, str]
) -> None:
    answer = await client.post(WHERE, json=series(committee, **change))
    assert answer.status_code == 422, answer.text
    assert errors(answer) == [expected]


async def test_what_departs_from_the_policy_needs_a_reason(client: httpx.AsyncClient, committee: str) -> None:
    rare = series(committee, rrule="FREQ=YEARLY;BYMONTH=3;BYDAY=2TU;COUNT=3")
    refused = await client.post(WHERE, json=rare)
    assert (refused.status_code, errors(refused)) == (409, [("/departure_reason", "departure_reason_missing")])
    assert findings(refused) == {"meetings_too_rare": "departure"}
    passed = await client.post(WHERE, json=rare | {"departure_reason": "成员单位少"})
    assert [(each["limit"], each["actual"]) for each in passed.json()["departures"]] == [(6, 12)]
    off = series(committee, purpose="bulletin", rrule="FREQ=MONTHLY;BYDAY=1SA;COUNT=2", shift="none")
    answer = await client.post(WHERE, json=off)
    assert findings(answer) == {"meetings_on_days_off": "departure"}
    assert (await client.post(WHERE, json=off | {"shift": "next"})).status_code == 201
    unsure = series(committee, purpose="supervision", rrule="FREQ=MONTHLY;BYDAY=1SA;COUNT=2", shift="none")
    assert (await client.post(WHERE, json=unsure | {"first_on": "2030-01-01"})).status_code == 201


async def test_off_days_off_with_what_is_due_before(client: httpx.AsyncClient, committee: str) -> None:
    row = await laid(client, committee, rrule="FREQ=MONTHLY;BYMONTHDAY=4;COUNT=24", first_on="2026-03-04")
    found = {each["original_on"]: each for each in await times(client, row)}
    qingming = found["2026-04-04"]
    assert (qingming["day"], qingming["moved_by"], qingming["holiday"]) == ("2026-04-07", "day_off", "清明")
    assert qingming["starts_at"] == "2026-04-07T14:30:00+08:00"
    assert (qingming["topics_due_on"], qingming["attendance_due_on"]) == ("2026-03-31", "2026-04-03")
    plain = found["2026-03-04"]
    assert (plain["day"], plain["moved_by"], plain["holiday"]) == ("2026-03-04", None, None)
    assert (plain["topics_due_on"], plain["attendance_due_on"]) == ("2026-02-25", "2026-03-02")
    assert {each["provisional"] for day, each in found.items() if day < "2026-12-31"} == {False}
    assert {each["provisional"] for day, each in found.items() if day > "2026-12-31"} == {True}
    path = f"{WHERE}/{row['id']}/occurrences"
    first = (await client.get(path, params={"limit": 5, "count": "exact"})).json()
    second = (await client.get(path, params={"limit": 5, "cursor": first["next_cursor"], "count": "exact"})).json()
    assert first["count"] == {"value": 24, "kind": "exact"}
    assert [each["original_on"] for each in first["items"] + second["items"]] == list(found)[:10]
    wrong = await client.get(path, params={"limit": 5, "cursor": first["next_cursor"], "since": "2027-01-01"})
    assert errors(wrong) == [("/cursor", "cursor_mismatch")]
    window = await times(client, row, since="2026-04-07", until="2026-05-01")
    assert [each["original_on"] for each in window] == ["2026-04-04"]
    sheet = await client.get(path, headers={"accept": "text/csv"})
    assert sheet.text.count("\n") == 25
    assert "清明" in sheet.text


async def test_a_loaded_year_moves_what_was_provisional(client: httpx.AsyncClient, committee: str) -> None:
    row = await laid(client, committee, rrule="FREQ=MONTHLY;BYMONTHDAY=4;COUNT=6", first_on="2030-01-01")
    days = {each["original_on"]: (each["day"], each["provisional"]) for each in await times(client, row)}
    assert days["2030-04-04"] == ("2030-04-04", True)
    loaded = await client.post(
        "/v1/working-days",
        json={
            "source": "国办发明电〔2029〕1号", "known_years": [2030],
            "days": [{"day": "2030-04-04", "working": False, "name": "清明节"}],
        },
    )  # fmt: skip
    assert loaded.status_code in (200, 201), loaded.text
    days = {each["original_on"]: (each["day"], each["provisional"]) for each in await times(client, row)}
    assert days["2030-04-04"] == ("2030-04-05", False)


async def test_days_that_are_otherwise(client: httpx.AsyncClient, committee: str, clock: Hands) -> None:
    row = await laid(client, committee)
    path = f"{WHERE}/{row['id']}/exceptions"
    told = {"on_day": "2026-06-09", "kind": "moved", "moved_to": "2026-06-11", "reason": "与全市会议冲突"}
    for change, expected in (
        ({"moved_to": None}, ("/moved_to", "missing")),
        ({"kind": "cancelled"}, ("/moved_to", "exception_not_moved")),
        ({"kind": "cancelled", "moved_to": None, "starts_at": "09:00"}, ("/starts_at", "exception_cancels")),
        ({"on_day": "2026-06-10"}, ("/on_day", "day_not_in_series")),
        ({"kind": "added", "moved_to": None}, ("/on_day", "day_in_series")),
        ({"kind": "added", "moved_to": None, "on_day": "2026-02-24"}, ("/on_day", "day_past")),
        ({"moved_to": "2026-03-01"}, ("/moved_to", "day_past")),
    ):
        wrong = await client.post(path, json=told | change, headers=tag(row))
        assert (wrong.status_code, errors(wrong)) == (422, [expected]), change
    saturday = await client.post(path, json=told | {"moved_to": "2026-06-13"}, headers=tag(row))
    assert (saturday.status_code, findings(saturday)) == (409, {"meetings_on_days_off": "departure"})
    clock.forward(minutes=1)
    moved = await client.post(path, json=told | {"starts_at": "09:00"}, headers=tag(row))
    assert (moved.status_code, moved.json()["version"]) == (200, 2)
    assert [(each["kind"], each["starts_at"]) for each in moved.json()["exceptions"]] == [("moved", "09:00")]
    assert (await client.post(path, json=told, headers=tag(row))).status_code == 412
    twice = await client.post(path, json=told, headers=tag(moved.json()))
    assert errors(twice)[0][1] == "constraint.uq_schedule_exceptions_schedule_id_on_day"
    clock.forward(minutes=1)
    out = await client.post(
        path, json={"on_day": "2026-09-08", "kind": "cancelled", "reason": "暂停"}, headers=tag(moved.json())
    )
    clock.forward(minutes=1)
    more = await client.post(
        path, json={"on_day": "2026-12-08", "kind": "moved", "moved_to": "2026-06-11", "reason": "合并召开"},
        headers=tag(out.json()),
    )  # fmt: skip
    clock.forward(minutes=1)
    added = await client.post(
        path, json={"on_day": "2026-10-20", "kind": "added", "reason": "年度部署"}, headers=tag(more.json())
    )
    found = {each["original_on"]: each for each in await times(client, row)}
    assert (found["2026-06-09"]["day"], found["2026-06-09"]["moved_by"]) == ("2026-06-11", "exception")
    assert found["2026-06-09"]["starts_at"] == "2026-06-11T09:00:00+08:00"
    assert (found["2026-09-08"]["state"], found["2026-09-08"]["reason"]) == ("cancelled", "暂停")
    assert (found["2026-12-08"]["state"], found["2026-12-08"]["merged_into"]) == ("merged", "2026-06-09")
    assert (found["2026-10-20"]["state"], found["2026-10-20"]["day"]) == ("standing", "2026-10-20")
    kept = added.json()["exceptions"]
    assert [each["on_day"] for each in kept] == ["2026-06-09", "2026-09-08", "2026-10-20", "2026-12-08"]
    back = f"{path}/{kept[0]['id']}/withdraw"
    clock.forward(minutes=1)
    withdrawn = await client.post(back, json={"reason": "会议改期"}, headers=tag(added.json()))
    assert (withdrawn.status_code, withdrawn.json()["version"]) == (200, 6)
    again = await client.post(back, json={"reason": "会议改期"}, headers=tag(withdrawn.json()))
    assert (again.status_code, errors(again)) == (409, [("", "exception_withdrawn")])
    missing = await client.post(
        f"{path}/{uuid4()}/withdraw", json={"reason": "会议改期"}, headers=tag(withdrawn.json())
    )
    assert missing.status_code == 404
    assert {each["original_on"]: each["day"] for each in await times(client, row)}["2026-06-09"] == "2026-06-09"


async def test_a_day_whose_meeting_was_planned_stays(
    client: httpx.AsyncClient, committee: str, direct: "asyncpg.Connection[Any]"
) -> None:
    row = await laid(client, committee)
    planned = await client.post("/v1/joint-meetings", json={"schedule_id": row["id"], "occurrence_on": "2026-06-09"})
    assert planned.status_code == 201, planned.text
    assert (planned.json()["held_on"], planned.json()["purpose"]) == ("2026-06-09", "study")
    june = next(each for each in await times(client, row) if each["original_on"] == "2026-06-09")
    assert (june["meeting_id"], june["meeting_on"]) == (planned.json()["id"], "2026-06-09")
    path = f"{WHERE}/{row['id']}"
    out = {"on_day": "2026-06-09", "kind": "cancelled", "reason": "暂停"}
    for answer in (
        await client.post(f"{path}/exceptions", json=out, headers=tag(row)),
        await client.post(f"{path}/end", json={"ended_on": "2026-05-01", "reason": "停止"}, headers=tag(row)),
        await client.patch(path, json={"rrule": "FREQ=MONTHLY;BYDAY=2WE;COUNT=4"}, headers=tag(row)),
    ):
        assert (answer.status_code, errors(answer)) == (409, [("", "schedule_day_planned")])
    later = await client.post(f"{path}/end", json={"ended_on": "2026-06-10", "reason": "停止"}, headers=tag(row))
    assert later.status_code == 200
    for day, code in (("2026-06-10", "day_not_in_series"), ("2026-09-08", "day_not_in_series")):
        wrong = await client.post("/v1/joint-meetings", json={"schedule_id": row["id"], "occurrence_on": day})
        assert (wrong.status_code, errors(wrong)) == (422, [("/occurrence_on", code)])


async def test_lists_and_who_sees_them(
    api: Api, client: httpx.AsyncClient, committee: str, direct: "asyncpg.Connection[Any]"
) -> None:
    row = await laid(client, committee)
    other = await laid(client, await meetings.committee(client, "033001008000000", "330108000000"), purpose="bulletin")
    department = await meetings.department(direct, committee, "某区总工会", "union")
    for asked, expected in (
        ({}, [row["id"], other["id"]]),
        ({"region": "330106000000"}, [row["id"]]),
        ({"authority": "033001008000000"}, [other["id"]]),
        ({"committee_id": committee}, [row["id"]]),
        ({"department_id": department}, [row["id"]]),
        ({"purpose": "bulletin"}, [other["id"]]),
        ({"running_on": "2026-12-09"}, []),
        ({"running_on": "2026-12-08"}, [row["id"], other["id"]]),
    ):
        found = (await client.get(WHERE, params=asked)).json()["items"]
        assert [each["id"] for each in found] == expected, asked
    assert (await client.get(WHERE, params={"colour": "red"})).status_code == 422
    sheet = await client.get(WHERE, headers={"accept": "text/csv"})
    assert "季度研究会议" in sheet.text
    stranger = await api.client("elsewhere", ranges=BINJIANG)
    assert [each["id"] for each in (await stranger.get(WHERE)).json()["items"]] == [other["id"]]
    path = f"{WHERE}/{row['id']}"
    for answer in (
        await stranger.get(path),
        await stranger.get(f"{path}/occurrences"),
        await stranger.get(f"{path}/history"),
        await stranger.patch(path, json={"place": "x"}, headers=tag(row)),
    ):
        assert answer.status_code == 404
    unseen = await stranger.post(WHERE, json=series(committee, purpose="supervision"))
    assert (unseen.status_code, errors(unseen)) == (422, [("/committee_id", "reference_unknown")])


async def test_a_department_reads_its_committees_series(
    api: Api, client: httpx.AsyncClient, committee: str, direct: "asyncpg.Connection[Any]"
) -> None:
    row = await laid(client, committee)
    await laid(client, await meetings.committee(client, "033001008000000", "330108000000"))
    department = await meetings.department(direct, committee, "某区总工会", "union")
    member = meetings.House(api).member("union", department, committee)
    assert [each["id"] for each in (await member.get(WHERE)).json()["items"]] == [row["id"]]
    shown = (await member.get(f"{WHERE}/{row['id']}")).json()
    assert {each["reason"] for each in shown["allowed_actions"]} == {"permission"}
    assert len(await times(member, row)) == 4
    assert (await member.patch(f"{WHERE}/{row['id']}", json={"place": "x"}, headers=tag(row))).status_code == 403


async def test_a_citys_own_numbers(client: httpx.AsyncClient, committee: str) -> None:
    def numbers(**values: int) -> dict[str, Any]:
        return {
            "kind": "joint_meetings", "region_code": "330100000000", "region_level": 2, "valid_from": "2026-03-01",
            "numbers": {name: {"value": value, "document": "某市联席会议办法"} for name, value in values.items()},
            "reason": "市里规定",
        }  # fmt: skip

    for values, field in (({"topics_days": 1}, "topics_days"), ({"every_months": 25}, "every_months")):
        wrong = await client.post("/v1/policies", json=numbers(**values))
        assert errors(wrong) == [(f"/numbers/{field}/value", "joint_meeting_policy_wrong")]
    row = await laid(client, committee)
    assert (await client.post("/v1/policies", json=numbers(topics_days=14, every_months=3))).status_code == 201
    march = (await times(client, row))[0]
    assert (march["day"], march["topics_due_on"], march["attendance_due_on"]) == (
        "2026-03-10", "2026-02-24", "2026-03-06",
    )  # fmt: skip
    half = series(committee, purpose="bulletin", rrule="FREQ=YEARLY;BYMONTH=3,9;BYDAY=2TU;COUNT=4")
    refused = await client.post("/v1/joint-meeting-schedules", json=half)
    assert findings(refused) == {"meetings_too_rare": "departure"}
    told = await client.post("/v1/joint-meeting-schedules", json=half | {"departure_reason": "成员单位少"})
    (departure,) = told.json()["departures"]
    assert (departure["limit"], departure["citation"]) == (3, "某市联席会议办法")
