"""Affiliations over HTTP: dated without a gap, transfers with their record, and whole bodies handed over."""

from typing import Any

import asyncpg
import httpx
import pytest

from app.core.acts import Scope
from tests.access.cast import client as on_line
from tests.access.cast import on_stage
from tests.conftest import Api, Hands
from tests.kit.organizations import add

XIHU = ((330106000000, 330107000000),)
COUNTY = "330106000000"
STREET = "330106010000"
RECORD = {
    "handed_on": "2026-03-02",
    "handed_by": "街道党工委",
    "received_by": "区律师行业党委",
    "handed_items": "党员名册、会议记录、党费台账",
}


async def body(client: httpx.AsyncClient, code: str, kind: str = "township", **change: Any) -> dict[str, Any]:
    """A superior body."""
    sent = {"code": code, "kind": kind, "name": f"{kind} {code}", "region_code": STREET} | change
    answer = await client.post("/v1/authorities", json=sent)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


@pytest.fixture
async def street(client: httpx.AsyncClient) -> dict[str, Any]:
    """The street's committee."""
    return await body(client, "033001006010000")


@pytest.fixture
async def lawyers(client: httpx.AsyncClient) -> dict[str, Any]:
    """The county's lawyers' body, founded in 2026."""
    return await body(
        client, "033001006997000", "industry_department", region_code=COUNTY, founded_on="2026-01-15",
        industries=["L7231"],
    )  # fmt: skip


async def found(
    client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", authority: dict[str, Any], **change: Any
) -> dict[str, Any]:
    """A branch of one firm under a body."""
    firms = await add(direct, 1, formal_members_relation=3)
    sent = {
        "name": "中共某律师事务所支部",
        "formation_mode": "standalone",
        "authority_id": authority["id"],
        "region_code": STREET,
        "founded_on": "2026-01-01",
        "organization_ids": [str(key) for key in firms],
    } | change
    answer = await client.post("/v1/branches", json=sent)
    assert answer.status_code == 201, answer.text
    branch: dict[str, Any] = answer.json()
    return branch


def order(authority: dict[str, Any], **change: Any) -> dict[str, Any]:
    """A transfer."""
    return {
        "authority_id": authority["id"],
        "management_mode": "industry",
        "on": "2026-02-01",
        "reason": "律师事务所归口行业党委",
    } | change


async def transfer(client: httpx.AsyncClient, branch: dict[str, Any], sent: dict[str, Any]) -> httpx.Response:
    """Send a transfer for the version that is known."""
    return await client.post(
        f"/v1/branches/{branch['id']}/transfer", json=sent, headers={"if-match": f'"{branch["version"]}"'}
    )


async def affiliations(client: httpx.AsyncClient, branch: dict[str, Any]) -> list[dict[str, Any]]:
    """All of a branch's, the first one first."""
    answer = await client.get(f"/v1/branches/{branch['id']}/affiliations")
    assert answer.status_code == 200, answer.text
    rows: list[dict[str, Any]] = answer.json()["items"]
    return rows


def errors(answer: httpx.Response) -> list[tuple[str, str]]:
    return [(error["pointer"], error["code"]) for error in answer.json()["errors"]]


def codes(answer: httpx.Response) -> list[str]:
    return [finding["code"] for finding in answer.json()["findings"]]


async def test_a_transfer_dates_both_and_keeps_its_record(
    client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", street: dict[str, Any], lawyers: dict[str, Any]
) -> None:
    branch = await found(client, direct, street)
    (first,) = await affiliations(client, branch)
    assert (first["authority_id"], first["valid_from"], first["valid_to"]) == (street["id"], "2026-01-01", None)
    assert (first["management_mode"], first["reason"], first["handed_by"]) == ("territorial", None, None)

    moved = await transfer(client, branch, order(lawyers, **RECORD))
    assert moved.status_code == 200, moved.text
    assert (moved.json()["authority_id"], moved.json()["management_mode"]) == (lawyers["id"], "industry")
    assert (moved.json()["version"], moved.headers["etag"]) == (2, '"2"')
    old, new = await affiliations(client, branch)
    assert (old["valid_from"], old["valid_to"]) == ("2026-01-01", "2026-02-01")
    assert (new["valid_from"], new["valid_to"], new["authority_name"]) == ("2026-02-01", None, lawyers["name"])
    assert {name: new[name] for name in RECORD} == RECORD
    assert new["reason"] == "律师事务所归口行业党委"
    row = await direct.fetchrow("SELECT line_code FROM organizations WHERE covered_by IS NOT NULL")
    assert row is not None
    assert row["line_code"] == int(lawyers["code"])

    # What is so already makes no version.
    same = await transfer(client, moved.json(), order(lawyers, on="2026-03-01"))
    assert (same.status_code, same.json()["version"]) == (200, 2)
    # On the day the present one began the change replaces it.
    again = await transfer(client, moved.json(), order(street, management_mode="territorial"))
    assert again.status_code == 200, again.text
    assert [(a["authority_id"], a["valid_from"], a["valid_to"]) for a in await affiliations(client, branch)] == [
        (street["id"], "2026-01-01", "2026-02-01"),
        (street["id"], "2026-02-01", None),
    ]


