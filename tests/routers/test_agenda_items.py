"""Agendas over HTTP: topics of departments and of the committee, papers, and what is carried over by itself."""

import asyncio
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
import pytest

from tests.conftest import Api, Hands
from tests.kit import meetings, papers
from tests.kit.meetings import House
from tests.kit.party import errors, findings, tag

PDF = papers.pdf("paper")


@pytest.fixture
def house(api: Api) -> House:
    """Everybody by name."""
    return House(api)


@pytest.fixture
def client(house: House) -> httpx.AsyncClient:
    """Who writes for the committee."""
    return house.officer("clerk")


@pytest.fixture
async def committee(client: httpx.AsyncClient) -> str:
    """A county's work committee."""
    return await meetings.committee(client)


@pytest.fixture
async def departments(direct: "asyncpg.Connection[Any]", committee: str) -> list[str]:
    """Its four departments."""
    return await meetings.departments(direct, committee)


@pytest.fixture
async def meeting(client: httpx.AsyncClient, committee: str, departments: list[str]) -> dict[str, Any]:
    """A meeting, called, whose topics are due in three weeks."""
    return await meetings.invited(client, await meetings.planned(client, committee))


@pytest.fixture
def member(house: House, departments: list[str], committee: str) -> httpx.AsyncClient:
    """Somebody of the second department."""
    return house.member("member", departments[1], committee)


def topic(department: str | None, **change: Any) -> dict[str, Any]:
    return {"kind": "study", "title": "骑手党员流动管理", "department_id": department} | change


