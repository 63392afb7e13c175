"""Meetings over HTTP: planned, called, held, minuted; and what each refuses."""

from typing import Any
from uuid import uuid4

import asyncpg
import httpx
import pytest

from tests.conftest import Hands
from tests.kit import meetings, schedules
from tests.kit.party import errors, findings, tag


@pytest.fixture
async def committee(client: httpx.AsyncClient) -> str:
    """A county's work committee."""
    return await meetings.committee(client)


@pytest.fixture
async def departments(direct: "asyncpg.Connection[Any]", committee: str) -> list[str]:
    """Its four departments."""
    return await meetings.departments(direct, committee)


async def test_planned_changed_called_and_cancelled(
    client: httpx.AsyncClient, committee: str, departments: list[str], clock: Hands
) -> None:
    meeting = await meetings.planned(client, committee, convener_id=departments[0])
    assert (meeting["kind"], meeting["state"], meeting["held_on"]) == ("ad_hoc", "planned", "2026-03-30")
    assert (meeting["topics_due_on"], meeting["attendance_due_on"]) == ("2026-03-23", "2026-03-27")  # 28th: Saturday
    assert (meeting["region_code"], meeting["authority_code"]) == ("330106000000", "033001006000000")
    assert meeting["convener_name"] == "某区social_work_department"
    assert [each["action"] for each in meeting["allowed_actions"] if each["allowed"]] == [
        "update", "invite", "order_agenda", "propose", "cancel",
    ]  # fmt: skip
    where = f"/v1/joint-meetings/{meeting['id']}"
    assert (await client.patch(where, json={"place": "二楼"})).status_code == 428
    same = await client.patch(where, json={"place": "三楼会议室"}, headers=tag(meeting))
    assert (same.status_code, same.json()["version"]) == (200, 1)
    clock.forward(days=1)
    later = await client.patch(where, json={"starts_at": "2026-04-08T09:00:00+08:00"}, headers=tag(meeting))
    assert later.status_code == 200, later.text
    told = later.json()
    assert (told["held_on"], told["attendance_due_on"]) == ("2026-04-08", "2026-04-03")  # 清明 off days between
    assert (await client.patch(where, json={"place": "二楼"}, headers=tag(meeting))).status_code == 412
    called = await meetings.invited(client, told)
    assert (called["state"], called["invited"], called["answered"]) == ("invited", 4, 0)
    again = await meetings.invited(client, called)
    assert again["invited"] == 4
    chosen = await client.post(f"{where}/invite", json={"department_ids": [str(uuid4())]}, headers=tag(again))
    assert (chosen.status_code, errors(chosen)) == (422, [("/department_ids/0", "reference_unknown")])
    early = await client.post(f"{where}/hold", json={"attendance": []}, headers=tag(again))
    assert (early.status_code, errors(early)) == (409, [("", "meeting_ahead")])
    clock.forward(days=1)
    gone = await client.post(f"{where}/cancel", json={"reason": "与大会冲突"}, headers=tag(again))
    assert (gone.json()["state"], gone.json()["cancel_reason"]) == ("cancelled", "与大会冲突")
    for verb, body in (("cancel", {"reason": "再次"}), ("invite", {}), ("hold", {"attendance": []})):
        answer = await client.post(f"{where}/{verb}", json=body, headers=tag(gone.json()))
        assert (answer.status_code, errors(answer)) == (409, [("", "meeting_cancelled")]), verb
    versions = (await client.get(f"{where}/history")).json()["items"]
    assert [(each["version"], each["state"]) for each in versions] == [
        (5, "cancelled"), (4, "invited"), (1, "planned"),
    ]  # fmt: skip
    assert (await client.get(f"/v1/joint-meetings/{uuid4()}")).status_code == 404
    assert (await client.get(f"/v1/joint-meetings/{uuid4()}/history")).status_code == 404


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"committee_id": str(uuid4())}, "/committee_id", "reference_unknown"),
        ({"committee_id": None}, "/committee_id", "missing"),
        ({"purpose": "chat"}, "/purpose", "enum"),
        ({"title": None}, "/title", "missing"),
        ({"starts_at": "2026-03-30T14:30:00"}, "/starts_at", "value_wrong"),
        ({"starts_at": "0001-01-01T00:00:00Z"}, "/starts_at", "value_wrong"),
        ({"starts_at": "9999-12-31T23:59:59Z"}, "/starts_at", "value_wrong"),
        ({"schedule_id": str(uuid4())}, "/committee_id", "meeting_of_schedule"),
        ({"minutes": 5}, "/minutes", "greater_than_equal"),
        ({"convener_id": str(uuid4())}, "/convener_id", "reference_unknown"),
        ({"occurrence_on": "2026-03-30"}, "/occurrence_on", "meeting_without_schedule"),
        ({"parent_id": str(uuid4()), "committee_id": None, "purpose": None}, "/parent_id", "reference_unknown"),
        ({"parent_id": str(uuid4())}, "/committee_id", "meeting_of_parent"),
        ({"chair": "某人"}, "/chair", "extra_forbidden"),
    ],
)
async def test_a_wrong_draft_is_told_where(
    client: httpx.AsyncClient, committee: str, change: dict[str, Any], pointer: str, code: str
) -> None:
    answer = await client.post("/v1/joint-meetings", json=meetings.occasion(committee, **change))
    assert answer.status_code == 422, answer.text
    assert (pointer, code) in errors(answer)
    assert (await client.get("/v1/joint-meetings?count=exact")).json()["count"]["value"] == 0


