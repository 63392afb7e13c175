"""Who is due what of a year of learning, through HTTP: by the roles of the year, the policy, and what was attended."""

from datetime import date
from typing import Any

import asyncpg
import httpx

from app.services.training.policy import PLAN
from tests.conftest import Hands
from tests.kit.sending import instructor
from tests.kit.training import COUNTY, course, made, role, session

DUES = "/v1/training-dues"


async def dues(client: httpx.AsyncClient, **asked: str) -> list[dict[str, Any]]:
    """The rows of the list."""
    answer = await client.get(DUES, params=asked)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


async def test_hours_of_the_year_are_due_and_attendance_pays_for_them(
    client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]"
) -> None:
    his = await instructor(direct, since=date(2025, 1, 1), until=date(2027, 1, 1))
    (row,) = await dues(client)
    assert (row["worker_id"], row["role"], row["year"], row["policy_version"]) == (
        his,
        "instructor",
        2026,
        "default-2026",
    )
    assert (row["minutes_due"], row["minutes_done"], row["minutes_missing"]) == (1440, 0, 1440)
    assert (row["sessions_due"], row["practice_days_due"], row["last_held_on"]) == (0, None, None)
    held = await session(client, (await course(client))["id"])
    await made(client, "/v1/attendances", session_id=held["id"], worker_id=his)
    before = {"worker_id": his, "course_title": "去年的班", "held_on": "2025-12-31", "minutes": 500}
    await made(client, "/v1/attendances", **before)
    (row,) = await dues(client, short="true")
    assert (row["minutes_done"], row["minutes_missing"], row["last_held_on"]) == (360, 1080, "2026-02-25")
    assert await dues(client, short="false") == []
    (row,) = await dues(client, year="2025")
    assert (row["minutes_due"], row["minutes_done"], row["minutes_missing"]) == (1440, 500, 940)
    assert await dues(client, year="2024") == []
    assert await dues(client, role="secretary") == []


async def test_a_role_of_part_of_the_year_asks_for_its_part(
    client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]"
) -> None:
    his = await instructor(direct, since=date(2026, 2, 1), until=date(2026, 3, 1))  # 28 days of 32 hours
    await role(direct, his, "full_time_worker", date(2026, 2, 15), date(2026, 4, 1))  # 31 days more
    (row,) = await dues(client)
    assert row["minutes_due"] == round((28 + 31) * 32 * 45 / 365)
    one = (await client.get(f"{DUES}/{his}")).json()
    assert [(held["role"], held["valid_from"], held["valid_to"], held["hours"]) for held in one["roles"]] == [
        ("instructor", "2026-02-01", "2026-03-01", 32),
        ("full_time_worker", "2026-02-15", "2026-04-01", 32),
    ]
    (short,) = one["findings"]
    assert (short["code"], short["severity"], short["limit"], short["actual"], short["citation"]) == (
        "training_hours_short", "advice", 233, 0, PLAN,
    )  # fmt: skip
    assert "233" in short["text"]
    other = await instructor(direct, "无岗", since=date(2024, 1, 1), until=date(2025, 1, 1))
    assert (await client.get(f"{DUES}/{other}")).status_code == 404


async def test_a_region_asks_for_its_own_hours_and_days_on_postings(
    client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", clock: Hands
) -> None:
    his = await instructor(direct, since=date(2025, 1, 1), until=date(2027, 1, 1))
    numbers = {
        "instructor_hours": {"value": 40, "document": "某区办法"},
        "minutes_per_hour": {"value": 50, "document": "某区办法"},
        "practice_days": {"value": 10, "document": "某区办法"},
    }
    policy: dict[str, Any] = {
        "kind": "training",
        "region_code": COUNTY,
        "region_level": 3,
        "valid_from": "2026-01-01",
        "reason": "区里另有规定",
    }
    await made(client, "/v1/policies", **policy, numbers=numbers)
    wrong = await client.post(
        "/v1/policies", json=policy | {"numbers": {"secretary_hours": {"value": -1, "document": "某区办法"}}}
    )
    assert wrong.json()["errors"][0]["code"] == "training_policy_wrong"
    posting = {"worker_id": his, "body": "某企业", "purpose": "enterprise", "valid_from": "2026-02-26"}
    await made(client, "/v1/practice-postings", **posting)
    (row,) = await dues(client, region=COUNTY)
    assert (row["minutes_due"], row["practice_days_due"], row["policy_version"]) == (2000, 10, "training-1")
    assert (row["practice_days_done"], row["practice_days_missing"]) == (5, 5)  # through today, the 2nd of March
    (row,) = await dues(client)
    assert (row["minutes_due"], row["practice_days_due"], row["practice_days_missing"]) == (1440, None, 0)
    one = (await client.get(f"{DUES}/{his}")).json()
    assert [each["code"] for each in one["findings"]] == ["training_hours_short", "practice_days_short"]
    clock.forward(days=5)
    (row,) = await dues(client, region=COUNTY)
    assert (row["practice_days_done"], row["practice_days_missing"]) == (10, 0)


async def test_what_is_due_is_sorted_by_what_is_missing_page_by_page(
    client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]"
) -> None:
    for number in range(1, 6):
        await instructor(direct, f"指导员{number}", since=date(2026, number, 1), until=date(2027, 1, 1))
    told: list[int] = []
    asked = {"sort": "-minutes_missing", "limit": "2", "region": COUNTY, "count": "exact"}
    while True:
        answer = await client.get(DUES, params=asked)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        assert page["count"]["value"] == 5
        told += [row["minutes_missing"] for row in page["items"]]
        if page["next_cursor"] is None:
            break
        asked["cursor"] = page["next_cursor"]
    assert told == sorted(told, reverse=True)
    assert len(told) == 5
    wrong = await client.get(DUES, params={"year": "1999"})
    assert wrong.status_code == 422