async def test_dissolving_ends_the_affiliation_and_nothing_reaches_past_it(
    client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", street: dict[str, Any], lawyers: dict[str, Any]
) -> None:
    branch = await found(client, direct, street)
    moved = (await transfer(client, branch, order(lawyers))).json()
    ended = await client.post(
        f"/v1/branches/{branch['id']}/dissolve",
        json={"dissolved_on": "2026-01-20", "reason": "注销"},
        headers={"if-match": f'"{moved["version"]}"'},
    )
    assert ended.status_code == 200, ended.text
    assert [(a["valid_from"], a["valid_to"]) for a in await affiliations(client, branch)] == [
        ("2026-01-01", "2026-01-20"),
        ("2026-02-01", "2026-02-01"),
    ]
    late = await transfer(client, ended.json(), order(street))
    assert (late.status_code, errors(late)) == (409, [("", "branch_dissolved")])


@pytest.mark.parametrize(
    ("change", "status", "pointer", "code"),
    [
        ({"on": "2026-03-03"}, 422, "/on", "day_future"),
        ({"on": "2025-12-31"}, 422, "/on", "day_too_early"),
        ({"on": 20260201}, 422, "/on", "date_parsing"),
        ({"handed_on": "2026-03-03"}, 422, "/handed_on", "day_future"),
        ({"authority_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c12"}, 422, "/authority_id", "reference_unknown"),
        ({"authority_id": None}, 422, "/authority_id", "uuid_type"),
        ({"management_mode": "matrix"}, 422, "/management_mode", "enum"),
        ({"reason": " "}, 422, "/reason", "string_too_short"),
        ({"handed_by": "a\nb"}, 422, "/handed_by", "string_pattern_mismatch"),
        ({"outflow_authority_code": "033001006010000"}, 422, "/outflow_authority_code", "outflow_needs_dual"),
        ({"outflow_authority_code": "03300100601000"}, 422, "/outflow_authority_code", "string_pattern_mismatch"),
        (
            {"management_mode": "dual", "outflow_authority_code": "099000000000000"},
            409,
            "/fk_branches_outflow_authority_code_authorities",
            "constraint.fk_branches_outflow_authority_code_authorities",
        ),
        ({"stage": "consolidated"}, 422, "/stage", "extra_forbidden"),
    ],
)
async def test_wrong_transfers_are_named(
    client: httpx.AsyncClient,
    direct: "asyncpg.Connection[Any]",
    street: dict[str, Any],
    lawyers: dict[str, Any],
    change: dict[str, Any],
    status: int,
    pointer: str,
    code: str,
) -> None:
    branch = await found(client, direct, street)
    answer = await transfer(client, branch, order(lawyers, **change))
    assert answer.status_code == status, answer.text
    assert errors(answer)[0] == (pointer, code)
    assert len(await affiliations(client, branch)) == 1


