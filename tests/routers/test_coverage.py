"""Coverage over HTTP: figures with all they rest on, the past, gaps, one verdict explained, what if."""

from typing import Any

import asyncpg
import httpx
import pytest

from app.core.acts import Acts
from app.services.coverage import repository
from tests.conftest import Api, Hands, actor
from tests.kit.organizations import add

XIHU = "330106000000"
COUNTY = ((330106000000, 330107000000),)


@pytest.fixture
async def county(direct: "asyncpg.Connection[Any]") -> None:
    """A county with one of everything."""
    await add(direct, 4, formal_members_relation=5, coverage_mode="standalone")
    await add(direct, 3, formal_members_relation=3)
    await add(direct, 2, formal_members_relation=1, coverage_mode="joint")
    await add(direct, 2, formal_members_relation=2)
    await add(direct, 6, formal_members_relation=0)
    await add(direct, 3, formal_members_relation=0, has_union=True)
    await add(direct, 1, formal_members_relation=0, above_scale_reported=True)
    await add(direct, 5)
    await add(direct, 7, kind="unclassified")
    await add(direct, 2, kind="state_owned", formal_members_relation=9)
    await add(direct, 8, region_code=330108001000)
    await add(direct, 1, region_code=330100000000, region_level=2)


async def fold(acts: Acts) -> None:
    async with acts.open(actor()) as act:
        await repository.compact(act)


