"""tally + deltas = recount, at every level and for every day, whatever happens to the register."""

import asyncio
import random
from collections import Counter
from datetime import date
from typing import Any

import asyncpg
import pytest
from sqlalchemy import text

from app.core.acts import Acts, Scope
from app.core.clock import day_of
from app.services.coverage import repository
from app.services.regions.facts import WIDTHS
from tests.conftest import Hands, actor
from tests.kit.databases import Clones, dsn
from tests.kit.tallies import Key, recount, told

PLACES = (
    (330106001001, 5), (330106001002, 5), (330106001000, 4), (330106000000, 3), (330108000000, 3),
    (330100000000, 2), (441900000000, 2), (441900000000, 3), (441900003000, 4), (330000000000, 1),
)  # fmt: skip
KINDS = ("private_enterprise", "unclassified", "self_employed")


ADD = (
    "INSERT INTO organizations (name, name_key, name_sort, name_bigrams, kind, region_code, region_level)"
    " SELECT 'n' || i, 'n' || i, 'n', '{}', $1, $2, $3 FROM generate_series(1, $4::int) AS i"
)


async def do_something(told: random.Random, connection: "asyncpg.Connection[Any]") -> None:
    """One change of the register, of a kind that a partner or an officer makes."""
    code, level = told.choice(PLACES)
    match told.randrange(6):
        case 0 | 1:
            await connection.execute(ADD, told.choice(KINDS), code, level, told.randint(1, 40))
        case 2:
            await connection.execute(
                "UPDATE organizations SET region_code = $1, region_level = $2 WHERE id IN"
                " (SELECT id FROM organizations ORDER BY md5(id::text || $3) LIMIT 7)",
                code, level, str(told.random()),
            )  # fmt: skip
        case 3:
            await connection.execute(
                "UPDATE organizations SET formal_members_relation = $1, has_union = NOT coalesce(has_union, false)"
                " WHERE region_code = $2",
                told.choice([None, 0, 2, 3, 60]), code,
            )  # fmt: skip
        case 4:
            await connection.execute("UPDATE organizations SET address = 'x', version = version + 1")
        case _:
            await connection.execute(
                "DELETE FROM organizations WHERE id IN (SELECT id FROM organizations ORDER BY md5(id::text || $1)"
                " LIMIT 5)",
                str(told.random()),
            )


async def declare(connection: "asyncpg.Connection[Any]", now: str) -> None:
    await connection.execute("SELECT set_config('liangxin.now', $1, false)", now)


@pytest.mark.parametrize("seed", range(4))
async def test_tally_and_deltas_are_the_recount(
    seed: int, acts: Acts, clock: Hands, direct: "asyncpg.Connection[Any]"
) -> None:
    dice = random.Random(seed)
    past: dict[date, Counter[Key]] = {}
    for _ in range(6):
        for _ in range(dice.randint(1, 6)):
            async with direct.transaction():
                await declare(direct, clock().isoformat())
                await do_something(dice, direct)
            if dice.random() < 0.4:
                async with acts.open(actor()) as act:
                    await repository.compact(act)
            assert await told(direct) == await recount(direct)
        past[day_of(clock())] = await recount(direct)
        clock.forward(days=dice.randint(1, 40))
    for _ in range(2):  # before the last folding and after it
        for day, then in past.items():
            assert await told(direct, day) == then, day
        async with acts.open(actor()) as act:
            await repository.compact(act)
    assert await direct.fetchval("SELECT count(*) FROM coverage_deltas") == 0


async def test_a_late_commit_lifts_the_later_days(acts: Acts, clock: Hands, direct: "asyncpg.Connection[Any]") -> None:
    first = day_of(clock())
    await direct.execute("BEGIN")
    await declare(direct, clock().isoformat())
    await direct.execute(ADD, "private_enterprise", 330106001000, 4, 3)  # recorded on the first day, committed later
    clock.forward(days=1)
    async with acts.open(actor()) as act:
        await act.session.execute(_add("private_enterprise", 330106001000, 4, 2))
    async with acts.open(actor()) as act:
        await repository.compact(act)
    await direct.execute("COMMIT")
    async with acts.open(actor()) as act:
        await repository.compact(act)
    assert sum((await told(direct, first)).values()) == 3 * 5
    assert sum((await told(direct, day_of(clock()))).values()) == 5 * 5
    assert await told(direct) == await recount(direct)


