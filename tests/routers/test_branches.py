"""Branches over HTTP: founding by the rules, coverage that changes with it, scope, dates, overlaps, hostile input."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest

from tests.conftest import Api, Hands
from tests.kit.organizations import add

XIHU = ((330106000000, 330107000000),)
BINJIANG = ((330108000000, 330109000000),)
STREET = "330106010000"


@pytest.fixture
async def authority(client: httpx.AsyncClient) -> str:
    """The street's committee."""
    body = {"code": "033001006010000", "kind": "township", "name": "街道党工委", "region_code": STREET}
    answer = await client.post("/v1/authorities", json=body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def draft(authority: str, organizations: list[UUID], **change: Any) -> dict[str, Any]:
    return {
        "name": "中共云栖联合支部委员会",
        "formation_mode": "joint",
        "authority_id": authority,
        "region_code": STREET,
        "founded_on": "2026-02-10",
        "organization_ids": [str(key) for key in organizations],
    } | change


async def found(client: httpx.AsyncClient, body: dict[str, Any]) -> dict[str, Any]:
    answer = await client.post("/v1/branches", json=body)
    assert answer.status_code == 201, answer.text
    branch: dict[str, Any] = answer.json()
    return branch


async def post(client: httpx.AsyncClient, branch: dict[str, Any], path: str, body: dict[str, Any]) -> httpx.Response:
    return await client.post(f"/v1/branches/{branch['id']}{path}", json=body, headers=tag(branch))


def tag(branch: dict[str, Any]) -> dict[str, str]:
    return {"if-match": f'"{branch["version"]}"'}


async def modes(direct: "asyncpg.Connection[Any]", organizations: list[UUID]) -> list[str]:
    rows = await direct.fetch("SELECT id, coverage_mode FROM organizations WHERE id = ANY ($1)", organizations)
    found = {row["id"]: row["coverage_mode"] for row in rows}
    return [found[key] for key in organizations]


def codes(answer: httpx.Response) -> list[str]:
    return [finding["code"] for finding in answer.json()["findings"]]


def errors(answer: httpx.Response) -> list[tuple[str, str]]:
    return [(error["pointer"], error["code"]) for error in answer.json()["errors"]]


async def test_founding_covers_and_dissolving_uncovers(
    client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", authority: str, clock: Hands
) -> None:
    firms = await add(direct, 3, formal_members_relation=1, probationary_members=1)
    branch = await found(client, draft(authority, firms))
    assert (branch["formal_members"], branch["probationary_members"]) == (3, 3)
    assert (branch["organizations_covered"], branch["authority_name"]) == (3, "街道党工委")
    assert (branch["findings"], branch["departures"]) == ([], [])
    assert branch["policy_version"] == "default-2026"
    assert await modes(direct, firms) == ["joint"] * 3

    clock.forward(days=1)
    end = {"dissolved_on": "2026-03-01", "reason": "合并"}
    dissolved = await post(client, branch, "/dissolve", end)
    assert dissolved.status_code == 200, dissolved.text
    assert (dissolved.json()["dissolved_on"], dissolved.json()["organizations_covered"]) == ("2026-03-01", 0)
    assert {step["reason"] for step in dissolved.json()["allowed_actions"]} == {"branch_dissolved"}
    assert await modes(direct, firms) == ["none"] * 3
    again = await post(client, dissolved.json(), "/dissolve", end)
    assert (again.status_code, errors(again)) == (409, [("", "branch_dissolved")])
    once_more = await found(client, draft(authority, firms, founded_on="2026-03-01"))
    assert once_more["organizations_covered"] == 3

    versions = (await client.get(f"/v1/branches/{branch['id']}/history")).json()["items"]
    assert [(v["version"], v["dissolved_on"]) for v in versions] == [(2, "2026-03-01"), (1, None)]


async def test_where_the_coverage_report_stands_after_founding(
    client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", authority: str
) -> None:
    firms = await add(direct, 4, formal_members_relation=1, formal_members_working=1)
    await found(client, draft(authority, firms[:3]))
    answer = await client.get("/v1/coverage?region=330106000000&denominator=has_members")
    assert answer.status_code == 200, answer.text
    assert answer.json()["organisation_coverage"] == {"numerator": 3, "denominator": 4, "rate": 0.75}


@pytest.mark.parametrize(
    ("members", "change", "code"),
    [
        ([2], {"formation_mode": "standalone"}, "branch_too_few_members"),
        ([None], {"formation_mode": "standalone"}, "branch_too_few_members"),
        ([3], {"formation_mode": "standalone", "formal_members": 2}, "branch_too_few_members"),
        ([3, 3], {"formation_mode": "standalone"}, "branch_standalone_organizations"),
        ([1, 1], {}, "branch_joint_too_few_members"),
        ([3], {"departure_reason": "试点"}, "branch_joint_too_few_organizations"),
    ],
)
async def test_hard_rules_refuse_with_numbers_and_document(
    client: httpx.AsyncClient,
    direct: "asyncpg.Connection[Any]",
    authority: str,
    members: list[int | None],
    change: dict[str, Any],
    code: str,
) -> None:
    firms = [(await add(direct, formal_members_relation=number))[0] for number in members]
    answer = await client.post("/v1/branches", json=draft(authority, firms, **change))
    assert (answer.status_code, answer.json()["code"]) == (409, "rule_violation")
    finding = answer.json()["findings"][0]
    assert (finding["code"], finding["severity"]) == (code, "hard")
    assert str(finding["limit"]) in finding["text"]
    assert finding["citation"]
    assert await modes(direct, firms) == ["none"] * len(firms)
    assert (await client.get("/v1/branches")).json()["items"] == []


@pytest.mark.parametrize("number", [3, 4])
async def test_three_members_are_enough_for_a_branch_of_its_own(
    client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", authority: str, number: int
) -> None:
    firms = await add(direct, formal_members_relation=number, formal_members_working=0)
    branch = await found(client, draft(authority, firms, formation_mode="standalone"))
    assert branch["formal_members"] == number
    assert await modes(direct, firms) == ["standalone"]


async def test_which_members_count_is_a_policy(
    client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", authority: str
) -> None:
    firms = await add(direct, formal_members_relation=0, formal_members_working=3)
    body = draft(authority, firms, formation_mode="standalone")
    assert (await client.post("/v1/branches", json=body)).status_code == 409
    laid_down = await client.post(
        "/v1/policies",
        json={
            "kind": "branches",
            "region_code": "330100000000",
            "region_level": 2,
            "valid_from": "2026-01-01",
            "numbers": {"member_basis": {"value": "working", "document": "市委组织部〔2026〕1号"}},
            "reason": "按实际工作地统计",
        },
    )
    assert laid_down.status_code == 201, laid_down.text
    branch = await found(client, body)
    assert branch["policy_version"] != "default-2026"


async def test_a_departure_needs_a_reason_which_is_kept(
    client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", authority: str
) -> None:
    firms = await add(direct, 6, formal_members_relation=1)
    asked = await client.post("/v1/branches", json=draft(authority, firms))
    assert (asked.status_code, errors(asked)) == (409, [("/departure_reason", "departure_reason_missing")])
    assert codes(asked) == ["branch_joint_too_many_organizations"]
    assert "departure_reason" in asked.json()["detail"]
    assert await modes(direct, firms) == ["none"] * 6

    branch = await found(client, draft(authority, firms, departure_reason="同一楼宇，便于管理"))
    (departure,) = branch["departures"]
    assert departure == {
        "code": "branch_joint_too_many_organizations",
        "limit": 5,
        "actual": 6,
        "citation": departure["citation"],
        "policy_version": "default-2026",
        "reason": "同一楼宇，便于管理",
        "by": "tester",
        "at": departure["at"],
    }
    assert [(f["code"], f["severity"]) for f in branch["findings"]] == [
        ("branch_joint_too_many_organizations", "departure")
    ]
    assert await modes(direct, firms) == ["joint"] * 6


async def test_an_organization_is_covered_by_one_branch_at_a_time(
    client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", authority: str
) -> None:
    firms = await add(direct, 4, formal_members_relation=2)
    await found(client, draft(authority, firms[:2]))
    answer = await client.post("/v1/branches", json=draft(authority, firms[1:]))
    assert (answer.status_code, codes(answer)) == (409, ["branch_already_covered"])
    twice = await client.post("/v1/branches", json=draft(authority, [firms[2], firms[2]]))
    assert (twice.status_code, errors(twice)) == (422, [("/organization_ids/1", "listed_twice")])


async def test_racing_foundings_over_one_organization_have_one_winner(
    api: Api, client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", authority: str
) -> None:
    shared, *own = await add(direct, 6, formal_members_relation=2)
    drafts = [draft(authority, [shared, mine] if place % 2 else [mine, shared]) for place, mine in enumerate(own)]
    answers = await asyncio.gather(*(client.post("/v1/branches", json=body) for body in drafts))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409, 409]
    covering = await direct.fetchval("SELECT count(*) FROM branch_organizations WHERE organization_id = $1", shared)
    assert covering == 1