async def test_a_transfer_needs_the_version_and_a_branch_that_is_seen(
    api: Api,
    client: httpx.AsyncClient,
    direct: "asyncpg.Connection[Any]",
    street: dict[str, Any],
    lawyers: dict[str, Any],
) -> None:
    branch = await found(client, direct, street)
    where = f"/v1/branches/{branch['id']}"
    assert (await client.post(f"{where}/transfer", json=order(lawyers))).status_code == 428
    stale = await client.post(f"{where}/transfer", json=order(lawyers), headers={"if-match": '"9"'})
    assert stale.status_code == 412
    elsewhere = await api.client("b", ranges=((330108000000, 330109000000),))
    for answer in (
        await transfer(elsewhere, branch, order(lawyers)),
        await elsewhere.get(f"{where}/affiliations"),
        await elsewhere.get(f"{where}/affiliation-suggestion"),
    ):
        assert answer.status_code == 404
    assert (await elsewhere.get("/v1/affiliations")).json()["items"] == []
    reader = await api.client("r", role="reader")
    assert (await transfer(reader, branch, order(lawyers))).status_code == 403
    shown = (await client.get(where)).json()
    assert {"action": "transfer", "allowed": True, "reason": None} in shown["allowed_actions"]
    for gone in ("authority_id", "management_mode", "outflow_authority_code"):
        patched = await client.patch(where, json={gone: branch[gone]}, headers={"if-match": '"1"'})
        assert errors(patched) == [(f"/{gone}", "extra_forbidden")]


async def test_no_branch_is_outside_a_superior_body(
    client: httpx.AsyncClient,
    direct: "asyncpg.Connection[Any]",
    street: dict[str, Any],
    lawyers: dict[str, Any],
    clock: Hands,
) -> None:
    branch = await found(client, direct, street)
    # Not yet founded on the day, and ended by now: both are refused, with the document.
    early = await transfer(client, branch, order(lawyers, on="2026-01-10"))
    assert (early.status_code, early.json()["code"], codes(early)) == (
        409,
        "rule_violation",
        ["affiliation_without_superior"],
    )
    assert early.json()["findings"][0]["severity"] == "hard"
    other = await body(client, "033001006996000", "entrusted_department", region_code=COUNTY)
    end = {"dissolved_on": "2026-03-01", "reason": "职责划转"}
    gone = await client.post(f"/v1/authorities/{other['id']}/dissolve", json=end, headers={"if-match": '"1"'})
    assert gone.status_code == 200
    late = await transfer(client, branch, order(other, management_mode="entrusted"))
    assert codes(late) == ["affiliation_without_superior"]

    # A body that had the branch until February cannot have ended in January, but may have in February.
    moved = await transfer(client, branch, order(lawyers))
    assert moved.status_code == 200
    before = {"dissolved_on": "2026-01-31", "reason": "撤并"}
    refused = await client.post(f"/v1/authorities/{street['id']}/dissolve", json=before, headers={"if-match": '"1"'})
    assert (refused.status_code, errors(refused)[0][1]) == (409, "constraint.ck_authorities_in_charge")
    after = {"dissolved_on": "2026-02-01", "reason": "撤并"}
    ended = await client.post(f"/v1/authorities/{street['id']}/dissolve", json=after, headers={"if-match": '"1"'})
    assert ended.status_code == 200, ended.text


async def test_a_departure_needs_a_reason_which_is_kept_with_the_branch(
    client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", street: dict[str, Any], lawyers: dict[str, Any]
) -> None:
    branch = await found(client, direct, street)
    asked = await transfer(client, branch, order(lawyers, management_mode="entrusted"))
    assert (asked.status_code, errors(asked)) == (409, [("/departure_reason", "departure_reason_missing")])
    assert codes(asked) == ["affiliation_kind_departs"]
    sent = order(lawyers, management_mode="entrusted", departure_reason="区委授权")
    let = await transfer(client, branch, sent)
    (departure,) = let.json()["departures"]
    assert (departure["code"], departure["reason"], departure["actual"]) == (
        "affiliation_kind_departs",
        "区委授权",
        "industry_department",
    )
    other = await body(client, "033001006011000", region_code="330106002000")
    away = await transfer(client, let.json(), order(other, management_mode="territorial"))
    assert codes(away) == ["affiliation_outside_place"]


