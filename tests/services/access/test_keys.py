"""The ring of signing keys in a database: one first key for all, succession by age, sealed, renewed, replaced."""

import asyncio
from datetime import timedelta
from pathlib import Path

import asyncpg
import orjson
import pytest

from app.catalogues.personal import SEALED
from app.core.acts import SYSTEM, Acts
from app.core.config import Settings
from app.core.crypto import Vault
from app.core.crypto.ring import load, store
from app.core.database import Database
from app.services.access import keys, reads
from app.services.access.keys import KeyRing, Terms
from app.services.privacy import resealing
from tests.conftest import Hands, actor
from tests.kit.databases import Clones, dsn

TERMS = Terms(timedelta(seconds=600), timedelta(seconds=600))


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault.at(tmp_path / "ring.json", "aes-256-gcm")


@pytest.fixture
def sealed_acts(acts: Acts, vault: Vault) -> Acts:
    """Acts that seal."""
    return Acts(acts.database, acts.clock, vault)


async def kids(acts: Acts) -> list[str]:
    async with acts.open(SYSTEM) as act:
        return [row.times.kid for row in await reads.keys(act)]


async def test_many_who_need_the_first_key_make_one(sealed_acts: Acts, vault: Vault) -> None:
    rings = [KeyRing(sealed_acts, vault, TERMS) for _ in range(5)]
    signed = await asyncio.gather(*(ring.signing() for ring in rings), *(ring.jwks() for ring in rings))
    assert len({found[0] for found in signed if isinstance(found, tuple)}) == 1
    assert len(await kids(sealed_acts)) == 1


async def test_a_key_that_has_signed_for_ninety_days_gets_its_successor(
    sealed_acts: Acts, vault: Vault, clock: Hands
) -> None:
    ring = KeyRing(sealed_acts, vault, TERMS)
    first, _ = await ring.signing()
    clock.forward(days=89)
    assert (await ring.signing())[0] == first
    clock.forward(days=1)
    assert (await ring.signing())[0] == first  # the next one is published and does not sign yet
    assert next(key["kid"] for key in (await ring.jwks())["keys"]) == first
    assert len(await kids(sealed_acts)) == 2
    assert (await ring.signing())[0] == first
    assert len(await kids(sealed_acts)) == 2
    clock.forward(seconds=600)
    second, _ = await ring.signing()
    assert second != first
    assert await ring.verifying(first) is not None
    clock.forward(seconds=660)
    assert await ring.verifying(first) is None
    assert [key["kid"] for key in (await ring.jwks())["keys"]] == [second]


async def test_keys_that_are_over_are_removed_with_the_next_change(
    sealed_acts: Acts, vault: Vault, clock: Hands
) -> None:
    first, _ = await KeyRing(sealed_acts, vault, TERMS).signing()
    for _ in range(2):
        async with sealed_acts.open(SYSTEM) as act:
            await keys.rotate(act, vault, TERMS)
        clock.forward(days=1)
    assert first not in await kids(sealed_acts)


async def test_the_private_part_is_sealed_at_its_place(
    sealed_acts: Acts, vault: Vault, server: Clones, database_name: str
) -> None:
    kid, key = await KeyRing(sealed_acts, vault, TERMS).signing()
    connection = await asyncpg.connect(dsn(server.url(database_name, "postgres")))
    row = await connection.fetchrow("SELECT * FROM signing_keys")
    await connection.close()
    assert row is not None
    private = str(key.as_dict(private=True)["d"])
    assert private not in str(dict(row))
    assert "d" not in orjson.loads(row["public"])
    assert orjson.loads(vault.open(row["sealed"], keys.place(kid)))["d"] == private


async def test_only_the_system_reads_keys(acts: Acts, sealed_acts: Acts, vault: Vault) -> None:
    await KeyRing(sealed_acts, vault, TERMS).signing()
    async with acts.open(actor(role="officer")) as act:
        assert await reads.keys(act) == []


async def test_keys_follow_a_renewed_ring(sealed_acts: Acts, vault: Vault, tmp_path: Path) -> None:
    kid, _ = await KeyRing(sealed_acts, vault, TERMS).signing()
    ring = load(tmp_path / "ring.json").with_new_key("sm4-gcm")
    store(tmp_path / "ring.json", ring.activated(2))
    assert await resealing.reseal(sealed_acts, SEALED) == 1
    store(tmp_path / "ring.json", ring.activated(2).without(1))
    fresh = Vault.at(tmp_path / "ring.json")
    assert (await KeyRing(Acts(sealed_acts.database, sealed_acts.clock, fresh), fresh, TERMS).signing())[0] == kid


async def test_a_lost_ring_costs_a_new_key_and_no_more(
    settings: Settings, sealed_acts: Acts, vault: Vault, tmp_path: Path
) -> None:
    lost, _ = await KeyRing(sealed_acts, vault, TERMS).signing()
    other = Vault.at(tmp_path / "other.json", "aes-256-gcm")
    assert settings.database_url is not None
    database = Database(settings.database_url, pool_size=2)
    ring = KeyRing(Acts(database, sealed_acts.clock, other), other, TERMS)
    kid, _ = await ring.signing()
    assert kid != lost
    assert await ring.verifying(lost) is not None  # what it has signed holds on
    await database.close()