async def test_the_database_itself_refuses_an_overlap(
    client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", authority: str
) -> None:
    firms = await add(direct, 2, formal_members_relation=2)
    await found(client, draft(authority, firms))
    with pytest.raises(asyncpg.ExclusionViolationError):
        await direct.execute(
            "INSERT INTO branch_organizations (version, branch_id, organization_id, formation_mode, valid_from,"
            " region_code, created_at, recorded_at) SELECT 1, branch_id, organization_id, formation_mode,"
            " '2026-03-01', region_code, now(), now() FROM branch_organizations"
        )
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        await direct.execute("UPDATE branch_organizations SET formation_mode = 'attached'")


async def test_organizations_come_and_go_by_dates(
    client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", authority: str
) -> None:
    first, second, third = await add(direct, 3, formal_members_relation=2)
    branch = await found(client, draft(authority, [first, second]))
    early = await post(client, branch, "/organizations", {"organization_id": str(third), "valid_from": "2026-02-09"})
    assert errors(early) == [("/valid_from", "day_too_early")]
    more = await post(client, branch, "/organizations", {"organization_id": str(third), "valid_from": "2026-02-20"})
    assert more.status_code == 200, more.text
    branch = more.json()
    assert (branch["organizations_covered"], branch["version"]) == (3, 2)
    assert await modes(direct, [third]) == ["joint"]
    again = await post(client, branch, "/organizations", {"organization_id": str(third), "valid_from": "2026-03-01"})
    assert (again.status_code, codes(again)) == (409, ["branch_already_covered"])

    path = f"/organizations/{third}/end"
    wrong = await post(client, branch, path, {"valid_to": "2026-02-19", "reason": "迁出"})
    assert errors(wrong) == [("/valid_to", "day_too_early")]
    ended = await post(client, branch, path, {"valid_to": "2026-03-01", "reason": "迁出"})
    assert (ended.status_code, ended.json()["organizations_covered"]) == (200, 2)
    assert await modes(direct, [third]) == ["none"]
    gone = await post(client, ended.json(), path, {"valid_to": "2026-03-02", "reason": "迁出"})
    assert gone.status_code == 404

    async def covered(query: str) -> list[tuple[str, str, str | None]]:
        answer = await client.get(f"/v1/branches/{branch['id']}/organizations{query}")
        assert answer.status_code == 200, answer.text
        return [(i["organization_id"], i["valid_from"], i["valid_to"]) for i in answer.json()["items"]]

    assert await covered("?on=2026-02-15") == [
        (str(first), "2026-02-10", None),
        (str(second), "2026-02-10", None),
    ]
    assert (str(third), "2026-02-20", "2026-03-01") in await covered("?on=2026-02-28")
    assert len(await covered("?on=2026-03-01")) == 2
    assert len(await covered("")) == 3


