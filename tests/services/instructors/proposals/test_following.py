"""What was proposed stands where its organisations stand, also when regions change."""

from typing import Any

import asyncpg
import httpx

from app.core.acts import Acts
from tests.conftest import START, Hands
from tests.kit import sending
from tests.kit.databases import Clones, dsn
from tests.kit.organizations import add
from tests.services.regions.test_following import CUIYUAN, XIHU, XIXI, changed

ROWS = (
    "SELECT 'proposal', region_code FROM assignment_proposals"
    " UNION ALL SELECT 'pair', region_code FROM assignment_proposal_pairs"
)


async def test_proposals_and_pairs_follow_when_a_street_is_divided(
    acts: Acts, client: httpx.AsyncClient, clock: Hands, server: Clones, database_name: str
) -> None:
    direct: asyncpg.Connection[Any] = await asyncpg.connect(dsn(server.url(database_name, "postgres")))
    await direct.execute("SELECT set_config('liangxin.now', $1, false)", START.isoformat())
    await add(direct, 2, region_code=XIXI, recorded_at=START, address="浙江省杭州市西湖区翠苑街道文三路2号")
    await sending.instructor(direct, region=XIXI, level=4)
    answer = await client.post("/v1/assignment-proposals", json={"region_code": f"{XIXI:012d}"})
    assert answer.status_code == 201, answer.text
    assert answer.json()["figures"]["covered"] == 2
    clock.forward(days=1)
    lines = ["330106777000,4,新设街道,,,,", "330106004000,4,西溪街道,,,2026,330106777000/4;330106005000/4"]
    assert await changed(acts, *lines) > 0
    rows = {(row[0], row[1]) for row in await direct.fetch(ROWS)}
    await direct.close()
    assert rows == {("proposal", XIHU), ("pair", CUIYUAN)}
