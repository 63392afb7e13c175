"""Activities over HTTP: what was held, what was entered by mistake, and how branches keep it up."""

from typing import Any

import asyncpg
import httpx
import pytest

from tests.conftest import Api, Hands
from tests.kit import party
from tests.kit.party import errors, tag

BINJIANG = ((330108000000, 330109000000),)


@pytest.fixture
async def branch(client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]") -> dict[str, Any]:
    """A branch that stands since February of last year."""
    return await party.branch(client, direct, await party.authority(client))


def draft(branch: dict[str, Any], **change: Any) -> dict[str, Any]:
    return {
        "branch_id": branch["id"], "kind": "theme_day", "held_on": "2026-02-20", "topic": "学习支部工作条例",
        "attended": 4,
    } | change  # fmt: skip


async def held(client: httpx.AsyncClient, branch: dict[str, Any], **change: Any) -> dict[str, Any]:
    answer = await client.post("/v1/activities", json=draft(branch, **change))
    assert answer.status_code == 201, answer.text
    activity: dict[str, Any] = answer.json()
    return activity


async def test_recorded_corrected_and_cancelled(
    client: httpx.AsyncClient, branch: dict[str, Any], clock: Hands
) -> None:
    first = await held(client, branch, expected=5)
    assert (first["branch_name"], first["region_code"], first["expected"]) == (branch["name"], "330106010000", 5)
    assert all(each["allowed"] for each in first["allowed_actions"])
    twice = await client.post("/v1/activities", json=draft(branch, attended=5))
    assert (twice.status_code, twice.json()["code"]) == (409, "taken")
    where = f"/v1/activities/{first['id']}"
    clock.forward(days=1)
    assert (await client.patch(where, json={"attended": 5})).status_code == 428
    same = await client.patch(where, json={"attended": 4}, headers=tag(first))
    assert (same.status_code, same.json()["version"]) == (200, 1)
    better = await client.patch(where, json={"attended": 5, "expected": None}, headers=tag(first))
    assert (better.json()["attended"], better.json()["expected"], better.json()["version"]) == (5, None, 2)
    assert (await client.patch(where, json={"attended": 6}, headers=tag(first))).status_code == 412
    clock.forward(days=1)
    gone = await client.post(f"{where}/cancel", json={"reason": "重复录入"}, headers=tag(better.json()))
    assert (gone.status_code, gone.json()["cancel_reason"]) == (200, "重复录入")
    assert {each["reason"] for each in gone.json()["allowed_actions"]} == {"activity_cancelled"}
    for answer in (
        await client.post(f"{where}/cancel", json={"reason": "再次"}, headers=tag(gone.json())),
        await client.patch(where, json={"attended": 9}, headers=tag(gone.json())),
    ):
        assert (answer.status_code, errors(answer)) == (409, [("", "activity_cancelled")])
    again = await held(client, branch)
    versions = (await client.get(f"{where}/history")).json()["items"]
    assert [(each["version"], each["attended"], each["cancel_reason"]) for each in versions] == [
        (3, 5, "重复录入"), (2, 5, None), (1, 4, None),
    ]  # fmt: skip
    for asked, expected in (("cancelled=false", [again["id"]]), ("cancelled=true", [first["id"]])):
        assert [row["id"] for row in (await client.get(f"/v1/activities?{asked}")).json()["items"]] == expected


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"held_on": "2026-03-03"}, "/held_on"),
        ({"held_on": "2025-02-09"}, "/held_on"),
        ({"held_on": 20260220}, "/held_on"),
        ({"kind": "party"}, "/kind"),
        ({"attended": 0}, "/attended"),
        ({"attended": "4"}, "/attended"),
        ({"attended": 100_001}, "/attended"),
        ({"topic": "联系 13800138000"}, "/topic"),
        ({"topic": "  "}, "/topic"),
        ({"branch_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c13"}, "/branch_id"),
        ({"names": ["甲"]}, "/names"),
    ],
)
async def test_a_wrong_draft_is_told_where(
    client: httpx.AsyncClient, branch: dict[str, Any], change: dict[str, Any], pointer: str
) -> None:
    answer = await client.post("/v1/activities", json=draft(branch, **change))
    assert answer.status_code == 422, answer.text
    assert [where for where, _ in errors(answer)] == [pointer]
    assert "13800138000" not in answer.text


