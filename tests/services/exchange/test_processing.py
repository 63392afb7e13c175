"""Workers on real batches: taken in over HTTP, applied in turn, whoever dies, waits or is in the way."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import httpx
import orjson
import pytest
from sqlalchemy import text

from app.catalogues.datasets import DATASETS
from app.core.acts import SYSTEM, Acts
from app.core.config import Settings
from app.core.jobs import Bell, attend
from app.services.exchange import applying, processing
from app.services.exchange import chunks_repository as chunks
from app.services.exchange.contract import Raced
from app.services.exchange.processing import Worker
from tests.conftest import Api
from tests.services.exchange.test_applying import firm

PUSH = "/v1/datasets/registrations/batches"
WRONG = {"name": "错码公司", "uscc": "91330110000000001X"}


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Small chunks, so that few records make many."""
    return settings.model_copy(update={"chunk_records": 5})


@pytest.fixture
def worker(acts: Acts) -> Worker:
    """A worker that works when told to."""
    return Worker(acts, DATASETS, Bell(), lease=15)


async def push(client: httpx.AsyncClient, records: list[dict[str, Any]], **query: str) -> str:
    """Push records as JSON; where the batch is."""
    sent = {"Content-Type": "application/json", "Idempotency-Key": f"key-{uuid4()}"}
    answer = await client.post(PUSH, content=orjson.dumps(records), headers=sent, params=query)
    assert answer.status_code == 202, answer.text
    place: str = answer.headers["location"]
    return place


async def batch_at(client: httpx.AsyncClient, place: str) -> dict[str, Any]:
    """The batch as its sender sees it; its counts always add up."""
    batch: dict[str, Any] = (await client.get(place)).json()
    if batch["state"] == "done":
        outcomes = ("created", "updated", "unchanged", "superseded", "rejected", "needs_review")
        assert sum(batch[name] for name in outcomes) == batch["received"]
    return batch


async def scalar(acts: Acts, statement: str, **values: object) -> Any:
    """One value, as the system sees it."""
    async with acts.open(SYSTEM) as act:
        return await act.session.scalar(text(statement), values)


def identity(place: str) -> UUID:
    """A batch's id from its place."""
    return UUID(place.rsplit("/", 1)[-1])


async def test_a_batch_goes_in_and_again_changes_nothing(client: httpx.AsyncClient, worker: Worker, acts: Acts) -> None:
    records = [firm(number) for number in range(12)] + [WRONG]
    place = await push(client, records)
    await worker.drain()
    batch = await batch_at(client, place)
    assert (batch["state"], batch["created"], batch["rejected"]) == ("done", 12, 1)
    assert batch["started_at"]
    assert batch["finished_at"]
    listed = (await client.get(f"{place}/records", params={"outcome": "rejected"})).json()["items"]
    assert [(item["line"], item["outcome"]) for item in listed] == [(13, "rejected")]
    again = await push(client, records)
    await worker.drain()
    batch = await batch_at(client, again)
    assert (batch["unchanged"], batch["rejected"]) == (12, 1)
    assert await scalar(acts, "SELECT max(version) FROM organizations") == 1


async def test_two_workers_share_batches_and_keep_their_order(
    client: httpx.AsyncClient, acts: Acts, worker: Worker
) -> None:
    """Each record stands in every chunk with another scope: the last one must stand in the end."""
    records = [firm(number, business_scope=f"第{turn}次") for turn in range(8) for number in range(5)]
    places = [await push(client, records), await push(client, [firm(number) for number in range(100, 140)])]
    other = Worker(acts, DATASETS, worker.bell, lease=15)
    tasks = [asyncio.create_task(each.run()) for each in (worker, other)]
    batches = [(await client.get(place, headers={"Prefer": "wait=60"})).json() for place in places]
    batches = [await finished(client, place) for place in places]
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)
    assert [batch["state"] for batch in batches] == ["done", "done"]
    assert (batches[0]["created"], batches[0]["updated"]) == (5, 35)
    assert batches[1]["created"] == 40
    assert await scalar(acts, "SELECT count(DISTINCT business_scope) FROM organizations") == 1
    assert await scalar(acts, "SELECT max(business_scope) FROM organizations") == "第7次"


