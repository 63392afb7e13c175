"""Visits, and problems as tasks, stand where their organisation or branch stands, also when regions change."""

from typing import Any

import asyncpg
import httpx

from app.core.acts import Acts
from tests.conftest import Hands
from tests.kit import sending
from tests.kit.organizations import add
from tests.services.regions.test_following import CUIYUAN, XIHU, XIXI, changed

PROBLEM = {"what": "场所未落实", "owner_kind": "union", "owner_name": "区总工会", "due_on": "2026-06-30"}
ROWS = "SELECT region_code FROM visits UNION ALL SELECT region_code FROM formation_tasks"


async def posted(client: httpx.AsyncClient, path: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = await client.post(path, json=body)
    assert answer.status_code == 201, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def test_they_follow_when_a_street_is_divided(
    acts: Acts, client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", clock: Hands
) -> None:
    address = {"address": "浙江省杭州市西湖区翠苑街道文三路2号", "formal_members_relation": 3}
    firm = str((await add(direct, 1, region_code=XIXI, recorded_at=clock(), **address))[0])
    authority = await posted(
        client,
        "/v1/authorities",
        {"code": "033001006000000", "kind": "work_committee", "name": "区两新工委", "region_code": f"{XIHU:012d}"},
    )
    branch = await posted(
        client,
        "/v1/branches",
        {
            "name": "某公司支部", "formation_mode": "standalone", "authority_id": authority["id"],
            "region_code": f"{XIXI:012d}", "founded_on": "2026-01-10", "organization_ids": [firm],
        },
    )  # fmt: skip
    worker = await sending.instructor(direct)
    for about in ({"organization": firm}, {"branch": branch["id"]}):
        assignment = await sending.sent(direct, worker, **about)
        visit = await posted(
            client,
            "/v1/visits",
            {"assignment_id": assignment, "visited_on": "2026-03-02", "kind": "on_site", "did": ["met_owner"]},
        )
        await posted(client, f"/v1/visits/{visit['id']}/problems", PROBLEM)
    assert [row[0] for row in await direct.fetch(ROWS)] == [XIXI] * 4
    clock.forward(days=1)
    lines = ["330106777000,4,新设街道,,,,", "330106004000,4,西溪街道,,,2026,330106777000/4;330106005000/4"]
    assert await changed(acts, *lines) > 0
    assert [row[0] for row in await direct.fetch(ROWS)] == [CUIYUAN] * 4
    visits = (await client.get(f"/v1/visits?region={CUIYUAN:012d}&authority=033001006000000")).json()["items"]
    assert [(row["version"], row["region_code"]) for row in visits] == [(2, f"{CUIYUAN:012d}")] * 2
