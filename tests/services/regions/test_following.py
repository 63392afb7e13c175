"""What stands in a region follows when it is merged or divided: in the act of the change, tallies and history too."""

from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest
from sqlalchemy import text

from app.catalogues.following import FOLLOWERS
from app.core.acts import SYSTEM, Act, Acts
from app.services.coverage import upkeep
from app.services.regions import reads
from app.services.regions.changing import change, parsed
from app.services.regions.facts import ancestor
from app.services.regions.placing import Placer
from app.services.regions.succession import Gone
from tests.conftest import START, Hands
from tests.kit.databases import Clones, dsn
from tests.kit.organizations import add
from tests.kit.pushing import Pusher
from tests.services.exchange.test_applying import code, firm, one

HEADER = "code,level,name,parent_code,parent_level,until,successors"
XIXI = 330106004000
CUIYUAN = 330106005000
XIHU = 330106000000


async def changed(acts: Acts, *lines: str) -> int:
    """Put changes in force as the command does."""
    async with acts.open(SYSTEM) as act:
        moved = await change(act, parsed([HEADER, *lines]), FOLLOWERS)
        await upkeep.fold(act)
    return moved


async def where(acts: Acts, subject: UUID) -> tuple[int, int, str | None]:
    """Region and what says so."""
    row = await one(acts, "SELECT region_code, region_level, placed_by FROM organizations WHERE id = :id", id=subject)
    return tuple(row)


async def added(server: Clones, database_name: str, number: int = 1, **told: Any) -> list[UUID]:
    """Organisations as they stood before."""
    connection = await asyncpg.connect(dsn(server.url(database_name, "postgres")))
    try:
        await connection.execute("SELECT set_config('liangxin.now', $1, false)", START.isoformat())
        return await add(connection, number, recorded_at=START, **told)
    finally:
        await connection.close()


async def test_one_heir_takes_all_and_tallies_and_history_follow(
    acts: Acts, client: httpx.AsyncClient, clock: Hands, server: Clones, database_name: str
) -> None:
    ids = await added(server, database_name, 3, region_code=XIXI, placed_by="officer")
    (village,) = await added(server, database_name, region_code=XIXI + 1, region_level=5)
    (other,) = await added(server, database_name, region_code=CUIYUAN)
    clock.forward(days=1)
    assert await changed(acts, "330106004000,4,西溪街道,,,2026,330106005000/4") == 4
    for each in ids:
        assert await where(acts, each) == (CUIYUAN, 4, "officer")
    assert (await where(acts, village))[:2] == (CUIYUAN, 4)
    told = {}
    for region in (XIXI, CUIYUAN, XIHU):
        row = await one(
            acts, "SELECT coalesce(sum(n), 0) AS n FROM coverage_tallies WHERE region_code = :code", code=region
        )
        told[region] = int(row.n)
    assert told == {XIXI: 0, CUIYUAN: 5, XIHU: 5}
    covered = (await client.get("/v1/coverage", params={"region": f"{CUIYUAN:012d}"})).json()
    assert covered["organisation_coverage"]["denominator"] == 5, covered
    history = (await client.get(f"/v1/organizations/{ids[0]}/history")).json()["items"]
    assert [version["region_code"] for version in history] == [f"{CUIYUAN:012d}", f"{XIXI:012d}"]
    assert (await where(acts, other))[0] == CUIYUAN
    assert (await one(acts, "SELECT count(*) AS n FROM review_items")).n == 0


