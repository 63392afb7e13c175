"""Recognition and conditions over HTTP: entered, put right, cancelled, seen where their subject stands."""

from typing import Any

import asyncpg
import httpx
import pytest

from tests.conftest import Api, Hands
from tests.kit.organizations import add
from tests.kit.party import authority, branch, errors, tag
from tests.kit.workers import worker

NOBODY = "019a3f0e-7b1c-7c55-9d3e-000000000000"
HONOUR = {"kind": "honour", "title": "优秀党务工作者", "body": "中共某区委", "awarded_on": "2026-01-15"}
SEAT = {"kind": "delegate", "title": "区党代表", "body": "区第十五次党代会", "valid_from": "2025-06-01"}
ROOM = {"kind": "activity_room", "provided": True, "since": "2026-01-05"}


async def honour(client: httpx.AsyncClient, worker_id: str, body: dict[str, Any] = HONOUR) -> dict[str, Any]:
    """Something entered."""
    answer = await client.post("/v1/treatment/honours", json={"worker_id": worker_id} | body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_seats_and_honours_are_kept_for_whom_they_are(client: httpx.AsyncClient, clock: Hands) -> None:
    who = await worker(client)
    given, seat = await honour(client, who["id"]), await honour(client, who["id"], SEAT)
    assert given["worker_name"] == who["name"]
    assert [each["allowed"] for each in given["allowed_actions"]] == [True, True]
    path = f"/v1/treatment/honours/{seat['id']}"
    clock.forward(days=1)
    ended = await client.patch(path, json={"valid_to": "2026-03-01"}, headers=tag(seat))
    assert (ended.status_code, ended.json()["valid_to"], ended.json()["version"]) == (200, "2026-03-01", 2)
    same = await client.patch(path, json={"valid_to": "2026-03-01"}, headers=tag(ended.json()))
    assert same.json()["version"] == 2
    versions = (await client.get(f"{path}/history")).json()["items"]
    assert [each["valid_to"] for each in versions] == ["2026-03-01", None]
    held = (await client.get("/v1/treatment/honours", params={"held_on": "2026-03-02"})).json()["items"]
    assert [each["id"] for each in held] == [given["id"]]
    listed = await client.get("/v1/treatment/honours", headers={"accept": "text/csv"})
    assert "优秀党务工作者" in listed.text


async def test_what_was_entered_by_mistake_counts_for_nothing(client: httpx.AsyncClient) -> None:
    who = await worker(client)
    row = await honour(client, who["id"])
    path = f"/v1/treatment/honours/{row['id']}"
    gone = await client.post(f"{path}/cancel", json={"reason": "重复录入"}, headers=tag(row))
    assert gone.json()["cancel_reason"] == "重复录入"
    for verb, body in (("PATCH", {"title": "模范"}), ("POST", {"reason": "又一次"})):
        again = await client.request(
            verb, path if verb == "PATCH" else f"{path}/cancel", json=body, headers=tag(gone.json())
        )
        assert (again.status_code, errors(again)) == (409, [("", "honour_cancelled")])
    assert (await client.get("/v1/treatment/honours", params={"cancelled": "false"})).json()["items"] == []
    assert (await client.post(f"{path}/cancel", json={"reason": "重复录入"})).status_code == 428
    assert (await client.patch(path, json={"title": "x"}, headers={"if-match": '"1"'})).status_code == 412


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        (HONOUR | {"worker_id": NOBODY}, ("/worker_id", "reference_unknown")),
        (HONOUR | {"awarded_on": "2026-03-03"}, ("/awarded_on", "day_future")),
        (HONOUR | {"awarded_on": None}, ("/awarded_on", "honour_day_needed")),
        (HONOUR | {"valid_from": "2026-01-01"}, ("/valid_from", "honour_no_period")),
        (SEAT | {"valid_from": None}, ("/valid_from", "honour_period_needed")),
        (SEAT | {"valid_from": "2026-03-03"}, ("/valid_from", "day_future")),
        (SEAT | {"awarded_on": "2026-01-01"}, ("/awarded_on", "honour_no_day")),
        (SEAT | {"valid_to": "2025-05-31"}, ("/valid_to", "day_too_early")),
        (HONOUR | {"kind": "medal"}, ("/kind", "enum")),
        (HONOUR | {"title": "电话13800138000"}, ("/title", "number_in_text")),
        (HONOUR | {"title": ""}, ("/title", "string_too_short")),
    ],
)
async def test_honours_that_cannot_be(client: httpx.AsyncClient, body: dict[str, Any], wrong: tuple[str, str]) -> None:
    who = await worker(client)
    answer = await client.post("/v1/treatment/honours", json={"worker_id": who["id"]} | body)
    assert (answer.status_code, errors(answer)) == (422, [wrong]), answer.text


