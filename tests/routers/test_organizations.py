"""The register over HTTP: entering, changing, finding, closing."""

import asyncio
from typing import Any

import httpx
import pytest

from app.core.acts import Acts
from app.services.organizations.uscc import check_character
from tests.conftest import Api
from tests.kit.pushing import Pusher
from tests.services.exchange.test_applying import firm

STREET = "330102001000"
OFFICER = "tester"


def uscc(serial: int = 1, prefix: str = "91", county: str = "330102") -> str:
    """A valid code."""
    stem = f"{prefix}{county}{serial:09d}"
    return stem + check_character(stem)


async def entered(client: httpx.AsyncClient, **told: Any) -> dict[str, Any]:
    """An organisation entered by hand."""
    body = {"name": "杭州澄若拓纺织有限公司", "region_code": STREET} | told
    answer = await client.post("/v1/organizations", json=body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def listed(client: httpx.AsyncClient, **asked: Any) -> list[str]:
    """The names on the first page."""
    answer = await client.get("/v1/organizations", params=asked)
    assert answer.status_code == 200, answer.text
    return [item["name"] for item in answer.json()["items"]]


async def codes(answer: httpx.Response) -> list[tuple[str, str]]:
    """Where a refused request is wrong, and how."""
    return [(error["pointer"], error["code"]) for error in answer.json()["errors"]]


async def test_a_body_without_a_code_is_entered_and_read_back(client: httpx.AsyncClient) -> None:
    answer = await client.post(
        "/v1/organizations",
        json={"name": "清波门骑手驿站", "region_code": STREET, "formal_members_working": 2, "has_liaison": True},
    )
    assert answer.status_code == 201
    made = answer.json()
    assert answer.headers["location"] == f"/v1/organizations/{made['id']}"
    assert answer.headers["etag"] == '"1"'
    assert made["kind"] == "informal_body"
    assert made["kind_source"] == "derived"
    assert (made["region_code"], made["region_level"]) == (STREET, 4)
    assert [step["name"] for step in made["region_path"]] == ["浙江省", "杭州市", "上城区", "清波街道"]
    assert made["provenance"]["formal_members_working"]["source"] == "officer"
    assert "staff" not in made["provenance"]
    assert made["allowed_actions"][0] == {"action": "update", "allowed": True, "reason": None}
    read = await client.get(answer.headers["location"])
    assert read.json() == made
    again = await client.get(answer.headers["location"], headers={"if-none-match": '"1"'})
    assert again.status_code == 304


async def test_one_that_rests_is_entered_as_such(client: httpx.AsyncClient) -> None:
    made = await entered(client, status="suspended")
    assert (made["status"], made["provenance"]["status"]["source"]) == ("suspended", "officer")


async def test_the_kind_follows_from_code_and_type_unless_the_officer_decides(client: httpx.AsyncClient) -> None:
    law = await entered(client, name="浙江澄若律师事务所", uscc=uscc(1, "31"))
    assert (law["kind"], law["kind_source"]) == ("intermediary", "derived")
    told = await entered(client, name="杭州澄若有限公司", uscc=uscc(2), kind="state_owned")
    assert (told["kind"], told["kind_source"]) == ("state_owned", "officer")
    path = f"/v1/organizations/{told['id']}"
    named = await client.patch(path, json={"registered_type": "私营有限责任公司"}, headers={"if-match": '"1"'})
    assert named.json()["kind"] == "state_owned"
    given_back = await client.patch(path, json={"kind": None}, headers={"if-match": '"2"'})
    assert (given_back.json()["kind"], given_back.json()["kind_source"]) == ("private_enterprise", "derived")
    assert "kind" not in given_back.json()["provenance"]


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({"uscc": uscc()[:-1] + "?"}, ("/uscc", "uscc_character")),
        ({"uscc": uscc()[:-1] + ("1" if uscc()[-1] != "1" else "2")}, ("/uscc", "uscc_check")),
        ({"uscc": "330102000012345"}, ("/uscc", "uscc_length")),
        ({"name": "（）"}, ("/name", "name_blank")),
        ({"region_code": "330102001001", "region_level": 4}, ("/region_code", "region_shape")),
        ({"region_code": "990000000000"}, ("/region_code", "region_unknown")),
        ({"host_id": "00000000-0000-7000-8000-000000000000"}, ("/host_id", "reference_unknown")),
        ({"established_on": "2026-03-03"}, ("/established_on", "day_future")),
        ({"staff": -1}, ("/staff", "greater_than_equal")),
        ({"staff": 10**9}, ("/staff", "less_than_equal")),
        ({"staff": True}, ("/staff", "int_type")),
        ({"status": "closed"}, ("/status", "literal_error")),
        ({"coverage_mode": "standalone"}, ("/coverage_mode", "extra_forbidden")),
        ({"industry": "十"}, ("/industry", "string_pattern_mismatch")),
    ],
)
async def test_what_is_wrong_is_named_and_not_echoed(
    client: httpx.AsyncClient, body: dict[str, Any], wrong: tuple[str, str]
) -> None:
    answer = await client.post("/v1/organizations", json={"name": "甲公司", "region_code": STREET} | body)
    assert answer.status_code == 422
    assert await codes(answer) == [wrong]


