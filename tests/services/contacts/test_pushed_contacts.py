"""Pushed contacts: over HTTP and a worker, sealed all the way, readable to their pusher until they expire."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx
import orjson
import pytest

from app.catalogues.datasets import DATASETS
from app.core.acts import SYSTEM, Acts
from app.core.config import Settings
from app.core.jobs import Bell
from app.services.exchange.processing import Worker
from tests.conftest import Api, Hands
from tests.kit.databases import Clones
from tests.kit.persons import Person, person
from tests.kit.vaults import sealing_acts, superuser
from tests.routers.test_organizations import entered, uscc

PUSH = "/v1/datasets/contacts/batches"
CODE, LATER = uscc(1), uscc(2)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Small chunks, so that few records make many."""
    return settings.model_copy(update={"chunk_records": 3})


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


def record(one: Person, **told: Any) -> dict[str, Any]:
    """One pushed record."""
    return {"uscc": CODE, "name": one.name, "role": "联络员", "phone": one.phone} | told


async def pushed(partner: httpx.AsyncClient, worker: Worker, body: bytes, media: str, **query: str) -> dict[str, Any]:
    """The batch, worked off."""
    sent = {"Content-Type": media, "Idempotency-Key": f"key-{uuid4()}"}
    answer = await partner.post(PUSH, content=body, headers=sent, params=query)
    assert answer.status_code == 202, answer.text
    await worker.drain()
    batch: dict[str, Any] = (await partner.get(answer.headers["location"])).json()
    return batch


async def push(partner: httpx.AsyncClient, worker: Worker, *records: dict[str, Any], **query: str) -> dict[str, Any]:
    """Records as JSON."""
    return await pushed(partner, worker, orjson.dumps(records), "application/json", **query)


async def outcomes(partner: httpx.AsyncClient, batch: dict[str, Any]) -> list[tuple[str, list[str]]]:
    """Outcome and codes of each record."""
    found = (await partner.get(f"/v1/batches/{batch['id']}/records")).json()["items"]
    return [(one["outcome"], [error["code"] for error in one["errors"]]) for one in found]


async def test_contacts_go_in_change_and_stay(
    client: httpx.AsyncClient, partner: httpx.AsyncClient, worker: Worker
) -> None:
    organization = (await entered(client, uscc=CODE))["id"]
    people = [person(serial) for serial in range(5)]
    batch = await push(partner, worker, *(record(one, identity_number=one.identity_number) for one in people))
    assert (batch["state"], batch["created"], batch["rejected"]) == ("done", 5, 0)
    listed = (await client.get("/v1/contacts", params={"organization_id": organization})).json()["items"]
    assert {item["name"] for item in listed} == {one.name for one in people}
    assert {item["source"] for item in listed} == {"contacts"}
    for one in people:
        found = await client.post("/v1/contacts/search", json={"identity_number": one.identity_number})
        assert [item["name"] for item in found.json()["items"]] == [one.name]
    again = await push(partner, worker, *(record(one, identity_number=one.identity_number) for one in people))
    assert again["unchanged"] == 5
    other = await push(partner, worker, record(people[0], phone=person(99).phone), record(people[1]))
    assert (other["updated"], other["unchanged"]) == (1, 1)
    assert len((await client.post("/v1/contacts/search", json={"phone": person(99).phone})).json()["items"]) == 1
    assert (await client.post("/v1/contacts/search", json={"phone": people[0].phone})).json()["items"] == []


async def test_wrong_numbers_come_back_with_their_row_and_are_told_by_code_alone(
    client: httpx.AsyncClient, partner: httpx.AsyncClient, worker: Worker
) -> None:
    await entered(client, uscc=CODE)
    one = person(1)
    rows = [
        ("统一社会信用代码", "姓名", "电话", "身份证号", "备注"),
        (CODE, one.name, one.phone, "3.30102E+17", ""),
        (CODE, one.name, "1.37E+10", "", ""),
        (CODE, one.name, one.phone[:-1], one.identity_number[:-1] + "Y", ""),
        (CODE, f"{one.name}{one.phone}", "", "", ""),
        (CODE, one.name, one.phone, one.identity_number, one.phone),
    ]
    batch = await pushed(partner, worker, "\r\n".join(",".join(row) for row in rows).encode(), "text/csv")
    assert await outcomes(partner, batch) == [
        ("rejected", ["code_as_number"]),
        ("rejected", ["code_as_number"]),
        ("rejected", ["phone_wrong", "identity_number_wrong"]),
        ("rejected", ["number_in_text"]),
        ("created", []),
    ]
    report = (await partner.get(f"/v1/batches/{batch['id']}/records")).text
    assert one.phone[:-1] not in report
    rejects = (await partner.get(f"/v1/batches/{batch['id']}/rejects.csv")).text
    assert "3.30102E+17" in rejects
    assert one.phone[:-1] in rejects  # their own file, back to the pusher alone
    numbers = await push(partner, worker, record(one, identity_number=3.3e17), record(one, phone=13800138000))
    assert [codes for _, codes in await outcomes(partner, numbers)] == [["code_as_number"]] * 2


async def test_nobody_but_the_pusher_reads_a_batch(
    api: Api, client: httpx.AsyncClient, partner: httpx.AsyncClient, worker: Worker
) -> None:
    batch = await push(partner, worker, record(person(1), phone="1"))
    for other in (client, await api.client("other", role="department_partner", datasets=("contacts",))):
        for part in ("", "/records", "/rejects.csv"):
            assert (await other.get(f"/v1/batches/{batch['id']}{part}")).status_code == 404


