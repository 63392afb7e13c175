"""Liaisons over HTTP: masked, shown in clear with a purpose, one main at a time, dismissed, erased."""

from typing import Any

import asyncpg
import httpx
import pytest

from tests.conftest import Api, Hands
from tests.kit import meetings
from tests.kit.departments import entered, joined
from tests.kit.party import errors, tag
from tests.kit.persons import person

ONE, TWO = person(1), person(2)
WEST_LAKE = ((330106000000, 330107000000),)


@pytest.fixture
async def department(client: httpx.AsyncClient) -> str:
    """A member of a county's joint meeting."""
    return str((await joined(client, await meetings.committee(client)))["id"])


def draft(department: str, **change: Any) -> dict[str, Any]:
    return {
        "department_id": department, "name": ONE.name, "post": "登记注册科科长", "main": True, "phone": ONE.phone,
        "valid_from": "2026-02-01",
    } | change  # fmt: skip


async def test_masked_and_in_clear_with_a_purpose(
    client: httpx.AsyncClient, department: str, api: Api, direct: "asyncpg.Connection[Any]"
) -> None:
    row = await entered(client, "/v1/department-liaisons", draft(department))
    path = f"/v1/department-liaisons/{row['id']}"
    masked = f"{ONE.phone[:3]}****{ONE.phone[-4:]}"
    assert row["phone"] == masked
    listed = await client.get("/v1/department-liaisons", params={"department_id": department})
    assert [each["phone"] for each in listed.json()["items"]] == [masked]
    sheet = await client.get("/v1/department-liaisons", headers={"accept": "text/csv"})
    assert ONE.name in sheet.text
    assert ONE.phone not in sheet.text
    clear = await client.post(f"{path}/reveal", json={"purpose": "电话通知参加联席会议", "fields": ["phone"]})
    assert (clear.json()["phone"], clear.headers["cache-control"]) == (ONE.phone, "no-store")
    assert (await client.post(f"{path}/reveal", json={})).status_code == 422
    officer = await api.client("person:x", role="region_officer", ranges=WEST_LAKE)
    assert (await officer.get(path)).json()["phone"] == masked
    assert (await officer.post(f"{path}/reveal", json={"purpose": "电话通知"})).status_code == 403
    reader = await api.client("person:y", role="portal_reader", ranges=WEST_LAKE)
    assert (await reader.get(path)).status_code == 403
    noted = await direct.fetch("SELECT verb, why FROM audit WHERE subject = 'department_liaisons' ORDER BY id")
    assert [each["verb"] for each in noted if each["verb"] in ("insert", "list", "reveal")] == [
        *("insert", "list", "list", "reveal")
    ]
    kept = await direct.fetchval("SELECT string_agg(to_jsonb(audit)::text, '') FROM audit")
    assert ONE.phone not in kept
    assert ONE.name not in kept


async def test_one_main_liaison_at_a_time(client: httpx.AsyncClient, department: str, clock: Hands) -> None:
    first = await entered(client, "/v1/department-liaisons", draft(department))
    second = draft(department, name=TWO.name, phone=TWO.phone)
    twice = await client.post("/v1/department-liaisons", json=second)
    assert (twice.status_code, errors(twice)[0][1]) == (409, "constraint.ex_department_liaisons_main")
    beside = await entered(client, "/v1/department-liaisons", second | {"main": False})
    clock.forward(minutes=1)
    path = f"/v1/department-liaisons/{first['id']}"
    better = await client.patch(path, json={"phone": None, "post": "副科长"}, headers=tag(first))
    assert (better.json()["phone"], better.json()["post"], better.json()["version"]) == (None, "副科长", 2)
    same = await client.patch(path, json={"phone": None}, headers=tag(better.json()))
    assert same.json()["version"] == 2
    end = {"valid_to": "2026-03-02", "reason": "调离"}
    clock.forward(minutes=1)
    gone = await client.post(f"{path}/end", json=end, headers=tag(better.json()))
    assert {each["reason"] for each in gone.json()["allowed_actions"]} == {"liaison_ended", None}
    again = await client.patch(path, json={"post": "科员"}, headers=tag(gone.json()))
    assert (again.status_code, errors(again)) == (409, [("", "liaison_ended")])
    main = await client.patch(
        f"/v1/department-liaisons/{beside['id']}", json={"main": True}, headers=tag(beside)
    )  # its time as the main one would reach back into the other's
    assert main.status_code == 409
    await entered(client, "/v1/department-liaisons", draft(department, valid_from="2026-03-02"))
    versions = (await client.get(f"{path}/history")).json()["items"]
    assert [each["version"] for each in versions] == [3, 2, 1]
    assert "phone" not in versions[0]


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"phone": "123"}, ("/phone", "phone_wrong")),
        ({"name": f"陈晓云{ONE.phone}"}, ("/name", "number_in_text")),
        ({"valid_from": "2025-12-31"}, ("/valid_from", "day_too_early")),
        ({"main": "yes"}, ("/main", "bool_type")),
    ],
)
async def test_wrong_liaisons(
    client: httpx.AsyncClient, department: str, change: dict[str, Any], wrong: tuple[str, str]
) -> None:
    answer = await client.post("/v1/department-liaisons", json=draft(department, **change))
    assert (answer.status_code, errors(answer)) == (422, [wrong])


async def test_a_person_is_told_and_erased_once_dismissed(
    client: httpx.AsyncClient, department: str, clock: Hands, direct: "asyncpg.Connection[Any]"
) -> None:
    row = await entered(client, "/v1/department-liaisons", draft(department))
    told = await client.post("/v1/data-subjects/export", json={"phone": ONE.phone, "reason": "本人书面申请查阅"})
    assert [each["table"] for each in told.json()["items"]] == ["department_liaisons"]
    wish = {"phone": ONE.phone, "ground": "consent_withdrawn", "reason": "本人书面申请删除"}
    kept = await client.post("/v1/data-subjects/erase", json=wish)
    assert kept.status_code == 200 or kept.json()["code"] == "rule_violation", kept.text
    assert await direct.fetchval("SELECT count(*) FROM department_liaisons") == 1
    clock.forward(minutes=1)
    end = {"valid_to": "2026-03-02", "reason": "调离"}
    await client.post(f"/v1/department-liaisons/{row['id']}/end", json=end, headers=tag(row))
    assert (await client.post("/v1/data-subjects/erase", json=wish)).status_code == 200
    assert await direct.fetchval("SELECT count(*) FROM department_liaisons") == 0
    assert await direct.fetchval("SELECT count(*) FROM history WHERE subject = 'department_liaisons'") == 0
    assert await direct.fetchval("SELECT count(*) FROM personal_values WHERE holder = 'department_liaisons'") == 0
