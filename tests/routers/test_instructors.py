"""Instructors over HTTP: load and room, and how one leaves without leaving anybody behind unnoticed."""

from datetime import date
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
import pytest

from tests.conftest import Api
from tests.kit import sending
from tests.kit.agreement import disagreements
from tests.kit.organizations import add
from tests.kit.party import errors, findings, tag

TODAY = date(2026, 3, 2)


@pytest.fixture
async def worker(direct: "asyncpg.Connection[Any]") -> str:
    """An instructor until September 2027."""
    return await sending.instructor(direct)


@pytest.fixture
async def other(direct: "asyncpg.Connection[Any]") -> str:
    """Another one, until September 2026."""
    return await sending.instructor(direct, "另一指导员", until=date(2026, 9, 1))


async def firms(direct: "asyncpg.Connection[Any]", worker: str, number: int) -> list[tuple[str, str]]:
    """Organisations, and the assignments by which an instructor is sent there."""
    return [(str(key), await sending.sent(direct, worker, str(key))) for key in await add(direct, number)]


async def instructor(client: httpx.AsyncClient, worker: str) -> dict[str, Any]:
    answer = await client.get(f"/v1/instructors/{worker}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_load_and_room(
    client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", worker: str, other: str
) -> None:
    ((_, first), *_) = await firms(direct, worker, 5)
    rows = {row["id"]: row for row in (await client.get("/v1/instructors")).json()["items"]}
    assert (rows[worker]["load"], rows[worker]["capacity_left"], rows[worker]["term_to"]) == (5, 0, "2027-09-01")
    assert (rows[other]["load"], rows[other]["capacity_left"]) == (0, 5)
    for query, who in (
        ({"with_room": True}, [other]),
        ({"with_room": False}, [worker]),
        ({"ending_before": "2026-12-31"}, [other]),
        ({"region": "330106000000"}, [worker, other]),
        ({"region": "330108000000"}, []),
        ({"background": "veteran"}, []),
        ({"selection_channel": "dispatched"}, [worker, other]),
        ({"station_id": str(uuid4())}, []),
    ):
        found = (await client.get("/v1/instructors", params=query)).json()["items"]
        assert {row["id"] for row in found} == set(who), query
    assert (rows[worker]["next_visit_due"], rows[other]["next_visit_due"]) == ("2025-12-02", None)
    row = await instructor(client, worker)
    assert row["next_visit_due"] == "2025-12-02", "92 days after the first of September"
    assert (row["most"], len(row["assignments"]), row["allowed_actions"][0]["allowed"]) == (5, 5, True)
    assert first in {each["id"] for each in row["assignments"]}
    csv = await client.get("/v1/instructors", headers={"accept": "text/csv"})
    assert "另一指导员" in csv.text
    assert (await client.get("/v1/instructors", params={"q": "x"})).status_code == 422


async def test_who_is_no_instructor_today_is_none(client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]") -> None:
    past = await sending.instructor(direct, until=TODAY)
    ahead = await sending.instructor(direct, since=date(2026, 3, 3))
    assert (await client.get("/v1/instructors")).json()["items"] == []
    for worker in (past, ahead, str(uuid4())):
        assert (await client.get(f"/v1/instructors/{worker}")).status_code == 404


async def test_leaving_lists_what_nobody_takes_over(
    client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", worker: str, other: str
) -> None:
    sent = await firms(direct, worker, 2)
    row = await instructor(client, worker)
    path, wish = f"/v1/instructors/{worker}/leave", {"on": "2026-03-02", "reason": "调离岗位"}
    one = [{"assignment_id": sent[0][1], "worker_id": other}]
    refused = await client.post(path, json=wish | {"hand_overs": one}, headers=tag(row))
    assert (refused.status_code, errors(refused)) == (409, [("/hand_overs", "leaves_uncovered")])
    assert sent[1][1] in refused.json()["errors"][0]["detail"]
    name = (await client.get(f"/v1/organizations/{sent[1][0]}")).json()["name"]
    assert refused.json()["errors"][0]["detail"].startswith(f"Nobody takes over {name} (")
    assert (await instructor(client, worker))["load"] == 2, "nothing half written"
    left = await client.post(
        path, json=wish | {"hand_overs": one, "uncovered_reason": "企业已停产，暂缓选派"}, headers=tag(row)
    )
    assert left.status_code == 200, left.text
    told = left.json()
    assert [(each["id"], each["end_kind"]) for each in told["handed_over"]] == [(sent[0][1], "handed_over")]
    assert [(each["id"], each["end_kind"], each["end_reason"]) for each in told["uncovered"]] == [
        (sent[1][1], "role_ended", "企业已停产，暂缓选派")
    ]
    assert (await client.get(f"/v1/instructors/{worker}")).status_code == 404
    reached = [(await client.get(f"/v1/organizations/{firm}")).json()["has_instructor"] for firm, _ in sent]
    assert reached == [True, False]
    (new,) = (await instructor(client, other))["assignments"]
    assert (new["valid_from"], new["valid_to"]) == ("2026-03-02", "2026-09-01")
    assert await disagreements(direct, TODAY) == {}