async def test_a_standalone_branch_takes_in_none_and_ends_with_its_own(
    client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", authority: str
) -> None:
    first, second = await add(direct, 2, formal_members_relation=3)
    branch = await found(client, draft(authority, [first], formation_mode="standalone"))
    assert [step["allowed"] for step in branch["allowed_actions"][:4]] == [True, False, False, True]
    more = await post(client, branch, "/organizations", {"organization_id": str(second), "valid_from": "2026-02-20"})
    assert codes(more) == ["branch_standalone_organizations"]
    end = {"valid_to": "2026-03-01", "reason": "注销"}
    left = await post(client, branch, f"/organizations/{first}/end", end)
    assert (left.status_code, errors(left)) == (409, [("", "branch_standalone_last")])


async def test_the_sixth_organization_needs_a_reason_too(
    client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", authority: str
) -> None:
    firms = await add(direct, 6, formal_members_relation=1)
    branch = await found(client, draft(authority, firms[:5]))
    more = {"organization_id": str(firms[5]), "valid_from": "2026-02-20"}
    asked = await post(client, branch, "/organizations", more)
    assert (asked.status_code, codes(asked)) == (409, ["branch_joint_too_many_organizations"])
    taken = await post(client, branch, "/organizations", more | {"departure_reason": "同一楼宇"})
    assert [departure["reason"] for departure in taken.json()["departures"]] == ["同一楼宇"]


