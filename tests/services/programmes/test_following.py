"""Tasks and targets lie where they should, also when a region or an authority moves; owners change nothing else."""

from typing import Any

import asyncpg
import httpx
import pytest

from app.core.acts import Acts, Scope
from app.core.database import driver
from tests.conftest import Hands, actor
from tests.kit import meetings
from tests.kit.party import authority
from tests.kit.programmes import aimed, drawn_up, tasked
from tests.services.regions.test_following import changed

XIXI, CUIYUAN = "330106004000", "330106005000"
LINES = ["330106004000,4,西溪街道,,,2026,330106005000/4"]


async def test_they_follow_when_a_street_is_merged(
    acts: Acts, client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", clock: Hands
) -> None:
    committee = await meetings.committee(client)
    (department, *_) = await meetings.departments(direct, committee)
    programme = await drawn_up(client, committee)
    task = await tasked(client, programme, department, region_code=XIXI)
    for region in (XIXI, CUIYUAN):
        await aimed(client, programme, region_code=region)
    alone = await aimed(client, programme, region_code=XIXI, indicator="instructors", baseline=0)
    clock.forward(days=1)
    assert await changed(acts, *LINES) > 0
    assert (await client.get(f"/v1/programme-tasks/{task['id']}")).json()["place_code"] == CUIYUAN
    targets = (await client.get("/v1/programme-targets")).json()["items"]
    assert {each["place_code"] for each in targets} == {CUIYUAN}
    standing = [each for each in targets if each["withdrawn_reason"] is None]
    assert sorted(each["indicator"] for each in standing) == ["branches_founded", "instructors"]
    assert alone["id"] in {each["id"] for each in standing}


async def test_an_authoritys_task_goes_along_with_it(acts: Acts, client: httpx.AsyncClient, clock: Hands) -> None:
    committee = await meetings.committee(client)
    street = await authority(client, region=XIXI)
    task = await tasked(client, await drawn_up(client, committee), authority_id=street)
    assert task["place_code"] == XIXI
    clock.forward(days=1)
    assert await changed(acts, *LINES) > 0
    task = (await client.get(f"/v1/programme-tasks/{task['id']}")).json()
    assert (task["place_code"], task["version"]) == (CUIYUAN, 2)


async def test_an_owner_says_how_far_it_is_and_nothing_else_whatever_the_code_forgets(
    acts: Acts, client: httpx.AsyncClient
) -> None:
    committee = await meetings.committee(client)
    street = await authority(client)
    task = await tasked(client, await drawn_up(client, committee), authority_id=street)
    below = actor(scope=Scope(((330106010000, 330106011000),)))
    async with acts.open(below) as act:
        connection = await driver(act.session)
        told = await connection.execute(
            "UPDATE programme_tasks SET progress = 10, version = 2, recorded_at = $1", act.now
        )
        assert told == "UPDATE 1"
    for change in ("what = '别的'", "due_on = '2026-12-01'", "state = 'dropped', drop_reason = '不做'"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with acts.open(below) as act:
                await (await driver(act.session)).execute(f"UPDATE programme_tasks SET {change}")
    assert (await client.get(f"/v1/programme-tasks/{task['id']}")).json()["progress"] == 10
