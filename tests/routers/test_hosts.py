"""Hosts over HTTP: entering, changing, closing, finding; who sees them; what is refused."""

from typing import Any

import httpx
import pytest

from tests.conftest import Api, Hands

XIHU = ((330106000000, 330107000000),)
ELSEWHERE = ((330108000000, 330109000000),)
PARK: dict[str, Any] = {"kind": "park", "name": "云栖小镇", "region_code": "330106010000"}


async def entered(client: httpx.AsyncClient, **change: Any) -> dict[str, Any]:
    answer = await client.post("/v1/hosts", json=PARK | change)
    assert answer.status_code == 201, answer.text
    host: dict[str, Any] = answer.json()
    assert answer.headers["location"] == f"/v1/hosts/{host['id']}"
    assert answer.headers["etag"] == '"1"'
    return host


async def test_a_host_is_entered_read_changed_and_closed(client: httpx.AsyncClient, clock: Hands) -> None:
    host = await entered(client, address=" 云栖路 1 号 ", opened_on="2015-03-01")
    assert (host["region_code"], host["region_level"], host["address"]) == ("330106010000", 4, "云栖路 1 号")
    where = f"/v1/hosts/{host['id']}"
    assert [step["allowed"] for step in host["allowed_actions"]] == [True, True]

    clock.forward(days=1)
    changed = await client.patch(where, json={"address": None}, headers={"if-match": '"1"'})
    assert (changed.status_code, changed.json()["address"], changed.headers["etag"]) == (200, None, '"2"')
    same = await client.patch(where, json={"address": None}, headers={"if-match": '"2"'})
    assert same.headers["etag"] == '"2"'

    clock.forward(days=1)
    end = {"closed_on": "2026-03-03", "reason": "园区整体搬迁"}
    closed = await client.post(f"{where}/close", json=end, headers={"if-match": '"2"'})
    assert closed.json()["closed_on"] == "2026-03-03"
    assert closed.json()["allowed_actions"][1] == {"action": "close", "allowed": False, "reason": "host_closed"}
    again = await client.post(f"{where}/close", json=end, headers={"if-match": '"3"'})
    assert (again.status_code, again.json()["errors"][0]["code"]) == (409, "host_closed")

    versions = (await client.get(f"{where}/history")).json()["items"]
    assert [(v["version"], v["address"], v["closed_on"]) for v in versions] == [
        (3, None, "2026-03-03"),
        (2, None, None),
        (1, "云栖路 1 号", None),
    ]
    assert [v["replaced_by"] for v in versions] == [None, "tester", "tester"]
    assert versions[0]["recorded_to"] is None
    assert versions[1]["recorded_to"] == versions[0]["recorded_at"]


async def test_updates_need_the_version_that_was_read(client: httpx.AsyncClient) -> None:
    where = f"/v1/hosts/{(await entered(client))['id']}"
    assert (await client.patch(where, json={"name": "x"})).status_code == 428
    assert (await client.patch(where, json={"name": "x"}, headers={"if-match": '"7"'})).status_code == 412
    read = await client.get(where, headers={"if-none-match": '"1"'})
    assert read.status_code == 304


async def test_the_same_open_host_twice_is_taken(client: httpx.AsyncClient) -> None:
    host = await entered(client)
    twice = await client.post("/v1/hosts", json=PARK)
    assert (twice.status_code, twice.json()["code"]) == (409, "taken")
    assert twice.json()["errors"][0]["detail"] == "There is a host of this kind and name at this place."
    await entered(client, kind="market")
    end = {"closed_on": "2026-03-02", "reason": "搬迁"}
    await client.post(f"/v1/hosts/{host['id']}/close", json=end, headers={"if-match": '"1"'})
    await entered(client)


async def test_a_county_sees_and_writes_its_own(api: Api) -> None:
    xihu, elsewhere = await api.client("x", ranges=XIHU), await api.client("y", ranges=ELSEWHERE)
    host = await entered(xihu)
    where = f"/v1/hosts/{host['id']}"
    assert (await elsewhere.get("/v1/hosts")).json()["items"] == []
    for answer in (
        await elsewhere.get(where),
        await elsewhere.get(f"{where}/history"),
        await elsewhere.patch(where, json={"name": "x"}, headers={"if-match": '"1"'}),
    ):
        assert answer.status_code == 404
    outside = await elsewhere.post("/v1/hosts", json=PARK)
    assert (outside.status_code, outside.json()["detail"]) == (403, "This region lies outside your scope.")
    assert (await xihu.get(where)).status_code == 200


async def test_a_reader_is_told_what_it_may_not_do(api: Api, client: httpx.AsyncClient) -> None:
    host = await entered(client)
    reader = await api.client("r", role="reader")
    shown = (await reader.get(f"/v1/hosts/{host['id']}")).json()
    assert {step["reason"] for step in shown["allowed_actions"]} == {"permission"}
    assert (await reader.post("/v1/hosts", json=PARK)).status_code == 403
    assert (await api.client("p", role="partner")).headers
    assert (await (await api.client("p", role="partner")).get("/v1/hosts")).status_code == 403


