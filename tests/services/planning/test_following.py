"""What was planned stands where its organisations stand, also when regions change."""

from typing import Any

import asyncpg
import httpx

from app.core.acts import Acts
from tests.conftest import START, Hands
from tests.kit.databases import Clones, dsn
from tests.kit.organizations import add
from tests.services.regions.test_following import CUIYUAN, XIHU, XIXI, changed

ROWS = (
    "SELECT 'plan', region_code FROM plans UNION ALL SELECT 'place', region_code FROM plan_places"
    " UNION ALL SELECT 'link', region_code FROM plan_place_organizations"
    " UNION ALL SELECT kind, region_code FROM formation_tasks"
    " UNION ALL SELECT did, region_code FROM formation_task_entries"
)


async def posted(client: httpx.AsyncClient, path: str, body: dict[str, Any], version: int = 1) -> dict[str, Any]:
    answer = await client.post(path, json=body, headers={"if-match": f'"{version}"'})
    assert answer.status_code in (200, 201), answer.text
    told: dict[str, Any] = answer.json()
    return told


async def test_plans_places_and_tasks_follow_when_a_street_is_divided(
    acts: Acts, client: httpx.AsyncClient, clock: Hands, server: Clones, database_name: str
) -> None:
    direct = await asyncpg.connect(dsn(server.url(database_name, "postgres")))
    await direct.execute("SELECT set_config('liangxin.now', $1, false)", START.isoformat())
    address = {"address": "浙江省杭州市西湖区翠苑街道文三路2号", "formal_members_relation": 1}
    await add(direct, 3, region_code=XIXI, recorded_at=START, **address)
    authority = await posted(
        client,
        "/v1/authorities",
        {"code": "033001006000000", "kind": "work_committee", "name": "区两新工委", "region_code": f"{XIHU:012d}"},
    )
    plan = await posted(client, "/v1/plans", {"region_code": f"{XIXI:012d}", "title": "街道计划"})
    await posted(client, f"/v1/plans/{plan['id']}/approve", {"authority_id": authority["id"]})
    (task,) = (await client.get("/v1/formation-tasks")).json()["items"]
    entry = {"done_on": "2026-03-02", "did": "visited"}
    await posted(client, f"/v1/formation-tasks/{task['id']}/entries", entry)
    publicity = {"kind": "publicity", "owner_kind": "union", "owner_name": "工会", "due_on": "2026-06-30"}
    await posted(client, "/v1/formation-tasks", publicity | {"region_code": f"{XIXI:012d}"})
    assert {row[1] for row in await direct.fetch(ROWS)} == {XIXI}
    clock.forward(days=1)
    lines = ["330106777000,4,新设街道,,,,", "330106004000,4,西溪街道,,,2026,330106777000/4;330106005000/4"]
    assert await changed(acts, *lines) > 0
    rows = {(row[0], row[1]) for row in await direct.fetch(ROWS)}
    await direct.close()
    # The place goes with all of its organisations; what is of the whole street goes to what has all of its ground.
    went = {"place", "link", "form", "visited"}
    assert rows == {(name, CUIYUAN) for name in went} | {("plan", XIHU), ("publicity", XIHU)}