async def test_updates_are_judged_and_need_the_version(
    client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", authority: str
) -> None:
    firms = await add(direct, 2, formal_members_relation=2)
    branch = await found(client, draft(authority, firms))
    where = f"/v1/branches/{branch['id']}"
    assert (await client.patch(where, json={"name": "某支部"})).status_code == 428
    stale = await client.patch(where, json={"name": "某支部"}, headers={"if-match": '"9"'})
    assert stale.status_code == 412
    same = await client.patch(where, json={"name": branch["name"]}, headers=tag(branch))
    assert same.json()["version"] == 1
    asked = await client.patch(where, json={"level": "committee"}, headers=tag(branch))
    assert (asked.status_code, codes(asked)) == (409, ["committee_too_small"])
    change = {"level": "committee", "formal_members": 100, "name": "某党委"}
    grown = await client.patch(where, json=change, headers=tag(branch))
    assert (grown.status_code, grown.json()["level"], grown.json()["departures"]) == (200, "committee", [])
    for fixed in (
        {"formation_mode": "attached"},
        {"region_code": STREET},
        {"founded_on": "2026-01-01"},
        {"stage": "consolidated"},
    ):
        refused = await client.patch(where, json=fixed, headers=tag(grown.json()))
        assert refused.json()["errors"][0]["code"] == "extra_forbidden"


async def test_branches_belong_to_a_higher_level_and_it_cannot_end_before_them(
    client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", authority: str
) -> None:
    (firm,) = await add(direct, formal_members_relation=60)
    general = await found(
        client, draft(authority, [firm], formation_mode="standalone", level="general_branch", name="总支")
    )
    (own,) = await add(direct, formal_members_relation=3)
    child = await found(client, draft(authority, [own], formation_mode="standalone", parent_id=general["id"]))
    (other,) = await add(direct, formal_members_relation=3)
    wrong = await client.post(
        "/v1/branches", json=draft(authority, [other], formation_mode="standalone", parent_id=child["id"])
    )
    assert errors(wrong) == [("/parent_id", "branch_parent_level")]
    shown = (await client.get(f"/v1/branches/{general['id']}")).json()
    assert shown["allowed_actions"][3] == {"action": "dissolve", "allowed": False, "reason": "branch_has_children"}
    end = {"dissolved_on": "2026-03-02", "reason": "撤并"}
    refused = await post(client, general, "/dissolve", end)
    assert (refused.status_code, errors(refused)[0][1]) == (409, "constraint.ck_branches_has_children")
    assert await modes(direct, [firm]) == ["standalone"]
    lower = await client.patch(f"/v1/branches/{general['id']}", json={"level": "branch"}, headers=tag(general))
    assert errors(lower) == [("/level", "branch_has_children")]
    assert (await post(client, child, "/dissolve", end)).status_code == 200
    assert (await post(client, general, "/dissolve", end)).status_code == 200