async def test_of_several_heirs_the_address_says_which_and_else_a_person(
    acts: Acts, clock: Hands, server: Clones, database_name: str
) -> None:
    pusher = Pusher(acts)
    here = "浙江省杭州市西湖区西溪街道"
    first = firm(1, uscc=code(1, 330106), address=f"{here}文三路1号")
    (subject,) = (await pusher.push(first)).subjects
    assert subject is not None
    assert (await where(acts, subject))[0] // 1000 * 1000 == XIXI
    told = "浙江省杭州市西湖区翠苑街道文三路2号"
    (clear,) = await added(server, database_name, region_code=XIXI, address=told)
    clock.forward(days=1)
    lines = ["330106777000,4,新设街道,,,,", "330106004000,4,西溪街道,,,2026,330106777000/4;330106005000/4"]
    assert await changed(acts, *lines) == 2
    assert (await where(acts, clear))[:2] == (CUIYUAN, 4)
    assert (await where(acts, subject))[:2] == (XIHU, 3)
    item = await one(acts, "SELECT record_key, subject_id, reason, state, region_code, candidates FROM review_items")
    assert tuple(item)[:5] == (first["uscc"], subject, "region_divided", "open", XIHU)
    assert [each["region_code"] for each in item.candidates] == ["330106777000", f"{CUIYUAN:012d}"]
    said = await one(acts, "SELECT region_code FROM dataset_records WHERE subject_id = :id", id=subject)
    assert said.region_code == XIHU
    clock.forward(days=1)
    assert (await pusher.push(first)).outcomes == b"n"


async def test_a_region_that_gave_up_a_part_stays_and_keeps_what_lies_below(
    acts: Acts, server: Clones, database_name: str
) -> None:
    (below,) = await added(server, database_name, region_code=CUIYUAN)
    (vague,) = await added(server, database_name, region_code=XIHU, region_level=3)
    lines = ["330177000000,3,新设区,,,,", "330106000000,3,西湖区,,,2026,330106000000/3;330177000000/3"]
    assert await changed(acts, *lines) == 1
    async with acts.open(SYSTEM) as act:
        assert (await reads.names(act, [(XIHU, 3)])) == {(XIHU, 3): "西湖区"}
    assert (await where(acts, below))[0] == CUIYUAN
    assert (await where(acts, vague))[:2] == (330100000000, 2)


async def test_another_name_moves_nobody(acts: Acts, server: Clones, database_name: str) -> None:
    (subject,) = await added(server, database_name, region_code=XIXI)
    lines = ["330106004000,4,西溪新街道,,,,", "330106004000,4,西溪街道,,,2026,330106004000/4"]
    assert await changed(acts, *lines) == 0
    assert (await where(acts, subject))[0] == XIXI
    async with acts.open(SYSTEM) as act:
        assert (await reads.names(act, [(XIXI, 4)])) == {(XIXI, 4): "西溪新街道"}


async def test_a_region_without_heirs_leaves_all_to_the_one_above(
    acts: Acts, server: Clones, database_name: str
) -> None:
    (subject,) = await added(server, database_name, region_code=XIXI)
    assert await changed(acts, "330106004000,4,西溪街道,,,2026,") == 1
    assert (await where(acts, subject))[:2] == (XIHU, 3)
    assert (await one(acts, "SELECT record_key FROM review_items")).record_key == f"organization:{subject}"


@pytest.mark.parametrize("level", [4, 5])
async def test_the_lowest_say_first_where_they_went(acts: Acts, server: Clones, database_name: str, level: int) -> None:
    (subject,) = await added(server, database_name, region_code=XIXI + 1, region_level=5)
    lines = ["330106004000,4,西溪街道,,,2026,330106005000/4"]
    if level == 5:
        async with acts.open(SYSTEM) as act:
            village = (await reads.names(act, [(XIXI + 1, 5), (XIXI + 2, 5)])).get((XIXI + 1, 5), "某社区居委会")
        lines += ["330106005777,5,某新社区居委会,,,,", f"330106004001,5,{village},,,2026,330106005777/5"]
    await changed(acts, *lines)
    expected = (330106005777, 5) if level == 5 else (CUIYUAN, 4)
    assert (await where(acts, subject))[:2] == expected


