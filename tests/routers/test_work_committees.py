"""Work committees over HTTP: seats by dates, one chair at a time, and the places that lack one."""

from typing import Any

import httpx
import pytest

from tests.conftest import Api

XIHU = ((330106000000, 330107000000),)
COUNTY = "330106000000"
SEAT = {
    "department": "organization",
    "department_name": "区委组织部",
    "duty": "chair",
    "post": "副部长",
    "valid_from": "2020-01-01",
}


async def body(client: httpx.AsyncClient, code: str, kind: str = "work_committee", **change: Any) -> dict[str, Any]:
    """A superior body of the county."""
    sent = {"code": code, "kind": kind, "name": f"{kind} {code}", "region_code": COUNTY} | change
    answer = await client.post("/v1/authorities", json=sent)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def seat(client: httpx.AsyncClient, committee: dict[str, Any], version: int, **change: Any) -> httpx.Response:
    return await client.post(
        f"/v1/authorities/{committee['id']}/seats", json=SEAT | change, headers={"if-match": f'"{version}"'}
    )


def errors(answer: httpx.Response) -> list[tuple[str, str]]:
    return [(error["pointer"], error["code"]) for error in answer.json()["errors"]]


async def test_seats_are_taken_and_left_by_dates(client: httpx.AsyncClient) -> None:
    committee = await body(client, "033001006900000", founded_on="2015-01-01", founding_document="西委〔2015〕1号")
    assert committee["founding_document"] == "西委〔2015〕1号"
    assert {"action": "seat", "allowed": True, "reason": None} in committee["allowed_actions"]
    taken = await seat(client, committee, 1)
    assert (taken.status_code, taken.json()["version"]) == (200, 2), taken.text
    second = await seat(client, committee, 2, department="social_work", department_name="区委社会工作部")
    assert (second.status_code, errors(second)[0][1]) == (409, "constraint.ex_committee_seats_chair")
    twice = await seat(client, committee, 2, duty="member")
    assert (twice.status_code, errors(twice)[0][1]) == (409, "constraint.ex_committee_seats_period")
    more = await seat(client, committee, 2, duty="member", department="finance", department_name="区财政局")
    assert more.status_code == 200

    where = f"/v1/authorities/{committee['id']}/seats"
    held = (await client.get(where)).json()["items"]
    assert [(row["department_name"], row["duty"]) for row in held] == [("区委组织部", "chair"), ("区财政局", "member")]
    end = {"valid_to": "2024-05-01", "reason": "机构改革"}
    chair = next(row for row in held if row["duty"] == "chair")
    for change, pointer, code in (
        ({"valid_to": "2019-12-31"}, "/valid_to", "day_too_early"),
        ({"valid_to": "2026-03-03"}, "/valid_to", "day_future"),
        ({"reason": ""}, "/reason", "string_too_short"),
    ):
        wrong = await client.post(f"{where}/{chair['id']}/end", json=end | change, headers={"if-match": '"3"'})
        assert (wrong.status_code, errors(wrong)) == (422, [(pointer, code)])
    stale = await client.post(f"{where}/{chair['id']}/end", json=end, headers={"if-match": '"2"'})
    assert stale.status_code == 412
    left = await client.post(f"{where}/{chair['id']}/end", json=end, headers={"if-match": '"3"'})
    assert (left.status_code, left.json()["version"]) == (200, 4), left.text
    again = await client.post(f"{where}/{chair['id']}/end", json=end, headers={"if-match": '"4"'})
    assert (again.status_code, errors(again)) == (409, [("", "seat_ended")])
    next_one = await seat(client, committee, 4, department="social_work", department_name="区委社会工作部",
                          valid_from="2024-05-01")  # fmt: skip
    assert next_one.status_code == 200, next_one.text
    now = (await client.get(f"{where}?on=2026-03-01")).json()["items"]
    assert {row["department_name"] for row in now} == {"区财政局", "区委社会工作部"}
    then = (await client.get(f"{where}?on=2024-04-30")).json()["items"]
    assert {row["department_name"] for row in then} == {"区财政局", "区委组织部"}
    sheet = await client.get(where, headers={"accept": "text/csv", "accept-language": "zh"})
    assert sheet.text.removeprefix("\ufeff").startswith("部门名称,部门类别,职务,岗位,")


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"valid_from": "2026-03-03"}, "/valid_from", "day_future"),
        ({"valid_from": "2014-12-31"}, "/valid_from", "day_too_early"),
        ({"department": "army"}, "/department", "enum"),
        ({"duty": "king"}, "/duty", "enum"),
        ({"post": ""}, "/post", "string_too_short"),
        ({"department_name": "a\x00b"}, "/department_name", "string_pattern_mismatch"),
        ({"holder": "张三"}, "/holder", "extra_forbidden"),
    ],
)
async def test_wrong_seats_are_named(
    client: httpx.AsyncClient, change: dict[str, Any], pointer: str, code: str
) -> None:
    committee = await body(client, "033001006900000", founded_on="2015-01-01")
    answer = await seat(client, committee, 1, **change)
    assert answer.status_code in (400, 422), answer.text
    if answer.status_code == 422:
        assert errors(answer) == [(pointer, code)]
    assert (await client.get(f"/v1/authorities/{committee['id']}/seats")).json()["items"] == []


