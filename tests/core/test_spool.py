"""Receiving uploads: what comes is kept whole, what fails leaves nothing."""

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.core.spool import Pace, SpoolStalled, SpoolTooLarge, spooled, sweep

PACE = Pace(idle=60)


class Watch:
    """A clock that goes forward by a step with every look."""

    def __init__(self, step: float = 0) -> None:
        self.now = datetime(2026, 1, 1, tzinfo=UTC)
        self.step = timedelta(seconds=step)

    def __call__(self) -> datetime:
        self.now += self.step
        return self.now


def left_in(folder: Path) -> list[Path]:
    return list(folder.iterdir())


async def stream(parts: Iterable[bytes]) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


async def test_keeps_the_bytes_and_their_digest_and_then_removes_the_file(tmp_path: Path) -> None:
    parts = [bytes([n % 251]) * 70_000 for n in range(60)] + [b""]
    async with spooled(stream(parts), tmp_path, limit=5_000_000, pace=PACE, clock=Watch()) as body:
        assert body.path.read_bytes() == b"".join(parts)
        assert (body.size, body.sha256) == (4_200_000, hashlib.sha256(b"".join(parts)).digest())
    assert left_in(tmp_path) == []


async def test_the_limit_is_told_as_soon_as_it_is_passed(tmp_path: Path) -> None:
    taken = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal taken
        while True:
            taken += 1
            yield b"x" * 100

    with pytest.raises(SpoolTooLarge):
        async with spooled(endless(), tmp_path, limit=1000, pace=PACE, clock=Watch()):
            pytest.fail("nothing may be lent out")
    assert taken == 11
    assert left_in(tmp_path) == []


async def test_a_silent_sender_is_given_up(tmp_path: Path) -> None:
    async def silent() -> AsyncIterator[bytes]:
        yield b"x"
        await asyncio.Event().wait()

    with pytest.raises(SpoolStalled) as caught:
        async with spooled(silent(), tmp_path, limit=1000, pace=Pace(idle=0.01), clock=Watch()):
            pytest.fail("nothing may be lent out")
    assert caught.value.received == 1
    assert left_in(tmp_path) == []


async def test_a_trickling_sender_is_given_up_after_the_grace(tmp_path: Path) -> None:
    pace = Pace(idle=60, least_rate=10, grace=30)
    with pytest.raises(SpoolStalled) as caught:
        async with spooled(stream([b"x"] * 100), tmp_path, limit=1000, pace=pace, clock=Watch(step=10)):
            pytest.fail("nothing may be lent out")
    assert caught.value.received == 4


async def test_a_sender_that_leaves_leaves_nothing(tmp_path: Path) -> None:
    async def leaving() -> AsyncIterator[bytes]:
        yield b"x" * 2_000_000
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        async with spooled(leaving(), tmp_path, limit=10_000_000, pace=PACE, clock=Watch()):
            pytest.fail("nothing may be lent out")
    assert left_in(tmp_path) == []


async def test_a_cancelled_reader_leaves_nothing(tmp_path: Path) -> None:
    inside = asyncio.Event()

    async def reading() -> None:
        async with spooled(stream([b"x"]), tmp_path, limit=10, pace=PACE, clock=Watch()):
            inside.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(reading())
    await inside.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert left_in(tmp_path) == []


def test_sweeping_takes_what_was_left_long_ago(tmp_path: Path) -> None:
    now = datetime(2026, 3, 2, tzinfo=UTC)
    for name, age in (("old.spool", 2), ("old.out", 2), ("new.spool", 0), ("old.key", 2)):
        path = tmp_path / name
        path.write_bytes(b"x")
        then = (now - timedelta(days=age)).timestamp()
        os.utime(path, (then, then))
    assert sweep(tmp_path, now - timedelta(days=1)) == 2
    assert {path.name for path in tmp_path.iterdir()} == {"new.spool", "old.key"}
