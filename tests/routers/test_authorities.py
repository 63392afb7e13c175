"""Authorities over HTTP: the party's own code as ranges, within a scope, ended only when nobody stands under them."""

from typing import Any

import httpx
import pytest

from app.services.authorities.facts import depth, parsed, span, written
from tests.conftest import Api, Hands

XIHU = ((330106000000, 330107000000),)
ELSEWHERE = ((330108000000, 330109000000),)
TOWN: dict[str, Any] = {
    "code": "033001006003000",
    "kind": "township",
    "name": "中共转塘街道工作委员会",
    "region_code": "330106010000",
}


async def entered(client: httpx.AsyncClient, **change: Any) -> dict[str, Any]:
    answer = await client.post("/v1/authorities", json=TOWN | change)
    assert answer.status_code == 201, answer.text
    authority: dict[str, Any] = answer.json()
    return authority


@pytest.mark.parametrize(
    ("code", "deep", "width"),
    [
        ("033000000000000", 1, 10**12),
        ("033001000000000", 2, 10**9),
        ("033001006000000", 3, 10**6),
        ("033001006003000", 4, 10**3),
        ("033001006003002", 5, 1),
    ],
)
def test_a_code_is_a_range(code: str, deep: int, width: int) -> None:
    number = parsed(code)
    assert depth(number) == deep
    assert span(number) == (number, number + width)
    assert written(number) == code


@pytest.mark.parametrize("code", ["000000000000000", "000001000000000", "033000001000000", "33001006003000", "０" * 15])
def test_a_code_has_no_level_under_an_empty_one(code: str) -> None:
    with pytest.raises(ValueError, match=r"digits|level"):
        parsed(code)


async def test_an_authority_is_entered_changed_and_dissolved(client: httpx.AsyncClient, clock: Hands) -> None:
    authority = await entered(client, founded_on="2007-05-01")
    where = f"/v1/authorities/{authority['id']}"
    assert (authority["code"], authority["region_level"]) == ("033001006003000", 4)
    clock.forward(days=1)
    changed = await client.patch(where, json={"kind": "social_work_department"}, headers={"if-match": '"1"'})
    assert (changed.json()["kind"], changed.headers["etag"]) == ("social_work_department", '"2"')
    clock.forward(days=1)
    early = {"dissolved_on": "2007-04-30", "reason": "职责划转"}
    refused = await client.post(f"{where}/dissolve", json=early, headers={"if-match": '"2"'})
    assert refused.json()["errors"][0]["detail"] == "The day cannot be before 2007-05-01."
    end = {"dissolved_on": "2026-03-01", "reason": "职责划转"}
    ended = await client.post(f"{where}/dissolve", json=end, headers={"if-match": '"2"'})
    assert ended.json()["allowed_actions"][1]["reason"] == "authority_dissolved"
    again = await client.post(f"{where}/dissolve", json=end, headers={"if-match": '"3"'})
    assert again.status_code == 409
    late = await client.patch(where, json={"founded_on": "2026-03-02"}, headers={"if-match": '"3"'})
    assert (late.status_code, late.json()["errors"][0]["code"]) == (422, "day_after_end")
    versions = (await client.get(f"{where}/history")).json()["items"]
    assert [(v["version"], v["kind"]) for v in versions] == [
        (3, "social_work_department"),
        (2, "social_work_department"),
        (1, "township"),
    ]


async def test_a_subtree_is_listed_by_code(client: httpx.AsyncClient) -> None:
    await entered(client)
    await entered(client, code="033001006003001", kind="village", name="社区一", region_code="330106010002")
    await entered(client, code="033001006004000", name="另一街道", region_code="330106004000")
    await entered(client, code="033001900000000", kind="industry_department", name="司法局", region_code="330100000000")

    async def codes(query: str) -> list[str]:
        answer = await client.get(f"/v1/authorities?{query}")
        assert answer.status_code == 200, answer.text
        return [item["code"][3:] for item in answer.json()["items"]]

    assert await codes("under=033001006003000") == ["001006003000", "001006003001"]
    assert await codes("under=033001000000000") == ["001006003000", "001006003001", "001006004000", "001900000000"]
    assert await codes("region=330106000000") == ["001006003000", "001006003001", "001006004000"]
    assert await codes("kind=industry_department") == ["001900000000"]
    assert await codes("sort=-code&limit=1") == ["001900000000"]
    wrong = await client.get("/v1/authorities?under=033000001000000")
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "/under")


async def test_a_code_in_use_elsewhere_is_taken_and_nothing_more_is_told(api: Api) -> None:
    xihu, elsewhere = await api.client("x", ranges=XIHU), await api.client("y", ranges=ELSEWHERE)
    authority = await entered(xihu)
    taken = await elsewhere.post("/v1/authorities", json=TOWN | {"region_code": "330108001000"})
    assert (taken.status_code, taken.json()["code"]) == (409, "taken")
    assert "转塘" not in taken.text
    assert (await elsewhere.get(f"/v1/authorities/{authority['id']}")).status_code == 404
    assert (await elsewhere.get("/v1/authorities")).json()["items"] == []
    outside = await elsewhere.post("/v1/authorities", json=TOWN | {"code": "033001008000000"})
    assert outside.status_code == 403


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"code": "03300100600300"}, "/code"),
        ({"code": "033000001000000"}, "/code"),
        ({"code": "000000000000000"}, "/code"),
        ({"code": 33001006003000}, "/code"),
        ({"kind": "park"}, "/kind"),
        ({"region_code": "330106010002", "region_level": 4}, "/region_code"),
        ({"parent": "x"}, "/parent"),
    ],
)
async def test_wrong_values_are_named(client: httpx.AsyncClient, change: dict[str, Any], pointer: str) -> None:
    answer = await client.post("/v1/authorities", json=TOWN | change)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)


async def test_bodies_above_are_seen_and_referred_to_but_not_written(api: Api, client: httpx.AsyncClient) -> None:
    city = await entered(
        client, code="033001900000000", kind="industry_department", name="市律师行业党委", region_code="330100000000"
    )
    xihu = await api.client("x", ranges=XIHU)
    assert [item["id"] for item in (await xihu.get("/v1/authorities")).json()["items"]] == [city["id"]]
    assert (await xihu.get("/v1/authorities?region=330106000000")).json()["items"] == []
    where = f"/v1/authorities/{city['id']}"
    shown = (await xihu.get(where)).json()
    assert {step["reason"] for step in shown["allowed_actions"]} == {"outside_scope"}
    end = {"dissolved_on": "2026-03-01", "reason": "职责划转"}
    for answer in (
        await xihu.patch(where, json={"name": "x"}, headers={"if-match": '"1"'}),
        await xihu.post(f"{where}/dissolve", json=end, headers={"if-match": '"1"'}),
    ):
        assert (answer.status_code, answer.json()["detail"]) == (403, "This region lies outside your scope.")
    branch = await xihu.post(
        "/v1/branches",
        json={
            "name": "中共某律师事务所支部",
            "formation_mode": "territorial",
            "management_mode": "industry",
            "authority_id": city["id"],
            "region_code": "330106010000",
            "founded_on": "2026-02-10",
            "formal_members": 3,
        },
    )
    assert (branch.status_code, branch.json()["authority_name"]) == (201, "市律师行业党委")
    other = await api.client("o", ranges=((330200000000, 330300000000),))
    assert (await other.get(where)).status_code == 404
    assert (await (await api.client("n", ranges=())).get("/v1/authorities")).json()["items"] == []
