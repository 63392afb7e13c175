"""Stations, who belongs to them, and assignments stand where they should, also when regions change."""

from datetime import date
from typing import Any

import asyncpg
import httpx

from app.core.acts import Acts
from tests.conftest import Hands
from tests.kit import sending
from tests.kit.agreement import disagreements
from tests.kit.organizations import add
from tests.kit.party import tag
from tests.services.regions.test_following import CUIYUAN, XIHU, XIXI, changed

ROWS = (
    "SELECT region_code FROM stations UNION ALL SELECT region_code FROM station_members"
    " UNION ALL SELECT region_code FROM assignments"
)


async def test_they_follow_when_a_street_is_divided(
    acts: Acts, client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", clock: Hands
) -> None:
    address = {"address": "浙江省杭州市西湖区翠苑街道文三路2号"}
    (firm,) = await add(direct, 1, region_code=XIXI, recorded_at=clock(), **address)
    worker = await sending.instructor(direct)
    await sending.sent(direct, worker, str(firm))
    station = await client.post("/v1/stations", json={"name": "党建指导站", "region_code": f"{XIXI:012d}"})
    joined = await client.post(
        f"/v1/stations/{station.json()['id']}/members",
        json={"worker_id": worker, "valid_from": "2026-03-01"},
        headers=tag(station.json()),
    )
    assert joined.status_code == 200, joined.text
    there = await client.post("/v1/stations", json={"name": "党建指导站", "region_code": f"{XIHU:012d}"})
    assert there.status_code == 201, there.text
    assert sorted(row[0] for row in await direct.fetch(ROWS)) == sorted([XIHU, XIXI, XIXI, XIXI])
    clock.forward(days=1)
    lines = ["330106777000,4,新设街道,,,,", "330106004000,4,西溪街道,,,2026,330106777000/4;330106005000/4"]
    assert await changed(acts, *lines) > 0
    assert await direct.fetchval("SELECT region_code FROM assignments") == CUIYUAN
    assert {row[0] for row in await direct.fetch(ROWS)} == {XIHU, CUIYUAN}, (
        "a station of the whole ground is the county's"
    )
    names = sorted(row[0] for row in await direct.fetch("SELECT name FROM stations"))
    assert names == ["党建指导站", "党建指导站（西溪街道）"]
    assert await disagreements(direct, date(2026, 3, 3)) == {}