async def test_a_full_width_code_is_the_same_code(client: httpx.AsyncClient) -> None:
    code = uscc(7)
    wide = "".join(chr(ord(letter) + 0xFEE0) for letter in code)
    assert (await entered(client, uscc=wide))["uscc"] == code
    answer = await client.post("/v1/organizations", json={"name": "乙公司", "region_code": STREET, "uscc": code})
    assert answer.status_code == 409
    assert await codes(answer) == [("/uscc", "uscc_taken")]


async def test_of_many_that_enter_one_code_at_once_one_does(client: httpx.AsyncClient) -> None:
    body = {"name": "甲公司", "region_code": STREET, "uscc": uscc(9)}
    answers = await asyncio.gather(*(client.post("/v1/organizations", json=body) for _ in range(8)))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 7
    assert len(await listed(client, search="甲公司")) == 1


async def test_of_many_updates_of_one_version_one_counts(client: httpx.AsyncClient) -> None:
    path = f"/v1/organizations/{(await entered(client))['id']}"
    answers = await asyncio.gather(
        *(client.patch(path, json={"staff": number}, headers={"if-match": '"1"'}) for number in range(1, 7))
    )
    assert sorted(answer.status_code for answer in answers) == [200] + [412] * 5
    assert (await client.get(path)).json()["version"] == 2


async def test_two_bodies_without_a_code_at_one_place_need_two_names(client: httpx.AsyncClient) -> None:
    await entered(client, name="骑手驿站")
    twice = await client.post("/v1/organizations", json={"name": "骑手 驿站", "region_code": STREET})
    assert twice.status_code == 409
    assert await codes(twice) == [("/name", "name_taken_here")]
    await entered(client, name="骑手驿站", region_code="330102003000")


async def test_an_update_needs_the_version_and_leaves_the_rest(client: httpx.AsyncClient) -> None:
    made = await entered(client, staff=5, has_union=True)
    path = f"/v1/organizations/{made['id']}"
    assert (await client.patch(path, json={"staff": 6})).status_code == 428
    assert (await client.patch(path, json={"staff": 6}, headers={"if-match": '"9"'})).status_code == 412
    same = await client.patch(path, json={"staff": 5}, headers={"if-match": '"1"'})
    assert same.headers["etag"] == '"1"'
    changed = await client.patch(
        path, json={"staff": 6, "has_union": None, "uncovered_reason": "owner_not_ready"}, headers={"if-match": '"1"'}
    )
    assert changed.status_code == 200
    assert changed.headers["etag"] == '"2"'
    body = changed.json()
    assert (body["staff"], body["has_union"], body["uncovered_reason"]) == (6, None, "owner_not_ready")
    assert body["name"] == made["name"]
    for wrong in ({"name": None}, {"region_code": None}, {"status": None}, {"region_level": 3}):
        answer = await client.patch(path, json=wrong, headers={"if-match": '"2"'})
        assert answer.status_code == 422, wrong