async def test_the_list_tells_the_order_of_any_day(
    client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", street: dict[str, Any], lawyers: dict[str, Any]
) -> None:
    branch = await found(client, direct, street)
    other = await found(client, direct, street, name="丁支部")
    await transfer(client, branch, order(lawyers))

    async def told(query: str) -> list[tuple[str, str]]:
        answer = await client.get(f"/v1/affiliations?{query}")
        assert answer.status_code == 200, answer.text
        return sorted((item["branch_name"], item["management_mode"]) for item in answer.json()["items"])

    mine, another = branch["name"], other["name"]
    assert await told("on=2026-01-31") == [(another, "territorial"), (mine, "territorial")]
    assert await told("on=2026-02-01") == [(another, "territorial"), (mine, "industry")]
    assert await told("since=2026-01-02") == [(mine, "industry")]
    assert await told(f"authority={lawyers['code']}") == [(mine, "industry")]
    assert len(await told("authority=033001006000000")) == 3
    assert await told(f"authority_id={street['id']}&branch_id={branch['id']}") == [(mine, "territorial")]
    assert await told("management_mode=industry&region=330106000000") == [(mine, "industry")]
    assert await told("region=330108000000") == []
    assert await told("outflow_authority=099000000000000") == []
    for wrong, pointer in (("on=x", "/on"), ("authority=033000001000000", "/authority"), ("mode=x", "/query")):
        answer = await client.get(f"/v1/affiliations?{wrong}")
        assert (answer.status_code, errors(answer)[0][0]) == (422, pointer)
    sheet = await client.get("/v1/affiliations?sort=-valid_from", headers={"accept": "text/csv"})
    lines = sheet.text.splitlines()
    assert len(lines) == 4
    assert lines[0].removeprefix("\ufeff").startswith("Branch,Authority,")
    assert "By the industry" in lines[1]


async def test_a_line_sees_where_its_branches_came_from_and_what_it_gave_away(
    api: Api,
    client: httpx.AsyncClient,
    direct: "asyncpg.Connection[Any]",
    street: dict[str, Any],
    lawyers: dict[str, Any],
) -> None:
    branch = await found(client, direct, street)
    stayed = await found(client, direct, street, name="留下的支部")
    await transfer(client, branch, order(lawyers))
    rows = await direct.fetch("SELECT line_code FROM affiliations WHERE branch_id = $1", branch["id"])
    assert {row["line_code"] for row in rows} == {int(lawyers["code"])}
    for code, seen in ((lawyers["code"], 2), (street["code"], 2), ("033001006998000", 0)):
        low = int(code)
        line = await line_client(api, (low, low + 1000))
        items = (await line.get("/v1/affiliations")).json()["items"]
        assert len(items) == seen, code
        if code == street["code"]:
            assert {(item["branch_id"], item["branch_name"]) for item in items} == {
                (branch["id"], None),
                (stayed["id"], stayed["name"]),
            }


async def line_client(api: Api, line: tuple[int, int]) -> httpx.AsyncClient:
    """A line's officer."""
    cast = on_stage(api.app)
    cast.put(f"line {line[0]}", "line_officer", Scope(lines=(line,)))
    return on_line(api.app, f"line {line[0]}")


