"""A person's rights, what goes when its time is over, and a ledger that takes away what a restore brings back."""

from collections.abc import AsyncIterator

import httpx
import orjson
import pytest

from app.catalogues.datasets import DATASETS
from app.catalogues.personal import HOLDERS
from app.catalogues.retention import apply_retention
from app.core.acts import Acts
from app.core.config import Settings
from app.core.jobs import Bell
from app.services.exchange.processing import Worker
from app.services.privacy import ledger
from tests.conftest import Api, Hands
from tests.kit.databases import Clones
from tests.kit.persons import person
from tests.kit.vaults import backup, restore, sealing_acts, superuser
from tests.routers.test_contacts import contact
from tests.routers.test_organizations import entered, uscc
from tests.services.contacts.test_pushed_contacts import outcomes, push, record

ONE, TWO = person(1), person(2)


@pytest.fixture
async def sealing(settings: Settings, clock: Hands) -> AsyncIterator[Acts]:
    """Acts with the application's ring."""
    async with sealing_acts(settings, clock) as acts:
        yield acts


@pytest.fixture
async def worker(sealing: Acts) -> Worker:
    """A worker that works when told to."""
    return Worker(sealing, DATASETS, Bell(), lease=15)


@pytest.fixture
async def partner(api: Api) -> httpx.AsyncClient:
    """A department that pushes contacts."""
    return await api.client("partner", role="department_partner", datasets=("contacts",))


async def test_a_person_is_told_all_that_is_held(
    client: httpx.AsyncClient, partner: httpx.AsyncClient, worker: Worker, server: Clones, database_name: str
) -> None:
    await entered(client, uscc=uscc(1))
    await push(
        partner, worker, record(ONE, identity_number=ONE.identity_number), record(ONE, uscc=uscc(9)), record(TWO)
    )
    told = await client.post("/v1/data-subjects/export", json={"phone": ONE.phone, "reason": "本人书面申请"})
    assert told.headers["cache-control"] == "no-store"
    held, waiting = told.json()["items"]
    assert (held["table"], waiting["table"]) == ("contacts", "review_items")
    assert (held["data"]["phone"], held["data"]["identity_number"]) == (ONE.phone, ONE.identity_number)
    assert held["data"]["said_by_datasets"][0]["values"]["identity_number"] == ONE.identity_number
    assert waiting["data"]["values"]["phone"] == ONE.phone
    assert TWO.name not in told.text
    async with superuser(server, database_name) as keeper:
        (row,) = await keeper.fetch("SELECT * FROM audit WHERE verb = 'export'")
        assert row["why"] == "本人书面申请"
        assert ONE.phone not in str(dict(row))


async def test_a_person_is_erased_as_far_as_the_law_allows(
    client: httpx.AsyncClient, partner: httpx.AsyncClient, worker: Worker, server: Clones, database_name: str
) -> None:
    first, second = [await entered(client, name=f"甲{n}公司", uscc=uscc(n)) for n in (1, 2)]
    await contact(client, str(first["id"]), role="owner")
    await contact(client, str(second["id"]), role="liaison")
    await push(partner, worker, record(ONE, uscc=uscc(9)))
    wish = {"phone": ONE.phone, "ground": "consent_withdrawn", "reason": "本人书面申请"}
    done = (await client.post("/v1/data-subjects/erase", json=wish)).json()["items"]
    assert sorted((one["table"], one["erased"]) for one in done) == [
        ("contacts", False),
        ("contacts", True),
        ("review_items", True),
    ]
    (kept,) = [one for one in done if not one["erased"]]
    assert kept["findings"][0]["code"] == "kept_by_duty"
    again = (await client.post("/v1/data-subjects/erase", json=wish)).json()["items"]
    assert [(one["id"], one["erased"]) for one in again] == [(kept["id"], False)]
    async with superuser(server, database_name) as keeper:
        assert await keeper.fetchval("SELECT count(*) FROM erasures") == 2
        assert await keeper.fetchval("SELECT count(*) FROM review_items") == 0
        assert await keeper.fetchval("SELECT count(*) FROM history WHERE subject = 'review_items'") == 0


