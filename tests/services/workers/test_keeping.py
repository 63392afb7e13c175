"""What becomes of workers with time: retention, changes of regions, and those who held posts before there were any."""

import importlib.util
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest

from app.catalogues.following import FOLLOWERS
from app.catalogues.retention import apply_retention
from app.core.acts import SYSTEM, Acts
from app.core.config import Settings
from app.services.regions.changing import change, parsed
from tests.conftest import Hands
from tests.kit.members import branch, made, member, read, tag
from tests.kit.party import holder
from tests.kit.persons import person
from tests.kit.vaults import sealing_acts
from tests.kit.workers import given, worker

WORKERS = "/v1/workers"
HEADER = "code,level,name,parent_code,parent_level,until,successors"


def named(name: str, role: str = "secretary") -> dict[str, Any]:
    """A post for who stands on no roll here."""
    return {"holder_name": name, "formal_member": True, "role": role, "selection_channel": "external"}


async def team(client: httpx.AsyncClient, home: dict[str, Any], *posts: dict[str, Any], **told: Any) -> dict[str, Any]:
    """A team that takes office."""
    body = {"branch_id": home["id"], "election": "elected", "valid_from": "2026-02-10", "posts": list(posts)}
    return await made(client, "/v1/terms", **(body | {"departure_reason": "试点"} | told))


@pytest.mark.usefixtures("api")
async def test_whose_work_ended_long_ago_loses_the_name(
    client: httpx.AsyncClient, settings: Settings, clock: Hands, direct: "asyncpg.Connection[Any]"
) -> None:
    home = await branch(client)
    term = await team(client, home, named("某书记"))
    gone, stays = await worker(client, 1, phone=person(1).phone), await worker(client, 2)
    await given(client, gone)
    end = {"ended_on": "2026-03-01", "reason": "工作调动"}
    await client.post(f"{WORKERS}/{gone['id']}/end", json=end, headers=tag(gone))
    left = {"valid_to": "2026-03-01", "reason": "工作调动"}
    await client.post(f"/v1/terms/{term['id']}/end", json=left, headers=tag(term))
    async with sealing_acts(settings, clock) as acts:
        clock.forward(days=729)
        assert await apply_retention(acts) == 0
        clock.forward(days=2)
        assert await apply_retention(acts) == 2  # and who was a worker for a post alone, since it ended
        assert await apply_retention(acts) == 0
    told = await read(client, WORKERS, gone)
    assert (told["name"], told["phone"], told["held"][0]["end_kind"]) == (None, None, "worker_ended")
    assert (await read(client, WORKERS, stays))["name"] == person(2).name
    assert await direct.fetchval("SELECT count(*) FROM posts WHERE holder_name IS NOT NULL") == 0
    assert await direct.fetchval("SELECT count(*) FROM erasures WHERE holder = 'workers'") == 2


async def test_workers_and_homes_follow_a_change_of_regions(
    client: httpx.AsyncClient, acts: Acts, clock: Hands, direct: "asyncpg.Connection[Any]"
) -> None:
    row = await worker(client, region_code="330106004000", home_region_code="330106004000", phone=person(1).phone)
    home = await worker(client, 3, home_region_code="330106004000")
    role = await given(client, row)
    clock.forward(days=1)
    async with acts.open(SYSTEM) as act:
        lines = [HEADER, "330106004000,4,西溪街道,,,2026,330106005000/4"]
        assert await change(act, parsed(lines), FOLLOWERS) >= 3
    for each, wanted in ((row, "330106005000"), (home, "330106000000")):
        assert (await read(client, WORKERS, each))["region_code"] == wanted
    for each in (row, home):
        told = await read(client, WORKERS, each)
        assert (told["home_region_code"], told["home_region_level"]) == ("330106005000", 4)
    assert (await read(client, "/v1/worker-roles", role))["region_code"] == "330106005000"
    assert await direct.fetchval("SELECT region_code FROM personal_values") == 330106005000


async def test_who_held_a_post_before_becomes_a_worker_by_it(
    client: httpx.AsyncClient, clock: Hands, direct: "asyncpg.Connection[Any]"
) -> None:
    """What the migration does with posts that stand already is what is done with each new one."""
    home = await branch(client)
    someone = await member(client, branch_id=home["id"])
    await team(client, home, holder(someone["id"]), named("甲", "deputy_secretary"), named("乙", "committee_member"))
    clock.now = clock.now.replace(year=2029)
    await team(client, home, named("甲"), named("甲", "committee_member"), valid_from="2029-02-20")
    told = (
        "SELECT held.role, held.valid_from, held.valid_to, held.end_kind, workers.name, workers.member_id,"
        " workers.since, dense_rank() OVER (ORDER BY workers.since, workers.name, workers.member_id, workers.id) AS who"
        " FROM worker_roles AS held JOIN workers ON workers.id = held.worker_id ORDER BY held.post_id"
    )
    before = [tuple(row) for row in await direct.fetch(told)]
    assert len(before) == 5
    assert len({row[-1] for row in before}) == 4
    await direct.execute("ALTER TABLE posts DISABLE TRIGGER USER")
    await direct.execute("DELETE FROM worker_roles")
    await direct.execute("UPDATE posts SET worker_id = NULL")
    await direct.execute("DELETE FROM workers")
    await direct.execute(migration().FILL)
    await direct.execute("ALTER TABLE posts ENABLE TRIGGER USER")
    assert [tuple(row) for row in await direct.fetch(told)] == before
    ended = await direct.fetch("SELECT name, until FROM workers WHERE state = 'ended' ORDER BY name")
    assert [row["until"].isoformat() for row in ended] == ["2029-02-20", "2029-02-20"]
    assert {row["name"] for row in ended} == {"乙", None}


def migration() -> Any:
    """The migration as a module: its name is no word."""
    path = Path(__file__).parents[3] / "alembic" / "versions" / "0023_workers.py"
    spec = importlib.util.spec_from_file_location("workers_migration", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
