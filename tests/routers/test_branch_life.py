"""What becomes of branches over HTTP: for a time or a project, merged, split, formed anew, and told as of then."""

from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest

from tests.conftest import Api, Hands
from tests.kit.organizations import add

STREET = "330106010000"
XIHU = ((330106000000, 330107000000),)
ON = "2026-03-01"


@pytest.fixture
async def authority(client: httpx.AsyncClient) -> str:
    """The street's committee."""
    body = {"code": "033001006010000", "kind": "township", "name": "街道党工委", "region_code": STREET}
    answer = await client.post("/v1/authorities", json=body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def draft(authority: str, organizations: list[UUID] | None = None, **change: Any) -> dict[str, Any]:
    body: dict[str, Any] = {"name": "中共云栖联合支部", "formation_mode": "joint", "authority_id": authority}
    if organizations is not None:
        body["organization_ids"] = [str(key) for key in organizations]
    return body | {"region_code": STREET} | change


async def found(client: httpx.AsyncClient, body: dict[str, Any]) -> dict[str, Any]:
    answer = await client.post("/v1/branches", json={"founded_on": "2026-02-10"} | body)
    assert answer.status_code == 201, answer.text
    branch: dict[str, Any] = answer.json()
    return branch


async def shown(client: httpx.AsyncClient, branch_id: Any, query: str = "") -> dict[str, Any]:
    answer = await client.get(f"/v1/branches/{branch_id}{query}")
    assert answer.status_code == 200, answer.text
    branch: dict[str, Any] = answer.json()
    return branch


async def post(client: httpx.AsyncClient, branch: dict[str, Any], verb: str, body: dict[str, Any]) -> httpx.Response:
    path = f"/v1/branches/{branch['id']}/{verb}"
    return await client.post(path, json=body, headers={"if-match": f'"{branch["version"]}"'})


def known(branch: dict[str, Any]) -> dict[str, Any]:
    return {"id": branch["id"], "version": branch["version"]}


async def enrol(
    direct: "asyncpg.Connection[Any]", branch: str, organization: UUID | None, number: int = 1
) -> list[UUID]:
    """Formal members of a branch, entered past the service."""
    rows = await direct.fetch(
        "INSERT INTO members (version, name, kind, branch_id, organization_id, state, since, departures, source,"
        " source_time, created_at, recorded_at) SELECT 1, '党员' || n, 'formal', $1::uuid, $2, 'current', '2026-02-10',"
        " '[]', 'officer', now(), current_setting('liangxin.now')::timestamptz,"
        " current_setting('liangxin.now')::timestamptz FROM generate_series(1, $3) AS n RETURNING id",
        branch, organization, number,
    )  # fmt: skip
    return [row["id"] for row in rows]


async def at(direct: "asyncpg.Connection[Any]", members: list[UUID]) -> list[str]:
    rows = await direct.fetch("SELECT id, branch_id FROM members WHERE id = ANY ($1)", members)
    where = {row["id"]: str(row["branch_id"]) for row in rows}
    return [where[key] for key in members]


async def covering(direct: "asyncpg.Connection[Any]", organizations: list[UUID]) -> list[str]:
    rows = await direct.fetch("SELECT id, covered_by FROM organizations WHERE id = ANY ($1)", organizations)
    told = {row["id"]: str(row["covered_by"]) for row in rows}
    return [told[key] for key in organizations]


def codes(answer: httpx.Response) -> list[str]:
    return [finding["code"] for finding in answer.json()["findings"]]


def errors(answer: httpx.Response) -> list[tuple[str, str]]:
    return [(error["pointer"], error["code"]) for error in answer.json()["errors"]]


async def test_two_branches_go_on_as_a_new_one(
    client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", authority: str, clock: Hands
) -> None:
    firms = await add(direct, 4, formal_members_relation=2)
    first = await found(client, draft(authority, firms[:2]))
    second = await found(client, draft(authority, firms[2:], name="第二支部"))
    people = await enrol(direct, first["id"], firms[0], 2) + await enrol(direct, second["id"], None)
    clock.forward(hours=1)
    body = {
        "branches": [known(first), known(second)],
        "on": ON,
        "reason": "楼宇整合",
        "successor": draft(authority, name="合并后的支部", stage="consolidated"),
    }
    answer = await client.post("/v1/branches/merge", json=body)
    assert answer.status_code == 200, answer.text
    told = answer.json()
    (heir_id,) = told["successor_ids"]
    assert (told["kind"], told["organizations_taken_over"], told["members_moved"]) == ("merger", 4, 3)
    heir = await shown(client, heir_id)
    assert (heir["founded_on"], heir["stage"], heir["formal_members"]) == (ON, "consolidated", 8)
    assert (heir["organizations_covered"], heir["succeeded"]) == (4, False)
    assert await covering(direct, firms) == [heir_id] * 4
    assert await at(direct, people) == [heir_id] * 3
    for gone in (first, second):
        ended = await shown(client, gone["id"])
        assert (ended["dissolved_on"], ended["dissolution_reason"], ended["succeeded"]) == (ON, "楼宇整合", True)
    relations = await direct.fetch(
        "SELECT branch_id::text, valid_from::text, valid_to::text FROM member_relations WHERE member_id = $1"
        " ORDER BY valid_from",
        people[0],
    )
    assert [tuple(row) for row in relations] == [(first["id"], "2026-02-10", ON), (heir_id, ON, None)]
    around = (await client.get(f"/v1/branches/{heir_id}/successions")).json()["items"]
    assert {(each["predecessor_id"], each["successor_name"]) for each in around} == {
        (first["id"], "合并后的支部"), (second["id"], "合并后的支部"),
    }  # fmt: skip
    assert len((await client.get(f"/v1/branches/{first['id']}/successions")).json()["items"]) == 1
    again = await client.post("/v1/branches/merge", json=body | {"branches": [known(first), known(second)]})
    assert again.status_code == 412
    coverage = await client.get("/v1/coverage?region=330106000000&denominator=has_members")
    assert coverage.json()["organisation_coverage"] == {"numerator": 4, "denominator": 4, "rate": 1.0}


async def test_a_branch_goes_on_in_one_that_stands(
    client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", authority: str, clock: Hands
) -> None:
    firms = await add(direct, 6, formal_members_relation=1)
    heir = await found(client, draft(authority, firms[:3]))
    gone = await found(client, draft(authority, firms[3:], name="并入者"))
    clock.forward(hours=1)
    body = {"branches": [known(gone)], "into": known(heir), "on": ON, "reason": "并入"}
    refused = await client.post("/v1/branches/merge", json=body)
    assert (refused.status_code, codes(refused)) == (409, ["branch_joint_too_many_organizations"])
    assert await covering(direct, firms[3:]) == [gone["id"]] * 3
    body |= {"released_organization_ids": [str(firms[5])]}
    answer = await client.post("/v1/branches/merge", json=body)
    assert answer.status_code == 200, answer.text
    assert await covering(direct, firms) == [heir["id"]] * 5 + ["None"]
    now = await shown(client, heir["id"])
    assert (now["formal_members"], now["organizations_covered"], now["version"]) == (6, 5, 2)


async def test_a_complete_roll_stays_complete(
    client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", authority: str, clock: Hands
) -> None:
    firms = await add(direct, 2, formal_members_relation=3)
    branch = await found(client, draft(authority, firms, departure_reason="同一园区"))
    people = await enrol(direct, branch["id"], firms[0], 3) + await enrol(direct, branch["id"], firms[1], 4)
    await direct.execute("UPDATE branches SET roll_kept_since = '2026-02-20' WHERE id = $1::uuid", branch["id"])
    clock.forward(hours=1)
    branch = await shown(client, branch["id"])
    assert branch["formal_members"] == 7
    parts = [draft(authority, [firm], name=f"第{n}支部", formation_mode="standalone") for n, firm in enumerate(firms)]
    answer = await post(client, branch, "split", {"on": ON, "reason": "分设", "successors": parts})
    assert answer.status_code == 200, answer.text
    heirs = answer.json()["successor_ids"]
    assert [(await shown(client, heir))["formal_members"] for heir in heirs] == [3, 4]
    assert await at(direct, people) == [heirs[0]] * 3 + [heirs[1]] * 4
    kept = await direct.fetch("SELECT roll_kept_since::text FROM branches WHERE id = ANY ($1::uuid[])", heirs)
    assert [row[0] for row in kept] == [ON, ON]


async def test_a_part_is_split_off_and_the_rest_goes_on_if_the_rules_let_it(
    client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", authority: str, clock: Hands
) -> None:
    (large,) = await add(direct, formal_members_relation=3)
    small = await add(direct, 3, formal_members_relation=1)
    branch = await found(client, draft(authority, [large, *small], departure_reason="先联合后单独"))
    people = await enrol(direct, branch["id"], large) + await enrol(direct, branch["id"], None)
    clock.forward(hours=1)
    own = draft(authority, [large], name="单独支部", formation_mode="standalone")
    body = {"on": ON, "reason": "条件成熟", "remains": True, "successors": [own]}
    too_much = body | {"released_organization_ids": [str(key) for key in small[:2]]}
    refused = await post(client, branch, "split", too_much)
    assert (refused.status_code, codes(refused)[0]) == (409, "branch_joint_too_few_organizations")
    assert await covering(direct, [large]) == [branch["id"]]
    answer = await post(client, branch, "split", body)
    assert answer.status_code == 200, answer.text
    assert (answer.json()["ended_ids"], answer.json()["organizations_taken_over"]) == ([], 1)
    (heir,) = answer.json()["successor_ids"]
    assert await covering(direct, [large, *small]) == [heir, *[branch["id"]] * 3]
    assert await at(direct, people) == [heir, branch["id"]]
    left = await shown(client, branch["id"])
    assert (left["formal_members"], left["organizations_covered"], left["dissolved_on"]) == (3, 3, None)
    around = (await client.get(f"/v1/branches/{branch['id']}/successions")).json()["items"]
    assert [(each["kind"], each["successor_name"]) for each in around] == [("split", "单独支部")]


async def test_formed_in_another_way_it_is_another_branch(
    client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", authority: str, clock: Hands
) -> None:
    firms = await add(direct, 3, formal_members_relation=1)
    host = (await client.post("/v1/hosts", json={"name": "云栖园区", "kind": "park", "region_code": STREET})).json()
    branch = await found(client, draft(authority, firms))
    clock.forward(hours=1)
    same = await post(client, branch, "reform", {"on": ON, "reason": "改建", "successor": draft(authority)})
    assert (same.status_code, errors(same)) == (422, [("/successor/formation_mode", "succession_same_mode")])
    attached = draft(authority, formation_mode="attached", host_id=host["id"], name="园区支部")
    answer = await post(client, branch, "reform", {"on": ON, "reason": "改建", "successor": attached})
    assert answer.status_code == 200, answer.text
    modes = await direct.fetch("SELECT DISTINCT coverage_mode FROM organizations WHERE id = ANY ($1)", firms)
    assert [row[0] for row in modes] == ["attached"]
    links = await direct.fetch(
        "SELECT formation_mode, valid_from::text, valid_to::text FROM branch_organizations"
        " WHERE organization_id = $1 ORDER BY valid_from",
        firms[0],
    )
    assert [tuple(row) for row in links] == [("joint", "2026-02-10", ON), ("attached", ON, None)]


async def test_no_organization_is_lost_silently(
    client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", authority: str
) -> None:
    firms = await add(direct, 3, formal_members_relation=2)
    branch = await found(client, draft(authority, firms))
    successor = draft(authority, firms[:2], formation_mode="territorial", formal_members=4)
    body = {"on": ON, "reason": "改建", "successor": successor}
    lost = await post(client, branch, "reform", body)
    assert (lost.status_code, errors(lost)) == (422, [("/released_organization_ids", "succession_leaves_out")])
    assert "1 organisations" in lost.json()["errors"][0]["detail"]
    odd = await post(client, branch, "reform", body | {"released_organization_ids": [str(uuid4()), str(firms[2])]})
    assert errors(odd) == [("/released_organization_ids/0", "succession_not_covered")]
    answer = await post(client, branch, "reform", body | {"released_organization_ids": [str(firms[2])]})
    assert answer.status_code == 200, answer.text
    assert (await covering(direct, firms))[2] == "None"


async def test_branches_below_come_under_the_heir_of_a_higher_level(
    client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", authority: str, clock: Hands
) -> None:
    (firm,) = await add(direct, formal_members_relation=60)
    general = await found(
        client, draft(authority, [firm], formation_mode="standalone", level="general_branch", name="总支")
    )
    (own,) = await add(direct, formal_members_relation=3)
    child = await found(client, draft(authority, [own], formation_mode="standalone", parent_id=general["id"]))
    clock.forward(hours=1)
    lower = draft(authority, formation_mode="territorial", name="支部", departure_reason="降格")
    refused = await post(client, general, "reform", {"on": ON, "reason": "改建", "successor": lower})
    assert (refused.status_code, errors(refused)) == (409, [("", "branch_has_children")])
    higher = draft(authority, formation_mode="territorial", name="党委", level="committee", departure_reason="上级批准")
    answer = await post(client, general, "reform", {"on": ON, "reason": "升格", "successor": higher})
    assert answer.status_code == 200, answer.text
    assert (await shown(client, child["id"]))["parent_id"] == answer.json()["successor_ids"][0]


async def test_members_keep_a_branch_from_ending_unless_another_takes_them(
    client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", authority: str, clock: Hands
) -> None:
    firms = await add(direct, 6, formal_members_relation=1)
    branch = await found(client, draft(authority, firms[:3]))
    other = await found(client, draft(authority, firms[3:], name="接收支部"))
    people = await enrol(direct, branch["id"], firms[0], 2)
    clock.forward(hours=1)
    end = {"dissolved_on": ON, "reason": "企业注销"}
    refused = await post(client, branch, "dissolve", end)
    assert (refused.status_code, errors(refused)[0][1]) == (409, "constraint.ck_branches_has_members")
    for nobody in (str(uuid4()), branch["id"]):
        unknown = await post(client, branch, "dissolve", end | {"members_to": nobody})
        assert (unknown.status_code, errors(unknown)) == (422, [("/members_to", "reference_unknown")])
    ended = await post(client, branch, "dissolve", end | {"members_to": other["id"]})
    assert ended.status_code == 200, ended.text
    assert await at(direct, people) == [other["id"]] * 2
    assert ended.json()["succeeded"] is False


async def test_a_branch_for_a_time_has_an_end_that_can_be_moved(
    client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", authority: str, clock: Hands
) -> None:
    firms = await add(direct, 3, formal_members_relation=1)
    branch = await found(client, draft(authority, firms, term_kind="project", ends_on="2026-09-01"))
    assert (branch["term_kind"], branch["ends_on"], branch["findings"]) == ("project", "2026-09-01", [])

    async def ending(day: str) -> int:
        return len((await client.get(f"/v1/branches?ends_before={day}&term_kind=project")).json()["items"])

    assert (await ending("2026-09-01"), await ending("2026-09-02")) == (0, 1)
    short = await post(client, branch, "extend", {"ends_on": "2026-08-01", "reason": "提前完工"})
    assert (short.status_code, codes(short)) == (409, ["branch_project_too_short"])
    clock.forward(days=200)
    late = await shown(client, branch["id"])
    assert [(each["code"], each["actual"]) for each in late["findings"]] == [("branch_past_its_end", 17)]
    longer = await post(client, late, "extend", {"ends_on": "2026-12-01", "reason": "工程延期"})
    assert (longer.status_code, longer.json()["ends_on"], longer.json()["findings"]) == (200, "2026-12-01", [])
    why = await direct.fetchval(
        "SELECT why FROM audit WHERE subject = 'branches' AND verb = 'update' ORDER BY at DESC LIMIT 1"
    )
    assert why == "工程延期"
    regular = await found(client, draft(authority, [], name="常设", formation_mode="territorial", formal_members=3))
    refused = await post(client, regular, "extend", {"ends_on": "2027-01-01", "reason": "延期"})
    assert (refused.status_code, errors(refused)) == (409, [("", "branch_regular")])
    task = await found(
        client,
        draft(authority, [], name="临时", formation_mode="territorial", formal_members=3, term_kind="temporary",
              ends_on="2026-10-01", founded_on="2026-09-01"),
    )  # fmt: skip
    assert "branch_temporary_limits" in [each["code"] for each in task["findings"]]


async def test_what_was_known_then_is_what_was_read_then(
    client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", authority: str, clock: Hands
) -> None:
    """Each step's answers are kept, and read again as of its time when all is over."""
    firms = await add(direct, 4, formal_members_relation=2)
    kept: list[tuple[str, dict[str, Any], list[Any]]] = []
    told = {"departures", *(await found(client, draft(authority, firms[:2])))} - {
        "findings", "policy_version", "allowed_actions",
    }  # fmt: skip
    branch = (await client.get("/v1/branches")).json()["items"][0]

    async def keep() -> None:
        now = clock()
        row = await shown(client, branch["id"])
        items = (await client.get("/v1/branches?sort=name&limit=10")).json()["items"]
        covered = (await client.get(f"/v1/branches/{branch['id']}/organizations?limit=10")).json()["items"]
        kept.append((now.isoformat().replace("+", "%2B"), {name: row[name] for name in told}, [items, covered]))
        clock.forward(hours=1)

    async def now() -> dict[str, Any]:
        return await shown(client, branch["id"])

    await keep()
    await client.patch(
        f"/v1/branches/{branch['id']}", json={"name": "改名支部"}, headers={"if-match": f'"{branch["version"]}"'}
    )
    await keep()
    more = {"organization_id": str(firms[2]), "valid_from": "2026-03-01"}
    assert (await post(client, await now(), "organizations", more)).status_code == 200
    await keep()
    one = (await client.get(f"/v1/authorities/{authority}")).json()
    renamed = await client.patch(
        f"/v1/authorities/{authority}", json={"name": "新街道党工委"}, headers={"if-match": f'"{one["version"]}"'}
    )
    assert renamed.status_code == 200, renamed.text
    await keep()
    successor = draft(authority, name="属地支部", formation_mode="territorial")
    reformed = await post(client, await now(), "reform", {"on": "2026-03-02", "reason": "改建", "successor": successor})
    assert reformed.status_code == 200, reformed.text
    await keep()
    clock.forward(days=3)
    for instant, row, items in kept:
        then = await shown(client, branch["id"], f"?as_of={instant}")
        assert {name: then[name] for name in told} == row
        assert (then["findings"], {step["reason"] for step in then["allowed_actions"]}) == (None, {"past_version"})
        listed = (await client.get(f"/v1/branches?sort=name&limit=10&as_of={instant}")).json()["items"]
        path = f"/v1/branches/{branch['id']}/organizations?limit=10&as_of={instant}"
        assert [listed, (await client.get(path)).json()["items"]] == items
    assert [row["authority_name"] for _, row, _ in kept] == ["街道党工委"] * 3 + ["新街道党工委"] * 2
    before = await client.get(f"/v1/branches/{branch['id']}?as_of=2026-03-01T00:00:00Z")
    assert before.status_code == 404
    for path in (f"/v1/branches/{branch['id']}", "/v1/branches", f"/v1/branches/{branch['id']}/organizations"):
        ahead = await client.get(f"{path}?as_of=2027-01-01T00:00:00Z")
        assert (ahead.status_code, errors(ahead)) == (422, [("/as_of", "instant_future")])
        assert (await client.get(f"{path}?as_of=2026-03-02")).status_code == 422


async def test_both_ends_must_be_the_callers(
    api: Api, client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", authority: str
) -> None:
    firms = await add(direct, 6, formal_members_relation=1)
    first = await found(client, draft(authority, firms[:3]))
    far = await found(client, draft(authority, firms[3:], name="邻区支部", region_code="330108000000"))
    officer = await api.client("xihu", ranges=XIHU)
    body = {"branches": [known(far)], "into": known(first), "on": ON, "reason": "并入"}
    assert (await officer.post("/v1/branches/merge", json=body)).status_code == 404
    reader = await api.client("reader", role="reader")
    assert (await reader.post("/v1/branches/merge", json=body)).status_code == 403
    assert (await post(reader, first, "extend", {"ends_on": "2027-01-01", "reason": "延期"})).status_code == 403
    moved = await client.post("/v1/branches/merge", json=body | {"departure_reason": "跨区合并"})
    assert moved.status_code == 200, moved.text
    seen = (await officer.get(f"/v1/branches/{first['id']}/successions")).json()["items"]
    assert [(each["predecessor_id"], each["predecessor_name"]) for each in seen] == [(far["id"], None)]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"on": "2026-03-03"}, ("/on", "day_future")),
        ({"on": "2026-02-09"}, ("/on", "day_too_early")),
        ({"successor": None}, ("/successor", "succession_one_heir")),
        ({"into": {"id": str(uuid4()), "version": 1}}, ("/successor", "succession_one_heir")),
        ({"branches": []}, ("/branches", "too_short")),
        ({"reason": ""}, ("/reason", "string_too_short")),
        ({"branches": "all"}, ("/branches", "list_type")),
        ({"colour": "red"}, ("/colour", "extra_forbidden")),
    ],
)
async def test_wrong_mergers_are_refused(
    client: httpx.AsyncClient,
    direct: "asyncpg.Connection[Any]",
    authority: str,
    change: dict[str, Any],
    expected: tuple[str, str],
) -> None:
    firms = await add(direct, 4, formal_members_relation=2)
    first = await found(client, draft(authority, firms[:2]))
    second = await found(client, draft(authority, firms[2:], name="第二支部"))
    body = {"branches": [known(first), known(second)], "on": ON, "reason": "整合", "successor": draft(authority)}
    answer = await client.post("/v1/branches/merge", json=body | change)
    assert answer.status_code == 422, answer.text
    assert errors(answer)[0][0] == expected[0]
    one = await client.post("/v1/branches/merge", json=body | {"branches": [known(first)]})
    assert errors(one) == [("/branches", "succession_too_few")]
    twice = await client.post("/v1/branches/merge", json=body | {"branches": [known(first), known(first)]})
    assert errors(twice) == [("/branches", "listed_twice")]
    wrong = await client.post("/v1/branches/merge", json=body | {"successor": draft(authority, host_id=str(uuid4()))})
    assert errors(wrong) == [("/successor/host_id", "reference_unknown")]
    assert await covering(direct, firms[:2]) == [first["id"]] * 2