async def test_a_new_name_is_found_and_the_old_one_is_not(client: httpx.AsyncClient) -> None:
    made = await entered(client)
    await client.patch(
        f"/v1/organizations/{made['id']}", json={"name": "杭州岚予础丝绸有限公司"}, headers={"if-match": '"1"'}
    )
    assert await listed(client, search="岚予") == ["杭州岚予础丝绸有限公司"]
    assert await listed(client, search="澄若") == []


async def test_a_name_is_found_by_two_characters_or_by_its_reading(client: httpx.AsyncClient) -> None:
    for name in ("杭州澄若拓纺织有限公司", "宁波若澄食品有限公司", "西安IBM驿站"):
        await entered(client, name=name)
    assert await listed(client, search="澄若") == ["杭州澄若拓纺织有限公司"]
    assert await listed(client, search="澄 若") == ["杭州澄若拓纺织有限公司"]
    assert await listed(client, search="有限公司", sort="region") == [
        "杭州澄若拓纺织有限公司",
        "宁波若澄食品有限公司",
    ]
    assert await listed(client, search="chengruo") == ["杭州澄若拓纺织有限公司"]
    assert await listed(client, search="fangzhiyoux") == ["杭州澄若拓纺织有限公司"]
    assert await listed(client, search="xi an") == ["西安IBM驿站"]
    assert await listed(client, search="ibm") == ["西安IBM驿站"]
    assert await listed(client, search="若拓澄") == []
    assert await listed(client, search="澄若", kind="foundation") == []
    counted = await client.get("/v1/organizations", params={"search": "有限", "count": "exact", "limit": 1})
    assert counted.json()["count"] == {"value": 2, "kind": "exact"}
    assert len(counted.json()["items"]) == 1


async def test_a_search_holds_with_every_other_condition(client: httpx.AsyncClient) -> None:
    host = (await client.post("/v1/hosts", json={"kind": "park", "name": "甲园区", "region_code": STREET})).json()
    await entered(client, name="澄若甲社", host_id=host["id"], industry="C1751", kind="private_enterprise")
    await entered(client, name="澄若乙社", region_code="330106000000")
    found = ["澄若甲社"]
    for asked, names in (
        ({"host_id": host["id"]}, found),
        ({"industry": "C17"}, found),
        ({"region": "330102000000"}, found),
        ({"kind": "private_enterprise", "covered": False, "placed": True}, found),
        ({"updated_since": "2026-03-02T09:00:00+08:00", "host_id": host["id"], "industry": "C"}, found),
        ({"updated_since": "2026-03-02T09:00:01+08:00"}, []),
        ({"host_id": "00000000-0000-7000-8000-000000000000"}, []),
        ({"covered": True}, []),
    ):
        assert await listed(client, search="澄若", **asked) == names, asked
        assert await listed(client, **asked) == names, asked


@pytest.mark.parametrize("typed", ["%%", "__", "'; --", "\\\\", "{}x", '"x', "$1", "%s%L", "a' OR 'a'='a", "澄'若"])
async def test_a_search_is_never_read_as_a_statement(client: httpx.AsyncClient, typed: str) -> None:
    await entered(client)
    answer = await client.get("/v1/organizations", params={"search": typed, "industry": "C17"})
    assert answer.status_code in (200, 422)
    assert answer.json().get("items", []) == []