async def test_the_list_is_filtered_sorted_paged_and_a_file(client: httpx.AsyncClient) -> None:
    await entered(client)
    await entered(client, kind="market", name="城西市场", region_code="330106011000")
    await entered(client, kind="community", name="同心社区", region_code="330108001000", opened_on="2026-01-01")

    async def names(query: str) -> list[str]:
        answer = await client.get(f"/v1/hosts?{query}")
        assert answer.status_code == 200, answer.text
        return [item["name"] for item in answer.json()["items"]]

    assert await names("") == ["云栖小镇", "城西市场", "同心社区"]
    assert await names("region=330106000000") == ["云栖小镇", "城西市场"]
    assert await names("region=330100000000&kind=community") == ["同心社区"]
    assert await names("name=市") == ["城西市场"]
    assert await names("open_on=2025-12-31") == ["云栖小镇", "城西市场"]
    assert await names("sort=-region_code") == ["同心社区", "城西市场", "云栖小镇"]
    first = (await client.get("/v1/hosts?limit=2&count=exact")).json()
    assert first["count"] == {"value": 3, "kind": "exact"}
    assert await names(f"limit=2&cursor={first['next_cursor']}") == ["同心社区"]
    file = await client.get("/v1/hosts?region=330106000000", headers={"accept": "text/csv"})
    lines = file.content.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("Host,Type of host,Region code")
    assert len(lines) == 3


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"kind": "castle"}, "/kind", "enum"),
        ({"name": "   "}, "/name", "string_too_short"),
        ({"name": "a\nb"}, "/name", "string_pattern_mismatch"),
        ({"name": "好" * 201}, "/name", "string_too_long"),
        ({"name": None}, "/name", "string_type"),
        ({"region_code": "33010601000"}, "/region_code", "string_pattern_mismatch"),
        ({"region_code": 330106010000}, "/region_code", "string_type"),
        ({"region_level": 3}, "/region_code", "region_shape"),
        ({"region_level": 9}, "/region_level", "less_than_equal"),
        ({"opened_on": 20260301}, "/opened_on", "date_parsing"),
        ({"opened_on": "2026-02-30"}, "/opened_on", "date_from_datetime_parsing"),
        ({"colour": "red"}, "/colour", "extra_forbidden"),
    ],
)
async def test_wrong_values_are_named_and_not_echoed(
    client: httpx.AsyncClient, change: dict[str, Any], pointer: str, code: str
) -> None:
    answer = await client.post("/v1/hosts", json=PARK | change)
    assert answer.status_code == 422
    assert [(error["pointer"], error["code"]) for error in answer.json()["errors"]] == [(pointer, code)]


async def test_a_null_name_is_no_way_to_leave_it_out(client: httpx.AsyncClient) -> None:
    where = f"/v1/hosts/{(await entered(client))['id']}"
    answer = await client.patch(where, json={"name": None}, headers={"if-match": '"1"'})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/name")


@pytest.mark.parametrize("day", ["2026-03-03", "2015-02-28"])
async def test_a_host_closes_between_its_opening_and_today(client: httpx.AsyncClient, day: str) -> None:
    where = f"/v1/hosts/{(await entered(client, opened_on='2015-03-01'))['id']}"
    end = {"closed_on": day, "reason": "搬迁"}
    answer = await client.post(f"{where}/close", json=end, headers={"if-match": '"1"'})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/closed_on")


async def test_no_such_host_is_404(client: httpx.AsyncClient) -> None:
    nowhere = "/v1/hosts/019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c11"
    assert (await client.get(nowhere)).status_code == 404
    assert (await client.get(f"{nowhere}/history")).status_code == 404
    assert (await client.get("/v1/hosts/nobody")).status_code == 422


async def test_coordinates_are_stated_corrected_and_found_by(client: httpx.AsyncClient) -> None:
    """What a web map shows is kept on one datum, so that the same building is near itself however it was read."""
    here = {"longitude_e6": 120_153_576, "latitude_e6": 30_287_459}
    exact = await entered(client, coordinates=here | {"datum": "wgs84"})
    assert (exact["longitude_e6"], exact["latitude_e6"]) == (here["longitude_e6"], here["latitude_e6"])
    shifted = await entered(client, name="同一园区", coordinates=here | {"datum": "gcj02"})
    moved = abs(shifted["longitude_e6"] - here["longitude_e6"])
    assert 3_000 < moved < 8_000  # some hundred metres: what the shift amounts to in Hangzhou
    await entered(client, name="没有坐标的园区")

    async def near(metres: int) -> list[str]:
        asked = {"near": f"{here['longitude_e6']},{here['latitude_e6']}", "within_metres": str(metres)}
        answer = await client.get("/v1/hosts", params=asked)
        assert answer.status_code == 200, answer.text
        return [row["name"] for row in answer.json()["items"]]

    assert await near(100) == ["云栖小镇"]
    assert set(await near(2_000)) == {"云栖小镇", "同一园区"}
    gone = await client.patch(f"/v1/hosts/{exact['id']}", json={"coordinates": None}, headers={"if-match": '"1"'})
    assert (gone.status_code, gone.json()["longitude_e6"]) == (200, None)
    assert await near(100) == []


@pytest.mark.parametrize(
    ("longitude", "latitude", "code"),
    [(30_287_459, 120_153_576, "coordinates_swapped"), (2_352_222, 48_856_613, "coordinates_outside")],
)
async def test_coordinates_that_cannot_be_are_refused(
    client: httpx.AsyncClient, longitude: int, latitude: int, code: str
) -> None:
    told = {"longitude_e6": longitude, "latitude_e6": latitude}
    for path, body in (("/v1/hosts", PARK), ("/v1/organizations", {"name": "某公司", "region_code": "330106010000"})):
        answer = await client.post(path, json=body | {"coordinates": told})
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, code), answer.text
        assert str(longitude) not in answer.text
