"""Applications and successions stand where their branches and organisations stand, also when regions change."""

from typing import Any
from uuid import UUID

import asyncpg
import httpx

from app.core.acts import Acts
from tests.conftest import START, Hands
from tests.kit.databases import Clones, dsn
from tests.kit.organizations import add
from tests.services.regions.test_following import CUIYUAN, XIHU, XIXI, changed


async def places(server: Clones, database_name: str, query: str) -> dict[str, int]:
    """Names and regions, past all policies."""
    connection = await asyncpg.connect(dsn(server.url(database_name, "postgres")))
    try:
        return {row[0]: row[1] for row in await connection.fetch(query)}
    finally:
        await connection.close()


async def firms(server: Clones, database_name: str, number: int, **told: Any) -> list[UUID]:
    """Organisations in the street that will be no more."""
    connection = await asyncpg.connect(dsn(server.url(database_name, "postgres")))
    try:
        await connection.execute("SELECT set_config('liangxin.now', $1, false)", START.isoformat())
        return await add(connection, number, region_code=XIXI, recorded_at=START, **told)
    finally:
        await connection.close()


async def posted(client: httpx.AsyncClient, path: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = await client.post(path, json=body)
    assert answer.status_code in (200, 201), answer.text
    told: dict[str, Any] = answer.json()
    return told


async def test_they_follow_when_a_street_is_divided(
    acts: Acts, client: httpx.AsyncClient, clock: Hands, server: Clones, database_name: str
) -> None:
    clear = {"address": "浙江省杭州市西湖区翠苑街道文三路2号", "formal_members_relation": 3}
    vague = {"address": "浙江省杭州市西湖区西溪街道文三路1号", "formal_members_relation": 3}
    authority = await posted(
        client,
        "/v1/authorities",
        {"code": "033001006000000", "kind": "work_committee", "name": "区两新工委", "region_code": f"{XIHU:012d}"},
    )

    def draft(name: str, organizations: list[UUID]) -> dict[str, Any]:
        return {
            "name": name,
            "formation_mode": "territorial",
            "authority_id": authority["id"],
            "region_code": f"{XIXI:012d}",
            "organization_ids": [str(key) for key in organizations],
            "formal_members": 3,
            "departure_reason": "试点",
        }

    for name, told in (("甲请示", clear), ("乙请示", vague)):
        await posted(client, "/v1/branch-applications", draft(name, await firms(server, database_name, 1, **told)))
    one, other = [
        await posted(client, "/v1/branches", draft(name, organizations) | {"founded_on": "2026-02-01"})
        for name, organizations in (
            ("丙支部", await firms(server, database_name, 1, **clear)),
            ("丁支部", await firms(server, database_name, 1, **clear)),
        )
    ]
    body = {
        "branches": [{"id": each["id"], "version": 1} for each in (one, other)],
        "on": "2026-03-01",
        "reason": "整合",
        "successor": {key: value for key, value in draft("戊支部", []).items() if key != "organization_ids"},
    }
    await posted(client, "/v1/branches/merge", body)
    clock.forward(days=1)
    lines = ["330106777000,4,新设街道,,,,", "330106004000,4,西溪街道,,,2026,330106777000/4;330106005000/4"]
    assert await changed(acts, *lines) > 0
    applied = await places(server, database_name, "SELECT name, region_code FROM branch_applications")
    assert applied == {"甲请示": CUIYUAN, "乙请示": XIHU}
    branches = await places(server, database_name, "SELECT name, region_code FROM branches")
    assert branches["戊支部"] == CUIYUAN
    ends = "SELECT b.name, {column} FROM branch_successions s JOIN branches b ON b.id = s.{end}_id"
    gone = await places(server, database_name, ends.format(column="s.region_code", end="predecessor"))
    assert gone == {name: branches[name] for name in ("丙支部", "丁支部")}
    heir = await places(server, database_name, ends.format(column="s.successor_region_code", end="successor"))
    assert heir == {"戊支部": CUIYUAN}
    history = (await client.get("/v1/branch-applications?name=甲")).json()["items"][0]
    versions = (await client.get(f"/v1/branch-applications/{history['id']}/history")).json()["items"]
    assert [each["region_code"] for each in versions] == [f"{CUIYUAN:012d}", f"{XIXI:012d}"]