async def test_only_a_work_committee_that_stands_has_seats(api: Api, client: httpx.AsyncClient) -> None:
    town = await body(client, "033001006010000", "township")
    refused = await seat(client, town, 1)
    assert (refused.status_code, errors(refused)) == (409, [("", "authority_no_committee")])
    committee = await body(client, "033001006900000")
    elsewhere = await api.client("b", ranges=((330108000000, 330109000000),))
    assert (await seat(elsewhere, committee, 1)).status_code == 404
    assert (await elsewhere.get(f"/v1/authorities/{committee['id']}/seats")).status_code == 404
    reader = await api.client("r", role="reader")
    assert (await seat(reader, committee, 1)).status_code == 403
    end = {"dissolved_on": "2026-03-01", "reason": "职责划转"}
    where = f"/v1/authorities/{committee['id']}"
    assert (await client.post(f"{where}/dissolve", json=end, headers={"if-match": '"1"'})).status_code == 200
    late = await seat(client, committee, 2)
    assert (late.status_code, errors(late)) == (409, [("", "authority_dissolved")])


async def test_the_counties_without_a_work_committee_are_a_list(api: Api, client: httpx.AsyncClient) -> None:
    async def lacking(query: str) -> dict[str, tuple[str, str | None]]:
        answer = await client.get(f"/v1/work-committees/missing?limit=200&{query}")
        assert answer.status_code == 200, answer.text
        return {row["region_code"]: (row["lacking"], row["dissolved_on"]) for row in answer.json()["items"]}

    every = await lacking("region=330100000000")
    assert every[COUNTY] == ("committee", None)
    assert all(code.startswith("3301") for code in every)
    committee = await body(client, "033001006900000", founded_on="2015-01-01")
    department = await body(client, "033001006901000", "social_work_department", founded_on="2024-01-01")
    assert (await lacking("region=330100000000"))[COUNTY] == ("chair", None)
    assert (await lacking("region=330106000000&on=2014-12-31"))[COUNTY] == ("committee", None)
    assert (await seat(client, committee, 1)).status_code == 200
    assert COUNTY not in await lacking("region=330100000000")
    assert len(await lacking("region=330100000000")) == len(every) - 1
    assert (await lacking("region=330106000000&on=2019-12-31"))[COUNTY] == ("chair", None)
    end = {"dissolved_on": "2024-05-01", "reason": "职责划转"}
    where = f"/v1/authorities/{committee['id']}"
    assert (await client.post(f"{where}/dissolve", json=end, headers={"if-match": '"2"'})).status_code == 200
    answer = await client.get(f"/v1/work-committees/missing?region={COUNTY}")
    (row,) = answer.json()["items"]
    assert (row["lacking"], row["dissolved_on"]) == ("committee", "2024-05-01")
    assert (row["social_work_department_id"], row["region_name"]) == (department["id"], "西湖区")
    assert COUNTY not in await lacking("region=330106000000&on=2024-04-30")

    assert len(await lacking("region=330000000000&at_level=2")) >= 11
    xihu = await api.client("x", ranges=XIHU)
    mine = await xihu.get("/v1/work-committees/missing")
    assert [item["region_code"] for item in mine.json()["items"]] == [COUNTY]
    assert (await xihu.get("/v1/work-committees/missing?region=330100000000")).status_code == 404
    for wrong in ("region=33", "at_level=4", "at_level=x", "on=x", "where=x", "region=330106000000&region_level=2"):
        assert (await client.get(f"/v1/work-committees/missing?{wrong}")).status_code == 422, wrong
    sheet = await client.get(f"/v1/work-committees/missing?region={COUNTY}", headers={"accept": "text/csv"})
    assert "No work committee" in sheet.text