async def test_a_short_notice_needs_a_reason(client: httpx.AsyncClient, committee: str) -> None:
    soon = meetings.occasion(committee, starts_at="2026-03-05T09:00:00+08:00")
    refused = await client.post("/v1/joint-meetings", json=soon)
    assert (refused.status_code, findings(refused)) == (409, {"notice_short": "departure"})
    assert errors(refused) == [("/departure_reason", "departure_reason_missing")]
    answer = await client.post("/v1/joint-meetings", json=soon | {"departure_reason": "上级专项部署"})
    assert answer.status_code == 201, answer.text
    (kept,) = answer.json()["departures"]
    assert (kept["code"], kept["limit"], kept["actual"], kept["reason"]) == ("notice_short", 7, 3, "上级专项部署")


async def test_liaisons_meet_before_the_meeting(client: httpx.AsyncClient, committee: str) -> None:
    parent = await meetings.planned(client, committee)
    body = {
        "parent_id": parent["id"], "title": "联络员会议", "starts_at": "2026-03-26T09:00:00+08:00", "minutes": 60,
        "place": "二楼",
    }  # fmt: skip
    late = await client.post("/v1/joint-meetings", json=body | {"starts_at": "2026-03-30T15:00:00+08:00"})
    assert (late.status_code, errors(late)) == (422, [("/starts_at", "liaison_after_meeting")])
    made = await client.post("/v1/joint-meetings", json=body)
    assert made.status_code == 201, made.text
    told = made.json()
    assert (told["kind"], told["committee_id"], told["purpose"]) == ("liaison", committee, "study")
    of_its_own = await client.post("/v1/joint-meetings", json=body | {"parent_id": told["id"]})
    assert (of_its_own.status_code, errors(of_its_own)) == (422, [("/parent_id", "meeting_parent_unfit")])
    where = f"/v1/joint-meetings/{told['id']}"
    moved = await client.patch(where, json={"starts_at": "2026-03-31T09:00:00+08:00"}, headers=tag(told))
    assert (moved.status_code, errors(moved)) == (422, [("/starts_at", "liaison_after_meeting")])
    listed = (await client.get("/v1/joint-meetings", params={"parent_id": parent["id"]})).json()["items"]
    assert [each["id"] for each in listed] == [told["id"]]
    earlier = {"starts_at": "2026-03-25T09:00:00+08:00"}
    passed = await client.patch(f"/v1/joint-meetings/{parent['id']}", json=earlier, headers=tag(parent))
    assert (passed.status_code, errors(passed)) == (422, [("/starts_at", "liaison_after_meeting")])
    off = await client.post(f"{where}/cancel", json={"reason": "合并召开"}, headers=tag(told))
    assert off.status_code == 200, off.text
    moved = await client.patch(f"/v1/joint-meetings/{parent['id']}", json=earlier, headers=tag(parent))
    assert moved.status_code == 200, moved.text


