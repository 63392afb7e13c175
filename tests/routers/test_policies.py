"""Policies over HTTP: dated, whole, of the deepest region, and what figures say of them."""

from typing import Any

import httpx
import pytest

from tests.conftest import Api, Hands

CITY, XIHU, BINJIANG = "330100000000", "330106000000", "330108000000"


def draft(**told: Any) -> dict[str, Any]:
    body: dict[str, Any] = {
        "kind": "coverage",
        "region_code": CITY,
        "region_level": 2,
        "valid_from": "2026-03-01",
        "numbers": {"above_scale_staff": {"value": 100, "document": "某市〔2026〕1号"}},
        "reason": "会议决定",
    }
    return body | told


async def in_force(client: httpx.AsyncClient, region: str, **query: Any) -> Any:
    answer = await client.get("/v1/policies/in-force", params={"kind": "coverage", "region": region, **query})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_without_any_the_defaults_hold(client: httpx.AsyncClient) -> None:
    body = await in_force(client, XIHU)
    assert (body["policy_version"], body["id"]) == ("default-2026", None)
    assert body["numbers"]["branch_minimum"] == {"value": 3, "document": "《中国共产党章程》（2022年修改）第三十条"}
    assert body["numbers"]["above_scale_staff"]["value"] is None


async def test_the_deepest_region_wins_and_keeps_what_it_did_not_change(client: httpx.AsyncClient) -> None:
    made = await client.post("/v1/policies", json=draft())
    assert made.status_code == 201, made.text
    city = made.json()
    assert made.headers["location"] == f"/v1/policies/{city['id']}"
    assert (await client.get(made.headers["location"])).json() == city
    own = draft(region_code=XIHU, region_level=3, numbers={"branch_minimum": {"value": 7, "document": "某区"}})
    county = (await client.post("/v1/policies", json=own)).json()
    here, beside = await in_force(client, XIHU), await in_force(client, BINJIANG)
    assert here["policy_version"] == county["policy_version"] == f"coverage-{_number(county)}"
    assert (here["numbers"]["branch_minimum"]["value"], here["numbers"]["above_scale_staff"]["value"]) == (7, 100)
    assert beside["policy_version"] == city["policy_version"]
    assert (await in_force(client, CITY, region_level=2))["policy_version"] == city["policy_version"]
    assert (await in_force(client, "330000000000"))["policy_version"] == "default-2026"
    coverage = (await client.get("/v1/coverage", params={"region": "330106002000"})).json()
    assert coverage["policy"] == {
        "version": county["policy_version"], "id": county["id"], "valid_from": "2026-03-01",
    }  # fmt: skip


def _number(policy: dict[str, Any]) -> str:
    return str(policy["policy_version"]).rpartition("-")[2]


async def test_days_and_versions(client: httpx.AsyncClient, clock: Hands) -> None:
    await client.post("/v1/policies", json=draft(valid_from="2026-03-10"))
    off = {"above_scale_staff": {"value": None, "document": "某市〔2026〕9号"}}
    await client.post("/v1/policies", json=draft(valid_from="2026-04-10", numbers=off))
    told = [
        (await in_force(client, XIHU, day=day))["numbers"]["above_scale_staff"]["value"]
        for day in ("2026-03-09", "2026-03-10", "2026-04-09", "2026-04-10")
    ]
    assert told == [None, 100, 100, None]
    clock.forward(days=50)
    then = await client.get("/v1/coverage", params={"region": XIHU, "as_of": "2026-03-09"})
    today = await client.get("/v1/coverage", params={"region": XIHU, "as_of": "2026-03-09", "rules": "today"})
    assert then.json()["policy"]["version"] == "default-2026"
    assert today.json()["policy"]["valid_from"] == "2026-04-10"


async def test_two_for_one_place_and_day_are_refused(client: httpx.AsyncClient) -> None:
    assert (await client.post("/v1/policies", json=draft())).status_code == 201
    again = await client.post("/v1/policies", json=draft())
    assert again.status_code == 409
    assert again.json()["code"] == "taken"


async def test_a_county_reads_its_citys_and_lays_down_its_own_only(api: Api) -> None:
    county = await api.client(ranges=((330106000000, 330107000000),))
    assert (await county.post("/v1/policies", json=draft())).status_code == 403
    assert (await county.post("/v1/policies", json=draft(region_code=BINJIANG, region_level=3))).status_code == 403
    assert (await (await api.client()).post("/v1/policies", json=draft())).status_code == 201
    assert (await county.post("/v1/policies", json=draft(region_code=XIHU, region_level=3))).status_code == 201
    assert len((await county.get("/v1/policies")).json()["items"]) == 2
    one = (await county.get("/v1/policies", params={"region": CITY, "region_level": 2, "kind": "coverage"})).json()
    assert [row["region_code"] for row in one["items"]] == [CITY]
    reader = await api.client(role="reader")
    assert (await reader.post("/v1/policies", json=draft())).status_code == 403


def staff(value: Any) -> dict[str, Any]:
    return {"numbers": {"san_you_staff": {"value": value, "document": "某市"}}}


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"kind": "weather"}, "/kind", "policy_kind_unknown"),
        ({"numbers": {}}, "/numbers", "value_wrong"),
        (staff(8), "/numbers/san_you_staff/value", "off_cut_point"),
        (staff(True), "/numbers/san_you_staff/value", "policy_value_wrong"),
        ({"numbers": {"san_you_staff": {"value": 10}}}, "/numbers/san_you_staff/document", "missing"),
        ({"numbers": {"version": {"value": "x", "document": "x"}}}, "/numbers/version/value", "policy_field_unknown"),
        ({"region_code": "330106000001", "region_level": 3}, "/region_code", "region_shape"),
        ({"valid_from": 20260301}, "/valid_from", "date_parsing"),
    ],
)  # fmt: skip
async def test_what_is_refused(client: httpx.AsyncClient, change: dict[str, Any], pointer: str, code: str) -> None:
    answer = await client.post("/v1/policies", json=draft(**change))
    assert answer.status_code == 422, answer.text
    assert (answer.json()["errors"][0]["pointer"], answer.json()["errors"][0]["code"]) == (pointer, code)


async def test_every_field_of_every_kind_survives_the_wire(client: httpx.AsyncClient) -> None:
    for kind in ("coverage", "branches"):
        found = (await client.get("/v1/policies/in-force", params={"kind": kind, "region": XIHU})).json()
        made = await client.post("/v1/policies", json=draft(kind=kind, numbers=found["numbers"]))
        assert made.status_code == 201, made.text
        assert made.json()["numbers"] == found["numbers"]