async def test_a_contact_of_an_unknown_organisation_waits_and_goes_in_when_it_comes(
    client: httpx.AsyncClient, partner: httpx.AsyncClient, worker: Worker, server: Clones, database_name: str
) -> None:
    one = person(1)
    batch = await push(partner, worker, record(one, uscc=LATER))
    assert await outcomes(partner, batch) == [("needs_review", ["review.organization_unknown"])]
    (item,) = (await client.get("/v1/reviews")).json()["items"]
    assert item["values"] == {"uscc": LATER, "name": one.name, "role": "liaison"}
    place = f"/v1/reviews/{item['id']}/decide"
    early = await client.post(place, json={"verdict": "create"}, headers={"If-Match": '"1"'})
    assert early.json()["errors"][0]["code"] == "organization_unknown"
    await entered(client, uscc=LATER)
    decided = await client.post(place, json={"verdict": "create"}, headers={"If-Match": '"1"'})
    assert decided.status_code == 200, decided.text
    found = (await client.post("/v1/contacts/search", json={"phone": one.phone})).json()["items"]
    assert [item["name"] for item in found] == [one.name]
    async with superuser(server, database_name) as keeper:
        holders = await keeper.fetch("SELECT holder, count(*) FROM personal_values GROUP BY holder ORDER BY holder")
        assert [tuple(row) for row in holders] == [("contacts", 1), ("dataset_records", 1)]
    again = await push(partner, worker, record(one, uscc=LATER))
    assert again["unchanged"] == 1


async def test_a_validation_predicts_and_leaves_nothing(
    client: httpx.AsyncClient, partner: httpx.AsyncClient, worker: Worker, server: Clones, database_name: str
) -> None:
    await entered(client, uscc=CODE)
    one = person(1)
    batch = await push(partner, worker, *[record(one)] * 4, record(one, phone=person(2).phone), mode="validate")
    assert (batch["created"], batch["unchanged"], batch["updated"]) == (1, 3, 1)
    async with superuser(server, database_name) as keeper:
        assert await keeper.fetchval("SELECT count(*) FROM personal_values") == 0
        assert await keeper.fetchval("SELECT count(*) FROM contacts") == 0


async def test_an_officers_correction_stands_against_later_pushes(
    client: httpx.AsyncClient, partner: httpx.AsyncClient, worker: Worker
) -> None:
    await entered(client, uscc=CODE)
    one, right = person(1), person(2).phone
    await push(partner, worker, record(one))
    (item,) = (await client.post("/v1/contacts/search", json={"phone": one.phone})).json()["items"]
    place = f"/v1/contacts/{item['id']}"
    assert (await client.patch(place, json={"phone": right}, headers={"If-Match": '"1"'})).status_code == 200
    await push(partner, worker, record(one, phone=person(3).phone, role="业主"))
    found = (await client.get(place)).json()
    assert (found["phone"], found["role"]) == (f"{right[:3]}****{right[-4:]}", "owner")


async def test_what_was_said_moves_with_the_organisation(
    api: Api, client: httpx.AsyncClient, partner: httpx.AsyncClient, worker: Worker
) -> None:
    organization = (await entered(client, uscc=CODE))["id"]
    one = person(1)
    await push(partner, worker, record(one))
    moved = await client.patch(
        f"/v1/organizations/{organization}",
        json={"region_code": "330106002000", "region_level": 4},
        headers={"If-Match": '"1"'},
    )
    assert moved.status_code == 200, moved.text
    west = ((330106000000, 330107000000),)
    there = await api.client("west", role="department_partner", datasets=("contacts",), ranges=west)
    assert (await push(there, worker, record(one)))["unchanged"] == 1
    batch = await push(there, worker, record(one, phone=person(2).phone))
    assert (batch["state"], batch["updated"]) == ("done", 1)
    assert len((await client.post("/v1/contacts/search", json={"phone": person(2).phone})).json()["items"]) == 1


async def test_erasure_reaches_what_datasets_said(
    client: httpx.AsyncClient, partner: httpx.AsyncClient, worker: Worker, server: Clones, database_name: str
) -> None:
    await entered(client, uscc=CODE)
    one = person(1)
    await push(partner, worker, record(one), record(person(2)))
    (item,) = (await client.post("/v1/contacts/search", json={"phone": one.phone})).json()["items"]
    wish = {"ground": "consent_withdrawn", "reason": "本人要求删除"}
    gone = await client.post(f"/v1/contacts/{item['id']}/erase", json=wish, headers={"If-Match": '"1"'})
    assert gone.status_code == 204, gone.text
    async with superuser(server, database_name) as keeper:
        assert await keeper.fetchval("SELECT count(*) FROM dataset_records") == 1
        keys = await keeper.fetch("SELECT DISTINCT row_key FROM personal_values WHERE row_key LIKE '%/%'")
        assert [row[0] for row in keys] == [f"contacts/{CODE}/{person(2).name}"]


async def test_lines_are_hashed_with_a_key_and_chunks_hold_nothing_in_clear(
    client: httpx.AsyncClient,
    partner: httpx.AsyncClient,
    worker: Worker,
    sealing: Acts,
    server: Clones,
    database_name: str,
) -> None:
    await entered(client, uscc=CODE)
    batch = await push(partner, worker, *(record(person(serial)) for serial in range(7)))
    async with superuser(server, database_name) as keeper:
        chunks = await keeper.fetch("SELECT raw, sealed, key_id, records FROM batch_chunks")
        assert len(chunks) == 3
        for chunk in chunks:
            assert len(chunk["raw"]) == 12 + 12 * chunk["records"]
            assert chunk["key_id"] == 1
            assert CODE.encode() not in chunk["sealed"]
    async with sealing.open(SYSTEM) as act:
        assert act.vault.secret("batches.sha256") != act.vault.secret("dataset_records.raw_hash")
    assert batch["sha256"]