async def test_authority_and_host_stand_while_a_branch_does(
    client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", authority: str
) -> None:
    host = (await client.post("/v1/hosts", json={"kind": "park", "name": "云栖小镇", "region_code": STREET})).json()
    firms = await add(direct, 8, formal_members_relation=0)
    body = draft(authority, firms, formation_mode="attached")
    asked = await client.post("/v1/branches", json=body)
    assert codes(asked) == ["branch_attached_without_host"]
    branch = await found(client, body | {"host_id": host["id"]})
    assert (branch["host_name"], [f["severity"] for f in branch["findings"]]) == ("云栖小镇", ["advice"])
    assert await modes(direct, firms) == ["attached"] * 8

    close = {"closed_on": "2026-03-02", "reason": "搬迁"}
    end = {"dissolved_on": "2026-03-02", "reason": "撤销"}
    leaned_on = await client.post(f"/v1/hosts/{host['id']}/close", json=close, headers={"if-match": '"1"'})
    assert (leaned_on.status_code, errors(leaned_on)[0][1]) == (409, "constraint.ck_hosts_leaned_on")
    in_charge = await client.post(f"/v1/authorities/{authority}/dissolve", json=end, headers={"if-match": '"1"'})
    assert (in_charge.status_code, errors(in_charge)[0][1]) == (409, "constraint.ck_authorities_in_charge")
    bare = await client.patch(f"/v1/branches/{branch['id']}", json={"host_id": None}, headers=tag(branch))
    assert codes(bare) == ["branch_attached_without_host"]
    assert (await post(client, branch, "/dissolve", end)).status_code == 200
    for path, body_ in ((f"/v1/hosts/{host['id']}/close", close), (f"/v1/authorities/{authority}/dissolve", end)):
        assert (await client.post(path, json=body_, headers={"if-match": '"1"'})).status_code == 200
    late = await client.post("/v1/branches", json=body | {"host_id": host["id"]})
    assert errors(late) == [("/authority_id", "reference_ended"), ("/host_id", "reference_ended")]


async def test_a_county_sees_its_branches_and_touches_no_other(
    api: Api, client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", authority: str
) -> None:
    xihu, binjiang = await api.client("x", ranges=XIHU), await api.client("b", ranges=BINJIANG)
    here = await add(direct, 2, formal_members_relation=2)
    there = await add(direct, 1, formal_members_relation=2, region_code=330108001000)
    branch = await found(xihu, draft(authority, here))
    where = f"/v1/branches/{branch['id']}"
    for answer in (
        await binjiang.get(where),
        await binjiang.get(f"{where}/history"),
        await binjiang.get(f"{where}/organizations"),
        await binjiang.patch(where, json={"name": "某支部"}, headers=tag(branch)),
        await post(binjiang, branch, "/dissolve", {"dissolved_on": "2026-03-02", "reason": "撤销"}),
    ):
        assert answer.status_code == 404
    assert (await binjiang.get("/v1/branches")).json()["items"] == []
    unseen = await xihu.post("/v1/branches", json=draft(authority, there, formation_mode="territorial"))
    assert errors(unseen) == [("/organization_ids/0", "reference_unknown")]
    outside = await binjiang.post("/v1/branches", json=draft(authority, there, formation_mode="territorial"))
    assert outside.status_code == 403
    foreign = await binjiang.post(
        "/v1/branches", json=draft(authority, there, formation_mode="territorial", region_code="330108001000")
    )
    assert errors(foreign) == [("/authority_id", "reference_unknown")]