async def finished(client: httpx.AsyncClient, place: str) -> dict[str, Any]:
    """The batch when it has ended, by its events."""
    async with asyncio.timeout(60), client.stream("GET", f"{place}/events") as events:
        async for _ in events.aiter_lines():
            pass
    return await batch_at(client, place)


async def test_a_silent_workers_chunk_is_taken_over_and_done_once(
    client: httpx.AsyncClient, worker: Worker, acts: Acts
) -> None:
    place = await push(client, [firm(number) for number in range(10)])
    async with acts.open(SYSTEM) as act:
        dead = await chunks.claim(act, identity(place), "dead", -1)
    assert dead is not None
    assert dead.seq == 0
    await worker.drain()
    assert (await batch_at(client, place))["created"] == 10
    await worker._work(dead)  # it was only slow, and comes back
    assert (await batch_at(client, place))["created"] == 10


async def test_whoever_waits_for_a_dead_workers_chunk_does_it(
    client: httpx.AsyncClient, worker: Worker, acts: Acts
) -> None:
    place = await push(client, [firm(number) for number in range(10)])
    async with acts.open(SYSTEM) as act:
        dead = await chunks.claim(act, identity(place), "dead", 3600)
        later = await chunks.claim(act, identity(place), worker.name, 15)
    assert dead
    assert later
    assert (dead.seq, later.seq) == (0, 1)
    async with acts.open(SYSTEM) as act:
        await act.session.execute(text("UPDATE batch_chunks SET lease_until = clock_timestamp() WHERE seq = 0"))
    await worker._work(later)
    assert (await batch_at(client, place))["state"] == "done"


async def test_leases_are_given_back_when_a_worker_stops(
    client: httpx.AsyncClient, acts: Acts, monkeypatch: pytest.MonkeyPatch, worker: Worker
) -> None:
    reached = asyncio.Event()

    async def stuck(*_: object) -> None:
        reached.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(applying, "prepare", stuck)
    await push(client, [firm(1)])
    task = asyncio.create_task(worker.run())
    await reached.wait()
    task.cancel()
    await asyncio.wait([task])
    assert await scalar(acts, "SELECT state FROM batch_chunks") == "waiting"


async def test_the_bell_wakes_a_worker_at_once(
    client: httpx.AsyncClient, acts: Acts, monkeypatch: pytest.MonkeyPatch, worker: Worker
) -> None:
    monkeypatch.setattr(processing, "LOOK", 3600.0)
    looked = asyncio.Event()
    waiting = chunks.waiting_batches

    async def seen(*args: Any) -> list[UUID]:
        found = await waiting(*args)
        looked.set()
        return found

    monkeypatch.setattr(chunks, "waiting_batches", seen)
    hears = worker.bell.listen()  # rung once when the database's bell is heard
    tasks = [asyncio.create_task(attend(acts, worker.bell, ()))]
    await hears.wait()
    tasks.append(asyncio.create_task(worker.run()))
    await looked.wait()
    place = await push(client, [firm(1)])
    assert (await finished(client, place))["created"] == 1
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)


