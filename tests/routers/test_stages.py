"""Stages over HTTP: established, consolidated, standardized; what is still missing; and hollow branches."""

from datetime import date
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest

from tests.conftest import Api, Hands
from tests.kit import party
from tests.kit.party import errors, findings, holder, tag

BINJIANG = ((330108000000, 330109000000),)
XIHU = ((330106000000, 330107000000),)


@pytest.fixture
async def branch(client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]") -> dict[str, Any]:
    """A branch of five formal members that stands since February of last year."""
    return await party.branch(client, direct, await party.authority(client))


async def review(client: httpx.AsyncClient, branch: dict[str, Any]) -> dict[str, Any]:
    answer = await client.get(f"/v1/branches/{branch['id']}/stage-review")
    assert answer.status_code == 200, answer.text
    assert "etag" not in answer.headers
    found: dict[str, Any] = answer.json()
    return found


def unmet(told: dict[str, Any]) -> dict[str, str]:
    return {item["code"]: item["severity"] for item in told["checklist"] if not item["met"]}


def actions(told: dict[str, Any]) -> dict[str, str | None]:
    return {each["action"]: each["reason"] for each in told["allowed_actions"]}


async def step(client: httpx.AsyncClient, told: dict[str, Any], verb: str = "advance", **body: Any) -> httpx.Response:
    return await client.post(f"/v1/branches/{told['id']}/{verb}", json=body, headers=tag(told))