async def test_hosts_and_authorities_follow(acts: Acts, client: httpx.AsyncClient, clock: Hands) -> None:
    places = [(XIXI, "文化中心"), (CUIYUAN, "文化中心"), (XIXI, "西溪大楼")]
    for region, name in places:
        body = {"kind": "community", "name": name, "region_code": f"{region:012d}"}
        assert (await client.post("/v1/hosts", json=body)).status_code == 201
    body = {
        "code": "330106001001000",
        "kind": "township",
        "name": "西溪街道党工委",
        "region_code": f"{XIXI:012d}",
        "founded_on": "2020-01-01",
    }
    answered = await client.post("/v1/authorities", json=body)
    assert answered.status_code == 201, answered.text
    clock.forward(days=1)
    assert await changed(acts, "330106004000,4,西溪街道,,,2026,330106005000/4") == 3
    async with acts.open(SYSTEM) as act:
        hosts = await act.session.execute(text("SELECT name, region_code, version FROM hosts ORDER BY id"))
        assert [tuple(row) for row in hosts] == [
            ("文化中心（西溪街道）", CUIYUAN, 2),
            ("文化中心", CUIYUAN, 1),
            ("西溪大楼", CUIYUAN, 2),
        ]
    assert ancestor((await one(acts, "SELECT region_code FROM authorities")).region_code, 4) == CUIYUAN


async def test_a_change_that_fails_moves_nobody(acts: Acts, server: Clones, database_name: str) -> None:
    (subject,) = await added(server, database_name, region_code=XIXI)

    async def stopped(act: Act, gone: Gone, places: Placer) -> int:
        raise ZeroDivisionError

    changes = parsed([HEADER, "330106004000,4,西溪街道,,,2026,330106005000/4"])
    with pytest.raises(ZeroDivisionError):
        async with acts.open(SYSTEM) as act:
            await change(act, changes, (*FOLLOWERS, stopped))
    assert (await where(acts, subject))[0] == XIXI


async def test_a_branch_goes_where_all_that_it_covers_went(acts: Acts, server: Clones, database_name: str) -> None:
    clear = "浙江省杭州市西湖区翠苑街道文三路2号"
    (one_side,) = await added(server, database_name, region_code=XIXI, address=clear)
    (unclear,) = await added(server, database_name, region_code=XIXI, address="浙江省杭州市西湖区西溪街道文三路1号")
    await branched(acts, ("甲支部", [one_side]), ("乙联合支部", [unclear]), ("丙支部", []))
    lines = ["330106777000,4,新设街道,,,,", "330106004000,4,西溪街道,,,2026,330106777000/4;330106005000/4"]
    await changed(acts, *lines)
    async with acts.open(SYSTEM) as act:
        rows = await act.session.execute(text("SELECT name, region_code, region_level FROM branches ORDER BY name"))
        places = {row.name: (row.region_code, row.region_level) for row in rows}
    assert places == {"甲支部": (CUIYUAN, 4), "乙联合支部": (XIHU, 3), "丙支部": (XIHU, 3)}


async def branched(acts: Acts, *branches: tuple[str, list[UUID]]) -> None:
    """Branches in the street, under one authority of the district."""
    async with acts.open(SYSTEM) as act:
        given = {"now": act.now, "code": XIXI, "district": XIHU}
        authority = await act.session.scalar(
            text(
                "INSERT INTO authorities (version, code, kind, name, region_code, region_level, created_at,"
                " recorded_at) VALUES (1, 330106000000000, 'work_committee', '西湖区两新工委', :district, 3, :now,"
                " :now) RETURNING id"
            ),
            given,
        )
        for name, covered in branches:
            branch = await act.session.scalar(
                text(
                    "INSERT INTO branches (version, name, level, formation_mode, management_mode, stage, authority_id,"
                    " region_code, region_level, founded_on, formal_members, probationary_members, departures,"
                    " created_at, recorded_at) VALUES (1, :name, 'branch', 'joint', 'territorial', 'established',"
                    " :authority, :code, 4, '2026-01-01', 3, 0, '[]', :now, :now) RETURNING id"
                ),
                given | {"name": name, "authority": authority},
            )
            for each in covered:
                await act.session.execute(
                    text(
                        "INSERT INTO branch_organizations (version, branch_id, organization_id, formation_mode,"
                        " valid_from, region_code, created_at, recorded_at)"
                        " VALUES (1, :branch, :organization, 'joint', '2026-01-01', :code, :now, :now)"
                    ),
                    given | {"branch": branch, "organization": each},
                )
