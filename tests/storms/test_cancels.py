"""A small storm of requests broken off; `make crash` has the large one."""

import asyncpg

from tests.conftest import Api
from tests.kit.databases import Clones, dsn
from tests.storms.cancels import gathered

BROKEN = 150


async def test_broken_requests_leave_nothing_behind(api: Api, server: Clones, database_name: str) -> None:
    direct = await asyncpg.connect(dsn(server.cluster.superuser_url(database_name)))
    storm = await gathered(api.app, direct, seed=1)
    await storm.rage(BROKEN)
    await direct.close()
    print(dict(storm.ended))
    assert not storm.leaks
    assert storm.ended["whole"] > BROKEN / 2
    assert storm.ended["cancelled"] > BROKEN / 5
    assert storm.ended["timed out"]
    assert set((await storm.settle()).values()) == {0}
