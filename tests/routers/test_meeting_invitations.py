"""Invitations over HTTP: what a department answers, when it is late, and who learns the delegate's name."""

from typing import Any
from uuid import uuid4

import asyncpg
import httpx
import pytest

from app.catalogues.retention import apply_retention
from app.core.acts import Acts
from tests.conftest import Api, Hands
from tests.kit import meetings
from tests.kit.meetings import House
from tests.kit.party import errors, tag

NAME = "某某代表"
SUBSTITUTE = {"answer": "substitute", "delegate_name": NAME, "delegate_post": "党建科科长"}


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
    """A meeting, called."""
    return await meetings.invited(client, await meetings.planned(client, committee))


@pytest.fixture
def member(house: House, departments: list[str], committee: str) -> httpx.AsyncClient:
    """Somebody of the second department."""
    return house.member("member", departments[1], committee)


async def invitation(client: httpx.AsyncClient, department: str) -> dict[str, Any]:
    rows = (await client.get("/v1/meeting-invitations", params={"department_id": department})).json()["items"]
    found: dict[str, Any] = (await client.get(f"/v1/meeting-invitations/{rows[0]['id']}")).json()
    return found


async def test_answered_anew_and_late(
    client: httpx.AsyncClient, member: httpx.AsyncClient, meeting: dict[str, Any], departments: list[str], clock: Hands
) -> None:
    mine = await invitation(member, departments[1])
    assert (mine["answer"], mine["late"], mine["allowed_actions"][0]["allowed"]) == (None, False, True)
    where = f"/v1/meeting-invitations/{mine['id']}/answer"
    assert (await member.post(where, json={"answer": "attending"})).status_code == 428
    told = await member.post(where, json=SUBSTITUTE, headers=tag(mine))
    assert told.status_code == 200, told.text
    assert (told.json()["answer"], told.json()["delegate_named"], told.json()["late"]) == ("substitute", True, False)
    stale = await member.post(where, json={"answer": "attending"}, headers=tag(mine))
    assert stale.status_code == 412
    clock.forward(days=26)  # the Saturday after answers were due
    away = {"answer": "absent", "absence_reason": "参加上级会议"}
    late = await member.post(where, json=away, headers=tag(told.json()))
    assert (late.status_code, late.json()["late"], late.json()["delegate_named"]) == (200, True, False)
    rows = (await client.get("/v1/meeting-invitations", params={"late": "true"})).json()["items"]
    assert [(row["department_id"], row["absence_reason"]) for row in rows] == [(departments[1], "参加上级会议")]
    open_ones = (await client.get("/v1/meeting-invitations", params={"answered": "false"})).json()["items"]
    assert len(open_ones) == 3
    clock.forward(days=2)
    await meetings.held(client, meeting, departments[:1])
    mine = await invitation(member, departments[1])
    assert (mine["present"], mine["allowed_actions"][0]["reason"]) == ("none", "meeting_held")
    over = await member.post(where, json={"answer": "attending"}, headers=tag(mine))
    assert (over.status_code, errors(over)) == (409, [("", "meeting_held")])


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({"answer": "maybe"}, "/answer", "enum"),
        ({"answer": "substitute"}, "/delegate_name", "missing"),
        ({"answer": "attending", "delegate_name": NAME}, "/delegate_name", "delegate_unfit"),
        ({"answer": "absent"}, "/absence_reason", "missing"),
        ({"answer": "attending", "absence_reason": "无"}, "/absence_reason", "absence_unfit"),
        ({"answer": "absent", "absence_reason": "请拨 13800138000"}, "/absence_reason", "number_in_text"),
        ({"answer": "attending", "phone": "1"}, "/phone", "extra_forbidden"),
    ],
)
async def test_a_wrong_answer_is_told_where(
    member: httpx.AsyncClient, meeting: dict[str, Any], departments: list[str], body: dict[str, Any], pointer: str,
    code: str,
) -> None:  # fmt: skip
    mine = await invitation(member, departments[1])
    answer = await member.post(f"/v1/meeting-invitations/{mine['id']}/answer", json=body, headers=tag(mine))
    assert (answer.status_code, errors(answer)) == (422, [(pointer, code)]), answer.text


