"""New keys while the service runs: everything stays readable and findable, and the old key is needed by nothing."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import httpx
import pytest

from app.catalogues.personal import SEALED
from app.core.acts import SYSTEM, Acts
from app.core.config import Settings
from app.core.crypto import UnfitRing, Vault
from app.core.crypto.ring import load, store
from app.main import create_app
from app.services.privacy import resealing
from tests.conftest import Hands
from tests.kit.databases import Clones
from tests.kit.persons import person
from tests.kit.vaults import sealing_acts, superuser
from tests.routers.test_contacts import contact
from tests.routers.test_organizations import entered


@pytest.fixture
async def sealing(settings: Settings, clock: Hands) -> AsyncIterator[Acts]:
    """Acts with the application's ring."""
    async with sealing_acts(settings, clock) as acts:
        yield acts


async def people(client: httpx.AsyncClient, count: int) -> None:
    """So many contacts of one organisation."""
    organization = str((await entered(client))["id"])
    for serial in range(count):
        one = person(serial)
        await contact(client, organization, name=one.name, phone=one.phone, identity_number=one.identity_number)


async def found(client: httpx.AsyncClient, serial: int) -> list[str]:
    """Names under a person's phone."""
    answer = await client.post("/v1/contacts/search", json={"phone": person(serial).phone})
    assert answer.status_code == 200, answer.text
    return [item["name"] for item in answer.json()["items"]]


async def test_keys_are_replaced_while_the_service_runs(
    client: httpx.AsyncClient, sealing: Acts, settings: Settings, server: Clones, database_name: str
) -> None:
    await people(client, 7)
    path = settings.key_ring_file
    store(path, load(path).with_new_key("sm4-gcm").activated(2).with_new_index())
    for column in SEALED[:1]:  # one bite by hand: half old, half new
        async with sealing.open(SYSTEM) as act:
            act.vault.refresh()
            assert await resealing._bite(act, column, 5) == 5
    for serial in range(7):
        assert await found(client, serial) == [person(serial).name]
    assert await resealing.reseal(sealing, SEALED, bite=4) == 9
    assert await resealing.reseal(sealing, SEALED) == 0
    async with sealing.open(SYSTEM) as act:
        assert await resealing.in_use(act, SEALED) == ({2}, {2})
        await resealing.check(act, SEALED)
    store(path, load(path).without(1).without_older_index())
    for serial in range(7):
        assert await found(client, serial) == [person(serial).name]
    async with superuser(server, database_name) as keeper:
        assert await keeper.fetchval("SELECT count(DISTINCT key_id) FROM personal_values") == 1


async def test_re_encryption_disturbs_nobody(client: httpx.AsyncClient, sealing: Acts, settings: Settings) -> None:
    """Readers, searchers and correctors at work while every value changes its key: no request fails or finds less."""
    await people(client, 12)
    items = (await client.get("/v1/contacts")).json()["items"]
    path = settings.key_ring_file
    store(path, load(path).with_new_key("sm4-gcm").activated(2).with_new_index())

    async def corrected(item: dict[str, Any], serial: int) -> None:
        answer = await client.patch(
            f"/v1/contacts/{item['id']}", json={"phone": person(serial).phone}, headers={"If-Match": '"1"'}
        )
        assert answer.status_code == 200, answer.text
        assert await found(client, serial) == [item["name"]]

    async def revealed(item: dict[str, Any]) -> None:
        answer = await client.post(f"/v1/contacts/{item['id']}/reveal", json={"purpose": "核对"})
        assert answer.status_code == 200, answer.text
        assert answer.json()["phone"][-4:] == item["phone"][-4:]

    resealed = asyncio.create_task(resealing.reseal(sealing, SEALED, bite=2))
    await asyncio.gather(
        *(corrected(item, 100 + n) for n, item in enumerate(items[:6])),
        *(revealed(item) for item in items[6:]),
        *(found(client, n) for n in range(12)),
    )
    assert 0 < await resealed <= 24
    await resealing.reseal(sealing, SEALED)
    async with sealing.open(SYSTEM) as act:
        assert await resealing.in_use(act, SEALED) == ({2}, {2})


async def test_a_start_without_a_needed_key_is_refused_and_says_which(
    client: httpx.AsyncClient, settings: Settings, clock: Hands
) -> None:
    await people(client, 1)
    path = settings.key_ring_file
    whole = load(path).with_new_key("aes-256-gcm").activated(2)
    store(path, whole.without(1))
    app = create_app(settings, clock)
    with pytest.raises(UnfitRing, match="personal_values are sealed by key 1, which the key ring lacks"):
        async with app.router.lifespan_context(app):
            pass
    other = load(path.with_name("other.json"), "aes-256-gcm")
    store(path, replace(whole, keys=(other.keys[0], whole.keys[1])))
    app = create_app(settings, clock)
    with pytest.raises(UnfitRing, match="is not the key 1 that personal_values is sealed by"):
        async with app.router.lifespan_context(app):
            pass


async def test_a_ring_that_is_named_must_be_there(settings: Settings, clock: Hands) -> None:
    """A misspelt path must not begin a new ring."""
    named = settings.model_copy(update={"key_ring": settings.state / "misspelt.json"})
    with pytest.raises(UnfitRing, match=r"misspelt.json cannot be read"):
        create_app(named, clock)
    assert not (settings.state / "misspelt.json").exists()


async def test_a_process_with_an_older_ring_does_not_undo(
    client: httpx.AsyncClient, sealing: Acts, settings: Settings
) -> None:
    await people(client, 2)
    path = settings.key_ring_file
    store(path, load(path).with_new_key("aes-256-gcm"))
    stale = Acts(sealing.database, sealing.clock, Vault.at(path))
    store(path, load(path).activated(2))
    await resealing.reseal(sealing, SEALED)
    await resealing.reseal(stale, SEALED)
    async with sealing.open(SYSTEM) as act:
        assert (await resealing.in_use(act, SEALED))[0] == {2}


async def test_a_value_moved_to_another_row_does_not_open(
    client: httpx.AsyncClient, server: Clones, database_name: str
) -> None:
    await people(client, 2)
    async with superuser(server, database_name) as keeper:
        await keeper.execute(
            "UPDATE personal_values SET sealed = other.sealed FROM personal_values other"
            " WHERE personal_values.row_key <> other.row_key AND personal_values.field = other.field"
        )
    answer = await client.get("/v1/contacts")
    assert answer.status_code == 500
    assert person(0).phone not in answer.text