async def test_writers_and_compaction_at_once(
    acts: Acts, server: Clones, database_name: str, clock: Hands, direct: "asyncpg.Connection[Any]"
) -> None:
    async def write(seed: int) -> None:
        dice = random.Random(seed)
        connection = await asyncpg.connect(dsn(server.cluster.superuser_url(database_name)))
        await declare(connection, clock().isoformat())
        try:
            for _ in range(10):
                try:
                    await do_something(dice, connection)
                except asyncpg.DeadlockDetectedError:
                    continue
        finally:
            await connection.close()

    async def fold() -> None:
        for _ in range(12):
            async with acts.open(actor()) as act:
                await repository.compact(act)

    await asyncio.gather(*(write(seed) for seed in range(4)), fold(), fold())
    assert await told(direct) == await recount(direct)


async def test_a_delta_of_tomorrow_waits_for_tomorrow(
    acts: Acts, clock: Hands, direct: "asyncpg.Connection[Any]"
) -> None:
    await declare(direct, "2026-03-03T01:00:00Z")  # a server whose clock is ahead
    await direct.execute(ADD, "foundation", 330106001000, 4, 3)
    async with acts.open(actor()) as act:
        assert await repository.compact(act) == 0
    clock.forward(days=1)
    async with acts.open(actor()) as act:
        assert await repository.compact(act) == 1


async def test_a_change_that_coverage_does_not_see_leaves_no_delta(direct: "asyncpg.Connection[Any]") -> None:
    await direct.execute(ADD, "foundation", 330106001000, 4, 3)
    await direct.execute("DELETE FROM coverage_deltas")
    await direct.execute("UPDATE organizations SET address = 'elsewhere'")
    assert await direct.fetchval("SELECT count(*) FROM coverage_deltas") == 0


async def test_ten_thousand_alike_leave_one_delta(direct: "asyncpg.Connection[Any]") -> None:
    await direct.execute(ADD, "foundation", 330106001000, 4, 10_000)
    assert await direct.fetch("SELECT n FROM coverage_deltas") == [(10_000,)]


async def test_a_county_sees_its_own_tallies_only(acts: Acts, direct: "asyncpg.Connection[Any]") -> None:
    await direct.execute(ADD, "foundation", 330106001001, 5, 3)
    await direct.execute(ADD, "foundation", 330108001001, 5, 4)
    county = Scope(((330106000000, 330106000000 + WIDTHS[3]),))
    async with acts.open(actor()) as act:
        await repository.compact(act)
    await direct.execute(ADD, "foundation", 330106001001, 5, 1)
    await direct.execute(ADD, "foundation", 330108001001, 5, 1)
    async with acts.open(actor(scope=county)) as act:
        seen = (await act.session.execute(text("SELECT region_level, region_code, n FROM coverage_tallies"))).all()
        pending = (await act.session.execute(text("SELECT region_code FROM coverage_deltas"))).scalars().all()
        days = (await act.session.execute(text("SELECT region_code FROM coverage_days"))).scalars().all()
    assert set(seen) == {(3, 330106000000, 3), (4, 330106001000, 3), (5, 330106001001, 3)}
    assert pending == [330106001001]
    assert set(days) == {330106000000, 330106001000, 330106001001}


def _add(kind: str, code: int, level: int, n: int) -> Any:
    return text(
        "INSERT INTO organizations (name, name_key, name_sort, name_bigrams, kind, region_code, region_level)"
        f" SELECT 'n', 'n', 'n', '{{}}', '{kind}', {code}, {level} FROM generate_series(1, {n})"
    )