async def test_a_city_that_is_a_county_at_once_is_counted_once_a_level(client: httpx.AsyncClient) -> None:
    code = "460400000000"
    for level in (2, 3):
        answer = await client.get(f"/v1/work-committees/missing?region={code}&region_level=2&at_level={level}")
        assert code in [item["region_code"] for item in answer.json()["items"]], answer.text


async def test_a_line_is_drawn_from_its_codes(api: Api, client: httpx.AsyncClient) -> None:
    top = await body(client, "033001000000000", "unit", region_code="330100000000")
    county = await body(client, "033001006000000", "unit")
    town = await body(client, "033001006010000", "township", region_code="330106010000")
    village = await body(client, "033001006010001", "village", region_code="330106010002")
    orphan = await body(client, "033001009010000", "township", region_code="330109001000")

    async def nodes(path: str) -> list[tuple[str, str | None, int]]:
        answer = await client.get(f"/v1/authorities/{path}")
        assert answer.status_code == 200, answer.text
        return [(item["id"], item["parent_id"], item["depth"]) for item in answer.json()["items"]]

    assert await nodes(f"{top['id']}/tree") == [
        (top["id"], None, 0),
        (county["id"], top["id"], 1),
        (town["id"], county["id"], 2),
        (village["id"], town["id"], 3),
        (orphan["id"], top["id"], 2),  # where a level has no body, the next one above counts
    ]
    assert await nodes(f"{county['id']}/tree?depth=1") == [(county["id"], None, 0), (town["id"], county["id"], 1)]
    assert await nodes(f"{village['id']}/tree") == [(village["id"], None, 0)]
    assert [row[0] for row in await nodes(f"{top['id']}/children")] == [county["id"], orphan["id"]]
    assert await nodes(f"{village['id']}/children") == []
    shown = (await client.get(f"/v1/authorities/{village['id']}")).json()
    assert shown["parent_id"] == town["id"]
    assert (await client.get(f"/v1/authorities/{top['id']}")).json()["parent_id"] is None
    for wrong in ("depth=5", "depth=-1", "depth=x", "deep=1"):
        assert (await client.get(f"/v1/authorities/{top['id']}/tree?{wrong}")).status_code == 422
    page = await client.get(f"/v1/authorities/{top['id']}/tree?limit=2")
    rest = await client.get(f"/v1/authorities/{top['id']}/tree?limit=9&cursor={page.json()['next_cursor']}")
    assert len(rest.json()["items"]) == 3

    xihu = await api.client("x", ranges=XIHU)
    seen = (await xihu.get(f"/v1/authorities/{top['id']}/tree")).json()["items"]
    assert [item["id"] for item in seen] == [top["id"], county["id"], town["id"], village["id"]]
    assert (await xihu.get(f"/v1/authorities/{orphan['id']}/tree")).status_code == 404
    assert (await xihu.get(f"/v1/authorities/{orphan['id']}/children")).status_code == 404


async def test_industries_are_prefixes_kept_in_order(client: httpx.AsyncClient) -> None:
    lawyers = await body(client, "033001006997000", "industry_department", industries=["L7241", "L7231", "L7231"])
    assert lawyers["industries"] == ["L7231", "L7241"]
    where = f"/v1/authorities/{lawyers['id']}"
    same = await client.patch(where, json={"industries": ["L7241", "L7231"]}, headers={"if-match": '"1"'})
    assert same.json()["version"] == 1
    fewer = await client.patch(where, json={"industries": []}, headers={"if-match": '"1"'})
    assert (fewer.json()["industries"], fewer.json()["version"]) == ([], 2)
    for wrong in (["7231"], ["L1"], ["Z72"], ["L72311"], "L72", None, [1]):
        answer = await client.patch(where, json={"industries": wrong}, headers={"if-match": '"2"'})
        assert answer.status_code == 422, wrong