async def test_conditions_of_branch_firm_and_worker(
    client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", clock: Hands
) -> None:
    who = await worker(client)
    unit = await branch(client, direct, await authority(client))
    (firm,) = await add(direct)
    rows = []
    for subject in ({"worker_id": who["id"]}, {"branch_id": unit["id"]}, {"organization_id": str(firm)}):
        answer = await client.post("/v1/treatment/conditions", json=ROOM | subject)
        assert answer.status_code == 201, answer.text
        rows.append(answer.json())
        twice = await client.post("/v1/treatment/conditions", json=ROOM | subject)
        assert (twice.status_code, twice.json()["code"]) == (409, "taken"), twice.text
    assert [row["region_code"] for row in rows] == ["330106000000", "330106010000", "330106002000"]
    assert rows[1]["branch_name"] == unit["name"]
    clock.forward(days=1)
    path = f"/v1/treatment/conditions/{rows[1]['id']}"
    gone = await client.patch(path, json={"provided": False, "since": "2026-03-01"}, headers=tag(rows[1]))
    assert gone.status_code == 200, gone.text
    lacking = (await client.get("/v1/treatment/conditions", params={"provided": "false"})).json()["items"]
    assert [each["branch_id"] for each in lacking] == [unit["id"]]
    versions = (await client.get(f"{path}/history")).json()["items"]
    assert [each["provided"] for each in versions] == [False, True]
    future = await client.patch(path, json={"since": "2026-05-01"}, headers=tag(gone.json()))
    assert (future.status_code, errors(future)) == (422, [("/since", "day_future")])


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({}, ("/worker_id", "condition_subject")),
        ({"worker_id": NOBODY, "branch_id": NOBODY}, ("/worker_id", "condition_subject")),
        ({"worker_id": NOBODY}, ("/worker_id", "reference_unknown")),
        ({"branch_id": NOBODY}, ("/branch_id", "reference_unknown")),
        ({"organization_id": NOBODY}, ("/organization_id", "reference_unknown")),
        ({"branch_id": NOBODY, "kind": "car"}, ("/kind", "enum")),
        ({"branch_id": NOBODY, "since": "2026-2-1"}, ("/since", "date_parsing")),
    ],
)
async def test_conditions_that_cannot_be(
    client: httpx.AsyncClient, body: dict[str, Any], wrong: tuple[str, str]
) -> None:
    answer = await client.post("/v1/treatment/conditions", json=ROOM | body)
    assert (answer.status_code, errors(answer)) == (422, [wrong]), answer.text


async def test_they_go_along_with_their_subject_and_are_not_seen_from_elsewhere(
    api: Api, client: httpx.AsyncClient
) -> None:
    who = await worker(client)
    row = await honour(client, who["id"])
    condition = (await client.post("/v1/treatment/conditions", json=ROOM | {"worker_id": who["id"]})).json()
    here = await api.client("here", "region_officer", ((330106000000, 330107000000),))
    there = await api.client("there", "region_officer", ((330108000000, 330109000000),))
    paths = (f"/v1/treatment/honours/{row['id']}", f"/v1/treatment/conditions/{condition['id']}")
    assert [(await here.get(path)).status_code for path in paths] == [200, 200]
    assert [(await there.get(path)).status_code for path in paths] == [404, 404]
    moved = await client.patch(f"/v1/workers/{who['id']}", json={"region_code": "330108000000"}, headers=tag(who))
    assert moved.status_code == 200, moved.text
    assert [(await here.get(path)).status_code for path in paths] == [404, 404]
    assert [(await there.get(path)).json()["region_code"] for path in paths] == ["330108000000"] * 2