async def test_no_liaisons_meet_for_a_meeting_that_is_off(client: httpx.AsyncClient, committee: str) -> None:
    parent = await meetings.planned(client, committee)
    body = {
        "parent_id": parent["id"], "title": "联络员会议", "starts_at": "2026-03-26T09:00:00+08:00", "minutes": 60,
        "place": "二楼",
    }  # fmt: skip
    before = (await client.post("/v1/joint-meetings", json=body)).json()
    off = await client.post(
        f"/v1/joint-meetings/{parent['id']}/cancel", json={"reason": "时间冲突"}, headers=tag(parent)
    )
    assert off.status_code == 200, off.text
    told = (await client.get(f"/v1/joint-meetings/{before['id']}")).json()
    assert (told["state"], told["cancel_reason"], told["version"]) == ("cancelled", "时间冲突", 2)


async def test_the_list_narrows_and_leaves_as_a_file(
    client: httpx.AsyncClient, committee: str, departments: list[str]
) -> None:
    first = await meetings.planned(client, committee)
    await meetings.planned(client, committee, purpose="bulletin", starts_at="2026-04-20T09:00:00+08:00")
    await meetings.invited(client, first)
    for params, expected in (
        ({"committee_id": committee}, 2),
        ({"purpose": "bulletin"}, 1),
        ({"state": "invited"}, 1),
        ({"department_id": departments[1]}, 1),
        ({"since": "2026-04-01"}, 1),
        ({"until": "2026-04-01"}, 1),
        ({"region": "330100000000"}, 2),
        ({"region": "330108000000"}, 0),
        ({"authority": "033001000000000"}, 2),
    ):
        answer = await client.get("/v1/joint-meetings", params=params)
        assert len(answer.json()["items"]) == expected, params
    assert (await client.get("/v1/joint-meetings?chair=x")).status_code == 422
    sheet = await client.get("/v1/joint-meetings", headers={"accept": "text/csv", "accept-language": "zh-Hans"})
    assert "会议名称" in sheet.text
    assert "骑手党建专题会" in sheet.text


async def test_held_with_attendance_department_by_department(
    client: httpx.AsyncClient, committee: str, departments: list[str], clock: Hands
) -> None:
    called = await meetings.invited(client, await meetings.planned(client, committee))
    clock.forward(days=28)
    where = f"/v1/joint-meetings/{called['id']}"
    told = {
        "attendance": [
            {"department_id": departments[0], "present": "own"},
            {
                "department_id": departments[1], "present": "substitute", "delegate_name": "某代表",
                "delegate_post": "科长",
            },
            {"department_id": departments[0], "present": "none"},
            {"department_id": str(uuid4()), "present": "own"},
            {"department_id": departments[2], "present": "own", "delegate_name": "另一人"},
        ]
    }  # fmt: skip
    answer = await client.post(f"{where}/hold", json=told, headers=tag(called))
    assert answer.status_code == 200, answer.text
    assert (answer.json()["succeeded"], answer.json()["refused"]) == (2, 3)
    assert [each["status"] for each in answer.json()["items"]] == [200, 200, 422, 409, 422]
    meeting = (await client.get(where)).json()
    assert (meeting["state"], meeting["present"]) == ("held", 2)
    rows = (await client.get("/v1/meeting-invitations", params={"meeting_id": called["id"]})).json()["items"]
    assert {row["department_id"]: row["present"] for row in rows} == dict(
        zip(departments, ("own", "substitute", "none", "none"), strict=True)
    )
    right = {"attendance": [{"department_id": departments[3], "present": "own"}]}
    answer = await client.post(f"{where}/hold", json=right, headers=tag(meeting))
    assert answer.json()["succeeded"] == 1
    meeting = (await client.get(where)).json()
    assert (meeting["state"], meeting["present"]) == ("held", 3)
    late = await client.patch(where, json={"place": "别处"}, headers=tag(meeting))
    assert (late.status_code, errors(late)) == (409, [("", "meeting_held")])