async def test_a_branch_over_two_counties_is_not_ended_by_one(
    api: Api, client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", authority: str
) -> None:
    here = await add(direct, 2, formal_members_relation=2)
    there = await add(direct, 1, formal_members_relation=1, region_code=330108001000)
    branch = await found(client, draft(authority, here + there))
    xihu = await api.client("x", ranges=XIHU)
    assert (await xihu.get(f"/v1/branches/{branch['id']}")).json()["organizations_covered"] == 2
    end = {"dissolved_on": "2026-03-02", "reason": "撤销"}
    refused = await post(xihu, branch, "/dissolve", end)
    assert (refused.status_code, errors(refused)[0][1]) == (409, "constraint.ck_branches_covers_beyond_scope")
    assert await modes(direct, here + there) == ["joint"] * 3
    assert (await post(client, branch, "/dissolve", end)).status_code == 200
    assert await modes(direct, here + there) == ["none"] * 3


async def test_a_link_follows_its_organization_when_that_moves(
    client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", authority: str
) -> None:
    firms = await add(direct, 2, formal_members_relation=2)
    await found(client, draft(authority, firms))
    await direct.execute("UPDATE organizations SET region_code = 330108001000 WHERE id = $1", firms[0])
    rows = await direct.fetch("SELECT organization_id, region_code, version FROM branch_organizations")
    assert {row["organization_id"]: (row["region_code"], row["version"]) for row in rows} == {
        firms[0]: (330108001000, 2),
        firms[1]: (330106002000, 1),
    }
    assert await modes(direct, firms) == ["joint"] * 2


async def test_bulk_answers_item_by_item(
    client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", authority: str
) -> None:
    firms = await add(direct, 7, formal_members_relation=2)
    items = [
        draft(authority, firms[:2]),
        draft(authority, firms[1:3]),
        draft(authority, firms[2:3], formation_mode="standalone"),
        draft(str(uuid4()), firms[3:5]),
        draft(authority, firms[3:5], region_code="999999999999"),
        draft(authority, firms[3:5], founded_on="2026-03-03"),
        draft(authority, firms[3:6]),
    ]
    answer = await client.post("/v1/branches/bulk", json={"items": items})
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert (body["succeeded"], body["refused"]) == (2, 5)
    assert [item["status"] for item in body["items"]] == [201, 409, 409, 422, 422, 422, 201]
    assert [item["id"] is None for item in body["items"]] == [False, *[True] * 5, False]
    problems = [item["problem"] for item in body["items"]]
    assert problems[1]["findings"][0]["code"] == "branch_already_covered"
    assert problems[2]["findings"][0]["code"] == "branch_too_few_members"
    assert [problem["errors"][0]["pointer"] for problem in problems[3:6]] == [
        "/authority_id",
        "/region_code",
        "/founded_on",
    ]
    assert await modes(direct, firms) == ["joint", "joint", "none", "joint", "joint", "joint", "none"]
    again = await client.post("/v1/branches/bulk", json={"items": [items[0], items[6]]})
    assert (again.json()["succeeded"], again.json()["refused"]) == (0, 2)


async def test_bulk_has_a_limit_and_is_no_place_for_wrong_shapes(client: httpx.AsyncClient, authority: str) -> None:
    many = {"items": [draft(authority, [], formation_mode="territorial")] * 201}
    assert (await client.post("/v1/branches/bulk", json=many)).json()["errors"][0]["pointer"] == "/items"
    assert (await client.post("/v1/branches/bulk", json={"items": []})).status_code == 422
    wrong = await client.post("/v1/branches/bulk", json={"items": [{"name": "x"}]})
    assert wrong.json()["errors"][0]["pointer"].startswith("/items/0/")