async def test_pages_of_a_search_and_of_a_condition_join_without_gap_or_double(client: httpx.AsyncClient) -> None:
    names = [f"澄若{letter}社" for letter in "甲乙丙丁戊己庚"]
    for place, name in enumerate(names):
        await entered(client, name=name, region_code=(STREET, "330102003000")[place % 2], kind="foundation")
    for asked in (
        {"search": "澄若"},
        {"kind": "foundation"},
        {"kind": "foundation", "sort": "-region"},
        {"region": "330102000000", "sort": "name"},
        {"kind": "foundation", "sort": "-recorded_at"},
    ):
        seen: list[str] = []
        cursor = None
        while True:
            page = await client.get(
                "/v1/organizations", params=asked | {"limit": 3} | ({"cursor": cursor} if cursor else {})
            )
            assert page.status_code == 200, page.text
            seen += [item["name"] for item in page.json()["items"]]
            cursor = page.json()["next_cursor"]
            if cursor is None:
                break
        assert sorted(seen) == sorted(names), asked
    other = await client.get("/v1/organizations", params={"search": "澄若", "limit": 3})
    moved = await client.get("/v1/organizations", params={"kind": "foundation", "cursor": other.json()["next_cursor"]})
    assert moved.status_code == 422
    assert await codes(moved) == [("/cursor", "cursor_mismatch")]


async def test_conditions_hold_together_and_facets_count_them(client: httpx.AsyncClient) -> None:
    await entered(client, name="甲基金会", kind="foundation", formal_members_working=4, industry="S95")
    await entered(client, name="乙基金会", kind="foundation", region_code="330100000000", above_scale_reported=False)
    await entered(client, name="丙纺织社", kind="private_enterprise", uncovered_reason="no_members", industry="C1751")
    assert await listed(client, kind="foundation") == ["乙基金会", "甲基金会"]
    assert await listed(client, kind="foundation", placed=True) == ["甲基金会"]
    assert await listed(client, placed=False) == ["乙基金会"]
    assert await listed(client, members_working="3-6") == ["甲基金会"]
    assert await listed(client, industry="C17") == ["丙纺织社"]
    assert await listed(client, industry="C17", kind="foundation") == []
    assert await listed(client, above_scale_reported=False) == ["乙基金会"]
    assert await listed(client, region="330102000000", covered=False) == ["甲基金会", "丙纺织社"]
    assert await listed(client, uncovered_reason="no_members") == ["丙纺织社"]
    answer = await client.get(
        "/v1/organizations", params={"kind": "foundation", "facets": True, "count": "exact", "limit": 1}
    )
    assert answer.json()["count"] == {"value": 2, "kind": "exact"}
    assert answer.json()["facets"]["kind"] == [
        {"value": "foundation", "count": 2},
        {"value": "private_enterprise", "count": 1},
    ]
    assert answer.json()["facets"]["uncovered_reason"] == []
    found = await client.get("/v1/organizations", params={"search": "基金", "facets": True})
    assert found.json()["facets"]["kind"] == [{"value": "foundation", "count": 2}]


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"search": "科。"}, "search_short"),
        ({"search": "科技", "sort": "name"}, "search_sort"),
        ({"sort": "staff"}, "unknown_sort"),
        ({"colour": "red"}, "query_unknown"),
        ({"region": "330102"}, "string_pattern_mismatch"),
        ({"region": "330102001000", "region_level": 3}, "region_shape"),
        ({"cursor": "abc"}, "cursor_mismatch"),
        ({"limit": 1000}, "less_than_equal"),
        ({"kind": "unicorn"}, "enum"),
        ({"members_working": "4"}, "literal_error"),
        ({"search": "a\x00b"}, "json.nul"),
    ],
)
async def test_wrong_questions_are_told_apart(client: httpx.AsyncClient, asked: dict[str, Any], code: str) -> None:
    answer = await client.get("/v1/organizations", params=asked)
    assert answer.status_code == 422
    assert [error["code"] for error in answer.json()["errors"]] == [code]


