"""Matching over HTTP: proposed, accepted, rejected for good, applied at once, withdrawn; who may; what is refused."""

from typing import Any

import httpx
import pytest

from tests.conftest import Api, Hands

WEST = {"region_code": "330106002000"}
XIHU = ((330106000000, 330107000000),)
ELSEWHERE = ((330108000000, 330109000000),)


async def made(client: httpx.AsyncClient, path: str, **body: Any) -> dict[str, Any]:
    answer = await client.post(path, json=body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def town(client: httpx.AsyncClient) -> dict[str, dict[str, Any]]:
    """A building with another name, a market, and firms in, beside and without them."""
    building = {"kind": "commercial_building", "name": "翡翠大厦", "address": "文三路12号", "aliases": ["翡翠商务中心"]}
    return {
        "jade": await made(client, "/v1/hosts", **building, **WEST),
        "market": await made(client, "/v1/hosts", kind="market", name="中心市场", **WEST),
        "in": await made(client, "/v1/organizations", name="甲公司", address="文三路12号翡翠大厦3楼", **WEST),
        "alias": await made(client, "/v1/organizations", name="乙公司", address="翡翠商务中心501室", **WEST),
        "beside": await made(client, "/v1/organizations", name="丙公司", address="翡翠大厦对面", **WEST),
        "stall": await made(client, "/v1/organizations", name="丁店", address="中心市场路3号", **WEST),
        "silent": await made(client, "/v1/organizations", name="戊公司", **WEST),
    }


async def run(client: httpx.AsyncClient, **told: Any) -> dict[str, Any]:
    answer = await client.post("/v1/host-matches", json={"region": "330106000000", **told})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def listed(client: httpx.AsyncClient, **asked: str) -> list[dict[str, Any]]:
    answer = await client.get("/v1/host-matches", params=asked)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


async def said(client: httpx.AsyncClient, *items: dict[str, Any]) -> list[dict[str, Any]]:
    answer = await client.post("/v1/host-matches/decide", json={"items": list(items)})
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


async def test_proposed_decided_and_remembered(client: httpx.AsyncClient, clock: Hands) -> None:
    there = await town(client)
    figures = await run(client)
    shown = ("hosts", "organizations", "without_address", "matched", "proposed", "withdrawn", "applied")
    assert [figures[name] for name in shown] == [2, 5, 1, 3, 3, 0, 0]
    sure, alias, beside = await listed(client)
    assert [each["organization_id"] for each in (sure, alias, beside)] == [
        there[name]["id"] for name in ("in", "alias", "beside")
    ]
    assert (sure["confidence"], sure["certain"], sure["host_name"], sure["matched"]) == (
        100,
        True,
        "翡翠大厦",
        "翡翠大厦",
    )
    assert "alias_in_address" in alias["reasons"]
    assert (beside["certain"], "beside_it" in beside["reasons"]) == (False, True)

    clock.forward(hours=1)
    again = await run(client)
    assert [again[name] for name in ("proposed", "changed", "withdrawn")] == [0, 0, 0]

    taken, refused = await said(
        client,
        {"id": sure["id"], "version": 1, "verdict": "accept"},
        {"id": beside["id"], "version": 1, "verdict": "reject", "reason": "在马路对面"},
    )
    assert (taken["status"], refused["status"]) == (200, 200)
    firm = (await client.get(f"/v1/organizations/{there['in']['id']}")).json()
    assert firm["host_id"] == there["jade"]["id"]
    assert firm["provenance"]["host_id"]["source"] == "officer"

    clock.forward(hours=1)
    third = await run(client)
    assert [third[name] for name in ("organizations", "proposed", "withdrawn")] == [4, 0, 0]
    assert [each["id"] for each in await listed(client)] == [alias["id"]]
    (rejected,) = await listed(client, state="rejected")
    assert (rejected["reason"], rejected["decided_by"]) == ("在马路对面", "tester")
    versions = (await client.get(f"/v1/host-matches/{beside['id']}/history")).json()["items"]
    assert [(each["version"], each["state"]) for each in versions] == [(2, "rejected"), (1, "open")]
    detail = (await client.get(f"/v1/host-matches/{beside['id']}")).json()
    assert {each["reason"] for each in detail["allowed_actions"]} == {"match_decided"}


async def test_certain_ones_are_applied_at_once(client: httpx.AsyncClient) -> None:
    there = await town(client)
    assert (await run(client, apply="certain"))["applied"] == 2
    firm = (await client.get(f"/v1/organizations/{there['alias']['id']}")).json()
    assert (firm["host_id"], firm["version"]) == (there["jade"]["id"], 2)
    assert firm["provenance"]["host_id"]["source"] == "host_matches"
    left = await client.get(f"/v1/organizations/{there['beside']['id']}")
    assert left.json()["host_id"] is None
    assert len(await listed(client, state="accepted")) == 2


async def test_what_no_longer_fits_is_withdrawn(client: httpx.AsyncClient, clock: Hands) -> None:
    there = await town(client)
    await run(client)
    clock.forward(hours=1)
    where = f"/v1/organizations/{there['alias']['id']}"
    await client.patch(where, json={"address": "古墩路1号"}, headers={"if-match": '"1"'})
    assert [(await run(client))[name] for name in ("withdrawn", "proposed")] == [1, 0]
    assert len(await listed(client)) == 2


async def test_a_proposal_follows_its_organisation(client: httpx.AsyncClient, api: Api) -> None:
    there = await town(client)
    await run(client)
    where = f"/v1/organizations/{there['in']['id']}"
    await client.patch(where, json={"region_code": "330108000000"}, headers={"if-match": '"1"'})
    before, after = await api.client("x", ranges=XIHU), await api.client("y", ranges=ELSEWHERE)
    assert there["in"]["id"] not in {each["organization_id"] for each in await listed(before)}
    (moved,) = await listed(after)
    assert (moved["organization_id"], moved["host_name"]) == (there["in"]["id"], None)
    (answer,) = await said(after, {"id": moved["id"], "version": moved["version"], "verdict": "accept"})
    assert (answer["status"], answer["problem"]["code"]) == (403, "forbidden")


async def test_refused_one_by_one(client: httpx.AsyncClient) -> None:
    there = await town(client)
    await run(client)
    sure, alias, beside = await listed(client)
    end = {"closed_on": "2026-03-01", "reason": "拆除"}
    where = f"/v1/organizations/{there['alias']['id']}"
    await client.patch(where, json={"host_id": there["market"]["id"]}, headers={"if-match": '"1"'})
    items = await said(
        client,
        {"id": sure["id"], "version": 7, "verdict": "accept"},
        {"id": alias["id"], "version": 1, "verdict": "accept"},
        {"id": beside["id"], "version": 1, "verdict": "reject"},
        {"id": beside["id"], "version": 2, "verdict": "accept"},
        {"id": "019b2c34-6f00-7a11-8a55-2f6f0c1d9e02", "version": 1, "verdict": "accept"},
    )
    assert [each["status"] for each in items] == [412, 409, 200, 409, 404]
    assert items[1]["problem"]["errors"][0]["code"] == "organization_has_host"
    assert items[3]["problem"]["errors"][0]["code"] == "match_decided"
    await client.post(f"/v1/hosts/{there['jade']['id']}/close", json=end, headers={"if-match": '"1"'})
    (closed,) = await said(client, {"id": sure["id"], "version": 1, "verdict": "accept"})
    assert closed["problem"]["errors"][0]["code"] == "host_closed"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"region": "330000000000"}, 422, "match_region_too_wide"),
        ({"region": "339999000000"}, 422, "region_unknown"),
        ({"region": "33"}, 422, None),
        ({"region": "330106000000", "apply": "all"}, 422, None),
        ({"region": "330106000000", "radius": 1}, 422, None),
        ({}, 422, None),
    ],
)
async def test_bad_runs(client: httpx.AsyncClient, body: dict[str, Any], status: int, code: str | None) -> None:
    answer = await client.post("/v1/host-matches", json=body)
    assert answer.status_code == status
    assert code is None or answer.json()["errors"][0]["code"] == code


async def test_who_may(api: Api, client: httpx.AsyncClient) -> None:
    await town(client)
    await run(client)
    xihu, elsewhere = await api.client("x", ranges=XIHU), await api.client("y", ranges=ELSEWHERE)
    reader = await api.client("r", role="reader", ranges=XIHU)
    assert len(await listed(xihu)) == 3
    assert await listed(elsewhere) == []
    first = (await listed(reader))[0]
    assert (await reader.post("/v1/host-matches", json={"region": "330106000000"})).status_code == 403
    assert (await elsewhere.post("/v1/host-matches", json={"region": "330106000000"})).status_code == 404
    assert (await elsewhere.get(f"/v1/host-matches/{first['id']}")).status_code == 404
    seen = (await reader.get(f"/v1/host-matches/{first['id']}")).json()
    assert {each["reason"] for each in seen["allowed_actions"]} == {"permission"}


async def test_as_a_file(client: httpx.AsyncClient) -> None:
    await town(client)
    await run(client)
    sheet = await client.get("/v1/host-matches", headers={"accept": "text/csv"})
    head, first, *rest = sheet.content.decode("utf-8-sig").splitlines()
    assert head.startswith("Organization,Address,Host")
    assert "name_in_address" in first
    assert len(rest) == 2