async def test_the_list_is_filtered_and_a_file(
    client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", authority: str
) -> None:
    firms = await add(direct, 4, formal_members_relation=3)
    joint = draft(authority, firms[:2], departure_reason="同一园区")
    branch = await found(client, joint)
    await found(
        client, draft(authority, firms[2:3], formation_mode="standalone", name="单独支部", stage="standardized")
    )

    async def names(query: str) -> list[str]:
        answer = await client.get(f"/v1/branches?{query}")
        assert answer.status_code == 200, answer.text
        return [item["name"] for item in answer.json()["items"]]

    assert len(await names("")) == 2
    assert await names("formation_mode=joint") == [branch["name"]]
    assert await names("stage=standardized") == ["单独支部"]
    assert await names(f"organization_id={firms[0]}") == [branch["name"]]
    assert len(await names("authority=033001006000000")) == 2
    assert await names("authority=033001007000000") == []
    assert await names(f"authority_id={uuid4()}") == []
    assert await names("region=330108000000") == []
    assert await names("name=单独") == ["单独支部"]
    assert await names("standing_on=2026-02-09") == []
    assert (await names("sort=-name&limit=1"))[0] == max(await names(""))
    assert (await client.get("/v1/branches?sort=colour")).status_code == 422
    file = await client.get("/v1/branches", headers={"accept": "text/csv"})
    assert len(file.content.decode("utf-8-sig").splitlines()) == 3
    sheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert (await client.get("/v1/branches", headers={"accept": sheet})).content[:2] == b"PK"


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"name": ""}, "/name"),
        ({"level": "cell"}, "/level"),
        ({"formation_mode": "none"}, "/formation_mode"),
        ({"authority_id": "x"}, "/authority_id"),
        ({"authority_id": None}, "/authority_id"),
        ({"founded_on": 20260210}, "/founded_on"),
        ({"founded_on": "2026-03-03"}, "/founded_on"),
        ({"founded_on": "1921-07-22"}, "/founded_on"),
        ({"formal_members": -1}, "/formal_members"),
        ({"formal_members": 10**9}, "/formal_members"),
        ({"formal_members": "3"}, "/formal_members"),
        ({"formal_members": True}, "/formal_members"),
        ({"organization_ids": "x"}, "/organization_ids"),
        ({"organization_ids": [str(uuid4())]}, "/organization_ids/0"),
        ({"organization_ids": [str(uuid4())] * 501}, "/organization_ids"),
        ({"region_code": "330106999999"}, "/region_code"),
        ({"host_id": str(uuid4())}, "/host_id"),
        ({"parent_id": str(uuid4())}, "/parent_id"),
        ({"departure_reason": " "}, "/departure_reason"),
        ({"secretary": "x"}, "/secretary"),
    ],
)
async def test_wrong_values_are_named(
    client: httpx.AsyncClient, authority: str, change: dict[str, Any], pointer: str
) -> None:
    body = draft(authority, [], formation_mode="territorial") | change
    answer = await client.post("/v1/branches", json=body)
    assert answer.status_code == 422, answer.text
    assert errors(answer)[0][0] == pointer


async def test_only_who_may_write_founds(api: Api, client: httpx.AsyncClient, authority: str) -> None:
    body = draft(authority, [], formation_mode="territorial", formal_members=3)
    branch = await found(client, body)
    reader, partner = await api.client("r", role="reader"), await api.client("p", role="partner")
    assert (await reader.post("/v1/branches", json=body)).status_code == 403
    assert (await partner.get("/v1/branches")).status_code == 403
    shown = (await reader.get(f"/v1/branches/{branch['id']}")).json()
    assert {step["reason"] for step in shown["allowed_actions"]} == {"permission"}
