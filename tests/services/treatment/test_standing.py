"""Where lists and lines stand, and what a worker's move, erasure or a change of regions does to them."""

from datetime import date
from typing import Any
from uuid import UUID

import asyncpg
import httpx

from app.core.acts import Acts
from tests.conftest import Api, Hands
from tests.kit.party import tag
from tests.kit.sending import instructor
from tests.services.regions.test_following import CUIYUAN, XIHU, XIXI, changed

COUNTY = f"{XIHU:012d}"
NEXT = "330108000000"
ROWS = (
    "SELECT 'month', region_code FROM treatment_months UNION ALL SELECT 'line', region_code FROM treatment_entitlements"
    " UNION ALL SELECT 'honour', region_code FROM treatment_honours"
    " UNION ALL SELECT 'condition', region_code FROM treatment_conditions"
)


async def posted(client: httpx.AsyncClient, path: str, body: Any, **headers: Any) -> dict[str, Any]:
    """What a POST that succeeds answers."""
    answer = await client.post(path, json=body, **headers)
    assert answer.status_code in (200, 201), answer.text
    found: dict[str, Any] = answer.json()
    return found


async def scheme(client: httpx.AsyncClient, fen: int = 31_000, region: str = COUNTY, level: int = 3) -> None:
    """What an instructor is paid, since January."""
    numbers = {"instructor_fen": {"value": fen, "document": "某文件"}}
    body = {"kind": "treatment", "region_code": region, "region_level": level, "valid_from": "2026-01-01"}
    await posted(client, "/v1/policies", body | {"numbers": numbers, "reason": "试点"})


async def closed(api: Api, client: httpx.AsyncClient, month: str, region: str = COUNTY) -> dict[str, Any]:
    """A list made by one officer and closed by another."""
    made = await posted(client, "/v1/treatment/months", {"region_code": region, "month": month})
    other = await api.client("closer")
    return await posted(other, f"/v1/treatment/months/{made['id']}/close", None, headers=tag(made))


async def test_lists_and_what_was_given_follow_when_a_street_is_merged(
    acts: Acts, client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", clock: Hands, api: Api
) -> None:
    await scheme(client)
    who = await instructor(direct, region=XIXI, level=4)
    await closed(api, client, "2026-02", f"{XIXI:012d}")
    given = {"worker_id": who, "kind": "honour", "title": "某荣誉", "body": "某党委", "awarded_on": "2026-01-01"}
    await posted(client, "/v1/treatment/honours", given)
    has = {"worker_id": who, "kind": "office", "provided": True, "since": "2026-01-01"}
    await posted(client, "/v1/treatment/conditions", has)
    clock.forward(days=1)
    await changed(acts, "330106004000,4,西溪街道,,,2026,330106005000/4")
    assert {(row[0], row[1]) for row in await direct.fetch(ROWS)} == {
        (name, CUIYUAN) for name in ("month", "line", "honour", "condition")
    }
    clock.forward(days=1)  # and nothing of the closed month has become another sum by that
    made = await posted(client, "/v1/treatment/months", {"region_code": f"{CUIYUAN:012d}", "month": "2026-03"})
    assert (made["figures"]["workers"], made["figures"]["differences"]) == (1, 0)


async def test_a_worker_who_moves_is_listed_where_he_is_kept_and_never_twice(
    api: Api, client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", clock: Hands
) -> None:
    await scheme(client)
    await scheme(client, 62_000, NEXT)
    who = await instructor(direct)
    other = await instructor(direct, region=int(NEXT))
    for region in (COUNTY, NEXT):
        await closed(api, client, "2026-02", region)
    worker = (await client.get(f"/v1/workers/{who}")).json()
    moved = await client.patch(f"/v1/workers/{who}", json={"region_code": NEXT}, headers=tag(worker))
    assert moved.status_code == 200, moved.text
    # February is his in the one list and stays as it was there; of a month before any list nothing is owed.
    clock.forward(days=29)
    await closed(api, client, "2026-03", NEXT)
    sums = {
        (row["worker_id"], row["month"]): (row["region_code"], row["due_fen"])
        for row in (await client.get("/v1/treatment/entitlements")).json()["items"]
    }
    assert sums == {
        (who, "2026-02"): (COUNTY, 31_000),
        (other, "2026-02"): (NEXT, 62_000),
        (who, "2026-03"): (NEXT, 62_000),
        (other, "2026-03"): (NEXT, 62_000),
    }
    there = await api.client("there", "region_officer", ((XIHU, XIHU + 1_000_000),))
    assert [row["month"] for row in (await there.get("/v1/treatment/entitlements")).json()["items"]] == ["2026-02"]