async def test_contention_is_tried_again(
    client: httpx.AsyncClient, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    apply, failures = applying.apply, [Raced(), Raced()]

    async def contended(*args: Any) -> Any:
        if failures:
            raise failures.pop()
        return await apply(*args)

    monkeypatch.setattr(applying, "apply", contended)
    monkeypatch.setattr(processing, "NEAR", 0.0)
    place = await push(client, [firm(1)])
    await worker.drain()
    assert (await batch_at(client, place))["created"] == 1


async def test_a_chunk_that_always_fails_ends_its_batch_and_no_other(
    client: httpx.AsyncClient, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processing, "PAUSE", 0.0)
    apply = applying.apply
    bad = identity(first := await push(client, [firm(1)] * 12))
    second = await push(client, [firm(2)])

    async def fails(act: Any, reader: Any, prepared: Any) -> Any:
        if reader.batch.id == bad:
            raise ZeroDivisionError
        return await apply(act, reader, prepared)

    monkeypatch.setattr(applying, "apply", fails)
    await worker.drain()
    batch = await batch_at(client, first)
    assert batch["state"] == "failed"
    assert batch["failure"]["code"] == "worker_failed"
    assert (await batch_at(client, second))["created"] == 1


async def test_an_unknown_dataset_ends_the_batch(client: httpx.AsyncClient, worker: Worker) -> None:
    place = await push(client, [firm(1)])
    worker.datasets = {}
    await worker.drain()
    batch = await batch_at(client, place)
    assert (batch["state"], batch["failure"]["code"]) == ("failed", "unknown_dataset")


async def test_cancel_stops_at_a_chunk_and_keeps_what_is_in(
    client: httpx.AsyncClient, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = await push(client, [firm(number) for number in range(20)])
    finish, done = chunks.finish, 0

    async def then_cancel(*args: Any) -> bool:
        nonlocal done
        done += 1
        return await finish(*args)

    monkeypatch.setattr(chunks, "finish", then_cancel)
    claimed = await worker._claim()
    assert claimed
    await worker._work(claimed)
    assert (await client.post(f"{place}/cancel")).status_code in (200, 202)
    await worker.drain()
    batch = await batch_at(client, place)
    assert (batch["state"], batch["created"], done) == ("cancelled", 5, 1)


@pytest.mark.parametrize("mode", ["commit", "validate"])
async def test_all_or_nothing(client: httpx.AsyncClient, worker: Worker, acts: Acts, mode: str) -> None:
    records = [firm(number) for number in range(12)]
    place = await push(client, [*records, WRONG], atomic="batch", mode=mode)
    await worker.drain()
    batch = await batch_at(client, place)
    assert (batch["state"], batch["failure"]["code"]) == ("failed", "rejected_records")  # foreseen, or met
    assert (batch["created"], batch["rejected"]) == (12, 1)
    assert await scalar(acts, "SELECT count(*) FROM organizations") == 0
    assert await scalar(acts, "SELECT count(*) FROM dataset_records") == 0
    listed = (await client.get(f"{place}/records", params={"outcome": "created"})).json()["items"]
    assert [item["subject_id"] for item in listed] == [None] * 12
    place = await push(client, records, atomic="batch", mode=mode)
    await worker.drain()
    batch = await batch_at(client, place)
    assert (batch["state"], batch["created"]) == ("done", 12)
    assert await scalar(acts, "SELECT count(*) FROM organizations") == (12 if mode == "commit" else 0)


async def test_validation_leaves_nothing_behind(client: httpx.AsyncClient, worker: Worker, acts: Acts) -> None:
    place = await push(client, [firm(number % 6) for number in range(12)], mode="validate")
    await worker.drain()
    batch = await batch_at(client, place)
    assert (batch["created"], batch["unchanged"]) == (6, 6)
    for table in ("organizations", "dataset_records", "review_items"):
        assert await scalar(acts, f"SELECT count(*) FROM {table}") == 0, table


async def test_a_partner_reaches_no_further_than_its_scope(api: Api, worker: Worker, acts: Acts) -> None:
    """The worker applies a batch under the scope it was pushed with."""
    yuhang = (330110 * 10**6, 330111 * 10**6)
    client = await api.client("partner", "partner", (yuhang,))
    elsewhere = firm(7, address="浙江省宁波市鄞州区天童南路1号")
    place = await push(client, [firm(1), elsewhere])
    await worker.drain()
    batch = await batch_at(client, place)
    assert batch["created"] + batch["needs_review"] + batch["rejected"] == 2
    assert batch["created"] >= 1
    outside = "SELECT count(*) FROM organizations WHERE region_code < :lo OR region_code >= :hi"
    assert await scalar(acts, outside, lo=yuhang[0], hi=yuhang[1]) == 0


async def test_contention_without_end_ends_the_batch(
    client: httpx.AsyncClient, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def contended(*_: Any) -> Any:
        raise Raced

    monkeypatch.setattr(applying, "apply", contended)
    for name in ("NEAR", "PAUSE"):
        monkeypatch.setattr(processing, name, 0.0)
    place = await push(client, [firm(1)])
    await worker.drain()
    batch = await batch_at(client, place)
    assert (batch["state"], batch["failure"]["code"]) == ("failed", "worker_failed")