async def test_lists_filter_and_leave_as_files(
    client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", branch: dict[str, Any]
) -> None:
    other = await party.branch(client, direct, branch["authority_id"], name="另一支部")
    mine = await held(client, branch)
    lecture = await held(client, branch, kind="lecture", held_on="2025-12-20")
    theirs = await held(client, other, held_on="2026-02-21")
    for asked, expected in (
        ("sort=-held_on", [theirs, mine, lecture]),
        (f"branch_id={branch['id']}", [mine, lecture]),
        ("kind=lecture", [lecture]),
        (f"branch_id={branch['id']}&sort=held_on", [lecture, mine]),
        ("since=2026-02-20&until=2026-02-21", [mine]),
        ("region=330108000000", []),
        ("authority=033001006000000&limit=1&sort=-held_on", [theirs]),
    ):
        answer = await client.get(f"/v1/activities?{asked}")
        assert [row["id"] for row in answer.json()["items"]] == [each["id"] for each in expected], asked
    file = (await client.get("/v1/activities", headers={"accept": "text/csv"})).text
    assert file.count("Themed party day") == 2
    assert (await client.get("/v1/activities?region=330106000000&region_level=3")).status_code == 200
    assert (await client.get("/v1/activities?since=1")).status_code == 422


async def test_rhythm_tells_the_last_full_period_from_the_one_that_runs(
    client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", branch: dict[str, Any], clock: Hands
) -> None:
    young = await party.branch(client, direct, branch["authority_id"], name="新支部", founded_on="2026-02-10")
    await held(client, branch, kind="members_meeting", held_on="2025-11-03")
    await held(client, branch, kind="theme_day", held_on="2026-03-01")
    wrong = await held(client, branch, kind="lecture", held_on="2025-11-03")
    await client.post(f"/v1/activities/{wrong['id']}/cancel", json={"reason": "重复录入"}, headers=tag(wrong))
    rows = {row["branch_id"]: row for row in (await client.get("/v1/activity-rhythm")).json()["items"]}
    mine = rows[branch["id"]]
    assert (mine["members_meeting_last"], mine["members_meeting_before"], mine["members_meeting_now"]) == (
        "2025-11-03", True, False,
    )  # fmt: skip
    assert (mine["theme_day_last"], mine["theme_day_before"], mine["theme_day_now"]) == ("2026-03-01", False, True)
    assert (mine["lecture_last"], mine["lecture_before"]) == (None, False)
    assert rows[young["id"]]["theme_day_last"] is None
    for kind, expected in (("members_meeting", []), ("lecture", [branch["id"]]), ("theme_day", [branch["id"]])):
        lacking = (await client.get(f"/v1/activity-rhythm?lacking={kind}&count=exact")).json()
        assert [row["branch_id"] for row in lacking["items"]] == expected, kind
        assert lacking["count"]["value"] == len(expected)
    body = {
        "kind": "rhythm", "region_code": "330106000000", "region_level": 3, "valid_from": "2026-03-03",
        "numbers": {"lecture_months": {"value": 5, "document": "试点"}}, "reason": "区里规定",
    }  # fmt: skip
    wrong_period = await client.post("/v1/policies", json=body)
    assert errors(wrong_period) == [("/numbers/lecture_months/value", "rhythm_period_wrong")]
    body["numbers"] = {"theme_day_months": {"value": 3, "document": "试点"}}
    assert (await client.post("/v1/policies", json=body)).status_code == 201
    clock.forward(days=1)
    district = (await client.get("/v1/activity-rhythm?region=330106000000&lacking=theme_day")).json()["items"]
    assert [(row["branch_id"], row["theme_day_now"]) for row in district] == [(branch["id"], True)]
    assert "Last lecture" in (await client.get("/v1/activity-rhythm", headers={"accept": "text/csv"})).text


async def test_what_is_held_goes_where_its_branch_goes(
    client: httpx.AsyncClient, api: Api, direct: "asyncpg.Connection[Any]", branch: dict[str, Any]
) -> None:
    activity = await held(client, branch)
    there = await api.client("there", ranges=BINJIANG)
    where = f"/v1/activities/{activity['id']}"
    assert (await there.get(where)).status_code == 404
    assert errors(await there.post("/v1/activities", json=draft(branch))) == [("/branch_id", "reference_unknown")]
    await direct.execute(
        "UPDATE branches SET region_code = 330108001000, version = version + 1 WHERE id = $1::text::uuid", branch["id"]
    )
    assert (await there.get(where)).json()["region_code"] == "330108001000"
    reader = await api.client("reader", role="portal_reader", ranges=BINJIANG)
    refused = await reader.post("/v1/activities", json=draft(branch))
    assert refused.status_code == 403
    shown = (await reader.get(where)).json()["allowed_actions"]
    assert {each["reason"] for each in shown} == {"permission"}


async def test_nothing_is_held_after_the_end(client: httpx.AsyncClient, branch: dict[str, Any]) -> None:
    end = {"dissolved_on": "2026-02-15", "reason": "企业注销"}
    assert (
        await client.post(f"/v1/branches/{branch['id']}/dissolve", json=end, headers=tag(branch))
    ).status_code == 200
    after = await client.post("/v1/activities", json=draft(branch))
    assert errors(after) == [("/held_on", "activity_after_branch")]
    await held(client, branch, held_on="2026-02-14")
