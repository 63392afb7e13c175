"""Many at once: uploads slower than the pool is wide, one batch sent a hundred times, two batches on the same firms."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest

from tests.storms.house import PUSH, House, prepared, register, until

POOL = 4
SIZE = 600


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One service for the file, with a narrow pool."""
    with prepared(tmp_path_factory.mktemp("crowds") / "state") as folder:
        house = House(folder, {"LIANGXIN_CHUNK_RECORDS": "100", "LIANGXIN_POOL_SIZE": str(POOL)})
        house.start("server")
        until(house.ready)
        yield house
        house.stop()


@pytest.fixture
def house(served: House) -> House:
    """The service, without organisations."""
    served.clear()
    return served


def headers(house: House, key: str) -> dict[str, str]:
    """What a push needs."""
    return {"authorization": f"Bearer {house.token()}", "content-type": "text/csv", "idempotency-key": key}


def test_slow_uploads_hold_nobody_up(house: House) -> None:
    """Five times as many uploads as connections crawl along; others are answered, and all go in at last."""
    answers = asyncio.run(crawl(house))
    assert Counter(answer.status_code for answer in answers) == {202: 5 * POOL}
    created = sum(house.finished(answer.headers["location"])["created"] for answer in answers)
    assert created == 20
    house.assert_each_once(20)


async def crawl(house: House) -> list[httpx.Response]:
    """Begin many uploads, see that others are answered meanwhile, then let them go on."""
    body, open_all = register(20), asyncio.Event()
    begun = 0

    async def crawling() -> AsyncIterator[bytes]:
        nonlocal begun
        yield body[: len(body) // 2]
        begun += 1
        await open_all.wait()
        yield body[len(body) // 2 :]

    limits = httpx.Limits(max_connections=100)
    async with httpx.AsyncClient(base_url=house.address, timeout=60, limits=limits) as client:
        pushes = [
            asyncio.create_task(client.post(PUSH, content=crawling(), headers=headers(house, f"crawl-{number:08d}")))
            for number in range(5 * POOL)
        ]
        while begun < len(pushes):
            await asyncio.wait(pushes, timeout=0.01)
        async with asyncio.timeout(10):
            for _ in range(3 * POOL):
                answer = await client.get("/v1/batches", headers=headers(house, "-"))
                assert answer.status_code == 200
        open_all.set()
        return await asyncio.gather(*pushes)


def test_the_same_batch_a_hundred_times_at_once(house: House) -> None:
    """One effect. Each is answered 202 with the same batch, or 409 while the first is on its way; never otherwise."""
    body = register(SIZE)
    answers = asyncio.run(at_once(house, [body] * 100, ["the-same-key"] * 100))
    codes = Counter(answer.status_code for answer in answers)
    assert set(codes) <= {202, 409}, codes
    assert codes[202] >= 1
    for answer in answers:
        if answer.status_code == 409:
            assert answer.json()["code"] == "in_flight"
            assert answer.headers["retry-after"]
    again = asyncio.run(at_once(house, [body], ["the-same-key"]))
    taken = [answer for answer in (*answers, *again) if answer.status_code == 202]
    assert len({answer.headers["location"] for answer in taken}) == 1
    assert len({answer.content for answer in taken}) == 1
    assert house.finished(taken[0].headers["location"])["created"] == SIZE
    house.assert_each_once(SIZE)


async def at_once(house: House, bodies: list[bytes], keys: list[str]) -> list[httpx.Response]:
    """Push all of these at the same time."""
    limits = httpx.Limits(max_connections=len(bodies))
    async with httpx.AsyncClient(base_url=house.address, timeout=60, limits=limits) as client:
        pushes = zip(bodies, keys, strict=True)
        return await asyncio.gather(
            *(client.post(PUSH, content=body, headers=headers(house, key)) for body, key in pushes)
        )


def test_two_batches_race_for_the_same_firms(house: House) -> None:
    """In opposite order and in many chunks: both end, nothing deadlocks for good, and every firm is there once."""
    rows = register(SIZE, "甲").decode().splitlines()
    backward = "\r\n".join([rows[0], *reversed(register(SIZE, "乙").decode().splitlines()[1:])]).encode()
    answers = asyncio.run(at_once(house, [register(SIZE, "甲"), backward], ["race-forward", "race-backward"]))
    batches = [house.finished(answer.headers["location"]) for answer in answers]
    assert sum(batch["created"] for batch in batches) == SIZE
    counted = sum(batch[name] for batch in batches for name in ("created", "updated", "superseded", "unchanged"))
    assert counted == 2 * SIZE
    assert house.query("SELECT count(*), count(DISTINCT uscc) FROM organizations") == [(SIZE, SIZE)]


def test_the_folder_of_uploads_is_empty_afterwards(served: House, tmp_path: Path) -> None:
    assert not list((served.state / "spool").glob("*.spool"))