async def test_a_worker_who_arrives_brings_no_months_of_elsewhere(
    api: Api, client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", clock: Hands
) -> None:
    """His old county made no lists: the new one's closed months are not his."""
    await scheme(client)
    await instructor(direct)
    who = await instructor(direct, region=int(NEXT))
    await closed(api, client, "2026-02")
    clock.forward(days=2)
    worker = (await client.get(f"/v1/workers/{who}")).json()
    moved = await client.patch(f"/v1/workers/{who}", json={"region_code": COUNTY}, headers=tag(worker))
    assert moved.status_code == 200, moved.text
    made = await posted(client, "/v1/treatment/months", {"region_code": COUNTY, "month": "2026-03"})
    assert (made["figures"]["workers"], made["figures"]["differences"]) == (2, 0)


async def test_of_an_erased_worker_the_sums_stay(
    client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", api: Api
) -> None:
    await scheme(client)
    who = await instructor(direct)
    await closed(api, client, "2026-02")
    given = {"worker_id": who, "kind": "honour", "title": "某荣誉", "body": "某党委", "awarded_on": "2026-01-01"}
    row = await posted(client, "/v1/treatment/honours", given)
    await client.patch(f"/v1/treatment/honours/{row['id']}", json={"title": "又一荣誉"}, headers=tag(row))
    await direct.execute("UPDATE workers SET name = NULL, erased = true WHERE id = $1", UUID(who))
    assert await direct.fetchval("SELECT count(*) FROM treatment_honours") == 0
    assert await direct.fetchval("SELECT count(*) FROM history WHERE subject = 'treatment_honours'") == 0
    (line,) = (await client.get("/v1/treatment/entitlements")).json()["items"]
    assert (line["worker_name"], line["due_fen"]) == (None, 31_000)
    refused = await client.post("/v1/treatment/honours", json=given)
    assert refused.status_code == 422


async def test_an_appraisal_counts_from_its_day_and_never_in_a_closed_month(
    api: Api, client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", clock: Hands
) -> None:
    numbers = {
        "instructor_fen": {"value": 31_000, "document": "某文件"},
        "excellent_percent": {"value": 200, "document": "某文件"},
    }
    body = {"kind": "treatment", "region_code": COUNTY, "region_level": 3, "valid_from": "2026-01-01"}
    await posted(client, "/v1/policies", body | {"numbers": numbers, "reason": "试点"})
    who = await instructor(direct)
    await closed(api, client, "2026-02")
    await direct.execute(
        "INSERT INTO worker_reviews (version, worker_id, year, state, opened_by, opened_on, band, consequence,"
        " decided_by, decided_on, result, departures, corrections, region_code, region_level, created_at, recorded_at)"
        " VALUES (1, $1, 2025, 'decided', 'x', $2, 'excellent', 'continue', 'y', $2, '{}', '[]', '[]', 0, 0, now(),"
        " now())",
        UUID(who), date(2026, 2, 15),
    )  # fmt: skip
    clock.forward(days=29)
    await direct.execute("UPDATE worker_roles SET valid_to = '2026-03-11', recorded_at = $1", clock())
    await posted(client, "/v1/treatment/months", {"region_code": COUNTY, "month": "2026-03"})
    (line,) = (await client.get("/v1/treatment/entitlements", params={"month": "2026-03"})).json()["items"]
    assert (line["own_fen"], line["differences_fen"]) == (20_000, 0)
