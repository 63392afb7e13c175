"""Stations over HTTP: opened, changed, closed, and who belongs to them when."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest

from tests.conftest import Api, Hands
from tests.kit import sending
from tests.kit.agreement import disagreements
from tests.kit.party import errors, tag

DRAFT = {
    "name": "云栖小镇党建指导站",
    "region_code": "330106010000",
    "coordinates": {"longitude_e6": 120082714, "latitude_e6": 30133458},
}


async def opened(client: httpx.AsyncClient, **change: Any) -> dict[str, Any]:
    answer = await client.post("/v1/stations", json=DRAFT | change)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_opened_changed_and_closed(client: httpx.AsyncClient, clock: Hands) -> None:
    host = await client.post("/v1/hosts", json={"name": "云栖小镇", "kind": "park", "region_code": "330106010000"})
    row = await opened(client, host_id=host.json()["id"])
    assert (row["host_name"], row["longitude_e6"], row["coordinates_told_in"], row["members"]) == (
        "云栖小镇", 120082714, "cgcs2000", 0,
    )  # fmt: skip
    twice = await client.post("/v1/stations", json=DRAFT)
    assert (twice.status_code, twice.json()["errors"][0]["code"]) == (409, "constraint.uq_stations_region_code_name")
    clock.forward(minutes=1)
    path = f"/v1/stations/{row['id']}"
    changed = await client.patch(path, json={"address": "云栖路 1 号", "coordinates": None}, headers=tag(row))
    assert (changed.json()["address"], changed.json()["longitude_e6"]) == ("云栖路 1 号", None)
    same = await client.patch(path, json={"address": "云栖路 1 号"}, headers=tag(changed.json()))
    assert same.json()["version"] == 2
    assert (await client.patch(path, json={"address": "x"}, headers=tag(row))).status_code == 412
    ahead = await client.post(
        f"{path}/close", json={"closed_on": "2026-03-03", "reason": "合并"}, headers=tag(same.json())
    )
    assert errors(ahead) == [("/closed_on", "day_future")]
    clock.forward(minutes=1)
    closed = await client.post(
        f"{path}/close", json={"closed_on": "2026-03-02", "reason": "合并"}, headers=tag(same.json())
    )
    assert closed.json()["closed_on"] == "2026-03-02"
    assert {each["reason"] for each in closed.json()["allowed_actions"]} == {"station_closed"}
    again = await client.patch(path, json={"address": "x"}, headers=tag(closed.json()))
    assert (again.status_code, errors(again)) == (409, [("", "station_closed")])
    assert len((await client.get(f"{path}/history")).json()["items"]) == 3
    assert (await client.get("/v1/stations", params={"open_on": "2026-03-02"})).json()["items"] == []
    assert len((await client.get("/v1/stations", params={"region": "330106000000"})).json()["items"]) == 1
    assert "云栖小镇党建指导站" in (await client.get("/v1/stations", headers={"accept": "text/csv"})).text
    assert (await opened(client))["id"] != row["id"], "the name is free again"


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"host_id": str(uuid4())}, ("/host_id", "reference_unknown")),
        ({"authority_id": str(uuid4())}, ("/authority_id", "reference_unknown")),
        ({"region_code": "330199000000"}, ("/region_code", "region_unknown")),
        (
            {"coordinates": {"longitude_e6": 30133458, "latitude_e6": 120082714}},
            ("/coordinates", "coordinates_swapped"),
        ),
        ({"name": ""}, ("/name", "string_too_short")),
        ({"kind": "park"}, ("/kind", "extra_forbidden")),
    ],
)
async def test_wrong_stations(client: httpx.AsyncClient, change: dict[str, Any], wrong: tuple[str, str]) -> None:
    answer = await client.post("/v1/stations", json=DRAFT | change)
    assert (answer.status_code, errors(answer)) == (422, [wrong])


async def test_one_belongs_to_one_at_a_time(
    client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", clock: Hands
) -> None:
    worker = await sending.instructor(direct)
    first, second = await opened(client), await opened(client, name="另一指导站")
    path = f"/v1/stations/{first['id']}/members"
    for change, code in (
        ({"valid_from": "2026-03-03"}, "day_future"),
        ({"worker_id": str(uuid4())}, "reference_unknown"),
    ):
        answer = await client.post(
            path, json={"worker_id": worker, "valid_from": "2026-03-01"} | change, headers=tag(first)
        )
        assert [each[1] for each in errors(answer)] == [code]
    joined = await client.post(path, json={"worker_id": worker, "valid_from": "2026-03-01"}, headers=tag(first))
    assert joined.status_code == 200, joined.text
    assert joined.json()["worker_name"] == "某指导员"
    twice = await client.post(
        f"/v1/stations/{second['id']}/members",
        json={"worker_id": worker, "valid_from": "2026-03-02"},
        headers=tag(second),
    )
    assert (twice.status_code, twice.json()["errors"][0]["code"]) == (409, "constraint.ex_station_members_period")
    (row,) = (await client.get("/v1/instructors", params={"station_id": first["id"]})).json()["items"]
    assert (row["station_id"], row["station_name"]) == (first["id"], first["name"])
    clock.forward(minutes=1)
    leave = f"{path}/{joined.json()['id']}/end"
    early = await client.post(leave, json={"valid_to": "2026-02-28"}, headers=tag(joined.json()))
    assert errors(early) == [("/valid_to", "day_too_early")]
    left = await client.post(leave, json={"valid_to": "2026-03-02"}, headers=tag(joined.json()))
    assert left.json()["valid_to"] == "2026-03-02"
    again = await client.post(leave, json={"valid_to": "2026-03-02"}, headers=tag(left.json()))
    assert errors(again) == [("", "station_left")]
    other = f"/v1/stations/{second['id']}/members/{joined.json()['id']}/end"
    assert (await client.post(other, json={"valid_to": "2026-03-02"}, headers=tag(left.json()))).status_code == 404
    assert (await client.get(path, params={"on": "2026-03-01"})).json()["items"][0]["worker_id"] == worker
    assert (await client.get(path, params={"on": "2026-03-02"})).json()["items"] == []
    assert await direct.fetchval("SELECT count(*) FROM audit WHERE subject = 'station_members' AND verb = 'list'") == 2


async def test_a_closed_station_has_nobody(
    api: Api, client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]"
) -> None:
    row = await opened(client)
    worker = await sending.instructor(direct)
    await client.post(
        f"/v1/stations/{row['id']}/members", json={"worker_id": worker, "valid_from": "2026-03-01"}, headers=tag(row)
    )
    closing = {"closed_on": "2026-03-02", "reason": "合并"}
    await client.post(f"/v1/stations/{row['id']}/close", json=closing, headers=tag(row))
    assert (await client.get(f"/v1/instructors/{worker}")).json()["station_id"] is None
    north = await api.client("north", ranges=((330108000000, 330109000000),))
    assert (await north.get("/v1/stations")).json()["items"] == []
    assert (await north.get(f"/v1/stations/{row['id']}")).status_code == 404
    assert (await north.get(f"/v1/stations/{row['id']}/members")).status_code == 404
    refused = await north.post("/v1/stations", json=DRAFT)
    assert refused.status_code == 403


@pytest.mark.parametrize("end", ["worker-roles/{role}/end", "workers/{worker}/end"])
async def test_who_is_no_instructor_any_more_belongs_to_none(
    api: Api, client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", clock: Hands, end: str
) -> None:
    row = await opened(client)
    worker = await sending.instructor(direct)
    path = f"/v1/stations/{row['id']}/members"
    joining = {"worker_id": worker, "valid_from": "2026-03-01"}
    joined = await client.post(path, json=joining, headers=tag(row))
    role = await direct.fetchval("SELECT id FROM worker_roles WHERE worker_id = $1", UUID(worker))
    clock.forward(minutes=1)
    answer = await client.post(
        "/v1/" + end.format(role=role, worker=worker),
        json={"ended_on": "2026-03-02", "reason": "调离"},
        headers={"if-match": '"1"'},
    )
    assert answer.status_code == 200, answer.text
    for day, there in (("2026-03-01", [joined.json()["id"]]), ("2026-03-02", [])):
        found = (await client.get(path, params={"on": day})).json()["items"]
        assert [each["id"] for each in found] == there
    (member,) = (await client.get(path)).json()["items"]
    assert member["valid_to"] == "2026-03-02"
    assert (await client.get(f"/v1/stations/{row['id']}")).json()["members"] == 0
    again = await client.post(path, json=joining | {"valid_from": "2026-03-02"}, headers=tag(row))
    assert (again.status_code, errors(again)) == (422, [("/worker_id", "station_of_instructors")])
    assert await disagreements(direct, date(2026, 3, 2)) == {}


async def test_a_term_that_is_over_as_planned_is_none_either(
    api: Api, client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", clock: Hands
) -> None:
    row = await opened(client)
    kept = await api.client("county", ranges=((330106000000, 330107000000),))
    for until, region in ((date(2026, 3, 3), 330106000000), (sending.UNTIL, 330108000000)):
        worker = await sending.instructor(direct, region=region, until=until)
        path = f"/v1/stations/{row['id']}/members"
        joined = await client.post(path, json={"worker_id": worker, "valid_from": "2026-03-01"}, headers=tag(row))
        assert joined.status_code == 200, joined.text
    clock.forward(days=1)
    read = await kept.get(f"/v1/stations/{row['id']}")
    assert read.json()["members"] == 1, "one of the two is kept where the caller sees nobody, and counts"
    (member,) = (await kept.get(path, params={"on": "2026-03-03"})).json()["items"]
    assert member["worker_id"] == worker