async def proposed(client: httpx.AsyncClient, meeting: dict[str, Any], **body: Any) -> dict[str, Any]:
    answer = await client.post(f"/v1/joint-meetings/{meeting['id']}/agenda-items", json=body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_a_department_proposes_and_the_committee_decides(
    client: httpx.AsyncClient, member: httpx.AsyncClient, meeting: dict[str, Any], departments: list[str], clock: Hands
) -> None:
    item = await proposed(member, meeting, **topic(departments[1]))
    clock.forward(days=1)
    assert (item["state"], item["position"], item["department_name"]) == ("proposed", 1, "某区market_regulator")
    assert [each["action"] for each in item["allowed_actions"] if each["allowed"]] == ["update", "add_paper"]
    where = f"/v1/agenda-items/{item['id']}"
    changed = await member.patch(where, json={"summary": "通报排查情况"}, headers=tag(item))
    assert (changed.status_code, changed.json()["summary"]) == (200, "通报排查情况")
    clock.forward(days=1)
    own = await proposed(client, meeting, **topic(None, title="年度计划"))
    assert (own["state"], own["position"], own["department_name"]) == ("accepted", 2, None)
    assert (await member.post(f"{where}/accept", headers=tag(changed.json()))).status_code == 403
    accepted = await client.post(f"{where}/accept", headers=tag(changed.json()))
    assert (accepted.status_code, accepted.json()["state"]) == (200, "accepted")
    twice = await client.post(f"{where}/accept", headers=tag(accepted.json()))
    assert (twice.status_code, errors(twice)) == (409, [("", "agenda_accepted")])
    clock.forward(days=1)
    declined = await client.post(f"{where}/decline", json={"reason": "上次已研究"}, headers=tag(accepted.json()))
    assert (declined.json()["state"], declined.json()["decline_reason"]) == ("declined", "上次已研究")
    late = await member.patch(where, json={"title": "再议"}, headers=tag(declined.json()))
    assert (late.status_code, errors(late)) == (409, [("", "agenda_declined")])
    versions = (await member.get(f"{where}/history")).json()["items"]
    assert [each["state"] for each in versions] == ["declined", "accepted", "proposed", "proposed"]


async def test_whose_topic_it_is(
    house: House, client: httpx.AsyncClient, member: httpx.AsyncClient, meeting: dict[str, Any], committee: str,
    departments: list[str],
) -> None:  # fmt: skip
    where = f"/v1/joint-meetings/{meeting['id']}/agenda-items"
    for body in (topic(departments[0]), topic(None)):
        assert (await member.post(where, json=body)).status_code == 403
    unknown = await client.post(where, json=topic(str(uuid4())))
    assert (unknown.status_code, errors(unknown)) == (422, [("/department_id", "reference_unknown")])
    carried = await client.post(where, json=topic(None, kind="carried_over"))
    assert (carried.status_code, errors(carried)[0][0]) == (422, "/kind")
    number = await client.post(where, json=topic(None, summary="联系 13800138000"))
    assert (number.status_code, errors(number)) == (422, [("/summary", "number_in_text")])
    item = await proposed(member, meeting, **topic(departments[1]))
    other = house.member("other", departments[0], committee)
    assert (await other.get(f"/v1/agenda-items/{item['id']}")).status_code == 200
    theirs = await other.patch(f"/v1/agenda-items/{item['id']}", json={"title": "改题"}, headers=tag(item))
    assert theirs.status_code == 403
    stranger = house.member("stranger", str(uuid4()), str(uuid4()))
    assert (await stranger.get(f"/v1/agenda-items/{item['id']}")).status_code == 404
    assert (await stranger.post(where, json=topic(departments[1]))).status_code == 404


async def test_a_late_topic_is_refused_and_the_committee_lets_one_pass(
    client: httpx.AsyncClient, member: httpx.AsyncClient, meeting: dict[str, Any], departments: list[str], clock: Hands
) -> None:
    item = await proposed(member, meeting, **topic(departments[1]))
    clock.forward(days=22)  # the day after topics were due
    where = f"/v1/joint-meetings/{meeting['id']}/agenda-items"
    refused = await member.post(where, json=topic(departments[1], departure_reason="刚接到通知"))
    assert (refused.status_code, findings(refused)) == (409, {"topic_late": "hard"})
    changed = await member.patch(f"/v1/agenda-items/{item['id']}", json={"title": "改题"}, headers=tag(item))
    assert (changed.status_code, findings(changed)) == (409, {"topic_late": "hard"})
    asked = await client.post(where, json=topic(departments[1]))
    assert (asked.status_code, findings(asked)) == (409, {"topic_late": "departure"})
    told = await client.post(where, json=topic(departments[1], departure_reason="市里临时部署"))
    assert told.status_code == 201, told.text
    (kept,) = told.json()["departures"]
    assert (kept["code"], kept["limit"], kept["actual"], kept["by"]) == ("topic_late", 7, 6, "clerk")
    seen = (await member.get(f"/v1/agenda-items/{item['id']}")).json()
    assert {each["action"]: each["reason"] for each in seen["allowed_actions"]}["update"] == "topic_late"


async def test_papers_of_a_topic(
    house: House, client: httpx.AsyncClient, member: httpx.AsyncClient, meeting: dict[str, Any], committee: str,
    departments: list[str],
) -> None:  # fmt: skip
    item = await proposed(member, meeting, **topic(departments[1]))
    where = f"/v1/agenda-items/{item['id']}/papers"
    paper = await member.post(where, params={"filename": "排查情况.pdf"}, content=PDF)
    assert paper.status_code == 201, paper.text
    location = paper.headers["location"]
    assert location == f"{where}/{paper.json()['id']}"
    other = house.member("other", departments[0], committee)
    got = await other.get(location)
    assert (got.status_code, got.content) == (200, PDF)
    assert (await other.post(where, params={"filename": "别的.pdf"}, content=PDF)).status_code == 403
    end = {"reason": "换一版"}
    assert (await other.post(f"{location}/remove", json=end, headers=tag(paper.json()))).status_code == 403
    stranger = house.member("stranger", str(uuid4()), str(uuid4()))
    assert (await stranger.get(location)).status_code == 404
    detail = (await client.get(f"/v1/agenda-items/{item['id']}")).json()
    assert [each["name"] for each in detail["papers"]] == ["排查情况.pdf"]
    assert (await client.get(f"/v1/files/{paper.json()['id']}")).content == PDF
    elsewhere = await proposed(client, meeting, **topic(None, title="年度计划"))
    wrong = f"/v1/agenda-items/{elsewhere['id']}/papers/{paper.json()['id']}"
    assert (await client.get(wrong)).status_code == 404
    assert (await client.post(f"{wrong}/remove", json=end, headers=tag(paper.json()))).status_code == 404
    gone = await member.post(f"{location}/remove", json=end, headers=tag(paper.json()))
    assert gone.status_code == 204, gone.text
    assert (await client.get(location)).status_code == 404


async def test_the_agenda_is_put_in_order(
    client: httpx.AsyncClient, meeting: dict[str, Any], departments: list[str]
) -> None:
    keys = [(await proposed(client, meeting, **topic(None, title=f"议题{number}")))["id"] for number in range(3)]
    where = f"/v1/joint-meetings/{meeting['id']}/agenda"
    for wrong in (keys[:2], [*keys[:2], keys[0]]):
        answer = await client.patch(where, json={"item_ids": wrong}, headers=tag(meeting))
        assert (answer.status_code, errors(answer)) == (422, [("/item_ids", "agenda_incomplete")])
    turned = await client.patch(where, json={"item_ids": keys[::-1]}, headers=tag(meeting))
    assert turned.status_code == 200, turned.text
    rows = (await client.get("/v1/agenda-items", params={"meeting_id": meeting["id"]})).json()["items"]
    assert [(row["id"], row["position"], row["version"]) for row in rows] == [
        (keys[2], 1, 2), (keys[1], 2, 1), (keys[0], 3, 2),
    ]  # fmt: skip
    sheet = await client.get("/v1/agenda-items", headers={"accept": "text/csv"})
    assert "议题2" in sheet.text


async def test_what_was_left_open_stands_at_the_head_by_itself(
    client: httpx.AsyncClient, committee: str, departments: list[str], meeting: dict[str, Any], clock: Hands
) -> None:
    following = await meetings.planned(client, committee, starts_at="2026-06-30T09:00:00+08:00", title="下一次")
    await proposed(client, following, **topic(None, title="自己的议题"))
    clock.forward(days=28)
    current = (await client.get(f"/v1/joint-meetings/{meeting['id']}")).json()
    current = await meetings.held(client, current, departments[:2])
    taken = [
        await client.post(
            f"/v1/joint-meetings/{meeting['id']}/decisions",
            json={"what": what, "department_id": departments[1], "due_on": due},
        )
        for what, due in (("建立台账", "2026-06-20"), ("走访企业", "2026-05-31"))
    ]
    assert [answer.status_code for answer in taken] == [201, 201], taken[0].text
    called = await meetings.invited(client, following)
    assert (called["agenda_items"], called["carried_over"]) == (3, 2)
    rows = (await client.get("/v1/agenda-items", params={"meeting_id": following["id"]})).json()["items"]
    assert [(row["position"], row["kind"], row["title"]) for row in rows] == [
        (1, "carried_over", "走访企业"), (2, "carried_over", "建立台账"), (3, "study", "自己的议题"),
    ]  # fmt: skip
    where = f"/v1/agenda-items/{rows[0]['id']}"
    kept = await client.patch(where, json={"title": "改题"}, headers=tag(rows[0]))
    assert (kept.status_code, errors(kept)) == (409, [("", "agenda_carried_over")])
    keys = [row["id"] for row in rows]
    wrong = await client.patch(
        f"/v1/joint-meetings/{following['id']}/agenda", json={"item_ids": keys[::-1]}, headers=tag(called)
    )
    assert (wrong.status_code, errors(wrong)) == (422, [("/item_ids", "agenda_head")])
    again = await meetings.invited(client, called)
    assert again["carried_over"] == 2  # none twice
    settled = taken[1].json()
    withdrawn = await client.post(
        f"/v1/joint-meetings/{meeting['id']}/decisions/{settled['id']}/withdraw",
        json={"reason": "并入第一项"}, headers=tag(settled),
    )  # fmt: skip
    assert withdrawn.status_code == 200, withdrawn.text
    clock.forward(days=95)
    held = await meetings.held(client, again, [])
    rows = (await client.get("/v1/agenda-items", params={"meeting_id": following["id"]})).json()["items"]
    assert [(row["position"], row["title"]) for row in rows] == [(1, "建立台账"), (2, "自己的议题")]
    third = await meetings.planned(client, committee, starts_at="2026-09-30T09:00:00+08:00")
    assert third["carried_over"] == 1
    closed = await client.post(f"/v1/joint-meetings/{following['id']}/agenda-items", json=topic(None))
    assert (held["state"], closed.status_code, errors(closed)) == ("held", 409, [("", "meeting_held")])


async def test_of_many_topics_at_once_each_has_its_own_place(
    client: httpx.AsyncClient, meeting: dict[str, Any]
) -> None:
    where = f"/v1/joint-meetings/{meeting['id']}/agenda-items"
    made = await asyncio.gather(*(client.post(where, json=topic(None, title=f"议题{n}")) for n in range(5)))
    assert [answer.status_code for answer in made] == [201] * 5
    rows = (await client.get("/v1/agenda-items", params={"meeting_id": meeting["id"]})).json()["items"]
    assert [row["position"] for row in rows] == [1, 2, 3, 4, 5]


async def test_nobody_proposes_or_answers_once_the_meeting_is_held(
    client: httpx.AsyncClient, member: httpx.AsyncClient, meeting: dict[str, Any], departments: list[str], clock: Hands
) -> None:
    clock.forward(days=28)
    where = f"/v1/joint-meetings/{meeting['id']}"
    mine = (await member.get("/v1/meeting-invitations", params={"department_id": departments[1]})).json()["items"][0]
    late = topic(None, departure_reason="临时增加")
    held, told, *proposed_at_once = await asyncio.gather(
        client.post(f"{where}/hold", json={"attendance": []}, headers=tag(meeting)),
        member.post(f"/v1/meeting-invitations/{mine['id']}/answer", json={"answer": "attending"}, headers=tag(mine)),
        *(client.post(f"{where}/agenda-items", json=late) for _ in range(3)),
    )
    assert held.status_code == 200, held.text
    assert told.status_code in (200, 409, 412), told.text
    assert {answer.status_code for answer in proposed_at_once} <= {201, 409}
    taken = sum(answer.status_code == 201 for answer in proposed_at_once)
    rows = (await client.get("/v1/agenda-items", params={"meeting_id": meeting["id"]})).json()["items"]
    assert [row["position"] for row in rows] == list(range(1, taken + 1))
    after = (await client.get(f"/v1/meeting-invitations/{mine['id']}")).json()
    assert (after["present"], after["answer"]) == ("none", "attending" if told.status_code == 200 else None)