async def live(
    client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", branch: dict[str, Any], months: int
) -> None:
    """All that a stage asks for: filed, a team, and so many months of the rhythm before March 2026."""
    (who,) = await party.enrol(direct, branch["id"], ["沈若安"])
    await direct.execute(
        "UPDATE branches SET formal_members = 5, filed_on = '2025-02-20' WHERE id = $1", UUID(branch["id"])
    )
    term = {"branch_id": branch["id"], "election": "elected", "valid_from": "2025-02-12", "posts": [holder(who)]}
    answer = await client.post("/v1/terms", json=term)
    assert answer.status_code == 201, answer.text
    for back in range(1, months + 1):
        month = date((2026 * 12 + 2 - back) // 12, (2 - back) % 12 + 1, 11)
        kinds = ["theme_day", *(["members_meeting", "lecture"] if month.month % 3 == 0 else [])]
        for kind in kinds:
            activity = {
                "branch_id": branch["id"],
                "kind": kind,
                "held_on": month.isoformat(),
                "topic": "学习",
                "attended": 4,
            }
            answer = await client.post("/v1/activities", json=activity)
            assert answer.status_code == 201, answer.text


async def test_a_branch_walks_from_stage_to_stage_as_its_data_grows(
    client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", branch: dict[str, Any]
) -> None:
    bare = await review(client, branch)
    assert (bare["stage"], bare["next_stage"], bare["asked_for"], bare["ready"]) == (
        "established", "consolidated", "consolidated", False,
    )  # fmt: skip
    assert unmet(bare) == {
        "stage_filed": "departure",
        "stage_secretary": "departure",
        "stage_no_team": "departure",
        "stage_members_meeting": "departure",
        "stage_lecture": "departure",
        "stage_theme_day": "departure",
        "stage_roll": "advice",
        "stage_business": "advice",
    }
    assert actions(bare) == {"advance": None, "step_back": "stage_first"}
    refused = await step(client, bare, stage="consolidated")
    assert (refused.status_code, errors(refused)) == (409, [("/departure_reason", "departure_reason_missing")])
    assert len(findings(refused)) == 6

    await live(client, direct, branch, 4)
    ready = await review(client, branch)
    assert (unmet(ready), ready["ready"], ready["unmet"]) == ({"stage_roll": "advice"}, True, 1)
    rhythm = {each["kind"]: each for each in ready["rhythm"]}
    assert (rhythm["theme_day"]["periods"], rhythm["theme_day"]["last_held_on"]) == ([True] * 3, "2026-02-11")
    assert (rhythm["lecture"]["periods"], rhythm["lecture"]["period_months"]) == ([True], 3)
    consolidated = await step(client, ready, stage="consolidated")
    assert consolidated.status_code == 200, consolidated.text
    told = consolidated.json()
    assert (told["stage"], told["next_stage"]) == ("consolidated", "standardized")
    assert unmet(told) == {
        "stage_members_meeting": "departure",
        "stage_lecture": "departure",
        "stage_theme_day": "departure",
        "stage_roll": "departure",
    }
    assert (await client.get(f"/v1/branches/{branch['id']}")).json()["departures"] == []

    standardized = await step(client, told, stage="standardized", departure_reason="接管前已规范运行")
    assert standardized.status_code == 200, standardized.text
    last = standardized.json()
    assert (last["stage"], last["next_stage"], last["asked_for"]) == ("standardized", None, "standardized")
    assert actions(last) == {"advance": "stage_last", "step_back": None}
    kept = (await client.get(f"/v1/branches/{branch['id']}")).json()["departures"]
    assert {each["code"] for each in kept} == set(unmet(told))
    steps = (await client.get(f"/v1/branches/{branch['id']}/stage-steps")).json()["items"]
    assert [(each["stage_before"], each["stage"], each["reason"]) for each in steps] == [
        ("consolidated", "standardized", "接管前已规范运行"),
        ("established", "consolidated", None),
    ]
    assert {item["code"]: item["met"] for item in steps[1]["checklist"]}["stage_filed"] is True
    assert (steps[0]["taken_on"], steps[0]["policy_version"]) == ("2026-03-02", "default-2026")


async def test_going_back_needs_a_reason_and_keeps_what_was_seen(
    client: httpx.AsyncClient, branch: dict[str, Any]
) -> None:
    told = (await step(client, await review(client, branch), stage="consolidated", departure_reason="试点")).json()
    for body, expected in (
        ({"stage": "consolidated", "reason": "无变化"}, ("/stage", "stage_not_earlier")),
        ({"stage": "standardized", "reason": "更高"}, ("/stage", "stage_not_earlier")),
        ({"stage": "established"}, ("/reason", "missing")),
        ({"stage": "founded", "reason": "没有"}, ("/stage", "enum")),
    ):
        wrong = await step(client, told, "step-back", **body)
        assert (wrong.status_code, errors(wrong)[0][0]) == (422, expected[0]), wrong.text
    back = await step(client, told, "step-back", stage="established", reason="班子长期不健全")
    assert (back.status_code, back.json()["stage"]) == (200, "established"), back.text
    steps = (await client.get(f"/v1/branches/{branch['id']}/stage-steps")).json()["items"]
    assert [(each["stage"], each["reason"]) for each in steps] == [
        ("established", "班子长期不健全"), ("consolidated", "试点"),
    ]  # fmt: skip
    assert "stage_filed" in {item["code"] for item in steps[0]["checklist"] if not item["met"]}


async def test_what_must_be_so_refuses_whatever_the_reason(
    client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", branch: dict[str, Any]
) -> None:
    await direct.execute("UPDATE branches SET formal_members = 2 WHERE id = $1", UUID(branch["id"]))
    told = await review(client, branch)
    assert (unmet(told)["stage_members"], actions(told)["advance"]) == ("hard", "stage_hard_unmet")
    refused = await step(client, told, stage="consolidated", departure_reason="试点")
    assert (refused.status_code, refused.json()["code"]) == (409, "rule_violation")
    assert findings(refused)["stage_members"] == "hard"
    assert (await review(client, branch))["stage"] == "established"


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"stage": "standardized"}, "/stage"),
        ({"stage": "established"}, "/stage"),
        ({"stage": "founded"}, "/stage"),
        ({"stage": 1}, "/stage"),
        ({}, "/stage"),
        ({"stage": "consolidated", "checklist": []}, "/checklist"),
        ({"stage": "consolidated", "departure_reason": ""}, "/departure_reason"),
    ],
)
async def test_wrong_bodies_are_told_where(
    client: httpx.AsyncClient, branch: dict[str, Any], body: dict[str, Any], pointer: str
) -> None:
    answer = await step(client, branch, **body)
    assert (answer.status_code, errors(answer)[0][0]) == (422, pointer), answer.text


async def test_versions_scopes_and_permissions(api: Api, client: httpx.AsyncClient, branch: dict[str, Any]) -> None:
    where = f"/v1/branches/{branch['id']}"
    body = {"stage": "consolidated", "departure_reason": "试点"}
    assert (await client.post(f"{where}/advance", json=body)).status_code == 428
    stale = await client.post(f"{where}/advance", json=body, headers={"if-match": '"9"'})
    assert stale.status_code == 412
    there = await api.client("there", ranges=BINJIANG)
    for answer in (
        await there.get(f"{where}/stage-review"),
        await there.get(f"{where}/stage-steps"),
        await there.post(f"{where}/advance", json=body, headers=tag(branch)),
        await there.post(f"{where}/step-back", json={"stage": "established", "reason": "试点"}, headers=tag(branch)),
    ):
        assert answer.status_code == 404
    reader = await api.client("reader", role="portal_reader", ranges=XIHU)
    assert actions(await review(reader, branch)) == {"advance": "permission", "step_back": "permission"}
    secretary = await api.client("secretary", role="branch_secretary")
    assert (await secretary.post(f"{where}/advance", json=body, headers=tag(branch))).status_code == 403
    end = {"dissolved_on": "2026-03-01", "reason": "企业注销"}
    dissolved = (await client.post(f"{where}/dissolve", json=end, headers=tag(branch))).json()
    assert actions(await review(client, branch))["advance"] == "branch_dissolved"
    refused = await step(client, dissolved, **body)
    assert (refused.status_code, errors(refused)) == (409, [("", "branch_dissolved")])


