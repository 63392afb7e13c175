"""When regions merge or divide, their grants hold in the heirs, and nobody gains what lay beside."""

from uuid import UUID

import pytest
from sqlalchemy import text

from app.core.acts import EVERYWHERE, SYSTEM, Actor, Acts
from app.services.access import clients, granting
from app.services.access.granting import Wish
from app.services.access.ledger import reads
from tests.conftest import Hands

OPERATOR = Actor("operator", "operator", frozenset({"grants:write"}), EVERYWHERE)
CITY = (330100000000, 330200000000)
XIHU = (330106000000, 330107000000)
GONGSHU = (330105000000, 330106000000)
BINJIANG = (330108000000, 330109000000)


async def given(acts: Acts, *ranges: tuple[int, int]) -> UUID:
    async with acts.open(OPERATOR) as act:
        found = await granting.give(act, Wish("person:zhang", "region_officer", "任职", ranges))
        key: UUID = found["id"]
        return key


async def held(acts: Acts, grant: UUID) -> list[tuple[str, str]]:
    async with acts.open(SYSTEM) as act:
        return [(each["first"], each["last"]) for each in (await reads.grant(act, grant))["regions"]]


async def follow(acts: Acts, gone: tuple[int, int], *heirs: tuple[int, int]) -> int:
    async with acts.open(SYSTEM) as act:
        return await granting.follow(act, gone, CITY, heirs, heirs[0][0] if heirs else 0)


def shown(*ranges: tuple[int, int]) -> list[tuple[str, str]]:
    return [(str(low), str(high - 1)) for low, high in ranges]


async def test_a_merged_regions_grant_holds_in_the_heir(acts: Acts, clock: Hands) -> None:
    grant = await given(acts, XIHU)
    clock.forward(days=1)
    assert await follow(acts, XIHU, GONGSHU) == 1
    assert await held(acts, grant) == shown(GONGSHU)
    async with acts.open(SYSTEM) as act:
        row = await reads.grant(act, grant)
        assert row["version"] == 2
        noted = await act.session.scalar(text("SELECT count(*) FROM history WHERE subject = 'grants'"))
        assert noted == 1


async def test_a_divided_regions_grant_holds_in_all_heirs(acts: Acts) -> None:
    grant = await given(acts, XIHU)
    assert await follow(acts, XIHU, GONGSHU, BINJIANG) == 1
    assert await held(acts, grant) == shown(GONGSHU, BINJIANG)


async def test_a_grant_of_neighbours_follows_with_the_one_that_is_gone(acts: Acts) -> None:
    grant = await given(acts, GONGSHU, XIHU)
    assert await follow(acts, XIHU, BINJIANG) == 1
    assert await held(acts, grant) == shown(GONGSHU, BINJIANG)


@pytest.mark.parametrize("heirs", [(XIHU, BINJIANG), ()])
async def test_who_gave_up_a_part_or_has_no_heir_keeps_what_stands(
    acts: Acts, heirs: tuple[tuple[int, int], ...]
) -> None:
    grant = await given(acts, XIHU)
    assert await follow(acts, XIHU, *heirs) == 0
    assert await held(acts, grant) == shown(XIHU)


async def test_the_city_does_not_follow_into_another_city(acts: Acts) -> None:
    grant = await given(acts, CITY)
    assert await follow(acts, XIHU, (330203000000, 330204000000)) == 0
    assert await held(acts, grant) == shown(CITY)


async def test_what_is_administered_there_moves_along(acts: Acts) -> None:
    here = Actor("person:s", "s", frozenset({"clients:write", "clients:read"}), EVERYWHERE)
    async with acts.open(Actor(here.id, here.name, here.permissions, type(EVERYWHERE)((XIHU,)))) as act:
        made = await clients.create(act, "街道")
    await follow(acts, XIHU, GONGSHU)
    async with acts.open(Actor(here.id, here.name, here.permissions, type(EVERYWHERE)((GONGSHU,)))) as act:
        found = await reads.client(act, made["id"])
        assert (found["version"], len(found["secrets"])) == (2, 1)
