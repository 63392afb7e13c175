"""What of a committee's meetings and programme is due for whom: the office sees all, a department its own."""

from typing import Any

import asyncpg
import httpx

from tests.conftest import Api, Hands
from tests.kit import meetings, programmes
from tests.kit.party import tag


async def due(client: httpx.AsyncClient, until: str = "2026-12-31") -> list[tuple[str, str, bool]]:
    answer = await client.get("/v1/reminders", params={"until": until})
    assert answer.status_code == 200, answer.text
    return [(row["kind"], row["due_on"], row["overdue"]) for row in answer.json()["items"]]


async def test_a_meeting_for_the_office_and_for_a_department(
    api: Api, direct: "asyncpg.Connection[Any]", clock: Hands
) -> None:
    house = meetings.House(api)
    client = house.officer("office")
    committee = await meetings.committee(client)
    keys = await meetings.departments(direct, committee)
    union = house.member("union", keys[2], committee)
    meeting = await meetings.planned(client, committee)
    ahead = [("meeting_topics", meeting["topics_due_on"], False), ("meeting", meeting["held_on"], False)]
    assert await due(client) == await due(union) == ahead
    meeting = await meetings.invited(client, meeting)
    asked = ("meeting_answer", meeting["attendance_due_on"], False)
    assert await due(union) == [ahead[0], asked, ahead[1]]
    assert await due(client) == [ahead[0], *[asked] * len(keys), ahead[1]]
    rows = (await union.get("/v1/reminders", params={"kind": "meeting_answer", "until": "2026-12-31"})).json()["items"]
    invitation = await union.get(rows[0]["path"])
    assert (invitation.status_code, invitation.json()["department_id"]) == (200, keys[2])
    answered = await union.post(
        f"{rows[0]['path']}/answer", json={"answer": "attending"}, headers=tag(invitation.json())
    )
    assert answered.status_code == 200, answered.text
    assert await due(union) == ahead
    clock.forward(days=29)  # the day after; nobody has said that it was held
    assert await due(client) == await due(union) == [("meeting", meeting["held_on"], True)]
    await meetings.held(client, (await client.get(f"/v1/joint-meetings/{meeting['id']}")).json(), keys)
    assert await due(client) == []


async def test_tasks_of_a_programme_once_it_is_approved(api: Api, direct: "asyncpg.Connection[Any]") -> None:
    house = meetings.House(api)
    client = house.officer("office")
    committee = await meetings.committee(client)
    keys = await meetings.departments(direct, committee)
    union, tax = house.member("union", keys[2], committee), house.member("tax", keys[3], committee)
    programme = await programmes.drawn_up(client, committee)
    await programmes.tasked(client, programme, keys[2])
    assert await due(client) == []
    other = house.officer("another")
    programme = (await client.get(f"/v1/programmes/{programme['id']}")).json()
    await programmes.done(other, "programmes", programme, "approve")
    assert await due(client) == await due(union) == [("programme_task", "2026-09-30", False)]
    assert await due(tax) == [("programme_task", "2026-09-30", False)]  # the committee's programme is all departments'
