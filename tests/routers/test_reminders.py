"""What is due, over all nouns: one list by day, its pages and files, its counts, and only what the caller may read."""

from datetime import date
from typing import Any

import asyncpg
import httpx
import pytest

from app.core.labels import catalogue
from tests.conftest import Api
from tests.kit import party, sending
from tests.kit.organizations import add
from tests.kit.party import errors

PATH = "/v1/reminders"
FIRST, SECOND = "330106000000", "330108000000"


@pytest.fixture
async def firm(client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]") -> str:
    """A firm with an overdue visit, an assignment that ends soon and two tasks; today is the second of March."""
    (key,) = await add(direct, 1, name="某某科技有限公司")
    worker = await sending.instructor(direct, until=date(2026, 3, 20))
    await sending.sent(direct, worker, str(key), since=date(2025, 10, 1), until=date(2026, 3, 20))
    for day in ("2026-03-10", "2026-06-30"):
        body = {
            "kind": "talk",
            "organization_id": str(key),
            "owner_kind": "union",
            "owner_name": "区总工会",
            "due_on": day,
        }
        answer = await client.post("/v1/formation-tasks", json=body)
        assert answer.status_code == 201, answer.text
    return str(key)


async def due(client: httpx.AsyncClient, **asked: str) -> list[tuple[str, str, bool]]:
    answer = await client.get(PATH, params=asked)
    assert answer.status_code == 200, answer.text
    return [(row["kind"], row["due_on"], row["overdue"]) for row in answer.json()["items"]]


async def test_all_nouns_in_one_list_by_day(client: httpx.AsyncClient, firm: str) -> None:
    month = [
        ("visit", "2026-01-01", True),
        ("formation_task", "2026-03-10", False),
        ("assignment", "2026-03-20", False),
        ("instructor_role", "2026-03-20", False),
    ]
    assert await due(client) == month
    assert await due(client, until="2026-06-30") == [*month, ("formation_task", "2026-06-30", False)]
    assert await due(client, overdue="true") == month[:1]
    assert await due(client, kind="formation_task") == month[1:2]
    assert await due(client, region=FIRST) == month
    assert await due(client, region=SECOND) == []
    rows = (await client.get(PATH)).json()["items"]
    titles = {row["kind"]: row["title"] for row in rows}
    assert titles == {
        "visit": "某某科技有限公司",
        "formation_task": "某某科技有限公司",
        "assignment": "某某科技有限公司",
        "instructor_role": None,
    }
    assert [row["days_left"] for row in rows] == [-60, 8, 18, 18]
    for row in rows:
        told = await client.get(row["path"])
        assert (told.status_code, told.json()["id"]) == (200, row["id"])


async def test_pages_meet_without_a_gap(client: httpx.AsyncClient, firm: str) -> None:
    whole = (await client.get(PATH, params={"until": "2026-12-31", "count": "exact"})).json()
    assert whole["count"] == {"value": 5, "kind": "exact"}
    for sort in ("due_on", "-due_on"):
        found: list[dict[str, Any]] = []
        asked: dict[str, str] = {"until": "2026-12-31", "limit": "1", "sort": sort}
        while True:
            page = (await client.get(PATH, params=asked)).json()
            found += page["items"]
            if page["next_cursor"] is None:
                break
            asked["cursor"] = page["next_cursor"]
        assert len(found) == 5
        assert {(row["kind"], row["id"]) for row in found} == {(row["kind"], row["id"]) for row in whole["items"]}
        days = [row["due_on"] for row in found]
        assert days == sorted(days, reverse=sort.startswith("-"))


async def test_counted_by_kind(client: httpx.AsyncClient, firm: str) -> None:
    told = (await client.get(f"{PATH}/counts", params={"until": "2026-06-30"})).json()
    assert told["until"] == "2026-06-30"
    assert [(row["kind"], row["due"], row["overdue"], row["next_on"]) for row in told["items"]] == [
        ("instructor_role", 1, 0, "2026-03-20"),
        ("assignment", 1, 0, "2026-03-20"),
        ("visit", 1, 1, "2026-01-01"),
        ("formation_task", 2, 0, "2026-03-10"),
    ]
    assert {row["name"] for row in told["items"]} <= {each["en"] for each in catalogue()["reminder"].values()}


async def test_an_application_and_a_term(client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]") -> None:
    branch = await party.branch(client, direct, await party.authority(client), founded_on="2022-02-10")
    secretary = {"holder_name": "某书记", "formal_member": True, "role": "secretary", "selection_channel": "dispatched"}
    term = await client.post(
        "/v1/terms",
        json={"branch_id": branch["id"], "election": "elected", "valid_from": "2023-04-01", "posts": [secretary]},
    )
    assert term.status_code == 201, term.text
    told = (await client.get(PATH)).json()["items"]
    assert [(row["kind"], row["title"], row["due_on"], row["path"]) for row in told] == [
        ("term", branch["name"], "2026-04-01", f"/v1/terms/{term.json()['id']}")
    ]


async def test_as_a_file(client: httpx.AsyncClient, firm: str) -> None:
    told = await client.get(PATH, headers={"Accept": "text/csv"})
    assert told.status_code == 200, told.text
    lines = told.text.lstrip("\ufeff").splitlines()
    assert len(lines) == 5
    assert lines[1].startswith("Visit due,某某科技有限公司,2026-01-01,")


async def test_only_what_the_grant_lets_read(api: Api, client: httpx.AsyncClient, firm: str) -> None:
    reader = await api.client("reader", role="portal_reader")
    assert {kind for kind, *_ in await due(reader)} == {"formation_task"}  # no lists of persons, nor what is behind
    elsewhere = await api.client("elsewhere", role="region_officer", ranges=((330108000000, 330109000000),))
    assert await due(elsewhere) == []
    partner = await api.client("partner", role="department_partner")
    assert (await partner.get(PATH)).status_code == 403


@pytest.mark.parametrize(
    ("asked", "wrong"),
    [
        ({"until": "2030-01-01"}, [("/until", "day_too_late")]),
        ({"kind": "birthday"}, [("/kind", "reminder_unknown")]),
        ({"sort": "title"}, [("/sort", "unknown_sort")]),
        ({"cursor": "x"}, [("/cursor", "cursor_mismatch")]),
        ({"region": "330106"}, [("/region", "string_pattern_mismatch")]),
        ({"mine": "true"}, [("/query", "query_unknown")]),
    ],
)
async def test_wrong_wishes(client: httpx.AsyncClient, asked: dict[str, str], wrong: list[tuple[str, str]]) -> None:
    answer = await client.get(PATH, params=asked)
    assert (answer.status_code, errors(answer)) == (422, wrong), answer.text