async def test_nobody_is_called_where_there_is_no_department(client: httpx.AsyncClient, committee: str) -> None:
    meeting = await meetings.planned(client, committee)
    answer = await client.post(f"/v1/joint-meetings/{meeting['id']}/invite", json={}, headers=tag(meeting))
    assert (answer.status_code, errors(answer)) == (409, [("", "meeting_nobody")])


async def test_attendance_is_a_figure_of_departments(
    client: httpx.AsyncClient, committee: str, departments: list[str], clock: Hands
) -> None:
    first = await meetings.invited(client, await meetings.planned(client, committee))
    second = await meetings.planned(client, committee, starts_at="2026-04-13T09:00:00+08:00")
    second = await meetings.invited(client, second)
    clock.forward(days=28)
    await meetings.held(client, first, departments[:2])
    asked = {"committee_id": committee, "since": "2026-01-01", "until": "2026-07-01"}
    rows = (await client.get("/v1/department-figures", params=asked)).json()["items"]
    told = {row["department_id"]: row["attendance_percent"] for row in rows}
    assert [told[key] for key in departments] == [100, 100, 0, 0]
    clock.forward(days=14)
    await meetings.held(client, second, departments[1:3])
    rows = (await client.get("/v1/department-figures", params=asked)).json()["items"]
    told = {row["department_id"]: row["attendance_percent"] for row in rows}
    assert [told[key] for key in departments] == [50, 100, 50, 0]
    none = (await client.get("/v1/department-figures", params=asked | {"until": "2026-03-01"})).json()["items"]
    assert {row["attendance_percent"] for row in none} == {None}


async def test_an_occurrence_is_planned_once_on_the_day_that_its_series_goes_to(
    client: httpx.AsyncClient, committee: str, departments: list[str], clock: Hands
) -> None:
    row = await schedules.laid(
        client, committee, rrule="FREQ=MONTHLY;BYMONTHDAY=3;COUNT=3", first_on="2026-04-01", shift="next"
    )
    wish = {"schedule_id": row["id"], "occurrence_on": "2026-05-03"}  # a Sunday of the May holiday
    made = await client.post("/v1/joint-meetings", json=wish)
    assert made.status_code == 201, made.text
    told = made.json()
    assert (told["kind"], told["occurrence_on"], told["held_on"]) == ("regular", "2026-05-03", "2026-05-06")
    assert (told["title"], told["starts_at"], told["minutes"]) == ("季度研究会议", "2026-05-06T06:30:00+00:00", 90)
    assert (told["topics_due_on"], told["attendance_due_on"]) == ("2026-04-29", "2026-04-30")
    times = await schedules.times(client, row)
    assert [each["meeting_id"] for each in times] == [None, told["id"], None]
    twice = await client.post("/v1/joint-meetings", json=wish)
    assert (twice.status_code, errors(twice)[0][1]) == (
        409, "constraint.uq_joint_meetings_schedule_id_occurrence_on",
    )  # fmt: skip
    where = f"/v1/joint-meetings/{told['id']}"
    await client.post(f"{where}/cancel", json={"reason": "另行安排"}, headers=tag(told))
    again = await client.post("/v1/joint-meetings", json=wish | {"title": "改期", "place": "别处"})
    assert (again.status_code, again.json()["title"], again.json()["place"]) == (201, "改期", "别处")
    for change, pointer, code in (
        ({"occurrence_on": None}, "/occurrence_on", "missing"),
        ({"occurrence_on": "2026-05-04"}, "/occurrence_on", "day_not_in_series"),
        ({"schedule_id": str(uuid4())}, "/schedule_id", "reference_unknown"),
        ({"starts_at": "2026-05-06T09:00:00+08:00"}, "/starts_at", "meeting_of_schedule"),
    ):
        answer = await client.post("/v1/joint-meetings", json=wish | change)
        assert (answer.status_code, errors(answer)) == (422, [(pointer, code)]), change
