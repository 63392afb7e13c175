"""Regions over HTTP: reading, walking down, searching, placing addresses."""

import httpx
import pytest
from sqlalchemy import text

from app.catalogues.roads import learn_roads
from app.core.acts import SYSTEM, Acts
from app.services.regions import reads, repository
from app.services.regions.facts import Entry, Retired, Successor
from app.services.regions.learning import learner
from app.services.regions.loading import load
from tests.conftest import actor


async def test_a_region_has_its_ancestors_and_its_range(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/regions/330106004000")
    assert answer.status_code == 200
    body = answer.json()
    assert (body["name"], body["level"], body["region_state"]) == ("西溪街道", 4, "in_force")
    assert [one["name"] for one in body["ancestors"]] == ["浙江省", "杭州市", "西湖区"]
    assert (body["range_low"], body["range_high"]) == ("330106004000", "330106005000")


async def test_one_code_may_be_a_city_and_its_county(client: httpx.AsyncClient) -> None:
    city = (await client.get("/v1/regions/460400000000")).json()
    county = (await client.get("/v1/regions/460400000000", params={"level": 3})).json()
    assert (city["level"], county["level"]) == (2, 3)
    assert city["name"] == county["name"] == "儋州市"
    assert [one["level"] for one in county["ancestors"]] == [1, 2]


async def test_counties_that_a_province_governs_stand_directly_below_it(client: httpx.AsyncClient) -> None:
    below = (await client.get("/v1/regions/460000000000/children", params={"limit": 200})).json()["items"]
    assert {one["level"] for one in below} == {2, 3}
    assert "省直辖县级行政区划" not in {one["name"] for one in below}
    wuzhishan = next(one for one in below if one["name"] == "五指山市")
    assert (wuzhishan["parent_code"], wuzhishan["path"]) == ("460000000000", "海南省五指山市")


async def test_a_retired_code_answers_with_its_successors(client: httpx.AsyncClient) -> None:
    body = (await client.get("/v1/regions/330103000000")).json()
    assert (body["name"], body["region_state"], body["retired_in"]) == ("下城区", "retired", "2021")
    assert [one["name"] for one in body["successors"]] == ["拱墅区"]
    assert [one["name"] for one in body["ancestors"]] == ["浙江省", "杭州市"]


@pytest.mark.parametrize(("code", "status"), [("330199000000", 404), ("33010600300", 422), ("33010600300x", 422)])
async def test_what_is_no_region_is_refused(client: httpx.AsyncClient, code: str, status: int) -> None:
    assert (await client.get(f"/v1/regions/{code}")).status_code == status


@pytest.mark.parametrize(
    ("search", "region", "first"),
    [
        ("西湖", None, "西湖区"),
        ("西溪", "330100000000", "西溪街道"),
        ("hangzhou", None, "杭州市"),
        ("hzs", None, "杭州市"),
        ("Yueqing", None, "乐清市"),
    ],
)
async def test_search_by_beginning_pinyin_and_initials(
    client: httpx.AsyncClient, search: str, region: str | None, first: str
) -> None:
    params = {"search": search} | ({"region": region} if region else {})
    items = (await client.get("/v1/regions", params=params)).json()["items"]
    assert first in [one["name"] for one in items]
    assert items[0]["level"] <= 4


async def test_the_list_goes_on_where_the_page_ended(client: httpx.AsyncClient) -> None:
    seen: list[str] = []
    params: dict[str, str | int] = {"region": "460000000000", "level": 3, "limit": 10}
    while True:
        body = (await client.get("/v1/regions", params=params)).json()
        seen += [one["code"] for one in body["items"]]
        if body["next_cursor"] is None:
            break
        params["cursor"] = body["next_cursor"]
    assert len(seen) == len(set(seen)) == 27


async def test_addresses_are_placed_with_evidence_and_alternatives(client: httpx.AsyncClient) -> None:
    answer = await client.post(
        "/v1/regions/resolve",
        json={
            "items": [
                {"address": "浙江省杭州市西湖区西溪街道某路 1 号"},
                {"address": "下城区某路1号", "city": "杭州"},
                {"address": "杭州市余杭区某路1号"},
                {"address": "某路1号", "city": "杭州", "uscc": "91330100000000000X"},
                {},
            ]
        },
    )
    assert answer.status_code == 200, answer.text
    first, second, third, fourth, last = answer.json()["items"]
    assert (first["path"], first["certain"]) == ("浙江省杭州市西湖区西溪街道", True)
    assert (second["name"], [one["code"] for one in second["evidence"]]) == ("拱墅区", ["former_county"])
    assert (third["name"], third["level"]) == ("杭州市", 2)
    assert [one["name"] for one in third["alternatives"]] == ["余杭区", "临平区"]
    assert (fourth["name"], fourth["level"], fourth["certain"]) == ("杭州市", 2, True)
    assert (last["code"], last["level"], last["certain"]) == ("000000000000", 0, False)
    assert "county" in second["evidence"][0]["text"]


async def test_operators_changes_are_seen_at_once(client: httpx.AsyncClient, acts: Acts) -> None:
    async def place(address: str) -> str:
        answer = await client.post("/v1/regions/resolve", json={"items": [{"address": address}]})
        return str(answer.json()["items"][0]["path"])

    assert await place("杭州市西湖区新设街道1号") == "浙江省杭州市西湖区"
    async with acts.open(SYSTEM) as act:
        await repository.put_operators(act, [Entry(330106777000, 4, "新设街道", 330106000000, 3)])
    assert await place("杭州市西湖区新设街道1号") == "浙江省杭州市西湖区新设街道"
    async with acts.open(SYSTEM) as act:
        await repository.retire(act, Retired(330106777000, 4, "新设街道", "2026", (Successor(330106004000, 4),)))
    assert await place("杭州市西湖区新设街道1号") == "浙江省杭州市西湖区"
    body = (await client.get("/v1/regions/330106777000")).json()
    assert (body["region_state"], [one["name"] for one in body["successors"]]) == ("retired", ["西溪街道"])


async def test_roads_learnt_from_the_register_place_what_names_only_the_road(
    client: httpx.AsyncClient, acts: Acts
) -> None:
    async def place() -> str:
        body = {"items": [{"address": "杭州市假设大道88号"}]}
        return str((await client.post("/v1/regions/resolve", json=body)).json()["items"][0]["path"])

    assert await place() == "浙江省杭州市"
    async with acts.open(SYSTEM) as act:
        teacher = await learner(act)
        for number in range(1, 9):
            teacher.see(f"西湖区西溪街道假设大道{number}号", None, 330106004000, 4)
        assert await teacher.keep(act) > 0
    assert await place() == "浙江省杭州市西湖区西溪街道"


async def test_the_register_teaches_its_roads(client: httpx.AsyncClient, acts: Acts) -> None:
    for number in range(1, 6):
        body = {
            "name": f"杭州假设{number}号有限公司",
            "region_code": "330106000000",
            "address": f"西湖区西溪街道假设大道{number}号",
        }
        assert (await client.post("/v1/organizations", json=body)).status_code == 201
    assert await learn_roads(acts) > 0
    answer = await client.post("/v1/regions/resolve", json={"items": [{"address": "杭州市假设大道88号"}]})
    assert answer.json()["items"][0]["path"] == "浙江省杭州市西湖区西溪街道"


async def test_loading_again_changes_nothing(acts: Acts) -> None:
    heard: list[tuple[int, int]] = []
    result = await load(acts, lambda done, total: heard.append((done, total)), provinces=("46", "64"))
    assert result.written == 0
    assert heard[-1][0] == heard[-1][1] == result.unchanged
    async with acts.open(SYSTEM) as act:
        states = await reads.states(act)
    assert set(states) >= {0, 33 * 10**10, 46 * 10**10, 64 * 10**10}


@pytest.mark.parametrize(
    ("condition", "index"),
    [
        ("name ^@ '西湖'", "ix_regions_name"),
        ("pinyin ^@ 'xihu'", "ix_regions_pinyin"),
        ("initials ^@ 'xh'", "ix_regions_initials"),
        ("parent_code = 330106000000 AND parent_level = 3", "ix_regions_parent_code_parent_level"),
        ("code >= 330106000000 AND code < 330107000000", "pk_regions"),
    ],
)
async def test_what_is_searched_by_has_an_index_under_row_security(acts: Acts, condition: str, index: str) -> None:
    async with acts.open(actor()) as act:
        await act.session.execute(text("SET LOCAL enable_seqscan = off"))
        plan = (await act.session.execute(text(f"EXPLAIN SELECT name FROM regions WHERE {condition}"))).scalars().all()
    assert index in "\n".join(plan)
    assert "Index Cond" in "\n".join(plan)