async def test_hollow_branches_have_reasons(
    client: httpx.AsyncClient, api: Api, direct: "asyncpg.Connection[Any]", branch: dict[str, Any], clock: Hands
) -> None:
    under = branch["authority_id"]
    sound = await party.branch(client, direct, under, name="正常支部")
    activity = {"branch_id": sound["id"], "kind": "theme_day", "held_on": "2025-06-01", "topic": "学习", "attended": 4}
    assert (await client.post("/v1/activities", json=activity)).status_code == 201
    young = await party.branch(client, direct, under, name="新支部", founded_on="2026-02-10")
    empty = await party.branch(client, direct, under, name="无党员支部", founded_on="2026-02-10")
    await direct.execute("UPDATE branches SET formal_members = 0 WHERE id = $1", UUID(empty["id"]))
    closed = await party.branch(client, direct, under, name="企业已注销支部", founded_on="2026-02-10")
    await direct.execute(
        "UPDATE organizations SET status = 'closed', closed_on = '2026-02-20' WHERE covered_by = $1", UUID(closed["id"])
    )
    rows = (await client.get("/v1/hollow-branches?count=exact")).json()
    assert {row["name"]: row["reasons"] for row in rows["items"]} == {
        branch["name"]: ["nothing_held"],
        "无党员支部": ["no_members"],
        "企业已注销支部": ["organizations_closed"],
    }
    assert rows["count"]["value"] == 3
    assert (await review(client, closed))["hollow"] == ["organizations_closed"]
    assert (await review(client, young))["hollow"] == []
    for asked, expected in (
        ("reason=no_members", ["无党员支部"]),
        ("reason=organizations_closed&stage=established", ["企业已注销支部"]),
        ("stage=standardized", []),
        ("region=330108000000", []),
        ("region=330106000000&region_level=3&reason=nothing_held", [branch["name"]]),
        ("authority=033001006000000&reason=nothing_held", [branch["name"]]),
    ):
        answer = await client.get(f"/v1/hollow-branches?{asked}")
        assert [row["name"] for row in answer.json()["items"]] == expected, asked
    file = (await client.get("/v1/hollow-branches", headers={"accept": "text/csv"})).text
    assert "Nothing recorded for a year" in file
    assert (await client.get("/v1/hollow-branches?reason=empty")).status_code == 422

    # An organisation that the reader does not see keeps the branch from being hollow.
    await direct.execute("UPDATE organizations SET region_code = 330108001000 WHERE covered_by = $1", UUID(young["id"]))
    here = await api.client("here", ranges=XIHU)
    seen = (await here.get("/v1/hollow-branches")).json()["items"]
    assert "新支部" not in {row["name"] for row in seen}

    body = {
        "kind": "stages", "region_code": "330106000000", "region_level": 3, "valid_from": "2026-03-03",
        "numbers": {"hollow_months": {"value": 6, "document": "试点"}}, "reason": "区里规定",
    }  # fmt: skip
    assert (await client.post("/v1/policies", json=body)).status_code == 201
    clock.forward(days=1)
    asked = (await client.get("/v1/hollow-branches?region=330106000000&reason=nothing_held")).json()["items"]
    assert {row["name"] for row in asked} == {branch["name"], "正常支部"}


async def test_a_stage_is_stated_at_founding_and_walked_afterwards(
    client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", branch: dict[str, Any]
) -> None:
    taken_over = await party.branch(client, direct, branch["authority_id"], name="接管支部", stage="standardized")
    told = await review(client, taken_over)
    assert (told["stage"], told["asked_for"], told["ready"]) == ("standardized", "standardized", False)
    patched = await client.patch(f"/v1/branches/{branch['id']}", json={"stage": "standardized"}, headers=tag(branch))
    assert (patched.status_code, errors(patched)[0][1]) == (422, "extra_forbidden")
