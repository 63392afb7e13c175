"""Plans over HTTP: what is proposed and why, compared, changed by hand, approved, carried out; who sees them."""

from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest

from tests.conftest import Api, Hands
from tests.kit.organizations import add

XIHU = ((330106000000, 330107000000),)
BINJIANG = ((330108000000, 330109000000),)
COUNTY = "330106000000"
STREET = {"region_code": 330106010000, "region_level": 4}
COMMUNITY = {"region_code": 330106002001, "region_level": 5}
BODY = {"region_code": COUNTY, "title": "西湖区组建计划"}

Direct = asyncpg.Connection


@pytest.fixture
async def authority(client: httpx.AsyncClient) -> str:
    """The street's committee."""
    body = {"code": "033001006010000", "kind": "township", "name": "街道党工委", "region_code": "330106010000"}
    answer = await client.post("/v1/authorities", json=body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def members(number: int) -> dict[str, int]:
    return {"formal_members_relation": number}


async def computed(client: httpx.AsyncClient, **change: Any) -> dict[str, Any]:
    answer = await client.post("/v1/plans", json=BODY | change)
    assert answer.status_code == 201, answer.text
    plan: dict[str, Any] = answer.json()
    assert answer.headers["location"] == f"/v1/plans/{plan['id']}"
    return plan


async def places(client: httpx.AsyncClient, plan: dict[str, Any], **asked: str) -> list[dict[str, Any]]:
    answer = await client.get(f"/v1/plans/{plan['id']}/places", params={"limit": "200", **asked})
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


async def place(client: httpx.AsyncClient, row: dict[str, Any]) -> dict[str, Any]:
    answer = await client.get(f"/v1/plans/{row['plan_id']}/places/{row['id']}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def approved(client: httpx.AsyncClient, plan: dict[str, Any], authority: str) -> list[dict[str, Any]]:
    answer = await client.post(
        f"/v1/plans/{plan['id']}/approve",
        json={"authority_id": authority},
        headers={"if-match": f'"{plan["version"]}"'},
    )
    assert answer.status_code == 200, answer.text
    assert answer.json()["state"] == "approved"
    tasks: list[dict[str, Any]] = (await client.get("/v1/formation-tasks", params={"limit": "200"})).json()["items"]
    return tasks


def held(row: dict[str, Any]) -> set[str]:
    return {item["organization_id"] for item in row["items"]}


async def test_every_gap_has_a_place_easy_ones_first_with_its_reasons(
    client: httpx.AsyncClient, direct: "Direct[Any]"
) -> None:
    (own,) = await add(direct, **STREET, **members(3))
    few = await add(direct, 2, **COMMUNITY, **members(1), industry="C131")
    (two,) = await add(direct, **COMMUNITY, **members(2), industry="C131")
    (large,) = await add(direct, **STREET, above_scale_reported=True)
    (union,) = await add(direct, **STREET, **members(0), has_union=True)
    await add(direct, **COMMUNITY, **members(0))
    await add(direct, **STREET, **members(0))
    await add(direct, **STREET)
    await add(direct, region_code=330108002000, region_level=4, **members(2))  # another county
    await add(direct, region_code=330100000000, region_level=2, **members(2))  # known to the city only

    plan = await computed(client)
    found = await places(client, plan)
    assert [row["turn"] for row in found] == list(range(1, len(found) + 1))
    kinds = [row["kind"] for row in found]
    assert kinds == ["standalone", "joint", "enter_above_scale", "reach", "reach", "find_out"]
    assert held(await place(client, found[0])) == {str(own)}
    group = await place(client, found[1])
    assert held(group) == {str(key) for key in [*few, two]}
    assert (group["members"], group["nearness"], group["region_code"]) == (4, "community", "330106002001")
    assert [reason["code"] for reason in group["reasons"]] == [
        "same_community", "enough_together", "mean_way", "same_trade",
    ]  # fmt: skip
    assert group["reasons"][1]["text"] == "4 formal members together; 3 are needed"
    assert held(await place(client, found[2])) == {str(large)}
    assert {row["body"] for row in found[3:5]} == {"community", "instructor"}
    assert str(union) not in str([await place(client, row) for row in found])  # a union there is work coverage already
    figures = plan["figures"]
    assert figures["steps"] == {
        "form_own": 1, "join": 3, "enter_above_scale": 1, "reach": 2, "find_out": 1, "own_from_shared": 0,
    }  # fmt: skip
    assert (figures["small"], figures["covered"], figures["coverable"], figures["proven"]) == (3, 3, 3, 3)
    assert (figures["covered_of_bound"], figures["distance_of_bound"]) == (1.0, 1.0)
    assert {limit["name"] for limit in plan["limits"]} >= {"joint_most", "member_basis", "planning_policy"}


async def test_the_same_facts_give_the_same_plan_and_what_if_stands_beside_it(
    client: httpx.AsyncClient, direct: "Direct[Any]"
) -> None:
    for number in range(12):
        await add(direct, **COMMUNITY, **members(1 + number % 2), industry="C131")
    one, two = await computed(client), await computed(client)
    assert one["figures"] == two["figures"]
    side = (await client.get("/v1/plans/compare", params={"a": one["id"], "b": two["id"]})).json()
    assert side["same"] == len(await places(client, one))
    assert set(side["difference"].values()) == {0}

    wider = await computed(client, limits={"joint_most": 8})
    assert {"name": "joint_most", "value": 8, "source": None} in wider["limits"]
    side = (await client.get("/v1/plans/compare", params={"a": one["id"], "b": wider["id"]})).json()
    assert side["difference"]["new_branches"] < 0
    assert side["difference"]["covered"] == 0
    near = await computed(client, limits={"farthest": 0})
    assert near["figures"]["covered"] == 0
    assert {row["kind"] for row in await places(client, near)} == {"alone"}


async def test_a_plan_is_carried_out_and_coverage_rises_by_exactly_that(
    client: httpx.AsyncClient, direct: "Direct[Any]", authority: str, clock: Hands
) -> None:
    keys = [str(key) for key in await add(direct, 3, **STREET, **members(1))]
    before = (await client.get("/v1/coverage", params={"region": COUNTY})).json()["organisation_coverage"]["numerator"]
    plan = await computed(client)
    (task,) = await approved(client, plan, authority)
    assert (task["kind"], task["owner_name"], task["due_on"]) == ("form", "街道党工委", "2026-05-31")
    where = f"/v1/formation-tasks/{task['id']}"

    again = await computed(client)
    assert (again["figures"]["kept"], again["figures"]["organizations"]) == (3, 0)
    assert await places(client, again) == []

    early = await client.post(f"{where}/finish", json={"ended_on": "2026-03-02"}, headers={"if-match": '"1"'})
    assert early.json()["errors"][0] | {"detail": ""} == {"pointer": "/branch_id", "code": "missing", "detail": ""}
    branch = (
        await client.post(
            "/v1/branches",
            json={
                "name": "联合支部", "formation_mode": "joint", "authority_id": authority, "founded_on": "2026-03-01",
                "region_code": "330106010000", "organization_ids": keys[:2], "formal_members": 3,
            },
        )
    ).json()  # fmt: skip
    end = {"ended_on": "2026-03-02", "branch_id": branch["id"]}
    short = await client.post(f"{where}/finish", json=end, headers={"if-match": '"1"'})
    assert (short.status_code, short.json()["errors"][0]["code"]) == (409, "task_uncovered")
    covered = await client.post(
        f"/v1/branches/{branch['id']}/organizations",
        json={"organization_id": keys[2], "valid_from": "2026-03-02"},
        headers={"if-match": f'"{branch["version"]}"'},
    )
    assert covered.status_code == 200, covered.text
    clock.forward(minutes=1)
    logged = await client.post(
        f"{where}/entries", json={"done_on": "2026-03-02", "did": "founded"}, headers={"if-match": '"1"'}
    )
    assert (logged.status_code, logged.json()["state"]) == (200, "doing"), logged.text
    clock.forward(minutes=1)
    done = await client.post(f"{where}/finish", json=end, headers={"if-match": '"2"'})
    assert (done.status_code, done.json()["state"], done.json()["branch_id"]) == (200, "done", branch["id"])
    after = (await client.get("/v1/coverage", params={"region": COUNTY})).json()["organisation_coverage"]["numerator"]
    assert after - before == plan["figures"]["would_be_covered"] == 3
    assert (await computed(client))["figures"]["organizations"] == 0
    versions = (await client.get(f"{where}/history")).json()["items"]
    assert [row["state"] for row in versions] == ["done", "doing", "open"]


async def test_who_went_in_makes_it_work_coverage(
    client: httpx.AsyncClient, direct: "Direct[Any]", authority: str
) -> None:
    keys = [str(key) for key in await add(direct, 2, **COMMUNITY, **members(0))]
    plan = await computed(client)
    (task,) = await approved(client, plan, authority)
    assert (task["kind"], task["owner_kind"]) == ("reach", "community")
    where = f"/v1/formation-tasks/{task['id']}"
    rate = "work_coverage"
    before = (await client.get("/v1/coverage", params={"region": COUNTY})).json()[rate]["numerator"]
    for version, key in enumerate(keys, 1):
        finish = {"ended_on": "2026-03-02"}
        left = await client.post(f"{where}/finish", json=finish, headers={"if-match": f'"{version}"'})
        assert (left.status_code, left.json()["errors"][0]["code"]) == (409, "task_unreached")
        entry = {"done_on": "2026-03-02", "did": "went_in", "organization_id": key, "note": "网格员上门服务"}
        told = await client.post(f"{where}/entries", json=entry, headers={"if-match": f'"{version}"'})
        assert told.status_code == 200, told.text
    assert all(item["reached"] for item in told.json()["items"])
    organization = (await client.get(f"/v1/organizations/{keys[0]}")).json()
    assert organization["community_leads"] is True
    after = (await client.get("/v1/coverage", params={"region": COUNTY})).json()[rate]["numerator"]
    assert after - before == 2
    done = await client.post(f"{where}/finish", json={"ended_on": "2026-03-02"}, headers={"if-match": '"3"'})
    assert done.json()["state"] == "done"
    log = (await client.get(f"{where}/entries")).json()["items"]
    assert [row["did"] for row in log] == ["went_in", "went_in"]


async def test_a_standing_branch_of_the_same_host_takes_in(
    client: httpx.AsyncClient, direct: "Direct[Any]", authority: str
) -> None:
    host = (
        await client.post("/v1/hosts", json={"name": "某大厦", "kind": "commercial_building", "region_code": COUNTY})
    ).json()["id"]
    (there,) = await add(direct, **COMMUNITY, **members(4), host_id=UUID(host))
    answer = await client.post(
        "/v1/branches",
        json={
            "name": "楼宇支部", "formation_mode": "attached", "authority_id": authority, "founded_on": "2026-02-01",
            "region_code": "330106010000", "host_id": host, "organization_ids": [str(there)],
            "departure_reason": "试点",
        },
    )  # fmt: skip
    assert answer.status_code == 201, answer.text
    new = [str(key) for key in await add(direct, 2, **COMMUNITY, **members(1), host_id=UUID(host))]
    plan = await computed(client)
    (row,) = await places(client, plan, kind="attach")
    assert (row["branch_name"], row["host_name"], row["distance"]) == ("楼宇支部", "某大厦", 0)
    assert held(await place(client, row)) == set(new)
    tasks = await approved(client, plan, authority)
    assert [task["kind"] for task in tasks if task["place_id"] == row["id"]] == ["take_in"]


async def test_places_are_changed_by_hand_and_judged(
    client: httpx.AsyncClient, direct: "Direct[Any]", authority: str
) -> None:
    one = [str(key) for key in await add(direct, 3, **COMMUNITY, **members(1))]
    two = [str(key) for key in await add(direct, 4, **STREET, **members(1))]
    plan = await computed(client)
    first, second = await places(client, plan, kind="joint")
    if held(await place(client, first)) != set(one):
        first, second = second, first
    path = f"/v1/plans/{plan['id']}/places/{first['id']}"
    match = {"if-match": '"1"'}

    wider = await client.patch(path, json={"organization_ids": [*one, two[0]]}, headers=match)
    assert (wider.status_code, wider.json()["organizations"], wider.json()["version"]) == (200, 4, 2), wider.text
    assert wider.json()["reasons"][-1]["code"] == "put_together_by_hand"
    other = await place(client, second)
    assert (other["organizations"], other["version"], held(other)) == (3, 2, set(two[1:]))
    short = await client.patch(path, json={"organization_ids": two[:2]}, headers={"if-match": '"2"'})
    assert (short.status_code, short.json()["findings"][0]["code"]) == (409, "place_too_few_members")
    all_ = {"organization_ids": [*one, *two]}
    asked = await client.patch(path, json=all_, headers={"if-match": '"2"'})
    assert asked.json()["errors"][0]["code"] == "departure_reason_missing"
    let = await client.patch(path, json={**all_, "departure_reason": "同一产业链"}, headers={"if-match": '"2"'})
    assert (let.status_code, let.json()["departures"][0]["code"]) == (200, "place_too_many_organizations")
    assert (await place(client, second))["state"] == "dropped"
    fewer = await client.patch(path, json={"organization_ids": [*one, *two[:2]]}, headers={"if-match": '"3"'})
    assert (fewer.status_code, fewer.json()["departures"]) == (200, [])
    alone = await places(client, plan, kind="alone")
    assert [row["organizations"] for row in alone] == [1, 1]

    stranger = {"organization_ids": [*one, str(uuid4())]}
    unknown = await client.patch(path, json=stranger, headers={"if-match": '"4"'})
    assert (unknown.status_code, unknown.json()["errors"][0]["code"]) == (422, "not_in_plan")
    twice = await client.patch(path, json={"organization_ids": [one[0], one[0]]}, headers={"if-match": '"4"'})
    assert twice.json()["errors"][0]["code"] == "listed_twice"
    gone = f"/v1/plans/{plan['id']}/places/{alone[0]['id']}"
    dropped = await client.post(f"{gone}/drop", json={"reason": "即将搬迁"}, headers=match)
    assert (dropped.json()["state"], dropped.json()["drop_reason"]) == ("dropped", "即将搬迁")
    assert (await client.post(f"{gone}/drop", json={"reason": "再次"}, headers={"if-match": '"2"'})).status_code == 409

    read = (await client.get(f"/v1/plans/{plan['id']}")).json()
    assert read["state"] == "edited"
    tasks = await approved(client, read, authority)
    assert sorted(task["kind"] for task in tasks) == ["form", "transfer"]
    late = await client.patch(path, json={"organization_ids": one}, headers={"if-match": '"5"'})
    assert (late.status_code, late.json()["errors"][0]["code"]) == (409, "plan_approved")


async def test_organizations_of_two_counties_are_never_one_place(
    client: httpx.AsyncClient, direct: "Direct[Any]"
) -> None:
    here = [str(key) for key in await add(direct, 3, **STREET, **members(1))]
    there = [str(key) for key in await add(direct, 3, region_code=330108002000, region_level=4, **members(1))]
    plan = await computed(client, region_code="330100000000")
    groups = [held(await place(client, row)) for row in await places(client, plan)]
    assert sorted(map(sorted, groups)) == sorted(map(sorted, [here, there]))
    (row, *_) = await places(client, plan)
    answer = await client.patch(
        f"/v1/plans/{plan['id']}/places/{row['id']}",
        json={"organization_ids": [*here, there[0]]},
        headers={"if-match": '"1"'},
    )
    assert (answer.status_code, answer.json()["findings"][0]["code"]) == (409, "place_across_counties")


async def test_other_plans_give_way_and_one_that_is_outdated_is_refused(
    client: httpx.AsyncClient, direct: "Direct[Any]", authority: str, clock: Hands
) -> None:
    await add(direct, 3, **STREET, **members(1))
    city = await computed(client, region_code="330100000000")
    one, two = await computed(client), await computed(client)
    await approved(client, two, authority)
    aside = (await client.get(f"/v1/plans/{one['id']}")).json()
    assert (aside["state"], aside["closing_reason"]) == ("superseded", "superseded")
    body, match = {"authority_id": authority}, {"if-match": '"1"'}
    outdated = await client.post(f"/v1/plans/{city['id']}/approve", json=body, headers=match)
    assert (outdated.status_code, outdated.json()["errors"][0]["code"]) == (409, "plan_outdated")
    clock.forward(minutes=1)
    discarded = await client.post(f"/v1/plans/{city['id']}/discard", json={"reason": "重新编制"}, headers=match)
    assert discarded.json()["state"] == "superseded"
    assert [step["reason"] for step in discarded.json()["allowed_actions"]] == ["plan_superseded"] * 3
    again = await client.post(
        f"/v1/plans/{city['id']}/discard", json={"reason": "重新编制"}, headers={"if-match": '"2"'}
    )
    assert again.status_code == 409
    history = (await client.get(f"/v1/plans/{city['id']}/history")).json()["items"]
    assert [row["state"] for row in history] == ["superseded", "computed"]


@pytest.mark.parametrize(
    ("change", "status", "pointer"),
    [
        ({"region_code": "330000000000"}, 422, "/region_code"),
        ({"region_code": "990000000000"}, 422, "/region_code"),
        ({"region_code": "33010600"}, 422, "/region_code"),
        ({"limits": {"joint_most": 1}}, 422, "/limits/joint_most"),
        ({"limits": {"joint_most": None}}, 422, "/limits/joint_most"),
        ({"limits": {"farthest": -1}}, 422, "/limits/farthest"),
        ({"limits": {"nearest": 5}}, 422, "/limits/nearest"),
        ({"limits": {"territorial_from": True}}, 422, "/limits/territorial_from"),
        ({"title": ""}, 422, "/title"),
        ({"weather": "fine"}, 422, "/weather"),
    ],
)
async def test_bad_requests_for_a_plan_are_refused(
    client: httpx.AsyncClient, change: dict[str, Any], status: int, pointer: str
) -> None:
    answer = await client.post("/v1/plans", json=BODY | change)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (status, pointer), answer.text


async def test_plans_are_seen_and_made_in_the_own_region(
    api: Api, client: httpx.AsyncClient, direct: "Direct[Any]", authority: str
) -> None:
    await add(direct, 3, **STREET, **members(1))
    plan = await computed(client)
    await approved(client, plan, authority)
    (row,) = await places(client, plan)
    elsewhere = await api.client("other", ranges=BINJIANG)
    for path in ("", "/history", "/places", f"/places/{row['id']}"):
        assert (await elsewhere.get(f"/v1/plans/{plan['id']}{path}")).status_code == 404
    assert (await elsewhere.get("/v1/plans")).json()["items"] == []
    assert (await elsewhere.get("/v1/formation-tasks")).json()["items"] == []
    assert (await elsewhere.post("/v1/plans", json=BODY)).status_code == 403
    street = await api.client("street", ranges=((330106010000, 330106011000),))
    assert (await street.post("/v1/plans", json=BODY)).status_code == 403
    assert (await street.post("/v1/plans", json=BODY | {"region_code": "330106010000"})).status_code == 201
    reader = await api.client("reader", role="reader", ranges=XIHU)
    assert (await reader.post("/v1/plans", json=BODY)).status_code == 403
    seen = (await reader.get(f"/v1/plans/{plan['id']}")).json()
    assert {step["reason"] for step in seen["allowed_actions"]} == {"permission"}


async def test_lists_are_files_too(client: httpx.AsyncClient, direct: "Direct[Any]", authority: str) -> None:
    await add(direct, 3, **STREET, **members(1))
    plan = await computed(client)
    await approved(client, plan, authority)
    accept = {"accept": "text/csv"}
    text = (await client.get(f"/v1/plans/{plan['id']}/places", headers=accept)).text
    assert "A joint branch" in text
    assert "All are in the same street or town" in text
    assert "Found a branch" in (await client.get("/v1/formation-tasks", headers=accept)).text
    assert "西湖区组建计划" in (await client.get("/v1/plans", headers=accept)).text


async def test_tasks_are_entered_changed_and_dropped_by_hand(
    client: httpx.AsyncClient, direct: "Direct[Any]", authority: str, clock: Hands
) -> None:
    (key,) = await add(direct, **STREET)
    task = {
        "kind": "talk", "owner_kind": "authority", "authority_id": authority, "organization_id": str(key),
        "due_on": "2026-03-10",
    }  # fmt: skip
    answer = await client.post("/v1/formation-tasks", json=task)
    assert answer.status_code == 201, answer.text
    where = answer.headers["location"]
    assert (answer.json()["owner_name"], answer.json()["authority_code"]) == ("街道党工委", "033001006010000")
    owner = {"owner_kind": "union", "owner_name": "区总工会"}
    changed = await client.patch(where, json={"owner": owner, "due_on": "2026-03-12"}, headers={"if-match": '"1"'})
    assert (changed.json()["owner_name"], changed.json()["authority_code"]) == ("区总工会", None), changed.text
    clock.forward(days=30)
    (late,) = (await client.get("/v1/formation-tasks", params={"overdue": "true"})).json()["items"]
    assert late["overdue"]
    note = {"done_on": "2026-03-20", "did": "talked", "note": "身份证 330106199001011237"}
    personal = await client.post(f"{where}/entries", json=note, headers={"if-match": '"2"'})
    assert (personal.status_code, personal.json()["errors"][0]["pointer"]) == (422, "/note")
    strange = {"done_on": "2026-03-20", "did": "went_in", "organization_id": str(uuid4())}
    foreign = await client.post(f"{where}/entries", json=strange, headers={"if-match": '"2"'})
    assert foreign.json()["errors"][0]["code"] == "not_in_task"
    future = await client.post(
        f"{where}/entries", json={"done_on": "2027-01-01", "did": "talked"}, headers={"if-match": '"2"'}
    )
    assert future.json()["errors"][0]["code"] == "day_future"
    dropped = await client.post(f"{where}/drop", json={"reason": "已迁出"}, headers={"if-match": '"2"'})
    assert (dropped.json()["state"], dropped.json()["ended_on"]) == ("dropped", "2026-04-01")
    after = await client.patch(where, json={"due_on": "2026-05-01"}, headers={"if-match": '"3"'})
    assert (after.status_code, after.json()["errors"][0]["code"]) == (409, "task_dropped")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"owner_kind": "union"}, "owner_needs_name"),
        ({"authority_id": None}, "owner_needs_authority"),
        ({"authority_id": str(uuid4())}, "reference_unknown"),
        ({"region_code": None}, "task_needs_one"),
        ({"organization_id": str(uuid4())}, "task_needs_one"),
        ({"region_code": None, "organization_id": str(uuid4())}, "reference_unknown"),
        ({"kind": "form"}, "task_of_a_plan"),
        ({"due_on": "2026-03-01"}, "day_past"),
    ],
)
async def test_tasks_that_do_not_fit_are_refused(
    client: httpx.AsyncClient, authority: str, change: dict[str, Any], code: str
) -> None:
    body = {
        "kind": "publicity", "owner_kind": "authority", "authority_id": authority, "region_code": COUNTY,
        "due_on": "2026-03-10",
    }  # fmt: skip
    answer = await client.post("/v1/formation-tasks", json=body | change)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, code), answer.text
