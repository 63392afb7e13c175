"""Where training stands when regions change, and that a session and its attendances never miss each other."""

import asyncio
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest

from app.core.acts import Acts
from tests.conftest import Hands
from tests.kit.databases import Clones, dsn
from tests.kit.sending import instructor
from tests.kit.training import course, made, session
from tests.services.regions.test_following import CUIYUAN, XIXI, changed

INSERT = """
INSERT INTO attendances (version, worker_id, session_id, minutes, source, source_time, created_at, recorded_at)
VALUES (1, $1, $2, 60, 'officer', now(), now(), now())
"""


async def test_training_follows_its_region_and_its_worker(
    acts: Acts, client: httpx.AsyncClient, direct: "asyncpg.Connection[asyncpg.Record]", clock: Hands
) -> None:
    street: dict[str, Any] = {"region_code": f"{XIXI:012d}", "region_level": 4}
    one = await course(client, **street)
    held = await session(client, one["id"], **street)
    his = await instructor(direct, region=XIXI, level=4)
    await made(client, "/v1/attendances", session_id=held["id"], worker_id=his)
    clock.forward(days=1)
    await changed(acts, "330106004000,4,西溪街道,,,2026,330106005000/4")
    for path in ("courses", "training-sessions", "attendances"):
        (row,) = (await client.get(f"/v1/{path}", params={"region": f"{CUIYUAN:012d}"})).json()["items"]
        assert row["version"] == 2, path
        told = (await client.get(f"/v1/{path}/{row['id']}/history")).json()["items"]
        assert [each["region_code"] for each in told] == [f"{CUIYUAN:012d}", f"{XIXI:012d}"], path


@pytest.mark.parametrize("first", ["attendance", "session"])
async def test_of_an_attendance_and_another_time_the_later_one_sees_the_earlier(
    client: httpx.AsyncClient,
    direct: "asyncpg.Connection[asyncpg.Record]",
    server: Clones,
    database_name: str,
    clock: Hands,
    first: str,
) -> None:
    his = UUID(await instructor(direct))
    held = UUID((await session(client, (await course(client))["id"]))["id"])
    later = await asyncpg.connect(dsn(server.url(database_name, "postgres")))
    try:
        await later.execute("SELECT set_config('liangxin.now', $1, false)", clock().isoformat())
        shorten = "UPDATE training_sessions SET minutes = 30 WHERE id = $1"
        running = direct.transaction()
        await running.start()
        if first == "attendance":
            await direct.execute(INSERT, his, held)
            other = asyncio.create_task(later.execute(shorten, held))
        else:
            await direct.execute(shorten, held)
            other = asyncio.create_task(later.execute(INSERT, his, held))
        while not await direct.fetchval("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"):
            assert not other.done(), await other
        await running.commit()
        with pytest.raises(asyncpg.CheckViolationError) as refused:
            await other
        names = {"attendance": "ck_training_sessions_attended", "session": "ck_attendances_beyond_session"}
        assert refused.value.constraint_name == names[first]
    finally:
        await later.close()