async def read(client: httpx.AsyncClient, path: str = "/v1/coverage", **query: Any) -> Any:
    answer = await client.get(path, params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def share(numerator: int, denominator: int) -> dict[str, Any]:
    rate = round(numerator / denominator, 4) if denominator else None
    return {"numerator": numerator, "denominator": denominator, "rate": rate}


async def test_a_county_with_all_it_rests_on(client: httpx.AsyncClient, county: None, acts: Acts) -> None:
    for _ in range(2):  # before the folding and after it
        body = await read(client, region=XIHU)
        assert body["region"] == {"code": XIHU, "level": 3, "name": "西湖区"}
        assert body["organisation_coverage"] == share(6, 26)
        assert body["work_coverage"] == share(9, 26)
        assert body["standalone_rate"] == share(4, 26)
        assert (body["organizations"], body["unclassified"], body["undetermined"], body["unplaced"]) == (35, 7, 0, 0)
        assert body["as_of"] == "2026-03-02T01:00:00Z" or body["as_of"] == "2026-03-02T01:00:00+00:00"
        assert body["policy"] == {"version": "default-2026", "id": None, "valid_from": None}
        assert body["denominator"]["name"] == "all_operating"
        assert "private_enterprise" in body["denominator"]["kinds"]
        assert "self_employed" not in body["denominator"]["kinds"]
        classes = {each["code"]: (each["reached"], each["undetermined"]) for each in body["classes"]}
        assert classes == {
            "above_scale": (share(0, 1), 32),
            "three_members": (share(4, 7), 12),
            "few_members": (share(2, 4), 12),
            "no_members": (share(3, 10), 12),
        }
        await fold(acts)


async def test_the_denominators(client: httpx.AsyncClient, county: None) -> None:
    assert (await read(client, region=XIHU, denominator="has_members"))["organisation_coverage"] == share(6, 11)
    eligible = await read(client, region=XIHU, denominator="eligible")
    assert eligible["organisation_coverage"] == share(4, 8)
    assert (eligible["unclassified"], eligible["undetermined"]) == (7, 18)


async def test_by_child_adds_up_with_what_lies_in_no_child(client: httpx.AsyncClient, county: None, acts: Acts) -> None:
    for _ in range(2):
        body = await read(client, region="330100000000", by="child")
        groups = {group["code"]: group for group in body["groups"]}
        assert groups[XIHU]["label"] == "西湖区"
        assert groups[XIHU]["organizations"] == 35
        assert groups["330108000000"]["organisation_coverage"] == share(0, 8)
        assert groups[None]["unplaced"] == 1
        assert "330102000000" in groups  # a county without any organisation is not left out
        assert sum(group["organizations"] for group in body["groups"]) == body["organizations"] == 44
        await fold(acts)
    country = await read(client, by="child")
    assert {group["code"] for group in country["groups"]} >= {"330000000000", "460000000000"}


async def test_by_kind_and_by_class(client: httpx.AsyncClient, county: None) -> None:
    kinds = {group["code"]: group for group in (await read(client, region=XIHU, by="kind"))["groups"]}
    assert kinds["private_enterprise"]["organisation_coverage"] == share(6, 26)
    assert kinds["unclassified"]["unclassified"] == 7
    assert kinds["state_owned"]["organisation_coverage"] == share(0, 0)
    classes = {group["code"]: group for group in (await read(client, region=XIHU, by="class"))["groups"]}
    assert classes["few_members"]["organisation_coverage"] == share(2, 4)


async def test_the_past_is_kept(
    client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", clock: Hands, acts: Acts
) -> None:
    first = await add(direct, 4)
    clock.forward(days=3)
    await direct.execute("SELECT set_config('liangxin.now', $1, false)", clock().isoformat())
    await direct.execute("UPDATE organizations SET coverage_mode = 'joint' WHERE id = ANY ($1)", first[:3])
    clock.forward(days=40)
    for _ in range(2):
        assert (await read(client, region=XIHU))["organisation_coverage"] == share(3, 4)
        assert (await read(client, region=XIHU, as_of="2026-03-04"))["organisation_coverage"] == share(0, 4)
        assert (await read(client, region=XIHU, as_of="2026-03-05"))["organisation_coverage"] == share(3, 4)
        before = await read(client, region=XIHU, as_of="2026-03-01", by="child")
        assert before["organizations"] == 0
        assert before["as_of"].startswith("2026-03-01T15:59:59.999999")
        await fold(acts)
    series = await read(client, "/v1/coverage/history", region=XIHU, since="2026-03-01", until="2026-03-06")
    assert [point["organisation_coverage"]["numerator"] for point in series["points"]] == [0, 0, 0, 0, 3, 3]
    assert [point["organizations"] for point in series["points"]] == [0, 4, 4, 4, 4, 4]
    months = await read(client, "/v1/coverage/history", region=XIHU, since="2026-01-15", step="month")
    assert [point["day"] for point in months["points"]] == ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-14"]


async def test_a_code_of_no_region_has_no_figures(client: httpx.AsyncClient) -> None:
    for path in ("/v1/coverage?region=330106999000", "/v1/coverage/history?region=330106999000&since=2026-03-01"):
        assert (await client.get(path)).status_code == 404
    assert (await client.post("/v1/coverage/what-if", json={"region": "330106999000"})).status_code == 404


@pytest.mark.parametrize(
    ("path", "pointer", "code"),
    [
        ("/v1/coverage?region=330106000000&as_of=2026-03-03", "/as_of", "day_future"),
        ("/v1/coverage?region=33010600000x", "/region", "string_pattern_mismatch"),
        ("/v1/coverage?region=330106000001&region_level=3", "/region", "region_shape"),
        ("/v1/coverage?region=330106000000&denominator=everyone", "/denominator", "literal_error"),
        ("/v1/coverage?region=330106000000&by=year", "/by", "literal_error"),
        ("/v1/coverage/history?since=2026-03-02&until=2026-03-01", "/since", "series_length"),
        ("/v1/coverage/history?since=2020-01-01", "/since", "series_length"),
        ("/v1/coverage/history?since=2026-03-02&until=2026-03-09", "/until", "day_future"),
        ("/v1/coverage/gaps?cursor=abc", "/cursor", "cursor_mismatch"),
        ("/v1/coverage/gaps?step=later", "/step", "literal_error"),
    ],
)
async def test_bad_questions(client: httpx.AsyncClient, path: str, pointer: str, code: str) -> None:
    answer = await client.get(path)
    assert answer.status_code == 422, answer.text
    (error,) = answer.json()["errors"]
    assert (error["pointer"], error["code"]) == (pointer, code)


async def test_a_county_officer(api: Api, county: None) -> None:
    officer = await api.client(ranges=COUNTY)
    assert (await read(officer))["region"]["code"] == XIHU  # the scope itself
    assert (await read(officer, region="330106002000"))["organizations"] == 35
    for outside in ("330108000000", "330100000000", "000000000000"):
        assert (await officer.get("/v1/coverage", params={"region": outside})).status_code == 404
    two = await api.client(ranges=(*COUNTY, (330108000000, 330109000000)))
    answer = await two.get("/v1/coverage")
    assert answer.json()["errors"][0]["code"] == "region_needed"
    assert (await read(two, region="330108000000"))["organizations"] == 8
    partner = await api.client(role="partner")
    assert (await partner.get("/v1/coverage")).status_code == 403


async def test_gaps_come_easy_first_and_place_by_place(api: Api, county: None, acts: Acts) -> None:
    client = await api.client(language="zh-Hans")
    seen: list[dict[str, Any]] = []
    cursor: str | None = None
    while True:
        page = await read(
            client, "/v1/coverage/gaps", region="330100000000", limit=4, **({"cursor": cursor} if cursor else {})
        )
        seen += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert len({row["id"] for row in seen}) == len(seen) == 26
    steps = [row["step"] for row in seen]
    assert steps == ["form_own"] * 3 + ["join"] * 2 + ["enter_above_scale"] + ["reach"] * 6 + ["find_out"] * 14
    places = [row["region_code"] for row in seen if row["step"] == "find_out"]
    assert places == sorted(places)
    assert seen[0]["reason"] == "正式党员达到人数、尚无党组织：可直接申请单独组建"
    assert seen[0]["formal_members_relation"] == 3
    counted = await read(client, "/v1/coverage/gaps", region=XIHU, step="reach", count="exact", limit=1)
    assert counted["count"] == {"value": 6, "kind": "exact"}
    assert counted["items"][0]["step"] == "reach"
    foreign = await client.get("/v1/coverage/gaps", params={"region": XIHU, "cursor": counted["next_cursor"]})
    assert foreign.status_code == 422


async def test_gaps_as_a_file(client: httpx.AsyncClient, county: None) -> None:
    answer = await client.get("/v1/coverage/gaps", params={"region": XIHU}, headers={"accept": "text/csv"})
    assert answer.status_code == 200
    assert len(answer.text.strip().splitlines()) == 1 + 17


async def test_one_verdict_explained(api: Api, direct: "asyncpg.Connection[Any]") -> None:
    (short,) = await add(
        direct, formal_members_relation=2, coverage_mode="standalone", has_union=True, staff=30, industry="C13"
    )
    client = await api.client(language="zh-Hans")
    body = await read(client, f"/v1/organizations/{short}/coverage")
    (hard,) = [each for each in body["findings"] if each["severity"] == "hard"]
    assert hard["code"] == "own_branch_below_minimum"
    assert (hard["limit"], hard["actual"]) == (3, "2")
    assert hard["citation"] == "《中国共产党章程》（2022年修改）第三十条"
    assert hard["text"] == "已单独建立党组织，但正式党员 2 名，少于 3 名"
    assert body["facts"]["staff"] == "10-49"
    assert body["facts"]["formal_members_working"] == "?"
    assert body["numbers"]["staff"] == 30
    assert body["channels"] == ["has_union"]
    answers = {each["code"]: each["answer"] for each in body["denominators"]}
    assert answers == {
        "all_operating": True, "eligible": None, "above_scale": None, "has_members": True, "san_you": None,
    }  # fmt: skip
    assert {each["code"] for each in body["classes"] if each["answer"]} == {"few_members"}
    assert body["region"]["name"] is not None
    elsewhere = await api.client(ranges=((330108000000, 330109000000),))
    assert (await elsewhere.get(f"/v1/organizations/{short}/coverage")).status_code == 404


async def test_what_if(client: httpx.AsyncClient, county: None) -> None:
    asked = {
        "region": XIHU,
        "denominator": "has_members",
        "moves": [{"count": 2, "from_mode": "none", "to_mode": "joint", "of_class": "few_members"}],
    }
    body = (await client.post("/v1/coverage/what-if", json=asked)).json()
    assert body["now"]["organisation_coverage"] == share(6, 11)
    assert body["then"]["organisation_coverage"] == share(8, 11)
    working = {
        "region": XIHU,
        "policy": {"branch_minimum": {"value": 7, "document": "试算"}},
        "denominator": "eligible",
    }
    body = (await client.post("/v1/coverage/what-if", json=working)).json()
    assert body["now"]["organisation_coverage"] == share(4, 8)
    assert body["then"]["organisation_coverage"] == share(0, 1)
    assert (await read(client, region=XIHU))["organisation_coverage"] == share(6, 26)


def other(field: str, value: Any) -> dict[str, Any]:
    return {"policy": {field: {"value": value, "document": "试算"}}}


@pytest.mark.parametrize(
    ("asked", "pointer", "code"),
    [
        (other("branch_minimum", 5), "/policy/branch_minimum/value", "off_cut_point"),
        (other("branch_minimum", "3"), "/policy/branch_minimum/value", "policy_value_wrong"),
        (other("member_basis", "both"), "/policy/member_basis/value", "policy_value_wrong"),
        (other("colour", 1), "/policy/colour/value", "policy_field_unknown"),
        ({"moves": [{"count": 1, "from_mode": "none", "to_mode": "joint"}]}, "/moves/0/count", "not_so_many"),
        ({"moves": [{"count": 0, "from_mode": "none", "to_mode": "joint"}]}, "/moves/0/count", "greater_than_equal"),
        ({"moves": [{"count": 1, "from_mode": "no", "to_mode": "joint"}]}, "/moves/0/from_mode", "enum"),
    ],
)  # fmt: skip
async def test_what_cannot_be(client: httpx.AsyncClient, asked: dict[str, Any], pointer: str, code: str) -> None:
    answer = await client.post("/v1/coverage/what-if", json={"region": XIHU, **asked})
    assert answer.status_code == 422, answer.text
    (error,) = answer.json()["errors"]
    assert (error["pointer"], error["code"]) == (pointer, code)


async def test_cut_points_are_listed(client: httpx.AsyncClient) -> None:
    limits = [{"sector": "industry", "from_yuan": 30_000_000, "never_below": 20_000_000}]
    asked = {"region": XIHU, "policy": {"above_scale": {"value": limits, "document": "x"}}}
    (error,) = (await client.post("/v1/coverage/what-if", json=asked)).json()["errors"]
    assert "2000000, 5000000, 10000000, 20000000, 400000000" in error["detail"]


async def test_a_city_that_is_its_own_county(client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]") -> None:
    """460400000000 is a city and its only county: what is known to the city only is no gap of the county."""
    await add(direct, 2, region_code=460400000000, region_level=2, formal_members_relation=3)
    await add(direct, 3, region_code=460400000000, region_level=3, formal_members_relation=3)
    for level, number in ((2, 5), (3, 3)):
        told: dict[str, Any] = {"region": "460400000000", "region_level": level}
        assert (await read(client, **told))["organizations"] == number
        gaps = await read(client, "/v1/coverage/gaps", **told, count="exact")
        assert len(gaps["items"]) == gaps["count"]["value"] == number