async def test_nobody_answers_for_another_department(
    house: House, client: httpx.AsyncClient, member: httpx.AsyncClient, meeting: dict[str, Any], departments: list[str]
) -> None:
    theirs = await invitation(client, departments[0])
    where = f"/v1/meeting-invitations/{theirs['id']}"
    assert (await member.get(where)).status_code == 200
    assert (await member.post(f"{where}/answer", json={"answer": "attending"}, headers=tag(theirs))).status_code == 403
    stranger = house.member("stranger", str(uuid4()), str(uuid4()))
    assert (await stranger.get(where)).status_code == 404
    assert (await stranger.get("/v1/meeting-invitations")).json()["items"] == []
    reader = house.officer("reader", "portal_reader")
    assert (await reader.post(f"{where}/answer", json={"answer": "attending"}, headers=tag(theirs))).status_code == 403


async def test_the_delegates_name_is_for_those_who_may_read_liaisons(
    house: House, client: httpx.AsyncClient, member: httpx.AsyncClient, meeting: dict[str, Any],
    departments: list[str], direct: "asyncpg.Connection[Any]",
) -> None:  # fmt: skip
    mine = await invitation(member, departments[1])
    where = f"/v1/meeting-invitations/{mine['id']}"
    told = await member.post(f"{where}/answer", json=SUBSTITUTE, headers=tag(mine))
    assert told.status_code == 200, told.text
    reader = house.officer("reader", "portal_reader")
    for who in (reader, member):
        for path in (where, "/v1/meeting-invitations", f"{where}/history"):
            answer = await who.get(path)
            assert answer.status_code == 200
            assert NAME not in answer.text
        sheet = await who.get("/v1/meeting-invitations", headers={"accept": "text/csv"})
        assert NAME not in sheet.text
    assert (await client.get(where)).json()["delegate_name"] == NAME
    assert NAME in (await client.get(f"{where}/history")).text
    listed = (await client.get("/v1/meeting-invitations", params={"meeting_id": meeting["id"]})).text
    assert NAME in listed
    noted = await direct.fetchval(
        "SELECT count(*) FROM audit WHERE verb = 'list' AND subject = 'meeting_invitations' AND actor = 'clerk'"
    )
    assert noted >= 1
    trail = await direct.fetch("SELECT detail::text FROM audit WHERE subject = 'meeting_invitations'")
    assert not any(NAME in (row["detail"] or "") for row in trail)


async def test_who_came_is_forgotten_once_its_time_is_over(
    client: httpx.AsyncClient, member: httpx.AsyncClient, meeting: dict[str, Any], departments: list[str],
    acts: Acts, clock: Hands, direct: "asyncpg.Connection[Any]",
) -> None:  # fmt: skip
    mine = await invitation(member, departments[1])
    where = f"/v1/meeting-invitations/{mine['id']}"
    clock.forward(days=1)
    told = await member.post(f"{where}/answer", json=SUBSTITUTE, headers=tag(mine))
    assert told.status_code == 200, told.text
    clock.forward(days=27)
    held = {"attendance": [{"department_id": departments[1], "present": "substitute"}]}
    await client.post(f"/v1/joint-meetings/{meeting['id']}/hold", json=held, headers=tag(meeting))
    clock.forward(days=730)
    assert await apply_retention(acts) == 0
    clock.forward(days=1)
    assert await apply_retention(acts) == 1
    assert await apply_retention(acts) == 0
    now = (await client.get(where)).json()
    assert (now["answer"], now["present"], now["delegate_name"]) == ("substitute", "substitute", None)
    assert NAME not in (await client.get(f"{where}/history")).text
    kept = await direct.fetchval("SELECT count(*) FROM history WHERE row::text LIKE '%' || $1 || '%'", NAME)
    assert kept == 0