async def test_history_tells_what_was_known_when_and_by_whom_it_was_replaced(
    api: Api, client: httpx.AsyncClient
) -> None:
    made = await entered(client, staff=5)
    path = f"/v1/organizations/{made['id']}"
    first = api.clock.now
    api.clock.forward(days=2)
    other = await api.client("officer-7")
    await other.patch(path, json={"staff": 8}, headers={"if-match": '"1"'})
    versions = (await client.get(f"{path}/history")).json()["items"]
    assert [(one["version"], one["staff"], one["replaced_by"]) for one in versions] == [
        (2, 8, None),
        (1, 5, "officer-7"),
    ]
    assert versions[1]["recorded_to"] == versions[0]["recorded_at"]
    then = await client.get(path, params={"as_of": first.isoformat()})
    assert then.json()["staff"] == 5
    assert then.json()["version"] == 1
    assert then.json()["allowed_actions"][0] == {"action": "update", "allowed": False, "reason": "past_version"}
    before = await client.get(path, params={"as_of": "2020-01-01T00:00:00Z"})
    assert before.status_code == 404
    assert (await client.get(path, params={"as_of": "2020-01-01"})).status_code == 422


async def test_closing_and_reopening_keep_their_days_and_reasons(api: Api, client: httpx.AsyncClient) -> None:
    made = await entered(client, established_on="2020-05-01")
    path = f"/v1/organizations/{made['id']}"
    for wrong, code in (("2026-03-03", "day_future"), ("2020-04-30", "day_too_early")):
        answer = await client.post(
            f"{path}/close", json={"closed_on": wrong, "reason": "注销"}, headers={"if-match": '"1"'}
        )
        assert answer.status_code == 422
        assert await codes(answer) == [("/closed_on", code)]
    assert (await client.post(f"{path}/close", json={"closed_on": "2026-03-01", "reason": "注销"})).status_code == 428
    closed = await client.post(
        f"{path}/close", json={"closed_on": "2026-03-01", "reason": "依申请注销"}, headers={"if-match": '"1"'}
    )
    assert closed.status_code == 200
    body = closed.json()
    assert (body["status"], body["status_since"], body["closed_on"]) == ("closed", "2026-03-01", "2026-03-01")
    allowed = {one["action"]: (one["allowed"], one["reason"]) for one in body["allowed_actions"]}
    assert allowed["close"] == (False, "organization_closed")
    assert allowed["reopen"] == (True, None)
    twice = await client.post(
        f"{path}/close", json={"closed_on": "2026-03-01", "reason": "依申请注销"}, headers={"if-match": '"2"'}
    )
    assert twice.status_code == 409
    suspended = await client.patch(path, json={"status": "suspended"}, headers={"if-match": '"2"'})
    assert suspended.status_code == 409
    early = await client.post(
        f"{path}/reopen", json={"reopened_on": "2026-02-28", "reason": "误报"}, headers={"if-match": '"2"'}
    )
    assert await codes(early) == [("/reopened_on", "day_too_early")]
    opened = await client.post(
        f"{path}/reopen", json={"reopened_on": "2026-03-02", "reason": "误报"}, headers={"if-match": '"2"'}
    )
    assert (opened.json()["status"], opened.json()["closed_on"]) == ("operating", None)
    again = await client.post(
        f"{path}/reopen", json={"reopened_on": "2026-03-02", "reason": "误报"}, headers={"if-match": '"3"'}
    )
    assert again.status_code == 409


async def test_the_list_is_a_file_by_accept(client: httpx.AsyncClient) -> None:
    await entered(client, name="=甲公司", staff=3)
    sheet = await client.get("/v1/organizations", headers={"accept": "text/csv"})
    assert sheet.status_code == 200
    assert "'=甲公司" in sheet.text
    book = await client.get(
        "/v1/organizations",
        headers={"accept": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
    )
    assert book.content[:2] == b"PK"
    assert (await client.get("/v1/organizations", headers={"accept": "image/png"})).status_code == 406


async def test_a_partners_own_id_stands_with_the_organisation(client: httpx.AsyncClient, acts: Acts) -> None:
    """The crosswalk is shown, so that a partner's clerk and an officer can speak of the same row."""
    pushed = await Pusher(acts).push(firm(1, record_id="SCJG-1"))
    found = (await client.get(f"/v1/organizations/{pushed.subjects[0]}")).json()
    assert found["partner_ids"] == [{"dataset": "registrations", "partner": "pusher", "record_id": "SCJG-1"}]