async def test_leaving_with_nothing_on_his_hands(
    client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", worker: str
) -> None:
    left = await client.post(
        f"/v1/instructors/{worker}/leave", json={"on": "2026-03-01", "reason": "调离岗位"}, headers={"if-match": '"1"'}
    )
    assert left.status_code == 200, left.text
    role = await direct.fetchrow("SELECT valid_to, end_kind, end_reason FROM worker_roles")
    assert role is not None
    assert list(role) == [date(2026, 3, 1), "ended", "调离岗位"]


async def test_who_takes_over_is_judged_like_anybody(
    client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", worker: str, other: str
) -> None:
    sent = await firms(direct, worker, 3)
    for key in await add(direct, 4):
        await sending.sent(direct, other, str(key), until=date(2026, 9, 1))
    row = await instructor(client, worker)
    wish = {
        "on": "2026-03-02", "reason": "调离岗位",
        "hand_overs": [{"assignment_id": key, "worker_id": other} for _, key in sent],
    }  # fmt: skip
    path = f"/v1/instructors/{worker}/leave"
    refused = await client.post(path, json=wish, headers=tag(row))
    assert (refused.status_code, findings(refused)) == (409, {"instructor_overloaded": "departure"})
    await direct.execute("UPDATE workers SET stated_formal = false WHERE id = $1::text::uuid", other)
    refused = await client.post(path, json=wish | {"departure_reason": "过渡三个月"}, headers=tag(row))
    assert findings(refused)["instructor_not_formal"] == "hard"
    await direct.execute("UPDATE workers SET stated_formal = true WHERE id = $1::text::uuid", other)
    left = await client.post(path, json=wish | {"departure_reason": "过渡三个月"}, headers=tag(row))
    assert left.status_code == 200, left.text
    loads = [
        each["actual"]
        for row in (await instructor(client, other))["assignments"]
        for each in (await client.get(f"/v1/assignments/{row['id']}")).json()["departures"]
    ]
    assert sorted(loads) == [6, 7], "each is judged as if those before it were sent already"


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"on": "2026-03-04"}, ("/on", "day_too_late")),
        ({"on": "2025-08-31"}, ("/on", "day_too_early")),
        ({"hand_overs": [{"assignment_id": str(uuid4()), "worker_id": str(uuid4())}]},
         ("/hand_overs/0/assignment_id", "reference_unknown")),
        ({"hand_overs": [{"assignment_id": "mine", "worker_id": str(uuid4())}]},
         ("/hand_overs/0/worker_id", "reference_unknown")),
        ({"hand_overs": [{"assignment_id": "mine", "worker_id": "self"}]},
         ("/hand_overs/0/worker_id", "hand_over_to_self")),
        ({"hand_overs": [{"assignment_id": "mine", "worker_id": str(uuid4())}] * 2},
         ("/hand_overs/1/assignment_id", "listed_twice")),
    ],
)  # fmt: skip
async def test_wrong_ways_to_leave(
    client: httpx.AsyncClient,
    direct: "asyncpg.Connection[Any]",
    worker: str,
    change: dict[str, Any],
    wrong: tuple[str, str],
) -> None:
    ((_, mine),) = await firms(direct, worker, 1)
    named = {"mine": mine, "self": worker}
    told = {
        key: [{name: named.get(text, text) for name, text in each.items()} for each in value]
        if isinstance(value, list)
        else value
        for key, value in change.items()
    }
    wish = {"on": "2026-03-02", "reason": "调离岗位", "uncovered_reason": "暂缓"} | told
    answer = await client.post(f"/v1/instructors/{worker}/leave", json=wish, headers={"if-match": '"1"'})
    assert (answer.status_code, errors(answer)) == (422, [wrong])


async def test_what_lies_beyond_the_scope_is_ended_there_first(
    api: Api, direct: "asyncpg.Connection[Any]", worker: str
) -> None:
    (key,) = await add(direct, 1, region_code=330108000000, region_level=3)
    await sending.sent(direct, worker, str(key))
    county = await api.client("county", ranges=((330106000000, 330107000000),))
    wish = {"on": "2026-03-02", "reason": "调离岗位", "uncovered_reason": "暂缓"}
    answer = await county.post(f"/v1/instructors/{worker}/leave", json=wish, headers={"if-match": '"1"'})
    assert (answer.status_code, errors(answer)) == (409, [("", "assignments_beyond_scope")])
    north = await api.client("north", ranges=((330108000000, 330109000000),))
    unseen = await north.post(f"/v1/instructors/{worker}/leave", json=wish, headers={"if-match": '"1"'})
    assert unseen.status_code == 404
    assert (await north.get("/v1/instructors")).json()["items"] == []