async def test_the_ledger_takes_away_again_what_a_restore_brings_back(
    client: httpx.AsyncClient, sealing: Acts, settings: Settings, server: Clones, database_name: str, clock: Hands
) -> None:
    """Dumped as the backup role, erased, restored elsewhere by pg_restore, erased again by the ledger's file."""
    organization = str((await entered(client))["id"])
    made = await contact(client, organization)
    await contact(client, organization, name=TWO.name, phone=TWO.phone)
    dump = await backup(server, database_name, "--format", "custom")
    wish = {"ground": "unlawful", "reason": "来源不合法"}
    await client.post(f"/v1/contacts/{made['id']}/erase", json=wish, headers={"If-Match": '"1"'})
    path = settings.erasures_file
    assert await ledger.keep(sealing, path) == 1
    assert path.stat().st_mode & 0o777 == 0o600
    restored = f"{database_name}_back"
    try:
        await restore(server, restored, dump)
        moved = settings.model_copy(update={"database_url": server.url(restored)})
        async with sealing_acts(moved, clock) as acts:
            async with superuser(server, restored) as keeper:
                assert await keeper.fetchval("SELECT count(*) FROM contacts") == 2
                assert await keeper.fetchval("SELECT count(*) FROM erasures") == 0
            assert await ledger.keep(acts, path) == 1  # the file never grows shorter
            assert await ledger.reapply(acts, HOLDERS, path) == 1
            assert await ledger.reapply(acts, HOLDERS, path) == 0
            async with superuser(server, restored) as keeper:
                assert await keeper.fetchval("SELECT count(*) FROM contacts") == 1
                assert await keeper.fetchval("SELECT count(*) FROM personal_values") == 1
                assert await keeper.fetchval("SELECT count(*) FROM history WHERE subject = 'contacts'") == 0
                (entry,) = await keeper.fetch("SELECT row_id::text, ground FROM erasures")
                assert tuple(entry) == (made["id"], "unlawful")
    finally:
        await server.drop(restored)


async def test_an_altered_ledger_is_refused(client: httpx.AsyncClient, sealing: Acts, settings: Settings) -> None:
    made = await contact(client, str((await entered(client))["id"]))
    wish = {"ground": "unlawful", "reason": "来源不合法"}
    await client.post(f"/v1/contacts/{made['id']}/erase", json=wish, headers={"If-Match": '"1"'})
    path = settings.erasures_file
    await ledger.keep(sealing, path)
    written = path.read_bytes()
    assert ONE.phone.encode() not in written
    line = orjson.loads(written)
    line["entry"]["row_id"] = made["organization_id"]
    for text, reason in ((written[:-20], "Line 1 .* is no entry"), (orjson.dumps(line), "Line 1 .* has been altered")):
        path.write_bytes(text)
        with pytest.raises(ledger.UnfitLedger, match=reason):
            await ledger.reapply(sealing, HOLDERS, path)


async def test_what_has_had_its_time_goes(
    client: httpx.AsyncClient,
    partner: httpx.AsyncClient,
    worker: Worker,
    sealing: Acts,
    clock: Hands,
    server: Clones,
    database_name: str,
) -> None:
    made = await entered(client, uscc=uscc(1))
    batch = await push(partner, worker, record(ONE), record(TWO, phone="1"), record(person(3), uscc=uscc(9)))
    closed = await client.post(
        f"/v1/organizations/{made['id']}/close",
        json={"status": "closed", "closed_on": "2026-03-02", "reason": "注销"},
        headers={"If-Match": '"1"'},
    )
    assert closed.status_code == 200, closed.text
    assert await apply_retention(sealing) == 0
    clock.forward(days=31)
    assert await apply_retention(sealing) == 1  # the chunk
    assert [found for found, _ in await outcomes(partner, batch)] == ["created", "rejected", "needs_review"]
    rejects = (await partner.get(f"/v1/batches/{batch['id']}/rejects.csv")).text
    assert "phone" in rejects
    assert TWO.name not in rejects
    clock.forward(days=150)
    assert await apply_retention(sealing) == 1  # the review
    clock.forward(days=551)
    assert await apply_retention(sealing) == 1  # the contact
    async with superuser(server, database_name) as keeper:
        assert await keeper.fetchval("SELECT count(*) FROM personal_values") == 0
        assert await keeper.fetchval("SELECT count(*) FROM contacts") == 0
        rows = await keeper.fetch("SELECT holder, ground, why FROM erasures ORDER BY erased_at")
        assert [tuple(row) for row in rows] == [
            ("review_items", "retention_over", "retention default-2026"),
            ("contacts", "retention_over", "retention default-2026"),
        ]