async def test_a_work_committee_hands_its_branches_to_the_social_work_department(
    client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", street: dict[str, Any]
) -> None:
    committee = await body(client, "033001006900000", "work_committee", region_code=COUNTY, founded_on="2015-01-01")
    department = await body(
        client, "033001006901000", "social_work_department", region_code=COUNTY, founded_on="2024-01-01"
    )
    mine = [await found(client, direct, committee, name=f"支部{n}", founded_on="2023-05-01") for n in range(3)]
    other = await found(client, direct, street)
    where = f"/v1/authorities/{committee['id']}"
    sent = {
        "successor_id": department["id"],
        "on": "2024-05-01",
        "reason": "职责划转社会工作部",
        "dissolve": True,
        "document": "西委〔2024〕3号",
        "handed_by": "区委组织部",
        "received_by": "区委社会工作部",
        "handed_items": "党组织台账 3 份",
    }
    for change, pointer, code in (
        ({"on": "2026-03-03"}, "/on", "day_future"),
        ({"on": "2023-04-30"}, "/on", "day_too_early"),
        ({"successor_id": committee["id"]}, "/successor_id", "authority_own_successor"),
        ({"successor_id": other["id"]}, "/successor_id", "reference_unknown"),
        ({"dissolve": "yes"}, "/dissolve", "bool_type"),
        ({"reason": "x"}, "/reason", "string_too_short"),
    ):
        answer = await client.post(f"{where}/hand-over", json=sent | change, headers={"if-match": '"1"'})
        assert (answer.status_code, errors(answer)[0]) == (422, (pointer, code)), answer.text
    assert (await client.post(f"{where}/hand-over", json=sent)).status_code == 428
    before = await client.post(f"{where}/hand-over", json=sent | {"on": "2023-12-31"}, headers={"if-match": '"1"'})
    assert codes(before) == ["affiliation_without_superior"]
    asked = await client.post(
        f"{where}/hand-over", json=sent | {"management_mode": "entrusted"}, headers={"if-match": '"1"'}
    )
    assert (codes(asked), errors(asked)) == (
        ["affiliation_kind_departs"],
        [("/departure_reason", "departure_reason_missing")],
    )

    done = await client.post(f"{where}/hand-over", json=sent, headers={"if-match": '"1"'})
    assert done.status_code == 201, done.text
    record = done.json()
    assert (record["branches"], record["dissolved"], record["successor_name"]) == (3, True, department["name"])
    ended = (await client.get(where)).json()
    assert (ended["dissolved_on"], ended["version"]) == ("2024-05-01", 2)
    for branch in mine:
        old, new = await affiliations(client, branch)
        assert (old["authority_id"], old["valid_to"]) == (committee["id"], "2024-05-01")
        assert (new["authority_id"], new["handover_id"]) == (department["id"], record["id"])
        assert (new["handed_by"], new["handed_on"]) == ("区委组织部", "2024-05-01")
        shown = (await client.get(f"/v1/branches/{branch['id']}")).json()
        assert (shown["authority_id"], shown["version"], shown["departures"]) == (department["id"], 2, [])
    assert len(await affiliations(client, other)) == 1
    for end in (committee, department):
        listed = (await client.get(f"/v1/authorities/{end['id']}/hand-overs")).json()["items"]
        assert [item["id"] for item in listed] == [record["id"]]
    of_it = (await client.get(f"/v1/affiliations?handover_id={record['id']}")).json()["items"]
    assert {item["branch_id"] for item in of_it} == {branch["id"] for branch in mine}
    again = await client.post(f"{where}/hand-over", json=sent, headers={"if-match": '"2"'})
    assert (again.status_code, errors(again)) == (409, [("", "authority_dissolved")])


async def test_a_body_that_stays_hands_over_with_another_mode_and_each_departure_is_kept(
    client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", street: dict[str, Any], lawyers: dict[str, Any]
) -> None:
    branch = await found(client, direct, street)
    sent = {
        "successor_id": lawyers["id"],
        "on": "2026-02-01",
        "reason": "归口管理",
        "dissolve": False,
        "management_mode": "entrusted",
        "departure_reason": "区委授权",
    }
    done = await client.post(f"/v1/authorities/{street['id']}/hand-over", json=sent, headers={"if-match": '"1"'})
    assert (done.status_code, done.json()["dissolved"]) == (201, False), done.text
    shown = (await client.get(f"/v1/branches/{branch['id']}")).json()
    assert (shown["management_mode"], [each["code"] for each in shown["departures"]]) == (
        "entrusted",
        ["affiliation_kind_departs"],
    )
    assert (await client.get(f"/v1/authorities/{street['id']}")).json()["dissolved_on"] is None


async def test_all_are_handed_over_or_none(
    api: Api, client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", lawyers: dict[str, Any]
) -> None:
    committee = await body(client, "033001006900000", "work_committee", region_code=COUNTY)
    here = await found(client, direct, committee, founded_on="2026-01-20")
    there = await found(client, direct, committee, name="外区支部", founded_on="2026-01-20", region_code="330108001000")
    sent = {"successor_id": lawyers["id"], "on": "2026-02-01", "reason": "归口管理", "dissolve": False,
            "management_mode": "industry"}  # fmt: skip
    xihu = await api.client("x", ranges=XIHU)
    where = f"/v1/authorities/{committee['id']}/hand-over"
    refused = await xihu.post(where, json=sent, headers={"if-match": '"1"'})
    assert (refused.status_code, errors(refused)) == (409, [("", "authority_branches_beyond_scope")])
    for branch in (here, there):
        assert len(await affiliations(client, branch)) == 1
    done = await client.post(where, json=sent, headers={"if-match": '"1"'})
    assert done.json()["branches"] == 2
